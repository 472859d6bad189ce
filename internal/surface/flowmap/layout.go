package flowmap

import (
	"cmp"
	"math"
	"slices"

	"github.com/throughline/throughline/internal/surface/pen"
)

// spot is something that has a place of its own in a layer: an activity, an
// end, or a piece of a way that passes, with its words beside it or without.
// Nothing else ever stands within its room.
type spot struct {
	node  int // place in Nodes, Start or End; of a piece that passes: not
	way   int // of a piece that passes; else -1
	label string
	layer int
	pos   int     // in the layer
	x     float64 // left edge
	w, h  float64
	line  float64 // where the way runs, from the left edge
	main  bool    // on the way most take, which is drawn straight
	above []piece
	below []piece
}

// piece joins a spot to one in the next layer.
type piece struct {
	way, to  int     // the other spot
	off      float64 // where it leaves this spot, from its left edge
	offThere float64 // and where it arrives at the other
}

// trail is a way with the spots it goes through, from top to bottom.
type trail struct {
	way   int
	spots []int
	back  bool // drawn from bottom to top
}

type layout struct {
	m             *Map
	s             *shape
	spots         []spot
	rank          []int // of the first len(Nodes)+2 spots, in activities
	trails        []trail
	layers        [][]int
	loops         map[int]int // activity -> its way to itself
	main          map[int]bool
	lines         map[int][]string
	tops, highs   []float64 // of layers
	width, height float64
}

// Room around things.
const (
	edge     = 10.0 // above and below
	portGap  = 7.0
	labelPad = 5.0
)

// lay places a map. The first spot is the start, then come the activities in
// their usual order, then the end: a way to a later spot goes down.
// Source of the method: Sugiyama, Tagawa and Toda 1981, with words as nodes of
// their own as in Gansner, Koutsofios, North and Vo 1993.
func lay(m *Map, s *shape) *layout {
	y := &layout{m: m, s: s, loops: map[int]int{}, main: map[int]bool{}, lines: map[int][]string{}}
	y.spots = append(y.spots, spot{node: Start, way: -1})
	for i := range m.Nodes {
		y.spots = append(y.spots, spot{node: i, way: -1})
	}
	y.spots = append(y.spots, spot{node: End, way: -1})
	y.ranks()
	y.pass()
	y.mainWay()
	y.order()
	y.measure()
	y.spread()
	y.stack()
	return y
}

// at gives the spot of an activity or an end.
func (y *layout) at(node int) int {
	switch node {
	case Start:
		return 0
	case End:
		return len(y.m.Nodes) + 1
	}
	return node + 1
}

// thick is how wide a way is drawn.
func (y *layout) thick(way int) float64 {
	return max(y.s.widest*min(y.m.Ways[way].Share, 1), 1.2)
}

// tip is how long the tip of a way is.
func (y *layout) tip(way int) float64 { return 6.5 + 0.3*y.thick(way) }

// ranks gives each activity a layer: below everything earlier that it is
// joined to, and as near as may be to where more of its ways lead.
func (y *layout) ranks() {
	n := len(y.m.Nodes) + 2
	y.rank = make([]int, n)
	up, dn := make([][]int, n), make([][]int, n)
	in, out := make([]float64, n), make([]float64, n)
	for _, w := range y.m.Ways {
		a, b := y.at(w.From), y.at(w.To)
		if a == b {
			continue
		}
		if a > b {
			a, b = b, a
		}
		dn[a], up[b] = append(dn[a], b), append(up[b], a)
		out[a] += w.Share
		in[b] += w.Share
	}
	full := map[int]int{}
	for i := 1; i < n; i++ {
		for _, u := range up[i] {
			y.rank[i] = max(y.rank[i], y.rank[u]+1)
		}
		y.rank[i] = max(y.rank[i], 1)
		if i == n-1 {
			for k := range n - 1 {
				y.rank[i] = max(y.rank[i], y.rank[k]+1)
			}
			break
		}
		for full[y.rank[i]] >= y.s.beside {
			y.rank[i]++
		}
		full[y.rank[i]]++
	}
	if y.s.beside == 1 {
		for i := range n {
			y.rank[i] = i
		}
		return
	}
	for i := n - 2; i > 0; i-- {
		low := y.rank[n-1] - 1
		for _, d := range dn[i] {
			low = min(low, y.rank[d]-1)
		}
		if out[i] <= in[i] || len(dn[i]) == 0 {
			continue
		}
		for low > y.rank[i] && full[low] >= y.s.beside {
			low--
		}
		full[y.rank[i]]--
		y.rank[i] = max(low, y.rank[i])
		full[y.rank[i]]++
	}
	used := slices.Compact(slices.Sorted(slices.Values(y.rank)))
	for i, r := range y.rank {
		y.rank[i] = slices.Index(used, r)
	}
}

