package desk

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/intake/spelling"
	"github.com/throughline/throughline/internal/store"
)

// Find finds the one deal that an id, a foreign id or the beginning of one
// means.
func (d *Desk) Find(ctx context.Context, word string) (throughline.DealID, error) {
	if id, err := throughline.ParseID(strings.TrimSpace(word)); err == nil {
		found, err := d.Read().SummariesOf(ctx, []throughline.DealID{throughline.DealID(id)})
		if err != nil {
			return throughline.DealID{}, err
		}
		if len(found) == 1 {
			return found[0].Deal, nil
		}
		return throughline.DealID{}, throughline.Fail("find deal", throughline.NotFound, word, nil)
	}
	found, err := d.Read().FindDeals(ctx, word, 6)
	if other := spelling.OtherID(strings.TrimSpace(word)); err == nil && len(found) == 0 && other != "" {
		word = other // 15 signs and 18 are one record
		found, err = d.Read().FindDeals(ctx, word, 6)
	}
	switch {
	case err != nil:
		return throughline.DealID{}, err
	case len(found) == 0:
		return throughline.DealID{}, throughline.Fail("find deal", throughline.NotFound, word,
			throughline.Refuse("no_deal", "no deal has an id or a name that begins like this; throughline deals --search WORDS looks further"))
	case len(found) == 1:
		return found[0], nil
	}
	summaries, err := d.Read().SummariesOf(ctx, found)
	if err != nil {
		return throughline.DealID{}, err
	}
	var exact []throughline.DealID
	var like []string
	ids := make([]throughline.ID, len(found))
	for i, f := range found {
		ids[i] = throughline.ID(f)
	}
	foreign, err := d.Read().Foreign(ctx, ids)
	if err != nil {
		return throughline.DealID{}, err
	}
	for _, s := range summaries {
		name := s.Title.Value
		for _, r := range foreign[throughline.ID(s.Deal)] {
			name = r.Foreign + " " + name
			if r.Foreign == word {
				exact = append(exact, s.Deal)
			}
		}
		if strings.EqualFold(s.Title.Value, word) {
			exact = append(exact, s.Deal)
		}
		like = append(like, name)
	}
	if len(exact) == 1 {
		return exact[0], nil
	}
	return throughline.DealID{}, throughline.Fail("find deal", throughline.Invalid, word,
		throughline.Refuse("several_deals", "several deals begin like this: %s", "names", strings.Join(like, "; ")))
}

// OwnerMeant makes what says whether words mean a seller, by an id or a part of the name.
func (d *Desk) OwnerMeant(ctx context.Context, words string, ids []throughline.PersonID) (func(throughline.PersonID) bool, error) {
	words = strings.ToLower(strings.TrimSpace(words))
	if id, err := throughline.ParseID(words); err == nil {
		return func(p throughline.PersonID) bool { return p == throughline.PersonID(id) }, nil
	}
	people, err := d.Read().People(ctx, ids)
	return func(p throughline.PersonID) bool {
		return !p.IsZero() && strings.Contains(strings.ToLower(people[p].Name), words)
	}, err
}

// ToldAs gives as whom somebody is told in the end: themselves, where nothing else was said.
func (d *Desk) ToldAs(ctx context.Context, id throughline.PersonID) (throughline.PersonID, error) {
	same, err := d.Read().Merged(ctx)
	return store.ToldAs(id, same), err
}

// PersonCalled finds the person of an id, or as whom they are told.
func (d *Desk) PersonCalled(ctx context.Context, op, word string) (store.Person, error) {
	return d.PersonCalledOn(ctx, op, word, View{})
}

// MergedOn gives who was told as somebody else on the day of a view; also names those
// who may be told as themselves today and were not then.
func (d *Desk) MergedOn(ctx context.Context, v View, also ...throughline.PersonID) (map[throughline.PersonID]store.Person, error) {
	now, err := d.Read().Merged(ctx)
	if err != nil || v.AsOf.IsZero() {
		return now, err
	}
	then := map[throughline.PersonID]store.Person{}
	for _, id := range append(slices.Collect(maps.Keys(now)), also...) {
		versions, err := d.Ledger.PersonVersions(ctx, d.Workspace, id)
		if err != nil {
			return nil, err
		}
		for _, p := range versions {
			if p.Recorded.After(v.Instant(d)) {
				break
			}
			if then[id] = p; p.Same.IsZero() {
				delete(then, id)
			}
		}
	}
	return then, nil
}

// PersonCalledOn finds the person of an id, or as whom they were told on the day of a view.
func (d *Desk) PersonCalledOn(ctx context.Context, op, word string, v View) (store.Person, error) {
	p, err := d.PersonNamed(ctx, op, word)
	if err != nil || v.AsOf.IsZero() && p.Same.IsZero() {
		return p, err
	}
	same, err := d.MergedOn(ctx, v, p.ID)
	if err != nil {
		return p, err
	}
	return d.PersonNamed(ctx, op, store.ToldAs(p.ID, same).String())
}

// PersonNamed finds the person of an id, whoever they are told as.
func (d *Desk) PersonNamed(ctx context.Context, op, word string) (store.Person, error) {
	gone := throughline.Fail(op, throughline.NotFound, Short(word), throughline.Refuse("no_person", "there is no such person"))
	id, err := throughline.ParseID(word)
	if err != nil {
		return store.Person{}, gone
	}
	found, err := d.Read().People(ctx, []throughline.PersonID{throughline.PersonID(id)})
	if err != nil {
		return store.Person{}, err
	}
	if p, ok := found[throughline.PersonID(id)]; ok {
		if seen, err := d.Read().SeesPerson(ctx, p); err != nil || seen {
			return p, err
		}
	}
	return store.Person{}, gone
}
