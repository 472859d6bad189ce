package company_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/classifier"
	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/playbooks"
)

var today, _ = throughline.ParseDay("2026-11-16")

func starter(t testing.TB) *playbook.Playbook {
	t.Helper()
	b, findings := compile.Playbook(playbooks.Starter())
	if b == nil {
		t.Fatal(findings)
	}
	return b
}

var made = map[uint64][]company.Case{} // tests run one after another

func all(t testing.TB, seed uint64) []company.Case {
	t.Helper()
	if made[seed] == nil {
		made[seed] = slices.Collect(company.Generate(seed, today, time.UTC, starter(t)))
	}
	return made[seed]
}

func TestSameSeedSameCompany(t *testing.T) {
	a, b := all(t, 7), slices.Collect(company.Generate(7, today, time.UTC, starter(t)))
	if !reflect.DeepEqual(a, b) {
		t.Error("the same seed made two companies")
	}
	if c := all(t, 8); reflect.DeepEqual(a[30].Batch.Facts[0], c[30].Batch.Facts[0]) {
		t.Error("two seeds made one company")
	}
}

func TestEveryEndOccurs(t *testing.T) {
	for seed := range uint64(8) {
		open, closed, stories := 0, 0, 0
		ends := map[string]int{}
		owners := map[throughline.PersonID]bool{}
		accounts := map[throughline.AccountID]string{}
		for _, c := range all(t, seed) {
			if c.Truth.Outcome == throughline.StillOpen {
				open++
			} else {
				closed++
				if ago := today.Sub(c.Truth.Closed); ago < 1 || ago > company.Window+2 {
					t.Errorf("seed %d: %s ended %d days ago", seed, c.Truth.Deal, ago)
				}
			}
			if c.Truth.Story != "" {
				stories++
			}
			ends[string(c.Truth.Outcome)+" "+string(c.Truth.Cause)]++
			for _, f := range c.Batch.Facts {
				if b, is := f.Body.(deal.Opened); is {
					owners[b.Owner] = true
				}
			}
			names := map[string]bool{}
			for _, p := range c.Batch.People {
				if names[p.Name] && !p.Ours {
					t.Errorf("two people of %s are called %s", c.Batch.Accounts[0].Name, p.Name)
				}
				names[p.Name] = true
			}
			for _, a := range c.Batch.Accounts {
				if other, ok := accounts[a.ID]; ok && other != a.Name {
					t.Errorf("account %s is called %q and %q", a.ID, a.Name, other)
				}
				accounts[a.ID] = a.Name
			}
		}
		if open != company.OpenDeals || closed != company.ClosedDeals || len(owners) != 3 || stories < 14 {
			t.Errorf("seed %d: %d open, %d closed, %d sellers, %d told by hand", seed, open, closed, len(owners), stories)
		}
		for _, o := range throughline.Outcomes() {
			want := 3
			if o == throughline.LostUnknown {
				want = 0 // a made-up company knows how its deals ended
			}
			if o != throughline.NoDecision && ends[string(o)+" "] < want {
				t.Errorf("seed %d: %d deals ended %s", seed, ends[string(o)+" "], o)
			}
		}
		for _, c := range throughline.Causes() {
			if ends["no_decision "+string(c)] < 3 {
				t.Errorf("seed %d: %d ended in no decision by %s", seed, ends["no_decision "+string(c)], c)
			}
		}
		if won := ends["won "]; won < 110 || won > 190 {
			t.Errorf("seed %d: %d of %d won is not believable", seed, won, closed)
		}
		names := map[string]throughline.AccountID{}
		for id, n := range accounts {
			if names[n] != (throughline.AccountID{}) {
				t.Errorf("two accounts are called %q", n)
			}
			names[n] = id
		}
		if seed == 0 {
			t.Log(ends)
		}
	}
}

func TestFoldingGivesTheTruth(t *testing.T) {
	book := starter(t)
	for _, c := range all(t, 1) {
		d, ok := deal.Fold(c.Batch.Facts, today.End(time.UTC))
		tr := c.Truth
		if !ok || d.Facts != len(c.Batch.Facts) {
			t.Fatalf("%s: %d of %d facts count today", tr.Deal, d.Facts, len(c.Batch.Facts))
		}
		if d.Outcome() != tr.Outcome || d.End.Value.Cause != tr.Cause {
			t.Errorf("%s ended %s %s, in truth %s %s", d.Title.Value, d.Outcome(), d.End.Value.Cause, tr.Outcome, tr.Cause)
		}
		if d.Class.Set() && d.Class.Value != tr.Class {
			t.Errorf("%s is %s, in truth %s", d.Title.Value, d.Class.Value, tr.Class)
		}
		if got := book.ServedBy(d.Stage.Value.Stage); got != tr.Ours {
			t.Errorf("%s: our stage serves %s, in truth %s", d.Title.Value, got, tr.Ours)
		}
		if got := throughline.DayOf(d.Closed(), time.UTC); got.Sub(tr.Closed) > 0 || !tr.Closed.IsZero() && tr.Closed.Sub(got) > 2 {
			t.Errorf("%s ended on %s, in truth %s", d.Title.Value, got, tr.Closed)
		}
		if tr.Outcome == throughline.Postponed && d.End.Value.Until.IsZero() {
			t.Errorf("%s is postponed until no day", d.Title.Value)
		}
		if n := len(c.Batch.Facts); n < 5 || n > 140 {
			t.Errorf("%s has %d facts", d.Title.Value, n)
		}
	}
}

