package pipeline

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPeakOf(t *testing.T) {
	require.EqualValues(t, 81<<20, peakOf("Name:\tcallmart\nVmPeak:\t  999999 kB\nVmHWM:\t   82944 kB\nVmRSS:\t 1 kB\n"))
	for _, status := range []string{"", "VmHWM: 1 kB", "\nVmHWM: many kB\n", "\nVmHWM: 12\n"} {
		require.Zero(t, peakOf(status), status)
	}
}
