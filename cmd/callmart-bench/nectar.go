package main

// nectarRunning is Nectar Desk's answer to GET /calls/{id} while the call goes on, nectarEnded the one after it.
func nectarRunning(p *page, c *call)      { nectarCall(p, c, false) }
func nectarEnded(p *page, c *call, _ int) { nectarCall(p, c, true) }

func nectarCall(p *page, c *call, ended bool) {
	p.s(`{"calls":{"id":`).n(4_000_000 + c.serial).s(`,"is_inbound":`).b(c.inbound).s(`,"is_answered":`).b(ended && c.talk > 0)
	p.s(`,"is_in_queue":`).b(!ended && c.inbound).s(`,"contact":`)
	if c.withheld() {
		p.s(`{}`)
	} else {
		p.s(`{"id":`).n(10_000 + c.caller).s(`,"full_name":"`)
		if c.caller%3 > 0 { // who is not in the address book has no name
			p.person(c.caller)
		}
		p.s(`","number_country_code":"1","national_number":"`).nectarNumber(c).s(`","number":"1`).nectarNumber(c).s(`","list_ids":[`).n(1 + c.caller%3).s(`]}`)
	}
	legs := c.legs
	if !ended {
		legs = nil
	}
	p.s(`,"agents":[`)
	comma := ""
	for i := range legs {
		if legs[i].answered {
			p.s(comma).n(300 + legs[i].agent)
			comma = ","
		}
	}
	p.s(`],"all_agents":[`).nectarLegs(legs, false).s(`],"answered_agents":[`).nectarLegs(legs, true)
	p.s(`],"external_numbers":[`)
	if !c.withheld() {
		p.s(`{"number":"1`).nectarNumber(c).s(`","is_any_transfer":false}`)
		if ended && c.handOver() != nil && c.draw(53, 2) == 0 { // the other half went to a colleague
			p.s(`,{"number":"131255502`).pad(c.draw(54, 100), 2).s(` (Partner)","is_any_transfer":true}`)
		}
	}
	p.s(`],"number":{"id":`).n(10 + c.queue).s(`,"number":"`).nectarLine(c).s(`","numberWithAlias":"`).nectarLine(c).s(` (`).s(queues[c.queue]).s(`)","alias":"`).s(queues[c.queue])
	duration, talk := c.end-c.start, c.talk
	if !ended {
		duration, talk = 0, 0
	}
	p.s(`"},"started_at":`).n(c.start).s(`,"duration":`).n(duration).s(`,"talk_time":`).n(talk)
	p.s(`,"requested_callback":`).b(c.draw(50, 60) == 0).s(`,"is_ended":`).b(ended).s(`,"type":"`)
	if ended {
		p.s(nectarWord(c))
	}
	p.s(`","is_answered_within_sla":`).b(ended && c.inbound && c.talk > 0 && c.wait <= 20)
	p.s(`,"is_data_cached":true,"original_call_id":0,"campaign":`)
	if c.inbound {
		p.s(`{}`)
	} else {
		p.s(`{"id":5,"name":"Spring renewal"}`)
	}
	p.s(`,"ring_group":`)
	if c.inbound && c.outcome != leftInMenu {
		p.s(`{"id":`).n(10 + c.queue).s(`,"name":"`).s(queues[c.queue]).s(`"}`)
	} else {
		p.s(`{}`)
	}
	if c.inbound {
		p.s(`,"ivr":{"id":1,"name":"Main menu"}`)
	} else {
		p.s(`,"ivr":{}`)
	}
	p.s(`,"disposition":`)
	if code := c.code(); ended && code > 0 {
		p.s(`{"id":`).n(code).s(`,"code":"`).s(codes[code-1]).s(`","note":"`).s(notes[c.draw(51, int64(len(notes)))]).s(`"}`)
	} else {
		p.s(`{}`)
	}
	p.s(`,"recordings":[`)
	comma = ""
	for i := range legs {
		if legs[i].answered {
			id := 4*c.serial + int64(i)
			p.s(comma).s(`{"id":`).n(id).s(`,"url":"https://recordings.nectar.invalid/api/call/recording/`).n(id).s(`"}`)
			comma = ","
		}
	}
	p.s(`],"tags":[`)
	switch c.draw(52, 6) {
	case 0:
		p.s(`"vip"`)
	case 1:
		p.s(`"renewal","spring"`)
	}
	p.s(`]}}`)
}

func (p *page) nectarNumber(c *call) *page { return p.s("20").pad(25_550_000+c.caller, 8) }

func (p *page) nectarLine(c *call) *page { return p.s("120155501").pad(c.queue, 2) }

func (p *page) nectarLegs(legs []leg, answeredOnly bool) *page {
	comma := ""
	for i := range legs {
		l := &legs[i]
		if answeredOnly && !l.answered {
			continue
		}
		began, hangUp := l.start, "NORMAL_CLEARING"
		if !l.answered {
			began, hangUp = l.rang, "NO_ANSWER"
		}
		p.s(comma).s(`{"id":`).n(300 + l.agent).s(`,"user_id":`).n(1300 + l.agent).s(`,"alias":"`).person(l.agent).s(`","sip":"sip:`).n(2000 + l.agent)
		p.s(`@sip.centre.invalid","started_at":`).n(began).s(`,"type":"agent","is_any_transfer":`).b(l.transfer).s(`,"hangup_reason":"`).s(hangUp).s(`"}`)
		comma = ","
	}
	return p
}

func nectarWord(c *call) string {
	switch c.outcome {
	case answered, outboundAnswered:
		return "answered"
	case abandoned, leftInMenu:
		return "abandoned"
	case voicemail:
		return "voicemail"
	}
	return "Not Answered"
}
