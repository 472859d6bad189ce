// Package road draws where a customer is: their nine questions, the purchase
// as only a part of them, our own road map under it, the distance between, and
// the two tracks beside.
//
// Takes: a Road, whose words are already in the reader's language.
// Gives: SVG as text, in four shapes: large, downward for narrow screens, one line high for lists, and standing alone.
// Never: decides where anyone is, or tells anything by colour alone.
package road

import (
	"strings"

	"github.com/throughline/throughline"
)

// Road is everything the picture says. Empty hrefs draw a mark that is no link.
type Road struct {
	ID    string // begins every id in the picture; unique on its page
	Title string // one sentence for those who cannot see it
	Desc  string // the rest in sentences

	Theirs, Ours, Purchase, Contracting, Change, Here, Stage string // captions; Stage is the name of our current stage

	Phases     []Phase // all nine, in order
	Frontier   throughline.Phase
	Position   throughline.Phase // where we act as if they were; none where not known
	Distance   Distance
	Gap        string // the distance as a sentence
	GapHref    string // where what it rests on is told
	Bare       bool   // the road alone, with nobody on it: no distance is drawn
	Milestones []Milestone
	K, C       []Step
}

// Distance says how the customer's position and ours compare.
type Distance string

// The four answers. Untold is one of its own: nothing is invented.
const (
	Untold Distance = "untold"
	Ahead  Distance = "ahead"
	Behind Distance = "behind"
	Level  Distance = "level"
)

// Phase is one question on the customer's road.
type Phase struct {
	Name  string
	Label string // for those who cannot see it: "Align: open, two pieces of evidence"
	State throughline.PhaseState
	Shown bool // false: not part of this kind of purchase; drawn as a dash
	Aged  bool // answered once; the evidence has grown old
	Href  string
}

// Milestone is a mark on our own road map, under the phase it serves.
type Milestone struct {
	Name      string
	Label     string
	Serves    throughline.Phase
	Met       bool
	NotNeeded bool
	Current   bool // where we are
	Href      string
}

// Step is one step of a track.
type Step struct {
	Name  string
	Label string
	State throughline.StepState
	Href  string
}

// width estimates how wide a text is set, rather too wide than too narrow:
// which face the reader has is not known. Wide characters are one whole size.
func width(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		switch {
		case wide(r):
			w += 1
		case strings.ContainsRune("ijlI.,:;'|!“” ()", r):
			w += 0.34
		case r == 'm' || r == 'w' || r == 'M' || r == 'W':
			w += 0.92
		case r >= 'A' && r <= 'Z':
			w += 0.7
		default:
			w += 0.6
		}
	}
	return w * size
}

func wide(r rune) bool {
	return r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 ||
		r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe4f || r >= 0xff00 && r <= 0xff60 || r >= 0xffe0 && r <= 0xffe6 || r >= 0x20000)
}

// wrap breaks s into at most most lines no wider than room; what is left over
// ends in an ellipsis. Wide characters may be parted anywhere, others at spaces.
func wrap(s string, size, room float64, most int) []string {
	var lines []string
	line := ""
	for _, word := range words(s) {
		switch {
		case line == "" || width(strings.TrimRight(line+word, " "), size) <= room:
			line += word
		default:
			lines = append(lines, strings.TrimSpace(line))
			line = word
		}
	}
	if l := strings.TrimSpace(line); l != "" {
		lines = append(lines, l)
	}
	if len(lines) > most {
		lines[most-1] = strings.Join(lines[most-1:], " ")
		lines = lines[:most]
	}
	for i, l := range lines {
		lines[i] = cut(l, size, room)
	}
	return lines
}

// cut ends s in an ellipsis where it is wider than room.
func cut(s string, size, room float64) string {
	if width(s, size) <= room+1 {
		return s
	}
	runes := []rune(s)
	for len(runes) > 1 && width(string(runes)+"…", size) > room {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimRight(string(runes), " ") + "…"
}

// words parts s where a line may break; spaces stay with the word before.
func words(s string) []string {
	var out []string
	word := ""
	flush := func() {
		if word != "" {
			out = append(out, word)
		}
		word = ""
	}
	for _, r := range s {
		switch {
		case strings.ContainsRune("，。、；：？！）》”", r) && word == "" && len(out) > 0:
			out[len(out)-1] += string(r) // never begin a line with these
		case wide(r):
			flush()
			out = append(out, string(r))
		case r == ' ':
			word += " "
			flush()
		default:
			word += string(r)
		}
	}
	flush()
	return out
}
