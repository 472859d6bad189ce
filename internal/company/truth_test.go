package company_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/internal/deal"
)

// read folds and aligns every deal as of today.
func read(t testing.TB, seed uint64) (cases []company.Case, deals []deal.Deal, readings []alignment.Reading) {
	book := starter(t)
	cases = all(t, seed)
	o := alignment.NewObserver(book.Silence, time.UTC)
	for _, c := range cases {
		d, _ := deal.Fold(c.Batch.Facts, today.End(time.UTC))
		o.See(&d.Summary)
		deals = append(deals, d)
	}
	for i := range deals {
		readings = append(readings, alignment.Of(&deals[i].Summary, book, o.Norms(), today.End(time.UTC)))
	}
	return cases, deals, readings
}

// The hand-made deals read as they are meant to.
func TestStoriesReadAsTold(t *testing.T) {
	cases, deals, readings := read(t, 1)
	type want struct {
		frontier throughline.Phase
		gap      int
		says     alignment.Code // the reason that must be given
	}
	told := map[string]want{
		"ahead":                {throughline.Align, 3, alignment.AheadOfThem},
		"indecision":           {throughline.Commit, -1, alignment.IndecisionSigns},
		"our reading only":     {throughline.NoPhase, 0, alignment.NothingFromThem},
		"decided, contracting": {throughline.Adopt, -1, alignment.StepOverdue},
		"reopened":             {throughline.Align, 3, alignment.ReopenedQuestion},
		"silent":               {throughline.Notice, 3, alignment.SilentNow},
		"lock step":            {throughline.Commit, -1, ""}, // decided; nobody is at Prove before the order
		"well aligned":         {throughline.Rules, -1, ""},
		"behind":               {throughline.Choose, -3, alignment.BehindThem},
		"federal, locked":      {throughline.Choose, 0, alignment.LockedOut},
		"expand":               {throughline.Own, 2, alignment.AheadOfThem},
	}
	for i, c := range cases {
		w, ok := told[c.Truth.Story]
		if !ok {
			continue
		}
		delete(told, c.Truth.Story)
		r := readings[i]
		gap := 0
		if r.Gap != nil {
			gap = *r.Gap
		}
		says := w.says == ""
		for _, why := range r.Reasons {
			says = says || why.Code == w.says
		}
		if r.Frontier != w.frontier || gap != w.gap || !says {
			t.Errorf("%s: frontier %q gap %d reasons %v; want %q, %d, %s", c.Truth.Story, r.Frontier, gap, r.Reasons, w.frontier, w.gap, w.says)
		}
		if w.says == "" && len(r.Reasons) > 0 {
			t.Errorf("%s asks for a look: %v", c.Truth.Story, r.Reasons)
		}
		if c.Truth.Story == "decided, contracting" && !r.Decided || c.Truth.Story == "federal, locked" && !r.Locked {
			t.Errorf("%s: decided %v, locked %v", c.Truth.Story, r.Decided, r.Locked)
		}
		if c.Truth.Story == "silent" && (r.Silence.Days < 68 || r.Silence.Days > 74) {
			t.Errorf("silent for %d days", r.Silence.Days)
		}
		if n := deals[i].Facts; n < 12 || n > 50 {
			t.Errorf("%s has %d facts", c.Truth.Story, n)
		}
	}
	if len(told) > 0 {
		t.Errorf("not told: %v", told)
	}
}

// What the ledger shows of an open deal is mostly where its customer truly is.
func TestReadingsFollowTheTruth(t *testing.T) {
	same, near, n := 0, 0, 0
	for seed := range uint64(4) {
		cases, deals, readings := read(t, seed)
		for i, c := range cases {
			tr := c.Truth
			if tr.Outcome != throughline.StillOpen || tr.Story != "" || tr.Fading != "" || !readings[i].FromCustomer || !deals[i].Class.Set() {
				continue
			}
			n++
			f, truth := readings[i].Frontier, tr.Frontier
			if f == throughline.NoPhase || f >= throughline.Adopt {
				f = throughline.Adopt
			}
			if truth == throughline.NoPhase {
				truth = throughline.Adopt
			}
			d := int(f) - int(truth)
			if d == 0 {
				same++
			}
			if d >= -1 && d <= 1 {
				near++
			}
		}
	}
	t.Logf("%d of %d open deals read as they are, %d within one question", same, n, near)
	if float64(same) < 0.75*float64(n) || float64(near) < 0.8*float64(n) {
		t.Errorf("only %d of %d open deals read as they are, %d within one question", same, n, near)
	}
}

