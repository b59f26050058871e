package pipeline

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

func testEnv(name string) (string, bool) {
	value, ok := map[string]string{"CALLMART_KEY": "hunter2", "FOLDER": "testdata/config", "EMPTY": ""}[name]
	return value, ok
}

// Each testdata/config/*.bad.yaml ends with the errors it must give, all of them, as `# error: line: key: message`.
func TestBadConfigs(t *testing.T) {
	files, err := filepath.Glob("testdata/config/*.bad.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			var want []string
			for line := range strings.Lines(string(content)) {
				if text, ok := strings.CutPrefix(strings.TrimSpace(line), "# error: "); ok {
					want = append(want, text)
				}
			}
			require.NotEmpty(t, want)

			_, err = LoadConfig(file, testEnv)
			var bad *ConfigError
			require.ErrorAs(t, err, &bad)
			require.Equal(t, file, bad.File)
			require.NotContains(t, err.Error(), "hunter2")
			var got []string
			for line := range strings.Lines(strings.ReplaceAll(err.Error(), absolute(t, ""), "")) {
				line = strings.TrimPrefix(strings.TrimSpace(line), file+":")
				got = append(got, strings.TrimSpace(line))
			}
			require.Empty(t, cmp.Diff(want, got), "- wanted, + got")
		})
	}
}

// Whatever the file holds, it is either a configuration or a *ConfigError that says why not.
func FuzzDecodeConfig(f *testing.F) {
	files, err := filepath.Glob("testdata/config/*.yaml")
	require.NoError(f, err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(content)
	}
	f.Add([]byte("a: &a [*a]\nlake: *a\nsources: *a"))
	f.Add([]byte("lake: lake\n<<: {timezone: UTC}\n? [x]\n: y"))
	f.Fuzz(func(t *testing.T, content []byte) {
		c, err := decodeConfig("testdata/config/fuzz.yaml", content, testEnv)
		if err == nil {
			require.NotEmpty(t, c.Sources)
			require.NotNil(t, c.Sources[0].PayloadTimezone)
			return
		}
		var bad *ConfigError
		require.ErrorAs(t, err, &bad)
		require.NotEmpty(t, bad.Problems)
	})
}

func TestLoadConfigMissingFile(t *testing.T) {
	_, err := LoadConfig("testdata/config/none.yaml", testEnv)
	require.EqualError(t, err, "testdata/config/none.yaml: no such file: write one, or name another with --config")
	require.ErrorAs(t, err, new(*ConfigError))
}

func TestLoadConfigDefaults(t *testing.T) {
	c, err := LoadConfig("testdata/config/minimal.good.yaml", testEnv)
	require.NoError(t, err)
	want := &Config{
		File:     "testdata/config/minimal.good.yaml",
		Lake:     absolute(t, "testdata/config/lake"),
		Reports:  Reports{Dir: absolute(t, "testdata/config/reports"), Periods: []string{"day", "week", "month"}, WeekStart: Weekday(time.Monday)},
		Timezone: time.UTC,
		Memory:   1 << 30,
		Sources:  []Source{{Name: "s", Vendor: "whippy", Timezone: time.UTC, PayloadTimezone: time.UTC}},
		ServiceLevel: ServiceLevel{
			Threshold: 20 * time.Second, Target: 0.8, ShortAbandon: 5 * time.Second,
			Formula: "exclude_short_abandons", Boundary: "le", NotMet: []string{"voicemail", "missed", "failed"},
		},
		Interval:   30 * time.Minute,
		QuietAfter: 24 * time.Hour,
		Privacy:    Privacy{Numbers: "keep", Names: "keep", Transcripts: "keep"},
	}
	require.Empty(t, cmp.Diff(want, c, compareZones))
}

var compareZones = cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })

