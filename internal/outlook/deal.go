package outlook

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/leak"
	"github.com/throughline/throughline/internal/playbook"
)

// Past gathers deals for a history. Readings in it lean on the playbook alone,
// not on norms of the whole history, so that nothing later shows through.
type Past struct {
	book    *playbook.Playbook
	asOf    time.Time
	lives   []life
	Undated int // deals without an opening date, of which nothing can be learned
	Endless int // deals that ended on a day that nobody wrote down: they are neither open nor of a known age

	Excluded []leak.Finding // attributes that were not known on the first day
	fields   []forecast.Field
	base     int // fields that are no attributes
	attrs    []attr
	states   map[string]int
	names    []string
	byDeal   map[throughline.DealID]int // made when first asked for
}

// life is one deal from its opening, or from the day on which it was resumed.
type life struct {
	deal    throughline.DealID
	facts   []deal.Fact // known by the day of the history, sorted
	opened  float64
	end     forecast.End
	ended   float64
	learned float64
	amount  float64
	attrs   map[string]string
	watched watched
}

// watched is what the days on which a deal's attributes were noted say: it was
// seen before its end and at it or after, and these attributes had become other
// ones.
type watched struct {
	ended bool
	other []string
}

func (w watched) of(name string) leak.Later {
	switch {
	case !w.ended:
		return leak.SeenOnce
	case slices.Contains(w.other, name):
		return leak.SeenOther
	}
	return leak.SeenSame
}

// watch looks at when facts of one deal came to us. A deal that came in with
// its end, as closed deals do in a first export, was seen once.
func watch(facts []deal.Fact) watched {
	var w watched
	var first time.Time
	for _, f := range facts {
		if _, ok := f.Body.(deal.Opened); ok && first.IsZero() {
			first = f.Recorded
		}
	}
	for _, f := range facts {
		if first.IsZero() || !f.Recorded.After(first.Add(time.Minute)) {
			continue
		}
		switch b := f.Body.(type) {
		case deal.Ended:
			w.ended = true
		case deal.Described:
			for name := range b.Attributes {
				w.other = append(w.other, name)
			}
		}
	}
	return w
}

type attr struct {
	name   string
	number bool
	levels map[string]int
}

// NewPast begins a history as of an instant, whose Location is the zone of days;
// nothing learned after it counts.
func NewPast(book *playbook.Playbook, asOf time.Time) *Past {
	p := &Past{book: book, asOf: asOf, states: map[string]int{}}
	for _, f := range covariates {
		p.fields = append(p.fields, f.Field)
	}
	p.base = len(p.fields)
	for _, ph := range throughline.Phases() {
		p.state(StatePhase + ph.String())
	}
	p.state(StateDone)
	return p
}

func (p *Past) state(name string) int {
	if i, ok := p.states[name]; ok {
		return i
	}
	if len(p.names) >= 400 { // words of a system that knows no stages
		return -1
	}
	p.states[name] = len(p.names)
	p.names = append(p.names, name)
	return len(p.names) - 1
}