// The effects that are built in can be found in what comes out.
// TestPromisesAreMade: customers promise, keep, break and take back; some are
// due, some late; and nobody is less silent for any of it.
func TestPromisesAreMade(t *testing.T) {
	results := map[deal.PromiseResult]int{}
	made, late, ahead := 0, 0, 0
	for _, c := range all(t, 1) {
		facts, plain := c.Batch.Facts, []deal.Fact(nil)
		for _, f := range facts {
			switch f.Body.(type) {
			case deal.PromiseMade, deal.PromiseResolved:
			default:
				plain = append(plain, f)
			}
		}
		d, _ := deal.Fold(facts, today.End(time.UTC))
		without, _ := deal.Fold(plain, today.End(time.UTC))
		if with := d.Acts.AppendDays(nil, time.UTC); !slices.Equal(with, without.Acts.AppendDays(nil, time.UTC)) {
			t.Errorf("%s: with promises they acted on other days", c.Truth.Deal)
		}
		for _, p := range d.PromisesMade() {
			made++
			results[p.Result]++
			if days, ok := p.Late(today); ok && d.Outcome() == throughline.StillOpen {
				if days > 0 {
					late++
				} else {
					ahead++
				}
			}
			if !d.Closed().IsZero() && (p.At.After(d.Closed()) || p.On.After(d.Closed())) {
				t.Errorf("%s: promised or settled after its end", c.Truth.Deal)
			}
		}
	}
	t.Logf("%d promises, %v; of open deals %d late and %d still to come", made, results, late, ahead)
	if made < 100 || results[deal.PromiseKept] < 20 || results[deal.PromiseNotKept] < 20 || results[deal.PromiseWithdrawn] < 2 || late < 2 || ahead < 2 {
		t.Errorf("%d promises, %v; of open deals %d late and %d still to come", made, results, late, ahead)
	}
}

func TestHiddenModelShows(t *testing.T) {
	type share struct{ n, of int }
	var beside, ahead share
	var early, late, indecided, other [2]int // sum and count
	for seed := range uint64(6) {
		for _, c := range all(t, seed) {
			tr := c.Truth
			if tr.Outcome == throughline.StillOpen || tr.Story != "" || tr.Class == throughline.Transactional || tr.Class == throughline.TransactionalInformal {
				continue
			}
			s := &beside
			if tr.Ahead >= 0.6 {
				s = &ahead
			}
			s.of++
			if tr.Outcome == throughline.NoDecision {
				s.n++
			}
			if tr.Outcome == throughline.Won {
				p := &late
				if tr.EarlyPaper {
					p = &early
				}
				p[0] += tr.Closed.Sub(tr.Decided)
				p[1]++
			}
			signs := 0
			for _, f := range c.Batch.Facts {
				if e, ok := f.Body.(deal.Noticed); ok && e.Event.Indecision() {
					signs++
				}
			}
			p := &other
			if tr.Cause == throughline.Indecision {
				p = &indecided
			}
			p[0] += signs
			p[1]++
		}
	}
	mean := func(x [2]int) float64 { return float64(x[0]) / float64(x[1]) }
	rate := func(s share) float64 { return float64(s.n) / float64(s.of) }
	t.Logf("no decision: %.0f %% of %d beside the customer, %.0f %% of %d ahead; order after %.0f days with early paper, %.0f with late; signs of indecision %.1f against %.1f",
		100*rate(beside), beside.of, 100*rate(ahead), ahead.of, mean(early), mean(late), mean(indecided), mean(other))
	if rate(ahead) < 1.3*rate(beside) {
		t.Errorf("running ahead makes no difference: %.2f against %.2f", rate(ahead), rate(beside))
	}
	if mean(late) < 1.3*mean(early) {
		t.Errorf("late paper makes no difference: %.1f against %.1f days", mean(late), mean(early))
	}
	if mean(indecided) < 2*mean(other) {
		t.Errorf("indecision leaves no signs: %.2f against %.2f", mean(indecided), mean(other))
	}
}

// The page that tells of the made-up company tells the truth.
func TestWalkNamesTheStories(t *testing.T) {
	page, err := os.ReadFile("../../docs/walks/made-up-company.md")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for _, line := range strings.Split(string(page), "\n") {
		if cells := strings.Split(line, " | "); len(cells) == 4 && strings.HasPrefix(line, "| ") {
			want[line] = true
		}
	}
	told := 0
	for _, c := range all(t, 1) {
		if c.Truth.Story == "" {
			continue
		}
		told++
		at := c.Truth.Frontier.String()
		if at == "" {
			at = "-"
		}
		row := "| " + strings.Join([]string{c.Truth.Story, c.Batch.Accounts[0].Name, at, c.Truth.Ours.String()}, " | ") + " |"
		if !want[row] {
			t.Errorf("the page has no row %s", row)
		}
	}
	if told != len(want)-1 { // one row is the head
		t.Errorf("the page tells %d stories, there are %d", len(want)-1, told)
	}
}
