package cli

import (
	"fmt"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/mining"
	"github.com/throughline/throughline/internal/operation"
)

// printOrigin says what was read and how it ended.
func (c *command) printOrigin(o operation.Origin) {
	of := strings.Join(o.Of, ", ")
	n := fmt.Sprintf("%d cases", o.Cases)
	if o.In != o.Cases {
		n = fmt.Sprintf("%d of %d cases", o.Cases, o.In)
	}
	c.say("%s  %s\n", c.paint(bold, n), c.paint(dim, clean(of)))
	var parts []string
	for _, e := range append(throughline.Outcomes(), throughline.StillOpen) {
		if k := o.Ends[e.Word()]; k > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", k, strings.ReplaceAll(e.Word(), "_", " ")))
		}
	}
	if len(parts) > 1 || o.Ends["open"] == 0 && len(parts) > 0 {
		c.say("%s\n", c.paint(dim, strings.Join(parts, " · ")))
	}
	c.say("\n")
}

func dayText(d float64) string {
	switch {
	case d == 0:
		return "0"
	case d < 1.0/24:
		return fmt.Sprintf("%.0f min", d*24*60)
	case d < 1:
		return fmt.Sprintf("%.1f h", d*24)
	case d < 10:
		return fmt.Sprintf("%.1f d", d)
	}
	return fmt.Sprintf("%.0f d", d)
}

func (c *command) printHistory(v operation.HistorySummary) error {
	if v.Ends == nil || v.Events == 0 {
		return nil
	}
	c.printOrigin(v.Origin)
	c.say("%d events, %d activities, %d variants\n", v.Events, v.Matched, v.Variants)
	if v.First != "" {
		c.say("from %s to %s\n", v.First[:10], v.Last[:10])
	}
	c.say("a case has %d events (%d to %d) and lasts %s (mean %s, nine of ten under %s)\n\n", v.Middle, v.Shortest, v.Longest, dayText(v.Median), dayText(v.Mean), dayText(v.P90))
	s := sheet{head: []string{"activity", "events", "cases", "again"}, right: map[int]bool{1: true, 2: true, 3: true}}
	for _, a := range v.Activities {
		s.rows = append(s.rows, []string{short(a.Name, c.flexible(60)), fmt.Sprint(a.Events), fmt.Sprint(a.Cases), fmt.Sprint(a.Extra)})
	}
	if err := c.printSheet(c.Out, s); err != nil {
		return err
	}
	c.moreRows(v.Matched - len(v.Activities))
	for _, part := range []struct {
		word string
		list []operation.ActivityShare
	}{{"begin with", v.Start}, {"end with", v.End}} {
		var words []string
		for _, a := range part.list[:min(len(part.list), 5)] {
			words = append(words, fmt.Sprintf("%s %d", clean(a.Name), a.Cases))
		}
		if len(words) > 0 {
			c.say("\n%s %s\n", c.paint(dim, part.word), strings.Join(words, " · "))
		}
	}
	return nil
}

func (c *command) moreRows(n int) {
	if n > 0 {
		c.say("%s\n", c.paint(dim, c.words.Say("cli.more", "n", n)))
	}
}

func (c *command) printVariants(v operation.VariantList) error {
	if len(v.Rows) == 0 {
		return nil
	}
	c.printOrigin(v.Origin)
	c.say("%d ways; half of the cases go %d of them, four fifths %d; %d were gone once\n", v.Variants, v.Half, v.Most, v.Single)
	for i, r := range v.Rows {
		var ends []string
		for _, e := range []string{"won", "no_decision", "open"} {
			if n := r.Ends[e]; n > 0 && len(r.Ends) > 1 || n > 0 && e != "open" {
				ends = append(ends, fmt.Sprintf("%d %s", n, strings.ReplaceAll(e, "_", " ")))
			}
		}
		head := fmt.Sprintf("%2d. %d cases, %.1f %%, %s", i+1, r.Cases, 100*r.Share, dayText(r.Days))
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

func (c *command) printMap(v operation.ProcessMap) error {
	if v.Map == nil {
		return nil
	}
	if text := v.Drawn(); text != "" {
		_, err := fmt.Fprint(c.Out, text)
		return err
	}
	c.printOrigin(v.Origin)
	m := v.Map
	name := func(i int) string {
		switch {
		case i == -1:
			return "start"
		case i < -1:
			return "end"
		}
		return clean(m.Nodes[i].Name)
	}
	order := []int{-1}
	for i := range m.Nodes {
		order = append(order, i)
	}
	if v.Compare {
		c.say("%d won against %d without a decision; shares of each\n", m.Cases, m.Other)
	}
	for _, i := range order {
		cases := m.Cases
		if i >= 0 {
			cases = m.Nodes[i].Cases
		}
		c.say("\n%s  %s\n", c.paint(bold, name(i)), c.paint(dim, c.shares(cases, m.Cases, otherOf(v, i), m.Other)))
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
				line += "  " + dayText(e.Days)
			}
			switch {
			case e.Differ > 0:
				line = c.paint(accent, line+"  more often won")
			case e.Differ < 0:
				line = c.paint(warning, line+"  more often without a decision")
			}
			c.say("%s\n", line)
		}
	}
	c.say("\n%s\n", c.paint(dim, fmt.Sprintf("left out: %d activities (%.1f %% of events) and %d steps (%.1f %%); --activities 1 --steps 1 shows all",
		m.Hidden.Activities, 100*m.Hidden.Events, m.Hidden.Edges, 100*m.Hidden.Steps)))
	return nil
}

