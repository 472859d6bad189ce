package csv

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/source"
)

//go:embed shipped/*.yaml
var shippedFiles embed.FS

// System is a CRM as a file of ours describes it: which headings its tables
// have, what they mean, and what its words mean in words a playbook knows.
type System struct {
	Key     string // under which its ids are kept, "hubspot"
	Name    string
	known   [][]string // headings, folded, of which one set has to stand in its table of deals
	columns [roles][]string
	entered []string // beginnings of headings of days on which a stage began
	acts    []shippedAct
	later   map[string]bool // columns that are filled or change while a deal runs
	cents   []string        // columns of amounts that are counted in hundredths
	sides   []shippedSide
	stages  map[string]string // word: a word that playbooks know
	ends    map[string]string
	open    []string
}

type shippedAct struct {
	heads []string
	what  string
	by    deal.Side
}

type shippedSide struct {
	Side
	known   [][]string
	columns [fields][]string
}

// shippedShape is the form of these files.
func shippedShape() *source.Shape {
	heads := source.ListOf(source.Line(), 0)
	sets := source.ListOf(heads, 0)
	var columns []source.Field
	for _, r := range roleTable {
		columns = append(columns, source.Field{Key: r.key, Shape: heads})
	}
	out := []source.Field{
		{Key: "system", Shape: source.Slug(), Required: true, Example: "system: hubspot"},
		{Key: "name", Shape: source.Line(), Required: true, Example: "name: HubSpot"},
		{Key: "deals", Required: true, Example: "deals: {known_by: [[deal id, stage]]}", Shape: source.Record(
			source.Field{Key: "known_by", Shape: sets},
			source.Field{Key: "columns", Shape: source.Record(columns...)},
			source.Field{Key: "entered", Shape: heads},
			source.Field{Key: "later", Shape: heads},
			source.Field{Key: "hundredths", Shape: heads},
			source.Field{
				Key: "acts",
				Shape: source.ListOf(
					source.Record(
						source.Field{Key: "columns", Shape: heads},
						source.Field{Key: "what", Shape: source.OneOf(actKinds)},
						source.Field{Key: "by", Shape: source.OneOf(actSides)},
					),
					0,
				),
			},
		)},
		{Key: "stages", Shape: source.Keyed([]string(nil), source.Line())},
		{Key: "outcomes", Shape: source.Keyed([]string(nil), source.Line())},
		{Key: "open", Shape: heads},
	}
	for k := range sideKinds {
		var of []source.Field
		for _, f := range fieldTable {
			if slices.Contains(f.in, k) {
				of = append(of, source.Field{Key: f.key, Shape: heads})
			}
		}
		out = append(out, source.Field{Key: k.key(), Shape: source.ListOf(source.Record(
			source.Field{Key: "known_by", Shape: sets},
			source.Field{Key: "columns", Shape: source.Record(of...)},
			source.Field{
				Key:   "what",
				Shape: source.OneOf(actKinds),
			},
			source.Field{Key: "by", Shape: source.OneOf(actSides)},
			source.Field{Key: "done", Shape: source.OneOf([]string{"yes"})},
			source.Field{Key: "only", Shape: source.Keyed([]string(nil), source.Line())},
			source.Field{Key: "means", Shape: source.Keyed([]string(nil), wordOrWords(slices.Concat(actKinds, actSides, actState, property)))},
		), 0)})
	}
	return source.Record(out...)
}

// Systems lists the CRMs that are known, the one that is no CRM last. What it
// gives is shared and not to be changed.
var Systems = sync.OnceValue(func() []*System {
	entries, err := shippedFiles.ReadDir("shipped")
	if err != nil {
		panic(err) // they are part of the program
	}
	var out []*System
	for _, e := range entries {
		text, err := shippedFiles.ReadFile("shipped/" + e.Name())
		if err != nil {
			panic(err)
		}
		s, fs := parseSystem(e.Name(), text)
		if s == nil {
			panic(fmt.Sprintf("%s: %v", e.Name(), fs))
		}
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b *System) int {
		return strings.Compare(map[bool]string{true: "~"}[a.Key == "csv"]+a.Key, map[bool]string{true: "~"}[b.Key == "csv"]+b.Key)
	})
	return out
})

