package buyingissue_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/buyingissue"
)

// TestPastedLists: who, by when and by which rule are read where a list says
// so, and days that can be read in two ways follow the others of the list.
func TestPastedLists(t *testing.T) {
	got := buyingissue.Default().List("1. RFQ closes | purchasing | 4/12/2026\n" +
		"2) Send samples\tsupplier\t18/12/2026\n\n" +
		"- Board approves the budget | the board | 2027-01-20 | two thirds\n" +
		"采购部下达订单 ｜ 采购部 ｜ 2027-02-01\nGo-live")
	want := []struct {
		text, owner, due, rule string
		ours                   bool
		kind                   buyingissue.Kind
	}{
		{"RFQ closes", "purchasing", "2026-12-04", "", false, buyingissue.Sourcing},
		{"Send samples", "", "2026-12-18", "", true, buyingissue.Other},
		{"Board approves the budget", "the board", "2027-01-20", "two thirds", false, buyingissue.Buying},
		{"采购部下达订单", "采购部", "2027-02-01", "", false, buyingissue.Contracting},
		{"Go-live", "", "", "", false, buyingissue.Project},
	}
	if len(got) != len(want) {
		t.Fatalf("%d lines: %+v", len(got), got)
	}
	for i, w := range want {
		g := got[i]
		due := ""
		if !g.Due.IsZero() {
			due = g.Due.String()
		}
		if g.Text != w.text || g.Owner != w.owner || due != w.due || g.Rule != w.rule || g.Ours != w.ours || g.Kind != w.kind {
			t.Errorf("line %d: %+v, want %+v", i+1, g, w)
		}
	}
}

// TestFreshStepsAreLabelled: thirty lines that nobody looked at while the words
// were chosen, in both languages.
func TestFreshStepsAreLabelled(t *testing.T) {
	text, err := os.ReadFile("../../../shared/domain/steps_fresh.json")
	if err != nil {
		t.Skip("the lines are not beside this repository")
	}
	var lines []struct{ Text, Label string }
	if err := json.Unmarshal(text, &lines); err != nil || len(lines) == 0 {
		t.Fatal(err, len(lines))
	}
	for _, l := range lines {
		if k, _ := buyingissue.KindOf(l.Text); string(k) != l.Label {
			t.Errorf("%q is %s, want %s", l.Text, k, l.Label)
		}
	}
}

func FuzzList(f *testing.F) {
	f.Add("a | b | 2026-01-02 | c")
	f.Add("1. x\tus\t4/12/26\n| |\n#")
	f.Fuzz(func(t *testing.T, s string) {
		for _, l := range buyingissue.Default().List(s) {
			if l.Text == "" || strings.ContainsAny(l.Text, "\t|") {
				t.Errorf("%q from %q", l.Text, s)
			}
		}
	})
}
