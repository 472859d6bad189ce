package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
)

// records are the forms about a deal that are read into the input of one
// operation: the path under the deal, what the next page says, and the reading.
func (s *site) records(mux *http.ServeMux) {
	write := func(path, said string, o operation.Operation, read func(*visit, recording.Writing) (any, error)) {
		mux.Handle("POST /deals/{id}/"+path, s.post(func(v *visit) (string, error) {
			w, err := v.writing()
			if err != nil {
				return "", err
			}
			in, err := read(v, w)
			if err != nil {
				return "", err
			}
			if said == "undone" && v.text("redo") != "" { // a taking back was taken back
				return v.record("redone", o, in)
			}
			return v.record(said, o, in)
		}))
	}
	write("undo", "undone", operation.RecordUndo, func(v *visit, w recording.Writing) (any, error) {
		return &recording.UndoInput{Writing: w, Facts: v.PostForm["fact"], Reason: v.text("reason")}, nil
	})
	write("evidence", "recorded", operation.RecordEvidence, func(v *visit, w recording.Writing) (any, error) {
		return &recording.EvidenceInput{Writing: w, Text: v.text("text"), About: v.text("about"), Grade: v.text("grade"), Person: v.text("person"),
			Against: v.text("against") != "", Source: v.text("source"), Record: v.text("record")}, nil
	})
	write("event", "recorded", operation.RecordEvent, func(v *visit, w recording.Writing) (any, error) {
		return &recording.EventInput{Writing: w, Event: v.text("event"), Person: v.text("person"), Text: v.text("text")}, nil
	})
	write("note", "recorded", operation.RecordNote, func(v *visit, w recording.Writing) (any, error) {
		return &recording.NoteInput{Writing: w, Text: v.text("text"), About: v.text("about"), Tool: v.text("tool")}, nil
	})
	write("promise", "promise", operation.RecordPromise, func(v *visit, w recording.Writing) (any, error) {
		by, err := v.dayField("due")
		return &recording.PromiseInput{
			Writing: w,
			What:    v.text("what"),
			Person:  v.text("person"),
			Who:     v.text("who"),
			By:      by,
			Words:   v.text("words"),
			Grade:   v.text("grade"),
		}, err
	})
	write("promise-result", "promise_settled", operation.RecordPromiseResult, func(v *visit, w recording.Writing) (any, error) {
		return &recording.PromiseResultInput{Writing: w, Result: v.text("result"), Promise: v.text("promise"), Text: v.text("text")}, nil
	})
	write("question", "question", operation.RecordQuestion, func(v *visit, w recording.Writing) (any, error) {
		return &recording.QuestionInput{Writing: w, Text: v.text("text"), About: v.text("about")}, nil
	})
	write("person", "person", operation.RecordPerson, func(v *visit, w recording.Writing) (any, error) {
		return &recording.PersonInput{Writing: w, Person: v.text("name"), Role: v.text("role"), Function: v.text("function"), Title: v.text("title"),
			Email: v.text("email"), Left: v.text("left") != ""}, nil
	})
	write("reports", "recorded", operation.RecordReports, func(v *visit, w recording.Writing) (any, error) {
		return &recording.ReportsInput{Writing: w, Person: v.text("person"), To: v.text("other"), Ended: v.text("ended") != ""}, nil
	})
	write("stance", "recorded", operation.RecordStance, func(v *visit, w recording.Writing) (any, error) {
		value, err := strconv.Atoi(v.text("value"))
		if err != nil {
			return nil, throughline.Fail("record stance", throughline.Invalid, "", errNoStance)
		}
		return &recording.StanceInput{
			Writing: w,
			Person:  v.text("person"),
			Value:   value,
			Agrees:  v.text("agrees"),
			Wants:   v.text("wants"),
			Fears:   v.text("fears"),
			Grade:   v.text("grade"),
		}, nil
	})
	write("step", "recorded", operation.RecordStep, func(v *visit, w recording.Writing) (any, error) {
		due, err := v.dayField("due")
		return &recording.StepInput{
			Writing: w,
			Step:    v.text("step"),
			State:   v.text("state"),
			By:      v.text("by"),
			Person:  v.text("person"),
			Due:     due,
			Text:    v.text("text"),
			Serves:  v.text("serves"),
			Grade:   v.text("grade"),

			Undated:  v.emptied("due"),
			NoPerson: v.emptied("person"),
			NoServes: v.text("no_serves") != "" && v.text("serves") == "",
		}, err
	})
	write("stated", "recorded", operation.RecordStated, func(v *visit, w recording.Writing) (any, error) {
		due, err := v.dayField("due")
		return &recording.StatedInput{
			Writing: w,
			Text:    v.text("text"),
			Of:      v.text("of"),
			Side:    v.text("side"),
			Owner:   v.text("owner"),
			Due:     due,
			Rule:    v.text("rule"),
			Serves:  v.text("serves"),
			Undated: v.text("of") != "" && v.PostForm.Has("due") &&
				due.IsZero(),
			State:  v.text("state"),
			About:  v.text("about"),
			Label:  v.text("label"),
			Source: v.text("source"),
			Person: v.text("person"),

			NoOwner:  v.emptied("owner"),
			NoRule:   v.emptied("rule"),
			NoServes: v.emptied("serves"),
		}, err
	})
	write("decision", "recorded", operation.RecordDecision, func(v *visit, w recording.Writing) (any, error) {
		day, err := v.dayField("until")
		return &recording.DecisionInput{
			Writing: w,
			Aspect:  v.text("aspect"),
			Text:    v.text("text"),
			Day:     day,
			Unknown: v.text("unknown") != "",
			Person:  v.text("person"),
			Source:  v.text("source"),
		}, err
	})
	write("stated-list", "recorded", operation.RecordStatedList, func(v *visit, w recording.Writing) (any, error) {
		return &recording.StatedListInput{
			Writing: w,
			Text:    v.text("text"),
			Source:  v.text("source"),
			Record:  v.text("record"),
			Person:  v.text("person"),
		}, nil
	})
	write("work", "recorded", operation.RecordWork, func(v *visit, w recording.Writing) (any, error) {
		due, err := v.dayField("due")
		return &recording.WorkInput{
			Writing: w,
			What:    v.text("what"),
			Of:      v.text("of"),
			Owner:   v.text("owner"),
			Due:     due,
			State:   v.text("state"),
			Wider:   v.text("wider") != "",
			Serves:  v.text("serves"),

			Undated:  v.emptied("due"),
			NoOwner:  v.emptied("owner"),
			NoServes: v.emptied("serves"),
		}, err
	})
	write("initiative", "recorded", operation.RecordInitiative, func(v *visit, w recording.Writing) (any, error) {
		by, err := v.dayField("by_day")
		return &recording.InitiativeInput{
			Writing:     w,
			Name:        v.text("name"),
			Outcome:     v.text("outcome"),
			Measure:     v.text("measure"),
			Sponsor:     v.text("sponsor"),
			NoSponsor:   v.text("no_sponsor") != "",
			Consequence: v.text("consequence"),
			By:          by,
			Join:        v.text("join"),
			Leave:       v.text("leave") != "",
			Observer:    v.text("observer") != "",
			Serves:      v.text("serves"),
		}, err
	})
	write("purchase", "recorded", operation.RecordPurchase, func(v *visit, w recording.Writing) (any, error) {
		due, err := v.dayField("due")
		return &recording.PurchaseInput{
			Writing:  w,
			What:     v.text("what"),
			Of:       v.text("of"),
			Supplier: v.text("supplier"),
			State:    v.text("state"),
			Due:      due,
			Serves:   v.text("serves"),
		}, err
	})
	write("milestone", "recorded", operation.RecordMilestone, func(v *visit, w recording.Writing) (any, error) {
		in := &recording.MilestoneInput{Writing: w, Milestone: v.text("milestone"), Grade: v.text("grade")}
		if v.text("skip") != "" {
			if in.NotNeeded = strings.TrimSpace(v.text("reason")); in.NotNeeded == "" {
				return nil, throughline.Fail("record milestone", throughline.Invalid, "", errNoReason)
			}
		}
		return in, nil
	})
	skip := func(v *visit, w recording.Writing) (any, error) {
		return &recording.SkipInput{Writing: w, Phase: v.text("phase"), Reason: v.text("reason")}, nil
	}
	write("skip", "recorded", operation.RecordSkip, skip)
	write("override", "recorded", operation.RecordOverride, skip)
	write("bet", "bet", operation.RecordBet, func(v *visit, w recording.Writing) (any, error) {
		until, err := v.dayField("until")
		if v.text("result") == string(deal.BetTooEarly) && v.text("stay") != "" { // nothing follows yet
			v.PostForm.Set("then", v.text("stay"))
		}
		return &recording.BetInput{Writing: w, Result: v.text("result"), Until: until, Strategy: v.text("strategy")}, err
	})
	mux.Handle("POST /deals/{id}/rethink", s.post(s.postRethink))
	write("target", "recorded", operation.RecordTarget, func(v *visit, w recording.Writing) (any, error) {
		by, err := v.dayField("by_day")
		return &recording.TargetInput{
			Writing:  w,
			Measure:  v.text("measure"),
			Target:   v.text("target"),
			Baseline: v.text("baseline"),
			By:       by,
			Person:   v.text("person"),
			Grade:    v.text("grade"),
		}, err
	})
	write("result", "recorded", operation.RecordResult, func(v *visit, w recording.Writing) (any, error) {
		return &recording.ResultInput{Writing: w, Actual: v.text("actual"), Of: v.text("of"), Person: v.text("person"), Grade: v.text("grade")}, nil
	})
	write("stage", "recorded", operation.RecordStage, func(v *visit, w recording.Writing) (any, error) {
		return &recording.StageInput{Writing: w, Stage: v.text("stage")}, nil
	})
	write("process", "recorded", operation.RecordProcess, func(v *visit, w recording.Writing) (any, error) {
		return &recording.ProcessInput{Writing: w, Process: v.text("process"), Because: v.text("because")}, nil
	})
	write("date", "recorded", operation.RecordDate, func(v *visit, w recording.Writing) (any, error) {
		to, err := v.dayField("by")
		return &recording.DateInput{Writing: w, To: to, ByCustomer: v.text("by_customer") != ""}, err
	})
	write("amount", "recorded", operation.RecordAmount, func(v *visit, w recording.Writing) (any, error) {
		return &recording.AmountInput{Writing: w, Amount: v.text("amount"), Currency: v.text("currency")}, nil
	})
	terms(write)
	mux.Handle("POST /deals/{id}/merge", s.post(s.postMerge))
	write("resume", "resumed", operation.RecordResume, func(_ *visit, w recording.Writing) (any, error) {
		return &recording.ResumeInput{Writing: w}, nil
	})
}

