-- Answers: why do entries and calls differ? The entries of the current period, and what must be taken away from them.
-- Grain: one row.
-- Reads: days, judged, queue_entries
-- Columns: entries: entries, offered, open, unknown, after_hours, excluded (the last five add up to entries);
--   entries after a call's first one: transfer (a transfer put them there), overflow (the entry before overflowed), other;
--   not_inbound (first entries of calls that are not inbound);
--   calls_entered_before: calls with an entry in the period whose first entry lies before it.
-- Definition: design.md section 3, Counting (Bridge). entries - transfer - overflow - other - not_inbound = calls of call_counts.
SELECT *
FROM (
    SELECT
        count(*) AS entries,
        count(*) FILTER (WHERE j.state = 'offered') AS offered,
        count(*) FILTER (WHERE j.state = 'open') AS open,
        count(*) FILTER (WHERE j.state = 'unknown') AS unknown,
        count(*) FILTER (WHERE j.state = 'after_hours') AS after_hours,
        count(*) FILTER (WHERE j.state = 'excluded') AS excluded,
        count(*) FILTER (WHERE j.queue_entry_index = 0 AND j.direction IS DISTINCT FROM 'inbound') AS not_inbound
    FROM judged j
    JOIN days d ON d.day = j.day AND d.period = 'current'
) entries_of_period
CROSS JOIN (
    SELECT
        count(*) FILTER (WHERE e.moved) AS transfer,
        count(*) FILTER (WHERE NOT e.moved AND e.exit_before = 'overflow') AS overflow,
        count(*) FILTER (WHERE NOT e.moved AND e.exit_before <> 'overflow') AS other,
        count(DISTINCT e.entered_before) AS calls_entered_before
    FROM (
        SELECT
            coalesce(j.is_transfer, FALSE) AS moved,
            coalesce(b.exit, 'unknown') AS exit_before,
            CASE
                WHEN j.direction = 'inbound' AND coalesce(CAST(f.entered_local AS DATE), f.date) < o.first_day
                    THEN concat(j.source, '/', j.call_id)
            END AS entered_before
        FROM judged j
        JOIN days d ON d.day = j.day AND d.period = 'current'
        CROSS JOIN (SELECT min(day) AS first_day FROM days WHERE period = 'current') o
        LEFT JOIN queue_entries b
            ON b.source = j.source AND b.call_id = j.call_id AND b.queue_entry_index = j.queue_entry_index - 1
        LEFT JOIN queue_entries f
            ON f.source = j.source AND f.call_id = j.call_id AND f.queue_entry_index = 0
        WHERE j.queue_entry_index > 0
    ) e
) later_entries
