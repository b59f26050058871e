package extract

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	// The line of a landed answer must be a record that the archive reader takes.
	maxBodyBytes    = defaultRecordBytes - maxEnvelopeBytes
	maxMessageBytes = 64 << 10 // of an answer that is no call
	maxReason       = 200      // characters of a vendor's own message
	maxRedirects    = 3
)

// answer is what came of one request.
type answer struct {
	verdict verdict
	reason  string // what is wrong with it, without secrets
	status  int    // 0: no answer came
	body    []byte // of one that was taken: one JSON value
	at      time.Time
	after   time.Duration // the wait that the host asks for
}

// redirectError says that a host sends us somewhere we do not take the credential to.
type redirectError struct{ reason string }

func (e redirectError) Error() string { return e.reason }

// request makes one request and reads its answer to the end. The only errors are those of an ended context.
func (f *fetch) request(ctx context.Context, of ask) (answer, error) {
	timed, cancel := context.WithTimeout(ctx, f.api.options.Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(timed, http.MethodGet, f.api.at(of.path), nil)
	if err != nil {
		return answer{verdict: refused, reason: f.api.redact.text(err.Error())}, nil
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "callmart")
	f.api.vendor.sign(r)
	f.requests.Add(1)
	response, err := f.client.Do(r)
	if err != nil {
		return f.noAnswer(ctx, timed, err)
	}
	defer response.Body.Close()
	a := answer{status: response.StatusCode, verdict: f.api.vendor.judge(response.StatusCode, of)}
	limit := int64(maxBodyBytes)
	if a.verdict != taken {
		limit = maxMessageBytes
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	a.at = f.api.clock.now()
	if a.verdict != taken {
		// The status says all that matters; a message that cannot be read is none.
		a.reason = f.api.statusReason(a.status, body)
		a.after = retryAfter(response.Header.Get("Retry-After"), a.at)
		return a, ctx.Err()
	}
	switch length := response.ContentLength; {
	case err != nil:
		return f.noAnswer(ctx, timed, err)
	case int64(len(body)) > limit:
		a.verdict, a.reason = refused, fmt.Sprintf("the answer is larger than %d bytes", limit)
	case length >= 0 && length != int64(len(body)):
		a.verdict, a.reason = again, fmt.Sprintf("the answer has %d bytes of %d", len(body), length)
	default:
		f.api.take(&a, body, of)
	}
	return a, nil
}

// take checks a body that was read to its end.
func (a *API) take(to *answer, body []byte, of ask) {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, byteOrderMark))
	if !json.Valid(body) || body[0] != '{' && body[0] != '[' {
		to.verdict, to.reason = again, "the answer is no JSON object"
		return
	}
	if wrong := notTheCall(body, of.id); wrong != "" {
		to.verdict, to.reason = refused, wrong
		return
	}
	clean, ok := a.redact.json(body)
	if !ok {
		to.verdict, to.reason = refused, "the answer holds the token where it cannot be taken out"
		return
	}
	to.body = clean
}

// noAnswer tells an ended run from a host that does not answer.
func (f *fetch) noAnswer(ctx, timed context.Context, err error) (answer, error) {
	if ctx.Err() != nil {
		return answer{}, ctx.Err()
	}
	var redirect redirectError
	var wrapped *url.Error
	switch {
	case errors.As(err, &redirect):
		return answer{verdict: refused, reason: f.api.redact.text(redirect.reason)}, nil
	case timed.Err() != nil:
		return answer{verdict: again, reason: fmt.Sprintf("no answer within %v", f.api.options.Timeout)}, nil
	case errors.As(err, &wrapped):
		err = wrapped.Err // the address stands in the message already
	}
	return answer{verdict: again, reason: f.api.redact.text(err.Error())}, nil
}

// redirect follows within the same host only. The client would take headers of our own, the token's among them,
// anywhere. A redirected request is one more, and pays for it.
func (f *fetch) redirect(r *http.Request, via []*http.Request) error {
	from := via[0].URL
	if r.URL.Scheme != from.Scheme || r.URL.Host != from.Host {
		return redirectError{"redirected to another host, " + r.URL.Scheme + "://" + r.URL.Host + ": check base_url"}
	}
	if len(via) > maxRedirects {
		return redirectError{"redirected too often"}
	}
	if err := f.api.bucket.wait(r.Context(), f.api.clock); err != nil {
		return err
	}
	f.requests.Add(1)
	return nil
}

// statusReason is a status and, where the body is an error of the usual forms, the vendor's own words.
func (a *API) statusReason(status int, body []byte) string {
	reason := strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
	var said struct {
		Message string `json:"message"`
		Error   string `json:"error"`
	}
	_ = json.Unmarshal(body, &said) // not JSON, or other keys: there is nothing to add
	words := []rune(a.redact.text(orDefault(said.Message, said.Error)))
	if len(words) > maxReason {
		words = append(words[:maxReason], '…')
	}
	if len(words) == 0 {
		return reason
	}
	return reason + ": " + strconv.Quote(string(words))
}
