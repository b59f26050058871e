-- Answers: which calls of the current period had not ended when they were last seen?
-- Grain: one row per call that is in progress or has an open queue entry.
-- Reads: days, seen_calls, judged
-- Columns: source, call_id, direction, queue, started_local, utc_offset_minutes, outcome, raw_status,
--   open_entries (queue entries without an exit), last_observed_at (UTC). Longest open first.
-- Definition: design.md section 3 (open stands outside offered and is counted).
SELECT
    c.source,
    c.call_id,
    c.direction,
    c.queue,
    c.started_local,
    c.utc_offset_minutes,
    c.outcome,
    c.raw_status,
    coalesce(e.open_entries, 0) AS open_entries,
    c.last_observed_at
FROM seen_calls c
JOIN days d ON d.day = c.day AND d.period = 'current'
LEFT JOIN (
    SELECT source, call_id, count(*) AS open_entries
    FROM judged
    WHERE exit_word = 'open'
    GROUP BY source, call_id
) e ON e.source = c.source AND e.call_id = c.call_id
WHERE c.outcome = 'in_progress' OR e.open_entries > 0
ORDER BY c.started_at NULLS LAST, c.source, c.call_id
