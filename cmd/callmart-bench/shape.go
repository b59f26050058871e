package main

import (
	"slices"
	"strings"
)

// shape writes calls as one vendor does.
type shape struct {
	vendor, source   string
	timezone, region string
	payloadTimezone  string
	early            func(p *page, c *call)           // the record of a call of which more is told later
	record           func(p *page, c *call, part int) // what is known in the end
	parts            func(c *call) int                // how many records that takes
}

// shapes are all the vendors'.
func shapes() []shape {
	return []shape{
		{vendor: "nectardesk", source: "bank", timezone: "UTC", region: "US", early: nectarRunning, record: nectarEnded, parts: one},
		{vendor: "ccai", source: "shop", timezone: "UTC", region: "US", early: ccaiEnded, record: ccaiUpdated, parts: one},
		{vendor: "callerdesk", source: "clinic", timezone: "Asia/Kolkata", payloadTimezone: "Asia/Kolkata", region: "IN", early: callerdeskLive, record: callerdeskReport, parts: one},
		{vendor: "whippy", source: "staffing", timezone: "UTC", region: "US", early: whippyStarted, record: whippyEvent, parts: whippyParts},
	}
}

func shapeOf(vendor string) (shape, error) {
	var names []string
	for _, s := range shapes() {
		if s.vendor == vendor {
			return s, nil
		}
		names = append(names, s.vendor)
	}
	slices.Sort(names)
	return shape{}, &usageError{"no vendor " + vendor + ": there are " + strings.Join(names, ", ")}
}

func one(*call) int { return 1 }

// configuration is a callmart.yaml that reads the archive.
func (s *shape) configuration() string {
	text := "lake: ./lake\ntimezone: " + s.timezone + "\nsources:\n  - name: " + s.source + "\n    vendor: " + s.vendor + "\n    region: " + s.region + "\n"
	if s.payloadTimezone != "" {
		text += "    payload_timezone: " + s.payloadTimezone + "\n"
	}
	return text + "    archive:\n      - {paths: [\"archive/**\"]}\n"
}
