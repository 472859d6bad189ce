package honest

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/throughline/throughline/internal/eventlog"
)

// Differ is in what planted groups differ.
type Differ string

// The differences: which steps occur, how long cases take, how they end, in
// which order steps come; which steps occur, by two attributes of which neither says
// anything alone; and the same beside a third that parts the cases by itself.
const (
	Steps    Differ = "which steps"
	Length   Differ = "how long"
	Outcome  Differ = "how it ends"
	Order    Differ = "in which order"
	Together Differ = "which steps, by two together"
	Beside   Differ = "which steps, by two together beside one alone"
	Nothing  Differ = "nothing"
)

// Planted draws cases of several kinds, named by the attribute kind, which
// differ in one thing alone; Together has two, told by left and right, and Beside
// each of them in two kinds. Beside these stand honest columns, ids, an amount, a
// column that is blank until a case closes, and noise more.
func Planted(r *rand.Rand, cases, kinds int, how Differ, noise int) *eventlog.Log {
	b := eventlog.NewBuilder()
	for i := range cases {
		k := b.Case(fmt.Sprint("c", i))
		kind, left, right := r.IntN(kinds), r.IntN(2), r.IntN(2)
		text := func(name, v string) { b.CaseAttr(k, name, eventlog.TextValue(v)) }
		text("kind", fmt.Sprint("k", kind))
		text("left", fmt.Sprint("l", left))
		text("right", fmt.Sprint("r", right))
		text("region", []string{"north", "south", "east", "west"}[r.IntN(4)])
		text("customer", fmt.Sprint("customer ", r.IntN(1+cases/3)))
		text("reference", fmt.Sprintf("R-%06d", r.IntN(1_000_000)))
		b.CaseAttr(k, "number", eventlog.IntValue(int64(i)))
		b.CaseAttr(k, "amount", eventlog.FloatValue(math.Round(math.Exp(10+r.NormFloat64()))))
		for a := range noise {
			text(fmt.Sprint("noise ", a), fmt.Sprint("v", r.IntN(2+a%6)))
		}
		both := left ^ right
		if how == Together {
			kind = both
		}
		open := 900 * float64(i) / float64(cases)
		lasts := math.Exp(3.5 + 0.5*r.NormFloat64())
		if how == Length { // from a week to nine months
			lasts = math.Exp(2 + 0.9*float64(kind) + 0.35*r.NormFloat64())
		}
		steps := planted(r, kind, both, how)
		for j, s := range steps {
			b.Event(k, s, At(open+lasts*float64(j)/float64(len(steps)+1)))
		}
		if open+lasts > 900 {
			continue // still open
		}
		text("closed by", []string{"desk", "field"}[r.IntN(2)])
		end := r.IntN(3)
		if how == Outcome && r.Float64() < 0.75 {
			end = kind % 3
		}
		b.Event(k, []string{"won", "lost", "no decision"}[end], At(open+lasts))
	}
	l, _ := b.Build()
	return l
}

// planted gives a case's steps: nine (of two differences, ten), each as likely as
// not, or, in order, six. both is what two attributes say together, of the later steps.
func planted(r *rand.Rand, kind, both int, how Differ) (out []string) {
	if how == Order {
		for j := range 6 {
			s := (j + kind) % 6 // each kind begins elsewhere
			out = append(out, fmt.Sprint("step ", s))
		}
		if i := r.IntN(5); r.IntN(2) == 0 { // and half of all swap two
			out[i], out[i+1] = out[i+1], out[i]
		}
		return out
	}
	out = append(out, "opened")
	steps := 9
	if how == Beside {
		steps = 10
	}
	for j := range steps {
		chance := 0.5
		switch {
		case how == Beside:
			if chance = 0.35; j < 5 && j%2 == kind || j >= 5 && j%2 == both {
				chance = 0.92
			}
		case how == Steps || how == Together:
			if chance = 0.35; j%5 == kind {
				chance = 0.92
			}
		}
		if r.Float64() < chance {
			out = append(out, fmt.Sprint("step ", j))
		}
	}
	return out
}
