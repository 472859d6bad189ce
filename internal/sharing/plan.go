package sharing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/plan"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
)

// ShowPlan does the work of operation.ShowPlan: the shared plan, as the customer sees it, and its links.
func ShowPlan(ctx context.Context, d *Desk, in PlanInput) (PlanPage, error) {
	return d.planPage(ctx, in.ID)
}

// PlanInput names a deal whose plan is meant.
type PlanInput struct {
	ID string `arg:"" name:"id" path:"id" json:"id" help:"The deal: our id, the other system's, or the beginning of either."`
}

// PlanPage is the answer of ShowPlan.
type PlanPage struct {
	Deal     throughline.DealID     `json:"deal"`
	Title    string                 `json:"title"`
	Account  string                 `json:"account"`
	Shared   bool                   `json:"shared"` // a link stands
	Made     bool                   `json:"made"`
	Links    []PlanLinkRow          `json:"links"` // newest first
	Kept     int                    `json:"kept"`  // parts that the customer keeps to themselves; what they say is theirs
	Goal     throughline.Day        `json:"goal,omitzero"`
	Expected throughline.Day        `json:"expected,omitzero"` // when all before the goal is expected to be done
	Steps    []PlanStepRow          `json:"steps"`
	Plan     plan.Plan              `json:"-"`
	People   []throughline.PersonID `json:"-"` // who of theirs takes part
	Names    phrase.Names           `json:"-"`
	Row      showing.DealRow        `json:"-"`
	Standing string                 `json:"-"` // the path of a link that anybody here may open; empty but in a made-up company
}

// PlanLinkRow is a link as it is told; the link itself is kept nowhere.
type PlanLinkRow struct {
	Made    throughline.Day `json:"made"`
	Expires throughline.Day `json:"expires"`
	For     string          `json:"for,omitempty"`
	Domain  string          `json:"domain,omitempty"` // of the e-mail addresses of whoever may open it
	Theirs  bool            `json:"theirs"`           // made by the customer, for a colleague or themselves
	Opened  throughline.Day `json:"opened,omitzero"`  // the last day on which somebody did
	Stands  bool            `json:"stands"`
	Revoked bool            `json:"revoked"`
}

// PlanStepRow is a step of the plan as it is told.
type PlanStepRow struct {
	Section  plan.Section          `json:"section"`
	Text     string                `json:"text"`
	Side     deal.Side             `json:"side"`
	Owner    string                `json:"owner,omitempty"`
	Due      throughline.Day       `json:"due,omitzero"`
	State    throughline.StepState `json:"state"`
	Begin    throughline.Day       `json:"begin_by,omitzero"` // the latest day for the goal to hold in four of five cases
	Critical bool                  `json:"critical,omitempty"`
	Proposed bool                  `json:"proposed,omitempty"` // by us; nobody of theirs has touched it
}

func (d *Desk) planPage(ctx context.Context, id string) (PlanPage, error) {
	page, err := showing.ShowDeal(ctx, d.showing(), showing.DealInput{ID: id})
	if err != nil {
		return PlanPage{}, err
	}
	out := PlanPage{
		Deal:    page.ID,
		Title:   page.Title,
		Account: page.Account,
		Names:   page.Names,
		Row:     page.DealRow,
		Links:   []PlanLinkRow{},
		Steps:   []PlanStepRow{},
	}
	for _, l := range d.Standing {
		if l.Deal != page.ID {
			continue
		}
		stands, err := Stands(ctx, d, l)
		if err != nil {
			return out, err
		}
		if stands {
			out.Standing = l.Path
		}
	}
	at := page.Deal.Plan()
	out.Made = !at.IsZero()
	out.Plan = d.planOf(page, at, nil)
	all, err := d.sharings(ctx, page.Deal)
	if err != nil {
		return out, err
	}
	for _, s := range all {
		out.Kept += s.parts()
		for i := len(s.links) - 1; i >= 0; i-- {
			if s.links[i].ended {
				continue
			}
			row := d.linkRow(s.links[i], page.Names)
			out.Links, out.Shared = append(out.Links, row), out.Shared || row.Stands
		}
	}
	for _, who := range page.Deal.PersonIDs() {
		if p := page.People[who]; p.Name != "" && !p.Ours && !page.Deal.People[who].Left.Value {
			out.People = append(out.People, who)
		}
	}
	out.Goal, out.Expected = out.Plan.Goal, out.Plan.End
	for _, s := range out.Plan.Steps {
		out.Steps = append(
			out.Steps,
			PlanStepRow{
				Section:  s.Section,
				Text:     s.Text,
				Side:     s.Side,
				Owner:    s.Owner,
				Due:      s.Due,
				State:    s.State,
				Begin:    s.Begin,
				Critical: s.Critical,
				Proposed: s.Proposed,
			},
		)
	}
	return out, nil
}

