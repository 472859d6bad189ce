package recording

import (
	"context"
	"net/mail"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// DescribePerson does the work of operation.DescribePerson: what somebody is called, and how they are reached.
func DescribePerson(ctx context.Context, d *Desk, in DescribeInput) (store.Person, error) {
	const op = "describe person"
	was, err := d.PersonCalled(ctx, op, in.ID)
	if err != nil {
		return was, err
	}
	if was.Ours && !d.OfUs { // their name stands under what they wrote
		return was, throughline.Fail(op, throughline.Denied, "", nil)
	}
	o := &Writer{Desk: d, Op: op, now: d.Present().Truncate(time.Microsecond)}
	p := was
	for _, f := range []struct {
		into  *string
		field string
		v     string
	}{{&p.Name, "the name", in.Name}, {&p.Title, "the title", in.Title}, {&p.Phone, "the number", in.Phone}, {&p.Other, "the other address", in.Other}} {
		if *f.into, err = o.plain(f.field, f.v, 200); err != nil {
			return was, err
		}
	}
	p.Email = strings.TrimSpace(in.Email)
	switch {
	case !was.Erased.IsZero():
		return was, o.Bad("", throughline.Refuse("erased", "this person was erased; nothing of theirs is kept again"))
	case p.Name == "":
		return was, o.Bad("", throughline.Refuse("name", "a person needs a name"))
	case p == was:
		return was, o.Bad("", throughline.Refuse("unchanged", "nothing was changed"))
	}
	if p.Email != "" {
		if a, err := mail.ParseAddress(p.Email); err != nil || a.Address != p.Email {
			return was, o.Bad(p.Email, throughline.Refuse("email", "this is no e-mail address"))
		}
	}
	if p.Phone != "" && !dialled(p.Phone) {
		return was, o.Bad("", throughline.Refuse("phone", "this is no number that could be dialled"))
	}
	p.Recorded = o.now
	if !p.Recorded.After(was.Recorded) {
		p.Recorded = was.Recorded.Add(time.Microsecond)
	}
	_, err = d.Ledger.Append(ctx, d.Workspace, store.Batch{People: []store.Person{p}})
	return was, err
}

// DescribeInput says what somebody is called from now on. The answer is what held before.
type DescribeInput struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Title string `json:"title,omitempty"`
	Email string `json:"email,omitempty"`
	Phone string `json:"phone,omitempty"` // a number, as it is dialled
	Other string `json:"other,omitempty"` // another address: a second mailbox, a messenger, a street
}

// dialled reports whether a number could be dialled: digits, with what people set
// between them, and an extension.
func dialled(s string) bool {
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+()-./, #*;extEXT转", r):
			return false
		}
	}
	return digits >= 3
}
