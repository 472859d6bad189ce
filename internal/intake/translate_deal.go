package intake

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake/spelling"
)

// snapshot compares the row with what is known of the deal; only differences
// become facts.
func (t *Translator) snapshot(s *Snapshot, g *Ground, n *Notes) {
	if s.End == EndRemoved || t.words.removed(s.Status) {
		t.remove(s, g, n)
		return
	}
	turn := g.again(s.Foreign)
	opened := t.past(s.Opened, &s.Row, "opened", n)
	created := t.past(s.Created, &s.Row, "created", n)
	modified := t.past(s.Modified, &s.Row, "modified", n)
	m, word := t.words.judge(&s.Row, s.Stage, s.Status, s.Reason, s.End, n)
	var ended time.Time
	if m.closes {
		ended = t.past(s.Ended, &s.Row, "closed", n)
	}
	if opened.IsZero() {
		opened = created
	}
	if sameDay := t.day(ended) == t.day(opened); sameDay && ended.Before(opened) {
		ended = opened // a day has no hour: it ended on the day it was opened, not before
	} else if !ended.IsZero() && ended.Before(opened) && s.End == EndUnsaid {
		n.Say("closed-before-opened", &s.Row, "closed", "", func() diag.Finding {
			return diag.Finding{Message: "deal " + strconv.Quote(shorten(s.Foreign)) + " was closed on " + t.day(ended).String() + ", before it was opened on " + t.day(opened).String(),
				Hint: "the row lands with both dates as given; correct them at the source and import again"}
		})
	}
	learned := opened
	if created.After(learned) {
		learned = created
	}
	learned = t.orHorizon(learned)
	st := t.deal(g, s.Foreign, learned)
	if turn > 0 {
		t.twice(s, st, turn, m, n)
	}
	if m.closes && ended.IsZero() && st.summary.Outcome() != m.end.Outcome {
		n.Say("end-undated", &s.Row, "closed", "", func() diag.Finding {
			return diag.Finding{Message: "deal " + strconv.Quote(shorten(s.Foreign)) + " has ended, and no date says on which day",
				Hint: "it lands as ended on a day that nobody knows, and counts in no duration; name the column that says it under closed, won or lost"}
		})
	}
	mark := ""
	if turn > 0 {
		mark = "\x00" + strconv.Itoa(turn)
	}
	// stated is when the row's present values were recorded.
	stated := modified
	if m.closes && !ended.IsZero() {
		stated = ended
	}
	stated = t.orHorizon(stated)
	c := claim{t, g, st, &s.Row, s.Foreign, stated, mark}

	account, owner := t.account(&s.Account, g), t.owner(&s.Owner, g)
	t.describe(c, s, opened, learned, account, owner)
	for _, e := range s.Entered {
		if at := t.past(e.At, &s.Row, "entered "+e.Stage, n); !at.IsZero() {
			if w := t.words.of(e.Stage); !w.closes {
				t.say(g, st, &s.Row, s.Foreign, at, at, 0, deal.StageMoved{Foreign: e.Stage, Stage: w.stage}, e.Stage+mark)
			}
		}
	}
	if s.Stage != "" || m.closes {
		t.lastStage(c, s.Stage, m)
		t.stage(c, m, word, ended)
	}
	t.figures(c, s, m, ended)
}

// claim is where, about what and as of when a row speaks.
type claim struct {
	t       *Translator
	g       *Ground
	st      *standing
	row     *Row
	foreign string
	stated  time.Time
	mark    string
}

// now says something that holds since an unknown day and was known when the row was.
func (c claim) now(body deal.Body, value string, last time.Time) {
	c.t.say(c.g, c.st, c.row, c.foreign, time.Time{}, c.stated, after(c.stated, last), body, value+c.mark)
}

// on says something that happened on a known day.
func (c claim) on(at time.Time, body deal.Body, value string, last time.Time) {
	c.t.say(c.g, c.st, c.row, c.foreign, at, at, after(at, last), body, value+c.mark)
}

