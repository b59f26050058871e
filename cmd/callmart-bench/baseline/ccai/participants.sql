-- One row per party of a call.
-- Grain: party, in the order in which they connected. Durations in seconds.
-- Source: the rules of README.md and of the data dictionary.
SELECT call_id, position - 1 AS participant_index, CAST(p.id AS VARCHAR) AS participant_id, p.type AS type, p.entry_type AS entry_type, p.status AS status,
       CAST(p.user_id AS VARCHAR) AS user_id, CAST(p.end_user_id AS VARCHAR) AS end_user_id, CAST(p.virtual_agent_id AS VARCHAR) AS virtual_agent_id,
       nullif(trim(coalesce(p.first_name, '') || ' ' || coalesce(p.last_name, '')), '') AS name, p.phone_number AS number,
       p.connected_at AS connected_at, p.ended_at AS ended_at, CAST(p.call_duration AS DOUBLE) AS call_seconds, CAST(p.hold_duration AS DOUBLE) AS hold_seconds,
       p.fail_reason AS fail_reason, start
FROM (SELECT call_id, start, unnest(list_sort(participants)) AS p, generate_subscripts(participants, 1) AS position FROM latest)
