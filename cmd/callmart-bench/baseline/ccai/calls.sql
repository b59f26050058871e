-- One row per call, from the newest record of each.
-- Grain: call. Durations in seconds: waits of queue_durations, talk, hold and wrap-up of handle_durations.
-- Source: the rules of README.md and of the data dictionary.
SELECT call_id, 'ccai' AS vendor, direction, outcome, status AS raw_status, session_type_v2 AS raw_type, fail_reason AS raw_reason, final AS is_final,
       start AS started_at, start AS started_local, CAST(0 AS BIGINT) AS utc_offset_minutes, scheduled_at,
       queued_at, assigned_at, CASE WHEN queued_at IS NULL OR connected_at >= queued_at THEN connected_at END AS answered_at, ends_at AS ended_at,
       CASE WHEN final THEN CAST(epoch(ends_at) - epoch(start) AS DOUBLE) END AS duration_seconds,
       CAST(waits[1].queue_duration AS DOUBLE) AS wait_seconds, CASE WHEN len(waits) > 0 THEN CAST(wait_duration AS DOUBLE) END AS queue_wait_total_seconds,
       CASE WHEN outcome = 'answered' OR talk > 0 THEN CAST(talk AS DOUBLE) END AS talk_seconds, CAST(hold_duration AS DOUBLE) AS hold_seconds,
       CAST(wrap_up AS DOUBLE) AS wrap_up_seconds,
       CASE WHEN outcome = 'answered' OR talk > 0 THEN CAST(talk + coalesce(hold_duration, 0) + coalesce(wrap_up, 0) AS DOUBLE) END AS handle_seconds,
       CAST(list_sum([m.duration for m in consumer_in_menu_durations]) AS DOUBLE) AS ivr_seconds,
       CAST(waits[1].menu_path_id AS VARCHAR) AS queue_id, waits[1].menu_path AS queue,
       CASE WHEN direction = 'inbound' THEN customer ELSE outbound_number END AS from_number,
       CASE WHEN direction = 'inbound' THEN support_number ELSE customer END AS to_number, customer AS customer_number, CAST(end_user.id AS VARCHAR) AS contact_id,
       CASE WHEN outcome = 'answered' THEN CAST(handle_durations[1].agent_id AS VARCHAR) END AS agent_id,
       CASE WHEN outcome = 'answered' THEN coalesce(first_agent, agent_info.name) END AS agent_name,
       CAST(len(agents) AS BIGINT) AS agent_count, CAST(len(waits) AS BIGINT) AS queue_entry_count, CAST(len(transfers) AS BIGINT) AS transfer_count,
       CAST(dispositions[1].ujet_code_id AS VARCHAR) AS disposition_id, nullif(dispositions[1].code, '') AS disposition_code, nullif(dispositions[1].note, '') AS disposition_note,
       lang AS language, CAST(rating AS DOUBLE) AS rating, replace(disconnected_by, 'disconnected_by_', '') AS disconnected_by, recording_permission,
       out_ticket_id AS ticket_id, out_ticket_url AS ticket_url,
       CAST(len([r for r in recordings if r.recording_type NOT LIKE '%voicemail%']) AS BIGINT) AS recording_count,
       'metadata_file' AS payload_kind, updated_at AS vendor_updated_at, start
FROM (
  SELECT *, list_sum([h.call_duration for h in handle_durations]) AS talk, nullif(list_sum([h.acw_duration for h in handle_durations]), 0) AS wrap_up,
         [p.first_name || ' ' || p.last_name for p in participants][list_position([p.user_id for p in participants], handle_durations[1].agent_id)] AS first_agent,
         [p.phone_number for p in participants if p.type = 'end_user'][1] AS customer,
         CASE WHEN len(handle_durations) > 0 THEN list_distinct([h.agent_id for h in handle_durations])
              ELSE list_distinct([p.user_id for p in participants if p.type = 'agent']) END AS agents,
         CASE status WHEN 'finished' THEN 'answered'
              WHEN 'voicemail_received' THEN 'voicemail' WHEN 'voicemail_read' THEN 'voicemail'
              WHEN 'deflected' THEN 'overflow' WHEN 'action_only_finished' THEN 'overflow'
              WHEN 'failed' THEN CASE
                WHEN fail_reason IN ('eu_abandoned', 'eu_canceled') AND direction = 'outbound' THEN 'cancelled'
                WHEN fail_reason IN ('eu_abandoned', 'eu_canceled') AND queued_at IS NULL AND len(waits) = 0 THEN 'ivr_abandoned'
                WHEN fail_reason IN ('eu_abandoned', 'eu_canceled') THEN 'abandoned'
                WHEN fail_reason = 'eu_in_menu_abandoned' THEN 'ivr_abandoned'
                WHEN fail_reason IN ('ag_ignored', 'expired') THEN 'missed'
                WHEN fail_reason = 'eu_busy' THEN 'busy' WHEN fail_reason = 'eu_no_answer' THEN 'no_answer' ELSE 'failed' END
              ELSE 'in_progress' END AS outcome
  FROM (
    SELECT *, list_sort(queue_durations) AS waits, CASE WHEN session_type_v2 LIKE '%Outbound%' OR session_type_v2 LIKE '%Campaign%' THEN 'outbound' ELSE 'inbound' END AS direction,
           status IN ('finished', 'failed', 'recovered', 'deflected', 'voicemail_received', 'voicemail_read', 'action_only_finished') AS final
    FROM latest
  )
)
