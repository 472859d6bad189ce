package statement

import "strings"

// example gives a rewritten statement near what the author wrote about, from
// the thirty rewrites of DOMAIN 7.3, or the check's own.
func (l *Linter) example(c *Check, text string) string {
	if good, ok := near(c.ID, text); ok {
		return good
	}
	if tongueOf(text) == chinese {
		return hanAfter
	}
	return c.After
}

// hint is the way out of a finding, with a statement that holds.
func (l *Linter) hint(c *Check, text string) string { return c.Hint + ", as in: " + l.example(c, text) }

// Rewrite gives a statement that an author could take in place of one with a
// finding of a check, as a sentence; ok is false where none speaks of the same.
func (l *Linter) Rewrite(check, text string) (good string, ok bool) {
	switch good, ok = near(check, text); {
	case ok && strings.ContainsFunc(good, isHan):
		good += "。"
	case ok:
		good += "."
	}
	return good, ok
}

// near looks among the rewrites for one about what the author wrote about.
func near(check, text string) (string, bool) {
	if check == "L11" || check == "L12" || check == "L13" || check == "L14" {
		return "", false
	}
	if tongueOf(text) == chinese {
		return nearHan(text)
	}
	low := strings.ToLower(text)
	for _, r := range rewrites {
		for _, w := range r.about {
			if strings.Contains(low, w) {
				return r.good, true
			}
		}
	}
	return "", false
}

var rewrites = []struct {
	about []string
	good  string
}{
	{
		[]string{"discovery", "intro call", "first call", "first meeting"},
		"The operations director wrote down the three problems to be solved and sent the list to two colleagues",
	},
	{[]string{"demo", "presentation", "deck"}, "Four users completed their own test task in the trial and reported the results to the project lead"},
	{
		[]string{"proposal", "quote", "quotation", "offer"},
		"The sponsor presented our proposal to the steering group, whose minutes record the questions raised",
	},
	{[]string{"budget", "funding", "money"}, "The finance controller named the cost centre and the amount available in writing"},
	{[]string{"champion", "coach", "power"}, "The sponsor convened a meeting with the head of finance that we could not have set up ourselves"},
	{
		[]string{"decision maker", "decision-maker", "executive", "leadership"},
		"The chief operating officer stated in an email why this ranks above the other two projects",
	},
	{[]string{"qualif"}, "The customer named an owner for the problem and a date by which it must be fixed"},
	{
		[]string{"requirement", "their need", "needs", "criteria"},
		"The project lead returned the requirements list with each line ranked by the people who will use it",
	},
	{
		[]string{"identify all", "map stakeholder", "stakeholders mapped"},
		"The sponsor listed by name everyone who can stop this and what each wants to protect",
	},
	{[]string{"security", "from it", "it has", "risk and compliance"}, "The security lead completed the review and recorded the two open conditions"},
	{[]string{"align", "stakeholder", "agree"}, "Heads of sales, finance and IT signed one page stating the problem and the measure of success"},
	{[]string{"negotiat", "redline", "terms"}, "Procurement sent us its marked-up contract with a named lawyer and a target date"},
	{[]string{"verbal", "commitment", "po expected", "purchase order"}, "The approver signed the purchase request in the customer's system"},
	{[]string{"objection", "concern", "no issue"}, "The committee recorded its remaining risks and assigned an owner to each"},
	{[]string{"quarter", "eoq", "fiscal"}, "The customer's plan records 1 May as the last date for go-live before its busy season"},
	{[]string{"roi", "business case", "justification"}, "The finance team put the case into its own template and approved the assumptions"},
	{[]string{"competitor", "incumbent", "shortlist"}, "The evaluation team ranked the options, including doing nothing, against its own criteria"},
	{[]string{"reference"}, "Two of the customer's managers visited a reference site and reported back to their group"},
	{
		[]string{"poc", "pov", "pilot", "proof of", "trial"},
		"The quality team measured the pilot against the four limits it had written before the start",
	},
	{[]string{"contract", "legal", "agreement"}, "The customer's legal department assigned counsel and returned its first comments"},
	{[]string{"onboarding", "vendor"}, "The customer's purchasing department registered us as a supplier and issued a vendor number"},
	{[]string{"ready to", "decide", "will sign"}, "The decision group recorded how it will decide, who decides and when"},
	{[]string{"timeline", "schedule", "date"}, "The customer's project plan names the step, the person and the date for each approval"},
	{[]string{"pain", "problem"}, "The operations manager measured the cost of the fault over three months and reported it to her director"},
	{
		[]string{"implementation", "go-live", "training", "trained", "rollout"},
		"Seven of ten branch managers switched to the new routine and stopped the old one",
	},
	{[]string{"happy", "satisf"}, "The sponsor reported the measured gain to the board against the figure in the original case"},
	{[]string{"upsell", "expan", "renew"}, "The head of a second division asked the first one's sponsor to present the results"},
	{[]string{"meeting", "vp"}, "The vice-president moved two people onto the project from 1 March"},
}
