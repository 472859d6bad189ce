package buyingissue

import (
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/intake/spelling"
)

// Line is a stated step with what stands beside it in a pasted list.
type Line struct {
	Step
	Owner string          // who does it
	Ours  bool            // the list says that it is the supplier's
	Due   throughline.Day // the zero Day where the list names none
	Rule  string          // by which it counts as done
}

// ours are the words by which a customer's list means the supplier.
var ours = []string{"us", "we", "supplier", "the supplier", "vendor", "the vendor", "seller", "供应商", "供方", "乙方", "我们", "我方"}

// List reads steps a line each, with what stands behind the step set apart by a
// tab or an upright stroke: a day is by when, the first other words are who,
// what follows is the rule. A date that can be read in two ways is read as the
// other dates of the list are.
func (l *Lists) List(text string) []Line {
	var rows [][]string
	r, _ := l.Of("", []byte(text), throughline.NoPhase)
	var days spelling.DateColumn
	for _, s := range r.Steps {
		cells := strings.FieldsFunc(s.Text, func(c rune) bool { return c == '\t' || c == '|' || c == '｜' })
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
			if i > 0 && isDay(cells[i]) {
				days.Observe(cells[i])
			}
		}
		rows = append(rows, slices.DeleteFunc(cells, func(c string) bool { return c == "" }))
	}
	days.Settle(spelling.Unsaid, spelling.Unsaid, spelling.Zones{Days: time.UTC})
	out := []Line{}
	for i, cells := range rows {
		if len(cells) == 0 {
			continue
		}
		line := Line{Step: r.Steps[i]}
		line.Text = cells[0]
		if len(cells) > 1 { // who and when say nothing of what the step is about
			line.Kind, line.Issues = l.kind(cells[0])
		}
		for _, c := range cells[1:] {
			at, fault := days.Read(c)
			switch {
			case line.Due.IsZero() && isDay(c) && fault == spelling.DateFine && !at.IsZero():
				line.Due = throughline.DayOf(at, time.UTC)
			case line.Owner == "" && !line.Ours && slices.Contains(ours, strings.ToLower(c)):
				line.Ours = true
			case line.Owner == "":
				line.Owner = c
			case line.Rule == "":
				line.Rule = c
			default:
				line.Rule += "; " + c
			}
		}
		out = append(out, line)
	}
	return out
}

// kind labels one step by itself.
func (l *Lists) kind(text string) (Kind, []string) {
	scores := make([]Score, len(l.Issues))
	for i, s := range l.Issues {
		scores[i] = Score{Issue: s, Lines: []int{}}
	}
	s := l.label(text, scores, 1)
	return s.Kind, s.Issues
}

// KindOf says what one step is about, and which issues it speaks to.
func KindOf(text string) (Kind, []string) { return Default().kind(text) }

func isDay(s string) bool {
	_, is := spelling.IsDate(s)
	return is && strings.ContainsAny(s, "0123456789")
}
