package blend

import (
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/playbook"
)

// after is what a step waits for (docs/methods/contracting-dates.md). Checks
// (k3) and supplier set-up (k6) run beside the paper; everything else waits in
// line.
var after = map[throughline.Track]map[int][]int{
	throughline.Contracting: {2: {1}, 3: {1}, 4: {2}, 5: {3, 4}, 6: {1}, 7: {5}, 8: {6, 7}},
	throughline.Change:      {2: {1}, 3: {2}, 4: {3}, 5: {4}, 6: {5}},
}

// After gives what a step of a track waits for.
func After(s throughline.Step) (out []throughline.Step) {
	for _, n := range after[s.Track][s.Number] {
		out = append(out, throughline.Step{Track: s.Track, Number: n})
	}
	return out
}

// ready is the step that has to be done by the day that matters: the order is
// live; people are prepared, which is what "ready" means, so that preparing
// them comes before that day. What comes after it is counted forward.
var ready = map[throughline.Track]int{throughline.Contracting: 8, throughline.Change: 4}

// StepDates is when one step of a track should happen.
type StepDates struct {
	Step     throughline.Step      `json:"-"`
	Address  throughline.Address   `json:"address"`
	State    throughline.StepState `json:"state"`
	After    []throughline.Step    `json:"-"`                        // what it waits for
	Days     playbook.Spread       `json:"days"`                     // typical, check yours
	Began    throughline.Day       `json:"began,omitzero"`           // where it is under way
	Done     throughline.Day       `json:"done,omitzero"`            // where it is done
	Due      throughline.Day       `json:"due,omitzero"`             // as agreed
	Begin    throughline.Day       `json:"begin_by,omitzero"`        // latest start, by the middle case
	Cautious throughline.Day       `json:"cautious_begin,omitzero"`  // latest start, by the worst quarter of every step
	Finish   throughline.Day       `json:"finish_by,omitzero"`       // latest end
	Start    throughline.Day       `json:"expected_begin,omitzero"`  // if everything possible began today, by the middle case
	End      throughline.Day       `json:"expected_finish,omitzero"` // and its end
	Late     int                   `json:"late,omitempty"`           // days by which the due day, or the latest start, has passed
	Critical bool                  `json:"critical,omitempty"`       // a day lost here is a day lost at the end
}

// Overdue reports whether a day that was agreed has passed.
func (s StepDates) Overdue(today throughline.Day) bool {
	return s.open() && !s.Due.IsZero() && s.Due.Sub(today) < 0
}

func (s StepDates) open() bool {
	return s.State != throughline.StepDone && s.State != throughline.StepNotNeeded
}

// Dates (docs/methods/contracting-dates.md) counts the steps of a track backwards from the day that matters, the
// order's or, where none was told, the close date, and forwards from today.
// Without such a day nothing is counted backwards. Calendar days throughout; the
// durations are those of the process's preset, else the playbook's.
func Dates(book *playbook.Playbook, process playbook.Process, r alignment.Reading, track throughline.Track, live, today throughline.Day) []StepDates {
	var preset playbook.Preset
	if i := slices.IndexFunc(book.Presets, func(p playbook.Preset) bool { return p.ID == process.Preset }); i >= 0 {
		preset = book.Presets[i]
	}
	steps := track.Steps()
	out := make([]StepDates, len(steps))
	for i, st := range steps {
		s := StepDates{Step: st, Address: st.Address(), State: throughline.StepNotBegun}
		for _, t := range book.Tracks[track] {
			if t.Step == st {
				s.Days = t.Days
			}
		}
		if d, ok := preset.Days[st.String()]; ok {
			s.Days = d
		}
		for _, t := range r.Tracks {
			if t.Step == st {
				s.State, s.Due = t.State, t.Due
				switch day := throughline.DayOf(t.Since, r.Zone); t.State {
				case throughline.StepBegun:
					s.Began = day
				case throughline.StepDone:
					s.Done = day
				}
			}
		}
		for _, n := range after[track][st.Number] {
			s.After = append(s.After, throughline.Step{Track: track, Number: n})
		}
		out[i] = s
	}
	forward(out, today)
	if !live.IsZero() {
		backward(out, ready[track], live, today)
	}
	return out
}