// Add takes one deal's facts, in any order, and keeps those that count.
func (p *Past) Add(facts []deal.Fact) {
	d, ok := deal.Fold(facts, p.asOf)
	if !ok {
		return
	}
	switch {
	case d.Outcome() == throughline.Removed:
		return // it was taken out at the source
	case d.Opened.IsZero():
		p.Undated++
		return
	case d.Outcome() != throughline.StillOpen && d.Closed().IsZero():
		p.Endless++
		return
	}
	l := life{deal: d.Deal, facts: d.Known, opened: forecast.Day(d.Opened), amount: missing, watched: watch(d.Known)}
	known := math.Inf(1) // the first day on which we knew of it
	for _, f := range d.Known {
		known = min(known, forecast.Day(f.Learned))
		if o, ok := f.Body.(deal.Opened); ok && len(o.Attributes) > 0 && l.attrs == nil {
			l.attrs = o.Attributes
		}
		if m, ok := f.Body.(deal.StageMoved); ok {
			p.state(stageState(p.book, m))
		}
	}
	l.opened = max(l.opened, known)
	for _, f := range d.Known {
		switch b := f.Body.(type) {
		case deal.AmountChanged:
			if l.end == forecast.Open && b.Amount.Cents > 0 {
				l.amount = float64(b.Amount.Cents) / 100
			}
		case deal.Ended:
			if e := forecast.EndOf(b.Outcome); e == l.end { // said again, in other words or more exactly
				break
			}
			l.end, l.ended, l.learned = forecast.EndOf(b.Outcome), max(forecast.Day(f.When()), l.opened), forecast.Day(f.Learned)
			// An amount that came with the end was not known before it.
		case deal.Resumed:
			if l.end == forecast.Open {
				break
			}
			p.lives = append(p.lives, l)
			l.end, l.ended, l.learned = forecast.Open, 0, 0
			l.opened = max(forecast.Day(f.When()), forecast.Day(f.Learned), l.opened)
		}
	}
	p.lives = append(p.lives, l)
}

// stageState names the state of a stage: ours where it is known, else the
// other system's word.
func stageState(book *playbook.Playbook, m deal.StageMoved) string {
	by := m.Stage
	if by == "" && book != nil {
		by = book.Mapping.Stages[playbook.Fold(m.Foreign)].Stage
	}
	if by != "" {
		return StateStage + string(by)
	}
	return StateStage + m.Foreign
}

// Len is the number of deals, a resumed one counted anew.
func (p *Past) Len() int { return len(p.lives) }

// History gives what was gathered, to be learned from.
func (p *Past) History() *forecast.History {
	slices.SortStableFunc(p.lives, func(a, b life) int {
		return cmp.Or(cmp.Compare(a.opened, b.opened), slices.Compare(a.deal[:], b.deal[:]))
	})
	p.chooseAttributes()
	h := &forecast.History{Fields: p.fields, States: p.names, Until: forecast.Day(p.asOf)}
	for i := range p.lives {
		l := &p.lives[i]
		h.Subjects = append(
			h.Subjects,
			forecast.Subject{ID: l.deal.String(), Opened: l.opened, End: l.end, Ended: l.ended, Learned: l.learned, Amount: l.amount},
		)
	}
	h.At = p.at
	return h
}

func (p *Past) at(i int, day float64, row []float64) int { return p.judge(&p.lives[i], day, day, row) }

// judge looks on the day at at what was known by the day known.
func (p *Past) judge(l *life, known, at float64, row []float64) int {
	then := forecast.Instant(known)
	var s deal.Summary
	for _, f := range l.facts {
		if f.When().After(then) {
			break
		}
		if f.Learned.After(then) {
			continue
		}
		switch f.Body.(type) {
		case deal.Ended, deal.Resumed, deal.Correction: // what it was corrected to is known from Known
		default:
			s.Deal = f.Deal
			s.Apply(f)
		}
	}
	return p.row(&s, l.attrs, forecast.Instant(at).In(p.asOf.Location()), row)
}

// Row writes what is known of a deal as of an instant, as History's At does.
// The deal need not be in the history.
func (p *Past) Row(s *deal.Summary, attributes map[string]string, at time.Time, row []float64) (state int) {
	return p.row(s, attributes, at, row)
}

// Fields is the width of a row.
func (p *Past) Fields() int { return len(p.fields) }

