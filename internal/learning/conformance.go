package learning

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/mining"
	"github.com/throughline/throughline/internal/playbook"
)

// ConformanceInput says against which road to hold the cases.
type ConformanceInput struct {
	HistoryInput
	Road    string   `name:"road" placeholder:"ACTIVITIES" json:"road,omitempty" query:"road" help:"The road as activities between commas."`
	Process string   `name:"process" placeholder:"ID" json:"process,omitempty" query:"process" help:"The playbook's process (default: the one without a rule)."`
	Ignore  []string `name:"ignore" sep:"none" placeholder:"ACTIVITY" json:"ignore,omitempty" query:"ignore" help:"An activity that says nothing about the road."`
	Limit   int      `name:"limit" short:"n" placeholder:"N" default:"10" query:"limit" json:"limit,omitempty" help:"How many ways to show."`
}

// ConformanceReport is the answer of MineConformance.
type ConformanceReport struct {
	Origin
	Process string `json:"process,omitempty"` // of deals, where the playbook has several: only those that follow it are held to its road
	*mining.Conformance
}

// MineConformance holds cases against a road.
func MineConformance(ctx context.Context, d *Learner, in ConformanceInput) (ConformanceReport, error) {
	const op = "compare with the road map"
	if desk.Outside(in.Limit) {
		return ConformanceReport{}, throughline.Fail(op, throughline.Invalid, "", desk.ErrLimit)
	}
	h, err := d.history(ctx, op, in.HistoryInput)
	if err != nil {
		return ConformanceReport{}, err
	}
	out := ConformanceReport{Origin: h.Origin, Conformance: &mining.Conformance{}}
	if h.log == nil {
		return out, nil
	}
	set := mining.ConformanceSettings{Ignore: in.Ignore, Limit: in.Limit}
	var road mining.Road
	if in.Road != "" {
		if road, err = parseRoad(in.Road, h.log); err != nil {
			return out, throughline.Fail(op, throughline.Invalid, "", err)
		}
	} else {
		pr, err := d.processNamed(in.Process)
		if err == nil {
			road, err = d.bookRoad(h.log, pr)
		}
		if err != nil {
			return out, throughline.Fail(op, throughline.Invalid, "", err)
		}
		if h.ledger && len(d.Book.Processes) > 1 { // a deal is held to its own road
			out.Process = pr.ID
			h.choose(h.along(pr.ID))
			out.Origin = h.Origin
		}
	}
	if len(in.Logs) == 0 {
		h.onRoadOnly(&set, road)
	} else if len(h.ends) == 0 { // nobody said how cases end: each is a whole one
		set.Whole = func(eventlog.End) bool { return true }
	}
	out.Conformance = toldRoad(mining.Conform(h.log, h.sel, h.end, road, set))
	return out, nil
}

// along gives the chosen deals that follow a process of ours; all of them where
// there is only one, or the cases are no deals.
func (h *history) along(process string) eventlog.Selection {
	follows := h.log.CaseColumn(ledgerProcess)
	if follows == nil || !h.ledger {
		return h.sel
	}
	return slices.DeleteFunc(slices.Clone(h.sel), func(c uint32) bool { return follows.Text(int(c)) != process })
}

// onRoadOnly makes a deal's stages, answers and pushes say nothing about the
// road, and what was marked as not needed be no fault.
func (h *history) onRoadOnly(set *mining.ConformanceSettings, road mining.Road) {
	kind := h.log.EventColumn(ledgerKind)
	marked := map[string]bool{}
	for e, a := range h.log.Activity() {
		if kind != nil && kind.Text(e) == "milestone" {
			marked[h.log.ActivityName(a)] = true
		}
	}
	for _, name := range h.log.Activities().All() {
		if !marked[name] {
			set.Ignore = append(set.Ignore, name)
		}
	}
	spared := h.log.CaseColumn(ledgerSpared)
	if spared == nil {
		return
	}
	set.NotNeeded = func(c uint32) []int {
		var out []int
		for _, id := range strings.Split(spared.Text(int(c)), ",") {
			if i := slices.IndexFunc(road, func(s mining.RoadElement) bool { return id != "" && slices.Contains(s.Activities, id) }); i >= 0 {
				out = append(out, i)
			}
		}
		return out
	}
}

