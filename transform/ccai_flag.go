package transform

import (
	"callmart/extract/raw"
	"callmart/transform/schema"
	"callmart/transform/tape"
)

func readCustomerFlag(r *Reader, v tape.Value) {
	call := r.o.Call
	r.o.Origin, r.o.Dateless = raw.API, true
	call.Text(schema.CallPayloadKind, "customer_flag")
	for m := v.Members(); m.Next(); {
		switch v := m.Value(); m.ID() {
		case keyVerifiedCustomer:
			r.bool(call, schema.CallVerifiedCustomer, v)
		case keyBadActor:
			r.bool(call, schema.CallBadActor, v)
		case keyRepeatCustomer:
			r.bool(call, schema.CallRepeatCustomer, v)
		default:
			r.o.extra.put(v)
		}
	}
}
