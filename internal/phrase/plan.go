package phrase

import (
	"regexp"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/plan"
)

// Plan gives the words of a plan's exports.
func (p *Phrase) Plan() plan.Words {
	return plan.Words{
		Title:   p.Say("plan.goal"),
		Section: func(s plan.Section) string { return p.Say("plan.section_" + string(s)) },
		State:   p.StepState,
		Whose: func(s plan.Step) string {
			switch {
			case s.Owner != "":
				return s.Owner
			case s.Side == deal.Us:
				return p.Say("plan.supplier")
			}
			return p.Say("plan.we")
		},
		Private: p.Say("plan.private"),
		Columns: [7]string{
			p.Say("plan.column_section"),
			p.Say("plan.column_step"),
			p.Say("plan.column_who"),
			p.Say("plan.column_due"),
			p.Say("plan.column_state"),
			p.Say("plan.column_begin"),
			p.Say("plan.column_seen"),
		},
	}
}

// PlanUsual gives the words of a step that is usually to come; "" for others.
func (p *Phrase) PlanUsual(a throughline.Address) string {
	if s, ok := a.Step(); ok && s.Track == throughline.Contracting {
		return p.Say("plan.paper_" + s.String())
	}
	switch ph, _ := a.Phase(); ph {
	case throughline.Adopt:
		return p.Say("plan.step_use")
	case throughline.Prove:
		return p.Say("plan.step_result")
	}
	return ""
}

// PlanAsked makes of a statement of what has happened, as milestones of a playbook
// are worded ("The committee set the limits."), a question that a plan's step can
// ask its customer. The customer is "you", the supplier is called by that word, and
// a statement gives "" where nobody else would understand it or it would come out
// wrong: with a word that only a supplier uses, with a customer that is not this one
// ("account manager", "老客户"), or with a verb that does not go with one supplier.
func (p *Phrase) PlanAsked(statement string) string {
	text := strings.TrimRight(strings.TrimSpace(statement), ".。 ")
	if text == "" || planOurs.MatchString(text) || planPlural.MatchString(text) {
		return ""
	}
	for _, pair := range planSides[p.code] {
		text = pair.find.ReplaceAllString(text, pair.put)
	}
	for _, article := range []string{"The ", "A ", "An ", "Your ", "You "} {
		if strings.HasPrefix(text, article) {
			text = strings.ToLower(text[:1]) + text[1:]
		}
	}
	return p.Say("plan.asked", "what", text)
}

type sideWord struct {
	find *regexp.Regexp
	put  string
}

// planSides turns whose words they are: those of a statement are the supplier's
// ("our answer", "the customer's own system"), those of a plan the customer's.
var planSides = map[string][]sideWord{
	"en": {
		{regexp.MustCompile(`(?i)\b(?:the|a) (?:customer|client|buyer of record)'s\b`), "your"},
		{regexp.MustCompile(`(?i)\b(?:the|a) (?:customer|client)\b`), "your organisation"},
		{regexp.MustCompile(`(?i)\bours?\b`), "the supplier's"},
		{regexp.MustCompile(`\b(?:us|[Ww]e)\b`), "the supplier"}, // "US" is a country
	},
	"zh": {
		{regexp.MustCompile(`客户`), "贵方"},
		{regexp.MustCompile(`我们|我方`), "供应商"},
	},
}

// planOurs are words that only a supplier's side uses, and those in which "customer"
// is a role of ours or somebody else. They are looked for before sides are turned.
var planOurs = regexp.MustCompile(`(?i)\b(?:deals?|pipelines?|stages?|milestones?|champions?|playbooks?|prospects?|sellers?|sales|` +
	`win rates?|probabilit\w+|outlooks?|frontiers?|(?:customer|client)[ -](?:success|services?)|account (?:managers?|executives?)|ourselves)\b|` +
	`交易|阶段|赢单|概率|剧本|里程碑|卖方|销售|商机|成单|` +
	`客户经理|客户成功|客户服务|老客户|客户的客户|其[他它]客户|别的客户|潜在客户`)

// planPlural finds "we" with a verb that "the supplier" does not agree with.
var planPlural = regexp.MustCompile(`(?i)\bwe(?:['’]|(?: (?:all|both|also|now|then|already|never|not))? (?:were|are|have|do)(?:\b|n['’]t))|` +
	`\b(?:were|are|have|do) we\b`)

// PlanWhen says by when a step of a plan is to be done, or when it was.
func (p *Phrase) PlanWhen(s plan.Step, today throughline.Day) string {
	switch {
	case s.State == throughline.StepNotNeeded:
		return p.Say("plan.not_needed")
	case s.State == throughline.StepDone && s.Since.IsZero():
		return p.Say("plan.done")
	case s.State == throughline.StepDone:
		return p.Say("plan.done_on", "day", p.DayNear(s.Since, today))
	case s.Due.IsZero():
		return p.Say("plan.no_day")
	case s.Late(today) > 0:
		return p.Say("plan.late", "day", p.DayNear(s.Due, today), "span", p.Days(s.Late(today)))
	case s.Due == today:
		return p.Say("plan.today")
	}
	return p.Say("plan.by", "day", p.DayNear(s.Due, today))
}

// PlanPicture gives the captions of a plan's timeline.
func (p *Phrase) PlanPicture(goal throughline.Day) DatesWords {
	w := DatesWords{Title: p.Say("plan.picture"), Today: p.Say("dates.today"), Typical: p.Say("plan.typical"),
		Legend: DatesLegend{"", p.Say("dates.going"), p.Say("plan.planned"), p.Say("dates.spread"), p.Say("dates.due"), p.Say("dates.late")}}
	if !goal.IsZero() {
		w.Goal = p.Say("plan.goal_at", "day", p.Day(goal))
	}
	return w
}
