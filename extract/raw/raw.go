// Package raw holds what the extractors hand to the transformers: records as they came.
package raw

// Origin says how a record reached us. The order is the merge's: of two equally new records the greater wins.
type Origin uint8

// The origins, in the order of the merge.
const (
	List Origin = iota
	Webhook
	API
	File
)

// String is the origin's name in the tables.
func (o Origin) String() string { return [...]string{"list", "webhook", "api", "file"}[o] }

// Place says where a record lay: the span of the outermost JSON value in a file, and the record's position
// among those that were taken out of it (pages, lists, batches of events).
type Place struct {
	File     int32 // number of the file in the run's list of inputs
	Position int32
	Offset   int64 // of the decompressed content
	Length   int64
}

// Record is one call object or one event. Body is valid until the next record is read.
type Record struct {
	Body       []byte // one JSON value, its envelope removed
	Origin     Origin
	Event      string // from the envelope, the path or the configuration; empty if the payload must tell
	CallID     string // from the envelope's path or query, for payloads that carry none
	ReceivedAt int64  // microseconds since 1970, 0 if the envelope does not say
	Path       string // of its file
	Place      Place
}
