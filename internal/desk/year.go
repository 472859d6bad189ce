package desk

import (
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// Year is how many days back a question reaches that is asked of a year.
const Year = 365

// OfTheYear reports whether a deal is open or ended within a year.
func OfTheYear(s *deal.Summary, today throughline.Day, zone *time.Location) bool {
	return s.Outcome() == throughline.StillOpen || today.Sub(throughline.DayOf(s.Closed(), zone)) <= Year
}

// HasClass reports whether a deal has a class, and with it a way of selling.
func HasClass(s *deal.Summary) bool {
	c := s.Class.Value
	return c.Known() && c != throughline.Unclassified
}
