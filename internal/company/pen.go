package company

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/store"
)

// pen writes down the facts of one deal, as its seller would.
type pen struct {
	w       *world
	key     string
	id      throughline.DealID
	seller  seller
	account account
	theme   theme
	r       *rand.Rand
	facts   []deal.Fact
	last    time.Time
	cast    []person // who of theirs has appeared
	known   map[throughline.PersonID]store.Person
	used    map[string]bool // lines, so that a page says nothing twice
	fill    map[string]string
	events  []string         // of the theme, not told yet
	process playbook.Process // the one of ours that the deal follows
	extra   []person         // of ours, beside the seller
}

func (w *world) pen(key string, opened throughline.Day, a account, t theme, s seller) *pen {
	p := &pen{w: w, key: key, seller: s, account: a, theme: t, r: w.rand("pen", key),
		id:    throughline.DealID(w.id(opened, "deal", key)),
		known: map[throughline.PersonID]store.Person{s.ID: s.Person}, used: map[string]bool{}, events: slices.Clone(t.events[:])}
	sec := a.sector
	from := max(t.to+2, t.from*(85+p.r.IntN(31))/100)
	p.fill = map[string]string{
		"from": w.num(from), "to": w.num(t.to), "measure": t.measure, "problem": t.problem,
		"unit": sec.unit, "units": sec.units, "crew": sec.crew,
		"old": pick(p.r, sec.olds), "record": pick(p.r, sec.records), "delayed": pick(p.r, sec.delayed),
		"date": pick(p.r, sec.dates), "body": pick(p.r, sec.bodies), "must": pick(p.r, sec.musts), "peer": pick(p.r, sec.peers),
		"n": w.num(3 + p.r.IntN(8)), "m": w.num(10 + p.r.IntN(20)), "ref": fmt.Sprintf("%d-%03d", 10+p.r.IntN(80), p.r.IntN(1000)),
	}
	if sec == &small { // a small firm has no thresholds and no boards of many
		p.fill["n"] = w.num(2 + p.r.IntN(4))
	}
	for k, v := range p.fill {
		p.fill[k] = w.in(v)
	}
	return p
}

// write appends a fact of a day. Days off are moved to the Friday before, days
// that have not come to yesterday; within a day the order of writing is kept.
func (p *pen) write(day throughline.Day, g throughline.Grade, b deal.Body) throughline.FactID {
	if yesterday := p.w.today.Add(-1); day.Sub(yesterday) > 0 {
		day = yesterday
	}
	day = worked(day)
	at := day.Start(p.w.zone).Add(time.Duration(8*60+p.r.IntN(180)) * time.Minute)
	if throughline.DayOf(p.last, p.w.zone) == day && !at.After(p.last) {
		at = p.last.Add(time.Duration(2+p.r.IntN(9)) * time.Minute)
	}
	if at.After(p.last) {
		p.last = at
	}
	learned := at
	switch b.(type) {
	case deal.Evidence, deal.Contradiction, deal.Stance, deal.StepMoved, deal.Noticed, deal.PersonJoined, deal.MilestoneMet:
		if p.r.IntN(2) == 0 {
			learned = at.Add(time.Duration(p.r.IntN(4)) * 24 * time.Hour)
		}
	}
	if latest := p.w.today.Add(-1).Start(p.w.zone).Add(18 * time.Hour); learned.After(latest) {
		learned = latest
	}
	if learned.Before(at) {
		learned = at
	}
	f := deal.Fact{ID: throughline.FactID(throughline.KeyedID(learned, System, seedKey(p.w.seed), p.key, fmt.Sprint(len(p.facts)))),
		Deal: p.id, Happened: at, Learned: learned, Recorded: p.w.today.Start(p.w.zone).UTC(), By: deal.ByOurs(p.seller.ID),
		Source: deal.Source{System: System}, Grade: g, Body: b}
	p.facts = append(p.facts, f)
	return f.ID
}

// worked is the day, or the Friday before a day off.
func worked(day throughline.Day) throughline.Day {
	switch day.Civil().Weekday() {
	case time.Saturday:
		return day.Add(-1)
	case time.Sunday:
		return day.Add(-2)
	}
	return day
}

// reports writes down, at the end of a day, whom somebody told us they report to. It is
// written after everything else and draws nothing, so that the rest stays as it is.
func (p *pen) reports(day throughline.Day, who, to person) {
	at := worked(day).Start(p.w.zone).Add(17 * time.Hour)
	p.facts = append(p.facts, deal.Fact{ID: throughline.FactID(throughline.KeyedID(at, System, seedKey(p.w.seed), p.key, fmt.Sprint(len(p.facts)))),
		Deal: p.id, Happened: at, Learned: at, Recorded: p.w.today.Start(p.w.zone).UTC(), By: deal.ByOurs(p.seller.ID),
		Source: deal.Source{System: System}, Grade: throughline.E2, Body: deal.ReportsTo{Person: who.ID, To: to.ID}})
}

