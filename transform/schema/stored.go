package schema

// Beside the analysts' tables, each partition has what the pipeline itself must know to take in later observations of
// its calls. These tables follow the others in number; their names are paths, and begin with an underscore.
const (
	// Records says of every observation where its raw record lay, and what Finish computed.
	Records = NumTables + iota
	// Observed is the first of the tables of observations, one per table that is read, in the same order: the rows of
	// calls that were seen in several versions, as each version gave them.
	Observed

	NumStored = Observed + NumRead
)

// ObservedOf is the table of observations of a table that is read.
func ObservedOf(id ID) ID { return Observed + id }

// Columns of records.
const (
	RecordCallID = iota
	RecordObservation
	RecordFile
	RecordOffset
	RecordLength
	RecordPosition
	RecordOrigin
	RecordComputed
	RecordReplaced
	numRecords
)

var recordFields = [numRecords]Field{
	RecordCallID:      {Name: "call_id", Type: Text, Doc: "The call."},
	RecordObservation: {Name: "observation", Type: Int, Doc: "0-based position among the call's observations, oldest first."},
	RecordFile:        {Name: "raw_file", Type: Text, Doc: "The file in which the record lay."},
	RecordOffset:      {Name: "raw_offset", Type: Int, Unit: "bytes", Doc: "Where in the decompressed file the record, or the list that holds it, began."},
	RecordLength:      {Name: "raw_length", Type: Int, Unit: "bytes", Doc: "The length of the record, or of the list that holds it."},
	RecordPosition:    {Name: "raw_position", Type: Int, Doc: "0-based position of the record in the list that holds it."},
	RecordOrigin:      {Name: "origin", Type: Text, Doc: "How the record reached us.", Values: []string{"list", "webhook", "api", "file"}},
	RecordComputed:    {Name: "computed", Type: Text, Doc: "Columns of the call and its children that were computed after the merge; only of calls with one observation."},
	RecordReplaced:    {Name: "replaced", Type: Text, Doc: "Values of the call that the computation replaced, as they were, in JSON; only of calls with one observation."},
}

// ObservedIndex is the column that the tables of observations have behind those of their table: the observation.
func ObservedIndex(id ID) int { return len(tables[id].Fields) }

// observed is the table of observations of a table.
func observed(id ID, name, grain string, fields []Field) Table {
	all := make([]Field, 0, len(fields)+1)
	for _, f := range fields {
		f.Origins = Origins{}
		all = append(all, f)
	}
	return Table{ObservedOf(id), "_observations/" + name, grain + ", as one observation of a call with several gave it", append(all, recordFields[RecordObservation])}
}
