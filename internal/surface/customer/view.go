package customer

import (
	_ "embed"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/plan"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/surface/kit"
	"github.com/throughline/throughline/internal/surface/timeline"
)

//go:embed plan.css
var own string

var (
	face      = kit.TypefaceAt(sharing.PlanPath + "look/")
	style     = face.CSS + kit.Tokens + own + timeline.CSS
	stylePath = sharing.PlanPath + "look/plan." + kit.Hash(style) + ".css"
)

// languages are what the page offers, each by its own name.
var languages = []struct{ code, name string }{{"en", "English"}, {"zh", "中文"}}

type frame struct {
	P     *phrase.Phrase
	Lang  string
	Title string
	Style string
}

type link struct{ Word, Href, Lang string }

// view is the plan in words.
type view struct {
	frame
	Base      string // the page's address; empty: nothing can be written here
	Query     string // what every address carries on
	Others    []link
	Name      string
	Outcomes  []outcomeView
	Goal      string // the day that matters, and how it stands
	GoalLate  bool
	Lead      *questionView // what happens if it is not done
	Questions []questionView
	Open      int // questions that nobody has answered
	Sections  []sectionView
	Count     int
	Few, Many string
	Matters   []string // the few that matter
	Large     string
	Down      string
	Comments  []commentView
	Me        string
	Function  string
	Private   bool
	Elsewhere bool
	Cautions  []string // what a code that the supplier passed on does not prove; and that a colleague's key counts
	New       stepView // a step that was not kept, as it was typed
	Until     string
	Checklist []string
	Once      func() string
	Alert     string
	Said      string
	Link      string // of a colleague, shown once
	For       string
	Today     string
}

type outcomeView struct{ Ref, Measure, From, To, Actual, When string }

type questionView struct {
	Aspect, Ask, Answer, Teach, Sample string
	Text, Day                          string // as a form shows them
	Known, Unknown, Dated, Theirs      bool
	Understood                         bool // nobody of theirs said so
	Confirms                           string
}

type sectionView struct {
	ID, Name, Means string
	Steps           []stepView
}

type stepView struct {
	Ref, Text, Who, Owner, When, Begin, Rule string
	Serves                                   string
	Due, Takes, Days                         string
	Mark                                     string
	Done, Open, Late, Ours, Proposed         bool
	Private, Critical, Understood, Typed     bool
	Confirms                                 string
	Comments                                 []commentView
}

type commentView struct{ Who, When, Text string }

// notice is what the page says of the last writing.
type notice struct{ say, link, who string }

// saids are the sentences that a writing may ask the page to say.
var saids = []string{"kept", "private", "own", "named", "invited"}

func (v *view) tell(n notice) {
	said := slices.Contains(saids, n.say)
	switch n.say {
	case "invited":
		said = n.link != ""
	case "private", "own": // true of an address that reads what is kept, and of no other
		said = v.Private
	}
	if said {
		v.Said = v.P.Say("plan.said_" + n.say)
	}
	v.Link, v.For = n.link, n.who
}