// linkRow is a link as it is told.
func (d *Desk) linkRow(l planLink, names phrase.Names) PlanLinkRow {
	row := PlanLinkRow{
		Made:    throughline.DayOf(l.made, d.Days()),
		Expires: throughline.DayOf(l.Expires, d.Days()),
		Theirs:  l.Theirs,
		Domain:  l.Domain,
		Opened:  l.opened,
		Stands:  l.holds(d.Now()),
		Revoked: l.revoked,
	}
	if !l.Person.IsZero() {
		row.For = phrase.For(d.Language).Who(names, l.Person)
	}
	return row
}

// planOf makes the plan of a deal in the language of the desk.
func (d *Desk) planOf(page showing.DealPage, id throughline.ID, kept []plan.Kept) plan.Plan {
	p := phrase.For(d.Language)
	return plan.Of(
		plan.Input{
			Plan:  id,
			Name:  page.Account,
			Deal:  page.Deal,
			Book:  d.BookOf(&page.Deal.Summary),
			Kept:  kept,
			Today: d.Today(),
			Usual: p.PlanUsual,
			Words: func(s string) string { return p.Text(page.Names, s) },
		},
	)
}

// LinkPlan does the work of operation.LinkPlan: make the plan and a link to it for the customer.
func LinkPlan(ctx context.Context, d *Desk, in LinkInput) (PlanLinked, error) {
	return linkPlan(ctx, d, in, false)
}

func linkPlan(ctx context.Context, d *Desk, in LinkInput, standing bool) (PlanLinked, error) {
	const op = "link plan"
	days := in.Days
	if days == 0 {
		days = usualLinkDays
	}
	if days < 1 || days > mostLinkDays {
		return PlanLinked{}, throughline.Fail(op, throughline.Invalid, "", fmt.Errorf("a link stands for 1 to %d days", mostLinkDays))
	}
	domain, err := boundTo(op, in.Domain)
	if err != nil {
		return PlanLinked{}, err
	}
	begins, err := d.draftOf(ctx, op, in.From, in.ID)
	if err != nil {
		return PlanLinked{}, err
	}
	var out PlanLinked
	var who throughline.PersonID
	var made throughline.ID
	r, err := recording.Write(ctx, d.recording(), op, in.Writing, func(o *recording.Writer) error {
		var err error
		if who, err = o.Person(in.For); err != nil {
			return err
		}
		if made = o.Deal.Plan(); !made.IsZero() {
			proposeFirst(o, begins)
			return d.settle(ctx, o, made, begins)
		}
		secret, err := d.secret(16)
		if err != nil {
			return throughline.Fail(op, throughline.Internal, "", err)
		}
		copy(made[:], secret)
		if err := d.share(ctx, made, planLine, o.ID); err != nil {
			return err
		}
		o.Add(recording.Entry{Body: deal.PlanMade{Plan: made}})
		proposeFirst(o, begins)
		proposeSteps(o, begins.days)
		makeOnce(o)
		return nil
	})
	if err != nil {
		return out, err
	}
	out.Deal = r.Deal
	if made.IsZero() { // sent before: the link of then is kept nowhere
		return out, throughline.Fail(op, throughline.Conflict, in.ID, recording.ErrUsed)
	}
	facts, err := d.Read().Facts(ctx, r.Deal)
	if err != nil {
		return out, err
	}
	folded, _ := deal.Fold(facts, d.Present())
	made = folded.Plan() // somebody else may have made it at the same moment
	expires := d.Today().Add(days).End(d.Days())
	out.Expires = throughline.DayOf(expires.Add(-time.Second), d.Days())
	token, err := d.newLink(ctx, made, planLink{Person: who, Expires: expires, Domain: domain, Standing: standing}, nil, d.room(op, mostLinks))
	if err != nil {
		return out, err
	}
	out.Path = PlanPath + token
	out.URL = d.PublicURL + out.Path
	return out, nil
}

