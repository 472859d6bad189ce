package mining

import (
	"cmp"
	"slices"
)

// spot is a node of the layout, or a bend in an edge that crosses layers.
type spot struct {
	node     int // place in Nodes, MapStart or MapEnd; bends have the edge's
	bend     bool
	layer    int
	pos      float64
	x, y     float64
	w, h     float64
	up, down []int // neighbouring spots in the layers above and below
}

// route is an edge on its way through the layers: spots from top to bottom.
type route struct {
	edge  int
	spots []int
	back  bool // drawn from bottom to top
	loop  bool
}

// layout places a map: layers by the longest path along the usual order of
// activities, order in a layer by barycentres, then room for everything.
type layout struct {
	m      *Map
	spots  []spot
	at     map[int]int // node -> spot
	layers [][]int
	routes []route
	width  float64
	height float64
}

// Measures of the picture, in CSS pixels.
const (
	boxWide   = 168.0
	lineHigh  = 17.0
	layerGap  = 56.0
	spotGap   = 26.0
	bendWide  = 30.0
	edgeInset = 18.0
)

func lay(m *Map, boxHigh func(node int) (w, h float64)) *layout {
	y := &layout{m: m, at: map[int]int{}}
	add := func(node int) {
		w, h := boxHigh(node)
		y.at[node] = len(y.spots)
		y.spots = append(y.spots, spot{node: node, w: w, h: h})
	}
	add(MapStart)
	for i := range m.Nodes { // in their sequence: a step forward goes to a later spot
		add(i)
		y.spots[y.at[i]].layer = 1
	}
	add(MapEnd)
	y.layer()
	y.bends()
	y.order()
	y.place()
	return y
}

