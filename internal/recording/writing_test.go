package recording_test

import (
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/store"
)

func says(t testing.TB, d *operation.Desk, id string, p throughline.Phase, grade, who, text string) recording.Recorded {
	t.Helper()
	return seat.Run[recording.Recorded](t, d, operation.RecordEvidence, &recording.EvidenceInput{Writing: recording.Writing{ID: id}, About: string(p.Address()), Grade: grade, Person: who, Text: text})
}

// TestAFormSentTwiceIsOneWriting: the same token writes once, and says so.
func TestAFormSentTwiceIsOneWriting(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	in := &recording.EvidenceInput{Writing: recording.Writing{ID: id, Once: d.NewID().String()}, About: "journey/p1", Grade: "E2", Person: "Maria", Text: "Twice a week a patient waits"}
	first := seat.Run[recording.Recorded](t, d, operation.RecordEvidence, in)
	now = now.Add(time.Hour)
	second := seat.Run[recording.Recorded](t, d, operation.RecordEvidence, in)
	if first.Known || !second.Known || len(second.Facts) != 1 || second.Facts[0] != first.Facts[0] {
		t.Errorf("first %+v, second %+v", first, second)
	}
	if n := len(seat.Shown(t, d, id).Deal.OfKind("evidence")); n != 1 {
		t.Errorf("%d pieces of evidence", n)
	}
	person := &recording.PersonInput{Writing: recording.Writing{ID: id, Once: d.NewID().String()}, Person: "Ana Ruiz"}
	seat.Run[recording.Recorded](t, d, operation.RecordPerson, person)
	seat.Run[recording.Recorded](t, d, operation.RecordPerson, person)
	if n := len(seat.Shown(t, d, id).Deal.People); n != 3 {
		t.Errorf("%d people, want 3", n)
	}
}

// TestTwoPeopleWriteAtOnce: both facts stay, and the second is told of the first.
func TestTwoPeopleWriteAtOnce(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	opened := now
	now = now.Add(time.Minute)
	says(t, d, id, throughline.Own, "E2", "Maria", "I will carry it")
	now = now.Add(time.Minute)
	r := seat.Run[recording.Recorded](t, d, operation.RecordEvidence, &recording.EvidenceInput{Writing: recording.Writing{ID: id, Seen: opened}, About: "journey/p2", Grade: "E2", Person: "Colin", Text: "It goes before the bed tracking"})
	if len(r.Meanwhile) != 1 || r.Meanwhile[0].Body.(deal.Evidence).Text != "I will carry it" {
		t.Errorf("told of %+v", r.Meanwhile)
	}
	if n := len(seat.Shown(t, d, id).Deal.OfKind("evidence")); n != 2 {
		t.Errorf("%d pieces of evidence, want both", n)
	}
}

