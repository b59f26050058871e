-- Answers: every figure of the reports, with the service level under each formula, for every grain.
-- Grain: as counts; rows of queue, interval and time only where there were entries.
-- Reads: counts, params
-- Columns: counts of entries; asa, ata, talk, wait_p50, wait_p90, longest_wait_*, *_wait, threshold and short_abandon_limit in seconds;
--   rates, target and the formulas 0 to 1; variance in percentage points. An empty denominator gives NULL.
--   to_target: entries that would have had to be met in addition. <formula>_met and <formula>_of are a formula's numerator and denominator.
--   threshold, short_abandon_limit: the one that all entries share, else NULL. target: the one that all entries share, else
--   the highest of a group of queues, and the default target where queues are added up.
-- Definition: design.md section 3, Counting (V1 to V7); metrics.md section 1.4 and 1.5.
SELECT
    r.*,
    (r.service_level - r.target) * 100 AS variance,
    CASE WHEN r.service_level IS NULL THEN NULL WHEN r.service_level >= r.target THEN 'met' ELSE 'missed' END AS verdict,
    CASE WHEN r.service_level IS NULL THEN NULL WHEN r.service_level >= r.target THEN 0
        ELSE CAST(ceil(r.target * r.judged_by_formula - r.met - 0.000001) AS BIGINT) END AS to_target
FROM (
    SELECT
        v.*,
        CAST(v.met AS DOUBLE) / nullif(v.judged_by_formula, 0) AS service_level,
        CAST(v.abandons_count_against_met AS DOUBLE) / nullif(v.abandons_count_against_of, 0) AS abandons_count_against,
        CAST(v.exclude_short_abandons_met AS DOUBLE) / nullif(v.exclude_short_abandons_of, 0) AS exclude_short_abandons,
        CAST(v.exclude_abandons_within_t_met AS DOUBLE) / nullif(v.exclude_abandons_within_t_of, 0) AS exclude_abandons_within_t,
        CAST(v.abandons_within_t_met_met AS DOUBLE) / nullif(v.abandons_within_t_met_of, 0) AS abandons_within_t_met,
        CAST(v.short_abandons_met_met AS DOUBLE) / nullif(v.short_abandons_met_of, 0) AS short_abandons_met,
        CAST(v.answered_only_met AS DOUBLE) / nullif(v.answered_only_of, 0) AS answered_only,
        CAST(v.removed_within_t_met AS DOUBLE) / nullif(v.removed_within_t_of, 0) AS removed_within_t
    FROM (
        SELECT
            c.*,
            CASE
                WHEN c.grain IN ('queue', 'interval') THEN c.target_any
                WHEN c.target_min = c.target_max THEN c.target_max
                ELSE p.target
            END AS target,
            CASE
                WHEN c.grain IN ('queue', 'interval') THEN CAST(c.threshold_any_ms AS DOUBLE) / 1000
                WHEN c.threshold_min_ms = c.threshold_max_ms THEN CAST(c.threshold_min_ms AS DOUBLE) / 1000
            END AS threshold,
            CASE
                WHEN c.grain IN ('queue', 'interval') THEN CAST(c.short_any_ms AS DOUBLE) / 1000
                WHEN c.short_min_ms = c.short_max_ms THEN CAST(c.short_min_ms AS DOUBLE) / 1000
            END AS short_abandon_limit,
            CAST(c.abandoned - c.short_abandons AS DOUBLE) / nullif(c.offered - c.short_abandons, 0) AS abandon_rate,
            CAST(c.abandoned AS DOUBLE) / nullif(c.offered, 0) AS abandon_rate_gross,
            CAST(c.answered_wait_ms AS DOUBLE) / nullif(c.answered_judged * 1000, 0) AS asa,
            CAST(c.abandoned_wait_ms AS DOUBLE) / nullif(c.abandoned_judged * 1000, 0) AS ata,
            CAST(c.talk_ms AS DOUBLE) / nullif(c.talk_known * 1000, 0) AS talk,
            c.wait_p50_ms / 1000 AS wait_p50,
            c.wait_p90_ms / 1000 AS wait_p90,
            CAST(c.answered_wait_max_ms AS DOUBLE) / 1000 AS longest_wait_answered,
            CAST(c.abandoned_wait_max_ms AS DOUBLE) / 1000 AS longest_wait_abandoned,
            CAST(c.answered_wait_ms AS DOUBLE) / 1000 AS answered_wait,
            CAST(c.abandoned_wait_ms AS DOUBLE) / 1000 AS abandoned_wait,
            c.answered_within AS abandons_count_against_met,
            c.judged AS abandons_count_against_of,
            c.answered_within AS exclude_short_abandons_met,
            c.judged - c.short_abandons AS exclude_short_abandons_of,
            c.answered_within AS exclude_abandons_within_t_met,
            c.judged - c.abandoned_within AS exclude_abandons_within_t_of,
            c.answered_within + c.abandoned_within AS abandons_within_t_met_met,
            c.judged AS abandons_within_t_met_of,
            c.answered_within + c.short_abandons AS short_abandons_met_met,
            c.judged AS short_abandons_met_of,
            c.answered_within AS answered_only_met,
            c.answered_judged AS answered_only_of,
            c.answered_within + c.abandoned_within + c.callback_within AS removed_within_t_met,
            c.judged + c.callback_judged AS removed_within_t_of
        FROM counts c
        CROSS JOIN params p
        WHERE c.grain IN ('all', 'day') OR c.entries > 0
    ) v
) r
ORDER BY
    r.grain, r.period, r.day NULLS FIRST, r.minute_of_day NULLS FIRST,
    r.source NULLS LAST, r.queue NULLS LAST, r.interval_start_local NULLS LAST, r.utc_offset_minutes DESC NULLS LAST
