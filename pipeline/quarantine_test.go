package pipeline_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/stretchr/testify/require"

	"callmart/load"
	"callmart/pipeline"
)

// desk is a source of one vendor, whose records are easily made and broken.
const desk = "ccai-1"

func deskCall(id int) string {
	return fmt.Sprintf(`{"id":%d,"status":"finished","call_type":"Voice Inbound","created_at":"2026-05-05T10:00:00Z"}`, id)
}

func (s *site) refusals(filter pipeline.QuarantineFilter) (all []*pipeline.Refusal) {
	s.t.Helper()
	require.NoError(s.t, pipeline.EachRefusal(context.Background(), s.config(), filter, func(r *pipeline.Refusal) error {
		all = append(all, r)
		return nil
	}))
	return all
}

func (s *site) refusal(id string) *pipeline.Refusal {
	s.t.Helper()
	copies, err := pipeline.FindRefusal(context.Background(), s.config(), id)
	require.NoError(s.t, err)
	return copies[0]
}

func (s *site) raw(r *pipeline.Refusal) (string, error) {
	s.t.Helper()
	var b bytes.Buffer
	err := pipeline.WritePayload(context.Background(), s.config(), r, &b)
	return b.String(), err
}

func (s *site) replay(filter pipeline.QuarantineFilter) (fates []string) {
	s.t.Helper()
	require.NoError(s.t, pipeline.ReplayRefusals(context.Background(), s.config(), filter, func(r pipeline.Replay) error {
		fate := r.Fate
		if r.Call != "" {
			fate += " " + r.Call + " " + r.Date
		}
		fates = append(fates, strings.TrimSuffix(fate+" "+r.Reason, " "))
		return nil
	}))
	return fates
}

func (s *site) repair(id, content string) (*pipeline.Repair, error) {
	return pipeline.RepairRefusal(context.Background(), s.config(), id, []byte(content), time.Now)
}

func (s *site) drop(opt pipeline.DropOptions) map[string]int64 {
	s.t.Helper()
	counts, err := pipeline.DropRefusals(context.Background(), s.config(), opt)
	require.NoError(s.t, err)
	return counts
}

// source runs, and returns what the manifest says of the desk.
func (s *site) source() pipeline.SourceManifest {
	s.t.Helper()
	m, err := s.run(pipeline.RunOptions{})
	require.NoError(s.t, err)
	for _, source := range m.Sources {
		if source.Source == desk {
			require.LessOrEqual(s.t, source.Accounting.Quarantined, source.Quarantine.Total())
			return source
		}
	}
	s.t.Fatal("the desk is not in the manifest")
	return pipeline.SourceManifest{}
}

func TestPayloadsSurviveByteForByte(t *testing.T) {
	long := `{"id":"` + strings.Repeat("ж", 40_000) // its 64 KiB end within a character
	page := fmt.Sprintf(`[%s,{"status":"finished","menu":"%s"}]`, deskCall(1), strings.Repeat("x", 70_000))
	for name, c := range map[string]struct {
		file, want, reason string
	}{
		"text":               {"{\"id\": nul }\n", `{"id": nul }`, "not_json"},
		"invalid UTF-8":      {"{\"id\":\"\xff\xfe\xc3\x28\"}\n", "{\"id\":\"\xff\xfe\xc3\x28\"}", "not_a_call"},
		"NUL bytes":          {deskCall(1) + "\n\x00\x00\x00\x00\n" + deskCall(2) + "\n", "\x00\x00\x00\x00", "not_json"},
		"cut in a character": {long + "\n" + deskCall(1) + "\n", long, "not_json"},
		"20 MB":              {`{"id":"` + strings.Repeat("x", 20<<20) + "\"}\n" + deskCall(1) + "\n", `{"id":"` + strings.Repeat("x", 20<<20) + `"}`, "record_too_large"},
		"long element":       {page, page[len(deskCall(1))+2 : len(page)-1], "not_a_call"},
		"envelope":           {`{"received_at":"2026-05-05T10:00:00Z","body":{"status":"finished"}}`, `{"received_at":"2026-05-05T10:00:00Z","body":{"status":"finished"}}`, "not_a_call"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, compressed := range []bool{false, true} {
				s := newSite(t)
				content := []byte(c.file)
				if compressed {
					content = gzipped(t, content)
				}
				s.archive("ccai", "a.ndjson", content)
				require.EqualValues(t, 1, s.source().Quarantine.Open)
				all := s.refusals(pipeline.QuarantineFilter{})
				require.Len(t, all, 1)
				r := all[0]
				require.Equal(t, c.reason, r.Reason)
				require.LessOrEqual(t, len(r.Kept()), 64<<10)
				require.EqualValues(t, len(c.want), r.Bytes)
				require.Equal(t, len(c.want) > 64<<10, r.Cut())
				got, err := s.raw(r)
				require.NoError(t, err)
				require.True(t, got == c.want, "%d bytes, want %d", len(got), len(c.want))

				require.NoError(t, os.Remove(s.path("archive", "ccai", "a.ndjson")))
				got, err = s.raw(r)
				if r.Cut() {
					require.ErrorIs(t, err, pipeline.ErrPayloadGone)
				} else {
					require.NoError(t, err)
					require.Equal(t, c.want, got, "what is kept whole needs no archive")
				}
			}
		})
	}
}

