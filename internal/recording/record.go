package recording

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/statement"
	"github.com/throughline/throughline/internal/store"
)

// Writing is the part of an input that says to which deal something is added,
// when it happened, and what the page knew on which it was written.
type Writing struct {
	ID   string          `arg:"" name:"id" path:"id" json:"id,omitempty" help:"The deal: our id, the other system's, or the beginning of either."`
	On   throughline.Day `name:"on" placeholder:"DATE" json:"on,omitzero" help:"The day it happened (default: today)."`
	Once string          `kong:"-" json:"once,omitempty"` // a token made when the form was shown; the same one writes once
	Seen time.Time       `kong:"-" json:"seen,omitzero"`  // when the page was made; what others recorded since is told
}

// Recorded is the answer of everything that adds to one deal.
type Recorded struct {
	Deal      throughline.DealID   `json:"deal"`
	Facts     []throughline.FactID `json:"facts"`               // what was added, or was there from the first sending
	Known     bool                 `json:"known,omitempty"`     // the same form was sent before; nothing was added again
	Meanwhile []deal.Fact          `json:"meanwhile,omitempty"` // what others recorded while it was being written
	Found     diag.Findings        `json:"findings,omitempty"`  // about the words; nothing was held back for them
	Touches   []Touched            `json:"touches,omitempty"`   // parts of the strategy that it speaks to: record rethink says whether it changes
}

// Findings gives what there is to say about the words.
func (r Recorded) Findings() diag.Findings { return r.Found }

// Entry is a fact before it has an id and an author.
type Entry struct {
	Body   deal.Body
	Grade  throughline.Grade
	On     throughline.Day    // the zero Day: as the writing says
	Source deal.Source        // empty: a person
	Deal   throughline.DealID // another deal than the one written to; zero: that one
}

// Writer is a deal that is being written to.
type Writer struct {
	Desk    *Desk
	Op      string
	w       Writing
	ID      throughline.DealID
	Written []deal.Fact
	now     time.Time
	via     deal.Via // of what is being accepted; empty: as whoever writes does
	deal.Deal
	book   *playbook.Playbook
	people map[throughline.PersonID]store.Person
	Batch  store.Batch
	found  diag.Findings
	apart  bool // it takes two deals apart that were one
}

// begin finds the deal that a writing is about.
func begin(ctx context.Context, d *Desk, op string, w Writing) (*Writer, error) {
	o := &Writer{Desk: d, Op: op, w: w, now: d.Present().Truncate(time.Microsecond)}
	if today := o.today(); !w.On.IsZero() && w.On.Sub(today) > 0 {
		return nil, o.Bad(w.On.String(), throughline.Refuse("ahead", "that day is still to come; what has happened has a day up to today"))
	}
	var err error
	if o.ID, err = d.Find(ctx, w.ID); err != nil {
		return nil, err
	}
	if o.Written, err = d.Read().Facts(ctx, o.ID); err != nil {
		return nil, err
	}
	o.Deal, _ = deal.Fold(o.Written, o.now)
	o.Deal.Deal = o.ID
	o.book = d.BookOf(&o.Summary)
	o.people, err = d.Read().People(ctx, desk.PeopleIn(o.Deal))
	return o, err
}

// today is the day it is for whoever writes.
func (o *Writer) today() throughline.Day { return throughline.DayOf(o.now, o.now.Location()) }

func (o *Writer) Bad(subject string, why error) error {
	return throughline.Fail(o.Op, throughline.Invalid, desk.Short(subject), why)
}

// Longest is how much one field of a fact may hold, in bytes.
const Longest = 20_000

// Words brings what somebody typed into the form that is kept: valid, without
// control characters, trimmed, people of the deal named by mention. What is
// left empty but needed, or is longer than fits, is an error that says which.
func (o *Writer) Words(field, s string, needed bool) (string, error) {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	switch {
	case s == "" && needed:
		return "", o.Bad("", throughline.Refuse("empty", "%s is empty", "field", field))
	case len(s) > Longest:
		return "", o.Bad(
			"",
			throughline.Refuse(
				"long_bytes",
				"%s is %d bytes long; at most %d fit into one fact, so that it may be read again",
				"field",
				field,
				"n",
				len(s),
				"most",
				Longest,
			),
		)
	}
	return o.mention(s), nil
}

// mention puts {person:ID} where a person of the customer's stands with their
// whole name, so that erasing them leaves no name in the words.
func (o *Writer) mention(s string) string {
	var all []store.Person
	for _, p := range o.people {
		_, theirs := o.People[o.Same.Of(p.ID)]
		for _, joining := range o.Batch.People {
			theirs = theirs || joining.ID == p.ID
		}
		if theirs && strings.Contains(strings.TrimSpace(p.Name), " ") {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b store.Person) int { return len(b.Name) - len(a.Name) })
	for _, p := range all {
		s, _ = store.NewRedactor(p.ID, []string{p.Name}).Words(s)
	}
	return s
}

