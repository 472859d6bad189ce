package endpoint

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/capture"
	"github.com/throughline/throughline/internal/deal"
)

// answer is what a model gives.
type answer struct {
	Proposals []json.RawMessage `json:"proposals"` // one that cannot be read spoils no other
}

type proposed struct {
	Quote    string      `json:"quote"`
	Kind     string      `json:"kind"`
	Person   string      `json:"person"`
	About    string      `json:"about"`
	Others   []string    `json:"others"`
	Grade    string      `json:"grade"`
	Happened string      `json:"happened"`
	Due      string      `json:"due"`
	Event    string      `json:"event"`
	Stance   json.Number `json:"stance"`
	State    string      `json:"state"`
	Outcome  string      `json:"outcome"`
	Cause    string      `json:"cause"`
}

// most is as many proposals as one answer may hold.
const most = 100

// check turns an answer into proposals of the closed shape, in the order of
// the note.
func (p *Proposer) check(n capture.Note, shown *capture.Aliased, a answer) []capture.Proposal {
	known := map[throughline.Address]bool{}
	for _, place := range p.reader.Places() {
		known[place.Address] = true
	}
	var out []capture.Proposal
	for i, raw := range a.Proposals {
		var one proposed
		if i == most {
			break
		}
		if json.Unmarshal(raw, &one) != nil {
			continue
		}
		if got, ok := p.one(n, shown, known, one); ok {
			out = append(out, got)
		}
	}
	slices.SortStableFunc(out, func(a, b capture.Proposal) int { return cmp.Or(a.Start-b.Start, a.End-b.End) })
	return slices.CompactFunc(out, func(a, b capture.Proposal) bool {
		return a.Start == b.Start && a.End == b.End && a.Kind == b.Kind && a.About == b.About && a.Event == b.Event
	})
}

// one reads one proposal of an answer; false where it is none that the note bears.
func (p *Proposer) one(n capture.Note, shown *capture.Aliased, known map[throughline.Address]bool, one proposed) (capture.Proposal, bool) {
	none := capture.Proposal{}
	kind := capture.Kind(one.Kind)
	if !slices.Contains(capture.Kinds(), kind) {
		return none, false
	}
	start, end, ok := shown.Find(one.Quote)
	if !ok {
		return none, false
	}
	got := capture.Proposal{Kind: kind, Start: start, End: end, Text: p.reader.Words(n, start, end), By: deal.Customer, Happened: n.Today}
	if !whom(&got, shown, one.Person) {
		return none, false
	}
	var grade throughline.Grade
	if err := grade.UnmarshalText([]byte(one.Grade)); err != nil {
		grade = throughline.E1
	}
	bears := p.reader.Bears(n, start, end)
	if bears == throughline.E0 { // our own acts, a question: nothing of theirs
		return none, false
	}
	got.Grade = min(grade, bears, throughline.E3)
	if !somebody(&got) && got.Grade == throughline.E2 { // said by nobody
		got.Grade = throughline.E1
	}

	about, ok := p.belongs(&got, known, one)
	if !ok {
		return none, false
	}
	got.About = about
	for _, o := range one.Others {
		a := throughline.Address(o)
		if about != "" && a != about && known[a] && !a.Milestone() && len(got.Others) < 3 && !slices.Contains(got.Others, a) {
			got.Others = append(got.Others, a)
		}
	}
	if d, err := throughline.ParseDay(one.Happened); err == nil && d.Sub(n.Today) <= 0 && d.Sub(n.Today) > -3660 {
		got.Happened = d
	}
	if d, err := throughline.ParseDay(one.Due); err == nil && d.Sub(n.Today) >= 0 && d.Sub(n.Today) < 3660 {
		got.Due = d
	}
	if words := got.Text; words != "" {
		got.Because = []capture.Ground{{Part: capture.PartKind, Words: words}}
		return got, true
	}
	return none, false
}

func somebody(got *capture.Proposal) bool { return !got.Person.IsZero() || got.New != "" }

// whom sets who is meant by a name in an answer: one of the deal's people, or
// somebody new whom the note names. It is false where the note names nobody so.
func whom(got *capture.Proposal, shown *capture.Aliased, person string) bool {
	if person == "" {
		return true
	}
	who, name, title, function, ok := shown.Who(person)
	switch {
	case !ok:
		return false
	case who != nil:
		got.Person = who.ID
	default:
		got.New, got.Title, got.Function = name, title, function
	}
	return true
}

// belongs takes what a kind needs from an answer, and gives what it is about;
// false where the answer is none that can be.
func (p *Proposer) belongs(got *capture.Proposal, known map[throughline.Address]bool, one proposed) (throughline.Address, bool) {
	about := throughline.Address(one.About)
	_, step := about.Step()
	_, phase := about.Phase()
	switch got.Kind {
	case capture.Evidence, capture.Contradiction:
		return about, known[about] && (step || phase)
	case capture.Step:
		if got.State = throughline.StepState(one.State); got.State != throughline.StepDone {
			got.State = throughline.StepBegun
		}
		return about, known[about] && step
	case capture.Milestone:
		return about, known[about] && about.Milestone() && got.Grade >= throughline.E3
	case capture.Event:
		got.Event = deal.Event(one.Event)
		return "", event(got.Event)
	case capture.Stance:
		v, err := one.Stance.Int64()
		got.Stance = int(v)
		return "", err == nil && v >= -2 && v <= 2 && somebody(got)
	case capture.Left, capture.Joined:
		return "", somebody(got)
	case capture.Won, capture.Loss, capture.Postponement:
		return "", ends(got, one)
	case capture.Promise:
		got.What, got.Grade = got.Text, min(got.Grade, throughline.E2)
		if !somebody(got) {
			got.Who = "they"
		}
		return "", true
	}
	return about, true
}

// ends takes how a deal ends from an answer, and reports whether that can be.
func ends(got *capture.Proposal, one proposed) bool {
	switch got.Kind {
	case capture.Won:
		got.Outcome = throughline.Won
	case capture.Postponement:
		got.Outcome, got.Trigger = throughline.Postponed, got.Text // the note's words, not the model's
	default:
		got.Outcome = throughline.Outcome(one.Outcome)
		if !got.Outcome.Known() || got.Outcome == throughline.Won || got.Outcome == throughline.Postponed {
			return false
		}
		if c := throughline.Cause(one.Cause); got.Outcome == throughline.NoDecision && slices.Contains(throughline.Causes(), c) {
			got.Cause = c
		}
	}
	return true
}

func event(e deal.Event) bool { return slices.Contains(deal.Events(), e) }
