package pipeline_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"callmart/fixtures"
	"callmart/load"
	"callmart/pipeline"
)

// site is a folder with a configuration, archives of all vendors and a lake.
type site struct {
	t    *testing.T
	dir  string
	zone string
}

func newSite(t *testing.T) *site {
	t.Helper()
	return &site{t: t, dir: t.TempDir(), zone: "Europe/Berlin"}
}

func (s *site) path(elem ...string) string { return filepath.Join(append([]string{s.dir}, elem...)...) }

// archive writes a file of a vendor's archive.
func (s *site) archive(vendor, name string, content []byte) {
	s.t.Helper()
	path := s.path("archive", vendor, name)
	require.NoError(s.t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(s.t, os.WriteFile(path, content, 0o644))
}

// documented archives the documented payloads of all vendors, a file each.
func (s *site) documented() {
	s.t.Helper()
	for _, vendor := range fixtures.Vendors() {
		payloads, err := fixtures.Payloads(vendor)
		require.NoError(s.t, err)
		for _, p := range payloads {
			s.archive(vendor, p.Name+".json", p.Body)
		}
	}
}

func (s *site) config() *pipeline.Config {
	s.t.Helper()
	text := "lake: ./lake\ntimezone: " + s.zone + "\nsources:\n"
	for _, vendor := range fixtures.Vendors() {
		text += fmt.Sprintf("  - {name: %s-1, vendor: %s, region: IN, archive: [{paths: [\"archive/%s/**\"]}]}\n", vendor, vendor, vendor)
	}
	require.NoError(s.t, os.WriteFile(s.path("callmart.yaml"), []byte(text), 0o644))
	cfg, err := pipeline.LoadConfig(s.path("callmart.yaml"), func(string) (string, bool) { return "", false })
	require.NoError(s.t, err)
	return cfg
}

func (s *site) run(opt pipeline.RunOptions) (*pipeline.Manifest, error) {
	s.t.Helper()
	m, err := pipeline.Run(context.Background(), s.config(), opt)
	if m != nil {
		for _, source := range m.Sources {
			require.True(s.t, source.Accounting.Balanced(), "%+v", source)
		}
	}
	return m, err
}

// files returns the content of all tables and workbooks by path.
func (s *site) files() map[string]string {
	s.t.Helper()
	all := map[string]string{}
	for _, root := range []string{"lake", "reports"} {
		err := filepath.WalkDir(s.path(root), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), "_") {
				return err
			}
			if ext := filepath.Ext(path); ext == ".parquet" || ext == ".xlsx" {
				b, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				all[strings.TrimPrefix(path, s.dir)] = string(b)
			}
			return nil
		})
		if !errors.Is(err, fs.ErrNotExist) {
			require.NoError(s.t, err)
		}
	}
	return all
}

// tables are the files of the lake.
func (s *site) tables() map[string]string {
	all := s.files()
	maps.DeleteFunc(all, func(path, _ string) bool { return !strings.HasSuffix(path, ".parquet") })
	return all
}

func requireSameFiles(t *testing.T, want, got map[string]string) {
	t.Helper()
	require.Len(t, got, len(want))
	for path, content := range want {
		require.True(t, got[path] == content, "%s differs", path)
	}
}

// rows counts a table's rows by source.
func (s *site) rows(table string) map[string]int64 {
	s.t.Helper()
	ctx := context.Background()
	lake, err := load.Open(ctx, s.path("lake"), load.Options{})
	require.NoError(s.t, err)
	session, err := lake.Session(ctx, load.Selection{})
	require.NoError(s.t, err)
	defer func() { require.NoError(s.t, session.Close()) }()
	rows, err := session.Query(ctx, "SELECT source, count(*) FROM "+table+" GROUP BY 1")
	require.NoError(s.t, err)
	defer rows.Close()
	counts := map[string]int64{}
	for rows.Next() {
		var source string
		var n int64
		require.NoError(s.t, rows.Scan(&source, &n))
		counts[source] = n
	}
	require.NoError(s.t, rows.Err())
	return counts
}