// TestWhatIsRefusedSaysWhy: bad input gets a sentence, and nothing is written.
func TestWhatIsRefusedSaysWhy(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	w := recording.Writing{ID: id}
	before := len(seat.Shown(t, d, id).Facts)
	tomorrow := throughline.DayOf(now, time.UTC).Add(1)
	for name, c := range map[string]struct {
		op   operation.Operation
		in   any
		says string
	}{
		"a day to come":        {operation.RecordEvidence, &recording.EvidenceInput{Writing: recording.Writing{ID: id, On: tomorrow}, About: "journey/p1", Text: "x"}, "still to come"},
		"no words":             {operation.RecordEvidence, &recording.EvidenceInput{Writing: w, About: "journey/p1", Text: " \n\t "}, "is empty"},
		"a book":               {operation.RecordEvidence, &recording.EvidenceInput{Writing: w, About: "journey/p1", Text: strings.Repeat("x", recording.Longest+1)}, "at most"},
		"nobody's word":        {operation.RecordEvidence, &recording.EvidenceInput{Writing: w, About: "journey/p1", Grade: "E3", Text: "x"}, "needs a named person"},
		"a grade that is none": {operation.RecordEvidence, &recording.EvidenceInput{Writing: w, About: "journey/p1", Grade: "E9", Text: "x"}, "none of E0 to E4"},
		"a dropped milestone":  {operation.RecordEvidence, &recording.EvidenceInput{Writing: w, About: "process/standard/milestone/gone", Text: "x"}, "any more"},
		"a stranger":           {operation.RecordStance, &recording.StanceInput{Writing: w, Person: "Zoltan", Value: 1}, "nobody of this deal"},
		"a near name":          {operation.RecordStance, &recording.StanceInput{Writing: w, Person: "Maria Chan", Value: 1}, "did you mean Maria Chen"},
		"a stance of seven":    {operation.RecordStance, &recording.StanceInput{Writing: w, Person: "Maria", Value: 7}, "-2 to +2"},
		"price alone":          {operation.RecordEnd, &recording.EndInput{Writing: w, Outcome: "lost_competitor", Text: "Our price was too high"}, "compared with what"},
		"put off for ever":     {operation.RecordEnd, &recording.EndInput{Writing: w, Outcome: "postponed"}, "until when"},
		"four moves": {operation.RecordStrategy, &recording.StrategyInput{Writing: w, Moves: []recording.MoveInput{{What: "a"}, {What: "b"}, {What: "c"}, {What: "d"}}},
			"three"},
		"an empty strategy":       {operation.RecordStrategy, &recording.StrategyInput{Writing: w, Because: "Monday"}, "says nothing"},
		"no bet":                  {operation.RecordBet, &recording.BetInput{Writing: w, Result: "happened"}, "no strategy"},
		"a result of nothing":     {operation.RecordResult, &recording.ResultInput{Writing: w, Actual: "15"}, "no target"},
		"a fact of another":       {operation.RecordUndo, &recording.UndoInput{Writing: w, Facts: []string{d.NewID().String()}}, "no such fact"},
		"an amount in words":      {operation.RecordAmount, &recording.AmountInput{Writing: w, Amount: "lots"}, "a number"},
		"an event of its own":     {operation.RecordEvent, &recording.EventInput{Writing: w, Event: "new_vetoo"}, `did you mean "new_veto"`},
		"a long name":             {operation.RecordPerson, &recording.PersonInput{Writing: w, Person: strings.Repeat("n", 5000)}, "at most 200"},
		"an address that is none": {operation.RecordPerson, &recording.PersonInput{Writing: w, Person: "Jo Li", Email: "jo at home"}, "no e-mail address"},
		"a factor of three":       {operation.RecordClass, &recording.ClassInput{Writing: w, Factors: map[string]int{"repetition": 3}}, "0, 1 or 2"},
		"a deal that is open":     {operation.RecordResume, &recording.ResumeInput{Writing: w}, "is open"},
	} {
		_, err := c.op.Run(t.Context(), d, c.in)
		if err == nil || !strings.Contains(err.Error(), c.says) || len(err.Error()) > 600 {
			t.Errorf("%s: %v, want %q in it", name, err, c.says)
		}
	}
	if n := len(seat.Shown(t, d, id).Facts); n != before {
		t.Errorf("%d facts were written by what was refused", n-before)
	}
}