func TestLoadConfigFull(t *testing.T) {
	c, err := LoadConfig("testdata/config/full.good.yaml", testEnv)
	require.NoError(t, err)
	berlin, jerusalem, india := zone(t, "Europe/Berlin"), zone(t, "Asia/Jerusalem"), zone(t, "Asia/Kolkata")
	want := &Config{
		File:     "testdata/config/full.good.yaml",
		Lake:     absolute(t, "testdata/config/lake"),
		Reports:  Reports{Dir: absolute(t, "testdata/config/out"), Periods: []string{"day", "month"}, WeekStart: Weekday(time.Sunday)},
		Timezone: berlin,
		Memory:   512e6,
		Sources: []Source{
			{
				Name: "nectar-eu", Vendor: "nectardesk", Timezone: berlin, PayloadTimezone: berlin, Region: "DE",
				Archive: []Archive{
					{Paths: []string{absolute(t, "testdata/config/archive/**/*.json"), "/var/archive/*.gz"}, Event: "call_abandoned"},
					{Paths: []string{absolute(t, "testdata/config/more/*.ndjson.zst")}},
				},
				Outcomes: map[string]map[string]string{"raw_type": {"voicemail": "voicemail", "on hold.": "in_progress"}},
			},
			{Name: "desk", Vendor: "callerdesk", Timezone: jerusalem, PayloadTimezone: india},
			{Name: "desk_2", Vendor: "callerdesk", Timezone: berlin, PayloadTimezone: jerusalem},
			{
				Name: "google", Vendor: "ccai", Timezone: berlin, PayloadTimezone: berlin,
				Direction: map[string]string{"Voice Scheduled (API)": "outbound"},
			},
		},
		ServiceLevel: ServiceLevel{
			Threshold: 30 * time.Second, Target: 0.9, Formula: "answered_only", Boundary: "lt", NotMet: []string{},
		},
		Queues: []Queue{
			{
				Source: "nectar-eu", Match: "Support*", Group: "Support",
				Threshold: new(time.Minute), Target: new(Share(0.9)), ShortAbandon: new(10 * time.Second),
			},
			{Match: "Sales"},
		},
		Hours: []Hours{
			{Source: "nectar-eu", Days: Days{false, true, true, true, true, true, false}, Open: 480, Close: 1080},
			{Days: Days{true, false, false, false, false, false, true}, Open: 0, Close: 1440},
		},
		Holidays: []Date{"2026-12-25", "2026-12-26"},
		Exclusions: []Exclusion{{
			Source: "desk", Reason: "carrier outage",
			From: time.Date(2026, 1, 13, 10, 0, 0, 0, time.UTC), To: time.Date(2026, 1, 13, 11, 30, 15, 0, time.UTC),
		}},
		Interval:   15 * time.Minute,
		QuietAfter: 48 * time.Hour,
		FailOn:     []string{},
		Privacy:    Privacy{Key: "hunter2", Numbers: "keep", Names: "keep", Transcripts: "keep"},
		Schedule:   []Schedule{},
	}
	require.Empty(t, cmp.Diff(want, c, compareZones))
}

// absolute returns the absolute form of a path below the package's folder.
func absolute(t *testing.T, path string) string {
	t.Helper()
	dir, err := os.Getwd()
	require.NoError(t, err)
	return dir + "/" + path
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	require.NoError(t, err)
	return z
}

// The example of the documentation is read to the last key: only what this version cannot do yet stops it.
func TestLoadConfigDocumentedExample(t *testing.T) {
	const example = `
lake: ./lake
reports: {dir: ./reports, periods: [day, week, month], week_start: monday}
timezone: Europe/Berlin                # business zone: days, intervals, schedule
memory: 1GiB
sources:
  - name: nectar-eu                    # [a-z][a-z0-9_-]*: the value of source=
    vendor: nectardesk                 # nectardesk | callerdesk | ccai | whippy
    timezone: Europe/Berlin            # optional, default the one above
    payload_timezone: Asia/Kolkata     # zone of naive timestamps (callerdesk; default Asia/Kolkata)
    region: DE                         # for telephone numbers without country code
    api: {base_url: "https://api.example.com", token: "${CALLMART_KEY}", rate: 5, concurrency: 4, timeout: 30s, ids: {from: [webhooks, parents, list], file: ids.txt, range: [1, 100]}, customer_flag: false, give_up_after: 168h}
    archive:
      - {paths: ["/var/archive/nectar/abandoned/**/*.json"], event: call_abandoned}
    outcomes: {raw_type: {voicemail: voicemail}}
service_level:
  threshold: 20s
  target: 80%
  short_abandon: 5s
  formula: exclude_short_abandons
  boundary: le                         # le | lt
  not_met: [voicemail, missed, failed]
queues: [{source: nectar-eu, match: "Support*", group: Support, threshold: 30s, target: 90%}]
hours: [{source: nectar-eu, days: mon-fri, open: "08:00", close: "18:00"}]
holidays: [2026-12-25]
exclusions: [{source: nectar-eu, from: 2026-01-13T10:00, to: 2026-01-13T11:00, reason: carrier outage}]
interval: 30m
quiet_after: 24h
fail_on: [volume]                      # signs that make a run exit 3
privacy: {key: "${CALLMART_KEY}", numbers: keep, names: keep, transcripts: keep}
schedule: [{name: nightly, cron: "30 2 * * *", catch_up: once}]
`
	_, err := LoadConfig(write(t, example), testEnv)
	var bad *ConfigError
	require.ErrorAs(t, err, &bad)
	for _, p := range bad.Problems {
		require.Contains(t, p.Message, "not supported by this version yet", p.Key)
	}
}

