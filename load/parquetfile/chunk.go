package parquetfile

import (
	"github.com/parquet-go/parquet-go/format"

	"callmart/transform/schema"
)

// encoded says what a column's values became.
type encoded struct {
	encoding          format.Encoding
	levels            int    // rows, or elements and rows without one
	values            int    // that are not NULL
	dictionary        []byte // page, nil without one
	distinct          int    // values of the dictionary
	smallest, largest []byte // nil where they are not told
}

// chunk appends a column's pages and describes them.
func (w *Writer) chunk(c *column) (format.ColumnChunk, error) {
	r, err := w.encode(c)
	if err != nil {
		return format.ColumnChunk{}, err
	}
	meta := format.ColumnMetaData{
		Type: physicalType(c.field.Type), PathInSchema: c.path, Codec: format.Zstd, NumValues: int64(r.levels),
		Encoding:   []format.Encoding{format.RLE, r.encoding},
		Statistics: format.Statistics{NullCount: int64(r.levels - r.values), MinValue: r.smallest, MaxValue: r.largest},
	}
	if r.dictionary != nil {
		meta.Encoding = []format.Encoding{format.RLE, format.Plain, r.encoding}
		meta.DictionaryPageOffset = w.offset + int64(len(w.pages))
		if err := w.append(dictionaryPage(r), r.dictionary, &meta); err != nil {
			return format.ColumnChunk{}, err
		}
	}
	meta.DataPageOffset = w.offset + int64(len(w.pages))
	if err := w.append(dataPage(r), w.page, &meta); err != nil {
		return format.ColumnChunk{}, err
	}
	return format.ColumnChunk{MetaData: meta}, nil
}

// encode makes a column's data page, and its dictionary.
func (e *encoder) encode(c *column) (r encoded, err error) {
	e.page = e.page[:0]
	r = encoded{encoding: format.Plain, levels: c.rows, values: c.rows - c.nulls}
	if c.field.Type != schema.Texts {
		e.rowLevels(c)
	} else if r.levels, err = e.listLevels(c); err != nil {
		return r, err
	} else {
		r.values = c.texts.len()
	}
	if r.values == 0 {
		return r, nil
	}
	switch c.field.Type {
	case schema.Instant, schema.Local, schema.Int:
		r.smallest, r.largest = integerBounds(c.nums)
		return r, e.integers(c.nums, &r)
	case schema.Seconds, schema.Number:
		r.smallest, r.largest = doubleBounds(c.nums)
		return r, e.doubles(c.nums, &r)
	case schema.Bool:
		r.smallest, r.largest = booleanBounds(c.nums)
		e.booleans(c.nums)
		return r, nil
	}
	if err := e.texts(&c.texts, &r); err != nil {
		return r, err
	}
	if c.field.Type == schema.Text { // nobody looks for a JSON text or a list by its order
		e.textBounds(&c.texts, &r)
	}
	return r, nil
}
