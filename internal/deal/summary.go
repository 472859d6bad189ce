package deal

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/throughline/throughline"
)

// Summary is what lists, attention and alignment need of a deal. It grows
// fact by fact, in any order, to the same value: single values are taken from
// the fact that counts latest, sets are unions, evidence that other evidence
// of the same person outlives in every respect is dropped. Only a Correction, and
// two people who are one, ask for a fold from the beginning (Apply says so).
type Summary struct {
	Deal       throughline.DealID
	Title      Latest[string]
	Account    Latest[throughline.AccountID]
	Owner      Latest[throughline.PersonID]
	Attributes map[string]Latest[string]
	Opened     time.Time // earliest known opening; zero where nobody wrote it down
	Stage      Latest[StageMoved]
	Amount     Latest[throughline.Money]
	CloseDates []DatedDay // every close date that was stated, in the order of facts
	End        Latest[Ended]
	Class      Latest[throughline.Class]
	Classes    []DatedClass          // every class that was recorded, in the order of facts
	Occasions  []Occasion            // what asks whether the class still holds, sorted
	Playbook   Latest[string]        // hash of the version it was moved to; not set: the one in force when it opened
	Picked     Latest[ProcessPicked] // the process somebody of ours put it on; not set, or empty: the rules say
	Override   Latest[throughline.Phase]
	Judged     Latest[Judged]                  // their own forecast category
	Skipped    map[throughline.Phase]time.Time // phases not needed here, since when
	Marks      []Mark                          // evidence and contradiction that still matters, sorted
	Milestones map[throughline.Address]Latest[bool]
	Steps      map[throughline.Address]Latest[StepMoved]
	People     map[throughline.PersonID]Standing
	Events     []DatedEvent
	Bet        Latest[Bet]                // of the latest strategy
	Bets       []ResolvedBet              // what became of bets, by when it was said
	Asked      Latest[throughline.FactID] // the last question left for the deal
	Answered   Latest[throughline.FactID] // the last one that a strategy answers
	Promises   []Promise                  // of theirs, by when they were made; what became of them is in Settled
	Settled    map[throughline.FactID]Latest[PromiseResult]
	Duties     map[throughline.FactID]Duty // steps they stated and work of theirs, by the fact that names each
	Goals      map[throughline.FactID]Goal // what they want to have moved, by the fact that set each
	Sponsor    Latest[bool]                // whether somebody of theirs stands behind it, where it was said of an initiative
	Aspects    map[Aspect]Latest[bool]     // of how they decide: whether it is settled, of those of which something was said
	Acts       Acts                        // when the customer acted, the last 64
	Heard      said                        // the act of theirs that was learned of last
	Aside      Latest[Laid]                // what one of ours answered to what was asked of them
	Planned    []Planned                   // the next moves of the latest strategy
	Thought    Latest[Thought]             // what was answered last to whether what has happened changes the strategy
	LastUs     time.Time                   // our last act
	Facts      int                         // how many facts were applied

	Initiatives map[throughline.ID]Latest[Part] // what the deal is to change efforts of theirs

	Horizon time.Time // no fact counts or was learned after this

	spoke Acts // Acts without promises kept, where any was settled: a later word may take those away again

	Partial bool // only the head was read: no earlier classes, occasions, skipped phases, marks, milestones, steps, people, events, bets, promises, duties, goals, sponsor, aspects, attributes
}

// Latest is a value and when it began to hold. Of two, the one wins that
// Compare puts last: the later, of the same instant the one learned later, then
// the one whose turn came later. Among facts of before turns were kept it is the
// greater value, so that order of arrival never matters.
type Latest[T any] struct {
	Value   T
	At      time.Time
	Learned time.Time
	Turn    int32
}

// Set reports whether any value was ever stated.
func (l Latest[T]) Set() bool { return !l.At.IsZero() }

