package capture_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/capture"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook"
)

func read(t testing.TB, r *capture.Reader, text string, from capture.From) []capture.Proposal {
	t.Helper()
	n := capture.Note{Text: text, People: append(people(false), people(true)...), Today: day(t, today), Frontier: throughline.Align, From: from}
	got := r.Read(n)
	lawful(t, n, got)
	return got
}

var mentions = regexp.MustCompile(`\{person:([^}]*)\}`)

// lawful holds what must be true of every answer.
func lawful(t testing.TB, n capture.Note, got []capture.Proposal) {
	t.Helper()
	known := map[string]bool{}
	for _, p := range n.People {
		if !p.Ours {
			known[p.ID.String()] = true
		}
	}
	any := map[string]bool{}
	for _, p := range n.People {
		any[p.ID.String()] = true
	}
	last := 0
	for _, p := range got {
		if p.Start < last || p.End <= p.Start || p.End > len(n.Text) {
			t.Fatalf("the span %d to %d, after %d, of %d bytes", p.Start, p.End, last, len(n.Text))
		}
		last = p.Start
		if !utf8.ValidString(p.Text) || p.Text == "" || strings.ContainsAny(p.Text, "\x00\n") || len(p.Text) > 8000 {
			t.Fatalf("the text is %q", p.Text)
		}
		if p.Happened.Sub(n.Today) > 0 || p.Happened.IsZero() {
			t.Fatalf("it happened on %s", p.Happened)
		}
		if !p.Due.IsZero() && p.Due.Sub(n.Today) < 0 {
			t.Fatalf("it is due on %s", p.Due)
		}
		if !p.Person.IsZero() && !known[p.Person.String()] {
			t.Fatalf("%s is nobody of theirs", p.Person)
		}
		if !p.Person.IsZero() && p.New != "" {
			t.Fatalf("%s is known and new", p.New)
		}
		if !utf8.ValidString(p.New) || !utf8.ValidString(p.Title) || !utf8.ValidString(p.Function) {
			t.Fatalf("the new one is %q, %q, %q", p.New, p.Title, p.Function)
		}
		for _, m := range mentions.FindAllStringSubmatch(p.Text, -1) {
			if _, err := throughline.ParseID(m[1]); err == nil && !any[m[1]] && !strings.Contains(n.Text, m[0]) {
				t.Fatalf("the text mentions %s, whom nobody gave", m[1])
			}
		}
		if p.Grade > throughline.E4 || len(p.Others) > 3 || p.Stance < -2 || p.Stance > 2 {
			t.Fatalf("grade %s, %d others, stance %d", p.Grade, len(p.Others), p.Stance)
		}
		for _, a := range append([]throughline.Address{p.About}, p.Others...) {
			if a == "" && p.About == "" {
				continue
			}
			if _, err := throughline.ParseAddress(string(a)); err != nil {
				t.Fatal(err)
			}
		}
		switch p.Kind {
		case capture.Evidence, capture.Contradiction, capture.Milestone:
			if p.About == "" || p.About.Milestone() != (p.Kind == capture.Milestone) {
				t.Fatalf("a %s about %q", p.Kind, p.About)
			}
		case capture.Step:
			if _, ok := p.About.Step(); !ok || p.State == "" {
				t.Fatalf("a step %q that is %q", p.About, p.State)
			}
		case capture.Event:
			if p.Event == "" {
				t.Fatal("an event without its name")
			}
		case capture.Loss, capture.Won, capture.Postponement:
			if !p.Outcome.Known() {
				t.Fatalf("a %s without its end", p.Kind)
			}
		case capture.Promise:
			if p.What == "" {
				t.Fatal("a promise of nothing")
			}
		case capture.Stance, capture.Left, capture.Joined:
			if p.Person.IsZero() && p.New == "" {
				t.Fatalf("a %s of nobody", p.Kind)
			}
		default:
			t.Fatalf("the kind is %q", p.Kind)
		}
		for _, g := range p.Because {
			if g.Words == "" || !utf8.ValidString(g.Words) {
				t.Fatalf("the grounds are %q", p.Because)
			}
		}
	}
}