func TestFactsAreSound(t *testing.T) {
	book := starter(t)
	seen := map[throughline.FactID]bool{}
	total := 0
	for _, c := range all(t, 1) {
		total += len(c.Batch.Facts)
		known := map[throughline.PersonID]bool{}
		for _, p := range c.Batch.People {
			known[p.ID] = true
			if p.Name == "" || p.Title == "" {
				t.Errorf("%+v has no name or title", p)
			}
		}
		for _, f := range c.Batch.Facts {
			where := fmt.Sprintf("%s %s %s", c.Truth.Story, f.Body.Kind(), text(f.Body))
			if seen[f.ID] {
				t.Errorf("%s: id twice", where)
			}
			seen[f.ID] = true
			if f.Deal != c.Truth.Deal || f.Source.System != company.System && f.Source.System != "plan" || !known[f.By.Person] {
				t.Errorf("%s: head is %+v", where, f)
			}
			if lag := f.Learned.Sub(f.Happened).Hours() / 24; lag < 0 || lag > 3.1 || !f.Learned.Before(today.Start(time.UTC)) {
				t.Errorf("%s: happened %s, learned %s", where, f.Happened, f.Learned)
			}
			if d := f.Happened.Weekday(); d == 0 || d == 6 {
				t.Errorf("%s: happened on a %s", where, d)
			}
			for _, a := range addresses(f.Body) {
				if _, err := throughline.ParseAddress(string(a)); err != nil {
					t.Errorf("%s: %v", where, err)
				}
				_, stage := book.Stage(a)
				_, milestone := book.Milestone(a)
				if strings.HasPrefix(string(a), "process/") && !stage && !milestone {
					t.Errorf("%s: the starter has no %s", where, a)
				}
			}
			for _, p := range people(f.Body) {
				if !known[p] {
					t.Errorf("%s: person %s is not in the batch", where, p)
				}
			}
			switch b := f.Body.(type) {
			case deal.Evidence:
				if b.Person.IsZero() && f.Grade > throughline.E1 || b.Text == "" {
					t.Errorf("%s: %s from nobody", where, f.Grade)
				}
			case deal.Classified:
				in := classifier.Input{C: classifier.Scores{}, P: classifier.Scores{}}
				for _, x := range classifier.Complexity() {
					in.C[x.Factor] = b.Factors[string(x.Factor)]
				}
				for _, x := range classifier.Presence() {
					in.P[x.Factor] = b.Factors[string(x.Factor)]
				}
				if got := classifier.Classify(in).Class; got != b.Class {
					t.Errorf("%s: by its factors it is %s, not %s", where, got, b.Class)
				}
			case deal.Noticed:
				if b.Text == "" {
					t.Errorf("%s: no words", where)
				}
			}
		}
	}
	t.Logf("%d facts, %.1f a deal", total, float64(total)/company.Total)
}

var mention = regexp.MustCompile(`\{person:[0-9a-f-]{36}\}`)

// Nobody's name stands in a text, no brace is left, no page says a thing twice.
func TestWords(t *testing.T) {
	titles, wants := map[string]bool{}, map[string]bool{}
	for seed := range uint64(3) {
		clear(titles)
		clear(wants)
		for _, c := range all(t, seed) {
			said := map[string]bool{}
			names := map[string]bool{}
			for _, p := range c.Batch.People {
				for _, word := range strings.Fields(p.Name) {
					names[word] = true
				}
			}
			account := c.Batch.Accounts[0].Name
			for _, f := range c.Batch.Facts {
				s := text(f.Body)
				if o, ok := f.Body.(deal.Opened); ok {
					if c.Truth.Outcome == throughline.StillOpen {
						want := strings.TrimPrefix(o.Title, account)
						if wants[want] || titles[o.Title] {
							t.Errorf("two open deals: %q", o.Title)
						}
						titles[o.Title], wants[want] = true, true
					}
					continue
				}
				plain := mention.ReplaceAllString(s, "")
				for _, word := range strings.FieldsFunc(plain, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }) {
					if names[word] {
						t.Errorf("%q names %s", s, word)
					}
				}
				if strings.ContainsAny(plain, "{}$") || strings.Contains(s, "  ") || strings.Contains(s, "the the ") {
					t.Errorf("unfinished: %q", s)
				}
				switch f.Body.(type) {
				case deal.Evidence, deal.Contradiction:
					if said[s] {
						t.Errorf("%s says twice: %q", account, s)
					}
					said[s] = true
				}
			}
		}
	}
}

