-- Answers: the base counts and sums that every figure is made of, for each grain of the reports at once.
-- Grain: one row per grain and its keys: all (period), day, queue (reported_source, reported_queue),
--        interval (queue, interval_start_local, utc_offset_minutes), time (minute_of_day), each per period.
-- Reads: days, judged
-- Columns: entries unless the name ends in _ms (milliseconds); days_with_entries in days; target 0 to 1.
--   Additive but for the percentiles (wait_p50_ms, wait_p90_ms), the maxima, days_with_entries and min/max of settings.
--   min and max of settings are of offered entries; *_any_* serve grains in which all entries share them.
--   A day without entries has its row, with zeros.
-- Definition: design.md section 3, Counting.
SELECT
    CASE
        WHEN grouping(j.interval_start_local) = 0 THEN 'interval'
        WHEN grouping(j.reported_queue) = 0 THEN 'queue'
        WHEN grouping(j.minute_of_day) = 0 THEN 'time'
        WHEN grouping(d.day) = 0 THEN 'day'
        ELSE 'all'
    END AS grain,
    d.period,
    d.day,
    j.reported_source AS source,
    j.reported_queue AS queue,
    j.interval_start_local,
    j.utc_offset_minutes,
    j.minute_of_day,
    count(DISTINCT j.day) AS days_with_entries,
    min(j.threshold_ms) FILTER (WHERE j.state = 'offered') AS threshold_min_ms,
    max(j.threshold_ms) FILTER (WHERE j.state = 'offered') AS threshold_max_ms,
    min(j.short_ms) FILTER (WHERE j.state = 'offered') AS short_min_ms,
    max(j.short_ms) FILTER (WHERE j.state = 'offered') AS short_max_ms,
    min(j.target) FILTER (WHERE j.state = 'offered') AS target_min,
    max(j.target) FILTER (WHERE j.state = 'offered') AS target_max,
    max(j.threshold_ms) AS threshold_any_ms,
    max(j.short_ms) AS short_any_ms,
    max(j.target) AS target_any,
    count(j.call_id) AS entries,
    count(*) FILTER (WHERE j.state = 'excluded') AS excluded,
    count(*) FILTER (WHERE j.state = 'after_hours') AS after_hours,
    count(*) FILTER (WHERE j.state = 'open') AS open,
    count(*) FILTER (WHERE j.state = 'unknown') AS unknown,
    count(*) FILTER (WHERE j.state = 'offered') AS offered,
    count(*) FILTER (WHERE j.state = 'offered' AND j.exit_word = 'answered') AS answered,
    count(*) FILTER (WHERE j.state = 'offered' AND j.exit_word = 'abandoned') AS abandoned,
    count(*) FILTER (WHERE j.state = 'offered' AND j.exit_word = 'voicemail') AS voicemail,
    count(*) FILTER (WHERE j.state = 'offered' AND j.exit_word = 'callback') AS callback,
    count(*) FILTER (WHERE j.state = 'offered' AND j.exit_word = 'overflow') AS overflow,
    count(*) FILTER (WHERE j.state = 'offered' AND j.exit_word = 'missed') AS missed,
    count(*) FILTER (WHERE j.state = 'offered' AND j.exit_word = 'failed') AS failed,
    count(*) FILTER (WHERE j.judged) AS judged,
    count(*) FILTER (WHERE j.judged AND j.exit_word = 'answered') AS answered_judged,
    count(*) FILTER (WHERE j.judged AND j.exit_word = 'abandoned') AS abandoned_judged,
    count(*) FILTER (WHERE j.state = 'offered' AND j.wait_ms IS NOT NULL AND j.exit_word = 'callback'
        AND NOT j.counts_against) AS callback_judged,
    count(*) FILTER (WHERE j.state = 'offered' AND j.counts_against AND j.wait_ms IS NULL) AS unknown_wait,
    count(*) FILTER (WHERE j.judged AND j.within AND j.exit_word = 'answered') AS answered_within,
    count(*) FILTER (WHERE j.judged AND j.within AND j.exit_word = 'abandoned') AS abandoned_within,
    count(*) FILTER (WHERE j.state = 'offered' AND j.within AND j.exit_word = 'callback') AS callback_within,
    count(*) FILTER (WHERE j.short) AS short_abandons,
    count(*) FILTER (WHERE j.verdict = 'met') AS met,
    count(*) FILTER (WHERE j.verdict IS NOT NULL) AS judged_by_formula,
    CAST(sum(j.wait_ms) FILTER (WHERE j.state = 'offered' AND j.exit_word = 'answered') AS BIGINT) AS answered_wait_ms,
    CAST(sum(j.wait_ms) FILTER (WHERE j.state = 'offered' AND j.exit_word = 'abandoned') AS BIGINT) AS abandoned_wait_ms,
    max(j.wait_ms) FILTER (WHERE j.state = 'offered' AND j.exit_word = 'answered') AS answered_wait_max_ms,
    max(j.wait_ms) FILTER (WHERE j.state = 'offered' AND j.exit_word = 'abandoned') AS abandoned_wait_max_ms,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY CASE WHEN j.state = 'offered' AND j.exit_word = 'answered'
        THEN CAST(j.wait_ms AS DOUBLE) END) AS wait_p50_ms,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY CASE WHEN j.state = 'offered' AND j.exit_word = 'answered'
        THEN CAST(j.wait_ms AS DOUBLE) END) AS wait_p90_ms,
    CAST(sum(j.talk_ms) FILTER (WHERE j.state = 'offered') AS BIGINT) AS talk_ms,
    count(j.talk_ms) FILTER (WHERE j.state = 'offered') AS talk_known
FROM days d
LEFT JOIN judged j ON j.day = d.day
GROUP BY GROUPING SETS (
    (d.period),
    (d.period, d.day),
    (d.period, j.reported_source, j.reported_queue),
    (d.period, j.reported_source, j.reported_queue, j.interval_start_local, j.utc_offset_minutes),
    (d.period, j.minute_of_day)
)