// TestAnEarlierWordIsSaidNotToCount: what is kept for a day before the one that
// counts changes nothing, and says so; what counts says nothing.
func TestAnEarlierWordIsSaidNotToCount(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	day := throughline.DayOf(now, time.UTC)
	at := func(ago int) recording.Writing { return recording.Writing{ID: id, On: day.Add(-ago)} }
	promise := seat.Run[recording.Recorded](t, d, operation.RecordPromise, &recording.PromiseInput{Writing: at(9), What: "decide", Who: "the board"}).Facts[0].String()
	for name, c := range map[string][2]recording.Recorded{
		"an end": {seat.Run[recording.Recorded](t, d, operation.RecordEnd, &recording.EndInput{Writing: at(2), Outcome: "won"}),
			seat.Run[recording.Recorded](t, d, operation.RecordEnd, &recording.EndInput{Writing: at(5), Outcome: "lost_inhouse"})},
		"a promise's result": {seat.Run[recording.Recorded](t, d, operation.RecordPromiseResult, &recording.PromiseResultInput{Writing: at(2), Promise: promise, Result: "kept"}),
			seat.Run[recording.Recorded](t, d, operation.RecordPromiseResult, &recording.PromiseResultInput{Writing: at(5), Promise: promise, Result: "not_kept"})},
		"an amount": {seat.Run[recording.Recorded](t, d, operation.RecordAmount, &recording.AmountInput{Writing: at(2), Amount: "EUR 5"}),
			seat.Run[recording.Recorded](t, d, operation.RecordAmount, &recording.AmountInput{Writing: at(5), Amount: "EUR 6"})},
	} {
		if first, second := c[0].Found, c[1].Found; len(first) != 0 || len(second) != 1 || second[0].Check != "outdone" || second[0].Value != day.Add(-2).String() {
			t.Errorf("%s: first %+v, then %+v", name, first, second)
		}
	}
	if got := seat.Shown(t, d, id); got.Outcome != "won" || got.Promises[0].Result != deal.PromiseKept || got.Amount.Cents != 500 {
		t.Errorf("%v %+v %v", got.Outcome, got.Promises, got.Amount)
	}
}

// TestTakenBackOnce: the same thing is not taken back twice, and to undo an undo
// brings it in again, also where two at once took it back.
func TestTakenBackOnce(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	w := recording.Writing{ID: id}
	undo := func(facts ...string) ([]string, error) {
		now = now.Add(time.Minute)
		out, err := operation.RecordUndo.Run(t.Context(), d, &recording.UndoInput{Writing: w, Facts: facts})
		var ids []string
		if err == nil {
			for _, f := range out.(recording.Recorded).Facts {
				ids = append(ids, f.String())
			}
		}
		return ids, err
	}
	amount := seat.Run[recording.Recorded](t, d, operation.RecordAmount, &recording.AmountInput{Writing: w, Amount: "EUR 5"}).Facts[0].String()
	note := seat.Run[recording.Recorded](t, d, operation.RecordEvent, &recording.EventInput{Writing: w, Event: "new_veto"}).Facts[0].String()
	first, err := undo(amount)
	if err != nil || len(first) != 1 {
		t.Fatal(first, err)
	}
	if _, err := undo(amount); err == nil || !strings.Contains(err.Error(), "already taken back") {
		t.Errorf("twice: %v", err)
	}
	if both, err := undo(amount, note, note); err != nil || len(both) != 1 {
		t.Errorf("one of them is taken back already: %v, %v", both, err)
	}
	of, _ := throughline.ParseID(amount)
	at := now.Add(time.Second)
	other := deal.Fact{ID: throughline.FactID(d.NewID()), Deal: seat.Shown(t, d, id).Deal.Deal, Happened: at, Learned: at, Recorded: at, Body: deal.Correction{Of: throughline.FactID(of)}}
	if _, err := d.Ledger.Append(t.Context(), d.Workspace, store.Batch{Facts: []deal.Fact{other}}); err != nil {
		t.Fatal(err)
	}
	if got, err := undo(first[0]); err != nil || len(got) != 2 || seat.Shown(t, d, id).Amount.Cents != 500 {
		t.Errorf("brought in again: %v, %v, %v", got, err, seat.Shown(t, d, id).Amount)
	}
}

// TestWordsAreKeptAsWords: markup, right-to-left text and what is no text at
// all stay words; the people's names in them become mentions.
func TestWordsAreKeptAsWords(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	for text, want := range map[string]string{
		"<script>alert(1)</script>":      "<script>alert(1)</script>",
		"מריה אמרה שכן":                  "מריה אמרה שכן",
		"a\x00b\x1b[31mc\xff":            "ab[31mc\uFFFD",
		"two\r\nlines":                   "two\nlines",
		"so said maria chen, twice over": "so said {person:",
	} {
		r := says(t, d, id, throughline.Notice, "E1", "", text)
		got := ""
		for _, f := range seat.Shown(t, d, id).Facts {
			if f.ID == r.Facts[0] {
				got = f.Body.(deal.Evidence).Text
			}
		}
		if !strings.HasPrefix(got, want) {
			t.Errorf("%q is kept as %q", text, got)
		}
	}
}

