package capture

import (
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
)

// readAmonger reads with Carmen, Tyler and 陈静 in the deal.
func readAmong(t *testing.T, text string) []Proposal {
	t.Helper()
	r, err := New(starterBook(t))
	if err != nil {
		t.Fatal(err)
	}
	var people []Person
	for i, name := range []string{"Carmen Diaz", "Tyler Reed", "陈静"} {
		people = append(people, Person{ID: throughline.PersonID(throughline.NewID(time.UnixMilli(1), [10]byte{9: byte(i + 1)})), Name: name})
	}
	today, err := throughline.ParseDay("2026-11-26")
	if err != nil {
		t.Fatal(err)
	}
	return r.Read(Note{Text: text, People: people, Today: today, Frontier: throughline.Align, From: Conversation})
}

// TestATermIsNoSaying: the day on which something was promised is not the day
// by which it is due, and a term whose year is open is asked for.
func TestATermIsNoSaying(t *testing.T) {
	for _, c := range []struct {
		text, said, due string
		ask             bool
	}{
		{"On 3 November Carmen promised to send the list by 10 December.", "2026-11-03", "2026-12-10", false},
		{"Carmen will send the list by 10 December.", "2026-11-26", "2026-12-10", false},
		{"Carmen will send the list on 3 December.", "2026-11-26", "2026-12-03", false},
		{"On 3 November Carmen promised to send the list by 20 November.", "2026-11-03", "2026-11-20", false},
		{"Carmen promised to send the list by 1 November.", "2026-11-26", "", true},
		{"11月20日陈静说会在11月25日之前把清单发给我们。", "2026-11-20", "2026-11-25", false},
		{"陈静说会在12月10日之前把清单发给我们。", "2026-11-26", "2026-12-10", false},
	} {
		got := readAmong(t, c.text)
		if len(got) != 1 || got[0].Kind != Promise {
			t.Errorf("%s: %+v", c.text, got)
			continue
		}
		p := got[0]
		if p.Happened.String() != c.said || p.Due.String() != c.due || c.ask && !p.Ask {
			t.Errorf("%s: said %s, due %s, asked %v", c.text, p.Happened, p.Due, p.Ask)
		}
		if p.Grade != throughline.E2 {
			t.Errorf("%s: a promise of somebody who is named is %s", c.text, p.Grade)
		}
	}
}

// TestWhoseItIsStays: a name that is replaced keeps what it owns.
func TestWhoseItIsStays(t *testing.T) {
	got := readAmong(t, "Tyler's budget was approved by the board on Tuesday.")
	if len(got) != 1 || !strings.Contains(got[0].Text, "}'s budget") {
		t.Errorf("%+v", got)
	}
}

// TestADecisionAgainstBuyingIsTheirs: it ends as a decision of theirs, never as
// no decision.
func TestADecisionAgainstBuyingIsTheirs(t *testing.T) {
	for _, text := range []string{"They decided not to buy.", "They have decided to change nothing and keep the old system.", "他们决定不买了。", "董事会决定维持现状。"} {
		for _, p := range readAmong(t, text) {
			if p.Kind == Loss && p.Outcome == throughline.NoDecision && !p.Ask {
				t.Errorf("%s: %s %s", text, p.Kind, p.Outcome)
			}
		}
	}
}

// TestWhatIsNotDoneIsNotDone: a future act, a verbal yes, what was sent back and
// a step with open points.
func TestWhatIsNotDoneIsNotDone(t *testing.T) {
	for _, text := range []string{"Carmen will sign the contract next week.", "She'll sign next week.", "陈静下周签合同。"} {
		for _, p := range readAmong(t, text) {
			if p.Kind == Won && !p.Ask || p.State == throughline.StepDone || p.Grade > throughline.E2 {
				t.Errorf("%s: %+v", text, p)
			}
		}
	}
	for _, text := range []string{"Carmen gave us a verbal yes.", "陈静口头同意了。"} {
		for _, p := range readAmong(t, text) {
			if p.Grade >= throughline.E3 {
				t.Errorf("%s: %s", text, p.Grade)
			}
		}
	}
	for _, p := range readAmong(t, "Carmen sent back the questionnaire with two open points.") {
		if p.Kind == Stance || p.State == throughline.StepDone {
			t.Errorf("%+v", p)
		}
	}
	for _, p := range readAmong(t, "The security review is done, except for three open points.") {
		if p.State == throughline.StepDone {
			t.Errorf("%+v", p)
		}
	}
}
