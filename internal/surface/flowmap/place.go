package flowmap

import (
	"cmp"
	"math"
	"slices"

	"github.com/throughline/throughline/internal/surface/pen"
)

// measure gives activities their size and each way its place on their edges.
func (y *layout) measure() {
	for i := range len(y.m.Nodes) + 2 {
		s := &y.spots[i]
		ports := max(y.ports(s.above), y.ports(s.below))
		if s.node < 0 {
			word := y.m.Start
			if s.node == End {
				word = y.m.End
			}
			s.w, s.h = max(2*ports+12, pen.Width(word, y.s.noteSize)+8), 24 // room for the main way in the middle
		} else {
			n := y.m.Nodes[s.node]
			y.lines[s.node] = pen.Wrap(n.Name, y.s.size, y.s.box-20, 3)
			s.w = min(max(y.s.box, ports+10), 1.4*y.s.box)
			s.h = 16 + (y.s.size+4)*float64(len(y.lines[s.node])) + y.s.noteSize + 3
			if l, ok := y.loops[s.node]; ok && !y.besideNote(s.node, l) {
				s.h += y.s.noteSize + 5
			}
		}
		s.line = s.w / 2
		y.fit(i, s.above)
		y.fit(i, s.below)
	}
	for i := range y.spots { // the other ends of the pieces
		for _, side := range [][]piece{y.spots[i].above, y.spots[i].below} {
			for k := range side {
				if y.spots[i].way >= 0 {
					side[k].off = y.spots[i].line
				}
			}
		}
	}
	for i := range y.spots {
		for k, p := range y.spots[i].below {
			for j, q := range y.spots[p.to].above {
				if q.way == p.way {
					y.spots[i].below[k].offThere = q.off
					y.spots[p.to].above[j].offThere = p.off
				}
			}
		}
	}
}

// besideNote reports whether the way back to itself stands beside an
// activity's note, without a line of its own.
func (y *layout) besideNote(node, way int) bool {
	return pen.Width(y.m.Nodes[node].Note, y.s.noteSize)+pen.Width(y.m.Ways[way].Words, y.s.noteSize)+44 <= y.s.box
}

// ports is the room that ways need side by side.
func (y *layout) ports(side []piece) float64 {
	w := 0.0
	for _, p := range side {
		w += y.thick(p.way) + portGap
	}
	return w
}

// fit sets ways beside each other on the edge of an activity: the main or the
// widest in the middle, the others beside it in the order in which they go on.
func (y *layout) fit(i int, side []piece) {
	if len(side) == 0 {
		return
	}
	s := &y.spots[i]
	slices.SortStableFunc(side, func(a, b piece) int { return cmp.Compare(y.spots[a.to].pos, y.spots[b.to].pos) })
	heavy := 0
	for k, p := range side {
		if a, b := y.main[p.way], y.main[side[heavy].way]; a && !b || a == b && y.m.Ways[p.way].Share > y.m.Ways[side[heavy].way].Share {
			heavy = k
		}
	}
	squeeze := 1.0
	if all := y.ports(side); all > s.w-6 {
		squeeze = (s.w - 6) / all
	}
	x := 0.0
	for k := range side {
		half := (y.thick(side[k].way) + portGap) * squeeze / 2
		side[k].off = x + half
		x += 2 * half
	}
	shift := s.w/2 - side[heavy].off
	shift = max(min(shift, s.w-3-x), 3) // all stay on the edge
	for k := range side {
		side[k].off += shift
	}
}

// spread turns the order into places: each spot as near to where its ways want
// it as those beside it allow.
func (y *layout) spread() {
	for _, layer := range y.layers {
		x := 0.0
		for k, i := range layer {
			if k > 0 {
				x += y.gap(layer[k-1], i)
			}
			y.spots[i].x = x
			x += y.spots[i].w
		}
		for _, i := range layer {
			y.spots[i].x -= x / 2
		}
	}
	weight := y.weights()
	for range 60 {
		for k := range y.layers {
			y.pull(y.layers[k], weight)
		}
		for k := len(y.layers) - 1; k >= 0; k-- {
			y.pull(y.layers[k], weight)
		}
	}
	y.snap()
	for range 3 {
		for _, t := range y.trails {
			y.straighten(t)
		}
	}
	left, right := math.Inf(1), math.Inf(-1)
	for _, s := range y.spots {
		left, right = min(left, s.x), max(right, s.x+s.w)
	}
	for i := range y.spots {
		y.spots[i].x += y.s.edge - left
	}
	y.width = right - left + 2*y.s.edge
}

// gap is the room between two spots side by side.
func (y *layout) gap(a, b int) float64 {
	if y.spots[a].way < 0 && y.spots[b].way < 0 {
		return y.s.nodeGap
	}
	return y.s.passGap
}

// fixed is the weight of what does not move.
const fixed = 1e9

// weights say how straight each way wants to be: the wider the straighter.
func (y *layout) weights() []float64 {
	out := make([]float64, len(y.m.Ways))
	for _, t := range y.trails {
		out[t.way] = 0.15 + y.m.Ways[t.way].Share
	}
	return out
}

