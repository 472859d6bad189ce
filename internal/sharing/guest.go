package sharing

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/buyingissue"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/plan"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/store"
)

// Guest is somebody of the customer's, by a link of theirs. It reaches one plan
// and nothing else.
type Guest struct {
	desk   *Desk
	deal   throughline.DealID // by which the plan's deal is told
	share  sharing
	link   planLink
	pass   planPass // of a link that is bound to a domain
	secret []byte
	key    []byte // of the parts that are kept; empty where this link cannot read them
}

// unlock opens a plan by the token of a link, and gives how it is shared whether
// that link opens it or not. Whatever is wrong with one, the answer is the same. It
// writes nothing.
func unlock(ctx context.Context, d *Desk, token string) (*Guest, sharing, error) {
	id, secret, ok := readToken(token)
	if !ok {
		return nil, sharing{}, errNoPlan()
	}
	s, err := d.shared(ctx, id)
	if err != nil {
		return nil, s, err
	}
	link, ok := s.find(secret, d.Now())
	if !ok || s.deal.IsZero() {
		return nil, s, errNoPlan()
	}
	facts, err := d.Read().Facts(ctx, s.deal)
	if err != nil {
		return nil, s, err
	}
	folded, _ := deal.Fold(facts, d.Present())
	if folded.Plan() != id {
		return nil, s, errNoPlan() // the deal has another plan, or none
	}
	at, ok, err := d.teller(ctx, folded)
	if err != nil {
		return nil, s, err
	}
	if !ok {
		return nil, s, errNoPlan()
	}
	if link.Person, err = d.ToldAs(ctx, link.Person); err != nil {
		return nil, s, err
	}
	own := *d
	own.Author, own.Acting = throughline.PersonID{}, deal.Actor{Person: link.Person, Side: deal.Customer, Via: deal.ViaPlan}
	g := &Guest{desk: &own, deal: at, share: s, link: link, secret: secret}
	if len(link.Wrapped) > 0 {
		if g.key, err = unseal(wrapping(secret, id), link.Wrapped); err != nil {
			return nil, s, throughline.Fail("open plan", throughline.Corrupt, "", errors.New("the link's key cannot be read"))
		}
	}
	return g, s, nil
}

// GuestPage is what somebody of the customer's sees.
type GuestPage struct {
	Plan      plan.Plan
	Names     phrase.Names
	Me        string // who holds the link, "" where nobody said
	Function  string
	Person    throughline.PersonID
	Private   bool            // this link reads what they keep to themselves
	Elsewhere bool            // somebody of theirs keeps parts that this link cannot read
	Apart     bool            // and began to at the same time: what this link keeps only it reads, and it keeps no more
	ByHand    bool            // this reader came by a code that the supplier passed on, and so may have seen
	KeyByHand bool            // and so did whoever of theirs began to keep parts
	Expires   throughline.Day // the last day on which the link opens
	Seen      time.Time
}

// Page gives the plan as this link shows it.
func (g *Guest) Page(ctx context.Context) (GuestPage, error) {
	page, err := showing.ShowDeal(ctx, g.desk.showing(), showing.DealInput{ID: g.deal.String()})
	if err != nil {
		return GuestPage{}, err
	}
	var kept []plan.Kept
	if len(g.key) > 0 {
		if kept, err = g.share.open(g.key); err != nil {
			return GuestPage{}, err
		}
	}
	out := GuestPage{Plan: g.desk.planOf(page, g.share.plan, kept), Names: page.Names, Private: len(g.key) > 0,
		Elsewhere: len(g.key) == 0 && g.share.begun(g.desk.Now()), Apart: g.apart(&g.share), ByHand: g.byHand(), KeyByHand: g.share.byHand(g.desk.Now()),
		Expires: throughline.DayOf(g.link.Expires.Add(-time.Second), g.desk.Days()), Seen: g.desk.Now()}
	if out.Person = g.link.Person; !out.Person.IsZero() {
		out.Me, out.Function = page.People[out.Person].Name, page.Deal.People[out.Person].Function.Value
	}
	return out, nil
}

