package schema

import "strings"

// Origins says where a column's value comes from, in one phrase per vendor: the payload's keys, or the rule. A vendor
// without a phrase never gives the column.
type Origins struct {
	NectarDesk string `json:"nectardesk,omitempty"`
	CallerDesk string `json:"callerdesk,omitempty"`
	CCAI       string `json:"ccai,omitempty"`
	Whippy     string `json:"whippy,omitempty"`
	Computed   string `json:"computed,omitempty"` // by one rule for all vendors, where a vendor gives no value
}

var vendors = []string{"nectardesk", "callerdesk", "ccai", "whippy"}

// Vendors returns the vendors in the order of the dictionary's columns. The result must not be changed.
func Vendors() []string { return vendors }

// Of returns what a vendor gives, "" if it never gives the column.
func (o *Origins) Of(vendor string) string {
	switch vendor {
	case "nectardesk":
		return o.NectarDesk
	case "callerdesk":
		return o.CallerDesk
	case "ccai":
		return o.CCAI
	case "whippy":
		return o.Whippy
	}
	return ""
}

// For describes all sources of a column in a lake of these vendors: "vendor: phrase", the computed one last.
func (o *Origins) For(vendors []string) string {
	var phrases []string
	for _, v := range vendors {
		if from := o.Of(v); from != "" {
			phrases = append(phrases, v+": "+from)
		}
	}
	if o.Computed != "" {
		phrases = append(phrases, "computed: "+o.Computed)
	}
	return strings.Join(phrases, "; ")
}

// documented returns the columns with their origins.
func documented(fields []Field, origins []Origins) []Field {
	for i := range fields {
		fields[i].Origins = origins[i]
	}
	return fields
}

// Origins of the columns that every child table begins with.
var (
	originOfCallID = Origins{Computed: "call_id of the call in calls"}
	originOfIndex  = Origins{Computed: "counted after the rows of all the call's payloads are merged and sorted"}
)
