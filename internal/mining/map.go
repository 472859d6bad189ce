package mining

import (
	"cmp"
	"math"
	"slices"

	"github.com/throughline/throughline/internal/eventlog"
)

// MapSettings say how much of a process map to show; the zero value shows the
// activities of 95 % of events and the steps of 80 %.
type MapSettings struct {
	Activities float64  // share of events whose activities are shown
	Steps      float64  // share of steps that are shown; each activity keeps its strongest way in and out
	Most       int      // activities at most; 0 is 40
	Only       []string // activities considered; nil: all
}

// Map is the process map: activities, and the steps between those shown. What
// is not shown is passed over, so that a step may lead across it.
// docs/methods/mining-map.md.
type Map struct {
	Cases  int       `json:"cases"`
	Other  int       `json:"other_cases,omitempty"` // of the second selection, where two are compared
	Nodes  []MapNode `json:"nodes"`
	Edges  []MapEdge `json:"edges"`
	Hidden MapHidden `json:"hidden"`
}

// MapHidden counts what simplification left out.
type MapHidden struct {
	Activities int     `json:"activities"`
	Events     float64 `json:"events_share"`
	Edges      int     `json:"edges"`
	Steps      float64 `json:"steps_share"`
}

// The ends of a map: what comes before the first and after the last activity.
const (
	MapStart = -1
	MapEnd   = -2
)

// MapNode is an activity. Order is its usual place in a case, from 0 to 1;
// nodes stand in the order that has the fewest steps back.
type MapNode struct {
	Name   string  `json:"name"`
	Events int     `json:"events"`
	Cases  int     `json:"cases"`
	Order  float64 `json:"order"`
	Worked float64 `json:"days_worked_median,omitempty"` // from start to end without pauses, where events say
	Other  int     `json:"other_cases,omitempty"`
	Differ float64 `json:"differs,omitempty"` // share of cases here less share there, where that is no chance
	code   uint32
}

// MapEdge is a step from one node to the next shown; From and To are places in
// Nodes, MapStart or MapEnd. Days is the median wait: from the end of the one to
// the start of the other, nothing where they overlap.
type MapEdge struct {
	From   int     `json:"from"`
	To     int     `json:"to"`
	Count  int     `json:"count"`
	Cases  int     `json:"cases"`
	Days   float64 `json:"days_median"`
	Other  int     `json:"other_cases,omitempty"`
	Differ float64 `json:"differs,omitempty"`
	all    int     // steps of all cases drawn
}

// drawn is what a walk over the shown activities counts.
type drawn struct {
	steps  map[[2]int]*tread
	nodes  []MapNode
	worked [][]int64 // of each node
}

type tread struct {
	count, cases, last int
	waits              []int64
}

// Draw makes the map of some cases. other, where not nil, is compared: its
// cases are counted on the same steps, and a difference in the share of cases
// that cannot be chance (95 % interval of Newcombe 1998) is marked.
func Draw(l *eventlog.Log, s, other eventlog.Selection, set MapSettings) *Map {
	if set.Activities <= 0 {
		set.Activities = 0.95
	}
	if set.Steps <= 0 {
		set.Steps = 0.8
	}
	if set.Most <= 0 {
		set.Most = 40
	}
	both := s
	if other != nil {
		both = append(slices.Clone(s), other...)
	}
	m := &Map{Cases: len(s), Other: len(other)}
	d := l.Doings()
	place := m.choose(d.Log, both, set)
	here := tramp(d, s, place, len(m.Nodes))
	all := here
	var there *drawn
	if other != nil {
		there = tramp(d, other, place, len(m.Nodes))
		all = tramp(d, both, place, len(m.Nodes))
	}
	for i := range m.Nodes {
		n := &m.Nodes[i]
		n.Events, n.Cases, n.Worked = here.nodes[i].Events, here.nodes[i].Cases, days(eventlog.Quantile(here.worked[i], 0.5))
		n.Order = all.nodes[i].Order
		if there != nil {
			n.Other = there.nodes[i].Cases
			n.Differ = apart(n.Cases, m.Cases, n.Other, m.Other)
		}
	}
	m.edges(all, here, there, set.Steps)
	m.sequence()
	return m
}

