package phrase

import (
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/blend"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook"
)

// TestAdviceHasWords: whatever the blend room can give has words in every language.
func TestAdviceHasWords(t *testing.T) {
	book, today := &playbook.Playbook{}, day("2026-11-23")
	rule := playbook.Value{Text: playbook.Text{"en": "choose one", "zh": "二选一"}}
	for _, lang := range Languages() {
		p := For(lang)
		whole := func(s string) {
			t.Helper()
			if s == "" || strings.Contains(s, "[") || strings.Contains(s, "<no value>") {
				t.Errorf("%s: %q", lang, s)
			}
		}
		for _, m := range []blend.Mode{blend.Help, blend.Settle, blend.Respond, blend.Rest} {
			for _, signs := range []int{0, 1, 3} {
				whole(p.AdviceMode(blend.Advice{Mode: m, Signs: signs}))
			}
		}
		for _, c := range []blend.PromptCode{blend.StatedFactors, blend.WrittenQuestion, blend.Amendments, blend.OwnReview, blend.AskDebriefing} {
			whole(p.AdvicePrompt(blend.Prompt{Code: c}))
		}
		whole(p.AdvicePrompt(blend.Prompt{Text: rule}))
		for _, x := range []blend.Part{blend.Lead, blend.Support, blend.Core, blend.Journey, blend.Rules} {
			whole(p.AdvicePart(x))
		}
		for _, s := range p.AdviceMarks(true, true, true) {
			whole(s)
		}
		whole(p.AdviceMinutes(blend.Tool{Minutes: 1}))
		for _, why := range []blend.Why{blend.Clashes, blend.Presses, blend.NeedsThem, blend.TooMany, blend.NoRoom, blend.OnlyOne, blend.Repeats, blend.OneTooling} {
			h := blend.Hidden{Why: why}
			if why == blend.Clashes || why == blend.OneTooling {
				h.With = "jolt"
			}
			whole(p.AdviceHidden(book, h))
			h.Rule = rule
			whole(p.AdviceHidden(book, h))
		}
		for _, c := range []blend.ReasonCode{blend.OwnsQuestion, blend.SpokeOnIt, blend.QuietLongest, blend.NeverHeard, blend.OnlyOfficer, blend.RunsPaper} {
			whole(p.AdviceWhy(book, blend.Reason{Code: c, Phase: throughline.Align, Count: 3, Since: today.Add(-3)}, today))
		}
		for _, r := range throughline.Roles() {
			whole(p.AdviceWhy(book, blend.Reason{Code: blend.RoleMissing, Role: r, Phase: throughline.Align}, today))
		}
		for _, y := range []blend.Reason{{Code: blend.ManyFunction, Count: 3}, {Code: blend.GateAppeared, Role: throughline.Checker},
			{Code: blend.GateAppeared, Role: throughline.BuyerOfRecord}, {Code: blend.PaperEntered, Event: deal.ProcurementEntered, Since: today.Add(-3)}} {
			why, offer := p.Conversion(y, today)
			whole(why)
			whole(offer)
		}
	}
}

// TestPicturesHaveWords: captions, labels and dates in every language.
func TestPicturesHaveWords(t *testing.T) {
	book, today, live := &playbook.Playbook{}, day("2026-02-16"), day("2026-05-01")
	for _, lang := range Languages() {
		p := For(lang)
		whole := func(ss ...string) {
			t.Helper()
			for _, s := range ss {
				if s == "" || strings.Contains(s, "[") || strings.Contains(s, "<no value>") {
					t.Errorf("%s: %q", lang, s)
				}
			}
		}
		w := p.Position()
		whole(w.Title, w.Untold, w.Empty, w.Legend.Agrees, w.Legend.Differs, w.Legend.Unstated, w.Legend.SaysNo, w.Legend.Seat)
		whole(w.Stances[:]...)
		whole(w.Levels[:]...)
		for _, n := range [][3]int{{0, 0, 0}, {0, 2, 0}, {1, 0, 1}, {3, 2, 2}} {
			whole(p.PositionDesc(n[0], n[1], n[2]))
		}
		for _, known := range []bool{true, false} {
			for agrees := -1; agrees <= 1; agrees++ {
				whole(p.PositionOf("Maria", nil, known, 9, agrees), p.PositionOf("Maria", []throughline.Role{throughline.SponsorRole, throughline.UserRole}, known, -9, agrees))
			}
		}
		whole(p.PositionWas(2, day("2025-11-01"), today))
		for _, tr := range []throughline.Track{throughline.Contracting, throughline.Change} {
			for _, d := range []throughline.Day{{}, live} {
				w := p.Dates(tr, d, today)
				whole(w.Title, w.Today, w.Typical, w.Legend.Done, w.Legend.Going, w.Legend.Planned, w.Legend.Spread, w.Legend.Due, w.Legend.Late)
				if (w.Goal == "") != d.IsZero() {
					t.Errorf("%s: goal %q", lang, w.Goal)
				}
			}
			whole(p.ExpectedReady(tr, live.Add(3), live, today), p.ExpectedReady(tr, live, throughline.Day{}, today))
			for _, s := range []blend.StepDates{
				{State: throughline.StepDone, Done: today.Add(-3)}, {State: throughline.StepDone}, {State: throughline.StepNotNeeded},
				{State: throughline.StepBegun, Due: today.Add(-3)}, {State: throughline.StepBegun, Due: today.Add(3)}, {State: throughline.StepBegun, Began: today.Add(-3)}, {State: throughline.StepBegun},
				{State: throughline.StepNotBegun, Begin: today.Add(-3), Late: 3}, {State: throughline.StepNotBegun, Begin: today}, {State: throughline.StepNotBegun, Begin: today.Add(3)},
				{State: throughline.StepNotBegun, Days: playbook.Spread{Middle: 5}},
			} {
				s.Step = throughline.Step{Track: tr, Number: 3}
				s.Address = s.Step.Address()
				whole(p.StepSay(s, today), p.StepLabel(book, s, today), p.EarlyStart(book, s, live, today))
			}
		}
		whole(p.Tick(day("2026-01-01"), today), p.Tick(day("2026-04-01"), today), p.Tick(day("2026-04-06"), today))
	}
	for got, want := range map[string]string{
		For("en").EarlyStart(book, blend.StepDates{Step: throughline.Step{Track: throughline.Contracting, Number: 3}, Address: "contracting/k3", Begin: day("2026-03-12")}, live, today): "Begin “Checks” by 12 March for the order to be live on 1 May.",
		For("en").PositionDesc(3, 1, 1):          "Where three people stand was told. Of one more nobody has told us. One role is open.",
		For("zh").PositionDesc(3, 1, 1):          "已知三人的立场。另有一人，没有人告诉过我们。有一个角色空缺。",
		For("zh").Tick(day("2027-01-01"), today): "2027年1月",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