// SystemOf gives a CRM by its key.
func SystemOf(key string) (*System, bool) {
	for _, s := range Systems() {
		if s.Key == key {
			return s, true
		}
	}
	return nil, false
}

func parseSystem(name string, text []byte) (*System, diag.Findings) {
	n, fs := source.Parse(name, text, shippedShape())
	if n == nil || fs.Errors() {
		return nil, fs
	}
	s := &System{
		Key:    n.Get("system").String(),
		Name:   n.Get("name").String(),
		later:  map[string]bool{},
		stages: map[string]string{},
		ends:   map[string]string{},
	}
	heads := func(n *source.Node) (out []string) {
		for _, i := range n.Items() {
			out = append(out, foldHead(i.String()))
		}
		return out
	}
	sets := func(n *source.Node) (out [][]string) {
		for _, i := range n.Items() {
			out = append(out, heads(i))
		}
		return out
	}
	d := n.Get("deals")
	s.known, s.entered, s.cents = sets(d.Get("known_by")), heads(d.Get("entered")), heads(d.Get("hundredths"))
	for r, info := range roleTable {
		s.columns[r] = heads(d.Get("columns").Get(info.key))
	}
	for _, h := range heads(d.Get("later")) {
		s.later[h] = true
	}
	for _, a := range d.Get("acts").Items() {
		s.acts = append(s.acts, shippedAct{heads(a.Get("columns")), a.Get("what").String(), sideOf(a.Get("by").String())})
	}
	for _, p := range n.Get("stages").Pairs() {
		s.stages[foldHead(p.Key)] = p.Value.String()
	}
	for _, p := range n.Get("outcomes").Pairs() {
		s.ends[foldHead(p.Key)] = p.Value.String()
	}
	for _, w := range n.Get("open").Items() {
		s.open = append(s.open, w.String())
	}
	for k := range sideKinds {
		for _, t := range n.Get(k.key()).Items() {
			one := shippedSide{
				known: sets(t.Get("known_by")),
				Side:  Side{Kind: k, What: t.Get("what").String(), By: sideOf(t.Get("by").String()), Done: t.Get("done").String() == "yes"},
			}
			for f := range fields {
				one.columns[f] = heads(t.Get("columns").Get(fieldTable[f].key))
			}
			for _, p := range t.Get("means").Pairs() {
				set(&one.Means, foldHead(p.Key), wordsOf(p.Value))
			}
			for _, p := range t.Get("only").Pairs() {
				one.Only = append(one.Only, Only{Ref{Name: foldHead(p.Key)}, p.Value.String()})
			}
			s.sides = append(s.sides, one)
		}
	}
	return s, fs
}

// has reports whether one of some sets of headings stands in a table.
func (t *sight) has(sets [][]string) bool {
	return slices.ContainsFunc(sets, func(set []string) bool {
		return len(set) > 0 && !slices.ContainsFunc(set, func(h string) bool { return t.head(h) < 0 })
	})
}

// head finds a column by its folded heading, -1 where there is none.
func (t *sight) head(h string) int {
	if i := slices.Index(t.folded, h); i >= 0 {
		return i
	}
	return slices.Index(t.bare, h)
}

// first finds the first of some headings that stands in a table and has values.
func (t *sight) first(heads []string) int {
	found := -1
	for _, h := range heads {
		if i := t.head(h); i >= 0 {
			if t.cols[i].filled > 0 {
				return i
			}
			if found < 0 {
				found = i
			}
		}
	}
	return found
}

// fallback are the words of these files in the vocabulary, for a playbook that
// does not have them.
var fallback = map[string]playbook.MappedEnd{
	"won": {
		Outcome: throughline.Won,
	}, "lost": {Outcome: throughline.LostUnknown}, "lost to competitor": {Outcome: throughline.LostCompetitor}, "canceled": {Outcome: throughline.NoDecision},
	"成交": {Outcome: throughline.Won}, "丢单": {Outcome: throughline.LostUnknown},
}

