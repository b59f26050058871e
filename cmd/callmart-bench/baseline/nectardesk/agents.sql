-- One row per leg an agent had. The vendor lists legs in the order in which they began; a leg is told by agent and start.
-- Grain: leg. The only answered leg of a call talked as long as the call did, in seconds.
-- Source: the rules of README.md and of the data dictionary. A join, since lists carried through UNNEST are slow.
SELECT l.call_id, l.position - 1 AS agent_index, CAST(l.leg.id AS VARCHAR) AS agent_id, CAST(l.leg.user_id AS VARCHAR) AS user_id, l.leg.alias AS agent_name,
       l.leg.sip AS sip, 'agent' AS type, l.leg.type AS leg_type, l.leg.is_any_transfer AS is_transfer,
       CASE WHEN a.id IS NOT NULL THEN true END AS was_answered, make_timestamp(l.leg.started_at * 1000000) AS started_at,
       CASE WHEN a.id IS NOT NULL AND l.answerers = 1 THEN CAST(l.talk_time AS DOUBLE) END AS talk_seconds,
       l.leg.hangup_reason AS hangup_reason, l.start AS start
FROM (
  SELECT call_id, start, talk_time, len(answered_agents) AS answerers, unnest(all_agents) AS leg, generate_subscripts(all_agents, 1) AS position
  FROM latest
) AS l
LEFT JOIN (
  SELECT DISTINCT call_id, leg.id AS id, leg.started_at AS started_at
  FROM (SELECT call_id, unnest(answered_agents) AS leg FROM latest)
) AS a ON a.call_id = l.call_id AND a.id = l.leg.id AND a.started_at = l.leg.started_at