// emptied reports whether a field was sent empty that the form had filled in
// (formerly): what it held no longer holds. One that was empty before says nothing.
func (v *visit) emptied(name string) bool {
	return v.PostForm.Has(name) && strings.TrimSpace(v.text(name)) == "" && v.text("was_"+name) != ""
}

// text is what a field of a form holds.
func (v *visit) text(name string) string { return v.PostFormValue(name) }

// terms are the forms of a deal's head.
func terms(write func(path, said string, o operation.Operation, read func(*visit, recording.Writing) (any, error))) {
	write("title", "recorded", operation.RecordTitle, func(v *visit, w recording.Writing) (any, error) {
		return &recording.TitleInput{Writing: w, Title: v.text("title")}, nil
	})
	write("customer", "recorded", operation.RecordCustomer, func(v *visit, w recording.Writing) (any, error) {
		return &recording.CustomerInput{Writing: w, Account: v.text("account")}, nil
	})
	write("owner", "recorded", operation.RecordOwner, func(v *visit, w recording.Writing) (any, error) {
		return &recording.OwnerInput{Writing: w, Owner: v.text("owner")}, nil
	})
	write("mistake", "mistake", operation.RecordMistake, func(v *visit, w recording.Writing) (any, error) {
		return &recording.MistakeInput{Writing: w, Text: v.text("text")}, nil
	})
	write("unmerge", "unmerged", operation.RecordUnmerge, func(_ *visit, w recording.Writing) (any, error) {
		return &recording.UnmergeInput{Writing: w}, nil
	})
}

