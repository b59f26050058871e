package extract

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// ccaiAPI is Google CCAI Platform's, by its Apps or Manager base URL: HTTP Basic with the subdomain as user. Calls
// by id are not documented; where they are missing, the tail of the Manager API has the same objects.
type ccaiAPI struct {
	user, token string
	flag        bool
	listed      func(id string) bool
}

var _ vendorAPI = ccaiAPI{}

func (c ccaiAPI) sign(r *http.Request) { r.SetBasicAuth(c.user, c.token) }

func (c ccaiAPI) asks(id string) []ask {
	call := ask{path: "/calls/" + url.PathEscape(id), id: id, listed: c.listed != nil && c.listed(id)}
	if !c.flag {
		return []ask{call}
	}
	return []ask{call, {path: call.path + "/customer_flag", part: true}}
}

// judge knows that GET by id may not exist: 405 says so, and so does 404 for a call that the tail has just named.
func (c ccaiAPI) judge(status int, of ask) verdict {
	missing := status == http.StatusMethodNotAllowed || status == http.StatusNotFound && of.listed
	if missing && !of.part {
		return unserved
	}
	return judgeStatus(status)
}

func (c ccaiAPI) secret() ([]string, error) {
	if strings.Contains(c.user, ":") {
		return nil, errors.New("the user has a colon, which HTTP Basic cannot carry")
	}
	return []string{c.token, base64.StdEncoding.EncodeToString([]byte(c.user + ":" + c.token))}, nil
}
