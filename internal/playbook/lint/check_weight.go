package lint

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
)

// The complexity budget (DOMAIN appendix B).
var weightChecks = []Check{
	{"W01", "over-budget", diag.Warning, "past a warn line of the complexity budget", (*pass).overBudget},
}

// Item is one line of the budget. Value is nil where it is not known, and Why says why.
type Item struct {
	Name    string   `json:"name"`
	Value   *float64 `json:"value"`
	Why     Why      `json:"why,omitempty"`
	Default float64  `json:"default"`
	Warn    float64  `json:"warn"`
	Cut     string   `json:"cut"` // what would make it lighter
}

// Share is value over warn.
func (i Item) Share() float64 {
	if i.Value == nil || i.Warn == 0 {
		return 0
	}
	return *i.Value / i.Warn
}

// Weight is the dial: the mean of value over warn of what is known.
type Weight struct {
	Dial     float64 `json:"dial"`
	Items    []Item  `json:"items"`
	Heaviest []Item  `json:"heaviest"` // three
	Cut      string  `json:"cut"`
}

// Weigh measures a playbook against its budget.
func Weigh(p *playbook.Playbook, m Measured) Weight {
	l := p.Limits
	stages, milestones, packs, prompts, fields, words := 0, 0, 0, 0, 0, 0
	for _, pr := range p.Processes {
		stages, milestones = max(stages, len(pr.Stages)), max(milestones, len(pr.Milestones))
		for _, class := range throughline.Classes() { // where a process names no methods, those of the deal's class help
			borrowed, shown := weighBlend(p, p.BlendOf(pr, class))
			packs, prompts = max(packs, borrowed), max(prompts, shown)
		}
		fields, words = max(fields, len(pr.Fields)), max(words, pageWords(pr))
	}
	visible := len(p.Processes)
	if m.Visible > 0 {
		visible = m.Visible
	}
	known := func(v int) *float64 { f := float64(v); return &f }
	measured := func(f Figure) (*float64, Why) {
		if f.Known {
			return &f.Value, ""
		}
		return nil, cmp.Or(f.Why, FilesAlone)
	}
	var w Weight
	line := func(name string, usual float64, warn int, cut string) func(*float64, Why) {
		return func(value *float64, why Why) {
			w.Items = append(w.Items, Item{name, value, why, usual, float64(warn), cut})
		}
	}
	line("processes visible to a seller", 1, l.Processes, "merge two processes that customers buy alike in, or show each seller only theirs")(known(visible), "")
	line("stages", 6, l.Stages, "join two stages that serve the same question")(known(stages), "")
	line("milestones", 12, l.Milestones, "drop the milestones met in few won deals")(known(milestones), "")
	line("packs per process", 3, l.PacksPerProcess, "drop the pack whose places the others cover")(known(packs), "")
	line("prompts on screen", 6, l.Prompts, "let one pack lead at the place where most prompts meet")(known(prompts), "")
	line("required fields at once", 2, l.FieldsAtOnce, "ask of each field who reads it")(known(fields), "")
	line("people tracked per deal", 8, l.People, "track those who can stop it and those whose work changes")(measured(m.People))
	line("shared plan steps", 12, l.PlanSteps, "keep the steps the customer looks at")(measured(m.PlanSteps))
	line("minutes per complex deal and week", 5, l.Minutes, "take out what is typed twice")(measured(m.Minutes))
	line("words on the process page", 300, l.Words, "one page: say what, leave the how to the seller")(known(words), "")
	line("wrong process picks, per cent", 5, l.WrongPicks, "let the rule choose, and show its reason")(measured(m.WrongPicks))
	n, sum := 0, 0.0
	for _, i := range w.Items {
		if i.Value != nil {
			n++
			sum += i.Share()
		}
	}
	if n > 0 {
		w.Dial = math.Round(1000*sum/float64(n)) / 1000
	}
	w.Heaviest = slices.Clone(w.Items)
	slices.SortStableFunc(w.Heaviest, func(a, b Item) int { return cmp.Compare(b.Share(), a.Share()) })
	w.Heaviest = w.Heaviest[:3]
	w.Cut = w.Heaviest[0].Cut
	return w
}

// onScreen is how many prompts a deal shows at most (blend.MostPrompts).
const onScreen = 6

// weighBlend counts the packs of a blend that are borrowed, and the prompts that
// stand on a deal at the place where most of them meet.
func weighBlend(p *playbook.Playbook, blend []playbook.Use) (borrowed, prompts int) {
	at := map[string]int{}
	for _, u := range blend {
		k, ok := p.AnyPack(u.Pack)
		if !ok {
			continue
		}
		if !k.Core {
			borrowed++
		}
		for _, q := range k.Prompts {
			at[q.Place]++
			prompts = max(prompts, at[q.Place])
		}
	}
	return borrowed, min(prompts, onScreen)
}

func (s *pass) overBudget() {
	for _, i := range Weigh(s.book, s.measured).Items {
		if i.Value == nil || *i.Value <= i.Warn {
			continue
		}
		pr := s.book.Processes[0]
		s.say(
			pr.Name.At,
			processAddress(pr),
			fmt.Sprintf("%s: %s, past the warn line of %s", i.Name, figure(*i.Value), figure(i.Warn)),
			i.Cut+"; or write down what it buys and when to look again",
		)
	}
}

func figure(v float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") }
