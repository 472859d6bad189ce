package mining

import (
	"cmp"
	"math"
	"slices"

	"github.com/throughline/throughline/internal/eventlog"
)

// grower looks for groups of one history.
type grower struct {
	tree
	set    ProcessSettings
	ends   []eventlog.End
	looked eventlog.Selection
	root   *leaf
	leaves []*leaf
	groups [][]*leaf
	bits   [allTerms]float64   // of the groups
	after  [][allTerms]float64 // of the leaves after 0, 1, 2 ... splits
	chance *chance             // of the root
	first  float64             // what the split that saves most saves
	cuts   []Rule              // splits taken
	duo    *duo                // the pair that parted the root; nil: none did
	paired bool                // pairs were looked for

	next     split // the best split that was not taken, and where
	nextPath []Condition

	opened  []float64 // case -> day of its opening, NaN where not known
	period  []int32   // case -> stretch of opening days, -1
	who     *opening  // who logs; nil: not known
	seller  []int32   // case -> who, -1
	refused []string  // attributes that stand for when or for who
	notices []Notice
}

func newGrower(l *eventlog.Log, looked eventlog.Selection, set ProcessSettings, p *Partition) *grower {
	on := [allTerms]bool{}
	for k, t := range Terms() {
		on[k] = (set.Terms == nil || slices.Contains(set.Terms, t)) && (k != outcomes || set.Ends != nil)
		if on[k] {
			p.Terms = append(p.Terms, string(t))
		}
	}
	g := &grower{set: set, ends: set.Ends, looked: looked}
	g.t = traitsOf(l, looked, set.Ends, on)
	g.least, g.share = max(30, int(math.Ceil(0.01*float64(len(looked))))), set.Share
	g.when(l)
	without := slices.Clone(set.Without)
	for _, f := range set.Excluded {
		without = append(without, f.Attr)
	}
	g.open, p.Skipped = openings(l, looked, g.opened, set.Attributes, without)
	for i := range g.open {
		if !slices.Contains(p.Tried, g.open[i].name) {
			p.Tried = append(p.Tried, g.open[i].name)
		}
	}
	g.whoLogs(l)
	p.Method.Time = len(g.period) > 0
	if g.who != nil {
		p.Method.Who = g.who.name
	}
	all := make([]uint32, len(looked))
	for i := range all {
		all[i] = uint32(i)
	}
	whole := g.t.none()
	for _, i := range all {
		whole.add(g.t, i)
	}
	g.t.learn(whole)
	g.root = g.leaf(all, nil)
	g.whole = g.root.bits
	if g.root.count.n >= 2*g.least && len(g.open) > 0 {
		g.chance = g.byChance(all, set.Random)
	}
	return g
}

// when tells the opening day of each case and the stretch it lies in: some two
// dozen cases each.
func (g *grower) when(l *eventlog.Log) {
	g.opened = make([]float64, len(g.looked))
	var order []int
	for i, c := range g.looked {
		lo, hi := l.Span(int(c))
		g.opened[i] = math.NaN()
		for _, t := range l.Times()[lo:hi] {
			if t != eventlog.NoTime {
				g.opened[i] = days(t)
				order = append(order, i)
				break
			}
		}
	}
	g.period = make([]int32, len(g.looked))
	for i := range g.period {
		g.period[i] = -1
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(g.opened[a], g.opened[b]) })
	n := min(48, max(4, len(order)/24))
	for r, i := range order {
		g.period[i] = int32(r * n / len(order))
	}
}

// whoLogs finds the attribute that says who writes: no ground for a rule, for
// people note things each in their own way, unless it is asked for by name.
func (g *grower) whoLogs(l *eventlog.Log) {
	for a := len(g.open) - 1; a >= 0; a-- {
		o := g.open[a]
		if o.bounds != nil || !isWho(o.name) {
			continue
		}
		if g.who = &o; g.set.Attributes == nil {
			g.open = slices.Delete(g.open, a, a+1)
		}
	}
	if g.who == nil {
		return
	}
	count := map[uint16]int{}
	for _, k := range g.who.code {
		count[k]++
	}
	people := 0
	for k, n := range count {
		if k > 0 && n >= 5 {
			people++
		}
	}
	if people < leastPeople { // a role or a system, not people
		g.who = nil
		return
	}
	g.seller = make([]int32, len(g.who.code))
	for i, k := range g.who.code {
		g.seller[i] = int32(k) - 1
	}
}

// leastPeople are needed to tell what people do from what one of them does.
const leastPeople = 4

// grow splits the leaf that gains most, again and again, until no split is
// worth it, or chance does as well, or there are most groups.
func (g *grower) grow() {
	g.leaves = []*leaf{g.root}
	g.after = [][allTerms]float64{g.root.bits}
	best := map[*leaf]*split{}
	ask := func(f *leaf) {
		if s := g.split(f); s != nil {
			best[f] = s
		}
	}
	ask(g.root)
	for len(g.leaves) < g.set.Most {
		pick := -1
		for i, f := range g.leaves {
			if s := best[f]; s != nil && (pick < 0 || s.net > best[g.leaves[pick]].net) {
				pick = i
			}
		}
		if pick < 0 {
			break
		}
		f := g.leaves[pick]
		if !beforeElbow(&g.first, best[f]) {
			break
		}
		yes, no := g.part(f, best[f])
		g.cuts = append(g.cuts, Rule{{best[f].when}})
		g.leaves = slices.Replace(slices.Clone(g.leaves), pick, pick+1, yes, no)
		g.after = append(g.after, g.sum(g.leaves))
		ask(yes)
		ask(no)
	}
	for _, f := range slices.Clone(g.leaves) {
		if s := best[f]; s != nil {
			g.further(f, s)
		} else if d := g.together(f); d != nil && len(g.leaves) < g.set.Most {
			if f == g.root {
				g.duo = d
			}
			at := slices.Index(g.leaves, f)
			for range 2 { // a pair is two splits
				g.after = append(g.after, g.sum(g.leaves))
			}
			g.leaves = slices.Replace(slices.Clone(g.leaves), at, at+1, g.four(f, d)...)
			g.after = append(g.after, g.sum(g.leaves))
		}
	}
	g.groups, g.bits = g.merge(g.leaves)
}

