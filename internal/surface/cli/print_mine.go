package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/leak"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/mining"
)

// printOrigin says what was read and how it ended.
func (c *command) printOrigin(o learning.Origin) {
	of := strings.Join(o.Of, ", ")
	n := c.words.Say("mine.cases", "n", o.Cases)
	if o.In != o.Cases {
		n = c.words.Say("mine.cases_of", "n", o.Cases, "all", o.In)
	}
	c.say("%s  %s\n", c.paint(bold, n), c.paint(dim, clean(of)))
	var parts []string
	for _, e := range append(throughline.Outcomes(), throughline.StillOpen) {
		if k := o.Ends[e.Word()]; k > 0 {
			parts = append(parts, c.words.Number(k)+" "+c.words.Outcome(e))
		}
	}
	if len(parts) > 1 || o.Ends["open"] == 0 && len(parts) > 0 {
		c.say("%s\n", c.paint(dim, strings.Join(parts, " · ")))
	}
	c.say("\n")
}

// dayText says a length in days of 24 hours in the unit that suits it.
func (c *command) dayText(d float64) string {
	switch {
	case d == 0:
		return "0"
	case d < 1.0/24:
		return c.words.Say("mine.minutes", "x", fmt.Sprintf("%.0f", d*24*60))
	case d < 1:
		return c.words.Say("mine.hours", "x", fmt.Sprintf("%.1f", d*24))
	case d < 10:
		return c.words.Say("mine.days", "x", fmt.Sprintf("%.1f", d))
	}
	return c.words.Say("mine.days", "x", fmt.Sprintf("%.0f", d))
}

// lasting is dayText of what may not be known.
func (c *command) lasting(days *float64) string {
	if days == nil {
		return ""
	}
	return c.dayText(*days)
}

// per says a share with as many places as are asked for.
func per(share float64, places int) string { return fmt.Sprintf("%.*f %%", places, 100*share) }

// mineSheet makes a table; all columns but the first stand to the right.
func (c *command) mineSheet(cols ...string) sheet {
	s := sheet{right: map[int]bool{}}
	for i, col := range cols {
		s.head = append(s.head, c.words.Say("mine.col."+col))
		s.right[i] = i > 0
	}
	return s
}

func (c *command) printHistory(v learning.HistorySummary) error {
	if v.Ends == nil || v.Events == 0 {
		return nil
	}
	w := c.words
	c.printOrigin(v.Origin)
	c.say("%s\n", w.Say("mine.holds", "n", v.Events, "activities", v.Matched, "variants", v.Variants))
	if v.First != "" {
		c.say("%s\n", w.Say("mine.from_to", "from", v.First[:10], "to", v.Last[:10]))
	}
	c.say(
		"%s\n\n",
		w.Say(
			"mine.length",
			"n",
			v.Middle,
			"least",
			v.Shortest,
			"most",
			v.Longest,
			"median",
			c.dayText(v.Median),
			"mean",
			c.dayText(v.Mean),
			"p90",
			c.dayText(v.P90),
		),
	)
	cols := []string{"activity", "events", "cases", "again"}
	if v.Worked != nil {
		c.say("%s\n\n", w.Say("mine.pace", "worked", c.dayText(*v.Worked), "waited", c.dayText(*v.Waited)))
		cols = append(cols, "worked", "waited")
	}
	s := c.mineSheet(cols...)
	for _, a := range v.Activities {
		row := []string{short(v.Word(a.Name), c.flexible(60)), w.Number(a.Events), w.Number(a.Cases), w.Number(a.Extra)}
		if v.Worked != nil {
			row = append(row, c.lasting(a.Worked), c.lasting(a.Waited))
		}
		s.rows = append(s.rows, row)
	}
	if err := c.printSheet(c.Out, s); err != nil {
		return err
	}
	c.moreRows(v.Matched - len(v.Activities))
	for _, part := range []struct {
		word string
		list []learning.ActivityShare
	}{{w.Say("mine.begin_with"), v.Start}, {w.Say("mine.end_with"), v.End}} {
		var words []string
		for _, a := range part.list[:min(len(part.list), 5)] {
			words = append(words, clean(v.Word(a.Name))+" "+w.Number(a.Cases))
		}
		if len(words) > 0 {
			c.say("\n%s %s\n", c.paint(dim, part.word), strings.Join(words, " · "))
		}
	}
	return nil
}

