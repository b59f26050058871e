-- Answers: which words of the vendors could not be read as an outcome, and how many calls do they hide?
-- Grain: one row per source and combination of the vendor's words.
-- Reads: days, seen_calls
-- Columns: source, raw_status, raw_type, raw_reason, count (calls of the current period whose words are in no table).
-- Definition: design.md section 3 (outcome); map the words with `outcomes` in the configuration.
SELECT
    c.source,
    c.raw_status,
    c.raw_type,
    c.raw_reason,
    count(*) AS count
FROM seen_calls c
JOIN days d ON d.day = c.day AND d.period = 'current'
WHERE c.outcome = 'unknown' AND coalesce(c.outcome_evidence, 'unknown') = 'unknown'
GROUP BY c.source, c.raw_status, c.raw_type, c.raw_reason
ORDER BY count DESC, c.source, c.raw_status NULLS LAST, c.raw_type NULLS LAST, c.raw_reason NULLS LAST
