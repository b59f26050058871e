package load

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/parquet-go/parquet-go"

	"callmart/transform/schema"
)

// StoredTable reads one published file of a table, row by row, in its order and in little memory. Columns are found by
// name: those that an older file does not have are NULL.
type StoredTable struct {
	path    string
	table   *schema.Table
	file    *os.File
	parquet *parquet.File
	columns []*storedColumn // by the table's columns; nil where the file has none
	group   int             // of the row group that is read, -1 before the first
	left    int64           // rows of the row group that are not read yet
}

// OpenStored opens the file that a table has for a source's date, nil if it has none.
// What cannot be read as the table is an error that names the file.
func (l *Lake) OpenStored(id schema.ID, source, date string, columns ...int) (*StoredTable, error) {
	t := schema.Get(id)
	path := l.path(partitionPath(t.Name, source, date))
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the lake: %w", err)
	}
	s := &StoredTable{path: path, table: t, file: file, group: -1, columns: make([]*storedColumn, len(t.Fields))}
	if err := s.open(columns); err != nil {
		_ = file.Close() // it was only read
		return nil, s.broken(err)
	}
	return s, nil
}

// BrokenError says that a file of the lake cannot be read as what it should be.
type BrokenError struct {
	Path string
	Err  error
}

// Error names the file and the way out.
func (e *BrokenError) Error() string {
	return fmt.Sprintf("%s is broken: %v", e.Path, e.Err)
}

// Unwrap returns the cause.
func (e *BrokenError) Unwrap() error { return e.Err }

func (s *StoredTable) broken(err error) error { return &BrokenError{s.path, err} }

func (s *StoredTable) open(only []int) (err error) {
	defer guard(&err)
	info, err := s.file.Stat()
	if err != nil {
		return err
	}
	s.parquet, err = parquet.OpenFile(s.file, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true), parquet.ReadBufferSize(64<<10))
	if err != nil {
		return err
	}
	wanted := make([]bool, len(s.table.Fields))
	for _, col := range only {
		wanted[col] = true
	}
	leaves := map[string]int{}
	for i, path := range s.parquet.Schema().Columns() {
		leaves[path[0]] = i
	}
	for col, f := range s.table.Fields {
		leaf, there := leaves[f.Name]
		if !there || only != nil && !wanted[col] {
			continue
		}
		kind := s.parquet.Schema().Fields()[fieldOf(s.parquet.Schema(), f.Name)]
		if err := fitsStored(kind, f.Type); err != nil {
			return fmt.Errorf("column %s: %w", f.Name, err)
		}
		s.columns[col] = &storedColumn{leaf: leaf, list: f.Type == schema.Texts, values: make([]parquet.Value, valuesRead)}
	}
	return nil
}

func fieldOf(s *parquet.Schema, name string) int {
	for i, f := range s.Fields() {
		if f.Name() == name {
			return i
		}
	}
	return 0
}

// fitsStored tells whether a stored column can be read as t.
func fitsStored(f parquet.Field, t schema.Type) error {
	if t == schema.Texts {
		if f.Leaf() {
			return errors.New("is no list")
		}
		return nil
	}
	if !f.Leaf() {
		return errors.New("is a list or structure")
	}
	want := parquet.ByteArray
	switch t {
	case schema.Instant, schema.Local, schema.Int:
		want = parquet.Int64
	case schema.Seconds, schema.Number:
		want = parquet.Double
	case schema.Bool:
		want = parquet.Boolean
	}
	if got := f.Type().Kind(); got != want {
		return fmt.Errorf("is %v, not %v", got, want)
	}
	return nil
}

// Rows is the number of rows that the footer tells.
func (s *StoredTable) Rows() int64 { return s.parquet.NumRows() }

