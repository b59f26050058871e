-- Answers: what did the vendor itself say about service level, beside our verdict on the same entries and calls?
-- Grain: one row per source, level (entry, call) and the vendor's word; entries and calls without one are left out.
-- Reads: days, judged, seen_calls
-- Columns: source, level, vendor_verdict (in_sla, not_in_sla, excluded), vendor_threshold (seconds, NULL where it differs),
--   count, met, not_met, not_judged (entries or calls, by the configured formula; a call by its first judged entry).
-- Definition: design.md section 3 (queue_entries.vendor_sla, calls.vendor_sla_met).
SELECT
    v.source,
    v.level,
    v.vendor_verdict,
    CASE WHEN min(v.vendor_threshold_seconds) = max(v.vendor_threshold_seconds)
        THEN min(v.vendor_threshold_seconds) END AS vendor_threshold,
    count(*) AS count,
    count(*) FILTER (WHERE v.verdict = 'met') AS met,
    count(*) FILTER (WHERE v.verdict = 'not_met') AS not_met,
    count(*) FILTER (WHERE v.verdict IS NULL) AS not_judged
FROM (
    SELECT j.source, 'entry' AS level, j.vendor_sla AS vendor_verdict, j.vendor_threshold_seconds, j.verdict
    FROM judged j
    JOIN days d ON d.day = j.day AND d.period = 'current'
    WHERE j.vendor_sla IS NOT NULL
    UNION ALL
    SELECT
        c.source,
        'call' AS level,
        CASE WHEN c.vendor_sla_met THEN 'in_sla' ELSE 'not_in_sla' END AS vendor_verdict,
        CAST(NULL AS DOUBLE) AS vendor_threshold_seconds,
        f.verdict
    FROM seen_calls c
    JOIN days d ON d.day = c.day AND d.period = 'current'
    LEFT JOIN (
        SELECT source, call_id, max_by(verdict, -queue_entry_index) AS verdict
        FROM judged
        WHERE verdict IS NOT NULL
        GROUP BY source, call_id
    ) f ON f.source = c.source AND f.call_id = c.call_id
    WHERE c.vendor_sla_met IS NOT NULL
) v
GROUP BY v.source, v.level, v.vendor_verdict
ORDER BY v.source, v.level DESC, v.vendor_verdict
