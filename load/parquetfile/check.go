package parquetfile

import (
	"encoding/binary"
	"fmt"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"callmart/transform/schema"
)

// check tells why a record cannot be written as rows of a table.
func check(rec arrow.Record, t *schema.Table) error {
	if got, want := int(rec.NumCols()), len(t.Fields); got != want {
		return fmt.Errorf("batch of %s has %d columns, not %d", t.Name, got, want)
	}
	for i, f := range t.Fields {
		c := rec.Column(i)
		if !fits(c.DataType(), f.Type) {
			return fmt.Errorf("batch of %s has %s as %s, not %s", t.Name, f.Name, c.DataType(), f.Type)
		}
		if why := unfit(c); why != "" {
			return fmt.Errorf("batch of %s has %s with %s", t.Name, f.Name, why)
		}
	}
	return nil
}

// fits tells whether a batch's column of type d can be read as t.
func fits(d arrow.DataType, t schema.Type) bool {
	switch d := d.(type) {
	case *arrow.StringType:
		return t == schema.Text || t == schema.JSON
	case *arrow.TimestampType:
		return d.Unit == arrow.Microsecond && (t == schema.Instant && d.TimeZone == "UTC" || t == schema.Local && d.TimeZone == "")
	case *arrow.Float64Type:
		return t == schema.Seconds || t == schema.Number
	case *arrow.Int64Type:
		return t == schema.Int
	case *arrow.BooleanType:
		return t == schema.Bool
	case *arrow.ListType:
		return t == schema.Texts && d.Elem().ID() == arrow.STRING
	default:
		return false
	}
}

// unfit tells what a column has that no file may have; nothing where it is fine.
func unfit(column arrow.Array) string {
	if column.NullN() == column.Len() {
		return ""
	}
	switch c := column.(type) {
	case *array.List: // of which only these rows' elements matter: it may be a slice
		from, _ := c.ValueOffsets(0)
		_, to := c.ValueOffsets(c.Len() - 1)
		elements := array.NewSlice(c.ListValues(), from, to)
		defer elements.Release()
		if elements.NullN() > 0 { // would become an empty text
			return "a NULL in a list"
		}
		return unfit(elements)
	case *array.String:
		if !validText(c) {
			return "text that is not UTF-8"
		}
	}
	return ""
}

// validText tells whether all text of a column is UTF-8: readers refuse a file with other bytes.
func validText(c *array.String) bool {
	text := c.ValueBytes()
	if ascii(text) { // most columns are, and then no character is cut either
		return true
	}
	if !utf8.Valid(text) {
		return false
	}
	for i := 1; i < c.Len(); i++ { // no character may be cut in two
		if at := c.ValueOffset(i) - c.ValueOffset(0); at < len(text) && !utf8.RuneStart(text[at]) {
			return false
		}
	}
	return true
}

// ascii reports whether all bytes are below 0x80. It looks at 64 at a time.
func ascii(text []byte) bool {
	const high = 0x8080808080808080
	word := binary.LittleEndian.Uint64
	for ; len(text) >= 64; text = text[64:] {
		b := text[:64]
		if (word(b)|word(b[8:])|word(b[16:])|word(b[24:])|word(b[32:])|word(b[40:])|word(b[48:])|word(b[56:]))&high != 0 {
			return false
		}
	}
	for ; len(text) >= 8; text = text[8:] {
		if word(text)&high != 0 {
			return false
		}
	}
	for _, c := range text {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
