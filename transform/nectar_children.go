package transform

import (
	"strings"

	"callmart/transform/schema"
	"callmart/transform/tape"
)

// tags reads a list of texts.
func (r *Reader) tags(v tape.Value) {
	r.o.Tags = r.o.Tags[:0]
	if v.Kind() != tape.Array {
		r.wrong(v)
		return
	}
	for e := v.Elements(); e.Next(); {
		s, ok := e.Value().Scalar()
		if !ok {
			r.o.extra.put(v)
			r.o.WrongTypes++
			r.o.Tags = r.o.Tags[:0]
			return
		}
		r.o.Tags = append(r.o.Tags, s)
	}
}

// contact reads the customer. REST numbers have no +: country code and national number tell that it is one.
func (n nectar) contact(r *Reader, v tape.Value) {
	if v.Kind() != tape.Object {
		r.wrong(v)
		return
	}
	call := r.o.Call
	var first, last, number, numberKey, country, national string
	r.o.extra.object(v)
	for m := v.Members(); m.Next(); {
		switch k, v := m.ID(), m.Value(); k {
		case keyID:
			r.id(call, schema.CallContactID, v)
		case keyCamelFirstName:
			first = v.Text()
		case keyCamelLastName:
			last = v.Text()
		case keyFullName:
			r.text(call, schema.CallContactName, v)
		case keyEmail:
			r.text(call, schema.CallContactEmail, v)
		case keyPhone, keyNumber:
			number, _ = v.Scalar()
			numberKey = either(k == keyPhone, "phone", "number")
		case keyNumberCountryCode:
			country, _ = v.Scalar()
			r.o.extra.put(v)
		case keyNationalNumber:
			national, _ = v.Scalar()
			r.o.extra.put(v)
		default:
			r.o.extra.put(v)
		}
	}
	if first != "" || last != "" {
		call.DeriveText(schema.CallContactName, strings.TrimSpace(first+" "+last))
	}
	switch {
	case number == "":
	case number[0] != '+' && country != "" && len(number) == len(country)+len(national) && strings.HasPrefix(number, country) && strings.HasSuffix(number, national):
		r.phones.text, r.phones.known = number, r.join("+", number)
		r.setNumber(call, schema.CallCustomerNumber, "number", number, r.phones.known)
	default:
		n.number(r, call, schema.CallCustomerNumber, numberKey, number)
	}
	r.o.extra.end()
}

// number sets a number column. REST writes numbers with country code and without +.
func (nectar) number(r *Reader, row Row, col int, key, text string) {
	if r.o.Call[schema.CallPayloadKind].Text == "rest" {
		r.international(row, col, key, text)
	} else {
		r.phone(row, col, key, text)
	}
}

// numbers reads the centre's own number and the external ones, and says which of them called which.
func (n nectar) numbers(r *Reader) {
	call := r.o.Call
	own, customer := schema.CallToNumber, schema.CallFromNumber
	if call[schema.CallDirection].Text == "outbound" {
		own, customer = customer, own
	}
	for _, m := range r.later {
		if m.key == keyNumber {
			n.own(r, own, m.value)
		} else {
			n.external(r, m.value)
		}
	}
	parties := &r.o.Children[schema.Participants]
	for i := 0; i < parties.Len() && !call.Has(schema.CallCustomerNumber); i++ {
		if p := parties.At(i); p[schema.ParticipantEntryType].Text != "transfer" {
			call.Text(schema.CallCustomerNumber, p[schema.ParticipantNumber].Text)
		}
	}
	call.DeriveText(customer, call[schema.CallCustomerNumber].Text)
}

func (n nectar) own(r *Reader, col int, v tape.Value) {
	if v.Kind() != tape.Object {
		if s, ok := v.Scalar(); ok && s != "" {
			n.number(r, r.o.Call, col, "number", s)
		} else {
			r.wrong(v)
		}
		return
	}
	r.o.extra.object(v)
	for m := v.Members(); m.Next(); {
		if s, ok := m.Value().Scalar(); ok && m.ID() == keyNumber {
			n.number(r, r.o.Call, col, "number", s)
		} else {
			r.o.extra.put(m.Value())
		}
	}
	r.o.extra.end()
}

func (n nectar) external(r *Reader, v tape.Value) {
	parties := &r.o.Children[schema.Participants]
	parties.Reset()
	if v.Kind() != tape.Array {
		r.wrong(v)
		return
	}
	r.o.extra.array(v)
	for e := v.Elements(); e.Next(); {
		row := parties.Add()
		row.Text(schema.ParticipantType, "external")
		r.o.extra.element()
		if s, ok := e.Value().Scalar(); ok {
			n.number(r, row, schema.ParticipantNumber, "number", s)
		}
		for m := e.Value().Members(); m.Next(); {
			switch k, v := m.ID(), m.Value(); k {
			case keyNumber:
				if s, ok := v.Scalar(); ok {
					n.number(r, row, schema.ParticipantNumber, "number", s) // perhaps "+12025550999 (Sales ext)"
				} else {
					r.wrong(v)
				}
			case keyIsAnyTransfer:
				if b, ok := boolean(v); ok {
					row.Text(schema.ParticipantEntryType, either(b, "transfer", "direct"))
				} else {
					r.wrong(v)
				}
			default:
				r.o.extra.put(v)
			}
		}
		r.o.extra.endElement()
	}
	r.o.extra.endArray()
}

// transfer reads the webhook's one transfer; {} is none.
func (nectar) transfer(r *Reader, v tape.Value) {
	rows := &r.o.Children[schema.Transfers]
	rows.Reset()
	if v.Empty() {
		return
	}
	if v.Kind() != tape.Object {
		r.wrong(v)
		return
	}
	row := rows.Add()
	row.Text(schema.TransferKind, "unknown")
	r.o.extra.object(v)
	for m := v.Members(); m.Next(); {
		switch k, v := m.ID(), m.Value(); k {
		case keyTransferTalkTime:
			r.seconds(row, schema.TransferTalk, v)
		case keyNumber:
			if s, ok := v.Scalar(); ok {
				r.phone(row, schema.TransferToNumber, "number", s)
			} else {
				r.wrong(v)
			}
		default:
			r.o.extra.put(v)
		}
	}
	r.o.extra.end()
}
