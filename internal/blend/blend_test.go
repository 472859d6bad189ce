package blend

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/playbooks"
)

var starter = func() *playbook.Playbook {
	p, found := compile.Playbook(playbooks.Starter())
	if p == nil || len(found) > 0 {
		panic(fmt.Sprint(found))
	}
	return p
}()

// with gives the starter with other packs on its process: "insight p1 p2, jolt p7".
func with(t *testing.T, blend string, change ...func(*playbook.Playbook)) (*playbook.Playbook, playbook.Process) {
	t.Helper()
	p := *starter
	p.Packs = slices.Clone(p.Packs)
	pr := p.Processes[0]
	pr.Blend = nil
	for _, one := range strings.Split(blend, ",") {
		f := strings.Fields(one)
		if len(f) == 0 {
			continue
		}
		u := playbook.Use{Pack: f[0]}
		for _, at := range f[1:] {
			switch at {
			case "k":
				u.Lead = append(u.Lead, throughline.Address(throughline.Contracting))
			case "c":
				u.Lead = append(u.Lead, throughline.Address(throughline.Change))
			default:
				u.Lead = append(u.Lead, throughline.Address("journey/"+at))
			}
		}
		pr.Blend = append(pr.Blend, u)
		for _, k := range compile.Packs() {
			if _, have := p.Pack(k.ID); k.ID == u.Pack && !have {
				k.Shipped = true
				p.Packs = append(p.Packs, k)
			}
		}
	}
	for _, c := range change {
		c(&p)
	}
	return &p, pr
}

var today = func() throughline.Day {
	d, err := throughline.ParseDay("2026-06-30")
	if err != nil {
		panic(err)
	}
	return d
}()

func person(name string) throughline.PersonID {
	return throughline.PersonID(throughline.KeyedID(time.Unix(0, 0), name))
}

// story builds a deal from short lines: "class complex", "answered p1 p2",
// "open p7", "event new_veto", "person ann sponsor finance", "left ann",
// "said ann p3 10" (days ago), "amount 9000".
func story(t *testing.T, lines ...string) *deal.Summary {
	t.Helper()
	var facts []deal.Fact
	n := 0
	add := func(body deal.Body, daysAgo int, g throughline.Grade) {
		n++
		at := today.Add(-daysAgo).Start(time.UTC)
		facts = append(facts, deal.Fact{ID: throughline.FactID(throughline.KeyedID(at, fmt.Sprint(n))), Deal: throughline.DealID(throughline.KeyedID(time.Unix(0, 0), "d")),
			Happened: at, Learned: at, Grade: g, Body: body})
	}
	add(deal.Opened{Title: "x"}, 100, throughline.E0)
	for _, l := range lines {
		f := strings.Fields(l)
		switch f[0] {
		case "class":
			add(deal.Classified{Class: throughline.Class(f[1])}, 99, throughline.E0)
		case "answered", "open":
			g := throughline.E4
			if f[0] == "open" {
				g = throughline.E2
			}
			for _, p := range f[1:] {
				add(deal.Evidence{About: throughline.Address("journey/" + p), Text: "x"}, 5, g)
			}
		case "against":
			add(deal.Contradiction{About: throughline.Address("journey/" + f[1]), Text: "x"}, 1, throughline.E2)
		case "event":
			add(deal.Noticed{Event: deal.Event(f[1])}, 2, throughline.E0)
		case "person":
			b := deal.PersonJoined{Person: person(f[1]), Role: throughline.Role(f[2])}
			if len(f) > 3 {
				b.Function = f[3]
			}
			add(b, 90, throughline.E2)
		case "left":
			add(deal.PersonJoined{Person: person(f[1]), Left: true}, 1, throughline.E2)
		case "said":
			ago := 0
			fmt.Sscan(f[3], &ago)
			add(deal.Evidence{About: throughline.Address("journey/" + f[2]), Person: person(f[1]), Text: "x"}, ago, throughline.E2)
		case "amount":
			var c int64
			fmt.Sscan(f[1], &c)
			add(deal.AmountChanged{Amount: throughline.Money{Cents: c * 100, Currency: "USD"}}, 50, throughline.E0)
		case "motion":
			add(deal.Described{Attributes: map[string]string{"motion": f[1]}}, 98, throughline.E0)
		case "end":
			add(deal.Ended{Outcome: throughline.Outcome(f[1])}, 0, throughline.E2)
		default:
			t.Fatalf("no line %q", l)
		}
	}
	d, ok := deal.Fold(facts, today.End(time.UTC))
	if !ok {
		t.Fatal("nothing known")
	}
	return &d.Summary
}

