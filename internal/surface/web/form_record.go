package web

import (
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
)

// Each form about a deal is read into the input of one operation.

func (v *visit) text(name string) string { return v.PostFormValue(name) }

func (s *site) postUndo(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	return v.record("undone", operation.RecordUndo, &operation.UndoInput{Writing: w, Facts: v.PostForm["fact"], Reason: v.text("reason")})
}

func (s *site) postEvidence(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	return v.record("recorded", operation.RecordEvidence, &operation.EvidenceInput{Writing: w, Text: v.text("text"), About: v.text("about"), Grade: v.text("grade"),
		Person: v.text("person"), Against: v.text("against") != "", Source: v.text("source"), Record: v.text("record")})
}

func (s *site) postEvent(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	return v.record("recorded", operation.RecordEvent, &operation.EventInput{Writing: w, Event: v.text("event"), Person: v.text("person"), Text: v.text("text")})
}

func (s *site) postNote(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	return v.record("recorded", operation.RecordNote, &operation.NoteInput{Writing: w, Text: v.text("text"), About: v.text("about"), Tool: v.text("tool")})
}

func (s *site) postQuestion(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	return v.record("question", operation.RecordQuestion, &operation.QuestionInput{Writing: w, Text: v.text("text"), About: v.text("about")})
}

func (s *site) postPerson(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	what := "person"
	if v.text("left") != "" {
		what = "left"
	}
	return v.record(what, operation.RecordPerson, &operation.PersonInput{Writing: w, Person: v.text("name"), Role: v.text("role"), Function: v.text("function"),
		Title: v.text("title"), Email: v.text("email"), Left: v.text("left") != ""})
}

func (s *site) postStance(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	value, err := strconv.Atoi(v.text("value"))
	if err != nil {
		return "", throughline.Fail("record stance", throughline.Invalid, "", errNoStance)
	}
	return v.record("recorded", operation.RecordStance, &operation.StanceInput{Writing: w, Person: v.text("person"), Value: value, Agrees: v.text("agrees"),
		Wants: v.text("wants"), Fears: v.text("fears"), Grade: v.text("grade")})
}

func (s *site) postStep(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	due, err := v.dayField("due")
	if err != nil {
		return "", err
	}
	return v.record("recorded", operation.RecordStep, &operation.StepInput{Writing: w, Step: v.text("step"), State: v.text("state"), By: v.text("by"), Person: v.text("person"),
		Due: due, Text: v.text("text"), Grade: v.text("grade")})
}

func (s *site) postWork(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	due, err := v.dayField("due")
	if err != nil {
		return "", err
	}
	return v.record("recorded", operation.RecordWork, &operation.WorkInput{Writing: w, What: v.text("what"), Of: v.text("of"), Owner: v.text("owner"), Due: due, State: v.text("state")})
}

func (s *site) postMilestone(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	in := &operation.MilestoneInput{Writing: w, Milestone: v.text("milestone"), Grade: v.text("grade")}
	if v.text("skip") != "" {
		in.NotNeeded = strings.TrimSpace(v.text("reason"))
		if in.NotNeeded == "" {
			return "", throughline.Fail("record milestone", throughline.Invalid, "", errNoReason)
		}
	}
	return v.record("recorded", operation.RecordMilestone, in)
}

func (s *site) postSkip(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	return v.record("recorded", operation.RecordSkip, &operation.SkipInput{Writing: w, Phase: v.text("phase"), Reason: v.text("reason")})
}

func (s *site) postOverride(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	return v.record("recorded", operation.RecordOverride, &operation.SkipInput{Writing: w, Phase: v.text("phase"), Reason: v.text("reason")})
}

func (s *site) postBet(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	until, err := v.dayField("until")
	if err != nil {
		return "", err
	}
	return v.record("bet", operation.RecordBet, &operation.BetInput{Writing: w, Result: v.text("result"), Until: until, Strategy: v.text("strategy")})
}

func (s *site) postTarget(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	return v.record("recorded", operation.RecordTarget, &operation.TargetInput{Writing: w, Measure: v.text("measure"), Target: v.text("target"), Baseline: v.text("baseline"),
		Person: v.text("person"), Grade: v.text("grade")})
}

func (s *site) postResult(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	return v.record("recorded", operation.RecordResult, &operation.ResultInput{Writing: w, Actual: v.text("actual"), Of: v.text("of"), Person: v.text("person"), Grade: v.text("grade")})
}

func (s *site) postStage(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	return v.record("recorded", operation.RecordStage, &operation.StageInput{Writing: w, Stage: v.text("stage")})
}

func (s *site) postDate(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	to, err := v.dayField("by")
	if err != nil {
		return "", err
	}
	return v.record("recorded", operation.RecordDate, &operation.DateInput{Writing: w, To: to, ByCustomer: v.text("by_customer") != ""})
}

func (s *site) postAmount(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	return v.record("recorded", operation.RecordAmount, &operation.AmountInput{Writing: w, Amount: v.text("amount"), Currency: v.text("currency")})
}

func (s *site) postResume(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	return v.record("resumed", operation.RecordResume, &operation.ResumeInput{Writing: w})
}
