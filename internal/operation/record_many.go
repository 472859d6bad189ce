package operation

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// RecordMany is `throughline record many`.
var RecordMany = define(Operation{
	Words: []string{"record", "many"}, Route: "POST /changes",
	Summary: "Change many deals in one act",
	About: "Gives deals to another of our people, says when their orders are expected, puts them off, or ends them as no decision with its cause: one of the four, for all of " +
		"them, in one transaction. A deal to which it does not apply is left as it is and named with the reason; the others are changed. The act has a number, by which " +
		"record back takes all of it back at once.",
	Examples: []string{
		`throughline record many 1C1I7A6R 2D2J8B7S --owner "Hanna Brandt"`,
		"throughline record many 1C1I7A6R 2D2J8B7S --expect 2027-03-31",
		"throughline record many 1C1I7A6R 2D2J8B7S --no-decision overtaken",
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, recordMany)

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

func recordMany(ctx context.Context, d *Desk, in ManyInput) (Changed, error) {
	const op = "change deals"
	bad := func(word string, why error) (Changed, error) {
		return Changed{}, throughline.Fail(op, throughline.Invalid, cut(word), why)
	}
	said := 0
	for _, is := range []bool{strings.TrimSpace(in.Owner) != "", !in.Expect.IsZero(), !in.PutOff.IsZero(), in.NoDecision != ""} {
		said += b2i(is)
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
	return inOneAct(ctx, d, op, in.Once, in.Deals, func(o *opened) error {
		open := o.Outcome() == throughline.StillOpen
		switch {
		case !owner.IsZero():
			if o.Owner.Value == owner {
				return throughline.Refuse("many_owner", "it is theirs already")
			}
			o.add(entry{body: deal.OwnerChanged{Owner: owner}, source: together})
		case !open:
			return throughline.Refuse("many_ended", "it has ended")
		case !in.Expect.IsZero():
			if o.CloseDate() == in.Expect {
				return throughline.Refuse("many_day", "it is expected on that day already")
			}
			o.add(entry{body: deal.CloseDateMoved{To: in.Expect}, source: together})
		case !in.PutOff.IsZero():
			o.add(entry{grade: throughline.E1, body: deal.Ended{Outcome: throughline.Postponed, Until: in.PutOff}, source: together})
		default:
			o.add(entry{grade: throughline.E1, body: deal.Ended{Outcome: throughline.NoDecision, Cause: cause}, source: together})
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
func inOneAct(ctx context.Context, d *Desk, op, once string, words []string, fill func(*opened) error) (Changed, error) {
	out := Changed{Deals: []ChangedDeal{}}
	act := &opened{desk: d, op: op, w: Writing{Once: once}, now: d.Present().Truncate(time.Microsecond)}
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
		case met[o.id]:
			continue
		}
		met[o.id] = true
		it := ChangedDeal{o.id, o.Title.Value}
		if err := fill(o); err != nil {
			out.Refused = append(out.Refused, LeftAsItWas{it, reasonOf(err), err})
			continue
		}
		act.batch.Facts = append(act.batch.Facts, o.batch.Facts...)
		out.Deals = append(out.Deals, it)
	}
	if len(act.batch.Facts) == 0 {
		return out, nil
	}
	if act.batch.Form, err = act.form(); err != nil {
		return out, err
	}
	return out, act.appendAll(ctx, &out)
}

// appendAll writes an act and finds the number of its transaction.
func (o *opened) appendAll(ctx context.Context, out *Changed) error {
	before, err := o.desk.Read().Number(ctx)
	if err != nil {
		return err
	}
	r, err := o.desk.Ledger.Append(ctx, o.desk.Workspace, o.batch)
	if err != nil {
		return err
	}
	if out.Known = r.Known; out.Known {
		return nil
	}
	first := o.batch.Facts[0]
	for w, err := range o.desk.Read().Since(ctx, before) {
		if err != nil {
			return err
		}
		if !w.Whole && !slices.Contains(w.Deals, first.Deal) {
			continue
		}
		added, err := o.desk.Ledger.Added(ctx, o.desk.Workspace, w.Number)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(added, func(f deal.Fact) bool { return f.ID == first.ID }) {
			out.Number = w.Number
			break
		}
	}
	if o.desk.Wrote != nil {
		for _, id := range o.touched() {
			o.desk.Wrote(id)
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

// RecordBack is `throughline record back`.
var RecordBack = define(Operation{
	Words: []string{"record", "back"}, Route: "POST /changes/{number}/back",
	Summary: "Take back what was done to many deals in one act",
	About: "Adds a correction of every fact of the act, in one transaction: the facts stay and count no longer. What was recorded on those deals since stays. Taking back what " +
		"took an act back does the act again.",
	Examples: []string{"throughline record back 1204"},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in BackInput) (Changed, error) {
	const op = "take back"
	number, err := strconv.ParseInt(in.Number, 10, 64)
	if err != nil || number < 1 {
		return Changed{}, throughline.Fail(op, throughline.Invalid, cut(in.Number), throughline.Refuse("no_act", "no act has this number"))
	}
	added, err := d.Ledger.Added(ctx, d.Workspace, number)
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
	return inOneAct(ctx, d, op, in.Once, deals, func(o *opened) error {
		counts := map[throughline.FactID]bool{}
		for _, f := range deal.Live(o.facts) {
			counts[f.ID] = true
		}
		for _, f := range facts[o.id] {
			o.takeBack(f, "", counts)
		}
		if len(o.batch.Facts) == 0 {
			return throughline.Refuse("taken_back", "this is already taken back")
		}
		for i := range o.batch.Facts {
			o.batch.Facts[i].Source = together
		}
		return nil
	})
})

// BackInput names the act.
type BackInput struct {
	Number string `arg:"" name:"number" path:"number" json:"-" help:"The act's number, as it was given."`
	Once   string `kong:"-" json:"once,omitempty"`
}
