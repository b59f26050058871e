package transform

import (
	"math/rand/v2"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/require"
)

// libraryE164 is what the library makes of a number.
func libraryE164(text, region string) string {
	n, err := phonenumbers.Parse(text, region)
	if err != nil || !phonenumbers.IsPossibleNumber(n) {
		return ""
	}
	return phonenumbers.Format(n, phonenumbers.E164)
}

// TestPlainNumbers asks the library for random numbers of every region: what is sure is the same.
func TestPlainNumbers(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	known := 0
	for region := range phonenumbers.GetSupportedRegions() {
		p := newPlainNumbers(region)
		if p == nil {
			continue
		}
		known++
		sure := 0
		for range 2000 {
			text := make([]byte, 4+rng.IntN(13))
			for i := range text {
				text[i] = '0' + byte(rng.IntN(10))
			}
			number := string(text)
			switch rng.IntN(4) {
			case 0:
				number = p.trunk + number
			case 1:
				number = p.code + number
			case 2:
				number = "0" + number
			}
			if e, is := p.e164(number); is {
				sure++
				require.Equal(t, libraryE164(number, region), e, "%s in %s", number, region)
			}
		}
		require.Positive(t, sure, region)
	}
	require.Greater(t, known, 80, "regions")
}

func FuzzPlainNumbers(f *testing.F) {
	for _, seed := range []string{"09810320750", "9810320750", "2100", "0120441122", "08001234567", "00919810320750", "919810320750", "1800123456789"} {
		f.Add(seed, "IN")
		f.Add(seed, "DE")
		f.Add(seed, "US")
		f.Add(seed, "IT")
	}
	f.Fuzz(func(t *testing.T, text, region string) {
		if e, is := newPlainNumbers(region).e164(text); is {
			require.Equal(t, libraryE164(text, region), e, "%q in %q", text, region)
		}
	})
}

func TestPlainNumbersIndia(t *testing.T) {
	p := newPlainNumbers("IN")
	for _, c := range []struct {
		text, e string
		sure    bool
	}{
		{"09810320750", "+919810320750", true},
		{"9810320750", "+919810320750", true},
		{"0", "", false},
		{"2100", "", false},
		{"919810320750", "", false}, // with or without its country code
		{"98103 20750", "", false},
		{"", "", false},
	} {
		e, sure := p.e164(c.text)
		require.Equal(t, c.sure, sure, c.text)
		require.Equal(t, c.e, e, c.text)
	}
	require.Nil(t, newPlainNumbers("ZZ"))
	require.Nil(t, newPlainNumbers(""))
}
