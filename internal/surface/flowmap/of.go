package flowmap

import (
	"fmt"

	"github.com/throughline/throughline/internal/mining"
)

// Words are the caller's, so that a picture speaks the language of its page.
type Words struct {
	ID          string
	Title, Desc string
	Start, End  string
	Name        func(activity string) string     // nil: as it is
	Cases       func(n int) string               // how many have an activity, or take a way
	Days        func(days float64) string        // the wait on a way; nil: not shown
	Shares      func(here, there float64) string // of two groups that are compared
	Link        func(from, to string) string     // opens the cases of a way; nil: no links
	Left        func(n int) string               // as in Map
	Alone       bool
}

// Of makes the map that is drawn from the one that was counted. Where two
// groups were compared, a way is as wide as the greater of its two shares.
func Of(m *mining.Map, w Words) Map {
	if w.Name == nil {
		w.Name = func(name string) string { return name }
	}
	out := Map{ID: w.ID, Title: w.Title, Desc: w.Desc, Start: w.Start, End: w.End, Left: w.Left, Alone: w.Alone}
	said := func(cases, other int) string {
		if m.Other > 0 && m.Cases > 0 && w.Shares != nil {
			return w.Shares(part(cases, m.Cases), part(other, m.Other))
		}
		return w.Cases(cases)
	}
	for _, n := range m.Nodes {
		node := Node{Name: w.Name(n.Name), Note: said(n.Cases, n.Other), Kind: kindOf(n.Differ)}
		node.Title = node.Name + ": " + node.Note
		out.Nodes = append(out.Nodes, node)
	}
	name := func(i int) string {
		switch i {
		case mining.MapStart:
			return w.Start
		case mining.MapEnd:
			return w.End
		}
		return out.Nodes[i].Name
	}
	for _, e := range m.Edges {
		if e.Cases == 0 && e.Other == 0 {
			continue
		}
		way := Way{From: e.From, To: e.To, Kind: kindOf(e.Differ), Words: said(e.Cases, e.Other)}
		way.Share = max(part(e.Cases, m.Cases), part(e.Other, m.Other))
		if m.Other == 0 && w.Days != nil && e.From >= 0 && e.To >= 0 {
			way.Short = way.Words
			way.Words += " · " + w.Days(e.Days)
		}
		way.Title = fmt.Sprintf("%s → %s: %s", name(e.From), name(e.To), way.Words)
		if w.Link != nil {
			way.Href = w.Link(m.NodeName(e.From), m.NodeName(e.To))
		}
		out.Ways = append(out.Ways, way)
	}
	return out
}

func part(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

func kindOf(differ float64) Kind {
	switch {
	case differ > 0:
		return More
	case differ < 0:
		return Less
	}
	return Same
}
