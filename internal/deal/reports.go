package deal

import (
	"cmp"
	"slices"
	"time"

	"github.com/throughline/throughline"
)

// Reporting is who of a customer's reports to whom, as several deals say.
type Reporting struct {
	To      map[throughline.PersonID]throughline.PersonID // without a circle
	Said    map[throughline.PersonID]time.Time            // since when, of those in To
	Stated  map[throughline.PersonID]bool                 // of those, since a day that was told; of the others it is only when it became known
	Closing map[throughline.PersonID]throughline.PersonID // the words that would have closed a circle: said, and in nothing else here
	Circles [][]throughline.PersonID                      // each from whoever was said last to report on, to who is that one's own report; none of these is in To
}

// ReportingOf adds up what deals say. Of what is said of one person what was said
// last counts, wherever; where what is left makes a circle, the word that closed it
// does not count and the circle is told. Nobody reports to themselves.
func ReportingOf(deals []map[throughline.PersonID]Standing) (out Reporting) {
	last := map[throughline.PersonID]Latest[throughline.PersonID]{}
	for _, people := range deals {
		for who, st := range people {
			if l, had := last[who]; st.Reports.Set() && (!had || compareLatest(st.Reports, l) > 0) {
				last[who] = st.Reports
			}
		}
	}
	var order []throughline.PersonID
	for who, l := range last {
		if !l.Value.IsZero() && l.Value != who {
			order = append(order, who)
		}
	}
	slices.SortFunc(order, func(a, b throughline.PersonID) int {
		return cmp.Or(compareLatest(last[a], last[b]), comparePersons(a, b))
	})
	out.To = make(map[throughline.PersonID]throughline.PersonID, len(order))
	out.Said = make(map[throughline.PersonID]time.Time, len(order))
	for _, who := range order {
		if circle := out.Closes(who, last[who].Value); circle != nil {
			out.Circles = append(out.Circles, circle)
			if out.Closing == nil {
				out.Closing = map[throughline.PersonID]throughline.PersonID{}
			}
			out.Closing[who] = last[who].Value
			continue
		}
		l := last[who]
		out.To[who], out.Said[who] = l.Value, l.At
		if l.At.Before(l.Learned) {
			if out.Stated == nil {
				out.Stated = map[throughline.PersonID]bool{}
			}
			out.Stated[who] = true
		}
	}
	return out
}

func compareLatest(a, b Latest[throughline.PersonID]) int {
	return cmp.Or(a.At.Compare(b.At), a.Learned.Compare(b.Learned), cmp.Compare(a.Turn, b.Turn), comparePersons(a.Value, b.Value))
}

// Closes gives the circle that would be there if somebody reported to somebody, from
// the one to those between to the other; nil where there would be none.
func (r Reporting) Closes(who, to throughline.PersonID) []throughline.PersonID {
	line := []throughline.PersonID{who}
	for at := to; ; {
		if at == who {
			return line
		}
		line = append(line, at)
		up, is := r.To[at]
		if !is {
			return nil
		}
		at = up
	}
}

// Under gives who reports to somebody, in no order.
func (r Reporting) Under(who throughline.PersonID) (out []throughline.PersonID) {
	for p, to := range r.To {
		if to == who {
			out = append(out, p)
		}
	}
	return out
}
