-- Answers: the base counts of some partitions of one source, from which any service level can be made later.
-- Grain: one row per partition's date, queue and interval of arrival; both hours of a change to winter time have their own rows.
-- Reads: judged, bound over the calls of those partitions, without a period
-- Columns: date (of the partition), then those of queue_intervals in transform/schema, in that order: entries unless the name ends in
--   _seconds, _minutes or _ms. entries counts all; what is missing from offered + open + unknown + after_hours is excluded.
--   talk_ms, hold_ms, wrap_up_ms stand with the first entry of a call that was answered. *_le_N is always inclusive.
-- Definition: design.md section 3 (queue_intervals, Counting).
-- Entries that count alike are counted together first, since a query of some sixty conditions over every entry takes three times as long.
SELECT
    b.partition_date AS "date",
    b.queue,
    b.interval_start_local,
    b.utc_offset_minutes,
    CAST(b.interval_minutes AS BIGINT) AS interval_minutes,
    CAST(b.threshold_ms AS DOUBLE) / 1000 AS threshold_seconds,
    CAST(b.short_ms AS DOUBLE) / 1000 AS short_abandon_seconds,
    CAST(sum(b.entries) AS BIGINT) AS entries,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered') AS BIGINT), 0) AS offered,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'answered') AS BIGINT), 0) AS answered,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'abandoned') AS BIGINT), 0) AS abandoned,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'voicemail') AS BIGINT), 0) AS voicemail,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'callback') AS BIGINT), 0) AS callback,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'overflow') AS BIGINT), 0) AS overflow,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'missed') AS BIGINT), 0) AS missed,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'failed') AS BIGINT), 0) AS failed,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'open') AS BIGINT), 0) AS open,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'unknown') AS BIGINT), 0) AS unknown,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'after_hours') AS BIGINT), 0) AS after_hours,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.judged AND b.within AND b.exit_word = 'answered') AS BIGINT), 0) AS answered_within,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.judged AND b.within AND b.exit_word = 'abandoned') AS BIGINT), 0) AS abandoned_within,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.short) AS BIGINT), 0) AS short_abandoned,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.within AND b.exit_word = 'callback') AS BIGINT), 0) AS callback_within,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'answered' AND b.waited_up_to IS NULL) AS BIGINT), 0) AS answered_unknown_wait,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'abandoned' AND b.waited_up_to IS NULL) AS BIGINT), 0) AS abandoned_unknown_wait,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'voicemail' AND b.waited_up_to IS NULL) AS BIGINT), 0) AS voicemail_unknown_wait,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'callback' AND b.waited_up_to IS NULL) AS BIGINT), 0) AS callback_unknown_wait,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'overflow' AND b.waited_up_to IS NULL) AS BIGINT), 0) AS overflow_unknown_wait,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'missed' AND b.waited_up_to IS NULL) AS BIGINT), 0) AS missed_unknown_wait,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'failed' AND b.waited_up_to IS NULL) AS BIGINT), 0) AS failed_unknown_wait,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'answered' AND b.waited_up_to <= 5) AS BIGINT), 0) AS answered_le_5,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'answered' AND b.waited_up_to <= 6) AS BIGINT), 0) AS answered_le_6,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'answered' AND b.waited_up_to <= 10) AS BIGINT), 0) AS answered_le_10,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'answered' AND b.waited_up_to <= 15) AS BIGINT), 0) AS answered_le_15,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'answered' AND b.waited_up_to <= 20) AS BIGINT), 0) AS answered_le_20,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'answered' AND b.waited_up_to <= 30) AS BIGINT), 0) AS answered_le_30,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'answered' AND b.waited_up_to <= 45) AS BIGINT), 0) AS answered_le_45,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'answered' AND b.waited_up_to <= 60) AS BIGINT), 0) AS answered_le_60,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'answered' AND b.waited_up_to <= 90) AS BIGINT), 0) AS answered_le_90,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'answered' AND b.waited_up_to <= 120) AS BIGINT), 0) AS answered_le_120,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'answered' AND b.waited_up_to <= 180) AS BIGINT), 0) AS answered_le_180,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'answered' AND b.waited_up_to <= 300) AS BIGINT), 0) AS answered_le_300,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'answered' AND b.waited_up_to <= 600) AS BIGINT), 0) AS answered_le_600,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'abandoned' AND b.waited_up_to <= 5) AS BIGINT), 0) AS abandoned_le_5,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'abandoned' AND b.waited_up_to <= 6) AS BIGINT), 0) AS abandoned_le_6,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'abandoned' AND b.waited_up_to <= 10) AS BIGINT), 0) AS abandoned_le_10,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'abandoned' AND b.waited_up_to <= 15) AS BIGINT), 0) AS abandoned_le_15,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'abandoned' AND b.waited_up_to <= 20) AS BIGINT), 0) AS abandoned_le_20,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'abandoned' AND b.waited_up_to <= 30) AS BIGINT), 0) AS abandoned_le_30,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'abandoned' AND b.waited_up_to <= 45) AS BIGINT), 0) AS abandoned_le_45,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'abandoned' AND b.waited_up_to <= 60) AS BIGINT), 0) AS abandoned_le_60,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'abandoned' AND b.waited_up_to <= 90) AS BIGINT), 0) AS abandoned_le_90,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'abandoned' AND b.waited_up_to <= 120) AS BIGINT), 0) AS abandoned_le_120,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'abandoned' AND b.waited_up_to <= 180) AS BIGINT), 0) AS abandoned_le_180,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'abandoned' AND b.waited_up_to <= 300) AS BIGINT), 0) AS abandoned_le_300,
    coalesce(CAST(sum(b.entries) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'abandoned' AND b.waited_up_to <= 600) AS BIGINT), 0) AS abandoned_le_600,
    coalesce(CAST(sum(b.wait_ms) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'answered') AS BIGINT), 0) AS answered_wait_ms,
    coalesce(CAST(sum(b.wait_ms) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'abandoned') AS BIGINT), 0) AS abandoned_wait_ms,
    coalesce(CAST(sum(b.talk_ms) FILTER (WHERE b.state = 'offered') AS BIGINT), 0) AS talk_ms,
    coalesce(CAST(sum(b.hold_ms) FILTER (WHERE b.state = 'offered') AS BIGINT), 0) AS hold_ms,
    coalesce(CAST(sum(b.wrap_up_ms) FILTER (WHERE b.state = 'offered') AS BIGINT), 0) AS wrap_up_ms,
    max(b.wait_max_ms) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'answered') AS answered_wait_max_ms,
    max(b.wait_max_ms) FILTER (WHERE b.state = 'offered' AND b.exit_word = 'abandoned') AS abandoned_wait_max_ms
