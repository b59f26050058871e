package pipeline_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callmart/load"
	"callmart/pipeline"
)

const day = 24 * time.Hour

func TestParseAge(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"1d": day, "90d": 90 * day, "2w": 14 * day, "24h": day, "36h30m": 36*time.Hour + 30*time.Minute, " 7d ": 7 * day,
	} {
		got, err := pipeline.ParseAge(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for text, message := range map[string]string{
		"": "nothing says how old", "0d": "less than a day", "23h59m": "less than a day", "-5d": "less than a day", "-48h": "less than a day",
		"90": "is no age", "d": "is no age", "1.5d": "is no age", "90 days": "is no age", "999999999d": "is no age", "99999999999999999999w": "is no age", "1d12h": "is no age",
	} {
		_, err := pipeline.ParseAge(text)
		var usage *pipeline.UsageError
		require.ErrorAs(t, err, &usage, text)
		require.Contains(t, usage.Message, message, text)
		require.Contains(t, usage.Try, "the least is 1d")
	}
}

func at(date string) func() time.Time {
	t, err := time.Parse(time.DateOnly, date)
	return func() time.Time {
		if err != nil {
			return time.Time{}
		}
		return t.Add(12 * time.Hour)
	}
}

func prune(t *testing.T, cfg *pipeline.Config, opt pipeline.PruneOptions) *pipeline.Pruned {
	t.Helper()
	p, err := pipeline.Prune(context.Background(), cfg, opt)
	require.NoError(t, err)
	return p
}

// part returns what was deleted or kept of a kind.
func part(parts []pipeline.PrunedPart, kind string) (found []pipeline.PrunedPart) {
	for _, p := range parts {
		if p.Kind == kind {
			found = append(found, p)
		}
	}
	return found
}

// TestPrunedAnswersAreNotFetchedAgain deletes API answers that are old: what the lake knows stays, nothing is asked for
// again, and a rebuild from the raw records refuses the dates that they told of.
func TestPrunedAnswersAreNotFetchedAgain(t *testing.T) {
	api, s := newVendorAPI(t), newSite(t)
	later := 200_000 // seconds after the others: a date of which only the API told
	s.archive("nectar", "1.json", []byte(webhook(1)))
	for _, id := range []int{1, 2, 77, later} {
		api.calls[fmt.Sprint(id)] = rest(id, true)
	}
	require.NoError(t, os.WriteFile(s.path("ids.txt"), fmt.Appendf(nil, "2\n%d\n", later), 0o644))
	cfg := s.apiConfig(api.URL, `{from: [webhooks, parents], file: ids.txt}`)
	run := func(date string, opt pipeline.RunOptions) (*pipeline.Manifest, error) {
		opt.Now, opt.NoReport = at(date), true
		return pipeline.Run(context.Background(), cfg, opt)
	}
	_, err := run("2026-01-06", pipeline.RunOptions{})
	require.NoError(t, err)
	_, err = run("2026-03-06", pipeline.RunOptions{}) // the parent
	require.NoError(t, err)
	require.Equal(t, map[string]int{"1": 1, "2": 1, "77": 1, fmt.Sprint(later): 1}, api.asked)

	before, whole := s.tables(), s.snapshot()
	opt := pipeline.PruneOptions{OlderThan: 30 * day, Dry: true, Now: at("2026-03-20")}
	dry := prune(t, cfg, opt)
	require.Equal(t, whole, s.snapshot(), "a dry run changes not one byte")
	opt.Dry = false
	p := prune(t, cfg, opt)
	p.Dry = true
	require.Equal(t, dry, p, "a dry run tells what will be deleted")
	require.Equal(t, []pipeline.PrunedPart{{Source: "nectar", Kind: "raw", Files: 1, Bytes: p.Bytes, First: "2026-01-06", Last: "2026-01-06"}}, p.Deleted)
	require.NoDirExists(t, s.path("lake", "_raw", "source=nectar", "2026-01-06"))
	require.DirExists(t, s.path("lake", "_raw", "source=nectar", "2026-03-06"))
	require.Empty(t, prune(t, cfg, opt).Deleted)

	m, err := run("2026-03-21", pipeline.RunOptions{})
	require.NoError(t, err)
	require.False(t, m.Changed)
	require.Zero(t, m.Sources[0].Accounting.Read)
	require.Equal(t, map[string]int{"1": 1, "2": 1, "77": 1, fmt.Sprint(later): 1}, api.asked)
	requireSameFiles(t, before, s.tables())

	_, err = run("2026-03-22", pipeline.RunOptions{Rebuild: pipeline.FromRaw, Offline: true})
	require.ErrorIs(t, err, pipeline.ErrIncomplete)
	require.ErrorContains(t, err, "2026-01-05: 1 calls that the lake has are in no readable file any more")
	require.ErrorContains(t, err, "2026-01-07: 1 calls that the lake has are in no readable file any more", "also of a date that nothing tells of any more")
	requireSameFiles(t, before, s.tables())
	m, err = run("2026-03-23", pipeline.RunOptions{Rebuild: pipeline.FromObservations, Offline: true})
	require.NoError(t, err)
	require.False(t, m.Changed)
	_, err = run("2026-03-24", pipeline.RunOptions{})
	require.NoError(t, err)
	require.Equal(t, map[string]int{"1": 1, "2": 1, "77": 1, fmt.Sprint(later): 1}, api.asked, "nor after that")
	requireSameFiles(t, before, s.tables())
}

// TestRebuildForgetsNoPrunedAnswer deletes the API's copies of calls that webhooks tell of too: a rebuild from the raw
// records must not make the rows of the webhooks alone. Where the records lie in other files now, nothing is lost.
func TestRebuildForgetsNoPrunedAnswer(t *testing.T) {
	api, s := newVendorAPI(t), newSite(t)
	s.archive("nectar", "a.ndjson", []byte(webhook(1)+"{\"id\":\n"+webhook(2)))
	s.archive("nectar", "b.ndjson", []byte(strings.ReplaceAll(webhook(3), "2026-01-05", "2026-02-05")))
	api.calls["1"], api.calls["2"] = rest(1, true), rest(2, true)
	cfg := s.apiConfig(api.URL, `{from: [webhooks]}`)
	run := func(date string, opt pipeline.RunOptions) error {
		opt.Now, opt.NoReport = at(date), true
		_, err := pipeline.Run(context.Background(), cfg, opt)
		return err
	}
	require.NoError(t, run("2026-02-06", pipeline.RunOptions{}))
	before := s.lakeTables()
	require.NoError(t, os.Rename(s.path("archive", "nectar", "a.ndjson"), s.path("archive", "nectar", "rotated.ndjson")))
	require.NoError(t, run("2026-02-07", pipeline.RunOptions{Offline: true, Rebuild: pipeline.FromRaw}))
	requireSameFiles(t, before, s.lakeTables())

	require.Len(t, prune(t, cfg, pipeline.PruneOptions{OlderThan: day, Now: at("2026-06-01")}).Deleted, 1)
	for _, opt := range []pipeline.RunOptions{{}, {From: "2026-01-01", To: "2026-01-31"}} {
		opt.Offline, opt.Rebuild = true, pipeline.FromRaw
		err := run("2026-06-02", opt)
		require.ErrorIs(t, err, pipeline.ErrIncomplete)
		require.ErrorContains(t, err, "2026-01-05: records of 2 calls that the lake has are in no readable file any more")
		require.NotContains(t, err.Error(), "2026-02-05")
		requireSameFiles(t, before, s.lakeTables())
	}
	require.NoError(t, run("2026-06-03", pipeline.RunOptions{Offline: true, Rebuild: pipeline.FromRaw, From: "2026-02-01", To: "2026-02-28"}), "other dates can be made")
	require.NoError(t, run("2026-06-04", pipeline.RunOptions{}))
	require.Len(t, s.refusalsOf(cfg), 1, "a file that was read again is refused once")
	requireSameFiles(t, before, s.lakeTables())
	require.Equal(t, map[string]int{"1": 1, "2": 1, "3": 1}, api.asked)
}

// TestPruneKeepsAnswersThatNoRunTookIn brings an answer that landed before its run was killed.
func TestPruneKeepsAnswersThatNoRunTookIn(t *testing.T) {
	api, s := newVendorAPI(t), newSite(t)
	api.calls["1"], api.calls["2"] = rest(1, true), `{"calls":{"id":2}}`
	cfg := s.apiConfig(api.URL, `{from: [], range: [1, 2]}`)
	_, err := pipeline.Run(context.Background(), cfg, pipeline.RunOptions{NoReport: true, Now: at("2026-01-06")})
	require.NoError(t, err)
	refused := s.refusalsOf(cfg)
	require.Len(t, refused, 1)
	landed, err := os.ReadFile(refused[0].File)
	require.NoError(t, err)
	unread := filepath.Join(filepath.Dir(refused[0].File), "killed-000001.ndjson.zst")
	require.NoError(t, os.WriteFile(unread, landed, 0o644))

	opt := pipeline.PruneOptions{OlderThan: day, Now: at("2026-06-01")}
	p := prune(t, cfg, opt)
	require.Empty(t, p.Deleted)
	require.Len(t, part(p.Kept, "raw"), 2, "one is not taken in, one holds an open refusal: %+v", p.Kept)

	_, err = pipeline.DropRefusals(context.Background(), cfg, pipeline.DropOptions{Filter: pipeline.QuarantineFilter{IDs: []string{refused[0].ID}}, Now: at("2026-05-31")})
	require.NoError(t, err)
	p = prune(t, cfg, opt)
	require.Len(t, part(p.Deleted, "raw"), 1, "it was dropped")
	require.Len(t, part(p.Kept, "raw"), 1)
	require.FileExists(t, unread)
	require.NoFileExists(t, refused[0].File)
	_, err = pipeline.Run(context.Background(), cfg, pipeline.RunOptions{NoReport: true, Now: at("2026-06-02")})
	require.NoError(t, err)
	require.Len(t, part(prune(t, cfg, opt).Deleted, "raw"), 1, "taken in now")
}

func (s *site) refusalsOf(cfg *pipeline.Config) (all []*pipeline.Refusal) {
	s.t.Helper()
	require.NoError(s.t, pipeline.EachRefusal(context.Background(), cfg, pipeline.QuarantineFilter{Decided: true}, func(r *pipeline.Refusal) error {
		all = append(all, r)
		return nil
	}))
	return all
}

// TestPruneTakesTextsOfSettledRefusals drops one refused record, repairs another and leaves a third open.
func TestPruneTakesTextsOfSettledRefusals(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "a.ndjson", []byte(deskCall(1)+"\n{\"ping\":\"<1>\"}\n{\"id\":7,\"status\":\"finished\"}\n{\"id\": 8, \n"+deskCall(9)+"\n"))
	s.source()
	ids := map[string]string{}
	for _, r := range s.refusals(pipeline.QuarantineFilter{}) {
		ids[r.Reason] = r.ID
	}
	require.Len(t, ids, 3)
	require.EqualValues(t, 1, s.drop(pipeline.DropOptions{Filter: pipeline.QuarantineFilter{IDs: []string{ids["not_a_call"]}}})["not_a_call"])
	repair, err := s.repair(ids["no_date"], deskCall(7))
	require.NoError(t, err)
	counts := pipeline.QuarantineManifest{Open: 1, Dropped: 1, Replayed: 1}
	require.Equal(t, &counts, s.source().Quarantine)
	tables := s.tables()

	cfg := s.config()
	soon := prune(t, cfg, pipeline.PruneOptions{OlderThan: 2 * day})
	require.Empty(t, soon.Deleted, "they were decided on just now")
	require.Equal(t, []pipeline.PrunedPart{{Source: desk, Kind: "quarantine", Why: "nobody decided on them", Records: 1}}, soon.Kept)

	in3Days := func() time.Time { return time.Now().Add(3 * day) }
	before := s.snapshot()
	dry := prune(t, cfg, pipeline.PruneOptions{OlderThan: 2 * day, Dry: true, Now: in3Days})
	require.Equal(t, before, s.snapshot())
	p := prune(t, cfg, pipeline.PruneOptions{OlderThan: 2 * day, Now: in3Days})
	require.Equal(t, dry.Deleted, p.Deleted)
	q := part(p.Deleted, "quarantine")
	require.Len(t, q, 1)
	require.EqualValues(t, 2, q[0].Records)
	require.Equal(t, "a decision rests on it", part(p.Kept, "repairs")[0].Why)
	require.FileExists(t, s.path("lake", repair.Raw))

	require.True(t, s.refusal(ids["not_a_call"]).Pruned)
	require.Empty(t, s.refusal(ids["not_a_call"]).Payload)
	require.Equal(t, pipeline.Replayed, s.refusal(ids["no_date"]).State(), "no decision became void")
	_, err = s.raw(s.refusal(ids["no_date"]))
	require.ErrorIs(t, err, pipeline.ErrPayloadPruned)
	text, err := s.raw(s.refusal(ids["not_json"]))
	require.NoError(t, err)
	require.Contains(t, text, `{"id": 8,`)

	require.Empty(t, prune(t, cfg, pipeline.PruneOptions{OlderThan: 2 * day, Now: in3Days}).Deleted, "nothing is left to do")
	require.Equal(t, &counts, s.source().Quarantine)
	requireSameFiles(t, tables, s.tables())
	m, err := s.run(pipeline.RunOptions{NoReport: true, Rebuild: pipeline.FromRaw})
	require.NoError(t, err)
	require.False(t, m.Changed)
	require.NotEmpty(t, s.refusal(ids["not_a_call"]).Payload, "a rebuild meets the record again, and knows the decision")
	require.Equal(t, pipeline.Dropped, s.refusal(ids["not_a_call"]).State())
}

