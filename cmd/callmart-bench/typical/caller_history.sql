-- Answers: every call of one caller.
-- Grain: one row per call, oldest first.
-- Columns: started_at, outcome, queue, talk_seconds.
-- Source: the data dictionary.
SELECT started_at, outcome, queue, talk_seconds
FROM calls
WHERE caller_key = {{caller}}
ORDER BY started_at, call_id
