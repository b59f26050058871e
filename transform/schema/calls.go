package schema

// Columns of calls.
const (
	CallID = iota
	CallVendor
	CallParentID
	CallConversationID
	CallDirection
	CallOutcome
	CallRawStatus
	CallRawType
	CallRawReason
	CallIsFinal
	CallIsCallback
	CallStartedAt
	CallStartedLocal
	CallUTCOffset
	CallScheduledAt
	CallQueuedAt
	CallAssignedAt
	CallAnsweredAt
	CallEndedAt
	CallDuration
	CallWait
	CallQueueWaitTotal
	CallTalk
	CallHold
	CallWrapUp
	CallHandle
	CallIVR
	CallQueueID
	CallQueue
	CallCampaignID
	CallCampaign
	CallIVRID
	CallIVRName
	CallIVRKeys
	CallFromNumber
	CallToNumber
	CallCustomerNumber
	CallCallerKey
	CallContactID
	CallContactName
	CallContactEmail
	CallAgentID
	CallAgentName
	CallAgentCount
	CallEntryCount
	CallTransferCount
	CallDispositionID
	CallDispositionCode
	CallDispositionNote
	CallTags
	CallLanguage
	CallRating
	CallCost
	CallDisconnectedBy
	CallHangupReason
	CallVendorSLAMet
	CallCallbackRequested
	CallRecordingPermission
	CallTicketID
	CallTicketURL
	CallVerifiedCustomer
	CallBadActor
	CallRepeatCustomer
	CallRecordingCount
	CallTranscript
	CallDerivedFields
	CallExtra
	CallEvent
	CallPayloadKind
	CallPayloadSHA256
	CallVendorUpdatedAt
	CallOutcomeEvidence
	CallOrigins
	CallObservationCount
	CallFirstObservedAt
	CallLastObservedAt
	numCalls
)

// Directions and outcomes of a call.
var (
	directions = []string{"inbound", "outbound", "internal"}
	outcomes   = []string{
		"answered", "self_service", "abandoned", "ivr_abandoned", "voicemail", "callback", "overflow", "missed",
		"rejected", "failed", "cancelled", "no_answer", "busy", "in_progress", "unknown",
	}
)

// Outcomes returns the allowed outcomes of a call.
func Outcomes() []string { return outcomes }

// Directions returns the allowed directions of a call.
func Directions() []string { return directions }

