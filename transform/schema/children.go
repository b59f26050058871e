package schema

// ChildCallID and ChildIndex are the first two columns of every child table.
const (
	ChildCallID = iota
	ChildIndex
	firstChild
)

// Columns of queue_entries.
const (
	EntryQueueID = iota + firstChild
	EntryQueue
	EntryEnteredAt
	EntryEnteredLocal
	EntryUTCOffset
	EntryLeftAt
	EntryWait
	EntryExit
	EntryAnsweredAt
	EntryAgentID
	EntryAgentName
	EntryIsTransfer
	EntryIsCallback
	EntryTransferID
	EntryLanguage
	EntryPriority
	EntryVendorSLA
	EntryVendorThreshold
	EntryVendorTarget
	EntryVendorShortAbandon
	EntryWaitIsDerived
	numEntries
)

var exits = []string{"answered", "abandoned", "voicemail", "callback", "overflow", "missed", "failed", "open", "unknown"}

// Exits returns the allowed exits of a queue entry.
func Exits() []string { return exits }

var entryFields = [numEntries]Field{
	ChildCallID:             {Name: "call_id", Type: Text, Doc: "The call."},
	ChildIndex:              {Name: "queue_entry_index", Type: Int, Doc: "0-based position among the call's entries, by time."},
	EntryQueueID:            {Name: "queue_id", Type: Text, Doc: "The vendor's id of the queue."},
	EntryQueue:              {Name: "queue", Type: Text, Doc: "Name of the queue, ring group or menu path."},
	EntryEnteredAt:          {Name: "entered_at", Type: Instant, Doc: "When the call entered the queue."},
	EntryEnteredLocal:       {Name: "entered_local", Type: Local, Doc: "The same moment as entered_at on the wall clock of the source's zone. Reports count by it."},
	EntryUTCOffset:          {Name: "utc_offset_minutes", Type: Int, Unit: "minutes", Doc: "The zone's offset from UTC at entered_at."},
	EntryLeftAt:             {Name: "left_at", Type: Instant, Doc: "When the call left the queue, to an agent or for good."},
	EntryWait:               {Name: "wait_seconds", Type: Seconds, Doc: "The wait the vendor gives, else queue entry to human connect or hang-up, ring included."},
	EntryExit:               {Name: "exit", Type: Text, Doc: "How the entry ended.", Values: exits},
	EntryAnsweredAt:         {Name: "answered_at", Type: Instant, Doc: "When a human answered."},
	EntryAgentID:            {Name: "agent_id", Type: Text, Doc: "The vendor's id of the human who answered."},
	EntryAgentName:          {Name: "agent_name", Type: Text, Doc: "Name of the human who answered."},
	EntryIsTransfer:         {Name: "is_transfer", Type: Bool, Doc: "True where a transfer put the call into this queue."},
	EntryIsCallback:         {Name: "is_callback", Type: Bool, Doc: "True where the entry belongs to a call-back."},
	EntryTransferID:         {Name: "transfer_id", Type: Text, Doc: "Id of the transfer that put the call here."},
	EntryLanguage:           {Name: "language", Type: Text, Doc: "Language of the entry, as the vendor codes it."},
	EntryPriority:           {Name: "priority", Type: Int, Doc: "Priority level in the queue."},
	EntryVendorSLA:          {Name: "vendor_sla", Type: Text, Doc: "The vendor's own verdict on this entry.", Values: []string{"in_sla", "not_in_sla", "excluded"}},
	EntryVendorThreshold:    {Name: "vendor_threshold_seconds", Type: Seconds, Doc: "The vendor's own threshold for this entry."},
	EntryVendorTarget:       {Name: "vendor_target_percent", Type: Number, Unit: "percent", Doc: "The vendor's own target for this queue."},
	EntryVendorShortAbandon: {Name: "vendor_short_abandon_seconds", Type: Seconds, Doc: "The vendor's own limit of a short abandon."},
	EntryWaitIsDerived:      {Name: "wait_is_derived", Type: Bool, Doc: "True where the wait was computed from other times."},
}

// Columns of agents.
const (
	AgentID = iota + firstChild
	AgentUserID
	AgentName
	AgentEmail
	AgentSIP
	AgentNumber
	AgentType
	AgentLegType
	AgentAction
	AgentIsTransfer
	AgentTransferID
	AgentWasAnswered
	AgentBarged
	AgentStartedAt
	AgentEndedAt
	AgentRing
	AgentTalk
	AgentHold
	AgentWrapUp
	AgentBeforeCall
	AgentHangupReason
	AgentQueue
	numAgents
)

