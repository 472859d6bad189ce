package capture

import (
	"slices"
	"testing"

	"github.com/throughline/throughline"
)

// TestEachRuleHoldsForItsExample reads the example of each rule: a kind that a
// rule speaks against is not what it is read as; "nothing" that a rule speaks
// for is.
func TestEachRuleHoldsForItsExample(t *testing.T) {
	r, err := New(starterBook(t))
	if err != nil {
		t.Fatal(err)
	}
	people := append(freshPeople(), Person{ID: freshPeople()[0].ID, Name: "王磊"})
	today, err := throughline.ParseDay("2026-11-26")
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range rules {
		for _, text := range []string{rule.english, rule.chinese} {
			n := Note{Text: text, People: people, Today: today, Frontier: throughline.Align, From: Conversation}
			q := &reading{Reader: r, note: n, text: clean(n.Text), names: r.lx.names(n.People)}
			s := q.look(q.sentences()[0])
			q.senseOf(s)
			if m := q.mannerOf(s); !rule.when(m) {
				t.Errorf("%s: %q does not show it: %+v", rule.name, text, m)
			}
			kind := Kind("")
			if got := r.Read(n); len(got) > 0 {
				kind = got[0].Kind
			}
			if (rule.times < 1) == (kind == rule.kind) {
				t.Errorf("%s: %q is read as %q", rule.name, text, kind)
			}
		}
	}
}

// readByRule reads one sentence with the people of the fresh ones.
func readByRule(t *testing.T, r *Reader, text string) []Proposal {
	t.Helper()
	today, err := throughline.ParseDay("2026-11-26")
	if err != nil {
		t.Fatal(err)
	}
	return r.Read(Note{Text: text, People: freshPeople(), Today: today, Frontier: throughline.Align, From: Conversation})
}

