package capture

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/playbooks"
)

// fresh is one of the fresh sentences with what a careful colleague reads in it;
// where there are several answers any of them is right.
type fresh struct {
	text                         string
	kinds, signs, places, grades []string
	extra                        []string
}

func freshSentences(t testing.TB, file string) []fresh {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []fresh
	for _, line := range strings.Split(string(b), "\n") {
		f := strings.Split(line, "\t")
		if len(f) < 6 || strings.HasPrefix(line, "#") {
			continue
		}
		of := func(i int) []string { return strings.Split(f[i], "|") }
		out = append(out, fresh{f[0], of(1), of(2), of(3), of(4), of(5)})
	}
	return out
}

// freshPeople are those of the fresh sentences whom a deal would know.
func freshPeople() []Person {
	var out []Person
	for i, x := range []Person{{Name: "Ana Ruiz", Title: "Head of Operations", Function: "operations"}, {Name: "Marc Weber", Title: "Plant Manager", Function: "production"}, {Name: "Helen Okafor", Title: "Chief Operating Officer", Function: "management"},
		{Name: "Priya Shah", Title: "IT Security Lead", Function: "it"}, {Name: "Tom Becker", Title: "Procurement Manager", Function: "procurement"}, {Name: "Maria Lopez", Function: "logistics"}, {Name: "Jan Olsen", Function: "operations"},
		{Name: "李敏", Title: "财务总监", Function: "财务"}, {Name: "王强", Title: "生产经理", Function: "生产"}, {Name: "周明", Title: "总经理", Function: "管理"}, {Name: "陈静", Title: "采购经理", Function: "采购"}, {Name: "赵磊", Title: "信息主管", Function: "信息"}} {
		x.ID = throughline.PersonID(throughline.NewID(time.UnixMilli(1), [10]byte{9: byte(i + 1)}))
		out = append(out, x)
	}
	return out
}

// tally is what came of one set of fresh sentences.
type tally struct {
	all, right, asked, rightAsked      int // kind and sign
	wrongSign, opposite                int // offered without asking
	nothing, alone                     int
	placed, first, four, graded, grade int
	ends, endRight                     int
	confusion                          map[string]int
	wrong                              []string
}

// kindWord is the fresh sentences' word for what was proposed.
func kindWord(p *Proposal) string {
	switch p.Kind {
	case Evidence, Step, Milestone:
		return "evidence"
	case Contradiction:
		return "against"
	case Event, Left, Joined:
		return "event"
	case Postponement:
		return "postponed"
	}
	return string(p.Kind)
}

func signWord(p *Proposal) string {
	if p.Kind == Event && p.Event == deal.DateMoved && strings.Contains(p.Text, "forward") {
		return "0"
	}
	return [...]string{"-", "0", "+"}[p.Sign()+1]
}

// judge reads each sentence as a note of its own.
func judgeFresh(r *Reader, all []fresh) tally {
	day, err := throughline.ParseDay("2026-11-26")
	if err != nil {
		panic(err)
	}
	out := tally{confusion: map[string]int{}}
	for _, one := range all {
		got := r.Read(Note{Text: one.text, People: freshPeople(), Today: day, Frontier: throughline.Align, From: Conversation})
		kind, sign, ask := "nothing", "0", false
		var p Proposal
		if len(got) > 0 {
			// where a note of two sentences gives two proposals, the stronger one is what it says
			at := 0
			for i := range got {
				if weightOf(&got[i]) > weightOf(&got[at]) {
					at = i
				}
			}
			p = got[at]
			kind, sign, ask = kindWord(&p), signWord(&p), p.Ask
		}
		out.add(one, &p, kind, sign, ask)
	}
	return out
}

func weightOf(p *Proposal) int {
	return slices.Index([]Kind{Joined, Evidence, Step, Milestone, Promise, Stance, Contradiction, Event, Left, Postponement, Won, Loss}, p.Kind)
}

func (out *tally) add(one fresh, p *Proposal, kind, sign string, ask bool) {
	out.all++
	ok := slices.Contains(one.kinds, kind) && slices.Contains(one.signs, sign)
	if ask {
		out.asked++
	}
	if ok {
		out.right++
		if ask {
			out.rightAsked++
		}
	} else {
		out.wrong = append(out.wrong, fmt.Sprintf("%s%s -> %s%s ask=%v: %s", one.kinds[0], one.signs[0], kind, sign, ask, one.text))
	}
	if kind != "nothing" && !ask && !slices.Contains(one.signs, sign) {
		out.wrongSign++
		if one.signs[0] != "0" && sign != "0" {
			out.opposite++
		}
	}
	if one.kinds[0] == "nothing" {
		out.nothing++
		if kind == "nothing" || slices.Contains(one.kinds, kind) {
			out.alone++
		}
	}
	out.confusion[one.kinds[0]+" "+kind]++
	if ok && (kind == "evidence" || kind == "against") && one.places[0] != "-" {
		out.placed++
		if slices.Contains(one.places, p.About.Last()) {
			out.first++
		}
		if slices.ContainsFunc(append([]throughline.Address{p.About}, p.Others...), func(a throughline.Address) bool { return slices.Contains(one.places, a.Last()) }) {
			out.four++
		}
	}
	if ok && kind != "nothing" && one.grades[0] != "-" {
		out.graded++
		if slices.Contains(one.grades, p.Grade.String()) {
			out.grade++
		}
	}
	if ok && kind == "loss" {
		out.ends++
		end := string(p.Outcome)
		if slices.ContainsFunc(one.extra, func(e string) bool { e, _, _ = strings.Cut(e, ":"); return e == end }) {
			out.endRight++
		}
	}
}

