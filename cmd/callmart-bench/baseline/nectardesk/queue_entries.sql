-- One row per inbound call that reached a ring group.
-- Grain: wait for a human. The wait is derived: duration less talk, in seconds.
-- Source: the rules of README.md and of the data dictionary.
SELECT call_id, CAST(0 AS BIGINT) AS queue_entry_index, CAST(ring_group.id AS VARCHAR) AS queue_id, ring_group.name AS queue,
       start AS entered_at, start AS entered_local, CAST(0 AS BIGINT) AS utc_offset_minutes,
       CASE WHEN is_ended THEN start + to_seconds(duration - talk_time) END AS left_at,
       CASE WHEN is_ended THEN CAST(duration - talk_time AS DOUBLE) END AS wait_seconds, exit,
       CASE WHEN exit = 'answered' THEN start + to_seconds(duration - talk_time) END AS answered_at,
       CASE WHEN exit = 'answered' THEN CAST(answered_agents[1].id AS VARCHAR) END AS agent_id,
       CASE WHEN exit = 'answered' THEN answered_agents[1].alias END AS agent_name,
       false AS is_transfer, is_ended AS wait_is_derived, start
FROM (
  SELECT *, CASE WHEN NOT is_ended THEN 'open'
                 WHEN is_answered OR lower(type) = 'answered' THEN 'answered'
                 WHEN lower(type) = 'abandoned' THEN 'abandoned'
                 WHEN lower(type) = 'voicemail' THEN 'voicemail'
                 WHEN lower(type) = 'not answered' THEN 'missed'
                 ELSE 'unknown' END AS exit
  FROM latest
  WHERE is_inbound AND ring_group.id IS NOT NULL
)
