package desk

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// PrivateNote is what one of ours keeps to themselves about a deal.
type PrivateNote struct {
	ID      throughline.ID     `json:"id"`
	Deal    throughline.DealID `json:"deal"`
	Text    string             `json:"text"`
	Written time.Time          `json:"written_on"`
	Removed time.Time          `json:"removed_on,omitzero"` // zero: it stands
}

// The kinds of lines about a private note.
const (
	privateWritten = "written"
	privateRemoved = "removed"
	privateBack    = "back"
)

// privateBody is what such a line says.
type privateBody struct {
	Note throughline.ID `json:"note,omitzero"`
	Text string         `json:"text,omitempty"`
}

// FoldPrivate gives the notes that lines make, in the order of writing. Lines that
// cannot be read, or were blanked because whose they were was erased, make none.
func FoldPrivate(lines []store.Admission) []PrivateNote {
	var out []PrivateNote
	for _, l := range lines {
		var b privateBody
		if json.Unmarshal(l.Body, &b) != nil || b.Note.IsZero() {
			continue
		}
		i := slices.IndexFunc(out, func(n PrivateNote) bool { return n.ID == b.Note })
		switch {
		case l.Kind == privateWritten && i < 0: // a form that was sent twice at once wrote one note
			out = append(out, PrivateNote{ID: b.Note, Deal: throughline.DealID(l.Subject), Text: b.Text, Written: l.At})
		case l.Kind == privateRemoved && i >= 0:
			out[i].Removed = l.At
		case l.Kind == privateBack && i >= 0:
			out[i].Removed = time.Time{}
		}
	}
	return out
}

// Private gives what whoever reads keeps to themselves: about a deal, or of a zero
// one about all of them, in the order of writing. There is no way to ask for
// somebody else's; who is nobody has none.
func (r Reader) Private(ctx context.Context, id throughline.DealID) ([]PrivateNote, error) {
	if r.viewer.IsZero() {
		return nil, nil
	}
	lines, err := r.ledger.Admissions(ctx, r.ws, store.PrivateRoom(r.viewer), throughline.ID(id))
	if err != nil {
		return nil, err
	}
	out := FoldPrivate(lines)
	slices.SortStableFunc(out, func(a, b PrivateNote) int { return a.Written.Compare(b.Written) })
	return out, nil
}

// PrivateOf is Private about a deal with all that it took in: what was written on
// one of two that became one goes on being seen there.
func (r Reader) PrivateOf(ctx context.Context, id throughline.DealID) ([]PrivateNote, error) {
	if r.viewer.IsZero() {
		return nil, nil
	}
	var out []PrivateNote
	for all, i := []throughline.DealID{id}, 0; i < len(all); i++ {
		notes, err := r.Private(ctx, all[i])
		if err != nil {
			return nil, err
		}
		out = append(out, notes...)
		facts, err := r.Facts(ctx, all[i])
		if err != nil {
			return nil, err
		}
		for _, f := range deal.Live(facts) {
			if l, is := f.Body.(deal.Linked); is && l.As == deal.TookIn && !slices.Contains(all, l.To) {
				all = append(all, l.To)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b PrivateNote) int { return a.Written.Compare(b.Written) })
	return out, nil
}

// KeepPrivate keeps a note for whoever is at the desk alone. Nobody is told that
// there is one: it has no number of a write, and no page hears of it.
func (d *Desk) KeepPrivate(ctx context.Context, n PrivateNote) error {
	return d.private(ctx, n, privateWritten, privateBody{n.ID, n.Text})
}

// RemovePrivate takes a note away, or brings it back. What it said stays in the
// ledger until its author is erased.
func (d *Desk) RemovePrivate(ctx context.Context, n PrivateNote, back bool) error {
	kind := privateRemoved
	if back {
		kind = privateBack
	}
	return d.private(ctx, n, kind, privateBody{Note: n.ID})
}

func (d *Desk) private(ctx context.Context, n PrivateNote, kind string, b privateBody) error {
	if d.Author.IsZero() {
		return throughline.Fail("keep a private note", throughline.Denied, "", nil)
	}
	body, err := json.Marshal(b)
	if err != nil {
		return throughline.Fail("keep a private note", throughline.Internal, "", err)
	}
	return d.Ledger.Admit(ctx, d.Workspace, store.Admission{Room: store.PrivateRoom(d.Author), Subject: throughline.ID(n.Deal), Kind: kind,
		At: d.Now().UTC().Truncate(time.Microsecond), Body: body})
}

// PrivateOf is what somebody keeps to themselves, about all deals. Whoever calls it
// has seen to it that they ask themselves.
func (d *Desk) PrivateOf(ctx context.Context, who throughline.PersonID) ([]PrivateNote, error) {
	return Reader{ledger: d.Ledger, ws: d.Workspace, viewer: who}.Private(ctx, throughline.DealID{})
}