// choose picks the activities to show, most events first, and gives each
// activity code its place, -1 where hidden.
func (m *Map) choose(l *eventlog.Log, s eventlog.Selection, set MapSettings) []int {
	place := make([]int, l.Activities().Len())
	for i := range place {
		place[i] = -1
	}
	sum := l.Summary(s)
	if set.Only != nil {
		sum.Events = 0
		sum.Activities = slices.DeleteFunc(
			sum.Activities,
			func(a eventlog.ActivityCount) bool { return !slices.Contains(set.Only, l.ActivityName(a.Activity)) },
		)
		for _, a := range sum.Activities {
			sum.Events += a.Count
		}
	}
	seen := 0
	for _, a := range sum.Activities {
		if float64(seen) >= set.Activities*float64(sum.Events) || len(m.Nodes) >= set.Most {
			m.Hidden.Activities++
			m.Hidden.Events += float64(a.Count) / float64(sum.Events)
			continue
		}
		seen += a.Count
		place[a.Activity] = len(m.Nodes)
		m.Nodes = append(m.Nodes, MapNode{Name: l.ActivityName(a.Activity), code: a.Activity})
	}
	return place
}

// tramp walks the cases over the shown activities.
func tramp(l *eventlog.Doings, s eventlog.Selection, place []int, nodes int) *drawn {
	d := &drawn{steps: map[[2]int]*tread{}, nodes: make([]MapNode, nodes), worked: make([][]int64, nodes)}
	last := make([]int, nodes)
	act, times := l.Activity(), l.Times()
	for i, c := range s {
		stamp := i + 1
		lo, hi := l.Span(int(c))
		at, when := MapStart, eventlog.NoTime
		step := func(to int, t, until int64) {
			k := [2]int{at, to}
			e := d.steps[k]
			if e == nil {
				e = &tread{}
				d.steps[k] = e
			}
			e.count++
			if e.last != stamp {
				e.last = stamp
				e.cases++
			}
			if when != eventlog.NoTime && t != eventlog.NoTime {
				e.waits = append(e.waits, max(t-when, 0))
			}
			at, when = to, until
		}
		for e := lo; e < hi; e++ {
			p := place[act[e]]
			if p < 0 {
				continue
			}
			n := &d.nodes[p]
			n.Events++
			n.Order += (float64(e-lo) + 0.5) / float64(hi-lo)
			if last[p] != stamp {
				last[p] = stamp
				n.Cases++
			}
			if l.Worked != nil && l.Worked[e] != eventlog.NoTime {
				d.worked[p] = append(d.worked[p], l.Worked[e])
			}
			step(p, times[e], l.End(e))
		}
		if at != MapStart {
			step(MapEnd, eventlog.NoTime, eventlog.NoTime)
		}
	}
	for i := range d.nodes {
		if n := &d.nodes[i]; n.Events > 0 {
			n.Order /= float64(n.Events)
		}
	}
	return d
}

