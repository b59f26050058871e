package main

import (
	"context"
	"errors"
	"os/exec"
	"regexp"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"callmart/load"
)

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"callmart": main}) }

// Each testdata/script/*.txt is a session with the real command line. `exits N command...` wants exit status N,
// `locked lake N command...` too, while another run holds the lake; `id` puts the first id of the last output into $ID.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "locked": locked, "id": firstID},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N command...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

func locked(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("usage: locked lake N command...")
	}
	lake, err := load.Open(context.Background(), ts.MkAbs(args[0]), load.Options{})
	ts.Check(err)
	unlock, err := lake.Lock()
	ts.Check(err)
	defer func() { ts.Check(unlock()) }()
	exits(ts, neg, args[1:])
}

var idField = regexp.MustCompile(`"id":"([^"]+)"`)

func firstID(ts *testscript.TestScript, _ bool, _ []string) {
	found := idField.FindStringSubmatch(ts.ReadFile("stdout"))
	if found == nil {
		ts.Fatalf("no id in the last output")
	}
	ts.Setenv("ID", found[1])
}