// settle brings a plan that a deal's facts tell of, and nothing here has ever
// opened, to where one is that was made here: brought from elsewhere by its facts
// alone, it has no links, and so no secret of anybody's.
func (d *Desk) settle(ctx context.Context, o *recording.Writer, id throughline.ID, begins firstDraft) error {
	s, err := d.shared(ctx, id)
	if err != nil || s.lines > 0 {
		return err
	}
	proposeSteps(o, begins.days)
	return d.share(ctx, id, planLine, o.ID)
}

// Stands reports whether a link of a made-up company opens its plan.
func Stands(ctx context.Context, d *Desk, l Standing) (bool, error) {
	_, _, err := unlock(ctx, d, strings.TrimPrefix(l.Path, PlanPath))
	if throughline.KindOf(err) == throughline.NotFound {
		return false, nil
	}
	return err == nil, err
}

// Stand makes links to the plans of some open deals of a made-up company, of those
// that have one, at most a given number. It ends those that the former start made,
// and takes the same plans first: what a plan proposes is written to it by the first
// link that it ever had, and by no later one.
func Stand(ctx context.Context, d *Desk, most int) ([]Standing, error) {
	list, err := showing.ListAttention(ctx, d.showing(), showing.AttentionInput{})
	if err != nil {
		return nil, err
	}
	var again, anew []throughline.DealID
	for _, row := range list.Rows {
		if row.Summary == nil || row.Summary.Outcome() != throughline.StillOpen {
			continue
		}
		facts, err := d.Read().Facts(ctx, row.ID)
		if err != nil {
			return nil, err
		}
		folded, _ := deal.Fold(facts, d.Present())
		if folded.Plan().IsZero() || len(folded.Measures()) == 0 {
			continue
		}
		s, err := d.shared(ctx, folded.Plan())
		if err != nil {
			return nil, err
		}
		stood, stand := s.stood()
		if stand {
			if err := d.share(ctx, s.plan, endedLine, struct{}{}); err != nil {
				return nil, err
			}
		}
		if stood {
			again = append(again, row.ID)
		} else {
			anew = append(anew, row.ID)
		}
	}
	var out []Standing
	for _, id := range append(again, anew...) {
		if len(out) == most {
			break
		}
		made, err := linkPlan(ctx, d, LinkInput{Writing: recording.Writing{ID: id.String()}, Days: standingDays}, true)
		switch {
		case throughline.KindOf(err) == throughline.Invalid: // as many stand as may
			continue
		case err != nil:
			return nil, err
		}
		out = append(out, Standing{id, made.Path})
	}
	return out, nil
}

// stood reports whether a start of a made-up company ever made a link to the plan,
// and whether one still stands in the list that a next start has not ended.
func (s *sharing) stood() (ever, still bool) {
	for _, l := range s.links {
		ever, still = ever || l.Standing, still || l.Standing && !l.ended
	}
	return ever, still
}