// describe opens the deal, or says what is called differently now.
func (t *Translator) describe(c claim, s *Snapshot, opened, learned time.Time, account throughline.AccountID, owner throughline.PersonID) {
	sum := &c.st.summary
	if sum.Opened.IsZero() && !sum.Title.Set() && !sum.Account.Set() && len(sum.Attributes) == 0 {
		body := deal.Opened{Title: s.Title, Account: account, Attributes: s.Attributes}
		if !sum.Owner.Set() {
			body.Owner = owner
		}
		t.say(c.g, c.st, c.row, c.foreign, opened, learned, 0, body, "")
		if sum.Owner.Value != owner && !owner.IsZero() {
			c.now(deal.OwnerChanged{Owner: owner}, owner.String(), sum.Owner.At)
		}
		return
	}
	var d deal.Described
	key := ""
	if s.Title != "" && s.Title != sum.Title.Value {
		d.Title = s.Title
		key += s.Title
	}
	if !account.IsZero() && account != sum.Account.Value {
		d.Account = account
		key += "\x00" + account.String()
	}
	for name, v := range s.Attributes {
		if v != "" && sum.Attributes[name].Value != v {
			if d.Attributes == nil {
				d.Attributes = map[string]string{}
			}
			d.Attributes[name] = v
		}
	}
	if d.Attributes != nil {
		names := make([]string, 0, len(d.Attributes))
		for name := range d.Attributes {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			key += "\x00" + name + "\x01" + d.Attributes[name]
		}
	}
	if key != "" {
		last := later(sum.Title.At, sum.Account.At)
		for name := range d.Attributes {
			last = later(last, sum.Attributes[name].At)
		}
		c.now(d, key, last)
	}
	if !owner.IsZero() && owner != sum.Owner.Value {
		c.now(deal.OwnerChanged{Owner: owner}, owner.String(), sum.Owner.At)
	}
}

// lastStage says in which stage a deal stood that has ended by its status.
func (t *Translator) lastStage(c claim, word string, m meaning) {
	if !m.closes {
		return
	}
	c.restore()
	sum := &c.st.summary
	if at := t.words.of(word); at.known && !at.closes && at.stage != "" && sum.Outcome() == throughline.StillOpen && sum.Stage.Value.Foreign != word {
		c.now(deal.StageMoved{Foreign: word, Stage: at.stage}, stageValue(word), sum.Stage.At)
	}
}

// stage says where the deal stands, or how it ended.
func (t *Translator) stage(c claim, m meaning, word string, ended time.Time) {
	sum := &c.st.summary
	if takenOut(sum) {
		return
	}
	if m.closes {
		c.end(deal.Ended{Outcome: m.end.Outcome, Cause: m.end.Cause, Foreign: word}, ended)
		return
	}
	c.restore()
	closed := sum.Outcome() != throughline.StillOpen && !c.stated.Before(sum.End.At)
	if closed {
		c.now(deal.Resumed{Foreign: word}, "resumed", sum.End.At)
	}
	if closed || sum.Stage.Value.Foreign != word {
		c.now(deal.StageMoved{Foreign: word, Stage: m.stage}, stageValue(word), sum.Stage.At)
	}
}

// takenOut reports whether somebody of ours said that this is no deal of its
// own: merged into another, or opened by mistake. Its source does not know, and
// what it says of the stage brings nothing back.
func takenOut(sum *deal.Summary) bool {
	e := sum.End.Value
	return e.Outcome == throughline.Removed && (e.Foreign == deal.ByMerging || e.Foreign == deal.ByMistake)
}

// end says how the deal ended. Of an unbroken run of the same end the first day
// counts: said again, in other words or with a cause, it stays on that day.
func (c claim) end(end deal.Ended, on time.Time) {
	sum := &c.st.summary
	c.restore()
	was := sum.End.Value
	same := sum.Outcome() == end.Outcome
	switch {
	case same && was.Undated && !on.IsZero():
		// The day has become known: what stood without one is taken back.
		c.takeBack("its day is known now")
		c.on(on, end, endValue(end), time.Time{})
	case same && was.Foreign == end.Foreign && was.Cause == end.Cause:
	case same && !was.Undated:
		c.t.say(c.g, c.st, c.row, c.foreign, sum.End.At, later(c.stated, sum.End.At), 0, end, endValue(end)+c.mark)
	case on.IsZero():
		c.now(end, endValue(end), sum.End.At)
	default:
		c.on(on, end, endValue(end), sum.End.At)
	}
}

// takeBack corrects the end that stands. What held before it is in the ledger,
// and known when it is said again.
func (c claim) takeBack(why string) {
	if c.st.end == (throughline.FactID{}) {
		return
	}
	c.t.takeBack(c.g, c.st, c.row, c.foreign, c.st.end, why)
	c.st.summary.End, c.st.end = deal.Latest[deal.Ended]{}, throughline.FactID{}
}

