package ledger

import (
	"context"
	"slices"

	"github.com/throughline/throughline"
)

// Table is one kind of row. Each is led by the workspace.
type Table struct {
	Name    string
	Columns []string
	Key     int // how many of the first columns are the key
	Later   int // how many of the last columns came with a later version; zero in rows from before

	counter int // which of the tally's counts is of its rows; -1: as many as there are deals; -2: nobody counts them
}

// Counted reports whether a tally says how many rows there should be.
func (t *Table) Counted() bool { return t.counter > uncounted }

const uncounted = -2

// NewTable declares a table, whose rows are not counted, by its columns after
// the workspace; key says how many of the first are the key, the workspace included.
func NewTable(name string, key int, columns ...string) *Table {
	return &Table{Name: name, Columns: append([]string{"workspace"}, columns...), Key: key, counter: -1}
}

func counted(counter int, t *Table) *Table {
	t.counter = counter
	return t
}

// derived is for a table whose rows can be made anew from others at any time.
func derived(t *Table) *Table {
	t.counter = uncounted
	return t
}

func later(n int, t *Table) *Table {
	t.Later = n
	return t
}

// The tables. What their columns mean stands with the first migration of
// store/sqlite.
var (
	Deals     = NewTable("deal", 2, "deal", "seq", "title", "account")
	Facts     = counted(0, later(1, NewTable("fact", 3, "seq", "first", "last", "facts", "bundle", "batch")))
	Summaries = NewTable("summary", 2, "seq", "deal", "kept", "counted", "corrected", "summary", "attributes")
	Heads     = NewTable("head", 2, "seq", "counted", "head")
	People    = counted(1, NewTable("person", 3, "id", "version", "recorded", "ours", "name", "title", "email", "account", "erased"))
	Accounts  = counted(2, NewTable("account", 3, "id", "version", "recorded", "name", "folded", "attributes"))
	Records   = counted(3, NewTable("record", 4, "kind", "foreign_id", "system", "id"))
	Imports   = counted(4, NewTable("import_run", 2, "id", "system", "started", "finished", "horizon", "files", "rows_read", "facts", "rejected"))
	Forecasts = counted(5, NewTable("forecast_shown", 4, "kind", "shown", "id", "as_of", "hash", "body"))
	Playbooks = counted(6, NewTable("playbook_version", 2, "hash", "name", "published", "files"))
	Forms     = counted(7, NewTable("form", 2, "token", "digest"))
	Settings  = counted(8, NewTable("setting", 3, "name", "n", "written", "value"))
	Writes    = counted(9, later(1, NewTable("written", 2, "number", "what", "at")))
	Drafts    = counted(10, NewTable("draft", 3, "id", "revision", "name", "base", "author", "written", "did", "gone", "beside", "files"))
	Listings  = derived(
		NewTable(
			"listing",
			2,
			"seq",
			"deal",
			"title",
			"called",
			"account",
			"owner",
			"outcome",
			"open",
			"stage",
			"word",
			"process",
			"class",
			"frontier",
			"cents",
			"currency",
			"opened",
			"closed",
			"latest",
			"due",
			"since",
			"acted",
			"weight",
			"usage",
		),
	)
	Counts     = derived(NewTable("listing_count", 5, "kind", "owner", "word", "day", "n"))
	Words      = derived(NewTable("listing_word", 2, "chunk", "words"))
	Untils     = derived(NewTable("listing_until", 2, "deal", "until"))
	DueDays    = derived(NewTable("listing_day", 3, "day", "deal", "owner"))
	States     = derived(NewTable("listing_state", 1, "number", "form", "making", "reached", "day", "weighed", "usual", "gaps", "cycles", "won"))
	Sharings   = counted(11, NewTable("shared", 3, "plan", "n", "kind", "written", "body"))
	Admissions = counted(12, NewTable("register", 4, "room", "subject", "n", "kind", "written", "body"))
	Deeds      = counted(13, NewTable("audit", 2, "n", "written", "person", "via", "did", "about", "object", "detail", "outcome", "hash"))
	UseCounts  = counted(14, NewTable("use_count", 4, "day", "kind", "what", "n"))
	Contacts   = counted(15, NewTable("contact", 3, "id", "version", "phone", "elsewhere", "same"))
	Keyeds     = counted(16, NewTable("keyed", 2, "token", "digest", "once", "written", "state", "answer"))
	JobRows    = counted(17, NewTable("job", 2, "id", "kind", "topic", "once", "asker", "input", "asked", "most", "state", "due", "tries", "holder", "beat", "ended",
		"done", "total", "doing", "why", "said", "answer"))
	Trieds  = counted(18, NewTable("tried", 2, "name", "back"))
	Tallies = NewTable("tally", 1, append([]string{"writes", "seq", "deals", "facts", "codec"}, rowCounts[:]...)...)

	rowCounts = [19]string{
		"bundles",
		"people",
		"accounts",
		"records",
		"imports",
		"forecasts",
		"playbooks",
		"forms",
		"settings",
		"written",
		"drafts",
		"shares",
		"entries",
		"audits",
		"uses",
		"contacts",
		"keys",
		"jobs",
		"tries",
	}
)

