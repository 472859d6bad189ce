package web

import (
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/surface/reporting"
)

// reportingView is who of a customer's reports to whom: a picture, and the same as a
// list for narrow screens.
type reportingView struct {
	Picture string
	Tops    []reporting.Person
	Circles []string
}

// reporting lays out lines; here is whose page it stands on, the zero ID for none. A
// superior who takes part in no deal that is seen has no page: nothing leads there.
func (v *visit) reporting(lines []showing.ReportsTo, circles [][]throughline.PersonID, names map[throughline.PersonID]showing.PersonRecord,
	gone map[throughline.PersonID]bool, here throughline.PersonID) (out reportingView, err error) {
	p, hrefs := v.p, map[throughline.PersonID]string{}
	for _, l := range lines {
		for _, id := range []throughline.PersonID{l.Person, l.To} {
			if _, asked := hrefs[id]; asked {
				continue
			}
			_, seen := gone[id]
			if !seen {
				if seen, err = v.desk.Read().SeesPerson(v.Context(), names[id]); err != nil {
					return out, err
				}
			}
			if hrefs[id] = ""; seen {
				hrefs[id] = v.link("/people/" + id.String())
			}
		}
	}
	for _, c := range circles {
		var line []string
		for _, id := range append(slices.Clone(c), c[0]) {
			line = append(line, v.named(names[id]))
		}
		out.Circles = append(out.Circles, p.Say("reporting.circle", "line", strings.Join(line, " → ")))
	}
	under, reports := map[throughline.PersonID][]throughline.PersonID{}, map[throughline.PersonID]bool{}
	var tops []throughline.PersonID
	for _, l := range lines {
		under[l.To], reports[l.Person] = append(under[l.To], l.Person), true
	}
	for _, l := range lines {
		if !reports[l.To] && !slices.Contains(tops, l.To) {
			tops = append(tops, l.To)
		}
	}
	byName := func(a, b throughline.PersonID) int { return strings.Compare(names[a].Name, names[b].Name) }
	var whole func(id throughline.PersonID) reporting.Person
	whole = func(id throughline.PersonID) reporting.Person {
		who := reporting.Person{Name: v.named(names[id]), Note: names[id].Title, Href: hrefs[id], Here: id == here, Gone: gone[id]}
		slices.SortFunc(under[id], byName)
		for _, u := range under[id] {
			who.Under = append(who.Under, whole(u))
		}
		return who
	}
	slices.SortFunc(tops, byName)
	for _, id := range tops {
		out.Tops = append(out.Tops, whole(id))
	}
	out.Picture = reporting.Picture{ID: "reporting", Title: p.Say("reporting.title"), Tops: out.Tops}.SVG()
	return out, nil
}