func write(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "callmart.yaml")
	require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	return file
}

func TestLoadConfigReferences(t *testing.T) {
	const config = `
lake: ${FOLDER}/lake-of-${FOLDER}
timezone: UTC
memory: &m 128MiB
sources: [{name: s, vendor: ccai, region: "file:region.txt", archive: [{paths: ["*.json"], event: $plain}]}]
privacy: {key: %q}
`
	file := write(t, fmt.Sprintf(config, "file:key.txt"))
	dir := filepath.Dir(file)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "key.txt"), []byte(" s3cret \r\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "region.txt"), []byte("IL"), 0o600))
	c, err := LoadConfig(file, testEnv)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(dir, "testdata/config/lake-of-testdata/config"), c.Lake)
	require.Equal(t, "IL", c.Sources[0].Region)
	require.Equal(t, "$plain", c.Sources[0].Archive[0].Event)
	require.Equal(t, " s3cret ", c.Privacy.Key.Unwrap(), "only the line's end is cut")

	c, err = LoadConfig(write(t, strings.Replace(fmt.Sprintf(config, "a${CALLMART_KEY}b"), `region: "file:region.txt", `, "", 1)), testEnv)
	require.NoError(t, err)
	require.Equal(t, "ahunter2b", c.Privacy.Key.Unwrap())
}

func TestLoadConfigEscapesItsFolderInPatterns(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "[a]{b}*")
	require.NoError(t, os.Mkdir(dir, 0o755))
	file := filepath.Join(dir, "callmart.yaml")
	require.NoError(t, os.WriteFile(file, []byte("lake: lake\ntimezone: UTC\nsources: [{name: s, vendor: ccai, archive: [{paths: ['x/*.json']}]}]"), 0o600))
	c, err := LoadConfig(file, testEnv)
	require.NoError(t, err)
	pattern := c.Sources[0].Archive[0].Paths[0]
	match, err := doublestar.Match(pattern, dir+"/x/1.json")
	require.NoError(t, err)
	require.True(t, match, pattern)
	require.Equal(t, dir+"/lake", c.Lake)
}

func TestSecretIsNeverPrinted(t *testing.T) {
	s := Secret("hunter2")
	c := Config{Privacy: Privacy{Key: s}}
	asJSON, err := json.Marshal(c.Privacy)
	require.NoError(t, err)
	asYAML, err := yaml.Marshal(c.Privacy)
	require.NoError(t, err)
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("start", "key", s, "privacy", c.Privacy)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("start", "key", s, "privacy", c.Privacy)
	for _, text := range []string{
		string(asJSON), string(asYAML), log.String(), s.String(), s.GoString(), fmt.Sprint(s, &s, c, &c),
		fmt.Sprintf("%s %q %v %+v %#v %x %X %d %s", s, s, s, c, c, s, s, s, []Secret{s}), fmt.Errorf("token %s", s).Error(),
	} {
		require.Contains(t, text, "**redacted**")
		require.NotContains(t, text, "hunter2")
		require.NotContains(t, text, "68756e74657232") // in hexadecimal
	}
	require.Equal(t, "hunter2", s.Unwrap())
}

func TestDays(t *testing.T) {
	for text, want := range map[string]Days{
		"sat":            {false, false, false, false, false, false, true},
		"mon-fri":        {false, true, true, true, true, true, false},
		"fri-mon":        {true, true, false, false, false, true, true},
		"mon, Wednesday": {false, true, false, true, false, false, false},
		"mon-sun":        {true, true, true, true, true, true, true},
	} {
		var got Days
		require.NoError(t, got.UnmarshalText([]byte(text)))
		require.Equal(t, want, got, text)
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]Size{"1GiB": 1 << 30, "512MB": 512e6, "1.5 KiB": 1536, "7B": 7} {
		var got Size
		require.NoError(t, got.UnmarshalText([]byte(text)))
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "1", "GiB", "-1GiB", "1gib", "1e3MB", "99999999999TiB"} {
		require.Error(t, new(Size).UnmarshalText([]byte(text)), text)
	}
}

func TestDidYouMean(t *testing.T) {
	words := []string{"threshold", "target", "lake"}
	for word, want := range map[string]string{
		"treshold": `; did you mean "threshold"?`, "Target": `; did you mean "target"?`, "lak": `; did you mean "lake"?`,
		"colour": "", "x": "", "": "",
	} {
		require.Equal(t, want, didYouMean(word, words), word)
	}
}
