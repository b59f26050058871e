-- One row per time a caller waited for a human.
-- Grain: wait, in the order in which they began. Waits in seconds.
-- Source: the rules of README.md and of the data dictionary. A join, since lists carried through UNNEST are slow.
SELECT w.call_id, position - 1 AS queue_entry_index, CAST(q.menu_path_id AS VARCHAR) AS queue_id, q.menu_path AS queue,
       q.started_at AS entered_at, q.started_at AS entered_local, CAST(0 AS BIGINT) AS utc_offset_minutes, q.ended_at AS left_at,
       CAST(q.queue_duration AS DOUBLE) AS wait_seconds,
       CASE WHEN q.agent_id IS NOT NULL THEN 'answered'
            WHEN position < entries THEN 'overflow'
            WHEN status LIKE 'voicemail%' THEN 'voicemail'
            WHEN status = 'failed' AND fail_reason IN ('eu_abandoned', 'eu_canceled') THEN 'abandoned'
            WHEN status = 'failed' AND fail_reason IN ('ag_ignored', 'expired', 'eu_busy', 'eu_no_answer') THEN 'missed'
            WHEN status = 'failed' THEN 'failed' ELSE 'unknown' END AS exit,
       CASE WHEN q.agent_id IS NOT NULL THEN q.started_at + to_seconds(q.queue_duration) END AS answered_at,
       CAST(q.agent_id AS VARCHAR) AS agent_id, people.name AS agent_name,
       q.transfer AS is_transfer, CAST(q.transfer_id AS VARCHAR) AS transfer_id, q.lang AS language,
       CASE WHEN entries = 1 AND transferred = 0 THEN queue_priority_level END AS priority,
       CASE WHEN q.service_level_event IN ('in_sla', 'not_in_sla', 'excluded') THEN q.service_level_event END AS vendor_sla,
       CAST(q.service_level_target_time AS DOUBLE) AS vendor_threshold_seconds, CAST(q.service_level_target_percent AS DOUBLE) AS vendor_target_percent,
       CAST(q.service_level_abandon_time_threshold AS DOUBLE) AS vendor_short_abandon_seconds, false AS wait_is_derived, w.start AS start
FROM (
  SELECT call_id, start, status, fail_reason, len(transfers) AS transferred, queue_priority_level, len(queue_durations) AS entries,
         unnest(list_sort(queue_durations)) AS q, generate_subscripts(queue_durations, 1) AS position
  FROM latest
) AS w
LEFT JOIN (
  SELECT DISTINCT call_id, p.user_id AS user_id, p.first_name || ' ' || p.last_name AS name
  FROM (SELECT call_id, unnest(participants) AS p FROM latest)
  WHERE p.user_id IS NOT NULL
) AS people ON people.call_id = w.call_id AND people.user_id = w.q.agent_id