func (l *Latest[T]) take(v T, f Fact, compare func(a, b T) int) {
	n := Latest[T]{v, f.When(), f.Learned, f.Turn}
	if !l.Set() || cmp.Or(n.At.Compare(l.At), n.Learned.Compare(l.Learned), cmp.Compare(n.Turn, l.Turn), compare(n.Value, l.Value),
		throughline.CompareInstants(n.At, l.At), throughline.CompareInstants(n.Learned, l.Learned)) > 0 {
		*l = n
	}
}

// Outdone reports whether a fact that states a single value is not the one that
// counts, and when what counts was so.
func (s *Summary) Outdone(f Fact) (by time.Time, outdone bool) {
	switch b := f.Body.(type) {
	case Ended, Resumed:
		return notBy(s.End, f)
	case PromiseResolved:
		return notBy(s.Settled[b.Promise], f)
	case AmountChanged:
		return notBy(s.Amount, f)
	case Classified:
		return notBy(s.Class, f)
	case Override:
		return notBy(s.Override, f)
	case Judged:
		return notBy(s.Judged, f)
	case StageMoved:
		return notBy(s.Stage, f)
	case OwnerChanged:
		return notBy(s.Owner, f)
	case StepMoved:
		return notBy(s.Steps[b.Step], f)
	case MilestoneMet:
		return notBy(s.Milestones[b.Milestone], f)
	case SetAside:
		return notBy(s.Aside, f)
	case ReportsTo:
		return notBy(s.People[b.Person].Reports, f)
	case Reconsidered:
		return notBy(s.Thought, f)
	}
	return time.Time{}, false
}

func notBy[T any](l Latest[T], f Fact) (time.Time, bool) { return l.At, l.Set() && !l.by(f) }

// after reports whether the value was learned of later than something else.
func (l Latest[T]) after(learned time.Time, turn int32) bool {
	return l.Set() && cmp.Or(l.Learned.Compare(learned), cmp.Compare(l.Turn, turn)) > 0
}

// by reports whether the value is the one that a fact stated.
func (l Latest[T]) by(f Fact) bool {
	return l.At.Equal(f.When()) && l.Learned.Equal(f.Learned) && l.Turn == f.Turn
}

// DatedDay is a day that was stated at an instant.
type DatedDay struct {
	Day throughline.Day
	said
}

// said is where a fact stands in the order of facts.
type said struct {
	At      time.Time
	Learned time.Time
	Turn    int32
}

func saidBy(f Fact) said { return said{f.When(), f.Learned, f.Turn} }

func (a said) compare(b said) int {
	return cmp.Or(a.At.Compare(b.At), a.Learned.Compare(b.Learned), cmp.Compare(a.Turn, b.Turn))
}

// marks settles what is otherwise equal, so that sets hang on no order.
func (a said) marks(b said) int {
	return cmp.Or(throughline.CompareInstants(a.At, b.At), throughline.CompareInstants(a.Learned, b.Learned))
}

// DatedEvent is an event and when it happened.
type DatedEvent struct {
	Event Event
	At    time.Time
}

// DatedClass is a class that was recorded at an instant, with the two answers
// that people who come later may go beyond.
type DatedClass struct {
	Class throughline.Class
	said
	Vetoes   Answered // how many people can stop it
	Accounts Answered // how they describe the problem
}

// Answered is an answer of the classifier plus one: 1, 2 or 3; 0 where nobody answered.
type Answered int8

func answered(factors map[string]int, name string) Answered {
	if n, ok := factors[name]; ok && n >= 0 && n <= 2 {
		return Answered(n + 1)
	}
	return 0
}

// Occasion is something that happened for which the class is looked at again,
// or may be one: what a person's coming amounts to is decided by Asking. Of a
// person only the first time counts: saying it twice is no second event.
type Occasion struct {
	Event   Event
	Fact    throughline.FactID
	Person  throughline.PersonID
	At      time.Time
	Learned time.Time
	Turn    int32
}

