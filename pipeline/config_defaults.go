package pipeline

import (
	"path/filepath"
	"time"
)

// The decoder calls defaults on every struct that has it, before it fills in what the file says.

func (c *Config) defaults() {
	c.Memory = 1 << 30
	c.Interval = 30 * time.Minute
	c.QuietAfter = 24 * time.Hour
	c.Reports.defaults()
	c.ServiceLevel.defaults()
	c.Privacy.defaults()
}

func (r *Reports) defaults() {
	r.Periods = []string{"day", "week", "month"}
	r.WeekStart = Weekday(time.Monday)
}

func (s *ServiceLevel) defaults() {
	s.Threshold = 20 * time.Second
	s.Target = 0.8
	s.ShortAbandon = 5 * time.Second
	s.Formula = "exclude_short_abandons"
	s.Boundary = "le"
	s.NotMet = []string{"voicemail", "missed", "failed"}
}

func (a *API) defaults() {
	a.Concurrency = 4
	a.Timeout = 30 * time.Second
	a.GiveUpAfter = 168 * time.Hour
	a.IDs.defaults()
}

func (i *IDs) defaults() { i.From = []string{"webhooks", "parents", "list"} }

func (p *Privacy) defaults() { p.Numbers, p.Names, p.Transcripts = "keep", "keep", "keep" }

func (s *Schedule) defaults() { s.CatchUp = "once" }

// inherit fills what depends on other keys, once the file is read.
func (c *Config) inherit(dir string) error {
	if c.Reports.Dir == "" {
		c.Reports.Dir = filepath.Join(dir, "reports")
	}
	if c.Timezone == nil {
		c.Timezone = time.UTC
	}
	// CallerDesk writes Indian time without a zone, whatever the customer's own.
	india, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		return err
	}
	for i := range c.Sources {
		s := &c.Sources[i]
		if s.Timezone == nil {
			s.Timezone = c.Timezone
		}
		switch {
		case s.PayloadTimezone != nil:
		case s.Vendor == "callerdesk":
			s.PayloadTimezone = india
		default:
			s.PayloadTimezone = s.Timezone
		}
	}
	return nil
}
