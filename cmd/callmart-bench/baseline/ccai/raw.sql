-- Every CCAI Platform call as it was read, typed.
-- Grain: record. version orders what was said of one call: updated_at.
-- Source: baseline of callmart-bench; files is a list of paths. Elements of lists begin with what they are ordered by.
SELECT *, CAST(id AS VARCHAR) AS call_id, created_at AS start, CAST(created_at AS DATE) AS date, epoch(updated_at) AS version
FROM read_json({{files}}, format = 'newline_delimited', columns = {
  id: 'BIGINT', lang: 'VARCHAR', session_type_v2: 'VARCHAR', status: 'VARCHAR', created_at: 'TIMESTAMP', queued_at: 'TIMESTAMP', assigned_at: 'TIMESTAMP',
  connected_at: 'TIMESTAMP', ends_at: 'TIMESTAMP', scheduled_at: 'TIMESTAMP', updated_at: 'TIMESTAMP', wait_duration: 'BIGINT', call_duration: 'BIGINT',
  hold_duration: 'BIGINT', rating: 'BIGINT', out_ticket_id: 'VARCHAR', out_ticket_url: 'VARCHAR', recording_permission: 'VARCHAR', disconnected_by: 'VARCHAR',
  fail_reason: 'VARCHAR', support_number: 'VARCHAR', outbound_number: 'VARCHAR', queue_priority_level: 'BIGINT',
  agent_info: 'STRUCT(id BIGINT, email VARCHAR, name VARCHAR)', end_user: 'STRUCT(id BIGINT, identifier VARCHAR)',
  transfers: 'STRUCT(created_at TIMESTAMP, id BIGINT, status VARCHAR, fail_reason VARCHAR, connected_at TIMESTAMP, call_duration BIGINT, wait_duration BIGINT,
    from_menu_path STRUCT(name VARCHAR), to_menu_path STRUCT(name VARCHAR), from_agent STRUCT(id BIGINT, email VARCHAR, name VARCHAR), to_agent STRUCT(id BIGINT, email VARCHAR, name VARCHAR))[]',
  handle_durations: 'STRUCT(started_at TIMESTAMP, id BIGINT, agent_id BIGINT, acw_duration BIGINT, bcw_duration BIGINT, call_duration BIGINT, menu_path VARCHAR, barged BOOLEAN,
    transfer BOOLEAN, transfer_id BIGINT, ended_at TIMESTAMP, hold_duration BIGINT, assigned_connection_duration BIGINT)[]',
  queue_durations: 'STRUCT(started_at TIMESTAMP, id BIGINT, agent_id BIGINT, ended_at TIMESTAMP, lang VARCHAR, menu_path_id BIGINT, menu_path VARCHAR, queue_duration BIGINT,
    transfer_cold BOOLEAN, transfer BOOLEAN, transfer_id BIGINT, service_level_abandon_time_threshold BIGINT, service_level_event VARCHAR,
    service_level_target_percent BIGINT, service_level_target_time BIGINT)[]',
  consumer_in_menu_durations: 'STRUCT(duration BIGINT)[]',
  participants: 'STRUCT(connected_at TIMESTAMP, id BIGINT, type VARCHAR, entry_type VARCHAR, user_id BIGINT, end_user_id BIGINT, virtual_agent_id BIGINT, status VARCHAR,
    fail_reason VARCHAR, phone_number VARCHAR, email VARCHAR, first_name VARCHAR, last_name VARCHAR, call_duration BIGINT, hold_duration BIGINT, ended_at TIMESTAMP)[]',
  recordings: 'STRUCT(id BIGINT, duration BIGINT, recording_type VARCHAR)[]', dispositions: 'STRUCT(note VARCHAR, code VARCHAR, ujet_code_id BIGINT)[]'})
