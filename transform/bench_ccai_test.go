package transform

import "time"

// jsonCCAI is the whole call object of CCAI. Of its times those are pointers that may be null.
type jsonCCAI struct {
	ID             int64                `json:"id"`
	ParentID       *int64               `json:"parent_id"`
	Lang           string               `json:"lang"`
	CallType       string               `json:"call_type"`
	SessionType    string               `json:"session_type"`
	SessionTypeV2  string               `json:"session_type_v2"`
	Status         string               `json:"status"`
	CreatedAt      time.Time            `json:"created_at"`
	QueuedAt       *time.Time           `json:"queued_at"`
	AssignedAt     *time.Time           `json:"assigned_at"`
	ConnectedAt    *time.Time           `json:"connected_at"`
	EndsAt         time.Time            `json:"ends_at"`
	ScheduledAt    *time.Time           `json:"scheduled_at"`
	UpdatedAt      time.Time            `json:"updated_at"`
	Wait           int64                `json:"wait_duration"`
	Queue          *int64               `json:"queue_duration"`
	Call           int64                `json:"call_duration"`
	Hold           int64                `json:"hold_duration"`
	Rating         *int64               `json:"rating"`
	HasFeedback    bool                 `json:"has_feedback"`
	VoIP           string               `json:"voip_provider"`
	TicketID       *string              `json:"out_ticket_id"`
	TicketURL      *string              `json:"out_ticket_url"`
	TicketAccount  bool                 `json:"is_out_ticket_account"`
	Verified       bool                 `json:"verified"`
	RecordingURL   *string              `json:"recording_url"`
	Permission     string               `json:"recording_permission"`
	Voicemail      string               `json:"voicemail_reason"`
	Deflection     string               `json:"deflection"`
	DisconnectedBy string               `json:"disconnected_by"`
	FailReason     string               `json:"fail_reason"`
	FailDetails    *string              `json:"fail_details"`
	SupportNumber  *string              `json:"support_number"`
	Menu           *jsonCCAIMenu        `json:"selected_menu"`
	MenuPath       *jsonCCAIPath        `json:"menu_path"`
	Priority       int64                `json:"queue_priority_level"`
	Agent          *jsonCCAIAgent       `json:"agent_info"`
	EndUser        *jsonCCAIEndUser     `json:"end_user"`
	Photos         []struct{}           `json:"photos"`
	Videos         []struct{}           `json:"videos"`
	Transfers      []jsonCCAITransfer   `json:"transfers"`
	Escalations    []jsonCCAIEscalation `json:"escalations"`
	Deflections    []jsonCCAIDeflection `json:"deflection_details"`
	Handles        []jsonCCAIHandle     `json:"handle_durations"`
	Queues         []jsonCCAIQueue      `json:"queue_durations"`
	VirtualHandles []jsonCCAIVirtual    `json:"virtual_agent_handle_durations"`
	Events         []jsonCCAIStretch    `json:"consumer_event_durations"`
	InMenu         []jsonCCAIStretch    `json:"consumer_in_menu_durations"`
	Participants   []jsonCCAIParty      `json:"participants"`
	Recordings     []jsonCCAIRecording  `json:"recordings"`
	OfferType      *string              `json:"offer_type"`
	Offers         []jsonCCAIOffer      `json:"offer_events"`
	AnswerType     string               `json:"answer_type"`
	OutboundNumber *string              `json:"outbound_number"`
	Dispositions   []jsonCCAICode       `json:"dispositions"`
}

type jsonCCAIMenu struct {
	ID       int64  `json:"id"`
	Name     string `json:"name"`
	ParentID int64  `json:"parent_id"`
	Position int64  `json:"position"`
	Deleted  bool   `json:"deleted"`
	Type     string `json:"menu_type"`
	Hidden   bool   `json:"hidden"`
}

type jsonCCAIPath struct {
	Items int64  `json:"items_count"`
	Name  string `json:"name"`
	Path  string `json:"materialized_path"`
}

type jsonCCAIAgent struct {
	ID     int64   `json:"id"`
	Number *string `json:"agent_number"`
	Email  string  `json:"email"`
	Name   string  `json:"name"`
	Last   string  `json:"last_name"`
	First  string  `json:"first_name"`
	Avatar *string `json:"avatar_url"`
}

type jsonCCAIEndUser struct {
	ID         int64   `json:"id"`
	Identifier *string `json:"identifier"`
	Contact    *string `json:"out_contact_id"`
}

type jsonCCAITransfer struct {
	ID          int64          `json:"id"`
	Status      string         `json:"status"`
	FailReason  string         `json:"fail_reason"`
	CreatedAt   time.Time      `json:"created_at"`
	AssignedAt  *time.Time     `json:"assigned_at"`
	ConnectedAt *time.Time     `json:"connected_at"`
	UpdatedAt   time.Time      `json:"updated_at"`
	Call        int64          `json:"call_duration"`
	Wait        int64          `json:"wait_duration"`
	Deflection  string         `json:"deflection"`
	AnswerType  string         `json:"answer_type_path"`
	FromPath    *jsonCCAIPath  `json:"from_menu_path"`
	ToPath      *jsonCCAIPath  `json:"to_menu_path"`
	FromAgent   *jsonCCAIAgent `json:"from_agent"`
	ToAgent     *jsonCCAIAgent `json:"to_agent"`
}

