package recording

import (
	"context"
	"crypto/sha256"
	"reflect"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/store"
)

var (
	ErrToken = throughline.Refuse(
		"token",
		"once is no token of a form; it is an id such as 0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e, and one form's alone",
	)
	ErrUsed = throughline.Refuse(
		"used",
		"this form was sent before, with other words, and those were kept; these were not. Sent again from here, they are kept too",
	)
)

// form says with which form this is written; nil where there is none.
func (o *Writer) form() (*store.Form, error) {
	if o.w.Once == "" {
		return nil, nil
	}
	token, err := throughline.ParseID(o.w.Once)
	if err != nil {
		return nil, throughline.Fail(o.Op, throughline.Invalid, desk.Short(o.w.Once), ErrToken)
	}
	// Led by the token, which is kept nowhere, so that nobody who has the
	// database can try out which words it stands for.
	digest := sha256.Sum256(append(slices.Clone(token[:]), o.Desk.Said...))
	return &store.Form{Token: throughline.KeyedID(throughline.TimeOf(token), "form", o.w.Once, o.ID.String()), Digest: digest}, nil
}

// sent reports whether this very form was sent before; one that was sent with
// other words is a conflict.
func (o *Writer) sent(ctx context.Context) (bool, error) {
	f, err := o.form()
	if f == nil || err != nil {
		return false, err
	}
	digest, sent, err := o.Desk.Read().FormSent(ctx, f.Token)
	if err == nil && sent && digest != f.Digest {
		err = throughline.Fail(o.Op, throughline.Conflict, o.w.ID, ErrUsed)
	}
	return sent, err
}

// again is the answer to a form that was sent before: what it added then.
func (o *Writer) again() Recorded {
	out := Recorded{Deal: o.ID, Facts: []throughline.FactID{}, Known: true}
	mine := map[throughline.FactID]bool{}
	for n := 0; ; n++ {
		id := throughline.FactID(o.newID("fact", n))
		if !slices.ContainsFunc(o.Written, func(f deal.Fact) bool { return f.ID == id }) {
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
func (o *Writer) before() (bool, error) {
	known := false
	for _, f := range o.Written {
		i := slices.IndexFunc(o.Batch.Facts, func(mine deal.Fact) bool { return mine.ID == f.ID })
		if i < 0 {
			continue
		}
		if mine := o.Batch.Facts[i]; mine.Grade != f.Grade || !reflect.DeepEqual(mine.Body, f.Body) {
			return false, throughline.Fail(o.Op, throughline.Conflict, o.w.ID, ErrUsed)
		}
		known = true
	}
	return known, nil
}