func otherOf(v operation.ProcessMap, i int) int {
	if i < 0 {
		return v.Map.Other
	}
	return v.Map.Nodes[i].Other
}

func (c *command) shares(n, of, other, otherOf int) string {
	if otherOf > 0 && of > 0 {
		return fmt.Sprintf("%.0f %% : %.0f %%", 100*float64(n)/float64(of), 100*float64(other)/float64(otherOf))
	}
	return fmt.Sprint(n)
}

func (c *command) printProcesses(v operation.ProcessAdvice) error {
	if v.Partition == nil || v.Words == "" {
		return nil
	}
	c.printOrigin(v.Origin)
	c.say("%s\n\n", c.paint(bold, wrap(clean(v.Words), max(60, min(c.Width, 100)))))
	s := sheet{head: []string{"processes", "saved", "the last one", "bits a case"}, right: map[int]bool{0: true, 1: true, 2: true, 3: true}}
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
	if st := v.Stability; st != nil {
		c.say("\n%s\n", c.paint(dim, fmt.Sprintf("drawn anew %d times: the same number in %.0f %%, the same groups to %.2f (1 is exactly)", st.Resamples, 100*st.Same, st.Agreement)))
	}
	for _, g := range v.Groups {
		c.say("\n%s  %s\n", c.paint(accent, clean(g.Rule.String())), c.paint(dim, fmt.Sprintf("%d cases, %.0f %%", g.Cases, 100*g.Share)))
		t := g.Tendency
		line := fmt.Sprintf("%.1f events a case, %.0f %% of them again; %s in the middle, %d ways, the commonest %.0f %%", t.Events, 100*t.Loops, dayText(t.Days), t.Paths, 100*t.Common)
		if t.People > 0 {
			line += fmt.Sprintf("; %.1f people a case", t.People)
		}
		c.say("  %s\n", line)
		for _, d := range g.Differs {
			from, to := "it begins with", clean(d.To)
			if d.From != "" {
				from = "after " + clean(d.From) + " comes"
			}
			if d.To == "" {
				to = "the end"
			}
			c.say("  %s %s in %.0f %%, elsewhere in %.0f %%\n", from, to, 100*d.Here, 100*d.There)
		}
	}
	if v.Patch != "" {
		c.say("\n%s\n%s", c.paint(dim, "for the playbook:"), clean2(v.Patch))
	}
	return nil
}

// clean2 is clean for text of several lines.
func clean2(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = clean(lines[i])
	}
	return strings.Join(lines, "\n")
}

func (c *command) printMilestones(v operation.MilestoneReport) error {
	if v.Usefulness == nil || v.Looked == 0 {
		return nil
	}
	c.printOrigin(v.Origin)
	c.say("%s\n", c.paint(dim, fmt.Sprintf("%d cases looked at; adjusted for %s; an association, not a cause", v.Looked, strings.Join(v.Adjusted, ", "))))
	for _, m := range v.Milestones {
		line := fmt.Sprintf("met by %.0f %% of the won and %.0f %% of the others", 100*m.Met["won"], 100*m.Met["not_won"])
		if m.Days > 0 {
			line += ", " + dayText(m.Days) + " before the order"
		}
		c.say("\n%s  %s\n", c.paint(bold, clean(m.Name)), c.paint(dim, line))
		for _, e := range m.Effects {
			s := e.Sentence()
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
			c.say("  %s\n", c.paint(warning, fmt.Sprintf("met by %.0f %% of the won cases only: a candidate for removal", 100*m.Met["won"])))
		}
	}
	return nil
}

