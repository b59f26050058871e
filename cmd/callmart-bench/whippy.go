package main

// whippyStarted, whippyEvent: a Whippy call is told in two or three events, which share their request_id.
func whippyStarted(p *page, c *call) { whippyEvent(p, c, 0) }

// whippyParts: what was said is analysed, of other calls there is a start and an end only.
func whippyParts(c *call) int {
	if c.talk > 0 || c.outcome == voicemail {
		return 3
	}
	return 2
}

func whippyEvent(p *page, c *call, part int) {
	event, status, updated := "call.started", "call_in_progress", c.start
	if part > 0 {
		event, status, updated = "call.ended", whippyStatus(c), c.end
	}
	if part == 2 {
		event, updated = "call.analyzed", c.end+20+c.draw(70, 90)
	}
	customer := func() *page { return p.s("+120").pad(25_550_000+c.caller, 8) }
	line := func() *page { return p.s("+120155501").pad(c.queue, 2) }
	p.s(`{"data":{"id":"`).uuid(c.luck).s(`","to":"`)
	if c.inbound {
		line()
	} else {
		customer()
	}
	p.s(`","body":"`)
	if part > 0 && c.talk > 0 {
		p.s(`Agent: Hello, this is `).s(queues[c.queue]).s(`.\n`)
		for i := range min(c.talk/40, 8) {
			p.s(turns[c.draw(71+uint64(i), int64(len(turns)))])
		}
	}
	p.s(`","from":"`)
	switch {
	case !c.inbound:
		line()
	case c.withheld():
		p.s("anonymous")
	default:
		customer()
	}
	p.s(`","step_id":null,"language":null,"direction":"`)
	if c.inbound {
		p.s("INBOUND")
	} else {
		p.s("OUTBOUND")
	}
	p.s(`","channel_id":"`).uuid(uint64(c.queue)).s(`","contact_id":"`).uuid(uint64(c.caller) << 20).s(`","created_at":`).micro(c.start).s(`,"updated_at":`).micro(updated).s(`,"attachments":[`)
	if part == 2 {
		for i, f := range [...][2]string{{"application/json", "analysis.json"}, {"audio/x-wav", "recording.wav"}, {"application/json", "transcript.json"}} {
			if i > 0 {
				p.s(",")
			}
			p.s(`{"content_type":"`).s(f[0]).s(`","agent_id":"`).uuid(uint64(c.queue) + 900).s(`","url":"https://files.whippy.invalid/organization_`).uuid(77)
			p.s(`/calls/`).uuid(c.luck + uint64(i) + 20).s(`/`).s(f[1]).s(`"}`)
		}
	}
	p.s(`],"campaign_id":null,"conversation_id":"`).uuid(uint64(c.caller)<<20 + 1).s(`","delivery_status":"`).s(status)
	p.s(`","step_contact_id":null,"translated_body":null,"campaign_contact_id":null,"translation_language":null,"user_id":`)
	if l := c.first(); l != nil && c.draw(80, 2) == 0 {
		p.n(300 + l.agent)
	} else {
		p.s("null")
	}
	p.s(`},"event":"`).s(event).s(`","request_id":"`).uuid(c.luck ^ 3).s(`"}`)
}

// micro appends "2026-03-02T13:05:09.000000Z", quoted.
func (p *page) micro(unix int64) *page {
	return p.s(`"`).date(unix).s("T").clock(unix).s(`.000000Z"`)
}

func whippyStatus(c *call) string {
	switch c.outcome {
	case outboundUnanswered:
		return "call_completed.dial_no_answer"
	case voicemail:
		return "call_completed.voicemail_reached"
	}
	if c.draw(81, 3) == 0 {
		return "call_completed.agent_hangup"
	}
	return "call_completed.user_hangup"
}
