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
		{"en", "The customer success manager met the board.", ""},
		{"en", "Client services opened the account.", ""},
		{"en", "Our account manager sent the offer.", ""},
		{"en", "The account executives met.", ""},
		{"en", "The US team signed the order and told us.", "Has this happened: the US team signed the order and told the supplier?"},
		{"en", "We sent the samples.", "Has this happened: the supplier sent the samples?"},
		{"en", "The board preferred a design of ours.", "Has this happened: the board preferred a design of the supplier's?"},
		{"en", "We were invited to the board.", ""},
		{"en", "The board knows what we are asked for.", ""},
		{"en", "They checked that we already have a licence.", ""},
		{"en", "We've been named.", ""},
		{"en", "The people we asked were there.", "Has this happened: the people the supplier asked were there?"},
		{"zh", "采购人员把我们的答复与上一次订单作了比较。", "这件事做了吗：采购人员把供应商的答复与上一次订单作了比较？"},
		{"zh", "预算负责人在客户自己的系统中批准了订单。", "这件事做了吗：预算负责人在贵方自己的系统中批准了订单？"},
		{"zh", "客户推进了商机。", ""},
		{"zh", "发起人向两家老客户核对了成果。", ""},
		{"zh", "客户经理拜访了采购人员。", ""},
		{"zh", "客户成功团队完成了培训。", ""},
		{"zh", "客户服务部收到了申请。", ""},
		{"zh", "客户的客户试用了样品。", ""},
		{"zh", "客户询问了其他客户的成果。", ""},
		{"zh", "客户的服务器通过了测试。", "这件事做了吗：贵方的服务器通过了测试？"},
	} {
		if got := For(c.lang).PlanAsked(c.statement); got != c.want {
			t.Errorf("%s: %q\n is asked as %q\n not as       %q", c.lang, c.statement, got, c.want)
		}
	}
}

// TestMilestonesOfMarketsAreAsked: each milestone of a shipped market can be asked,
// in both languages, and none then speaks from our side.
func TestMilestonesOfMarketsAreAsked(t *testing.T) {
	for lang, c := range map[string]struct {
		end  string
		ours *regexp.Regexp
	}{
		"en": {"?", regexp.MustCompile(`\b(?:us|[Ww]e)\b|(?i)\b(?:ours?|customer|client)\b|your organisation (?:success|service)|the the`)},
		"zh": {"？", regexp.MustCompile(`客户|我们|我方|[老新大小旧]贵方|贵方(?:经理|成功|服务|的贵方)`)},
	} {
		n := 0
		for _, m := range compile.Presets() {
			for _, k := range m.Milestones {
				statement := k.Name.Text[lang]
				got := For(lang).PlanAsked(statement)
				if n++; !strings.HasSuffix(got, c.end) || c.ours.MatchString(got) {
					t.Errorf("%s: %q is asked as %q", m.ID, statement, got)
				}
			}
		}
		if n < 80 {
			t.Errorf("%s: %d milestones of markets were looked at", lang, n)
		}
	}
}