func at(book *playbook.Playbook, pr playbook.Process, d *deal.Summary) Advice {
	return At(book, pr, d, alignment.Of(d, book, alignment.Norms{}, today.End(time.UTC)), today)
}

// told spells prompts shortly: "lead:jolt:p7".
func told(a Advice) string {
	var out []string
	for _, p := range a.Prompts {
		who := p.Pack
		if p.Code != "" {
			who = string(p.Code)
		}
		out = append(out, strings.TrimSuffix(fmt.Sprintf("%s:%s:%s", p.Part, who, p.Place), ":"))
	}
	return strings.Join(out, " ")
}

func untold(a Advice) string {
	var out []string
	for _, h := range a.Hidden {
		what := h.Pack
		if h.Tool != "" {
			what = h.Tool.Last()
		}
		s := fmt.Sprintf("%s:%s", what, h.Why)
		if h.With != "" {
			s += ":" + h.With
		}
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, " ")
}

// TestRules holds the table of DOMAIN 6.5, the class defaults of 4.5 and the
// switches of 3.7 and 4.7, one row each.
func TestRules(t *testing.T) {
	for _, c := range []struct {
		name   string
		blend  string
		deal   []string
		mode   Mode
		phase  throughline.Phase
		told   string // what the prompts begin with
		untold string // what is hidden begins with; "-" for anything
	}{
		{"a lead, a support, then the question's own", "mobiliser p3, solution_centric p4, buying_facilitation c", []string{"class complex", "answered p1 p2"}, Help, throughline.Align,
			"lead:mobiliser:p3 lead:mobiliser:p3 support:buying_facilitation:p3 journey::p3 journey::p3", "impact-chain:ceiling"},
		{"tell-first or ask-first: the leader's way", "insight p1, spin p2", []string{"class complex", "open p1"}, Help, throughline.Notice,
			"lead:insight:p1 journey::p1", "spin:clash:insight"},
		{"nobody leads: the one named first goes first", "spin, insight", []string{"class complex", "open p1"}, Help, throughline.Notice,
			"lead:spin:p1 lead:spin:p1 journey::p1", "insight:clash:spin"},
		{"the mobiliser leads", "executive_access, mobiliser p2 p3", []string{"class complex", "answered p1", "open p2"}, Help, throughline.Own, "journey::p2", "executive_access:clash:mobiliser"},
		{"one message for the group", "insight p1, mobiliser p3", []string{"class complex", "answered p1 p2"}, Help, throughline.Align, "lead:mobiliser:p3 lead:mobiliser:p3 journey::p3", ""},
		{"the question of budget waits", "provocative p2, sandler", []string{"class complex", "answered p1"}, Help, throughline.Own, "lead:provocative:p2 journey::p2", "sandler:clash:provocative"},
		{"one inspection tool only; both may ask", "meddpicc p6, command_of_message p5", []string{"class complex", "answered p1 p2 p3 p4 p5"}, Help, throughline.Choose,
			"support:command_of_message:p6 journey::p6", "proof-library:one_tool:meddpicc"},
		{"coach and champion are two roles, both are asked about", "strategic_selling p3, meddpicc", []string{"class complex", "answered p1 p2"}, Help, throughline.Align,
			"lead:strategic_selling:p3 lead:strategic_selling:p3 support:meddpicc:p3 journey::p3", ""},
		{"P7 is open: no urgency", "jolt p7, consultative", []string{"class complex", "answered p1 p2 p3 p4 p5 p6", "open p7"}, Settle, throughline.Commit,
			"lead:jolt:p7 lead:jolt:p7 journey::p7", "consultative:clash:jolt one-unit:clash:jolt"},
		{"not even where nothing calms", "consultative p7", []string{"class complex", "answered p1 p2 p3 p4 p5 p6", "open p7"}, Settle, throughline.Commit,
			"journey::p7", "consultative:urgency one-unit:urgency"},
		{"signs of fear: risk first, no urgency anywhere", "command_of_message p2, jolt p6 p7", []string{"class complex", "answered p1", "event more_references"}, Settle, throughline.Own,
			"lead:jolt:p7 lead:jolt:p7 journey::p7 journey::p2", "command_of_message:urgency"},
		{"signs without a calming pack: the question of P7", "spin p1", []string{"class complex", "open p1", "event more_options"}, Settle, throughline.Notice,
			"journey::p7 lead:spin:p1 journey::p1", "spin:urgency"},
		{"no blend: the class says which", "", []string{"class complex", "answered p1 p2"}, Help, throughline.Align, "lead:mobiliser:p3 lead:mobiliser:p3 support:meddpicc:p3 journey::p3", ""},
		{"no process of theirs: help them find out", "", []string{"class complex-no-process", "answered p1 p2"}, Help, throughline.Align,
			"lead:buying_facilitation:p3 support:mobiliser:p3 support:mobiliser:p3 journey::p3", ""},
		{"nobody has classified it: complex", "", []string{"answered p1 p2"}, Help, throughline.Align, "lead:mobiliser:p3", ""},
		{"a practised purchase takes one pack", "snap p6, solution_centric p6", []string{"class transactional", "answered p5"}, Help, throughline.Choose, "lead:snap:p6 journey::p6", "value-estimate:one_pack"},
		{"where one person decides, one pack", "", []string{"class transactional-informal", "answered p5"}, Help, throughline.Choose, "lead:snap:p6 journey::p6", ""},
		{"a solicitation is out", "meddpicc p5 p6, account_driven p6", []string{"class complex", "answered p1 p2 p3 p4 p5", "event solicitation_issued"}, Respond, throughline.Choose,
			"rules:stated_factors:p6 rules:own_review:p6 rules:written_question:p6 rules:amendments:p6 support:account_driven:p6", ""},
		{"outreach is locked", "command_of_message p6", []string{"class complex", "answered p1 p2 p3 p4 p5", "event solicitation_issued"}, Respond, throughline.Choose,
			"rules:stated_factors:p6", "command_of_message:locked"},
		{"decided: the paper first, then use", "", []string{"class complex", "answered p1 p2 p3 p4 p5 p6 p7"}, Help, throughline.Adopt,
			"lead:meddpicc:k core:core_contracting:k core:core_contracting:k core:core_adopt:p8 core:core_adopt:p8 core:core_adopt:p8", "core_contracting:room core_adopt:room"},
		{"won: their people come next", "", []string{"class complex", "answered p1 p2 p3 p4 p5 p6 p7", "end won"}, Help, throughline.Adopt, "core:core_adopt:p8", ""},
		{"lost: nothing", "", []string{"class complex", "open p1", "end no_decision"}, Rest, throughline.NoPhase, "", ""},
		{"nothing from them: the questions deals hang on", "", []string{"class complex"}, Help, throughline.Own, "lead:insight:p2 journey::p2", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			book, pr := with(t, c.blend)
			a := at(book, pr, story(t, c.deal...))
			if a.Mode != c.mode || a.Phase != c.phase {
				t.Errorf("mode %s at %s, want %s at %s", a.Mode, a.Phase, c.mode, c.phase)
			}
			if got := told(a); !strings.HasPrefix(got, c.told) || c.told == "" && got != "" {
				t.Errorf("told   %q\nwant   %q", got, c.told)
			}
			if got := untold(a); !strings.HasPrefix(got, c.untold) {
				t.Errorf("untold %q\nwant   %q", got, c.untold)
			}
		})
	}
}

