package forecasting

import (
	"cmp"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/setting"
)

// groups tells the deals apart by one thing. Every deal is in one group, so that
// what is booked, called and expected adds up to the whole; ranges do not.
func (l *looking) groups(out PeriodForecast, won []*booked) ([]PeriodGroup, error) {
	if out.By == "month" {
		return l.months(won)
	}
	open, sold := map[string][]*Standing{}, map[string][]*booked{}
	names, keys := l.namesBy(out)
	for _, s := range l.all {
		k := keyOf(out.By, s.Seller, s.Team, s.Process)
		open[k], keys[k] = append(open[k], s), true
	}
	for _, b := range won {
		k := keyOf(out.By, b.seller, b.team, b.process)
		sold[k], keys[k] = append(sold[k], b), true
	}
	// What the whole run kept of a group is of this quarter, and of all deals.
	kept := len(l.in.Owner)+len(l.in.Team)+len(l.in.Process) == 0 && l.thisQuarter() && (l.run.Pending == nil || l.run.Pending.Older)
	groups := []PeriodGroup{}
	for k := range keys {
		g := PeriodGroup{Key: k, Name: names[k]}
		x := part{open: open[k], won: sold[k], period: l.period, name: out.By + " " + k}
		if kept {
			by := k
			if out.By == byTeam {
				by = g.Name
			}
			x.whole = l.keptGroup(out.By, by)
		}
		var err error
		if g.Figures, err = l.figures(x); err != nil {
			return nil, err
		}
		g.Target = l.groupTarget(out.By, g)
		if out.By == byTeam && g.Name != "" {
			g.Key = g.Name
		}
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(a, b PeriodGroup) int {
		return cmp.Or(
			cmp.Compare(boolToInt(a.Key == ""), boolToInt(b.Key == "")),
			cmp.Compare(b.Mean, a.Mean),
			cmp.Compare(b.Won+b.Open, a.Won+a.Open),
			strings.Compare(a.Key, b.Key),
		)
	})
	return groups, nil
}

// namesBy gives the names of the groups by their keys, and the keys of those
// that are looked at though they have no deal: who has a target.
func (l *looking) namesBy(out PeriodForecast) (names map[string]string, keys map[string]bool) {
	names, keys = map[string]string{}, map[string]bool{}
	for _, m := range map[string][]MenuOf{bySeller: out.Sellers, byTeam: out.Teams, byProcess: out.Processes}[out.By] {
		k := m.Key
		if out.By == byTeam {
			k = teamKey(m.Name)
		}
		names[k] = m.Name
		id, err := throughline.ParseID(m.Key)
		if err != nil || out.By != bySeller {
			continue
		}
		who := throughline.PersonID(id)
		if l.targetOf(l.period, who, "") > 0 && l.taken(who, teamKey(l.in.Team), l.in.Process) {
			keys[k] = true
		}
	}
	return names, keys
}

// groupTarget is the target of a seller or a team, 0 where the deals looked at
// are only some of theirs.
func (l *looking) groupTarget(by string, g PeriodGroup) int64 {
	switch id, err := throughline.ParseID(g.Key); {
	case by == bySeller && err == nil && l.in.Team == "" && l.in.Process == "":
		return l.targetOf(l.period, throughline.PersonID(id), "")
	case by == byTeam && l.in.Owner == "" && l.in.Process == "" && g.Name != "":
		return l.targetOf(l.period, throughline.PersonID{}, g.Name)
	}
	return 0
}

func keyOf(by string, seller throughline.PersonID, team, process string) string {
	switch by {
	case byTeam:
		return team
	case byProcess:
		return process
	}
	if seller.IsZero() {
		return ""
	}
	return seller.String()
}

// months tells the deals apart by the month in which they were, or may be, won.
func (l *looking) months(won []*booked) ([]PeriodGroup, error) {
	out := []PeriodGroup{}
	for m := setting.MonthOf(l.period.From); m.From.Compare(l.period.Until) < 0; m = m.Next(1) {
		x := part{open: l.all, period: m, name: "month"}
		for _, b := range won {
			if m.Has(b.on) {
				x.won = append(x.won, b)
			}
		}
		if len(l.in.Owner)+len(l.in.Team)+len(l.in.Process) == 0 {
			own := *l
			own.period = m
			x.whole = own.keptWhole()
		}
		f, err := l.figures(x)
		if err != nil {
			return nil, err
		}
		f.Target = l.target(m)
		out = append(out, PeriodGroup{Key: m.Key(), Figures: f})
	}
	return out, nil
}