func TestRunPublishesAndAccounts(t *testing.T) {
	s := newSite(t)
	s.documented()
	s.archive("nectardesk", "broken.ndjson", []byte("{\"id\":2}\n{\"id\": 1, \"type\": \n{\"id\":2}\n"))
	m, err := s.run(pipeline.RunOptions{})
	require.NoError(t, err)
	require.True(t, m.Changed)
	require.True(t, m.Complete)
	got := map[string]pipeline.Accounting{}
	for _, source := range m.Sources {
		got[source.Source] = source.Accounting
	}
	want := map[string]pipeline.Accounting{
		"callerdesk-1": {Read: 7, New: 6, Ignored: 1},
		"ccai-1":       {Read: 71, New: 10, Ignored: 59, Quarantined: 2},
		"nectardesk-1": {Read: 6, New: 3, Quarantined: 3},
		"whippy-1":     {Read: 3, New: 3},
	}
	require.Empty(t, cmp.Diff(want, got))
	require.Equal(t, map[string]int64{"callerdesk-1": 6, "ccai-1": 10, "nectardesk-1": 3, "whippy-1": 1}, s.rows("calls"))
	require.Equal(t, map[string]int64{"whippy-1": 13}, s.rows("utterances"))

	refused := s.refusals(pipeline.QuarantineFilter{Sources: []string{"nectardesk-1"}})
	require.Len(t, refused, 3)
	require.Equal(t, "not_json", refused[1].Reason)
	require.Contains(t, refused[1].File, "broken.ndjson")
	require.NotEmpty(t, refused[1].Payload)
	require.NotEmpty(t, m.Workbooks)
	for _, file := range m.Workbooks {
		require.FileExists(t, file)
	}
}

func TestSecondRunChangesNoByte(t *testing.T) {
	s := newSite(t)
	s.documented()
	_, err := s.run(pipeline.RunOptions{})
	require.NoError(t, err)
	before := s.files()
	m, err := s.run(pipeline.RunOptions{Now: func() time.Time { return time.Now().Add(24 * time.Hour) }})
	require.NoError(t, err)
	require.False(t, m.Changed)
	requireSameFiles(t, before, s.files())
}

// TestOrderOfFilesDoesNotMatter puts the same records into files of other names, orders and forms.
func TestOrderOfFilesDoesNotMatter(t *testing.T) {
	var records [][]byte
	for i := range 300 {
		at := time.Date(2026, 3, 28, 6, 0, 0, 0, time.UTC).Add(time.Duration(i/2) * 17 * time.Minute) // every call twice, over the change of clocks
		status := map[bool]string{true: "finished", false: "connected"}[i%2 == 1]
		records = append(records, fmt.Appendf(nil, `{"id":%d,"call_type":"Voice Inbound (IVR)","status":"%s","created_at":"%s","queued_at":"%s","updated_at":"%s","wait_duration":%d,"menu_path":{"name":"Q%d"}}`,
			i/2, status, at.Format(time.RFC3339), at.Add(5*time.Second).Format(time.RFC3339), at.Add(time.Duration(i)*time.Second).Format(time.RFC3339), i%60, i%4/2))
	}
	var want map[string]string
	rng := rand.New(rand.NewPCG(3, 4))
	for round := range 3 {
		s := newSite(t)
		switch round {
		case 0:
			s.archive("ccai", "all.ndjson", bytes.Join(records, []byte("\n")))
		case 1:
			rng.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
			s.archive("ccai", "b.json", append(append([]byte("["), bytes.Join(records[:100], []byte(",\n"))...), ']'))
			s.archive("ccai", "a.ndjson", bytes.Join(records[100:], []byte("\n")))
		case 2:
			for i, r := range records[:40] {
				s.archive("ccai", fmt.Sprintf("one/%d.json", i), r)
			}
			s.archive("ccai", "rest.ndjson", bytes.Join(records[30:], []byte("\n"))) // ten of them again
		}
		_, err := s.run(pipeline.RunOptions{})
		require.NoError(t, err)
		got := map[string]string{}
		for path, content := range s.files() {
			if strings.HasSuffix(path, ".parquet") && !strings.Contains(path, "/_ledger/") { // which says where records lay
				got[path] = content
			}
		}
		if want == nil {
			want = got
		}
		requireSameFiles(t, want, got)
	}
}

