-- One row per leg an agent had. The vendor lists legs in the order in which they began; a leg is told by agent and start.
-- Grain: leg. The only answered leg of a call talked as long as the call did, in seconds.
-- Source: the rules of README.md and of the data dictionary.
SELECT call_id, position - 1 AS agent_index, CAST(leg.id AS VARCHAR) AS agent_id, CAST(leg.user_id AS VARCHAR) AS user_id, leg.alias AS agent_name,
       leg.sip AS sip, 'agent' AS type, leg.type AS leg_type, leg.is_any_transfer AS is_transfer,
       CASE WHEN list_contains(answered, leg.id * 100000000000 + leg.started_at) THEN true END AS was_answered,
       make_timestamp(leg.started_at * 1000000) AS started_at,
       CASE WHEN len(answered) = 1 AND list_contains(answered, leg.id * 100000000000 + leg.started_at) THEN CAST(talk_time AS DOUBLE) END AS talk_seconds,
       leg.hangup_reason AS hangup_reason, start
FROM (
  SELECT call_id, start, talk_time, [a.id * 100000000000 + a.started_at for a in answered_agents] AS answered,
         unnest(all_agents) AS leg, generate_subscripts(all_agents, 1) AS position
  FROM latest
)