// words fills the braces of a text. Who it comes from and who else is meant
// may be nobody.
func (p *pen) words(text string, who, other person) string {
	text = p.w.in(text)
	set := func(k string) string {
		switch strings.ToLower(k) {
		case "role":
			if p.w.chinese {
				return who.Title
			}
			return "the " + who.title
		case "other":
			if other.ID.IsZero() && p.w.chinese {
				return "一位同事"
			}
			if other.ID.IsZero() {
				return "a colleague"
			}
			return other.mention()
		case "event":
			if len(p.events) == 0 {
				return p.fill["problem"]
			}
			e := p.events[0]
			p.events = p.events[1:]
			return p.w.in(e)
		}
		return p.w.in(p.fill[strings.ToLower(k)])
	}
	var b strings.Builder
	for {
		head, rest, ok := strings.Cut(text, "{")
		b.WriteString(head)
		if !ok {
			break
		}
		k, tail, _ := strings.Cut(rest, "}")
		if strings.HasPrefix(k, "person:") {
			b.WriteString("{" + k + "}")
		} else {
			v := set(k)
			if k == "Role" { // no article: as a headline would say it
				v = strings.TrimPrefix(v, "the ")
			}
			if k[0] >= 'A' && k[0] <= 'Z' || startsSentence(b.String()) {
				v = capital(v)
			}
			b.WriteString(v)
		}
		text = tail
	}
	return b.String()
}

func startsSentence(before string) bool {
	return before == "" || strings.HasSuffix(before, ". ") || before == "“"
}

func capital(s string) string {
	if s == "" || s[0] == '{' || s[0] >= 0x80 {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// line picks a line that was not used in this deal, of the grade wanted.
func (p *pen) line(from []line, g throughline.Grade, other bool) (string, bool) {
	var fit []string
	for _, l := range from {
		if l.grade != g || p.used[l.text] || strings.Contains(l.text, "{event}") && len(p.events) == 0 ||
			strings.Contains(l.text, "{other}") && !other {
			continue
		}
		fit = append(fit, l.text)
	}
	if len(fit) == 0 {
		return "", false
	}
	t := pick(p.r, fit)
	p.used[t] = true
	return t, true
}

// one picks an unused text, or any when all were used.
func (p *pen) one(from []string) string {
	var fit []string
	for _, t := range from {
		if !p.used[t] {
			fit = append(fit, t)
		}
	}
	if len(fit) == 0 {
		return ""
	}
	t := pick(p.r, fit)
	p.used[t] = true
	return t
}

// join brings somebody into the deal, once.
func (p *pen) join(day throughline.Day, who person) {
	if _, ok := p.known[who.ID]; ok {
		return
	}
	p.known[who.ID] = who.Person
	p.cast = append(p.cast, who)
	p.write(day, throughline.E2, deal.PersonJoined{Person: who.ID, Role: throughline.Role(who.role), Function: p.w.call(functionKey, who.function)})
}

// stands writes down where somebody stands.
func (p *pen) stands(day throughline.Day, who person, value int, agrees bool, g throughline.Grade) {
	c, ok := cares[who.function]
	if !ok {
		c = cares[""]
	}
	p.write(day, g, deal.Stance{Person: who.ID, Value: value, Agrees: &agrees, Wants: p.w.in(pick(p.r, c[0])), Fears: p.w.in(pick(p.r, c[1]))})
}

// evidence writes an answer to a phase's question. The text comes last.
func (p *pen) evidence(day throughline.Day, g throughline.Grade, ph throughline.Phase, who person, text string) {
	p.write(day, g, deal.Evidence{About: ph.Address(), Person: who.ID, Text: text})
}

func (p *pen) activity(day throughline.Day, what string, by deal.Side, who person) {
	p.write(day, 0, deal.Activity{What: what, By: by, Person: who.ID})
}

func (p *pen) stage(day throughline.Day, ph throughline.Phase) throughline.Phase {
	s := p.stageAt(ph)
	p.write(day, 0, deal.StageMoved{Stage: s.Addr})
	return s.Serves
}

func (p *pen) step(day throughline.Day, s string, state throughline.StepState, by deal.Side, due throughline.Day, text string) {
	st, _ := throughline.ParseStep(s)
	g := throughline.E3
	if by == deal.Us {
		g = throughline.E1
	}
	p.write(day, g, deal.StepMoved{Step: st.Address(), State: state, By: by, Due: due, Text: p.w.in(text)})
}

// meets writes down the milestones that serve a phase, each with a chance of
// being noticed.
func (p *pen) meets(day throughline.Day, ph throughline.Phase, chance float64) {
	for _, a := range p.milestones(ph) {
		if p.r.Float64() < chance {
			p.write(day, throughline.E3, deal.MilestoneMet{Milestone: a})
		}
	}
}

// batch gives everything written, with everybody it points at.
func (p *pen) batch() store.Batch {
	b := store.Batch{Facts: p.facts, Accounts: []store.Account{{ID: p.account.id, Recorded: p.w.today.Start(p.w.zone).UTC(), Name: p.account.name,
		Attributes: map[string]string{"industry": p.w.call(sectorKey, p.account.sector.name), "region": p.account.region(p.w)}}}}
	b.People = append(b.People, p.seller.Person)
	for _, x := range p.extra {
		b.People = append(b.People, x.Person)
	}
	for _, c := range p.cast {
		b.People = append(b.People, c.Person)
	}
	return b
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// number spells small numbers, as people do.
func number(n int) string {
	words := []string{"none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}
	if n >= 0 && n < len(words) {
		return words[n]
	}
	return fmt.Sprint(n)
}
