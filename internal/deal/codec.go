package deal

import (
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/throughline/throughline"
)

// codecVersion leads every encoded summary; a store that finds another one
// folds the deal anew from its facts.
const codecVersion = 19

// ErrSummaryVersion says that a summary was written by another version of the
// program; it can be made anew from the facts.
var ErrSummaryVersion = errors.New("summary of another version")

// EncodeHead gives the beginning of what Encode gives: what lists count, filter
// and order by.
func (s *Summary) EncodeHead(b []byte) []byte {
	w := writer{append(b, codecVersion)}
	w.bytes(s.Deal[:])
	latest(&w, s.Title, w.text)
	latest(&w, s.Account, func(a throughline.AccountID) { w.bytes(a[:]) })
	latest(&w, s.Owner, func(p throughline.PersonID) { w.bytes(p[:]) })
	w.time(s.Opened)
	latest(&w, s.Stage, func(m StageMoved) { w.text(m.Foreign); w.text(string(m.Stage)) })
	latest(&w, s.Amount, func(m throughline.Money) { w.varint(m.Cents); w.text(m.Currency) })
	w.count(len(s.CloseDates))
	for _, c := range s.CloseDates {
		w.day(c.Day)
		w.said(c.said)
	}
	latest(&w, s.End, func(e Ended) {
		w.text(string(e.Outcome))
		w.text(string(e.Cause))
		w.text(e.Foreign)
		w.text(e.Text)
		w.day(e.Until)
		w.flag(e.Undated)
	})
	latest(&w, s.Class, func(c throughline.Class) { w.text(string(c)) })
	latest(&w, s.Playbook, w.text)
	latest(&w, s.Picked, func(p ProcessPicked) { w.text(string(p.Process)); w.text(string(p.Suggested)); w.text(p.Reason) })
	latest(&w, s.Override, func(p throughline.Phase) { w.varint(int64(p)) })
	latest(&w, s.Judged, func(j Judged) { w.text(string(j.Category)); w.text(j.Reason) })
	w.acts(s.Acts)
	w.time(s.LastUs)
	w.varint(int64(s.Facts))
	w.time(s.Horizon)
	w.count(len(s.Initiatives))
	for _, id := range slices.SortedFunc(maps.Keys(s.Initiatives), func(a, b throughline.ID) int { return slices.Compare(a[:], b[:]) }) {
		w.bytes(id[:])
		latest(&w, s.Initiatives[id], func(p Part) { w.text(string(p)) })
	}
	return w.b
}

