package web

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
)

// jobsView is the page of what goes on behind the servers.
type jobsView struct {
	frame
	Kinds   []jobsKind
	Pending []jobRow
	Ended   []jobRow
}

// jobsKind is a kind of job, when it was last done, and whether one may be asked for.
type jobsKind struct {
	Kind, What, Last string
	Ask              bool
	Not              string // what it would take here; empty where it can be asked for
}

type jobRow struct {
	ID, What, State, When, Tries string
	Who                          string // who asked; empty: the program itself, of which the page says so
	Bar                          string // how far it has come; empty where that is not known
	Came                         []string
	Failed                       bool
	Again, GiveUp                bool // whoever looks may
}

const (
	jobsPath    = "/jobs"
	jobsOnAPage = 60
	jobsRefresh = 5 // seconds, while something runs or waits
)

func (s *site) jobs(v *visit) (component, error) {
	found, err := ask[caretaking.Jobs](v, operation.ListJobs, &caretaking.JobsInput{Limit: jobsOnAPage})
	if err != nil {
		return nil, err
	}
	p := v.p
	out := jobsView{frame: v.frame(p.Say("jobs.title"), "settings")}
	may := v.desk.May(member.Jobs, true)
	for _, k := range found.Kinds {
		row := jobsKind{Kind: k.Kind, What: p.Say("jobs.kind." + k.Kind), Last: p.Say("jobs.not_yet"), Ask: may && k.May && k.Here}
		if !k.Last.IsZero() {
			row.Last = p.Say("jobs.last_done", "when", v.minute(k.Last))
		}
		if may && k.May && !k.Here {
			row.Not = p.Say("refused.job_nowhere")
		}
		out.Kinds = append(out.Kinds, row)
	}
	for _, j := range found.Jobs {
		row := v.jobRow(j, may)
		if j.Pending() {
			out.Pending = append(out.Pending, row)
		} else {
			out.Ended = append(out.Ended, row)
		}
	}
	if len(out.Pending) > 0 {
		v.refresh = jobsRefresh
	}
	return jobsPage(out), nil
}

// minute is an instant as it is shown: the day and the minute.
func (v *visit) minute(at time.Time) string {
	return v.p.Say("jobs.at", "day", v.p.Day(throughline.DayOf(at, v.zone())), "time", at.In(v.zone()).Format("15:04"))
}

func (v *visit) jobRow(j caretaking.JobRow, may bool) jobRow {
	p := v.p
	row := jobRow{ID: j.ID.String(), What: p.Say("jobs.kind." + j.Kind), State: p.Say("jobs.is." + j.State), Who: j.Name, Failed: j.Failed(),
		Again: may && j.May && !j.Pending() && j.State != "done", GiveUp: may && j.May && (j.Pending() || j.Failed())}
	switch {
	case j.Running():
		row.When = p.Say("jobs.heard", "when", v.minute(j.Heard))
		if j.Total > 0 {
			row.Bar = p.Percent(min(1, float64(j.Done)/float64(j.Total)))
		}
	case j.Pending():
		row.When = p.Say("jobs.due", "when", v.minute(j.Due))
	default:
		row.When = v.minute(j.Ended)
	}
	if j.Tries > 1 || j.Why != "" {
		row.Tries = p.Say("jobs.try", "n", strconv.Itoa(j.Tries), "most", strconv.Itoa(j.Most))
	}
	if j.Why != "" {
		row.Came = append(row.Came, p.Say("jobs.why."+j.Why))
		if j.Said != "" {
			row.Came = append(row.Came, j.Said)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(j.Answer)) {
		row.Came = append(row.Came, p.Say("jobs.came_line", "name", p.Say("jobs.answer."+k), "value", j.Answer[k]))
	}
	return row
}

// postJob asks for a job, has one tried again, or gives one up.
func (s *site) postJob(v *visit) (then string, err error) {
	do := v.text("do")
	_, err = ask[caretaking.JobRow](v, operation.ManageJob, &caretaking.JobInput{Job: v.text("job"), Again: do == "again", GiveUp: do == "give_up"})
	return jobsPath, err
}
