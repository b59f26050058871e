package reports

import "time"

// lane is a queue of a source as it is reported.
type lane struct {
	source, queue any // the key in the lake; a queue without a name is nil
	toSource      any // nil where a group gathers queues of several sources
	toQueue       any
	threshold     time.Duration
	short         time.Duration
	target        float64
}

// lane applies the first rule that matches. A queue without a name is matched as the empty text.
func (s *Settings) lane(source string, queue any) lane {
	l := lane{source, queue, source, queue, s.Threshold, s.ShortAbandon, s.Target}
	name, _ := queue.(string)
	if rule := s.rule(source, name); rule != nil {
		if rule.Threshold != nil {
			l.threshold = *rule.Threshold
		}
		if rule.ShortAbandon != nil {
			l.short = *rule.ShortAbandon
		}
		if rule.Target != nil {
			l.target = *rule.Target
		}
		if rule.Group != "" {
			l.toSource, l.toQueue = s.groupSource(rule.Group), rule.Group
		}
	}
	return l
}

// groupSource is the one source of a group's rules, nil where there are several. It follows from the configuration
// alone, so that a group has the same name on a day when only one of its sources had calls.
func (s *Settings) groupSource(group string) any {
	var source any
	for _, rule := range s.Queues {
		if rule.Group != group {
			continue
		}
		name := rule.Source
		if name == "" && len(s.Sources) == 1 {
			name = s.Sources[0].Name
		}
		if name == "" || source != nil && source != name {
			return nil
		}
		source = name
	}
	return source
}

// match reports whether the pattern covers the whole name: * stands for any text, ? for one character.
func match(pattern, name string) bool {
	p, n := []rune(pattern), []rune(name)
	star, from := -1, 0 // the last * and where its text ends so far
	i, j := 0, 0
	for j < len(n) {
		switch {
		case i < len(p) && p[i] == '*':
			star, from = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == n[j]):
			i++
			j++
		case star >= 0:
			from++
			i, j = star+1, from
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}