// forward: a step can begin when what it waits for has ended, and not before
// today; one under way ends its middle case after it began, and not before today.
func forward(steps []StepDates, today throughline.Day) {
	for i := range steps {
		s := &steps[i]
		from := today
		for _, a := range s.After {
			if end := steps[a.Number-1].End; end.Sub(from) > 0 {
				from = end
			}
		}
		switch s.State {
		case throughline.StepDone:
			s.Start, s.End = s.Done, s.Done
		case throughline.StepNotNeeded:
			s.Start, s.End = from, from
		case throughline.StepBegun:
			s.Start, s.End = s.Began, latest(s.Began.Add(s.Days.Middle), today)
			if s.Began.IsZero() {
				s.Start, s.End = today, today.Add(s.Days.Middle)
			}
		default:
			s.Start, s.End = from, from.Add(s.Days.Middle)
		}
	}
}

func latest(a, b throughline.Day) throughline.Day {
	if b.Sub(a) > 0 {
		return b
	}
	return a
}

func earliest(a, b throughline.Day) throughline.Day {
	if a.IsZero() || !b.IsZero() && b.Sub(a) < 0 {
		return b
	}
	return a
}

// backward: a step has to end when the first of those that wait for it has to
// begin, or on its own due day if that is earlier, and to begin its middle case
// before. Steps after the one that has to be ready are counted forward from it.
func backward(steps []StepDates, ready int, live, today throughline.Day) {
	cautious := make([]throughline.Day, len(steps)) // the same with every step in its worst quarter
	for i := range steps {
		s := &steps[i]
		s.Begin, s.Cautious, s.Finish, s.Late, s.Critical = throughline.Day{}, throughline.Day{}, throughline.Day{}, 0, false
	}
	for i := ready - 1; i >= 0; i-- {
		s := &steps[i]
		var finish, careful throughline.Day
		if i == ready-1 {
			finish, careful = live, live
		}
		for k := i + 1; k < ready; k++ {
			if slices.Contains(steps[k].After, s.Step) {
				finish, careful = earliest(finish, steps[k].Begin), earliest(careful, cautious[k])
			}
		}
		if s.open() && !s.Due.IsZero() {
			finish, careful = earliest(finish, s.Due), earliest(careful, s.Due)
		}
		s.Finish = finish
		middle, worst := s.Days.Middle, max(s.Days.Worst, s.Days.Middle)
		if !s.open() {
			middle, worst = 0, 0
		}
		s.Begin, cautious[i] = finish.Add(-middle), careful.Add(-worst)
		s.Cautious = cautious[i]
	}
	for i := ready; i < len(steps); i++ {
		s := &steps[i]
		s.Begin = live
		for _, a := range s.After {
			if f := steps[a.Number-1].Finish; a.Number > ready {
				s.Begin = f
			}
		}
		s.Cautious, s.Finish = s.Begin, s.Begin.Add(s.Days.Middle)
	}
	for i := range steps {
		s := &steps[i]
		if !s.open() {
			continue
		}
		switch {
		case s.Overdue(today):
			s.Late = today.Sub(s.Due)
		case s.State == throughline.StepNotBegun && s.Step.Number <= ready:
			s.Late = max(0, today.Sub(s.Begin))
		}
		s.Critical = s.Step.Number <= ready && s.End.Sub(s.Finish) >= slack(steps[:ready])
	}
}

// slack is by how many days the last of the steps is expected too late, or,
// as a negative number, in time: a step whose own is no less decides the end.
func slack(steps []StepDates) int {
	worst, any := 0, false
	for _, s := range steps {
		if d := s.End.Sub(s.Finish); s.open() && (!any || d > worst) {
			worst, any = d, true
		}
	}
	return worst
}

// Expected is when the step that matters is expected to be done, if everything
// possible began today.
func Expected(dates []StepDates) throughline.Day {
	if len(dates) == 0 {
		return throughline.Day{}
	}
	return dates[ready[dates[0].Step.Track]-1].End
}

// Early lists the steps to begin now or soon so that the day that matters
// holds: not begun, waiting for nothing that is not under way or done, with a
// latest start no more than soon days away; the latest first to be missed first.
func Early(dates []StepDates, today throughline.Day, soon int) []StepDates {
	out := []StepDates{}
	for _, s := range dates {
		if s.State != throughline.StepNotBegun || s.Begin.IsZero() || s.Begin.Sub(today) > soon || s.Step.Number > ready[s.Step.Track] {
			continue
		}
		if !slices.ContainsFunc(s.After, func(a throughline.Step) bool { return dates[a.Number-1].State == throughline.StepNotBegun }) {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b StepDates) int { return a.Begin.Sub(b.Begin) })
	return out
}