// Came notes that somebody came, at most once in ten minutes for each link and
// purpose. Of a program that looks for a preview it is noted as that, and is
// not told as having been opened.
func (g *Guest) Came(ctx context.Context, what string, machine bool) error {
	if machine {
		what = machineVisit
	}
	v := planVisit{Hash: g.link.Hash, What: what}
	if last, ok := g.share.visits[v]; ok && g.desk.Now().Sub(last) < seenEvery {
		return nil
	}
	if err := g.desk.share(ctx, g.share.plan, openedLine, v); err != nil || machine || what == "doorstep" { // who knocks has proved nothing and seen nothing
		return err
	}
	own := g.desk.Desk
	own.Acting = deal.Actor{Side: deal.Customer, Via: deal.ViaPlan}
	return own.Note(ctx, store.Deed{Did: "plan_" + what, About: "deal", Object: throughline.ID(g.deal), Outcome: store.DeedDone}, false)
}

// Export gives the plan as a file, with what this link can read.
func (g *Guest) Export(ctx context.Context, as string) (PlanExport, error) {
	page, err := g.Page(ctx)
	if err != nil {
		return PlanExport{}, err
	}
	return planExport(page.Plan, as, phrase.For(g.desk.Language), g.desk.Now())
}

// write records what somebody wrote on the plan: in writing, so E3, with the
// plan and the link as its source.
func (g *Guest) write(ctx context.Context, once string, said any, fill func(*recording.Writer) error) error {
	own := *g.desk
	own.Said, _ = json.Marshal(said)
	_, err := recording.Write(ctx, own.recording(), "write on plan", recording.Writing{ID: g.deal.String(), Once: once}, func(o *recording.Writer) error {
		if err := g.calmly(o); err != nil {
			return err
		}
		if err := fill(o); err != nil {
			return err
		}
		for i := range o.Batch.Facts {
			f := &o.Batch.Facts[i]
			f.Source = deal.Source{System: recording.FromPlan, Record: g.mark()}
			if f.Body.Kind() != deal.KindCorrection {
				f.Grade = max(f.Grade, throughline.E3)
			}
		}
		return nil
	})
	return err
}

// calmly refuses where more was written by plans of the deal within a day than
// people write: whoever has a link could fill the ledger else. What merging brings
// from another deal keeps the day on which it was written, and counts by that.
func (g *Guest) calmly(o *recording.Writer) error {
	n, since := 0, g.desk.Now().Add(-24*time.Hour)
	for _, f := range o.Written {
		if f.Source.System == recording.FromPlan && f.Learned.After(since) {
			n++
		}
	}
	if n >= mostWritten {
		return o.Bad("", throughline.Refuse("plan_today", "%d facts were written by the plan within a day; that is as many as may be", "n", n))
	}
	return nil
}

// mark names by what the guest writes: an address where the link is bound to a
// domain, else the link.
func (g *Guest) mark() string {
	if g.link.Domain != "" {
		return g.pass.mark()
	}
	return g.link.mark()
}

// seconded is E4 where somebody of another function has said the same, and both
// can be told apart (pen), else E3.
func (g *Guest) seconded(o *recording.Writer, said []deal.Fact) throughline.Grade {
	mine := o.People[g.link.Person].Function.Value
	own, ok := g.share.pen(g.mark())
	if g.link.Person.IsZero() || mine == "" || !ok {
		return throughline.E3
	}
	for _, f := range said {
		by, there := g.share.pen(f.Source.Record)
		if f.Source.System != recording.FromPlan || !there || !own.apart(by) {
			continue
		}
		who := deal.Teller(f.Body)
		if other := o.People[who].Function.Value; who != g.link.Person && other != "" && !strings.EqualFold(other, mine) {
			return throughline.E4
		}
	}
	return throughline.E3
}

// guestWords is words, of somebody who may not name people by their ids.
func guestWords(o *recording.Writer, field, s string, needed bool) (string, error) {
	return o.Words(field, unnamed(s), needed)
}

// unnamed is a text without mentions, whatever stood between their letters.
func unnamed(s string) string { return strings.ReplaceAll(tidy(s), "{person:", "(person:") }