var kindWords = []string{"evidence", "against", "loss", "won", "postponed", "promise", "event", "stance", "nothing"}

func (t tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "kind and sign %d of %d (of %d asked %d); wrong sign offered %d, the opposite %d; nothing left alone %d of %d; place %d of %d, among four %d; grade %d of %d; end %d of %d\n",
		t.right, t.all, t.asked, t.rightAsked, t.wrongSign, t.opposite, t.alone, t.nothing, t.first, t.placed, t.four, t.grade, t.graded, t.endRight, t.ends)
	fmt.Fprintf(&b, "%-10s", "")
	for _, k := range kindWords {
		fmt.Fprintf(&b, "%10s", k)
	}
	for _, want := range kindWords {
		fmt.Fprintf(&b, "\n%-10s", want)
		for _, got := range kindWords {
			if n := t.confusion[want+" "+got]; n > 0 {
				fmt.Fprintf(&b, "%10d", n)
			} else {
				fmt.Fprintf(&b, "%10s", ".")
			}
		}
	}
	return b.String()
}

func (t *tally) plus(o tally) {
	t.all, t.right, t.asked, t.rightAsked, t.wrongSign, t.opposite = t.all+o.all, t.right+o.right, t.asked+o.asked, t.rightAsked+o.rightAsked, t.wrongSign+o.wrongSign, t.opposite+o.opposite
	t.nothing, t.alone, t.placed, t.first, t.four = t.nothing+o.nothing, t.alone+o.alone, t.placed+o.placed, t.first+o.first, t.four+o.four
	t.graded, t.grade, t.ends, t.endRight = t.graded+o.graded, t.grade+o.grade, t.ends+o.ends, t.endRight+o.endRight
	for k, n := range o.confusion {
		t.confusion[k] += n
	}
	t.wrong = append(t.wrong, o.wrong...)
}

func starterBook(t testing.TB) *playbook.Playbook {
	t.Helper()
	book, found := compile.Playbook(playbooks.Starter())
	if book == nil {
		t.Fatal(found)
	}
	return book
}

// TestSignsCrossValidated reads the open sentences with models that have not
// seen them: trained on three quarters, asked about the last. The lists were
// written with these sentences in sight, so this flatters; the held third does not.
func TestSignsCrossValidated(t *testing.T) {
	lx, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	all, err := lx.signSamples()
	if err != nil {
		t.Fatal(err)
	}
	const folds = 4
	open := len(all) - 400
	sums := map[string]*tally{"en": {confusion: map[string]int{}}, "zh": {confusion: map[string]int{}}}
	for fold := range folds {
		var train []signed
		for i, s := range all {
			if i < open || (i-open)%folds != fold {
				train = append(train, s)
			}
		}
		m := trainSenses(train, 1) // four times over; more orders change little
		r, err := New(starterBook(t))
		if err != nil {
			t.Fatal(err)
		}
		r.senses = func() *senses { return m }
		for lang, sum := range sums {
			var part []fresh
			for i, one := range freshSentences(t, "testdata/signs_"+lang+".txt") {
				if i%folds == fold {
					part = append(part, one)
				}
			}
			sum.plus(judgeFresh(r, part))
		}
	}
	for lang, sum := range sums {
		t.Logf("%s: %s", lang, sum)
		if os.Getenv("SHOW") != "" {
			for _, w := range sum.wrong {
				t.Log(w)
			}
		}
	}
}

// floors are what the held third gave when it was counted best (docs/methods/
// capture.md says how often), less two: kind and sign right, wrong sign offered
// at most, nothing left alone.
var floors = map[string][3]int{"en": {77, 3, 11}, "zh": {79, 2, 8}}

// TestHeldSigns counts the held third, which nobody who writes rules, lists or
// examples has read. It prints totals and no sentence.
func TestHeldSigns(t *testing.T) {
	r, err := New(starterBook(t))
	if err != nil {
		t.Fatal(err)
	}
	for lang, f := range floors {
		got := judgeFresh(r, freshSentences(t, "testdata/held/signs_"+lang+".txt"))
		t.Logf("%s: %s", lang, got)
		if got.right < f[0] || got.wrongSign > f[1] || got.alone < f[2] {
			t.Errorf("%s: kind and sign are right %d times, a wrong sign is offered %d times, nothing is left alone %d times; they were better than %v", lang, got.right, got.wrongSign, got.alone, f)
		}
	}
}

// halfFloors are what the halves gave, less two, as floors.
var halfFloors = map[string][3]int{"develop en": {126, 4, 19}, "develop zh": {116, 3, 14}, "check en": {125, 4, 16}, "check zh": {124, 5, 17}}

// TestFreshHalves reads the two halves of the sentences that were written after
// the first corpus: one to develop by, one to check with, whose sentences are
// never printed.
func TestFreshHalves(t *testing.T) {
	r, err := New(starterBook(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, half := range []string{"develop", "check"} {
		for _, lang := range []string{"en", "zh"} {
			got := judgeFresh(r, freshSentences(t, "testdata/"+half+"_"+lang+".txt"))
			t.Logf("%s %s: %s", half, lang, got)
			if f := halfFloors[half+" "+lang]; got.right < f[0] || got.wrongSign > f[1] || got.alone < f[2] {
				t.Errorf("%s %s: kind and sign are right %d times, a wrong sign is offered %d times, nothing is left alone %d times; they were better than %v", half, lang, got.right, got.wrongSign, got.alone, f)
			}
			if os.Getenv("SHOW") != "" && half == "develop" {
				for _, w := range got.wrong {
					t.Log(w)
				}
			}
		}
	}
}
