package desk

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// Onward is the part of an input that goes on with a list where a page of it ended.
type Onward struct {
	Cursor string `name:"cursor" placeholder:"CURSOR" query:"cursor" json:"cursor,omitempty" help:"The page after another one: what that gave as next, asked otherwise as that was."`
}

// Paging is the part of an input that asks for a list page by page; nothing asks for all of it.
type Paging struct {
	Limit int `name:"limit" short:"n" placeholder:"N" query:"limit" json:"limit,omitempty" help:"At most so many; 0 gives all."`
	Onward
}

// Walk goes through a list page by page. A page begins after what the row before it
// was ordered by, not after a number of rows: what is added or leaves before it moves nothing.
type Walk struct {
	At    time.Time // as of when the list is told: when its first page was asked for
	mark  string
	after []Key
}

// Key is one thing that a row is ordered by: a number, then a word.
type Key struct {
	N int64  `json:"n,omitempty"`
	S string `json:"s,omitempty"`
}

// Num is a number that rows are ordered by; Newest the same with the highest first.
func Num(n int64) Key    { return Key{N: n} }
func Newest(n int64) Key { return Key{N: -n} }

// Word is a word that rows are ordered by.
func Word(s string) Key { return Key{S: s} }

// place is what a cursor holds.
type place struct {
	V    int    `json:"v"`
	Mark string `json:"m"` // of the list and of what was asked of it
	At   int64  `json:"t"` // microseconds
	Key  []Key  `json:"k"`
}

const placeVersion = 2

// Walk begins with a list at an instant, or goes on where the cursor says. asked is
// what else was asked of the list: a cursor of another list, or of the same asked otherwise, is refused.
func (o Onward) Walk(op string, at time.Time, asked ...any) (Walk, error) {
	h := fnv.New64a()
	fmt.Fprintf(h, "%q", append([]any{op}, asked...))
	w := Walk{At: at, mark: fmt.Sprintf("%016x", h.Sum64())}
	if o.Cursor == "" {
		return w, nil
	}
	var p place
	text, err := base64.RawURLEncoding.DecodeString(o.Cursor)
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if err != nil || p.V != placeVersion || p.Mark != w.mark || len(p.Key) == 0 || p.spelt() != o.Cursor {
		return w, throughline.Fail(op, throughline.Invalid, "", store.ErrCursor)
	}
	w.At, w.after = time.UnixMicro(p.At).In(at.Location()), p.Key
	return w, nil
}

// Walk is that of Onward, where the limit is one.
func (p Paging) Walk(op string, at time.Time, asked ...any) (Walk, error) {
	if Outside(p.Limit) {
		return Walk{}, throughline.Fail(op, throughline.Invalid, "", ErrLimit)
	}
	return p.Onward.Walk(op, at, asked...)
}

// Begins reports whether it is the first page.
func (w Walk) Begins() bool { return w.after == nil }

// After is the first number that the last row of the page before was ordered by; 0 on the first page.
func (w Walk) After() int64 {
	if w.Begins() {
		return 0
	}
	return w.after[0].N
}

// Next spells the cursor of the page that follows a row.
func (w Walk) Next(key ...Key) string {
	return place{placeVersion, w.mark, w.At.UnixMicro(), key}.spelt()
}

func (p place) spelt() string {
	text, err := json.Marshal(p)
	if err != nil {
		panic(err) // numbers and words
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// Cut gives the page of a list and the cursor of the next one, "" where nothing
// follows. key says by what a row stands where it does; no two rows have the same.
func Cut[T any](w Walk, limit int, rows []T, key func(T) []Key) (page []T, next string) {
	if w.Begins() && (limit == 0 || len(rows) <= limit) {
		return rows, ""
	}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b T) int { return compareKeys(key(a), key(b)) })
	if !w.Begins() {
		rows = slices.DeleteFunc(rows, func(row T) bool { return compareKeys(key(row), w.after) <= 0 })
	}
	if page = Page(rows, 0, limit); len(page) < len(rows) {
		next = w.Next(key(page[len(page)-1])...)
	}
	return page, next
}

func compareKeys(a, b []Key) int {
	return slices.CompareFunc(a, b, func(a, b Key) int { return cmp.Or(cmp.Compare(a.N, b.N), strings.Compare(a.S, b.S)) })
}
