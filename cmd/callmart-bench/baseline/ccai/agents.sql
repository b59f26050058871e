-- One row per leg an agent had. An element that holds nothing but work after the call belongs to the leg before it; where
-- nobody answered, the agents who were rung are the legs.
-- Grain: leg, in the order in which they began. Durations in seconds.
-- Source: the rules of README.md and of the data dictionary.
SELECT call_id, row_number() OVER (PARTITION BY call_id ORDER BY h.started_at, h.id) - 1 AS agent_index, CAST(h.agent_id AS VARCHAR) AS agent_id,
       names[list_position(ids, h.agent_id)] AS agent_name, emails[list_position(ids, h.agent_id)] AS agent_email, 'agent' AS type,
       h.transfer AS is_transfer, CAST(h.transfer_id AS VARCHAR) AS transfer_id, true AS was_answered, h.barged AS barged,
       h.started_at AS started_at, h.ended_at AS ended_at, CAST(h.assigned_connection_duration AS DOUBLE) AS ring_seconds, CAST(h.call_duration AS DOUBLE) AS talk_seconds,
       CAST(h.hold_duration AS DOUBLE) AS hold_seconds,
       CAST(h.acw_duration + CASE WHEN after.call_duration = 0 AND after.bcw_duration = 0 AND after.agent_id = h.agent_id AND after.menu_path = h.menu_path
         AND after.transfer_id IS NOT DISTINCT FROM h.transfer_id THEN after.acw_duration ELSE 0 END AS DOUBLE) AS wrap_up_seconds,
       CAST(h.bcw_duration AS DOUBLE) AS before_call_seconds, h.menu_path AS queue, start
FROM (
  SELECT *, handle_durations[position + 1] AS after
  FROM (
    SELECT call_id, start, handle_durations, [p.user_id for p in participants] AS ids, [p.first_name || ' ' || p.last_name for p in participants] AS names,
           [p.email for p in participants] AS emails, unnest(handle_durations) AS h, generate_subscripts(handle_durations, 1) AS position
    FROM latest
  )
)
WHERE h.call_duration > 0 OR h.bcw_duration > 0 OR h.acw_duration = 0
UNION ALL BY NAME
SELECT call_id, position - 1 AS agent_index, CAST(p.user_id AS VARCHAR) AS agent_id, 'agent' AS type, p.connected_at IS NOT NULL AS was_answered,
       p.connected_at AS started_at, p.ended_at AS ended_at, CAST(p.call_duration AS DOUBLE) AS talk_seconds, CAST(p.hold_duration AS DOUBLE) AS hold_seconds, start
FROM (
  SELECT call_id, start, unnest(rung) AS p, generate_subscripts(rung, 1) AS position
  FROM (SELECT *, list_sort([p for p in participants if p.type = 'agent']) AS rung FROM latest WHERE len(handle_durations) = 0)
)
