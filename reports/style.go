package reports

import "github.com/xuri/excelize/v2"

// The palette. Each pair of text and ground has a contrast of at least 4.5 : 1.
const (
	ink       = "1F2933" // text
	mutedInk  = "6B7280" // captions, machine names, rows with few calls
	paper     = "FFFFFF"
	band      = "F3F5F8" // cards, units
	line      = "D5DBE3"
	hair      = "E8ECF1"
	accent    = "1F4E79" // headings, header row
	linkInk   = "1F5FA8"
	goodInk   = "17693B"
	goodBand  = "E3F3E8"
	badInk    = "B42318"
	badBand   = "FDECEA"
	amberInk  = "7A4B00"
	amberBand = "FFF4DC"

	answeredFill  = "5B8DB8"
	abandonedFill = "D9784F"
	otherFill     = "C3CAD3"
	levelLine     = "1F2933"
	targetLine    = "17693B"
)

const fontName = "Arial" // the same widths everywhere, on a server too

// look names a cell style: what the value is and where it stands.
type look struct {
	as   Format
	role role
	tone Tone
}

// role is a cell's place in the layout.
type role uint8

const (
	roleData role = iota
	roleTotal
	roleAlarm
	roleTitle
	roleSubtitle
	roleSection
	roleLabel
	roleUnit
	roleHeader
	roleNote
	roleWarning
	roleCalm
	roleLink
	roleFinding
	roleCardLabel
	roleCardValue
	roleCardText
	roleKey
	roleSetting
)

// numberFormats show a value; arrows say in text what colours say, so that colour is never the only sign.
var numberFormats = map[Format]string{
	Words: "@", Code: "@", TimeOfDay: "@", Verdict: "@",
	Count:   "#,##0",
	Seconds: "#,##0.0",
	Rate:    "0.0%",
	Points:  `"▲ "+0.0;"▼ "-0.0;0.0`,
	Date:    "ddd yyyy-mm-dd",
	Slot:    "ddd yyyy-mm-dd hh:mm",
	Local:   "yyyy-mm-dd hh:mm:ss",
	Instant: "yyyy-mm-dd hh:mm:ss",
	Flag:    `"yes";"yes";"no"`, // Excel shows TRUE and FALSE whatever the format; others show 1 and 0
	seconds: `#,##0.0" s"`,
}

const (
	changedCount   = `"▲ "+#,##0;"▼ "-#,##0;0`
	changedSeconds = `"▲ "+#,##0.0;"▼ "-#,##0.0;0.0`
)

// style returns the id of a look, made on first use.
func (b *book) style(l look) int {
	id, ok := b.styles[l]
	if !ok {
		var err error
		id, err = b.f.NewStyle(l.excel())
		b.try(err)
		b.styles[l] = id
	}
	return id
}

func (l look) excel() *excelize.Style {
	font := &excelize.Font{Family: fontName, Size: 10, Color: ink}
	s := &excelize.Style{Font: font, Alignment: &excelize.Alignment{Vertical: "center"}}
	left := &excelize.Alignment{Vertical: "center", Horizontal: "left", Indent: 1}
	gap := []excelize.Border{{Type: "right", Color: paper, Style: 5}} // sets one card apart from the next
	if format, ok := numberFormats[l.as]; ok {
		s.CustomNumFmt = &format
	}
	switch l.as {
	case changeOfCount:
		s.CustomNumFmt = ptr(changedCount)
	case changeOfSeconds:
		s.CustomNumFmt = ptr(changedSeconds)
	}
	switch l.role {
	case roleTotal:
		font.Bold = true
		s.Fill, s.Border, s.Alignment = solid(band), edge("bottom", line), l.inset()
	case roleAlarm:
		font.Bold, font.Color = true, badInk
		s.Fill, s.Border, s.Alignment = solid(badBand), edge("bottom", hair), l.inset()
	case roleTitle:
		font.Size, font.Bold, font.Color = 20, true, accent
	case roleSubtitle:
		font.Size, font.Color = 11, mutedInk
	case roleSection:
		font.Size, font.Bold, font.Color = 13, true, accent
		s.Border = edge("bottom", accent)
	case roleLabel:
		font.Bold, font.Color = true, paper
		font.Size = 11
		s.Fill = solid(accent)
		s.Alignment = l.inset()
		s.Alignment.WrapText = true
	case roleUnit:
		font.Size, font.Italic, font.Color = 9, true, mutedInk
		s.Fill, s.Alignment = solid(band), l.inset()
		s.CustomNumFmt = ptr("@")
	case roleHeader:
		font.Size, font.Color = 8, mutedInk
		s.Fill, s.Border = solid(band), edge("bottom", line)
		s.Alignment.WrapText = true // names are long, and the filter's button covers their end
		s.CustomNumFmt = ptr("@")
	case roleNote:
		font.Italic, font.Color = true, mutedInk
	case roleWarning:
		font.Bold, font.Color = true, badInk
		s.Fill = solid(badBand)
	case roleCalm:
		font.Color = goodInk
		s.Fill = solid(goodBand)
	case roleLink:
		font.Color, font.Underline = linkInk, "single"
	case roleCardLabel:
		font.Color, font.Bold = mutedInk, true
		font.Size = 9
		s.Fill, s.Alignment = solid(band), left
		s.Border = append(edge("top", accent), gap...)
	case roleCardValue:
		font.Size, font.Bold = 22, true
		s.Fill, s.Border, s.Alignment = solid(band), gap, left
	case roleCardText:
		font.Size = 9
		s.Fill, s.Border, s.Alignment = solid(band), gap, left
	case roleKey:
		font.Bold = true
	case roleSetting:
		s.Alignment = left
	case roleData:
		s.Border, s.Alignment = edge("bottom", hair), l.inset()
	}
	switch l.tone {
	case Good:
		font.Color = goodInk
	case Bad:
		font.Color = badInk
	}
	return s
}

// inset aligns a cell of a table and keeps it clear of its neighbour.
func (l look) inset() *excelize.Alignment {
	a := &excelize.Alignment{Vertical: "center", Horizontal: l.align()}
	if a.Horizontal != "center" {
		a.Indent = 1
	}
	return a
}

// align sets numbers right and text left, in the data as in their headings.
func (l look) align() string {
	switch l.as {
	case Words, Code, TimeOfDay, Date, Slot, Local, Instant:
		return "left"
	case Flag, Verdict:
		return "center"
	default:
		return "right"
	}
}

func solid(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

func edge(side, colour string) []excelize.Border {
	return []excelize.Border{{Type: side, Color: colour, Style: 1}}
}

func ptr[T any](v T) *T { return &v }
