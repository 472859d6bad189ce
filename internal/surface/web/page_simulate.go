package web

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/surface/chart"
)

// simulateView asks for a change and says what it would do. What was asked is in
// the address, so that it can be sent to a colleague.
type simulateView struct {
	frame
	Form    simulateForm
	Why     string // what was asked cannot be
	Change  string
	Lead    string
	Luck    string
	Doubts  []string
	Ways    string // what to do where there is no answer
	Again   []choice
	Mixed   []mixedView
	Rows    []simulateRow
	Picture string
	Scale   string
	Hangs   []learnLine
	HangDo  string
	Told    string // whether today is reproduced
	Today   []simulateRow
	Learned []string
	Learn   string
	Running *runningView // it is being worked out
}

// runningView says how far something is.
type runningView struct{ Picture, Said, Again string }

// What simulations pages may keep going: as many at a time, and each for so long
// after somebody last looked.
const (
	mostTried = 16
	triedFor  = 20 * time.Second
)

// simulateForm is what stands in the form.
type simulateForm struct {
	What, Where, Ahead       []choice
	Low, High                string
	Touches, AtOnce          string
	Since                    string
	Most                     string
	Parts                    []partMenu
	PartOpen                 bool
	LowName, HighName, Named string
}

// partMenu asks for a part of the deals.
type partMenu struct {
	Name, Field, Nothing string
	Options              []choice
}

// simulateRow is a result in words, with its picture.
type simulateRow struct {
	Name, Today, Changed, Difference, Range, Picture string
	Differs                                          bool
}

// What may be changed, as the form has it.
const (
	changeDays       = "days"
	changeTime       = "time"
	changeNoDecision = "no_decision"
	changeLost       = "lost"
)

func (s *site) simulate(v *visit) (component, error) {
	in, why := v.simulateIn()
	r, share, ready, err := s.tried(v, in)
	if err != nil {
		if why = v.refusal(err); why == "" {
			return nil, err
		}
		plain := learning.SimulateInput{HistoryInput: learning.HistoryInput{View: in.View}}
		if r, share, ready, err = s.tried(v, plain); err != nil {
			return nil, err
		}
		r.Effects, r.Doubts = nil, nil
	}
	if !ready {
		out := v.simulateView(in, &learning.Simulation{}, why)
		out.Running = &runningView{Picture: chart.Length(share, "length-won"), Said: v.p.Say("simulate.running", "share", v.p.Percent(share)), Again: v.to()}
		v.refresh = 1
		return simulatePage(out), nil
	}
	return simulatePage(v.simulateView(in, &r, why)), nil
}

// tried has a change tried behind the page, which looks again until it is ready.
// Whoever sees other deals, or another day of them, has it tried for themselves.
func (s *site) tried(v *visit, in learning.SimulateInput) (r learning.Simulation, share float64, ready bool, err error) {
	d := *v.desk
	asked, err := json.Marshal(in)
	if err != nil {
		return r, 0, false, throughline.Fail("simulate a change", throughline.Internal, "", err)
	}
	key := fmt.Sprintf("%v %s %s %v %s %s %s", d.Workspace, d.Author, d.Role, d.Holds, d.Language, v.day(), asked)
	return s.trying.Look(v.Context(), key, func(ctx context.Context, tell func(float64)) (learning.Simulation, error) {
		d.Progress = func(p desk.Progress) {
			if p.Total > 0 {
				tell(float64(p.Done) / float64(p.Total))
			}
		}
		answer, err := operation.Simulate.Run(ctx, &d, &in)
		if err != nil {
			return learning.Simulation{}, err
		}
		return answer.(learning.Simulation), nil
	})
}

