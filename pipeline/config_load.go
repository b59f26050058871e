package pipeline

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	_ "time/tzdata" // zones must be there on a machine without zoneinfo

	"go.yaml.in/yaml/v3"
)

// Problem is one thing that is wrong with a configuration file.
type Problem struct {
	Line    int    `json:"line"` // 0 where it has none
	Key     string `json:"key"`  // path of the key, for example sources[0].vendor; empty for the file itself
	Message string `json:"message"`
}

// ConfigError holds everything that is wrong with a configuration file, by line.
type ConfigError struct {
	File     string
	Problems []Problem
}

// Error lists the problems, one per line, as file:line: key: message.
func (e *ConfigError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		at := e.File
		if p.Line > 0 {
			at += ":" + strconv.Itoa(p.Line)
		}
		if p.Key != "" {
			at += ": " + p.Key
		}
		lines[i] = at + ": " + p.Message
	}
	return strings.Join(lines, "\n")
}

// LoadConfig reads, completes and validates a configuration file. The environment is looked up by env, usually
// os.LookupEnv. Every error is a *ConfigError that lists all problems at once.
func LoadConfig(path string, env func(string) (string, bool)) (*Config, error) {
	content, err := os.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fileProblem(path, 0, "no such file: write one, or name another with --config")
	case err != nil:
		return nil, fileProblem(path, 0, err.Error())
	}
	return decodeConfig(path, content, env)
}

func decodeConfig(path string, content []byte, env func(string) (string, bool)) (*Config, error) {
	root, err := parseYAML(path, content)
	if err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, fileProblem(path, 0, err.Error())
	}
	d := &decoder{dir: dir, env: env, marks: map[string]mark{"": {line: max(root.Line, 1)}}}
	c := &Config{File: path}
	d.structure(root, reflect.ValueOf(c).Elem(), "")
	d.validate(c)
	d.refuseUnsupported()
	if err := c.inherit(d.dir); err != nil {
		return nil, err
	}
	if len(d.problems) > 0 {
		slices.SortStableFunc(d.problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
		return nil, &ConfigError{File: path, Problems: d.problems}
	}
	return c, nil
}

// parseYAML returns the root of the file's only document, an empty mapping where there is none.
func parseYAML(path string, content []byte) (*yaml.Node, error) {
	var doc, more yaml.Node
	in := yaml.NewDecoder(bytes.NewReader(content))
	err := in.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return &yaml.Node{Kind: yaml.MappingNode}, nil
	}
	if err != nil {
		return nil, syntaxProblem(path, err)
	}
	switch err := in.Decode(&more); {
	case err == nil:
		return nil, fileProblem(path, more.Line, "holds a second document: remove the ---")
	case !errors.Is(err, io.EOF):
		return nil, syntaxProblem(path, err)
	}
	return doc.Content[0], nil
}

var yamlError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(?:(unknown anchor) .*|(.*))$`)

// syntaxProblem takes the line out of yaml's message. An unknown anchor is not quoted: it may be an unquoted secret
// that begins with *.
func syntaxProblem(path string, err error) error {
	m := yamlError.FindStringSubmatch(err.Error())
	if m == nil {
		return fileProblem(path, 0, fmt.Sprintf("is no YAML: %v", err))
	}
	line, _ := strconv.Atoi(m[1])
	if m[2] != "" {
		return fileProblem(path, line, "is no YAML: a value begins with * and names no anchor; put it in quotes")
	}
	return fileProblem(path, line, "is no YAML: "+m[3])
}

func fileProblem(path string, line int, message string) error {
	return &ConfigError{File: path, Problems: []Problem{{Line: line, Message: message}}}
}
