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

// PersonMeantOn finds a person by an id, or by the whole name where only one has
// it, as whom they were told on the day of a view.
func (d *Desk) PersonMeantOn(ctx context.Context, op, word string, v View) (store.Person, error) {
	if word = strings.TrimSpace(word); word == "" {
		return store.Person{}, throughline.Fail(op, throughline.Invalid, "", throughline.Refuse("nobody", "nobody is named"))
	}
	if _, err := throughline.ParseID(word); err == nil {
		return d.PersonCalledOn(ctx, op, word, v)
	}
	p, err := d.personMeant(ctx, op, word)
	if err != nil || v.AsOf.IsZero() {
		return p, err
	}
	return d.PersonCalledOn(ctx, op, p.ID.String(), v)
}

// personMeant finds whoever has a whole name, theirs or another that is told as theirs.
func (d *Desk) personMeant(ctx context.Context, op, word string) (store.Person, error) {
	found, err := d.Read().FindPeople(ctx, word, 100)
	if err != nil {
		return store.Person{}, err
	}
	whole := slices.DeleteFunc(slices.Clone(found), func(p store.Person) bool { return store.Folded(p.Name) != store.Folded(word) })
	if len(whole) == 0 && len(found) > 0 { // by another name of theirs
		same, err := d.Read().Merged(ctx)
		if err != nil {
			return store.Person{}, err
		}
		called := map[throughline.PersonID]bool{}
		for id, p := range same {
			if store.Folded(p.Name) == store.Folded(word) {
				called[store.ToldAs(id, same)] = true
			}
		}
		whole = slices.DeleteFunc(slices.Clone(found), func(p store.Person) bool { return !called[p.ID] })
	}
	switch len(whole) {
	case 1:
		return whole[0], nil
	case 0:
		if len(found) == 1 {
			return store.Person{}, throughline.Fail(op, throughline.NotFound, "",
				throughline.Refuse("same_near", "nobody has this whole name; is %s meant?", "near", ListPeople(found)))
		}
		return store.Person{}, throughline.Fail(op, throughline.NotFound, "", throughline.Refuse("no_person", "there is no such person"))
	}
	return store.Person{}, throughline.Fail(op, throughline.Invalid, "", throughline.Refuse("same_several", "several names may be meant: %s", "names", ListPeople(whole)))
}

// ListPeople names people with their ids, so that one can be chosen by it.
func ListPeople(people []store.Person) string {
	var out []string
	for _, p := range people {
		out = append(out, p.Name+" ("+p.ID.String()+")")
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// mostCalled is in how many deals a customer is looked for by a name.
const mostCalled = 50

// AccountCalled finds a customer by our id, or by the name: the whole of it, or a
// part where only one customer has that. One of whose deals none is seen is not there.
func (d *Desk) AccountCalled(ctx context.Context, op, word string) (store.Account, error) {
	word = strings.TrimSpace(word)
	gone := throughline.Fail(op, throughline.NotFound, Short(word), throughline.Refuse("no_account", "there is no such customer"))
	if id, err := throughline.ParseID(word); err == nil {
		found, err := d.Read().Accounts(ctx, []throughline.AccountID{throughline.AccountID(id)})
		if err != nil {
			return store.Account{}, err
		}
		if a, ok := found[throughline.AccountID(id)]; ok {
			if seen, err := d.Read().SeesAccount(ctx, a.ID); err != nil || seen {
				return a, err
			}
		}
		return store.Account{}, gone
	}
	if word == "" {
		return store.Account{}, gone
	}
	deals, err := d.Read().FindDeals(ctx, word, mostCalled)
	if err != nil {
		return store.Account{}, err
	}
	summaries, err := d.Read().SummariesOf(ctx, deals)
	if err != nil {
		return store.Account{}, err
	}
	var ids []throughline.AccountID
	for _, s := range summaries {
		ids = append(ids, s.Account.Value)
	}
	accounts, err := d.Read().Accounts(ctx, Distinct(ids))
	if err != nil {
		return store.Account{}, err
	}
	var whole, part []store.Account
	for _, a := range accounts {
		switch name := store.Folded(a.Name); {
		case name == store.Folded(word):
			whole = append(whole, a)
		case strings.Contains(name, store.Folded(word)):
			part = append(part, a)
		}
	}
	if len(whole) == 0 {
		whole = part
	}
	switch len(whole) {
	case 0:
		return store.Account{}, gone
	case 1:
		return whole[0], nil
	}
	return store.Account{}, sameSeveral(op, word, whole)
}

// AccountNamed finds a customer by our id or by its whole name, for what is written of
// it. Every deal that is seen is looked at, so that a second customer of that name is
// found too, which is Invalid: one of them is not to be guessed.
func (d *Desk) AccountNamed(ctx context.Context, op, word string) (store.Account, error) {
	word = strings.TrimSpace(word)
	if _, err := throughline.ParseID(word); err == nil || word == "" {
		return d.AccountCalled(ctx, op, word)
	}
	var ids []throughline.AccountID
	for h, err := range d.Read().Heads(ctx) {
		if err != nil {
			return store.Account{}, err
		}
		ids = append(ids, h.Account.Value)
	}
	accounts, err := d.Read().Accounts(ctx, Distinct(ids))
	if err != nil {
		return store.Account{}, err
	}
	var whole []store.Account
	for _, a := range accounts {
		if store.Folded(a.Name) == store.Folded(word) {
			whole = append(whole, a)
		}
	}
	switch len(whole) {
	case 0:
		return store.Account{}, throughline.Fail(op, throughline.NotFound, Short(word),
			throughline.Refuse("no_account_named", "there is no customer of that whole name"))
	case 1:
		return whole[0], nil
	}
	return store.Account{}, sameSeveral(op, word, whole)
}

// sameSeveral refuses a word that may mean several customers, with their ids.
func sameSeveral(op, word string, whole []store.Account) error {
	var names []string
	for _, a := range whole {
		names = append(names, a.Name+" ("+a.ID.String()+")")
	}
	slices.Sort(names)
	return throughline.Fail(op, throughline.Invalid, Short(word), throughline.Refuse("same_several", "several names may be meant: %s", "names", strings.Join(names, ", ")))
}
