-- One row per leg an agent had. An element that holds nothing but work after the call belongs to the leg before it; where
-- nobody answered, the agents who were rung are the legs.
-- Grain: leg, in the order in which they began. Durations in seconds.
-- Source: the rules of README.md and of the data dictionary. A join, since lists carried through UNNEST are slow.
SELECT legs.call_id, row_number() OVER (PARTITION BY legs.call_id ORDER BY h.started_at, h.id) - 1 AS agent_index, CAST(h.agent_id AS VARCHAR) AS agent_id,
       people.name AS agent_name, people.email AS agent_email, 'agent' AS type,
       h.transfer AS is_transfer, CAST(h.transfer_id AS VARCHAR) AS transfer_id, true AS was_answered, h.barged AS barged,
       h.started_at AS started_at, h.ended_at AS ended_at, CAST(h.assigned_connection_duration AS DOUBLE) AS ring_seconds, CAST(h.call_duration AS DOUBLE) AS talk_seconds,
       CAST(h.hold_duration AS DOUBLE) AS hold_seconds,
       CAST(h.acw_duration + CASE WHEN after.call_duration = 0 AND after.bcw_duration = 0 AND after.agent_id = h.agent_id AND after.menu_path = h.menu_path
         AND after.transfer_id IS NOT DISTINCT FROM h.transfer_id THEN after.acw_duration ELSE 0 END AS DOUBLE) AS wrap_up_seconds,
       CAST(h.bcw_duration AS DOUBLE) AS before_call_seconds, h.menu_path AS queue, legs.start AS start
FROM (
  SELECT call_id, start, unnest(handle_durations) AS h, unnest(handle_durations[2:] || [NULL]) AS after
  FROM latest
) AS legs
LEFT JOIN (
  SELECT DISTINCT call_id, p.user_id AS user_id, p.first_name || ' ' || p.last_name AS name, p.email AS email
  FROM (SELECT call_id, unnest(participants) AS p FROM latest)
  WHERE p.user_id IS NOT NULL
) AS people ON people.call_id = legs.call_id AND people.user_id = legs.h.agent_id
WHERE h.call_duration > 0 OR h.bcw_duration > 0 OR h.acw_duration = 0
UNION ALL BY NAME
SELECT call_id, position - 1 AS agent_index, CAST(p.user_id AS VARCHAR) AS agent_id, 'agent' AS type, p.connected_at IS NOT NULL AS was_answered,
       p.connected_at AS started_at, p.ended_at AS ended_at, CAST(p.call_duration AS DOUBLE) AS talk_seconds, CAST(p.hold_duration AS DOUBLE) AS hold_seconds, start
FROM (
  SELECT call_id, start, unnest(rung) AS p, generate_subscripts(rung, 1) AS position
  FROM (SELECT *, list_sort([p for p in participants if p.type = 'agent']) AS rung FROM latest WHERE len(handle_durations) = 0)
)