FROM (
    SELECT
        w.partition_date,
        w.queue,
        w.interval_start_local,
        w.utc_offset_minutes,
        w.interval_minutes,
        w.threshold_ms,
        w.short_ms,
        w.state,
        w.exit_word,
        w.judged,
        w.within,
        w.short,
        w.waited_up_to,
        count(*) AS entries,
        sum(w.wait_ms) AS wait_ms,
        max(w.wait_ms) AS wait_max_ms,
        sum(w.talk_ms) AS talk_ms,
        sum(w.hold_ms) AS hold_ms,
        sum(w.wrap_up_ms) AS wrap_up_ms
    FROM (
        SELECT
            j.*,
            CASE
                WHEN j.wait_ms <= 5000 THEN 5
                WHEN j.wait_ms <= 6000 THEN 6
                WHEN j.wait_ms <= 10000 THEN 10
                WHEN j.wait_ms <= 15000 THEN 15
                WHEN j.wait_ms <= 20000 THEN 20
                WHEN j.wait_ms <= 30000 THEN 30
                WHEN j.wait_ms <= 45000 THEN 45
                WHEN j.wait_ms <= 60000 THEN 60
                WHEN j.wait_ms <= 90000 THEN 90
                WHEN j.wait_ms <= 120000 THEN 120
                WHEN j.wait_ms <= 180000 THEN 180
                WHEN j.wait_ms <= 300000 THEN 300
                WHEN j.wait_ms <= 600000 THEN 600
                WHEN j.wait_ms IS NOT NULL THEN 2147483647
            END AS waited_up_to
        FROM judged j
    ) w
    GROUP BY
        w.partition_date, w.queue, w.interval_start_local, w.utc_offset_minutes, w.interval_minutes, w.threshold_ms, w.short_ms,
        w.state, w.exit_word, w.judged, w.within, w.short, w.waited_up_to
) b
GROUP BY b.partition_date, b.queue, b.interval_start_local, b.utc_offset_minutes, b.interval_minutes, b.threshold_ms, b.short_ms
ORDER BY b.partition_date, b.queue NULLS LAST, b.interval_start_local NULLS LAST, b.utc_offset_minutes DESC NULLS LAST
