package extract

import (
	"bufio"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func answerOf(path, body string) Envelope {
	received := time.Date(2026, 1, 12, 2, 30, 0, 123456789, time.FixedZone("", 3600))
	return Envelope{ReceivedAt: received, Path: path, Status: 200, Body: []byte(body)}
}

// names lists the files below a folder.
func names(t *testing.T, folder string) []string {
	t.Helper()
	var all []string
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			all = append(all, strings.TrimPrefix(path, folder+"/"))
		}
		return err
	}))
	return all
}

func TestLandedLine(t *testing.T) {
	line := appendEnvelope(nil, answerOf("/calls/1", "{\r\n  \"a\": \"x\\ny }{ \u2028\",\n\t\"b\": [1,\n2]\n}"))
	require.Equal(t, "{\"received_at\":\"2026-01-12T01:30:00.123456789Z\",\"path\":\"/calls/1\",\"status\":200,"+
		"\"body\":{  \"a\": \"x\\ny }{ \u2028\",\t\"b\": [1,2]}}\n", string(line))
}

func TestLandingIsReadBackAsOneRecordPerLine(t *testing.T) {
	land, folder := testLanding(t)
	want := []string{
		`{"a": 1}`,
		"{\n  \"b\": {\n    \"c\": \"}{\"\n  }\n}",
		`[{"d": 1}, {"d": 2}]`,
		`{"e": "[\"x\\", "f": "` + strings.Repeat("long ", 20_000) + `"}`,
		`{}`,
	}
	for i, body := range want {
		n, err := land.Append(answerOf(fmt.Sprintf("/calls/%d", i), body))
		require.NoError(t, err)
		require.EqualValues(t, i+1, n)
	}
	require.Zero(t, land.Durable())
	require.Empty(t, names(t, folder))
	require.NoError(t, land.Close())
	require.EqualValues(t, len(want), land.Durable())

	lines := landedIn(t, folder)
	require.Len(t, lines, len(want))
	for i, line := range lines {
		require.Equal(t, fmt.Sprintf("/calls/%d", i), line.Path)
		require.Equal(t, 200, line.Status)
		require.True(t, line.ReceivedAt.Equal(answerOf("", "").ReceivedAt))
		require.JSONEq(t, want[i], string(line.Body))
	}
}

func TestChunks(t *testing.T) {
	t.Run("by number", func(t *testing.T) {
		land, folder := testLanding(t)
		for i := range 2*chunkAnswers + 1 {
			_, err := land.Append(answerOf("/calls/"+strconv.Itoa(i), "{}"))
			require.NoError(t, err)
			require.EqualValues(t, (i+1)/chunkAnswers*chunkAnswers, land.Durable())
		}
		require.NoError(t, land.Close())
		require.Equal(t, []string{"run1-000001.ndjson.zst", "run1-000002.ndjson.zst", "run1-000003.ndjson.zst"}, names(t, folder))
		require.Len(t, landedIn(t, folder), 2*chunkAnswers+1)
	})
	t.Run("by size", func(t *testing.T) {
		land, folder := testLanding(t)
		// Many of these in one file would pass for a decompression bomb.
		large := `{"text": "` + strings.Repeat("x", maxBodyBytes-20) + `"}`
		for i := range 2 {
			_, err := land.Append(answerOf("/calls/"+strconv.Itoa(i), large))
			require.NoError(t, err)
			require.EqualValues(t, i+1, land.Durable())
		}
		require.NoError(t, land.Close())
		require.Len(t, landedIn(t, folder), 2)
	})
	t.Run("nothing", func(t *testing.T) {
		land, folder := testLanding(t)
		require.NoError(t, land.Flush())
		require.NoError(t, land.Close())
		require.Empty(t, names(t, folder))
	})
}

func TestLandingGoesOnWithTheNextFile(t *testing.T) {
	folder := t.TempDir()
	for _, run := range []string{"run1", "run1", "run", "run1-7"} {
		land, err := OpenLanding(folder, run)
		require.NoError(t, err)
		_, err = land.Append(answerOf("/calls/1", "{}"))
		require.NoError(t, err)
		require.NoError(t, land.Close())
	}
	require.Equal(t, []string{
		"run-000001.ndjson.zst", "run1-000001.ndjson.zst", "run1-000002.ndjson.zst", "run1-7-000001.ndjson.zst",
	}, names(t, folder))
}

