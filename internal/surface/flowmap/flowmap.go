// Package flowmap draws a process map: what comes after what, from top to
// bottom, the wider the more went there.
//
// Takes: the activities in their usual order and the ways between them, with the share of cases and the words of each.
// Gives: the picture as SVG for a wide and for a narrow screen, or the map in the language of Graphviz.
// Never: counts a case, chooses a colour, or lets a text lie on another's place.
//
// How it is laid out: docs/methods/mining-map.md.
package flowmap

import (
	_ "embed"
	"slices"

	"github.com/throughline/throughline/internal/surface/pen"
)

// CSS is the map's part of a style sheet. It needs the tokens ink, mute, card,
// ring, accent and warning.
//
//go:embed flowmap.css
var CSS string

// alone gives the tokens to a picture that is a file of its own.
//
//go:embed alone.css
var alone string

// The ends of a map: what comes before the first and after the last activity.
const (
	Start = -1
	End   = -2
)

// Kind says what a comparison of two groups found.
type Kind int8

// Less is taken less often here than there, More more often; Same where the
// difference can be chance, or nothing is compared.
const (
	Less Kind = iota - 1
	Same
	More
)

// Node is an activity.
type Node struct {
	Name  string
	Note  string // how many cases
	Title string // name and note in one sentence
	Kind  Kind
}

// Way is a step from one activity to another, or to itself.
type Way struct {
	From, To int     // places in Nodes, Start or End
	Share    float64 // of all cases, 0 to 1: how wide it is drawn
	Kind     Kind
	Words    string // beside it; "" is none
	Short    string // the same where there is little room; "" is Words
	Title    string // in one sentence
	Href     string // opens the cases; "" is no link
}

// Map is what is drawn.
type Map struct {
	ID          string // begins ids; unique on its page
	Title, Desc string
	Start, End  string           // what stands at the beginning and at the end
	Nodes       []Node           // in their usual order
	Ways        []Way            // in any order: the picture is the same
	Left        func(int) string // says that the narrow picture leaves so many rarer ways out; nil says nothing
	Alone       bool             // carries its own colours, for a file of its own
}

// shape is what differs between the pictures.
type shape struct {
	name      string
	box       float64 // width of an activity
	edge      float64 // room beside everything
	size      float64 // of its name
	beside    int     // activities that may stand beside each other
	lined     bool    // all activities on one line, instead of a main way that is
	widest    float64 // of a way that everybody takes
	room      float64 // width at most, 0: any
	nodeGap   float64 // between two activities
	passGap   float64 // between other things
	least     float64 // height of the room between two layers
	mostRoom  float64
	noteSize  float64
	labelHigh float64
}

var (
	large = shape{name: "large", box: 176, edge: 10, size: 13.5, beside: 5, widest: 22, nodeGap: 30, passGap: 6, least: 12, mostRoom: 46, noteSize: 12, labelHigh: 18}
	down  = shape{name: "down", box: 148, edge: 6, size: 14, beside: 1, widest: 18, room: 326, nodeGap: 16, passGap: 3, least: 11, mostRoom: 40, noteSize: 12.5, labelHigh: 18}
)

// tighter makes a shape smaller, false where it is as small as can be read:
// first names take more lines, then every way becomes thinner.
func (s *shape) tighter() bool {
	switch {
	case s.box > 120:
		s.box -= 8
	case s.widest > 12:
		s.widest -= 3
	default:
		return false
	}
	return true
}

// Large gives the picture for wide screens and for files.
func (m Map) Large() string {
	m.Ways = sorted(m.Ways)
	return lay(&m, &large).draw("")
}

// Down gives the picture for narrow screens: one activity below the other, and
// as many ways as there is room for, told briefly. Where the main way cannot
// run straight between activities on either side of it, all activities stand on
// one line and ways go around them.
func (m Map) Down() string {
	m.Ways = sorted(m.Ways)
	for i := range m.Ways {
		if w := &m.Ways[i]; w.Short != "" {
			w.Words = w.Short
		}
	}
	y, left := m.within(down, false)
	if y.width > down.room {
		lined := down
		lined.lined = true
		y, left = m.within(lined, true)
	}
	if left > 0 && m.Left != nil {
		return y.draw(m.Left(left))
	}
	return y.draw("")
}

// within lays a map out in the room of a shape, and gives how many ways it left
// out for it; hard also those without which an activity hangs in the air.
func (m Map) within(s shape, hard bool) (y *layout, left int) {
	m.Ways = slices.Clone(m.Ways)
	all := len(m.Ways)
	y = lay(&m, &s)
	for y.width > s.room && (s.tighter() || m.narrow(y.main, hard, y.width/s.room)) {
		y = lay(&m, &s)
	}
	return y, all - len(m.Ways)
}

// frame is the outside of the picture.
func (m *Map) frame(s *shape, w, h float64) pen.Frame {
	f := pen.Frame{Class: "fm fm-" + s.name, ID: m.ID + "-" + s.name, Title: m.Title, Desc: m.Desc, W: w, H: h}
	for _, way := range m.Ways {
		f.Links = f.Links || way.Href != ""
	}
	return f
}
