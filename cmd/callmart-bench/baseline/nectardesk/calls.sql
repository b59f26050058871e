-- One row per call, from the newest record of each.
-- Grain: call. Durations in seconds; wait is duration less talk of inbound calls that reached a ring group.
-- Source: the rules of README.md and of the data dictionary.
SELECT call_id, 'nectardesk' AS vendor, CAST(nullif(original_call_id, 0) AS VARCHAR) AS parent_call_id,
       CASE WHEN is_inbound THEN 'inbound' ELSE 'outbound' END AS direction, outcome, nullif(type, '') AS raw_type, is_ended AS is_final,
       start AS started_at, start AS started_local, CAST(0 AS BIGINT) AS utc_offset_minutes,
       CASE WHEN queued THEN start END AS queued_at,
       CASE WHEN queued AND outcome = 'answered' THEN start + to_seconds(duration - talk_time) END AS answered_at,
       CASE WHEN is_ended THEN start + to_seconds(duration) END AS ended_at,
       CAST(duration AS DOUBLE) AS duration_seconds,
       CASE WHEN queued AND is_ended THEN CAST(duration - talk_time AS DOUBLE) END AS wait_seconds,
       CASE WHEN queued AND is_ended THEN CAST(duration - talk_time AS DOUBLE) END AS queue_wait_total_seconds,
       CASE WHEN outcome = 'answered' OR talk_time > 0 THEN CAST(talk_time AS DOUBLE) END AS talk_seconds,
       CASE WHEN outcome = 'answered' OR talk_time > 0 THEN CAST(talk_time AS DOUBLE) END AS handle_seconds,
       CAST(ring_group.id AS VARCHAR) AS queue_id, ring_group.name AS queue, CAST(campaign.id AS VARCHAR) AS campaign_id, campaign.name AS campaign,
       CAST(ivr.id AS VARCHAR) AS ivr_id, ivr.name AS ivr,
       CASE WHEN is_inbound THEN '+' || contact.number ELSE '+' || "number".number END AS from_number,
       CASE WHEN is_inbound THEN '+' || "number".number ELSE '+' || contact.number END AS to_number,
       '+' || contact.number AS customer_number, CAST(contact.id AS VARCHAR) AS contact_id, nullif(contact.full_name, '') AS contact_name,
       CASE WHEN outcome = 'answered' THEN CAST(answered_agents[1].id AS VARCHAR) END AS agent_id,
       CASE WHEN outcome = 'answered' THEN answered_agents[1].alias END AS agent_name,
       CAST(len(list_distinct([a.id for a in all_agents])) AS BIGINT) AS agent_count, CAST(queued AS BIGINT) AS queue_entry_count, CAST(0 AS BIGINT) AS transfer_count,
       CAST(disposition.id AS VARCHAR) AS disposition_id, nullif(disposition.code, '') AS disposition_code, nullif(disposition.note, '') AS disposition_note,
       CASE WHEN len(tags) > 0 THEN tags END AS tags, is_answered_within_sla AS vendor_sla_met, requested_callback AS callback_requested,
       CAST(len(recordings) AS BIGINT) AS recording_count, 'rest' AS payload_kind, start
FROM (
  SELECT *, is_inbound AND ring_group.id IS NOT NULL AS queued,
         CASE WHEN NOT is_ended THEN 'in_progress'
              WHEN is_answered THEN 'answered'
              WHEN lower(type) = 'answered' THEN 'answered'
              WHEN lower(type) = 'abandoned' THEN 'abandoned'
              WHEN lower(type) = 'voicemail' THEN 'voicemail'
              WHEN lower(type) = 'not answered' AND is_inbound THEN 'missed'
              WHEN lower(type) = 'not answered' THEN 'no_answer'
              ELSE 'unknown' END AS outcome
  FROM latest
)
