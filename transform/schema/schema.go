// Package schema defines the tables of the lake. Every column's name, type, unit, meaning, allowed words and origins
// are written here once; the Arrow and Parquet schemas, the dictionary and the workbooks' Definitions come from it.
package schema

// Version is the version of the tables' layout. A lake written with another one is upgraded by a rebuild.
const Version = 1

// Rules is the version of the mapping rules (vendor payload to row). It changes whenever the same payload
// would give another row, so that a lake never mixes two readings of one vendor.
const Rules = 2

// Type is a column's logical type.
type Type uint8

// The logical types, with what they become in Arrow and Parquet.
const (
	Text    Type = iota // utf8
	Instant             // timestamp[us, UTC]: a moment
	Local               // timestamp[us]: wall-clock time in the source's zone
	Seconds             // double: a duration in seconds, rounded to milliseconds
	Number              // double
	Int                 // int64
	Bool                // boolean
	Texts               // list<utf8>
	JSON                // utf8 holding one JSON value
)

// String is the type's name in the dictionary.
func (t Type) String() string {
	return [...]string{"text", "instant (UTC)", "local time", "seconds", "number", "integer", "boolean", "list of text", "JSON"}[t]
}

// MarshalText is the type's name in JSON.
func (t Type) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// Field is one column.
type Field struct {
	Name   string   `json:"name"`
	Type   Type     `json:"type"`
	Unit   string   `json:"unit,omitempty"`   // empty where the type says it
	Doc    string   `json:"doc"`              // what it means, in one sentence
	Values []string `json:"values,omitempty"` // allowed words, empty where the set is open

	Origins Origins `json:"origins,omitzero"` // where each vendor's value comes from; of tables read from payloads
}

// Table is one table of the lake.
type Table struct {
	ID     ID      `json:"-"`
	Name   string  `json:"name"`
	Grain  string  `json:"grain"` // what one row is
	Fields []Field `json:"fields"`
}

// ID numbers the tables; the transformers fill those before NumRead, SQL makes the others.
type ID uint8

// The tables.
const (
	Calls ID = iota
	QueueEntries
	Agents
	Transfers
	Participants
	Media
	Events
	Utterances
	NumRead // tables that are read from payloads

	QueueIntervals = NumRead
	NumTables      = NumRead + 1
)

// Tables returns the tables for analysts, indexed by ID. The result must not be changed.
func Tables() *[NumTables]Table { return (*[NumTables]Table)(tables[:NumTables]) }

// Get returns one table.
func Get(id ID) *Table { return &tables[id] }

var tables = [NumStored]Table{
	Calls:          {Calls, "calls", "one call", documented(callFields[:], callOrigins[:])},
	QueueEntries:   {QueueEntries, "queue_entries", "one time an inbound call waits for a human: the unit of service level", documented(entryFields[:], entryOrigins[:])},
	Agents:         {Agents, "agents", "one leg an agent had in a call", documented(agentFields[:], agentOrigins[:])},
	Transfers:      {Transfers, "transfers", "one transfer of a call", documented(transferFields[:], transferOrigins[:])},
	Participants:   {Participants, "participants", "one party of a call", documented(participantFields[:], participantOrigins[:])},
	Media:          {Media, "media", "one recording, transcript, photo or other file of a call", documented(mediaFields[:], mediaOrigins[:])},
	Events:         {Events, "events", "one webhook event, status change, rating or deflection of a call", documented(eventFields[:], eventOrigins[:])},
	Utterances:     {Utterances, "utterances", "one speaker turn of a transcript", documented(utteranceFields[:], utteranceOrigins[:])},
	QueueIntervals: {QueueIntervals, "queue_intervals", "base counts of one queue in one interval, from the calls of one partition", intervalFields},
	Records:        {Records, "_ledger/records", "one observation of a call", recordFields[:]},

	Observed + Calls:        observed(Calls, "calls", "one call", callFields[:]),
	Observed + QueueEntries: observed(QueueEntries, "queue_entries", "one queue entry", entryFields[:]),
	Observed + Agents:       observed(Agents, "agents", "one leg of an agent", agentFields[:]),
	Observed + Transfers:    observed(Transfers, "transfers", "one transfer", transferFields[:]),
	Observed + Participants: observed(Participants, "participants", "one party", participantFields[:]),
	Observed + Media:        observed(Media, "media", "one file", mediaFields[:]),
	Observed + Events:       observed(Events, "events", "one event", eventFields[:]),
	Observed + Utterances:   observed(Utterances, "utterances", "one speaker turn", utteranceFields[:]),
}

// Index returns the position of the named column, -1 if the table has none.
func (t *Table) Index(name string) int {
	for i := range t.Fields {
		if t.Fields[i].Name == name {
			return i
		}
	}
	return -1
}
