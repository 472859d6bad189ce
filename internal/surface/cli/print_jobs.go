package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/plan"
)

// printJobs prints what goes on behind the servers, and when each kind was last done.
func (c *command) printJobs(v caretaking.Jobs) error {
	w := c.words
	if len(v.Jobs) == 0 {
		c.say("%s\n", w.Say("jobs.none"))
	} else {
		t := sheet{head: []string{"id", w.Say("jobs.what"), w.Say("jobs.state"), w.Say("jobs.when"), w.Say("jobs.tries"), w.Say("jobs.who"), w.Say("jobs.came")}}
		for _, j := range v.Jobs {
			t.rows = append(t.rows, c.jobCells(j))
		}
		if err := c.printSheet(c.Out, t); err != nil {
			return err
		}
	}
	for _, k := range v.Kinds {
		what := w.Say("jobs.kind." + k.Kind)
		if k.Last.IsZero() {
			c.say("%s\n", w.Say("jobs.never", "what", what))
			continue
		}
		c.say("%s\n", w.Say("jobs.last", "what", what, "when", minuteOf(k.Last)))
	}
	return nil
}

func minuteOf(t time.Time) string { return t.Format("2006-01-02 15:04") }

func (c *command) jobCells(j caretaking.JobRow) []string {
	w := c.words
	when := j.Asked
	switch {
	case !j.Ended.IsZero():
		when = j.Ended
	case !j.Due.IsZero():
		when = j.Due
	case !j.Heard.IsZero():
		when = j.Heard
	}
	who := clean(j.Name)
	if who == "" {
		who = w.Say("jobs.program")
	}
	came := ""
	switch {
	case j.Running() && j.Total > 0:
		came = fmt.Sprintf("%d / %d", j.Done, j.Total)
	case j.Why != "":
		came = w.Say("jobs.why." + j.Why)
		if j.Said != "" {
			came += ": " + plan.Harmless(clean(j.Said))
		}
	default:
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(j.Answer)) {
			parts = append(parts, w.Say("jobs.answer."+k)+" "+clean(j.Answer[k]))
		}
		came = strings.Join(parts, ", ")
	}
	return []string{j.ID.String(), w.Say("jobs.kind." + j.Kind), w.Say("jobs.is." + j.State), minuteOf(when), fmt.Sprintf("%d/%d", j.Tries, j.Most), who, came}
}
