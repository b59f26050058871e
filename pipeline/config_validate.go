package pipeline

import (
	"fmt"
	"maps"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/nyaruka/phonenumbers"

	"callmart/transform/schema"
)

// leastMemory is what DuckDB needs to count a date.
const leastMemory Size = 64 << 20

var sourceName = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)

// validate notes what single values cannot tell: keys that must be there, and values that must fit each other.
func (d *decoder) validate(c *Config) {
	if !d.has("lake") {
		d.problem("lake", "is missing: name the folder of the lake, for example lake: ./lake")
	}
	if d.read("memory") && c.Memory < leastMemory {
		d.problem("memory", "is too little: give at least 64MiB")
	}
	if d.read("interval") && (c.Interval < time.Minute || c.Interval%time.Minute != 0 || (24*time.Hour)%c.Interval != 0) {
		d.problem("interval", "must be whole minutes that divide 24h: 15m, 30m or 1h, for example")
	}
	d.positive("quiet_after", c.QuietAfter)
	d.sources(c)
	d.serviceLevel(c)
	d.calendar(c)
	d.privacy(c)
	d.schedule(c)
}

// has reports whether the file names the key.
func (d *decoder) has(key string) bool { return d.marks[key].line > 0 }

// read reports whether the file names the key and its value could be read: what could not has been said already.
func (d *decoder) read(key string) bool {
	return d.has(key) && !slices.ContainsFunc(d.problems, func(p Problem) bool {
		return p.Key == key || strings.HasPrefix(p.Key, key+"[")
	})
}

func (d *decoder) positive(key string, value time.Duration) {
	if d.read(key) && value <= 0 {
		d.problem(key, "must be more than zero")
	}
}

func (d *decoder) sources(c *Config) {
	if len(c.Sources) == 0 && !slices.ContainsFunc(d.problems, func(p Problem) bool { return p.Key == "sources" }) {
		d.problem("sources", "is missing: name at least one source with its name, vendor and archive")
	}
	lines := map[string]int{}
	for i := range c.Sources {
		s, key := &c.Sources[i], fmt.Sprintf("sources[%d]", i)
		switch name := key + ".name"; {
		case !d.has(name):
			d.problem(name, "is missing: name the source, for example name: nectar-eu")
		case !d.read(name):
		case !sourceName.MatchString(s.Name):
			d.wrong(name, errorText("is no name: use a-z, 0-9, _ and -, beginning with a letter, for example nectar-eu"))
		case s.Name == "reports":
			d.wrong(name, errorText("is the name of a ledger of the lake: take another, for example reports-eu"))
		case lines[s.Name] > 0:
			d.wrong(name, errorText(fmt.Sprintf("is the name of the source on line %d already: give each source its own", lines[s.Name])))
		default:
			lines[s.Name] = d.marks[name].line
		}
		if !d.has(key + ".vendor") {
			d.problem(key+".vendor", "is missing: one of nectardesk, callerdesk, ccai, whippy")
		}
		if !d.has("timezone") && !d.has(key+".timezone") {
			d.problem(key+".timezone", "is missing: give the source a zone, or all of them one by timezone at the top of the file, for example Europe/Berlin")
		}
		if region := key + ".region"; d.read(region) && !phonenumbers.GetSupportedRegions()[s.Region] {
			d.wrong(region, errorText("is no country: write two capital letters of ISO 3166 like DE"))
		}
		d.archives(s, key)
		d.words(s, key)
		if s.API != nil {
			d.api(s, key+".api")
		}
	}
}

func (d *decoder) archives(s *Source, key string) {
	for i, a := range s.Archive {
		at := fmt.Sprintf("%s.archive[%d].paths", key, i)
		if len(a.Paths) == 0 && (d.read(at) || !d.has(at)) {
			d.problem(at, `is missing: list the files as patterns, for example ["archive/**/*.json"]`)
		}
		for j, p := range a.Paths {
			if !doublestar.ValidatePattern(p) {
				d.wrong(fmt.Sprintf("%s[%d]", at, j), errorText(`is no pattern: [ needs a ], { a } and \ something after it`))
			}
		}
	}
}

// words checks the outcomes and directions that the operator gives to a vendor's words.
func (d *decoder) words(s *Source, key string) {
	var columns []string
	for _, f := range schema.Get(schema.Calls).Fields {
		if strings.HasPrefix(f.Name, "raw_") {
			columns = append(columns, f.Name)
		}
	}
	for _, column := range slices.Sorted(maps.Keys(s.Outcomes)) {
		at := key + ".outcomes." + column
		if err := oneOf(column, columns); err != nil {
			d.problem(at, "unknown column: it "+err.Error())
		}
		d.values(s.Outcomes[column], at, schema.Outcomes())
	}
	d.values(s.Direction, key+".direction", schema.Directions())
}

