package extract

import (
	"net/http"
	"net/url"
)

// nectarAPI is Nectar Desk's: GET /calls/{id} with the token in a header of its own. Neither rate limits nor
// error bodies are documented.
type nectarAPI struct {
	token string
}

var _ vendorAPI = nectarAPI{}

func (n nectarAPI) sign(r *http.Request) {
	r.Header.Set("Access-Token", n.token)
	r.Header.Set("Content-Type", "application/json") // documented, though a GET has no body
}

func (n nectarAPI) asks(id string) []ask {
	return []ask{{path: "/calls/" + url.PathEscape(id), id: id}}
}

func (n nectarAPI) judge(status int, _ ask) verdict { return judgeStatus(status) }

func (n nectarAPI) secret() ([]string, error) { return []string{n.token}, nil }

// judgeStatus is what a status means at any vendor.
func judgeStatus(status int) verdict {
	switch {
	case status == http.StatusOK:
		return taken
	case status == http.StatusNotFound:
		return absent
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return denied
	case status == http.StatusRequestTimeout, status == http.StatusTooManyRequests, status >= 500:
		return again
	case status < 300: // something between us and the vendor answered without a call
		return again
	}
	return refused
}
