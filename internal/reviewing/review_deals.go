package reviewing

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/buyingissue"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/store"
)

// ReviewInput says whose deals to review.
type ReviewInput struct {
	desk.View
	Owner string `name:"owner" placeholder:"NAME" query:"owner" json:"owner,omitempty" help:"Only deals of this seller."`
}

// Review is the answer of ReviewDeals.
type Review struct {
	AsOf       throughline.Day `json:"as_of"`
	Owner      string          `json:"owner,omitempty"` // whose deals these are; else everybody's
	Open       int             `json:"open"`
	Told       int             `json:"told"`   // open deals of which something comes from the customer: without any there is nothing to compare with what we say
	Places     []Disagreement  `json:"places"` // at most two
	Questions  []QuestionLeft  `json:"questions"`
	Reopened   []Pattern       `json:"reopened"`           // by phase, over open deals
	Causes     []Pattern       `json:"causes"`             // of no decision, over a year
	LatePaper  Pattern         `json:"contracting_late"`   // choosing or decided, and the paper has not begun
	Reclassed  Pattern         `json:"reclassed"`          // a known class gave way to another, of the deals of the year with one (DOMAIN appendix B: wrong process picks)
	PickLimit  int             `json:"reclassed_limit"`    // per cent from which the playbook warns
	ClassAsked Pattern         `json:"class_asked"`        // something happened since the class was settled, and nobody has looked
	Overridden Pattern         `json:"process_picked"`     // open deals on a process that somebody picked by hand (DOMAIN claim 56)
	Unassigned Pattern         `json:"process_not_theirs"` // open deals on a process that their seller is not assigned (DOMAIN claim 57); of those whose seller is held to any
	NoDecision int             `json:"no_decision"`        // ends within the year, with or without a cause
	Ended      int             `json:"ended"`              // all ends within the year
}

// Disagreement is a deal in which what we say and what they have shown lie apart.
type Disagreement struct {
	showing.DealRow
	Says    []Clash                 `json:"says"`  // heaviest first
	Apart   int                     `json:"apart"` // orders, says nothing by itself
	Judged  forecasting.Categorised `json:"judged"`
	Suggest []string                `json:"suggest"` // buying issues worth a question, B1 to B22, nearest their question first
	Asked   []Left                  `json:"asked,omitempty"`
	Outlook *forecasting.Chances    `json:"outlook,omitempty"` // ours by the quarter's end, with its range
	Low     *forecasting.Chances    `json:"low,omitempty"`
	High    *forecasting.Chances    `json:"high,omitempty"`
	ByDay   throughline.Day         `json:"outlook_by,omitzero"`
}

// Clash is one way in which the two disagree: a code with its arguments.
type Clash struct {
	Code  ClashCode         `json:"code"`
	Word  string            `json:"word,omitempty"`  // the category
	Count int               `json:"count,omitempty"` // questions, days
	Phase throughline.Phase `json:"phase,omitempty"` // theirs
	Other throughline.Phase `json:"other,omitempty"` // ours
	Since throughline.Day   `json:"since,omitzero"`
}

// ClashCode names a way to disagree.
type ClashCode string

// The ways, heaviest first.
const (
	OnOurWord     ClashCode = "on_our_word"    // called Word, and nothing comes from the customer
	OpenQuestions ClashCode = "open_questions" // called Word, and Count questions up to Commit are open
	GoneQuiet     ClashCode = "gone_quiet"     // called Word, and they have not acted for Count days
	SoonAndOpen   ClashCode = "soon"           // an order is expected in Count days, and they are at Phase
	LongPast      ClashCode = "past"           // the date passed Count days ago
	FarAhead      ClashCode = "far_ahead"      // we act as if at Other, they are at Phase
	BetterThanWe  ClashCode = "further"        // they are further than anybody says
)

// Pattern is something that repeats, with the deals behind the number.
type Pattern struct {
	Phase throughline.Phase `json:"phase,omitempty"`
	Cause throughline.Cause `json:"cause,omitempty"`
	Count int               `json:"count"`
	Of    int               `json:"of,omitempty"` // out of how many
	Deals []showing.Named   `json:"deals"`        // at most a dozen, the newest first
}