func TestRunWithoutInputIsASuccess(t *testing.T) {
	s := newSite(t)
	m, err := s.run(pipeline.RunOptions{})
	require.NoError(t, err)
	require.False(t, m.Changed)
	require.Empty(t, m.Partitions)
}

func TestUnreadableFileMakesTheRunIncomplete(t *testing.T) {
	s := newSite(t)
	s.documented()
	require.NoError(t, os.Symlink(s.path("nowhere"), s.path("archive", "ccai", "gone.json")))
	m, err := s.run(pipeline.RunOptions{})
	require.ErrorIs(t, err, pipeline.ErrIncomplete)
	require.Contains(t, err.Error(), "gone.json")
	require.False(t, m.Complete)
	require.EqualValues(t, 10, s.rows("calls")["ccai-1"])
}

func TestLostArchiveDropsNoCall(t *testing.T) {
	s := newSite(t)
	call := func(id int) []byte {
		return fmt.Appendf(nil, `{"id":%d,"status":"finished","call_type":"Voice Inbound","created_at":"2026-05-05T10:00:00Z"}`+"\n", id)
	}
	s.archive("ccai", "a.ndjson", call(1))
	s.archive("ccai", "b.ndjson", call(2))
	_, err := s.run(pipeline.RunOptions{})
	require.NoError(t, err)
	require.NoError(t, os.Remove(s.path("archive", "ccai", "b.ndjson")))
	s.archive("ccai", "c.ndjson", []byte(`{"id":3,"status":"finished","call_type":"Voice Inbound","created_at":"2026-05-05T11:00:00Z"}`+"\n"+
		`{"id":4,"status":"finished","call_type":"Voice Inbound","created_at":"2026-05-06T11:00:00Z"}`+"\n"))
	_, err = s.run(pipeline.RunOptions{})
	require.NoError(t, err, "the lake has what the file said")
	require.Equal(t, []string{"1 2026-05-05", "2 2026-05-05", "3 2026-05-05", "4 2026-05-06"}, s.column(`SELECT call_id || ' ' || CAST("date" AS VARCHAR) FROM calls ORDER BY 1`))

	// A rebuild from the raw records needs them.
	before := s.tables()
	_, err = s.run(pipeline.RunOptions{Rebuild: pipeline.FromRaw})
	require.ErrorIs(t, err, pipeline.ErrIncomplete)
	require.ErrorContains(t, err, "2026-05-05: 1 calls that the lake has are in no readable file any more")
	requireSameFiles(t, before, s.tables())
	_, err = s.run(pipeline.RunOptions{Rebuild: pipeline.FromObservations})
	require.NoError(t, err)
	requireSameFiles(t, before, s.tables())
	s.archive("ccai", "b.ndjson", call(2))
	_, err = s.run(pipeline.RunOptions{Rebuild: pipeline.FromRaw})
	require.NoError(t, err)
	requireSameFiles(t, before, s.tables())
	require.NoError(t, os.Remove(s.path("archive", "ccai", "b.ndjson")))
	require.NoError(t, os.Remove(s.path("archive", "ccai", "c.ndjson")))

	require.NoError(t, os.Remove(s.path("archive", "ccai", "a.ndjson")))
	_, err = s.run(pipeline.RunOptions{})
	require.NoError(t, err, "a date without any file is left as it is")
	requireSameFiles(t, before, s.tables())
}

// TestAnotherZoneMovesCalls checks that calls that go to another date leave their old one.
func TestAnotherZoneMovesCalls(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "a.ndjson", []byte(`{"id":7,"status":"finished","call_type":"Voice Inbound","created_at":"2026-05-05T23:30:00Z"}`))
	_, err := s.run(pipeline.RunOptions{})
	require.NoError(t, err)
	require.DirExists(t, s.path("lake", "calls", "source=ccai-1", "date=2026-05-06"))
	s.zone = "America/New_York"
	before := s.files()
	_, err = s.run(pipeline.RunOptions{})
	var usage *pipeline.UsageError
	require.ErrorAs(t, err, &usage)
	require.Contains(t, usage.Message, "timezone was Europe/Berlin and is America/New_York")
	require.Contains(t, usage.Try, "callmart load --rebuild --source ")
	requireSameFiles(t, before, s.files())
	_, err = s.run(pipeline.RunOptions{Rebuild: pipeline.FromObservations})
	require.ErrorAs(t, err, &usage, "naive times are read by the zone too, so the raw records are needed")
	_, err = s.run(pipeline.RunOptions{Rebuild: pipeline.FromRaw})
	require.NoError(t, err)
	require.Equal(t, []string{"7 2026-05-05 2026-05-05 19:30:00"}, s.column(`SELECT call_id || ' ' || CAST("date" AS VARCHAR) || ' ' || CAST(started_local AS VARCHAR) FROM calls`))
	require.DirExists(t, s.path("lake", "calls", "source=ccai-1", "date=2026-05-06"), "the call has left it")
}