// Tables lists them; the tally, which counts the others, is last.
func Tables() []*Table {
	return []*Table{
		Deals,
		Facts,
		Summaries,
		Heads,
		People,
		Accounts,
		Records,
		Imports,
		Forecasts,
		Playbooks,
		Settings,
		Forms,
		Writes,
		Drafts,
		Sharings,
		Admissions,
		Deeds,
		Listings,
		Counts,
		Words,
		Untils,
		DueDays,
		States,
		UseCounts,
		Contacts,
		Keyeds,
		JobRows,
		Trieds,
		Tallies,
	}
}

// Column gives the place of a column.
func (t *Table) Column(name string) int { return slices.Index(t.Columns, name) }

// Ask says which rows of a table, and what of them.
type Ask struct {
	Columns []string // those the rows have, in this order; all where there are none
	Prefix  []any    // what the first columns of the key say
	In      string   // a column that says
	Values  []any    // one of these
	After   []any    // the row's key comes after this one
	Where   []Cond
	Order   []Order // by the key where there is none
	Limit   int     // 0: all
	By      string  // the index to go through, of those that a database makes for the table; it is free where there is none
}

// ByKey is Ask.By for going by the key and no index.
const ByKey = "key"

// Cond is a condition on one column; what is not there meets none.
type Cond struct {
	Column string
	Op     Op
	Value  any
	Values []any    // of Among and Outside, instead
	Any    [][]Cond // instead of all of that: all conditions of one of these lists
}

// Op compares.
type Op string

// The comparisons. Contains looks for a text inside another.
const (
	Equal    Op = "="
	Below    Op = "<"
	AtMost   Op = "<="
	Above    Op = ">"
	AtLeast  Op = ">="
	Contains Op = "contains"
	Among    Op = "among"
	Outside  Op = "outside" // none of Values; a column that is there says that of no values
)

// Order is a column that rows are put in the order of.
type Order struct {
	Column string
	Down   bool
}

// Row is the values of a row: int64, string, []byte or nil.
type Row []any

// Int gives a number, 0 for what is not there.
func (r Row) Int(i int) int64 {
	n, _ := r[i].(int64)
	return n
}

// Text gives a text, which the caller may keep.
func (r Row) Text(i int) string {
	switch v := r[i].(type) {
	case string:
		return v
	case []byte:
		return string(v)
	}
	return ""
}

// Bytes gives bytes, which may be read until the row is done with.
func (r Row) Bytes(i int) []byte {
	switch v := r[i].(type) {
	case []byte:
		return v
	case string:
		return []byte(v)
	}
	return nil
}

// id gives an id, which the caller may keep.
func id[T ~[16]byte](r Row, i int) (out T) {
	copy(out[:], r.Bytes(i))
	return out
}

// Tally is what a workspace's row of that table says.
type Tally struct {
	Writes, Seq, Deals, Facts, Codec int64
	Rows                             [len(rowCounts)]int64 // of the tables that are counted
}

