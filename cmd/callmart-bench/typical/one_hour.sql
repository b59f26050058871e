-- Answers: what came of the calls of one hour.
-- Grain: one row per outcome.
-- Columns: outcome, calls, talk_ms (sum).
-- Source: the data dictionary.
SELECT outcome, count(*) AS calls, CAST(sum(CAST(round(talk_seconds * 1000) AS BIGINT)) AS BIGINT) AS talk_ms
FROM calls
WHERE date = DATE {{day}}
  AND started_local >= DATE {{day}} + INTERVAL '10' HOUR
  AND started_local < DATE {{day}} + INTERVAL '11' HOUR
GROUP BY outcome
ORDER BY outcome
