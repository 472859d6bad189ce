// Package road draws where a customer is: their nine questions, the purchase
// as only a part of them, our own road map under it, the distance between, and
// the two tracks beside.
//
// Takes: a Road, whose words are already in the reader's language.
// Gives: SVG as text, in four shapes: large, downward for narrow screens, one line high for lists, and standing alone.
// Never: decides where anyone is, or tells anything by colour alone.
package road

import (
	"github.com/throughline/throughline"
)

// Road is everything the picture says. Empty hrefs draw a mark that is no link.
type Road struct {
	ID    string // begins every id in the picture; unique on its page
	Title string // one sentence for those who cannot see it

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

// The answers. Untold is one of its own: nothing is invented.
const (
	Untold Distance = "untold"
	Over   Distance = "over" // the deal has ended: nobody stands anywhere, Gap says how it ended
	Ahead  Distance = "ahead"
	Behind Distance = "behind"
	Level  Distance = "level"
)

// Phase is one question on the customer's road.
type Phase struct {
	Name  string
	Says  string // what it asks; comes up over its mark when one points at it or reaches it
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
