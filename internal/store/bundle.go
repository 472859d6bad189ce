package store

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// A bundle is what a store keeps of the facts that one transaction brought for
// one deal: a version byte, then each fact as a length and an entry. The head
// of an entry is binary, so that ids can be read without the words; the body
// is the JSON of deal.EncodeBody. A row for each fact costs a database two to
// three times as much to write, and ten times as much to read.

// Version 2 knows turns and instants that keep their day, version 3 on whose side
// somebody acted and by which way. A bundle of an earlier version has none of it,
// and is read as it is: who acted is told by its author and its source.
const bundleVersion = 3

// MostInBundle is how many facts a store puts into one bundle at most.
const MostInBundle = 1024

// ErrBundleVersion says that facts were written by a newer program.
var ErrBundleVersion = errors.New("the facts were written by a newer version of throughline")

var errBundle = errors.New("bundle of facts is cut short or damaged")

// The years that facts may speak of; wide enough for any true date, and narrow
// enough that every form of a date can hold it.
var (
	firstInstant = time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC)
	lastInstant  = time.Date(9999, 12, 30, 0, 0, 0, 0, time.UTC)
)

// Entry is a fact ready to be kept: cleaned, with its bytes.
type Entry struct {
	Fact deal.Fact
	raw  []byte // nil until encoded
}

// Entries cleans and encodes facts, puts them in the order of their deals and
// ids and drops those that come twice. A fact that could not be read back as
// it was written is an error, which names it.
func Entries(facts []deal.Fact) ([]Entry, error) {
	order := make([]int32, len(facts))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(i, j int32) int {
		a, b := &facts[i], &facts[j]
		return cmp.Or(bytes.Compare(a.Deal[:], b.Deal[:]), bytes.Compare(a.ID[:], b.ID[:]))
	})
	order = slices.CompactFunc(order, func(i, j int32) bool { return facts[i].ID == facts[j].ID && facts[i].Deal == facts[j].Deal })
	out := make([]Entry, len(order))
	for i, k := range order {
		out[i].Fact = facts[k]
	}
	// Half of the work is the JSON of the bodies, and every fact is by itself.
	workers := min(runtime.GOMAXPROCS(0), 1+len(out)/1000)
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { errs[w] = encode(out[len(out)*w/workers : len(out)*(w+1)/workers]) })
	}
	wg.Wait()
	return out, cmp.Or(errs...)
}

func encode(entries []Entry) error {
	arena := make([]byte, 0, 256*len(entries))
	for i := range entries {
		e := &entries[i]
		begin := len(arena)
		var err error
		if arena, err = appendEntry(arena, &e.Fact); err != nil {
			return fmt.Errorf("fact %s of deal %s: %w", e.Fact.ID, e.Fact.Deal, err)
		}
		e.raw = arena[begin:len(arena):len(arena)]
	}
	return nil
}

// Bundle puts entries of one deal into bytes for a store.
func Bundle(entries []Entry) []byte {
	n := 1
	for _, e := range entries {
		n += len(e.raw)
	}
	b := append(make([]byte, 0, n), bundleVersion)
	for _, e := range entries {
		b = append(b, e.raw...)
	}
	return b
}

// appendEntry writes a fact and puts into it what reading it back will give.
func appendEntry(b []byte, f *deal.Fact) ([]byte, error) {
	if err := clean(f); err != nil {
		return b, err
	}
	body, err := deal.EncodeBody(f.Body)
	if err != nil {
		return b, err
	}
	if bytes.Contains(body, []byte(`\ufffd`)) { // words that were no UTF-8 are kept, and counted, as they will be read
		if f.Body, err = deal.DecodeBody(f.Body.Kind(), body); err != nil {
			return b, err
		}
	}
	kind := f.Body.Kind()
	// The length is not known yet: two bytes are enough for most, and an entry
	// that needs more is moved up.
	begin := len(b)
	b = append(b, 0, 0)
	b = append(b, f.ID[:]...)
	flags := byte(f.Grade)
	if !f.Happened.IsZero() {
		flags |= hasHappened
	}
	if !f.Recorded.IsZero() {
		flags |= hasRecorded
	}
	if !f.By.Person.IsZero() {
		flags |= hasPerson
	}
	mark, err := f.By.Mark()
	if err != nil {
		return b, err
	}
	if f.By != deal.ByOurs(f.By.Person) {
		flags |= hasMark
	}
	if f.Turn != 0 || throughline.IsDated(f.Happened) || throughline.IsDated(f.Learned) {
		flags |= hasOrder
	}
	b = append(b, flags)
	b = binary.AppendVarint(b, f.Learned.UnixMicro())
	if flags&hasHappened != 0 {
		b = binary.AppendVarint(b, f.Happened.UnixMicro()-f.Learned.UnixMicro())
	}
	if flags&hasRecorded != 0 {
		b = binary.AppendVarint(b, f.Recorded.UnixMicro()-f.Learned.UnixMicro())
	}
	if flags&hasPerson != 0 {
		b = append(b, f.By.Person[:]...)
	}
	if flags&hasMark != 0 {
		b = append(b, mark)
	}
	if flags&hasOrder != 0 {
		b = binary.AppendUvarint(b, uint64(f.Turn))
		b = append(b, byte(throughline.DateMark(f.Happened)), byte(throughline.DateMark(f.Learned)))
	}
	b = appendText(b, string(kind))
	b = appendText(b, f.Source.System)
	b = appendText(b, f.Source.Record)
	b = appendText(b, string(body))
	n := len(b) - begin - 2
	if n > math.MaxInt32 {
		return b, errors.New("is too large")
	}
	var head [binary.MaxVarintLen64]byte
	h := binary.PutUvarint(head[:], uint64(n))
	for h < 2 { // never shorter than the room left for it
		head[h-1] |= 0x80
		head[h] = 0
		h++
	}
	if h > 2 {
		b = append(b, head[:h-2]...)
		copy(b[begin+h:], b[begin+2:begin+2+n])
	}
	copy(b[begin:], head[:h])
	return b, nil
}

