package phrase

import (
	"strconv"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/segment"
)

// Process gives the name of a process of the playbook; its id where it has none.
func (p *Phrase) Process(book *playbook.Playbook, a throughline.Address) string {
	pr, ok := book.ProcessCalled(string(a))
	if !ok {
		return a.Last()
	}
	if name := pr.Name.Text.In(p.code); name != "" {
		return name
	}
	return pr.ID
}

// OnProcess says in a sentence or two why a deal follows its process; empty
// where there is only one.
func (p *Phrase) OnProcess(n Names, on alignment.OnProcess) string {
	if n.Book == nil || len(n.Book.Processes) < 2 {
		return ""
	}
	var why string
	switch on.By {
	case alignment.ByPick:
		why = p.because(p.Say("process.by_pick"), p.Text(n, on.Reason))
		if on.Suggested != "" {
			why += p.gap() + p.Say("process.else", "process", p.Process(n.Book, on.Suggested))
		}
		return why
	case alignment.ByRule:
		pr, _ := n.Book.ProcessCalled(string(on.Process))
		return p.Say("process.by_rule", "rule", p.Rule(pr.When.Tree))
	case alignment.ByStage:
		return p.Say("process.by_stage")
	}
	return p.Say("process.by_default")
}

// gap is what stands between two sentences.
func (p *Phrase) gap() string {
	if p.code == "zh" {
		return ""
	}
	return " "
}

// Rule says in words which deals a rule is for: "purchase is order or card".
func (p *Phrase) Rule(r segment.Rule) string {
	subs := func(key string) string {
		parts := make([]string, len(r.Subs))
		for i, s := range r.Subs {
			parts[i] = p.Rule(s)
		}
		out := parts[0]
		for _, s := range parts[1:] {
			out = p.Say("process.rule_"+key, "a", out, "b", s)
		}
		return out
	}
	switch r.Op {
	case "", segment.True:
		return p.Say("process.rule_every")
	case segment.And:
		return subs("and")
	case segment.Or:
		return subs("or")
	case segment.Not:
		return p.Say("process.rule_not", "a", p.Rule(r.Subs[0]))
	case segment.Known:
		return p.Say("process.rule_known", "attribute", p.Attribute(r.Attr))
	}
	values := make([]string, len(r.Values))
	for i, v := range r.Values {
		if v.IsNum {
			values[i] = strconv.FormatFloat(v.Number, 'f', -1, 64)
		} else if values[i] = p.AttributeValue(r.Attr, v.Text); r.Attr == "class" && p.Has("class."+v.Text) {
			values[i] = p.Class(throughline.Class(v.Text))
		}
	}
	all := values[0]
	for _, v := range values[1:] {
		all = p.Say("process.rule_or", "a", all, "b", v)
	}
	key := map[segment.Op]string{segment.Equal: "is", segment.In: "is", segment.Differs: "is_not", segment.Less: "less", segment.AtMost: "at_most",
		segment.More: "more", segment.AtLeast: "at_least"}[r.Op]
	return p.Say("process.rule_"+key, "attribute", p.Attribute(r.Attr), "value", all)
}
