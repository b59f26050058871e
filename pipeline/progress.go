package pipeline

// The counters that a run reports to [Progress].
const (
	Files      = "files"
	Calls      = "calls"
	Bytes      = "bytes"
	Partitions = "partitions"
	Workbooks  = "workbooks"
	Wanted     = "wanted"    // calls on the work list
	Fetched    = "fetched"   // calls of the work list that are settled
	Requests   = "requests"  // of an API, retries included
	Throttled  = "throttled" // answers 429
)

// Progress hears how far a run is. Its methods may be called from several goroutines at once and must return fast.
type Progress interface {
	Stage(name string)           // a stage began: what the run does now
	Add(counter string, n int64) // n more of something were done
}

// NoProgress hears nothing. It is what a run without a Progress uses.
type NoProgress struct{}

// Stage does nothing.
func (NoProgress) Stage(string) {}

// Add does nothing.
func (NoProgress) Add(string, int64) {}
