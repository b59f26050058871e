package transform

import (
	"encoding/json"
	"math/bits"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
	"callmart/fixtures"
	"callmart/transform/schema"
)

// corpus is a few thousand calls of a vendor, each with numbers of its own.
func corpus(tb testing.TB, vendor string, payload func(fixtures.Centre, fixtures.Call) [][]byte) (records [][]byte, bytes int64) {
	tb.Helper()
	c := fixtures.Centre{Vendor: vendor, Seed: 5, Zone: time.UTC, From: time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC), Days: 5, CallsPerDay: 800}
	for call := range c.Calls() {
		for _, p := range payload(c, call) {
			records = append(records, p)
			bytes += int64(len(p))
		}
	}
	require.NotEmpty(tb, records)
	return records, bytes
}

func answer(c fixtures.Centre, call fixtures.Call) [][]byte { return [][]byte{c.Answer(call)} }

func deliveries(c fixtures.Centre, call fixtures.Call) (all [][]byte) {
	for _, d := range c.Deliveries(call) {
		all = append(all, d.Body)
	}
	return all
}

// BenchmarkTransform reads payloads into finished rows in Arrow columns: parse, validation, hash, extra and all.
func BenchmarkTransform(b *testing.B) {
	for _, bench := range []struct {
		name, vendor string
		payload      func(fixtures.Centre, fixtures.Call) [][]byte
	}{
		{"nectar_rest", "nectardesk", answer},
		{"nectar_webhook", "nectardesk", deliveries},
		{"callerdesk", "callerdesk", deliveries},
		{"ccai", "ccai", answer},
		{"whippy", "whippy", deliveries},
	} {
		records, size := corpus(b, bench.vendor, bench.payload)
		b.Run(bench.name+"/callmart", func(b *testing.B) {
			r := testReader(b, bench.vendor)
			o := NewObservation()
			batches := NewBatches(&recycler{free: map[int][][]byte{}}, func(_ schema.ID, rec arrow.Record) error {
				rec.Release()
				return nil
			})
			defer batches.Release()
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				for _, body := range records {
					rec := raw.Record{Body: body, Origin: raw.API}
					for i := range r.Open(&rec) {
						if v := r.Item(i, o); v.Fate != Loaded {
							b.Fatal(v)
						}
						r.Finish(o)
						if err := batches.Append(o); err != nil {
							b.Fatal(err)
						}
					}
				}
			}
			perCall(b, len(records))
		})
		b.Run(bench.name+"/encoding_json", func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				for _, body := range records {
					if err := unmarshal(bench.name, body); err != nil {
						b.Fatal(err)
					}
				}
			}
			perCall(b, len(records))
		})
	}
}

// recycler keeps freed blocks for the next batch, as the pipeline's allocator does.
type recycler struct{ free map[int][][]byte }

func (r *recycler) Allocate(size int) []byte {
	class := 1 << bits.Len(uint(max(size, 64)-1))
	if list := r.free[class]; len(list) > 0 {
		r.free[class] = list[:len(list)-1]
		return list[len(list)-1][:size]
	}
	return make([]byte, size, class)
}

func (r *recycler) Reallocate(size int, b []byte) []byte {
	if size <= cap(b) {
		return b[:size]
	}
	grown := r.Allocate(size)
	copy(grown, b)
	r.Free(b)
	return grown
}

func (r *recycler) Free(b []byte) { r.free[cap(b)] = append(r.free[cap(b)], b) }

func perCall(b *testing.B, records int) {
	b.Helper()
	b.ReportMetric(float64(b.N)*float64(records)/b.Elapsed().Seconds(), "calls/s")
}

// unmarshal is the baseline: encoding/json into structs of the documented fields, and nothing done with them.
func unmarshal(name string, body []byte) error {
	switch name {
	case "nectar_rest":
		return json.Unmarshal(body, new(struct{ Calls jsonNectar }))
	case "ccai":
		return json.Unmarshal(body, new(jsonCCAI))
	case "callerdesk":
		return json.Unmarshal(body, new(map[string]string))
	}
	return json.Unmarshal(body, new(any))
}

type jsonNamed struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

type jsonNectarAgent struct {
	ID            int64  `json:"id"`
	UserID        int64  `json:"user_id"`
	Alias         string `json:"alias"`
	SIP           string `json:"sip"`
	StartedAt     int64  `json:"started_at"`
	Type          string `json:"type"`
	IsAnyTransfer bool   `json:"is_any_transfer"`
	HangupReason  string `json:"hangup_reason"`
}