func TestWhatIsPastedIsPlainText(t *testing.T) {
	r := reader(t)
	for _, c := range []struct {
		name, text string
		want       []string // kind and person of each
		not        string   // must not stand in any text
	}{
		{"html", `<p>Ana said <b>picking errors</b> have doubled.</p><p>Marc approved the business case.</p>`, []string{"evidence ana", "evidence marc"}, "<"},
		{"script", `Ana said errors have doubled.<script>alert("Marc signed the contract")</script>`, []string{"evidence ana"}, "alert"},
		{"script that never ends", `Ana said errors have doubled. <script>alert(1)`, []string{"evidence ana"}, "<script"},
		{"entities", `Ana said errors &amp; returns have doubled &lt;again&gt;.`, []string{"evidence ana"}, "&amp;"},
		{"a list", "* Ana said errors doubled\n* Marc approved the business case\n3) Tom sent the vendor number", []string{"evidence ana", "evidence marc", "step tom"}, "*"},
		{"wrapped lines", "Ana said that the\nerrors have doubled\nsince March.", []string{"evidence ana"}, ""},
		{"decimals and short forms", "Dr. Ana Ruiz said that approx. 3.5 percent, e.g. of the orders, are wrong.", []string{"evidence ana"}, ""},
		{"right to left", "\u202eAna\u202c said errors have doubled. \u0645\u0631\u062d\u0628\u0627 \u0628\u0643\u0645.", []string{"evidence ana"}, "\u202e"},
		{"broken UTF-8", "Ana said \xff\xfe errors have doubled.\xc3", []string{"evidence ana"}, ""},
		{"zero bytes", "Ana said\x00errors have doubled.", []string{"evidence ana"}, "\x00"},
		{"carriage returns", "Ana said errors have doubled.\rMarc approved the business case.\r\n", []string{"evidence ana", "evidence marc"}, "\r"},
		{"less than", "Ana said errors are < 5 and > 3 a month, up from 1.", []string{"evidence ana"}, ""},
	} {
		got := read(t, r, c.text, capture.Conversation)
		var have []string
		for _, p := range got {
			have = append(have, string(p.Kind)+" "+seen(p).person)
			if c.not != "" && strings.Contains(p.Text, c.not) {
				t.Errorf("%s: %q stands in %q", c.name, c.not, p.Text)
			}
		}
		if !reflect.DeepEqual(have, c.want) {
			t.Errorf("%s: %q, want %q", c.name, have, c.want)
		}
	}
}

const letter = `From: Marc Weber <marc.weber@example.com>
Sent: Tuesday, 24 November 2026 09:12
To: Julia Novak
Subject: RE: Business case

Dear Julia,

we have approved the business case. We also compared you with the other vendor and scored you first.

Best regards,
Marc Weber
CFO, Example Ltd
Tel. 0123 456

-----Original Message-----
From: Julia Novak <julia@vendor.example>
Sent: Monday, 23 November 2026 17:40
To: Marc Weber
Subject: Business case

Hello Marc, we calculated the return and signed the offer. Has finance approved the case?

On Fri, Nov 20, 2026 at 8:01 AM Ana Ruiz <ana@example.com> wrote:
> The drivers fear for their bonus, I have heard that from all shift leads.
`

func TestAMessageIsTheCustomersOwnWords(t *testing.T) {
	got := read(t, reader(t), letter, capture.Message)
	if len(got) != 3 {
		t.Fatalf("%d proposals: %+v", len(got), got)
	}
	for i, want := range []expected{
		{"evidence", "marc", "p7", "E3", "2026-11-24", ""},
		{"evidence", "marc", "p6", "E3", "2026-11-24", ""},
		{"evidence", "ana", "p3", "E3", "2026-11-20", ""},
	} {
		if g := seen(got[i]); g.String() != want.String() {
			t.Errorf("%s, want %s, for %q", g, want, got[i].Text)
		}
	}
}

func TestWhoIsMeant(t *testing.T) {
	r := reader(t)
	for text, want := range map[string]string{
		"Ana Ruiz said errors have doubled.":                       "ana",
		"Ruiz said errors have doubled.":                           "ana",
		"Ms Ruiz said errors have doubled.":                        "ana",
		"A. Ruiz said errors have doubled.":                        "ana",
		"The head of operations said errors have doubled.":         "ana",
		"The CFO said errors have doubled.":                        "marc",
		"Our call with the CFO: he said errors have doubled.":      "marc",
		"Ana Gomez said errors have doubled.":                      "new:Ana_Gomez",
		"The new CFO, Rita Blum, said errors have doubled.":        "new:Rita_Blum",
		"Errors have doubled, according to Priya.":                 "priya",
		"Finance said errors have doubled.":                        "-",
		"Somebody said errors have doubled.":                       "-",
		"I told Ana what Tom said: errors have doubled.":           "tom",
		"王总说退货率上升了。":                                               "wang",
		"采购经理说退货率上升了。":                                             "wang",
		"财务总监李伟说退货率上升了。":                                           "li",
		"和陈静开了会。她说退货率上升了。":                                         "chen",
		"Wrote to Marc. He answered that the errors have doubled.": "marc",
	} {
		got := read(t, r, text, capture.Conversation)
		if len(got) == 0 {
			t.Errorf("%s: nothing", text)
			continue
		}
		if p := seen(got[len(got)-1]).person; p != want {
			t.Errorf("%s: %s, want %s", text, p, want)
		}
	}
	got := read(t, r, "The new CFO, Rita Blum, said errors have doubled.", capture.Conversation)
	if len(got) != 1 || got[0].Title != "CFO" {
		t.Errorf("the title is not read: %+v", got)
	}
}

