package deal_test

import (
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// TestWhatIsSetAsideComesBack: on its day, when the customer acts, when it is
// taken back; our own reading brings nothing back.
func TestWhatIsSetAsideComesBack(t *testing.T) {
	on := func(days int) throughline.Day { return throughline.DayOf(day0, time.UTC).Add(days) }
	before := factOn("before", 1, throughline.E2, deal.Evidence{About: "journey/p1", Text: "it hurts"})
	later := factOn("later", 3, 0, deal.SetAside{How: deal.AsideLater, Until: on(7)})
	done := factOn("done", 3, 0, deal.SetAside{How: deal.AsideDone, Until: on(10)})
	theirs := factOn("theirs", 5, throughline.E2, deal.Evidence{About: "journey/p2", Text: "from Monday"})
	ours := factOn("ours", 5, throughline.E1, deal.Evidence{About: "journey/p2", Text: "so it seems"})
	old := factOn("old", 5, throughline.E2, deal.Evidence{About: "journey/p2", Text: "said long ago"})
	old.Happened = day0.AddDate(0, 0, 2) // it happened before, and was learned of after
	made := factOn("made", 2, throughline.E2, deal.PromiseMade{Who: "the board", What: "decide"})
	kept := factOn("kept", 5, 0, deal.PromiseResolved{Promise: made.ID, Result: deal.PromiseKept})
	broke := factOn("broke", 5, 0, deal.PromiseResolved{Promise: made.ID, Result: deal.PromiseNotKept})
	for name, c := range map[string]struct {
		facts []deal.Fact
		day   int
		want  bool
	}{
		"the day before it comes back":    {[]deal.Fact{before, later}, 6, true},
		"on its day":                      {[]deal.Fact{before, later}, 7, false},
		"they act":                        {[]deal.Fact{before, later, theirs}, 6, false},
		"they acted, learned of later":    {[]deal.Fact{before, later, old}, 6, false},
		"we think something":              {[]deal.Fact{before, later, ours}, 6, true},
		"they keep a promise":             {[]deal.Fact{made, later, kept}, 6, false},
		"they do not keep it":             {[]deal.Fact{made, later, broke}, 6, true},
		"done, and they act":              {[]deal.Fact{done, theirs}, 6, false},
		"done, and nothing":               {[]deal.Fact{done}, 9, true},
		"set aside again after they did":  {[]deal.Fact{done, theirs, factOn("again", 6, 0, deal.SetAside{How: deal.AsideDone, Until: on(12)})}, 6, true},
		"taken back":                      {[]deal.Fact{before, later, factOn("back", 4, 0, deal.Correction{Of: later.ID})}, 6, false},
		"not mine, whatever they do":      {[]deal.Fact{factOn("not", 3, 0, deal.SetAside{How: deal.AsideNotMine}), theirs}, 90, true},
		"not mine, until it is handed on": {[]deal.Fact{factOn("not", 3, 0, deal.SetAside{How: deal.AsideNotMine}), factOn("to", 5, 0, deal.OwnerChanged{Owner: throughline.PersonID{1}})}, 6, false},
	} {
		d, _ := deal.Fold(c.facts, day0.AddDate(0, 0, c.day))
		if _, got := d.AsideNow(on(c.day)); got != c.want {
			t.Errorf("%s: set aside %v, want %v", name, got, c.want)
		}
		back, err := deal.DecodeSummary(d.Encode(nil))
		if _, got := back.AsideNow(on(c.day)); err != nil || got != c.want {
			t.Errorf("%s, from its bytes: set aside %v, want %v: %v", name, got, c.want, err)
		}
	}
}

// TestSettingAsideIsNoAct: it is about our own attention.
func TestSettingAsideIsNoAct(t *testing.T) {
	said := factOn("said", 1, throughline.E2, deal.Evidence{About: "journey/p1", Text: "it hurts"})
	d, _ := deal.Fold([]deal.Fact{said, factOn("done", 3, throughline.E4, deal.SetAside{How: deal.AsideDone})}, day0.AddDate(0, 0, 9))
	if got := d.LastCustomerAct(time.UTC); got != throughline.DayOf(day0, time.UTC).Add(1) {
		t.Errorf("they acted last on %v", got)
	}
	if len(d.Marks) != 1 || !d.LastUs.IsZero() {
		t.Errorf("it counts as more: %+v, %v", d.Marks, d.LastUs)
	}
}