// TakenBack is what the removal of a deal says whose import was taken back.
const TakenBack = "its import was taken back"

// restore takes a removal back: the source has the deal again, as it stood.
// One for an import that was taken back goes as of its own day, as if it had
// never been.
func (c claim) restore() {
	end := c.st.summary.End
	const why = "the source has it again"
	switch {
	case end.Value.Outcome != throughline.Removed || c.st.end == (throughline.FactID{}):
	case end.Value.Foreign == TakenBack:
		of := c.st.end
		c.t.say(c.g, c.st, c.row, c.foreign, time.Time{}, end.Learned, 0, deal.Correction{Of: of, Reason: why}, throughline.ID(of).String())
		c.st.summary.End, c.st.end = deal.Latest[deal.Ended]{}, throughline.FactID{}
	case !c.t.Horizon.Before(end.At):
		c.takeBack(why)
	}
}

// remove ends a deal that the source has deleted, or merged into another. One
// that was never imported is left out.
func (t *Translator) remove(s *Snapshot, g *Ground, n *Notes) {
	st, ok := g.deals.get(s.Foreign)
	if !ok {
		n.Say("deleted", &s.Row, "removed", "", func() diag.Finding {
			return diag.Finding{
				Severity: diag.Hint,
				Message:  "a deal is marked as deleted or merged at the source and left out, with its history",
				Hint:     "restore it there if it should count",
			}
		})
		return
	}
	n.Say("removed-at-source", &s.Row, "removed", "", func() diag.Finding {
		return diag.Finding{
			Severity: diag.Warning,
			Message: "deal " + strconv.Quote(
				shorten(s.Foreign),
			) + ", imported before, was deleted or merged at the source; it ends as removed there, neither won nor open",
			Hint: "its facts are kept; restore it at the source and import again if it should count",
		}
	})
	sum := &st.summary
	if sum.Outcome() == throughline.Removed {
		return
	}
	at := t.Horizon
	if at.Before(sum.End.At) {
		at = sum.End.At
	}
	end := deal.Ended{Outcome: throughline.Removed, Foreign: s.Reason}
	t.say(g, st, &s.Row, s.Foreign, time.Time{}, at, 0, end, endValue(end))
}

// figures says what the deal is worth and when an order is expected.
func (t *Translator) figures(c claim, s *Snapshot, m meaning, ended time.Time) {
	sum := &c.st.summary
	amount := s.Amount
	if s.ClosedAmount.Stated && m.closes && m.end.Outcome == throughline.Won {
		amount = s.ClosedAmount
	}
	if amount.Stated && (!sum.Amount.Set() || amount.Money != sum.Amount.Value) {
		if ended.IsZero() {
			c.now(deal.AmountChanged{Amount: amount.Money}, amountValue(amount.Money), sum.Amount.At)
		} else {
			c.on(ended, deal.AmountChanged{Amount: amount.Money}, amountValue(amount.Money), sum.Amount.At)
		}
	}
	// Of a deal that ended, an expected day is news only where it corrects one stated before.
	if !s.Expected.IsZero() && s.Expected != sum.CloseDate() && (!m.closes || len(sum.CloseDates) > 0) {
		var last time.Time
		if k := len(sum.CloseDates); k > 0 {
			last = sum.CloseDates[k-1].At
		}
		c.now(deal.CloseDateMoved{To: s.Expected}, s.Expected.String(), last)
	}
}

// twice says that an id stands twice in one export, and whether its rows
// disagree about the end.
func (t *Translator) twice(s *Snapshot, st *standing, turn int, m meaning, n *Notes) {
	had := st.summary.Outcome()
	if m.closes && had != throughline.StillOpen && had != m.end.Outcome {
		n.Say("two-outcomes", &s.Row, "id", "", func() diag.Finding {
			return diag.Finding{
				Value:   shorten(s.Foreign),
				Message: "deal " + strconv.Quote(shorten(s.Foreign)) + " appears with two outcomes: " + had.Word() + " and " + m.end.Outcome.Word(),
				Hint:    "both are kept with their dates, the later one counts; take the wrong row out and correct the fact",
			}
		})
		return
	}
	n.Say("repeated-id", &s.Row, "id", "", func() diag.Finding {
		return diag.Finding{Value: shorten(s.Foreign), Message: "deal " + strconv.Quote(shorten(s.Foreign)) + " stands in the export more than once",
			Hint: "rows that say the same add nothing; where they differ, the later row counts"}
	})
}