// simulateIn reads the form.
func (v *visit) simulateIn() (in learning.SimulateInput, why string) {
	get := func(name string) string { return cutTo(strings.TrimSpace(v.query.Get(name)), 120) }
	in = learning.SimulateInput{HistoryInput: learning.HistoryInput{View: desk.View{AsOf: v.asOf}}, Part: v.partIn()}
	in.Ahead, in.AtOnce = 365, 0
	if n, err := strconv.Atoi(get("ahead")); err == nil && n > 0 && n <= 3660 {
		in.Ahead = n
	}
	if n, err := strconv.Atoi(get("at_once")); err == nil && n > 0 {
		in.AtOnce = n
	}
	if d, err := throughline.ParseDay(get("since")); err == nil {
		in.Since = d
	}
	low, high := get("low"), get("high")
	if low == "" && high == "" {
		return in, ""
	}
	span := cmp.Or(low, high) + ".." + cmp.Or(high, low)
	if n := get("touches"); n != "" {
		if x, err := strconv.ParseFloat(n, 64); err == nil && !math.IsNaN(x) && !math.IsInf(x, 0) {
			in.Touches = &x
		}
	}
	in.Question = get("question")
	switch what := get("what"); what {
	case changeTime:
		in.Percent = span
	case changeNoDecision, changeLost:
		in.Percent, in.End = span, what
	default:
		in.Days = span
	}
	return in, ""
}

// partIn reads which part of the deals is asked for.
func (v *visit) partIn() learning.Part {
	get := func(name string) string { return cutTo(strings.TrimSpace(v.query.Get(name)), 120) }
	p := learning.Part{Class: get("class"), Process: get("process"), Owner: get("owner")}
	if d, err := throughline.ParseDay(get("from")); err == nil {
		p.From = d
	}
	if d, err := throughline.ParseDay(get("to")); err == nil {
		p.To = d
	}
	return p
}

func (v *visit) simulateView(in learning.SimulateInput, r *learning.Simulation, why string) simulateView {
	p := v.p
	out := simulateView{frame: v.frame(p.Say("simulate.title"), "playbook"), Why: why, Learn: v.link("/learning")}
	out.Form = v.simulateForm(in, r)
	if r.Cases > 0 {
		out.Learned = append(out.Learned, p.Say("simulate.today_n", "n", r.Ended, "open", r.Open, "year", figureOf(r.Arrivals)))
	}
	if len(r.Doubts) > 0 && r.Arrivals == 0 {
		out.Learned = nil
	}
	if r.Undated > 0 {
		out.Learned = append(out.Learned, p.Say("simulate.undated", "n", r.Undated))
	}
	if why != "" {
		return out
	}
	out.Change, out.Lead, out.Luck, out.Doubts = r.ChangeWords(p), r.LeadWords(p), r.LuckWords(p), r.DoubtWords(p)
	out.Mixed = v.mixed(r.Splits, 1)
	v.simulateWays(&out, r)
	most := 0.0
	for _, e := range r.Effects {
		if e.Known && e.Today.Mean != 0 {
			most = max(most, math.Abs(e.Difference.Low/e.Today.Mean), math.Abs(e.Difference.High/e.Today.Mean))
		}
	}
	for _, e := range r.Effects {
		if !e.Known {
			continue
		}
		say := func(x float64, signed bool) string { return r.ValueWords(p, e.Measure, x, signed) }
		row := simulateRow{Name: r.MeasureWords(p, e.Measure), Today: say(e.Today.Mean, false), Changed: say(e.Changed.Mean, false),
			Difference: say(e.Difference.Mean, true),
			Range:      p.Say("simulate.range", "low", say(e.Difference.Low, true), "high", say(e.Difference.High, true))}
		if e.Today.Mean != 0 && most > 0 {
			row.Picture = chart.Difference(chart.Interval{Low: e.Difference.Low, Mean: e.Difference.Mean, High: e.Difference.High}, e.Today.Mean, most)
		}
		out.Rows = append(out.Rows, row)
	}
	if most > 0 {
		out.Scale = p.Say("simulate.scale", "low", "−"+p.Percent(most), "high", "+"+p.Percent(most))
	}
	list, do := r.HangWords(p)
	for _, h := range list {
		out.Hangs = append(out.Hangs, learnLine{Name: h.Words, Text: p.Percent(h.Share), Picture: chart.Length(h.Share, "length-won")})
	}
	out.HangDo = do
	v.simulateToday(&out, r)
	return out
}