// Reclassed counts how often a class that was known gave way to another one.
// Learning a class that was not known yet is no wrong pick.
func (s *Summary) Reclassed() int {
	n, was := 0, throughline.Unclassified
	for _, c := range s.Classes {
		if c.Class == throughline.Unclassified {
			continue
		}
		if was != throughline.Unclassified && c.Class != was {
			n++
		}
		was = c.Class
	}
	return n
}

// Asking gives what has happened, or was learned, since the class was last
// recorded, newest first: the class was settled without knowing it. A deal that
// was never classed has nothing to look at again.
func (s *Summary) Asking() []Occasion {
	if !s.Class.Set() {
		return nil
	}
	var out []Occasion
	for _, o := range slices.Backward(s.Occasions) {
		if e, ok := s.amounts(o); ok && s.AfterClass(o.At, o.Learned) {
			o.Event = e
			out = append(out, o)
		}
	}
	return out
}

// amounts says which event an occasion is. Names that are learned one by one
// are no events while the answer on record has room for them: a deal would ask
// again with each of them.
func (s *Summary) amounts(o Occasion) (Event, bool) {
	held := DatedClass{}
	if n := len(s.Classes); n > 0 {
		held = s.Classes[n-1]
	}
	noticed := func(e Event) bool {
		return slices.ContainsFunc(s.Occasions, func(x Occasion) bool { return x.Event == e && (x.Person == o.Person || x.At.Equal(o.At)) })
	}
	switch o.Event {
	case personLeft:
		return SponsorLeft, s.carried(o.Person) && !noticed(SponsorLeft)
	case personVetoes:
		room := map[Answered]int{0: 2, 1: 2, 2: 5, 3: len(s.People)}[held.Vetoes] // DOMAIN 4.2: one or two, three to five, six or more
		return NewVeto, !s.People[o.Person].Left.Value && s.stoppers() > room && !noticed(NewVeto)
	case personBuys:
		return ProcurementEntered, !noticed(ProcurementEntered)
	case AccountsDiffer:
		return AccountsDiffer, held.Accounts < 2 // else it was judged knowing that accounts differ
	}
	return o.Event, true
}

// stoppers counts the people known whose role can stop a purchase.
func (s *Summary) stoppers() int {
	n := 0
	for _, st := range s.People {
		if !st.Left.Value && slices.ContainsFunc(st.Roles, stops) {
			n++
		}
	}
	return n
}

func stops(r throughline.Role) bool {
	switch r {
	case throughline.BudgetDecider, throughline.RuleSetter, throughline.SponsorRole, throughline.Checker, throughline.BuyerOfRecord:
		return true
	}
	return false
}

// AfterClass reports whether something that happened at an instant was not known
// when the class was last recorded.
func (s *Summary) AfterClass(at, learned time.Time) bool {
	return cmp.Or(learned.Compare(s.Class.Learned), at.Compare(s.Class.At)) > 0
}

// carried reports whether somebody who is gone was their sponsor or owner.
func (s *Summary) carried(id throughline.PersonID) bool {
	st := s.People[id]
	return st.Left.Value && (slices.Contains(st.Roles, throughline.SponsorRole) || slices.Contains(st.Roles, throughline.ProblemOwner))
}

// Mark is a piece of evidence, or of a contradiction, without its words.
type Mark struct {
	About   throughline.Address
	Person  throughline.PersonID
	Grade   throughline.Grade
	At      time.Time
	Against bool
}

// Standing is what is known of a person in this deal.
type Standing struct {
	Roles    []throughline.Role // sorted
	Function Latest[string]
	Left     Latest[bool]
	Stance   Latest[Position]
	Reports  Latest[throughline.PersonID] // whom of theirs they report to; set and zero: that has ended
}

// Position is a stance with its grade. Agrees is +1 for agreeing on the
// problem, -1 for describing it differently, 0 where not stated.
type Position struct {
	Value  int
	Agrees int
	Grade  throughline.Grade
}

// Bet is the bet of a strategy: which version made it, and its date.
type Bet struct {
	Strategy throughline.FactID
	By       throughline.Day // the zero Day where none was named
}