// change puts one row of a deal's history onto its timeline: each value that
// differs from the one before it becomes a fact. Because the row before is
// looked up on the timeline, and not in the deal as it stands now, the same
// history gives the same facts however often and in whatever parts it comes.
func (t *Translator) change(c *Change, g *Ground, n *Notes) {
	at := t.orHorizon(t.past(c.At, &c.Row, "at", n))
	st := t.deal(g, c.Foreign, at)
	if st.timeline == nil {
		st.timeline = &timeline{}
	}
	if c.Stage != "" {
		m, word := t.words.judge(&c.Row, c.Stage, "", "", c.End, n)
		if m.closes {
			end := deal.Ended{Outcome: m.end.Outcome, Cause: m.end.Cause, Foreign: word}
			t.step(g, st, c, at, stageTrack, end, endValue(end))
		} else {
			t.step(g, st, c, at, stageTrack, deal.StageMoved{Foreign: word, Stage: m.stage}, stageValue(word))
		}
	}
	if c.Amount.Stated {
		t.step(g, st, c, at, amountTrack, deal.AmountChanged{Amount: c.Amount.Money}, amountValue(c.Amount.Money))
	}
	if !c.Expected.IsZero() {
		t.step(g, st, c, at, closeTrack, deal.CloseDateMoved{To: c.Expected}, c.Expected.String())
	}
	if c.Owner.Foreign != "" {
		who := t.owner(&c.Owner, g)
		t.step(g, st, c, at, ownerTrack, deal.OwnerChanged{Owner: who}, who.String())
	}
}

// step appends the fact if its value is not the one that held before. Rows of
// one instant are in the order in which they come. A stage after an end resumes
// the deal. Of an unbroken run of the same end the first day counts.
func (t *Translator) step(g *Ground, st *standing, c *Change, at time.Time, k track, body deal.Body, value string) {
	id := t.factID(c.Foreign, body.Kind(), at, at, c.Record+"\x00"+value)
	there, was, had := st.timeline.stand(k, at, id)
	if !there && had && was.value == value {
		return
	}
	end, ends := body.(deal.Ended)
	again := ends && had && was.ends(end.Outcome) && !was.undated
	say := func(id throughline.FactID, body deal.Body) {
		switch {
		case there: // the ledger has it; handed over again, it is counted as known
			g.out.Facts = append(g.out.Facts, deal.Fact{ID: id, Deal: st.id, Happened: spelling.Kept(at), Learned: spelling.Kept(at), Recorded: t.Now,
				By: deal.Actor{Via: deal.ViaImport}, Source: deal.Source{System: t.System, Record: c.Record}, Body: body})
		case again: // the same end in other words stays on its first day
			t.put(g, st, &c.Row, id, was.at, at, 0, body)
		default:
			t.put(g, st, &c.Row, id, at, at, st.timeline.bump(k, at), body)
		}
	}
	if moved, ok := body.(deal.StageMoved); ok && strings.HasPrefix(was.value, "e:") {
		say(t.factID(c.Foreign, "resumed", at, at, c.Record), deal.Resumed{Foreign: moved.Foreign})
	}
	say(id, body)
	st.timeline.pass(k, at, id)
	if !ends || there || again {
		return
	}
	if next, ok := st.timeline.next(k, id); ok && next.at.After(at) && next.ends(end.Outcome) && next.system == t.System {
		// An import before took a later day, or none, for the end.
		t.takeBack(g, st, &c.Row, c.Foreign, next.id, "its history says when it ended")
		st.timeline.drop(k, next.id)
		st.summary.End, st.end = deal.Latest[deal.Ended]{}, id
		st.summary.Apply(deal.Fact{ID: id, Happened: spelling.Kept(at), Learned: spelling.Kept(at), Body: end})
	}
}

// takeBack corrects what an import said before.
func (t *Translator) takeBack(g *Ground, st *standing, row *Row, foreign string, id throughline.FactID, why string) {
	t.say(g, st, row, foreign, time.Time{}, t.Horizon, 0, deal.Correction{Of: id, Reason: why}, throughline.ID(id).String())
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
