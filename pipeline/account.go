package pipeline

// account says where the records of a source ended, and what was noticed on the way.
type account struct {
	Accounting
	ignored    map[string]int64
	reasons    map[string]int64
	problems   []string
	read       readFiles // for the ledger
	pending    int64     // bytes of incomplete last records; 1 for a compressed file that is cut behind a record
	newest     int64     // newest time of receipt, microseconds
	wrongTypes int64
	suspicions int64
}

func newAccount() account {
	return account{ignored: map[string]int64{}, reasons: map[string]int64{}}
}

// add makes a the sum of both.
func (a *account) add(b *account) {
	a.Read += b.Read
	a.Quarantined += b.Quarantined
	a.Ignored += b.Ignored
	for k, n := range b.ignored {
		a.ignored[k] += n
	}
	for k, n := range b.reasons {
		a.reasons[k] += n
	}
	a.problems = append(a.problems, b.problems...)
	a.read.join(&b.read)
	a.pending += b.pending
	a.newest = max(a.newest, b.newest)
	a.wrongTypes += b.wrongTypes
	a.suspicions += b.suspicions
}

// problem notes why the run is incomplete.
func (a *account) problem(err error) { a.problems = append(a.problems, err.Error()) }

// readFiles are files that were read. There may be millions, so they lie in blocks that are never moved.
type readFiles struct{ blocks [][]readInput }

const readBlock = 1024

func (r *readFiles) add(k readInput) {
	last := len(r.blocks) - 1
	if last < 0 || len(r.blocks[last]) == cap(r.blocks[last]) {
		size := 1
		if last >= 0 {
			size = min(4*cap(r.blocks[last]), readBlock)
		}
		r.blocks = append(r.blocks, make([]readInput, 0, size))
		last++
	}
	r.blocks[last] = append(r.blocks[last], k)
}

// join takes over those of another, which is not to be used any more.
func (r *readFiles) join(other *readFiles) { r.blocks = append(r.blocks, other.blocks...) }

// all yields them.
func (r *readFiles) all(yield func(*readInput) bool) {
	for _, b := range r.blocks {
		for i := range b {
			if !yield(&b[i]) {
				return
			}
		}
	}
}
