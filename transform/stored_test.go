package transform

import (
	"fmt"
	"math"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
	"callmart/fixtures"
	"callmart/transform/schema"
)

// arrowRows shows Arrow batches as stored rows, as a Parquet file would.
type arrowRows struct {
	batches []arrow.Record
	row     int
}

func (r *arrowRows) Next() (bool, error) {
	r.row++
	for len(r.batches) > 0 && int64(r.row) >= r.batches[0].NumRows() {
		r.batches[0].Release()
		r.batches, r.row = r.batches[1:], 0
	}
	return len(r.batches) > 0, nil
}

func (r *arrowRows) Value(col int) (int64, []byte, bool) {
	switch c := r.batches[0].Column(col).(type) {
	case *array.String:
		return 0, []byte(c.Value(r.row)), c.IsValid(r.row)
	case *array.Boolean:
		return bit(c.Value(r.row)), nil, c.IsValid(r.row)
	case *array.Float64:
		return int64(math.Float64bits(c.Value(r.row))), nil, c.IsValid(r.row)
	case *array.Timestamp:
		return int64(c.Value(r.row)), nil, c.IsValid(r.row)
	case *array.Int64:
		return c.Value(r.row), nil, c.IsValid(r.row)
	}
	panic("no such column")
}

func (r *arrowRows) Texts(col int) (list []string) {
	c := r.batches[0].Column(col).(*array.List)
	from, to := c.ValueOffsets(r.row)
	for i := from; i < to; i++ {
		list = append(list, c.ListValues().(*array.String).Value(int(i)))
	}
	return list
}

// store writes finished calls as Arrow and opens them as stored ones.
func store(t *testing.T, vendor string, write func(*Batches)) *Stored {
	t.Helper()
	var tables [schema.NumStored]*arrowRows
	batches := NewBatches(memory.DefaultAllocator, func(id schema.ID, rec arrow.Record) error {
		if tables[id] == nil {
			tables[id] = &arrowRows{row: -1}
		}
		tables[id].batches = append(tables[id].batches, rec)
		return nil
	})
	write(batches)
	require.NoError(t, batches.Flush())
	var rows [schema.NumStored]StoredRows
	for id, r := range tables {
		if r != nil {
			rows[id] = r
		}
	}
	s, err := NewStored(Source{Vendor: vendor}, &rows)
	require.NoError(t, err)
	return s
}

// known writes down all that a merge looks at. Of children, states are left out: no rule asks how they came about.
func known(o *Observation) string {
	for id := range o.Children {
		for i := range o.Children[id].Len() {
			row := o.Children[id].At(i)
			for col := range row {
				if row[col].State != Absent {
					row[col].State = Given
				}
			}
			row[schema.ChildCallID], row[schema.ChildIndex] = Cell{}, Cell{}
		}
	}
	order := o.Order
	order.Place.File = 0
	return fmt.Sprintf("%s\n%+v tags %q evidence %v dateless %v detail %d origins %b sha %x at %d %d %d count %d", dump(o), order, o.Tags,
		o.Evidence, o.Dateless, o.Detail, o.Origins, o.SHA256, o.ObservedAt, o.FirstSeen, o.LastSeen, o.Count)
}

// TestAStoredCallIsItsObservation stores every payload's call, finished, and takes it back: it must be what the payload
// said before Finish, and finish to the same row again.
func TestAStoredCallIsItsObservation(t *testing.T) {
	for _, vendor := range fixtures.Vendors() {
		t.Run(vendor, func(t *testing.T) {
			all := observations(t, vendor)
			all = append(all, generated(t, vendor)...)
			for i, o := range all {
				want := o.read(t)
				o.reader.Finish(want)
				stored := store(t, vendor, func(b *Batches) { require.NoError(t, b.Append(want)) })
				back, err := stored.Next()
				require.NoError(t, err)
				require.Equal(t, string(want.replaced), string(back.replaced))
				unfinished, err := stored.Unfinished()
				require.NoError(t, err)
				finished := known(want)
				fresh := o.read(t)
				sortChildren(fresh)
				require.Equal(t, known(fresh), known(unfinished), "payload %d: %s", i, o.body)
				testReader(t, vendor).Finish(unfinished)
				require.Equal(t, finished, known(unfinished), "payload %d", i)
				back, err = stored.Next()
				require.NoError(t, err)
				require.Nil(t, back)
			}
		})
	}
}

// TestStoredVersionsAreTheObservations stores a merged call with its versions and takes them back.
func TestStoredVersionsAreTheObservations(t *testing.T) {
	for _, vendor := range fixtures.Vendors() {
		t.Run(vendor, func(t *testing.T) {
			all := observations(t, vendor)
			read := func() (set []*Observation) {
				for _, o := range all {
					set = append(set, o.read(t))
				}
				set, _ = Versions(set)
				for _, o := range set { // payloads of several calls stand for versions of one
					o.Call.Text(schema.CallID, "one")
				}
				return set
			}
			r := testReader(t, vendor)
			stored := store(t, vendor, func(b *Batches) {
				merged := Merge(read())
				r.Finish(merged)
				require.NoError(t, b.Versions(read()))
				require.NoError(t, b.AppendMerged(merged))
			})
			_, err := stored.Next()
			require.NoError(t, err)
			back, err := stored.Versions()
			require.NoError(t, err)
			want := read()
			for _, v := range want {
				sortChildren(v)
			}
			require.Len(t, back, len(want))
			for i := range want {
				require.Equal(t, known(want[i]), known(back[i]), "version %d", i)
			}
			merged := Merge(back)
			r.Finish(merged)
			again := Merge(read())
			r.Finish(again)
			require.Equal(t, known(again), known(merged))
			end, err := stored.Next()
			require.NoError(t, err)
			require.Nil(t, end)
		})
	}
}

// generated are some hundred calls of a realistic day.
func generated(t *testing.T, vendor string) (all []observed) {
	t.Helper()
	payload := deliveries
	if vendor == "ccai" {
		payload = answer
	}
	records, _ := corpus(t, vendor, payload)
	for i, body := range records[:min(len(records), 400)] {
		r := testReader(t, vendor)
		rec := raw.Record{Body: body, Origin: raw.Webhook}
		for item := range r.Open(&rec) {
			if o := NewObservation(); r.Item(item, o).Fate == Loaded && !o.Dateless {
				all = append(all, observed{r, body, item, "generated", raw.Place{Offset: int64(i), Position: int32(item)}, int64(i+1) * second})
			}
		}
	}
	return all
}
