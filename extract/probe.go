package extract

import (
	"context"
	"fmt"
)

// Probe asks the API for one call, once, to see that it answers and takes the credential. A call that is not there is
// as good as one that is. The text says what the API answered; the error is what is wrong, without the token.
func (a *API) Probe(ctx context.Context, id string) (string, error) {
	f := &fetch{api: a}
	client := *a.client
	client.CheckRedirect = f.redirect
	f.client = &client
	defer func() {
		if a.own {
			client.CloseIdleConnections()
		}
	}()
	if err := a.bucket.wait(ctx, a.clock); err != nil {
		return "", err
	}
	of := a.vendor.asks(id)[0]
	got, err := f.request(ctx, of)
	switch {
	case err != nil:
		return "", err
	case got.verdict == taken:
		return "answers " + of.path + " with a call", nil
	case got.verdict == absent:
		return "takes the token, and knows no call " + id, nil
	case got.verdict == denied:
		return "", fmt.Errorf("the API refuses the token (%s): check api.token", got.reason)
	case got.verdict == unserved:
		return "", fmt.Errorf("the API does not offer calls by id (%s)", got.reason)
	}
	return "", fmt.Errorf("asking for %s: %s", of.path, got.reason)
}