var agentFields = [numAgents]Field{
	ChildCallID:       {Name: "call_id", Type: Text, Doc: "The call."},
	ChildIndex:        {Name: "agent_index", Type: Int, Doc: "0-based position among the call's legs, by time."},
	AgentID:           {Name: "agent_id", Type: Text, Doc: "The vendor's id of the agent."},
	AgentUserID:       {Name: "user_id", Type: Text, Doc: "The vendor's id of the agent's user account."},
	AgentName:         {Name: "agent_name", Type: Text, Doc: "Name of the agent."},
	AgentEmail:        {Name: "agent_email", Type: Text, Doc: "E-mail of the agent, never checked."},
	AgentSIP:          {Name: "sip", Type: Text, Doc: "SIP address of the agent."},
	AgentNumber:       {Name: "number", Type: Text, Doc: "Number of the agent."},
	AgentType:         {Name: "type", Type: Text, Doc: "Kind of agent; only type agent counts as human.", Values: []string{"agent", "virtual_agent", "external"}},
	AgentLegType:      {Name: "leg_type", Type: Text, Doc: "The vendor's word for the leg, as it came (Normal call, Transfer Call, agent)."},
	AgentAction:       {Name: "action", Type: Text, Doc: "The vendor's word for what the agent did or how it ended, as it came."},
	AgentIsTransfer:   {Name: "is_transfer", Type: Bool, Doc: "True where a transfer made the leg."},
	AgentTransferID:   {Name: "transfer_id", Type: Text, Doc: "Id of the transfer that made the leg."},
	AgentWasAnswered:  {Name: "was_answered", Type: Bool, Doc: "True where the agent answered; NULL where the vendor does not say."},
	AgentBarged:       {Name: "barged", Type: Bool, Doc: "True where the agent barged into a colleague's call."},
	AgentStartedAt:    {Name: "started_at", Type: Instant, Doc: "When the leg began."},
	AgentEndedAt:      {Name: "ended_at", Type: Instant, Doc: "When the leg ended."},
	AgentRing:         {Name: "ring_seconds", Type: Seconds, Doc: "Time from being offered the call to being connected."},
	AgentTalk:         {Name: "talk_seconds", Type: Seconds, Doc: "Time the agent talked, without hold and wrap-up."},
	AgentHold:         {Name: "hold_seconds", Type: Seconds, Doc: "Time the agent kept the customer on hold."},
	AgentWrapUp:       {Name: "wrap_up_seconds", Type: Seconds, Doc: "After-call work of the leg."},
	AgentBeforeCall:   {Name: "before_call_seconds", Type: Seconds, Doc: "Before-call work of the leg."},
	AgentHangupReason: {Name: "hangup_reason", Type: Text, Doc: "Cause of the leg's end, as it came."},
	AgentQueue:        {Name: "queue", Type: Text, Doc: "Queue the leg served."},
}

// Columns of transfers.
const (
	TransferID = iota + firstChild
	TransferKind
	TransferStatus
	TransferFailReason
	TransferCreatedAt
	TransferConnectedAt
	TransferFromQueue
	TransferToQueue
	TransferFromAgentID
	TransferFromAgentName
	TransferToAgentID
	TransferToAgentName
	TransferToNumber
	TransferWait
	TransferTalk
	numTransfers
)

var transferFields = [numTransfers]Field{
	ChildCallID:           {Name: "call_id", Type: Text, Doc: "The call."},
	ChildIndex:            {Name: "transfer_index", Type: Int, Doc: "0-based position among the call's transfers, by time."},
	TransferID:            {Name: "transfer_id", Type: Text, Doc: "The vendor's id of the transfer."},
	TransferKind:          {Name: "kind", Type: Text, Doc: "Kind of transfer; an escalation is a virtual agent's handing over to a human.", Values: []string{"cold", "warm", "external", "escalation", "unknown"}},
	TransferStatus:        {Name: "status", Type: Text, Doc: "The vendor's status word, as it came."},
	TransferFailReason:    {Name: "fail_reason", Type: Text, Doc: "The vendor's reason, as it came."},
	TransferCreatedAt:     {Name: "created_at", Type: Instant, Doc: "When the transfer was begun."},
	TransferConnectedAt:   {Name: "connected_at", Type: Instant, Doc: "When the new agent connected."},
	TransferFromQueue:     {Name: "from_queue", Type: Text, Doc: "Name of the queue it left."},
	TransferToQueue:       {Name: "to_queue", Type: Text, Doc: "Name of the queue it went to."},
	TransferFromAgentID:   {Name: "from_agent_id", Type: Text, Doc: "The vendor's id of the agent it left."},
	TransferFromAgentName: {Name: "from_agent_name", Type: Text, Doc: "Name of the agent it left."},
	TransferToAgentID:     {Name: "to_agent_id", Type: Text, Doc: "The vendor's id of the agent it went to."},
	TransferToAgentName:   {Name: "to_agent_name", Type: Text, Doc: "Name of the agent it went to."},
	TransferToNumber:      {Name: "to_number", Type: Text, Doc: "Number it went to, E.164 where it parses."},
	TransferWait:          {Name: "wait_seconds", Type: Seconds, Doc: "Time from the transfer to the new agent."},
	TransferTalk:          {Name: "talk_seconds", Type: Seconds, Doc: "Time talked after the transfer."},
}

