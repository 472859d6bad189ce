package ledger

import (
	"bytes"
	"context"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// Admit appends a line to the register; see store.Register.
func (l *Ledger) Admit(ctx context.Context, ws throughline.Workspace, e store.Admission) error {
	err := l.write(ctx, ws, func(w *writing) error { return w.admit(ctx, e) })
	return l.base.Fail("write to the register of", "", err)
}

// AdmitAll appends lines to the register, all or none; see store.Register.
func (l *Ledger) AdmitAll(ctx context.Context, ws throughline.Workspace, all []store.Admission) error {
	err := l.write(ctx, ws, func(w *writing) error {
		for _, e := range all {
			if err := w.admit(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
	return l.base.Fail("write to the register of", "", err)
}

func (w *writing) admit(ctx context.Context, e store.Admission) error {
	if e.Room == "" || e.Subject.IsZero() || e.Kind == "" || e.At.IsZero() {
		return Refuse(throughline.Invalid, "a line of the register has no room, no subject, no kind or no instant")
	}
	if e.First {
		if err := w.alone(ctx, e.Room); err != nil {
			return err
		}
	}
	if e.Lines != 0 {
		n, err := w.Total(ctx, Admissions, "", Ask{Prefix: in(w.ws, e.Room)})
		if err != nil {
			return err
		}
		if n != int64(e.Lines) {
			return &Refusal{throughline.Conflict, store.ErrMeanwhile.Error(), store.ErrMeanwhile}
		}
	}
	last := int64(0)
	ask := Ask{Columns: []string{"n"}, Prefix: in(w.ws, e.Room, e.Subject[:]), Order: []Order{{"n", true}}, Limit: 1}
	if err := w.Read(ctx, Admissions, ask, func(row Row) error {
		last = row.Int(0)
		return nil
	}); err != nil {
		return err
	}
	if e.N != 0 && int64(e.N) != last+1 {
		return Refuse(throughline.Conflict, "another line of its subject came before")
	}
	w.said.Register = w.said.Register || e.Tells
	return w.mustAdd(ctx, Admissions, e.Room, append([]byte{}, e.Subject[:]...), last+1, e.Kind, e.At.UnixMicro(), append([]byte{}, e.Body...))
}

// alone refuses a room that has a line: writers take turns, so that nobody can
// come in between.
func (w *writing) alone(ctx context.Context, room string) error {
	some := false
	err := w.Read(ctx, Admissions, Ask{Columns: []string{"n"}, Prefix: in(w.ws, room), Limit: 1}, func(Row) error {
		some = true
		return nil
	})
	if err == nil && some {
		err = &Refusal{throughline.Conflict, "it is not the first of its room", store.ErrMeanwhile}
	}
	return err
}

// forget blanks what lines about a person say, and what they kept to themselves,
// and takes their name out of the others (of a token of theirs, of what somebody
// else kept to themselves). That there was somebody stays, and whoever reads the
// lines makes nobody of them.
func (w *writing) forget(ctx context.Context, p throughline.PersonID, r store.Redactor) error {
	var blank [][]any
	err := w.Read(ctx, Admissions, Ask{Prefix: in(w.ws)}, func(row Row) error {
		room, body, changed := row.Text(1), []byte("{}"), true
		if !bytes.Equal(row.Bytes(2), p[:]) && room != store.PrivateRoom(p) {
			body, changed = forgotten(room, append([]byte{}, row.Bytes(6)...), p, r)
		}
		if changed {
			blank = append(blank, []any{room, append([]byte{}, row.Bytes(2)...), row.Int(3), row.Text(4), row.Int(5), body})
		}
		return nil
	})
	for _, row := range blank {
		if err == nil {
			err = w.put(ctx, Admissions, row...)
		}
	}
	return err
}

// forgotten is a line about something else, without a person's name where people
// wrote it: a role, an id or an address of the playbook stays, whatever it spells. So
// does what a directory calls its groups: rules find them by that name, everybody in one
// would lose their role with it, and the directory alone can give it another.
func forgotten(room string, body []byte, p throughline.PersonID, r store.Redactor) ([]byte, bool) {
	switch {
	case room == store.GroupRoom:
		return body, false
	case store.Private(room):
		return r.JSON(body, "text")
	case room == store.RemarkRoom:
		return r.Remark(body)
	case room == store.TeamRoom, strings.Contains(string(body), p.String()): // elsewhere another of the same name keeps it
		return r.JSON(body, "name")
	}
	return body, false
}

// Admissions gives lines of the register; see store.Register.
func (l *Ledger) Admissions(ctx context.Context, ws throughline.Workspace, room string, subject throughline.ID) (out []store.Admission, err error) {
	prefix := in(ws, room)
	if !subject.IsZero() {
		prefix = in(ws, room, subject[:])
	}
	ask := Ask{Columns: []string{"subject", "n", "kind", "written", "body"}, Prefix: prefix}
	err = l.now().Read(ctx, Admissions, ask, func(row Row) error {
		e := store.Admission{Room: room, N: int(row.Int(1)), Kind: row.Text(2), At: time.UnixMicro(row.Int(3)).UTC(), Body: append([]byte{}, row.Bytes(4)...)}
		copy(e.Subject[:], row.Bytes(0))
		out = append(out, e)
		return nil
	})
	return out, l.base.Fail("read the register of", "", err)
}