// QuestionLeft is a question left for a deal.
type QuestionLeft struct {
	showing.Named
	Left
}

// Left is a question, who left it, and which version of the strategy answers it.
type Left struct {
	Text   string             `json:"text"`
	By     string             `json:"by,omitempty"`
	On     throughline.Day    `json:"on"`
	Answer int                `json:"answered_by_version,omitempty"`
	Fact   throughline.FactID `json:"fact"`
}

const (
	mostPlaces    = 2 // a review opens with two, not with forty (DOMAIN 9.3)
	mostQuestions = 8
	mostBehind    = 12
)

// ReviewDeals does the work of operation.ReviewDeals: where evidence and forecast disagree: the two places to talk about.
func ReviewDeals(ctx context.Context, d *Desk, in ReviewInput) (Review, error) {
	asOf := in.Instant(&d.Desk)
	today := throughline.DayOf(asOf, asOf.Location())
	o, err := d.Survey(ctx, asOf, true, func(s *deal.Summary) bool {
		return desk.OfTheYear(s, today, d.Days())
	})
	if err != nil {
		return Review{}, err
	}
	kept, err := showing.OwnedBy(ctx, d.showing(), in.Owner, o.Kept)
	if err != nil {
		return Review{}, err
	}
	out := Review{AsOf: today, Owner: in.Owner}
	if d.Book != nil {
		out.PickLimit = d.Book.Limits.WrongPicks
	}
	all := passed{reopened: map[throughline.Phase][]*deal.Summary{}, causes: map[throughline.Cause][]*deal.Summary{}}
	if all.assigned, err = d.Assignments(ctx); err != nil {
		return out, err
	}
	if all.same, err = d.Read().Merged(ctx); err != nil {
		return out, err
	}
	for _, s := range kept {
		if all.take(&out, s); s.Outcome() == throughline.StillOpen {
			r := alignment.Of(s, d.BookOf(s), o.Norms, asOf)
			all.takeOpen(&out, s, r)
			if len(all.heldOf(s, d.BookOf(s))) > 0 {
				all.held = append(all.held, s)
			}
			if says, apart := disagree(s, r, forecasting.CategoryOf(s, "", s.Horizon, d.Days()), today); apart > 0 {
				all.places = append(all.places, place{s, r, says, apart})
			}
		}
	}
	if err := all.takeAssigned(ctx, d, &out); err != nil {
		return out, err
	}
	all.tell(&out)
	if out.Places, err = d.disagreements(ctx, in, o.Norms, asOf, all.places); err != nil {
		return out, err
	}
	out.Questions, err = questionsLeft(ctx, d, asOf, all.asked)
	return out, err
}

// place is an open deal of which two say something else, and how far apart they are.
type place struct {
	s     *deal.Summary
	r     alignment.Reading
	says  []Clash
	apart int
}

// passed is what a review comes by while it passes over the deals.
type passed struct {
	reopened                                     map[throughline.Phase][]*deal.Summary
	causes                                       map[throughline.Cause][]*deal.Summary
	late, asked, reclassed, unlooked, overridden []*deal.Summary
	held, elsewhere                              []*deal.Summary // open ones whose sellers are assigned processes; of them, those on another
	places                                       []place
	assigned                                     desk.Assignments
	same                                         map[throughline.PersonID]store.Person
}

// take counts a deal, open or ended.
func (l *passed) take(out *Review, s *deal.Summary) {
	if s.Asked.Set() {
		l.asked = append(l.asked, s)
	}
	if desk.HasClass(s) {
		out.Reclassed.Of++
		if s.Reclassed() > 0 {
			l.reclassed = append(l.reclassed, s)
		}
	}
	switch s.Outcome() {
	case throughline.Removed:
	case throughline.StillOpen:
		out.Open++
	case throughline.NoDecision:
		out.Ended++
		out.NoDecision++
		l.causes[s.End.Value.Cause] = append(l.causes[s.End.Value.Cause], s)
	default:
		out.Ended++
	}
}