// Next goes to the next row. It reports false at the end.
func (s *StoredTable) Next() (ok bool, err error) {
	defer guard(&err)
	for s.left == 0 {
		groups := s.parquet.RowGroups()
		if s.group++; s.group >= len(groups) {
			return false, nil
		}
		s.left = groups[s.group].NumRows()
		chunks := groups[s.group].ColumnChunks()
		for _, c := range s.columns {
			if c != nil {
				if err := c.begin(chunks[c.leaf]); err != nil {
					return false, s.broken(err)
				}
			}
		}
	}
	s.left--
	for col, c := range s.columns {
		if c == nil {
			continue
		}
		if err := c.next(); err != nil {
			return false, s.broken(fmt.Errorf("column %s: %w", s.table.Fields[col].Name, err))
		}
	}
	return true, nil
}

// Value is a value of the row: integers, instants and booleans as num, floats as their bits, texts as text, which is
// valid until Next. Known is false for NULL and for columns that the file does not have.
func (s *StoredTable) Value(col int) (num int64, text []byte, known bool) {
	c := s.columns[col]
	if c == nil || len(c.row) == 0 || c.row[0].IsNull() {
		return 0, nil, false
	}
	switch v := c.row[0]; v.Kind() {
	case parquet.ByteArray:
		return 0, v.ByteArray(), true
	case parquet.Boolean:
		if v.Boolean() {
			num = 1
		}
		return num, nil, true
	default:
		return int64(v.Uint64()), nil, true
	}
}

// Texts is a list of texts of the row; empty if it is NULL.
func (s *StoredTable) Texts(col int) (list []string) {
	c := s.columns[col]
	if c == nil {
		return nil
	}
	for _, v := range c.row {
		if !v.IsNull() {
			list = append(list, string(v.ByteArray()))
		}
	}
	return list
}

// Close ends the reading.
func (s *StoredTable) Close() error {
	for _, c := range s.columns {
		if c != nil {
			c.end()
		}
	}
	return s.file.Close()
}

// Meta returns the value of MetaKey, "" if there is none.
func (s *StoredTable) Meta() string {
	meta, _ := s.parquet.Lookup(MetaKey)
	return meta
}

const valuesRead = 256

// storedColumn is one column of the row group that is read.
type storedColumn struct {
	leaf   int
	list   bool
	pages  parquet.Pages
	page   parquet.Page
	reader parquet.ValueReader
	values []parquet.Value
	at, n  int             // values[at:n] are not taken yet
	row    []parquet.Value // of the row: one, or those of a list
}

func (c *storedColumn) begin(chunk parquet.ColumnChunk) error {
	c.end()
	c.pages = chunk.Pages()
	return nil
}

func (c *storedColumn) end() {
	if c.page != nil {
		parquet.Release(c.page)
	}
	if c.pages != nil {
		_ = c.pages.Close() // it was only read
	}
	c.pages, c.page, c.reader, c.at, c.n = nil, nil, nil, 0, 0
}

// next takes the row's values: a list's first value has repetition level 0, its others have more.
func (c *storedColumn) next() error {
	if c.at == c.n {
		if err := c.fill(); err != nil {
			return err
		}
	}
	if !c.list {
		c.row = c.values[c.at : c.at+1]
		c.at++
		return nil
	}
	c.row = c.row[:0]
	for {
		c.row = append(c.row, c.values[c.at].Clone())
		c.at++
		if c.at == c.n {
			if err := c.fill(); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
		}
		if c.values[c.at].RepetitionLevel() == 0 {
			return nil
		}
	}
}

// fill reads further values.
func (c *storedColumn) fill() error {
	for {
		if c.reader == nil {
			page, err := c.pages.ReadPage()
			if err != nil {
				return err
			}
			if c.page != nil {
				parquet.Release(c.page)
			}
			c.page, c.reader = page, page.Values()
		}
		n, err := c.reader.ReadValues(c.values)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if n == 0 || errors.Is(err, io.EOF) {
			c.reader = nil
		}
		if n > 0 {
			c.at, c.n = 0, n
			return nil
		}
	}
}

// guard makes an error of a panic: the library panics on some files that are no Parquet any more.
func guard(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("reading Parquet: %v", r)
	}
}
