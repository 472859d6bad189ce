package recording

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/store"
)

// ManyInput says which deals, and the one thing that is to be said of each.
type ManyInput struct {
	Deals      []string        `arg:"" name:"deal" json:"deals" help:"The deals: our ids, the other system's, or the beginnings of either."`
	Owner      string          `name:"owner" placeholder:"NAME" json:"owner,omitempty" help:"Whose they are from now on: the name of one of our people, or our id."`
	Expect     throughline.Day `name:"expect" placeholder:"DATE" json:"expect,omitzero" help:"The day on which an order is expected."`
	PutOff     throughline.Day `name:"put-off" placeholder:"DATE" json:"put_off,omitzero" help:"Put off: the day on which they come back."`
	NoDecision string          `name:"no-decision" placeholder:"CAUSE" json:"no_decision,omitempty" help:"Ended without a decision: status_quo, indecision, disagreement, overtaken, unfunded, or unknown."`
	Once       string          `kong:"-" json:"once,omitempty"`
}

// Changed is the answer of RecordMany and RecordBack.
type Changed struct {
	Number  int64         `json:"number"`          // of the act, by which it is taken back; 0 where nothing was changed
	Known   bool          `json:"known,omitempty"` // the same form was sent before; nothing was added again
	Deals   []ChangedDeal `json:"deals"`
	Refused []LeftAsItWas `json:"refused,omitempty"`
}

// ChangedDeal is a deal that was changed.
type ChangedDeal struct {
	ID    throughline.DealID `json:"id"`
	Title string             `json:"title"`
}

// LeftAsItWas is a deal that was not changed, and why.
type LeftAsItWas struct {
	ChangedDeal
	Why string `json:"why"`
	Err error  `json:"-"`
}

// mostChanged is how many deals are changed in one act.
const mostChanged = 500

// together is the source of what is written to many deals in one act.
var together = deal.Source{System: "person", Record: "together"}

// RecordMany does the work of operation.RecordMany: change many deals in one act.
func RecordMany(ctx context.Context, d *Desk, in ManyInput) (Changed, error) {
	const op = "change deals"
	bad := func(word string, why error) (Changed, error) {
		return Changed{}, throughline.Fail(op, throughline.Invalid, desk.Short(word), why)
	}
	said := 0
	for _, is := range []bool{strings.TrimSpace(in.Owner) != "", !in.Expect.IsZero(), !in.PutOff.IsZero(), in.NoDecision != ""} {
		said += desk.Count(is)
	}
	cause := throughline.Cause(in.NoDecision)
	switch {
	case len(in.Deals) == 0:
		return bad("", throughline.Refuse("many_none", "no deal is chosen"))
	case len(in.Deals) > mostChanged:
		return bad("", throughline.Refuse("many_most", "%d deals are chosen; at most %d are changed in one act", "n", len(in.Deals), "most", mostChanged))
	case said != 1:
		return bad("", throughline.Refuse("many_one", "one thing is changed in one act: the owner, the expected day, putting off, or no decision"))
	case !in.PutOff.IsZero() && in.PutOff.Sub(d.Today()) <= 0:
		return bad(in.PutOff.String(), throughline.Refuse("past", "the day on which it comes back has to be still to come"))
	case in.NoDecision == "unknown":
		cause = throughline.CauseUnknown
	case in.NoDecision != "" && !slices.Contains(throughline.Causes(), cause):
		return bad(in.NoDecision, throughline.Refuse("unknown_word", "%q is none of the causes", "word", in.NoDecision))
	}
	var owner throughline.PersonID
	if strings.TrimSpace(in.Owner) != "" {
		var err error
		if owner, err = d.ours(ctx, in.Owner); err != nil {
			return bad(in.Owner, err)
		}
	}
	return inOneAct(ctx, d, op, in.Once, in.Deals, func(o *Writer) error {
		open := o.Outcome() == throughline.StillOpen
		switch {
		case !owner.IsZero():
			if o.Owner.Value == owner {
				return throughline.Refuse("many_owner", "it is theirs already")
			}
			o.Add(Entry{Body: deal.OwnerChanged{Owner: owner}, Source: together})
		case !open:
			return throughline.Refuse("many_ended", "it has ended")
		case !in.Expect.IsZero():
			if o.CloseDate() == in.Expect {
				return throughline.Refuse("many_day", "it is expected on that day already")
			}
			o.Add(Entry{Body: deal.CloseDateMoved{To: in.Expect}, Source: together})
		case !in.PutOff.IsZero():
			o.Add(Entry{Grade: throughline.E1, Body: deal.Ended{Outcome: throughline.Postponed, Until: in.PutOff}, Source: together})
		default:
			o.Add(Entry{Grade: throughline.E1, Body: deal.Ended{Outcome: throughline.NoDecision, Cause: cause}, Source: together})
		}
		return nil
	})
}

// ours finds one of our people by id or whole name.
func (d *Desk) ours(ctx context.Context, word string) (throughline.PersonID, error) {
	word = strings.Join(strings.Fields(word), " ")
	if id, err := throughline.ParseID(word); err == nil {
		people, err := d.Read().People(ctx, []throughline.PersonID{throughline.PersonID(id)})
		if p := people[throughline.PersonID(id)]; err == nil && (p.Name == "" || !p.Ours) {
			err = throughline.Refuse("not_ours", "this is none of our people")
		}
		return throughline.PersonID(id), err
	}
	found, err := d.Read().FindPeople(ctx, word, 100)
	if err != nil {
		return throughline.PersonID{}, err
	}
	found = slices.DeleteFunc(found, func(p store.Person) bool { return !p.Ours || !strings.EqualFold(p.Name, word) })
	if len(found) != 1 {
		return throughline.PersonID{}, throughline.Refuse("not_ours", "this is none of our people")
	}
	return found[0].ID, nil
}

