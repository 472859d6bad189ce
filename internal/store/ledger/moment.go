package ledger

import (
	"context"
	"encoding/binary"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/s2"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// Whoever asks for one page asks the same small questions twenty times (who is
// it, whom do they see, what is this person called), and so does whoever comes
// next. Within a moment a question is put to the database once, by whoever asks
// first, for as long as nothing is written that could answer it otherwise.
//
// What is remembered is held to the tally: every write of the tables below adds
// to one of its counts, or has a number. A moment reads it once, when it is
// first asked, so that what any process wrote before is seen. What this process writes
// meanwhile ends what is remembered at once; what another writes meanwhile is seen
// by the next moment, as it would be by a request that came a little earlier.

// common are the tables whose rows many ask for, ofOne those of which one request
// may read the same row several times, and the next others.
var (
	common = []*Table{People, Accounts, Settings, Playbooks, Sharings, Admissions, Contacts}
	ofOne  = []*Table{Deals, Facts, Summaries, Records, States}
)

const (
	mostRows       = 256      // of rows that answer one question
	mostRowBytes   = 64 << 10 // of them
	mostOwn        = 1 << 20  // of what one request keeps to itself
	mostText       = 256 << 10
	mostRemembered = 64 << 20 // of all that is remembered of a workspace, about

	// momentLasts is how long a moment lasts at most, as a sight that was found out does
	// (desk.SeenFor): who waits for long is looked at again.
	momentLasts = time.Second
)

type momentKey struct{}

// Moment gives a context in which what was read since the last write is not read
// from the database again; see store.Ledger.
func (l *Ledger) Moment(ctx context.Context, ws throughline.Workspace) (context.Context, func()) {
	if l.Old || l.Untrailed || l.Unreached {
		return ctx, func() {}
	}
	m := &moment{ledger: l, ws: ws, began: l.base.Instant(), rows: map[string][]Row{}}
	return context.WithValue(ctx, momentKey{}, m), m.end
}

// Afresh gives a context that is in no moment, and ends the one that it was in; see store.Ledger.
func (l *Ledger) Afresh(ctx context.Context) context.Context {
	m, is := ctx.Value(momentKey{}).(*moment)
	if !is || m == nil {
		return ctx
	}
	m.end()
	return context.WithValue(ctx, momentKey{}, (*moment)(nil))
}

// memoryOf gives the workspace's memory, held to the tally as it is now; nil where that
// cannot be read, which whoever reads next is told.
func (l *Ledger) memoryOf(ctx context.Context, ws throughline.Workspace) *memory {
	at := l.written.Load() // before the tally: a write between the two makes it look older than it is, and no younger
	y, err := TallyOf(ctx, l.base.Now(), ws)
	if err != nil {
		return nil
	}
	stamp := stampOf(&y)
	l.remembering.Lock()
	defer l.remembering.Unlock()
	m := l.remembered[ws]
	if m == nil || m.stamp != stamp {
		m = &memory{stamp: stamp, young: newShelf()}
		if l.remembered == nil {
			l.remembered = map[throughline.Workspace]*memory{}
		}
		l.remembered[ws] = m
	}
	if m.good.Load() < at {
		m.good.Store(at)
	}
	return m
}

// stamp is what a tally says of the tables that are remembered.
type stamp [4 + 9]int64

func stampOf(y *Tally) (s stamp) {
	s[0], s[1], s[2], s[3] = y.Writes, y.Facts, y.Seq, y.Codec
	i := 4
	for _, t := range append(common, ofOne...) {
		if t.counter >= 0 {
			s[i] = y.Rows[t.counter]
			i++
		}
	}
	return s
}

// memory is what holds while the tally says what stamp does: rows by their question,
// and answers as they were spelled, packed. What nobody asked for since half of it was
// filled anew is let go.
type memory struct {
	stamp stamp
	good  atomic.Int64 // up to which of this process's writes it was held to the tally

	mu         sync.RWMutex
	young, old shelf
	size       int // of the young
}

type shelf struct {
	rows  map[string][]Row
	texts map[asked][]byte
}

func newShelf() shelf { return shelf{map[string][]Row{}, map[asked][]byte{}} }

// remembered looks something up, and moves what is old to the young.
func remembered[K comparable, V any](m *memory, of func(shelf) map[K]V, key K, size func(V) int) (v V, has bool) {
	m.mu.RLock()
	v, has = of(m.young)[key]
	if !has {
		if v, has = of(m.old)[key]; has {
			defer remember(m, of, key, v, size(v))
		}
	}
	m.mu.RUnlock()
	return v, has
}

func remember[K comparable, V any](m *memory, of func(shelf) map[K]V, key K, v V, size int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, has := of(m.young)[key]; has {
		return
	}
	if m.size += size; m.size > mostRemembered/2 {
		m.old, m.young, m.size = m.young, newShelf(), size
	}
	of(m.young)[key] = v
}

// asked is a question, after so many relistings by this process: of one in pieces, the
// state of the lists tells the last alone.
type asked struct {
	store.Question
	relisted int64
}

// moment is while one request is answered; what goes on behind it reads afresh.
type moment struct {
	ledger *Ledger // a context may come by several
	ws     throughline.Workspace
	began  time.Time

	mu     sync.Mutex
	looked bool
	memory *memory          // nil: not looked yet, it cannot be read, or the moment is over
	rows   map[string][]Row // that nobody else is likely to ask for
	size   int              // of these
}

func (m *moment) end() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.looked, m.memory, m.rows = true, nil, nil // a page that listens holds the context for long
}

