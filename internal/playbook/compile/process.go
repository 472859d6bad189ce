package compile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/source"
)

// process compiles one sales process. Its id is the name of its file.
func (c *compiler) process(p *playbook.Playbook, id string, n *source.Node) {
	if !throughline.Slug(id) {
		c.say(
			source.CheckFile,
			diag.Range{File: n.At.File},
			fmt.Sprintf("the file's name %q cannot be the id of a process", id),
			"use lower-case letters, digits, '-' and '_'",
		)
		return
	}
	pr := playbook.Process{ID: id, Name: value(n.Get("name"))}
	c.extras(&pr, n)
	stages, marks := map[string]diag.Range{}, map[string]diag.Range{}
	twice := func(what string, seen map[string]diag.Range, at *source.Node) bool {
		was, ok := seen[at.String()]
		if ok {
			c.say(source.CheckDuplicate, at.At, fmt.Sprintf("%s %q stands twice", what, at.String()), "give one of them another id",
				diag.Related{Range: was, Message: "it stands here first"})
		}
		seen[at.String()] = at.At
		return ok
	}
	for _, s := range n.Get("stages").Items() {
		sid := s.Get("id")
		serves, ok := throughline.ParsePhase(s.Get("serves").String())
		if sid == nil || !ok || twice("stage", stages, sid) {
			continue
		}
		st := playbook.Stage{ID: sid.String(), Addr: throughline.StageAddress(id, sid.String()), Name: value(s.Get("name")), Serves: serves}
		pr.Stages = append(pr.Stages, st)
		for _, m := range s.Get("milestones").Items() {
			mid := m.Get("id")
			if mid == nil || twice("milestone", marks, mid) {
				continue
			}
			ms := playbook.Milestone{ID: mid.String(), Addr: throughline.MilestoneAddress(id, mid.String()), Stage: st.Addr,
				Name: value(m.Get("statement")), Short: value(m.Get("short")), Serves: serves}
			if own, ok := throughline.ParsePhase(m.Get("serves").String()); ok {
				ms.Serves = own
			}
			c.milestoneExtras(&ms, m)
			pr.Milestones = append(pr.Milestones, ms)
		}
	}
	if len(pr.Stages) > 0 {
		p.Processes = append(p.Processes, pr)
	}
}

// mapping compiles what foreign words mean. A word that means two things is
// an error: which of them would be a guess.
func (c *compiler) mapping(p *playbook.Playbook, n *source.Node) {
	p.Mapping = playbook.Mapping{
		Stages:   map[string]playbook.MappedStage{},
		Outcomes: map[string]playbook.MappedEnd{},
		Roles:    map[string]throughline.Role{},
	}
	known := map[throughline.Address]bool{}
	var spelt []string
	for _, pr := range p.Processes {
		for _, s := range pr.Stages {
			known[s.Addr] = true
			spelt = append(spelt, string(s.Addr))
		}
	}
	// A foreign stage is either a stage of ours or an end, so the two share one book.
	seen := words{}
	for _, e := range n.Get("stages").Pairs() {
		addr := throughline.Address(e.Key)
		if !known[addr] {
			if len(p.Processes) > 0 {
				c.reference(e.KeyAt, addr, spelt)
			}
			continue
		}
		for key, at := range c.words(e.Value, seen, e.Key) {
			p.Mapping.Stages[key] = playbook.MappedStage{Stage: addr, At: at}
		}
	}
	for _, e := range n.Get("outcomes").Pairs() {
		end := playbook.MappedEnd{Outcome: throughline.Outcome(e.Key)}
		lists := []source.Pair{{Key: "unknown", Value: e.Value}}
		if !e.Value.IsList() {
			lists = e.Value.Pairs()
		}
		for _, l := range lists {
			end.Cause = throughline.CauseUnknown
			says := e.Key
			if l.Key != "unknown" {
				end.Cause = throughline.Cause(l.Key)
				says += " by " + l.Key
			}
			for key, at := range c.words(l.Value, seen, says) {
				end.At = at
				p.Mapping.Outcomes[key] = end
			}
		}
	}
	for _, e := range n.Get("history").Pairs() {
		for _, w := range e.Value.Items() {
			attr, values, ok := strings.Cut(w.String(), "=")
			if !ok || attr == "" || values == "" {
				c.say(
					source.CheckValue,
					w.At,
					fmt.Sprintf("%q does not say which value of which attribute ends a case", w.String()),
					"write ATTR=VALUE, or ATTR=VALUE,VALUE; ATTR is activity or the name of an attribute",
				)
				continue
			}
			p.Mapping.History = append(p.Mapping.History, playbook.HistoryEnd{Outcome: throughline.Outcome(e.Key), Spec: w.String(), At: w.At})
		}
	}
	p.Mapping.FirstDay = lines(n.Get("first_day"))
	roles := words{}
	for _, e := range n.Get("roles").Pairs() {
		for key := range c.words(e.Value, roles, e.Key) {
			p.Mapping.Roles[key] = throughline.Role(e.Key)
		}
	}
}

