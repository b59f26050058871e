package pipeline

// account says where the records of a source ended, and what was noticed on the way.
type account struct {
	Accounting
	ignored    map[string]int64
	reasons    map[string]int64
	problems   []string
	read       []readInput // for the ledger
	pending    int64       // bytes of incomplete last records; 1 for a compressed file that is cut behind a record
	newest     int64       // newest time of receipt, microseconds
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
	a.read = append(a.read, b.read...)
	a.pending += b.pending
	a.newest = max(a.newest, b.newest)
	a.wrongTypes += b.wrongTypes
	a.suspicions += b.suspicions
}

// problem notes why the run is incomplete.
func (a *account) problem(err error) { a.problems = append(a.problems, err.Error()) }