// PlanPath is where the customer's pages stand.
const PlanPath = "/p/"

const (
	usualLinkDays = 90
	mostLinkDays  = 400
	standingDays  = 30
)

// LinkInput is a link to be made.
type LinkInput struct {
	recording.Writing
	For  string `name:"for" placeholder:"NAME" json:"for,omitempty" help:"Who of the customer it is for: a name of the deal, or an id."`
	Days int    `name:"days" placeholder:"N" json:"days,omitempty" help:"For how many days it stands (default: 90)."`

	From   string `name:"from" placeholder:"WORD" json:"from,omitempty" help:"What its first steps are proposed from, beside what is known and usual: won, for won deals like this one, or a market such as healthcare."`
	Domain string `name:"domain" placeholder:"DOMAIN" json:"domain,omitempty" help:"Of the e-mail addresses of whoever may open it, such as example.com: they get a code there."`
}

// PlanLinked is the answer of LinkPlan.
type PlanLinked struct {
	Deal    throughline.DealID `json:"deal"`
	Path    string             `json:"path"`          // what to send, below the server's address
	URL     string             `json:"url,omitempty"` // the whole of it, where the server's public address is known
	Expires throughline.Day    `json:"expires"`       // the last day on which it opens
}

// makeOnce gives the facts that make a plan ids that hang on the deal alone, and
// on how many plans it has had: made twice at one moment, it is made once.
func makeOnce(o *recording.Writer) {
	n := 0
	for _, f := range o.Written {
		if f.Body.Kind() == deal.KindPlanMade {
			n++
		}
	}
	for i := range o.Batch.Facts {
		o.Batch.Facts[i].ID = throughline.FactID(throughline.KeyedID(throughline.TimeOf(throughline.ID(o.ID)), "plan", o.ID.String(), strconv.Itoa(n),
			strconv.Itoa(i)))
	}
}

// proposeSteps puts onto a new plan the steps that are usually to come, where nobody
// has named one: contracting, use, and the result. They are ours to propose, and
// say nothing about the customer until somebody of theirs touches them. How a
// step stands is copied as far as the customer said so: what we read into it, and
// the day that we wish for, are ours.
func proposeSteps(o *recording.Writer, days map[throughline.Address]int) {
	p := phrase.For(o.Desk.Language)
	there := map[throughline.Address]bool{}
	for _, s := range o.StatedSteps() {
		there[s.About] = true
	}
	step := func(about throughline.Address, label deal.StepLabel, by deal.Side, known toldStep) {
		if there[about] {
			return
		}
		now, e := known.StepMoved, recording.Entry{Grade: throughline.E0}
		b := deal.StepStated{Text: p.PlanUsual(about), Label: label, By: by, About: about, Due: now.Due, Days: days[about], Serves: now.Serves}
		if now.State != "" && now.State != throughline.StepNotBegun {
			b.State, e.On = now.State, throughline.DayOf(known.at, o.Desk.Days()) // it is so since then, not since there is a plan
		}
		e.Body = b
		o.Add(e)
	}
	told := toldSteps(o)
	for _, k := range throughline.Contracting.Steps() {
		now := o.Steps[k.Address()]
		known := told[k.Address()]
		by := cmp.Or(known.By, now.Value.By, deal.Customer) // where they said nothing of it, what we take upon us is ours to propose
		if now.Value.State != throughline.StepNotNeeded {
			step(k.Address(), deal.ContractingStep, by, known)
		}
	}
	step(throughline.Adopt.Address(), deal.OtherStep, deal.Customer, toldStep{})
	step(throughline.Prove.Address(), deal.OtherStep, deal.Customer, toldStep{})
}

// toldStep is how a step of a track stands by what the customer said last, and
// since when.
type toldStep struct {
	deal.StepMoved
	at time.Time
}

