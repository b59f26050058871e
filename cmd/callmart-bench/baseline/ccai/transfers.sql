-- One row per transfer.
-- Grain: transfer, in the order in which they began. Durations in seconds.
-- Source: the rules of README.md and of the data dictionary.
SELECT call_id, position - 1 AS transfer_index, CAST(t.id AS VARCHAR) AS transfer_id,
       CASE colds[list_position(ids, t.id)] WHEN true THEN 'cold' WHEN false THEN 'warm' ELSE 'unknown' END AS kind,
       t.status AS status, t.fail_reason AS fail_reason, t.created_at AS created_at, t.connected_at AS connected_at,
       t.from_menu_path.name AS from_queue, t.to_menu_path.name AS to_queue, CAST(t.from_agent.id AS VARCHAR) AS from_agent_id, t.from_agent.name AS from_agent_name,
       CAST(t.to_agent.id AS VARCHAR) AS to_agent_id, t.to_agent.name AS to_agent_name, CAST(t.wait_duration AS DOUBLE) AS wait_seconds,
       CAST(t.call_duration AS DOUBLE) AS talk_seconds, start
FROM (
  SELECT call_id, start, [q.transfer_id for q in queue_durations] AS ids, [q.transfer_cold for q in queue_durations] AS colds,
         unnest(list_sort(transfers)) AS t, generate_subscripts(transfers, 1) AS position
  FROM latest
)
