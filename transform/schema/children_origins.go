package schema

// entryOrigins: only CCAI tells of its queue entries (queue_durations). Other calls get one entry from their own fields
// if they are inbound and reached a queue.
var entryOrigins = [numEntries]Origins{
	ChildCallID: originOfCallID,
	ChildIndex:  originOfIndex,
	EntryQueueID: {
		NectarDesk: "queue_id of the call", CallerDesk: "queue_id of the call",
		CCAI: "queue_durations[].menu_path_id, without queue_durations queue_id of the call",
	},
	EntryQueue: {
		NectarDesk: "queue of the call", CallerDesk: "queue of the call",
		CCAI: "queue_durations[].menu_path, without queue_durations queue of the call",
	},
	EntryEnteredAt: {
		NectarDesk: "started_at of the call (derived)", CallerDesk: "LegA_Picked_time, else StartTime (derived)",
		CCAI: "queue_durations[].started_at, without queue_durations queued_at",
	},
	EntryEnteredLocal: {Computed: "entered_at on the clock of the source's timezone"},
	EntryUTCOffset:    {Computed: "of the source's timezone at entered_at"},
	EntryLeftAt:       {CCAI: "queue_durations[].ended_at", Computed: "else entered_at + wait_seconds"},
	EntryWait: {
		NectarDesk: "waitingTime (webhook); else duration - talkTime, in REST duration - talk_time (derived)",
		CallerDesk: "LegB_Picked_time - LegA_Picked_time, unanswered EndTime - LegA_Picked_time (derived)",
		CCAI:       "queue_durations[].queue_duration; without queue_durations wait_seconds as in calls",
		Computed:   "else answered_at - entered_at of answered entries, left_at - entered_at of others (derived); NULL while the call goes on and the vendor gives none",
	},
	EntryExit: {
		CCAI:     "after an answered entry fail_reason of transfers[] with the entry's transfer_id: abandoned, eu_canceled abandoned; ignored, expired missed; others failed; none unknown",
		Computed: "answered if it has an agent or answered_at, overflow if another entry follows, open while the call goes on; else the call's outcome, with rejected, busy, no_answer as missed and cancelled as abandoned",
	},
	EntryAnsweredAt: {
		CallerDesk: "LegB_Picked_time of answered calls",
		CCAI:       "started_at of the handle_durations element with the same agent and transfer (derived); without queue_durations answered_at of the call",
		Computed:   "else, of answered entries, entered_at + wait_seconds",
	},
	EntryAgentID: {
		NectarDesk: "agent_id of the leg that answered",
		CCAI:       "queue_durations[].agent_id, without queue_durations agent_id of the leg that answered",
	},
	EntryAgentName: {
		NectarDesk: "agent_name of the leg that answered", CallerDesk: "agent_name of the leg that answered",
		CCAI: "the name that agent_info, transfers[] or escalations[] give to agent_id; else agent_name of the leg",
	},
	EntryIsTransfer:         {CCAI: "queue_durations[].transfer", Computed: "else false"},
	EntryIsCallback:         {CCAI: "is_callback of the call"},
	EntryTransferID:         {CCAI: "queue_durations[].transfer_id"},
	EntryLanguage:           {CCAI: "queue_durations[].lang, without queue_durations lang"},
	EntryPriority:           {CCAI: "to_queue_priority_level of the transfers[] element with the entry's transfer_id, for an entry without one from_queue_priority_level of the first; for the only entry of a call without transfers queue_priority_level. Without queue_durations it stays in extra"},
	EntryVendorSLA:          {CCAI: "queue_durations[].service_level_event"},
	EntryVendorThreshold:    {CCAI: "queue_durations[].service_level_target_time"},
	EntryVendorTarget:       {CCAI: "queue_durations[].service_level_target_percent"},
	EntryVendorShortAbandon: {CCAI: "queue_durations[].service_level_abandon_time_threshold"},
	EntryWaitIsDerived:      {Computed: "false where the vendor gives the wait itself; NULL where it is unknown"},
}