// TestEventsReopen: examples 3 and 12 of the acceptance list. Nothing is
// deleted, and evidence given afterwards answers the question again.
func TestEventsReopen(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	seat.Run[recording.Recorded](t, d, operation.RecordClass, &recording.ClassInput{Writing: recording.Writing{ID: id}, Factors: map[string]int{"repetition": 1, "buyer_knowledge": 1, "risk_understood": 1,
		"veto_holders": 1, "work_change": 1, "problem_agreement": 1, "steps_seen": 2, "used_before": 2, "owner_named": 2, "rule_and_decider": 2, "funding_route": 2}})
	for _, p := range throughline.Phases()[:6] {
		for _, who := range []string{"Maria", "Colin"} {
			now = now.Add(time.Minute)
			says(t, d, id, p, "E3", who, "wrote it down: "+p.String())
		}
	}
	at := func() throughline.Phase { return seat.Shown(t, d, id).Reading.Frontier }
	if got := at(); got != throughline.Commit {
		t.Fatalf("the frontier is %s before anything happened", got)
	}
	seat.Run[recording.Recorded](t, d, operation.RecordStrategy, &recording.StrategyInput{Writing: recording.Writing{ID: id}, Bet: "If they sign", By: "2026-12-01"})
	facts := len(seat.Shown(t, d, id).Facts)
	now = now.Add(time.Minute)
	seat.Run[recording.Recorded](t, d, operation.RecordEvent, &recording.EventInput{Writing: recording.Writing{ID: id}, Event: "new_veto", Text: "The works council asks to be heard"})
	page := seat.Shown(t, d, id)
	if page.Reading.Frontier != throughline.Align || page.Reading.Phase(throughline.Align).State != throughline.Reopened || page.Reading.Phase(throughline.Align).By != deal.NewVeto {
		t.Errorf("after a new veto holder: %s, %+v", page.Reading.Frontier, page.Reading.Phase(throughline.Align).State)
	}
	if len(page.Reading.Rethink) == 0 {
		t.Error("nobody asks whether the strategy still holds")
	}
	if len(page.Facts) != facts+1 {
		t.Errorf("%d facts, want all and the event", len(page.Facts))
	}
	now = now.Add(time.Minute)
	left := seat.Run[recording.Recorded](t, d, operation.RecordEvent, &recording.EventInput{Writing: recording.Writing{ID: id}, Event: "sponsor_left", Person: "Colin"})
	page = seat.Shown(t, d, id)
	own := page.Reading.Phase(throughline.Own)
	if own.State != throughline.Reopened || page.Reading.Frontier > throughline.Own {
		t.Errorf("after the sponsor left: %s, frontier %s", own.State, page.Reading.Frontier)
	}
	dropped := 0
	for _, e := range page.Reading.Phase(throughline.Choose).Evidence {
		if e.Left && e.Strength == throughline.E2 {
			dropped++
		}
	}
	if dropped != 1 {
		t.Errorf("%d pieces of theirs dropped a grade on what they chose", dropped)
	}
	// Taken back, all stands as before; the correction is a fact too.
	ids := []string{}
	for _, f := range left.Facts {
		ids = append(ids, f.String())
	}
	now = now.Add(time.Minute)
	back := seat.Run[recording.Recorded](t, d, operation.RecordUndo, &recording.UndoInput{Writing: recording.Writing{ID: id}, Facts: ids})
	if got := at(); got != throughline.Align {
		t.Errorf("after taking it back the frontier is %s", got)
	}
	now = now.Add(time.Minute)
	again := []string{}
	for _, f := range back.Facts {
		again = append(again, f.String())
	}
	seat.Run[recording.Recorded](t, d, operation.RecordUndo, &recording.UndoInput{Writing: recording.Writing{ID: id}, Facts: again})
	if got := seat.Shown(t, d, id).Reading.Phase(throughline.Own).State; got != throughline.Reopened {
		t.Errorf("taking back the taking back gives %s", got)
	}
	for _, who := range []string{"Maria", "Ana Ruiz"} {
		if who == "Ana Ruiz" {
			seat.Run[recording.Recorded](t, d, operation.RecordPerson, &recording.PersonInput{Writing: recording.Writing{ID: id}, Person: who, Role: "sponsor"})
		}
		now = now.Add(time.Minute)
		says(t, d, id, throughline.Own, "E3", who, "carries it from now on")
	}
	if got := seat.Shown(t, d, id).Reading.Phase(throughline.Own).State; got != throughline.Answered {
		t.Errorf("answered afterwards, and it is %s", got)
	}
}

