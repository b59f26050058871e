-- Answers: how does each queue entry count: in which reported queue, offered or not, within the threshold or not,
--          and is it met under the configured formula?
-- Grain: one row per queue entry (source, call_id, queue_entry_index), of every day that is bound.
-- Reads: queue_entries, calls, params, targets, not_met, opening, exclusions
-- Columns: 
--   partition_date                             date of the call's partition
--   day, interval_start_local, minute_of_day   arrival on the source's wall clock; day falls back to the partition's date
--   reported_source, reported_queue            group of the queue's rule, else the queue itself
--   direction                                  of the call
--   wait_ms, threshold_ms, short_ms            milliseconds; wait_ms is NULL where the wait is unknown
--   target                                     0 to 1
--   state                                      offered, open, unknown, after_hours or excluded: exactly one per entry
--   within, short, judged                      at or below the threshold; short abandon; part of the denominator J
--   verdict                                    met, not_met, or NULL where the formula does not judge the entry
--   talk_ms, hold_ms, wrap_up_ms               of the call, on its first answered entry only, so that sums count a call once
-- Definition: design.md section 3, Counting; metrics.md section 1.4. Unknown waits are judged by no formula.
-- Of most calls the only answered entry is the first, so the first answered one is looked for among the others only.
SELECT
    k.*,
    CASE
        WHEN k.state <> 'offered' OR k.wait_ms IS NULL THEN NULL
        WHEN k.exit_word = 'answered' AND k.within THEN 'met'
        WHEN k.exit_word = 'answered' THEN 'not_met'
        WHEN k.formula = 'answered_only' THEN NULL
        WHEN k.exit_word = 'abandoned' AND k.short AND k.formula = 'exclude_short_abandons' THEN NULL
        WHEN k.exit_word = 'abandoned' AND k.short AND k.formula = 'short_abandons_met' THEN 'met'
        WHEN k.exit_word = 'abandoned' AND k.within AND k.formula = 'exclude_abandons_within_t' THEN NULL
        WHEN k.exit_word = 'abandoned' AND k.within AND k.formula IN ('abandons_within_t_met', 'removed_within_t') THEN 'met'
        WHEN k.exit_word = 'callback' AND k.within AND k.formula = 'removed_within_t' THEN 'met'
        WHEN k.exit_word = 'callback' AND k.formula = 'removed_within_t' THEN 'not_met'
        WHEN k.judged THEN 'not_met'
    END AS verdict
FROM (
    SELECT
        s.*,
        s.wait_ms IS NOT NULL
            AND CASE WHEN s.boundary = 'lt' THEN s.wait_ms < s.threshold_ms ELSE s.wait_ms <= s.threshold_ms END AS within,
        s.state = 'offered' AND s.exit_word = 'abandoned' AND s.wait_ms IS NOT NULL AND s.short_ms > 0
            AND CASE WHEN s.boundary = 'lt' THEN s.wait_ms < s.short_ms ELSE s.wait_ms <= s.short_ms END AS short,
        s.state = 'offered' AND s.wait_ms IS NOT NULL AND s.counts_against AS judged
    FROM (
        SELECT
            e.source,
            e.call_id,
            e.queue_entry_index,
            e.date AS partition_date,
            e.queue,
            CASE WHEN t.source IS NULL THEN e.source ELSE t.reported_source END AS reported_source,
            CASE WHEN t.source IS NULL THEN e.queue ELSE t.reported_queue END AS reported_queue,
            coalesce(CAST(e.entered_local AS DATE), e.date) AS day,
            e.entered_local,
            e.utc_offset_minutes,
            CAST(date_trunc('day', e.entered_local) AS TIMESTAMP)
                + INTERVAL '1' MINUTE * (e.minute_of_day - e.minute_of_day % p.interval_minutes) AS interval_start_local,
            e.minute_of_day - e.minute_of_day % p.interval_minutes AS minute_of_day,
            p.interval_minutes,
            p.formula,
            p.boundary,
            e.exit_word,
            e.is_transfer,
            c.direction,
            e.vendor_sla,
            e.vendor_threshold_seconds,
            e.wait_is_derived,
            e.wait_ms,
            coalesce(t.threshold_ms, p.threshold_ms) AS threshold_ms,
            coalesce(t.short_ms, p.short_ms) AS short_ms,
            coalesce(t.target, p.target) AS target,
            CASE
                WHEN x.source IS NOT NULL THEN 'excluded'
                WHEN e.entered_local IS NOT NULL AND NOT coalesce(t.always_open, TRUE) AND o.source IS NULL THEN 'after_hours'
                WHEN e.exit_word IN ('open', 'unknown') THEN e.exit_word
                ELSE 'offered'
            END AS state,
            e.exit_word IN ('answered', 'abandoned') OR n.exit_word IS NOT NULL AS counts_against,
            CASE WHEN e.exit_word = 'answered' AND (e.queue_entry_index = 0 OR e.queue_entry_index = f.first_answered) THEN CAST(round(c.talk_seconds * 1000) AS BIGINT) END AS talk_ms,
            CASE WHEN e.exit_word = 'answered' AND (e.queue_entry_index = 0 OR e.queue_entry_index = f.first_answered) THEN CAST(round(c.hold_seconds * 1000) AS BIGINT) END AS hold_ms,
            CASE WHEN e.exit_word = 'answered' AND (e.queue_entry_index = 0 OR e.queue_entry_index = f.first_answered) THEN CAST(round(c.wrap_up_seconds * 1000) AS BIGINT) END AS wrap_up_ms
        FROM (
            SELECT
                q.*,
                CAST(round(q.wait_seconds * 1000) AS BIGINT) AS wait_ms,
                extract(HOUR FROM q.entered_local) * 60 + extract(MINUTE FROM q.entered_local) AS minute_of_day,
                CASE
                    WHEN q.exit IN ('answered', 'abandoned', 'voicemail', 'callback', 'overflow', 'missed', 'failed', 'open')
                        THEN q.exit
                    ELSE 'unknown'
                END AS exit_word
            FROM queue_entries q
        ) e
        CROSS JOIN params p
        LEFT JOIN targets t ON t.source = e.source AND t.queue IS NOT DISTINCT FROM e.queue
        LEFT JOIN not_met n ON n.exit_word = e.exit_word
        LEFT JOIN opening o
            ON o.source = e.source AND o.day = CAST(e.entered_local AS DATE)
            AND e.entered_local >= o.opens AND e.entered_local < o.closes
        LEFT JOIN exclusions x
            ON x.source = e.source AND e.entered_local >= x.from_local AND e.entered_local < x.to_local
        LEFT JOIN calls c ON c.source = e.source AND c.call_id = e.call_id
        LEFT JOIN (
            SELECT a.source, a.call_id, min(a.queue_entry_index) AS first_answered
            FROM queue_entries a
            JOIN (
                SELECT DISTINCT source, call_id
                FROM queue_entries
                WHERE exit = 'answered' AND queue_entry_index > 0
            ) r ON r.source = a.source AND r.call_id = a.call_id
            WHERE a.exit = 'answered'
            GROUP BY a.source, a.call_id
        ) f ON f.source = e.source AND f.call_id = e.call_id
    ) s
) k