// TestWhatMayBeIsAsked: a promise that may be or hangs on something is asked
// about, with "it says nothing" among the choices.
func TestWhatMayBeIsAsked(t *testing.T) {
	r, err := New(starterBook(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"Maybe they will send us the contract next week.", "也许他们下周会把合同发过来。"} {
		if got := readByRule(t, r, text); len(got) != 1 || got[0].Kind != Promise || !got[0].Ask || !slices.Contains(got[0].Or, "") {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}

// TestWhatIsDeniedIsNotLost: no end is what a sentence is first taken for that
// says the opposite; where they chose us, it is asked whether it is won.
func TestWhatIsDeniedIsNotLost(t *testing.T) {
	r, err := New(starterBook(t))
	if err != nil {
		t.Fatal(err)
	}
	for text, forUs := range map[string]bool{
		"They did not choose Kestrel, they chose us.":        true,
		"They did not choose the competitor, they chose us.": true,
		"They turned Kestrel down and took us.":              true,
		"They picked us over Kestrel.":                       true,
		"They chose us, not Kestrel.":                        true,
		"They rejected Kestrel and signed with us.":          true,
		"They did not go with Kestrel but with us.":          true,
		"The project is not cancelled.":                      false,
		"They have not cancelled the project.":               false,
		"They have decided not to postpone.":                 false,
		"The project has not been stopped.":                  false,
		"The project was never cancelled.":                   false,
		"They are not going to cancel the project.":          false,
		"Nobody has cancelled the project.":                  false,
		"The project is not on hold.":                        false,
		"They did not postpone the decision.":                false,
		"The go-live has not been postponed to next year.":   false,
		"他们没有选对手，选了我们。":                                      true,
		"他们没选竞争对手，而是选了我们。":                                   true,
		"他们拒绝了另一家，选择了我们。":                                    true,
		"他们淘汰了对手，定了我们。":                                      true,
		"项目没有取消。":                                            false,
		"项目并没有被取消。":                                          false,
		"项目没有停。":                                             false,
		"项目没有被叫停。":                                           false,
		"项目没有推迟。":                                            false,
		"他们决定不推迟。":                                           false,
		"他们并没有取消这个项目。":                                       false,
		"项目不会取消。":                                            false,
		"项目还没有取消。":                                           false,
		"他们不打算推迟上线。":                                         false,
	} {
		for _, p := range readByRule(t, r, text) {
			switch p.Kind {
			case Won:
				if !forUs || !p.Ask || !slices.Contains(p.Or, "") {
					t.Errorf("%q is offered as %s, asked %v, or %q", text, p.Kind, p.Ask, p.Or)
				}
			case Loss, Postponement:
				t.Errorf("%q is first of all %s", text, p.Kind)
			}
			if !p.Ask && p.Sign() < 0 {
				t.Errorf("%q is offered as %s", text, p.Kind)
			}
		}
	}
}

// TestALossThatIsStatedStays: what denies something else, or denies that it was
// us, leaves a loss as sure as it was.
func TestALossThatIsStatedStays(t *testing.T) {
	r, err := New(starterBook(t))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]struct {
		kind Kind
		ask  bool
	}{
		"They chose Kestrel.":                               {Loss, true},
		"The project is cancelled.":                         {Loss, false},
		"They have cancelled the project.":                  {Loss, false},
		"They decided not to buy.":                          {Loss, false},
		"They did not choose us, they chose Kestrel.":       {Loss, false},
		"We were not selected.":                             {Loss, false},
		"There is no budget, the project is cancelled.":     {Loss, false},
		"They have not signed, they stopped the project.":   {Loss, false},
		"They will not renew and went with another vendor.": {Loss, false},
		"The project is postponed to next year.":            {Postponement, false},
		"项目取消了。":                                            {Loss, false},
		"他们选了另一家。":                                          {Loss, false},
		"他们没有选我们，选了另一家。":                                    {Loss, false},
		"他们决定不买了。":                                          {Loss, false},
		"他们没有预算，项目取消了。":                                     {Loss, false},
		"项目没有预算，不做了。":                                       {Loss, false},
		"项目推迟到明年。":                                          {Postponement, false},
	} {
		got := readByRule(t, r, text)
		if len(got) != 1 || got[0].Kind != want.kind || got[0].Ask != want.ask {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}

// TestWhatMayBeIsNoPromise: what is hedged, or hangs on something, is asked about
// with the weakest grade, and neither the hedge nor whoever it hangs on promises.
func TestWhatMayBeIsNoPromise(t *testing.T) {
	r, err := New(starterBook(t))
	if err != nil {
		t.Fatal(err)
	}
	for text, who := range map[string]string{
		"Maybe they will send us the contract next week.":               "they",
		"Perhaps they will send us the figures on Thursday.":            "they",
		"If the board agrees, they will sign before Christmas.":         "they",
		"If finance says yes, they will send us the order by Friday.":   "they",
		"Maybe Petra will send us the list on Friday.":                  "Petra",
		"Possibly they will send the figures on Monday.":                "they",
		"They will probably send the figures on Monday.":                "They",
		"They might send us the figures on Monday.":                     "They",
		"They will send the list once legal has approved it.":           "They",
		"They will send the order by Friday if Helen agrees.":           "They",
		"If Helen agrees, they will send the order by Friday.":          "they",
		"Unless the board objects, they will send the order on Friday.": "they",
		"As soon as legal is done, they will send the contract.":        "they",
		"Provided the CFO agrees, they will send the order by Friday.":  "they",
		"Hopefully they will send the list by Friday.":                  "they",
		"Maybe Helen will send us the contract on Thursday.":            "Helen Okafor",
		"也许他们下周会把合同发过来。":                                                "他们",
		"如果董事会同意，他们就会签合同。":                                              "他们",
		"如果法务没意见，下周五前会把合同发回来。":                                          "他们",
		"如果董事会批准，他们就会签。":                                                "他们",
		"如果李敏同意，他们周五前会把订单发过来。":                                          "他们",
		"可能他们周五前会把清单发过来。":                                               "他们",
		"他们可能下周把数据发过来。":                                                 "他们",
		"要是财务同意，他们周五前会下订单。":                                             "他们",
		"只要总经理点头，他们下周就会把订单发过来。":                                         "他们",
		"说不定他们下周会发合同。":                                                  "他们",
		"等法务看完，他们会把合同发回来。":                                              "他们",
		"或许陈静周四会把报价单发回来。":                                               "陈静",
		"如果预算批下来，李敏会在周五前把订单发给我们。":                                       "李敏",
		"要是陈静有空，王强周五前会把数据发来。":                                           "王强",
	} {
		got := readByRule(t, r, text)
		if len(got) != 1 || got[0].Kind != Promise || !got[0].Ask || !slices.Contains(got[0].Or, "") || got[0].Grade > throughline.E1 {
			t.Errorf("%q is read as %+v", text, got)
			continue
		}
		if by := promisedBy(&got[0]); by != who {
			t.Errorf("%q is promised by %q", text, by)
		}
	}
	for text, who := range map[string]string{
		"They will send the list by Friday.":               "They",
		"Tom will send the list by Friday.":                "Tom Becker",
		"The legal team will send the redlines on Monday.": "The legal team",
		"He said he would send the list by Friday.":        "He",
		"Helen promised to send the contract next week.":   "Helen Okafor",
		"They will let us know by Friday whether it fits.": "They",
		"The board will send its decision on Monday.":      "The board",
		"他们周五前会把清单发过来。":                                    "他们",
		"陈静答应周三前把清单发给我们。":                                  "陈静",
		"法务下周一会把修改意见发过来。":                                  "法务",
		"委员会下周会发结果。":                                       "委员会",
	} {
		got := readByRule(t, r, text)
		if len(got) != 1 || got[0].Kind != Promise || got[0].Ask {
			t.Errorf("%q is read as %+v", text, got)
		} else if by := promisedBy(&got[0]); by != who {
			t.Errorf("%q is promised by %q", text, by)
		}
	}
}

// promisedBy gives the name of whoever promises.
func promisedBy(p *Proposal) string {
	for _, x := range freshPeople() {
		if x.ID == p.Person {
			return x.Name
		}
	}
	if p.New != "" {
		return p.New
	}
	return p.Who
}