// together says whether attributes that matter only together were looked for.
func together(m mining.Method) string {
	if m.Interactions {
		return "mine.together"
	}
	return "mine.not_together"
}

func (c *command) moreRows(n int) {
	if n > 0 {
		c.say("%s\n", c.paint(dim, c.words.Say("cli.more", "n", n)))
	}
}

func (c *command) printVariants(v learning.VariantList) error {
	if len(v.Rows) == 0 {
		return nil
	}
	w := c.words
	c.printOrigin(v.Origin)
	c.say("%s\n", w.Say("mine.ways", "n", v.Variants, "half", v.Half, "most", v.Most, "single", v.Single))
	for i, r := range v.Rows {
		var ends []string
		for _, e := range append(throughline.Outcomes(), throughline.StillOpen) {
			if n := r.Ends[e.Word()]; n > 0 && (len(r.Ends) > 1 || e != throughline.StillOpen) {
				ends = append(ends, w.Number(n)+" "+w.Outcome(e))
			}
		}
		head := fmt.Sprintf("%2d. %s", i+1, w.Say("mine.way", "n", r.Cases, "share", per(r.Share, 1), "time", c.dayText(r.Days)))
		c.say("\n%s  %s\n", c.paint(bold, head), c.paint(dim, strings.Join(ends, " · ")))
		for _, line := range strings.Split(wrap(strings.Join(foldRuns(r.Activities), " → "), max(60, c.Width-6)), "\n") {
			c.say("    %s\n", line)
		}
	}
	c.say("\n")
	c.moreRows(v.Variants - len(v.Rows))
	return nil
}

// foldRuns writes an activity that follows itself once, with how often.
func foldRuns(acts []string) []string {
	var out []string
	for i := 0; i < len(acts); {
		k := i
		for k < len(acts) && acts[k] == acts[i] {
			k++
		}
		word := clean(acts[i])
		if k-i > 1 {
			word += fmt.Sprintf(" ×%d", k-i)
		}
		out = append(out, word)
		i = k
	}
	return out
}

func (c *command) printMap(v learning.ProcessMap) error {
	if v.Map == nil {
		return nil
	}
	if text := c.mapPicture(v); text != "" {
		_, err := fmt.Fprint(c.Out, text)
		return err
	}
	c.printOrigin(v.Origin)
	w, m := c.words, v.Map
	name := func(i int) string {
		switch {
		case i == -1:
			return w.Say("mine.start")
		case i < -1:
			return w.Say("mine.end")
		}
		return clean(m.Nodes[i].Name)
	}
	order := []int{-1}
	for i := range m.Nodes {
		order = append(order, i)
	}
	if v.Compare {
		c.say("%s\n", w.Say("mine.compare", "won", m.Cases, "none", m.Other))
	}
	for _, i := range order {
		cases := m.Cases
		if i >= 0 {
			cases = m.Nodes[i].Cases
		}
		about := c.shares(cases, m.Cases, otherOf(v, i), m.Other)
		if i >= 0 && m.Nodes[i].Worked > 0 && !v.Compare {
			about += "  " + w.Say("mine.worked", "time", c.dayText(m.Nodes[i].Worked))
		}
		c.say("\n%s  %s\n", c.paint(bold, name(i)), c.paint(dim, about))
		for _, e := range m.Edges {
			if e.From != i {
				continue
			}
			mark := "→"
			if e.To == i {
				mark = "↻"
			} else if e.To >= 0 && e.To < i {
				mark = "↑"
			}
			line := fmt.Sprintf("  %s %s  %s", mark, name(e.To), c.shares(e.Cases, m.Cases, e.Other, m.Other))
			if e.To >= 0 && i >= 0 && !v.Compare {
				line += "  " + c.dayText(e.Days)
			}
			switch {
			case e.Differ > 0:
				line = c.paint(accent, line+"  "+w.Say("mine.more_won"))
			case e.Differ < 0:
				line = c.paint(warning, line+"  "+w.Say("mine.more_none"))
			}
			c.say("%s\n", line)
		}
	}
	c.say(
		"\n%s\n",
		c.paint(
			dim,
			w.Say(
				"mine.left_out",
				"activities",
				m.Hidden.Activities,
				"events",
				per(m.Hidden.Events, 1),
				"steps",
				m.Hidden.Edges,
				"share",
				per(m.Hidden.Steps, 1),
			),
		),
	)
	return nil
}

