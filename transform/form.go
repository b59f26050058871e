package transform

import (
	"bytes"
	"net/url"
	"slices"

	"callmart/transform/tape"
)

// Some vendors deliver a webhook as a query string or a form: CallSid=1.2&Status=ANSWER. formJSON writes such a text as
// a JSON object of texts, so that there is one way to read a payload; ok is false for texts that are no form.
// Of a key that is there several times the last value is taken, as of a key of JSON.
func formJSON(text []byte) (json []byte, ok bool) {
	text = bytes.TrimPrefix(bytes.TrimSpace(text), []byte("?"))
	if len(text) == 0 || !bytes.ContainsRune(text, '=') || bytes.ContainsAny(text, " \t\r\n{}\"<>") {
		return nil, false
	}
	values, err := url.ParseQuery(string(text))
	if err != nil || len(values) == 0 {
		return nil, false
	}
	keys := make([]string, 0, len(values))
	for k := range values {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	dst := append(make([]byte, 0, 2*len(text)), '{')
	for i, k := range keys {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(tape.AppendQuoted(dst, k), ':')
		dst = tape.AppendQuoted(dst, values[k][len(values[k])-1])
	}
	return append(dst, '}'), true
}

// unfold parses a body that an envelope holds as a text: JSON once more, or a form. The value lives in a Doc of its
// own. ok is false where the text is neither.
func (r *Reader) unfold(text string) (v tape.Value, ok bool) {
	body := []byte(text)
	if r.inner.Parse(body) == nil {
		if k := r.inner.Root().Kind(); k == tape.Object || k == tape.Array {
			return r.inner.Root(), true
		}
	}
	form, ok := formJSON(body)
	if !ok || r.inner.Parse(form) != nil {
		return tape.Value{}, false
	}
	return r.inner.Root(), true
}