// Encode gives the summary as bytes for a store: compact and quick, because a
// list of a hundred thousand deals decodes as many. Attributes are left out
// unless asked for; lists do not need them.
func (s *Summary) Encode(b []byte) []byte {
	w := writer{s.EncodeHead(b)}
	w.count(len(s.Skipped))
	for _, p := range slices.Sorted(maps.Keys(s.Skipped)) {
		w.varint(int64(p))
		w.time(s.Skipped[p])
	}
	w.count(len(s.Marks))
	for _, m := range s.Marks {
		w.text(string(m.About))
		w.bytes(m.Person[:])
		w.varint(int64(m.Grade))
		w.time(m.At)
		w.flag(m.Against)
	}
	w.count(len(s.Milestones))
	for _, a := range slices.Sorted(maps.Keys(s.Milestones)) {
		w.text(string(a))
		latest(&w, s.Milestones[a], w.flag)
	}
	w.count(len(s.Steps))
	for _, a := range slices.Sorted(maps.Keys(s.Steps)) {
		w.text(string(a))
		latest(&w, s.Steps[a], func(m StepMoved) { w.text(string(m.State)); w.text(string(m.By)); w.day(m.Due) })
	}
	w.count(len(s.People))
	for _, id := range s.PersonIDs() {
		st := s.People[id]
		w.bytes(id[:])
		w.count(len(st.Roles))
		for _, r := range st.Roles {
			w.text(string(r))
		}
		latest(&w, st.Function, w.text)
		latest(&w, st.Left, w.flag)
		latest(&w, st.Stance, func(p Position) { w.varint(int64(p.Value)); w.varint(int64(p.Agrees)); w.varint(int64(p.Grade)) })
		latest(&w, st.Reports, func(p throughline.PersonID) { w.bytes(p[:]) })
	}
	w.count(len(s.Events))
	for _, e := range s.Events {
		w.text(string(e.Event))
		w.time(e.At)
	}
	latest(&w, s.Bet, func(b Bet) { w.bytes(b.Strategy[:]); w.day(b.By) })
	w.count(len(s.Bets))
	for _, b := range s.Bets {
		w.bytes(b.Strategy[:])
		w.text(string(b.Result))
		w.day(b.Until)
		w.said(b.said)
	}
	latest(&w, s.Asked, func(id throughline.FactID) { w.bytes(id[:]) })
	latest(&w, s.Answered, func(id throughline.FactID) { w.bytes(id[:]) })
	w.count(len(s.Classes))
	for _, c := range s.Classes {
		w.text(string(c.Class))
		w.said(c.said)
		w.varint(int64(c.Vetoes))
		w.varint(int64(c.Accounts))
	}
	w.count(len(s.Occasions))
	for _, o := range s.Occasions {
		w.text(string(o.Event))
		w.bytes(o.Fact[:])
		w.bytes(o.Person[:])
		w.said(said{o.At, o.Learned, o.Turn})
	}
	w.count(len(s.Promises))
	for _, p := range s.Promises {
		w.bytes(p.Fact[:])
		w.bytes(p.Person[:])
		w.text(p.Who)
		w.text(p.What)
		w.day(p.Due)
		w.varint(int64(p.Grade))
		w.said(said{p.At, p.learned, p.turn})
	}
	w.count(len(s.Settled))
	for _, id := range slices.SortedFunc(maps.Keys(s.Settled), compareFacts) {
		w.bytes(id[:])
		latest(&w, s.Settled[id], func(r PromiseResult) { w.text(string(r)) })
	}
	if len(s.Settled) > 0 {
		w.acts(s.spoke)
	}
	w.count(len(s.Duties))
	for _, id := range s.DutyIDs() {
		d := s.Duties[id]
		w.bytes(id[:])
		w.flag(d.Named)
		w.flag(d.Work)
		w.flag(d.Said)
		w.flag(d.Use)
		w.bytes(d.Initiative[:])
		latest(&w, d.What, w.text)
		latest(&w, d.By, func(b Side) { w.text(string(b)) })
		latest(&w, d.Due, w.day)
		latest(&w, d.State, func(s throughline.StepState) { w.text(string(s)) })
	}
	w.count(len(s.Goals))
	for _, id := range s.GoalIDs() {
		g := s.Goals[id]
		w.bytes(id[:])
		w.flag(g.Named)
		w.flag(g.Measured)
		w.day(g.By)
	}
	latest(&w, s.Sponsor, w.flag)
	w.count(len(s.Aspects))
	for _, a := range slices.Sorted(maps.Keys(s.Aspects)) {
		w.text(string(a))
		latest(&w, s.Aspects[a], w.flag)
	}
	w.said(s.Heard)
	latest(&w, s.Aside, func(l Laid) {
		w.bytes(l.Fact[:])
		w.bytes(l.By[:])
		w.text(string(l.How))
		w.text(l.What)
		w.day(l.Until)
	})
	w.count(len(s.Planned))
	for _, m := range s.Planned {
		w.text(m.What)
		w.bytes(m.Person[:])
		w.day(m.By)
	}
	latest(&w, s.Thought, func(t Thought) { w.bytes(t.Strategy[:]); w.text(string(t.Answer)); w.day(t.Until) })
	return w.b
}

func (w *writer) acts(acts Acts) {
	w.count(len(acts))
	last := int32(0)
	for _, a := range acts {
		w.varint(int64(a) - int64(last))
		last = a
	}
}

