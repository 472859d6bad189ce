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
		for _, c := range []blend.ReasonCode{blend.OwnsQuestion, blend.SpokeOnIt, blend.QuietLongest, blend.NeverHeard, blend.OnlyOfficer} {
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
