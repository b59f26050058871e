package pipeline

import (
	"context"
	"encoding/json"
	"errors"

	"callmart/load"
	"callmart/transform/schema"
)

// withoutLedger looks whether the lake has calls of a source whose ledger says nothing: it was never there, or is gone.
// Then the files themselves say by which settings they were made. Others are a *settingsError, but in a rebuild of all
// dates, which adopts them.
func (s *sourceRun) withoutLedger(ctx context.Context) error {
	dates, err := s.publishedDates(ctx)
	if err != nil || len(dates) == 0 {
		return err
	}
	s.log.Warn("the lake has calls of the source, but no ledger: all files are read again, and nothing counts twice", "source", s.config.Name,
		"missing", ledgerPath(s.config.Name))
	now, err := settingsHash(s.settings)
	if err != nil {
		return err
	}
	for _, date := range dates {
		made, err := s.madeBy(date.String())
		if err != nil {
			return err
		}
		if made == "" || made == now {
			continue
		}
		if s.options.Rebuild == FromRaw && s.options.From+s.options.To == "" {
			s.adopts = true
			return nil
		}
		return &settingsError{Source: s.config.Name, Changed: []difference{{Setting: "one that only the ledger could name, which is gone,"}}}
	}
	return nil
}

// madeBy is the hash of the settings that a partition's calls were made by, "" where the file does not say.
func (s *sourceRun) madeBy(date string) (string, error) {
	table, err := s.lake.OpenStored(schema.Calls, s.config.Name, date, schema.CallID)
	var broken *load.BrokenError
	switch {
	case errors.As(err, &broken), err == nil && table == nil:
		return "", nil // whoever reads it tells of it
	case err != nil:
		return "", err
	}
	var d struct {
		Settings string `json:"settings"`
	}
	if json.Unmarshal([]byte(table.Meta()), &d) != nil {
		d.Settings = "" // of another program, or none
	}
	return d.Settings, table.Close()
}
