package operation

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// members gives the deals of an initiative as they stood at an instant: those that
// belonged to it, or with gone also those that did before.
func (d *Desk) members(ctx context.Context, at time.Time, id throughline.ID, gone bool) ([]deal.Deal, error) {
	var ids []throughline.DealID
	err := d.EachSummary(ctx, at, false, func(s *deal.Summary) {
		if _, ever := s.Initiatives[id]; ever && (gone || s.In(id)) {
			ids = append(ids, s.Deal)
		}
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(ids, func(a, b throughline.DealID) int { return slices.Compare(a[:], b[:]) })
	var out []deal.Deal
	for _, one := range ids {
		facts, err := d.Read().Facts(ctx, one)
		if err != nil {
			return nil, err
		}
		if folded, ok := deal.Fold(facts, at); ok {
			out = append(out, folded)
		}
	}
	return out, nil
}

// initiativeMeant finds an initiative by its id, the beginning of it, or its name.
func (d *Desk) initiativeMeant(ctx context.Context, at time.Time, op, word string) (throughline.ID, error) {
	word = strings.TrimSpace(word)
	if id, err := throughline.ParseID(word); err == nil {
		return id, nil
	}
	all, err := d.initiatives(ctx, at)
	if err != nil {
		return throughline.ID{}, err
	}
	var exact, begins []throughline.ID
	for _, i := range all {
		switch name := same(i.Name); {
		case word != "" && name == same(word):
			exact = append(exact, i.ID)
		case word != "" && (strings.HasPrefix(i.ID.String(), strings.ToUpper(word)) || strings.HasPrefix(name, same(word))):
			begins = append(begins, i.ID)
		}
	}
	switch found := append(exact, begins...); {
	case len(exact) == 1 || len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return throughline.ID{}, throughline.Fail(op, throughline.Invalid, cut(word), throughline.Refuse("several_initiatives", "several initiatives begin like that"))
	}
	return throughline.ID{}, throughline.Fail(op, throughline.NotFound, cut(word), throughline.Refuse("no_initiative", "there is no such initiative"))
}

// initiativeKnown is an initiative with the deals that know of it.
type initiativeKnown struct {
	deal.Initiative
	deals []deal.Deal
}

// initiatives gives every initiative that any deal knew of at an instant.
func (d *Desk) initiatives(ctx context.Context, at time.Time) ([]initiativeKnown, error) {
	ids := map[throughline.ID]bool{}
	err := d.EachSummary(ctx, at, false, func(s *deal.Summary) {
		for _, id := range s.InitiativeIDs(true) {
			ids[id] = true
		}
	})
	if err != nil {
		return nil, err
	}
	var out []initiativeKnown
	for id := range ids {
		deals, err := d.members(ctx, at, id, true)
		if err != nil {
			return nil, err
		}
		if i, ok := deal.InitiativeOf(id, deals); ok {
			out = append(out, initiativeKnown{i, deals})
		}
	}
	slices.SortFunc(out, func(a, b initiativeKnown) int {
		return cmp.Or(b.Begun.Compare(a.Begun), slices.Compare(a.ID[:], b.ID[:]))
	})
	return out, nil
}

// initiative gives the one the deal belongs to; the zero ID where it does to none.
func (o *opened) initiative() throughline.ID {
	if ids := o.InitiativeIDs(false); len(ids) > 0 {
		return ids[0]
	}
	return throughline.ID{}
}

// told are the facts about an initiative that a deal knows, without those of
// joining it: in the order in which they count.
func told(facts []deal.Fact, id throughline.ID) []deal.Fact {
	var out []deal.Fact
	for _, f := range facts {
		if _, joins := f.Body.(deal.InitiativeJoined); !joins && deal.InitiativeIn(f.Body) == id {
			out = append(out, f)
		}
	}
	deal.Sort(out)
	return out
}

// spread says in each deal of an initiative what any of them knows of it, so
// that each can be read by itself. Among them is the deal that is written to;
// where it joins, only what the others know is told.
func (o *opened) spread(ctx context.Context, id throughline.ID, joins bool) error {
	others, err := o.desk.members(ctx, o.desk.Present(), id, false)
	if err != nil {
		return err
	}
	others = slices.DeleteFunc(others, func(d deal.Deal) bool { return d.Deal == o.id })
	if joins && len(others) == 0 { // nobody is left in it: what was known when they were
		if others, err = o.desk.members(ctx, o.desk.Present(), id, true); err != nil {
			return err
		}
	}
	type ledger struct {
		deal  throughline.DealID
		facts []deal.Fact
	}
	own := ledger{o.id, append(slices.Clone(o.Known), o.batch.Facts...)}
	all := []ledger{own}
	for _, d := range others {
		all = append(all, ledger{d.Deal, d.Known})
	}
	for k, to := range all {
		for j, from := range all {
			if j != k && !(joins && j == 0) {
				all[k].facts = append(all[k].facts, o.tell(to.deal, all[k].facts, from.facts, id)...)
			}
		}
	}
	return nil
}

// tell adds to a deal what another knows of an initiative and it does not, and
// gives what was added.
func (o *opened) tell(to throughline.DealID, knows, from []deal.Fact, id throughline.ID) (added []deal.Fact) {
	here, there := map[throughline.FactID]throughline.FactID{}, map[throughline.FactID]throughline.FactID{}
	for _, f := range knows {
		here[deal.SameAs(f)] = f.ID
	}
	for _, f := range from {
		there[f.ID] = deal.SameAs(f)
	}
	for _, f := range told(from, id) {
		key := deal.SameAs(f)
		if _, known := here[key]; known {
			continue
		}
		body, ok := copied(f.Body, key, func(of throughline.FactID) throughline.FactID { return here[there[of]] })
		if !ok {
			continue // what it speaks of was taken back
		}
		at := o.add(entry{body: body, grade: f.Grade, source: f.Source, deal: to})
		last := &o.batch.Facts[len(o.batch.Facts)-1]
		last.Happened = f.Happened
		here[key] = at
		added = append(added, *last)
	}
	return added
}

// copied gives what a fact says as another deal says it, which calls the thing
// it speaks of by its own fact.
func copied(b deal.Body, key throughline.FactID, own func(throughline.FactID) throughline.FactID) (deal.Body, bool) {
	of := func(id *throughline.FactID) bool {
		if id.IsZero() {
			return true
		}
		*id = own(*id)
		return !id.IsZero()
	}
	switch b := b.(type) {
	case deal.InitiativeStated:
		b.Same = key
		return b, true
	case deal.PurchaseStated:
		b.Same = key
		ok := of(&b.Of)
		return b, ok
	case deal.WorkMoved:
		b.Same = key
		ok := of(&b.Of)
		return b, ok
	}
	return nil, false
}

// takeBackThere takes back in the other deals of an initiative what is taken
// back here, or brings it in again there.
func (o *opened) takeBackThere(ctx context.Context, of deal.Fact, reason string) error {
	what := of
	c, again := of.Body.(deal.Correction)
	if again {
		i := slices.IndexFunc(o.facts, func(f deal.Fact) bool { return f.ID == c.Of })
		if i < 0 {
			return nil
		}
		what = o.facts[i]
	}
	id := deal.InitiativeIn(what.Body)
	if _, joins := what.Body.(deal.InitiativeJoined); joins || id.IsZero() {
		return nil
	}
	others, err := o.desk.members(ctx, o.desk.Present(), id, false)
	if err != nil {
		return err
	}
	for _, d := range others {
		if d.Deal == o.id {
			continue
		}
		facts, err := o.desk.Read().Facts(ctx, d.Deal)
		if err != nil {
			return err
		}
		for _, f := range deal.Live(facts) {
			switch b := f.Body.(type) {
			case deal.Correction:
				k := slices.IndexFunc(facts, func(x deal.Fact) bool { return x.ID == b.Of })
				if again && k >= 0 && deal.InitiativeIn(facts[k].Body) == id && deal.SameAs(facts[k]) == deal.SameAs(what) {
					o.add(entry{body: deal.Correction{Of: f.ID, Reason: reason}, deal: d.Deal})
				}
			default:
				if !again && deal.InitiativeIn(b) == id && deal.SameAs(f) == deal.SameAs(what) {
					o.add(entry{body: deal.Correction{Of: f.ID, Reason: reason}, deal: d.Deal})
				}
			}
		}
	}
	return nil
}