// takeOpen counts an open deal by how it reads.
func (l *passed) takeOpen(out *Review, s *deal.Summary, r alignment.Reading) {
	if s.Class.Set() {
		out.ClassAsked.Of++
	}
	out.Told += desk.Count(r.FromCustomer)
	if out.Overridden.Of++; r.Process.By == alignment.ByPick {
		l.overridden = append(l.overridden, s)
	}
	if r.Reclass != nil {
		l.unlooked = append(l.unlooked, s)
	}
	for _, p := range r.Phases {
		if p.Shown && p.State == throughline.Reopened {
			l.reopened[p.Phase] = append(l.reopened[p.Phase], s)
		}
	}
	if r.Decided || r.Firm >= throughline.Choose && r.Firm <= throughline.Commit {
		out.LatePaper.Of++
		if slices.ContainsFunc(r.Reasons, func(y alignment.Reason) bool { return y.Code == alignment.ContractingUnbegun }) {
			l.late = append(l.late, s)
		}
	}
}

// heldOf gives the processes that the seller of a deal is held to; none: to none.
func (l *passed) heldOf(s *deal.Summary, book *playbook.Playbook) []string {
	if len(l.assigned.Users) == 0 || s.Owner.Value.IsZero() {
		return nil
	}
	return l.assigned.Held(store.ToldAs(s.Owner.Value, l.same), book)
}

// takeAssigned counts the open deals whose sellers are assigned processes, by whether
// they are on one of those. Rules ask for attributes, which a pass over all deals
// does not read.
func (l *passed) takeAssigned(ctx context.Context, d *Desk, out *Review) error {
	ids := make([]throughline.DealID, len(l.held))
	for i, s := range l.held {
		ids[i] = s.Deal
	}
	whole, err := d.Read().SummariesOf(ctx, ids)
	known := map[throughline.DealID]map[string]deal.Latest[string]{}
	for _, s := range whole {
		known[s.Deal] = s.Attributes
	}
	for _, s := range l.held {
		own := *s
		own.Attributes = known[s.Deal]
		pr, _ := alignment.ProcessOf(&own, d.BookOf(s))
		if out.Unassigned.Of++; !slices.Contains(l.heldOf(s, d.BookOf(s)), pr.ID) {
			l.elsewhere = append(l.elsewhere, s)
		}
	}
	return err
}

// tell puts what was come by into the review, commonest first.
func (l *passed) tell(out *Review) {
	slices.SortFunc(l.places, func(a, b place) int {
		return cmp.Or(cmp.Compare(b.apart, a.apart), bytes.Compare(a.s.Deal[:], b.s.Deal[:]))
	})
	out.Reopened, out.Causes = []Pattern{}, []Pattern{}
	for _, p := range throughline.Phases() {
		if list := l.reopened[p]; len(list) > 0 {
			out.Reopened = append(out.Reopened, Pattern{Phase: p, Count: len(list), Of: out.Open, Deals: named(list)})
		}
	}
	for _, c := range append(throughline.Causes(), throughline.CauseUnknown) {
		if list := l.causes[c]; len(list) > 0 {
			out.Causes = append(out.Causes, Pattern{Cause: c, Count: len(list), Of: out.NoDecision, Deals: named(list)})
		}
	}
	for _, some := range [][]Pattern{out.Reopened, out.Causes} {
		slices.SortStableFunc(some, func(a, b Pattern) int { return cmp.Compare(b.Count, a.Count) })
	}
	for into, list := range map[*Pattern][]*deal.Summary{
		&out.LatePaper: l.late, &out.Reclassed: l.reclassed, &out.Overridden: l.overridden, &out.Unassigned: l.elsewhere, &out.ClassAsked: l.unlooked,
	} {
		into.Count, into.Deals = len(list), append([]showing.Named{}, named(list)...)
	}
}