func otherOf(v learning.ProcessMap, i int) int {
	if i < 0 {
		return v.Map.Other
	}
	return v.Map.Nodes[i].Other
}

func (c *command) shares(n, of, other, otherOf int) string {
	if otherOf > 0 && of > 0 {
		return per(float64(n)/float64(of), 0) + " : " + per(float64(other)/float64(otherOf), 0)
	}
	return c.words.Number(n)
}

// advice says how many processes are worth having.
func (c *command) advice(p *mining.Partition) string {
	say := []string{clean(c.words.Partition(p))}
	var terms []string
	for _, t := range p.Terms {
		terms = append(terms, c.words.Say("mine.term_"+t))
	}
	if p.Code != mining.TooFewToTell && p.Code != mining.NothingToSplit && len(terms) > 0 && len(terms) < len(mining.Terms()) {
		say = append(say, c.words.Say("mine.terms", "what", c.words.List(terms)))
	}
	return strings.Join(say, c.between())
}

// between stands between two sentences.
func (c *command) between() string {
	if c.words.Code() == "zh" {
		return ""
	}
	return " "
}

func (c *command) printProcesses(v learning.ProcessAdvice) error {
	if v.Partition == nil || v.Code == "" {
		return nil
	}
	w := c.words
	c.printOrigin(v.Origin)
	c.say("%s\n\n", c.paint(bold, wrap(c.advice(v.Partition), max(60, min(c.Width, 100)))))
	s := c.mineSheet("processes", "saved", "further", "bits")
	s.right[0] = true
	for _, p := range v.Curve {
		n := fmt.Sprint(p.Processes)
		if p.Elbow {
			n = "◆ " + n
		}
		s.rows = append(s.rows, []string{n, fmt.Sprintf("%.1f %%", p.Saved), fmt.Sprintf("%+.1f %%", p.Further), fmt.Sprintf("%.2f", p.Bits)})
	}
	if err := c.printSheet(c.Out, s); err != nil {
		return err
	}
	for _, n := range v.Notices {
		c.say("\n%s\n", wrap(clean(w.Notice(n)), max(60, min(c.Width, 100))))
	}
	c.printLeaks(v.Excluded)
	if v.Code != mining.TooFewToTell && v.Code != mining.NothingToSplit {
		c.say(
			"\n%s%s%s\n",
			c.paint(dim, w.Say("mine.least_seen", "per", fmt.Sprintf("%.1f %%", v.Method.Least))),
			c.between(),
			c.paint(dim, w.Say(together(v.Method))),
		)
	}
	if st := v.Stability; st != nil {
		c.say("\n%s\n", c.paint(dim, w.Say("mine.stable", "n", st.Resamples, "same", per(st.Same, 0), "agree", fmt.Sprintf("%.2f", st.Agreement))))
	}
	for _, g := range v.Groups {
		c.say("\n%s  %s\n", c.paint(accent, clean(g.Rule.String())), c.paint(dim, w.Say("mine.group", "n", g.Cases, "share", per(g.Share, 0))))
		t := g.Tendency
		line := w.Say(
			"mine.tendency",
			"n",
			t.Paths,
			"events",
			fmt.Sprintf("%.1f", t.Events),
			"loops",
			per(t.Loops, 0),
			"time",
			c.dayText(t.Days),
			"common",
			per(t.Common, 0),
		)
		if t.People > 0 {
			line += w.Say("mine.people", "x", fmt.Sprintf("%.1f", t.People))
		}
		c.say("  %s\n", line)
		for _, s := range w.Differences(g, clean) {
			c.say("  %s\n", s)
		}
		var ends []string
		for _, e := range append(throughline.Outcomes(), throughline.StillOpen) {
			if n := g.Ends[e.Word()]; n > 0 {
				ends = append(ends, per(float64(n)/float64(g.Cases), 0)+" "+w.Outcome(e))
			}
		}
		if len(ends) > 0 {
			c.say("  %s\n", strings.Join(ends, " · "))
		}
		for _, d := range g.Differs {
			key := "mine.comes"
			switch {
			case d.From == "":
				key = "mine.begins"
			case d.To == "":
				key = "mine.ends"
			}
			c.say("  %s\n", w.Say(key, "from", clean(d.From), "to", clean(d.To), "here", per(d.Here, 0), "there", per(d.There, 0)))
		}
	}
	if v.Patch != "" {
		c.say("\n%s\n%s", c.paint(dim, w.Say("mine.patch")), cleanLines(learning.Patch(w, v.Partition)))
	}
	return nil
}