func TestLandingErrors(t *testing.T) {
	t.Run("names of runs", func(t *testing.T) {
		for _, run := range []string{"", "a/b", ".", "..", ".run"} {
			_, err := OpenLanding(t.TempDir(), run)
			require.ErrorContains(t, err, "is no name of a run")
		}
	})
	t.Run("a file is in the way", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "file")
		write(t, path, "")
		_, err := OpenLanding(path, "run1")
		require.ErrorContains(t, err, "opening landing: mkdir "+path)
		_, err = OpenLanding(filepath.Join(path, "below"), "run1")
		require.ErrorContains(t, err, "opening landing: ")
	})
	t.Run("no JSON", func(t *testing.T) {
		land, folder := testLanding(t)
		_, err := land.Append(answerOf("/calls/1", "{\"a\": \"cut"))
		require.EqualError(t, err, "landing answer to /calls/1: its body is no JSON value")
		_, err = land.Append(answerOf("/calls/2", "{}"))
		require.NoError(t, err, "the next one can be landed")
		require.NoError(t, land.Close())
		require.Equal(t, []string{"/calls/2"}, pathsOf(landedIn(t, folder)))
	})
	t.Run("the folder is gone", func(t *testing.T) {
		land, folder := testLanding(t)
		_, err := land.Append(answerOf("/calls/1", "{}"))
		require.NoError(t, err)
		require.NoError(t, os.RemoveAll(folder))
		first := land.Flush()
		require.ErrorIs(t, first, fs.ErrNotExist)
		require.ErrorContains(t, first, "landing answers in "+folder)
		require.Zero(t, land.Durable())
		require.NoError(t, os.MkdirAll(folder, 0o755))
		_, err = land.Append(answerOf("/calls/2", "{}"))
		require.Equal(t, first, err, "an answer is missing: nothing may pass for landed after it")
		require.Equal(t, first, land.Close())
		require.Empty(t, names(t, folder))
	})
	t.Run("the name is taken", func(t *testing.T) {
		land, folder := testLanding(t)
		require.NoError(t, os.MkdirAll(filepath.Join(folder, "run1-000001.ndjson.zst", "x"), 0o755))
		_, err := land.Append(answerOf("/calls/1", "{}"))
		require.NoError(t, err)
		require.Error(t, land.Close())
		require.Zero(t, land.Durable())
	})
	t.Run("after the end", func(t *testing.T) {
		land, _ := testLanding(t)
		require.NoError(t, land.Close())
		_, err := land.Append(answerOf("/calls/1", "{}"))
		require.ErrorIs(t, err, fs.ErrClosed)
	})
}

func TestCleanLanding(t *testing.T) {
	land, folder := testLanding(t)
	_, err := land.Append(answerOf("/calls/1", "{}"))
	require.NoError(t, err)
	require.NoError(t, land.Close())
	root := filepath.Dir(filepath.Dir(folder))
	yesterday := filepath.Join(root, "source=test", "2026-01-11")
	require.NoError(t, os.MkdirAll(yesterday, 0o755))
	write(t, folder+"/run0-000007.ndjson.zst.tmp", "half a chunk")
	write(t, yesterday+"/run9-000001.ndjson.zst.tmp", "")
	write(t, yesterday+"/note.tmp", "somebody's own")
	require.Equal(t, []string{"/calls/1"}, pathsOf(landedIn(t, root)), "no half file is ever read")

	require.NoError(t, CleanLanding(root))
	require.Equal(t, []string{"source=test/2026-01-11/note.tmp", "source=test/2026-01-12/run1-000001.ndjson.zst"}, names(t, root))
	require.NoError(t, CleanLanding(filepath.Join(root, "source=new")))
}

// landUntilKilled is the second process of TestLandingSurvivesKill: it says what is durable, as soon as it is.
func landUntilKilled(folder string) int {
	land, err := OpenLanding(folder, "killed")
	for i := 0; err == nil; i++ {
		said := land.Durable()
		_, err = land.Append(answerOf(strconv.Itoa(i), `{"padding": "`+strings.Repeat("x", rand.IntN(4000))+`"}`))
		if now := land.Durable(); err == nil && now > said {
			_, err = fmt.Println(now)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

func TestLandingSurvivesKill(t *testing.T) {
	for round := range 8 {
		folder := filepath.Join(t.TempDir(), "landing")
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), landingChild+"="+folder)
		child.Stderr = os.Stderr
		said, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		durable := 0
		lines := bufio.NewScanner(said)
		for range round + 1 {
			require.True(t, lines.Scan())
		}
		require.NoError(t, child.Process.Kill())
		for ok := true; ok; ok = lines.Scan() {
			durable, err = strconv.Atoi(lines.Text())
			require.NoError(t, err)
		}
		require.EqualError(t, child.Wait(), "signal: killed")

		landed := landedIn(t, folder)
		require.GreaterOrEqual(t, len(landed), durable, "what was counted is there")
		require.LessOrEqual(t, len(landed), durable+chunkAnswers, "no more than one chunk was on its way")
		for i, line := range landed {
			require.Equal(t, strconv.Itoa(i), line.Path)
		}
		require.NoError(t, CleanLanding(folder))
		for _, name := range names(t, folder) {
			require.True(t, strings.HasSuffix(name, landedSuffix), name)
		}
	}
}