// ResolvedBet is what became of a bet, and when that was said.
type ResolvedBet struct {
	Strategy throughline.FactID
	Result   BetResult
	Until    throughline.Day
	said
}

// mostBets bounds Bets; only the last few are asked about.
const mostBets = 16

// Ended tells the end state, StillOpen where there is none.
func (s *Summary) Outcome() throughline.Outcome { return s.End.Value.Outcome }

// Closed is when the end state was reached; zero while open, and where it is
// known that the deal has ended and not on which day.
func (s *Summary) Closed() time.Time {
	if s.Outcome() == throughline.StillOpen || s.End.Value.Undated {
		return time.Time{}
	}
	return s.End.At
}

// LastCustomerAct is the last day on which the customer did or said something
// that is evidence; the zero Day where they never did.
func (s *Summary) LastCustomerAct(zone *time.Location) throughline.Day { return s.Acts.Last(zone) }

// CloseDate is the close date stated last, the zero Day where none was.
func (s *Summary) CloseDate() throughline.Day {
	if len(s.CloseDates) == 0 {
		return throughline.Day{}
	}
	return s.CloseDates[len(s.CloseDates)-1].Day
}

// Pushes counts how often the close date was moved later.
func (s *Summary) Pushes() int {
	n := 0
	for i := 1; i < len(s.CloseDates); i++ {
		if s.CloseDates[i].Day.Compare(s.CloseDates[i-1].Day) > 0 {
			n++
		}
	}
	return n
}

// FromCustomer reports whether any evidence comes from the customer (E2 or
// better) and is not merely our reading.
func (s *Summary) FromCustomer() bool {
	return slices.ContainsFunc(s.Marks, func(m Mark) bool { return m.Grade.FromCustomer() })
}

