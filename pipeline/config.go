// Package pipeline turns raw calls into the lake and the workbooks: it reads callmart.yaml, plans what is due and
// runs extract, transform, load and reports from end to end. It alone knows YAML.
package pipeline

import "time"

// Config is callmart.yaml: read by [LoadConfig], complete with its defaults and valid. Paths are absolute: relative
// ones begin in the configuration file's folder. ${ENV} and file: references are resolved.
type Config struct {
	File         string         `yaml:"-"`                      // the file it was read from
	Lake         string         `yaml:"lake" path:"true"`       // folder of the lake
	Reports      Reports        `yaml:"reports"`                // where the workbooks go
	Timezone     *time.Location `yaml:"timezone"`               // business zone; UTC where every source has its own
	Memory       Size           `yaml:"memory"`                 // limit for one run
	Sources      []Source       `yaml:"sources"`                // at least one
	ServiceLevel ServiceLevel   `yaml:"service_level"`          // how service level is judged
	Queues       []Queue        `yaml:"queues"`                 // overrides per queue; the first that matches holds
	Hours        []Hours        `yaml:"hours"`                  // opening hours; none means always open
	Holidays     []Date         `yaml:"holidays"`               // closed all day
	Exclusions   []Exclusion    `yaml:"exclusions"`             // spans that reports leave out
	Interval     time.Duration  `yaml:"interval"`               // of the interval tables; whole minutes, divides 24 h
	QuietAfter   time.Duration  `yaml:"quiet_after"`            // a source silent for longer leaves the watermark
	FailOn       []string       `yaml:"fail_on" words:"volume"` // signs that make a run incomplete
	Privacy      Privacy        `yaml:"privacy"`                // what of a customer the lake keeps
	Schedule     []Schedule     `yaml:"schedule"`               // when runs are due
}

// Reports says where the workbooks of a run go and which periods get one.
type Reports struct {
	Dir       string   `yaml:"dir" path:"true"`
	Periods   []string `yaml:"periods" words:"day week month"`
	WeekStart Weekday  `yaml:"week_start"`
}

// Source is one account at one vendor.
type Source struct {
	Name            string                       `yaml:"name"`
	Vendor          string                       `yaml:"vendor" words:"nectardesk callerdesk ccai whippy"`
	Timezone        *time.Location               `yaml:"timezone"`         // never nil: default Config.Timezone
	PayloadTimezone *time.Location               `yaml:"payload_timezone"` // of naive timestamps; never nil
	Region          string                       `yaml:"region"`           // ISO 3166 country of numbers without one; may be empty
	API             *API                         `yaml:"api"`              // nil: the source has no API
	Archive         []Archive                    `yaml:"archive"`
	Outcomes        map[string]map[string]string `yaml:"outcomes"`  // raw column -> word -> outcome
	Direction       map[string]string            `yaml:"direction"` // word -> direction
}

// API says how a source's calls are fetched.
type API struct {
	BaseURL      string        `yaml:"base_url"`
	Token        Secret        `yaml:"token"`
	Rate         float64       `yaml:"rate"` // requests per second; 0: 5, for ccai 1
	Concurrency  int           `yaml:"concurrency"`
	Timeout      time.Duration `yaml:"timeout"` // of one request
	IDs          IDs           `yaml:"ids"`
	CustomerFlag bool          `yaml:"customer_flag"`
	GiveUpAfter  time.Duration `yaml:"give_up_after"` // age at which a call that is not final is stale
}

// IDs says where the ids of the work list come from.
type IDs struct {
	From  []string `yaml:"from" words:"webhooks parents list"`
	File  string   `yaml:"file" path:"true"`
	Range []int64  `yaml:"range"` // empty, or first and last id
}

// Archive is a set of archived webhook files.
type Archive struct {
	Paths []string `yaml:"paths" path:"glob"` // ** stands for any number of folders
	Event string   `yaml:"event"`             // event of the files' records, where they do not say
}

// ServiceLevel says how queue entries are judged where no [Queue] says otherwise.
type ServiceLevel struct {
	Threshold    time.Duration `yaml:"threshold"`
	Target       Share         `yaml:"target"`
	ShortAbandon time.Duration `yaml:"short_abandon"`
	Formula      string        `yaml:"formula" words:"abandons_count_against exclude_short_abandons exclude_abandons_within_t abandons_within_t_met short_abandons_met answered_only removed_within_t"`
	Boundary     string        `yaml:"boundary" words:"le lt"`
	NotMet       []string      `yaml:"not_met" words:"voicemail callback overflow missed failed"` // exits that count against
}

// Queue overrides [ServiceLevel] for the queues of a source that match, and may put them into a group.
type Queue struct {
	Source       string         `yaml:"source"` // empty: every source
	Match        string         `yaml:"match"`  // the queue's name; * stands for any text, ? for one character
	Group        string         `yaml:"group"`
	Threshold    *time.Duration `yaml:"threshold"`     // nil: as in ServiceLevel
	Target       *Share         `yaml:"target"`        // nil: as in ServiceLevel
	ShortAbandon *time.Duration `yaml:"short_abandon"` // nil: as in ServiceLevel
}

// Hours is one span of opening hours on some days of the week, on the wall clock of the source.
type Hours struct {
	Source string `yaml:"source"` // empty: every source
	Days   Days   `yaml:"days"`
	Open   Clock  `yaml:"open"`
	Close  Clock  `yaml:"close"`
}

// Exclusion is a span that reports leave out. From and To are wall-clock times of the source, carried as UTC.
type Exclusion struct {
	Source string    `yaml:"source"` // empty: every source
	From   time.Time `yaml:"from"`
	To     time.Time `yaml:"to"` // not included
	Reason string    `yaml:"reason"`
}

// Privacy says what of a customer the lake keeps.
type Privacy struct {
	Key         Secret `yaml:"key"` // of caller_key; empty: the public key
	Numbers     string `yaml:"numbers" words:"keep mask hash"`
	Names       string `yaml:"names" words:"keep mask hash"`
	Transcripts string `yaml:"transcripts" words:"keep mask drop"`
}

// Schedule is one series of runs, in Config.Timezone.
type Schedule struct {
	Name    string `yaml:"name"`
	Cron    Cron   `yaml:"cron"`
	CatchUp string `yaml:"catch_up" words:"skip once all"`
}
