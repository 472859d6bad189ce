package showing

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// ReportsTo says that somebody of a customer's reports to somebody of theirs.
type ReportsTo struct {
	Person throughline.PersonID `json:"person"`
	To     throughline.PersonID `json:"to"`
	Since  throughline.Day      `json:"since"`            // or the day on which it was learned, where nobody wrote down since when
	Stated bool                 `json:"stated,omitempty"` // somebody told since when; else it is known since then, as of an export
}

// reportingOf tells who reports to whom by some deals, whoever takes part in them.
func (d *Desk) reportingOf(rows []DealRow) (deal.Reporting, []ReportsTo) {
	var people []map[throughline.PersonID]deal.Standing
	for _, r := range rows {
		people = append(people, r.Summary.People)
	}
	all := deal.ReportingOf(people)
	out := []ReportsTo{}
	for who, to := range all.To {
		out = append(out, ReportsTo{who, to, throughline.DayOf(all.Said[who], d.Days()), all.Stated[who]})
	}
	slices.SortFunc(out, func(a, b ReportsTo) int {
		return cmp.Or(bytes.Compare(a.To[:], b.To[:]), bytes.Compare(a.Person[:], b.Person[:]))
	})
	return all, out
}

// lineOf leaves of lines those above somebody, and those of who reports to them.
func lineOf(who throughline.PersonID, all deal.Reporting, lines []ReportsTo) []ReportsTo {
	near := map[throughline.PersonID]bool{}
	for at := who; !at.IsZero(); at = all.To[at] {
		near[at] = true
	}
	return slices.DeleteFunc(lines, func(l ReportsTo) bool { return !near[l.Person] && l.To != who })
}

// namesOfReporting gives everybody whom lines and circles name.
func namesOfReporting(lines []ReportsTo, circles [][]throughline.PersonID) (ids []throughline.PersonID) {
	for _, l := range lines {
		ids = append(ids, l.Person, l.To)
	}
	for _, c := range circles {
		ids = append(ids, c...)
	}
	return ids
}
