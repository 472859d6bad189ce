package operation_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
)

// tokenOf makes a link to a deal's plan.
func tokenOf(t testing.TB, d *operation.Desk, id string) string {
	t.Helper()
	made := run[operation.PlanLinked](t, d, operation.LinkPlan, &operation.LinkInput{Writing: operation.Writing{ID: id}})
	return strings.TrimPrefix(made.Path, operation.PlanPath)
}

func guest(t testing.TB, d *operation.Desk, token string) *operation.Guest {
	t.Helper()
	g, err := operation.OpenPlan(t.Context(), d, token)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func pageOf(t testing.TB, d *operation.Desk, token string) operation.GuestPage {
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
	now := today
	d := seat(t, &now)
	id := ward(t, d)
	day := throughline.DayOf(now, time.UTC)
	w := operation.Writing{ID: id}
	run[operation.Recorded](t, d, operation.RecordStated, &operation.StatedInput{Writing: w, Text: "Board approves the budget and who releases it", Due: day.Add(30), Source: "message"})
	before := shown(t, d, id)
	token := tokenOf(t, d, id)
	page := pageOf(t, d, token)
	if n := len(page.Plan.Steps); n != 11 {
		t.Fatalf("%d steps, want theirs, eight of paper, use and result", n)
	}
	if got := shown(t, d, id); got.Reading.Firm != before.Reading.Firm || len(got.Deal.Marks) != len(before.Deal.Marks) || !got.Deal.LastCustomerAct(time.UTC).Civil().Equal(before.Deal.LastCustomerAct(time.UTC).Civil()) {
		t.Error("what we propose is taken for theirs")
	}
	g := guest(t, d, token)
	fine(t, g.Introduce(t.Context(), "Lena Fischer", "finance", ""))
	g = guest(t, d, token)
	ref := page.Plan.Steps[0].Ref
	if _, err := g.Step(t.Context(), operation.GuestStep{Ref: ref, Due: day.Add(20)}); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Step(t.Context(), operation.GuestStep{Ref: ref, State: throughline.StepDone}); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Step(t.Context(), operation.GuestStep{Text: "Decide by simple majority, the CFO may veto"}); err != nil {
		t.Fatal(err)
	}
	fine(t, g.Answer(t.Context(), operation.GuestAnswer{Aspect: "decider", Text: "the head of care"}))
	fine(t, g.Answer(t.Context(), operation.GuestAnswer{Aspect: "tie_break", Unknown: true}))
	fine(t, g.Answer(t.Context(), operation.GuestAnswer{Aspect: "consequence", Text: "the old system ends", Day: day.Add(200)}))
	fine(t, g.Outcome(t.Context(), operation.GuestOutcome{Measure: "calls a week", Baseline: "52", Target: "20"}))
	fine(t, g.Comment(t.Context(), ref, "earlier than we thought", ""))
	got := shown(t, d, id)
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
	fine(t, c.Answer(t.Context(), operation.GuestAnswer{Aspect: "decider", Text: "the head of care"}))
	if p := shown(t, d, id).Deal.Decision()[3]; p.Said.Grade != throughline.E4 || len(p.Confirms) != 2 {
		t.Errorf("two functions say it, and it is %v by %d", p.Said.Grade, len(p.Confirms))
	}
	if _, err := c.Step(t.Context(), operation.GuestStep{Ref: ref, State: throughline.StepDone}); err != nil {
		t.Fatal(err)
	}
	if s := shown(t, d, id).Stated[0]; s.Grade != throughline.E4 {
		t.Errorf("two functions ticked it, and it is %v", s.Grade)
	}
	// a ticked step of paper moves the track
	for _, s := range pageOf(t, d, token).Plan.Steps {
		if strings.HasPrefix(s.Text, "Set the supplier up") {
			if _, err := g.Step(t.Context(), operation.GuestStep{Ref: s.Ref, State: throughline.StepDone}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if k6 := shown(t, d, id).Deal.Steps["contracting/k6"].Value; k6.State != throughline.StepDone || k6.By != deal.Customer {
		t.Errorf("the track's step stands as %+v", k6)
	}
	// what was written is taken back like any fact
	facts := shown(t, d, id).Deal.OfKind(deal.KindDecisionStated)
	run[operation.Recorded](t, d, operation.RecordUndo, &operation.UndoInput{Writing: w, Facts: []string{facts[0].ID.String()}})
	if p := shown(t, d, id).Deal.Decision()[3]; len(p.Confirms) != 1 {
		t.Errorf("one word was taken back and %d stand", len(p.Confirms))
	}
}

// TestWhatTheyKeepIsTheirsAlone: a step that is kept from the supplier is in no
// fact, no answer and no byte of the ledger; only links of theirs read it, and
// a link that we have never does.
func TestWhatTheyKeepIsTheirsAlone(t *testing.T) {
	now := today
	d := seat(t, &now)
	id := ward(t, d)
	token := tokenOf(t, d, id)
	const secret = "Talk to Zyxwvut about the other offer"
	own, err := guest(t, d, token).Step(t.Context(), operation.GuestStep{Text: secret, Owner: "Qponm", Keep: true})
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
	if _, err := guest(t, d, token).Step(t.Context(), operation.GuestStep{Text: "another", Keep: true}); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("our link begins a second secret: %v", err)
	}
	// nowhere that we can look
	plan := shown(t, d, id).Deal.Plan()
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
	for _, f := range shown(t, d, id).Facts {
		text, err := json.Marshal(f)
		fine(t, err)
		if bytes.Contains(text, []byte("Zyxwvut")) {
			t.Error("it stands in a fact")
		}
	}
	all := run[operation.PlanPage](t, d, operation.ShowPlan, &operation.PlanInput{ID: id})
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
	if _, err := guest(t, d, token).Step(t.Context(), operation.GuestStep{Ref: ref, State: throughline.StepDone}); throughline.KindOf(err) != throughline.NotFound {
		t.Errorf("our link changes what they keep: %v", err)
	}
	if _, err := guest(t, d, own).Step(t.Context(), operation.GuestStep{Ref: ref, State: throughline.StepNotNeeded}); err != nil || has(own) {
		t.Errorf("taken off, and still there: %v", err)
	}
}

// TestLinksEndAndAreTakenBack: whatever is wrong with a link, the answer is the
// same; taking back closes every link with the next request.
func TestLinksEndAndAreTakenBack(t *testing.T) {
	now := today
	d := seat(t, &now)
	id := ward(t, d)
	token := tokenOf(t, d, id)
	other, err := guest(t, d, token).Invite(t.Context(), "Ana Ruiz", "finance", "")
	fine(t, err)
	answers := map[string]bool{}
	refused := func(what, token string) {
		t.Helper()
		_, err := operation.OpenPlan(t.Context(), d, token)
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
	run[operation.PlanPage](t, d, operation.RevokePlan, &operation.PlanInput{ID: id})
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
	if _, err := operation.RevokePlan.Run(t.Context(), d, &operation.PlanInput{ID: id}); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("nothing stands and is taken back: %v", err)
	}
}

// TestSomebodyIsErased: who wrote on the plan is forgotten like anybody else.
func TestSomebodyIsErased(t *testing.T) {
	now := today
	d := seat(t, &now)
	id := ward(t, d)
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
	now := today
	d := seat(f, &now)
	token := tokenOf(f, d, ward(f, d))
	f.Add(token)
	f.Add("")
	f.Add(token[:len(token)-1] + "=")
	f.Fuzz(func(t *testing.T, s string) {
		g, err := operation.OpenPlan(t.Context(), d, s)
		if err == nil != (s == token) || err == nil != (g != nil) || err != nil && throughline.KindOf(err) != throughline.NotFound {
			t.Errorf("%q: %v", s, err)
		}
	})
}

// TestWhatWeProposeIsNobodysYet: steps that we put on a plan, even with a day
// that has passed, are no reason to look and no conduct of theirs, until
// somebody of theirs touches them.
func TestWhatWeProposeIsNobodysYet(t *testing.T) {
	now := today
	d := seat(t, &now)
	id := ward(t, d)
	w := operation.Writing{ID: id}
	day := throughline.DayOf(now, time.UTC)
	run[operation.Recorded](t, d, operation.RecordStep, &operation.StepInput{Writing: w, Step: "contracting/k3", State: "begun", By: "customer", Due: day.Add(1)})
	token := tokenOf(t, d, id)
	now = now.Add(4 * 24 * time.Hour)
	late := func() (n int) {
		for _, r := range run[operation.Attention](t, d, operation.ListAttention, &operation.AttentionInput{Limit: 10}).Rows {
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
	if c := deal.ConductOf(shown(t, d, id).Deal.StatedSteps(), time.UTC); c.Theirs != 0 {
		t.Errorf("conduct of %d steps that nobody named", c.Theirs)
	}
	for _, s := range pageOf(t, d, token).Plan.Steps {
		if !s.Due.IsZero() {
			if _, err := guest(t, d, token).Step(t.Context(), operation.GuestStep{Ref: s.Ref, Owner: "our security team"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := late(); n != 1 {
		t.Errorf("touched by them, %d are late", n)
	}
}
