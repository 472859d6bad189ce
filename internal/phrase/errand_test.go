package phrase

import (
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/errand"
	"github.com/throughline/throughline/internal/playbook"
)

// TestEveryErrandHasWords: what to do and what happens if it is left, whether a
// name is known or not, on every question and for every role; one person, one
// day, and nothing unfilled.
func TestEveryErrandHasWords(t *testing.T) {
	petra := throughline.PersonID{1}
	n := Names{Book: &playbook.Playbook{}, Today: day("2026-11-30"), Person: func(throughline.PersonID) string { return "Petra Lind" }}
	for _, lang := range Languages() {
		p := For(lang)
		say := func(e errand.Errand) {
			t.Helper()
			for _, s := range []string{p.Errand(n, e), p.ErrandLeft(n, e)} {
				if s == "" || strings.Contains(s, "[") || strings.Contains(s, "<no value>") || strings.Contains(s, "errand.") || strings.Contains(s, "  ") || strings.Contains(s, "“”") {
					t.Errorf("%s %+v: %q", lang, e, s)
				}
			}
		}
		for _, c := range errand.Codes() {
			for _, who := range []throughline.PersonID{{}, petra} {
				for _, by := range []string{"2026-11-30", "2026-12-04"} {
					e := errand.Errand{Code: c, Person: who, By: day(by), Phase: throughline.Align, Role: throughline.BudgetDecider, What: "send it", About: "contracting/k3", Event: deal.NewVeto}
					say(e)
					e.About = ""
					if c != errand.Step {
						say(e)
					}
				}
			}
		}
		for _, ph := range throughline.Phases() {
			say(errand.Errand{Code: errand.Ask, Phase: ph, By: day("2026-12-04")})
		}
		for _, r := range throughline.Roles() {
			say(errand.Errand{Code: errand.Who, Role: r, By: day("2026-12-04")})
		}
		for _, k := range errand.DueKinds() {
			for _, who := range []throughline.PersonID{{}, petra} {
				if s := p.Due(n, errand.Due{Kind: k, What: "send it", Person: who, About: "contracting/k3"}); s == "" || strings.Contains(s, "errand.") {
					t.Errorf("%s %s: %q", lang, k, s)
				}
			}
		}
		for _, st := range []throughline.PhaseState{throughline.Untouched, throughline.Open, throughline.Answered, throughline.Reopened, throughline.NotNeeded} {
			if s := p.Change(n.Book, Change{Facts: 2, New: []string{"Anna Weber"}, Moved: []Moved{{throughline.Align, st}}, Still: throughline.Own, Lacks: 1}); strings.Contains(s, "change.") {
				t.Errorf("%s: %q", lang, s)
			}
		}
	}
	e := errand.Errand{Code: errand.Who, Person: petra, Role: throughline.BudgetDecider, By: day("2026-12-04")}
	if got, want := For("en").Errand(n, e), "Ask Petra Lind who decides about the money, before 4 December"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := For("zh").Errand(n, e), "12月4日前：问Petra Lind：谁决定这笔钱"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := For("en").Change(n.Book, Change{Facts: 3, New: []string{"Anna Weber"}, Still: throughline.Align}), "Recorded: three facts; Anna Weber is new; “Align” stays open."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestErrandsAreTrueOfAnybody: what is said of a deal holds whoever reads it,
// whatever the role, and after the order as before.
func TestErrandsAreTrueOfAnybody(t *testing.T) {
	n := Names{Book: &playbook.Playbook{}, Today: day("2026-11-30")}
	for _, c := range errand.Codes() {
		for lang, you := range map[string][]string{"en": {"you"}, "zh": {"你", "您"}} {
			e := errand.Errand{Code: c, Role: throughline.UserRole, What: "send it", Phase: throughline.Own, Event: deal.NewVeto}
			for _, word := range you {
				if s := For(lang).Errand(n, e) + For(lang).ErrandLeft(n, e) + For(lang).Say("errand.planned") + For(lang).Due(n, errand.Due{Kind: errand.OurBet}); strings.Contains(strings.ToLower(s), word) {
					t.Errorf("%s %s: %q", lang, c, s)
				}
			}
		}
	}
	for role, want := range map[throughline.Role]string{
		throughline.BudgetDecider: "It is decided by somebody we have never spoken to.",
		throughline.RuleSetter:    "It is decided by somebody we have never spoken to.",
		throughline.ProblemOwner:  "We do not know whose problem it is.",
		throughline.SponsorRole:   "We do not know who speaks up for it.",
	} {
		if got := For("en").ErrandLeft(n, errand.Errand{Code: errand.Who, Role: role}); got != want {
			t.Errorf("%s: %q, want %q", role, got, want)
		}
	}
	step := errand.Errand{Code: errand.Use, About: "change/c1"}
	if s := For("en").Errand(n, step); !strings.HasPrefix(s, "Ask them what using it needs: “") || strings.Contains(s, "“”") {
		t.Errorf("a late step of using it: %q", s)
	}
	if s := For("en").ErrandLeft(n, step); s != "It is paid off later, or never." {
		t.Errorf("a late step of using it, left: %q", s)
	}
}