// printLeaks names the attributes that were not known on the first day.
func (c *command) printLeaks(excluded []leak.Finding) {
	for i, line := range c.words.LeftOut(excluded) {
		if i == 0 {
			c.say("\n")
		}
		c.say("%s\n", c.paint(dim, clean(line)))
	}
}

// cleanLines is clean for text of several lines.
func cleanLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = clean(lines[i])
	}
	return strings.Join(lines, "\n")
}

func (c *command) printMilestones(v learning.MilestoneReport) error {
	if v.Usefulness == nil || v.Looked == 0 {
		return nil
	}
	w := c.words
	c.printOrigin(v.Origin)
	var adjusted []string
	for _, a := range v.Adjusted {
		switch a {
		case mining.AdjustAge:
			a = w.Say("mine.adjust_age")
		case mining.AdjustBefore:
			a = w.Say("mine.adjust_before")
		}
		adjusted = append(adjusted, clean(a))
	}
	c.say("%s\n", c.paint(dim, w.Say("mine.looked", "n", v.Looked, "what", w.List(adjusted))))
	c.printLeaks(v.Usefulness.Excluded)
	var aside []string
	for _, a := range v.Aside {
		aside = append(aside, w.Say("mine.aside_one", "step", clean(a.Name), "n", a.Cases, "of", a.Of))
	}
	if len(aside) > 0 {
		c.say("%s\n", c.paint(dim, w.Say("mine.set_aside", "what", w.List(aside))))
	}
	for _, m := range v.Milestones {
		won, others := per(m.Met["won"], 0), per(m.Met["not_won"], 0)
		line := w.Say("mine.met", "won", won, "others", others)
		if m.Days > 0 {
			line = w.Say("mine.met_before", "won", won, "others", others, "time", c.dayText(m.Days))
		}
		c.say("\n%s  %s\n", c.paint(bold, clean(v.Word(m.Name))), c.paint(dim, line))
		for _, e := range m.Effects {
			s := w.Effect(e)
			if s == "" {
				continue
			}
			switch e.Code {
			case mining.MoreOften, mining.LessOften:
				style := accent
				if (e.End == "won") == (e.Code == mining.LessOften) {
					style = warning
				}
				s = c.paint(style, s)
			default:
				s = c.paint(dim, s)
			}
			c.say("  %s\n", s)
		}
		if m.Rare {
			c.say("  %s\n", c.paint(warning, w.Rare(m)))
		}
	}
	return nil
}

