package web

import (
	"errors"
	"math"
	"net/url"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/mining"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/workshop"
)

// partNames are the parameters that say which of the deals are looked at.
var partNames = []string{"class", "process", "owner", "from", "to", "segment"}

// whereIn reads the segment that is asked for.
func (v *visit) whereIn() []string {
	if s := cutTo(v.query.Get("segment"), 200); s != "" {
		return []string{s}
	}
	return nil
}

// partPairs are the parameters of the part that is looked at, to be carried along.
func (v *visit) partPairs() []string {
	var out []string
	for _, name := range partNames {
		if value := v.query.Get(name); value != "" {
			out = append(out, name, value)
		}
	}
	return out
}

// learnMenus are the menus of the learning page.
func (v *visit) learnMenus(out *learningView, splits []learning.Split, now learning.Part) {
	p := v.p
	out.Menus = v.partMenus(splits, now)
	period := partMenu{Name: p.Say("learning.period"), Field: "from", Nothing: p.Say("learning.period_all")}
	asked, known := v.query.Get("from"), false
	for _, years := range []int{1, 2} {
		day := v.day().Add(-365 * years).String()
		known = known || day == asked
		period.Options = append(period.Options, choice{Word: p.Say("learning.period_years", "n", years), Href: day, Here: day == asked})
	}
	if day, err := throughline.ParseDay(asked); err == nil && !known {
		period.Options = append(period.Options, choice{Word: p.Say("learning.period_since", "day", p.Day(day)), Href: asked, Here: true})
	}
	out.Menus = append(out.Menus, period)
	segments := partMenu{Name: p.Say("learning.segment"), Field: "segment", Nothing: p.Say("simulate.any")}
	for _, s := range splits {
		name, is := strings.CutPrefix(s.By, learning.BySegment)
		if !is {
			continue
		}
		for _, x := range s.All {
			value := name + "=" + x.Value
			segments.Options = append(segments.Options, choice{Word: p.Attribute(name) + ": " + v.partWord(s.By, x), Href: value, Here: value == v.query.Get("segment")})
		}
	}
	if len(segments.Options) > 0 {
		out.Menus = append(out.Menus, segments)
	}
	if len(v.partPairs()) > 0 {
		out.Whole = v.link(v.URL.Path)
	}
	if out.Mixed = v.mixed(splits, 2); out.Tab != "works" && len(out.Mixed) > 0 {
		out.Mixed = out.Mixed[:1]
	}
}

// try is the way to try a change, on the part that is looked at.
func (v *visit) try(word string, pairs ...string) choice {
	for i, name := range partNames {
		if value := v.query.Get(name); value != "" && i < 3 {
			pairs = append(pairs, name, value)
		}
	}
	return choice{Word: v.p.Say(word), Href: v.link("/studio/simulate", pairs...)}
}

// tryEarlier offers to try contracting that begins earlier: up to the days by which
// it went faster so, or up to half of what it takes where it did not.
func (v *visit) tryEarlier(out *learningView, h *mining.Handover) {
	gain := 0.0
	if h.Early.Days.N >= 5 && h.Late.Days.N >= 5 {
		gain = math.Round(h.Late.Days.Median - h.Early.Days.Median)
	}
	if gain < 1 {
		gain = math.Round(h.Days.Median / 2)
	}
	if gain >= 1 {
		out.HandTry = v.try("learning.try_contracting", "what", "days", "question", "order", "low", "0", "high", figureOf(gain))
	}
}

// tryQuestion offers to try that the question after an answer takes less time.
func (v *visit) tryQuestion(after string) choice {
	ph, ok := throughline.ParsePhase(after)
	switch {
	case !ok || ph > throughline.Commit:
		return choice{}
	case ph == throughline.Commit:
		return v.try("learning.try_question", "what", "time", "question", "order", "low", "10", "high", "30")
	}
	return v.try("learning.try_question", "what", "time", "question", (ph + 1).String(), "low", "10", "high", "30")
}

// cutOf is the form that begins a draft without a milestone.
func (v *visit) cutOf(name string) *cutMilestone {
	if v.desk.Book == nil {
		return nil
	}
	for _, pr := range v.desk.Book.Processes {
		for _, m := range pr.Milestones {
			if m.Addr.Last() == name {
				return &cutMilestone{Process: pr.ID, Milestone: m.ID}
			}
		}
	}
	return nil
}

// cutMilestone is a milestone that may be cut in a draft.
type cutMilestone struct{ Process, Milestone string }

// cut takes a milestone out of a draft that was just begun. Where it is out
// already, the same form was sent twice.
func (v *visit) cut(id string) (string, error) {
	e := workshop.Edit{Do: workshop.DropMilestone, Process: v.text("process"), Milestone: v.text("milestone")}
	if _, err := ask[workshop.Edited](v, operation.EditDraft, &workshop.EditInput{ID: id, Edit: e}); err != nil {
		var r *throughline.Refusal
		if !errors.As(err, &r) || r.Code != "draft_absent" {
			return "", err
		}
	}
	return "/studio/" + id + "/road?process=" + url.QueryEscape(e.Process), nil
}
