package load

import (
	"fmt"
	"unicode/utf8"

	arrow15 "github.com/apache/arrow/go/v15/arrow"
	array15 "github.com/apache/arrow/go/v15/arrow/array"
	memory15 "github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"callmart/transform/schema"
)

// bridge shows a batch of Arrow v15, which the transformers build, as one of v18, which DuckDB's driver reads.
// No byte is copied: each v18 buffer holds a reference to the v15 buffer it shows. The batch stays the caller's.
func bridge(rec arrow15.Record, table *schema.Table, target *arrow.Schema) (arrow.Record, error) {
	if got, want := int(rec.NumCols()), len(table.Fields); got != want {
		return nil, fmt.Errorf("batch of %s has %d columns, not %d", table.Name, got, want)
	}
	for i, f := range table.Fields {
		if d := rec.Column(i).DataType(); !fits(d, f.Type) {
			return nil, fmt.Errorf("batch of %s has %s as %s, not %s", table.Name, f.Name, d, f.Type)
		}
		if !validText(rec.Column(i)) {
			return nil, fmt.Errorf("batch of %s has %s with text that is not UTF-8", table.Name, f.Name)
		}
	}
	columns := make([]arrow.Array, 0, len(table.Fields))
	defer func() {
		for _, c := range columns {
			c.Release()
		}
	}()
	for i, f := range target.Fields() {
		data := bridgeData(rec.Column(i).Data(), f.Type)
		columns = append(columns, array.MakeFromData(data))
		data.Release()
	}
	return array.NewRecord(target, columns, rec.NumRows()), nil
}

// validText tells whether all text of a column is UTF-8: DuckDB writes any bytes, but refuses to read them.
func validText(column arrow15.Array) bool {
	switch c := column.(type) {
	case *array15.List:
		return validText(c.ListValues())
	case *array15.String:
		text := c.ValueBytes()
		if !utf8.Valid(text) {
			return false
		}
		for i := 1; i < c.Len(); i++ { // no character may be cut in two
			if at := c.ValueOffset(i) - c.ValueOffset(0); at < len(text) && !utf8.RuneStart(text[at]) {
				return false
			}
		}
	}
	return true
}

func bridgeData(from arrow15.ArrayData, to arrow.DataType) arrow.ArrayData {
	buffers := make([]*memory.Buffer, len(from.Buffers()))
	for i, b := range from.Buffers() {
		if b == nil {
			continue
		}
		b.Retain()
		buffers[i] = memory.NewBufferWithAllocator(b.Bytes(), lender{b})
		defer buffers[i].Release()
	}
	var children []arrow.ArrayData
	if list, ok := to.(*arrow.ListType); ok {
		child := bridgeData(from.Children()[0], list.Elem())
		defer child.Release()
		children = []arrow.ArrayData{child}
	}
	return array.NewData(to, from.Len(), buffers, children, from.NullN(), from.Offset())
}

// lender is the allocator of a v18 buffer that shows a v15 one: it only frees, which gives the v15 buffer back.
type lender struct{ buffer *memory15.Buffer }

var _ memory.Allocator = lender{}

func (l lender) Allocate(int) []byte               { return nil }
func (l lender) Reallocate(_ int, b []byte) []byte { return b }
func (l lender) Free([]byte)                       { l.buffer.Release() }
