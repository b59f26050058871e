package pipeline_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callmart/pipeline"
)

// TestHalfWrittenTail lets a file end in the middle of a record: it waits for the rest for a day, is read when the rest
// comes, and is refused when it never does.
func TestHalfWrittenTail(t *testing.T) {
	whole := `{"id":1,"status":"finished","call_type":"Voice Inbound","created_at":"2026-05-05T10:00:00Z"}` + "\n"
	half := `{"id":2,"status":"finished","call_ty`
	s := newSite(t)
	s.archive("ccai", "a.ndjson", []byte(whole+half))

	m, err := s.run(pipeline.RunOptions{})
	require.NoError(t, err)
	require.Equal(t, pipeline.Accounting{Read: 1, New: 1}, m.Sources[1].Accounting)
	require.EqualValues(t, len(half), m.Sources[1].PendingBytes)

	m, err = s.run(pipeline.RunOptions{Now: func() time.Time { return time.Now().Add(25 * time.Hour) }})
	require.NoError(t, err)
	require.Equal(t, pipeline.Accounting{Read: 1, Quarantined: 1}, m.Sources[1].Accounting)
	require.Equal(t, pipeline.Accounting{Read: 2, New: 1, Quarantined: 1}, m.Sources[1].Totals.Accounting)
	require.Equal(t, map[string]int64{"incomplete_record": 1}, m.Sources[1].QuarantineReason)
	require.Equal(t, []string{"refused incomplete_record"}, s.replay(pipeline.QuarantineFilter{}))

	f, err := os.OpenFile(s.path("archive", "ccai", "a.ndjson"), os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.WriteString(`pe":"Voice Inbound","created_at":"2026-05-05T11:00:00Z"}` + "\n")
	require.NoError(t, err)
	require.NoError(t, f.Close())
	m, err = s.run(pipeline.RunOptions{})
	require.NoError(t, err)
	require.Equal(t, pipeline.Accounting{Read: 1, New: 1}, m.Sources[1].Accounting)
	require.Equal(t, &pipeline.QuarantineManifest{}, m.Sources[1].Quarantine, "the rest came after all")
	require.Zero(t, m.Sources[1].PendingBytes)
	require.Equal(t, map[string]int64{"ccai-1": 2}, s.rows("calls"))
}

// TestHalfWrittenLine lets a log of query strings end without a line break: nothing but that says that the last line is
// whole, so it waits for a day and is then taken as it is.
func TestHalfWrittenLine(t *testing.T) {
	line := func(sid string) string {
		return "CallSid=" + sid + "&StartTime=2026-05-05+10:00:00&EndTime=2026-05-05+10:01:00&Direction=IVR&Status=ANSWER"
	}
	s := newSite(t)
	grow := func(text string) {
		f, err := os.OpenFile(s.path("archive", "callerdesk", "a.log"), os.O_APPEND|os.O_WRONLY, 0)
		require.NoError(t, err)
		_, err = f.WriteString(text)
		require.NoError(t, err)
		require.NoError(t, f.Close())
	}
	s.archive("callerdesk", "a.log", []byte(line("1777955400.1")+"\nCallSid=17779"))
	m, err := s.run(pipeline.RunOptions{})
	require.NoError(t, err)
	require.Equal(t, pipeline.Accounting{Read: 1, New: 1}, m.Sources[0].Accounting)
	require.EqualValues(t, 13, m.Sources[0].PendingBytes)

	grow(line("1777955400.2")[13:] + "\n" + line("1777955400.3"))
	m, err = s.run(pipeline.RunOptions{})
	require.NoError(t, err)
	require.Equal(t, pipeline.Accounting{Read: 1, New: 1}, m.Sources[0].Accounting)

	m, err = s.run(pipeline.RunOptions{Now: func() time.Time { return time.Now().Add(25 * time.Hour) }})
	require.NoError(t, err)
	require.Equal(t, pipeline.Accounting{Read: 1, New: 1}, m.Sources[0].Accounting)
	require.Zero(t, m.Sources[0].PendingBytes)

	grow("\n" + line("1777955400.4") + "\n")
	_, err = s.run(pipeline.RunOptions{})
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"callerdesk-1": 4}, s.rows("calls"))
	require.Empty(t, s.refusals(pipeline.QuarantineFilter{}))

	// A file of one line is a webhook's body, taken at once. If it grows after all, it is read anew.
	s.archive("callerdesk", "b.log", []byte(line("1777955400.5")))
	m, err = s.run(pipeline.RunOptions{})
	require.NoError(t, err)
	require.Equal(t, pipeline.Accounting{Read: 1, New: 1}, m.Sources[0].Accounting)
	s.archive("callerdesk", "b.log", []byte(line("1777955400.5")+"&TalkDuration=7\n"))
	_, err = s.run(pipeline.RunOptions{})
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"callerdesk-1": 5}, s.rows("calls"))
	require.Empty(t, s.refusals(pipeline.QuarantineFilter{}))
}
