// Package playbook is the resolved playbook: the customer's journey, the
// company's own sales process, what counts as evidence, and how foreign words
// map to ours.
//
// Takes: nothing; compile makes the values.
// Gives: an immutable Playbook and questions it answers without looking anything up elsewhere.
// Never: reads files, knows a deal, or changes after it was compiled.
package playbook

import (
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
)

// Playbook is what a folder of YAML files says once it has been compiled.
type Playbook struct {
	Name      Text
	About     Value  // what it is for, and how far it has been adapted
	Hash      string // of the resolved content; two equal playbooks have equal hashes
	Journey   Journey
	Tracks    map[throughline.Track][]TrackStep
	Classes   map[throughline.Class]Consequence
	Processes []Process
	Evidence  Standards
	Silence   Silence
	Mapping   Mapping

	Status     Status
	Charter    Charter
	Knows      []Attribute // what a deal knows when it opens, for the rules
	Own        []Value     // the company's own nouns: products, customer types, channels, promises, reasons it wins
	Words      Words
	Limits     Limits
	Vocabulary []Synonym
	Packs      []Pack                      // those of the folder, and shipped ones that a blend names
	Core       []Pack                      // the product's own material, always there
	Library    []Pack                      // shipped packs that a class's blend names and the folder does not hold; part of no process
	Defaults   map[throughline.Class][]Use // the shipped blend of each class, for classes that say none
	Presets    []Preset                    // those of the folder, and shipped ones that a process names
	Files      []File                      // what the folder was made of, for lint and diff
	Tests      []Test
	Reviewed   string // the day, as 2026-03-31, of the last review of the milestones against won and lost deals

	left map[string]bool // of a part (Only): the packs that only processes left out draw on
}

// Text is one text in one or more languages, by language code ("en", "zh").
type Text map[string]string

// In gives the text in a language, else in English, else in any.
func (t Text) In(language string) string {
	for _, l := range []string{language, "en"} {
		if s := t[l]; s != "" {
			return s
		}
	}
	least := ""
	for l := range t {
		if least == "" || l < least {
			least = l
		}
	}
	return t[least]
}

// Value is a text with the place where it stands in the author's files.
type Value struct {
	Text Text
	At   diag.Range
}

// Journey is the customer's road: nine questions (DOMAIN 3.3).
type Journey struct {
	Phases []Question // P1 to P9, in order
}

// Question is one phase of the journey as its customer would ask it.
type Question struct {
	Phase       throughline.Phase
	Name        Value // "Align"
	Ask         Value // the question itself
	Sub         []Value
	Evidence    []Grounds // what counts
	NotEvidence []Value
	Owner       throughline.Role
	Stalls      []Value
	Helps       []Value
}

// Grounds is something that counts as evidence, with the grade it reaches.
type Grounds struct {
	Value
	Grade throughline.Grade
}

// TrackStep is one step of the contracting or the change track.
type TrackStep struct {
	Step     throughline.Step
	Name     Value
	Ask      Value
	Evidence Value // what shows that it is done
	Snag     Value
	Owner    Value
	Days     Spread // how long it takes; typical, to be checked
}

// Spread is a duration in days: the middle, and a best and a worst quarter. Zero means not known.
type Spread struct{ Best, Middle, Worst int }

// Consequence is what a buying class switches on (DOMAIN 4.5).
type Consequence struct {
	Shown       []throughline.Phase // phases drawn and counted
	Highlighted []throughline.Phase
	Pass        PassMark
	Blend       []Use // for processes that name no packs of their own; nil: the shipped one, empty: none
}

// PassMark says when a question is answered: evidence of at least Grade, from
// at least People people on the phases in TwoPeople (one elsewhere).
type PassMark struct {
	Grade     throughline.Grade
	TwoPeople []throughline.Phase
}

// Process is the company's own sales process: a light road map.
type Process struct {
	ID         string
	Name       Value
	Stages     []Stage
	Milestones []Milestone

	Page     Value   // a few words of guidance, for the printed road map
	When     Rule    // which deals it is for; no rule means every deal that no other process takes
	Route    Value   // route to market
	Preset   string  // the preset it began from
	Blend    []Use   // the packs that help on it
	Fields   []Value // what a seller must fill in; each costs
	Branches []Value // forks in the road; there should be none
	At       diag.Range
}

// Stage is a named position in our process; it serves a phase of theirs.
type Stage struct {
	ID     string
	Addr   throughline.Address
	Name   Value
	Serves throughline.Phase
}

// Milestone is a yes/no fact about something the customer did.
type Milestone struct {
	ID     string
	Addr   throughline.Address
	Stage  throughline.Address
	Name   Value // the full statement
	Short  Value // a few words for the picture
	Serves throughline.Phase

	Optional bool
	Differs  Value            // why this is ours and nobody else's
	Cites    []Value          // won and lost deals it rests on
	Charter  []string         // which of the charter's inputs it serves
	Keep     []Keep           // findings its author keeps anyway
	Step     throughline.Step // the track step it starts or proves, if one
}

// Standards say how long evidence keeps and what a typical deal lasts.
type Standards struct {
	ShelfLives throughline.ShelfLives
	Cycle      time.Duration // typical length of a deal; used until history says better
}

// Silence says when an open deal is reported as silent (METHODS 2): when the
// customer's last act is older than Quantile of the gaps seen between acts, or,
// in a deal without any customer act, when it is older than CycleQuantile of
// the lengths of closed deals. Default is used below Enough observations.
type Silence struct {
	Quantile      float64
	CycleQuantile float64
	Enough        int
	Default       time.Duration
}

// Mapping turns foreign words into ours. Keys are folded with Fold.
type Mapping struct {
	Stages   map[string]MappedStage
	Outcomes map[string]MappedEnd
	Roles    map[string]throughline.Role
	History  []HistoryEnd // how cases of an event log end, in the order written
	FirstDay []string     // attributes known on the first day, whatever a history makes them look like

	ShippedOutcomes bool // nothing is said of how deals end, and the shipped words hold
	ShippedRoles    bool // the same of roles
}

// Said is the mapping without what is meant and not said.
func (m Mapping) Said() Mapping {
	out := Mapping{Stages: map[string]MappedStage{}, History: m.History, FirstDay: m.FirstDay}
	for word, to := range m.Stages {
		if !to.Implied {
			out.Stages[word] = to
		}
	}
	if !m.ShippedOutcomes {
		out.Outcomes = m.Outcomes
	}
	if !m.ShippedRoles {
		out.Roles = m.Roles
	}
	return out
}

// HistoryEnd says by which attribute and values a case of an event log has
// ended so. It is written as ATTR=VALUE[,VALUE].
type HistoryEnd struct {
	Outcome throughline.Outcome
	Spec    string
	At      diag.Range
}

// MappedStage is the stage of ours that a foreign stage means.
type MappedStage struct {
	Stage   throughline.Address
	Implied bool // said nowhere: the word is the stage's own name
	At      diag.Range
}

// MappedEnd is the end state that a foreign stage, status or reason means.
type MappedEnd struct {
	Outcome throughline.Outcome
	Cause   throughline.Cause
	At      diag.Range
}