func (d *decoder) values(m map[string]string, key string, allowed []string) {
	for _, word := range slices.Sorted(maps.Keys(m)) {
		if at := key + "." + word; d.read(at) {
			if err := oneOf(m[word], allowed); err != nil {
				d.wrong(at, err)
			}
		}
	}
}

func (d *decoder) api(s *Source, key string) {
	a := s.API
	if s.Vendor == "callerdesk" || s.Vendor == "whippy" {
		d.problem(key, "vendor "+s.Vendor+" has no calls by id: remove it, and archive the webhooks")
	}
	if at := key + ".token"; !d.has(at) || (d.read(at) && a.Token == "") {
		d.problem(at, `is missing: name an environment variable like "${NECTAR_TOKEN}", or a file like file:/run/secrets/nectar`)
	}
	if at := key + ".customer_flag"; a.CustomerFlag && s.Vendor != "ccai" {
		d.problem(at, "is for vendor ccai only")
	}
	if at := key + ".base_url"; !d.has(at) {
		d.problem(at, "is missing: give the API's address, for example https://api.example.com")
	} else if u, err := url.Parse(a.BaseURL); d.read(at) && (err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http")) {
		d.wrong(at, errorText("is no address: write it like https://api.example.com"))
	}
	if at := key + ".rate"; d.read(at) && (!(a.Rate > 0) || math.IsInf(a.Rate, 0)) {
		d.problem(at, "must be more than zero requests per second")
	}
	if at := key + ".concurrency"; d.read(at) && a.Concurrency < 1 {
		d.problem(at, "must be at least 1")
	}
	d.positive(key+".timeout", a.Timeout)
	d.positive(key+".give_up_after", a.GiveUpAfter)
	if at := key + ".ids.range"; d.read(at) && (len(a.IDs.Range) != 2 || a.IDs.Range[0] > a.IDs.Range[1]) {
		d.problem(at, "must be the first and the last id, like [1, 100]")
	}
}

func (d *decoder) serviceLevel(c *Config) {
	d.positive("service_level.threshold", c.ServiceLevel.Threshold)
	for i, q := range c.Queues {
		key := "queues[" + strconv.Itoa(i) + "]"
		d.knownSource(c, key, q.Source)
		if !d.has(key + ".match") {
			d.problem(key+".match", `is missing: give a queue's name or a pattern, for example "Support*"`)
		}
		if q.Threshold != nil {
			d.positive(key+".threshold", *q.Threshold)
		}
	}
}

// calendar checks opening hours and exclusions.
func (d *decoder) calendar(c *Config) {
	for i, h := range c.Hours {
		key := "hours[" + strconv.Itoa(i) + "]"
		d.knownSource(c, key, h.Source)
		d.required(key, "days: mon-fri", `open: "08:00"`, `close: "18:00"`)
		if d.read(key+".open") && d.read(key+".close") && h.Open >= h.Close {
			d.problem(key+".close", `must be after open: write a night as two rows, to "24:00" and from "00:00"`)
		}
	}
	for i, e := range c.Exclusions {
		key := "exclusions[" + strconv.Itoa(i) + "]"
		d.knownSource(c, key, e.Source)
		d.required(key, "from: 2026-01-13T10:00", "to: 2026-01-13T11:00")
		if d.read(key+".from") && d.read(key+".to") && !e.From.Before(e.To) {
			d.problem(key+".to", "must be after from")
		}
	}
}

// required notes which keys are missing; each is given with an example of its value.
func (d *decoder) required(key string, examples ...string) {
	for _, example := range examples {
		name, _, _ := strings.Cut(example, ":")
		if !d.has(key + "." + name) {
			d.problem(key+"."+name, "is missing: give it, for example "+example)
		}
	}
}

func (d *decoder) knownSource(c *Config, key, source string) {
	if key += ".source"; !d.read(key) {
		return
	}
	names := make([]string, len(c.Sources))
	for i := range c.Sources {
		names[i] = c.Sources[i].Name
	}
	if !slices.Contains(names, source) {
		d.wrong(key, errorText("is no source of this file"+didYouMean(source, names)))
	}
}

func (d *decoder) privacy(c *Config) {
	if (c.Privacy.Numbers == "mask" || c.Privacy.Numbers == "hash") && !d.has("privacy.key") {
		d.problem("privacy.key", `is missing: hidden numbers need a secret key, for example key: "${CALLMART_KEY}"`)
	}
}

func (d *decoder) schedule(c *Config) {
	seen := map[string]bool{}
	for i, s := range c.Schedule {
		key := "schedule[" + strconv.Itoa(i) + "]"
		d.required(key, "name: nightly", `cron: "30 2 * * *"`)
		if seen[s.Name] && d.read(key+".name") {
			d.wrong(key+".name", errorText("names a schedule already: give each its own name"))
		}
		seen[s.Name] = true
	}
}

// errorText is what is wrong with a value, to follow the value.
type errorText string

func (e errorText) Error() string { return string(e) }