func viewOf(page sharing.GuestPage, p *phrase.Phrase, lang, base string, zone *time.Location, once func() string) view {
	x := page.Plan
	out := view{
		frame:     frame{P: p, Lang: lang, Style: stylePath, Title: p.Say("plan.title")},
		Base:      base,
		Name:      x.Name,
		Me:        page.Me,
		Function:  page.Function,
		Private:   page.Private,
		Elsewhere: page.Elsewhere,
		Once:      once,
		Count:     len(x.Steps),
		Today:     x.Today.String(),
	}
	if !page.Expires.IsZero() {
		out.Until = p.Say("plan.until", "day", p.Day(page.Expires), "zone", zoneOf(zone, page.Expires))
	}
	if page.Apart {
		out.Cautions = append(out.Cautions, p.Say("plan.apart"))
	}
	if page.ByHand {
		out.Cautions = append(out.Cautions, p.Say("plan.by_hand"))
	}
	if page.KeyByHand && (page.Private || page.Elsewhere) {
		out.Cautions = append(out.Cautions, p.Say("plan.key_by_hand"))
	}
	for _, l := range languages {
		if l.code != lang {
			out.Others = append(out.Others, link{l.name, base + "?lang=" + l.code, l.code})
		}
	}
	out.Query = "?lang=" + lang
	for _, o := range x.Outcomes {
		out.Outcomes = append(out.Outcomes, outcomeView{Ref: o.Ref, Measure: o.Measure, From: o.Baseline, To: o.Target, Actual: o.Actual,
			When: measuredWhen(o, p)})
	}
	if !x.Goal.IsZero() {
		out.Goal = p.Say("plan.goal_by", "day", p.Day(x.Goal))
		if !x.End.IsZero() {
			late := x.End.Sub(x.Goal)
			out.GoalLate = late > 0
			key := "plan.goal_holds"
			switch {
			case out.GoalLate:
				key = "plan.goal_late"
			case late == 0:
				key = "plan.goal_exact"
			}
			out.Goal += " " + p.Say(key, "day", p.Day(x.End), "span", p.Days(max(late, -late)))
		}
	}
	for _, q := range x.Questions {
		v := questionOf(q, p)
		if q.Aspect == deal.Consequence {
			out.Lead = &v
			continue
		}
		if !q.Known || q.Unknown {
			out.Open++
		}
		out.Questions = append(out.Questions, v)
	}
	for _, s := range plan.Sections() {
		steps := x.In(s)
		if len(steps) == 0 {
			continue
		}
		sec := sectionView{ID: string(s), Name: p.Say("plan.section_" + string(s)), Means: p.Say("plan.means_" + string(s))}
		for _, step := range steps {
			sec.Steps = append(sec.Steps, stepOf(step, page, p))
		}
		out.Sections = append(out.Sections, sec)
	}
	open := 0
	for _, s := range x.Steps {
		if s.Open() {
			open++
		}
		if s.Critical && s.Slips > 0 {
			out.Matters = append(out.Matters, p.Say("plan.slips", "step", s.Text, "span", p.Days(s.Slips)))
		}
	}
	switch {
	case len(x.Steps) > plan.Most:
		out.Many = p.Say("plan.many", "n", len(x.Steps), "most", plan.Most)
	case len(x.Steps) < plan.Fewest:
		out.Few = p.Say("plan.few")
	}
	out.Comments = commentsOf(x.Comments, page, p, x.Today)
	for _, i := range checklist {
		out.Checklist = append(out.Checklist, p.Say("issue."+i))
	}
	if open > 0 {
		out.Large, out.Down = picture(x, p)
	}
	return out
}

// zoneOf names the zone in which days are counted, as somebody elsewhere knows it.
func zoneOf(zone *time.Location, d throughline.Day) string {
	c := d.Civil()
	_, offset := time.Date(c.Year(), c.Month(), c.Day(), 12, 0, 0, 0, zone).Zone()
	name := "UTC"
	if offset != 0 {
		name += time.Unix(0, 0).In(time.FixedZone("", offset)).Format("-07:00")
	}
	if s := zone.String(); strings.Contains(s, "/") {
		return s + ", " + name
	}
	return name
}

// checklist are the questions that others in their place had to settle, as
// their own list.
var checklist = []string{
	"B1",
	"B2",
	"B3",
	"B4",
	"B5",
	"B6",
	"B7",
	"B8",
	"B9",
	"B10",
	"B11",
	"B12",
	"B13",
	"B14",
	"B15",
	"B16",
	"B17",
	"B18",
	"B19",
	"B20",
	"B21",
	"B22",
}

func questionOf(q plan.Question, p *phrase.Phrase) questionView {
	v := questionView{
		Aspect:     string(q.Aspect),
		Ask:        p.Say("plan.ask_" + string(q.Aspect)),
		Teach:      p.Say("plan.teach_" + string(q.Aspect)),
		Sample:     p.Say("plan.sample_" + string(q.Aspect)),
		Known:      q.Known && !q.Unknown,
		Unknown:    q.Unknown,
		Dated:      q.Aspect.Dated(),
		Theirs:     q.Theirs,
		Understood: q.Understood,
		Text:       q.Text,
	}
	if !q.Day.IsZero() {
		v.Day = q.Day.String()
	}
	switch {
	case q.Unknown:
		v.Answer = p.Say("plan.unknown")
	case !q.Known:
		v.Answer = p.Say("plan.unanswered")
	case q.Day.IsZero():
		v.Answer = q.Text
	case q.Text == "":
		v.Answer = p.Day(q.Day)
	default:
		v.Answer = p.Say("plan.dated", "text", q.Text, "day", p.Day(q.Day))
	}
	if q.Confirms > 1 {
		v.Confirms = p.Say("plan.confirmed", "n", q.Confirms)
	}
	return v
}