// TestAccessRules: a preset may lock outreach while a question is open, as a
// solicitation does.
func TestAccessRules(t *testing.T) {
	book, pr := with(t, "jolt p6", func(p *playbook.Playbook) { p.Presets = compile.Presets() })
	pr.Preset = "healthcare"
	if a := at(book, pr, story(t, "class complex", "answered p1 p2 p3 p4 p5")); a.Mode != Respond {
		t.Errorf("the committee rates, and the mode is %s", a.Mode)
	}
	if a := at(book, pr, story(t, "class complex", "answered p1 p2")); a.Mode != Help {
		t.Errorf("long before, the mode is %s", a.Mode)
	}
}

// TestACompanysOwnPack is held to the same rules, and marked until it is tied
// to a milestone.
func TestACompanysOwnPack(t *testing.T) {
	folder := fstest.MapFS{}
	for _, f := range []string{"classes.yaml", "journey.yaml", "mapping.yaml", "playbook.yaml", "tracks.yaml", "process/standard.yaml"} {
		b, err := readStarter(f)
		if err != nil {
			t.Fatal(err)
		}
		if f == "process/standard.yaml" {
			b = strings.Replace(b, "\nstages:", "\nblend: {ours: [p3], mobiliser: []}\nstages:", 1)
		}
		folder[f] = &fstest.MapFile{Data: []byte(b)}
	}
	folder["pack/ours.yaml"] = &fstest.MapFile{Data: []byte(`name: Ours
status: adapted
idea: one
credit: ours
weights: {p1: 0, p2: 0, p3: 3, p4: 0, p5: 0, p6: 0, p7: 0, p8: 0, p9: 0, k: 0, c: 0}
tools:
  - {id: tied, name: Tied, at: p3, milestone: process/standard/milestone/problem-agreed}
  - {id: loose, name: Loose, at: p3}
prompts:
  - {at: p3, ask: {en: "Who wrote the page?", zh: "谁写的？"}}
clashes:
  - {with: [mobiliser], at: [p3], rule: "ours goes first"}
`)}
	book, found := compile.Playbook(folder)
	if book == nil || len(found) > 0 {
		t.Fatal(found)
	}
	a := at(book, book.Processes[0], story(t, "class complex", "answered p1 p2"))
	if got, want := told(a), "lead:ours:p3 journey::p3"; !strings.HasPrefix(got, want) {
		t.Errorf("told %q, want %q", got, want)
	}
	if got := untold(a); !strings.Contains(got, "mobiliser:clash:ours") {
		t.Errorf("untold %q", got)
	}
	if a.Prompts[0].Unadapted {
		t.Error("the company's own prompt is marked as not adapted")
	}
	marks := map[string]bool{}
	for _, tool := range a.Tools {
		marks[string(tool.Address)] = tool.Unadapted
	}
	if marks["pack/ours/tool/tied"] || !marks["pack/ours/tool/loose"] {
		t.Errorf("marks: %v", marks)
	}
	for _, h := range a.Hidden {
		if h.Why == Clashes && h.Rule.Text.In("en") == "" {
			t.Errorf("%s is hidden without the rule", h.Pack)
		}
	}
}

