-- Answers: the service level by day, from the counts by queue and interval.
-- Grain: one row per day.
-- Columns: date, answered, abandoned, answered_within (in 20 s).
-- Source: the counting rules of README.md.
SELECT
    date,
    CAST(sum(answered) AS BIGINT) AS answered,
    CAST(sum(abandoned) AS BIGINT) AS abandoned,
    CAST(sum(answered_le_20) AS BIGINT) AS answered_within
FROM queue_intervals
GROUP BY date
ORDER BY date
