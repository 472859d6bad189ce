package sharing

import (
	"context"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/precedent"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
)

// A plan may begin from a shipped market or from won deals like this one: their
// steps are proposed first, and how long they take. Of other customers nothing
// is taken but which steps of our own process they took and the median of days.

// FromWon is the beginning from won deals like this one; others are a market's id.
const FromWon = "won"

// firstDraft is what a plan begins with beside what is known and usual.
type firstDraft struct {
	steps []deal.StepStated
	days  map[throughline.Address]int // of steps that are usual anyway
}

// Precedents gives up to three won deals that are most like one, as they are
// known, and the steps that they took.
func (d *Desk) Precedents(ctx context.Context, of showing.DealRow) ([]deal.Deal, []precedent.Step, error) {
	alike, err := showing.AlikeOf(ctx, d.showing(), desk.View{}, of)
	if err != nil {
		return nil, nil, err
	}
	var deals []deal.Deal
	for _, a := range alike {
		deals = append(deals, a.Deal)
	}
	return deals, precedent.Steps(deals), nil
}

// draftOf gives what a plan begins with, by the word for it; "" is nothing.
func (d *Desk) draftOf(ctx context.Context, op, word, id string) (firstDraft, error) {
	out := firstDraft{days: map[throughline.Address]int{}}
	switch word = strings.TrimSpace(word); word {
	case "":
		return out, nil
	case FromWon:
		page, err := showing.ShowDeal(ctx, d.showing(), showing.DealInput{ID: id})
		if err != nil {
			return out, err
		}
		_, steps, err := d.Precedents(ctx, page.DealRow)
		if err != nil {
			return out, err
		}
		if len(steps) == 0 {
			return out, throughline.Fail(op, throughline.Invalid, id, throughline.Refuse("plan_no_won", "no won deal is like this one yet, or none of them tells its steps"))
		}
		out.follow(d.BookOf(&page.Deal.Summary), steps, &page.Deal.Summary, d.Language)
		return out, nil
	}
	markets := compile.Presets()
	i := slices.IndexFunc(markets, func(p playbook.Preset) bool { return p.ID == word })
	if i < 0 {
		return out, throughline.Fail(op, throughline.NotFound, desk.Short(word), throughline.Refuse("plan_from", "a plan begins from won deals like this one (won), or from a market: %s", "markets", strings.Join(presetIDs(markets), ", ")))
	}
	for _, m := range markets[i].Milestones {
		out.milestone(m, d.Language, 0)
	}
	for step, days := range markets[i].Days {
		if s, err := throughline.ParseAddress(string(throughline.Contracting) + "/" + step); err == nil && days.Middle > 0 {
			out.days[s] = days.Middle
		}
	}
	return out, nil
}

func presetIDs(list []playbook.Preset) (ids []string) {
	for _, p := range list {
		ids = append(ids, p.ID)
	}
	return ids
}

// follow takes over the steps of won deals that the deal's playbook has and that
// are still to come.
func (f *firstDraft) follow(book *playbook.Playbook, steps []precedent.Step, here *deal.Summary, language string) {
	for _, s := range steps {
		if _, track := s.Step.Step(); track {
			if s.Days > 0 {
				f.days[s.Step] = s.Days
			}
			continue
		}
		if m, ok := book.Milestone(s.Step); ok && !here.Milestones[s.Step].Set() {
			f.milestone(m, language, max(0, s.Days))
		}
	}
}

// milestone proposes what a milestone of ours says, asked as a question: to the
// customer it has not happened yet. Use and result are proposed anyway, in plain words.
func (f *firstDraft) milestone(m playbook.Milestone, language string, days int) {
	text := strings.TrimRight(m.Name.Text.In(language), ".。 ")
	if text == "" || m.Serves >= throughline.Adopt || phrase.Match(language) != "en" && m.Name.Text[phrase.Match(language)] == "" {
		return
	}
	asked := phrase.For(language).PlanAsked(text)
	if asked == "" { // words of ours
		return
	}
	b := deal.StepStated{Text: asked, Label: recording.AboutOf(text), By: deal.Customer, Days: days}
	if b.Label == deal.BuyingStep {
		b.About = answers(text)
	}
	f.steps = append(f.steps, b)
}

// proposeFirst puts the first steps of a draft onto the plan, as ours to propose; what
// is there in the same words is left.
func proposeFirst(o *recording.Writer, f firstDraft) {
	there := map[string]bool{}
	for _, s := range o.StatedSteps() {
		there[desk.Loosely(s.Text)] = true
	}
	for _, b := range f.steps {
		if there[desk.Loosely(b.Text)] || len(there) >= recording.MostStated {
			continue
		}
		there[desk.Loosely(b.Text)] = true
		o.Add(recording.Entry{Grade: throughline.E0, Body: b})
	}
}

// Beginning is what a plan may begin from.
type Beginning struct{ Word, Name string }

// Markets lists the shipped markets that a plan may begin from.
func Markets(language string) (out []Beginning) {
	for _, m := range compile.Presets() {
		out = append(out, Beginning{m.ID, m.Name.Text.In(language)})
	}
	return out
}
