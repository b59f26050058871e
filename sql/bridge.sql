-- Answers: why do entries and calls differ? From the entries of the current period to its calls.
-- Grain: one row.
-- Reads: days, judged, entered_calls
-- Columns: entries: entries, offered, open, unknown, after_hours, excluded (the last five add up to entries);
--   entries after a call's first one: transfer (a transfer put them there), overflow (the entry before overflowed), other;
--   not_inbound (first entries of calls that are not inbound);
--   calls, calls_answered, calls_abandoned, calls_open, calls_other: calls whose first entry lies in the period;
--   calls_entered_before: calls with an entry in the period whose first entry lies outside it.
-- Definition: design.md section 3, Counting (Bridge). entries - transfer - overflow - other - not_inbound = calls.
SELECT *
FROM (
    SELECT
        count(*) AS entries,
        count(*) FILTER (WHERE e.state = 'offered') AS offered,
        count(*) FILTER (WHERE e.state = 'open') AS open,
        count(*) FILTER (WHERE e.state = 'unknown') AS unknown,
        count(*) FILTER (WHERE e.state = 'after_hours') AS after_hours,
        count(*) FILTER (WHERE e.state = 'excluded') AS excluded,
        count(*) FILTER (WHERE e.place > 1 AND e.is_transfer) AS transfer,
        count(*) FILTER (WHERE e.place > 1 AND NOT e.is_transfer AND e.exit_before = 'overflow') AS overflow,
        count(*) FILTER (WHERE e.place > 1 AND NOT e.is_transfer AND e.exit_before <> 'overflow') AS other,
        count(*) FILTER (WHERE e.place = 1 AND c.call_id IS NULL) AS not_inbound,
        count(DISTINCT CASE WHEN c.day < d.day AND before.day IS NULL THEN concat(e.source, '/', e.call_id) END)
            AS calls_entered_before
    FROM (
        SELECT
            source,
            call_id,
            day,
            state,
            coalesce(is_transfer, FALSE) AS is_transfer,
            row_number() OVER (PARTITION BY source, call_id ORDER BY queue_entry_index) AS place,
            lag(exit_word) OVER (PARTITION BY source, call_id ORDER BY queue_entry_index) AS exit_before
        FROM judged
    ) e
    JOIN days d ON d.day = e.day AND d.period = 'current'
    LEFT JOIN entered_calls c ON c.source = e.source AND c.call_id = e.call_id
    LEFT JOIN days before ON before.day = c.day AND before.period = 'current'
) entries_of_period
CROSS JOIN (
    SELECT
        count(*) AS calls,
        count(*) FILTER (WHERE c.result = 'answered') AS calls_answered,
        count(*) FILTER (WHERE c.result = 'abandoned') AS calls_abandoned,
        count(*) FILTER (WHERE c.result = 'open') AS calls_open,
        count(*) FILTER (WHERE c.result = 'other') AS calls_other
    FROM entered_calls c
    JOIN days d ON d.day = c.day AND d.period = 'current'
) calls_of_period