// of gives the memory, where it holds for a ledger; nil where it does not. The first who
// asks looks at the tally.
func (m *moment) of(ctx context.Context, l *Ledger) *memory {
	if m == nil || m.ledger != l {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if l.base.Instant().Sub(m.began) > momentLasts {
		return nil
	}
	if !m.looked {
		m.looked, m.memory = true, l.memoryOf(ctx, m.ws)
	}
	if m.memory == nil || m.memory.good.Load() != l.written.Load() {
		return nil
	}
	return m.memory
}

// own gives rows that were read in this moment.
func (m *moment) own(key string) ([]Row, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	rows, has := m.rows[key]
	return rows, has
}

func (m *moment) keep(key string, rows []Row, size int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.size += size; m.memory != nil && m.size <= mostOwn {
		m.rows[key] = rows
	}
}

// now reads, each Read for itself, and in a moment what nobody has read in it.
func (l *Ledger) now() Reader { return rememberer{l.base.Now(), l} }

type rememberer struct {
	Reader
	ledger *Ledger
}

func (r rememberer) Read(ctx context.Context, t *Table, a Ask, take func(Row) error) error {
	shared := slices.Contains(common, t)
	if !shared && !slices.Contains(ofOne, t) {
		return r.Reader.Read(ctx, t, a, take)
	}
	m, _ := ctx.Value(momentKey{}).(*moment)
	memory := m.of(ctx, r.ledger)
	if memory == nil || len(a.Prefix) == 0 || a.Prefix[0] != any(int64(m.ws)) {
		return r.Reader.Read(ctx, t, a, take)
	}
	var space [512]byte
	key := string(a.spelled(append(append(space[:0], t.Name...), 0)))
	var rows []Row
	var has bool
	if shared {
		rows, has = remembered(memory, rowsOf, key, sizeOf)
	} else {
		rows, has = m.own(key)
	}
	if has {
		for _, row := range rows {
			if err := take(row); err != nil {
				return err
			}
		}
		return nil
	}
	kept, size := []Row{}, len(key)
	err := r.Reader.Read(ctx, t, a, func(row Row) error {
		if kept != nil {
			if size += row.size(); len(kept) == mostRows || size > mostRowBytes {
				kept = nil
			} else {
				kept = append(kept, row.clone())
			}
		}
		return take(row)
	})
	switch {
	case err != nil || kept == nil:
	case shared:
		remember(memory, rowsOf, key, kept, size)
	default:
		m.keep(key, kept, size)
	}
	return err
}

func rowsOf(s shelf) map[string][]Row { return s.rows }

func sizeOf(rows []Row) (n int) {
	for _, r := range rows {
		n += r.size()
	}
	return n
}

// Answer gives the answer to a question as it was last spelled; see store.Ledger.
func (l *Ledger) Answer(ctx context.Context, q store.Question, make func() ([]byte, error)) (text []byte, again bool, err error) {
	m, _ := ctx.Value(momentKey{}).(*moment)
	memory := m.of(ctx, l)
	if memory == nil {
		text, err = make()
		return text, false, err
	}
	key, of := asked{q, l.relisted.Load()}, func(s shelf) map[asked][]byte { return s.texts }
	size := func(packed []byte) int { return len(packed) + len(q.Of) + len(q.By) + 256 }
	if packed, has := remembered(memory, of, key, size); has {
		text, err = s2.Decode(nil, packed)
		return text, true, err
	}
	if text, err = make(); err != nil || len(text) > mostText {
		return text, false, err
	}
	packed := s2.Encode(nil, text)
	remember(memory, of, key, packed, size(packed))
	return text, false, nil
}

// size is about how much memory a row takes.
func (r Row) size() int {
	n := 16 * (len(r) + 2)
	for i := range r {
		switch v := r[i].(type) {
		case string:
			n += len(v)
		case []byte:
			n += 24 + len(v)
		}
	}
	return n
}

// clone is a row for longer than it is read.
func (r Row) clone() Row {
	out := slices.Clone(r)
	for i := range out {
		if b, is := out[i].([]byte); is {
			out[i] = slices.Clone(b)
		}
	}
	return out
}

// spelled puts a question behind b, so that no two are spelt the same.
func (a *Ask) spelled(b []byte) []byte {
	text := func(s string) {
		b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	value := func(v any) {
		switch v := v.(type) {
		case nil:
			b = append(b, 'n')
		case int64:
			b = binary.AppendVarint(append(b, 'i'), v)
		case string:
			b = append(b, 's')
			text(v)
		case []byte:
			b = append(binary.AppendUvarint(append(b, 'b'), uint64(len(v))), v...)
		default:
			panic("a value that no table has")
		}
	}
	list := func(vs []any) {
		b = binary.AppendUvarint(b, uint64(len(vs)))
		for _, v := range vs {
			value(v)
		}
	}
	var conditions func([]Cond)
	conditions = func(cs []Cond) {
		b = binary.AppendUvarint(b, uint64(len(cs)))
		for i := range cs {
			c := &cs[i]
			text(c.Column)
			text(string(c.Op))
			value(c.Value)
			list(c.Values)
			b = binary.AppendUvarint(b, uint64(len(c.Any)))
			for _, any := range c.Any {
				conditions(any)
			}
		}
	}
	b = binary.AppendUvarint(b, uint64(len(a.Columns)))
	for _, c := range a.Columns {
		text(c)
	}
	list(a.Prefix)
	text(a.In)
	list(a.Values)
	if a.After == nil {
		b = append(b, 0)
	} else {
		b = append(b, 1)
		list(a.After)
	}
	conditions(a.Where)
	b = binary.AppendUvarint(b, uint64(len(a.Order)))
	for _, o := range a.Order {
		text(o.Column)
		if o.Down {
			b = append(b, 1)
		} else {
			b = append(b, 0)
		}
	}
	b = binary.AppendUvarint(b, uint64(min(max(a.Limit, 0), math.MaxInt32)))
	text(a.By)
	return b
}