// simulateToday says whether the months that were simulated anew came out as
// they were.
func (v *visit) simulateToday(out *simulateView, r *learning.Simulation) {
	p := v.p
	said := "simulate.today_yes"
	for _, b := range r.Today {
		if b.Differs {
			said = "simulate.today_no"
		}
		if !b.Known {
			continue
		}
		say := func(x float64) string { return r.ValueWords(p, b.Measure, x, false) }
		out.Today = append(out.Today, simulateRow{Name: r.MeasureWords(p, b.Measure), Today: say(b.Real), Changed: say(b.Mean),
			Range: p.Say("simulate.range", "low", say(b.Low), "high", say(b.High)), Differs: b.Differs, Picture: chart.Beside(b.Low, b.High, b.Real, b.Differs)})
	}
	if day, err := throughline.ParseDay(r.Since); err == nil && len(out.Today) > 0 {
		out.Told = p.Say(said, "day", p.Day(day))
	}
}

// simulateWays says what to do where there is no answer.
func (v *visit) simulateWays(out *simulateView, r *learning.Simulation) {
	p := v.p
	for _, d := range r.Doubts {
		if d.Code == "not_reproduced" && v.query.Get("since") == "" {
			day := v.day().Add(-365)
			out.Ways = p.Say("simulate.way_not_reproduced")
			out.Again = []choice{{Word: p.Say("simulate.way_since", "day", p.Day(day)), Href: v.to("since", day.String())}}
			return
		}
	}
	if len(r.Doubts) > 0 {
		out.Ways = p.Say("simulate.way_too_few")
	}
}

// simulateForm gives the form what was asked, with the questions deals came to.
func (v *visit) simulateForm(in learning.SimulateInput, r *learning.Simulation) simulateForm {
	p := v.p
	get := func(name string) string { return cutTo(v.query.Get(name), 40) }
	what := cmp.Or(get("what"), changeDays)
	f := simulateForm{Low: get("low"), High: get("high"), Touches: cmp.Or(get("touches"), "100"), AtOnce: get("at_once")}
	for _, w := range []string{changeDays, changeTime, changeNoDecision, changeLost} {
		f.What = append(f.What, choice{Word: p.Say("simulate.ask_" + w), Href: w, Here: w == what})
	}
	asked := get("question")
	f.Where = append(f.Where, choice{Word: p.Say("simulate.every"), Here: asked == ""})
	for i, s := range r.States {
		if s.Visits == 0 {
			continue
		}
		word := r.StateWords(p, s.Code)
		if s.Forward > 0 {
			word = p.Say("simulate.where", "what", word, "n", s.Visits, "days", v.days(s.Median))
		}
		// Where nothing was asked the last one is offered: what is decided has the
		// plainest way before it.
		here := asked == s.Code || v.query.Get("what") == "" && asked == "" && i == len(r.States)-1
		if here {
			f.Where[0].Here = false
		}
		f.Where = append(f.Where, choice{Word: word, Href: s.Code, Here: here})
	}
	for _, days := range []int{91, 182, 365, 730} {
		f.Ahead = append(f.Ahead, choice{Word: p.Days(days), Href: strconv.Itoa(days), Here: days == in.Ahead})
	}
	f.Most = p.Say("simulate.ask_at_once_means", "n", r.Most)
	f.Parts = v.partMenus(r.Splits, in.Part)
	if !in.Since.IsZero() {
		f.Since = in.Since.String()
	}
	f.PartOpen = in.Part != (learning.Part{}) || f.Since != "" || f.AtOnce != ""
	return f
}

func figureOf(x float64) string { return strconv.FormatFloat(math.Round(x), 'f', 0, 64) }