func TestWhenItWas(t *testing.T) {
	r := reader(t)
	for words, want := range map[string]string{
		"yesterday": "2026-11-25", "today": today, "this morning": today, "on Monday": "2026-11-23", "last Tuesday": "2026-11-24",
		"last week": "2026-11-19", "two weeks ago": "2026-11-12", "3 days ago": "2026-11-23", "on 12 Nov": "2026-11-12", "on November 12th": "2026-11-12",
		"on 12/11": "2026-11-12", "on 11/12": "2026-11-12", "on 5/13/2026": "2026-05-13", "on 13/5/2026": "2026-05-13", "on 2026-11-01": "2026-11-01",
		"on 3.11.2026": "2026-11-03", "on 12 December": "2025-12-12", "on 12 December 2026": today, "on 31 February": today, "in October": "2026-10-31",
		"on 14 November 2025": "2025-11-14", "the day before yesterday": "2026-11-24", "on 45/99": today,
	} {
		got := read(t, r, "Marc approved the business case "+words+".", capture.Conversation)
		if len(got) != 1 || got[0].Happened.String() != want {
			t.Errorf("%s: %+v, want %s", words, got, want)
		}
	}
	for words, want := range map[string]string{"昨天": "2026-11-25", "前天": "2026-11-24", "上周二": "2026-11-17", "周二": "2026-11-24", "11月12日": "2026-11-12", "2025年3月4号": "2025-03-04", "三天前": "2026-11-23", "两周前": "2026-11-12", "上个月": "2026-10-26", "今天": today} {
		got := read(t, r, "李伟"+words+"批准了论证报告。", capture.Conversation)
		if len(got) != 1 || got[0].Happened.String() != want {
			t.Errorf("%s: %+v, want %s", words, got, want)
		}
	}
	for text, want := range map[string]string{
		"Ana will send the list of affected groups by 4 December.": "2026-12-04",
		"Marc will decide by 12/12.":                               "2026-12-12",
		"Helen will sign on Monday.":                               "2026-11-30",
		"陈静下周一签合同。":                                                "2026-11-30",
		"They moved the go-live to 1 March.":                       "2027-03-01",
	} {
		got := read(t, r, text, capture.Conversation)
		if len(got) != 1 || got[0].Due.String() != want || got[0].Happened.String() != today {
			t.Errorf("%s: %+v, want due on %s", text, got, want)
		}
	}
}

func TestMentionsStandForNames(t *testing.T) {
	got := read(t, reader(t), "Ana Ruiz and Marc said that Julia was right: picking errors have doubled.", capture.Conversation)
	if len(got) != 1 {
		t.Fatalf("%+v", got)
	}
	want := "{person:" + cast["ana"].ID.String() + "} and {person:" + cast["marc"].ID.String() + "} said that {person:" + cast["julia"].ID.String() + "} was right: picking errors have doubled."
	if got[0].Text != want {
		t.Errorf("%q, want %q", got[0].Text, want)
	}
}

func TestAgreementOnTheProblem(t *testing.T) {
	r := reader(t)
	for text, want := range map[string]bool{
		"Priya agrees that the problem is the handover.":      true,
		"Priya said the problem is something else entirely.":  false,
		"Finance no longer agrees with the problem statement": false,
	} {
		got := read(t, r, text, capture.Conversation)
		if len(got) != 1 || got[0].Agrees == nil || *got[0].Agrees != want || got[0].About != throughline.Align.Address() {
			t.Errorf("%s: %+v", text, got)
		}
	}
}

