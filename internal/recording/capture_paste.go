package recording

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/capture"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/intake/paste"
	"github.com/throughline/throughline/internal/store"
)

// Pasted is what a note was recognised as, where it is a mail, a transcript or
// a page of minutes.
type Pasted struct {
	Form     string       `json:"form"`              // mail, transcript, minutes
	Subject  string       `json:"subject,omitempty"` // of a mail
	Speeches []Speech     `json:"speeches"`          // whose words were read, in their order
	Passed   []PassedOver `json:"passed,omitempty"`  // what was not read
}

// Speech is a stretch of a note that is one person's words.
type Speech struct {
	Start int             `json:"start"` // bytes of the note
	End   int             `json:"end"`
	Who   string          `json:"who,omitempty"` // empty: nobody is named
	New   bool            `json:"new,omitempty"` // nobody of the deal is called so
	Typed bool            `json:"typed,omitempty"`
	On    throughline.Day `json:"on,omitzero"`
}

// PassedOver counts what was not read: headers, quoted, older, signature,
// notice and times in lines; ours in stretches.
type PassedOver struct {
	What string `json:"what"`
	N    int    `json:"n"`
}

// writers finds who the names in a pasted text are.
type writers struct {
	people []capture.Person
	words  [][]string                   // of the names of people, each sorted
	having map[string][]int             // people, by a word of their names
	row    map[throughline.PersonID]int // of people, under the name they are told by
	email  map[string][]int             // people, by address; several where they share it
	domain map[string]bool
	asked  map[string]meant // what was answered, by name; forgotten when somebody is added
	came   int              // newcomers
	steps  int              // names that were compared
}

// meant is whom a name means.
type meant struct {
	at      int // -1: nobody is named
	several bool
	ours    int // of several, one of ours; -1: none is
}

// A text names at most so many whom nobody knows. The words of more are nobody's.
const (
	mostNewcomers = 50
	mostAttendees = 200
)

// pasted looks whether a note is a mail, a transcript or a page of minutes, and
// says so in the note: whose words stand where, and of which day.
func (o *Writer) pasted(ctx context.Context, note *capture.Note) (*Pasted, error) {
	w, err := o.writers(ctx, note.People)
	if err != nil {
		return nil, err
	}
	sheet := paste.Read(note.Text, note.Today, func(name string) bool {
		m := w.find(paste.Name{Name: name})
		return m.at >= 0 || m.several
	})
	if sheet.Form == paste.Plain {
		return nil, nil
	}
	out := &Pasted{Form: string(sheet.Form), Subject: sheet.Subject, Speeches: []Speech{}}
	for _, n := range sheet.People[:min(len(sheet.People), mostAttendees)] {
		if m := w.find(n); m.at < 0 && !m.several {
			w.add(capture.Person{Name: n.Name, Title: n.Title})
		}
	}
	by := make([]int, len(sheet.Parts))
	theirs := false // somebody of theirs wrote what is not older
	for i, p := range sheet.Parts {
		by[i] = w.who(p)
		theirs = theirs || by[i] >= 0 && !p.Older && !w.people[by[i]].Ours
	}
	note.People = w.people
	ours, older := 0, 0
	for i, p := range sheet.Parts {
		speech := capture.Speech{Start: p.Start, End: p.End, Day: p.Day, From: capture.Conversation}
		told := Speech{Start: p.Start, End: p.End, On: p.Day, Typed: p.Typed}
		if by[i] >= 0 {
			speech.By = &w.people[by[i]]
			told.Who, told.New = speech.By.Name, speech.By.ID.IsZero()
		}
		switch {
		case by[i] == ofOurs, speech.By != nil && speech.By.Ours:
			ours++
			continue
		case p.Older && theirs:
			older += 1 + strings.Count(note.Text[p.Start:p.End], "\n")
			continue
		case sheet.Form == paste.Transcript:
			speech.From = capture.Call
		case sheet.Form == paste.Mail && speech.By != nil:
			speech.From = capture.Message
		}
		note.Speeches, out.Speeches = append(note.Speeches, speech), append(out.Speeches, told)
	}
	if len(note.Speeches) == 0 { // nothing of it is theirs: nothing of it is read
		note.Speeches = []capture.Speech{{}}
	}
	for _, p := range sheet.Passed {
		out.Passed = append(out.Passed, PassedOver{string(p.What), p.Lines})
	}
	if older > 0 {
		out.Passed = append(out.Passed, PassedOver{"older", older})
	}
	if ours > 0 {
		out.Passed = append(out.Passed, PassedOver{"ours", ours})
	}
	return out, nil
}

