package memory

import (
	"bytes"
	"cmp"
	"hash/maphash"

	"github.com/throughline/throughline/internal/store/ledger"
)

// tree holds the rows of a table in the order of their keys. It never changes:
// putting a row gives another tree that shares most of this one, so that whoever
// reads goes on reading what there was. It is a treap, whose priorities follow
// from the keys.
type tree struct {
	row         ledger.Row
	priority    uint64
	left, right *tree
}

var seed = maphash.MakeSeed()

// compareKeys orders rows by their first n columns, or by as many as the shorter has.
func compareKeys(a, b ledger.Row, n int) int {
	for i := range min(n, len(a), len(b)) {
		if c := compareValues(a[i], b[i]); c != 0 {
			return c
		}
	}
	return 0
}

// compareValues orders values of one kind; what is not there comes first.
func compareValues(a, b any) int {
	switch a := a.(type) {
	case int64:
		b, ok := b.(int64)
		if !ok {
			return 1
		}
		return cmp.Compare(a, b)
	case string:
		b, ok := b.(string)
		if !ok {
			return 1
		}
		return cmp.Compare(a, b)
	case []byte:
		b, ok := b.([]byte)
		if !ok {
			return 1
		}
		return bytes.Compare(a, b)
	}
	if b == nil {
		return 0
	}
	return -1
}

func priorityOf(row ledger.Row, key int) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	for _, v := range row[:key] {
		switch v := v.(type) {
		case int64:
			maphash.WriteComparable(&h, v)
		case string:
			h.WriteString(v)
		case []byte:
			h.Write(v)
		}
		h.WriteByte(0)
	}
	return h.Sum64()
}

// find gives the row of a key.
func (t *tree) find(row ledger.Row, key int) ledger.Row {
	for t != nil {
		switch c := compareKeys(row, t.row, key); {
		case c == 0:
			return t.row
		case c < 0:
			t = t.left
		default:
			t = t.right
		}
	}
	return nil
}

// put gives a tree in which the row stands in place of the one of its key.
func (t *tree) put(row ledger.Row, key int, priority uint64) *tree {
	if t == nil {
		return &tree{row: row, priority: priority}
	}
	own := *t
	switch c := compareKeys(row, t.row, key); {
	case c == 0:
		own.row = row
	case c < 0:
		own.left = t.left.put(row, key, priority)
		if l := own.left; l.priority > own.priority { // l was made just now
			own.left, l.right = l.right, &own
			return l
		}
	default:
		own.right = t.right.put(row, key, priority)
		if r := own.right; r.priority > own.priority {
			own.right, r.left = r.left, &own
			return r
		}
	}
	return &own
}

// drop gives a tree without the row of a key.
func (t *tree) drop(row ledger.Row, key int) *tree {
	if t == nil {
		return nil
	}
	own := *t
	switch c := compareKeys(row, t.row, key); {
	case c < 0:
		own.left = t.left.drop(row, key)
	case c > 0:
		own.right = t.right.drop(row, key)
	default:
		return join(t.left, t.right)
	}
	return &own
}

// join puts two trees into one, all of whose first come before the others.
func join(a, b *tree) *tree {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	case a.priority > b.priority:
		own := *a
		own.right = join(a.right, b)
		return &own
	}
	own := *b
	own.left = join(a, b.left)
	return &own
}

// each gives the rows whose keys begin with prefix and come after another, in
// order, until take is false.
func (t *tree) each(prefix, after ledger.Row, key int, take func(ledger.Row) bool) bool {
	if t == nil {
		return true
	}
	c := compareKeys(t.row, prefix, len(prefix))
	past := after == nil || compareKeys(t.row, after, key) > 0
	if c >= 0 && past && !t.left.each(prefix, after, key, take) {
		return false
	}
	if c == 0 && past && !take(t.row) {
		return false
	}
	return c > 0 || t.right.each(prefix, after, key, take)
}