// pass gives each way a spot in every layer that it crosses. Its words stand in
// the layer right after the activity it comes from.
func (y *layout) pass() {
	last := slices.Max(y.rank)
	worded := make([]bool, last+1) // whether words stand below a layer of activities
	type run struct{ top, bottom, words int }
	runs := make([]run, len(y.m.Ways))
	for i, w := range y.m.Ways {
		a, b := y.at(w.From), y.at(w.To)
		if a == b {
			if w.From >= 0 {
				y.loops[w.From] = i
			}
			continue
		}
		r := run{a, b, -1}
		if a > b {
			r.top, r.bottom = b, a
		}
		if w.Words != "" {
			r.words = y.rank[a]
			if a > b {
				r.words--
			}
			worded[r.words] = true
		}
		runs[i] = r
	}
	place, n := make([]int, last+1), 0 // layers of activities among all
	for r := range place {
		place[r] = n
		n++
		if worded[r] {
			n++
		}
	}
	for i := range y.rank {
		y.spots[i].layer = place[y.rank[i]]
	}
	for i, w := range y.m.Ways {
		r := runs[i]
		if w.From == w.To {
			continue
		}
		t := trail{way: i, back: y.at(w.From) > y.at(w.To), spots: []int{r.top}}
		for l := y.spots[r.top].layer + 1; l < y.spots[r.bottom].layer; l++ {
			s := spot{node: math.MinInt, way: i, layer: l, line: labelPad/2 + y.thick(i)/2}
			s.w = y.thick(i) + labelPad
			if r.words >= 0 && l == place[r.words]+1 {
				s.label = w.Words
				s.w += pen.Width(w.Words, y.s.noteSize) + 1.6*labelPad
				s.h = y.s.labelHigh
			}
			t.spots = append(t.spots, len(y.spots))
			y.spots = append(y.spots, s)
		}
		t.spots = append(t.spots, r.bottom)
		for k := 1; k < len(t.spots); k++ {
			u, v := t.spots[k-1], t.spots[k]
			y.spots[u].below = append(y.spots[u].below, piece{way: i, to: v})
			y.spots[v].above = append(y.spots[v].above, piece{way: i, to: u})
		}
		y.trails = append(y.trails, t)
	}
	y.layers = make([][]int, n)
	for i, s := range y.spots {
		y.layers[s.layer] = append(y.layers[s.layer], i)
	}
}

// mainWay follows the heaviest way down from the start.
func (y *layout) mainWay() {
	at := 0
	for range y.spots {
		best := -1
		for k, t := range y.trails {
			if t.back || t.spots[0] != at {
				continue
			}
			if best < 0 || y.m.Ways[t.way].Share > y.m.Ways[y.trails[best].way].Share {
				best = k
			}
		}
		if best < 0 {
			return
		}
		y.main[y.trails[best].way] = true
		for _, i := range y.trails[best].spots {
			y.spots[i].main = true
		}
		at = y.trails[best].spots[len(y.trails[best].spots)-1]
	}
}

// order sorts each layer so that few ways cross: by the mean place of the
// neighbours, down and up, then by exchanging those beside each other.
func (y *layout) order() {
	y.number()
	best, least := y.copyLayers(), y.crossings()
	for round := range 16 {
		for k := range y.layers {
			l := k
			if round%2 == 1 {
				l = len(y.layers) - 1 - k
			}
			y.sweep(y.layers[l], round%2 == 0)
		}
		y.exchange()
		if n := y.crossings(); n < least {
			best, least = y.copyLayers(), n
		}
	}
	y.layers = best
	y.number()
}

func (y *layout) copyLayers() [][]int {
	out := make([][]int, len(y.layers))
	for i, l := range y.layers {
		out[i] = slices.Clone(l)
	}
	return out
}

func (y *layout) number() {
	for _, l := range y.layers {
		for k, i := range l {
			y.spots[i].pos = k
		}
	}
}

func (y *layout) sweep(layer []int, above bool) {
	mean := make(map[int]float64, len(layer))
	for _, i := range layer {
		near := y.spots[i].below
		if above {
			near = y.spots[i].above
		}
		mean[i] = float64(y.spots[i].pos)
		if len(near) == 0 {
			continue
		}
		sum, weight := 0.0, 0.0
		for _, p := range near {
			w := 0.05 + y.m.Ways[p.way].Share
			// places count from the middle, so that layers of unlike length fit
			sum += w * (float64(y.spots[p.to].pos) - float64(len(y.layers[y.spots[p.to].layer])-1)/2)
			weight += w
		}
		mean[i] = sum/weight + float64(len(layer)-1)/2
	}
	slices.SortStableFunc(layer, func(a, b int) int { return cmp.Compare(mean[a], mean[b]) })
	for k, i := range layer {
		y.spots[i].pos = k
	}
}

// exchange swaps neighbours where that takes away a crossing.
func (y *layout) exchange() {
	for range 4 {
		moved := false
		for _, layer := range y.layers {
			for k := 1; k < len(layer); k++ {
				a, b := layer[k-1], layer[k]
				now := y.between(y.spots[a].above, y.spots[b].above) + y.between(y.spots[a].below, y.spots[b].below)
				then := y.between(y.spots[b].above, y.spots[a].above) + y.between(y.spots[b].below, y.spots[a].below)
				if then < now {
					layer[k-1], layer[k] = b, a
					y.spots[a].pos, y.spots[b].pos = k, k-1
					moved = true
				}
			}
		}
		if !moved {
			return
		}
	}
}

// between is how much crosses where one spot is left of another; wide ways
// count more.
func (y *layout) between(left, right []piece) float64 {
	n := 0.0
	for _, p := range left {
		for _, q := range right {
			if y.spots[p.to].pos > y.spots[q.to].pos {
				n += (0.1 + y.m.Ways[p.way].Share) * (0.1 + y.m.Ways[q.way].Share)
			}
		}
	}
	return n
}

func (y *layout) crossings() float64 {
	n := 0.0
	for _, layer := range y.layers {
		for k, a := range layer {
			for _, b := range layer[k+1:] {
				n += y.between(y.spots[a].below, y.spots[b].below)
			}
		}
	}
	return n
}
