-- Every record of Nectar Desk's GET /calls/{id} as it was read, typed.
-- Grain: record. version orders what was said of one call: ended after running, then the newest time in the payload.
-- Source: baseline of callmart-bench; files is a list of paths.
SELECT *,
       CAST(id AS VARCHAR) AS call_id,
       make_timestamp(started_at * 1000000) AS start,
       CAST(make_timestamp(started_at * 1000000) AS DATE) AS date,
       CAST(is_ended AS BIGINT) * 100000000000 + greatest(started_at, coalesce(all_agents[-1].started_at, 0)) AS version
FROM (
  SELECT unnest(calls)
  FROM read_json({{files}}, format = 'newline_delimited', columns = {calls: 'STRUCT(
    id BIGINT, is_inbound BOOLEAN, is_answered BOOLEAN, requested_callback BOOLEAN, is_ended BOOLEAN, is_answered_within_sla BOOLEAN,
    type VARCHAR, started_at BIGINT, duration BIGINT, talk_time BIGINT, original_call_id BIGINT, tags VARCHAR[],
    contact STRUCT(id BIGINT, full_name VARCHAR, number VARCHAR),
    "number" STRUCT(id BIGINT, "number" VARCHAR),
    external_numbers STRUCT("number" VARCHAR, is_any_transfer BOOLEAN)[],
    all_agents STRUCT(id BIGINT, user_id BIGINT, alias VARCHAR, sip VARCHAR, started_at BIGINT, type VARCHAR, is_any_transfer BOOLEAN, hangup_reason VARCHAR)[],
    answered_agents STRUCT(id BIGINT, user_id BIGINT, alias VARCHAR, sip VARCHAR, started_at BIGINT, type VARCHAR, is_any_transfer BOOLEAN, hangup_reason VARCHAR)[],
    campaign STRUCT(id BIGINT, name VARCHAR), ring_group STRUCT(id BIGINT, name VARCHAR), ivr STRUCT(id BIGINT, name VARCHAR),
    disposition STRUCT(id BIGINT, code VARCHAR, note VARCHAR), recordings STRUCT(id BIGINT, url VARCHAR)[])'})
)