// Apply adds a fact. It returns false, and changes nothing, for one that says how
// other facts are read (Fact.Rereads): the facts must then be folded anew.
func (s *Summary) Apply(f Fact) bool {
	switch b := f.Body.(type) {
	case Correction, PersonMerged:
		return false
	case Opened:
		if !f.Happened.IsZero() && (s.Opened.IsZero() || throughline.CompareInstants(f.Happened, s.Opened) < 0) {
			s.Opened = f.Happened
		}
		s.describe(f, b.Title, b.Account, b.Attributes)
		if !b.Owner.IsZero() {
			s.Owner.take(b.Owner, f, comparePersons)
		}
	case Described:
		s.describe(f, b.Title, b.Account, b.Attributes)
	case OwnerChanged:
		s.Owner.take(b.Owner, f, comparePersons)
	case StageMoved:
		s.Stage.take(b, f, func(a, b StageMoved) int {
			return cmp.Or(cmp.Compare(a.Foreign, b.Foreign), cmp.Compare(a.Stage, b.Stage))
		})
	case AmountChanged:
		s.Amount.take(b.Amount, f, func(a, b throughline.Money) int {
			return cmp.Or(cmp.Compare(a.Cents, b.Cents), cmp.Compare(a.Currency, b.Currency))
		})
	case CloseDateMoved:
		s.CloseDates = insert(s.CloseDates, DatedDay{b.To, saidBy(f)}, func(a, b DatedDay) int {
			return cmp.Or(a.compare(b.said), a.Day.Compare(b.Day), a.marks(b.said))
		})
	case Ended:
		s.End.take(Ended{Outcome: b.Outcome, Cause: b.Cause, Foreign: b.Foreign, Text: b.Text, Until: b.Until, Undated: f.Happened.IsZero()}, f, compareEnds)
	case Resumed:
		s.End.take(Ended{}, f, compareEnds)
	case Classified:
		s.Class.take(b.Class, f, cmp.Compare)
		s.Classes = insert(s.Classes, DatedClass{b.Class, saidBy(f), answered(b.Factors, "veto_holders"), answered(b.Factors, "problem_agreement")},
			func(a, b DatedClass) int {
				return cmp.Or(a.compare(b.said), cmp.Compare(a.Class, b.Class), cmp.Compare(a.Vetoes, b.Vetoes), cmp.Compare(a.Accounts, b.Accounts),
					a.marks(b.said))
			})
	case PlaybookMoved:
		s.Playbook.take(b.To, f, cmp.Compare)
	case ProcessPicked:
		s.Picked.take(b, f, func(a, b ProcessPicked) int {
			return cmp.Or(cmp.Compare(a.Process, b.Process), cmp.Compare(a.Suggested, b.Suggested), cmp.Compare(a.Reason, b.Reason))
		})
	case Override:
		s.Override.take(b.Position, f, cmp.Compare)
	case Judged:
		s.Judged.take(b, f, func(a, b Judged) int {
			return cmp.Or(cmp.Compare(a.Category, b.Category), cmp.Compare(a.Reason, b.Reason))
		})
	case PhaseNotNeeded:
		if s.Skipped == nil {
			s.Skipped = map[throughline.Phase]time.Time{}
		}
		if at, ok := s.Skipped[b.Phase]; !ok || throughline.CompareInstants(f.When(), at) < 0 {
			s.Skipped[b.Phase] = f.When()
		}
	case Evidence:
		s.mark(Mark{b.About, b.Person, f.Grade, f.When(), false})
	case Contradiction:
		s.mark(Mark{b.About, b.Person, f.Grade, f.When(), true})
		s.occasion(EvidenceConflict, b.Person, f)
	case MilestoneMet:
		keep(&s.Milestones, b.Milestone, !b.NotNeeded, f, compareBools)
	case StepMoved:
		keep(&s.Steps, b.Step, StepMoved{Step: b.Step, State: b.State, By: b.By, Due: b.Due}, f, func(a, b StepMoved) int {
			return cmp.Or(cmp.Compare(a.State, b.State), a.Due.Compare(b.Due), cmp.Compare(a.By, b.By))
		})
	case Activity:
		if b.Open {
			break
		}
		if b.By == Us {
			s.LastUs = later(s.LastUs, f.When())
		}
	case PersonJoined:
		s.person(b.Person, func(st *Standing) {
			if b.Role != "" {
				st.Roles = insert(st.Roles, b.Role, cmp.Compare)
			}
			if b.Function != "" {
				st.Function.take(b.Function, f, cmp.Compare)
			}
			st.Left.take(b.Left, f, compareBools)
		})
		switch {
		case b.Left:
			s.occasion(personLeft, b.Person, f)
		case b.Role == throughline.BuyerOfRecord:
			s.occasion(personBuys, throughline.PersonID{}, f)
			s.occasion(personVetoes, b.Person, f)
		case stops(b.Role):
			s.occasion(personVetoes, b.Person, f)
		}
	case ReportsTo:
		if !b.Person.IsZero() && b.To != b.Person { // who was found to be one with their own superior is told as reporting to themselves: that says nothing, and takes no other word away
			s.person(b.Person, func(st *Standing) { st.Reports.take(b.To, f, comparePersons) })
		}
	case Stance:
		s.person(b.Person, func(st *Standing) {
			p := Position{Value: b.Value, Grade: f.Grade}
			if b.Agrees != nil {
				p.Agrees = -1
				if *b.Agrees {
					p.Agrees = 1
				}
			}
			st.Stance.take(p, f, func(a, b Position) int {
				return cmp.Or(cmp.Compare(a.Grade, b.Grade), cmp.Compare(a.Value, b.Value), cmp.Compare(a.Agrees, b.Agrees))
			})
		})
		if b.Agrees != nil && !*b.Agrees {
			s.occasion(AccountsDiffer, b.Person, f)
		}
	case Noticed:
		if b.Event.AsksClass() {
			s.occasion(b.Event, b.Person, f)
		}
		s.Events = insert(s.Events, DatedEvent{b.Event, f.When()}, func(a, b DatedEvent) int {
			return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Event, b.Event), throughline.CompareInstants(a.At, b.At))
		})
	case Strategy:
		by, _ := throughline.ParseDay(b.By) // a day that cannot be read is none
		s.Bet.take(Bet{f.ID, by}, f, func(a, b Bet) int { return compareFacts(a.Strategy, b.Strategy) })
		if s.Bet.Value.Strategy == f.ID {
			s.Planned = planned(b)
		}
		if !b.Answers.IsZero() {
			s.Answered.take(b.Answers, f, compareFacts)
		}
	case Reconsidered:
		s.Thought.take(Thought{b.Strategy, b.Answer, b.Until}, f, compareThoughts)
	case SetAside:
		s.Aside.take(Laid{b, f.ID, f.Author()}, f, compareLaid)
	case BetResolved:
		s.Bets = insert(s.Bets, ResolvedBet{b.Strategy, b.Result, b.Until, saidBy(f)}, compareBets)
		if len(s.Bets) > mostBets {
			s.Bets = slices.Delete(s.Bets, 0, len(s.Bets)-mostBets)
		}
	case Asked:
		s.Asked.take(f.ID, f, compareFacts)
	case PromiseMade:
		s.promised(b, f)
	case PromiseResolved:
		s.resolved(b, f)
	case Linked:
		if b.As == "land" {
			s.occasion(GrewLarger, throughline.PersonID{}, f)
		}
	case StepStated:
		s.duty(b.Of, false, b.Undated, b.Text, b.By, b.Due, b.State, f)
		s.using(cmp.Or(b.Of, f.ID), b.About)
		if b.About != "" && b.State == throughline.StepDone && f.Grade.FromCustomer() {
			s.mark(Mark{b.About, b.Person, f.Grade, f.When(), false})
		}
	case WorkMoved:
		s.duty(b.Of, true, b.Undated, b.What, Customer, b.Due, b.State, f)
		if b.Of.IsZero() && !b.Initiative.IsZero() {
			d := s.Duties[f.ID]
			d.Initiative = b.Initiative
			s.Duties[f.ID] = d
		}
	case InitiativeJoined:
		s.joined(b, f)
	case InitiativeStated:
		if b.Sponsor != "" || b.NoSponsor {
			s.Sponsor.take(b.Sponsor != "", f, compareBools)
		}
	case TargetSet:
		s.goal(f.ID, func(g *Goal) { g.Named, g.By = true, b.By })
	case ResultMeasured:
		s.goal(b.Of, func(g *Goal) { g.Measured = true })
	case DecisionStated:
		keep(&s.Aspects, b.Aspect, b.Settles(), f, compareBools)
		if b.Settles() && f.Grade.FromCustomer() {
			s.mark(Mark{b.Aspect.Phase().Address(), b.Person, f.Grade, f.When(), false})
		}
	case PlanMade, Commented, Noted, PurchaseStated: // shown on the deal's page, from the facts themselves
	}
	if f.actOfTheirs() {
		s.acted(f.When())
		s.heard(f)
	}
	s.Facts++
	s.Horizon = later(s.Horizon, later(f.When(), f.Learned))
	return true
}