// TestBets: on a bet's day one question; too early asks again; three that did
// not come off in a row ask to rethink or stop.
func TestBets(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	asks := func(code string) bool {
		for _, y := range seat.Shown(t, d, id).Reading.Reasons {
			if string(y.Code) == code {
				return true
			}
		}
		return false
	}
	for i := range 3 {
		now = now.Add(24 * time.Hour)
		seat.Run[recording.Recorded](t, d, operation.RecordStrategy, &recording.StrategyInput{Writing: recording.Writing{ID: id}, Bet: "If they name an owner", By: throughline.DayOf(now, time.UTC).Add(3).String()})
		if asks("bet_due") {
			t.Fatalf("bet %d is asked about before its day", i)
		}
		now = now.Add(3 * 24 * time.Hour)
		if !asks("bet_due") {
			t.Fatalf("bet %d is not asked about on its day", i)
		}
		seat.Run[recording.Recorded](t, d, operation.RecordBet, &recording.BetInput{Writing: recording.Writing{ID: id}, Result: "too_early", Until: throughline.DayOf(now, time.UTC).Add(2)})
		if asks("bet_due") {
			t.Fatalf("bet %d is asked about though it was too early", i)
		}
		now = now.Add(2 * 24 * time.Hour)
		if !asks("bet_due") || asks("bets_failed") {
			t.Fatalf("bet %d: due %v, failed %v", i, asks("bet_due"), asks("bets_failed"))
		}
		seat.Run[recording.Recorded](t, d, operation.RecordBet, &recording.BetInput{Writing: recording.Writing{ID: id}, Result: "did_not"})
	}
	if !asks("bets_failed") || asks("bet_due") {
		t.Error("three failed in a row and nobody asks to rethink")
	}
	if v := seat.Shown(t, d, id).Deal.Strategies(throughline.DayOf(now, time.UTC)); len(v) != 3 || v[2].Bet != deal.BetSettled {
		t.Errorf("versions: %+v", v)
	}
}

// TestQuestionLeft: a question waits until a version of the strategy answers it.
func TestQuestionLeft(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	q := seat.Run[recording.Recorded](t, d, operation.RecordQuestion, &recording.QuestionInput{Writing: recording.Writing{ID: id}, Text: "Who would describe the problem differently?"})
	waits := func() bool {
		for _, y := range seat.Shown(t, d, id).Reading.Reasons {
			if y.Code == "question_left" {
				return true
			}
		}
		return false
	}
	if !waits() {
		t.Error("the question does not wait")
	}
	now = now.Add(time.Hour)
	seat.Run[recording.Recorded](t, d, operation.RecordStrategy, &recording.StrategyInput{Writing: recording.Writing{ID: id}, Bet: "If finance says so", Answers: q.Facts[0].String()})
	if waits() {
		t.Error("the question is answered and still waits")
	}
	if got := seat.Shown(t, d, id).Deal.Questions(); len(got) != 1 || got[0].Answer != 1 {
		t.Errorf("questions: %+v", got)
	}
}

