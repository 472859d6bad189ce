// Package alignment says where the customer is, where we act as if they were,
// what lies between, and which deals to look at first.
//
// Takes: a deal's summary, the playbook, the norms of the company's own history, and the instant as of which to judge.
// Gives: a Reading: states, frontier, gap, gauges, silence and reasons as codes with arguments; words are the phrase room's.
// Never: invents a position nobody at the customer's gave evidence for; reads a price.
package alignment

import (
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook"
)

// Reading is where one deal stands as of an instant (docs/methods/alignment.md).
type Reading struct {
	AsOf         throughline.Day     `json:"as_of"`
	Zone         *time.Location      `json:"-"` // whose days are counted
	Class        throughline.Class   `json:"class"`
	Process      OnProcess           `json:"process"`       // which of our processes it follows, and why
	FromCustomer bool                `json:"from_customer"` // any evidence of E2 or better
	Phases       []PhaseReading      `json:"phases"`        // all nine, in order
	Frontier     throughline.Phase   `json:"frontier"`      // earliest shown phase not answered; empty if unknown, all are, or the deal has ended
	AllAnswered  bool                `json:"all_answered,omitempty"`
	Ours         Ours                `json:"ours"`
	Gap          *int                `json:"gap"`              // ours minus frontier, in phases of this deal's road; null where either is unknown, or the deal has ended
	Firm         throughline.Phase   `json:"firm_frontier"`    // the frontier if answers that have merely grown old still hold
	FirmGap      *int                `json:"firm_gap"`         // ours minus that
	Lapsed       []throughline.Phase `json:"lapsed,omitempty"` // shown phases whose answer has grown old: to be confirmed
	Consensus    GaugeReading        `json:"consensus"`
	Confidence   GaugeReading        `json:"confidence"`
	Silence      SilenceReading      `json:"silence"`
	Tracks       []StepReading       `json:"tracks"`
	Milestones   []MilestoneReading  `json:"milestones"`
	Decided      bool                `json:"decided"`           // they have decided for us; the paper is not done
	Locked       bool                `json:"locked"`            // a solicitation is out: no outreach
	Rethink      []Reason            `json:"rethink,omitempty"` // what has happened since the strategy was written
	Thought      *Thought            `json:"thought,omitempty"` // what was answered to whether the strategy changes; nil where nothing was since it was written
	Reclass      *Reclass            `json:"reclass,omitempty"` // what asks whether the class still holds; nil where nothing does
	Ask          []throughline.Phase `json:"ask"`               // whose questions would tell most, at most three
	Reasons      []Reason            `json:"reasons"`           // why to look at this deal, heaviest first; none for ended deals
	Weight       int                 `json:"weight"`            // sum of the reasons' weights; orders, says nothing by itself; 0 while it is set aside
	Aside        *Aside              `json:"aside,omitempty"`   // one of ours set it aside, and nothing has brought it back
	Outcome      throughline.Outcome `json:"outcome,omitempty"`
}

// PhaseReading is what is known of one phase's question.
type PhaseReading struct {
	Phase       throughline.Phase      `json:"phase"`
	State       throughline.PhaseState `json:"state"`
	Shown       bool                   `json:"shown"`
	Highlighted bool                   `json:"highlighted,omitempty"`
	Lapsed      bool                   `json:"lapsed,omitempty"`      // it was answered; the evidence has grown old
	By          deal.Event             `json:"reopened_by,omitempty"` // the event that put the answer in question; empty where words against it did
	Since       throughline.Day        `json:"reopened_on,omitzero"`
	People      int                    `json:"people"` // who are at the pass mark
	Need        throughline.Grade      `json:"need"`
	NeedPeople  int                    `json:"need_people"`
	Evidence    []Weighed              `json:"evidence,omitempty"` // oldest first
}

// Weighed is a piece of evidence and what it is worth today.
type Weighed struct {
	About    throughline.Address  `json:"about"`
	Person   throughline.PersonID `json:"person,omitzero"`
	Grade    throughline.Grade    `json:"grade"`
	Strength throughline.Grade    `json:"strength"`
	At       time.Time            `json:"at"`
	Until    throughline.Day      `json:"good_until,omitzero"` // last day before it drops a grade (again)
	Against  bool                 `json:"against,omitempty"`
	Left     bool                 `json:"left,omitempty"` // whoever gave it has left since
}