// edges keeps the steps that carry the share, and each activity's strongest
// way in and out, so that nothing hangs in the air.
func (m *Map) edges(all, here, there *drawn, share float64) {
	keys := make([][2]int, 0, len(all.steps))
	total := 0
	for k, e := range all.steps {
		keys = append(keys, k)
		total += e.count
	}
	slices.SortFunc(keys, func(a, b [2]int) int {
		return cmp.Or(cmp.Compare(all.steps[b].count, all.steps[a].count), cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	})
	kept, seen := map[[2]int]bool{}, 0
	in, out := map[int]bool{}, map[int]bool{}
	for _, k := range keys {
		strongest := k[0] != k[1] && (!out[k[0]] || !in[k[1]])
		if k[0] != k[1] {
			out[k[0]], in[k[1]] = true, true
		}
		if strongest || float64(seen) < share*float64(total) {
			kept[k] = true
			seen += all.steps[k].count
		}
	}
	for _, k := range keys {
		if !kept[k] {
			m.Hidden.Edges++
			m.Hidden.Steps += float64(all.steps[k].count) / float64(total)
			continue
		}
		e := MapEdge{From: k[0], To: k[1], all: all.steps[k].count}
		if h := here.steps[k]; h != nil {
			e.Count, e.Cases, e.Days = h.count, h.cases, days(eventlog.Quantile(h.waits, 0.5))
		}
		if there != nil {
			if o := there.steps[k]; o != nil {
				e.Other = o.cases
			}
			e.Differ = apart(e.Cases, m.Cases, e.Other, m.Other)
		}
		m.Edges = append(m.Edges, e)
	}
}

// sequence puts the nodes in an order with few steps back: from their usual
// places, each is moved to where it has the fewest, until none moves. (To find
// the fewest of all is hard; this is the usual way to few.)
func (m *Map) sequence() {
	n := len(m.Nodes)
	weight := make([][]int, n)
	for i := range weight {
		weight[i] = make([]int, n)
	}
	for _, e := range m.Edges {
		if e.From >= 0 && e.To >= 0 {
			weight[e.From][e.To] += e.all
		}
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(m.Nodes[a].Order, m.Nodes[b].Order) })
	for range 20 {
		moved := false
		for _, v := range slices.Clone(order) {
			at := slices.Index(order, v)
			best, least, cost := at, 0, 0
			for k := at - 1; k >= 0; k-- { // v before order[k]: steps from there to v turn back, those from v no longer do
				if cost += weight[order[k]][v] - weight[v][order[k]]; cost < least {
					best, least = k, cost
				}
			}
			cost = 0
			for k := at + 1; k < n; k++ {
				if cost += weight[v][order[k]] - weight[order[k]][v]; cost < least {
					best, least = k, cost
				}
			}
			if best != at {
				order = slices.Insert(slices.Delete(order, at, at+1), best, v)
				moved = true
			}
		}
		if !moved {
			break
		}
	}
	place := make([]int, n)
	nodes := make([]MapNode, n)
	for k, i := range order {
		place[i], nodes[k] = k, m.Nodes[i]
	}
	m.Nodes = nodes
	for i := range m.Edges {
		e := &m.Edges[i]
		if e.From >= 0 {
			e.From = place[e.From]
		}
		if e.To >= 0 {
			e.To = place[e.To]
		}
	}
}

// apart gives the difference of two shares, 0 where its 95 % interval holds 0.
// Source: Newcombe 1998, method 10.
func apart(a, n, b, m int) float64 {
	if n == 0 || m == 0 {
		return 0
	}
	p, q := float64(a)/float64(n), float64(b)/float64(m)
	al, au := wilson(p, float64(n))
	bl, bu := wilson(q, float64(m))
	d := p - q
	if d-math.Hypot(p-al, bu-q) <= 0 && d+math.Hypot(au-p, q-bl) >= 0 {
		return 0
	}
	return d
}

// Behind gives the cases that take a step of the map, or, with to "*", that
// have an activity; "" stands for the beginning and the end.
func (m *Map) Behind(of *eventlog.Log, s eventlog.Selection, from, to string) eventlog.Selection {
	l := of.Doings()
	shown := make([]bool, l.Activities().Len())
	for _, n := range m.Nodes {
		shown[n.code] = true
	}
	var out eventlog.Selection
	for _, c := range s {
		lo, hi := l.Span(int(c))
		at := ""
		begun, found := false, false
		for _, a := range l.Activity()[lo:hi] {
			if !shown[a] {
				continue
			}
			name := l.ActivityName(a)
			found = found || at == from && name == to && (begun || from == "") || to == "*" && name == from
			at, begun = name, true
		}
		if found || begun && at == from && to == "" {
			out = append(out, c)
		}
	}
	return out
}

// NodeName gives the name of a place of the map, "" for its ends.
func (m *Map) NodeName(i int) string {
	if i < 0 {
		return ""
	}
	return m.Nodes[i].Name
}