func (c *command) printConformance(v operation.ConformanceReport) error {
	if v.Conformance == nil || v.Steps == nil {
		return nil
	}
	c.printOrigin(v.Origin)
	for _, w := range v.Words {
		c.say("%s\n", clean(w))
	}
	c.say("\n")
	s := sheet{head: []string{"step", "done", "skipped", "of them won", "other order", "adapted", "not reached"}, right: map[int]bool{1: true, 2: true, 3: true, 4: true, 5: true, 6: true}}
	for _, st := range v.Steps {
		s.rows = append(s.rows, []string{short(st.Name, c.flexible(48)), fmt.Sprint(st.Done), fmt.Sprint(st.Skipped), fmt.Sprint(st.SkippedBy["won"]), fmt.Sprint(st.OtherOrder), fmt.Sprint(st.Adapted), fmt.Sprint(st.NotReached)})
	}
	if err := c.printSheet(c.Out, s); err != nil {
		return err
	}
	c.say("\n")
	e := sheet{head: []string{"end", "cases", "exact", "mean fit"}, right: map[int]bool{1: true, 2: true, 3: true}}
	for _, x := range v.Conformance.Ends {
		e.rows = append(e.rows, []string{strings.ReplaceAll(x.End, "_", " "), fmt.Sprint(x.Cases), fmt.Sprint(x.Exact), fmt.Sprintf("%.2f", x.Fit)})
	}
	if err := c.printSheet(c.Out, e); err != nil {
		return err
	}
	marks := map[mining.MoveKind]string{mining.Skipped: "–", mining.Extra: "+", mining.OtherOrder: "↷", mining.Again: "↻"}
	for i, w := range v.Ways {
		var parts []string
		for _, m := range w.Moves {
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
		c.say("\n%2d. %d cases, fit %.2f\n    %s\n", i+1, w.Cases, w.Fit, strings.Join(parts, " · "))
	}
	c.say("\n%s\n", c.paint(dim, "– skipped   + beside the road   ↷ in another order   ↻ again"))
	c.moreRows(v.Paths - len(v.Ways))
	return nil
}

func (c *command) printStalls(v operation.StallReport) error {
	if v.Stalls == nil || v.Ends == nil {
		return nil
	}
	c.printOrigin(v.Origin)
	c.say("%s\n\n", fmt.Sprintf("a pause longer than %s is quiet here", dayText(v.Days)))
	s := sheet{head: []string{"after", "quiet", "of", "median", "came back", "no decision", "other end", "still quiet", "causes"},
		right: map[int]bool{1: true, 2: true, 3: true, 4: true, 5: true, 6: true, 7: true}}
	for _, r := range v.Rows {
		var causes []string
		for _, k := range append(throughline.Causes(), "unknown") {
			if n := r.Causes[string(k)]; n > 0 && (k != "unknown" || len(r.Causes) > 1) {
				causes = append(causes, fmt.Sprintf("%s %d", strings.ReplaceAll(string(k), "_", " "), n))
			}
		}
		s.rows = append(s.rows, []string{short(r.After, c.flexible(40)), fmt.Sprint(r.Quiet), fmt.Sprint(r.Passed), dayText(r.Median), fmt.Sprint(r.Back), fmt.Sprint(r.Died), fmt.Sprint(r.Ended), fmt.Sprint(r.Waiting), strings.Join(causes, ", ")})
	}
	return c.printSheet(c.Out, s)
}

func (c *command) printHandover(v operation.HandoverReport) error {
	if v.Handover == nil || v.Ends == nil {
		return nil
	}
	c.printOrigin(v.Origin)
	c.say("%d decided; of these %d have an order, %d wait for it, %d fell through\n", v.Decided, v.Ordered, v.Waiting, v.Fell)
	for _, w := range v.Words {
		c.say("%s\n", clean(w))
	}
	return nil
}

// printOverview says the shortest of each part; the single questions say more.
func (c *command) printOverview(v operation.Overview) error {
	if v.Cases == 0 {
		c.say("%s\n", c.words.Say("cli.empty"))
		return nil
	}
	c.printOrigin(v.Origin)
	part := func(head string, lines ...string) {
		c.say("%s\n", c.paint(bold, head))
		for _, l := range lines {
			c.say("  %s\n", clean(l))
		}
		c.say("\n")
	}
	part("processes", v.Processes.Words)
	var said []string
	for _, m := range v.Milestones.Milestones {
		for _, e := range m.Effects {
			if e.Code == mining.MoreOften || e.Code == mining.LessOften {
				said = append(said, m.Name+": "+e.Sentence())
			}
		}
	}
	part("milestones", said...)
	var quiet []string
	for _, r := range v.Stalls.Rows {
		quiet = append(quiet, fmt.Sprintf("after %s: quiet %d times of %d, %d ended without a decision", r.After, r.Quiet, r.Passed, r.Died))
	}
	part("where deals go quiet", quiet...)
	if v.Road != nil {
		part("the road map", v.Road.Words...)
	}
	part("from the decision to the order", v.Handover.Words...)
	return nil
}

func (c *command) printCases(v operation.CaseList) error {
	s := sheet{head: []string{"id", "title", "end", "opened"}}
	for _, r := range v.Rows {
		s.rows = append(s.rows, []string{r.ID.String(), short(r.Title, c.flexible(70)), strings.ReplaceAll(r.Outcome, "_", " "), r.Opened.String()})
	}
	if len(v.Rows) == 0 {
		c.say("no deal\n")
	}
	return c.printSheet(c.Out, s)
}