func TestEveryEventHasWords(t *testing.T) {
	r := reader(t)
	for text, want := range map[string]deal.Event{
		"A new head of compliance, Rita Blum, has a veto.":        deal.NewVeto,
		"Helen has left the company.":                             deal.SponsorLeft,
		"They announced a merger with Norlog.":                    deal.Reorganisation,
		"There is a spending freeze until March.":                 deal.Reorganisation,
		"They changed the requirements: now three sites as well.": deal.ScopeChanged,
		"They are now also talking to another vendor.":            deal.NewAlternative,
		"Procurement is now involved.":                            deal.ProcurementEntered,
		"Marc postponed the decision to February.":                deal.DateMoved,
		"They issued the RFP yesterday.":                          deal.SolicitationIssued,
		"Tom asked for one more reference.":                       deal.MoreReferences,
		"Tom asked for another variant.":                          deal.MoreOptions,
		"They want to start the comparison over.":                 deal.ComparisonReopened,
		"Nobody answers since the demo.":                          deal.QuietAfterWarm,
		"他们发布了招标公告。":                                              deal.SolicitationIssued,
		"客户冻结了预算。":                                                deal.Reorganisation,
		"他们要求重新评估。":                                               deal.ComparisonReopened,
	} {
		got := read(t, r, text, capture.Conversation)
		if len(got) != 1 || got[0].Kind != capture.Event || got[0].Event != want {
			t.Errorf("%s: %+v, want %s", text, got, want)
		}
	}
}

func TestTheCompanysOwnWords(t *testing.T) {
	book := starter(t)
	own := *book
	own.Processes = append([]playbook.Process{}, book.Processes...)
	m := playbook.Milestone{ID: "silo-walk", Addr: throughline.MilestoneAddress("standard", "silo-walk"), Stage: book.Processes[0].Stages[0].Addr,
		Name: playbook.Value{Text: playbook.Text{"en": "The silo master walked the grain elevator with the insurer."}}, Serves: throughline.Notice}
	own.Processes[0].Milestones = append(append([]playbook.Milestone{}, own.Processes[0].Milestones...), m)
	own.Words.Actors = append(own.Words.Actors, "silo master")
	r, err := capture.New(&own)
	if err != nil {
		t.Fatal(err)
	}
	got := read(t, r, "Yesterday their silo master walked the elevator with the insurer.", capture.Conversation)
	if len(got) != 1 || got[0].Kind != capture.Milestone || got[0].About != m.Addr {
		t.Errorf("%+v", got)
	}
}

// TestWhatWasNotDoneIsNoEvidence: the denial of an act never passes for it.
func TestWhatWasNotDoneIsNoEvidence(t *testing.T) {
	r := reader(t)
	for _, text := range []string{
		"They have not measured the baseline.", "Ana has not signed the contract.", "Marc didn't approve the business case.", "Marc did not yet approve the business case.",
		"The board hasn't put the project into next year's budget.", "Ana said nobody has measured the baseline.", "There is no owner yet, Helen admitted.",
		"If we lower the price, Tom will sign the contract.", "The purchase order was never issued.", "Finance has never approved the case in its own form.",
		"客户还没有测过基线。", "李伟尚未批准论证报告。", "如果降价，王磊明天就签合同。", "他们不用新系统。", "合同没有签。",
	} {
		for _, p := range read(t, r, text, capture.Conversation) {
			if p.Kind == capture.Promise { // it is no evidence, however well we know of it
				continue
			}
			if p.Kind != capture.Contradiction && (p.Grade > throughline.E1 || p.State == throughline.StepDone) {
				t.Errorf("%s: %s %s %s %s", text, p.Kind, p.About, p.Grade, p.State)
			}
		}
	}
	for _, text := range []string{"Ana said the scanners do not work on the night shift.", "陈静说扫描枪经常出错。"} {
		if got := read(t, r, text, capture.Conversation); len(got) != 1 || got[0].Grade != throughline.E2 {
			t.Errorf("%s: %+v", text, got)
		}
	}
}

// TestBesideAThing: who provided a thing does not do what is done with it.
func TestBesideAThing(t *testing.T) {
	r := reader(t)
	for text, named := range map[string]bool{
		"They will send the data provided by Marc.":                 false,
		"They will send the list confirmed by Marc by Friday.":      false,
		"They returned the contract signed by Marc.":                false,
		"The contract was signed by Marc.":                          true,
		"The contract was formally signed by Marc.":                 true,
		"The business case was reviewed and approved by Marc.":      true,
		"Questionnaire accepted by Marc.":                           true,
		"The business case has been approved, in writing, by Marc.": true,
		"他们周五会把李伟提供的数据发过来。":                                         false,
		"他们会发送由李伟确认的清单。":                                            false,
		"合同由李伟签了。":                                                  true,
	} {
		got := read(t, r, text, capture.Conversation)
		if len(got) == 0 {
			t.Errorf("%s: nothing", text)
		}
		for _, p := range got {
			if (p.Person != throughline.PersonID{}) != named {
				t.Errorf("%s: %s by %v", text, p.Kind, p.Person)
			}
		}
	}
}

