package statement_test

import (
	"testing"

	"github.com/throughline/throughline/internal/statement"
)

// TestBetsOnAnActOfTheirs: what somebody of the customer does is told from what
// we do, what is, and what is hoped.
func TestBetsOnAnActOfTheirs(t *testing.T) {
	l, err := statement.New(statement.Words{})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"We will win because we are the best":                                                               false,
		"We win because our price is the lowest":                                                            false,
		"It is a great product and it sells itself":                                                         false,
		"If we send the offer by Friday, because it is good, we will win":                                   false,
		"If our demo goes well by 4 May, we are in":                                                         false,
		"The deal will close this quarter":                                                                  false,
		"If I call every week, it will move":                                                                false,
		"If the board signs by 4 May, because the budget ends then, they will order":                        true,
		"If Petra Lindqvist convenes finance by 3 March, because the rota is set then, the measure is kept": true,
		"If {person:0190b2f0-0000-7000-8000-000000000000} names an owner by May, the list will stand":       true,
		"If they try it on a tablet by May, because trying convinces, it is quick":                          true,
		"If the head of nursing tells two wards by June, because they asked, the rest will follow":          true,
		"If procurement opens the route by 1 July, the order can be placed":                                 true,
		"If the trustees vote on 4 May, because the year ends, it is decided":                               true,
		"我们会赢，因为我们最好":                                                                                       false,
		"如果我们周五前发出报价，就能拿下":                                                                                  false,
		"如果董事会在五月前签字，因为预算到期，订单就会下来":                                                                         true,
		"如果对方的护理主任六月前说服两个病房，其余的会跟上":                                                                         true,
	} {
		if got := l.TheirAct(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
