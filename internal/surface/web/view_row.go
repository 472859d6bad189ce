package web

import (
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/surface/chart"
	"github.com/throughline/throughline/internal/surface/road"
)

// rowView is one deal in a list, in words.
type rowView struct {
	ID      string
	Href    string
	Heading string
	Account string
	Amount  string
	Owner   string
	Road    string // SVG
	Where   string // where the customer is
	Gap     string
	Far     bool // the gap is one to mind
	Silence string
	Silent  bool
	Ended   string   // how and when it ended, where it has
	EndWhy  string   // and why
	Why     []choice // reasons, heaviest first
	More    string   // "and two more reasons"

	Bet      *betView      // the bet whose date has come, to be answered here
	Promises []promiseView // of theirs, whose day has come
	Question string        // what somebody asked
	Wakes    string        // where a deal that was put off is taken up again
}

// heading is what a deal is called on a page: the title, else whose it is,
// else the source's id.
func heading(p *phrase.Phrase, r showing.DealRow) string {
	for _, s := range []string{r.Title, r.Account, r.Foreign} {
		if s = strings.TrimSpace(s); s != "" {
			return s
		}
	}
	return p.Say("deal.untitled")
}

const mostReasons = 3

func (v *visit) row(r showing.DealRow) rowView {
	p := v.p
	out := rowView{
		ID: r.ID.String(), Href: v.link("/deals/" + r.ID.String()), Heading: heading(p, r), Account: r.Account,
		Amount: p.Money(r.Amount), Owner: r.Owner, Silent: r.Silent,
		Silence: p.Silence(r.Reading.Silence),
		Road:    v.road(r, "r-"+r.ID.String(), nil).Line(),
	}
	if out.Account == out.Heading {
		out.Account = ""
	}
	if r.Outcome == "open" && (r.FromCustomer || len(r.Reading.Reasons) == 0) {
		out.Where = p.Where(v.desk.Book, r.Reading) // else the reasons say that nothing is known
	}
	if r.FromCustomer && r.Reading.FirmGap != nil {
		out.Gap, out.Far = p.Gap(r.Reading), *r.Reading.FirmGap != 0
	}
	out.Ended, out.EndWhy = r.End, r.EndWhy
	for i, y := range r.Reading.Reasons {
		if i == mostReasons {
			out.More = p.Say("today.more_reasons", "n", len(r.Reading.Reasons)-i)
			break
		}
		why := choice{Word: phrase.Initial(r.Why[i])}
		if y.Code == alignment.ClassAsked {
			why.Href = v.link("/deals/" + r.ID.String() + "/class")
		}
		out.Why = append(out.Why, why)
	}
	return out
}

// road makes the picture of a reading. targets gives where marks lead; without
// it only what one line in a list shows is filled in.
func (v *visit) road(row showing.DealRow, id string, targets func(throughline.Address) string) road.Road {
	p, book, r := v.p, v.desk.Book, row.Reading
	to := func(a throughline.Address) string {
		if targets == nil {
			return ""
		}
		return targets(a)
	}
	out := road.Road{
		ID: id, Theirs: p.Say("road.theirs"), Ours: p.Say("road.ours"), Purchase: p.Say("road.purchase"),
		Contracting: p.Say("road.contracting"), Change: p.Say("road.change"), Here: p.Say("road.here"),
		Frontier: r.Firm, Position: r.Ours.Phase, Gap: phrase.Initial(p.Gap(r)), Distance: distance(r),
	}
	over := r.Outcome != throughline.StillOpen
	if over { // it is history: nobody stands anywhere, and nothing grows old any more
		out.Gap, out.Distance = row.End, road.Over
	}
	if out.Title = roadTitle(p, book, r); over {
		out.Title = row.End
	}
	out.Stage = stageName(p, book, r)
	for _, ph := range r.Phases {
		name := p.Phase(book, ph.Phase)
		state := p.State(ph.State)
		switch {
		case !ph.Shown:
			state = p.Say("road.not_shown")
		case ph.Lapsed && over:
			ph.State, ph.Lapsed, state = throughline.Answered, false, p.State(throughline.Answered)
		case ph.Lapsed:
			state = p.Say("state.lapsed")
		}
		if ph.Phase == r.Firm && !over {
			state = p.Say("road.here_and", "here", out.Here, "state", state)
		}
		label, says := p.Say("road.mark", "name", name, "state", state), ""
		if q, ok := book.Question(ph.Phase); ok && targets != nil { // a newcomer reads what the name stands for
			says = q.Ask.Text.In(p.Code())
			label = p.Say("road.mark_asks", "name", name, "state", state, "ask", says)
		}
		out.Phases = append(out.Phases, road.Phase{Name: name, Says: says, Label: label,
			State: ph.State, Shown: ph.Shown, Aged: ph.Lapsed, Href: to(ph.Phase.Address())})
	}
	if targets == nil { // a list shows one line of marks
		return out
	}
	for _, m := range r.Milestones {
		name, state := p.Place(book, m.Address), p.Say("milestone.unmet")
		switch {
		case m.NotNeeded:
			state = p.Say("milestone.skipped")
		case m.Met:
			state = p.Say("milestone.met")
		}
		out.Milestones = append(out.Milestones, road.Milestone{Name: name, Label: p.Say("road.mark", "name", name, "state", state),
			Serves: m.Serves, Met: m.Met, NotNeeded: m.NotNeeded, Current: r.Ours.By == m.Address && !over, Href: to(m.Address)})
	}
	for _, s := range r.Tracks {
		name, state := p.Place(book, s.Address), p.StepState(s.State)
		step := road.Step{Name: name, Label: p.Say("road.mark", "name", name, "state", state), State: s.State, Href: to(s.Address)}
		if s.Step.Track == throughline.Contracting {
			out.K = append(out.K, step)
		} else {
			out.C = append(out.C, step)
		}
	}
	return out
}

