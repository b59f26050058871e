-- Answers: the service level by day, from the queue entries.
-- Grain: one row per day.
-- Columns: date, answered, abandoned, answered_within (in 20 s).
-- Source: the counting rules of README.md.
SELECT
    date,
    count(*) FILTER (WHERE exit = 'answered') AS answered,
    count(*) FILTER (WHERE exit = 'abandoned') AS abandoned,
    count(*) FILTER (WHERE exit = 'answered' AND wait_seconds <= 20) AS answered_within
FROM queue_entries
GROUP BY date
ORDER BY date
