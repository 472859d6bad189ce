package operation

import (
	"context"
	"reflect"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
)

// noted is ran of which the audit is told: what changed something, what took
// everything along, what showed what is kept of a person, and what was refused.
// That somebody looked at a deal or a list is nobody's business, and not noted;
// nor that they keep something to themselves.
func (o Operation) noted(ctx context.Context, d *Desk, in any) (any, error) {
	if d.Noting == nil {
		return o.ran(ctx, d, in)
	}
	out, err := o.ran(ctx, d, in)
	refused, deed := throughline.KindOf(err) == throughline.Denied && !d.may(o), desk.Did(o.Name())
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

// changes reports whether an operation with an input changes something that the
// audit tells. Who may come in is told by the room that lets them in.
func (o Operation) changes(in any) bool {
	if looks, is := in.(interface{ Looks() bool }); is && looks.Looks() {
		return false
	}
	return o.Effect == Writes && o.Object() != member.People && o.Object() != member.Private
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

// eachField goes through the fields of a struct, or of what points at one.
func eachField(v any, do func(reflect.StructField, any)) {
	r := reflect.ValueOf(v)
	for r.Kind() == reflect.Pointer && !r.IsNil() {
		r = r.Elem()
	}
	if r.Kind() != reflect.Struct {
		return
	}
	for _, f := range reflect.VisibleFields(r.Type()) {
		if at, err := r.FieldByIndexErr(f.Index); err == nil && f.IsExported() && !f.Anonymous {
			do(f, at.Interface())
		}
	}
}