func (p *Past) row(s *deal.Summary, attributes map[string]string, at time.Time, row []float64) int {
	r := alignment.Of(s, p.book, alignment.Norms{}, at)
	for i := range row {
		row[i] = missing
	}
	v := look(s, &r, at)
	for i, f := range covariates {
		row[i] = f.of(v)
	}
	for k, a := range p.attrs {
		v := attributes[a.name]
		if v == "" {
			continue
		}
		if a.number {
			if x, err := strconv.ParseFloat(v, 64); err == nil && !math.IsInf(x, 0) {
				row[p.base+k] = x
			}
		} else if n, ok := a.levels[v]; ok {
			row[p.base+k] = float64(n)
		}
	}
	name := ""
	switch {
	case r.FromCustomer && r.Firm.Known():
		name = StatePhase + r.Firm.String()
	case r.FromCustomer:
		name = StateDone
	case s.Stage.Set():
		name = stageState(p.book, s.Stage.Value)
	}
	if k, ok := p.states[name]; ok {
		return k
	}
	return -1
}

// mostLevels bounds the values of an attribute that are told apart.
const mostLevels = 60

// chooseAttributes takes the attributes of the opening, except those that were
// not known on the first day.
func (p *Past) chooseAttributes() {
	p.fields, p.attrs = p.fields[:p.base], nil
	var names []string
	for i := range p.lives {
		for n := range p.lives[i].attrs {
			if !slices.Contains(names, n) && len(names) < 100 {
				names = append(names, n)
			}
		}
	}
	slices.Sort(names)
	p.Excluded = p.leaks(names)
	for _, name := range names {
		c := &candidate{code: make([]int32, len(p.lives)), texts: []string{""}, number: make([]float64, len(p.lives))}
		at, count := map[string]int32{}, map[string]int{}
		numbers, some := 0, 0
		for i := range p.lives {
			v := strings.TrimSpace(p.lives[i].attrs[name])
			c.number[i] = missing
			if v == "" {
				continue
			}
			some++
			count[v]++
			if x, err := strconv.ParseFloat(v, 64); err == nil && !math.IsInf(x, 0) && !math.IsNaN(x) {
				c.number[i] = x
				numbers++
			}
			k, ok := at[v]
			if !ok {
				k = int32(len(c.texts))
				at[v] = k
				c.texts = append(c.texts, v)
			}
			c.code[i] = k
		}
		c.levels = len(c.texts) - 1
		quantity := c.levels > 8 && 10*numbers >= 9*some
		if !quantity {
			c.number = nil
		}
		if c.useless() != "" || slices.ContainsFunc(p.Excluded, func(f leak.Finding) bool { return f.Attr == name }) {
			continue
		}
		a, f := attr{name: name, number: quantity}, forecast.Field{Name: fieldOfAttr + name}
		if !quantity {
			words := slices.Clone(c.texts[1:])
			slices.SortFunc(words, func(x, y string) int { return cmp.Or(cmp.Compare(count[y], count[x]), cmp.Compare(x, y)) })
			words = words[:min(len(words), mostLevels)]
			a.levels = map[string]int{}
			for k, w := range words {
				a.levels[w] = k
			}
			f.Kind, f.Levels = forecast.Category, words
		}
		p.attrs, p.fields = append(p.attrs, a), append(p.fields, f)
	}
}

// leaks finds the attributes that were not known on the first day. What the
// playbook's mapping says is known then is not looked at.
func (p *Past) leaks(names []string) []leak.Finding {
	h := &leak.History{Until: forecast.Day(p.asOf)}
	for i := range p.lives {
		l := &p.lives[i]
		h.Opened, h.Ended, h.End = append(h.Opened, l.opened), append(h.Ended, l.ended), append(h.End, uint8(l.end))
	}
	var columns []leak.Column
	for _, name := range names {
		if p.book != nil && slices.Contains(p.book.Mapping.FirstDay, name) {
			continue
		}
		words := make([]string, len(p.lives))
		later := make([]leak.Later, len(p.lives))
		for i := range p.lives {
			words[i] = p.lives[i].attrs[name]
			later[i] = p.lives[i].watched.of(name)
		}
		c := leak.TextColumn(name, words)
		c.Later = later
		columns = append(columns, c)
	}
	return leak.Find(h, columns)
}