func TestBatchesHoldEverything(t *testing.T) {
	var facts, batches, last int
	people := map[throughline.PersonID]bool{}
	for n, b := range company.Batches(company.Generate(1, today, time.UTC, starter(t)), 25) {
		facts += len(b.Facts)
		batches, last = batches+1, n
		for _, p := range b.People {
			if people[p.ID] {
				t.Errorf("%s comes twice", p.Name)
			}
			people[p.ID] = true
		}
	}
	want := 0
	for _, c := range all(t, 1) {
		want += len(c.Batch.Facts)
	}
	if facts != want || last != company.Total || batches != (company.Total+24)/25 {
		t.Errorf("%d facts of %d, %d deals in %d batches", facts, want, last, batches)
	}
}

func BenchmarkGenerate(b *testing.B) {
	book := starter(b)
	for b.Loop() {
		facts := 0
		for c := range company.Generate(1, today, time.UTC, book) {
			facts += len(c.Batch.Facts)
		}
		b.ReportMetric(float64(facts), "facts/op")
	}
}

// text gives all words of a body that somebody could read.
func text(b deal.Body) string {
	switch b := b.(type) {
	case deal.Evidence:
		return b.Text
	case deal.Contradiction:
		return b.Text
	case deal.Noticed:
		return b.Text
	case deal.Ended:
		return b.Text
	case deal.StepMoved:
		return b.Text
	case deal.Stance:
		return b.Wants + " " + b.Fears
	case deal.Strategy:
		s := strings.Join([]string{b.Aim, b.Bet, b.Against, b.StopIf, b.Because}, " / ")
		for _, stop := range b.Stops {
			s += " / " + stop.What
		}
		for _, m := range b.Moves {
			s += " / " + m.What + " / " + m.Expect
		}
		return s
	}
	return ""
}

func addresses(b deal.Body) []throughline.Address {
	switch b := b.(type) {
	case deal.Evidence:
		return []throughline.Address{b.About}
	case deal.Contradiction:
		return []throughline.Address{b.About}
	case deal.StepMoved:
		return []throughline.Address{b.Step}
	case deal.StageMoved:
		return []throughline.Address{b.Stage}
	case deal.MilestoneMet:
		return []throughline.Address{b.Milestone}
	}
	return nil
}

// people gives everybody a body points at, in fields and in mentions.
func people(b deal.Body) []throughline.PersonID {
	raw, err := json.Marshal(b)
	if err != nil {
		panic(err)
	}
	var out []throughline.PersonID
	for _, m := range regexp.MustCompile(`(?:\{person:|"person":"|"owner":")([0-9a-f-]{36})`).FindAllSubmatch(raw, -1) {
		id, err := throughline.ParseID(string(m[1]))
		if err != nil {
			panic(err)
		}
		out = append(out, throughline.PersonID(id))
	}
	return out
}

// TestWhoReportsToWhomIsKnown of some open deals, in both languages: to somebody of the
// same deal, after both have come, without a circle; and the rest is as it was.
func TestWhoReportsToWhomIsKnown(t *testing.T) {
	for _, language := range []string{"en", "zh"} {
		deals := 0
		for c := range company.GenerateIn(language, 1, today, time.UTC, starter(t)) {
			came, above := map[throughline.PersonID]time.Time{}, map[throughline.PersonID]throughline.PersonID{}
			for _, f := range c.Batch.Facts {
				if j, is := f.Body.(deal.PersonJoined); is {
					came[j.Person] = f.Happened
				}
			}
			for n, f := range c.Batch.Facts {
				r, is := f.Body.(deal.ReportsTo)
				if !is {
					if len(above) > 0 {
						t.Errorf("%s: fact %d is written after a line", c.Truth.Story, n)
					}
					continue
				}
				for _, p := range []throughline.PersonID{r.Person, r.To} {
					if at, is := came[p]; !is || f.Happened.Before(at) {
						t.Errorf("%s: on %s somebody is named who came on %s", c.Truth.Story, f.Happened, at)
					}
				}
				if f.Grade != throughline.E2 || f.By.Person.IsZero() || above[r.To] == r.Person || r.To == r.Person {
					t.Errorf("%s: %+v", c.Truth.Story, f)
				}
				above[r.Person] = r.To
			}
			if len(above) > 0 {
				deals++
				if c.Truth.Outcome != throughline.StillOpen {
					t.Errorf("%s is over", c.Truth.Story)
				}
			}
		}
		if deals != 4 {
			t.Errorf("%s: %d deals say who reports to whom", language, deals)
		}
	}
}