func gzipped(t *testing.T, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(content)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func TestPayloadOfAnotherFileIsNotShown(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "a.ndjson", []byte(`{"id":"`+strings.Repeat("x", 70_000)+"\n"+deskCall(1)+"\n"))
	s.source()
	s.archive("ccai", "a.ndjson", []byte(strings.Repeat("another file ", 10_000)))
	_, err := s.raw(s.refusals(pipeline.QuarantineFilter{})[0])
	require.ErrorIs(t, err, pipeline.ErrPayloadGone)
}

// TestQuarantineIsAFunctionOfTheRecords compares runs with one worker and with several, over many files.
func TestQuarantineIsAFunctionOfTheRecords(t *testing.T) {
	s := newSite(t)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 60 {
		var b strings.Builder
		for j := range 30 {
			switch rng.IntN(4) {
			case 0:
				fmt.Fprintf(&b, "{\"id\": %d, broken\n", 100*i+j)
			case 1:
				fmt.Fprintf(&b, "{\"n\":%d,\"note\":\"\xff%s\"}\n", 100*i+j, strings.Repeat("y", rng.IntN(3000)))
			default:
				b.WriteString(deskCall(100*i+j) + "\n")
			}
		}
		s.archive("ccai", fmt.Sprintf("%02d.ndjson", i), []byte(b.String()))
	}
	file := s.path("lake", "_quarantine", "source="+desk, "quarantine.ndjson.zst")
	var want []byte
	for _, workers := range []int{1, 2, 7} {
		before := runtime.GOMAXPROCS(workers)
		s.source()
		runtime.GOMAXPROCS(before)
		got, err := os.ReadFile(file)
		require.NoError(t, err)
		if want == nil {
			want = got
		}
		require.True(t, bytes.Equal(want, got), "with %d workers", workers)
	}
	all := s.refusals(pipeline.QuarantineFilter{})
	require.Greater(t, len(all), 500)
	ids := map[string]bool{}
	for i, r := range all {
		ids[r.ID] = true
		require.Len(t, r.ID, 12)
		if i > 0 && all[i-1].File == r.File {
			require.Less(t, all[i-1].Offset, r.Offset)
		} else if i > 0 {
			require.Less(t, all[i-1].File, r.File)
		}
	}
	require.Len(t, ids, len(all), "ids differ")
}