// Columns of participants.
const (
	ParticipantID = iota + firstChild
	ParticipantType
	ParticipantEntryType
	ParticipantStatus
	ParticipantUserID
	ParticipantEndUserID
	ParticipantVirtualAgentID
	ParticipantName
	ParticipantNumber
	ParticipantConnectedAt
	ParticipantEndedAt
	ParticipantCall
	ParticipantHold
	ParticipantFailReason
	numParticipants
)

var participantFields = [numParticipants]Field{
	ChildCallID:               {Name: "call_id", Type: Text, Doc: "The call."},
	ChildIndex:                {Name: "participant_index", Type: Int, Doc: "0-based position among the call's parties, by time."},
	ParticipantID:             {Name: "participant_id", Type: Text, Doc: "The vendor's id of the party."},
	ParticipantType:           {Name: "type", Type: Text, Doc: "Kind of party (end_user, agent, virtual_agent, task_virtual_agent, external, ...)."},
	ParticipantEntryType:      {Name: "entry_type", Type: Text, Doc: "How the party came into the call."},
	ParticipantStatus:         {Name: "status", Type: Text, Doc: "The vendor's status word, as it came."},
	ParticipantUserID:         {Name: "user_id", Type: Text, Doc: "The vendor's id of the agent's user account."},
	ParticipantEndUserID:      {Name: "end_user_id", Type: Text, Doc: "The vendor's id of the customer."},
	ParticipantVirtualAgentID: {Name: "virtual_agent_id", Type: Text, Doc: "The vendor's id of the virtual agent."},
	ParticipantName:           {Name: "name", Type: Text, Doc: "Name of the party."},
	ParticipantNumber:         {Name: "number", Type: Text, Doc: "Number of the party, E.164 where it parses."},
	ParticipantConnectedAt:    {Name: "connected_at", Type: Instant, Doc: "When the party connected."},
	ParticipantEndedAt:        {Name: "ended_at", Type: Instant, Doc: "When the party left; may be after the call's end (survey)."},
	ParticipantCall:           {Name: "call_seconds", Type: Seconds, Doc: "Time the party was in the call."},
	ParticipantHold:           {Name: "hold_seconds", Type: Seconds, Doc: "Time the party was on hold."},
	ParticipantFailReason:     {Name: "fail_reason", Type: Text, Doc: "The vendor's reason, as it came."},
}

// Columns of media.
const (
	MediaID = iota + firstChild
	MediaKind
	MediaURL
	MediaContentType
	MediaDuration
	MediaAgentID
	MediaTransferID
	numMedia
)

var mediaFields = [numMedia]Field{
	ChildCallID:      {Name: "call_id", Type: Text, Doc: "The call."},
	ChildIndex:       {Name: "media_index", Type: Int, Doc: "0-based position among the call's media."},
	MediaID:          {Name: "media_id", Type: Text, Doc: "The vendor's id of the file."},
	MediaKind:        {Name: "kind", Type: Text, Doc: "Kind of file.", Values: []string{"recording", "voicemail", "transcript", "analysis", "photo", "video"}},
	MediaURL:         {Name: "url", Type: Text, Doc: "Address of the file, as it came; stored, never fetched."},
	MediaContentType: {Name: "content_type", Type: Text, Doc: "MIME type."},
	MediaDuration:    {Name: "duration_seconds", Type: Seconds, Doc: "Length of the recording."},
	MediaAgentID:     {Name: "agent_id", Type: Text, Doc: "The vendor's id of the agent the file belongs to."},
	MediaTransferID:  {Name: "transfer_id", Type: Text, Doc: "Id of the transfer the file belongs to."},
}

// Columns of events.
const (
	EventName = iota + firstChild
	EventOccurredAt
	EventReceivedAt
	EventStatus
	EventRequestID
	EventDetail
	numEvents
)

var eventFields = [numEvents]Field{
	ChildCallID:     {Name: "call_id", Type: Text, Doc: "The call."},
	ChildIndex:      {Name: "event_index", Type: Int, Doc: "0-based position among the call's events, by time."},
	EventName:       {Name: "event", Type: Text, Doc: "What happened: a webhook's event, a status change, csat, deflection."},
	EventOccurredAt: {Name: "occurred_at", Type: Instant, Doc: "When it happened, by the vendor's clock."},
	EventReceivedAt: {Name: "received_at", Type: Instant, Doc: "When the archive received the event."},
	EventStatus:     {Name: "status", Type: Text, Doc: "The vendor's status word at that time."},
	EventRequestID:  {Name: "request_id", Type: Text, Doc: "The vendor's id of the delivery."},
	EventDetail:     {Name: "detail", Type: Text, Doc: "What else the event says."},
}

// Columns of utterances.
const (
	UtteranceSpeaker = iota + firstChild
	UtteranceText
	numUtterances
)

var utteranceFields = [numUtterances]Field{
	ChildCallID:      {Name: "call_id", Type: Text, Doc: "The call."},
	ChildIndex:       {Name: "utterance_index", Type: Int, Doc: "0-based position in the transcript."},
	UtteranceSpeaker: {Name: "speaker", Type: Text, Doc: "Who spoke, as the transcript names them."},
	UtteranceText:    {Name: "text", Type: Text, Doc: "What was said."},
}