// Ours is where we act as if the customer were.
type Ours struct {
	Phase   throughline.Phase   `json:"phase"`             // on this deal's road: where Serves is not asked, the next one that is; none once it has ended
	Serves  throughline.Phase   `json:"serves,omitempty"`  // what the stage or milestone serves
	By      throughline.Address `json:"by,omitempty"`      // the stage or milestone it follows from
	Foreign string              `json:"foreign,omitempty"` // the other system's word, where nothing of ours matches it
	Since   time.Time           `json:"since,omitzero"`
}

// GaugeReading is a gauge from 0 to 1, or unknown, with what stands behind it.
type GaugeReading struct {
	Known   bool                   `json:"known"`
	Value   float64                `json:"value"`
	For     []throughline.PersonID `json:"for,omitempty"`
	Against []throughline.PersonID `json:"against,omitempty"`
	Unknown []throughline.PersonID `json:"unknown,omitempty"`
	Signs   []deal.DatedEvent      `json:"signs,omitempty"` // of indecision
}

// SilenceReading tells how long the customer has not acted. A silent deal is
// reported; it stays open, and censored in every estimate.
type SilenceReading struct {
	Silent bool            `json:"silent"`
	Known  bool            `json:"known"` // false: neither a customer act nor an opening date is known
	Days   int             `json:"days"`
	Since  throughline.Day `json:"since,omitzero"`
	Acted  bool            `json:"acted"` // they have acted before; else counted from the opening
	Limit  int             `json:"limit"` // days after which this company calls it silence
}

// StepReading is one step of track K or C.
type StepReading struct {
	Step    throughline.Step      `json:"-"`
	Address throughline.Address   `json:"address"`
	State   throughline.StepState `json:"state"`
	By      deal.Side             `json:"by,omitempty"`
	Due     throughline.Day       `json:"due,omitzero"`
	Since   time.Time             `json:"since,omitzero"`
}

// MilestoneReading is one milestone of our process on this deal.
type MilestoneReading struct {
	Address   throughline.Address `json:"address"`
	Serves    throughline.Phase   `json:"serves"`
	Met       bool                `json:"met"`
	NotNeeded bool                `json:"not_needed,omitempty"`
	At        time.Time           `json:"at,omitzero"`
}

// Phase gives the reading of one phase.
func (r Reading) Phase(p throughline.Phase) PhaseReading {
	if p.Known() && len(r.Phases) == throughline.PhaseCount {
		return r.Phases[p-1]
	}
	return PhaseReading{}
}

// Of reads a deal: alignment.Of(deal, book, norms, now). The Location of asOf is
// the zone whose days are counted.
func Of(d *deal.Summary, book *playbook.Playbook, norms Norms, asOf time.Time) Reading {
	class := d.Class.Value
	if class == "" {
		class = throughline.Unclassified
	}
	w := weigher{d: d, book: book, rule: book.Consequence(class), cycle: norms.cycle(book), asOf: asOf}
	w.ordered = w.orderedAt()
	r := Reading{AsOf: w.today(), Zone: asOf.Location(), Class: class, FromCustomer: d.FromCustomer(), Outcome: d.Outcome()}
	for _, p := range throughline.Phases() {
		r.Phases = append(r.Phases, w.phase(p))
	}
	r.Ours = w.ours()
	if r.FromCustomer && r.Outcome == throughline.StillOpen { // else there is nobody at any question any more
		r.Frontier = w.held(frontier(r.Phases))
		r.AllAnswered = r.Frontier == throughline.NoPhase
		r.Firm, r.Lapsed = firm(r.Phases)
		r.Firm = w.held(r.Firm)
		if r.Ours.Phase.Known() {
			gap, firmGap := w.index(r.Ours.Phase)-w.index(r.Frontier), w.index(r.Ours.Phase)-w.index(r.Firm)
			r.Gap, r.FirmGap = &gap, &firmGap
		}
	}
	if r.Outcome != throughline.StillOpen {
		r.Ours.Phase = throughline.NoPhase
	}
	r.Tracks = w.tracks()
	pr, on := ProcessOf(d, book)
	r.Process, r.Milestones = on, w.milestones(pr)
	r.Consensus = w.consensus()
	r.Confidence = w.confidence(r.Phase(throughline.Commit))
	r.Silence = silence(d, book.Silence, norms, asOf)
	r.Decided = r.Outcome == throughline.StillOpen && r.Phase(throughline.Choose).State == throughline.Answered &&
		r.Phase(throughline.Commit).State == throughline.Answered && !w.live()
	r.Locked = locked(d)
	r.Rethink, r.Thought = w.rethink(r), w.thought()
	r.Reclass = w.reclass(r)
	r.Ask = append([]throughline.Phase{}, w.ask(r)...)
	r.Reasons = append([]Reason{}, w.reasons(r)...)
	r.Aside = w.aside()
	for _, why := range r.Reasons {
		if r.Asks() {
			r.Weight += why.Weight
		}
	}
	return r
}