// occasion adds what asks for a look at the class, or may. Of the same person
// and the same event the first time that was learned stays; procurement comes
// in with the first of its people.
func (s *Summary) occasion(e Event, who throughline.PersonID, f Fact) {
	o := Occasion{e, f.ID, who, f.When(), f.Learned, f.Turn}
	if e == AccountsDiffer || e == personLeft || e == personVetoes || e == personBuys {
		if i := slices.IndexFunc(s.Occasions, func(x Occasion) bool { return x.Event == e && x.Person == who }); i >= 0 {
			if compareOccasions(s.Occasions[i], o) <= 0 {
				return
			}
			s.Occasions = slices.Delete(s.Occasions, i, i+1)
		}
	}
	s.Occasions = insert(s.Occasions, o, compareOccasions)
}

func compareOccasions(a, b Occasion) int {
	return cmp.Or(
		a.Learned.Compare(b.Learned),
		a.At.Compare(b.At),
		cmp.Compare(a.Turn, b.Turn),
		compareFacts(a.Fact, b.Fact),
		cmp.Compare(a.Event, b.Event),
	)
}

func (s *Summary) describe(f Fact, title string, account throughline.AccountID, attributes map[string]string) {
	if title != "" {
		s.Title.take(title, f, cmp.Compare)
	}
	if !account.IsZero() {
		s.Account.take(account, f, func(a, b throughline.AccountID) int { return slices.Compare(a[:], b[:]) })
	}
	for k, v := range attributes {
		keep(&s.Attributes, k, v, f, cmp.Compare)
	}
}