func TestIDsFollowTheContent(t *testing.T) {
	s := newSite(t)
	broken := deskCall(1) + "\n{\"id\": 2, \n" + deskCall(3) + "\n"
	s.archive("ccai", "a.ndjson", []byte(broken))
	s.source()
	first := s.refusals(pipeline.QuarantineFilter{})[0].ID

	require.NoError(t, os.Remove(s.path("archive", "ccai", "a.ndjson")))
	s.archive("ccai", "moved/b.ndjson.gz", gzipped(t, []byte(broken)))
	s.archive("ccai", "copy.ndjson", []byte(broken))
	s.archive("ccai", "other.ndjson", []byte(deskCall(9)+"\n{\"id\": 8, \n"+deskCall(3)+"\n"))
	require.EqualValues(t, 3, s.source().Quarantine.Open)
	copies, err := pipeline.FindRefusal(context.Background(), s.config(), first[:8])
	require.NoError(t, err)
	require.Len(t, copies, 2, "a moved and a copied file have the same refusal")

	s.drop(pipeline.DropOptions{Filter: pipeline.QuarantineFilter{IDs: []string{first}}})
	require.Equal(t, &pipeline.QuarantineManifest{Open: 1, Dropped: 2}, s.source().Quarantine)

	// Files that end too early have no content to be told by.
	for _, name := range []string{"x.json.gz", "y.json.gz"} {
		s.archive("ccai", name, gzipped(t, []byte(deskCall(1)))[:4])
		old := time.Now().Add(-25 * time.Hour) // until then they may be growing
		require.NoError(t, os.Chtimes(s.path("archive", "ccai", name), old, old))
	}
	s.source()
	cut := s.refusals(pipeline.QuarantineFilter{Reasons: []string{"compressed_data_truncated"}})
	require.Len(t, cut, 2)
	require.NotEqual(t, cut[0].ID, cut[1].ID)
}

func TestDropAndUndo(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "a.ndjson", []byte("{\"id\": 1, \n{\"id\": 2, \n{\"ping\":1}\n{\"id\": 4, \n"+deskCall(5)+"\n"))
	before := s.source()
	require.Equal(t, pipeline.Accounting{Read: 5, New: 1, Quarantined: 4}, before.Accounting)
	require.Equal(t, &pipeline.QuarantineManifest{Open: 4}, before.Quarantine)
	tables := s.files()

	one := s.refusals(pipeline.QuarantineFilter{})[1].ID
	byID := pipeline.DropOptions{Filter: pipeline.QuarantineFilter{IDs: []string{one}}, Note: "a test"}
	byReason := pipeline.DropOptions{Filter: pipeline.QuarantineFilter{Sources: []string{desk}, Reasons: []string{"not_json"}}}
	require.Equal(t, map[string]int64{"not_json": 1}, s.drop(byID))
	require.Empty(t, s.drop(byID), "once is enough")
	require.Equal(t, "a test", s.refusal(one).Decision.Note)
	dry := byReason
	dry.Dry = true
	require.Equal(t, map[string]int64{"not_json": 2}, s.drop(dry))
	require.Equal(t, map[string]int64{"not_json": 2}, s.drop(byReason))
	require.Len(t, s.refusals(pipeline.QuarantineFilter{}), 1)
	require.Len(t, s.refusals(pipeline.QuarantineFilter{Decided: true}), 4)

	// The records count as before; only the open ones are fewer.
	after := s.source()
	require.Equal(t, before.Accounting, after.Totals.Accounting)
	require.Equal(t, &pipeline.QuarantineManifest{Open: 1, Dropped: 3}, after.Quarantine)
	for path, content := range tables {
		if strings.HasSuffix(path, ".parquet") {
			require.True(t, s.files()[path] == content, path)
		}
	}

	// What is refused later is open.
	s.archive("ccai", "b.ndjson", []byte("{\"id\": 7, \n"+deskCall(8)+"\n"))
	require.Equal(t, &pipeline.QuarantineManifest{Open: 2, Dropped: 3}, s.source().Quarantine)

	byID.Undo, byReason.Undo = true, true
	require.Equal(t, map[string]int64{"not_json": 1}, s.drop(byID))
	require.Equal(t, map[string]int64{"not_json": 2}, s.drop(byReason))
	require.Equal(t, &pipeline.QuarantineManifest{Open: 5}, s.source().Quarantine)
}

