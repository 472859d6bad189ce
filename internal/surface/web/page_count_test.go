package web_test

import (
	"strings"
	"testing"
)

// TestHowManyProcesses: the page asks, counts what was answered, keeps it in its
// address, and offers one line more; hostile words stay words.
func TestHowManyProcesses(t *testing.T) {
	s := open(t)
	d, _ := s.get(t, "/playbook/count")
	if n := len(d.Find("fieldset").Nodes); n != 2 || d.Find("#verdict-h").Length() != 0 {
		t.Errorf("an empty form has %d lines", n)
	}
	first := "&repetition.0=2&buyer_knowledge.0=1&risk_understood.0=1&veto_holders.0=2&work_change.0=2&rule_and_decider.0=0"
	again := "&repetition.1=0&buyer_knowledge.1=0&risk_understood.1=0&veto_holders.1=0&work_change.1=0&rule_and_decider.1=2"
	d, _ = s.get(t, "/playbook/count?o0=Handover&m0=hospitals&d0=40"+first+"&o1=%3Cscript%3Elicences&m1=all&d1=70"+again)
	if got := d.Find("#verdict-h").Text(); !strings.HasPrefix(got, "Two processes") {
		t.Errorf("verdict %q", got)
	}
	if n := len(d.Find("fieldset").Nodes); n != 3 || d.Find("main script").Length() != 0 {
		t.Errorf("%d lines", n)
	}
	if v, _ := d.Find(`input[name="o1"]`).Attr("value"); v != "<script>licences" {
		t.Errorf("kept %q", v)
	}
	if got, _ := d.Find(`.st-from-count input[name="o0"]`).Attr("value"); got != "Handover" || !strings.Contains(d.Find(".st-from-count button").Text(), "2 processes") {
		t.Errorf("a draft would begin with %q: %q", got, d.Find(".st-from-count").Text())
	}
	d, _ = s.get(t, "/playbook/count?o0=a&d0=-5&repetition.0=9&o99=x")
	if got := d.Find("#verdict-h").Text(); got != "One process is enough." || d.Find(".hint-line").Length() != 1 {
		t.Errorf("verdict %q", got)
	}
}
