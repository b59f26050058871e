package reports

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// whole writes a count with separators: 1,599.
func whole(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// percent writes a rate as "43.8 %", nothing as "no data".
func percent(v Value) string {
	rate, ok := v.(float64)
	if !ok {
		return "no data"
	}
	return fmt.Sprintf("%.1f %%", rate*100)
}

// points writes percentage points without their sign: "36.2 points".
func points(pp float64) string { return fmt.Sprintf("%.1f points", math.Abs(pp)) }

// wait writes seconds as a reader says them: "51 s", "12 min 3 s", "1 h 2 min".
func wait(seconds float64) string {
	n := int64(math.Round(seconds))
	switch {
	case n < 60:
		return fmt.Sprintf("%d s", n)
	case n < 3600 && n%60 == 0:
		return fmt.Sprintf("%d min", n/60)
	case n < 3600:
		return fmt.Sprintf("%d min %d s", n/60, n%60)
	default:
		return fmt.Sprintf("%d h %d min", n/3600, n%3600/60)
	}
}

// limit writes a threshold as it was configured: "20 s", "7.5 s".
func limit(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + " s"
}

// queueName is the queue as a reader knows it; its source is told where several are configured.
func (d *data) queueName(f figure) string {
	name, source := f.text("queue"), f.text("source")
	if name == "" {
		name = noQueue
	}
	if source != "" && len(d.s.Sources) > 1 {
		return name + " (" + source + ")"
	}
	return name
}

const noQueue = "no queue named"

// title is the report's name for readers.
func (r *Report) title() string {
	if r.Name == "abandonment" {
		return "Abandonment"
	}
	return "Service level"
}

// clockText says whose clock the times are of.
func (r *Report) clockText() string {
	for _, source := range r.settings.Sources {
		if source.Zone != "" && source.Zone != r.Zone {
			return "times on each centre's own clock"
		}
	}
	return "times in " + r.Zone
}

// periodText names the period: "Monday 12 January 2026", "12 to 18 January 2026 (week)".
func (r *Report) periodText() string {
	const long = "2 January 2006"
	text := ""
	switch {
	case r.From.Equal(r.To):
		text = r.From.Format("Monday " + long)
	case r.Kind == Month:
		text = r.From.Format("January 2006")
	default:
		from := r.From.Format(long)
		if r.From.Year() == r.To.Year() {
			from = r.From.Format("2 January")
		}
		text = from + " to " + r.To.Format(long)
	}
	if !r.Complete {
		text += ", to date"
	}
	return text
}

// beforeText names what the period is compared with.
func (r *Report) beforeText() string {
	switch {
	case r.Kind == Week:
		return "week before"
	case r.Kind == Month:
		return "month before"
	case r.From.Equal(r.To):
		return "day before"
	default:
		return "period before"
	}
}
