-- Answers: what do the reports need of each call? A narrow copy, which is kept for all queries of a session.
-- Grain: one row per call (source, call_id), of every day that is bound.
-- Reads: calls
-- Columns: day (local, of the start; else the partition's date), and columns of calls as they are.
-- Definition: transform/schema (calls).
SELECT
    c.source,
    c.call_id,
    coalesce(CAST(c.started_local AS DATE), c.date) AS day,
    c.direction,
    c.queue,
    c.outcome,
    c.outcome_evidence,
    c.raw_status,
    c.raw_type,
    c.raw_reason,
    c.started_at,
    c.started_local,
    c.utc_offset_minutes,
    c.customer_number,
    c.caller_key IS NULL AS withheld,
    c.vendor_sla_met,
    c.last_observed_at
FROM calls c