func stepOf(s plan.Step, page sharing.GuestPage, p *phrase.Phrase) stepView {
	today := page.Plan.Today
	v := stepView{
		Ref:        s.Ref,
		Text:       phrase.Initial(s.Text),
		Who:        p.Plan().Whose(s),
		Owner:      s.Owner,
		When:       p.PlanWhen(s, today),
		Rule:       s.Rule,
		Serves:     s.Serves,
		Done:       s.State == throughline.StepDone,
		Open:       s.Open(),
		Late:       s.Late(today) > 0,
		Ours:       s.Side == deal.Us,
		Proposed:   s.Proposed && s.Open(),
		Private:    s.Private,
		Understood: s.Understood,
		Critical:   s.Critical,
		Mark:       markOf(s.State),
	}
	if s.Side == deal.Us && s.Owner != "" {
		v.Who = p.Say("plan.at_supplier", "who", s.Owner)
	}
	if !s.Due.IsZero() {
		v.Due = s.Due.String()
	}
	if s.Open() && !s.Begin.IsZero() && s.State == throughline.StepNotBegun && !v.Late {
		key := "plan.begin"
		if s.Begin.Sub(today) < 0 {
			key = "plan.begin_past"
		}
		v.Begin = p.Say(key, "day", p.DayNear(s.Begin, today))
	}
	if s.Days.Middle > 0 && s.Open() {
		key := "plan.takes"
		if s.Typical {
			key = "plan.takes_typical"
		}
		v.Takes = p.Say(key, "span", p.Days(s.Days.Middle))
	}
	if s.Confirms > 1 {
		v.Confirms = p.Say("plan.confirmed", "n", s.Confirms)
	}
	v.Comments = commentsOf(s.Comments, page, p, today)
	return v
}

func markOf(s throughline.StepState) string {
	switch s {
	case throughline.StepDone:
		return "done"
	case throughline.StepBegun:
		return "begun"
	case throughline.StepNotNeeded:
		return "off"
	}
	return "open"
}

func commentsOf(list []plan.Comment, page sharing.GuestPage, p *phrase.Phrase, today throughline.Day) []commentView {
	var out []commentView
	for _, c := range list {
		v := commentView{Text: c.Text, When: p.DayNear(c.On, today), Who: p.Say("plan.somebody")}
		switch {
		case !c.Person.IsZero():
			v.Who = p.Who(page.Names, c.Person)
		case c.By == deal.Us:
			v.Who = p.Say("plan.supplier")
		}
		out = append(out, v)
	}
	return out
}

// mostDrawn is how many steps the picture holds.
const mostDrawn = 20

// picture draws the open steps along the calendar.
func picture(x plan.Plan, p *phrase.Phrase) (large, down string) {
	words := p.PlanPicture(x.Goal)
	t := timeline.Timeline{
		ID:        "plan",
		Title:     words.Title,
		Today:     x.Today,
		TodayName: words.Today,
		Goal:      x.Goal,
		GoalName:  words.Goal,
		Typical:   words.Typical,
		Legend:    timeline.Legend(words.Legend),
	}
	for _, s := range x.Steps {
		if !s.Open() || len(t.Steps) == mostDrawn {
			continue
		}
		row := timeline.Step{
			Name:  phrase.Initial(short(s.Text)),
			Label: s.Text + ": " + p.PlanWhen(s, x.Today),
			Href:  "#s-" + s.Ref,
			State: s.State,
			Late:  s.Late(x.Today) > 0,
			Due:   s.Due,
			From:  s.Start,
			Until: s.End,
			Best:  s.Days.Best,
			Mid:   s.Days.Middle,
			Worst: s.Days.Worst,
		}
		if s.State == throughline.StepBegun {
			row.Began = s.Since
		}
		if s.Critical && !row.Late {
			row.Say = p.Say("plan.begin", "day", p.DayNear(s.Begin, x.Today))
		}
		t.Steps = append(t.Steps, row)
	}
	from, to := t.Span()
	for _, d := range timeline.Firsts(from, to) {
		t.Ticks = append(t.Ticks, timeline.Tick{Day: d, Name: p.Tick(d, x.Today)})
	}
	return t.Large(), t.Down()
}

// short keeps a row of the picture to one line.
func short(s string) string {
	const most = 34
	runes := []rune(s)
	n := 0
	for i, r := range runes {
		n++
		if r > 0x2E80 {
			n++
		}
		if n > most {
			return string(runes[:i]) + "…"
		}
	}
	return s
}

func refused(lang, why string) refusedView {
	p := phrase.For(lang)
	return refusedView{
		frame{P: p, Lang: lang, Style: stylePath, Title: p.Say("plan." + why + "_heading")},
		p.Say("plan." + why + "_heading"),
		p.Say("plan." + why),
	}
}

type refusedView struct {
	frame
	Heading, Text string
}

// Preview is the plan as the customer sees it, with nothing to write in.
func Preview(page sharing.GuestPage, lang string) templ.Component {
	return planPage(viewOf(page, phrase.For(lang), lang, "", time.UTC, func() string { return "" }))
}