// toldSteps gives those of which they said anything. What a fact of ours named
// first stays ours where a later one of theirs carries it on, as the pages and the
// ledger do with what a step has: its day, whose it is, and what it serves. What they
// named themselves before holds then.
func toldSteps(o *recording.Writer) map[throughline.Address]toldStep {
	type said struct {
		step throughline.Address
		what string
	}
	out, ours := map[throughline.Address]toldStep{}, map[throughline.Address]deal.StepMoved{}
	first := map[said]bool{} // words that a step serves, to whether a fact of theirs had them first
	for _, f := range o.OfKind(deal.KindStepMoved) {
		b := f.Body.(deal.StepMoved)
		theirs, was, own := f.Grade.FromCustomer(), out[b.Step].StepMoved, ours[b.Step]
		serves := said{b.Step, desk.Loosely(b.Serves)}
		if _, named := first[serves]; !named {
			first[serves] = theirs
		}
		if !theirs {
			if b.Due != was.Due {
				own.Due = b.Due
			}
			if b.By != was.By {
				own.By = b.By
			}
			ours[b.Step] = own
			continue
		}
		if b.Due == own.Due && !b.Due.IsZero() {
			b.Due = was.Due
		}
		if b.By == "" || b.By == own.By {
			b.By = was.By
		}
		if !b.NoServes && (b.Serves == "" || !first[serves]) {
			b.Serves = was.Serves
		}
		out[b.Step] = toldStep{b, f.When()}
	}
	return out
}

// RevokePlan does the work of operation.RevokePlan: take back every link to the plan, at once.
func RevokePlan(ctx context.Context, d *Desk, in PlanInput) (PlanPage, error) {
	page, err := d.planPage(ctx, in.ID)
	if err != nil {
		return page, err
	}
	if !page.Shared {
		return page, throughline.Fail("revoke plan", throughline.Invalid, in.ID, errors.New("no link to the plan stands"))
	}
	facts, err := d.Read().Facts(ctx, page.Deal)
	if err != nil {
		return page, err
	}
	folded, _ := deal.Fold(facts, d.Present())
	all, err := d.sharings(ctx, folded)
	if err != nil {
		return page, err
	}
	for _, s := range all {
		if err := d.share(ctx, s.plan, revokedLine, struct{}{}); err != nil {
			return page, err
		}
	}
	return d.planPage(ctx, in.ID)
}

// ExportPlan does the work of operation.ExportPlan: the plan as a table or a calendar.
func ExportPlan(ctx context.Context, d *Desk, in PlanExportInput) (PlanExport, error) {
	page, err := d.planPage(ctx, in.ID)
	if err != nil {
		return PlanExport{}, err
	}
	return planExport(page.Plan, in.As, phrase.For(d.Language), d.Now())
}

// PlanExportInput says which plan, and as what.
type PlanExportInput struct {
	ID string `arg:"" name:"id" path:"id" json:"id" help:"The deal: our id, the other system's, or the beginning of either."`
	As string `name:"as" placeholder:"FORM" query:"as" json:"as,omitempty" help:"csv (default) or calendar."`
}

// PlanExport is a plan as a file.
type PlanExport struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Text string `json:"text"`
}

func planExport(p plan.Plan, as string, w *phrase.Phrase, now time.Time) (PlanExport, error) {
	words := w.Plan()
	switch as {
	case "", "csv":
		return PlanExport{"plan.csv", "text/csv; charset=utf-8", string(p.CSV(words))}, nil
	case "calendar", "ics":
		return PlanExport{"plan.ics", "text/calendar; charset=utf-8", string(p.Calendar(words, now))}, nil
	}
	return PlanExport{}, throughline.Fail("export plan", throughline.Invalid, desk.Short(as), errors.New("a plan is exported as csv or as calendar"))
}

// Preview gives the plan as a customer with a link of ours sees it.
func (p PlanPage) Preview() GuestPage {
	return GuestPage{Plan: p.Plan, Names: p.Names, Elsewhere: p.Kept > 0}
}
