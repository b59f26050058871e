package main

// callerdeskLive is CallerDesk's live call, callerdeskReport the report after its end. Every value is a text there, and
// times are Indian wall clock.
func callerdeskLive(p *page, c *call) {
	p.callerdeskHead(c).s(`","Status":"`).s(callerdeskStatus(c)).s(`","StartTime":"`).indian(c.start, " ").s(`","CallSid":"`).callSID(c)
	p.callerdeskKind(c).s(`"}`)
}

func callerdeskReport(p *page, c *call, _ int) {
	gap := "  " // what stands between date and time differs from one payload to the next
	if c.draw(60, 6) == 0 {
		gap = " "
	}
	p.callerdeskHead(c).s(`","CallDuration":"`).n(c.end - c.start).s(`","coins":"`).n(1 + (c.end-c.start)/180).s(`","Status":"`).s(callerdeskStatus(c))
	p.s(`","StartTime":"`).indian(c.start, gap).s(`","EndTime":"`).indian(c.end, " ").s(`","CallSid":"`).callSID(c).s(`","CallRecordingUrl":"`)
	l := c.first()
	if l != nil {
		p.s(`https://callrecords.callerdesk.invalid/incoming/`).n(4*c.serial + 1)
	}
	p.callerdeskKind(c).s(`","TalkDuration":"`).n(c.talk).s(`","call_group":"`)
	queued := c.inbound && c.outcome != leftInMenu
	if queued {
		p.s(queues[c.queue])
	}
	p.s(`","receiver_name":"`)
	if l != nil {
		p.person(l.agent)
	} else {
		p.s("0")
	}
	p.s(`","error_code":"`).s(callerdeskCode(c)).s(`","LegA_Picked_time":"`)
	var legA, rang, legB int64
	if queued {
		legA = c.start + c.menu
	}
	if len(c.legs) > 0 {
		rang = c.legs[0].rang
		if !c.inbound {
			legA = rang + 1
		}
	}
	if l != nil {
		legB = l.start
	}
	p.indian(legA, " ").s(`","LegB_Start_time":"`).indian(rang, " ").s(`","LegB_Picked_time":"`).indian(legB, " ").s(`","type":"call_report","callstatus":"`).s(callerdeskWhy(c))
	p.s(`","key_press":"`)
	if c.inbound {
		p.n(1 + c.queue%9)
	}
	p.s(`","agent_email":"`)
	if l != nil {
		p.email(l.agent)
	}
	p.s(`","group_id":"`)
	if queued {
		p.n(10 + c.queue)
	} else {
		p.s("0")
	}
	p.s(`","hangup_cause":"`)
	if l != nil {
		p.s("ANSWER(16-customer)")
	}
	p.s(`","account_id":"501"`)
	if t := c.handOver(); t != nil {
		p.s(`,"cparty_number":"`).n(2000 + t.agent).s(`"`)
	}
	p.s(`}`)
}

func (p *page) callerdeskHead(c *call) *page {
	p.s(`{"SourceNumber":"`)
	l := c.first()
	if c.inbound {
		if !c.withheld() {
			p.indianNumber(c)
		}
	} else if l != nil {
		p.n(2000 + l.agent)
	}
	p.s(`","DestinationNumber":"0110000`).pad(c.queue, 4).s(`","DialWhomNumber":"`)
	switch {
	case !c.inbound:
		p.indianNumber(c)
	case l != nil:
		p.n(2000 + l.agent)
	default:
		p.s("0")
	}
	return p
}

// callerdeskKind appends the keys that tell inbound from outbound.
func (p *page) callerdeskKind(c *call) *page {
	if c.inbound {
		return p.s(`","Direction":"IVR","campid":"0`)
	}
	return p.s(`","Direction":"WEBOBD","campid":"`).n(900_000 + c.serial)
}

func (p *page) indianNumber(c *call) *page { return p.s("09").pad(810_000_000+c.caller, 9) }

func (p *page) callSID(c *call) *page { return p.n(c.start).s(".").n(9_000_000 + c.serial) }

// indian appends the wall clock of India; 0 is the vendor's never.
func (p *page) indian(unix int64, gap string) *page {
	if unix == 0 {
		return p.s("0000-00-00 00:00:00")
	}
	unix += 5*3600 + 1800
	return p.date(unix).s(gap).clock(unix)
}

func callerdeskStatus(c *call) string {
	switch {
	case c.talk > 0:
		return "ANSWER"
	case c.inbound:
		return "NO ANSWER"
	}
	return "Cancel-Customer"
}

func callerdeskWhy(c *call) string {
	switch c.outcome {
	case answered, outboundAnswered:
		return "ANSWER (16)"
	case abandoned:
		if c.draw(61, 3) == 0 {
			return "CANCEL (0)"
		}
		return "AbandonedCall"
	case leftInMenu, voicemail:
		return "Not connected"
	case missed:
		return "NO ANSWER (0-Agent)"
	}
	return "NOANSWER (0-customer)"
}

func callerdeskCode(c *call) string {
	if c.talk > 0 {
		return "16"
	}
	return "0"
}
