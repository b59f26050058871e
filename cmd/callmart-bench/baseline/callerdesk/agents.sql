-- One row per call that names an agent. The agent's number is left out where SQL cannot make it E.164.
-- Grain: leg. Ring and talk in seconds.
-- Source: the rules of README.md and of the data dictionary.
SELECT call_id, CAST(0 AS BIGINT) AS agent_index, nullif(nullif(receiver_name, ''), '0') AS agent_name, nullif(nullif(agent_email, ''), '0') AS agent_email,
       'agent' AS type, CASE WHEN split_part(upper(callstatus), ' (', 1) IN ('ANSWER', 'ANSWERED') THEN true END AS was_answered,
       leg_b_start - INTERVAL '330' MINUTE AS started_at, CASE WHEN leg_b >= leg_b_start THEN CAST(epoch(leg_b) - epoch(leg_b_start) AS DOUBLE) END AS ring_seconds,
       CASE WHEN split_part(upper(callstatus), ' (', 1) IN ('ANSWER', 'ANSWERED') THEN CAST(TalkDuration AS DOUBLE) END AS talk_seconds, start
FROM latest
WHERE coalesce(nullif(receiver_name, '0'), '') <> '' OR coalesce(agent_email, '') <> ''
