package demo

import (
	"fmt"
	"strings"
)

// configuration is the demo's callmart.yaml. The APIs are only there while the demo runs: afterwards they are comments,
// to show what the real ones would look like.
func configuration(sites []*site, served bool) string {
	var b strings.Builder
	b.WriteString(`# callmart.yaml of the demo: four invented contact centres. Change what you like, and run it again:
#   callmart run --config callmart.yaml
lake: ./lake
reports: {dir: ./reports, periods: [day, week, month], week_start: monday}
timezone: Europe/Berlin
sources:
`)
	for _, s := range sites {
		fmt.Fprintf(&b, "  - name: %s\n    vendor: %s\n    timezone: %s\n    region: %s\n", s.name, s.centre.Vendor, s.zone, s.region)
		b.WriteString("    archive:\n")
		for _, event := range s.events() {
			fmt.Fprintf(&b, "      - {paths: [\"archive/%s/raw/%s/**\"], event: %s}\n", s.name, event, event)
		}
		fmt.Fprintf(&b, "      - {paths: [\"archive/%s/**\"]}\n", s.name)
		if !s.api {
			continue
		}
		ids := "{from: [webhooks, parents]}"
		if s.centre.Vendor == "ccai" {
			ids = fmt.Sprintf("{from: [parents], file: archive/%s-ids.txt}", s.name)
		}
		if served {
			fmt.Fprintf(&b, "    api: {base_url: %q, token: \"${%s}\", rate: 5000, concurrency: 8, ids: %s}\n", s.url, s.variable(), ids)
		} else {
			fmt.Fprintf(&b, "    # The fake API ended with the demo; its answers are in lake/_raw. A real one:\n")
			fmt.Fprintf(&b, "    # api: {base_url: \"https://api.example.com\", token: \"${%s}\", rate: 5, ids: %s}\n", s.variable(), ids)
		}
	}
	b.WriteString(`quiet_after: 72h
service_level: {threshold: 20s, target: 80%, short_abandon: 5s, formula: exclude_short_abandons}
queues:                                  # the same queue of several centres is reported as one
  - {match: "*Premium", group: Premium, threshold: 10s, target: 90%}
  - {match: "*Customer Service", group: Customer Service}
  - {match: "*Sales", group: Sales}
  - {match: "*Billing", group: Billing}
  - {match: "*Technical Support", group: Technical Support, threshold: 30s}
  - {match: "*Deliveries", group: Deliveries}
hours:
  - {source: berlin, days: mon-fri, open: "08:00", close: "18:00"}
  - {source: berlin, days: sat, open: "09:00", close: "14:00"}
  - {source: mumbai, days: mon-fri, open: "08:00", close: "18:00"}
  - {source: mumbai, days: sat, open: "09:00", close: "14:00"}
  - {source: newyork, days: mon-fri, open: "08:00", close: "18:00"}
  - {source: newyork, days: sat, open: "09:00", close: "14:00"}
exclusions:
  - {source: mumbai, from: 2026-10-13T10:00, to: 2026-10-13T11:00, reason: carrier outage}
`)
	return b.String()
}
