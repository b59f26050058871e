package main

// outcome is how an invented call ends.
type outcome int

const (
	answered outcome = iota
	abandoned
	leftInMenu // hung up before any queue
	voicemail
	missed
	outboundAnswered
	outboundUnanswered
)

// call is what happened, whatever the vendor's words for it are. Seconds all over; instants since 1970.
type call struct {
	serial  int64
	luck    uint64
	outcome outcome
	inbound bool
	start   int64
	end     int64
	menu    int64 // in the menu, before any queue
	wait    int64 // in the first queue, the ring included
	talk    int64 // of all legs
	hold    int64
	queue   int64
	caller  int64
	legs    []leg
	room    [3]leg
}

// leg is one agent's part. The one after a transfer waited in a queue of its own.
type leg struct {
	agent, queue      int64
	rang, start, talk int64
	hold, wrapUp      int64
	wait              int64 // of the transfer that led here
	answered          bool
	transfer          bool
}

// centre makes calls: each a pure function of the seed and its serial number, so that many hands can write at once.
type centre struct {
	seed  uint64
	calls int64
	from  int64 // first instant
	days  int64
}

const (
	agentCount  = 120
	queueCount  = 12
	callerCount = 400_000
)

// draw is a number below n of the call's luck.
func (c *call) draw(salt uint64, n int64) int64 {
	return int64(mix(c.luck+salt*0x632be59bd9b4e019) % uint64(n))
}

// make fills in c. Calls begin in roughly rising order: an archive is written as calls end.
func (m *centre) make(c *call, serial int64) {
	*c = call{serial: serial, luck: mix(m.seed*0x2545f4914f6cdd1d ^ uint64(serial))}
	length := m.days * 86400
	c.start = m.from + int64(float64(serial)/float64(m.calls)*float64(length)) - c.draw(1, 900)
	c.start = max(c.start, m.from)
	c.caller, c.queue = c.draw(2, callerCount), c.draw(3, queueCount)
	switch roll := c.draw(4, 100); {
	case roll < 70:
		c.outcome = answered
	case roll < 82:
		c.outcome = abandoned
	case roll < 84:
		c.outcome = leftInMenu
	case roll < 88:
		c.outcome = voicemail
	case roll < 92:
		c.outcome = missed
	case roll < 98:
		c.outcome = outboundAnswered
	default:
		c.outcome = outboundUnanswered
	}
	c.inbound = c.outcome < outboundAnswered
	if c.inbound {
		c.menu = 5 + c.draw(5, 40)
		c.wait = 1 + c.draw(6, 20)
		if c.draw(7, 3) == 0 {
			c.wait += c.draw(8, 300)
		}
	}
	at := c.start + c.menu
	switch c.outcome {
	case leftInMenu:
		c.wait, c.end = 0, at
	case abandoned:
		c.end = at + c.wait
	case missed, outboundUnanswered:
		c.wait += 15
		c.ring(at+c.wait-15, false)
		c.end = at + c.wait
	case voicemail:
		c.end = at + c.wait + 5 + c.draw(9, 60)
	default:
		c.talks(at)
	}
}

// ring adds a leg that begins to ring then.
func (c *call) ring(at int64, answers bool) *leg {
	n := len(c.legs)
	c.room[n] = leg{
		agent: (c.queue*10 + c.draw(20+uint64(n), 10)) % agentCount, queue: c.queue, rang: at, answered: answers,
	}
	c.legs = c.room[:n+1]
	return &c.room[n]
}

// talks adds the legs of a call that was answered: perhaps one that rang in vain, then the conversation, then, of a
// tenth, the transfer to another queue.
func (c *call) talks(at int64) {
	connected := at + c.wait
	if c.wait > 20 && c.draw(10, 4) == 0 {
		c.ring(connected-19, false)
	}
	l := c.ring(max(at, connected-2-c.draw(11, 7)), true)
	c.converse(l, connected)
	c.end = connected + l.talk
	if c.draw(12, 10) == 0 {
		c.queue = (c.queue + 1 + c.draw(13, queueCount-1)) % queueCount
		wait := 3 + c.draw(14, 60)
		t := c.ring(c.end+wait-3, true)
		c.queue = l.queue
		t.wait, t.transfer = wait, true
		c.converse(t, c.end+wait)
		c.end = t.start + t.talk
	}
	for i := range c.legs {
		c.talk += c.legs[i].talk
		c.hold += c.legs[i].hold
	}
}

func (c *call) converse(l *leg, at int64) {
	salt := uint64(30 + 4*len(c.legs))
	l.start, l.talk, l.wrapUp = at, 15+c.draw(salt, 240), 3+c.draw(salt+1, 60)
	if c.draw(salt+2, 4) == 0 {
		l.talk += c.draw(salt+3, 900)
		l.hold = l.talk / 8
	}
}

// first is the leg that answered first, nil if nobody did.
func (c *call) first() *leg {
	for i := range c.legs {
		if c.legs[i].answered {
			return &c.legs[i]
		}
	}
	return nil
}

// handOver is the leg after the transfer, nil if there was none.
func (c *call) handOver() *leg {
	if n := len(c.legs); n > 0 && c.legs[n-1].transfer {
		return &c.legs[n-1]
	}
	return nil
}

// withheld tells whether the caller's number is.
func (c *call) withheld() bool { return c.inbound && c.draw(15, 40) == 0 }

// code is the disposition's number, 0 for none.
func (c *call) code() int64 {
	if c.talk == 0 || c.draw(16, 3) > 0 {
		return 0
	}
	return 1 + c.draw(17, int64(len(codes)))
}

// survey is the customer's rating, 0 for none.
func (c *call) survey() int64 {
	if c.talk == 0 || c.draw(18, 8) > 0 {
		return 0
	}
	return 1 + c.draw(19, 5)
}
