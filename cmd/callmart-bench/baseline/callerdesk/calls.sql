-- One row per call, from the newest record of each. Numbers are left out: SQL cannot make them E.164.
-- Grain: call. Durations in seconds; wait is leg A to leg B, or to the end where nobody answered.
-- Source: the rules of README.md and of the data dictionary.
SELECT call_id, 'callerdesk' AS vendor, direction, outcome, Status AS raw_status, raw_type, nullif(callstatus, '') AS raw_reason, end_local IS NOT NULL AS is_final,
       start AS started_at, start_local AS started_local, CAST(330 AS BIGINT) AS utc_offset_minutes,
       CASE WHEN direction = 'inbound' THEN leg_a - INTERVAL '330' MINUTE END AS queued_at,
       CASE WHEN direction = 'outbound' THEN leg_a - INTERVAL '330' MINUTE END AS assigned_at,
       leg_b - INTERVAL '330' MINUTE AS answered_at, end_local - INTERVAL '330' MINUTE AS ended_at,
       CAST(CallDuration AS DOUBLE) AS duration_seconds, wait AS wait_seconds, wait AS queue_wait_total_seconds,
       CASE WHEN outcome = 'answered' OR CAST(TalkDuration AS BIGINT) > 0 THEN CAST(TalkDuration AS DOUBLE) END AS talk_seconds,
       CASE WHEN outcome = 'answered' OR CAST(TalkDuration AS BIGINT) > 0 THEN CAST(TalkDuration AS DOUBLE) END AS handle_seconds,
       CASE WHEN queued THEN CAST(epoch(leg_a) - epoch(start_local) AS DOUBLE) END AS ivr_seconds,
       nullif(nullif(group_id, ''), '0') AS queue_id, nullif(nullif(call_group, ''), '0') AS queue, nullif(nullif(campid, ''), '0') AS campaign_id,
       nullif(key_press, '') AS ivr_keys,
       CASE WHEN outcome = 'answered' THEN nullif(nullif(receiver_name, ''), '0') END AS agent_name,
       CAST(coalesce(nullif(receiver_name, '0'), '') <> '' OR coalesce(agent_email, '') <> '' AS BIGINT) AS agent_count,
       CAST(queued AS BIGINT) AS queue_entry_count, CAST(0 AS BIGINT) AS transfer_count,
       CAST(coins AS DOUBLE) AS cost, coalesce(nullif(hangup_cause, ''), nullif(error_code, '0')) AS hangup_reason,
       CAST(coalesce(CallRecordingUrl, '') <> '' AS BIGINT) AS recording_count, type AS event, type AS payload_kind, start
FROM (
  SELECT *, direction = 'inbound' AND outcome <> 'ivr_abandoned' AND (leg_a IS NOT NULL OR coalesce(call_group, '') <> '') AS queued,
         CASE WHEN direction = 'inbound' AND outcome <> 'ivr_abandoned' AND leg_a IS NOT NULL
              THEN CAST(epoch(CASE WHEN outcome = 'answered' THEN leg_b ELSE end_local END) - epoch(leg_a) AS DOUBLE) END AS wait
  FROM (
    SELECT * EXCLUDE (Direction), Direction AS raw_type, CASE WHEN Direction = 'IVR' THEN 'inbound' WHEN Direction = 'WEBOBD' THEN 'outbound' END AS direction,
           CASE WHEN end_local IS NULL THEN 'in_progress'
                WHEN split_part(upper(callstatus), ' (', 1) IN ('ANSWER', 'ANSWERED') THEN 'answered'
                WHEN Direction = 'IVR' THEN CASE split_part(upper(callstatus), ' (', 1)
                  WHEN 'ABANDONEDCALL' THEN 'abandoned' WHEN 'CANCEL' THEN 'abandoned' WHEN 'NO ANSWER' THEN 'missed' WHEN 'BUSY' THEN 'missed'
                  WHEN 'CONGESTION' THEN 'failed' WHEN 'NOT CONNECTED' THEN 'ivr_abandoned' ELSE 'unknown' END
                ELSE CASE split_part(upper(callstatus), ' (', 1)
                  WHEN 'CANCEL' THEN 'cancelled' WHEN 'NOANSWER' THEN 'no_answer' WHEN 'NOT CONNECTED' THEN 'no_answer' WHEN 'BUSY' THEN 'busy'
                  WHEN 'CONGESTION' THEN 'failed' ELSE 'unknown' END
           END AS outcome
    FROM latest
  )
)