// EncodeAttributes gives the attributes apart from the rest.
func (s *Summary) EncodeAttributes() []byte {
	w := writer{[]byte{codecVersion}}
	w.count(len(s.Attributes))
	for _, k := range slices.Sorted(maps.Keys(s.Attributes)) {
		w.text(k)
		latest(&w, s.Attributes[k], w.text)
	}
	return w.b
}

// DecodeSummary reads what Encode wrote.
func DecodeSummary(b []byte) (Summary, error) { return new(Decoder).Summary(string(b)) }

// Decoder reads many summaries. Their small slices lie together in blocks of
// Block items, which spares most allocations; whoever keeps one summary keeps
// its block. A Decoder is for one goroutine.
type Decoder struct {
	Block int  // 0: every slice by itself
	Heads bool // only what lists filter and order by: the summaries are Partial

	closeDates []DatedDay
	marks      []Mark
	roles      []throughline.Role
	events     []DatedEvent
	classes    []DatedClass
	occasions  []Occasion
	acts       []int32
	days       map[int64]throughline.Day // making a Day takes longer than finding it
}

// Summary reads what Encode wrote. Texts in the summary are parts of b. It is one
// long list, a line a field in the order of the form: parted into steps it reads
// no better and is slower by a twelfth, for every deal that is read.
func (d *Decoder) Summary(b string) (Summary, error) {
	var s Summary
	r := reader{b: b, decoder: d}
	if !r.version() {
		return s, ErrSummaryVersion
	}
	r.bytes(s.Deal[:])
	if readLatest(&r, &s.Title) {
		s.Title.Value = r.text()
	}
	if readLatest(&r, &s.Account) {
		r.bytes(s.Account.Value[:])
	}
	if readLatest(&r, &s.Owner) {
		r.bytes(s.Owner.Value[:])
	}
	s.Opened = r.time()
	if readLatest(&r, &s.Stage) {
		s.Stage.Value = StageMoved{r.text(), throughline.Address(r.text())}
	}
	if readLatest(&r, &s.Amount) {
		s.Amount.Value = throughline.Money{Cents: r.varint(), Currency: r.text()}
	}
	s.CloseDates = take(&d.closeDates, r.count(11), d.Block)
	for i := range s.CloseDates {
		s.CloseDates[i] = DatedDay{r.day(), r.said()}
	}
	if readLatest(&r, &s.End) {
		s.End.Value = Ended{
			Outcome: throughline.Outcome(r.text()),
			Cause:   throughline.Cause(r.text()),
			Foreign: r.text(),
			Text:    r.text(),
			Until:   r.day(),
			Undated: r.flag(),
		}
	}
	if readLatest(&r, &s.Class) {
		s.Class.Value = throughline.Class(r.text())
	}
	if readLatest(&r, &s.Playbook) {
		s.Playbook.Value = r.text()
	}
	if readLatest(&r, &s.Picked) {
		s.Picked.Value = ProcessPicked{throughline.Address(r.text()), throughline.Address(r.text()), r.text()}
	}
	if readLatest(&r, &s.Override) {
		s.Override.Value = throughline.Phase(r.varint())
	}
	if readLatest(&r, &s.Judged) {
		s.Judged.Value = Judged{Category(r.text()), r.text()}
	}
	s.Acts = r.acts()
	s.LastUs = r.time()
	s.Facts = int(r.varint())
	s.Horizon = r.time()
	if n := r.count(17); n > 0 {
		s.Initiatives = make(map[throughline.ID]Latest[Part], n)
		for ; n > 0; n-- {
			var id throughline.ID
			r.bytes(id[:])
			var l Latest[Part]
			if readLatest(&r, &l) {
				l.Value = Part(r.text())
			}
			s.Initiatives[id] = l
		}
	}
	if d.Heads {
		s.Partial = true
		return s, r.err
	}
	if n := r.count(9); n > 0 {
		s.Skipped = make(map[throughline.Phase]time.Time, n)
		for ; n > 0; n-- {
			p := throughline.Phase(r.varint())
			s.Skipped[p] = r.time()
		}
	}
	s.Marks = take(&d.marks, r.count(27), d.Block)
	for i := range s.Marks {
		m := &s.Marks[i]
		m.About = throughline.Address(r.text())
		r.bytes(m.Person[:])
		m.Grade, m.At, m.Against = throughline.Grade(r.varint()), r.time(), r.flag()
	}
	if n := r.count(11); n > 0 {
		s.Milestones = make(map[throughline.Address]Latest[bool], n)
		for ; n > 0; n-- {
			a := throughline.Address(r.text())
			var l Latest[bool]
			if readLatest(&r, &l) {
				l.Value = r.flag()
			}
			s.Milestones[a] = l
		}
	}
	if n := r.count(11); n > 0 {
		s.Steps = make(map[throughline.Address]Latest[StepMoved], n)
		for ; n > 0; n-- {
			a := throughline.Address(r.text())
			var l Latest[StepMoved]
			if readLatest(&r, &l) {
				l.Value = StepMoved{Step: a, State: throughline.StepState(r.text()), By: Side(r.text()), Due: r.day()}
			}
			s.Steps[a] = l
		}
	}
	if n := r.count(21); n > 0 {
		s.People = make(map[throughline.PersonID]Standing, n)
		for ; n > 0; n-- {
			var id throughline.PersonID
			r.bytes(id[:])
			s.People[id] = r.standing()
		}
	}
	s.Events = take(&d.events, r.count(9), d.Block)
	for i := range s.Events {
		s.Events[i] = DatedEvent{Event(r.text()), r.time()}
	}
	if readLatest(&r, &s.Bet) {
		r.bytes(s.Bet.Value.Strategy[:])
		s.Bet.Value.By = r.day()
	}
	if n := r.count(28); n > 0 {
		s.Bets = make([]ResolvedBet, n)
		for i := range s.Bets {
			b := &s.Bets[i]
			r.bytes(b.Strategy[:])
			b.Result, b.Until, b.said = BetResult(r.text()), r.day(), r.said()
		}
	}
	if readLatest(&r, &s.Asked) {
		r.bytes(s.Asked.Value[:])
	}
	if readLatest(&r, &s.Answered) {
		r.bytes(s.Answered.Value[:])
	}
	s.Classes = take(&d.classes, r.count(13), d.Block)
	for i := range s.Classes {
		s.Classes[i] = DatedClass{throughline.Class(r.text()), r.said(), Answered(r.varint()), Answered(r.varint())}
	}
	s.Occasions = take(&d.occasions, r.count(43), d.Block)
	for i := range s.Occasions {
		o := &s.Occasions[i]
		o.Event = Event(r.text())
		r.bytes(o.Fact[:])
		r.bytes(o.Person[:])
		at := r.said()
		o.At, o.Learned, o.Turn = at.At, at.Learned, at.Turn
	}
	if n := r.count(46); n > 0 {
		s.Promises = make([]Promise, n)
		for i := range s.Promises {
			p := &s.Promises[i]
			r.bytes(p.Fact[:])
			r.bytes(p.Person[:])
			p.Who, p.What, p.Due = r.text(), r.text(), r.day()
			p.Grade = throughline.Grade(r.varint())
			at := r.said()
			p.At, p.learned, p.turn = at.At, at.Learned, at.Turn
		}
	}
	if n := r.count(17); n > 0 {
		s.Settled = make(map[throughline.FactID]Latest[PromiseResult], n)
		for ; n > 0; n-- {
			var id throughline.FactID
			r.bytes(id[:])
			var l Latest[PromiseResult]
			if readLatest(&r, &l) {
				l.Value = PromiseResult(r.text())
			}
			s.Settled[id] = l
		}
		s.spoke = r.acts()
	}
	if n := r.count(40); n > 0 {
		s.Duties = make(map[throughline.FactID]Duty, n)
		for ; n > 0; n-- {
			var id throughline.FactID
			r.bytes(id[:])
			d := Duty{Named: r.flag(), Work: r.flag(), Said: r.flag(), Use: r.flag()}
			r.bytes(d.Initiative[:])
			if readLatest(&r, &d.What) {
				d.What.Value = r.text()
			}
			if readLatest(&r, &d.By) {
				d.By.Value = Side(r.text())
			}
			if readLatest(&r, &d.Due) {
				d.Due.Value = r.day()
			}
			if readLatest(&r, &d.State) {
				d.State.Value = throughline.StepState(r.text())
			}
			s.Duties[id] = d
		}
	}
	if n := r.count(19); n > 0 {
		s.Goals = make(map[throughline.FactID]Goal, n)
		for ; n > 0; n-- {
			var id throughline.FactID
			r.bytes(id[:])
			s.Goals[id] = Goal{Named: r.flag(), Measured: r.flag(), By: r.day()}
		}
	}
	if readLatest(&r, &s.Sponsor) {
		s.Sponsor.Value = r.flag()
	}
	if n := r.count(2); n > 0 {
		s.Aspects = make(map[Aspect]Latest[bool], n)
		for ; n > 0; n-- {
			a := Aspect(r.text())
			var l Latest[bool]
			if readLatest(&r, &l) {
				l.Value = r.flag()
			}
			s.Aspects[a] = l
		}
	}
	s.Heard = r.said()
	if readLatest(&r, &s.Aside) {
		l := &s.Aside.Value
		r.bytes(l.Fact[:])
		r.bytes(l.By[:])
		l.SetAside = SetAside{Aside(r.text()), r.text(), r.day()}
	}
	if n := r.count(18); n > 0 {
		s.Planned = make([]Planned, n)
		for i := range s.Planned {
			m := &s.Planned[i]
			m.What = r.text()
			r.bytes(m.Person[:])
			m.By = r.day()
		}
	}
	if readLatest(&r, &s.Thought) {
		r.bytes(s.Thought.Value.Strategy[:])
		s.Thought.Value.Answer, s.Thought.Value.Until = Reconsidering(r.text()), r.day()
	}
	return s, r.end()
}

