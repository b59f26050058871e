-- Answers: who gave up waiting in the current period, where, when and after how long?
-- Grain: one row per abandoned entry that was offered; as many rows as the figure abandoned counts.
-- Reads: days, judged, seen_calls
-- Columns: source, queue (as reported), entered_local, utc_offset_minutes (minutes), wait_seconds (NULL if unknown),
--   short_abandon and within_threshold (by the queue's own limits), customer_number, call_id, queue_entry_index.
--   Longest wait first.
-- Definition: design.md section 3, Counting.
SELECT
    j.source,
    j.reported_queue AS queue,
    j.entered_local,
    j.utc_offset_minutes,
    CAST(j.wait_ms AS DOUBLE) / 1000 AS wait_seconds,
    j.short AS short_abandon,
    j.within AS within_threshold,
    c.customer_number,
    j.call_id,
    j.queue_entry_index
FROM judged j
JOIN days d ON d.day = j.day AND d.period = 'current'
LEFT JOIN seen_calls c ON c.source = j.source AND c.call_id = j.call_id
WHERE j.state = 'offered' AND j.exit_word = 'abandoned'
ORDER BY j.wait_ms DESC NULLS LAST, j.entered_local, j.source, j.call_id, j.queue_entry_index