func TestHopeSaysWhy(t *testing.T) {
	got := read(t, reader(t), "They seem keen.", capture.Conversation)
	if len(got) != 1 || got[0].Grade != throughline.E1 || len(got[0].Because) == 0 || got[0].Because[0].Part != capture.PartGrade || got[0].Because[0].Words != "seem" {
		t.Errorf("%+v", got)
	}
}

func TestReadingIsTheSameEveryTimeAndFromManySides(t *testing.T) {
	r := reader(t)
	text := everything(t)
	want := read(t, r, text, capture.Conversation)
	if len(want) < 40 {
		t.Fatalf("only %d proposals", len(want))
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if got := r.Read(capture.Note{Text: text, People: append(people(false), people(true)...), Today: day(t, today), Frontier: throughline.Align, From: capture.Conversation}); !reflect.DeepEqual(got, want) {
				t.Error("another reading, another answer")
			}
		})
	}
	group.Wait()
	again := reader(t)
	if got := read(t, again, text, capture.Conversation); !reflect.DeepEqual(got, want) {
		t.Error("another reader, another answer")
	}
}

func everything(t testing.TB) string {
	var b strings.Builder
	for _, f := range olderSets() {
		for _, n := range table(t, f) {
			b.WriteString(n.text + "\n")
		}
	}
	return b.String()
}

func TestNothingGivesNothing(t *testing.T) {
	r := reader(t)
	for _, text := range []string{"", " ", "\n\n\t", "...", "?!", "<br>", "\xff", "-", "https://example.com/a/b", "👍"} {
		if got := read(t, r, text, capture.Conversation); len(got) != 0 {
			t.Errorf("%q: %+v", text, got)
		}
	}
	if got := r.Read(capture.Note{Text: "They approved the case."}); len(got) > 1 {
		t.Errorf("%+v", got)
	}
	empty, err := capture.New(&playbook.Playbook{})
	if err != nil {
		t.Fatal(err)
	}
	empty.Read(capture.Note{Text: everything(t), People: people(false), Today: day(t, today)})
}

// TestLongTextsTakeLongerInProportion gives each kind of long text and four
// times as much of it; a square would take sixteen times as long.
func TestLongTextsTakeLongerInProportion(t *testing.T) {
	r := reader(t)
	long := map[string]string{
		"words": "finance ", "sentences": "Ana said errors have doubled. ", "open tags": "<a ", "unclosed": "<script ", "comments": "<!-- ", "amps": "&amp", "brackets": "((((", "letters": "a", "capitals": "Karl Brandt ",
		"chinese": "陈静说退货率上升", "commas": "Ana, ", "digits": "1.", "dates": "12/11 ", "lines": "\n-", "headers": "From: x\n", "quotes": "> ", "spaces": "    ", "names": "Ana ", "bad": "\xff", "hyphens": "a-a-",
	}
	for name, unit := range long {
		took := func(size int) time.Duration { // the least of a few, as others use the machine too
			text, least := strings.Repeat(unit, size/len(unit)), time.Hour
			for range 3 {
				least = min(least, spent(t, func() { read(t, r, text, capture.Message) }))
			}
			return least
		}
		small, big := took(30_000), took(120_000)
		if big > 400*time.Millisecond && big > 10*small {
			t.Errorf("%s: %s, then %s", name, small, big)
		}
	}
	var got []capture.Proposal
	took := spent(t, func() {
		got = read(t, r, strings.Repeat(everything(t), 1+1_000_000/len(everything(t))), capture.Conversation)
	})
	if took > 10*time.Second {
		t.Errorf("a million bytes took %s", took)
	}
	if len(got) == 0 || len(got) > 200 {
		t.Errorf("%d proposals", len(got))
	}
}

