package pipeline

import (
	"fmt"
	"io"
	"log/slog"
)

const redacted = "**redacted**"

// Secret is a text that must never be printed: every way of formatting it gives **redacted**.
type Secret string

// Unwrap returns the text. Hand it to what needs it, and to nothing that prints.
func (s Secret) Unwrap() string { return string(s) }

// String returns **redacted**.
func (s Secret) String() string { return redacted }

// GoString returns **redacted**.
func (s Secret) GoString() string { return redacted }

// Format writes **redacted** for every verb, %x and %d included.
func (s Secret) Format(w fmt.State, _ rune) { _, _ = io.WriteString(w, redacted) }

// MarshalJSON writes **redacted**.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText writes **redacted**, for YAML and for keys of maps.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue gives **redacted** to slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
