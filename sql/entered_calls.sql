-- Answers: what became of each call that entered a queue, seen over all its entries?
-- Grain: one row per inbound call with a queue entry.
-- Reads: judged
-- Columns: day (local, of the first entry), result (answered, abandoned, open, other).
--   answered: any entry answered; abandoned: none answered and the last exit is abandoned; open: the last entry is open.
-- Definition: design.md section 3, Counting (call level).
SELECT
    e.source,
    e.call_id,
    e.day,
    CASE
        WHEN e.answered_entries > 0 THEN 'answered'
        WHEN e.last_exit IN ('abandoned', 'open') THEN e.last_exit
        ELSE 'other'
    END AS result
FROM (
    SELECT
        j.source,
        j.call_id,
        min_by(j.day, j.queue_entry_index) AS day,
        count(*) FILTER (WHERE j.exit_word = 'answered') AS answered_entries,
        max_by(j.exit_word, j.queue_entry_index) AS last_exit
    FROM judged j
    WHERE j.direction = 'inbound'
    GROUP BY j.source, j.call_id
) e
