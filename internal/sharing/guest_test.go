package sharing_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/plan"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/store"
)

// tokenOf makes a link to a deal's plan.
func tokenOf(t testing.TB, d *operation.Desk, id string) string {
	t.Helper()
	made := seat.Run[sharing.PlanLinked](t, d, operation.LinkPlan, &sharing.LinkInput{Writing: recording.Writing{ID: id}})
	return strings.TrimPrefix(made.Path, sharing.PlanPath)
}

func guest(t testing.TB, d *operation.Desk, token string) *sharing.Guest {
	t.Helper()
	g, err := sharing.OpenPlan(t.Context(), d.Sharing(), token)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func pageOf(t testing.TB, d *operation.Desk, token string) sharing.GuestPage {
	t.Helper()
	p, err := guest(t, d, token).Page(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func fine(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestAPlanIsSharedAndComesBackAsEvidence: made in one click of what is known,
// it takes what the customer writes, as theirs and in writing; two functions
// make it as sure as it gets.
func TestAPlanIsSharedAndComesBackAsEvidence(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	day := throughline.DayOf(now, time.UTC)
	w := recording.Writing{ID: id}
	seat.Run[recording.Recorded](t, d, operation.RecordStated, &recording.StatedInput{Writing: w, Text: "Board approves the budget and who releases it", Due: day.Add(30), Source: "message"})
	before := seat.Shown(t, d, id)
	token := tokenOf(t, d, id)
	page := pageOf(t, d, token)
	if n := len(page.Plan.Steps); n != 11 {
		t.Fatalf("%d steps, want theirs, eight of paper, use and result", n)
	}
	if got := seat.Shown(t, d, id); got.Reading.Firm != before.Reading.Firm || len(got.Deal.Marks) != len(before.Deal.Marks) || !got.Deal.LastCustomerAct(time.UTC).Civil().Equal(before.Deal.LastCustomerAct(time.UTC).Civil()) {
		t.Error("what we propose is taken for theirs")
	}
	g := guest(t, d, token)
	fine(t, g.Introduce(t.Context(), "Lena Fischer", "finance", ""))
	g = guest(t, d, token)
	ref := page.Plan.Steps[0].Ref
	if _, err := g.Step(t.Context(), sharing.GuestStep{Ref: ref, Due: day.Add(20)}); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Step(t.Context(), sharing.GuestStep{Ref: ref, State: throughline.StepDone}); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Step(t.Context(), sharing.GuestStep{Text: "Decide by simple majority, the CFO may veto"}); err != nil {
		t.Fatal(err)
	}
	fine(t, g.Answer(t.Context(), sharing.GuestAnswer{Aspect: "decider", Text: "the head of care"}))
	fine(t, g.Answer(t.Context(), sharing.GuestAnswer{Aspect: "tie_break", Unknown: true}))
	fine(t, g.Answer(t.Context(), sharing.GuestAnswer{Aspect: "consequence", Text: "the old system ends", Day: day.Add(200)}))
	fine(t, g.Outcome(t.Context(), sharing.GuestOutcome{Measure: "calls a week", Baseline: "52", Target: "20"}))
	fine(t, g.Comment(t.Context(), ref, "earlier than we thought", ""))
	got := seat.Shown(t, d, id)
	step := got.Stated[0]
	if step.Due != day.Add(20) || step.State != throughline.StepDone || step.Grade != throughline.E3 || step.From.System != "plan" {
		t.Errorf("the step stands as %+v", step)
	}
	decider := got.Deal.Decision()[3]
	if decider.Text != "the head of care" || decider.Said.Grade != throughline.E3 || decider.Said.Source.System != "plan" || got.People[decider.Person].Name != "Lena Fischer" {
		t.Errorf("the decider is known as %+v", decider)
	}
	marked := false
	for _, m := range got.Deal.Marks {
		marked = marked || m.About == throughline.Rules.Address() && m.Grade == throughline.E3 && m.Person == decider.Person
	}
	if !marked {
		t.Error("an answer about the decision is no evidence on how they decide")
	}
	// a colleague of another function says the same
	other, err := g.Invite(t.Context(), "Omar Fairlie", "operations", "")
	fine(t, err)
	c := guest(t, d, other)
	fine(t, c.Answer(t.Context(), sharing.GuestAnswer{Aspect: "decider", Text: "the head of care"}))
	if p := seat.Shown(t, d, id).Deal.Decision()[3]; p.Said.Grade != throughline.E4 || len(p.Confirms) != 2 {
		t.Errorf("two functions say it, and it is %v by %d", p.Said.Grade, len(p.Confirms))
	}
	if _, err := c.Step(t.Context(), sharing.GuestStep{Ref: ref, State: throughline.StepDone}); err != nil {
		t.Fatal(err)
	}
	if s := seat.Shown(t, d, id).Stated[0]; s.Grade != throughline.E4 {
		t.Errorf("two functions ticked it, and it is %v", s.Grade)
	}
	// a ticked step of paper moves the track
	for _, s := range pageOf(t, d, token).Plan.Steps {
		if strings.HasPrefix(s.Text, "Set the supplier up") {
			if _, err := g.Step(t.Context(), sharing.GuestStep{Ref: s.Ref, State: throughline.StepDone}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if k6 := seat.Shown(t, d, id).Deal.Steps["contracting/k6"].Value; k6.State != throughline.StepDone || k6.By != deal.Customer {
		t.Errorf("the track's step stands as %+v", k6)
	}
	// what was written is taken back like any fact
	facts := seat.Shown(t, d, id).Deal.OfKind(deal.KindDecisionStated)
	seat.Run[recording.Recorded](t, d, operation.RecordUndo, &recording.UndoInput{Writing: w, Facts: []string{facts[0].ID.String()}})
	if p := seat.Shown(t, d, id).Deal.Decision()[3]; len(p.Confirms) != 1 {
		t.Errorf("one word was taken back and %d stand", len(p.Confirms))
	}
}

// TestWhatTheyKeepIsTheirsAlone: a step that is kept from the supplier is in no
// fact, no answer and no byte of the ledger; only links of theirs read it, and
// a link that we have never does.
func TestWhatTheyKeepIsTheirsAlone(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	token := tokenOf(t, d, id)
	const secret = "Talk to Zyxwvut about the other offer"
	own, err := guest(t, d, token).Step(t.Context(), sharing.GuestStep{Text: secret, Owner: "Qponm", Keep: true})
	fine(t, err)
	if own == "" || own == token {
		t.Fatal("no link of their own was made")
	}
	has := func(token string) bool {
		text, err := json.Marshal(pageOf(t, d, token).Plan)
		fine(t, err)
		return bytes.Contains(text, []byte("Zyxwvut"))
	}
	if !has(own) || has(token) {
		t.Errorf("their own link reads it: %t; ours: %t", has(own), has(token))
	}
	fine(t, guest(t, d, own).Came(t.Context(), "opened", false))
	if p := pageOf(t, d, token); !p.Elsewhere || p.Private {
		t.Error("our link does not say that something is kept elsewhere")
	}
	// a colleague whom they invite reads it, one whom our link invites does not
	theirs, err := guest(t, d, own).Invite(t.Context(), "Omar Fairlie", "operations", "")
	fine(t, err)
	ours, err := guest(t, d, token).Invite(t.Context(), "Ana Ruiz", "finance", "")
	fine(t, err)
	if !has(theirs) || has(ours) {
		t.Errorf("an invitation of theirs reads it: %t; one by our link: %t", has(theirs), has(ours))
	}
	if _, err := guest(t, d, token).Step(t.Context(), sharing.GuestStep{Text: "another", Keep: true}); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("our link begins a second secret: %v", err)
	}
	// nowhere that we can look
	plan := seat.Shown(t, d, id).Deal.Plan()
	lines, err := d.Ledger.Shares(t.Context(), d.Workspace, plan)
	fine(t, err)
	kept := 0
	for _, l := range lines {
		if l.Kind == "kept" {
			kept++
		}
		for _, word := range []string{"Zyxwvut", "Qponm", own, token} {
			if bytes.Contains(l.Body, []byte(word)) {
				t.Errorf("%q stands in a line of kind %s", word, l.Kind)
			}
		}
	}
	for _, f := range seat.Shown(t, d, id).Facts {
		text, err := json.Marshal(f)
		fine(t, err)
		if bytes.Contains(text, []byte("Zyxwvut")) {
			t.Error("it stands in a fact")
		}
	}
	all := seat.Run[sharing.PlanPage](t, d, operation.ShowPlan, &sharing.PlanInput{ID: id})
	if kept != 1 || all.Kept != 1 || len(all.Plan.Steps) != len(pageOf(t, d, token).Plan.Steps) {
		t.Errorf("%d lines keep it, %d are told", kept, all.Kept)
	}
	// they change it and take it off; the export holds it for them alone
	p := pageOf(t, d, own).Plan
	ref := ""
	for _, s := range p.Steps {
		if s.Private {
			ref = s.Ref
		}
	}
	file, err := guest(t, d, own).Export(t.Context(), "csv")
	fine(t, err)
	seen, err := guest(t, d, token).Export(t.Context(), "csv")
	fine(t, err)
	if !strings.Contains(file.Text, "Zyxwvut") || strings.Contains(seen.Text, "Zyxwvut") {
		t.Error("the exports do not keep to who may read it")
	}
	if _, err := guest(t, d, token).Step(t.Context(), sharing.GuestStep{Ref: ref, State: throughline.StepDone}); throughline.KindOf(err) != throughline.NotFound {
		t.Errorf("our link changes what they keep: %v", err)
	}
	if _, err := guest(t, d, own).Step(t.Context(), sharing.GuestStep{Ref: ref, State: throughline.StepNotNeeded}); err != nil || has(own) {
		t.Errorf("taken off, and still there: %v", err)
	}
}

// TestLinksEndAndAreTakenBack: whatever is wrong with a link, the answer is the
// same; taking back closes every link with the next request.
func TestLinksEndAndAreTakenBack(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	token := tokenOf(t, d, id)
	other, err := guest(t, d, token).Invite(t.Context(), "Ana Ruiz", "finance", "")
	fine(t, err)
	answers := map[string]bool{}
	refused := func(what, token string) {
		t.Helper()
		_, err := sharing.OpenPlan(t.Context(), d.Sharing(), token)
		if throughline.KindOf(err) != throughline.NotFound {
			t.Errorf("%s: %v", what, err)
			return
		}
		answers[err.Error()] = true
	}
	wrong := []byte(token)
	wrong[len(wrong)-3] ^= 1
	for what, token := range map[string]string{"nothing": "", "no code": "???", "short": token[:40], "long": token + "AA", "another secret": string(wrong), "another plan": "AAAA" + token[4:]} {
		refused(what, token)
	}
	seat.Run[sharing.PlanPage](t, d, operation.RevokePlan, &sharing.PlanInput{ID: id})
	refused("taken back", token)
	refused("a colleague's, taken back", other)
	again := tokenOf(t, d, id)
	if n := len(pageOf(t, d, again).Plan.Steps); n != 10 {
		t.Errorf("opened again, the plan has %d steps", n)
	}
	refused("still taken back", token)
	now = now.Add(89 * 24 * time.Hour)
	guest(t, d, again)
	now = now.Add(3 * 24 * time.Hour)
	refused("ended", again)
	if len(answers) != 1 {
		t.Errorf("refusals differ: %v", answers)
	}
	if _, err := operation.RevokePlan.Run(t.Context(), d, &sharing.PlanInput{ID: id}); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("nothing stands and is taken back: %v", err)
	}
}

// TestSomebodyIsErased: who wrote on the plan is forgotten like anybody else.
func TestSomebodyIsErased(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	token := tokenOf(t, d, id)
	fine(t, guest(t, d, token).Introduce(t.Context(), "Zelda Quistgaard", "finance", ""))
	fine(t, guest(t, d, token).Comment(t.Context(), "", "Zelda Quistgaard thinks this is late", ""))
	who := pageOf(t, d, token).Person
	if _, err := d.Ledger.ErasePerson(t.Context(), d.Workspace, who, now); err != nil {
		t.Fatal(err)
	}
	p := pageOf(t, d, token)
	text, err := json.Marshal(p.Plan)
	fine(t, err)
	if p.Me != "" || bytes.Contains(text, []byte("Zelda")) || len(p.Plan.Comments) != 1 {
		t.Errorf("a name is left: %q, %s", p.Me, text)
	}
}

// FuzzOpenPlan: whatever stands in an address, it opens nothing and breaks nothing.
func FuzzOpenPlan(f *testing.F) {
	now := seat.Today
	d := seat.Desk(f, &now)
	token := tokenOf(f, d, seat.Ward(f, d))
	f.Add(token)
	f.Add("")
	f.Add(token[:len(token)-1] + "=")
	f.Fuzz(func(t *testing.T, s string) {
		g, err := sharing.OpenPlan(t.Context(), d.Sharing(), s)
		if err == nil != (s == token) || err == nil != (g != nil) || err != nil && throughline.KindOf(err) != throughline.NotFound {
			t.Errorf("%q: %v", s, err)
		}
	})
}

// TestWhatWeProposeIsNobodysYet: steps that we put on a plan, even with a day
// that has passed, are no reason to look and no conduct of theirs, until
// somebody of theirs touches them.
func TestWhatWeProposeIsNobodysYet(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	w := recording.Writing{ID: id}
	day := throughline.DayOf(now, time.UTC)
	seat.Run[recording.Recorded](t, d, operation.RecordStep, &recording.StepInput{Writing: w, Step: "contracting/k3", State: "begun", By: "customer", Due: day.Add(1), Grade: "E2"})
	token := tokenOf(t, d, id)
	now = now.Add(4 * 24 * time.Hour)
	late := func() (n int) {
		for _, r := range seat.Run[showing.Attention](t, d, operation.ListAttention, &showing.AttentionInput{Limit: 10}).Rows {
			for _, y := range r.Reasons {
				if y.Code == alignment.StatedLate {
					n++
				}
			}
		}
		return n
	}
	if n := late(); n != 0 {
		t.Errorf("%d steps of ours are taken for late steps of theirs", n)
	}
	if c := deal.ConductOf(seat.Shown(t, d, id).Deal.StatedSteps(), time.UTC); c.Theirs != 0 {
		t.Errorf("conduct of %d steps that nobody named", c.Theirs)
	}
	for _, s := range pageOf(t, d, token).Plan.Steps {
		if !s.Due.IsZero() {
			if _, err := guest(t, d, token).Step(t.Context(), sharing.GuestStep{Ref: s.Ref, Owner: "our security team"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := late(); n != 1 {
		t.Errorf("touched by them, %d are late", n)
	}
}

// TestOnlyTheDealsPlanOpens: that a plan was made cannot be taken back, and where
// its fact no longer counts nothing opens it. Made twice at one moment, it is one
// plan, and both links open it.
func TestOnlyTheDealsPlanOpens(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	other, twice := *d, false
	first := ""
	d.Secrets = reads(func(b []byte) (int, error) {
		if !twice {
			twice = true
			other.Secrets = nil
			first = tokenOf(t, &other, id)
		}
		return rand.Read(b)
	})
	second := tokenOf(t, d, id)
	made := seat.Shown(t, d, id).Deal.OfKind(deal.KindPlanMade)
	if n := len(pageOf(t, d, first).Plan.Steps); len(made) != 1 || n != 10 || n != len(pageOf(t, d, second).Plan.Steps) {
		t.Errorf("made twice at once there are %d plans, of %d steps", len(made), n)
	}
	_, err := operation.RecordUndo.Run(t.Context(), d, &recording.UndoInput{Writing: recording.Writing{ID: id}, Facts: []string{made[0].ID.String()}})
	if r := (*throughline.Refusal)(nil); !errors.As(err, &r) || r.Code != "plan_made" {
		t.Errorf("the plan is taken back: %v", err)
	}
	back := made[0]
	back.ID, back.Body = throughline.FactID(d.NewID()), deal.Correction{Of: made[0].ID}
	if _, err := d.Ledger.Append(t.Context(), d.Workspace, store.Batch{Facts: []deal.Fact{back}}); err != nil {
		t.Fatal(err)
	}
	if _, err := sharing.OpenPlan(t.Context(), d.Sharing(), first); throughline.KindOf(err) != throughline.NotFound {
		t.Errorf("a plan that the deal no longer has opens: %v", err)
	}
	again := tokenOf(t, d, id)
	if _, err := sharing.OpenPlan(t.Context(), d.Sharing(), first); throughline.KindOf(err) != throughline.NotFound {
		t.Errorf("beside another one it opens: %v", err)
	}
	guest(t, d, again)
}

type reads func([]byte) (int, error)

func (r reads) Read(b []byte) (int, error) { return r(b) }

// TestTheFirstKeptStepIsNotLost: what cannot be kept makes no link; an answer that
// never arrived blocks nobody, and a form sent twice keeps one part.
func TestTheFirstKeptStepIsNotLost(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	token := tokenOf(t, d, id)
	lines := func(kind string) (n int) {
		all, err := d.Ledger.Shares(t.Context(), d.Workspace, seat.Shown(t, d, id).Deal.Plan())
		fine(t, err)
		for _, l := range all {
			if l.Kind == kind {
				n++
			}
		}
		return n
	}
	keep := func(token, text, once string) (string, error) {
		return guest(t, d, token).Step(t.Context(), sharing.GuestStep{Text: text, Keep: true, Once: once})
	}
	for _, text := range []string{"\x01 ", strings.Repeat("x", recording.Longest+1)} {
		if _, err := keep(token, text, d.NewID().String()); throughline.KindOf(err) != throughline.Invalid || lines("link") != 1 {
			t.Errorf("%d links after %v", lines("link"), err)
		}
	}
	once := d.NewID().String()
	lost, err := keep(token, "Ask the other one", once)
	fine(t, err)
	own, err := keep(token, "Ask the other one", once)
	fine(t, err)
	private := func(token string) (n int) {
		for _, s := range pageOf(t, d, token).Plan.Steps {
			if s.Private {
				n++
			}
		}
		return n
	}
	if all := seat.Run[sharing.PlanPage](t, d, operation.ShowPlan, &sharing.PlanInput{ID: id}); private(own) != 1 || private(lost) != 1 || all.Kept != 1 {
		t.Errorf("sent twice, %d are read, %d by the first, %d are told", private(own), private(lost), all.Kept)
	}
	fine(t, guest(t, d, own).Came(t.Context(), "opened", false))
	if _, err := keep(token, "A third", d.NewID().String()); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("opened, and another secret is begun: %v", err)
	}
	once = d.NewID().String()
	for range 2 {
		if _, err := keep(own, "Ask a friend", once); err != nil || private(own) != 2 {
			t.Errorf("%d are kept: %v", private(own), err)
		}
	}
	if _, err := keep(own, "Ask somebody else", once); throughline.KindOf(err) != throughline.Conflict {
		t.Errorf("other words with the same form: %v", err)
	}
	// how long the words are is not to be seen
	_, err = keep(own, strings.Repeat("a longer one ", 20), "")
	fine(t, err)
	all, err := d.Ledger.Shares(t.Context(), d.Workspace, seat.Shown(t, d, id).Deal.Plan())
	fine(t, err)
	sizes := map[int]bool{}
	for _, l := range all {
		if l.Kind == "kept" {
			sizes[len(l.Body)] = true
		}
	}
	if len(sizes) != 1 {
		t.Errorf("the lengths tell them apart: %v", sizes)
	}
	// what they have seen cannot be hidden, and no state is made up
	open := pageOf(t, d, token).Plan.Steps[0].Ref
	for _, in := range []sharing.GuestStep{{Ref: open, Text: "hidden", Keep: true}, {Ref: privateRef(t, d, own), State: "stuck"}} {
		if _, err := guest(t, d, own).Step(t.Context(), in); throughline.KindOf(err) != throughline.Invalid {
			t.Errorf("%+v: %v", in, err)
		}
	}
}

func privateRef(t testing.TB, d *operation.Desk, token string) string {
	for _, s := range pageOf(t, d, token).Plan.Steps {
		if s.Private {
			return s.Ref
		}
	}
	t.Fatal("nothing is kept")
	return ""
}

// TestWhatTheyKeepLastsAsLongAsThePlan: their links hold as long as one of ours
// that is made while they stand; once none opens, keeping can begin anew.
func TestWhatTheyKeepLastsAsLongAsThePlan(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	token := tokenOf(t, d, id)
	own, err := guest(t, d, token).Step(t.Context(), sharing.GuestStep{Text: "Ask the other one", Keep: true})
	fine(t, err)
	fine(t, guest(t, d, own).Came(t.Context(), "opened", false))
	now = now.Add(80 * 24 * time.Hour)
	later := tokenOf(t, d, id)
	now = now.Add(80 * 24 * time.Hour)
	if p := pageOf(t, d, own); !p.Private || !pageOf(t, d, later).Elsewhere {
		t.Error("it ended before ours")
	}
	now = now.Add(30 * 24 * time.Hour)
	last := tokenOf(t, d, id)
	if _, err := sharing.OpenPlan(t.Context(), d.Sharing(), own); throughline.KindOf(err) != throughline.NotFound || pageOf(t, d, last).Elsewhere {
		t.Errorf("ended, it still counts: %v", err)
	}
	if _, err := guest(t, d, last).Step(t.Context(), sharing.GuestStep{Text: "Begin again", Keep: true}); err != nil {
		t.Error(err)
	}
}

// TestTwoFunctionsAreTwo: E4 takes two people by two links of which one is theirs;
// whom the words mention says nothing, nor does one link under two names.
func TestTwoFunctionsAreTwo(t *testing.T) {
	for what, c := range map[string]struct {
		second func(t *testing.T, d *operation.Desk, id, token string) string // the link by which it is said again
		grade  throughline.Grade
		count  int
	}{
		"of one function, naming another": {func(t *testing.T, d *operation.Desk, id, token string) string {
			other, err := guest(t, d, token).Invite(t.Context(), "Ana Ruiz", "finance", "")
			fine(t, err)
			return other
		}, throughline.E3, 2},
		"one link, two names": {func(t *testing.T, d *operation.Desk, id, token string) string {
			fine(t, guest(t, d, token).Introduce(t.Context(), "Ana Ruiz", "nursing", ""))
			return token
		}, throughline.E3, 1},
		"two links of ours": {func(t *testing.T, d *operation.Desk, id, token string) string {
			other := tokenOf(t, d, id)
			fine(t, guest(t, d, other).Introduce(t.Context(), "Ana Ruiz", "nursing", ""))
			return other
		}, throughline.E3, 2},
		"a colleague's link": {func(t *testing.T, d *operation.Desk, id, token string) string {
			other, err := guest(t, d, token).Invite(t.Context(), "Ana Ruiz", "nursing", "")
			fine(t, err)
			return other
		}, throughline.E4, 2},
	} {
		t.Run(what, func(t *testing.T) {
			now := seat.Today
			d := seat.Desk(t, &now)
			id := seat.Ward(t, d)
			seat.Run[recording.Recorded](t, d, operation.RecordDecision, &recording.DecisionInput{Writing: recording.Writing{ID: id}, Aspect: "decider", Text: "Colin Hartwig decides", Person: "Maria Chen"})
			token := tokenOf(t, d, id)
			fine(t, guest(t, d, token).Introduce(t.Context(), "Lena Fischer", "finance", ""))
			said := sharing.GuestAnswer{Aspect: "decider", Text: "Colin Hartwig decides"}
			fine(t, guest(t, d, token).Answer(t.Context(), said))
			other := c.second(t, d, id, token)
			fine(t, guest(t, d, other).Answer(t.Context(), said))
			if p := seat.Shown(t, d, id).Deal.Decision()[3]; p.Said.Grade != c.grade {
				t.Errorf("it is %v, want %v", p.Said.Grade, c.grade)
			}
			if q := pageOf(t, d, other).Plan.Questions[3]; q.Confirms != c.count || q.Understood {
				t.Errorf("%d of them say so, want %d: %+v", q.Confirms, c.count, q)
			}
		})
	}
}

// TestTheirLinksLeaveRoomForOurs: only links that stand count, and however many
// they make, we can make another.
func TestTheirLinksLeaveRoomForOurs(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	token := tokenOf(t, d, id)
	names := 0
	fill := func() (made int) {
		for ; made < 100; made++ {
			names++
			if _, err := guest(t, d, token).Invite(t.Context(), "Person "+strings.Repeat("i", names), "", ""); err != nil {
				if throughline.KindOf(err) != throughline.Invalid {
					t.Fatal(err)
				}
				return made
			}
		}
		return made
	}
	if n := fill(); n != 59 {
		t.Errorf("they make %d links beside ours", n)
	}
	token = tokenOf(t, d, id)
	seat.Run[sharing.PlanPage](t, d, operation.RevokePlan, &sharing.PlanInput{ID: id})
	token = tokenOf(t, d, id)
	if _, err := guest(t, d, token).Invite(t.Context(), "Ana Ruiz", "", ""); err != nil {
		t.Errorf("links that were taken back still count: %v", err)
	}
}

// TestOpenAgainTakesEvidenceBack: a step that is opened again is no evidence, on
// the track it is open too, and what was said of it besides stands.
func TestOpenAgainTakesEvidenceBack(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	day := throughline.DayOf(now, time.UTC)
	token := tokenOf(t, d, id)
	step := func() (string, deal.StatedStep) {
		for _, s := range seat.Shown(t, d, id).Deal.StatedSteps() {
			if s.About == "contracting/k6" {
				for _, x := range pageOf(t, d, token).Plan.Steps {
					if x.Fact == s.ID {
						return x.Ref, s
					}
				}
			}
		}
		t.Fatal("no such step")
		return "", deal.StatedStep{}
	}
	before := seat.Shown(t, d, id).Deal
	ref, _ := step()
	say := func(in sharing.GuestStep) {
		t.Helper()
		_, err := guest(t, d, token).Step(t.Context(), in)
		fine(t, err)
	}
	say(sharing.GuestStep{Ref: ref, State: throughline.StepDone, Owner: "purchasing", Due: day.Add(3)})
	if got := seat.Shown(t, d, id).Deal; len(got.Marks) != len(before.Marks)+1 || got.Steps["contracting/k6"].Value.State != throughline.StepDone {
		t.Fatalf("ticked, it is %+v with %d marks", got.Steps["contracting/k6"].Value, len(got.Marks))
	}
	say(sharing.GuestStep{Ref: ref, State: throughline.StepBegun})
	got := seat.Shown(t, d, id).Deal
	if k := got.Steps["contracting/k6"].Value; len(got.Marks) != len(before.Marks) || k.State != throughline.StepBegun || k.By != deal.Customer {
		t.Errorf("opened again, the track has %+v and there are %d marks", k, len(got.Marks))
	}
	if _, s := step(); s.State != throughline.StepBegun || s.Owner != "purchasing" || s.Due != day.Add(3) || len(s.Confirms) != 0 {
		t.Errorf("opened again, it stands as %+v", s)
	}
}

// TestOurStepsAreOurActs: that a step of ours is done is our act, whoever ticks it.
func TestOurStepsAreOurActs(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	seat.Run[recording.Recorded](t, d, operation.RecordStep, &recording.StepInput{Writing: recording.Writing{ID: id}, Step: "contracting/k2", State: "begun", By: "us"})
	token := tokenOf(t, d, id)
	before := seat.Shown(t, d, id).Deal
	for _, s := range pageOf(t, d, token).Plan.Steps {
		if s.Side == deal.Us {
			_, err := guest(t, d, token).Step(t.Context(), sharing.GuestStep{Ref: s.Ref, State: throughline.StepDone})
			fine(t, err)
		}
	}
	got := seat.Shown(t, d, id).Deal
	if k := got.Steps["contracting/k2"].Value; k.By != deal.Us || k.State != throughline.StepDone || got.LastCustomerAct(time.UTC) != before.LastCustomerAct(time.UTC) {
		t.Errorf("the track has %+v, their last act was on %v", k, got.LastCustomerAct(time.UTC))
	}
}

// TestAGuestNamesNobodyByAnID: not even with something between the letters.
func TestAGuestNamesNobodyByAnID(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	var who throughline.PersonID
	for p := range seat.Shown(t, d, id).Deal.People {
		who = p
	}
	token := tokenOf(t, d, id)
	fine(t, guest(t, d, token).Comment(t.Context(), "", "ask {per\x00son:"+who.String()+"} about it", ""))
	if said := seat.Shown(t, d, id).Deal.Comments(throughline.FactID{}); len(deal.PeopleOf(said[0].Body)) != 0 {
		t.Errorf("a guest names %v", said[0].Body)
	}
	if err := guest(t, d, token).Introduce(t.Context(), who.String()[:9]+"\x00"+who.String()[9:], "", ""); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("somebody is taken for who has that id: %v", err)
	}
}

// TestTwoWhoBeginAtOnceAreTold: of two who keep their plan's first step at the same
// moment the one counts whose own address was opened first. The other is told, reads
// what they kept as before, and keeps no more; whom they invite reads no key of theirs.
func TestTwoWhoBeginAtOnceAreTold(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	token := tokenOf(t, d, id)
	// both forms are open, and are sent before either answer is
	ada, ben := guest(t, d, token), guest(t, d, token)
	adas, err := ada.Step(t.Context(), sharing.GuestStep{Text: "Ask the other supplier", Keep: true})
	fine(t, err)
	bens, err := ben.Step(t.Context(), sharing.GuestStep{Text: "Ask for a discount", Keep: true})
	fine(t, err)
	// and both come to their own at once
	a, b := guest(t, d, adas), guest(t, d, bens)
	fine(t, b.Came(t.Context(), "opened", false))
	fine(t, a.Came(t.Context(), "opened", false))
	if _, err := a.Step(t.Context(), sharing.GuestStep{Text: "And a third", Keep: true}); !refusedAs(err, "plan_kept") {
		t.Errorf("a second secret goes on, by a page that was opened before that was known: %v", err)
	}
	private := func(token string) (out []string) {
		for _, s := range pageOf(t, d, token).Plan.Steps {
			if s.Private {
				out = append(out, s.Text)
			}
		}
		return out
	}
	won, lost := pageOf(t, d, bens), pageOf(t, d, adas)
	if won.Apart || !lost.Apart || pageOf(t, d, token).Apart {
		t.Errorf("told apart: the first %v, the second %v", won.Apart, lost.Apart)
	}
	if got := private(adas); len(got) != 1 || got[0] != "Ask the other supplier" {
		t.Errorf("what the second kept is read as %q", got)
	}
	if _, err := guest(t, d, adas).Step(t.Context(), sharing.GuestStep{Ref: privateRef(t, d, adas), State: throughline.StepDone}); err != nil {
		t.Errorf("what is kept cannot be changed: %v", err)
	}
	if _, err := guest(t, d, bens).Step(t.Context(), sharing.GuestStep{Text: "And a visit", Keep: true}); err != nil || len(private(bens)) != 2 {
		t.Errorf("the first keeps %q: %v", private(bens), err)
	}
	for of, want := range map[string]int{bens: 2, adas: 0} {
		invited, err := guest(t, d, of).Invite(t.Context(), "Omar Fairlie", "operations", "")
		fine(t, err)
		if got := private(invited); len(got) != want || pageOf(t, d, invited).Apart {
			t.Errorf("a colleague reads %q, want %d", got, want)
		}
	}
	// once nobody holds the one that counted, the other does
	seat.Run[sharing.PlanPage](t, d, operation.RevokePlan, &sharing.PlanInput{ID: id})
	token = tokenOf(t, d, id)
	again, err := guest(t, d, token).Step(t.Context(), sharing.GuestStep{Text: "Begin anew", Keep: true})
	fine(t, err)
	fine(t, guest(t, d, again).Came(t.Context(), "opened", false))
	if p := pageOf(t, d, again); p.Apart || len(private(again)) != 1 {
		t.Errorf("begun anew, it is %v, with %q", p.Apart, private(again))
	}
}

func refusedAs(err error, code string) bool {
	var r *throughline.Refusal
	return errors.As(err, &r) && r.Code == code
}

// TestAGuestTakesAwayWhatNoLongerHolds: who does a step and what it is for can be taken
// away again, of a step for both and of one that is kept.
func TestAGuestTakesAwayWhatNoLongerHolds(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	token := tokenOf(t, d, id)
	own := token
	for _, keep := range []bool{false, true} {
		made, err := guest(t, d, token).Step(t.Context(), sharing.GuestStep{Text: "Ask the board", Owner: "Lena", Serves: "one handover", Keep: keep})
		fine(t, err)
		if made != "" {
			own = made
		}
		find := func() (out plan.Step) {
			for _, s := range pageOf(t, d, own).Plan.Steps {
				if s.Text == "Ask the board" && s.Private == keep {
					out = s
				}
			}
			return out
		}
		_, err = guest(t, d, own).Step(t.Context(), sharing.GuestStep{Ref: find().Ref, NoServes: true})
		fine(t, err)
		if s := find(); s.Serves != "" || s.Owner != "Lena" {
			t.Errorf("kept %v, what it is for was taken away, and it says %q and %q", keep, s.Owner, s.Serves)
		}
		_, err = guest(t, d, own).Step(t.Context(), sharing.GuestStep{Ref: find().Ref, NoOwner: true})
		fine(t, err)
		if s := find(); s.Owner != "" {
			t.Errorf("kept %v, who does it was taken away, and it says %q", keep, s.Owner)
		}
	}
}
