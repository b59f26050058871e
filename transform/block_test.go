package transform

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"

	"callmart/extract/raw"
	"callmart/fixtures"
	"callmart/transform/digest"
	"callmart/transform/schema"
)

// records collects what batches emit, by table.
type records [schema.NumStored][]arrow.Record

func (r *records) take(id schema.ID, rec arrow.Record) error {
	r[id] = append(r[id], rec)
	return nil
}

func (r *records) release() {
	for _, all := range r {
		for _, rec := range all {
			rec.Release()
		}
	}
}

// TestRowsDoNotDependOnWhenTheySettle writes a vendor's payloads again and again: read one way or the other, settled never or
// at any time, hashed in pairs or not. Every record must be the same, to the bit.
func TestRowsDoNotDependOnWhenTheySettle(t *testing.T) {
	for _, vendor := range fixtures.Vendors() {
		t.Run(vendor, func(t *testing.T) {
			mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
			defer mem.AssertSize(t, 0)
			payloads := observations(t, vendor)
			write := func(only, plain bool, settles int) *records {
				got := &records{}
				rng := rand.New(rand.NewPCG(1, uint64(settles)))
				reader, o := testReader(t, vendor), NewObservation()
				if plain {
					reader.hashes = &hashes{payloads: &digest.Hasher{}, callers: digest.NewMAC(&digest.Hasher{}, []byte(publicKey))}
				}
				batches := NewBatches(mem, got.take)
				defer batches.Release()
				for i := range 3000 {
					p := payloads[i%len(payloads)]
					rec := raw.Record{Body: p.body, Origin: raw.Webhook, Path: p.path, Place: p.place, ReceivedAt: p.at}
					reader.Open(&rec)
					if only {
						require.Equal(t, Loaded, reader.Only(p.item, o).Fate)
					} else {
						require.Equal(t, Loaded, reader.Item(p.item, o).Fate)
					}
					reader.Finish(o)
					require.NoError(t, batches.Append(o))
					if settles > 0 && rng.IntN(settles) == 0 {
						batches.Settle()
					}
				}
				require.NoError(t, batches.Flush())
				return got
			}
			want := write(false, false, 0)
			defer want.release()
			require.Greater(t, len(want[schema.Calls]), 1)
			for _, c := range []struct {
				only, plain bool
				settles     int
			}{{true, false, 0}, {true, true, 0}, {false, true, 0}, {true, false, 1}, {true, false, 3}, {false, false, 5}, {true, true, 20}} {
				got := write(c.only, c.plain, c.settles)
				for id := range want {
					require.Len(t, got[id], len(want[id]))
					for i := range want[id] {
						require.True(t, array.RecordEqual(want[id][i], got[id][i]), "%+v: record %d of %s", c, i, schema.Get(schema.ID(id)).Name)
					}
				}
				got.release()
			}
		})
	}
}

// TestTextsOfAllLengths writes texts of every length that is moved in another way, with rows between them that have none.
func TestTextsOfAllLengths(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer mem.AssertSize(t, 0)
	rng := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		b := newBatch(schema.Get(schema.Participants), mem)
		o := NewObservation()
		width := len(b.fields)
		var want []Row
		for range rng.IntN(200) {
			row := make(Row, width)
			for col, f := range b.fields {
				switch {
				case rng.IntN(3) == 0:
				case f.Type == schema.Text:
					row.Text(col, strings.Repeat("0123456789abcdef", 5)[:rng.IntN(80)])
				default:
					row.Int(col, rng.Int64N(2))
				}
			}
			want = append(want, row)
			b.append(row, o)
			if rng.IntN(9) == 0 {
				b.settle()
			}
		}
		rec := b.record()
		require.EqualValues(t, len(want), rec.NumRows())
		for i, row := range want {
			for col, f := range b.fields {
				column := rec.Column(col)
				require.Equal(t, row[col].State != Absent, column.IsValid(i))
				if row[col].State == Absent {
					continue
				}
				switch c := column.(type) {
				case *array.String:
					require.Equal(t, row[col].Text, c.Value(i), f.Name)
				case *array.Boolean:
					require.Equal(t, row[col].Num != 0, c.Value(i), f.Name)
				case *array.Int64:
					require.Equal(t, row[col].Num, c.Value(i), f.Name)
				case *array.Timestamp:
					require.EqualValues(t, row[col].Num, c.Value(i), f.Name)
				case *array.Float64:
					require.InDelta(t, float64(row[col].Num)/1000, c.Value(i), 0, f.Name)
				default:
					t.Fatalf("%T", c)
				}
			}
		}
		rec.Release()
		b.release()
	}
}

// TestLargeRecordsDoNotWait keeps the texts that rows wait with from adding up.
func TestLargeRecordsDoNotWait(t *testing.T) {
	b := newBatch(schema.Get(schema.Calls), memory.DefaultAllocator)
	defer b.release()
	o := NewObservation()
	b.append(o.Call, o)
	require.Equal(t, 1, b.held.rows)
	o.Place.Length = largeRecord + 1
	b.append(o.Call, o)
	require.Zero(t, b.held.rows)
	require.Equal(t, 2, b.rows)
}

// TestNearNumbers asks for numbers that take each other's places among those that are near, from memory that is used again.
func TestNearNumbers(t *testing.T) {
	p := newPhones("US")
	text := make([]byte, 11)
	for i := range 5000 {
		copy(text, fmt.Sprintf("1202555%04d", i*37%10_000))
		e, ok := p.international(view(text))
		require.True(t, ok)
		require.Equal(t, "+"+string(text), e)
	}
}
