-- Answers: what does the lake hold of each source for the current period, and how sure is it?
-- Grain: one row per configured source.
-- Reads: days, sources, seen_calls, judged
-- Columns: calls; unknown_outcome, in_progress (calls); no_caller (calls without a caller's key);
--   entries; unknown_wait, derived_wait (entries); newest (UTC, when a payload of the period's calls was last seen).
-- Definition: design.md section 3; calls by the day of their start, entries by the day they entered.
SELECT
    s.source,
    coalesce(c.calls, 0) AS calls,
    coalesce(c.unknown_outcome, 0) AS unknown_outcome,
    coalesce(c.in_progress, 0) AS in_progress,
    coalesce(c.no_caller, 0) AS no_caller,
    coalesce(e.entries, 0) AS entries,
    coalesce(e.unknown_wait, 0) AS unknown_wait,
    coalesce(e.derived_wait, 0) AS derived_wait,
    c.newest
FROM sources s
LEFT JOIN (
    SELECT
        k.source,
        count(*) AS calls,
        count(*) FILTER (WHERE k.outcome = 'unknown') AS unknown_outcome,
        count(*) FILTER (WHERE k.outcome = 'in_progress') AS in_progress,
        count(*) FILTER (WHERE k.withheld) AS no_caller,
        max(k.last_observed_at) AS newest
    FROM seen_calls k
    JOIN days d ON d.day = k.day AND d.period = 'current'
    GROUP BY k.source
) c ON c.source = s.source
LEFT JOIN (
    SELECT
        j.source,
        count(*) AS entries,
        count(*) FILTER (WHERE j.wait_ms IS NULL AND j.exit_word <> 'open') AS unknown_wait,
        count(*) FILTER (WHERE j.wait_is_derived) AS derived_wait
    FROM judged j
    JOIN days d ON d.day = j.day AND d.period = 'current'
    GROUP BY j.source
) e ON e.source = s.source
ORDER BY s.source