// TestPruneDeletesRepairsThatNothingRestsOn takes the decisions away.
func TestPruneDeletesRepairsThatNothingRestsOn(t *testing.T) {
	s := newSite(t)
	s.archive("ccai", "a.ndjson", []byte("{\"id\":7,\"status\":\"finished\"}\n"))
	s.source()
	repair, err := s.repair(s.refusals(pipeline.QuarantineFilter{})[0].ID, deskCall(7))
	require.NoError(t, err)
	s.source()
	require.NoError(t, os.Remove(s.path("lake", "_ledger", desk+".quarantine.json")))
	p := prune(t, s.config(), pipeline.PruneOptions{OlderThan: day, Now: func() time.Time { return time.Now().Add(3 * day) }})
	require.Len(t, part(p.Deleted, "repairs"), 1)
	require.NoFileExists(t, s.path("lake", repair.Raw))
	require.Equal(t, map[string]int64{desk: 1}, s.rows("calls"))
}

// TestPruneKeepsManifestsThatAreRead invents a long history of a source that changed rarely, and of one that is gone.
func TestPruneKeepsManifestsThatAreRead(t *testing.T) {
	s := newSite(t)
	write := func(n int, changed bool, sources ...string) string {
		began := time.Date(2025, 1, 1, 1, 0, 0, 0, time.UTC).AddDate(0, 0, n)
		m := pipeline.Manifest{Run: began.Format("20060102T150405.000Z") + "-000000", StartedAt: began, FinishedAt: began, Changed: changed, Complete: true}
		for _, source := range sources {
			m.Sources = append(m.Sources, pipeline.SourceManifest{Source: source, Complete: true})
		}
		text, err := json.Marshal(m)
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(s.path("lake", "_runs"), 0o755))
		require.NoError(t, os.WriteFile(s.path("lake", "_runs", m.Run+".json"), text, 0o644))
		return m.Run
	}
	var wanted []string
	for n := range 200 {
		switch n {
		case 10:
			wanted = append(wanted, write(n, true, "gone", desk)) // the last change of both
		case 12:
			wanted = append(wanted, write(n, false, "gone")) // the last run of a source that is gone
		case 20:
			wanted = append(wanted, write(n, true, "whippy-1")) // the last that changed anything
		default:
			write(n, n == 3, desk, "whippy-1")
		}
	}
	broken := s.path("lake", "_runs", "20250101T000000.000Z-ffffff.json")
	require.NoError(t, os.WriteFile(broken, []byte("{"), 0o644))

	cfg := s.config()
	all := prune(t, cfg, pipeline.PruneOptions{OlderThan: 30 * day, Sources: []string{desk}, Now: at("2026-06-01")})
	require.Empty(t, all.Deleted, "manifests are no source's")
	p := prune(t, cfg, pipeline.PruneOptions{OlderThan: 30 * day, Now: at("2026-06-01")})
	require.Len(t, p.Problems, 1)
	require.FileExists(t, broken)
	left, err := fs.Glob(os.DirFS(s.path("lake", "_runs")), "*.json")
	require.NoError(t, err)
	require.Len(t, left, 100+len(wanted)+1)
	require.Equal(t, []pipeline.PrunedPart{{Kind: "runs", Files: 97, Bytes: p.Bytes, First: "2025-01-01", Last: "2025-04-10"}}, p.Deleted)
	for _, run := range wanted {
		require.FileExists(t, s.path("lake", "_runs", run+".json"))
	}
	young := newSite(t)
	require.Empty(t, prune(t, young.config(), pipeline.PruneOptions{OlderThan: day}).Deleted)
	require.NoDirExists(t, young.path("lake"), "there was nothing to prune, and nothing is made")
}

func TestPruneWantsTheLock(t *testing.T) {
	s := newSite(t)
	lake, err := load.Open(context.Background(), s.path("lake"), load.Options{})
	require.NoError(t, err)
	unlock, err := lake.Lock()
	require.NoError(t, err)
	_, err = pipeline.Prune(context.Background(), s.config(), pipeline.PruneOptions{OlderThan: day})
	var locked *load.LockedError
	require.ErrorAs(t, err, &locked)
	_, err = pipeline.Prune(context.Background(), s.config(), pipeline.PruneOptions{OlderThan: day, Dry: true})
	require.NoError(t, err, "who looks takes no lock")
	require.NoError(t, unlock())
	var usage *pipeline.UsageError
	_, err = pipeline.Prune(context.Background(), s.config(), pipeline.PruneOptions{OlderThan: time.Hour})
	require.ErrorAs(t, err, &usage)
	_, err = pipeline.Prune(context.Background(), s.config(), pipeline.PruneOptions{OlderThan: day, Sources: []string{"nobody"}})
	require.ErrorAs(t, err, &usage)
}
