package ledger

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// Merged gives everybody who is told as somebody else; see store.Ledger.
func (l *Ledger) Merged(ctx context.Context, ws throughline.Workspace) (map[throughline.PersonID]store.Person, error) {
	if l.Unreached {
		return nil, nil
	}
	out, err := merged(ctx, l.now(), ws)
	return out, l.base.Fail("read people in", "", err)
}

// merged gives everybody who is told as somebody else now. Most companies have
// few, or none.
func merged(ctx context.Context, r Reader, ws throughline.Workspace) (map[throughline.PersonID]store.Person, error) {
	var ids []throughline.PersonID
	ask := Ask{Columns: []string{"id"}, Prefix: in(ws), Where: []Cond{{Column: "same", Op: AtLeast, Value: make([]byte, 16)}}, By: "contact_same"}
	err := r.Read(ctx, Contacts, ask, func(row Row) error {
		ids = append(ids, id[throughline.PersonID](row, 0))
		return nil
	})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	latest := map[throughline.PersonID]store.Person{}
	err = personVersions(ctx, r, ws, distinct(ids), func(p store.Person) {
		if had, ok := latest[p.ID]; !ok || !p.Recorded.Before(had.Recorded) {
			latest[p.ID] = p
		}
	})
	maps.DeleteFunc(latest, func(_ throughline.PersonID, p store.Person) bool { return p.Same.IsZero() })
	return latest, err
}

// tellingSame adds, to what is written of deals, that somebody whom it names is
// told as somebody else. A deal that says so already has the same fact.
func (w *writing) tellingSame(ctx context.Context, works []*work) ([]*work, error) {
	if len(works) == 0 {
		return works, nil
	}
	same, err := merged(ctx, w, w.ws)
	if err != nil || len(same) == 0 {
		return works, err
	}
	var more []deal.Fact
	for _, k := range works {
		told := map[throughline.PersonID]bool{}
		var tell func(p throughline.PersonID)
		tell = func(p throughline.PersonID) {
			if v, is := same[p]; is && !told[p] {
				told[p] = true
				more = append(more, deal.SameFact(v.Recorded, p, v.Same, k.id, deal.Actor{Via: deal.ViaJob}))
				tell(v.Same)
			}
		}
		for _, e := range k.entries {
			if e.Fact.Body.Kind() == deal.KindPersonMerged {
				continue
			}
			tell(e.Fact.By.Person)
			for _, p := range deal.PeopleOf(e.Fact.Body) {
				tell(p)
			}
		}
	}
	if len(more) == 0 {
		return works, nil
	}
	entries, err := store.Entries(more)
	if err != nil {
		return nil, err
	}
	for _, add := range byDeal(entries) {
		i, _ := slices.BinarySearchFunc(works, add.id, func(k *work, id throughline.DealID) int { return bytes.Compare(k.id[:], id[:]) })
		k := works[i]
		has := map[throughline.FactID]bool{}
		for _, e := range k.entries {
			has[e.Fact.ID] = true
		}
		for _, e := range add.entries {
			if !has[e.Fact.ID] {
				k.entries = append(k.entries, e)
			}
		}
		slices.SortFunc(k.entries, func(a, b store.Entry) int { return bytes.Compare(a.Fact.ID[:], b.Fact.ID[:]) })
	}
	return works, nil
}

// DealsNaming lists the deals in which a person appears; see store.Ledger.
func (l *Ledger) DealsNaming(ctx context.Context, ws throughline.Workspace, p throughline.PersonID) ([]throughline.DealID, error) {
	refs, err := naming(ctx, l.now(), ws, p)
	out := make([]throughline.DealID, len(refs))
	for i, r := range refs {
		out[i] = r.id
	}
	return out, l.base.Fail("read facts in", "", err)
}
