package transform

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// The structs that callmart is compared with have a field for every key of the payloads: a key that they leave out is one
// that encoding/json skips and callmart reads.
func TestBaselineReadsAllKeys(t *testing.T) {
	for _, c := range []struct {
		vendor string
		into   func() any
	}{
		{"nectardesk", func() any { return new(jsonNectarAnswer) }},
		{"ccai", func() any { return new(jsonCCAI) }},
	} {
		records, _ := corpus(t, c.vendor, answer)
		for _, body := range records {
			d := json.NewDecoder(bytes.NewReader(body))
			d.DisallowUnknownFields()
			require.NoError(t, d.Decode(c.into()), "%s", body)
		}
	}
}

// unmarshal is the baseline, with nothing done with what it reads: encoding/json into structs for Nectar Desk's REST and for
// CCAI, which are what is compared; into maps for the others.
func unmarshal(name string, body []byte) error {
	switch name {
	case "nectar_rest":
		return json.Unmarshal(body, new(jsonNectarAnswer))
	case "ccai":
		return json.Unmarshal(body, new(jsonCCAI))
	case "callerdesk":
		return json.Unmarshal(body, new(map[string]string))
	}
	return json.Unmarshal(body, new(any))
}

type jsonNectarAnswer struct {
	Calls jsonNectar `json:"calls"`
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