// GuestStep is a step as it is written on the plan.
type GuestStep struct {
	Ref               string // of a step that is there; empty: a new one
	Text              string
	Owner             string
	Due               throughline.Day
	Undated           bool
	Ours              bool // the supplier's
	State             throughline.StepState
	Keep              bool   // from the supplier
	Days              int    // how long it takes, 0: not said
	Serves            string // what it is for, in their words; empty: not said
	NoOwner, NoServes bool   // who was said to do it no longer does; what it was said to be for no longer holds
	Once              string `json:"-"`
}

// Step adds or changes a step. A step that is to be kept from the supplier by a
// link that they have cannot be: then another link is made, which they do not
// have, and its token is given.
func (g *Guest) Step(ctx context.Context, in GuestStep) (token string, err error) {
	page, err := g.Page(ctx)
	if err != nil {
		return "", err
	}
	step, there := page.Plan.Step(in.Ref)
	switch {
	case in.Ref != "" && !there:
		return "", throughline.Fail("write on plan", throughline.NotFound, "", throughline.Refuse("plan_gone", "the plan has no such step"))
	case in.State != "" && !slices.Contains(recording.StepStates, in.State):
		return "", throughline.Fail("write on plan", throughline.Invalid, desk.Short(string(in.State)),
			diag.Unknown(string(in.State), desk.Words(recording.StepStates)))
	case in.Keep && there && !step.Private:
		return "", throughline.Fail("keep to themselves", throughline.Invalid, "",
			throughline.Refuse("plan_public", "the supplier has seen this step; only a new one can be kept from them"))
	case there && step.Private:
		return "", g.keep(ctx, plan.Kept{ID: step.Ref, Text: orElse(in.Text, step.Text), Owner: unlessGone(in.NoOwner, in.Owner, step.Owner), Due: dueOr(in, step.Due),
			Serves: unlessGone(in.NoServes, in.Serves, step.Serves),
			State:  stateOr(in.State, step.State),
			Gone:   in.State == throughline.StepNotNeeded}, false)
	case in.Keep && !there:
		return g.keepNew(ctx, in)
	}
	return "", g.write(ctx, in.Once, in, func(o *recording.Writer) error {
		b, err := g.stepSaid(o, in, !there)
		switch {
		case err != nil:
			return err
		case !there:
			return in.added(o, b)
		}
		return g.changed(o, in, step.Fact, b)
	})
}

// stepSaid reads what is written of a step; a new one needs words.
func (g *Guest) stepSaid(o *recording.Writer, in GuestStep, isNew bool) (deal.StepStated, error) {
	b := deal.StepStated{Due: in.Due, Undated: in.Undated, Days: in.Days, Person: g.link.Person, State: in.State,
		NoOwner: in.NoOwner && !isNew && in.Owner == "", NoServes: in.NoServes && !isNew && in.Serves == ""}
	var err error
	if b.Text, err = guestWords(o, "the step", in.Text, isNew); err != nil {
		return b, err
	}
	if b.Owner, err = guestWords(o, "who does it", in.Owner, false); err != nil {
		return b, err
	}
	if b.Serves, err = guestWords(o, "what it is for", in.Serves, false); err != nil {
		return b, err
	}
	if in.Days < 0 || in.Days > 2000 {
		return b, o.Bad("", throughline.Refuse("plan_days", "how long it takes is a number of days"))
	}
	o.Lint(b.Text, b.Owner, b.Serves)
	return b, nil
}

// by is whose step it is.
func (in GuestStep) by() deal.Side {
	if in.Ours {
		return deal.Us
	}
	return deal.Customer
}

// added puts a new step onto the plan.
func (in GuestStep) added(o *recording.Writer, b deal.StepStated) error {
	if len(o.StatedSteps()) >= recording.MostStated {
		return o.Bad("", throughline.Refuse("plan_many", "the plan has %d steps; that is as many as it may have", "n", recording.MostStated))
	}
	b.By, b.Label = in.by(), recording.AboutOf(b.Text)
	if b.Label == deal.BuyingStep {
		b.About = answers(b.Text)
	}
	if b.State = ""; in.State != "" && in.State != throughline.StepNotBegun { // named first, so that it can be opened again
		id := o.Add(recording.Entry{Grade: throughline.E3, Body: b})
		b = deal.StepStated{Of: id, Text: b.Text, By: b.By, About: b.About, Person: b.Person, State: in.State}
	}
	o.Add(recording.Entry{Grade: throughline.E3, Body: b})
	return nil
}