// Person finds who is meant: an id, a name, or the beginning of one, among the
// people of the deal. Empty is nobody. Of names that are one person's it gives the one
// that was said, so that it is theirs again when they are two; whoever stays, where
// the words fit several.
func (o *Writer) Person(word string) (throughline.PersonID, error) {
	word = strings.TrimSpace(word)
	if word == "" {
		return throughline.PersonID{}, nil
	}
	if id, err := throughline.ParseID(word); err == nil {
		p := throughline.PersonID(id)
		if _, there := o.People[o.Same.Of(p)]; !there && o.people[p].Name == "" {
			return p, throughline.Fail(o.Op, throughline.NotFound, word, throughline.Refuse("nobody_id", "nobody of this deal has this id"))
		}
		return p, nil
	}
	low := strings.ToLower(strings.Join(strings.Fields(word), " "))
	var exact, begins []throughline.PersonID
	var names []string
	said := map[throughline.PersonID]throughline.PersonID{} // the name that fits, of who is told by several
	fits := func(to *[]throughline.PersonID, id, name throughline.PersonID) {
		if !slices.Contains(*to, id) {
			*to, said[id] = append(*to, id), name
		} else if said[id] != name {
			said[id] = id
		}
	}
	var whole, part []store.Person
	for _, p := range o.people {
		id := o.Same.Of(p.ID) // by each of the names of people who are one
		name := strings.ToLower(strings.Join(strings.Fields(p.Name), " "))
		if _, theirs := o.People[id]; !theirs || name == "" {
			continue
		}
		names = append(names, p.Name)
		if name == low {
			whole = append(whole, p)
		}
		if slices.ContainsFunc(append(strings.Fields(name), name), func(part string) bool { return strings.HasPrefix(part, low) }) {
			part = append(part, p)
		}
	}
	for _, p := range whole {
		fits(&exact, o.Same.Of(p.ID), p.ID)
	}
	if len(exact) == 1 {
		return said[exact[0]], nil
	}
	clear(said)
	for _, p := range part {
		fits(&begins, o.Same.Of(p.ID), p.ID)
	}
	if len(exact) == 0 && len(begins) == 1 {
		return said[begins[0]], nil
	}
	slices.Sort(names)
	if len(exact)+len(begins) == 0 {
		why := throughline.Refuse("unknown", "nobody of this deal is called that; throughline record person adds them")
		if near := diag.Nearest(word, names); near != "" {
			why = throughline.Refuse("did_you_mean", "nobody of this deal is called that; did you mean %s?", "near", near)
		}
		return throughline.PersonID{}, o.Bad(word, why)
	}
	return throughline.PersonID{}, o.Bad(word, throughline.Refuse("several", "several people may be meant: %s", "names", strings.Join(names, ", ")))
}

// address checks that the deal's playbook has what is named. One that a newer
// playbook dropped is told as such.
func (o *Writer) address(word string) (throughline.Address, error) {
	a, err := throughline.ParseAddress(strings.TrimSpace(word))
	if err != nil {
		return "", o.Bad(word, err)
	}
	if _, ok := a.Phase(); ok {
		return a, nil
	}
	if _, ok := a.Step(); ok {
		return a, nil
	}
	if a.Milestone() {
		if _, ok := o.book.Milestone(a); ok {
			return a, nil
		}
		return "", o.Bad(
			word,
			throughline.Refuse(
				"no_milestone",
				"the playbook of this deal has no such milestone (any more); its journey question can be answered instead",
			),
		)
	}
	return a, nil
}

// grade reads a grade; none is our own reading.
func (o *Writer) grade(word string) (throughline.Grade, error) {
	g := throughline.E1
	if word = strings.TrimSpace(word); word == "" {
		return g, nil
	}
	if err := g.UnmarshalText([]byte(word)); err != nil {
		return g, o.Bad(word, err)
	}
	return g, nil
}

// Add puts a fact into what is going to be written.
func (o *Writer) Add(dr Entry) throughline.FactID {
	n, zone := len(o.Batch.Facts), o.now.Location()
	now := throughline.Dated(o.now, zone) // it stays this day for every reader
	f := deal.Fact{Deal: o.ID, Happened: now, Learned: now, Recorded: o.now, By: o.Desk.Actor(),
		Source: deal.Source{System: "person"}, Grade: dr.Grade, Turn: int32(len(o.Written) + n), Body: dr.Body}
	if !dr.Deal.IsZero() {
		f.Deal = dr.Deal
	}
	if o.via != "" {
		f.By.Via = o.via
	}
	if dr.Source.System != "" {
		f.Source = dr.Source
	}
	if on := dr.On; !on.IsZero() && on != o.today() {
		f.Happened = on.Start(zone)
	} else if on.IsZero() && !o.w.On.IsZero() && o.w.On != o.today() {
		f.Happened = o.w.On.Start(zone)
	}
	f.ID = throughline.FactID(o.newID("fact", n))
	o.Batch.Facts = append(o.Batch.Facts, f)
	return f.ID
}

