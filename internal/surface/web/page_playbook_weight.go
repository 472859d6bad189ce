package web

import (
	"strconv"
	"strings"

	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/surface/chart"
	"github.com/throughline/throughline/internal/workshop"
)

// weightView is the dial as a bar with a line at 1, and what weighs most.
type weightView struct {
	Sentence string
	Dial     string
	Bar      chart.Weight
	Heaviest []itemView
	Cut      string
	Items    []itemView
	Unknown  string // what nobody has measured, in a sentence
}

type itemView struct {
	Name, Of string
	Bar      chart.Weight
	Past     bool
}

// specView is the over-specification score of a process with its cheapest cuts.
type specView struct {
	Points   int
	Sentence string
	Parts    []string
	Cuts     []cutView
}

type cutView struct{ What, Saves string }

// itemKeys gives the catalogue's word for an item of the budget; an item
// without one keeps its own name.
var itemKeys = map[string]string{
	"processes visible to a seller": "processes", "stages": "stages", "milestones": "milestones", "packs per process": "packs",
	"prompts on screen": "prompts", "required fields at once": "fields", "people tracked per deal": "people",
	"shared plan steps": "plan", "minutes per complex deal and week": "minutes", "words on the process page": "words",
	"wrong process picks, per cent": "picks",
}

func (v *visit) itemWord(prefix, name, own string) string {
	if key, ok := itemKeys[name]; ok {
		return v.p.Say(prefix + key)
	}
	return own
}

func (v *visit) weight(w workshop.Weighed) weightView {
	p := v.p
	out := weightView{Dial: strconv.FormatFloat(w.Dial, 'f', 2, 64)}
	key := "weight.light"
	switch {
	case w.Dial > 1:
		key = "weight.over"
	case w.Dial > 0.75:
		key = "weight.full"
	}
	out.Sentence = p.Say(key, "dial", out.Dial)
	scale := max(1.25, w.Dial*1.15)
	for _, i := range w.Items {
		if i.Value != nil {
			scale = max(scale, min(2, i.Share()*1.05))
		}
	}
	out.Bar = chart.Weight{Share: w.Dial, Most: scale}
	var whys, unknown []string
	lacks := map[string][]string{} // by why it is not known
	for _, i := range w.Items {
		name := v.itemWord("weight.item_", i.Name, i.Name)
		if i.Value == nil {
			why := string(i.Why)
			if lacks[why] == nil {
				whys = append(whys, why)
			}
			lacks[why] = append(lacks[why], name)
			continue
		}
		out.Items = append(
			out.Items,
			itemView{
				phrase.Initial(name),
				p.Say("weight.of", "value", figure(*i.Value), "warn", figure(i.Warn)),
				chart.Weight{Share: i.Share(), Most: scale},
				i.Share() > 1,
			},
		)
	}
	for _, i := range w.Heaviest {
		if i.Value != nil && *i.Value > 0 {
			name := v.itemWord("weight.item_", i.Name, i.Name)
			out.Heaviest = append(
				out.Heaviest,
				itemView{
					phrase.Initial(name),
					p.Say("weight.of", "value", figure(*i.Value), "warn", figure(i.Warn)),
					chart.Weight{Share: i.Share(), Most: scale},
					i.Share() > 1,
				},
			)
		}
	}
	if len(out.Heaviest) > 0 {
		out.Cut = p.Say("weight.cut", "what", v.itemWord("weight.cut_", w.Heaviest[0].Name, w.Cut))
	}
	for _, why := range whys {
		unknown = append(unknown, p.Say("weight.why_"+why, "item", p.List(lacks[why])))
	}
	if len(unknown) > 0 {
		out.Unknown = p.Say("weight.unknown", "items", strings.Join(unknown, p.Say("weight.unknown_between")))
	}
	return out
}

func figure(f float64) string { return strings.TrimSuffix(strconv.FormatFloat(f, 'f', 1, 64), ".0") }

// specParts in the order in which they are said.
var specParts = []string{"stages", "milestones", "branches", "fields", "words", "prescribes", "processes", "unneeded"}

func (v *visit) spec(points int, parts map[string]int) specView {
	out := specView{Points: points}
	switch {
	case points == 0:
		out.Sentence = v.p.Say("book.spec_none")
	case points > 40:
		out.Sentence = v.p.Say("book.spec_much", "points", points)
	default:
		out.Sentence = v.p.Say("book.spec_some", "points", points)
	}
	for _, part := range specParts {
		if n := parts[part]; n > 0 {
			out.Parts = append(out.Parts, v.p.Say("book.spec_"+part, "points", n))
		}
	}
	return out
}

// copied says whether the process could be anyone's, in sentences.
func (v *visit) copied(c workshop.CopiedReport) (says, differences []string) {
	p := v.p
	for _, a := range c.Alike {
		says = append(says, p.Say("book.alike", "vendor", a.Vendor, "stages", p.List(a.Shared)))
	}
	yes := func(holds bool, key string) {
		if holds {
			says = append(says, p.Say(key))
		} else {
			says = append(says, p.Say(key+"_not"))
		}
	}
	if len(c.Alike) == 0 {
		says = append(says, p.Say("book.alike_none"))
	}
	yes(c.OwnNouns, "book.nouns")
	yes(c.History, "book.history")
	if c.CharterInputs == 0 {
		says = append(says, p.Say("book.charter_none"), p.Say("book.swap"))
	} else {
		says = append(says, phrase.Initial(p.Say("book.charter", "n", c.CharterInputs)), p.Say("book.swap"))
	}
	for _, d := range c.Differences {
		differences = append(differences, phrase.Initial(d))
	}
	return says, differences
}