// changed says of a step that is there what is new of it.
func (g *Guest) changed(o *recording.Writer, in GuestStep, of throughline.FactID, b deal.StepStated) error {
	was, err := o.Stated(of.String())
	if err != nil {
		return err
	}
	b.Of = was.ID
	if in.Ref != "" && in.Ours != (was.By == deal.Us) && in.State == "" && in.Text != "" {
		b.By = in.by()
	}
	b = recording.Since(b, was.StepStated)
	if b.Days == was.Days {
		b.Days = 0
	}
	if b == (deal.StepStated{Of: b.Of, Person: b.Person}) {
		return o.Bad("", throughline.Refuse("unchanged", "nothing of the step is changed"))
	}
	grade := throughline.E3
	switch {
	case b.State == throughline.StepDone:
		b.About = was.About
		if grade, err = g.done(o, was); err != nil {
			return err
		}
	case b.State != "" && was.State == throughline.StepDone:
		b = reopened(o, was, b)
	}
	o.Add(recording.Entry{Grade: grade, Body: recording.OfStep(b, was)})
	return nil
}

// done moves the step of the track along with a step that is done now, and gives
// how far its being done can be trusted. Nobody says it twice.
func (g *Guest) done(o *recording.Writer, was deal.StatedStep) (throughline.Grade, error) {
	for _, f := range was.Confirms {
		if who := f.Body.(deal.StepStated).Person; who == g.link.Person && (!who.IsZero() || f.Source.System == recording.FromPlan) {
			return throughline.E0, o.Bad("", throughline.Refuse("unchanged", "nothing of the step is changed"))
		}
	}
	grade := g.seconded(o, was.Confirms)
	if step, ok := was.About.Step(); ok && was.State != throughline.StepDone {
		o.Add(recording.Entry{Grade: grade, Body: deal.StepMoved{Step: step.Address(), State: throughline.StepDone, By: was.By, Person: g.link.Person}})
	}
	return grade, nil
}

// reopened takes back what the plan said of a step's being done, with the
// evidence that it was, and moves the step of the track. What the same words
// said besides is said again.
func reopened(o *recording.Writer, was deal.StatedStep, b deal.StepStated) deal.StepStated {
	counts := map[throughline.FactID]bool{}
	for _, f := range deal.Live(o.Written) {
		counts[f.ID] = true
	}
	for _, f := range was.Confirms {
		if f.Source.System != recording.FromPlan || f.ID == was.ID {
			continue
		}
		o.TakeBack(f, "", counts)
		said := f.Body.(deal.StepStated)
		if said.Owner != "" {
			b.Owner = orElse(b.Owner, was.Owner)
		}
		if said.Days > 0 && b.Days == 0 {
			b.Days = was.Days
		}
		if (said.Undated || !said.Due.IsZero()) && !b.Undated && b.Due.IsZero() {
			b.Due, b.Undated = was.Due, was.Due.IsZero()
		}
	}
	step, ok := was.About.Step()
	if !ok || o.Steps[step.Address()].Value.State != throughline.StepDone {
		return b
	}
	for _, f := range o.OfKind(deal.KindStepMoved) {
		if m := f.Body.(deal.StepMoved); m.Step == step.Address() && m.State == throughline.StepDone && f.Source.System == recording.FromPlan {
			o.TakeBack(f, "", counts)
		}
	}
	moved := deal.StepMoved{Step: step.Address(), State: b.State, By: was.By, Due: b.Due, Person: b.Person}
	if moved.Due.IsZero() && !b.Undated {
		moved.Due = was.Due
	}
	o.Add(recording.Entry{Grade: throughline.E3, Body: moved})
	return b
}