func distance(r alignment.Reading) road.Distance {
	switch {
	case !r.FromCustomer || r.FirmGap == nil:
		return road.Untold
	case *r.FirmGap > 0:
		return road.Ahead
	case *r.FirmGap < 0:
		return road.Behind
	}
	return road.Level
}

// roadTitle says the whole picture in a sentence or two.
func roadTitle(p *phrase.Phrase, book *playbook.Playbook, r alignment.Reading) string {
	parts := []string{p.Where(book, r)}
	if r.Ours.Phase.Known() {
		parts = append(parts, p.Say("road.we_are", "phase", p.Phase(book, r.Ours.Phase)))
	}
	if r.FromCustomer && r.FirmGap != nil {
		parts = append(parts, p.Gap(r))
	}
	return strings.Join(parts, p.Say("list.semicolon"))
}

// stageName is the name of the stage or milestone by which we stand where we
// do, or the foreign word that matches nothing of ours.
func stageName(p *phrase.Phrase, book *playbook.Playbook, r alignment.Reading) string {
	switch {
	case r.Ours.By != "" && r.Ours.By.Milestone():
		return p.Say("road.milestone", "name", p.Place(book, r.Ours.By))
	case r.Ours.By != "":
		return p.Say("road.stage", "name", p.Place(book, r.Ours.By))
	}
	return r.Ours.Foreign
}

// endTone tells ends apart as the bar of ends does.
func endTone(o throughline.Outcome) string {
	switch o.Kind() {
	case throughline.EndWon:
		return "won"
	case throughline.EndLost:
		return "rival"
	case throughline.EndNoDecision:
		return "none"
	case throughline.EndNoChange:
		return "stay"
	}
	return "other"
}

// endsView is how deals ended, as one bar of five parts in one order.
type endsView struct {
	Total   int
	Parts   []endPart
	LeftOut []choice // what the bar leaves out, in words
	Title   string
}

// bar gives the parts as they are drawn.
func (e endsView) bar() []chart.Part {
	var out []chart.Part
	for _, x := range e.Parts {
		out = append(out, chart.Part{Kind: x.Kind, Share: x.Part})
	}
	return out
}

type endPart struct {
	Kind  string // won, rival, stay, none, open
	Word  string
	Count string
	Share string
	Part  float64 // of the bar, 0 to 1
	Href  string
	N     int
	Split []choice // the ends that make up the part, where there is more than one
}

// ends counts outcomes into the parts of the bar. What is in none of them
// (nobody wrote down to whom, we stepped back, put off) is said beside it.
func (v *visit) ends(t desk.Tally, owner string) endsView {
	p := v.p
	count := func(outcomes ...throughline.Outcome) int {
		n := 0
		for _, o := range outcomes {
			n += t.Outcomes[o.Word()]
		}
		return n
	}
	part := func(kind string, outcomes ...throughline.Outcome) endPart {
		e := endPart{Kind: kind, N: count(outcomes...)}
		for _, o := range outcomes {
			if n := count(o); n > 0 {
				e.Split = append(
					e.Split,
					choice{Word: p.Say("ends.part_"+o.Word(), "n", n), Href: v.link("/deals", "outcome", o.Word(), "owner", owner)},
				)
				e.Href = v.link("/deals", "outcome", o.Word(), "owner", owner)
			}
		}
		if len(e.Split) > 1 {
			e.Href = "" // each of them leads to its own deals
		} else {
			e.Split = nil
		}
		return e
	}
	out := endsView{}
	parts := []endPart{
		part("won", throughline.Won),
		part("rival", throughline.LostCompetitor, throughline.LostInhouse),
		part("stay", throughline.DecidedNoChange), // a decision, and a healthy one: never part of no decision
		part("none", throughline.NoDecision),
		part("open", throughline.StillOpen),
	}
	for _, e := range parts {
		out.Total += e.N
	}
	var said []string
	for _, e := range parts {
		e.Word, e.Count = p.Say("ends."+e.Kind), p.Number(e.N)
		if out.Total > 0 {
			share := float64(e.N) / float64(out.Total)
			e.Share, e.Part = p.Percent(share), share
		}
		said = append(said, p.Say("ends.said", "count", e.Count, "word", e.Word))
		out.Parts = append(out.Parts, e)
	}
	out.Title = p.List(said)
	for _, o := range []throughline.Outcome{throughline.LostUnknown, throughline.DisqualifiedByUs, throughline.Postponed, throughline.Removed} {
		if n := count(o); n > 0 {
			out.LeftOut = append(
				out.LeftOut,
				choice{Word: p.Say("ends.left_"+string(o), "n", n), Href: v.link("/deals", "outcome", string(o), "owner", owner)},
			)
		}
	}
	return out
}