func TestSecondRunAtOnceIsRefused(t *testing.T) {
	s := newSite(t)
	s.documented()
	lake, err := load.Open(context.Background(), s.path("lake"), load.Options{})
	require.NoError(t, err)
	unlock, err := lake.Lock()
	require.NoError(t, err)
	_, err = s.run(pipeline.RunOptions{})
	var locked *load.LockedError
	require.ErrorAs(t, err, &locked)
	require.NoError(t, unlock())
}

func TestRunChecksItsOptions(t *testing.T) {
	s := newSite(t)
	var usage *pipeline.UsageError
	_, err := s.run(pipeline.RunOptions{Sources: []string{"nobody"}})
	require.ErrorAs(t, err, &usage)
	_, err = s.run(pipeline.RunOptions{From: "2026-02-01", To: "2026-01-01"})
	require.ErrorAs(t, err, &usage)
}

// TestDatedRunMovesACallWhole lets a call go to another date in a run that covers one of the two dates only.
func TestDatedRunMovesACallWhole(t *testing.T) {
	s := newSite(t)
	call := func(id int, created, updated string) string {
		return fmt.Sprintf(`{"id":%d,"status":"finished","call_type":"Voice Inbound","created_at":"%s","updated_at":"%s"}`+"\n", id, created, updated)
	}
	s.archive("ccai", "a.ndjson", []byte(call(1, "2026-03-10T10:00:00Z", "2026-03-10T10:05:00Z")+call(2, "2026-03-10T11:00:00Z", "2026-03-10T11:05:00Z")))
	_, err := s.run(pipeline.RunOptions{})
	require.NoError(t, err)
	s.archive("ccai", "b.ndjson", []byte(call(2, "2026-03-11T11:00:00Z", "2026-03-10T12:05:00Z")))
	_, err = s.run(pipeline.RunOptions{From: "2026-03-11", To: "2026-03-11"})
	require.NoError(t, err)
	require.Equal(t, []string{"1 2026-03-10", "2 2026-03-11"}, s.column(`SELECT call_id || ' ' || CAST("date" AS VARCHAR) FROM calls ORDER BY 1`))
}

// TestUnknownWordsAreCounted gives the same strange word several times, with other records after it.
func TestUnknownWordsAreCounted(t *testing.T) {
	s := newSite(t)
	var b strings.Builder
	for i := range 300 {
		fmt.Fprintf(&b, `{"id":%d,"status":"%s","call_type":"Voice Inbound","created_at":"2026-05-05T10:00:00Z","lang":"%d"}`+"\n", i, []string{"finished", "beamed_up", "odd"}[i%3], i)
	}
	s.archive("ccai", "a.ndjson", []byte(b.String()))
	m, err := s.run(pipeline.RunOptions{})
	require.NoError(t, err)
	require.Equal(t, []pipeline.UnknownWord{
		{RawStatus: "beamed_up", RawType: "Voice Inbound", Calls: 100}, {RawStatus: "odd", RawType: "Voice Inbound", Calls: 100},
	}, m.Sources[1].UnknownWords)
}

// TestOnlyTouchedReportsAreMadeAgain adds a day to a lake and wants the workbooks again that show it, and no others.
// TestSuspicionsAreCounted counts what the records say that cannot be: a start five hours off the epoch in the call's id,
// and values that no column can hold.
func TestSuspicionsAreCounted(t *testing.T) {
	s := newSite(t)
	s.archive("callerdesk", "a.ndjson", []byte(`{"CallSid":"1777955400.1","StartTime":"2026-05-05 15:30:00","EndTime":"2026-05-05 15:31:00","Direction":"IVR","Status":"ANSWER"}
{"CallSid":"1777955400.2","StartTime":"2026-05-05 10:00:00","EndTime":"2026-05-05 10:01:00","Direction":"IVR","Status":"ANSWER","CallDuration":"a while"}
`))
	m, err := s.run(pipeline.RunOptions{})
	require.NoError(t, err)
	require.EqualValues(t, 1, m.Sources[0].ZoneSuspicions)
	require.EqualValues(t, 1, m.Sources[0].WrongTypes)
}