// Says gives how many rows a table should have in the workspace.
func (y *Tally) Says(t *Table) int64 {
	switch {
	case t == Tallies:
		return 1
	case t.counter < 0:
		return y.Seq
	}
	return y.Rows[t.counter]
}

func (y *Tally) row(ws throughline.Workspace) []any {
	out := []any{int64(ws), y.Writes, y.Seq, y.Deals, y.Facts, y.Codec}
	for _, n := range y.Rows {
		out = append(out, n)
	}
	return out
}

func tallyIn(r Row) (ws throughline.Workspace, y Tally) {
	y.Writes, y.Seq, y.Deals, y.Facts, y.Codec = r.Int(1), r.Int(2), r.Int(3), r.Int(4), r.Int(5)
	for i := range y.Rows {
		y.Rows[i] = r.Int(6 + i)
	}
	return throughline.Workspace(r.Int(0)), y
}

// TallyOf reads a workspace's tally.
func TallyOf(ctx context.Context, r Reader, ws throughline.Workspace) (y Tally, err error) {
	y.Codec = int64(codec)
	err = r.Read(ctx, Tallies, Ask{Prefix: []any{int64(ws)}}, func(row Row) error {
		_, y = tallyIn(row)
		return nil
	})
	return y, err
}

// CountRows makes a workspace's tally say how many rows there are of each table.
func CountRows(ctx context.Context, w Writer, ws throughline.Workspace, count func(*Table) (int64, error)) error {
	y, err := TallyOf(ctx, w, ws)
	if err != nil {
		return err
	}
	for _, t := range Tables() {
		if t.counter < 0 {
			continue
		}
		if y.Rows[t.counter], err = count(t); err != nil {
			return err
		}
	}
	return w.Put(ctx, Tallies, y.row(ws)...)
}

// Lists are asked for in chunks of these lengths, so that a database has few
// forms of a question to prepare.
const (
	longChunk  = 64
	midChunk   = 16
	shortChunk = 4
)

// chunks calls ask with parts of list, each of a length that is longChunk,
// shortChunk or 1.
func chunks[T any](list []T, ask func(part []T) error) error {
	for len(list) > 0 {
		n := 1
		switch {
		case len(list) >= longChunk:
			n = longChunk
		case len(list) >= shortChunk:
			n = shortChunk
		}
		if err := ask(list[:n]); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// Bulk is a reader for which each question is a way to go, and its length is not.
type Bulk interface {
	// AtOnce is how many values of Ask.In are asked for at once.
	AtOnce() int
}

// manyAtOnce is how many values to ask for at once, 0 where chunks are better.
func manyAtOnce(r Reader) int {
	if w, is := r.(*writing); is {
		r = w.Writer
	}
	if b, is := r.(Bulk); is {
		return b.AtOnce()
	}
	return 0
}

// among reads the rows whose column says one of some values, in chunks: in the
// order of keys within each. A chunk that is not full names its last value again.
func among[T any](ctx context.Context, r Reader, t *Table, a Ask, values []T, of func(*T) any, take func(Row) error) error {
	if many := manyAtOnce(r); many > 0 {
		for len(values) > 0 {
			part := values[:min(many, len(values))]
			values = values[len(part):]
			a.Values = make([]any, len(part))
			for i := range part {
				a.Values[i] = of(&part[i])
			}
			if err := r.Read(ctx, t, a, take); err != nil {
				return err
			}
		}
		return nil
	}
	for len(values) > 0 {
		n := longChunk
		for _, shorter := range []int{midChunk, shortChunk, 1} {
			if len(values) <= shorter {
				n = shorter
			}
		}
		part := values[:min(n, len(values))]
		values = values[len(part):]
		a.Values = make([]any, n)
		for i := range n {
			a.Values[i] = of(&part[min(i, len(part)-1)])
		}
		if err := r.Read(ctx, t, a, take); err != nil {
			return err
		}
	}
	return nil
}

func bytesOf[T ~[16]byte](v *T) any {
	b := [16]byte(*v)
	return b[:]
}

func only[T any](v *T) any { return *v }

func in(ws throughline.Workspace, more ...any) []any { return append([]any{int64(ws)}, more...) }