func readStarter(name string) (string, error) {
	f, err := playbooks.Starter().Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	var b strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := f.Read(buf)
		b.Write(buf[:n])
		if err != nil {
			return b.String(), nil
		}
	}
}

// asked spells people shortly: "ann:owns+spoke", "?checker:missing".
func asked(a Advice, names ...string) string {
	var out []string
	for _, p := range a.People {
		who := "?" + string(p.Role)
		for _, n := range names {
			if person(n) == p.Person {
				who = n
			}
		}
		var why []string
		for _, y := range p.Reasons {
			why = append(why, string(y.Code))
		}
		out = append(out, who+":"+strings.Join(why, "+"))
	}
	return strings.Join(out, " ")
}

func TestPeople(t *testing.T) {
	for _, c := range []struct {
		name string
		deal []string
		want string
	}{
		{"nobody known: who owns it, and who else is missing", []string{"class complex", "answered p1"}, "?sponsor:missing ?problem_owner:missing"},
		{"the owner, and who spoke on it", []string{"class complex", "answered p1", "person ann sponsor", "person bob user", "person eve problem_owner", "said bob p2 4", "said ann p1 20", "said eve p1 10"},
			"ann:owns+quiet bob:spoke"},
		{"one who left is not asked", []string{"class complex", "answered p1", "person ann sponsor", "left ann", "person eve problem_owner", "said eve p1 3"}, "?sponsor:missing eve:quiet"},
		{"never heard", []string{"class complex", "answered p1", "person ann sponsor", "person eve problem_owner", "said ann p2 3"}, "ann:owns+spoke eve:never"},
		{"one person decides", []string{"class transactional-informal", "open p5", "person ann budget_decider", "said ann p5 3"}, "ann:owns+quiet"},
		{"decided: through whose hands the order goes", []string{"class complex", "answered p1 p2 p3 p4 p5 p6 p7", "person pat buyer_of_record", "person ann change_leader"}, "pat:paper+never ann:owns ?user:missing"},
		{"decided, and nobody known who orders", []string{"class complex", "answered p1 p2 p3 p4 p5 p6 p7", "person ann change_leader"}, "?buyer_of_record:missing ann:owns+never ?user:missing"},
		{"locked: the contracting officer alone", []string{"class complex", "answered p1 p2 p3 p4 p5", "event solicitation_issued", "person ann sponsor", "person pat buyer_of_record"}, "pat:officer"},
		{"locked, and no officer known", []string{"class complex", "answered p1 p2 p3 p4 p5", "event solicitation_issued", "person ann sponsor"}, "?buyer_of_record:missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			book, pr := with(t, "")
			if got := asked(at(book, pr, story(t, c.deal...)), "ann", "bob", "eve", "pat"); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestMissing(t *testing.T) {
	for _, c := range []struct {
		deal []string
		want string
	}{
		{[]string{"class complex", "answered p1 p2"}, "change_leader user sponsor problem_owner"},
		{[]string{"class complex", "answered p1 p2 p3 p4 p5 p6", "person ann budget_decider", "person ann sponsor", "person bob user"}, "buyer_of_record rule_setter checker problem_owner change_leader"},
		{[]string{"class transactional", "answered p5"}, "buyer_of_record rule_setter"},
		{[]string{"class transactional-informal", "answered p5"}, "budget_decider"},
		{[]string{"class complex", "open p1", "end won"}, "change_leader user"},
		{[]string{"class complex", "answered p1 p2 p3 p4 p5 p6 p7"}, "change_leader user buyer_of_record"},
		{[]string{"class complex", "answered p1 p3 p4 p5", "open p2"}, "sponsor problem_owner"},
		{[]string{"class complex", "end no_decision"}, ""},
	} {
		d := story(t, c.deal...)
		var got []string
		for _, m := range Missing(starter, d, alignment.Of(d, starter, alignment.Norms{}, today.End(time.UTC))) {
			got = append(got, string(m.Role))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%v: got %q, want %q", c.deal, s, c.want)
		}
	}
}

func TestConversion(t *testing.T) {
	three := []string{"person ann user marketing", "person bob user Sales", "person eve user finance"}
	for _, c := range []struct {
		name string
		deal []string
		want ReasonCode
	}{
		{"three functions", append([]string{"class transactional-informal"}, three...), ManyFunction},
		{"the same function twice is one", []string{"class transactional-informal", "person ann user sales", "person bob user Sales", "person eve user finance"}, ""},
		{"one of the three left", append([]string{"class transactional-informal", "left ann"}, three...), ""},
		{"a land deal by its attribute", append([]string{"class complex", "motion land"}, three...), ManyFunction},
		{"a complex deal has its people anyway", append([]string{"class complex"}, three...), ""},
		{"a checker appears", []string{"class transactional-informal", "person ann checker security"}, GateAppeared},
		{"purchasing enters", []string{"class transactional-informal", "event procurement_entered"}, PaperEntered},
		{"won, and growing", append([]string{"class transactional-informal", "end won"}, three...), ManyFunction},
		{"lost is lost", append([]string{"class transactional-informal", "end lost_competitor"}, three...), ""},
		{"money alone says nothing", []string{"class transactional-informal", "amount 14000000"}, ""},
	} {
		got, ok := Conversion(story(t, c.deal...), time.UTC)
		if got.Code != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q %v, want %q", c.name, got.Code, ok, c.want)
		}
	}
	if _, ok := Conversion(nil, time.UTC); ok {
		t.Error("no deal converts")
	}
}

// anyDeal makes a deal of whatever can have happened.
func anyDeal(t *testing.T, r *rand.Rand) []string {
	lines := []string{"class " + string(throughline.Classes()[r.IntN(5)])}
	roles := throughline.Roles()
	for i := range r.IntN(8) {
		lines = append(lines, fmt.Sprintf("person p%d %s f%d", i, roles[r.IntN(len(roles))], r.IntN(4)))
		if r.IntN(2) == 0 {
			lines = append(lines, fmt.Sprintf("said p%d p%d %d", i, 1+r.IntN(9), r.IntN(90)))
		}
		if r.IntN(6) == 0 {
			lines = append(lines, fmt.Sprintf("left p%d", i))
		}
	}
	for p := 1; p <= 9; p++ {
		switch r.IntN(4) {
		case 0, 1:
			lines = append(lines, fmt.Sprintf("answered p%d", p))
		case 2:
			lines = append(lines, fmt.Sprintf("open p%d", p))
		}
		if r.IntN(8) == 0 {
			lines = append(lines, fmt.Sprintf("against p%d", p))
		}
	}
	for _, e := range []deal.Event{deal.NewVeto, deal.SolicitationIssued, deal.MoreReferences, deal.QuietAfterWarm, deal.ProcurementEntered} {
		if r.IntN(5) == 0 {
			lines = append(lines, "event "+string(e))
		}
	}
	if r.IntN(6) == 0 {
		lines = append(lines, "end "+string([]throughline.Outcome{throughline.Won, throughline.NoDecision}[r.IntN(2)]))
	}
	return lines
}

func anyBlend(r *rand.Rand) string {
	var out []string
	for _, k := range compile.Packs() {
		if r.IntN(5) != 0 {
			continue
		}
		s := k.ID
		for _, p := range playbook.Places() {
			if r.IntN(4) == 0 {
				s += " " + p
			}
		}
		out = append(out, s)
	}
	return strings.Join(out, ",")
}

// TestWhatAlwaysHolds: never more than six prompts or four people; nothing
// that presses once P7 is open; who leads is heard before who supports; price
// changes nothing; the same deal gets the same advice; nothing is lost: every
// prompt of a place is said or hidden with a reason; nothing outward while locked.
func TestWhatAlwaysHolds(t *testing.T) {
	urgent := map[string]bool{}
	for _, k := range compile.Packs() {
		for _, q := range k.Prompts {
			if q.Urgency {
				urgent[q.Text.In("en")] = true
			}
		}
	}
	rank := map[Part]int{Rules: 0, Lead: 1, Support: 2, Core: 3, Journey: 4}
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 11))
		lines, blend := anyDeal(t, r), anyBlend(r)
		book, pr := with(t, blend)
		d := story(t, lines...)
		a := at(book, pr, d)
		fail := func(s string, args ...any) {
			t.Helper()
			t.Fatalf("seed %d: %s\n%v\n%s\n%s", seed, fmt.Sprintf(s, args...), lines, blend, told(a))
		}
		if len(a.Prompts) > MostPrompts || len(a.People) > MostPeople {
			fail("%d prompts, %d people", len(a.Prompts), len(a.People))
		}
		for _, p := range a.Prompts {
			if choosing(alignment.Of(d, book, alignment.Norms{}, today.End(time.UTC)), a.Phase) && urgent[p.Text.Text.In("en")] {
				fail("presses: %s", p.Text.Text.In("en"))
			}
			if a.Mode == Respond && !p.Inward {
				fail("reaches out: %s", p.Text.Text.In("en"))
			}
			if p.Text.Text.In("en") == "" && p.Code == "" {
				fail("a prompt without words")
			}
		}
		for _, place := range a.Places {
			last := 0
			for _, p := range a.Prompts {
				if p.Place != place {
					continue
				}
				if rank[p.Part] < last {
					fail("%s after a later part at %s", p.Part, place)
				}
				last = rank[p.Part]
			}
		}
		for _, h := range a.Hidden {
			if h.Why == "" || h.Why == Clashes && (h.With == "" || len(h.Rule.Text) == 0) {
				fail("%v is hidden without a reason", h)
			}
		}
		for _, place := range a.Places {
			for _, u := range book.BlendOf(pr, d.Class.Value) {
				k, _ := book.AnyPack(u.Pack)
				for _, q := range k.Prompts {
					said := slices.ContainsFunc(a.Prompts, func(p Prompt) bool { return same(p.Text, q.Value) })
					gone := slices.ContainsFunc(a.Hidden, func(h Hidden) bool { return same(h.Prompt, q.Value) })
					if q.Place == place && !k.Core && said == gone {
						fail("%s: said %v, hidden %v", q.Text.In("en"), said, gone)
					}
				}
			}
		}
		if b := at(book, pr, d); !reflect.DeepEqual(a, b) {
			fail("another advice the second time")
		}
		if b := at(book, pr, story(t, append(slices.Clone(lines), "amount 14000000")...)); !reflect.DeepEqual(a, b) {
			fail("the price changes the advice")
		}
	}
}
