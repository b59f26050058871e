package parquetfile

import (
	"encoding/binary"

	"github.com/parquet-go/parquet-go/encoding/rle"
)

// Definition levels of a list's rows: no list, no element, an element.
const (
	noList    = 0
	noElement = 1
	element   = 3
)

// rowLevels writes which rows of a plain column have a value. The bits of Arrow are those of Parquet.
func (e *encoder) rowLevels(c *column) {
	size := len(e.page)
	e.page = append(e.page, 0, 0, 0, 0)
	switch c.nulls {
	case 0:
		e.page = append(binary.AppendUvarint(e.page, uint64(c.rows)<<1), 1)
	case c.rows:
		e.page = append(binary.AppendUvarint(e.page, uint64(c.rows)<<1), 0)
	default:
		e.page = binary.AppendUvarint(e.page, uint64(len(c.valid))<<1|1)
		e.page = append(e.page, c.valid...)
	}
	binary.LittleEndian.PutUint32(e.page[size:], uint32(len(e.page)-size-4))
}

// listLevels writes where lists begin and what they hold, and returns how many levels that are.
func (e *encoder) listLevels(c *column) (n int, err error) {
	e.levels = e.levels[:0]
	for _, size := range c.sizes {
		e.levels = append(e.levels, 0)
		for range size - 1 {
			e.levels = append(e.levels, 1)
		}
	}
	if err := e.levelRuns(1); err != nil {
		return 0, err
	}
	n = len(e.levels)
	e.levels = e.levels[:0]
	for _, size := range c.sizes {
		switch size {
		case -1:
			e.levels = append(e.levels, noList)
		case 0:
			e.levels = append(e.levels, noElement)
		default:
			for range size {
				e.levels = append(e.levels, element)
			}
		}
	}
	return n, e.levelRuns(2)
}

func (e *encoder) levelRuns(width int) (err error) {
	if e.runs, err = (&rle.Encoding{BitWidth: width}).EncodeLevels(e.runs, e.levels); err != nil {
		return err
	}
	e.page = binary.LittleEndian.AppendUint32(e.page, uint32(len(e.runs)))
	e.page = append(e.page, e.runs...)
	return nil
}
