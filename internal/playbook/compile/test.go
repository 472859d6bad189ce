package compile

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/source"
)

// tests reads the deals of a *_test.yaml file.
func (c *compiler) tests(p *playbook.Playbook, n *source.Node) {
	for _, e := range n.Get("tests").Items() {
		t := playbook.Test{Name: e.Get("name").String(), AsOf: "2026-06-30", Deal: map[string]string{}, At: e.At}
		if d := e.Get("as_of"); d != nil {
			if _, err := throughline.ParseDay(d.String()); err != nil {
				c.say(source.CheckValue, d.At, err.Error(), "write year, month and day")
			} else {
				t.AsOf = d.String()
			}
		}
		for _, a := range e.Get("deal").Pairs() {
			t.Deal[a.Key] = a.Value.String()
		}
		t.C, t.P = c.factors(e.Get("c")), c.factors(e.Get("p"))
		for _, v := range e.Get("evidence").Items() {
			if ev, ok := c.testEvidence(v); ok {
				t.Evidence = append(t.Evidence, ev)
			}
		}
		x := e.Get("expect")
		t.Expect = playbook.Expectation{Process: value(x.Get("process")), Class: value(x.Get("class")), Frontier: value(x.Get("frontier")),
			Findings: values(x.Get("findings")), AsksFindings: x.Get("findings") != nil}
		p.Tests = append(p.Tests, t)
	}
}

func (c *compiler) factors(n *source.Node) map[string]int {
	if n == nil {
		return nil
	}
	out := map[string]int{}
	for _, e := range n.Pairs() {
		v, err := strconv.Atoi(e.Value.String())
		if err != nil || v < 0 || v > 2 {
			c.say(source.CheckValue, e.Value.At, fmt.Sprintf("%s is 0, 1 or 2, not %q", e.Key, e.Value.String()), "leave an unknown factor out")
			continue
		}
		out[e.Key] = v
	}
	return out
}

// testEvidence takes p3, k1, c2 or an address of the playbook.
func (c *compiler) testEvidence(n *source.Node) (playbook.TestEvidence, bool) {
	at := strings.ToLower(n.Get("at").String())
	ev := playbook.TestEvidence{By: n.Get("by").String(), DaysAgo: int(number(n.Get("days_ago"), 5)), Against: n.Get("against").String() == "true"}
	ev.Grade, _ = grade(n.Get("grade").String())
	if ph, ok := throughline.ParsePhase(at); ok {
		ev.About = ph.Address()
	} else if st, ok := throughline.ParseStep(at); ok {
		ev.About = st.Address()
	} else if a, err := throughline.ParseAddress(at); err == nil {
		ev.About = a
	} else {
		c.say(source.CheckValue, n.Get("at").Range(n.At), fmt.Sprintf("%q is no place of the road", at),
			"write p1 to p9, k1 to k8, c1 to c6, or a milestone's address")
		return ev, false
	}
	return ev, true
}