func TestDecisionsWantTheLock(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "a.ndjson", []byte("{\"id\": 1, \n"+deskCall(2)+"\n"))
	s.source()
	id := s.refusals(pipeline.QuarantineFilter{})[0].ID
	lake, err := load.Open(context.Background(), s.path("lake"), load.Options{})
	require.NoError(t, err)
	unlock, err := lake.Lock()
	require.NoError(t, err)
	var locked *load.LockedError
	_, err = pipeline.DropRefusals(context.Background(), s.config(), pipeline.DropOptions{Filter: pipeline.QuarantineFilter{IDs: []string{id}}})
	require.ErrorAs(t, err, &locked)
	_, err = s.repair(id, deskCall(1))
	require.ErrorAs(t, err, &locked)
	require.Len(t, s.refusals(pipeline.QuarantineFilter{}), 1, "looking needs no lock")
	require.Equal(t, []string{"refused not_json"}, s.replay(pipeline.QuarantineFilter{}))
	require.NoError(t, unlock())
}

func TestQuarantineNamesWhatIsWrong(t *testing.T) {
	s := newSite(t)
	require.Empty(t, s.refusals(pipeline.QuarantineFilter{}), "a lake that no run has made yet")
	require.NoDirExists(t, s.path("lake"))
	s.archive("ccai", "a.ndjson", []byte(strings.Repeat("{\"id\": 1, \n", 40)+deskCall(2)+"\n"))
	s.source()
	for name, filter := range map[string]pipeline.QuarantineFilter{
		"source":        {Sources: []string{"nobody"}},
		"reason":        {Reasons: []string{"because"}},
		"ignored":       {Reasons: []string{"empty_page"}},
		"id":            {IDs: []string{"zzzz"}},
		"empty id":      {IDs: []string{""}},
		"ambiguous ids": {IDs: []string{ambiguous(s.refusals(pipeline.QuarantineFilter{}))}},
	} {
		var usage *pipeline.UsageError
		err := pipeline.EachRefusal(context.Background(), s.config(), filter, func(*pipeline.Refusal) error { return nil })
		require.ErrorAs(t, err, &usage, name)
	}
	var usage *pipeline.UsageError
	_, err := pipeline.DropRefusals(context.Background(), s.config(), pipeline.DropOptions{})
	require.ErrorAs(t, err, &usage, "nothing named is not everything")
}

// ambiguous is a beginning that several ids share: of 33 ids, two have the same first of 32 characters.
func ambiguous(all []*pipeline.Refusal) string {
	seen := map[string]bool{}
	for _, r := range all {
		if seen[r.ID[:1]] {
			return r.ID[:1]
		}
		seen[r.ID[:1]] = true
	}
	return ""
}

func TestQuarantineEmptiesWhenTheArchiveIsMended(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "a.ndjson", []byte("{\"id\": 1, \n"+deskCall(2)+"\n"))
	s.source()
	require.Len(t, s.refusals(pipeline.QuarantineFilter{}), 1)
	s.archive("ccai", "a.ndjson", []byte(deskCall(1)+"\n"+deskCall(2)+"\n"))
	s.source()
	require.Empty(t, s.refusals(pipeline.QuarantineFilter{}))
}

// TestWarningsCountOpenRefusals follows a decision into a report.
func TestWarningsCountOpenRefusals(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "a.ndjson", []byte("{\"id\": 1, \n"+deskCall(2)+"\n"))
	warnings := func() string {
		s.source()
		results, err := pipeline.Report(context.Background(), s.config(), pipeline.ReportOptions{Name: "sla", Kind: "day", Date: "2026-05-05"})
		require.NoError(t, err)
		text, err := json.Marshal(results[0].Report.Warnings)
		require.NoError(t, err)
		return string(text)
	}
	require.Contains(t, warnings(), desk+": 1 record could not be read and lies in quarantine.")
	s.drop(pipeline.DropOptions{Filter: pipeline.QuarantineFilter{Sources: []string{desk}}})
	require.NotContains(t, warnings(), "quarantine")
}

