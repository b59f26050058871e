package schema

import "strconv"

// Steps are the waits, in seconds, for which queue_intervals keeps cumulative counts,
// so that most thresholds can be judged without the calls.
var Steps = [...]int{5, 6, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600}

// intervalFields are the columns of queue_intervals; sql/queue_intervals.sql selects them in this order.
var intervalFields = makeIntervalFields()

func makeIntervalFields() []Field {
	count := func(name, doc string) Field { return Field{Name: name, Type: Int, Unit: "entries", Doc: doc} }
	ms := func(name, doc string) Field { return Field{Name: name, Type: Int, Unit: "milliseconds", Doc: doc} }
	f := []Field{
		{Name: "queue", Type: Text, Doc: "Name of the queue; NULL where the vendor named none."},
		{Name: "interval_start_local", Type: Local, Doc: "Start of the interval on the wall clock of the source's zone, by arrival."},
		{Name: "utc_offset_minutes", Type: Int, Unit: "minutes", Doc: "The zone's offset from UTC; tells the two hours apart when clocks go back."},
		{Name: "interval_minutes", Type: Int, Unit: "minutes", Doc: "Length of the interval when the row was made."},
		{Name: "threshold_seconds", Type: Seconds, Doc: "The queue's threshold when the row was made."},
		{Name: "short_abandon_seconds", Type: Seconds, Doc: "The limit of a short abandon when the row was made."},
		count("entries", "All entries, those outside hours and of excluded outages included."),
		count("offered", "Answered + abandoned + voicemail + callback + overflow + missed + failed, within hours."),
	}
	for _, exit := range exits {
		f = append(f, count(exit, "Entries with the exit "+exit+", within hours."))
	}
	f = append(f,
		count("after_hours", "Entries outside the configured hours."),
		count("answered_within", "Answered within threshold_seconds."),
		count("abandoned_within", "Abandoned within threshold_seconds."),
		count("short_abandoned", "Abandoned within short_abandon_seconds."),
		count("callback_within", "Call-back accepted within threshold_seconds."),
		count("answered_unknown_wait", "Answered, wait unknown."),
		count("abandoned_unknown_wait", "Abandoned, wait unknown."),
		count("voicemail_unknown_wait", "Voicemail, wait unknown."),
		count("callback_unknown_wait", "Call-back accepted, wait unknown."),
		count("overflow_unknown_wait", "Overflow, wait unknown."),
		count("missed_unknown_wait", "Missed, wait unknown."),
		count("failed_unknown_wait", "Failed, wait unknown."),
	)
	for _, exit := range [...][2]string{{"answered", "Answered"}, {"abandoned", "Abandoned"}} {
		for _, s := range Steps {
			n := strconv.Itoa(s)
			f = append(f, count(exit[0]+"_le_"+n, exit[1]+" with a wait of at most "+n+" s."))
		}
	}
	return append(f,
		ms("answered_wait_ms", "Waits of answered entries."),
		ms("abandoned_wait_ms", "Waits of abandoned entries."),
		ms("talk_ms", "Talk of calls whose first entry was answered here."),
		ms("hold_ms", "Hold of calls whose first entry was answered here."),
		ms("wrap_up_ms", "Wrap-up of calls whose first entry was answered here."),
		ms("answered_wait_max_ms", "Longest wait of an answered entry."),
		ms("abandoned_wait_max_ms", "Longest wait of an abandoned entry."),
	)
}
