package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"callmart/transform/schema"
)

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version of callmart and of what it is built on",
		Long:    "Version prints what this binary is made of: its own version and revision, Go, the DuckDB driver, and the version of the tables.",
		Example: "  callmart version\n  callmart version --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			v := readVersion()
			if a.json {
				return a.printJSON(v)
			}
			_, err := fmt.Fprintf(a.out, "callmart %s\nrevision %s\ngo       %s (%s)\nduckdb   go-duckdb %s\ntables   version %d, rules %d\n",
				v.Version, v.Revision, v.Go, v.Platform, v.DuckDB, v.Tables, v.Rules)
			return err
		},
	}
}

type versions struct {
	Version  string `json:"version"`
	Revision string `json:"revision"` // of the repository; ends with -dirty where files were changed
	Time     string `json:"time,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
	DuckDB   string `json:"go_duckdb"` // of the driver, which brings DuckDB with it
	Tables   int    `json:"tables"`
	Rules    int    `json:"rules"`
}

func readVersion() versions {
	v := versions{
		Version: "unknown", Revision: "unknown", DuckDB: "unknown",
		Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
		Tables: schema.Version, Rules: schema.Rules,
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	v.Version = info.Main.Version
	for _, dep := range info.Deps {
		if dep.Path == "github.com/marcboeker/go-duckdb" {
			v.DuckDB = dep.Version
		}
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if revision := settings["vcs.revision"]; revision != "" {
		v.Revision, v.Time = revision, settings["vcs.time"]
	}
	if settings["vcs.modified"] == "true" {
		v.Revision += "-dirty"
	}
	return v
}