// fitWords says what stands out of a comparison with the road map.
func (c *command) fitWords(r *mining.Conformance) []string {
	out := c.words.Fit(r)
	for i := range out {
		out[i] = clean(out[i])
	}
	return out
}

func (c *command) printConformance(v learning.ConformanceReport) error {
	if v.Conformance == nil || v.Steps == nil {
		return nil
	}
	w := c.words
	c.printOrigin(v.Origin)
	for _, line := range c.fitWords(v.Conformance) {
		c.say("%s\n", line)
	}
	c.say("\n")
	s := c.mineSheet("step", "done", "skipped", "won", "order", "adapted", "unreached")
	for _, st := range v.Steps {
		s.rows = append(
			s.rows,
			[]string{
				short(st.Name, c.flexible(48)),
				fmt.Sprint(st.Done),
				fmt.Sprint(st.Skipped),
				fmt.Sprint(st.SkippedBy["won"]),
				fmt.Sprint(st.OtherOrder),
				fmt.Sprint(st.Adapted),
				fmt.Sprint(st.NotReached),
			},
		)
	}
	if err := c.printSheet(c.Out, s); err != nil {
		return err
	}
	c.say("\n")
	e := c.mineSheet("end", "cases", "exact", "fit")
	for _, x := range v.Conformance.Ends {
		e.rows = append(e.rows, []string{c.outcomeWord(x.End), fmt.Sprint(x.Cases), fmt.Sprint(x.Exact), fmt.Sprintf("%.2f", x.Fit)})
	}
	if err := c.printSheet(c.Out, e); err != nil {
		return err
	}
	marks := map[mining.MoveKind]string{mining.Skipped: "–", mining.Extra: "+", mining.OtherOrder: "↷", mining.Again: "↻"}
	for i, way := range v.Ways {
		var parts []string
		for _, m := range way.Moves {
			name := clean(m.Activity)
			if m.Step >= 0 {
				name = clean(v.Road[m.Step].Name)
			}
			switch m.Kind {
			case mining.NotReached, mining.Adapted:
				continue
			case mining.InStep:
				parts = append(parts, name)
			case mining.Skipped, mining.OtherOrder:
				parts = append(parts, c.paint(warning, marks[m.Kind]+name))
			default:
				parts = append(parts, c.paint(dim, marks[m.Kind]+name))
			}
		}
		c.say("\n%2d. %s\n    %s\n", i+1, w.Say("mine.fit", "n", way.Cases, "fit", fmt.Sprintf("%.2f", way.Fit)), strings.Join(parts, " · "))
	}
	c.say("\n%s\n", c.paint(dim, w.Say("mine.legend")))
	c.moreRows(v.Paths - len(v.Ways))
	return nil
}

// outcomeWord says an end by its word in answers to programs.
func (c *command) outcomeWord(word string) string {
	for _, o := range append(throughline.Outcomes(), throughline.StillOpen) {
		if o.Word() == word {
			return c.words.Outcome(o)
		}
	}
	return word
}

func (c *command) printStalls(v learning.StallReport) error {
	if v.Stalls == nil || v.Ends == nil {
		return nil
	}
	c.printOrigin(v.Origin)
	c.say("%s\n\n", c.words.Say("mine.quiet", "time", c.dayText(v.Days)))
	s := c.mineSheet("after", "quiet", "of", "median", "back", "died", "ended", "waiting", "causes")
	s.right[8] = false
	for _, r := range v.Rows {
		var causes []string
		for _, k := range append(throughline.Causes(), "unknown") {
			if n := r.Causes[string(k)]; n > 0 && (k != "unknown" || len(r.Causes) > 1) {
				causes = append(causes, fmt.Sprintf("%s %d", c.words.Say("mine.cause."+string(k)), n))
			}
		}
		s.rows = append(
			s.rows,
			[]string{
				short(v.Word(r.After), c.flexible(40)),
				fmt.Sprint(r.Quiet),
				fmt.Sprint(r.Passed),
				c.dayText(r.Median),
				fmt.Sprint(r.Back),
				fmt.Sprint(r.Died),
				fmt.Sprint(r.Ended),
				fmt.Sprint(r.Waiting),
				strings.Join(causes, c.words.Say("list.comma")),
			},
		)
	}
	return c.printSheet(c.Out, s)
}