// elbow is the share of what the best split saves that every other has to save:
// less is past the bend of the curve, and not worth one more way to be taught.
const elbow = 0.25

func beforeElbow(first *float64, s *split) bool {
	*first = max(*first, total(s.gain))
	return total(s.gain) >= elbow**first
}

func (g *grower) sum(leaves []*leaf) (out [allTerms]float64) {
	for _, f := range leaves {
		for k, b := range f.bits {
			out[k] += b
		}
	}
	return out
}

// further keeps the best split that was not taken.
func (g *grower) further(f *leaf, s *split) {
	if s.found() && (!g.next.found() || s.net > g.next.net) {
		g.next, g.nextPath = *s, f.path
	}
}

// split gives the best split of a leaf that is worth it, that chance does not
// reach, and that tells more than when a case opened and who wrote it down.
func (g *grower) split(f *leaf) *split {
	if f.count.n < 2*g.least || len(g.open) == 0 {
		return nil
	}
	tried := g.search(f.cases)
	slices.SortStableFunc(tried, func(a, b split) int {
		switch {
		case a.found() && b.found():
			return cmp.Compare(b.net, a.net)
		case a.found():
			return -1
		case b.found():
			return 1
		}
		return 0
	})
	chance := g.chance
	if f != g.root {
		chance = nil
	}
	for i := range tried {
		s := &tried[i]
		name := g.open[s.attr].name
		if slices.Contains(g.refused, name) {
			continue
		}
		if !g.worth(f.path, s) {
			g.further(f, s)
			continue
		}
		if chance == nil {
			chance = g.byChance(f.cases, g.set.Random)
		}
		if !g.beats(chance, s) {
			g.further(f, s)
			continue
		}
		if kind := g.onlyStandsFor(f, s); kind != "" {
			g.refused = append(g.refused, name)
			g.notices = append(g.notices, Notice{Kind: kind, Rule: g.affirm(Rule{{s.when}}.tidy()), Terms: g.termsOf(s.gain), who: g.who})
			continue
		}
		return s
	}
	return nil
}

// onlyStandsFor holds a rule against opening days and against who logs.
func (g *grower) onlyStandsFor(f *leaf, s *split) NoticeKind {
	if g.against(f, s, g.period, g.set.Random) != heldUp {
		return StandsForTime
	}
	if g.who == nil || g.open[s.attr].name == g.who.name {
		return ""
	}
	switch g.against(f, s, g.seller, g.set.Random) {
	case fallsAway:
		return StandsForWho
	case standsFor:
		if g.sellersSayMore(f, s) || g.nested(f, s, g.seller, g.set.Random) {
			return StandsForWho
		}
	}
	return ""
}

// sellersSayMore reports whether a list of people saves a fifth more than a rule
// on something that each of them has one of: then not what they share makes the
// difference, but who they are.
func (g *grower) sellersSayMore(f *leaf, s *split) bool {
	one := tree{t: g.t, open: []opening{*g.who}, least: g.least, share: g.share, whole: g.whole}
	who := one.search(f.cases)[0]
	return who.found() && total(who.gain) > 1.2*total(s.gain)
}

// merge joins leaves whose difference is not worth a group of its own.
func (g *grower) merge(leaves []*leaf) (groups [][]*leaf, sum [allTerms]float64) {
	var counts []*count
	for _, f := range leaves {
		groups, counts = append(groups, []*leaf{f}), append(counts, f.count)
	}
	for len(groups) > 1 {
		a, b, low := 0, 0, math.Inf(1)
		var least [allTerms]float64
		for i := range groups {
			for k := i + 1; k < len(groups); k++ {
				u := counts[i].copy()
				u.plus(counts[k])
				lost := minus(minus(g.t.bits(u), g.t.bits(counts[i])), g.t.bits(counts[k]))
				if total(lost) < low {
					a, b, low, least = i, k, total(lost), lost
				}
			}
		}
		if low > priorBits && g.savesEnough(least, 1) {
			break
		}
		u := counts[a].copy()
		u.plus(counts[b])
		groups[a], counts[a] = append(slices.Clone(groups[a]), groups[b]...), u
		groups, counts = slices.Delete(groups, b, b+1), slices.Delete(counts, b, b+1)
	}
	for _, c := range counts {
		for k, x := range g.t.bits(c) {
			sum[k] += x
		}
	}
	return groups, sum
}

// termsOf names the terms that carry a gain, the most telling first.
func (g *grower) termsOf(gain [allTerms]float64) []Term {
	var out []Term
	for k, t := range Terms() {
		if gain[k] > 0 && g.whole[k] > 0 && gain[k] >= 0.01*g.whole[k] {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b Term) int {
		i, k := slices.Index(Terms(), a), slices.Index(Terms(), b)
		return cmp.Compare(gain[k]/g.whole[k], gain[i]/g.whole[i])
	})
	return out
}