// layer gives each spot the length of the longest way to it.
func (y *layout) layer() {
	for range y.spots { // enough rounds for the longest path; spots are in order, so one is
		moved := false
		for _, e := range y.m.Edges {
			a, b := y.at[e.From], y.at[e.To]
			if a < b && y.spots[b].layer <= y.spots[a].layer {
				y.spots[b].layer = y.spots[a].layer + 1
				moved = true
			}
		}
		if !moved {
			break
		}
	}
	end := y.at[MapEnd]
	for i := range y.spots {
		y.spots[end].layer = max(y.spots[end].layer, y.spots[i].layer+b2i(i != end))
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// bends cuts edges that cross layers into pieces.
func (y *layout) bends() {
	for i, e := range y.m.Edges {
		a, b := y.at[e.From], y.at[e.To]
		r := route{edge: i, loop: a == b}
		if r.loop {
			r.spots = []int{a}
			y.routes = append(y.routes, r)
			continue
		}
		if a > b {
			a, b, r.back = b, a, true
		}
		if y.spots[a].layer == y.spots[b].layer { // a step back between neighbours
			r.spots = []int{a, b}
			y.routes = append(y.routes, r)
			continue
		}
		if y.spots[a].layer > y.spots[b].layer {
			a, b, r.back = b, a, !r.back
		}
		r.spots = []int{a}
		for l := y.spots[a].layer + 1; l < y.spots[b].layer; l++ {
			r.spots = append(r.spots, len(y.spots))
			y.spots = append(y.spots, spot{node: e.From, bend: true, layer: l, w: bendWide})
		}
		r.spots = append(r.spots, b)
		for k := 1; k < len(r.spots); k++ {
			u, v := r.spots[k-1], r.spots[k]
			y.spots[u].down = append(y.spots[u].down, v)
			y.spots[v].up = append(y.spots[v].up, u)
		}
		y.routes = append(y.routes, r)
	}
}

// order sorts each layer by the mean place of its neighbours, down and up a
// few times. Source: Sugiyama, Tagawa and Toda 1981.
func (y *layout) order() {
	for i, s := range y.spots {
		for len(y.layers) <= s.layer {
			y.layers = append(y.layers, nil)
		}
		y.layers[s.layer] = append(y.layers[s.layer], i)
	}
	number := func(layer []int) {
		for k, i := range layer {
			y.spots[i].pos = float64(k) - float64(len(layer)-1)/2
		}
	}
	for _, l := range y.layers {
		number(l)
	}
	sweep := func(layer []int, near func(s *spot) []int) {
		mean := map[int]float64{}
		for _, i := range layer {
			mean[i] = y.spots[i].pos
			if ns := near(&y.spots[i]); len(ns) > 0 {
				sum := 0.0
				for _, n := range ns {
					sum += y.spots[n].pos
				}
				mean[i] = sum / float64(len(ns))
			}
		}
		slices.SortStableFunc(layer, func(a, b int) int { return cmp.Compare(mean[a], mean[b]) })
		number(layer)
	}
	best, least := y.copyLayers(), y.crossings()
	for range 12 {
		for k := 1; k < len(y.layers); k++ {
			sweep(y.layers[k], func(s *spot) []int { return s.up })
		}
		for k := len(y.layers) - 2; k >= 0; k-- {
			sweep(y.layers[k], func(s *spot) []int { return s.down })
		}
		if n := y.crossings(); n < least {
			best, least = y.copyLayers(), n
		}
	}
	y.layers = best
	for _, l := range y.layers {
		number(l)
	}
}

func (y *layout) copyLayers() [][]int {
	out := make([][]int, len(y.layers))
	for i, l := range y.layers {
		out[i] = slices.Clone(l)
	}
	return out
}

// crossings counts pairs of pieces that cross.
func (y *layout) crossings() int {
	n := 0
	for k := range y.layers {
		var pieces [][2]float64
		for _, i := range y.layers[k] {
			for _, d := range y.spots[i].down {
				pieces = append(pieces, [2]float64{y.spots[i].pos, y.spots[d].pos})
			}
		}
		for i, a := range pieces {
			for _, b := range pieces[i+1:] {
				if (a[0]-b[0])*(a[1]-b[1]) < 0 {
					n++
				}
			}
		}
	}
	return n
}

// place turns order into coordinates: each spot as near to its neighbours as
// those beside it allow.
func (y *layout) place() {
	top := edgeInset
	for _, layer := range y.layers {
		high := 0.0
		x := 0.0
		for _, i := range layer {
			s := &y.spots[i]
			s.x = x + s.w/2
			x += s.w + spotGap
			high = max(high, s.h)
		}
		for _, i := range layer {
			y.spots[i].y = top + high/2
			y.spots[i].x -= x / 2
		}
		top += high + layerGap
	}
	for range 40 {
		for k := range y.layers {
			y.pull(y.layers[k])
		}
		for k := len(y.layers) - 1; k >= 0; k-- {
			y.pull(y.layers[k])
		}
	}
	left, right := 0.0, 0.0
	for i, s := range y.spots {
		if i == 0 || s.x-s.w/2 < left {
			left = s.x - s.w/2
		}
		if i == 0 || s.x+s.w/2 > right {
			right = s.x + s.w/2
		}
	}
	for i := range y.spots {
		y.spots[i].x += edgeInset - left
	}
	for _, r := range y.routes { // a loop needs room on the right
		if r.loop {
			s := y.spots[r.spots[0]]
			right = max(right, s.x+s.w/2+34+left-edgeInset)
		}
	}
	y.width, y.height = right-left+2*edgeInset, top-layerGap+edgeInset
}

// pull moves the spots of a layer towards their neighbours without changing
// their order or letting them touch. Bends count most, so that long ways are straight.
func (y *layout) pull(layer []int) {
	want := make([]float64, len(layer))
	for k, i := range layer {
		s := &y.spots[i]
		sum, n := 0.0, 0.0
		for _, list := range [][]int{s.up, s.down} {
			for _, o := range list {
				weight := 1.0
				if s.bend && y.spots[o].bend {
					weight = 4
				}
				sum += weight * y.spots[o].x
				n += weight
			}
		}
		want[k] = s.x
		if n > 0 {
			want[k] = sum / n
		}
	}
	// pool neighbours that want to overlap: the mean place of the pool is the best for all
	type pool struct {
		first, n int
		at       float64
	}
	var pools []pool
	offset := make([]float64, len(layer))
	for k := 1; k < len(layer); k++ {
		a, b := y.spots[layer[k-1]], y.spots[layer[k]]
		offset[k] = offset[k-1] + a.w/2 + spotGap + b.w/2
	}
	for k := range layer {
		p := pool{k, 1, want[k] - offset[k]}
		for len(pools) > 0 && pools[len(pools)-1].at > p.at {
			q := pools[len(pools)-1]
			pools = pools[:len(pools)-1]
			p = pool{q.first, q.n + p.n, (q.at*float64(q.n) + p.at*float64(p.n)) / float64(q.n+p.n)}
		}
		pools = append(pools, p)
	}
	for _, p := range pools {
		for k := p.first; k < p.first+p.n; k++ {
			y.spots[layer[k]].x = p.at + offset[k]
		}
	}
}