// answers gives the question of the journey that a step of deciding helps to answer.
func answers(text string) throughline.Address {
	_, issues := buyingissue.KindOf(text)
	for _, i := range buyingissue.Default().Issues {
		if len(issues) > 0 && i.ID == issues[0] {
			return i.Phase.Address()
		}
	}
	return ""
}

func orElse(s, other string) string {
	if strings.TrimSpace(s) == "" {
		return other
	}
	return s
}

func unlessGone(gone bool, s, was string) string {
	if gone {
		return s
	}
	return orElse(s, was)
}

func dueOr(in GuestStep, was throughline.Day) throughline.Day {
	if in.Due.IsZero() && !in.Undated {
		return was
	}
	return in.Due
}

func stateOr(s, was throughline.StepState) throughline.StepState {
	if s == "" {
		return was
	}
	return s
}

// apart reports whether a colleague's key was put to use before the one that this
// link carries. Both were made before either was opened; theirs counts.
func (g *Guest) apart(s *sharing) bool {
	of, ok := s.counts(g.desk.Now())
	return len(g.link.Wrapped) > 0 && ok && of != g.link.key()
}

// keep seals a part that this link can read and keeps it. One that is more is none
// for a link whose key does not count.
func (g *Guest) keep(ctx context.Context, k plan.Kept, more bool) error {
	if len(g.key) == 0 {
		return throughline.Fail("keep to themselves", throughline.Denied, "", nil)
	}
	k, err := keepable(k)
	if err != nil {
		return err
	}
	text, err := json.Marshal(k)
	if err == nil {
		text, err = g.desk.seal(g.key, padded(text))
	}
	if err != nil {
		return throughline.Fail("keep to themselves", throughline.Internal, "", err)
	}
	return g.desk.shareWhile(ctx, g.share.plan, keptLine, sealedPart{ID: k.ID, Sealed: text}, func(s *sharing) error {
		if more && g.apart(s) {
			return errPlanKept()
		}
		if s.sealed+len(text) > mostSealed {
			return throughline.Fail("keep to themselves", throughline.Invalid, "",
				throughline.Refuse("plan_many", "the plan keeps %d bytes; that is as many as it may", "n", s.sealed))
		}
		return nil
	})
}

// keepable brings a part into the form that is kept, or says why it cannot be.
func keepable(k plan.Kept) (plan.Kept, error) {
	k.Text, k.Owner, k.Serves = tidy(k.Text), tidy(k.Owner), tidy(k.Serves)
	switch {
	case k.Text == "":
		return k, throughline.Fail("keep to themselves", throughline.Invalid, "", throughline.Refuse("empty", "the step is empty"))
	case len(k.Text)+len(k.Owner)+len(k.Serves) > recording.Longest:
		return k, throughline.Fail("keep to themselves", throughline.Invalid, "",
			throughline.Refuse("long_bytes", "the step is %d bytes long; at most %d fit into one fact, so that it may be read again", "n", len(k.Text),
				"most", recording.Longest))
	}
	return k, nil
}

func tidy(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")))
}

// keepNew keeps a new part, with a link of their own where this one is ours.
// Sent twice it is kept once: the first answer may never have arrived.
func (g *Guest) keepNew(ctx context.Context, in GuestStep) (token string, err error) {
	id, err := g.keptID(in.Once)
	if err != nil {
		return "", err
	}
	k, err := keepable(plan.Kept{ID: id, Text: in.Text, Owner: in.Owner, Serves: in.Serves, Due: in.Due, State: throughline.StepNotBegun})
	if err != nil {
		return "", err
	}
	there := slices.ContainsFunc(g.share.kept, func(s sealedPart) bool { return s.ID == id })
	if !there && g.share.parts() >= mostKept {
		return "", throughline.Fail("keep to themselves", throughline.Invalid, "",
			throughline.Refuse("plan_many", "the plan has %d steps; that is as many as it may have", "n", mostKept))
	}
	if len(g.key) == 0 {
		if g.byHand() && g.desk.Mail != nil {
			return "", throughline.Fail("keep to themselves", throughline.Denied, "", throughline.Refuse("plan_by_hand",
				"the supplier has seen the code by which this page was opened; open it with one that is mailed, and keep the step then"))
		}
		if g.key, err = g.desk.secret(32); err != nil {
			return "", throughline.Fail("keep to themselves", throughline.Internal, "", err)
		}
		room := g.desk.room("keep to themselves", mostTheirs)
		if token, err = g.desk.newLink(ctx, g.share.plan, planLink{Theirs: true, Person: g.link.Person, Expires: g.link.Expires, First: true,
			Domain: g.link.Domain, Hand: g.byHand()}, g.key, func(s *sharing) error {
			if s.begun(g.desk.Now()) {
				return errPlanKept()
			}
			return room(s)
		}); err != nil {
			return "", err
		}
		return token, g.keep(ctx, k, false)
	}
	kept, err := g.share.open(g.key)
	if err != nil {
		return "", err
	}
	for _, was := range kept {
		switch {
		case was.ID != k.ID:
		case was != k:
			return "", throughline.Fail("keep to themselves", throughline.Conflict, "", recording.ErrUsed)
		default:
			return "", nil
		}
	}
	return "", g.keep(ctx, k, true)
}