// disagreements tells of the places that are furthest apart.
func (d *Desk) disagreements(ctx context.Context, in ReviewInput, norms alignment.Norms, asOf time.Time, places []place) ([]Disagreement, error) {
	out := []Disagreement{}
	var chosen []*deal.Summary
	for _, p := range places[:min(mostPlaces, len(places))] {
		chosen = append(chosen, p.s)
	}
	all, err := showing.Rows(ctx, d.showing(), norms, asOf, chosen)
	if err != nil {
		return out, err
	}
	for i, row := range all {
		p := places[i]
		x := Disagreement{
			DealRow: row,
			Says:    p.says,
			Apart:   p.apart,
			Judged:  forecasting.CategoryOf(p.s, "", p.s.Horizon, d.Days()),
			Suggest: suggest(p.r),
		}
		if x.Asked, err = leftFor(ctx, d, p.s.Deal, asOf); err != nil {
			return out, err
		}
		asking := forecasting.ForecastDealInput{View: in.View, ID: p.s.Deal.String()}
		if f, err := forecasting.OfDealKept(ctx, d.Forecaster(), asking); err == nil && f.Enough && len(f.Deal.By) > 0 {
			by := f.Deal.By[0]
			x.Outlook, x.Low, x.High, x.ByDay = &by.Said, &by.Low, &by.High, by.Day
		}
		out = append(out, x)
	}
	return out, nil
}

// questionsLeft gives what somebody else asked of these deals, newest first.
func questionsLeft(ctx context.Context, d *Desk, asOf time.Time, asked []*deal.Summary) ([]QuestionLeft, error) {
	out := []QuestionLeft{}
	slices.SortFunc(asked, func(a, b *deal.Summary) int {
		return cmp.Or(b.Asked.At.Compare(a.Asked.At), bytes.Compare(a.Deal[:], b.Deal[:]))
	})
	for _, s := range asked[:min(mostQuestions, len(asked))] {
		left, err := leftFor(ctx, d, s.Deal, asOf)
		if err != nil {
			return out, err
		}
		for _, l := range left {
			out = append(out, QuestionLeft{showing.Named{ID: s.Deal, Title: s.Title.Value}, l})
		}
	}
	slices.SortStableFunc(out, func(a, b QuestionLeft) int { return b.On.Compare(a.On) })
	return out[:min(mostQuestions, len(out))], nil
}

// openQuestions counts the questions up to the order that are shown and neither
// answered nor without need.
func openQuestions(r alignment.Reading) (open int) {
	for _, p := range r.Phases {
		settled := p.State == throughline.Answered || p.State == throughline.NotNeeded || p.Lapsed
		open += desk.Count(p.Shown && p.Phase <= throughline.Commit && !settled)
	}
	return open
}

// disagree weighs what we say against what they have shown. Amounts are no
// input: a small deal can teach as much as a large one.
func disagree(s *deal.Summary, r alignment.Reading, judged forecasting.Categorised, today throughline.Day) ([]Clash, int) {
	var says []Clash
	apart := 0
	add := func(weight int, c Clash) { says, apart = append(says, c), apart+weight }
	open := openQuestions(r)
	sure := judged.Word == string(deal.Commit) || judged.Word == string(deal.BestCase)
	weight := 1
	if judged.Word == string(deal.Commit) {
		weight = 2
	}
	switch {
	case sure && !r.FromCustomer:
		add(60*weight, Clash{Code: OnOurWord, Word: judged.Word})
	case sure && open >= 2:
		add((20+6*open)*weight, Clash{Code: OpenQuestions, Word: judged.Word, Count: open, Phase: r.Firm})
	}
	if sure && r.Silence.Silent {
		add(20*weight, Clash{Code: GoneQuiet, Word: judged.Word, Count: r.Silence.Days})
	}
	if date := s.CloseDate(); !date.IsZero() && !r.Decided {
		switch left := date.Sub(today); {
		case left < 0:
			add(12+min(-left/10, 20), Clash{Code: LongPast, Count: -left, Since: date})
		case left <= 45 && open >= 2:
			add(10+6*open, Clash{Code: SoonAndOpen, Count: left, Phase: r.Firm, Since: date})
		}
	}
	if r.FirmGap != nil && *r.FirmGap >= 2 {
		add(12**r.FirmGap, Clash{Code: FarAhead, Count: *r.FirmGap, Phase: r.Firm, Other: r.Ours.Phase})
	}
	if r.FirmGap != nil && *r.FirmGap <= -2 || r.Decided && judged.Word != "" && !sure {
		add(14, Clash{Code: BetterThanWe, Phase: r.Firm, Other: r.Ours.Phase})
	}
	return says, apart
}

