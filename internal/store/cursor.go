package store

import (
	"encoding/base64"
	"encoding/binary"

	"github.com/throughline/throughline"
)

// Cursor is a place in a list, after a row: by what that row was ordered by,
// so that what comes next is found by an index however far down it is, and
// stays the same whatever becomes of the rows before it.
type Cursor struct {
	Order  ListOrder
	Turned bool
	Deal   throughline.DealID
	Key    []any // int64, string: what the row was ordered by, before its id; nil: whoever made the cursor read no rows, and the deal's own is looked up
}

// ErrCursor says that a text is no cursor.
var ErrCursor = throughline.Refuse("cursor", "this is no cursor of this list; begin with its first page")

// String spells the cursor for addresses; nobody but DecodeCursor reads it.
func (c Cursor) String() string {
	b := append([]byte{1, 0}, c.Deal[:]...)
	if c.Turned {
		b[1] = 1
	}
	b = appendText(b, string(c.Order))
	for _, k := range c.Key {
		switch k := k.(type) {
		case int64:
			b = binary.AppendVarint(append(b, 'i'), k)
		case string:
			b = appendText(append(b, 's'), k)
		}
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// DecodeCursor reads what String spelt.
func DecodeCursor(word string) (c Cursor, err error) {
	b, err := base64.RawURLEncoding.DecodeString(word)
	if err != nil || len(b) < 18 || b[0] != 1 || b[1] > 1 {
		return c, ErrCursor
	}
	r := bundleReader{rest: string(b[2:])}
	c.Turned = b[1] == 1
	copy(c.Deal[:], r.take(16))
	c.Order = ListOrder(r.text())
	for len(r.rest) > 0 {
		switch r.take(1) {
		case "i":
			c.Key = append(c.Key, r.varint())
		case "s":
			c.Key = append(c.Key, r.text())
		default:
			r.bad, r.rest = true, ""
		}
	}
	if r.bad || c.String() != word {
		return Cursor{}, ErrCursor
	}
	return c, nil
}
