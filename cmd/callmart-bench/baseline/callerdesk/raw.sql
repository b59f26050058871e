-- Every CallerDesk call report and live call as it was read. All values are texts there.
-- Grain: record. version orders what was said of one call: a report after a live call, then the end.
-- Source: baseline of callmart-bench; files is a list of paths. The zone is India's: 5:30 ahead of UTC.
SELECT *, CallSid AS call_id,
       start_local - INTERVAL '330' MINUTE AS start, CAST(start_local AS DATE) AS date,
       coalesce(epoch(end_local), 0) AS version
FROM (
  SELECT * EXCLUDE (StartTime, EndTime, LegA_Picked_time, LegB_Start_time, LegB_Picked_time),
         CAST(replace(StartTime, '  ', ' ') AS TIMESTAMP) AS start_local,
         CAST(EndTime AS TIMESTAMP) AS end_local,
         CASE WHEN LegA_Picked_time <> '0000-00-00 00:00:00' THEN CAST(LegA_Picked_time AS TIMESTAMP) END AS leg_a,
         CASE WHEN LegB_Start_time <> '0000-00-00 00:00:00' THEN CAST(LegB_Start_time AS TIMESTAMP) END AS leg_b_start,
         CASE WHEN LegB_Picked_time <> '0000-00-00 00:00:00' THEN CAST(LegB_Picked_time AS TIMESTAMP) END AS leg_b
  FROM read_json({{files}}, format = 'newline_delimited', columns = {
    SourceNumber: 'VARCHAR', DestinationNumber: 'VARCHAR', DialWhomNumber: 'VARCHAR', CallDuration: 'VARCHAR', coins: 'VARCHAR', Status: 'VARCHAR',
    StartTime: 'VARCHAR', EndTime: 'VARCHAR', CallSid: 'VARCHAR', CallRecordingUrl: 'VARCHAR', Direction: 'VARCHAR', campid: 'VARCHAR',
    TalkDuration: 'VARCHAR', call_group: 'VARCHAR', receiver_name: 'VARCHAR', error_code: 'VARCHAR', LegA_Picked_time: 'VARCHAR',
    LegB_Start_time: 'VARCHAR', LegB_Picked_time: 'VARCHAR', type: 'VARCHAR', callstatus: 'VARCHAR', key_press: 'VARCHAR', agent_email: 'VARCHAR',
    group_id: 'VARCHAR', hangup_cause: 'VARCHAR', account_id: 'VARCHAR'})
)