func (r *reader) acts() Acts {
	acts := take(&r.decoder.acts, r.count(1), r.decoder.Block)
	last := int64(0)
	for i := range acts {
		last += r.varint()
		acts[i] = int32(last)
	}
	return acts
}

func (r *reader) standing() (st Standing) {
	st.Roles = take(&r.decoder.roles, r.count(1), r.decoder.Block)
	for i := range st.Roles {
		st.Roles[i] = throughline.Role(r.text())
	}
	if readLatest(r, &st.Function) {
		st.Function.Value = r.text()
	}
	if readLatest(r, &st.Left) {
		st.Left.Value = r.flag()
	}
	if readLatest(r, &st.Stance) {
		st.Stance.Value = Position{int(r.varint()), int(r.varint()), throughline.Grade(r.varint())}
	}
	if readLatest(r, &st.Reports) {
		r.bytes(st.Reports.Value[:])
	}
	return st
}

// take gives a slice of n items from a block, which is replaced when it is
// used up; nil for none. Appending to it never reaches a neighbour.
func take[T any](block *[]T, n, size int) []T {
	if n == 0 {
		return nil
	}
	if cap(*block)-len(*block) < n {
		*block = make([]T, 0, max(n, size))
	}
	begin := len(*block)
	*block = (*block)[:begin+n]
	return (*block)[begin : begin+n : begin+n]
}

// DecodeAttributes reads what EncodeAttributes wrote.
func (s *Summary) DecodeAttributes(b []byte) error {
	r := reader{b: string(b)}
	if !r.version() {
		return ErrSummaryVersion
	}
	if n := r.count(2); n > 0 {
		s.Attributes = make(map[string]Latest[string], n)
		for ; n > 0; n-- {
			k := r.text()
			var l Latest[string]
			if readLatest(&r, &l) {
				l.Value = r.text()
			}
			s.Attributes[k] = l
		}
	}
	return r.end()
}