// Aside is what one of ours answered to what was asked of them about a deal.
type Aside struct {
	How   deal.Aside           `json:"how"`
	What  string               `json:"what,omitempty"`
	Fact  throughline.FactID   `json:"fact"`
	By    throughline.PersonID `json:"by,omitzero"`
	Since throughline.Day      `json:"since"`
	Until throughline.Day      `json:"until,omitzero"`
}

func (w weigher) aside() *Aside {
	l, ok := w.d.AsideNow(w.today())
	if !ok {
		return nil
	}
	return &Aside{How: l.How, What: l.What, Fact: l.Fact, By: l.By, Since: w.day(w.d.Aside.At), Until: l.Until}
}

// Asks reports whether the deal asks for a look: there is a reason, and nobody
// has set it aside. That it is not theirs, somebody says for themselves alone.
func (r Reading) Asks() bool {
	return len(r.Reasons) > 0 && (r.Aside == nil || r.Aside.How == deal.AsideNotMine)
}

func frontier(phases []PhaseReading) throughline.Phase {
	for _, p := range phases {
		if p.Shown && p.State != throughline.Answered && p.State != throughline.NotNeeded {
			return p.Phase
		}
	}
	return throughline.NoPhase
}

// firm is where the customer is if what has only grown old still holds. A deal
// of many months would otherwise be "at Notice" again whenever nobody repeated
// how it began; old answers are to be confirmed, not a distance.
func firm(phases []PhaseReading) (at throughline.Phase, lapsed []throughline.Phase) {
	for _, p := range phases {
		switch {
		case !p.Shown:
		case p.Lapsed:
			lapsed = append(lapsed, p.Phase)
		case p.State != throughline.Answered && p.State != throughline.NotNeeded && at == throughline.NoPhase:
			at = p.Phase
		}
	}
	return at, lapsed
}

// locked: once a solicitation is out only the contracting officer may be
// approached (DOMAIN 4.7), until the customer has chosen or it has ended.
func locked(d *deal.Summary) bool {
	return d.Outcome() == throughline.StillOpen &&
		slices.ContainsFunc(d.Events, func(e deal.DatedEvent) bool { return e.Event == deal.SolicitationIssued })
}

// ask picks the phases whose questions would tell most: the frontier's, or,
// where nothing comes from the customer, those on which deals hang most often.
func (w weigher) ask(r Reading) []throughline.Phase {
	switch {
	case r.Outcome != throughline.StillOpen || r.AllAnswered:
		return nil
	case r.Firm.Known():
		return []throughline.Phase{r.Firm}
	case r.Frontier.Known():
		return []throughline.Phase{r.Frontier}
	}
	pick := []throughline.Phase{throughline.Own, throughline.Align, throughline.Rules}
	if r.Ours.Phase.Known() && r.Ours.Phase <= throughline.Own {
		pick = []throughline.Phase{throughline.Notice, throughline.Own, throughline.Align}
	}
	var out []throughline.Phase
	for _, p := range append(pick, w.rule.Shown...) {
		if slices.Contains(w.rule.Shown, p) && !slices.Contains(out, p) && len(out) < 3 {
			out = append(out, p)
		}
	}
	return out
}