// TestPriceNeverChangesTheClass: example 1 of the acceptance list.
func TestPriceNeverChangesTheClass(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	factors := map[string]int{"repetition": 2, "buyer_knowledge": 2, "risk_understood": 2, "veto_holders": 2, "work_change": 2, "problem_agreement": 1, "owner_named": 1}
	class := func(amount string) throughline.Class {
		now = now.Add(time.Minute)
		seat.Run[recording.Recorded](t, d, operation.RecordAmount, &recording.AmountInput{Writing: recording.Writing{ID: id}, Amount: amount, Currency: "USD"})
		seat.Run[recording.Recorded](t, d, operation.RecordClass, &recording.ClassInput{Writing: recording.Writing{ID: id}, Factors: factors})
		return seat.Shown(t, d, id).Reading.Class
	}
	if small, large := class("9000"), class("14,000,000"); small != large || small != throughline.ComplexNoProcess {
		t.Errorf("at 9k %s, at 14M %s", small, large)
	}
	if got := seat.Shown(t, d, id).Amount; got.Cents != 14_000_000_00 || got.Currency != "USD" {
		t.Errorf("the amount is %+v", got)
	}
}

// TestLandAndExpand: the larger deal is linked both ways and gets no class from
// the small one; it cannot be opened twice.
func TestLandAndExpand(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	r := seat.Run[recording.Recorded](t, d, operation.RecordDeal, &recording.NewDealInput{Title: "All departments", Expands: id})
	large := seat.Shown(t, d, r.Deal.String())
	if large.Account != "Montrevel" || large.Reading.Class != throughline.Unclassified || len(large.Deal.People) != 2 {
		t.Errorf("the larger deal: %q, %s, %d people", large.Account, large.Reading.Class, len(large.Deal.People))
	}
	for _, x := range []struct{ of, to, as string }{{id, r.Deal.String(), "land"}, {r.Deal.String(), id, "expand"}} {
		links := seat.Shown(t, d, x.of).Deal.OfKind("linked")
		if len(links) != 1 || links[0].Body.(deal.Linked).To.String() != x.to || links[0].Body.(deal.Linked).As != x.as {
			t.Errorf("links of %s: %+v", x.as, links)
		}
	}
	if _, err := operation.RecordDeal.Run(t.Context(), d, &recording.NewDealInput{Title: "Again", Expands: id}); throughline.KindOf(err) != throughline.Conflict {
		t.Errorf("opened a second larger deal: %v", err)
	}
}

// TestCaptureRecordsWhatIsAccepted, and nothing else.
func TestCaptureRecordsWhatIsAccepted(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	note := "Maria Chen wrote down the three problems and sent the list to two colleagues. Colin Hartwig has left the company."
	read := seat.Run[recording.Captured](t, d, operation.CaptureNote, &recording.CaptureInput{Writing: recording.Writing{ID: id}, Text: note})
	if len(read.Proposals) < 2 || len(read.Facts) != 0 {
		t.Fatalf("%d proposals, %d facts: %+v", len(read.Proposals), len(read.Facts), read.Proposals)
	}
	before := len(seat.Shown(t, d, id).Facts)
	taken := seat.Run[recording.Captured](t, d, operation.CaptureNote, &recording.CaptureInput{Writing: recording.Writing{ID: id}, Text: note, Accept: []int{1}})
	page := seat.Shown(t, d, id)
	if len(taken.Facts) == 0 || len(page.Facts) != before+len(taken.Facts) {
		t.Errorf("%d facts after accepting one of %d", len(page.Facts)-before, len(read.Proposals))
	}
	// A message keeps its source.
	r := seat.Run[recording.Captured](t, d, operation.CaptureNote, &recording.CaptureInput{Writing: recording.Writing{ID: id}, Text: "We have set aside two people from Monday.", From: "message", Record: "Maria's mail of 20 November", All: true})
	for _, f := range seat.Shown(t, d, id).Facts {
		if len(r.Facts) > 0 && f.ID == r.Facts[0] && (f.Source.System != "message" || !strings.Contains(f.Source.Record, "mail of 20 November")) {
			t.Errorf("source %+v", f.Source)
		}
	}
	if _, err := operation.CaptureNote.Run(t.Context(), d, &recording.CaptureInput{Writing: recording.Writing{ID: id}, Text: note, Model: true}); throughline.KindOf(err) != throughline.Unsupported {
		t.Errorf("a language model that nobody configured: %v", err)
	}
	if _, err := operation.CaptureNote.Run(t.Context(), d, &recording.CaptureInput{Writing: recording.Writing{ID: id}, Text: note, Accept: []int{9}}); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("accepted what was not proposed: %v", err)
	}
}