// Alike reports whether two speeches, by their numbers, are the same person's
// of the same day.
func (p *Pasted) Alike(a, b int) bool {
	if a < 1 || b < 1 || a > len(p.Speeches) || b > len(p.Speeches) {
		return false
	}
	x, y := p.Speeches[a-1], p.Speeches[b-1]
	return x.Who == y.Who && x.On == y.On && x.Typed == y.Typed
}

// of gives the number of the speech in which a place of the note lies, from 1.
func (p *Pasted) of(at int) int {
	for i, s := range p.Speeches {
		if s.Start <= at && at < s.End {
			return i + 1
		}
	}
	return 0
}

func (o *Writer) writers(ctx context.Context, people []capture.Person) (*writers, error) {
	w := &writers{having: map[string][]int{}, row: map[throughline.PersonID]int{}, email: map[string][]int{}, domain: map[string]bool{}, asked: map[string]meant{}}
	for _, p := range people {
		if i := w.add(p); p.Name == o.people[p.ID].Name {
			w.row[p.ID] = i
		}
	}
	open, err := o.Desk.Lists.OpenBySeller(ctx, o.Desk.Whole())
	if err != nil {
		return nil, err
	}
	company, err := o.Desk.Company(ctx)
	if err != nil {
		return nil, err
	}
	ids := slices.Clone(company.Ours)
	for id := range open {
		ids = append(ids, id)
	}
	if o.Desk.Author != (throughline.PersonID{}) {
		ids = append(ids, o.Desk.Author)
	}
	ours, err := o.Desk.Read().People(ctx, desk.Distinct(ids))
	if err != nil {
		return nil, err
	}
	var own []store.Person
	for _, p := range ours {
		own = append(own, p)
		if domain := domainOf(p.Email); domain != "" {
			w.domain[domain] = true
		}
	}
	slices.SortFunc(own, func(a, b store.Person) int { return slices.Compare(a.ID[:], b.ID[:]) })
	for _, p := range own {
		as := o.Same.Of(p.ID)
		if as == p.ID && !p.Same.IsZero() {
			as = p.Same
		}
		i, there := w.row[as]
		if p.Name != "" && (!there || w.people[i].Name != p.Name && as != p.ID) {
			w.add(capture.Person{ID: as, Name: p.Name, Title: p.Title, Ours: !there || w.people[i].Ours})
		}
		w.at(p.Email, as)
	}
	for _, p := range o.people {
		w.at(p.Email, o.Same.Of(p.ID))
	}
	return w, nil
}

// at notes whose an address is.
func (w *writers) at(address string, id throughline.PersonID) {
	i, there := w.row[id]
	if !there || address == "" {
		return
	}
	if !w.people[i].Ours {
		delete(w.domain, domainOf(address)) // a house that both sides write from tells nothing
	}
	address = strings.ToLower(address)
	if !slices.Contains(w.email[address], i) {
		w.email[address] = append(w.email[address], i)
	}
}

// domainOf is what stands behind the sign of an address, "" where there is none.
func domainOf(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 1 {
		return ""
	}
	return strings.ToLower(address[at+1:])
}

// add gives somebody a place among those whom names are held against.
func (w *writers) add(p capture.Person) int {
	i := len(w.people)
	words := nameWords(p.Name)
	w.people, w.words = append(w.people, p), append(w.words, words)
	for _, word := range slices.Compact(slices.Clone(words)) {
		w.having[word] = append(w.having[word], i)
	}
	if _, there := w.row[p.ID]; !there && !p.ID.IsZero() {
		w.row[p.ID] = i
	}
	clear(w.asked)
	return i
}