// byHand reports whether the guest came by a code that one of us passed on. Of us
// everybody who saw it could have come by it: it proves nobody.
func (g *Guest) byHand() bool { return g.link.Domain != "" && !g.pass.Mailed }

// keptID is how a new part is called: by the form it was sent with, if by any.
func (g *Guest) keptID(once string) (string, error) {
	if once != "" {
		token, err := throughline.ParseID(once)
		if err != nil {
			return "", throughline.Fail("keep to themselves", throughline.Invalid, desk.Short(once), recording.ErrToken)
		}
		return plan.Ref(g.share.plan, throughline.KeyedID(throughline.TimeOf(token), "kept", once, g.share.plan.String())), nil
	}
	name, err := g.desk.secret(10)
	if err != nil {
		return "", throughline.Fail("keep to themselves", throughline.Internal, "", err)
	}
	var id throughline.ID
	copy(id[:], name)
	return plan.Ref(g.share.plan, id), nil
}

// GuestAnswer is an answer to one of the questions of the decision.
type GuestAnswer struct {
	Aspect  string
	Text    string
	Day     throughline.Day
	Unknown bool
	Once    string `json:"-"`
}

// Answer says how they decide. The same answer from another function counts as
// both of theirs.
func (g *Guest) Answer(ctx context.Context, in GuestAnswer) error {
	return g.write(ctx, in.Once, in, func(o *recording.Writer) error {
		aspect, err := recording.Known(o, in.Aspect, deal.Aspects())
		if err != nil {
			return err
		}
		b := deal.DecisionStated{Aspect: aspect, Unknown: in.Unknown, Person: g.link.Person}
		if !in.Unknown {
			if b.Text, err = guestWords(o, "the answer", in.Text, !aspect.Dated() || in.Day.IsZero()); err != nil {
				return err
			}
			if aspect.Dated() {
				b.Day = in.Day
			}
		}
		o.Lint(b.Text)
		grade := throughline.E3
		for _, p := range o.Decision() {
			if p.Aspect == aspect && p.Known() && p.Text == b.Text && p.Day == b.Day && p.Unknown == b.Unknown {
				if p.Said.Grade.FromCustomer() && p.Person == g.link.Person {
					return o.Bad("", throughline.Refuse("unchanged", "nothing of the step is changed"))
				}
				grade = g.seconded(o, p.Confirms)
			}
		}
		o.Add(recording.Entry{Grade: grade, Body: b})
		return nil
	})
}

// GuestOutcome is what they want to have moved, or, with Ref, what came of it.
type GuestOutcome struct {
	Ref, Measure, Baseline, Target, Actual string
	Once                                   string `json:"-"`
}

