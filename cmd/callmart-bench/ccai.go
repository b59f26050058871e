package main

// ccaiEnded is CCAI Platform's call as it is written at its end, ccaiUpdated as it stands after wrap-up and survey.
func ccaiEnded(p *page, c *call)          { ccaiCall(p, c, false) }
func ccaiUpdated(p *page, c *call, _ int) { ccaiCall(p, c, true) }

func ccaiCall(p *page, c *call, complete bool) {
	kind, by := "Voice Inbound (IVR)", "end_user"
	if !c.inbound {
		kind = "Voice Outbound"
	}
	if c.draw(90, 4) == 0 {
		by = "agent"
	}
	id := 20_000 + c.serial
	l, queued := c.first(), c.inbound && c.outcome != leftInMenu
	var queuedAt, assignedAt, connectedAt, wrapUp, rated int64
	if queued {
		queuedAt = c.start + c.menu
	}
	if len(c.legs) > 0 {
		assignedAt = c.legs[0].rang
	}
	if l != nil {
		connectedAt = l.start
	}
	waits := c.wait
	for i := range c.legs {
		wrapUp += c.legs[i].wrapUp
		waits += c.legs[i].wait
	}
	if !c.inbound {
		waits = 0
	}
	updated := c.end + 1
	if complete {
		updated += wrapUp
		if rated = c.survey(); rated > 0 {
			updated += 900
		}
	}
	status, reason := ccaiStatus(c)
	p.s(`{"id":`).n(id).s(`,"lang":"en","call_type":"`).s(kind).s(`","session_type":"`).s(kind).s(`","session_type_v2":"`).s(kind).s(`","status":"`).s(status)
	p.s(`","created_at":`).at(c.start).s(`,"queued_at":`).at(queuedAt).s(`,"assigned_at":`).at(assignedAt).s(`,"connected_at":`).at(connectedAt)
	p.s(`,"ends_at":`).at(c.end).s(`,"scheduled_at":null,"updated_at":`).at(updated).s(`,"wait_duration":`).n(waits).s(`,"call_duration":`).n(c.talk + wrapUp)
	p.s(`,"hold_duration":`).n(c.hold).s(`,"rating":`)
	if rated > 0 {
		p.n(rated)
	} else {
		p.s("null")
	}
	p.s(`,"has_feedback":`).b(rated > 0).s(`,"voip_provider":"deprecated","out_ticket_id":`)
	if l != nil && c.draw(91, 3) == 0 {
		p.s(`"`).n(71_000 + c.serial).s(`","out_ticket_url":"https://crm.ccai.invalid/`).n(71_000 + c.serial).s(`"`)
	} else {
		p.s(`null,"out_ticket_url":null`)
	}
	p.s(`,"is_out_ticket_account":false,"verified":`).b(c.caller%2 == 0).s(`,"recording_url":null,"recording_permission":"`)
	if l != nil {
		p.s("granted")
	} else {
		p.s("not_asked")
	}
	p.s(`","voicemail_reason":"not_voicemail","deflection":"no_deflection","disconnected_by":"disconnected_by_`).s(by).s(`","fail_reason":"`).s(reason)
	p.s(`","fail_details":null,"support_number":`)
	if c.inbound {
		p.s(`"+120155501`).pad(c.queue, 2).s(`"`)
	} else {
		p.s("null")
	}
	p.s(`,"selected_menu":`)
	if queued {
		p.s(`{"id":`).n(70 + c.queue).s(`,"name":"`).s(queues[c.queue]).s(`","parent_id":6,"position":`).n(c.queue + 1).s(`,"deleted":false,"menu_type":"ivr_menu","hidden":false},"menu_path":`).ccaiPath(c.queue)
	} else {
		p.s(`null,"menu_path":null`)
	}
	p.s(`,"queue_priority_level":`).n(c.draw(92, 10) / 9).s(`,"agent_info":`)
	if l != nil {
		p.ccaiAgent(l.agent)
	} else {
		p.s("null")
	}
	p.s(`,"end_user":`)
	if c.withheld() {
		p.s("null")
	} else {
		p.s(`{"id":`).n(20_000 + c.caller).s(`,"identifier":"`).ccaiNumber(c).s(`","out_contact_id":`)
		if c.caller%3 > 0 {
			p.s(`"C`).n(10_000 + c.caller).s(`"}`)
		} else {
			p.s(`null}`)
		}
	}
	p.s(`,"photos":[],"videos":[],"transfers":[`).ccaiTransfers(c, updated).s(`],"escalations":[],"deflection_details":[],"handle_durations":[`).ccaiHandles(c, complete)
	p.s(`],"queue_durations":[`).ccaiQueues(c).s(`],"virtual_agent_handle_durations":[],"consumer_event_durations":[`)
	if rated > 0 {
		p.s(`{"id":`).n(ccaiPart(c, 14)).s(`,"duration":10,"type":"csat","event":"finished","menu_path_id":null,"menu_path":null,"lang":"en","started_at":`).at(c.end + 2).s(`,"ended_at":`).at(c.end + 12).s(`}`)
	}
	p.s(`],"consumer_in_menu_durations":[`)
	if c.inbound {
		p.s(`{"id":`).n(ccaiPart(c, 13)).s(`,"duration":`).n(c.menu).s(`,"event":"finished","menu_path_id":null,"menu_path":null,"lang":"en","started_at":`).at(c.start).s(`,"ended_at":`).at(c.start + c.menu).s(`}`)
	}
	p.s(`],"participants":[`).ccaiPeople(c).s(`],"recordings":[`).ccaiRecordings(c).s(`],"offer_type":`).or(queued, `"cascade"`).s(`,"offer_events":[`)
	if queued {
		p.s(`{"casting_time":`).at(queuedAt).s(`,"group":"Group 1"}`)
	}
	p.s(`],"answer_type":"manual","outbound_number":`)
	if c.inbound {
		p.s("null")
	} else {
		p.s(`"+120155501`).pad(c.queue, 2).s(`"`)
	}
	p.s(`,"dispositions":[`)
	if code := c.code(); complete && code > 0 {
		p.s(`{"user_id":`).n(300 + l.agent).s(`,"transfer_id":null,"participant_id":`).n(ccaiPart(c, 1)).s(`,"note":"`).s(notes[c.draw(51, int64(len(notes)))])
		p.s(`","code":"`).s(codes[code-1]).s(`","ujet_code_id":`).n(code).s(`,"list":"Inbound"}`)
	}
	p.s(`]}`)
}

func ccaiStatus(c *call) (status, reason string) {
	switch c.outcome {
	case answered, outboundAnswered:
		return "finished", "nothing"
	case abandoned:
		return "failed", "eu_abandoned"
	case leftInMenu:
		return "failed", "eu_in_menu_abandoned"
	case voicemail:
		return "voicemail_received", "nothing"
	case missed:
		return "failed", "expired"
	}
	return "failed", "eu_no_answer"
}

// ccaiPart is the id of a call's n-th part of a kind.
func ccaiPart(c *call, n int64) int64 { return 300_000 + 16*c.serial + n }
