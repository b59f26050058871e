package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"callmart/transform/schema"
)

// dictionaryPreface says how to read the tables.
const dictionaryPreface = `The columns ` + "`source` and `date`" + ` of every table are in the path of its files,
` + "`<table>/source=<name>/date=<YYYY-MM-DD>/`" + `. An empty value (NULL) means unknown.

A vendor's column says where its value comes from: keys of its payloads, joined by dots, with [] for the elements of an array;
(webhook), (REST) and (list) name the payload that has the key. - means that the vendor never gives it. Whippy's keys are those
of its data object, but for event and request_id. What is marked (derived) or "Computed:" callmart works out itself; a call
names such columns in derived_fields.
`

// outcomePreface says how to read the rules.
const outcomePreface = `
## How vendors' words become outcomes

Of a vendor's rules the first that holds decides. In words of Nectar Desk and CallerDesk case, spaces, punctuation and what
stands in parentheses are of no matter, in CCAI's case and spaces; Whippy's are taken as they are. A \* stands for any text, and a
number in parentheses is the same word as the vendor also writes it.

Words that the configuration maps (outcomes, spelled as they come) go before all rules but those of Nectar Desk's event,
CallerDesk's live calls and CCAI's session events. Where several payloads tell of one call, the strongest evidence decides, then
the newest. A word without a rule becomes unknown, and is counted.

`

// writeDictionary writes Markdown: one table per table, one row per column.
func writeDictionary(out io.Writer) error {
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "# Data dictionary\n\nVersion %d of the tables, version %d of the mapping rules.\n%s", schema.Version, schema.Rules, dictionaryPreface)
	for id := range schema.NumTables {
		writeTable(w, schema.Get(id))
	}
	fmt.Fprint(w, outcomePreface)
	writeHead(w, "vendor", "where", "words", "direction", "when", "outcome", "evidence")
	for _, r := range schema.OutcomeRules() {
		words := make([]string, len(r.Words))
		for i, word := range r.Words {
			words[i] = word.String()
		}
		list := strings.Join(words, ", ")
		switch {
		case r.Key != "" && list == "":
			list = "any other"
		case r.Key == "" && r.When == "":
			list = "anything else"
		}
		writeRow(w, r.Vendor, r.Key, list, r.Direction, r.When, r.Outcome, r.Evidence)
	}
	return w.Flush()
}

// writeTable writes one table. Tables that SQL makes of others have no vendors' columns.
func writeTable(w *bufio.Writer, t *schema.Table) {
	fmt.Fprintf(w, "\n## %s\n\nOne row is %s.\n\n", t.Name, t.Grain)
	head := []string{"column", "type", "unit", "meaning", "values"}
	var vendors []string
	if t.ID < schema.NumRead {
		vendors = schema.Vendors()
	}
	writeHead(w, append(head, vendors...)...)
	for i := range t.Fields {
		f := &t.Fields[i]
		doc := f.Doc
		if f.Origins.Computed != "" {
			doc += " Computed: " + f.Origins.Computed + "."
		}
		cells := []string{f.Name, f.Type.String(), f.Unit, doc, strings.Join(f.Values, ", ")}
		for _, v := range vendors {
			if from := f.Origins.Of(v); from != "" {
				cells = append(cells, from)
			} else {
				cells = append(cells, "-")
			}
		}
		writeRow(w, cells...)
	}
}

func writeHead(w *bufio.Writer, names ...string) {
	writeRow(w, names...)
	fmt.Fprintln(w, strings.Repeat("|---", len(names))+"|")
}

var cellText = strings.NewReplacer("|", `\|`, "*", `\*`, "\n", " ")

func writeRow(w *bufio.Writer, cells ...string) {
	for _, c := range cells {
		fmt.Fprint(w, "| ", cellText.Replace(c), " ")
	}
	fmt.Fprintln(w, "|")
}
