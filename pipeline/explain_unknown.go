package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"strings"
)

// unknown says what is known of an id that the lake has no call of: it waits to be fetched, was not found, lies in
// quarantine, or is of another source or date.
func (x *explainer) unknown(ctx context.Context, opt ExplainOptions) error {
	missing := &UsageError{Message: fmt.Sprintf("no call %s of source %s in the lake", opt.CallID, opt.Source), Try: "callmart run, which reads what is new; or look for the id in the archive"}
	if opt.Date != "" {
		missing.Message += " on " + opt.Date
		dates, err := x.dates(ctx, opt.Source, "")
		if err != nil {
			return err
		}
		if len(dates) > 0 {
			missing.Message += fmt.Sprintf("; it is on %s", dates[0])
			missing.Try = fmt.Sprintf("callmart explain %s %s", opt.Source, opt.CallID)
			return missing
		}
	}
	book, err := readLedger(x.config.Lake, opt.Source)
	if err != nil {
		return err
	}
	if at, ok := book.Pending[opt.CallID]; ok {
		missing.Message += "; it is still to be fetched from the API" + since(", a webhook named it at ", at)
		missing.Try = "callmart run, which goes on fetching"
	}
	if at, ok := book.NotFound[opt.CallID]; ok {
		missing.Message += "; the API did not know it" + since(" at ", at)
	}
	refusals, err := x.refusals(ctx)
	if err != nil {
		return err
	}
	if len(refusals) > 0 {
		missing.Message += fmt.Sprintf("; %d refused record(s) name it: %s", len(refusals), strings.Join(refusals[:min(len(refusals), 5)], ", "))
		missing.Try = "callmart quarantine show " + refusals[0]
	}
	for _, other := range x.config.Sources {
		if other.Name == opt.Source {
			continue
		}
		dates, err := x.dates(ctx, other.Name, "")
		if err != nil {
			return err
		}
		if len(dates) > 0 {
			missing.Message += fmt.Sprintf("; source %s has one on %s", other.Name, dates[0])
			missing.Try = fmt.Sprintf("callmart explain %s %s", other.Name, opt.CallID)
		}
	}
	return missing
}

// refusals are the ids of the open refusals of the source whose payload names the call.
func (x *explainer) refusals(ctx context.Context) (ids []string, err error) {
	q := quarantineReader{config: x.config}
	err = q.each(ctx, QuarantineFilter{Sources: []string{x.source.Name}}, func(r *Refusal) error {
		if names(r.Kept(), x.id) {
			ids = append(ids, r.ID)
		}
		return nil
	})
	return ids, err
}

// names reports whether a text has a word by itself, not as a part of a longer one.
func names(text []byte, word string) bool {
	for from := 0; word != ""; {
		i := bytes.Index(text[from:], []byte(word))
		if i < 0 {
			return false
		}
		start := from + i
		end := start + len(word)
		if (start == 0 || !wordByte(text[start-1])) && (end == len(text) || !wordByte(text[end])) {
			return true
		}
		from = start + 1
	}
	return false
}

func wordByte(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_' || b == '-' || b == '.'
}
