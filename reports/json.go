package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// localLayout is how JSON writes a wall-clock time without zone.
const localLayout = "2006-01-02T15:04:05.999999"

// head is everything of a report but its tables.
type head struct {
	Report    string        `json:"report"`
	From      string        `json:"from"`
	To        string        `json:"to"`
	Period    Kind          `json:"period"`
	Complete  bool          `json:"complete"`
	Zone      string        `json:"zone"`
	Run       *string       `json:"run"`
	RunAt     *time.Time    `json:"run_at"`
	Watermark *time.Time    `json:"watermark"`
	Warnings  []string      `json:"warnings"`
	Findings  []findingJSON `json:"findings"`
}

type findingJSON struct {
	Tone Tone   `json:"tone"`
	Text string `json:"text"`
}

// MarshalJSON writes the report as one object. Under tables, each table is a list of rows whose keys are the column
// names, in the order of the workbook; numbers are unrounded and what is unknown is null.
func (r *Report) MarshalJSON() ([]byte, error) {
	h := head{
		Report: r.Name, From: isoDate(r.From), To: isoDate(r.To), Period: r.Kind, Complete: r.Complete, Zone: r.Zone,
		RunAt: instant(r.Run.At), Watermark: instant(r.Watermark), Warnings: append([]string{}, r.Warnings...),
		Findings: []findingJSON{},
	}
	if r.Run.ID != "" {
		h.Run = &r.Run.ID
	}
	for _, f := range r.Findings {
		h.Findings = append(h.Findings, findingJSON{f.Tone, f.Text})
	}
	text, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("writing head of report %s: %w", r.Name, err)
	}
	var b bytes.Buffer
	b.Write(text[:len(text)-1])
	b.WriteString(`,"tables":{`)
	for i, t := range r.Tables {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := t.writeJSON(&b); err != nil {
			return nil, fmt.Errorf("writing table %s of report %s: %w", t.Name, r.Name, err)
		}
	}
	b.WriteString("}}")
	return b.Bytes(), nil
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// writeJSON writes "Name":[{...},...] with the keys in the order of the columns, which a Go map would lose.
func (t *Table) writeJSON(b *bytes.Buffer) error {
	keys := make([][]byte, len(t.Columns))
	for i, c := range t.Columns {
		key, err := json.Marshal(c.Name)
		if err != nil {
			return err
		}
		keys[i] = append(key, ':')
	}
	fmt.Fprintf(b, "%q:[", t.Name)
	for i, row := range t.Rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('{')
		for j, v := range row {
			if j > 0 {
				b.WriteByte(',')
			}
			b.Write(keys[j])
			text, err := json.Marshal(t.Columns[j].json(v))
			if err != nil {
				return err
			}
			b.Write(text)
		}
		b.WriteByte('}')
	}
	b.WriteByte(']')
	return nil
}

// json gives times the text that their column calls for.
func (c Column) json(v Value) Value {
	t, ok := v.(time.Time)
	if !ok {
		return v
	}
	switch c.As {
	case Date:
		return isoDate(t)
	case Local, Slot:
		return t.Format(localLayout)
	default:
		return t.Format(time.RFC3339Nano)
	}
}
