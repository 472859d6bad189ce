package recording

import (
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// initiative gives the one the deal belongs to; the zero ID where it does to none.
func (o *Writer) initiative() throughline.ID {
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
func (o *Writer) spread(ctx context.Context, id throughline.ID, joins bool) error {
	others, err := o.Desk.Whole().Members(ctx, o.Desk.Present(), id, false)
	if err != nil {
		return err
	}
	others = slices.DeleteFunc(others, func(d deal.Deal) bool { return d.Deal == o.ID })
	if joins && len(others) == 0 { // nobody is left in it: what was known when they were
		if others, err = o.Desk.Whole().Members(ctx, o.Desk.Present(), id, true); err != nil {
			return err
		}
	}
	type ledger struct {
		deal  throughline.DealID
		facts []deal.Fact
	}
	own := ledger{o.ID, append(slices.Clone(o.Known), o.Batch.Facts...)}
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
func (o *Writer) tell(to throughline.DealID, knows, from []deal.Fact, id throughline.ID) (added []deal.Fact) {
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
		at := o.Add(Entry{Body: body, Grade: f.Grade, Source: f.Source, Deal: to})
		last := &o.Batch.Facts[len(o.Batch.Facts)-1]
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
func (o *Writer) takeBackThere(ctx context.Context, of deal.Fact, reason string) error {
	what := of
	c, again := of.Body.(deal.Correction)
	if again {
		i := slices.IndexFunc(o.Written, func(f deal.Fact) bool { return f.ID == c.Of })
		if i < 0 {
			return nil
		}
		what = o.Written[i]
	}
	id := deal.InitiativeIn(what.Body)
	if _, joins := what.Body.(deal.InitiativeJoined); joins || id.IsZero() {
		return nil
	}
	others, err := o.Desk.Whole().Members(ctx, o.Desk.Present(), id, false)
	if err != nil {
		return err
	}
	for _, d := range others {
		if d.Deal == o.ID {
			continue
		}
		facts, err := o.Desk.Whole().Read().Facts(ctx, d.Deal)
		if err != nil {
			return err
		}
		for _, f := range deal.Live(facts) {
			switch b := f.Body.(type) {
			case deal.Correction:
				k := slices.IndexFunc(facts, func(x deal.Fact) bool { return x.ID == b.Of })
				if again && k >= 0 && deal.InitiativeIn(facts[k].Body) == id && deal.SameAs(facts[k]) == deal.SameAs(what) {
					o.Add(Entry{Body: deal.Correction{Of: f.ID, Reason: reason}, Deal: d.Deal})
				}
			default:
				if !again && deal.InitiativeIn(b) == id && deal.SameAs(f) == deal.SameAs(what) {
					o.Add(Entry{Body: deal.Correction{Of: f.ID, Reason: reason}, Deal: d.Deal})
				}
			}
		}
	}
	return nil
}
