-- Answers: how many calls entered a queue, and how many of them were answered anywhere or given up?
-- Grain: one row per period and day.
-- Reads: days, entered_calls, seen_calls
-- Columns: calls, calls_answered, calls_abandoned, calls_open, calls_other (calls, dated by their first entry);
--   ivr_abandoned (calls that ended in the menu, dated by their start; they entered no queue).
-- Definition: design.md section 3, Counting (call level).
SELECT
    d.period,
    d.day,
    coalesce(e.calls, 0) AS calls,
    coalesce(e.calls_answered, 0) AS calls_answered,
    coalesce(e.calls_abandoned, 0) AS calls_abandoned,
    coalesce(e.calls_open, 0) AS calls_open,
    coalesce(e.calls_other, 0) AS calls_other,
    coalesce(i.ivr_abandoned, 0) AS ivr_abandoned
FROM days d
LEFT JOIN (
    SELECT
        day,
        count(*) AS calls,
        count(*) FILTER (WHERE result = 'answered') AS calls_answered,
        count(*) FILTER (WHERE result = 'abandoned') AS calls_abandoned,
        count(*) FILTER (WHERE result = 'open') AS calls_open,
        count(*) FILTER (WHERE result = 'other') AS calls_other
    FROM entered_calls
    GROUP BY day
) e ON e.day = d.day
LEFT JOIN (
    SELECT day, count(*) AS ivr_abandoned
    FROM seen_calls
    WHERE outcome = 'ivr_abandoned'
    GROUP BY day
) i ON i.day = d.day
ORDER BY d.period, d.day