type words map[string]struct {
	says string
	at   diag.Range
}

// words gives the folded keys of a list of foreign words, with their places.
func (c *compiler) words(n *source.Node, seen words, says string) map[string]diag.Range {
	out := map[string]diag.Range{}
	for _, w := range n.Items() {
		key := playbook.Fold(w.String())
		was, twice := seen[key]
		switch {
		case key == "":
			c.say(
				source.CheckValue,
				w.At,
				fmt.Sprintf("%q has neither letters nor digits to recognise it by", w.String()),
				"write the word as the other system spells it",
			)
		case twice && was.says == says:
			c.found = append(c.found, diag.Finding{Check: source.CheckDuplicate, Severity: diag.Hint, Range: w.At, Value: w.String(),
				Message: fmt.Sprintf("%q stands here twice: case, spaces and punctuation make no difference", w.String()), Hint: "take one away",
				Related: []diag.Related{{Range: was.at, Message: "it stands here first"}}})
		case twice:
			c.say(
				source.CheckDuplicate,
				w.At,
				fmt.Sprintf("%q means both %s and %s", w.String(), was.says, says),
				"decide which, and take the other away",
				diag.Related{Range: was.at, Message: "it stands here first"},
			)
		default:
			seen[key] = struct {
				says string
				at   diag.Range
			}{says, w.At}
			out[key] = w.At
		}
	}
	return out
}

// reference says that an address names nothing.
func (c *compiler) reference(at diag.Range, addr throughline.Address, known []string) {
	f := diag.Finding{
		Check:    source.CheckReference,
		Severity: diag.Error,
		Range:    at,
		Address:  addr,
		Value:    string(addr),
		Message:  fmt.Sprintf("there is no %q", addr),
	}
	f.Hint = "known are " + strings.Join(known[:min(len(known), 8)], ", ")
	if f.Nearest = nearestAddress(string(addr), known); f.Nearest != "" {
		f.Hint = fmt.Sprintf("did you mean %q?", f.Nearest)
		f.Fix = &diag.Fix{Title: "write " + f.Nearest, Edits: []diag.Edit{{Range: at, Text: f.Nearest}}}
	}
	c.found = append(c.found, f)
}

// nearestAddress compares last segments first: addresses share so much of
// their spelling that whole ones are always near.
func nearestAddress(addr string, known []string) string {
	last := make([]string, len(known))
	for i, k := range known {
		last[i] = throughline.Address(k).Last()
	}
	near := diag.Nearest(throughline.Address(addr).Last(), last)
	if near == "" {
		return ""
	}
	return known[slices.Index(last, near)]
}

// phases reads a list of phases in their order; each must be among shown
// where that is given.
func (c *compiler) phases(n *source.Node, key string, shown []throughline.Phase) []throughline.Phase {
	var out []throughline.Phase
	for _, item := range n.Items() {
		ph, ok := throughline.ParsePhase(item.String())
		switch {
		case !ok:
		case slices.Contains(out, ph):
			c.say(source.CheckDuplicate, item.At, fmt.Sprintf("%s stands twice in %q", ph, key), "take one away")
		case shown != nil && !slices.Contains(shown, ph):
			c.say(
				source.CheckReference,
				item.At,
				fmt.Sprintf("%s stands in %q but not in \"shown\"", ph, key),
				"add it to shown, or take it away here",
			)
		default:
			out = append(out, ph)
		}
	}
	slices.Sort(out)
	return out
}