type jsonNectar struct {
	ID         int64 `json:"id"`
	IsInbound  bool  `json:"is_inbound"`
	IsAnswered bool  `json:"is_answered"`
	IsInQueue  bool  `json:"is_in_queue"`
	Contact    *struct {
		ID       int64   `json:"id"`
		FullName string  `json:"full_name"`
		Country  string  `json:"number_country_code"`
		National string  `json:"national_number"`
		Number   string  `json:"number"`
		Lists    []int64 `json:"list_ids"`
	} `json:"contact"`
	Agents          []int64           `json:"agents"`
	AllAgents       []jsonNectarAgent `json:"all_agents"`
	AnsweredAgents  []jsonNectarAgent `json:"answered_agents"`
	ExternalNumbers []struct {
		Number        string `json:"number"`
		IsAnyTransfer bool   `json:"is_any_transfer"`
	} `json:"external_numbers"`
	Number struct {
		ID     int64  `json:"id"`
		Number string `json:"number"`
		With   string `json:"numberWithAlias"`
		Alias  string `json:"alias"`
	} `json:"number"`
	StartedAt   int64      `json:"started_at"`
	Duration    int64      `json:"duration"`
	TalkTime    int64      `json:"talk_time"`
	Callback    bool       `json:"requested_callback"`
	IsEnded     bool       `json:"is_ended"`
	Type        string     `json:"type"`
	SLA         bool       `json:"is_answered_within_sla"`
	Cached      bool       `json:"is_data_cached"`
	OriginalID  *int64     `json:"original_call_id"`
	Campaign    *jsonNamed `json:"campaign"`
	RingGroup   *jsonNamed `json:"ring_group"`
	IVR         *jsonNamed `json:"ivr"`
	Disposition *struct {
		ID   int64  `json:"id"`
		Code string `json:"code"`
		Note string `json:"note"`
	} `json:"disposition"`
	Recordings []struct {
		ID  int64  `json:"id"`
		URL string `json:"url"`
	} `json:"recordings"`
	Tags []string `json:"tags"`
}

type jsonCCAI struct {
	ID             int64      `json:"id"`
	ParentID       *int64     `json:"parent_id"`
	Lang           string     `json:"lang"`
	CallType       string     `json:"call_type"`
	SessionType    string     `json:"session_type"`
	SessionTypeV2  string     `json:"session_type_v2"`
	Status         string     `json:"status"`
	CreatedAt      *time.Time `json:"created_at"`
	QueuedAt       *time.Time `json:"queued_at"`
	AssignedAt     *time.Time `json:"assigned_at"`
	ConnectedAt    *time.Time `json:"connected_at"`
	EndsAt         *time.Time `json:"ends_at"`
	UpdatedAt      *time.Time `json:"updated_at"`
	Wait           int64      `json:"wait_duration"`
	Call           int64      `json:"call_duration"`
	Hold           *int64     `json:"hold_duration"`
	Rating         *int64     `json:"rating"`
	TicketID       *string    `json:"out_ticket_id"`
	DisconnectedBy string     `json:"disconnected_by"`
	FailReason     string     `json:"fail_reason"`
	Menu           *struct {
		ID   int64  `json:"id"`
		Name string `json:"name"`
	} `json:"selected_menu"`
	MenuPath *struct {
		Name string `json:"name"`
	} `json:"menu_path"`
	EndUser *struct {
		ID         int64   `json:"id"`
		Identifier *string `json:"identifier"`
	} `json:"end_user"`
	Transfers    []map[string]any `json:"transfers"`
	Participants []struct {
		ID          int64      `json:"id"`
		Type        string     `json:"type"`
		Status      string     `json:"status"`
		UserID      *int64     `json:"user_id"`
		ConnectedAt *time.Time `json:"connected_at"`
		EndedAt     *time.Time `json:"ended_at"`
		Phone       string     `json:"phone_number"`
	} `json:"participants"`
	Queues []struct {
		ID        int64      `json:"id"`
		AgentID   *int64     `json:"agent_id"`
		StartedAt *time.Time `json:"started_at"`
		EndedAt   *time.Time `json:"ended_at"`
		Duration  int64      `json:"queue_duration"`
		Path      string     `json:"menu_path"`
	} `json:"queue_durations"`
	Handles []struct {
		ID        int64      `json:"id"`
		AgentID   *int64     `json:"agent_id"`
		StartedAt *time.Time `json:"started_at"`
		Call      int64      `json:"call_duration"`
		ACW       int64      `json:"acw_duration"`
		Hold      *int64     `json:"hold_duration"`
	} `json:"handle_durations"`
}