type jsonCCAIEscalation struct {
	ID          int64          `json:"id"`
	Status      string         `json:"status"`
	Reason      string         `json:"reason"`
	CreatedAt   time.Time      `json:"created_at"`
	EscalatedAt *time.Time     `json:"escalated_at"`
	From        *jsonCCAIRobot `json:"from_virtual_agent"`
	ToAgent     *jsonCCAIAgent `json:"to_agent"`
	FromPath    *jsonCCAIPath  `json:"from_menu_path"`
	ToPath      *jsonCCAIPath  `json:"to_menu_path"`
}

type jsonCCAIDeflection struct {
	ID         int64         `json:"id"`
	CallID     int64         `json:"call_id"`
	TransferID *int64        `json:"transfer_id"`
	Deflection string        `json:"deflection"`
	From       *jsonCCAIPath `json:"from_menu_path"`
}

type jsonCCAIRobot struct {
	ID    int64   `json:"id"`
	Name  string  `json:"name"`
	Alias *string `json:"va_alias"`
}

type jsonCCAIHandle struct {
	ID           int64      `json:"id"`
	AgentID      *int64     `json:"agent_id"`
	ACW          int64      `json:"acw_duration"`
	BCW          int64      `json:"bcw_duration"`
	Call         int64      `json:"call_duration"`
	MenuPathID   int64      `json:"menu_path_id"`
	MenuPath     string     `json:"menu_path"`
	Lang         string     `json:"lang"`
	Barged       bool       `json:"barged"`
	Transfer     bool       `json:"transfer"`
	TransferID   *int64     `json:"transfer_id"`
	TransferCold *bool      `json:"transfer_cold"`
	StartedAt    time.Time  `json:"started_at"`
	EndedAt      time.Time  `json:"ended_at"`
	ScheduledAt  *time.Time `json:"scheduled_at"`
	Hold         *int64     `json:"hold_duration"`
	Assigned     int64      `json:"assigned_connection_duration"`
}

type jsonCCAIQueue struct {
	ID           int64     `json:"id"`
	AgentID      *int64    `json:"agent_id"`
	EndedAt      time.Time `json:"ended_at"`
	Lang         string    `json:"lang"`
	MenuPathID   int64     `json:"menu_path_id"`
	MenuPath     string    `json:"menu_path"`
	Duration     int64     `json:"queue_duration"`
	StartedAt    time.Time `json:"started_at"`
	TransferCold *bool     `json:"transfer_cold"`
	Transfer     bool      `json:"transfer"`
	TransferID   *int64    `json:"transfer_id"`
	Abandon      int64     `json:"service_level_abandon_time_threshold"`
	Event        *string   `json:"service_level_event"`
	Percent      int64     `json:"service_level_target_percent"`
	Target       int64     `json:"service_level_target_time"`
}

type jsonCCAIVirtual struct {
	ID           int64         `json:"id"`
	VirtualAgent jsonCCAIRobot `json:"virtual_agent"`
	Call         int64         `json:"call_duration"`
	Reason       *string       `json:"escalation_reason"`
	FinishReason string        `json:"finish_reason"`
	MenuPathID   int64         `json:"menu_path_id"`
	MenuPath     string        `json:"menu_path"`
	Lang         string        `json:"lang"`
	Transfer     bool          `json:"transfer"`
	TransferID   *int64        `json:"transfer_id"`
	StartedAt    time.Time     `json:"started_at"`
	EndedAt      time.Time     `json:"ended_at"`
}

type jsonCCAIStretch struct {
	ID         int64     `json:"id"`
	Duration   int64     `json:"duration"`
	Type       string    `json:"type"`
	Event      string    `json:"event"`
	MenuPathID *int64    `json:"menu_path_id"`
	MenuPath   *string   `json:"menu_path"`
	Lang       string    `json:"lang"`
	StartedAt  time.Time `json:"started_at"`
	EndedAt    time.Time `json:"ended_at"`
}

type jsonCCAIParty struct {
	ID             int64      `json:"id"`
	Type           string     `json:"type"`
	EntryType      string     `json:"entry_type"`
	UserID         *int64     `json:"user_id"`
	EndUserID      *int64     `json:"end_user_id"`
	VirtualAgentID *int64     `json:"virtual_agent_id"`
	Status         string     `json:"status"`
	FailReason     string     `json:"fail_reason"`
	ConnectedAt    *time.Time `json:"connected_at"`
	Phone          string     `json:"phone_number"`
	Email          string     `json:"email"`
	First          string     `json:"first_name"`
	Last           string     `json:"last_name"`
	CallID         int64      `json:"call_id"`
	Call           int64      `json:"call_duration"`
	Hold           *int64     `json:"hold_duration"`
	EndedAt        *time.Time `json:"ended_at"`
}

type jsonCCAIRecording struct {
	ID         int64       `json:"id"`
	CallID     int64       `json:"call_id"`
	Conference string      `json:"conference_sid"`
	Duration   int64       `json:"duration"`
	Type       string      `json:"recording_type"`
	Redactions []time.Time `json:"redaction_times"`
	StartedAt  time.Time   `json:"started_at"`
}

type jsonCCAIOffer struct {
	At    time.Time `json:"casting_time"`
	Group string    `json:"group"`
}

type jsonCCAICode struct {
	UserID        int64  `json:"user_id"`
	TransferID    *int64 `json:"transfer_id"`
	ParticipantID int64  `json:"participant_id"`
	Note          string `json:"note"`
	Code          string `json:"code"`
	CodeID        int64  `json:"ujet_code_id"`
	List          string `json:"list"`
}
