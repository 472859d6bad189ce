package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/importing"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/reviewing"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/usage"
	"github.com/throughline/throughline/internal/workshop"
)

// print writes an answer for a person. An answer nobody has made a printing
// for is shown as indented JSON, which is ugly but whole.
func (c *command) print(out any) error {
	switch v := out.(type) {
	case showing.DealList:
		return c.printDeals(v)
	case showing.DealPage:
		return c.printDeal(v)
	case showing.FactList:
		return c.printFacts(v)
	case recording.Captured:
		return c.printCaptured(v)
	case reviewing.Session:
		return c.printSession(v)
	case reviewing.Review:
		return c.printReview(v)
	case reviewing.Preparation:
		return c.printPreparation(v)
	case sharing.PlanPage:
		return c.printShared(v)
	case sharing.PlanCode:
		return c.printPlanCode(v)
	case sharing.PlanLinked:
		return c.printPlanLink(v)
	case sharing.PlanExport:
		c.say("%s", v.Text)
		return nil
	case recording.Recorded:
		return c.printRecorded(v)
	case showing.AccountPage:
		return c.printAccount(v)
	case showing.PersonPage:
		return c.printPerson(v)
	case recording.MergedPeople:
		return c.printMerged(v)
	case importing.Imported:
		return c.printImported(v)
	case showing.Today:
		return c.printToday(v)
	case showing.Calendar:
		return c.printCalendar(v)
	case showing.Attention:
		return c.printAttention(v)
	case importing.FirstLook:
		return c.printLook(v)
	case recording.Changed:
		return c.printChanged(v)
	case importing.ImportUndone:
		c.say("%s\n", c.words.Say("cli.import_undone", "n", v.Facts, "deals", c.words.Number(v.Deals), "files", clean(strings.Join(v.Files, ", "))))
		return nil
	case workshop.PlaybookCheck:
		return c.printCheck(v)
	case workshop.PlaybookTests:
		return c.printTests(v)
	case workshop.PlaybookDifference:
		return c.printDifference(v)
	case workshop.Publication:
		return c.printPublication(v)
	case workshop.Packs:
		return c.printPacks(v)
	case workshop.Brief:
		return c.printBrief(v)
	case usage.Measures:
		return c.printUse(v)
	case workshop.Weighed:
		return c.printWeighed(v)
	case workshop.CopiedReport:
		return c.printCopied(v)
	case workshop.Drafted:
		return c.printDrafted(v)
	case showing.PrivateList:
		return c.printPrivate(v)
	case recording.WrittenPrivately:
		return c.printPrivate(showing.PrivateList{Notes: []showing.PrivateRow{{PrivateNote: v.PrivateNote}}})
	case workshop.Remarks:
		return c.printRemarks(v)
	case workshop.Remark:
		return c.printRemarks(workshop.Remarks{Remarks: []workshop.Remark{v}})
	case workshop.OffersCounted:
		return c.printCounted(v)
	case workshop.Classified:
		return c.printClassified(v)
	case workshop.Steps:
		return c.printSteps(v)
	case forecasting.PeriodForecast:
		return c.printPeriod(v)
	case forecasting.ForecastRun:
		return c.printForecast(v)
	case forecasting.ForecastOfDeal:
		defer c.changeDoubt(v)
		c.printDealForecast(forecasting.ForecastRun{Thin: v.Thin, Unseen: v.Unseen}, v.Deal)
		return nil
	case forecasting.Shown:
		return c.printShown(v)
	case forecasting.Backtest:
		return c.printBacktest(v)
	case learning.HistorySummary:
		return c.printHistory(v)
	case learning.VariantList:
		return c.printVariants(v)
	case learning.ProcessMap:
		return c.printMap(v)
	case learning.ProcessAdvice:
		return c.printProcesses(v)
	case learning.MilestoneReport:
		return c.printMilestones(v)
	case learning.ConformanceReport:
		return c.printConformance(v)
	case learning.StallReport:
		return c.printStalls(v)
	case learning.HandoverReport:
		return c.printHandover(v)
	case learning.Simulation:
		return c.printSimulation(v)
	case learning.Overview:
		return c.printOverview(v)
	case learning.TimeBetween:
		return c.printBetween(v)
	case learning.OneCase:
		return c.printOneCase(v)
	case learning.ObjectFlows:
		return c.printObjects(v)
	case learning.Exported:
		return c.printExported(v)
	case learning.CaseList:
		return c.printCases(v)
	case workshop.Explanation:
		_, err := fmt.Fprint(c.Out, v.Text)
		return err
	case workshop.RoadMap:
		return c.printRoadMap(v)
	case caretaking.Erased:
		c.say("erased; the words of %d facts named them and were redacted\n", v.Redacted)
		for _, id := range v.Also {
			c.say("erased with them, as another name of theirs: %s\n", id)
		}
		return nil
	case operation.Assigned:
		return c.printAssigned(v)
	case operation.AccountsSeen:
		return c.printSeen(v)
	case operation.Teams:
		return c.printTeams(v)
	case operation.Users:
		return c.printUsers(v)
	case operation.FactorKeyChanged:
		c.say("%s\n", c.words.Say("cli.factor_key", "n", v.Sealed, "already", c.words.Number(v.Already)))
		if v.Beside != "" {
			c.say("%s\n", c.words.Say("cli.factor_key_beside", "new", v.New, "beside", v.Beside))
		} else {
			c.say("%s\n", c.words.Say("cli.factor_key_named", "new", v.New))
		}
		return nil
	case operation.Factors:
		return c.printFactors(v)
	case operation.Tokens:
		return c.printTokens(v)
	case caretaking.Settled:
		zone := v.Zone
		if zone == "machine" {
			zone = c.words.Say("cli.machine_zone")
		}
		c.say("%s\n", c.words.Say("cli.timezone", "zone", zone, "offset", v.Offset, "today", v.Today.String()))
		for _, s := range v.Settings {
			c.say("%s\n", c.words.Say("cli.setting", "name", s.Name, "value", s.Value, "day", s.Since.Format("2006-01-02")))
		}
		return nil
	case caretaking.LedgerCheck:
		return c.printLedgerCheck(v)
	case caretaking.Restored:
		c.say("%s\n", c.words.Say("cli.restored", "n", v.Deals, "facts", c.words.Number(v.Facts)))
		if u := v.Cut; u != nil {
			const to = "2006-01-02 15:04:05 -07:00"
			c.say("%s\n", c.words.Say("cli.restored_until", "n", u.LeftOut, "instant", u.Instant.Format(to), "last", u.Last, "at", u.LastAt.In(u.Instant.Location()).Format(to)))
		}
		for _, path := range v.SetAside {
			c.say("%s\n", c.words.Say("cli.set_aside", "path", path))
		}
		return nil
	case caretaking.Copied:
		c.say("%s\n", c.words.Say("cli.copied", "n", v.Deals, "facts", c.words.Number(v.Facts), "to", v.To))
		c.say("%s\n", c.words.Say("cli.copied_digest", "digest", v.Digest))
		return nil
	case caretaking.Backup:
		c.say("copied to %s\n", v.Path)
		if v.Head != "0" {
			c.say("%s\n", c.words.Say("audit.head", "head", v.Head))
		}
		if len(v.Unfinished) > 0 {
			c.say("%s\n", c.words.Say("cli.unfinished", "names", clean(strings.Join(v.Unfinished, ", "))))
		}
		return nil
	case caretaking.Jobs:
		return c.printJobs(v)
	case caretaking.JobRow:
		if v.State == "waiting" {
			c.say("%s\n", c.words.Say("jobs.asked", "what", c.words.Say("jobs.kind."+v.Kind)))
			return nil
		}
		return c.printJobs(caretaking.Jobs{Jobs: []caretaking.JobRow{v}})
	case caretaking.Audit:
		return c.printAudit(v)
	}
	enc := json.NewEncoder(c.Out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

func (c *command) say(format string, args ...any) { fmt.Fprintf(c.Out, format, args...) }

// tallyLine says how the deals stand in one sentence.
func (c *command) tallyLine(t desk.Tally, asOf throughline.Day) string {
	w := c.words
	var parts []string
	add := func(o throughline.Outcome) {
		if n := t.Outcomes[o.Word()]; n > 0 {
			parts = append(parts, w.Number(n)+" "+w.Outcome(o))
		}
	}
	add(throughline.StillOpen)
	for _, o := range append(throughline.Outcomes(), throughline.Removed) {
		add(o)
	}
	return w.Say("cli.tally", "n", t.Deals, "day", w.Day(asOf), "parts", w.List(parts))
}

func (c *command) printDeals(v showing.DealList) error {
	w := c.words
	if v.Deals == 0 {
		c.say("%s\n", w.Say("cli.empty"))
		return nil
	}
	c.say("%s\n", c.tallyLine(v.Tally, v.AsOf))
	if v.Silent > 0 {
		c.say("%s\n", w.Say("cli.silent", "n", v.Silent))
	}
	if !v.Newest.IsZero() && v.AsOf.Sub(v.Newest) > 30 {
		c.say("%s\n", c.paint(dim, w.Say("cli.newest", "day", v.Newest.String())))
	}
	c.say("\n")
	s := sheet{head: []string{w.Say("cli.col.id"), w.Say("cli.col.title"), w.Say("cli.col.customer"), w.Say("cli.col.stage"),
		w.Say("cli.col.amount"), w.Say("cli.col.they"), w.Say("cli.col.we"), w.Say("cli.col.heard")}, right: map[int]bool{4: true}}
	for _, r := range v.Rows {
		s.rows = append(s.rows, []string{short(c.idOf(r), 18), short(r.Title, c.flexible(40)), short(r.Account, 24), short(c.stageOf(r), 20),
			amountOf(r.Amount), c.they(r), c.phaseName(r.Ours), clean(c.heard(r))})
	}
	if err := c.printSheet(c.Out, s); err != nil {
		return err
	}
	if len(v.Rows) < v.Matched {
		c.say("\n%s\n", c.paint(dim, w.Say("cli.more", "n", v.Matched-len(v.Rows))))
	}
	if len(v.Sums) > 0 {
		sums := make([]string, len(v.Sums))
		for i, m := range v.Sums {
			sums[i] = w.Money(m)
		}
		c.say("\n%s\n", w.Say("table.worth", "sums", w.List(sums)))
	}
	if len(v.Unrated) > 0 {
		c.say("\n%s\n", c.paint(dim, w.Say("table.unrated", "codes", w.List(v.Unrated))))
	}
	return nil
}

// flexible shrinks a column on a narrow terminal.
func (c *command) flexible(width int) int {
	if c.Width > 0 && c.Width < 140 {
		return max(16, width-(140-c.Width))
	}
	return width
}

func (c *command) idOf(r showing.DealRow) string {
	if r.Foreign != "" {
		return r.Foreign
	}
	return r.ID.String()
}

func (c *command) stageOf(r showing.DealRow) string {
	if r.Outcome != "open" {
		return c.words.Outcome(throughline.Outcome(r.Outcome))
	}
	if r.ForeignStage != "" {
		return r.ForeignStage
	}
	if r.Stage != "" {
		return r.Stage.Last()
	}
	return "–"
}

func (c *command) phaseName(p throughline.Phase) string {
	if !p.Known() {
		return "–"
	}
	return c.words.Say("phase." + p.String())
}

func (c *command) they(r showing.DealRow) string {
	switch {
	case r.Outcome != "open":
		return "–"
	case !r.FromCustomer:
		return c.paint(warning, "?")
	case !r.Reading.Firm.Known():
		return c.paint(accent, "✓")
	}
	name := c.phaseName(r.Reading.Firm)
	if gap := r.Reading.FirmGap; gap != nil && *gap != 0 {
		return c.paint(warning, fmt.Sprintf("%s (%+d)", name, *gap))
	}
	return c.paint(accent, name)
}

func (c *command) heard(r showing.DealRow) string {
	if r.Outcome != "open" {
		return r.End
	}
	text := c.words.Silence(r.Reading.Silence)
	if r.Silent {
		return c.paint(warning, text)
	}
	return text
}

func amountOf(m throughline.Money) string {
	if m.Zero() {
		return "–"
	}
	return m.String()
}

func (c *command) printAttention(v showing.Attention) error {
	w := c.words
	if v.Deals == 0 {
		c.say("%s\n", w.Say("cli.empty"))
		return nil
	}
	c.say("%s\n", c.tallyLine(v.Tally, v.AsOf))
	if v.Asking == 0 {
		c.say("%s\n", w.Say("cli.calm"))
		return nil
	}
	line := w.Say("today.customers", "n", v.Open())
	if v.PutOff > 0 {
		line = w.Say("today.lede_woken", "lede", line, "n", v.PutOff)
	}
	if v.Living > 0 {
		line = w.Say("today.lede_living", "lede", line, "n", v.Living)
	}
	c.say("%s\n", line)
	for i, r := range v.Rows {
		c.say("\n%s %s", c.paint(dim, fmt.Sprintf("%2d.", i+1)), c.paint(bold, clean(r.Title)))
		for _, part := range []string{r.Account, amountIf(r.Amount), r.Owner, c.idOf(r)} {
			if part != "" && part != r.Title {
				c.say("%s", c.paint(dim, "  ·  "+clean(part)))
			}
		}
		c.say("\n    %s\n", c.road(r.Reading))
		for _, why := range r.Why {
			c.say("    %s %s\n", c.paint(warning, "–"), clean(why))
		}
	}
	if v.Asking > len(v.Rows) {
		c.say("\n%s\n", c.paint(dim, w.Say("cli.more", "n", v.Asking-len(v.Rows))))
	}
	return nil
}

func amountIf(m throughline.Money) string {
	if m.Zero() {
		return ""
	}
	return m.String()
}

// road is the customer's road in one line: ● answered, ◌ answered but grown
// old, ◉ the frontier, ◐ open, ↺ reopened, – not needed, ○ untouched; ▲ stands after where we act as if they were.
func (c *command) road(r alignment.Reading) string {
	var b strings.Builder
	for _, p := range r.Phases {
		if !p.Shown {
			continue
		}
		mark := map[throughline.PhaseState]string{throughline.Answered: c.paint(accent, "●"), throughline.Open: "◐",
			throughline.Reopened: c.paint(warning, "↺"), throughline.NotNeeded: "–", throughline.Untouched: "○"}[p.State]
		switch {
		case p.Lapsed && r.Outcome != throughline.StillOpen: // history grows no older
			mark = c.paint(accent, "●")
		case p.Lapsed:
			mark = "◌"
		case p.Phase == r.Firm && p.State != throughline.Reopened:
			mark = c.paint(accent.Bold(true), "◉")
		}
		b.WriteString(mark)
		if p.Phase == r.Ours.Phase {
			b.WriteString(c.paint(warning, "▲"))
		}
		b.WriteByte(' ')
	}
	if gap := c.words.Gap(r); gap != "" {
		b.WriteString(" " + c.paint(dim, gap))
	}
	return b.String()
}

// printImported says what an import did. A proposal that nobody could be asked
// about is the answer itself, so that it can be sent to a file.
func (c *command) printImported(v importing.Imported) error {
	w := c.words
	if !v.Written {
		c.say("%s", v.Proposal)
		if !c.Quiet && !v.Report.Findings.Errors() {
			fmt.Fprintln(c.Err, w.Say("cli.unwritten"))
		}
		return nil
	}
	c.say("%s\n", w.Say("cli.read", "n", v.Rows, "added", w.Number(v.Added), "known", w.Number(v.Known), "rejected", w.Number(v.Rejected)))
	for _, f := range v.Files {
		if f.Rejects != "" {
			c.say("%s\n", w.Say("cli.rejects", "path", f.Rejects))
		}
	}
	c.say("%s\n", c.tallyLine(desk.Tally{Deals: v.Deals, Outcomes: v.Outcomes, Silent: v.Silent}, v.AsOf))
	if v.Silent > 0 {
		c.say("%s\n", w.Say("cli.silent", "n", v.Silent))
	}
	if v.First != nil && !c.Quiet {
		c.say("\n")
		if err := c.printLook(*v.First); err != nil {
			return err
		}
	}
	if !c.Quiet {
		fmt.Fprintln(c.Err, c.paint(dim, w.Say("cli.next")))
	}
	return nil
}

func (c *command) printCheck(v workshop.PlaybookCheck) error {
	if v.Format != "text" && v.Format != "" {
		return nil
	}
	if len(v.Found) == 0 {
		c.say("%s\n", c.words.Say("cli.clean"))
	} else {
		c.say("%s\n", c.words.Say("cli.findings", "n", len(v.Found)))
	}
	for _, k := range v.Kept {
		c.say("%s\n", c.paint(dim, c.words.Say("cli.kept", "what", clean(k.Finding.Message), "why", clean(k.Reason))))
	}
	return nil
}

func (c *command) printLedgerCheck(v caretaking.LedgerCheck) error {
	if v.Whole {
		c.say("%s\n", c.words.Say("cli.whole", "n", v.Deals, "facts", c.words.Number(v.Facts), "rows", c.words.Number(v.Rows)))
	}
	for _, f := range v.Faults {
		c.say("%s\n", clean(f))
	}
	for _, u := range v.Uncovered {
		c.say("%s\n", c.words.Say("cli.not_covered", "what", clean(u)))
	}
	return nil
}