// handoverWords says how long the way from decision to order is.
func (c *command) handoverWords(h *mining.Handover) []string {
	return c.words.Handover(h, c.dayText, c.dayText)
}

func (c *command) printHandover(v learning.HandoverReport) error {
	if v.Handover == nil || v.Ends == nil {
		return nil
	}
	c.printOrigin(v.Origin)
	c.say("%s\n", c.words.Say("mine.decided", "n", v.Decided, "ordered", v.Ordered, "waiting", v.Waiting, "fell", v.Fell))
	for _, line := range c.handoverWords(v.Handover) {
		c.say("%s\n", line)
	}
	return nil
}

// printOverview says the shortest of each part; the single questions say more.
func (c *command) printOverview(v learning.Overview) error {
	w := c.words
	if v.Cases == 0 {
		c.say("%s\n", w.Say("cli.empty"))
		return nil
	}
	c.printOrigin(v.Origin)
	part := func(head string, lines ...string) {
		c.say("%s\n", c.paint(bold, head))
		if len(lines) == 0 { // a heading alone looks as if something were missing
			lines = []string{c.paint(dim, w.Say("mine.nothing_told"))}
		}
		for _, l := range lines {
			c.say("  %s\n", l)
		}
		c.say("\n")
	}
	if v.Processes != nil {
		part(w.Say("mine.part_processes"), c.advice(v.Processes))
	}
	if v.Milestones != nil {
		var said []string
		for _, m := range v.Milestones.Milestones {
			for _, e := range m.Effects {
				if e.Code == mining.MoreOften || e.Code == mining.LessOften {
					said = append(said, clean(v.Word(m.Name))+": "+w.Effect(e))
				}
			}
		}
		part(w.Say("mine.part_milestones"), said...)
	}
	if v.Stalls != nil {
		var quiet []string
		for _, r := range v.Stalls.Rows {
			quiet = append(quiet, w.Say("mine.quiet_after", "n", r.Quiet, "step", clean(v.Word(r.After)), "of", r.Passed, "died", r.Died))
		}
		part(w.Say("mine.part_stalls"), quiet...)
	}
	if v.Road != nil {
		part(w.Say("mine.part_road"), c.fitWords(v.Road)...)
	}
	if v.Handover != nil {
		part(w.Say("mine.part_handover"), c.handoverWords(v.Handover)...)
	}
	return nil
}

func (c *command) printCases(v learning.CaseList) error {
	s := c.mineSheet("id", "title", "end", "opened")
	s.right = nil
	for _, r := range v.Rows {
		s.rows = append(s.rows, []string{r.ID.String(), short(r.Title, c.flexible(70)), c.outcomeWord(r.Outcome), r.Opened.String()})
	}
	if len(v.Rows) == 0 {
		c.say("%s\n", c.words.Say("mine.no_deal"))
	}
	return c.printSheet(c.Out, s)
}