const (
	gradeBits   = 0x07 // 0x0f up to version 2
	hasMark     = 0x08
	hasHappened = 0x10
	hasRecorded = 0x20
	hasPerson   = 0x40
	hasOrder    = 0x80
)

func appendText(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

// clean checks a fact and brings its instants to what is kept: microseconds,
// and the day, where they keep one; when it landed is an instant and no more.
func clean(f *deal.Fact) error {
	switch {
	case f.ID.IsZero():
		return errors.New("has no id")
	case f.Deal.IsZero():
		return errors.New("belongs to no deal")
	case f.Body == nil:
		return errors.New("says nothing")
	case f.Learned.IsZero():
		return errors.New("does not say when it was learned")
	case f.Grade > throughline.E4:
		return fmt.Errorf("has the grade %d, which is none of E0 to E4", f.Grade)
	case f.Turn < 0:
		return fmt.Errorf("has the turn %d", f.Turn)
	}
	f.Recorded = f.Recorded.UTC()
	for _, t := range []*time.Time{&f.Happened, &f.Learned, &f.Recorded} {
		if t.IsZero() {
			continue
		}
		if *t = throughline.Redated(*t, throughline.DateMark(*t)).Truncate(time.Microsecond); t.Before(firstInstant) || t.After(lastInstant) {
			return fmt.Errorf("has an instant in the year %d", t.Year())
		}
	}
	if d := dayIn(f.Body); !d.IsZero() && (d.Civil().Before(firstInstant) || d.Civil().After(lastInstant)) {
		return fmt.Errorf("has a day in the year %d", d.Civil().Year())
	}
	if p := phaseIn(f.Body); p > throughline.PhaseCount {
		return fmt.Errorf("has the phase %d, which is none of p1 to p9", p)
	}
	return nil
}

// dayIn gives the day that a fact states, the zero one where it states none. A
// new kind of fact that states a day belongs here, or a day of the year 30000
// is kept and no calendar can show it.
func dayIn(body deal.Body) throughline.Day {
	switch b := body.(type) {
	case deal.CloseDateMoved:
		return b.To
	case deal.StepMoved:
		return b.Due
	case deal.Ended:
		return b.Until
	case deal.PromiseMade:
		return b.Due
	case deal.SetAside:
		return b.Until
	case deal.Reconsidered:
		return b.Until
	case deal.WorkMoved:
		return b.Due
	case deal.StepStated:
		return b.Due
	case deal.InitiativeStated:
		return b.By
	case deal.PurchaseStated:
		return b.Due
	case deal.TargetSet:
		return b.By
	case deal.DecisionStated:
		return b.Day
	case deal.BetResolved:
		return b.Until
	}
	return throughline.Day{}
}

// phaseIn gives the phase that a fact names, 0 where it names none.
func phaseIn(body deal.Body) throughline.Phase {
	switch b := body.(type) {
	case deal.Override:
		return b.Position
	case deal.PhaseNotNeeded:
		return b.Phase
	}
	return 0
}

// Unbundle gives the facts of a bundle of deal d, appended to fs.
func Unbundle(fs []deal.Fact, d throughline.DealID, bundle []byte) ([]deal.Fact, error) {
	err := EachKept(bundle, func(k Kept) (err error) {
		f := deal.Fact{
			ID: k.ID, Deal: d, Happened: k.Happened, Learned: k.Learned, Recorded: k.Recorded, Turn: k.Turn, By: k.By,
			Grade: k.Grade, Source: k.Source,
		}
		f.Body, err = deal.DecodeBody(k.Kind, []byte(k.Body))
		if err == nil {
			fs = append(fs, f)
		}
		return err
	})
	return fs, err
}

// Kept is a fact as it lies in a bundle, its body as the JSON of deal.EncodeBody.
type Kept struct {
	ID                          throughline.FactID
	Happened, Learned, Recorded time.Time
	Turn                        int32
	By                          deal.Actor
	Unmarked                    bool // it was written before it was kept who acted; By is what its author and source tell
	Grade                       throughline.Grade
	Source                      deal.Source
	Kind                        deal.Kind
	Body                        string
}

// EachKept gives the facts of a bundle one by one, without reading their bodies.
func EachKept(bundle []byte, take func(Kept) error) error {
	r, err := openBundle(bundle)
	if err != nil {
		return err
	}
	unmarked := bundle[0] < 3
	for len(r.rest) > 0 {
		k := Kept{Unmarked: unmarked}
		e := r.entry()
		copy(k.ID[:], e.take(16))
		flags := e.take(1)
		if r.bad || e.bad {
			return errBundle
		}
		k.Grade = throughline.Grade(flags[0] & gradeBits)
		if unmarked {
			k.Grade = throughline.Grade(flags[0] & 0x0f)
		}
		learned := e.varint()
		k.Learned = time.UnixMicro(learned).UTC()
		if flags[0]&hasHappened != 0 {
			k.Happened = time.UnixMicro(learned + e.varint()).UTC()
		}
		if flags[0]&hasRecorded != 0 {
			k.Recorded = time.UnixMicro(learned + e.varint()).UTC()
		}
		if flags[0]&hasPerson != 0 {
			copy(k.By.Person[:], e.take(16))
		}
		k.By = deal.ByOurs(k.By.Person)
		if mark := byte(0); !unmarked && flags[0]&hasMark != 0 {
			if m := e.take(1); !e.bad {
				mark = m[0]
			}
			var known bool
			if k.By, known = deal.Marked(k.By.Person, mark); !known {
				return errBundle
			}
		}
		if flags[0]&hasOrder != 0 {
			turn, marks := e.uvarint(), e.take(2)
			if e.bad || turn > math.MaxInt32 {
				return errBundle
			}
			k.Turn = int32(turn)
			k.Happened, k.Learned = throughline.Redated(k.Happened, int(marks[0])), throughline.Redated(k.Learned, int(marks[1]))
		}
		k.Kind = deal.Kind(e.text())
		k.Source.System, k.Source.Record = e.text(), e.text()
		k.Body = e.text()
		if unmarked {
			k.By = deal.Unmarked(k.By.Person, k.Source)
		}
		if e.bad || len(e.rest) > 0 {
			return errBundle
		}
		if err := take(k); err != nil {
			return err
		}
	}
	return nil
}

// BundleIDs gives the ids of the facts in a bundle, appended to ids.
func BundleIDs(ids []throughline.FactID, bundle []byte) ([]throughline.FactID, error) {
	r, err := openBundle(bundle)
	if err != nil {
		return ids, err
	}
	for len(r.rest) > 0 {
		e := r.entry()
		id := e.take(16)
		if r.bad || e.bad {
			return ids, errBundle
		}
		ids = append(ids, throughline.FactID([]byte(id)))
	}
	return ids, nil
}

// BundleNames reports whether a bundle may speak of a person: their id stands
// in it as an author or, spelt out, in a body.
func BundleNames(bundle []byte, p throughline.PersonID) bool {
	return bytes.Contains(bundle, p[:]) || bytes.Contains(bundle, []byte(p.String()))
}

// bundleReader never reads past the end: the first fault empties it and is kept.
type bundleReader struct {
	rest string // a string, so that the texts in it need no copies
	bad  bool
}

func openBundle(b []byte) (bundleReader, error) {
	switch {
	case len(b) == 0:
		return bundleReader{}, errBundle
	case b[0] > bundleVersion:
		return bundleReader{}, ErrBundleVersion
	case b[0] < 1:
		return bundleReader{}, errBundle
	}
	return bundleReader{rest: string(b[1:])}, nil
}

func (r *bundleReader) take(n int) string {
	if n < 0 || n > len(r.rest) {
		r.bad, r.rest = true, ""
		return ""
	}
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s
}

func (r *bundleReader) entry() bundleReader { return bundleReader{rest: r.text(), bad: r.bad} }

func (r *bundleReader) uvarint() uint64 {
	var v uint64
	for i := 0; i < len(r.rest) && i < binary.MaxVarintLen64; i++ {
		c := r.rest[i]
		v |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			r.rest = r.rest[i+1:]
			return v
		}
	}
	r.bad, r.rest = true, ""
	return 0
}

func (r *bundleReader) varint() int64 {
	u := r.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

func (r *bundleReader) text() string {
	n := r.uvarint()
	if n > uint64(len(r.rest)) {
		r.bad, r.rest = true, ""
		return ""
	}
	return r.take(int(n))
}
