package parquetfile_test

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/require"

	"callmart/load/parquetfile"
	"callmart/transform/schema"
)

// source makes cells of bytes.
type source struct{ rest []byte }

func (s *source) next() byte {
	if len(s.rest) == 0 {
		return 0
	}
	b := s.rest[0]
	s.rest = s.rest[1:]
	return b
}

// text is up to 15 bytes, or one of few words, or a repeated one.
func (s *source) text() string {
	switch b := s.next(); {
	case b < 0x40:
		return [...]string{"", "a", "lång", "12345678", "123456789"}[b%5]
	case b < 0x50:
		return strings.Repeat(string(rune(s.next())), int(s.next())*5)
	default:
		n := min(int(b%16), len(s.rest))
		text := strings.ToValidUTF8(string(s.rest[:n]), "?")
		s.rest = s.rest[n:]
		return text
	}
}

// number is small, or any bits.
func (s *source) number() int64 {
	b := s.next()
	if b < 0xc0 {
		return int64(b) - 0x60
	}
	n := int64(0)
	for range 8 {
		n = n<<8 | int64(s.next())
	}
	return n
}

func (s *source) cell(t schema.Type) any {
	switch t {
	case schema.Int, schema.Instant, schema.Local:
		return s.number()
	case schema.Seconds, schema.Number:
		n := s.number()
		if n > -1000 && n < 1000 {
			return float64(n) / 8
		}
		return math.Float64frombits(uint64(n))
	case schema.Bool:
		return s.next()&1 == 0
	case schema.Texts:
		list := []string{}
		for range s.next() % 5 {
			list = append(list, s.text())
		}
		return list
	}
	return s.text()
}

// rows are cells of allTypes until the bytes end. A column's NULLs come as a byte says: never, always, or per cell; and
// rows repeat, so that some columns are worth a dictionary and some runs are long.
func (s *source) rows() (rows [][]any) {
	nulls := make([]byte, len(allTypes.Fields))
	for i := range nulls {
		nulls[i] = s.next() % 4
	}
	for len(s.rest) > 0 && len(rows) < 1500 {
		row := make([]any, len(allTypes.Fields))
		for i, f := range allTypes.Fields {
			if nulls[i] != 3 && (nulls[i] == 0 || s.next()&3 != 0) {
				row[i] = s.cell(f.Type)
			}
		}
		rows = append(rows, slices.Repeat([][]any{row}, 1+int(s.next()%8)*int(s.next()%8))...)
	}
	return rows
}

// FuzzWriter writes rows that are made of bytes, cut into records as the first of them say, and reads them back; the
// file is that of one record, and of a writer that has written before.
func FuzzWriter(f *testing.F) {
	used, err := parquetfile.NewWriter(allTypes)
	require.NoError(f, err)
	f.Add(uint16(3), []byte{})
	f.Add(uint16(1), []byte("\x00\x00\x00\x00\x00\x00\x00\x00\x00 all columns without NULL, of a row or two"))
	f.Add(uint16(7), []byte("\x03\x03\x03\x03\x03\x03\x03\x03\x03 only NULL"))
	f.Add(uint16(9), bytes.Repeat([]byte("\x01\x02\x01\x02\x01\x02\x01\x02\x01 NULLs of all columns \xff\xfe\x80\x00\x7f"), 40))
	f.Add(uint16(64), bytes.Repeat([]byte("\x00\x01\x03\x00\x01\x03\x00\x01\x03\xff\x7f\xf8\x00\x00\x00\x00\x00\x01"), 99))
	f.Add(uint16(500), slices.Repeat([]byte{1, 0, 2, 77, 200, 13, 9, 250, 0, 0, 1, 128}, 300))
	f.Fuzz(func(t *testing.T, cut uint16, data []byte) {
		rows := (&source{data}).rows()
		whole := record(allTypes, rows)
		var recs []arrow.Record
		for from, n := 0, 1+int(cut%1000); from < len(rows); from += n {
			recs = append(recs, whole.NewSlice(int64(from), int64(min(from+n, len(rows)))))
		}
		file := write(t, allTypes, recs...)
		requireRows(t, rows, readGo(t, file), "parquet-go")
		require.True(t, bytes.Equal(file, write(t, allTypes, whole)), "as one record")
		require.True(t, bytes.Equal(file, writeWith(t, used, whole)), "written by one that has written before")
	})
}