// unnumbered takes away what numbers a stage: "F. Negotiations", "03 - Offer", "1-Qualify".
func unnumbered(word string) string {
	for i, r := range word {
		if i > 4 {
			break
		}
		if strings.ContainsRune(".:)-–_ ", r) && i > 0 {
			head := word[:i]
			if len(head) == 1 || strings.Trim(head, "0123456789") == "" || len(head) < 4 && strings.ContainsAny(head, "0123456789") {
				if rest := strings.TrimLeft(word[i:], ".:)-–_ "); rest != "" {
					return rest
				}
			}
			break
		}
	}
	return word
}

// words fills in what a table's words mean where the playbook does not know
// them and the files that ship do.
func (g *guesser) words(m *Mapping, stages, statuses, reasons []string) {
	any, _ := SystemOf("csv")
	v := vocabulary{book: g.book, from: []*System{any}}
	if g.system != nil {
		v.open = g.system.open
		if g.system != any {
			v.from = []*System{g.system, any}
		}
	}
	said := func(w string) bool { // by whoever corrected the mapping
		_, stage := m.Stages[w]
		_, ends := m.Outcomes[w]
		return stage || ends || slices.Contains(m.Open, w)
	}
	for _, w := range statuses {
		if said(w) {
			continue
		}
		if v.isOpen(w) {
			m.Open = append(m.Open, w)
		} else if e, ok := v.end(w, true); ok && !v.known(w) {
			set(&m.Outcomes, w, e)
		}
	}
	for _, w := range stages {
		if v.known(w) || said(w) {
			continue
		}
		if e, ok := v.end(w, false); ok {
			set(&m.Outcomes, w, e)
		} else if st, ok := v.stage(w); ok {
			set(&m.Stages, w, playbook.MappedStage{Stage: st.Stage})
		}
	}
	for _, w := range reasons {
		if e, ok := v.end(w, false); ok && !v.known(w) && !said(w) && e.Outcome != throughline.Won {
			set(&m.Outcomes, w, e)
		}
	}
	slices.Sort(m.Open)
	m.Open = slices.Compact(m.Open)
}

// vocabulary is what a CRM's words mean: by the playbook first, then by the
// files that ship for it, and for any table.
type vocabulary struct {
	book playbook.Mapping
	from []*System
	open []string
}

// known reports whether the playbook knows a word by itself.
func (v vocabulary) known(w string) bool {
	_, _, ok := intake.StageMeaning(v.book, w)
	return ok
}

func (v vocabulary) isOpen(w string) bool {
	return slices.ContainsFunc(v.open, func(o string) bool { return foldHead(o) == foldHead(w) })
}

// end gives how a deal ended that has the word.
func (v vocabulary) end(w string, status bool) (playbook.MappedEnd, bool) {
	for _, word := range []string{w, unnumbered(w)} {
		if e, ok := v.book.Outcomes[playbook.Fold(word)]; ok {
			return e, true
		}
		if !status && word != "" && strings.Trim(word, "0123456789") == "" {
			continue // the number of a state; a stage has numbers of its own
		}
		for _, s := range v.from {
			to, ok := s.ends[foldHead(word)]
			if !ok {
				continue
			}
			if e, ok := v.book.Outcomes[playbook.Fold(to)]; ok {
				return e, true
			}
			e, ok := fallback[to]
			return e, ok
		}
	}
	return playbook.MappedEnd{}, false
}

// stage gives the stage of ours that a word stands for.
func (v vocabulary) stage(w string) (playbook.MappedStage, bool) {
	for _, word := range []string{w, unnumbered(w)} {
		if st, ok := v.book.Stages[playbook.Fold(word)]; ok {
			return st, true
		}
		for _, s := range v.from {
			if to, ok := s.stages[foldHead(word)]; ok {
				if st, ok := v.book.Stages[playbook.Fold(to)]; ok {
					return st, true
				}
			}
		}
	}
	return playbook.MappedStage{}, false
}
