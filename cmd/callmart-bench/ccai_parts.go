package main

func (p *page) ccaiNumber(c *call) *page { return p.s("+120").pad(25_550_000+c.caller, 8) }

func (p *page) ccaiPath(queue int64) *page {
	return p.s(`{"items_count":2,"name":"Main/`).s(queues[queue]).s(`","materialized_path":"6/`).n(70 + queue).s(`"}`)
}

func (p *page) ccaiAgent(agent int64) *page {
	p.s(`{"id":`).n(300 + agent).s(`,"agent_number":null,"email":"`).email(agent).s(`","name":"`).person(agent).s(`","last_name":"`)
	return p.s(lastNames[agent/3%int64(len(lastNames))]).s(`","first_name":"`).s(firstNames[agent%int64(len(firstNames))]).s(`","avatar_url":null}`)
}

// ccaiTransferred appends the keys that tell which transfer led to a leg or a wait.
func (p *page) ccaiTransferred(c *call, transfer bool) *page {
	if !transfer {
		return p.s(`,"transfer":false,"transfer_id":null,"transfer_cold":null`)
	}
	return p.s(`,"transfer":true,"transfer_id":`).n(ccaiPart(c, 12)).s(`,"transfer_cold":`).b(c.draw(93, 2) == 0)
}

func (p *page) ccaiTransfers(c *call, updated int64) *page {
	t, l := c.handOver(), c.first()
	if t == nil {
		return p
	}
	p.s(`{"id":`).n(ccaiPart(c, 12)).s(`,"status":"transferred","fail_reason":"nothing","created_at":`).at(t.start - t.wait).s(`,"assigned_at":`).at(t.rang)
	p.s(`,"connected_at":`).at(t.start).s(`,"updated_at":`).at(updated).s(`,"call_duration":`).n(t.talk).s(`,"wait_duration":`).n(t.wait)
	p.s(`,"deflection":"no_deflection","answer_type_path":"manual_to_manual","from_menu_path":`).ccaiPath(l.queue).s(`,"to_menu_path":`).ccaiPath(t.queue)
	return p.s(`,"from_agent":`).ccaiAgent(l.agent).s(`,"to_agent":`).ccaiAgent(t.agent).s(`}`)
}

// ccaiQueues appends the waits, the newest first as the vendor does.
func (p *page) ccaiQueues(c *call) *page {
	if t := c.handOver(); t != nil && c.inbound {
		p.ccaiQueue(c, 1, t.queue, t, t.start-t.wait, t.wait).s(",")
	}
	if c.inbound && c.outcome != leftInMenu {
		p.ccaiQueue(c, 0, c.queue, c.first(), c.start+c.menu, c.wait)
	}
	return p
}

func (p *page) ccaiQueue(c *call, part, queue int64, l *leg, at, wait int64) *page {
	p.s(`{"id":`).n(ccaiPart(c, part)).s(`,"agent_id":`)
	verdict := `"not_in_sla"`
	if l != nil {
		p.n(300 + l.agent)
		if wait < 20 {
			verdict = `"in_sla"`
		}
	} else {
		p.s("null")
		if wait < 8 {
			verdict = "null" // who leaves sooner is in no service level
		}
	}
	p.s(`,"ended_at":`).at(at + wait).s(`,"lang":"en","menu_path_id":`).n(83 + queue).s(`,"menu_path":"Main/`).s(queues[queue]).s(`","queue_duration":`).n(wait)
	p.s(`,"started_at":`).at(at).ccaiTransferred(c, part > 0).s(`,"service_level_abandon_time_threshold":8,"service_level_event":`).s(verdict)
	return p.s(`,"service_level_target_percent":80,"service_level_target_time":20}`)
}