// suggest names three buying issues to ask about, those of the question they
// are at first, then of the next ones.
func suggest(r alignment.Reading) []string {
	at := r.Firm
	if !at.Known() {
		at = throughline.Own
	}
	return issuesFrom(at, 3)
}

// issuesFrom gives the first issues of a question and of those after it.
func issuesFrom(at throughline.Phase, most int) []string {
	all := slices.Clone(buyingissue.Default().Issues)
	distance := func(p throughline.Phase) int {
		if p < at {
			return 20 + int(at-p)
		}
		return int(p - at)
	}
	slices.SortStableFunc(all, func(a, b buyingissue.Issue) int {
		return cmp.Or(cmp.Compare(distance(a.Phase), distance(b.Phase)), cmp.Compare(b.Weight, a.Weight))
	})
	var out []string
	for _, x := range all[:min(most, len(all))] {
		out = append(out, x.ID)
	}
	return out
}

func named(list []*deal.Summary) []showing.Named {
	slices.SortFunc(list, func(a, b *deal.Summary) int {
		return cmp.Or(b.Horizon.Compare(a.Horizon), bytes.Compare(a.Deal[:], b.Deal[:]))
	})
	out := []showing.Named{}
	for _, s := range list[:min(mostBehind, len(list))] {
		out = append(out, showing.Named{ID: s.Deal, Title: s.Title.Value})
	}
	return out
}

// leftFor reads the questions left for one deal.
func leftFor(ctx context.Context, d *Desk, id throughline.DealID, asOf time.Time) ([]Left, error) {
	facts, err := d.Read().Facts(ctx, id)
	if err != nil {
		return nil, err
	}
	folded, ok := deal.Fold(facts, asOf)
	if !ok {
		return nil, nil
	}
	people, err := d.Read().People(ctx, desk.PeopleIn(folded))
	if err != nil {
		return nil, err
	}
	n := phrase.Names{
		Book:   d.BookOf(&folded.Summary),
		Today:  throughline.DayOf(asOf, asOf.Location()),
		Person: func(id throughline.PersonID) string { return people[id].Name },
	}
	var out []Left
	for _, q := range folded.Questions() {
		out = append(
			out,
			Left{
				Text:   phrase.For(d.Language).Text(n, q.Text),
				By:     people[q.Fact.Author()].Name,
				On:     throughline.DayOf(q.Fact.When(), d.Days()),
				Answer: q.Answer,
				Fact:   q.ID,
			},
		)
	}
	return out, nil
}

// ReviewHeading says what the review comes to, and what that means: nothing can
// be told where nothing is open, or nothing of what is open comes from a customer.
func ReviewHeading(p *phrase.Phrase, r Review, owner string) (heading, means string) {
	switch {
	case len(r.Places) > 0:
		return p.Say("manage.places", "n", len(r.Places)), ""
	case r.Open == 0 && owner != "":
		return p.Say("manage.nobody", "who", owner), p.Say("manage.nobody_means")
	case r.Open == 0:
		return p.Say("manage.nothing_open"), p.Say("manage.nothing_open_means")
	case r.Told == 0:
		return p.Say("manage.untold"), p.Say("manage.untold_means", "n", r.Open)
	case r.Told < r.Open:
		return p.Say("manage.calm_part"), p.Say("manage.calm_part_means", "n", r.Told, "of", p.Number(r.Open))
	}
	return p.Say("manage.calm"), p.Say("manage.calm_means")
}