func (c *command) printBetween(v learning.TimeBetween) error {
	if v.Ends == nil {
		return nil
	}
	w := c.words
	c.printOrigin(v.Origin)
	c.say("%s\n", w.Say("mine.between", "n", v.All.N, "from", clean(v.From), "to", clean(v.To)))
	if v.All.Untimed > 0 {
		c.say("%s\n", w.Say("mine.between_untimed", "n", v.All.Untimed))
	}
	if v.All.N == 0 {
		return nil
	}
	c.say("\n")
	s := c.mineSheet("end", "cases", "median", "mean", "p90", "least", "most")
	v.All.End = w.Say("mine.all")
	for _, r := range append([]learning.WaitDays{v.All}, v.By...) {
		s.rows = append(
			s.rows,
			[]string{
				c.outcomeWord(r.End),
				w.Number(r.N),
				c.dayText(r.Median),
				c.dayText(r.Mean),
				c.dayText(r.P90),
				c.dayText(r.Min),
				c.dayText(r.Max),
			},
		)
	}
	if err := c.printSheet(c.Out, s); err != nil {
		return err
	}
	c.say("\n%s\n", c.paint(dim, w.Say("mine.slowest")))
	rows := c.mineSheet("case", "end", "time")
	rows.right[1] = false
	for _, r := range v.Rows {
		rows.rows = append(rows.rows, []string{short(r.Case, c.flexible(50)), c.outcomeWord(r.End), c.dayText(r.Days)})
	}
	if err := c.printSheet(c.Out, rows); err != nil {
		return err
	}
	c.moreRows(v.All.N - len(v.Rows))
	return nil
}

func (c *command) printOneCase(v learning.OneCase) error {
	if v.Ends == nil {
		return nil
	}
	c.say("%s  %s\n", c.paint(bold, c.words.Say("mine.case", "id", clean(v.ID))), c.paint(dim, c.outcomeWord(v.End)))
	for _, name := range slices.Sorted(maps.Keys(v.Attributes)) {
		c.say("  %s %s\n", c.paint(dim, clean(name)), clean(v.Attributes[name]))
	}
	c.say("\n")
	s := c.mineSheet("time", "again", "activity", "attributes")
	s.head[1], s.right = "", map[int]bool{1: true}
	for _, e := range v.Events {
		wait := ""
		if e.Days != nil {
			wait = "+" + c.dayText(*e.Days)
		}
		var attrs []string
		for _, name := range slices.Sorted(maps.Keys(e.Attributes)) {
			attrs = append(attrs, clean(name)+"="+clean(e.Attributes[name]))
		}
		s.rows = append(s.rows, []string{e.Time, wait, short(e.Activity, c.flexible(60)), short(strings.Join(attrs, " "), c.flexible(60))})
	}
	if err := c.printSheet(c.Out, s); err != nil || len(v.Doings) == 0 {
		return err
	}
	c.say("\n%s\n", c.words.Say("mine.doings"))
	s = c.mineSheet("activity", "begun", "finished", "waited", "worked")
	for _, e := range v.Doings {
		s.rows = append(s.rows, []string{short(e.Activity, c.flexible(60)), e.Begun, e.Ended, c.lasting(e.Waited), c.lasting(e.Worked)})
	}
	return c.printSheet(c.Out, s)
}

func (c *command) printObjects(v learning.ObjectFlows) error {
	w := c.words
	for _, t := range v.Types {
		c.say("%s  %s\n", c.paint(bold, clean(t.Type)), c.paint(dim, w.Say("mine.objects", "n", t.Objects)))
		s := c.mineSheet("step", "times", "mean", "least", "most")
		for _, e := range t.Steps {
			s.rows = append(
				s.rows,
				[]string{
					short(e.From+" → "+e.To, c.flexible(60)),
					w.Number(e.Count),
					c.dayText(e.MeanDays),
					c.dayText(e.MinDays),
					c.dayText(e.MaxDays),
				},
			)
		}
		if err := c.printSheet(c.Out, s); err != nil {
			return err
		}
		c.moreRows(t.Edges - len(t.Steps))
		c.say("\n")
	}
	return nil
}

func (c *command) printExported(v learning.Exported) error {
	if v.Bytes == 0 {
		return nil // refused; the findings say why
	}
	size := fmt.Sprintf("%.1f MB", float64(v.Bytes)/1e6)
	if v.Bytes < 1e5 {
		size = fmt.Sprintf("%.1f kB", float64(v.Bytes)/1e3)
	}
	c.say("%s\n", c.words.Say("mine.written", "n", v.Events, "path", clean(v.Path), "size", size))
	return nil
}