func (s *Summary) person(id throughline.PersonID, change func(*Standing)) {
	if s.People == nil {
		s.People = map[throughline.PersonID]Standing{}
	}
	st := s.People[id]
	change(&st)
	s.People[id] = st
}

func (s *Summary) acted(at time.Time) {
	s.Acts = s.Acts.with(at)
	if len(s.Settled) > 0 {
		s.spoke = slices.Clone(s.spoke).with(at)
	}
}

// mark adds m and keeps, of each person on each question, only what nothing
// else of theirs is both at least as strong and at least as recent.
func (s *Summary) mark(m Mark) {
	same := func(o Mark) bool { return o.About == m.About && o.Person == m.Person && o.Against == m.Against }
	covers := func(a, b Mark) bool { return a.Grade >= b.Grade && throughline.CompareInstants(a.At, b.At) >= 0 }
	for _, o := range s.Marks {
		if same(o) && covers(o, m) {
			return
		}
	}
	s.Marks = slices.DeleteFunc(s.Marks, func(o Mark) bool { return same(o) && covers(m, o) })
	s.Marks = insert(s.Marks, m, compareMarks)
}

func compareMarks(a, b Mark) int {
	return cmp.Or(cmp.Compare(a.About, b.About), throughline.CompareInstants(a.At, b.At), cmp.Compare(a.Grade, b.Grade),
		slices.Compare(a.Person[:], b.Person[:]), compareBools(a.Against, b.Against))
}

func compareEnds(a, b Ended) int {
	return cmp.Or(cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.Foreign, b.Foreign),
		a.Until.Compare(b.Until), cmp.Compare(a.Text, b.Text), compareBools(a.Undated, b.Undated))
}

func compareFacts(a, b throughline.FactID) int { return slices.Compare(a[:], b[:]) }

func compareBets(a, b ResolvedBet) int {
	return cmp.Or(a.compare(b.said), compareFacts(a.Strategy, b.Strategy), cmp.Compare(a.Result, b.Result), a.Until.Compare(b.Until), a.marks(b.said))
}

func comparePersons(a, b throughline.PersonID) int { return slices.Compare(a[:], b[:]) }

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func keep[K comparable, T any](m *map[K]Latest[T], k K, v T, f Fact, compare func(a, b T) int) {
	if *m == nil {
		*m = map[K]Latest[T]{}
	}
	l := (*m)[k]
	l.take(v, f, compare)
	(*m)[k] = l
}

// insert puts v into the sorted set.
func insert[T any](set []T, v T, compare func(a, b T) int) []T {
	i, found := slices.BinarySearchFunc(set, v, compare)
	if found {
		return set
	}
	return slices.Insert(set, i, v)
}

func later(a, b time.Time) time.Time {
	if throughline.CompareInstants(b, a) > 0 {
		return b
	}
	return a
}

// AttributeValues gives the attributes as they stand.
func (s *Summary) AttributeValues() map[string]string {
	out := make(map[string]string, len(s.Attributes))
	for k, v := range s.Attributes {
		out[k] = v.Value
	}
	return out
}

// PersonIDs lists the people of the deal in one order.
func (s *Summary) PersonIDs() []throughline.PersonID {
	return slices.SortedFunc(maps.Keys(s.People), comparePersons)
}
