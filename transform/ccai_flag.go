package transform

import (
	"callmart/extract/raw"
	"callmart/transform/schema"
	"callmart/transform/tape"
)

// isCustomerFlag tells the answer of /calls/{id}/customer_flag: flags, and no call. The call is named by its envelope.
func isCustomerFlag(v tape.Value) bool {
	if v.Get("id").Kind() != tape.Missing || v.Get("status").Kind() != tape.Missing {
		return false
	}
	for m := v.Members(); m.Next(); {
		switch m.Key() {
		case "verified_customer", "bad_actor", "repeat_customer", "repeat_customers":
			return true
		}
	}
	return false
}

func readCustomerFlag(r *Reader, v tape.Value) {
	call := r.o.Call
	r.o.Origin, r.o.Dateless = raw.API, true
	call.Text(schema.CallPayloadKind, "customer_flag")
	for m := v.Members(); m.Next(); {
		switch k, v := m.Key(), m.Value(); k {
		case "verified_customer":
			r.bool(call, schema.CallVerifiedCustomer, k, v)
		case "bad_actor":
			r.bool(call, schema.CallBadActor, k, v)
		case "repeat_customer", "repeat_customers": // the documentation spells it both ways
			r.bool(call, schema.CallRepeatCustomer, k, v)
		default:
			r.o.extra.put(k, v)
		}
	}
}
