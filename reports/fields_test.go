package reports_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callmart/transform/schema"
)

func TestFieldsTellTheOriginsOfConfiguredVendors(t *testing.T) {
	l, s := sample(t) // sources of nectardesk, ccai and whippy
	for _, r := range both(t, l, s) {
		fields, row := r.Table("Fields"), 0
		for _, table := range schema.Tables() {
			for _, field := range table.Fields {
				origin, _ := at(t, fields, row, "origin").(string)
				require.Equal(t, field.Origins.For([]string{"nectardesk", "ccai", "whippy"}), origin, "%s.%s", table.Name, field.Name)
				require.NotContains(t, origin, "callerdesk:")
				row++
			}
		}
	}
	r := both(t, l, s)[0]
	wait, _ := at(t, r.Table("Fields"), schema.CallWait, "origin").(string)
	require.True(t, strings.HasPrefix(wait, "nectardesk: waitingTime"), wait)
	require.Contains(t, wait, "; ccai: queue_duration")
}