// ccaiHandles appends the conversations and, once it is over, the work after each as an element of its own.
func (p *page) ccaiHandles(c *call, complete bool) *page {
	comma := ""
	for i := range c.legs {
		l := &c.legs[i]
		if !l.answered {
			continue
		}
		end := l.start + l.talk
		p.s(comma).ccaiHandle(c, l, ccaiPart(c, int64(2*i)), 0, l.talk, l.start, end).s(`,"hold_duration":`).n(l.hold).s(`,"assigned_connection_duration":`).n(l.start - l.rang).s(`}`)
		comma = ","
		if complete {
			p.s(comma).ccaiHandle(c, l, ccaiPart(c, int64(2*i+1)), l.wrapUp, 0, end, end+l.wrapUp).s(`,"hold_duration":null,"assigned_connection_duration":0}`)
		}
	}
	return p
}

func (p *page) ccaiHandle(c *call, l *leg, id, wrapUp, talk, from, to int64) *page {
	p.s(`{"id":`).n(id).s(`,"agent_id":`).n(300 + l.agent).s(`,"acw_duration":`).n(wrapUp).s(`,"bcw_duration":0,"call_duration":`).n(talk)
	p.s(`,"menu_path_id":`).n(83+l.queue).s(`,"menu_path":"Main/`).s(queues[l.queue]).s(`","lang":"en","barged":false`).ccaiTransferred(c, l.transfer)
	return p.s(`,"started_at":`).at(from).s(`,"ended_at":`).at(to).s(`,"scheduled_at":null`)
}

func (p *page) ccaiPeople(c *call) *page {
	p.s(`{"id":`).n(ccaiPart(c, 0)).s(`,"type":"end_user","entry_type":"queue_or_transfer","user_id":null,"end_user_id":`)
	if c.withheld() {
		p.s("null")
	} else {
		p.n(20_000 + c.caller)
	}
	p.s(`,"virtual_agent_id":null,"status":"finished","fail_reason":"nothing","connected_at":`).at(c.start)
	if !c.withheld() {
		p.s(`,"phone_number":"`).ccaiNumber(c).s(`"`)
	}
	p.s(`,"call_id":`).n(20_000 + c.serial).s(`,"call_duration":`).n(c.end - c.start).s(`,"hold_duration":`).n(c.hold).s(`,"ended_at":`).at(c.end).s(`}`)
	for i := range c.legs {
		l := &c.legs[i]
		p.s(`,{"id":`).n(ccaiPart(c, int64(i+1))).s(`,"type":"agent","entry_type":"queue_or_transfer","user_id":`).n(300 + l.agent).s(`,"end_user_id":null,"virtual_agent_id":null,"status":"`)
		if l.answered {
			p.s(`finished","fail_reason":"nothing","connected_at":`).at(l.start)
		} else {
			p.s(`failed","fail_reason":"ag_ignored","connected_at":null`)
		}
		p.s(`,"email":"`).email(l.agent).s(`","first_name":"`).s(firstNames[l.agent%int64(len(firstNames))]).s(`","last_name":"`).s(lastNames[l.agent/3%int64(len(lastNames))])
		p.s(`","call_id":`).n(20_000 + c.serial).s(`,"call_duration":`)
		if l.answered {
			p.n(l.talk).s(`,"hold_duration":null,"ended_at":`).at(l.start + l.talk).s(`}`)
		} else {
			p.s(`null,"hold_duration":null,"ended_at":null}`)
		}
	}
	return p
}

func (p *page) ccaiRecordings(c *call) *page {
	comma := ""
	for i := range c.legs {
		l := &c.legs[i]
		if !l.answered {
			continue
		}
		p.s(comma).s(`{"id":`).n(4*c.serial + int64(i)).s(`,"call_id":`).n(20_000 + c.serial).s(`,"conference_sid":"`).n(int64(c.luck >> 33)).s(`","duration":`).n(l.talk)
		p.s(`,"recording_type":"default","redaction_times":[],"started_at":`).at(l.start).s(`}`)
		comma = ","
	}
	return p
}
