package showing

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// DecisionRow is an aspect as it is told.
type DecisionRow struct {
	Aspect  deal.Aspect          `json:"aspect"`
	Text    string               `json:"text,omitempty"`
	Day     throughline.Day      `json:"day,omitzero"`
	Unknown bool                 `json:"unknown,omitempty"` // they do not know it themselves
	Person  throughline.PersonID `json:"person,omitzero"`
	On      throughline.Day      `json:"on"` // when it was said last
	Grade   throughline.Grade    `json:"grade"`
	Fact    throughline.FactID   `json:"fact"`
}

// decisionOf gives the aspects of which something is known.
func decisionOf(f deal.Deal) []DecisionRow {
	out := []DecisionRow{}
	for _, p := range f.Decision() {
		if p.Known() {
			out = append(
				out,
				DecisionRow{
					Aspect:  p.Aspect,
					Text:    p.Text,
					Day:     p.Day,
					Unknown: p.Unknown,
					Person:  p.Person,
					On:      p.Said.Day(f.AsOf.Location()),
					Grade:   p.Said.Grade,
					Fact:    p.Said.ID,
				},
			)
		}
	}
	return out
}
