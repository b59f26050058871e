package extract

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

const redacted = "**redacted**"

// dataToken is the length from which a secret is told from data: a shorter one may well be part of a number in
// a call, so it is taken out of messages only.
const dataToken = 8

// redactor takes secrets out of what servers send back.
type redactor struct {
	forms    []string
	replacer *strings.Replacer
}

// newRedactor knows the secrets as they are, and as URLs and JSON write them.
func newRedactor(secrets []string) *redactor {
	var forms []string
	for _, s := range secrets {
		quoted, _ := json.Marshal(s) // a string always marshals
		inner := string(quoted[1 : len(quoted)-1])
		forms = append(forms, s, url.QueryEscape(s), url.PathEscape(s), inner, strings.ReplaceAll(s, "/", `\/`))
	}
	// The longest first: a form may be the beginning of another.
	slices.SortFunc(forms, func(x, y string) int {
		return cmp.Or(cmp.Compare(len(y), len(x)), cmp.Compare(x, y))
	})
	r := &redactor{forms: slices.Compact(forms)}
	var pairs []string
	for _, form := range r.forms {
		pairs = append(pairs, form, redacted)
	}
	r.replacer = strings.NewReplacer(pairs...)
	return r
}

// text is a message without secrets.
func (r *redactor) text(s string) string { return r.replacer.Replace(s) }

// json is a JSON value without secrets; not ok: taking them out would break it.
func (r *redactor) json(body []byte) (clean []byte, ok bool) {
	held := slices.ContainsFunc(r.forms, func(form string) bool {
		return len(form) >= dataToken && bytes.Contains(body, []byte(form))
	})
	if !held {
		return body, true
	}
	clean = []byte(r.text(string(body)))
	return clean, json.Valid(clean)
}
