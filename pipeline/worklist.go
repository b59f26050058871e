package pipeline

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"callmart/extract/raw"
)

// workList is what a source wants of its API, and why.
type workList struct {
	ids   []string             // in order, each once
	named map[string]time.Time // when a webhook named an id; zero: none did
	fresh map[string]bool      // ids that a webhook named within the last day: a 404 may be too early
	stale int                  // calls that were not final for too long
}

// wants says which ids a work list is made of.
type wants struct {
	webhooks, parents bool
	more              []string // from a file or a range
	giveUpAfter       time.Duration
	missing           map[string]time.Time // when an id was not found
	open              map[string]time.Time // calls that were not final, and when they began
	pending           map[string]time.Time // ids that an earlier run could not fetch, and when a webhook named them
	now               time.Time
}

// justNamed is how long a call that a webhook named may be missing from the API.
const justNamed = 24 * time.Hour

// listWork derives the work list from what is known of every call:
// calls that a webhook named and the API was not asked for since, calls that are not final and not too old, and ids that
// are not known yet: parents of known calls, and those of a file or range. An id that was not found is not asked for
// again, unless a newer webhook names it.
func listWork(x *index, w wants) *workList {
	list := &workList{fresh: map[string]bool{}, named: map[string]time.Time{}}
	add := func(id string, hook int64) {
		if at, gone := w.missing[id]; gone && hook <= at.UnixMicro() {
			return
		}
		id = strings.Clone(id) // the index may go
		list.ids = append(list.ids, id)
		if hook > 0 {
			list.named[id] = time.UnixMicro(hook).UTC()
		}
		if hook > 0 && w.now.Sub(time.UnixMicro(hook)) < justNamed {
			list.fresh[id] = true
		}
	}
	for id, entries := range x.calls {
		k := knowledgeOf(id, entries)
		named := w.webhooks && k.hook > 0 && k.hook > k.api
		switch open := !k.final && k.start > 0; {
		case open && w.now.Sub(time.UnixMicro(k.start)) > w.giveUpAfter:
			list.stale++
			if named {
				add(k.id, k.hook)
			}
		case named || open:
			add(k.id, k.hook)
		}
	}
	for id, began := range w.open {
		switch {
		case x.has(id):
		case w.now.Sub(began) > w.giveUpAfter:
			list.stale++
		default:
			add(id, 0)
		}
	}
	for id, hook := range w.pending {
		if !x.has(id) && !hook.IsZero() {
			add(id, hook.UnixMicro())
		}
	}
	for _, id := range w.more {
		add(id, 0)
	}
	slices.SortFunc(list.ids, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	list.ids = slices.Compact(list.ids)
	return list
}

// knowledge is what the records of one call say together.
type knowledge struct {
	id        string
	start     int64 // microseconds, 0 if unknown
	hook, api int64 // newest observation by webhook, and by API or file; microseconds
	final     bool
}

func knowledgeOf(id string, entries []entry) knowledge {
	k := knowledge{id: id}
	for i := range entries {
		e := &entries[i]
		switch {
		case e.is(dateless):
			continue
		case e.origin == raw.Webhook:
			k.hook = max(k.hook, e.seen)
		case e.origin >= raw.API:
			k.api = max(k.api, e.seen)
		}
		k.start = max(k.start, e.start)
		k.final = k.final || e.is(final)
	}
	return k
}
