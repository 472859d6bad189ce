package lint

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
)

// The complexity budget (DOMAIN appendix B).
var weightChecks = []Check{
	{"W01", "over-budget", diag.Warning, "past a warn line of the complexity budget", (*pass).overBudget},
}

// Item is one line of the budget. Value is nil where nobody has measured it.
type Item struct {
	Name    string   `json:"name"`
	Value   *float64 `json:"value"`
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
		borrowed := 0
		at := map[string]int{}
		for _, u := range pr.Blend {
			k, ok := p.Pack(u.Pack)
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
		packs, fields, words = max(packs, borrowed), max(fields, len(pr.Fields)), max(words, pageWords(pr))
	}
	visible := len(p.Processes)
	if m.Visible > 0 {
		visible = m.Visible
	}
	known := func(v int) *float64 { f := float64(v); return &f }
	measured := func(v float64) *float64 {
		if v == 0 {
			return nil
		}
		return &v
	}
	w := Weight{Items: []Item{
		{
			"processes visible to a seller",
			known(visible),
			1,
			float64(l.Processes),
			"merge two processes that customers buy alike in, or show each seller only theirs",
		},
		{"stages", known(stages), 6, float64(l.Stages), "join two stages that serve the same question"},
		{"milestones", known(milestones), 12, float64(l.Milestones), "drop the milestones met in few won deals"},
		{"packs per process", known(packs), 3, float64(l.PacksPerProcess), "drop the pack whose places the others cover"},
		{"prompts on screen", known(prompts), 6, float64(l.Prompts), "let one pack lead at the place where most prompts meet"},
		{"required fields at once", known(fields), 2, float64(l.FieldsAtOnce), "ask of each field who reads it"},
		{"people tracked per deal", measured(float64(m.People)), 8, float64(l.People), "track those who can stop it and those whose work changes"},
		{"shared plan steps", measured(float64(m.PlanSteps)), 12, float64(l.PlanSteps), "keep the steps the customer looks at"},
		{"minutes per complex deal and week", measured(m.Minutes), 5, float64(l.Minutes), "take out what is typed twice"},
		{"words on the process page", known(words), 300, float64(l.Words), "one page: say what, leave the how to the seller"},
		{"wrong process picks, per cent", measured(m.WrongPicks), 5, float64(l.WrongPicks), "let the rule choose, and show its reason"},
	}}
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
