package pipeline

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	reference = regexp.MustCompile(`\$\{([^}]*)\}?`)
	wildcard  = regexp.MustCompile(`[*?\[\]{}\\]`)
)

// expand replaces every ${NAME} by the environment's value.
func (d *decoder) expand(text string) (string, error) {
	var failed error
	out := reference.ReplaceAllStringFunc(text, func(ref string) string {
		name := strings.TrimSuffix(ref[2:], "}")
		value, _ := d.env(name)
		switch {
		case name == "" || !strings.HasSuffix(ref, "}"):
			failed = errors.New("holds a ${ that is no ${NAME}")
		case value == "":
			failed = fmt.Errorf("needs the environment variable %s, which is unset or empty: export %s before callmart starts", name, name)
		}
		return value
	})
	return out, failed
}

// text resolves a string or secret: file:/path is the file's content without the line's end, ${NAME} the environment's.
func (d *decoder) text(raw string) (string, error) {
	name, isFile := strings.CutPrefix(raw, "file:")
	text, err := d.expand(name)
	if err != nil || !isFile {
		return text, err
	}
	text = d.path(text)
	content, err := os.ReadFile(text)
	if err != nil {
		return "", fmt.Errorf("needs the file %s: %w; create it, readable by callmart's user", text, withoutPath(err))
	}
	value := strings.TrimRight(string(content), "\r\n")
	if value == "" {
		return "", fmt.Errorf("needs the file %s, which is empty", text)
	}
	return value, nil
}

// glob is path for a pattern: what looks like a wildcard in the folder's own name is none.
func (d *decoder) glob(p string) string {
	if filepath.IsAbs(p) {
		return filepath.Clean(p)
	}
	return filepath.Join(escapeGlob(d.dir), p)
}

// escapeGlob writes a path as a pattern that matches it alone.
func escapeGlob(path string) string { return wildcard.ReplaceAllString(path, `\$0`) }

// path resolves a path against the configuration file's folder.
func (d *decoder) path(p string) string {
	if filepath.IsAbs(p) {
		return filepath.Clean(p)
	}
	return filepath.Join(d.dir, p)
}
