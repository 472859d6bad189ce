package operation

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/store"
)

// noted is ran of which the audit is told: what changed something, what took
// everything along, what showed what is kept of a person, and what was refused.
// That somebody looked at a deal or a list is nobody's business, and not noted;
// nor that they keep something to themselves.
func (o Operation) noted(ctx context.Context, d *Desk, in any) (any, error) {
	if d.Noting == nil {
		return o.ran(ctx, d, in)
	}
	var unseen []store.Deed
	if o.Effect == Writes { // before: what is handed over is not seen any more
		unseen = o.unseenIn(ctx, d, in)
	}
	out, err := o.ran(ctx, d, in)
	if o.Effect != Writes && throughline.KindOf(err) == throughline.NotFound {
		unseen = o.unseenIn(ctx, d, in)
	}
	for _, deed := range unseen {
		_ = d.Note(ctx, deed, false) // as below
	}
	refused, deed := throughline.KindOf(err) == throughline.Denied && (!d.may(o) || errors.Is(err, errPartly)), desk.Did(o.Name())
	if refused {
		deed = desk.Refused(o.Name())
	}
	deed.About, deed.Object = o.touched(in, out)
	looked := o.Object() == member.Exports || o.Personal
	switch {
	case refused:
		_ = d.Note(ctx, deed, false) // it is refused whether or not that can be noted; the server's log says so
		return out, err
	case err != nil, !looked && !o.changes(in):
		return out, err
	}
	wait := looked || o.Object() == member.Ledger || o.Object() == member.Company
	if bad := d.Note(ctx, deed, wait); bad != nil && looked { // what cannot be noted is not shown
		return nil, bad
	}
	return out, nil
}

// unseenIn gives the lines that say of which deals, people and customers an input
// speaks that whoever asks does not see: to them these are not there, to the audit
// they were refused.
func (o Operation) unseenIn(ctx context.Context, d *Desk, in any) (out []store.Deed) {
	if s, err := d.Sight(ctx); err != nil || s.Whole() || o.Object() == member.Private {
		return nil // what cannot be read is told where it is run
	}
	for _, word := range namedIn(in) {
		about, id, err := d.unseen(ctx, word)
		if err != nil || about == "" {
			continue
		}
		deed := desk.Refused(o.Name())
		deed.About, deed.Object = about, id
		out = append(out, deed)
	}
	return out
}

// namedIn gives the words of an input that may name a deal, or somebody: ids, and what stands in the place of one.
func namedIn(in any) (out []string) {
	add := func(word string, whatever bool) {
		if _, err := throughline.ParseID(strings.TrimSpace(word)); word != "" && (whatever || err == nil) && !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	eachField(in, func(f reflect.StructField, value any) {
		switch w := value.(type) {
		case string:
			add(w, f.Name == "ID" || f.Tag.Get("path") == "id")
		case []string:
			for _, x := range w {
				add(x, f.Name == "Deals")
			}
		case fmt.Stringer: // an id of one kind or another
			add(w.String(), false)
		}
	})
	return out
}

// unseen finds what a word names that there is and that whoever is at the desk does not see.
func (d *Desk) unseen(ctx context.Context, word string) (about string, id throughline.ID, err error) {
	whole := d.Whole()
	found, err := whole.Find(ctx, word)
	if err == nil {
		seen, err := d.Read().Seen(ctx, []throughline.DealID{found})
		if seen[found] {
			return "", throughline.ID{}, err
		}
		return "deal", throughline.ID(found), err
	}
	id, err = throughline.ParseID(strings.TrimSpace(word))
	if err != nil {
		return "", id, nil
	}
	people, err := whole.Read().People(ctx, []throughline.PersonID{throughline.PersonID(id)})
	if err != nil {
		return "", id, err
	}
	if p, is := people[throughline.PersonID(id)]; is {
		seen, err := d.Read().SeesPerson(ctx, p)
		if seen {
			return "", id, err
		}
		return "person", id, err
	}
	accounts, err := whole.Read().Accounts(ctx, []throughline.AccountID{throughline.AccountID(id)})
	if err != nil || len(accounts) == 0 {
		return "", id, err
	}
	seen, err := d.Read().SeesAccount(ctx, throughline.AccountID(id))
	if seen {
		return "", id, err
	}
	return "id", id, err
}

// changes reports whether an operation with an input changes something that the
// audit tells. Who may come in, and who sees a customer's deals, is told by the room
// that says so.
func (o Operation) changes(in any) bool {
	if looks, is := in.(interface{ Looks() bool }); is && looks.Looks() {
		return false
	}
	return o.Effect == Writes && o.Object() != member.People && o.Object() != member.Sight && o.Object() != member.Private
}

// touched finds of what an operation was: the deal or the person that its input,
// else its answer, names by an id. Words by which somebody looked for one are none.
func (o Operation) touched(in, out any) (about string, id throughline.ID) {
	for _, v := range []any{in, out} {
		eachField(v, func(_ reflect.StructField, value any) {
			switch w := value.(type) {
			case throughline.DealID:
				if id.IsZero() {
					about, id = "deal", throughline.ID(w)
				}
			case throughline.PersonID:
				if id.IsZero() {
					about, id = "person", throughline.ID(w)
				}
			}
		})
	}
	if !id.IsZero() {
		return about, id
	}
	about = "id" // of what, the operation's name says
	if o.Personal || o.Object() == member.Ledger {
		about = "person"
	}
	eachField(in, func(f reflect.StructField, value any) {
		if w, is := value.(string); is && (f.Name == "ID" || f.Name == "Of" || f.Tag.Get("path") == "id") {
			if read, err := throughline.ParseID(w); err == nil {
				id = read
				if f.Name == "Of" { // the audit is asked for what was done with a deal or with a person
					about = "id"
				}
			}
		}
	})
	if id.IsZero() {
		about = ""
	}
	return about, id
}

var knownFields sync.Map // from a reflect.Type to its visible fields

func fieldsOf(t reflect.Type) []reflect.StructField {
	if has, is := knownFields.Load(t); is {
		return has.([]reflect.StructField)
	}
	all := reflect.VisibleFields(t)
	knownFields.Store(t, all)
	return all
}

// eachField goes through the fields of a struct, or of what points at one.
func eachField(v any, do func(reflect.StructField, any)) {
	r := reflect.ValueOf(v)
	for r.Kind() == reflect.Pointer && !r.IsNil() {
		r = r.Elem()
	}
	if r.Kind() != reflect.Struct {
		return
	}
	for _, f := range fieldsOf(r.Type()) {
		if at, err := r.FieldByIndexErr(f.Index); err == nil && f.IsExported() && !f.Anonymous {
			do(f, at.Interface())
		}
	}
}
