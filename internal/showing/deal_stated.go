package showing

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// StatedRow is a step of theirs as it is told.
type StatedRow struct {
	Fact   throughline.FactID    `json:"fact"`
	Text   string                `json:"text"`
	Label  deal.StepLabel        `json:"label"`
	Side   deal.Side             `json:"side"` // customer, or us where we owe it
	Owner  string                `json:"owner,omitempty"`
	Due    throughline.Day       `json:"due,omitzero"`
	Rule   string                `json:"rule,omitempty"`
	Serves string                `json:"serves,omitempty"` // which outcome of theirs it serves, in words
	State  throughline.StepState `json:"state"`
	Since  throughline.Day       `json:"since"`           // when it came to its state
	Late   *int                  `json:"late,omitempty"`  // open and with a day: days overdue, 0 on the day, negative before
	After  *int                  `json:"after,omitempty"` // done, with a day: days after it, 0 or less where it was kept
	Moved  int                   `json:"moved,omitempty"` // how often its day was put off
	Grade  throughline.Grade     `json:"grade"`
	From   deal.Source           `json:"source"`
}

// statedOf gives the steps of a deal, in the order in which they were named.
func statedOf(f deal.Deal, today throughline.Day) []StatedRow {
	out, zone := []StatedRow{}, f.AsOf.Location()
	for _, s := range f.StatedSteps() {
		r := StatedRow{Fact: s.ID, Text: s.Text, Label: s.Label, Side: s.By, Owner: s.Owner, Due: s.Due, Rule: s.Rule, Serves: s.Serves, State: s.State,
			Since: throughline.DayOf(s.Since, zone), Moved: s.Moved, Grade: s.Last.Grade, From: s.Last.Source}
		if n, ok := s.Late(today); ok {
			r.Late = &n
		}
		if n, ok := s.Kept(zone); ok {
			r.After = &n
		}
		out = append(out, r)
	}
	return out
}

// Open reports whether it is still to be done.
func (r StatedRow) Open() bool {
	return r.State != throughline.StepDone && r.State != throughline.StepNotNeeded
}
