package transform

import (
	"encoding/binary"
	"errors"

	"callmart/extract/raw"
	"callmart/transform/schema"
)

// Observations that a run reads from the lake wait on the disk for the call's new records. Their form there is of this
// run and this program alone: known cells by column, a child row as its table and cells, numbers as varints.

// AppendTo appends the observation's binary form.
func (o *Observation) AppendTo(dst []byte) []byte {
	dst = append(dst, byte(o.Evidence), o.Detail, o.Origins, byte(o.Origin), o.EventRank, byte(bit(o.Final)), byte(bit(o.Dateless)))
	dst = append(dst, o.SHA256[:]...)
	for _, n := range [...]int64{o.Version, o.Place.Offset, o.Place.Length, int64(o.Place.Position), o.ObservedAt, int64(len(o.Tags))} {
		dst = binary.AppendVarint(dst, n)
	}
	dst = appendText(dst, o.Path)
	for _, tag := range o.Tags {
		dst = appendText(dst, tag)
	}
	dst = appendText(dst, view(o.extra.bytes()))
	dst = appendRow(dst, o.Call)
	for id := schema.Calls + 1; id < schema.NumRead; id++ {
		rows := &o.Children[id]
		dst = binary.AppendUvarint(dst, uint64(rows.Len()))
		for i := range rows.Len() {
			dst = appendRow(dst, rows.At(i))
		}
	}
	return dst
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// appendRow appends the known cells, each behind its column's number and state, and a byte that no column has.
func appendRow(dst []byte, row Row) []byte {
	for col := range row {
		if c := &row[col]; c.State != Absent {
			dst = append(dst, byte(col), byte(c.State))
			dst = appendText(binary.AppendVarint(dst, c.Num), c.Text)
		}
	}
	return append(dst, rowEnd)
}

const rowEnd = 0xff

var errBroken = errors.New("a stored observation is broken")

// Decode reads what AppendTo wrote. The observation's texts lie in b.
func (o *Observation) Decode(b []byte) error {
	o.Reset()
	d := decoder{b: b}
	head := d.bytes(7)
	if head == nil {
		return errBroken
	}
	o.Evidence, o.Detail, o.Origins, o.Origin = Evidence(head[0]), head[1], head[2], raw.Origin(head[3])
	o.EventRank, o.Final, o.Dateless = head[4], head[5] != 0, head[6] != 0
	copy(o.SHA256[:], d.bytes(len(o.SHA256)))
	o.Version, o.Place.Offset, o.Place.Length = d.int(), d.int(), d.int()
	o.Place.Position, o.ObservedAt = int32(d.int()), d.int()
	tags := d.int()
	o.FirstSeen, o.LastSeen, o.Count = o.ObservedAt, o.ObservedAt, 1
	o.Path = d.text()
	for range tags {
		if d.broken {
			break
		}
		o.Tags = append(o.Tags, d.text())
	}
	o.extra.buf = append(o.extra.buf[:0], d.text()...)
	if len(o.extra.buf) > 0 {
		o.extra.whole = o.extra.buf
	}
	d.row(o.Call)
	for id := schema.Calls + 1; id < schema.NumRead && !d.broken; id++ {
		for n := d.uint(); n > 0 && !d.broken; n-- {
			d.row(o.Children[id].Add())
		}
	}
	if d.broken || len(d.b) > 0 {
		return errBroken
	}
	return nil
}

type decoder struct {
	b      []byte
	broken bool
}

func (d *decoder) bytes(n int) []byte {
	if n < 0 || n > len(d.b) {
		d.b, d.broken = nil, true
		return nil
	}
	b := d.b[:n]
	d.b = d.b[n:]
	return b
}

func (d *decoder) int() int64 {
	n, size := binary.Varint(d.b)
	if size <= 0 {
		d.b, d.broken = nil, true
		return 0
	}
	d.b = d.b[size:]
	return n
}

func (d *decoder) uint() uint64 {
	n, size := binary.Uvarint(d.b)
	if size <= 0 {
		d.b, d.broken = nil, true
		return 0
	}
	d.b = d.b[size:]
	return n
}

func (d *decoder) text() string {
	n := d.uint()
	if n > uint64(len(d.b)) {
		d.b, d.broken = nil, true
		return ""
	}
	return view(d.bytes(int(n)))
}

func (d *decoder) row(row Row) {
	for {
		b := d.bytes(1)
		if b == nil || b[0] == rowEnd {
			return
		}
		state := d.bytes(1)
		if state == nil || int(b[0]) >= len(row) {
			d.b, d.broken = nil, true
			return
		}
		num := d.int()
		row[b[0]] = Cell{Num: num, Text: d.text(), State: State(state[0])}
	}
}