// nameWords are the words of a name in one order.
func nameWords(name string) []string {
	out := strings.FieldsFunc(store.Folded(name), func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == '.' })
	slices.Sort(out)
	return out
}

// find gives whom a name means: nobody, one, or one of several.
func (w *writers) find(n paste.Name) meant {
	shared := w.email[n.Address]
	if n.Address == "" {
		shared = nil
	}
	if len(shared) == 1 {
		return meant{at: shared[0], ours: -1}
	}
	m, known := w.asked[n.Name]
	if !known {
		m = w.called(nameWords(n.Name))
		w.asked[n.Name] = m
	}
	if m.at < 0 && !m.several && len(shared) > 1 {
		return w.one(shared)
	}
	return m
}

// called gives whom the words of a name mean: who has them all and no others,
// else who has them all.
func (w *writers) called(want []string) meant {
	if len(want) == 0 {
		return meant{at: -1, ours: -1}
	}
	among := w.having[want[0]]
	for _, word := range want[1:] {
		if have := w.having[word]; len(have) < len(among) {
			among = have
		}
	}
	same, part := []int{}, []int{}
	for _, i := range among {
		w.steps++
		switch have := w.words[i]; {
		case slices.Equal(have, want):
			same = append(same, i)
		case !slices.ContainsFunc(want, func(x string) bool { return !slices.Contains(have, x) }):
			part = append(part, i)
		}
	}
	if len(same) > 0 {
		return w.one(same)
	}
	return w.one(part)
}

// one gives the one who is meant by some entries: names of one person are one.
// Where all are ours it is any of them, as none of their words are read.
func (w *writers) one(of []int) meant {
	var who []int
	ours, all := -1, true
	for _, i := range of {
		if row, there := w.row[w.people[i].ID]; there {
			i = row
		}
		if !slices.Contains(who, i) {
			who = append(who, i)
		}
		if w.people[i].Ours {
			ours = i
		} else {
			all = false
		}
	}
	switch {
	case len(who) == 0:
		return meant{at: -1, ours: -1}
	case len(who) == 1, all:
		return meant{at: who[0], ours: -1}
	}
	return meant{at: -1, several: true, ours: ours}
}

// ofOurs stands for whoever of ours wrote a part, where no name says who.
const ofOurs = -2

// who gives whose words a part is, who is added where nobody is called so; -1
// where nobody is named, or it may be several; ofOurs where it is one of ours.
func (w *writers) who(p paste.Part) int {
	m := w.find(p.Who)
	house := w.domain[domainOf(p.Who.Address)]
	switch {
	case house && m.several && m.ours >= 0:
		return m.ours
	case house && (m.several || m.at >= 0 && !w.people[m.at].Ours || p.Who.Name == ""):
		return ofOurs // though one of theirs is called so
	case m.at >= 0, m.several, p.Who.Name == "", strings.ContainsFunc(p.Who.Name, unicode.IsDigit) && !house: // "Speaker 2" is nobody
		return m.at
	}
	somebody := capture.Person{Name: p.Who.Name, Title: p.Who.Title, Ours: house}
	if !somebody.Ours && len(p.To) > 0 { // it went to them and to nobody of ours
		went, came := false, false
		for _, to := range p.To {
			m := w.find(to)
			went = went || m.at >= 0 && !w.people[m.at].Ours
			came = came || m.at >= 0 && w.people[m.at].Ours || w.domain[domainOf(to.Address)]
		}
		somebody.Ours = went && !came
	}
	switch {
	case w.came < mostNewcomers:
		w.came++
	case somebody.Ours:
		return ofOurs
	default:
		return -1
	}
	i := w.add(somebody)
	if p.Who.Address != "" {
		w.email[p.Who.Address] = []int{i}
	}
	return i
}