// pull moves the spots of a layer towards their neighbours without changing
// their order or letting them touch: neighbours that want to overlap are
// pooled, and the mean place of the pool is the best for all.
func (y *layout) pull(layer []int, weight []float64) {
	type pool struct {
		first, n   int
		at, weight float64
	}
	var pools []pool
	offset := make([]float64, len(layer))
	for k, i := range layer {
		s := &y.spots[i]
		if k > 0 {
			offset[k] = offset[k-1] + y.spots[layer[k-1]].w + y.gap(layer[k-1], i)
		}
		sum, all := s.x*0.001, 0.001
		if y.s.lined && s.way < 0 || !y.s.lined && s.main { // stays where it is, and others keep out of its way
			sum, all = -s.line*fixed, fixed
		}
		for _, side := range [][]piece{s.above, s.below} {
			for _, p := range side {
				w := weight[p.way]
				if s.way >= 0 && y.spots[p.to].way >= 0 {
					w *= 4 // a long way runs straight
				}
				sum += w * (y.spots[p.to].x + p.offThere - p.off)
				all += w
			}
		}
		p := pool{k, 1, sum/all - offset[k], all}
		for len(pools) > 0 && pools[len(pools)-1].at > p.at {
			q := pools[len(pools)-1]
			pools = pools[:len(pools)-1]
			p = pool{q.first, q.n + p.n, (q.at*q.weight + p.at*p.weight) / (q.weight + p.weight), q.weight + p.weight}
		}
		pools = append(pools, p)
	}
	for _, p := range pools {
		for k := p.first; k < p.first+p.n; k++ {
			y.spots[layer[k]].x = p.at + offset[k]
		}
	}
}

// near is from how far a spot moves to where its widest way comes straight down.
const near = 18.0

// snap takes away small bends, from top to bottom.
func (y *layout) snap() {
	for _, layer := range y.layers {
		for _, i := range layer {
			s := &y.spots[i]
			if len(s.above) == 0 || s.main || y.s.lined && s.way < 0 {
				continue
			}
			p := s.above[0]
			for _, q := range s.above {
				if y.m.Ways[q.way].Share > y.m.Ways[p.way].Share {
					p = q
				}
			}
			by := y.spots[p.to].x + p.offThere - s.x - p.off
			lo, hi := y.free(i)
			if at := s.x + s.line + by; math.Abs(by) < near && lo <= at && at <= hi {
				s.x += by
			}
		}
	}
}

// straighten lets the pieces of a long way stand above each other, as many as
// those beside them allow, where its end or else its beginning is.
func (y *layout) straighten(t trail) {
	n := len(t.spots)
	if n < 3 {
		return
	}
	ends := func(node int, side []piece) float64 { return y.spots[node].x + y.off(side, t.way) }
	from, to := ends(t.spots[0], y.spots[t.spots[0]].below), ends(t.spots[n-1], y.spots[t.spots[n-1]].above)
	for k := 1; k < n-1; {
		lo, hi := y.free(t.spots[k])
		end := k + 1
		for ; end < n-1; end++ {
			l, h := y.free(t.spots[end])
			if max(lo, l) > min(hi, h) {
				break
			}
			lo, hi = max(lo, l), min(hi, h)
		}
		x := min(max(from, lo), hi)
		if lo <= to && to <= hi && end == n-1 {
			x = to
		}
		for ; k < end; k++ {
			s := &y.spots[t.spots[k]]
			if !s.main || y.s.lined {
				s.x = x - s.line
			}
		}
		from = x
	}
}

// free is between which places the way through a spot may run as its
// neighbours stand.
func (y *layout) free(i int) (lo, hi float64) {
	s := &y.spots[i]
	layer := y.layers[s.layer]
	lo, hi = math.Inf(-1), math.Inf(1)
	if s.pos > 0 {
		l := layer[s.pos-1]
		lo = y.spots[l].x + y.spots[l].w + y.gap(l, i) + s.line
	}
	if s.pos < len(layer)-1 {
		r := layer[s.pos+1]
		hi = y.spots[r].x - y.gap(i, r) - s.w + s.line
	}
	return lo, max(lo, hi)
}

// stack gives layers their height, and the more room between two of them the
// further ways go sideways there.
func (y *layout) stack() {
	y.tops, y.highs = make([]float64, len(y.layers)), make([]float64, len(y.layers))
	top := edge
	for k, layer := range y.layers {
		room, tip := y.s.least, 0.0
		for _, i := range layer {
			s := &y.spots[i]
			y.highs[k] = max(y.highs[k], s.h)
			for _, p := range s.above {
				far := math.Abs(y.spots[p.to].x + p.offThere - s.x - p.off)
				need := y.s.least + 0.16*far
				if far > 2 {
					need = max(need, 2.3*y.thick(p.way)*min(far/20, 1))
				}
				room = max(room, min(need, max(y.s.mostRoom, 2.4*y.thick(p.way))))
				if s.way < 0 || y.spots[p.to].way < 0 {
					tip = max(tip, y.tip(p.way))
				}
			}
		}
		if k > 0 {
			top += room + tip
		}
		y.tops[k] = top
		top += y.highs[k]
	}
	y.height = top + edge
}