// newID makes an id: from the form's token where there is one, so that the
// same form sent again makes the same ids, else a fresh one.
func (o *Writer) newID(what string, n int) throughline.ID {
	if token, err := throughline.ParseID(o.w.Once); err == nil {
		return throughline.KeyedID(throughline.TimeOf(token), "form", o.w.Once, o.ID.String(), what, fmt.Sprint(n))
	}
	return o.Desk.NewID()
}

// Lint looks for words about a person that should not stand there (I11); the
// finding is told, the words are kept.
func (o *Writer) Lint(texts ...string) {
	l, err := statement.New(statement.Words(o.book.Words))
	if err != nil {
		return // the playbook's own checks say what is wrong with its words
	}
	for _, s := range texts {
		for _, f := range l.Lint(statement.Statement{Text: s, Place: statement.Elsewhere, At: diag.Pos{Line: 1, Column: 1}}) {
			if f.Check == "L13" {
				o.found = append(o.found, f)
			}
		}
	}
}

// meanwhile lists what others recorded since the page was made.
func (o *Writer) meanwhile(mine map[throughline.FactID]bool) (out []deal.Fact) {
	for _, f := range o.Written {
		if !mine[f.ID] && !o.w.Seen.IsZero() && f.Recorded.After(o.w.Seen) && (f.Author() != o.Desk.Author || f.Author().IsZero()) {
			out = append(out, f)
		}
	}
	return out
}

// end writes what was added, in one transaction.
func (o *Writer) end(ctx context.Context) (Recorded, error) {
	out := Recorded{Deal: o.ID, Facts: []throughline.FactID{}, Found: o.found}
	mine := map[throughline.FactID]bool{}
	for _, f := range o.Batch.Facts {
		mine[f.ID] = true
		if !o.goesWith(f) {
			out.Facts = append(out.Facts, f.ID)
		}
	}
	out.Meanwhile = o.meanwhile(mine)
	out.Found = append(out.Found, o.outdone()...)
	out.Touches = o.touches()
	var err error
	if o.Batch.Form, err = o.form(); err != nil {
		return out, err
	}
	if out.Known, err = o.before(); err != nil || out.Known {
		return out, err
	}
	r, err := o.Desk.Ledger.Append(ctx, o.Desk.Workspace, o.Batch)
	if err != nil {
		if o.Batch.Form != nil && throughline.KindOf(err) == throughline.Conflict && !errors.Is(err, store.ErrChanged) { // sent twice at once
			err = throughline.Fail(o.Op, throughline.Conflict, o.w.ID, ErrUsed)
		}
		return out, err
	}
	if out.Known = r.Known; out.Known {
		return out, nil
	}
	if o.Desk.Wrote != nil {
		for _, id := range o.touched() {
			o.Desk.Wrote(id)
		}
	}
	return out, nil
}

// goesWith reports whether a fact says in one deal of an initiative what
// another says in another: it is taken back with that one, and not by itself.
func (o *Writer) goesWith(f deal.Fact) bool {
	_, corrects := f.Body.(deal.Correction)
	return deal.SameAs(f) != f.ID || corrects && f.Deal != o.ID
}

// outdone says which of what is written for an earlier day is not what counts,
// because something later was recorded before.
func (o *Writer) outdone() (out diag.Findings) {
	whole := deal.Deal{}
	for _, f := range o.Batch.Facts {
		if f.Deal != o.ID || f.Happened.Equal(f.Learned) {
			continue
		}
		if whole.Facts == 0 {
			whole, _ = deal.Fold(append(slices.Clone(o.Written), o.Batch.Facts...), o.now)
		}
		if at, is := whole.Outdone(f); is {
			day := throughline.DayOf(at, o.now.Location())
			out = append(
				out,
				diag.Finding{
					Check:    "outdone",
					Severity: diag.Hint,
					Value:    day.String(),
					Message:  fmt.Sprintf("kept for that day; what was recorded for %s is later and still counts", day),
					Hint:     "take the later one back if it is wrong: throughline record undo",
				},
			)
		}
	}
	return out
}

func (o *Writer) touched() []throughline.DealID {
	var out []throughline.DealID
	for _, f := range o.Batch.Facts {
		if !slices.Contains(out, f.Deal) {
			out = append(out, f.Deal)
		}
	}
	return out
}

// Write is the shape of most writings: check, add, write.
func Write(ctx context.Context, d *Desk, op string, w Writing, fill func(*Writer) error) (Recorded, error) {
	o, err := begin(ctx, d, op, w)
	if err != nil {
		return Recorded{}, err
	}
	if sent, err := o.sent(ctx); err != nil {
		return Recorded{}, err
	} else if sent {
		return o.again(), nil
	}
	if err := fill(o); err != nil {
		return Recorded{}, err
	}
	if err := o.whole(); err != nil {
		return Recorded{}, err
	}
	return o.end(ctx)
}

// Known checks a word against a closed list.
func Known[T ~string](o *Writer, word string, list []T) (T, error) {
	if v := T(word); slices.Contains(list, v) {
		return v, nil
	}
	return "", o.Bad(word, diag.Unknown(word, desk.Words(list)))
}