// postRethink keeps whether the strategy changes; who says that it does goes on
// to where it is written.
func (s *site) postRethink(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	answer := v.text("answer")
	r, err := ask[recording.Recorded](v, operation.RecordRethink, &recording.RethinkInput{Writing: w, Answer: answer, Because: v.PostForm["fact"]})
	if err != nil {
		return "", err
	}
	v.tell(v.saidOf("rethink_"+answer, r))
	to := "/deals/" + r.Deal.String()
	if answer == string(deal.StrategyChanges) {
		return to + "/strategy", nil
	}
	return v.then(to), nil
}

// postMerge takes another deal in; the line that says so leads to what takes it
// apart again, since that is more than to take facts of this deal back.
func (s *site) postMerge(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	r, err := ask[recording.Recorded](v, operation.RecordMerge, &recording.MergeInput{Writing: w, Other: v.text("other")})
	if err != nil {
		return "", err
	}
	page, err := ask[showing.DealPage](v, operation.ShowDeal, &showing.DealInput{ID: r.Deal.String()})
	if err != nil {
		return "", err
	}
	m := v.saidOf("merged", r)
	m.Facts = nil
	for _, f := range page.Deal.OfKind(deal.KindLinked) {
		if l := f.Body.(deal.Linked); l.As == deal.TookIn {
			m.Deal = l.To.String()
		}
	}
	v.tell(m)
	return v.then("/deals/" + r.Deal.String()), nil
}