func TestLongAndStrangeNames(t *testing.T) {
	r := reader(t)
	strange := []capture.Person{
		{ID: id(21), Name: strings.Repeat("Ana ", 1250)}, {ID: id(22), Name: ""}, {ID: id(23), Name: "{person:x}"}, {ID: id(24), Name: "\xff\xfe"}, {ID: id(25), Name: strings.Repeat("长", 1700)},
		{ID: id(26), Name: "said"}, {ID: id(27), Name: "<script>"}, {ID: id(28), Name: "O'Brien-Smith, Jr."}, {ID: id(29), Name: "王"}, {ID: id(30), Name: "the"},
	}
	n := capture.Note{Text: everything(t) + "\n王说 the said <script> O'Brien-Smith signed the contract.", People: append(strange, people(false)...), Today: day(t, today), Frontier: throughline.Align}
	lawful(t, n, r.Read(n))
}

func TestAnyPiecesInAnyOrder(t *testing.T) {
	r := reader(t)
	source := rand.New(rand.NewPCG(1, 2))
	pieces := strings.Fields(everything(t))
	marks := []string{" ", "\n", ". ", ", ", "；", "。", "<p>", "\xff", "\u202e", ": ", "> ", "--\n", "From: ", "12/11/2026", "明天", "{person:", "}"}
	for range 400 {
		var b bytes.Buffer
		for range source.IntN(60) {
			b.WriteString(pieces[source.IntN(len(pieces))])
			b.WriteString(marks[source.IntN(len(marks))])
		}
		read(t, r, b.String(), []capture.From{capture.Conversation, capture.Message, capture.Document, ""}[source.IntN(4)])
	}
}

// TestTheFrontierOnlyBreaksTies asks that an earlier frontier never moves what
// is plain.
func TestTheFrontierOnlyBreaksTies(t *testing.T) {
	r := reader(t)
	for _, f := range throughline.Phases() {
		got := r.Read(capture.Note{Text: "Marc approved the business case.", People: people(false), Today: day(t, today), Frontier: f})
		if len(got) != 1 || got[0].About != throughline.Commit.Address() {
			t.Errorf("frontier %s: %+v", f, got)
		}
	}
}

func TestTheMethodPageIsThere(t *testing.T) {
	page, err := os.ReadFile("../../docs/methods/capture.md")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile("capture.go")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(doc), "docs/methods/capture.md") || !strings.Contains(string(page), "internal/capture") {
		t.Error("the code and docs/methods/capture.md do not point at each other")
	}
	for _, k := range capture.Kinds() {
		if !strings.Contains(string(page), string(k)) {
			t.Errorf("docs/methods/capture.md does not tell of %s", k)
		}
	}
}

func FuzzRead(f *testing.F) {
	r := reader(f)
	for _, file := range []string{"first_en.txt", "first_zh.txt", "second_en.txt", "third_en.txt", "third_zh.txt"} {
		for _, n := range table(f, file) {
			f.Add(n.text, uint8(0))
		}
	}
	f.Add(letter, uint8(1))
	f.Add("<p>a</p><script>", uint8(2))
	f.Fuzz(func(t *testing.T, text string, from uint8) {
		read(t, r, text, []capture.From{capture.Conversation, capture.Message, capture.Document}[from%3])
	})
}

func BenchmarkRead(b *testing.B) {
	r := reader(b)
	text := "Met Ana and Marc on Tuesday. Ana said picking errors have doubled since the spring and showed me the incident log. Marc wrote down the baseline and the target. He approved the business case on 20 November. Tom sent us the list of steps from approval to purchase order. Priya returned the security questionnaire with two conditions. There is a new head of IT, Karl Brandt, and he can block it. Helen moved the decision from December to February. We will follow up next week with the proposal. Legal came back with redlines on liability. Finance no longer agrees with the problem statement. They seem keen."
	n := capture.Note{Text: text, People: people(false), Today: day(b, today), Frontier: throughline.Align, From: capture.Conversation}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if len(r.Read(n)) < 8 {
			b.Fatal("too little")
		}
	}
}

func BenchmarkNew(b *testing.B) {
	book := starter(b)
	for b.Loop() {
		if _, err := capture.New(book); err != nil {
			b.Fatal(err)
		}
	}
}

// TestNamesSignNothing: a name that looks like a word speaks for no place, and
// the sentences by which pages and the README show what to write are read right.
func TestNamesSignNothing(t *testing.T) {
	r := reader(t)
	for text, want := range map[string]string{
		"Signe put two people on it from Monday.": "evidence journey/p2",
		"Finance still sees another problem.":     "contradiction journey/p3",
		"财务部仍然认为问题在别处。":                           "contradiction journey/p3",
	} {
		got := ""
		for _, p := range r.Read(capture.Note{Text: text, Today: day(t, today)}) {
			got += string(p.Kind) + " " + string(p.About)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
