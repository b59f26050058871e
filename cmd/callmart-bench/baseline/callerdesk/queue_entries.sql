-- One row per inbound call that reached a group.
-- Grain: wait for a human. The wait is derived from the legs' times, in seconds.
-- Source: the rules of README.md and of the data dictionary.
SELECT call_id, CAST(0 AS BIGINT) AS queue_entry_index, nullif(nullif(group_id, ''), '0') AS queue_id, nullif(nullif(call_group, ''), '0') AS queue,
       leg_a - INTERVAL '330' MINUTE AS entered_at, leg_a AS entered_local, CAST(330 AS BIGINT) AS utc_offset_minutes,
       CASE WHEN exit = 'answered' THEN leg_b ELSE end_local END - INTERVAL '330' MINUTE AS left_at,
       CAST(epoch(CASE WHEN exit = 'answered' THEN leg_b ELSE end_local END) - epoch(leg_a) AS DOUBLE) AS wait_seconds, exit,
       CASE WHEN exit = 'answered' THEN leg_b - INTERVAL '330' MINUTE END AS answered_at,
       CASE WHEN exit = 'answered' THEN nullif(nullif(receiver_name, ''), '0') END AS agent_name,
       false AS is_transfer, true AS wait_is_derived, start
FROM (
  SELECT *, CASE split_part(upper(callstatus), ' (', 1)
              WHEN 'ANSWER' THEN 'answered' WHEN 'ANSWERED' THEN 'answered' WHEN 'ABANDONEDCALL' THEN 'abandoned' WHEN 'CANCEL' THEN 'abandoned'
              WHEN 'NO ANSWER' THEN 'missed' WHEN 'BUSY' THEN 'missed' WHEN 'CONGESTION' THEN 'failed' ELSE 'unknown' END AS exit
  FROM latest
  WHERE Direction = 'IVR' AND leg_a IS NOT NULL AND split_part(upper(callstatus), ' (', 1) <> 'NOT CONNECTED'
)
