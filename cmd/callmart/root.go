package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"callmart/extract"
	"callmart/load"
	"callmart/pipeline"
)

// app is what the commands share: where to write, and the global flags.
type app struct {
	out, err io.Writer
	config   string
	json     bool
	format   string // of the log
	profiles profiles

	began    bool               // a command's own code was reached: errors before that are errors of usage
	manifest *pipeline.Manifest // what a run wrote down, perhaps beside an error

	concluded bool // the one JSON object is written, though the command failed
}

// execute runs one command line and returns the exit status.
func execute(ctx context.Context, args []string, out, errOut io.Writer) int {
	a := &app{out: out, err: errOut}
	root := a.root()
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	err = errors.Join(err, a.profiles.stop())
	if err != nil && !a.began {
		err = asUsage(err, cmd)
	}
	code := exitCode(ctx, err)
	if err != nil {
		a.complain(ctx, err)
	}
	if a.manifest != nil || err != nil && !a.concluded && (a.json || slices.Contains(args, "--json")) {
		code = max(code, a.conclude(err, code))
	}
	return code
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "callmart",
		Short: "Turn a contact centre's calls into Parquet and Excel reports",
		Long: `callmart turns a contact centre's calls into a data mart: it reads archived webhook files, flattens them
into Parquet for analysts, and writes service level and abandonment workbooks for managers.
One binary, one callmart.yaml, a folder of Parquet.`,
		Example: `  callmart demo                                   a month of invented calls, from archives to workbooks
  callmart check                                  is everything in place?
  callmart run                                    everything new since the last run
  callmart load --rebuild                         all tables anew, from the raw records
  callmart report all --period day --date 2026-01-13`,
		SilenceErrors: true, // exitCode and complain decide what is said
		SilenceUsage:  true,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if a.format != "text" && a.format != "json" {
				return &pipeline.UsageError{
					Message: fmt.Sprintf("--log-format %q is neither text nor json", a.format), Try: "--log-format json",
				}
			}
			a.began = true
			return a.profiles.start()
		},
	}
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetHelpTemplate(root.HelpTemplate() + exitStatus)
	flags := root.PersistentFlags()
	flags.StringVar(&a.config, "config", "callmart.yaml", "configuration file")
	flags.BoolVar(&a.json, "json", false, "write JSON to stdout")
	flags.StringVar(&a.format, "log-format", "text", "format of the log on stderr: text or json")
	a.profiles.flags(flags)
	root.AddCommand(a.demo(), a.run(), a.loadArchives(), a.report(), a.explain(), a.status(), a.check(), a.quarantine(), a.prune(), a.dictionary(), a.version())
	return root
}

// load reads the configuration file that --config names.
func (a *app) load() (*pipeline.Config, error) { return pipeline.LoadConfig(a.config, os.LookupEnv) }

// logger writes to w in the format that --log-format names.
func (a *app) logger(w io.Writer) *slog.Logger {
	if a.format == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// printJSON writes one value on one line.
func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	return nil
}

// asUsage makes an error of cobra's (an unknown command or flag, a missing argument) one of usage.
func asUsage(err error, cmd *cobra.Command) error {
	var usage *pipeline.UsageError
	if errors.As(err, &usage) {
		return err
	}
	message, _, _ := strings.Cut(err.Error(), "\n\n") // cobra's own hints follow
	return &pipeline.UsageError{Message: message, Try: cmd.CommandPath() + " --help"}
}

// complain prints an error, and what to try where that is known.
func (a *app) complain(ctx context.Context, err error) {
	message := err.Error()
	if cause := context.Cause(ctx); errors.As(cause, new(interrupted)) {
		message = cause.Error() + ": " + message
	}
	for line := range strings.Lines(message) {
		fmt.Fprintln(a.err, "callmart:", strings.TrimSuffix(line, "\n"))
	}
	if remedy := a.remedy(err); remedy != "" {
		fmt.Fprintln(a.err, "try:", remedy)
	}
}

func (a *app) remedy(err error) string {
	var usage *pipeline.UsageError
	var ledger *pipeline.LedgerError
	switch {
	case errors.As(err, &usage):
		return usage.Try
	case errors.As(err, new(*pipeline.ConfigError)):
		return "mend what is named above, then: callmart check --config " + a.config
	case errors.As(err, new(*load.LockedError)):
		return "wait until that run has ended; its lock ends with it"
	case says(err, syscall.EFBIG):
		return "raise this user's limit to the size of files (ulimit -f), then run again: what is published stays whole until then"
	case says(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "make room on that disk, then run again: what is published stays whole until then"
	case errors.As(err, &ledger):
		return ledger.Try
	case errors.As(err, new(*load.BrokenError)):
		return "put that file back from a backup, or make the rows anew: callmart load --rebuild"
	case errors.Is(err, pipeline.ErrIncomplete):
		return "mend the cause and run again: the next run goes on from there"
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return "give this user the right to do that, or name another place in " + a.config
	case errors.Is(err, pipeline.ErrReport):
		return "mend the cause, then: callmart report all"
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, extract.ErrChanged):
		return "put that file back as it was, and leave it alone while a run reads it; then run again"
	}
	return ""
}

// says also reads the message: of the system's error DuckDB hands on only that.
func says(err error, system syscall.Errno) bool {
	return errors.Is(err, system) || strings.Contains(strings.ToLower(err.Error()), system.Error())
}

// conclude writes the one JSON object with which a command ends: the run's manifest, if there was one, and the
// error. It returns 1 if that could not be written.
func (a *app) conclude(err error, code int) int {
	end := struct {
		*pipeline.Manifest
		Error    string             `json:"error,omitempty"`
		Problems []pipeline.Problem `json:"problems,omitempty"`
		Code     int                `json:"code"`
	}{Manifest: a.manifest, Code: code}
	if err != nil {
		end.Error = err.Error()
	}
	var config *pipeline.ConfigError
	if errors.As(err, &config) {
		end.Problems = config.Problems
	}
	if err := a.printJSON(end); err != nil {
		fmt.Fprintln(a.err, "callmart:", err)
		return 1
	}
	return 0
}
