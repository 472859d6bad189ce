package phrase_test

import (
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/usage"
)

// TestUseCosts: one is one, what there is is never none, and what would be about
// somebody is not said.
func TestUseCosts(t *testing.T) {
	of := func(interactions, minutes float64) usage.Counted {
		k := usage.OfClass{Class: throughline.Complex, Open: 5, Interactions: &interactions, Minutes: &minutes}
		if minutes == 0 {
			k.Minutes = nil
		}
		return usage.Counted{Since: throughline.DateOf(2026, 11, 2), Days: 28, Classes: []usage.OfClass{k}}
	}
	none := usage.Counted{Since: throughline.DateOf(2026, 11, 2)}
	few := none
	few.Classes = []usage.OfClass{{Class: throughline.Complex, Open: 1, Few: true}, {Class: throughline.Transactional, Open: 2, Few: true}}
	for _, c := range []struct {
		in     usage.Counted
		en, zh string
	}{
		{of(1.04, 0.96), "A complex deal takes 1 minute a week on its pages, which are opened once.", "一笔复杂交易每周在其页面上用 1 分钟，页面打开 1 次。"},
		{of(2.06, 1.44), "A complex deal takes 1.4 minutes a week on its pages, which are opened 2.1 times.", "用 1.4 分钟，页面打开 2.1 次。"},
		{of(0.01, 0.02), "takes less than 0.1 minutes a week on its pages, which are opened less than 0.1 times.", "用不到 0.1 分钟，页面打开不到 0.1 次。"},
		{of(0.01, 0), "pages are opened less than 0.1 times a week.", "每周打开不到 0.1 次。"},
		{of(1, 0), "pages are opened once a week.", "每周打开 1 次。"},
		{of(0, 0), "nobody has been at a complex deal yet", "还没有人看过复杂交易"},
		{few, "is not given", "不予给出"},
		{none, "No complex deal is open.", "没有进行中的复杂交易。"},
	} {
		for code, want := range map[string]string{"en": c.en, "zh": c.zh} {
			if got := phrase.For(code).UseCosts(c.in); !strings.Contains(got, want) {
				t.Errorf("%s: %q, want %q", code, got, want)
			}
		}
	}
	p := phrase.For("en")
	if got := p.UseFew(few); !strings.Contains(got, "practised buyers") || !strings.Contains(got, "complex") {
		t.Errorf("not given of %q", got)
	}
	if got := p.UseFew(of(1, 1)); got != "" {
		t.Errorf("given of all, and yet %q", got)
	}
	little, some := 0.01, 12.25
	if got := []string{p.UseFigure(nil), p.UseFigure(&little), p.UseFigure(&some), p.UseFigure(new(float64))}; strings.Join(got, " ") != "– < 0.1 12.2 0" {
		t.Errorf("figures %q", got)
	}
}