// Outcome sets a target of theirs, or says what came of one.
func (g *Guest) Outcome(ctx context.Context, in GuestOutcome) error {
	return g.write(ctx, in.Once, in, func(o *recording.Writer) error {
		if in.Ref != "" {
			for _, m := range o.Measures() {
				if plan.Ref(g.share.plan, throughline.ID(m.ID)) != in.Ref {
					continue
				}
				actual, err := guestWords(o, "what came of it", in.Actual, true)
				if err != nil {
					return err
				}
				o.Lint(actual)
				o.Add(recording.Entry{Grade: throughline.E3, Body: deal.ResultMeasured{Of: m.ID, Actual: actual, Person: g.link.Person}})
				return nil
			}
			return throughline.Fail(o.Op, throughline.NotFound, "", throughline.Refuse("plan_gone", "the plan has no such outcome"))
		}
		b := deal.TargetSet{Person: g.link.Person}
		for _, w := range []struct {
			to    *string
			field string
			from  string
			must  bool
		}{{&b.Measure, "what is measured", in.Measure, true}, {&b.Target, "what it should become", in.Target, true},
			{&b.Baseline, "what it is today", in.Baseline, false}} {
			var err error
			if *w.to, err = guestWords(o, w.field, w.from, w.must); err != nil {
				return err
			}
		}
		o.Lint(b.Measure, b.Target)
		o.Add(recording.Entry{Grade: throughline.E3, Body: b})
		return nil
	})
}

// Comment writes beside a step, or, with an empty ref, about the whole plan.
func (g *Guest) Comment(ctx context.Context, ref, text, once string) error {
	page, err := g.Page(ctx)
	if err != nil {
		return err
	}
	step, there := page.Plan.Step(ref)
	if ref != "" && (!there || step.Private) {
		return throughline.Fail("write on plan", throughline.NotFound, "", throughline.Refuse("plan_gone", "the plan has no such step"))
	}
	return g.write(ctx, once, []string{ref, text}, func(o *recording.Writer) error {
		b := deal.Commented{Of: step.Fact, By: deal.Customer, Person: g.link.Person}
		if b.Text, err = guestWords(o, "the comment", text, true); err != nil {
			return err
		}
		if len(o.OfKind(deal.KindCommented)) >= mostComments {
			return o.Bad("", throughline.Refuse("plan_many", "the plan has as many comments as it may have"))
		}
		o.Lint(b.Text)
		o.Add(recording.Entry{Grade: throughline.E3, Body: b})
		return nil
	})
}

const mostComments = 1000

// Introduce says who holds the link.
func (g *Guest) Introduce(ctx context.Context, name, function, once string) error {
	who, err := g.takesPart(ctx, name, function, once)
	if err != nil {
		return err
	}
	of := g.link.Hash
	if g.link.Domain != "" {
		of = g.pass.Address
	}
	return g.desk.share(ctx, g.share.plan, namedLine, planLink{Hash: of, Person: who})
}

// Invite makes a link for a colleague and gives its token. It reads what the
// inviting one reads, unless a colleague's key counts instead.
func (g *Guest) Invite(ctx context.Context, name, function, once string) (token string, err error) {
	room := g.desk.room("invite", mostTheirs)
	if err := room(&g.share); err != nil { // before anybody takes part for it
		return "", err
	}
	who, err := g.takesPart(ctx, name, function, once)
	if err != nil {
		return "", err
	}
	l, key := planLink{Theirs: true, Person: who, Expires: g.link.Expires, Domain: g.link.Domain}, g.key
	if l.Began = g.link.key(); len(key) == 0 || g.apart(&g.share) {
		l.Began, key = beginning{}, nil
	}
	return g.desk.newLink(ctx, g.share.plan, l, key, room)
}

func (g *Guest) takesPart(ctx context.Context, name, function, once string) (who throughline.PersonID, err error) {
	name, function = unnamed(name), unnamed(function)
	if name == "" {
		return who, throughline.Fail("write on plan", throughline.Invalid, "", throughline.Refuse("name", "a person needs a name"))
	}
	if _, err := throughline.ParseID(name); err == nil {
		return who, throughline.Fail("write on plan", throughline.Invalid, "", throughline.Refuse("name", "a person needs a name"))
	}
	err = g.write(ctx, once, []string{name, function}, func(o *recording.Writer) error {
		who, err = o.Joins(recording.PersonInput{Person: name, Function: function})
		return err
	})
	if err == nil && who.IsZero() {
		err = throughline.Fail("write on plan", throughline.Conflict, "", recording.ErrUsed)
	}
	return who, err
}