// parseRoad reads --road.
func parseRoad(text string, l *eventlog.Log) (mining.Road, error) {
	rule, err := eventlog.ParseOutcomeRule("x="+text, throughline.Won) // the same commas and backslashes
	if err != nil {
		return nil, fmt.Errorf("--road names no activity")
	}
	var road mining.Road
	for _, word := range rule.Values {
		word = strings.TrimSpace(word)
		s := mining.RoadElement{Name: word}
		if _, ok := l.Activities().Find(word); !ok && word != "" {
			switch word[len(word)-1] {
			case '?':
				s.Optional = true
			case '+':
				s.Repeatable = true
			case '*':
				s.Optional, s.Repeatable = true, true
			}
			s.Name = strings.TrimRight(word, "?+*")
		}
		if _, ok := l.Activities().Find(s.Name); !ok {
			return nil, fmt.Errorf("--road: %w", diag.Unknown(s.Name, l.Activities().All()))
		}
		s.Activities = []string{s.Name}
		road = append(road, s)
	}
	return road, nil
}

// processNamed gives a process of the playbook, the one without a rule where
// none is named.
func (d *Learner) processNamed(id string) (playbook.Process, error) {
	if d.Book == nil || len(d.Book.Processes) == 0 {
		return playbook.Process{}, errors.New("the playbook has no process; --road names the activities of one")
	}
	if id == "" {
		pr, _ := d.Book.Choose(nil)
		return pr, nil
	}
	if pr, ok := d.Book.ProcessCalled(id); ok {
		return pr, nil
	}
	var ids []string
	for _, p := range d.Book.Processes {
		ids = append(ids, p.ID)
	}
	return playbook.Process{}, diag.Unknown(id, ids)
}

// bookRoad finds the playbook's road among the activities: its milestones, or
// else its stages.
func (d *Learner) bookRoad(l *eventlog.Log, p playbook.Process) (mining.Road, error) {
	found := func(names ...string) []string {
		var out []string
		for _, a := range l.Activities().All() {
			if slices.ContainsFunc(names, func(n string) bool { return n != "" && strings.EqualFold(strings.TrimSpace(a), n) }) {
				out = append(out, a)
			}
		}
		return out
	}
	var road mining.Road
	any := false
	for _, m := range p.Milestones {
		names := []string{m.ID, m.Addr.Last(), string(m.Addr)}
		for _, t := range []playbook.Text{m.Short.Text, m.Name.Text} {
			for _, s := range t {
				names = append(names, s)
			}
		}
		s := mining.RoadElement{
			Name:       milestoneName(m, d.Language),
			Activities: found(names...),
			Optional:   m.Optional,
			Later:      m.Serves >= throughline.Adopt,
		}
		any = any || len(s.Activities) > 0
		road = append(road, s)
	}
	if any {
		return road, nil
	}
	road = nil
	for _, st := range p.Stages {
		names := []string{st.ID, "stage " + st.ID, st.Name.Text.In("en"), st.Name.Text.In("zh")}
		for word, to := range d.Book.Mapping.Stages {
			if to.Stage == st.Addr {
				names = append(names, word)
			}
		}
		s := mining.RoadElement{
			Name:       st.Name.Text.In(d.Language),
			Activities: found(names...),
			Later:      st.Serves >= throughline.Adopt,
			Repeatable: true,
		}
		any = any || len(s.Activities) > 0
		road = append(road, s)
	}
	if !any {
		return nil, errors.New("none of the playbook's milestones and stages is an activity here; --road names the activities of a road")
	}
	return road, nil
}

func milestoneName(m playbook.Milestone, language string) string {
	for _, s := range []string{m.Short.Text.In(language), m.Name.Text.In(language), m.ID} {
		if s != "" {
			return s
		}
	}
	return m.Addr.Last()
}