// agentOrigins: Nectar Desk's agents (webhook), agents, all_agents and answered_agents (REST) name legs, and the same leg
// once. CCAI's legs are handle_durations and virtual_agent_handle_durations, without both the agents among participants,
// without these agent_info.
var agentOrigins = [numAgents]Origins{
	ChildCallID: originOfCallID,
	ChildIndex:  originOfIndex,
	AgentID: {
		NectarDesk: "agents[].id (webhook); all_agents[].id, answered_agents[].id, agents[] (REST)",
		CCAI:       "handle_durations[].agent_id, virtual_agent_handle_durations[].virtual_agent.id; else participants[].user_id of agents, else agent_info.id",
		Whippy:     "user_id",
	},
	AgentUserID: {NectarDesk: "all_agents[].user_id, answered_agents[].user_id (REST)", Whippy: "user_id"},
	AgentName: {
		NectarDesk: "agents[].name (webhook); all_agents[].alias, answered_agents[].alias (REST)",
		CallerDesk: "receiver_name, member_name (list)",
		CCAI:       "virtual_agent_handle_durations[].virtual_agent.name; of humans the name, else first_name and last_name, that agent_info, transfers[] or escalations[] give to agent_id",
	},
	AgentEmail:  {NectarDesk: "email of the leg", CallerDesk: "agent_email", CCAI: "email, from where the human's name is"},
	AgentSIP:    {NectarDesk: "all_agents[].sip, answered_agents[].sip (REST)"},
	AgentNumber: {CallerDesk: "SourceNumber if outbound, else DialWhomNumber; member_num (list)"},
	AgentType: {
		NectarDesk: "always agent (derived)", CallerDesk: "always agent (derived)",
		CCAI:   "virtual_agent for virtual_agent_handle_durations and an agent_info with va_alias, else agent",
		Whippy: "always agent (derived)",
	},
	AgentLegType: {NectarDesk: "type of the leg"},
	AgentAction:  {NectarDesk: "agents[].action (webhook)", CCAI: "virtual_agent_handle_durations[].finish_reason"},
	AgentIsTransfer: {
		NectarDesk: "is_any_transfer (REST); true where type of the leg has Transfer in it (webhook)",
		CCAI:       "transfer of the element",
	},
	AgentTransferID: {CCAI: "transfer_id of the element"},
	AgentWasAnswered: {
		NectarDesk: "true where action is Answered (webhook) or the leg is in answered_agents (REST)",
		CCAI:       "true for handle_durations; for participants whether connected_at is given, for agent_info whether the call has answered_at",
		Computed:   "else true for the only human leg of an answered call",
	},
	AgentBarged:    {CCAI: "handle_durations[].barged"},
	AgentStartedAt: {NectarDesk: "started_at of the leg (REST)", CallerDesk: "LegB_Start_time", CCAI: "started_at of the element, for participants connected_at"},
	AgentEndedAt:   {CCAI: "ended_at of the element or participant"},
	AgentRing:      {CallerDesk: "ringing_duration (list); else LegB_Picked_time - LegB_Start_time (derived)", CCAI: "handle_durations[].assigned_connection_duration"},
	AgentTalk:      {CCAI: "call_duration of the element, hold included, or of the participant", Computed: "else, for the only answered human leg of an answered call, talk_seconds of the call"},
	AgentHold: {
		CCAI:     "hold_duration of the handle_durations element or participant",
		Computed: "else, for the only answered human leg of an answered call, hold_seconds of the call",
	},
	AgentWrapUp: {
		CCAI:     "handle_durations[].acw_duration; of an element without talk it is added to the leg before it with the same agent_id, menu_path and transfer_id",
		Computed: "else, for the only answered human leg of an answered call, wrap_up_seconds of the call",
	},
	AgentBeforeCall:   {CCAI: "handle_durations[].bcw_duration"},
	AgentHangupReason: {NectarDesk: "hangup_reason of the leg (REST)"},
	AgentQueue:        {CCAI: "menu_path of the element"},
}

// transferOrigins: Nectar Desk tells of one transfer (transfer_details, webhook), CCAI of transfers and escalations.
var transferOrigins = [numTransfers]Origins{
	ChildCallID: originOfCallID,
	ChildIndex:  originOfIndex,
	TransferID:  {CCAI: "id"},
	TransferKind: {
		NectarDesk: "always unknown",
		CCAI:       "escalation for escalations[]; for transfers[] cold or warm by transfer_cold of the queue_durations element with its transfer_id, else unknown (derived)",
	},
	TransferStatus:        {CCAI: "status"},
	TransferFailReason:    {CCAI: "fail_reason"},
	TransferCreatedAt:     {CCAI: "created_at"},
	TransferConnectedAt:   {CCAI: "connected_at, of escalations escalated_at"},
	TransferFromQueue:     {CCAI: "from_menu_path.name or from_menu.name"},
	TransferToQueue:       {CCAI: "to_menu_path.name or to_menu.name"},
	TransferFromAgentID:   {CCAI: "from_agent.id"},
	TransferFromAgentName: {CCAI: "from_agent.name, else its first_name and last_name"},
	TransferToAgentID:     {CCAI: "to_agent.id"},
	TransferToAgentName:   {CCAI: "to_agent.name, else its first_name and last_name"},
	TransferToNumber:      {NectarDesk: "transfer_details.number"},
	TransferWait:          {CCAI: "wait_duration"},
	TransferTalk:          {NectarDesk: "transfer_details.transfer_talk_time", CCAI: "call_duration"},
}

