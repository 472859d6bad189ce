package eventlog

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
)

// movable is something that has an entry for each row.
type movable interface {
	// permute puts the entry of row i at to[i]; seen is scratch, a bit a row.
	permute(to []uint32, seen []uint64)
	// reorder puts at lo+i the entry of lo+order[i].
	reorder(lo int, order []uint32)
}

// arrange moves every row to its place, each column where it lies and the
// columns on all cores. That reads memory in the order of the permutation's
// cycles; a copy would be quicker where rows lie at random, and would take the
// memory of a column more.
func arrange(list []movable, to []uint32) {
	next := make(chan movable, len(list))
	for _, m := range list {
		next <- m
	}
	close(next)
	var wg sync.WaitGroup
	for range min(len(list), runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			seen := make([]uint64, (len(to)+63)/64)
			for m := range next {
				clear(seen)
				m.permute(to, seen)
			}
		})
	}
	wg.Wait()
}

// permute follows each cycle of the permutation once.
func permute[T any](s []T, to []uint32, seen []uint64) {
	for i := range to {
		if seen[i>>6]&(1<<(i&63)) != 0 || int(to[i]) == i {
			continue
		}
		v := s[i]
		for k := to[i]; ; k = to[k] {
			s[k], v = v, s[k]
			seen[k>>6] |= 1 << (k & 63)
			if int(k) == i {
				break
			}
		}
	}
}

func reorder[T any](s []T, order []uint32) {
	var few [64]T
	old := append(few[:0], s[:len(order)]...)
	for i, o := range order {
		s[i] = old[o]
	}
}

// rowsOf makes a plain slice movable.
type rowsOf[T any] []T

func (s rowsOf[T]) permute(to []uint32, seen []uint64) { permute(s, to, seen) }
func (s rowsOf[T]) reorder(lo int, order []uint32)     { reorder(s[lo:], order) }

func (c *codeRows) permute(to []uint32, seen []uint64) {
	switch {
	case c.four != nil:
		permute(c.four, to, seen)
	case c.two != nil:
		permute(c.two, to, seen)
	default:
		permute(c.one, to, seen)
	}
}

func (c *codeRows) reorder(lo int, order []uint32) {
	switch {
	case c.four != nil:
		reorder(c.four[lo:], order)
	case c.two != nil:
		reorder(c.two[lo:], order)
	default:
		reorder(c.one[lo:], order)
	}
}

func (c *ColumnBuilder) permute(to []uint32, seen []uint64) {
	switch c.typ {
	case String:
		permute(c.codes, to, seen)
	case Int, Time:
		permute(c.ints, to, seen)
	case Float:
		permute(c.floats, to, seen)
	case Bool:
		permute(c.bools, to, seen)
	}
	if len(c.absent) == 0 {
		return
	}
	c.wholeAbsent()
	clear(seen)
	for i := range to {
		if seen[i>>6]&(1<<(i&63)) != 0 || int(to[i]) == i {
			continue
		}
		v := c.absent[i>>6] >> (i & 63) & 1
		for k := to[i]; ; k = to[k] {
			w, bit := &c.absent[k>>6], k&63
			old := *w >> bit & 1
			*w = *w&^(1<<bit) | v<<bit
			v = old
			seen[k>>6] |= 1 << bit
			if int(k) == i {
				break
			}
		}
	}
}

func (c *ColumnBuilder) reorder(lo int, order []uint32) {
	switch c.typ {
	case String:
		reorder(c.codes[lo:], order)
	case Int, Time:
		reorder(c.ints[lo:], order)
	case Float:
		reorder(c.floats[lo:], order)
	case Bool:
		reorder(c.bools[lo:], order)
	}
	if len(c.absent) == 0 {
		return
	}
	c.wholeAbsent()
	old := make([]uint64, len(order))
	for i, o := range order {
		k := lo + int(o)
		old[i] = c.absent[k>>6] >> (k & 63) & 1
	}
	for i, v := range old {
		k := lo + i
		c.absent[k>>6] = c.absent[k>>6]&^(1<<(k&63)) | v<<(k&63)
	}
}

// sortCases puts the events of each case in order of time, keeping the written
// order among equals. An event without a time goes with the one written before it.
func sortCases(offsets []uint32, times []int64, list []movable) (moved, first int) {
	type keyed struct {
		key   int64
		event uint32
	}
	var buf []keyed
	var order []uint32
	for c := range len(offsets) - 1 {
		lo, hi := offsets[c], offsets[c+1]
		last, sorted := NoTime, true
		for i := lo; i < hi && sorted; i++ {
			if t := times[i]; t != NoTime {
				sorted = t >= last
				last = t
			}
		}
		if sorted {
			continue
		}
		if moved++; moved == 1 {
			first = c
		}
		buf, order = buf[:0], order[:0]
		last = NoTime
		for i, t := range times[lo:hi] {
			if t != NoTime {
				last = t
			}
			buf = append(buf, keyed{last, uint32(i)})
		}
		slices.SortStableFunc(buf, func(a, b keyed) int { return cmp.Compare(a.key, b.key) })
		for _, k := range buf {
			order = append(order, k.event)
		}
		for _, m := range list {
			m.reorder(int(lo), order)
		}
	}
	return moved, first
}
