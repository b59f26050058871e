package transform

import "callmart/transform/tape"

// ccaiMarks are the members by which an object is told to be a page, a call, an event, an answer or a request.
type ccaiMarks struct {
	of                                    tape.Value // the object
	calls, events, eventID                tape.Value
	id, status, createdAt, callType       tape.Value
	message, err, handles, queues, flagOf tape.Value
}

// ccaiLook finds them in one walk.
func ccaiLook(v tape.Value) ccaiMarks {
	m := ccaiMarks{of: v}
	for it := v.Members(); it.Next(); {
		switch it.ID() {
		case keyCalls:
			m.calls = it.Value()
		case keyEvents:
			m.events = it.Value()
		case keyEventID:
			m.eventID = it.Value()
		case keyID:
			m.id = it.Value()
		case keyStatus:
			m.status = it.Value()
		case keyCreatedAt:
			m.createdAt = it.Value()
		case keyCallType:
			m.callType = it.Value()
		case keyMessage:
			m.message = it.Value()
		case keyError:
			m.err = it.Value()
		case keyHandleDurations:
			m.handles = it.Value()
		case keyQueueDurations:
			m.queues = it.Value()
		case keyVerifiedCustomer, keyBadActor, keyRepeatCustomer:
			m.flagOf = it.Value()
		}
	}
	return m
}

// isCustomerFlag tells the answer of /calls/{id}/customer_flag: flags, and no call. The call is named by its envelope.
func (m *ccaiMarks) isCustomerFlag() bool {
	return m.id.Kind() == tape.Missing && m.status.Kind() == tape.Missing && m.flagOf.Kind() != tape.Missing
}

// shape tells calls from the requests and error answers of the vendor's documentation.
func (m *ccaiMarks) shape() Verdict {
	if !m.status.Empty() && !m.id.Empty() {
		return Verdict{}
	}
	switch {
	case !m.message.Empty() || !m.err.Empty():
		return Verdict{Ignored, ReasonErrorBody, ""}
	case m.id.Empty() && m.status.Empty() && m.createdAt.Empty() && !m.callType.Empty():
		return Verdict{Ignored, ReasonRequest, ""}
	case m.createdAt.Empty() && m.callType.Empty():
		return Verdict{Quarantined, ReasonNotACall, "no key of a CCAI call"}
	}
	return Verdict{}
}
