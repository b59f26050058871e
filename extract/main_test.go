package extract

import (
	"os"
	"testing"
)

// landingChild names the folder in which a second process of these tests lands answers until it is killed.
const landingChild = "CALLMART_TEST_LANDING"

func TestMain(m *testing.M) {
	if folder := os.Getenv(landingChild); folder != "" {
		os.Exit(landUntilKilled(folder))
	}
	os.Exit(m.Run())
}
