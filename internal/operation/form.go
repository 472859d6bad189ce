package operation

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"reflect"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// A form carries a token that was made when it was shown. What is written with
// one is kept with a digest of the words, so that a form that is sent twice
// writes once, and a token that comes again with other words is not mistaken
// for the same form.

// notWords are the fields of an input that say nothing: which form it was, when
// its page was made, and the deal, which is part of the token's key.
var notWords = []string{"Once", "Seen", "ID"}

// wordsOf spells what an input says, the same for the same words.
func wordsOf(op string, in any) []byte {
	v := reflect.ValueOf(in).Elem()
	if v.Kind() != reflect.Struct {
		return nil
	}
	out := []byte(op)
	for _, f := range reflect.VisibleFields(v.Type()) {
		if f.Anonymous || !f.IsExported() || slices.Contains(notWords, f.Name) || v.FieldByIndex(f.Index).IsZero() {
			continue
		}
		said, err := json.Marshal(v.FieldByIndex(f.Index).Interface())
		if err != nil {
			continue // nothing that a face could have sent
		}
		out = append(append(append(out, 0), f.Name...), 0)
		out = append(out, said...)
	}
	return out
}

var (
	errToken = throughline.Refuse(
		"token",
		"once is no token of a form; it is an id such as 0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e, and one form's alone",
	)
	errUsed = throughline.Refuse(
		"used",
		"this form was sent before, with other words, and those were kept; these were not. Sent again from here, they are kept too",
	)
)

// form says with which form this is written; nil where there is none.
func (o *opened) form() (*store.Form, error) {
	if o.w.Once == "" {
		return nil, nil
	}
	token, err := throughline.ParseID(o.w.Once)
	if err != nil {
		return nil, throughline.Fail(o.op, throughline.Invalid, cut(o.w.Once), errToken)
	}
	// Led by the token, which is kept nowhere, so that nobody who has the
	// database can try out which words it stands for.
	digest := sha256.Sum256(append(slices.Clone(token[:]), o.desk.Said...))
	return &store.Form{Token: throughline.KeyedID(throughline.TimeOf(token), "form", o.w.Once, o.id.String()), Digest: digest}, nil
}

// sent reports whether this very form was sent before; one that was sent with
// other words is a conflict.
func (o *opened) sent(ctx context.Context) (bool, error) {
	f, err := o.form()
	if f == nil || err != nil {
		return false, err
	}
	digest, sent, err := o.desk.Read().FormSent(ctx, f.Token)
	if err == nil && sent && digest != f.Digest {
		err = throughline.Fail(o.op, throughline.Conflict, o.w.ID, errUsed)
	}
	return sent, err
}

// again is the answer to a form that was sent before: what it added then.
func (o *opened) again() Recorded {
	out := Recorded{Deal: o.id, Facts: []throughline.FactID{}, Known: true}
	mine := map[throughline.FactID]bool{}
	for n := 0; ; n++ {
		id := throughline.FactID(o.newID("fact", n))
		if !slices.ContainsFunc(o.facts, func(f deal.Fact) bool { return f.ID == id }) {
			break
		}
		out.Facts = append(out.Facts, id)
		mine[id] = true
	}
	out.Meanwhile = o.meanwhile(mine)
	return out
}

// before reports whether facts of these ids are there already, from a form that
// was sent when tokens were not kept yet; with other words it is a conflict.
func (o *opened) before() (bool, error) {
	known := false
	for _, f := range o.facts {
		i := slices.IndexFunc(o.batch.Facts, func(mine deal.Fact) bool { return mine.ID == f.ID })
		if i < 0 {
			continue
		}
		if mine := o.batch.Facts[i]; mine.Grade != f.Grade || !reflect.DeepEqual(mine.Body, f.Body) {
			return false, throughline.Fail(o.op, throughline.Conflict, o.w.ID, errUsed)
		}
		known = true
	}
	return known, nil
}
