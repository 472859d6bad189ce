package deal_test

import (
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

func factOn(key string, ago int, g throughline.Grade, b deal.Body) deal.Fact {
	at := day0.AddDate(0, 0, ago)
	return deal.Fact{ID: throughline.FactID(throughline.KeyedID(day0, key)), Deal: throughline.DealID(throughline.KeyedID(day0, "d")),
		Happened: at, Learned: at, Grade: g, Body: b}
}

// TestAPromiseIsSettledByTheLatestWord: kept, not kept, taken back; a
// correction opens it again; nobody's position moves for any of it.
func TestAPromiseIsSettledByTheLatestWord(t *testing.T) {
	petra := throughline.PersonID(throughline.KeyedID(day0, "petra"))
	list := factOn("list", 1, throughline.E2, deal.PromiseMade{Person: petra, What: "send the list", Due: throughline.DayOf(day0, time.UTC).Add(5), Words: "Petra will send the list by Thursday."})
	board := factOn("board", 2, throughline.E1, deal.PromiseMade{Who: "the board", What: "decide"})
	soon := factOn("soon", 3, throughline.E1, deal.PromiseMade{What: "call back", Due: throughline.DayOf(day0, time.UTC).Add(4)})
	broken := factOn("broken", 9, 0, deal.PromiseResolved{Promise: list.ID, Result: deal.PromiseNotKept})
	kept := factOn("kept", 11, 0, deal.PromiseResolved{Promise: list.ID, Result: deal.PromiseKept})
	back := factOn("back", 12, 0, deal.Correction{Of: kept.ID})
	facts := []deal.Fact{kept, soon, board, factOn("open", 0, 0, deal.Opened{Title: "x"}), back, broken, list} // in no order
	for _, c := range []struct {
		day  int
		open []throughline.FactID
		list deal.PromiseResult
	}{
		{1, []throughline.FactID{list.ID}, ""},
		{3, []throughline.FactID{soon.ID, list.ID, board.ID}, ""},
		{9, []throughline.FactID{soon.ID, board.ID}, deal.PromiseNotKept},
		{11, []throughline.FactID{soon.ID, board.ID}, deal.PromiseKept},
		{12, []throughline.FactID{soon.ID, board.ID}, deal.PromiseNotKept},
	} {
		d, _ := deal.Fold(facts, throughline.DayOf(day0.AddDate(0, 0, c.day), time.UTC).End(time.UTC))
		var open []throughline.FactID
		for _, p := range d.PromisesOpen() {
			open = append(open, p.Fact)
		}
		if !slices.Equal(open, c.open) {
			t.Errorf("day %d: open %v, want %v", c.day, open, c.open)
		}
		if made := d.PromisesMade(); made[0].Result != c.list {
			t.Errorf("day %d: the list is %q, want %q", c.day, made[0].Result, c.list)
		}
		if len(d.Marks) != 0 || d.FromCustomer() {
			t.Errorf("day %d: a promise was taken for evidence: %v", c.day, d.Marks)
		}
	}
	d, _ := deal.Fold(facts, throughline.DayOf(day0.AddDate(0, 0, 3), time.UTC).End(time.UTC))
	if got := d.LastCustomerAct(time.UTC); got != throughline.DayOf(day0, time.UTC).Add(1) {
		t.Errorf("they spoke last on %v, want the day of the promise a person of theirs made", got)
	}
	d, _ = deal.Fold(facts, throughline.DayOf(day0.AddDate(0, 0, 11), time.UTC).End(time.UTC))
	if got := d.LastCustomerAct(time.UTC); got != throughline.DayOf(day0, time.UTC).Add(11) {
		t.Errorf("they acted last on %v, want the day they kept it", got)
	}
}

// TestAPromiseKeptIsTheirActWhileThatStands: one that was kept after all not, or
// that counts no more, lifts no silence; nor does it matter what came first.
func TestAPromiseKeptIsTheirActWhileThatStands(t *testing.T) {
	said := factOn("said", 1, throughline.E2, deal.Evidence{About: "journey/p1", Text: "it hurts"})
	made := factOn("made", 2, throughline.E1, deal.PromiseMade{Who: "the board", What: "decide"})
	kept := factOn("kept", 9, 0, deal.PromiseResolved{Promise: made.ID, Result: deal.PromiseKept})
	again := factOn("again", 7, 0, deal.PromiseResolved{Promise: made.ID, Result: deal.PromiseKept})
	over := factOn("over", 11, 0, deal.PromiseResolved{Promise: made.ID, Result: deal.PromiseNotKept})
	early := factOn("early", 8, 0, deal.PromiseResolved{Promise: made.ID, Result: deal.PromiseNotKept})
	never := factOn("never", 12, 0, deal.Correction{Of: made.ID})
	back := factOn("back", 12, 0, deal.Correction{Of: over.ID})
	for name, c := range map[string]struct {
		facts []deal.Fact
		want  int // days after the first
	}{
		"kept":                            {[]deal.Fact{said, made, kept}, 9},
		"kept, said twice":                {[]deal.Fact{said, kept, made, again}, 9},
		"not kept, and then it was":       {[]deal.Fact{kept, early, said, made}, 9},
		"kept, and then it was not":       {[]deal.Fact{said, made, kept, over}, 1},
		"the promise is taken back":       {[]deal.Fact{said, made, kept, never}, 1},
		"what overruled it is taken back": {[]deal.Fact{said, made, over, kept, back}, 9},
		"of a promise nobody knows":       {[]deal.Fact{said, kept}, 1},
	} {
		d, _ := deal.Fold(c.facts, day0.AddDate(1, 0, 0))
		want := throughline.DayOf(day0, time.UTC).Add(c.want)
		if got := d.LastCustomerAct(time.UTC); got != want {
			t.Errorf("%s: they acted last on %v, want %v", name, got, want)
		}
		last := throughline.Day{}
		for _, f := range d.Known {
			if d.ActOfTheirs(f) {
				last = throughline.DayOf(f.When(), time.UTC)
			}
		}
		if last != want {
			t.Errorf("%s: the last fact of theirs is of %v, want %v", name, last, want)
		}
	}
}

// TestNoPromiseIsLost: the first of very many can still be settled, and is
// still there when the summary comes back from its bytes.
func TestNoPromiseIsLost(t *testing.T) {
	facts := []deal.Fact{factOn("open", 0, 0, deal.Opened{Title: "x"})}
	for i := range 200 {
		facts = append(facts, factOn("promise"+strconv.Itoa(i), 1+i, 0, deal.PromiseMade{Who: "the board", What: "decide"}))
	}
	d, _ := deal.Fold(append(facts, factOn("kept", 300, 0, deal.PromiseResolved{Promise: facts[1].ID, Result: deal.PromiseKept})), day0.AddDate(1, 0, 0))
	back, err := deal.DecodeSummary(d.Encode(nil))
	if made := back.PromisesMade(); err != nil || len(made) != 200 || made[0].Result != deal.PromiseKept || len(back.PromisesOpen()) != 199 {
		t.Errorf("%d promises, %d open: %v", len(back.Promises), len(back.PromisesOpen()), err)
	}
}

func TestLate(t *testing.T) {
	today := throughline.DayOf(day0, time.UTC)
	for _, c := range []struct {
		p    deal.Promise
		days int
		ok   bool
	}{
		{deal.Promise{PromiseMade: deal.PromiseMade{Due: today.Add(-3)}}, 3, true},
		{deal.Promise{PromiseMade: deal.PromiseMade{Due: today}}, 0, true},
		{deal.Promise{PromiseMade: deal.PromiseMade{Due: today.Add(2)}}, -2, true},
		{deal.Promise{}, 0, false},
		{deal.Promise{PromiseMade: deal.PromiseMade{Due: today.Add(-3)}, Result: deal.PromiseWithdrawn}, 0, false},
	} {
		if days, ok := c.p.Late(today); days != c.days || ok != c.ok {
			t.Errorf("%+v: late by %d (%v), want %d (%v)", c.p, days, ok, c.days, c.ok)
		}
	}
}

// TestASummaryOfBeforePromisesIsToldApart: what an older program kept is not
// read as if no promise had been made; the store folds the facts anew.
func TestASummaryOfBeforePromisesIsToldApart(t *testing.T) {
	d, _ := deal.Fold([]deal.Fact{factOn("open", 0, 0, deal.Opened{Title: "x"})}, day0.AddDate(1, 0, 0))
	old := d.Encode(nil)
	old[0] = 8
	if _, err := deal.DecodeSummary(old); err != deal.ErrSummaryVersion {
		t.Errorf("version 8 was read: %v", err)
	}
}

// TestPeopleOfABody: whoever a fact points at is found in its fields, lists and
// words, whatever its kind.
func TestPeopleOfABody(t *testing.T) {
	a, b := throughline.PersonID(throughline.KeyedID(day0, "a")), throughline.PersonID(throughline.KeyedID(day0, "b"))
	says := "as {person:" + b.String() + "} has it"
	for _, body := range []deal.Body{
		deal.PromiseMade{Person: a, What: says}, deal.Evidence{Person: a, Text: says}, deal.Noted{Text: "{person:" + a.String() + "} " + says},
		deal.Strategy{Bet: says, Moves: []deal.Move{{Person: a}}}, deal.Ended{Person: a, Text: says}, deal.TargetSet{Person: a, Measure: says},
		deal.Opened{Owner: a, Attributes: map[string]string{"contact": says}}, deal.StepMoved{Person: a, Text: says},
	} {
		if got := deal.PeopleOf(body); !reflect.DeepEqual(got, []throughline.PersonID{a, b}) && !reflect.DeepEqual(got, []throughline.PersonID{b, a}) {
			t.Errorf("%s: %v", body.Kind(), got)
		}
	}
	if got := deal.PeopleOf(deal.Asked{About: "journey/p3", Text: "{person:nobody}"}); len(got) != 0 {
		t.Errorf("found %v", got)
	}
}

// TestWhatIsTakenBackIsReadOnce: an undo of an undo counts again, to the fold
// and to whoever reads the facts themselves.
func TestWhatIsTakenBackIsReadOnce(t *testing.T) {
	stage := factOn("stage", 1, 0, deal.StageMoved{Foreign: "Demo"})
	undo := factOn("undo", 2, 0, deal.Correction{Of: stage.ID})
	again := factOn("again", 3, 0, deal.Correction{Of: undo.ID})
	for name, c := range map[string]struct {
		facts []deal.Fact
		live  bool
	}{
		"never taken back": {[]deal.Fact{stage}, true}, "taken back": {[]deal.Fact{undo, stage}, false}, "and not after all": {[]deal.Fact{again, stage, undo}, true},
	} {
		d, _ := deal.Fold(c.facts, day0.AddDate(1, 0, 0))
		has := slices.ContainsFunc(deal.Live(c.facts), func(f deal.Fact) bool { return f.ID == stage.ID })
		if d.Stage.Set() != c.live || has != c.live {
			t.Errorf("%s: the fold has it: %v, a reader of facts: %v, want %v", name, d.Stage.Set(), has, c.live)
		}
	}
}