// participantOrigins: Nectar Desk's external_numbers, CCAI's participants.
var participantOrigins = [numParticipants]Origins{
	ChildCallID:               originOfCallID,
	ChildIndex:                originOfIndex,
	ParticipantID:             {CCAI: "participants[].id"},
	ParticipantType:           {NectarDesk: "always external", CCAI: "participants[].type"},
	ParticipantEntryType:      {NectarDesk: "external_numbers[].is_any_transfer: true is transfer, false direct", CCAI: "participants[].entry_type"},
	ParticipantStatus:         {CCAI: "participants[].status"},
	ParticipantUserID:         {CCAI: "participants[].user_id"},
	ParticipantEndUserID:      {CCAI: "participants[].end_user_id"},
	ParticipantVirtualAgentID: {CCAI: "participants[].virtual_agent_id"},
	ParticipantName:           {CCAI: "participants[].first_name and last_name"},
	ParticipantNumber:         {NectarDesk: "external_numbers[].number", CCAI: "participants[].phone_number"},
	ParticipantConnectedAt:    {CCAI: "participants[].connected_at"},
	ParticipantEndedAt:        {CCAI: "participants[].ended_at"},
	ParticipantCall:           {CCAI: "participants[].call_duration"},
	ParticipantHold:           {CCAI: "participants[].hold_duration"},
	ParticipantFailReason:     {CCAI: "participants[].fail_reason"},
}

// mediaOrigins: what the payloads name as files.
var mediaOrigins = [numMedia]Origins{
	ChildCallID: originOfCallID,
	ChildIndex:  originOfIndex,
	MediaID:     {NectarDesk: "recordings[].id (REST)", CCAI: "id of recordings[], photos[], videos[]", Whippy: "attachments[].id"},
	MediaKind: {
		NectarDesk: "always recording", CallerDesk: "always recording",
		CCAI:   "recording for recording_url and recordings[], voicemail where recording_type has this word in it; photo for photos[], video for videos[]",
		Whippy: "analysis, transcript or recording by how the file's name in url begins, else recording by content_type audio",
	},
	MediaURL: {
		NectarDesk: "call_recordings[] (webhook), recordings[].url (REST)",
		CallerDesk: "CallRecordingUrl, file (list)",
		CCAI:       "recording_url, url of recordings[], photos[], videos[]",
		Whippy:     "attachments[].url, or attachments[] itself",
	},
	MediaContentType: {Whippy: "attachments[].content_type"},
	MediaDuration:    {CCAI: "recordings[].duration"},
	MediaAgentID:     {Whippy: "attachments[].agent_id"},
	MediaTransferID:  {Computed: "not filled yet: no payload known to us names the transfer of a file"},
}

// eventOrigins: every webhook of Nectar Desk whose event is known, CCAI's session events,
// consumer_event_durations and deflection_details, every event of Whippy.
var eventOrigins = [numEvents]Origins{
	ChildCallID: originOfCallID,
	ChildIndex:  originOfIndex,
	EventName: {
		NectarDesk: "event of the envelope, path or configuration (webhook)",
		CallerDesk: "call_report or live_call, told from the payload's shape",
		CCAI:       "type, event or event_type of session events, else session_event; consumer_event_durations[].type; deflection for deflection_details[]",
		Whippy:     "event, else that of the envelope, path or configuration",
	},
	EventOccurredAt: {NectarDesk: "endedDate (derived)", CallerDesk: "EndTime, else LegB_Picked_time, else StartTime (derived)", CCAI: "timestamp of session events; consumer_event_durations[].started_at", Whippy: "updated_at"},
	EventReceivedAt: {NectarDesk: "received_at of the envelope", CallerDesk: "received_at of the envelope", Whippy: "received_at of the envelope"},
	EventStatus: {
		NectarDesk: "sub_type",
		CallerDesk: "Status",
		CCAI:       "status of session events; consumer_event_durations[].event; deflection_details[].deflection",
		Whippy:     "delivery_status",
	},
	EventRequestID: {CCAI: "event_id of session events", Whippy: "request_id, beside data"},
	EventDetail:    {CCAI: "initiator of session events"},
}

// utteranceOrigins: Whippy alone has transcripts.
var utteranceOrigins = [numUtterances]Origins{
	ChildCallID:      originOfCallID,
	ChildIndex:       {Computed: "counted along the transcript"},
	UtteranceSpeaker: {Whippy: "what stands before the colon of a line in body"},
	UtteranceText:    {Whippy: "what follows the colon in body, with the lines after it that name no speaker"},
}