// inOneAct writes to many deals in one transaction what fill adds to each;
// what fill refuses leaves that deal as it is.
func inOneAct(ctx context.Context, d *Desk, op, once string, words []string, fill func(*Writer) error) (Changed, error) {
	out := Changed{Deals: []ChangedDeal{}}
	act := &Writer{Desk: d, Op: op, w: Writing{Once: once}, now: d.Present().Truncate(time.Microsecond)}
	var err error
	if out.Known, err = act.sent(ctx); err != nil || out.Known {
		return out, err
	}
	met := map[throughline.DealID]bool{}
	for _, word := range words {
		o, err := begin(ctx, d, op, Writing{ID: word, Once: once})
		switch {
		case err != nil && (throughline.KindOf(err) == throughline.NotFound || throughline.KindOf(err) == throughline.Invalid):
			out.Refused = append(out.Refused, LeftAsItWas{ChangedDeal{Title: word}, reasonOf(err), err})
			continue
		case err != nil:
			return out, err
		case met[o.ID]:
			continue
		}
		met[o.ID] = true
		it := ChangedDeal{o.ID, o.Title.Value}
		if err = fill(o); err == nil {
			err = o.whole()
		}
		if err != nil {
			out.Refused = append(out.Refused, LeftAsItWas{it, reasonOf(err), err})
			continue
		}
		act.Batch.Facts = append(act.Batch.Facts, o.Batch.Facts...)
		out.Deals = append(out.Deals, it)
	}
	if len(act.Batch.Facts) == 0 {
		return out, nil
	}
	if act.Batch.Form, err = act.form(); err != nil {
		return out, err
	}
	return out, act.appendAll(ctx, &out)
}

// appendAll writes an act and finds the number of its transaction.
func (o *Writer) appendAll(ctx context.Context, out *Changed) error {
	before, err := o.Desk.Read().Number(ctx)
	if err != nil {
		return err
	}
	r, err := o.Desk.Ledger.Append(ctx, o.Desk.Workspace, o.Batch)
	if err != nil {
		return err
	}
	if out.Known = r.Known; out.Known {
		return nil
	}
	first := o.Batch.Facts[0]
	for w, err := range o.Desk.Whole().Read().Since(ctx, before) { // also of deals that were handed over, and are seen no more
		if err != nil {
			return err
		}
		if !w.Whole && !slices.Contains(w.Deals, first.Deal) {
			continue
		}
		added, err := o.Desk.Ledger.Added(ctx, o.Desk.Workspace, w.Number)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(added, func(f deal.Fact) bool { return f.ID == first.ID }) {
			out.Number = w.Number
			break
		}
	}
	if o.Desk.Wrote != nil {
		for _, id := range o.touched() {
			o.Desk.Wrote(id)
		}
	}
	return nil
}

// reasonOf is why a deal was left as it was, in plain words.
func reasonOf(err error) string {
	var r *throughline.Refusal
	if errors.As(err, &r) {
		return r.Error()
	}
	return err.Error()
}

// RecordBack does the work of operation.RecordBack: take back what was done to many deals in one act.
func RecordBack(ctx context.Context, d *Desk, in BackInput) (Changed, error) {
	const op = "take back"
	number, err := strconv.ParseInt(in.Number, 10, 64)
	if err != nil || number < 1 {
		return Changed{}, throughline.Fail(op, throughline.Invalid, desk.Short(in.Number), throughline.Refuse("no_act", "no act has this number"))
	}
	added, err := d.Read().Added(ctx, number)
	if err != nil {
		return Changed{}, err
	}
	facts := map[throughline.DealID][]deal.Fact{}
	var deals []string
	for _, f := range added {
		if f.Source != together {
			return Changed{}, throughline.Fail(op, throughline.NotFound, in.Number, throughline.Refuse("no_act", "no act has this number"))
		}
		if facts[f.Deal] = append(facts[f.Deal], f); len(facts[f.Deal]) == 1 {
			deals = append(deals, f.Deal.String())
		}
	}
	if len(deals) == 0 {
		return Changed{}, throughline.Fail(op, throughline.NotFound, in.Number, throughline.Refuse("no_act", "no act has this number"))
	}
	return inOneAct(ctx, d, op, in.Once, deals, func(o *Writer) error {
		counts := map[throughline.FactID]bool{}
		for _, f := range deal.Live(o.Written) {
			counts[f.ID] = true
		}
		for _, f := range facts[o.ID] {
			o.TakeBack(f, "", counts)
		}
		if len(o.Batch.Facts) == 0 {
			return throughline.Refuse("taken_back", "this is already taken back")
		}
		for i := range o.Batch.Facts {
			o.Batch.Facts[i].Source = together
		}
		return nil
	})
}

// BackInput names the act.
type BackInput struct {
	Number string `arg:"" name:"number" path:"number" json:"number,omitempty" help:"The act's number, as it was given."`
	Once   string `kong:"-" json:"once,omitempty"`
}
