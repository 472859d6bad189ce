package phrase

import (
	"regexp"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/playbook/compile"
)

// TestAMilestoneIsAskedInTheCustomersWords: what a milestone states is a question
// on the customer's plan, from where they stand; words of ours are on none.
func TestAMilestoneIsAskedInTheCustomersWords(t *testing.T) {
	for _, c := range []struct{ lang, statement, want string }{
		{"en", "The committee set the acceptance limits before the trial.", "Has this happened: the committee set the acceptance limits before the trial?"},
		{"en", "The buyer compared our answer with the last order.", "Has this happened: the buyer compared the supplier's answer with the last order?"},
		{"en", "The customer's laboratory tested the first samples and sent us the report.", "Has this happened: your laboratory tested the first samples and sent the supplier the report?"},
		{"en", "Users from three sites tested it.", "Has this happened: Users from three sites tested it?"},
		{"en", "The champion moved the deal to the next stage.", ""},
		{"en", " . ", ""},
		{"zh", "采购人员把我们的答复与上一次订单作了比较。", "这件事做了吗：采购人员把供应商的答复与上一次订单作了比较？"},
		{"zh", "预算负责人在客户自己的系统中批准了订单。", "这件事做了吗：预算负责人在贵方自己的系统中批准了订单？"},
		{"zh", "客户推进了商机。", ""},
	} {
		if got := For(c.lang).PlanAsked(c.statement); got != c.want {
			t.Errorf("%s: %q\n is asked as %q\n not as       %q", c.lang, c.statement, got, c.want)
		}
	}
	ours := regexp.MustCompile(`(?i)\b(?:us|we|our|customer|client)\b`)
	n := 0
	for _, m := range compile.Presets() {
		for _, k := range m.Milestones {
			got := For("en").PlanAsked(k.Name.Text.In("en"))
			if n++; !strings.HasSuffix(got, "?") || ours.MatchString(got) {
				t.Errorf("%s: %q is asked as %q", m.ID, k.Name.Text.In("en"), got)
			}
		}
	}
	if n < 80 {
		t.Errorf("%d milestones of markets were looked at", n)
	}
}
