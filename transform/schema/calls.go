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
	CallID:                  {Name: "call_id", Type: Text, Doc: "The vendor's id of the call; with the source it is the key of all tables."},
	CallVendor:              {Name: "vendor", Type: Text, Doc: "The vendor whose payload the call came in.", Values: vendors},
	CallParentID:            {Name: "parent_call_id", Type: Text, Doc: "Id of the call this one came from: recovered, scheduled or transferred. 0 and empty texts are no id."},
	CallConversationID:      {Name: "conversation_id", Type: Text, Doc: "The vendor's id of the conversation or session that the call is part of."},
	CallDirection:           {Name: "direction", Type: Text, Doc: "Who called whom, seen from the contact centre. Words given under direction in the configuration come first.", Values: directions},
	CallOutcome:             {Name: "outcome", Type: Text, Doc: "How the call ended. answered means by a human, and is decided by status, never by talk time or an agent's name.", Values: outcomes},
	CallRawStatus:           {Name: "raw_status", Type: Text, Doc: "The vendor's status word, as it came. outcomes in the configuration maps it."},
	CallRawType:             {Name: "raw_type", Type: Text, Doc: "The vendor's type word, as it came. outcomes in the configuration maps it."},
	CallRawReason:           {Name: "raw_reason", Type: Text, Doc: "The vendor's reason word (fail reason, sub type, cause), as it came. outcomes in the configuration maps it."},
	CallIsFinal:             {Name: "is_final", Type: Bool, Doc: "True once any payload said that the call has ended; such a call is fetched no more."},
	CallIsCallback:          {Name: "is_callback", Type: Bool, Doc: "True where the call is the call-back of an earlier one; NULL where the vendor does not say."},
	CallStartedAt:           {Name: "started_at", Type: Instant, Doc: "When the call began. Its local date is the call's partition."},
	CallStartedLocal:        {Name: "started_local", Type: Local, Doc: "The same moment as started_at on the wall clock of the source's zone."},
	CallUTCOffset:           {Name: "utc_offset_minutes", Type: Int, Unit: "minutes", Doc: "The zone's offset from UTC at started_at."},
	CallScheduledAt:         {Name: "scheduled_at", Type: Instant, Doc: "When the call was to be made, of calls that were asked for in advance."},
	CallQueuedAt:            {Name: "queued_at", Type: Instant, Doc: "When the call first entered a queue or started to ring a group."},
	CallAssignedAt:          {Name: "assigned_at", Type: Instant, Doc: "When an agent was chosen, or picked up to be connected with the customer (outbound CallerDesk calls)."},
	CallAnsweredAt:          {Name: "answered_at", Type: Instant, Doc: "When a human first answered; of outbound CallerDesk calls when the customer did."},
	CallEndedAt:             {Name: "ended_at", Type: Instant, Doc: "When the call ended."},
	CallDuration:            {Name: "duration_seconds", Type: Seconds, Doc: "Length of the whole call from start to end, menus, waiting and talk included."},
	CallWait:                {Name: "wait_seconds", Type: Seconds, Doc: "Wait of the first queue entry, ring included, menu excluded; NULL where it is unknown or nothing was waited for."},
	CallQueueWaitTotal:      {Name: "queue_wait_total_seconds", Type: Seconds, Doc: "Waits of all queue entries together, those after transfers included."},
	CallTalk:                {Name: "talk_seconds", Type: Seconds, Doc: "Time human agents and the customer talked, without hold and wrap-up."},
	CallHold:                {Name: "hold_seconds", Type: Seconds, Doc: "Time the customer was on hold after a human answered."},
	CallWrapUp:              {Name: "wrap_up_seconds", Type: Seconds, Doc: "After-call work of all human agents together."},
	CallHandle:              {Name: "handle_seconds", Type: Seconds, Doc: "Talk + known hold + known wrap-up; NULL only where talk is."},
	CallIVR:                 {Name: "ivr_seconds", Type: Seconds, Doc: "Time in menus before the first queue entry."},
	CallQueueID:             {Name: "queue_id", Type: Text, Doc: "The vendor's id of the first queue; of Whippy the channel."},
	CallQueue:               {Name: "queue", Type: Text, Doc: "Name of the first queue, ring group or menu path."},
	CallCampaignID:          {Name: "campaign_id", Type: Text, Doc: "The vendor's id of the campaign."},
	CallCampaign:            {Name: "campaign", Type: Text, Doc: "Name of the campaign."},
	CallIVRID:               {Name: "ivr_id", Type: Text, Doc: "The vendor's id of the IVR or menu."},
	CallIVRName:             {Name: "ivr", Type: Text, Doc: "Name of the IVR or menu."},
	CallIVRKeys:             {Name: "ivr_keys", Type: Text, Doc: "Keys the caller pressed in the menu, in order."},
	CallFromNumber:          {Name: "from_number", Type: Text, Doc: "The calling number, E.164 where it parses, else as it came."},
	CallToNumber:            {Name: "to_number", Type: Text, Doc: "The called number, E.164 where it parses, else as it came."},
	CallCustomerNumber:      {Name: "customer_number", Type: Text, Doc: "The customer's number, E.164 where it parses, else as it came."},
	CallCallerKey:           {Name: "caller_key", Type: Text, Doc: "Keyed hash (32 hexadecimal digits) that is equal for calls of one customer; NULL where the caller is withheld."},
	CallContactID:           {Name: "contact_id", Type: Text, Doc: "The vendor's id of the customer. 0 is no id."},
	CallContactName:         {Name: "contact_name", Type: Text, Doc: "Name of the customer, as the vendor's contacts have it."},
	CallContactEmail:        {Name: "contact_email", Type: Text, Doc: "E-mail of the customer, never checked."},
	CallAgentID:             {Name: "agent_id", Type: Text, Doc: "The vendor's id of the human who first answered."},
	CallAgentName:           {Name: "agent_name", Type: Text, Doc: "Name of the human who first answered."},
	CallAgentCount:          {Name: "agent_count", Type: Int, Unit: "agents", Doc: "Different human agents with a leg in the call, answered or not."},
	CallEntryCount:          {Name: "queue_entry_count", Type: Int, Unit: "entries", Doc: "Rows of the call in queue_entries."},
	CallTransferCount:       {Name: "transfer_count", Type: Int, Unit: "transfers", Doc: "Rows of the call in transfers, but for a virtual agent's escalations."},
	CallDispositionID:       {Name: "disposition_id", Type: Text, Doc: "The vendor's id of the disposition."},
	CallDispositionCode:     {Name: "disposition_code", Type: Text, Doc: "The disposition: how the agent classed the call."},
	CallDispositionNote:     {Name: "disposition_note", Type: Text, Doc: "What the agent wrote with the disposition."},
	CallTags:                {Name: "tags", Type: Texts, Doc: "Tags of the call; NULL where it has none."},
	CallLanguage:            {Name: "language", Type: Text, Doc: "Language of the call, as the vendor codes it (en, fr-CA)."},
	CallRating:              {Name: "rating", Type: Number, Unit: "as the vendor scores", Doc: "The customer's rating of the call."},
	CallCost:                {Name: "cost", Type: Number, Unit: "the vendor's credits", Doc: "What the vendor charged for the call."},
	CallDisconnectedBy:      {Name: "disconnected_by", Type: Text, Doc: "Who hung up, in the vendor's word: end_user, agent, virtual_agent, unknown."},
	CallHangupReason:        {Name: "hangup_reason", Type: Text, Doc: "Cause of the hang-up, as it came (operator's code or text)."},
	CallVendorSLAMet:        {Name: "vendor_sla_met", Type: Bool, Doc: "The vendor's own verdict on its service level, whose threshold it does not tell."},
	CallCallbackRequested:   {Name: "callback_requested", Type: Bool, Doc: "True where the caller asked to be called back."},
	CallRecordingPermission: {Name: "recording_permission", Type: Text, Doc: "The customer's answer to being recorded: not_asked, granted, denied."},
	CallTicketID:            {Name: "ticket_id", Type: Text, Doc: "Id of the ticket in the CRM."},
	CallTicketURL:           {Name: "ticket_url", Type: Text, Doc: "Address of the ticket; stored, never fetched."},
	CallVerifiedCustomer:    {Name: "verified_customer", Type: Bool, Doc: "True where the vendor flags the customer as verified; asked for only with customer_flag in the configuration."},
	CallBadActor:            {Name: "bad_actor", Type: Bool, Doc: "True where the vendor flags the customer as a bad actor; asked for only with customer_flag in the configuration."},
	CallRepeatCustomer:      {Name: "repeat_customer", Type: Bool, Doc: "True where the vendor flags the customer as a repeat one; asked for only with customer_flag in the configuration."},
	CallRecordingCount:      {Name: "recording_count", Type: Int, Unit: "recordings", Doc: "Rows of kind recording in media."},
	CallTranscript:          {Name: "transcript", Type: Text, Doc: "The transcript, whole; utterances has it by speaker turn."},
	CallDerivedFields:       {Name: "derived_fields", Type: Texts, Doc: "Columns of this row that were computed, not given by the vendor."},
	CallExtra:               {Name: "extra", Type: JSON, Doc: "Every payload key that has no column and is not empty, child elements' included: nothing a vendor sends is lost."},
	CallEvent:               {Name: "event", Type: Text, Doc: "Event of the newest payload that names one."},
	CallPayloadKind:         {Name: "payload_kind", Type: Text, Doc: "Kind of the newest payload, told from its shape."},
	CallPayloadSHA256:       {Name: "payload_sha256", Type: Text, Doc: "SHA-256 of the newest payload, hexadecimal, without its envelope."},
	CallVendorUpdatedAt:     {Name: "vendor_updated_at", Type: Instant, Doc: "When the vendor last changed the call, by the vendor's clock."},
	CallOutcomeEvidence:     {Name: "outcome_evidence", Type: Text, Doc: "What the outcome rests on; of several payloads the strongest evidence decides, then the newest.", Values: []string{"explicit_event", "specific_status", "in_progress", "unknown"}},
	CallOrigins:             {Name: "origins", Type: Texts, Doc: "How the payloads of the call came.", Values: []string{"list", "webhook", "api", "file"}},
	CallObservationCount:    {Name: "observation_count", Type: Int, Unit: "observations", Doc: "Different payloads seen of the call."},
	CallFirstObservedAt:     {Name: "first_observed_at", Type: Instant, Doc: "Least time at which a payload of the call was observed."},
	CallLastObservedAt:      {Name: "last_observed_at", Type: Instant, Doc: "Greatest time at which a payload of the call was observed."},
}
