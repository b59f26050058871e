package pipeline

import (
	"context"
	"errors"
	"hash/maphash"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"

	"callmart/extract/raw"
)

// index is the first pass over one source: every record's entry, by call, and where all others ended. Beyond a budget
// it lies on the disk.
type index struct {
	seed    maphash.Seed
	buckets [buckets]bucket
	parents map[string]struct{} // ids of calls that others name as theirs
	waiting []raw.Place         // records whose call was not seen yet
	same    map[string]bool     // ids of calls that the lake has just so already
	account account
	records int64  // that the run read and that are of a call
	restore func() // what sparing memory changed; nil: nothing

	mu     sync.Mutex // guards what follows, and the buckets' parts, while workers add
	budget int64      // bytes that may lie in memory
	loose  int64      // bytes of all parts in memory
	dir    string     // for files
	parts  *partFile  // where parts lie that were too much; nil: none were
	sorted *partFile  // where the sorted buckets lie; nil: in memory
}

// newIndex makes an empty index. It must be closed.
func newIndex(dir string, budget int64) *index {
	return &index{
		seed: maphash.MakeSeed(), dir: dir, budget: budget,
		parents: map[string]struct{}{}, same: map[string]bool{}, account: newAccount(),
	}
}

// manyRecords are so many that memory is worth sparing.
const manyRecords = 100_000

// close frees the index's files.
func (x *index) close() error {
	parts, sorted := x.parts, x.sorted
	x.parts, x.sorted = nil, nil
	if x.restore != nil {
		x.restore()
		x.restore = nil
	}
	return errors.Join(parts.close(), sorted.close())
}

// bucketOf returns the number of the bucket of a hash, which is in the order of the hashes.
func bucketOf(hash uint64) int { return int(hash >> 56) }

func (x *index) hash(id string) uint64 { return maphash.String(x.seed, id) }

// find returns the entries of a call, none if no record of the run belongs to it.
func (x *index) find(id string) []entry {
	hash := x.hash(id)
	return x.buckets[bucketOf(hash)].find(hash, id)
}

// has reports whether any record of the run belongs to the call.
func (x *index) has(id string) bool { return len(x.find(id)) > 0 }

// calls yields all calls.
func (x *index) calls(yield func(id string, entries []entry) bool) {
	for i := range x.buckets {
		for id, entries := range x.buckets[i].calls {
			if !yield(id, entries) {
				return
			}
		}
	}
}

// any reports whether an entry is as is says.
func (x *index) any(is func(*entry) bool) bool {
	for i := range x.buckets {
		for j := range x.buckets[i].entries {
			if is(&x.buckets[i].entries[j]) {
				return true
			}
		}
	}
	return false
}

// take adds what a worker found. What all have found goes to the disk once it is more than the budget.
func (x *index) take(found *[buckets]part) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	for i := range found {
		p := found[i]
		if len(p.entries) == 0 {
			continue
		}
		x.buckets[i].parts = append(x.buckets[i].parts, p)
		x.loose += p.bytes()
		found[i] = part{make([]entry, 0, len(p.entries)), make(texts, 0, len(p.ids))} // what comes next is about as much
	}
	if x.loose <= x.budget {
		return nil
	}
	return x.spill()
}

// spill writes the parts in memory to the disk.
func (x *index) spill() (err error) {
	if x.parts == nil {
		if x.parts, err = newPartFile(x.dir); err != nil {
			return err
		}
	}
	for i := range x.buckets {
		s := &x.buckets[i]
		for j := range s.parts {
			at, err := x.parts.write(&s.parts[j])
			if err != nil {
				return err
			}
			s.spilled = append(s.spilled, at)
		}
		s.parts = nil
	}
	x.loose = 0
	return nil
}

// sort brings the records of each call together, once no worker adds any more.
func (x *index) sort(ctx context.Context) (err error) {
	if x.records > manyRecords && x.restore == nil {
		x.restore = spareMemory()
	}
	before := x.sorted
	if x.parts != nil || before != nil {
		if x.sorted, err = newPartFile(x.dir); err != nil {
			return err
		}
	}
	var places [buckets]extent
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range x.buckets {
		s := &x.buckets[i]
		if len(s.parts) == 0 && len(s.spilled) == 0 && x.sorted == nil {
			continue
		}
		group.Go(func() error {
			whole, err := x.gather(s)
			if err != nil || ctx.Err() != nil {
				return errors.Join(err, ctx.Err())
			}
			whole.sort()
			if x.sorted == nil {
				s.entries, s.ids = whole.entries, whole.ids
				return nil
			}
			places[i], err = x.sorted.write(whole)
			return err
		})
	}
	err = group.Wait()
	x.loose = 0
	if err == nil && x.sorted != nil {
		err = x.mapSorted(&places)
	}
	parts := x.parts
	x.parts = nil
	return errors.Join(err, parts.close(), before.close())
}

// mapSorted makes the sorted buckets readable where they lie.
func (x *index) mapSorted(places *[buckets]extent) error {
	if err := x.sorted.mapAll(); err != nil {
		return err
	}
	for i := range x.buckets {
		p := x.sorted.at(places[i])
		x.buckets[i].entries, x.buckets[i].ids = p.entries, p.ids
	}
	return nil
}

// gather puts all of a bucket into one part.
func (x *index) gather(s *bucket) (*part, error) {
	entries, bytes := len(s.entries), len(s.ids)
	for _, p := range s.parts {
		entries, bytes = entries+len(p.entries), bytes+len(p.ids)
	}
	for _, e := range s.spilled {
		entries, bytes = entries+e.entries, bytes+e.ids
	}
	whole := &part{entries: make([]entry, 0, entries), ids: make(texts, 0, bytes)}
	whole.join(&part{s.entries, s.ids})
	for i := range s.parts {
		whole.join(&s.parts[i])
	}
	for _, e := range s.spilled {
		p, err := x.parts.read(e)
		if err != nil {
			return nil, err
		}
		whole.join(p)
	}
	s.parts, s.spilled = nil, nil
	return whole, nil
}

// forget frees a bucket that nobody will ask any more. If it lies on the disk, it only leaves the memory.
func (x *index) forget(i int) {
	if x.sorted == nil {
		x.buckets[i] = bucket{}
		return
	}
	x.sorted.cool(&x.buckets[i])
}