var callFields = [numCalls]Field{
	CallID:                  {Name: "call_id", Type: Text, Doc: "The vendor's id of the call; with the source it is the key."},
	CallVendor:              {Name: "vendor", Type: Text, Doc: "The vendor whose payload the call came in.", Values: []string{"nectardesk", "callerdesk", "ccai", "whippy"}},
	CallParentID:            {Name: "parent_call_id", Type: Text, Doc: "The call this one came from (recovered, scheduled, transferred)."},
	CallConversationID:      {Name: "conversation_id", Type: Text, Doc: "The conversation or session that holds the call."},
	CallDirection:           {Name: "direction", Type: Text, Doc: "Who called whom, seen from the contact centre.", Values: directions},
	CallOutcome:             {Name: "outcome", Type: Text, Doc: "How the call ended. Answered means answered by a human, decided by status.", Values: outcomes},
	CallRawStatus:           {Name: "raw_status", Type: Text, Doc: "The vendor's status word, as it came."},
	CallRawType:             {Name: "raw_type", Type: Text, Doc: "The vendor's type word, as it came."},
	CallRawReason:           {Name: "raw_reason", Type: Text, Doc: "The vendor's reason word (fail reason, sub type, cause), as it came."},
	CallIsFinal:             {Name: "is_final", Type: Bool, Doc: "True once the vendor said that the call has ended."},
	CallIsCallback:          {Name: "is_callback", Type: Bool, Doc: "True where the call is the call-back of an earlier one."},
	CallStartedAt:           {Name: "started_at", Type: Instant, Doc: "When the call began. Its local date is the call's partition."},
	CallStartedLocal:        {Name: "started_local", Type: Local, Doc: "started_at on the wall clock of the source's zone."},
	CallUTCOffset:           {Name: "utc_offset_minutes", Type: Int, Unit: "minutes", Doc: "The zone's offset from UTC at started_at."},
	CallScheduledAt:         {Name: "scheduled_at", Type: Instant, Doc: "When the call was to be made."},
	CallQueuedAt:            {Name: "queued_at", Type: Instant, Doc: "When the call first entered a queue or started to ring a group."},
	CallAssignedAt:          {Name: "assigned_at", Type: Instant, Doc: "When an agent was chosen."},
	CallAnsweredAt:          {Name: "answered_at", Type: Instant, Doc: "When a human first answered."},
	CallEndedAt:             {Name: "ended_at", Type: Instant, Doc: "When the call ended."},
	CallDuration:            {Name: "duration_seconds", Type: Seconds, Doc: "Length of the whole call as the vendor gives it."},
	CallWait:                {Name: "wait_seconds", Type: Seconds, Doc: "Wait of the first queue entry, ring included, IVR excluded."},
	CallQueueWaitTotal:      {Name: "queue_wait_total_seconds", Type: Seconds, Doc: "Waits of all queue entries together."},
	CallTalk:                {Name: "talk_seconds", Type: Seconds, Doc: "Time a human agent and the customer talked, without hold and wrap-up."},
	CallHold:                {Name: "hold_seconds", Type: Seconds, Doc: "Time the customer was on hold."},
	CallWrapUp:              {Name: "wrap_up_seconds", Type: Seconds, Doc: "After-call work."},
	CallHandle:              {Name: "handle_seconds", Type: Seconds, Doc: "Talk + known hold + known wrap-up; NULL only where talk is."},
	CallIVR:                 {Name: "ivr_seconds", Type: Seconds, Doc: "Time in menus before the first queue entry."},
	CallQueueID:             {Name: "queue_id", Type: Text, Doc: "Id of the first queue."},
	CallQueue:               {Name: "queue", Type: Text, Doc: "Name of the first queue, ring group or menu path."},
	CallCampaignID:          {Name: "campaign_id", Type: Text, Doc: "Id of the campaign."},
	CallCampaign:            {Name: "campaign", Type: Text, Doc: "Name of the campaign."},
	CallIVRID:               {Name: "ivr_id", Type: Text, Doc: "Id of the IVR or menu."},
	CallIVRName:             {Name: "ivr", Type: Text, Doc: "Name of the IVR or menu."},
	CallIVRKeys:             {Name: "ivr_keys", Type: Text, Doc: "Keys the caller pressed."},
	CallFromNumber:          {Name: "from_number", Type: Text, Doc: "The calling number, E.164 where it parses, else as it came."},
	CallToNumber:            {Name: "to_number", Type: Text, Doc: "The called number, E.164 where it parses, else as it came."},
	CallCustomerNumber:      {Name: "customer_number", Type: Text, Doc: "The customer's number, E.164 where it parses, else as it came."},
	CallCallerKey:           {Name: "caller_key", Type: Text, Doc: "Keyed hash that is equal for calls of one customer; NULL where the caller is withheld."},
	CallContactID:           {Name: "contact_id", Type: Text, Doc: "The vendor's id of the customer."},
	CallContactName:         {Name: "contact_name", Type: Text, Doc: "Name of the customer."},
	CallContactEmail:        {Name: "contact_email", Type: Text, Doc: "E-mail of the customer, never checked."},
	CallAgentID:             {Name: "agent_id", Type: Text, Doc: "The human who first answered."},
	CallAgentName:           {Name: "agent_name", Type: Text, Doc: "Name of the human who first answered."},
	CallAgentCount:          {Name: "agent_count", Type: Int, Unit: "agents", Doc: "Different human agents with a leg in the call."},
	CallEntryCount:          {Name: "queue_entry_count", Type: Int, Unit: "entries", Doc: "Rows of the call in queue_entries."},
	CallTransferCount:       {Name: "transfer_count", Type: Int, Unit: "transfers", Doc: "Rows of the call in transfers, but for a virtual agent's escalations."},
	CallDispositionID:       {Name: "disposition_id", Type: Text, Doc: "Id of the disposition."},
	CallDispositionCode:     {Name: "disposition_code", Type: Text, Doc: "Code of the disposition."},
	CallDispositionNote:     {Name: "disposition_note", Type: Text, Doc: "Note of the disposition."},
	CallTags:                {Name: "tags", Type: Texts, Doc: "Tags of the call."},
	CallLanguage:            {Name: "language", Type: Text, Doc: "Language of the call."},
	CallRating:              {Name: "rating", Type: Number, Unit: "as the vendor scores", Doc: "Customer's rating."},
	CallCost:                {Name: "cost", Type: Number, Unit: "the vendor's credits", Doc: "Cost of the call."},
	CallDisconnectedBy:      {Name: "disconnected_by", Type: Text, Doc: "Who hung up."},
	CallHangupReason:        {Name: "hangup_reason", Type: Text, Doc: "Cause of the hang-up, as it came."},
	CallVendorSLAMet:        {Name: "vendor_sla_met", Type: Bool, Doc: "The vendor's own verdict on its service level."},
	CallCallbackRequested:   {Name: "callback_requested", Type: Bool, Doc: "True where the caller asked to be called back."},
	CallRecordingPermission: {Name: "recording_permission", Type: Text, Doc: "The customer's answer to being recorded."},
	CallTicketID:            {Name: "ticket_id", Type: Text, Doc: "Ticket in the CRM."},
	CallTicketURL:           {Name: "ticket_url", Type: Text, Doc: "Address of the ticket; stored, never fetched."},
	CallVerifiedCustomer:    {Name: "verified_customer", Type: Bool, Doc: "The vendor's flag."},
	CallBadActor:            {Name: "bad_actor", Type: Bool, Doc: "The vendor's flag."},
	CallRepeatCustomer:      {Name: "repeat_customer", Type: Bool, Doc: "The vendor's flag."},
	CallRecordingCount:      {Name: "recording_count", Type: Int, Unit: "recordings", Doc: "Rows of kind recording in media."},
	CallTranscript:          {Name: "transcript", Type: Text, Doc: "The transcript, whole."},
	CallDerivedFields:       {Name: "derived_fields", Type: Texts, Doc: "Columns of this row that were computed, not given."},
	CallExtra:               {Name: "extra", Type: JSON, Doc: "Every payload key that has no column, child elements' included."},
	CallEvent:               {Name: "event", Type: Text, Doc: "Event of the newest payload."},
	CallPayloadKind:         {Name: "payload_kind", Type: Text, Doc: "Kind of the newest payload, told from its shape."},
	CallPayloadSHA256:       {Name: "payload_sha256", Type: Text, Doc: "SHA-256 of the newest payload, hexadecimal, without its envelope."},
	CallVendorUpdatedAt:     {Name: "vendor_updated_at", Type: Instant, Doc: "The vendor's time of the newest change."},
	CallOutcomeEvidence:     {Name: "outcome_evidence", Type: Text, Doc: "What the outcome rests on.", Values: []string{"explicit_event", "specific_status", "inferred", "in_progress", "unknown"}},
	CallOrigins:             {Name: "origins", Type: Texts, Doc: "Where the payloads came from.", Values: []string{"list", "webhook", "api", "file"}},
	CallObservationCount:    {Name: "observation_count", Type: Int, Unit: "observations", Doc: "Different payloads seen of the call."},
	CallFirstObservedAt:     {Name: "first_observed_at", Type: Instant, Doc: "Least time at which a payload of the call was seen."},
	CallLastObservedAt:      {Name: "last_observed_at", Type: Instant, Doc: "Greatest time at which a payload of the call was seen."},
}
