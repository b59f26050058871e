package extract

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// notTheCall says what is wrong with an answer that does not hold the call that was asked for, "" if it does. An error
// that came with status 200, or another call, must not count as fetched. id is empty where any answer will do.
func notTheCall(body []byte, id string) string {
	if id == "" {
		return ""
	}
	var call struct {
		ID    json.RawMessage `json:"id"`
		Calls json.RawMessage `json:"calls"`
	}
	if json.Unmarshal(first(body), &call) == nil && len(call.Calls) > 0 {
		_ = json.Unmarshal(first(call.Calls), &call) // what is no call has no id
	}
	var text string
	switch got := string(bytes.TrimSpace(call.ID)); {
	case got == "" || got == "null":
		return "the answer is no call"
	case got == id, json.Unmarshal(call.ID, &text) == nil && text == id:
		return ""
	default:
		return fmt.Sprintf("the answer is call %.60s", got)
	}
}

// first returns an array's first element, or the value itself.
func first(value []byte) []byte {
	value = bytes.TrimSpace(value)
	if len(value) == 0 || value[0] != '[' {
		return value
	}
	var list []json.RawMessage
	if json.Unmarshal(value, &list) != nil || len(list) == 0 {
		return nil
	}
	return list[0]
}
