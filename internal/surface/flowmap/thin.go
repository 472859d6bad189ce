package flowmap

import (
	"cmp"
	"slices"
)

// sorted brings ways into an order of their own.
func sorted(ways []Way) []Way {
	out := slices.Clone(ways)
	slices.SortStableFunc(out, func(a, b Way) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return out
}

// narrow makes a map narrower, the more the wider over its room it is, false
// where it cannot: first go
// rare ways without which nothing hangs in the air, then the words beside rare
// ways, then, where it is hard, rare ways even so. The main way stays, and what
// a comparison found stays longest.
func (m *Map) narrow(main map[int]bool, hard bool, over float64) bool {
	heavyIn, heavyOut := map[int]int{}, map[int]int{}
	for i, w := range m.Ways {
		if w.From == w.To {
			continue
		}
		if k, ok := heavyOut[w.From]; !ok || m.Ways[k].Share < w.Share {
			heavyOut[w.From] = i
		}
		if k, ok := heavyIn[w.To]; !ok || m.Ways[k].Share < w.Share {
			heavyIn[w.To] = i
		}
	}
	var spare, worded, other []int
	for i, w := range m.Ways {
		switch {
		case w.From == w.To || main[i]:
			continue
		case heavyOut[w.From] != i && heavyIn[w.To] != i:
			spare = append(spare, i)
		case w.Words != "":
			worded = append(worded, i)
		}
		other = append(other, i)
	}
	rarest := func(of []int) []int {
		slices.SortStableFunc(of, func(a, b int) int {
			x, y := m.Ways[a], m.Ways[b]
			return cmp.Or(cmp.Compare(x.Kind*x.Kind, y.Kind*y.Kind), cmp.Compare(x.Share, y.Share), cmp.Compare(b, a))
		})
		return of[:max(int(min(over-1, 1)*float64(len(of))/3), 1)]
	}
	switch {
	case len(spare) > 0:
		m.drop(rarest(spare))
	case len(worded) > 0:
		for _, i := range rarest(worded) {
			m.Ways[i].Words = ""
		}
	case hard && len(other) > 0:
		m.drop(rarest(other))
	default:
		return false
	}
	return true
}

func (m *Map) drop(gone []int) {
	var left []Way
	for i, w := range m.Ways {
		if !slices.Contains(gone, i) {
			left = append(left, w)
		}
	}
	m.Ways = left
}
