package ledger

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// ReviseDraft appends a revision; see store.Drafts.
func (l *Ledger) ReviseDraft(ctx context.Context, ws throughline.Workspace, d store.Draft) error {
	const op = "keep draft in"
	if d.ID.IsZero() || d.Revision < 1 || d.Written.IsZero() {
		return l.base.Fail(op, "", Refuse(throughline.Invalid, "it has no id, no number, or no instant at which it was written"))
	}
	err := l.write(ctx, ws, func(w *writing) error {
		last := int64(0)
		err := w.Read(ctx, Drafts, Ask{Columns: []string{"revision"}, Prefix: in(ws, d.ID[:])}, func(row Row) error {
			last = row.Int(0)
			return nil
		})
		if err != nil {
			return err
		}
		if last != int64(d.Revision-1) {
			return Refuse(throughline.Conflict, "the draft was changed meanwhile")
		}
		gone := int64(0)
		if d.Gone {
			gone = 1
		}
		return w.mustAdd(
			ctx,
			Drafts,
			append([]byte{}, d.ID[:]...),
			int64(d.Revision),
			d.Name,
			d.Base,
			append([]byte{}, d.Author[:]...),
			d.Written.UnixMicro(),
			d.Did,
			gone,
			append([]byte{}, d.Beside...),
			append([]byte{}, d.Files...),
		)
	})
	return l.base.Fail(op, "", err)
}

// draftHeads are the columns of a draft but for what it holds.
var draftHeads = []string{"id", "revision", "name", "base", "author", "written", "did", "gone"}

func draftIn(row Row) store.Draft {
	return store.Draft{
		ID:       id[throughline.ID](row, 0),
		Revision: int(row.Int(1)),
		Name:     row.Text(2),
		Base:     row.Text(3),
		Author:   id[throughline.PersonID](row, 4),
		Written:  time.UnixMicro(row.Int(5)).UTC(),
		Did:      row.Text(6),
		Gone:     row.Int(7) != 0,
	}
}

// Drafts gives the last revision of each; see store.Drafts.
func (l *Ledger) Drafts(ctx context.Context, ws throughline.Workspace) (out []store.Draft, err error) {
	err = l.now().Read(ctx, Drafts, Ask{Columns: draftHeads, Prefix: in(ws)}, func(row Row) error { // of each draft the last comes last
		d := draftIn(row)
		if n := len(out); n > 0 && out[n-1].ID == d.ID {
			out = out[:n-1]
		}
		out = append(out, d)
		return nil
	})
	slices.SortStableFunc(out, func(a, b store.Draft) int { return b.Written.Compare(a.Written) })
	return out, l.base.Fail("read drafts of", "", err)
}

// Draft gives a revision in full; see store.Drafts.
func (l *Ledger) Draft(ctx context.Context, ws throughline.Workspace, draft throughline.ID, revision int) (out store.Draft, err error) {
	ask := Ask{Columns: append(slices.Clone(draftHeads), "beside", "files"), Prefix: in(ws, draft[:]), Order: []Order{{"revision", true}}, Limit: 1}
	if revision > 0 {
		ask.Prefix = append(ask.Prefix, int64(revision))
	}
	err = l.now().Read(ctx, Drafts, ask, func(row Row) error {
		out = draftIn(row)
		out.Beside, out.Files = bytes.Clone(row.Bytes(8)), bytes.Clone(row.Bytes(9))
		return nil
	})
	if err == nil && out.Revision == 0 {
		return out, l.base.Fail("read draft", draft.String(), Refuse(throughline.NotFound, "there is no such draft"))
	}
	return out, l.base.Fail("read draft of", "", err)
}

// DraftHistory gives the revisions of a draft; see store.Drafts.
func (l *Ledger) DraftHistory(ctx context.Context, ws throughline.Workspace, draft throughline.ID) (out []store.Draft, err error) {
	err = l.now().Read(ctx, Drafts, Ask{Columns: draftHeads, Prefix: in(ws, draft[:])}, func(row Row) error {
		out = append(out, draftIn(row))
		return nil
	})
	return out, l.base.Fail("read drafts of", "", err)
}