func TestOnlyTouchedReportsAreMadeAgain(t *testing.T) {
	s := newSite(t)
	day := func(date string) []byte {
		return fmt.Appendf(nil, `{"id":"%s","status":"finished","call_type":"Voice Inbound","created_at":"%sT10:00:00Z","queued_at":"%sT10:00:05Z","wait_duration":5,"updated_at":"%sT10:10:00Z"}`+"\n", date, date, date, date)
	}
	names := func(m *pipeline.Manifest) (list []string) {
		for _, w := range m.Workbooks {
			if name := filepath.Base(w); strings.HasPrefix(name, "sla_") {
				list = append(list, strings.TrimSuffix(strings.TrimPrefix(name, "sla_"), ".xlsx"))
			}
		}
		return list
	}
	for _, date := range []string{"2026-05-04", "2026-05-05", "2026-05-12"} {
		s.archive("ccai", date+".ndjson", day(date))
	}
	m, err := s.run(pipeline.RunOptions{})
	require.NoError(t, err)
	require.Len(t, names(m), 3+2+1)

	m, err = s.run(pipeline.RunOptions{})
	require.NoError(t, err)
	require.Empty(t, m.Workbooks, "nothing new, nothing made")

	// The 13th is new; the 12th was made to date and is over now; the 4th and 5th lie too far back to show it.
	s.archive("ccai", "2026-05-13.ndjson", day("2026-05-13"))
	m, err = s.run(pipeline.RunOptions{})
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"2026-05-12", "2026-05-13", "2026-05-11_2026-05-17", "2026-05-01_2026-05-31"}, names(m))

	// A late call of the 5th: its own reports, and those that compare with it.
	s.archive("ccai", "late.ndjson", []byte(`{"id":"late","status":"finished","call_type":"Voice Inbound","created_at":"2026-05-05T11:00:00Z","updated_at":"2026-05-05T11:10:00Z"}`))
	m, err = s.run(pipeline.RunOptions{})
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"2026-05-05", "2026-05-12", "2026-05-04_2026-05-10", "2026-05-11_2026-05-17", "2026-05-01_2026-05-31"}, names(m))

	require.NoError(t, os.Remove(s.path("reports", "sla_2026-05-04.xlsx")))
	m, err = s.run(pipeline.RunOptions{})
	require.NoError(t, err)
	require.Equal(t, []string{"2026-05-04"}, names(m), "a workbook that is missing is made")
}

// TestBrokenClockHidesNoReport adds a call of the far future: the real days keep their workbooks and their latest ones.
func TestBrokenClockHidesNoReport(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "a.ndjson", []byte(`{"id":1,"status":"finished","call_type":"Voice Inbound","created_at":"2026-05-05T10:00:00Z"}`+"\n"+
		`{"id":2,"status":"finished","call_type":"Voice Inbound","created_at":"2098-05-05T10:00:00Z"}`+"\n"+
		`{"id":3,"status":"finished","call_type":"Voice Inbound","created_at":"9999-12-31T23:59:59-12:00"}`+"\n"))
	m, err := s.run(pipeline.RunOptions{})
	require.NoError(t, err)
	require.Equal(t, pipeline.Accounting{Read: 3, New: 2, Quarantined: 1}, m.Sources[1].Accounting)
	require.FileExists(t, s.path("reports", "sla_2026-05-05.xlsx"))
	require.NoFileExists(t, s.path("reports", "sla_2098-05-05.xlsx"))
	latest, err := os.ReadFile(s.path("reports", "sla_day_latest.xlsx"))
	require.NoError(t, err)
	real, err := os.ReadFile(s.path("reports", "sla_2026-05-05.xlsx"))
	require.NoError(t, err)
	require.True(t, bytes.Equal(latest, real))
}