func TestDecisionsAreWrittenTheSameWay(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "a.ndjson", []byte("{\"id\": 1, \n{\"id\": 2, \n"+deskCall(2)+"\n"))
	s.source()
	at := time.Date(2026, 5, 6, 7, 8, 9, 10, time.UTC)
	s.drop(pipeline.DropOptions{Filter: pipeline.QuarantineFilter{Sources: []string{desk}}, Now: func() time.Time { return at }})
	text, err := os.ReadFile(s.path("lake", "_ledger", desk+".quarantine.json"))
	require.NoError(t, err)
	var acts []struct {
		State string
		At    time.Time
		IDs   []string
	}
	require.NoError(t, json.Unmarshal(text, &acts))
	require.Len(t, acts, 1)
	require.Len(t, acts[0].IDs, 2)
	require.Empty(t, cmp.Diff(at.Truncate(time.Second), acts[0].At))
	s.drop(pipeline.DropOptions{Filter: pipeline.QuarantineFilter{Sources: []string{desk}}, Undo: true})
	text, err = os.ReadFile(s.path("lake", "_ledger", desk+".quarantine.json"))
	require.NoError(t, err)
	require.Equal(t, "[]\n", string(text))
}

// TestOneOfAPage refuses one record of several in a span: it alone is shown, replayed and repaired.
func TestOneOfAPage(t *testing.T) {
	s := newSite(t)
	call := func(id string) string {
		return `{` + id + `"is_inbound":true,"is_ended":true,"started_at":1767600000,"type":"answered","note":"` + strings.Repeat("n", 70_000) + `"}`
	}
	refused := call("")
	page := `{"received_at":"2026-01-06T09:00:00Z","body":{"calls":[` + call(`"id":1,`) + "," + refused + "," + call(`"id":3,`) + `]}}`
	s.archive("nectardesk", "page.json", []byte(page))
	s.source()
	all := s.refusals(pipeline.QuarantineFilter{})
	require.Len(t, all, 1)
	r := all[0]
	require.Equal(t, "no_call_id", r.Reason)
	require.Equal(t, []int32{1, 3}, []int32{r.Position, r.Of})
	require.EqualValues(t, len(page), r.Length)
	got, err := s.raw(r)
	require.NoError(t, err)
	require.True(t, got == refused)
	require.Equal(t, []string{"refused no_call_id"}, s.replay(pipeline.QuarantineFilter{}))
	_, err = s.repair(r.ID, call(`"id":2,`))
	require.NoError(t, err)
	s.source()
	require.Equal(t, []string{"1", "2", "3"}, s.column(`SELECT call_id FROM calls ORDER BY call_id`))

	s.archive("nectardesk", "page.json", []byte(strings.Replace(page, "\"note\":\"n", "\"note\":\"m", 3)))
	_, err = s.raw(r)
	require.ErrorIs(t, err, pipeline.ErrPayloadGone)
}

// TestRefusalsOfAFileThatComesBack takes a file away and brings it back: what was refused of it is refused once.
func TestRefusalsOfAFileThatComesBack(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "a.ndjson", []byte(deskCall(1)+"\n{\"id\":}\n"))
	s.archive("ccai", "b.ndjson", []byte(deskCall(2)+"\n"))
	_, err := s.run(pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
	require.Len(t, s.refusals(pipeline.QuarantineFilter{}), 1)
	path := s.path("archive", "ccai", "a.ndjson")
	require.NoError(t, os.Rename(path, s.path("away")))
	_, err = s.run(pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
	require.Len(t, s.refusals(pipeline.QuarantineFilter{}), 1, "it is kept of a file that is away")
	require.NoError(t, os.Rename(s.path("away"), path))
	_, err = s.run(pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
	require.Len(t, s.refusals(pipeline.QuarantineFilter{}), 1)

	// The file is there, but cannot be opened.
	require.NoError(t, os.Rename(path, s.path("away")))
	require.NoError(t, os.Symlink(s.path("nowhere"), path))
	_, err = s.run(pipeline.RunOptions{NoReport: true})
	require.ErrorIs(t, err, pipeline.ErrIncomplete)
	require.NoError(t, os.Remove(path))
	s.archive("ccai", "a.ndjson", []byte(deskCall(1)+"\n"+deskCall(3)+"\n"))
	_, err = s.run(pipeline.RunOptions{NoReport: true})
	require.NoError(t, err)
	require.Empty(t, s.refusals(pipeline.QuarantineFilter{}), "it was mended while it was away")
}
