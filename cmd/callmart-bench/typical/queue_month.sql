-- Answers: how well one queue was served in one month.
-- Grain: one row.
-- Columns: answered, abandoned (entries), answered_within (in 20 s), answered_wait_ms, abandoned_wait_ms (sums of waits).
-- Source: the counting rules of README.md.
SELECT
    count(*) FILTER (WHERE exit = 'answered') AS answered,
    count(*) FILTER (WHERE exit = 'abandoned') AS abandoned,
    count(*) FILTER (WHERE exit = 'answered' AND wait_seconds <= 20) AS answered_within,
    CAST(sum(CAST(round(wait_seconds * 1000) AS BIGINT)) FILTER (WHERE exit = 'answered') AS BIGINT) AS answered_wait_ms,
    CAST(sum(CAST(round(wait_seconds * 1000) AS BIGINT)) FILTER (WHERE exit = 'abandoned') AS BIGINT) AS abandoned_wait_ms
FROM queue_entries
WHERE queue = {{queue}} AND date >= DATE {{month}} AND date < DATE {{month}} + INTERVAL '1' MONTH
