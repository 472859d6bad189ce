package recording

import (
	"context"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
)

// PrivateInput is a note that only its author reads.
type PrivateInput struct {
	ID   string `arg:"" name:"id" path:"id" json:"id,omitempty" help:"The deal: our id, the other system's, or the beginning of either."`
	Text string `arg:"" name:"text" json:"text" help:"The note."`
	As   string `name:"as" placeholder:"NAME" json:"as,omitempty" help:"Which of our people writes, where nobody signs in: an id, or the whole name."`
	Once string `kong:"-" json:"once,omitempty"` // a token made when the form was shown; the same one writes once
}

// Whose says as whom it is written, where nobody signs in.
func (in PrivateInput) Whose() string { return in.As }

// WrittenPrivately is the answer of WritePrivate and RemovePrivate.
type WrittenPrivately struct {
	desk.PrivateNote
	Known bool `json:"known,omitempty"` // it was so already, or the same form was sent before; nothing was added
}

// WritePrivate does the work of operation.WritePrivate: a note that only its author reads.
func WritePrivate(ctx context.Context, d *Desk, in PrivateInput) (WrittenPrivately, error) {
	o, err := begin(ctx, d, "write private note", Writing{ID: in.ID, Once: in.Once})
	if err != nil {
		return WrittenPrivately{}, err
	}
	if _, err := o.form(); err != nil { // no token of a form
		return WrittenPrivately{}, err
	}
	n := desk.PrivateNote{ID: o.newID("private", 0), Deal: o.ID, Written: o.now}
	if n.Text, err = o.Words("the note", in.Text, true); err != nil {
		return WrittenPrivately{}, err
	}
	notes, err := d.Read().Private(ctx, o.ID)
	if err != nil {
		return WrittenPrivately{}, err
	}
	if i := slices.IndexFunc(notes, func(x desk.PrivateNote) bool { return x.ID == n.ID }); i >= 0 {
		if notes[i].Text != n.Text {
			return WrittenPrivately{}, throughline.Fail(o.Op, throughline.Conflict, in.ID, ErrUsed)
		}
		return WrittenPrivately{notes[i], true}, nil
	}
	return WrittenPrivately{PrivateNote: n}, d.KeepPrivate(ctx, n)
}

// RemovePrivateInput names a private note.
type RemovePrivateInput struct {
	ID   string `arg:"" name:"id" path:"id" json:"id,omitempty" help:"The deal: our id, the other system's, or the beginning of either."`
	Note string `arg:"" name:"note" json:"note" help:"The note's id, as private list shows it."`
	Back bool   `name:"back" json:"back,omitempty" help:"Bring it back."`
	As   string `name:"as" placeholder:"NAME" json:"as,omitempty" help:"Whose it is, where nobody signs in: an id, or the whole name."`
}

// Whose says as whom it is taken away, where nobody signs in.
func (in RemovePrivateInput) Whose() string { return in.As }

// RemovePrivate does the work of operation.RemovePrivate: take a private note away, or bring it back.
func RemovePrivate(ctx context.Context, d *Desk, in RemovePrivateInput) (WrittenPrivately, error) {
	const op = "take a private note away"
	id, err := d.Find(ctx, in.ID)
	if err != nil {
		return WrittenPrivately{}, err
	}
	notes, err := d.Read().PrivateOf(ctx, id)
	if err != nil {
		return WrittenPrivately{}, err
	}
	note, _ := throughline.ParseID(in.Note)
	i := slices.IndexFunc(notes, func(n desk.PrivateNote) bool { return n.ID == note })
	if i < 0 { // nobody's, somebody else's: that is one answer
		return WrittenPrivately{}, throughline.Fail(op, throughline.NotFound, desk.Short(in.Note),
			throughline.Refuse("private_none", "you keep no such note about this deal; throughline private list shows those that you do"))
	}
	out := WrittenPrivately{PrivateNote: notes[i], Known: notes[i].Removed.IsZero() == in.Back}
	if out.Known {
		return out, nil
	}
	if out.Removed = (time.Time{}); !in.Back {
		out.Removed = d.Present()
	}
	return out, d.RemovePrivate(ctx, notes[i], in.Back)
}
