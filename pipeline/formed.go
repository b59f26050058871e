package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"callmart/transform"
	"callmart/transform/schema"
)

// formed are the settings and rules that form a source's rows. A lake never mixes rows of two of them.
type formed struct {
	Version     int                          `json:"schema_version"`
	Rules       int                          `json:"rules_version"`
	Vendor      string                       `json:"vendor"`
	Zone        string                       `json:"timezone"`
	PayloadZone string                       `json:"payload_timezone"`
	Region      string                       `json:"region"`
	Outcomes    map[string]map[string]string `json:"outcomes,omitempty"`
	Directions  map[string]string            `json:"direction,omitempty"`
	Key         string                       `json:"privacy_key"` // a hash of a hash, so that nothing of it can be read
}

func formedBy(s transform.Source) formed {
	key := sha256.Sum256(s.Key)
	key = sha256.Sum256(key[:])
	return formed{
		schema.Version, schema.Rules, s.Vendor, s.Zone.String(), s.PayloadZone.String(), s.Region, s.Outcomes, s.Directions,
		hex.EncodeToString(key[:4]),
	}
}

// difference is a setting that is not what the lake was formed by.
type difference struct{ Setting, Was, Is string }

func (f *formed) differences(now formed) (all []difference) {
	add := func(setting string, was, is any) {
		if a, b := fmt.Sprint(was), fmt.Sprint(is); a != b {
			all = append(all, difference{setting, a, b})
		}
	}
	add("schema version", f.Version, now.Version)
	add("version of the mapping rules", f.Rules, now.Rules)
	add("vendor", f.Vendor, now.Vendor)
	add("timezone", f.Zone, now.Zone)
	add("payload_timezone", f.PayloadZone, now.PayloadZone)
	add("region", f.Region, now.Region)
	add("outcomes", asWritten(f.Outcomes), asWritten(now.Outcomes))
	add("direction", asWritten(f.Directions), asWritten(now.Directions))
	if f.Key != now.Key {
		all = append(all, difference{Setting: "privacy.key"}) // nothing is said of a secret
	}
	return all
}

// settingsError says that the configuration would form other rows than those that the lake has. It is a *UsageError.
type settingsError struct {
	Source  string
	Changed []difference

	File    string // or: the configuration says something else of an archived file
	Was, Is string
}

// Error names what changed.
func (e *settingsError) Error() string {
	if e.File != "" {
		return fmt.Sprintf("the lake's rows of %s were made with other settings: %s was read as %s, and the configuration says %s now", e.Source, e.File, e.Was, e.Is)
	}
	var changes []string
	for _, c := range e.Changed {
		if c.Was == "" && c.Is == "" {
			changes = append(changes, c.Setting+" is another")
			continue
		}
		changes = append(changes, fmt.Sprintf("%s was %s and is %s", c.Setting, named(c.Was), named(c.Is)))
	}
	return fmt.Sprintf("the lake's rows of %s were made with other settings: %s", e.Source, strings.Join(changes, "; "))
}

func named(value string) string {
	if value == "" {
		return "not set"
	}
	return value
}

// asWritten is a map as the configuration may have it, "" if it is empty.
func asWritten[V any](m map[string]V) string {
	if len(m) == 0 {
		return ""
	}
	text, err := json.Marshal(m)
	if err != nil {
		return fmt.Sprint(m)
	}
	return string(text)
}

// As makes it the *UsageError that names the command which adopts the settings.
func (e *settingsError) As(target any) bool {
	usage, ok := target.(**UsageError)
	if !ok {
		return false
	}
	command := "callmart load --rebuild --source " + e.Source
	try := command + ", which makes all its rows anew; or set back what changed"
	for _, c := range e.Changed {
		if c.Setting == "payload_timezone" && c.Was != "" {
			try += " (payload_timezone is timezone where it is not set: payload_timezone: " + c.Was + " reads payloads as before)"
		}
	}
	*usage = &UsageError{e.Error(), try}
	return true
}

// settingsHash names the settings of a source that form its rows, but for the versions, which stand beside it.
func settingsHash(s transform.Source) (string, error) {
	f := formedBy(s)
	f.Version, f.Rules = 0, 0
	text, err := json.Marshal(f)
	if err != nil {
		return "", fmt.Errorf("hashing settings of %s: %w", s.Name, err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8]), nil
}
