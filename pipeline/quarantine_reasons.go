package pipeline

import (
	"slices"

	"callmart/extract"
	"callmart/transform"
)

// Reason says for people what a reason code means and what to do.
type Reason struct {
	Code    string `json:"code"`
	Meaning string `json:"meaning"`
	Remedy  string `json:"remedy"`
	Ignored bool   `json:"ignored,omitempty"` // such records are counted as ignored and lie in no quarantine
}

// reasons are all codes that a manifest counts by: what transform and extract refuse, then what they ignore.
var reasons = [...]Reason{
	{transform.ReasonNotJSON, "what stands there is no JSON value, or nothing this vendor sends", "repair it: show ID --raw > f, edit f, replay ID --with f", false},
	{transform.ReasonTooDeep, "objects and arrays nest deeper than 64 levels", "flatten what nests, as with not_json; no vendor nests like this", false},
	{transform.ReasonNoCallID, "neither the payload nor its envelope's path or query names the call", "add the call's id, or drop it if it is about no call", false},
	{transform.ReasonNotACall, "JSON, but of no shape this vendor sends; ignored where it is an event without a call", "is the file in the right source's archive? else drop it", false},
	{transform.ReasonNoDate, "no time in the payload or its envelope says when the call was", "add the time, or received_at to the envelope", false},
	{extract.ReasonTooLarge, "longer than 16 MiB", "split it, or cut out what is so long", false},
	{extract.ReasonUTF16, "the whole file is UTF-16", "write it as UTF-8 beside the old one: iconv -f UTF-16 -t UTF-8", false},
	{extract.ReasonFormat, "the whole file is compressed twice, in a way other than gzip and zstd, or damaged from its first byte on", "unpack it, compress it with gzip or zstd, or copy it again", false},
	{extract.ReasonTruncated, "the compressed file ends too early, and has not grown for a day; what is before its end was read", "copy the file again", false},
	{extract.ReasonDamaged, "the compressed file is damaged; what could be decompressed was read, and may be wrong where a checksum is", "copy the file again; gzip -t and zstd -t test a copy", false},
	{reasonIncomplete, "the file ends in the middle of a record, and has not grown for a day", "copy the file again, or repair the record as with not_json", false},

	{transform.ReasonEmptyPage, "a page or list without a record", "", true},
	{transform.ReasonErrorBody, "an API's error message instead of a call", "", true},
	{transform.ReasonRequest, "what was sent to the vendor, not what it answered", "", true},
	{reasonHeld, "belongs to a date that the run did not write: another than it was asked for, or one that stays as it is; the next run reads it again", "", true},
	{reasonWaiting, "belongs to a call that no record has told of yet; counts when one does", "", true},
}

// reasonIncomplete is the reason of a last record that was never completed.
const reasonIncomplete = "incomplete_record"

// tailReason is why a tail is refused that does not grow any more.
func tailReason(t extract.Tail) string {
	if t.Cut {
		return extract.ReasonTruncated
	}
	return reasonIncomplete
}

// Reasons lists all reason codes.
func Reasons() []Reason { return slices.Clone(reasons[:]) }

// ReasonFor explains a code. A code it does not know has no meaning.
func ReasonFor(code string) Reason {
	for _, r := range reasons {
		if r.Code == code {
			return r
		}
	}
	return Reason{Code: code}
}
