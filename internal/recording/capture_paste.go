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
	email  map[string]int // of people, by address
	domain map[string]bool
}

// pasted looks whether a note is a mail, a transcript or a page of minutes, and
// says so in the note: whose words stand where, and of which day.
func (o *Writer) pasted(ctx context.Context, note *capture.Note) (*Pasted, error) {
	w, err := o.writers(ctx, note.People)
	if err != nil {
		return nil, err
	}
	sheet := paste.Read(note.Text, note.Today, func(name string) bool { return w.find(paste.Name{Name: name}) >= 0 })
	if sheet.Form == paste.Plain {
		return nil, nil
	}
	out := &Pasted{Form: string(sheet.Form), Subject: sheet.Subject, Speeches: []Speech{}}
	for _, n := range sheet.People {
		if w.find(n) < 0 {
			w.people = append(w.people, capture.Person{Name: n.Name, Title: n.Title})
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
		case speech.By != nil && speech.By.Ours:
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
	w := &writers{people: people, email: map[string]int{}, domain: map[string]bool{}}
	open, err := o.Desk.Lists.OpenBySeller(ctx, &o.Desk.Desk)
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
	var more []store.Person
	for _, p := range ours {
		if p.Name != "" && !slices.ContainsFunc(people, func(have capture.Person) bool { return have.ID == p.ID }) {
			more = append(more, p)
		}
		if at := strings.LastIndexByte(p.Email, '@'); at > 0 {
			w.domain[strings.ToLower(p.Email[at+1:])] = true
		}
	}
	slices.SortFunc(more, func(a, b store.Person) int { return slices.Compare(a.ID[:], b.ID[:]) })
	for _, p := range more {
		w.people = append(w.people, capture.Person{ID: p.ID, Name: p.Name, Title: p.Title, Ours: true})
	}
	for i, p := range w.people {
		for _, from := range []map[throughline.PersonID]store.Person{o.people, ours} {
			if have := from[p.ID]; have.Email != "" {
				w.email[strings.ToLower(have.Email)] = i
			}
			if at := strings.LastIndexByte(from[p.ID].Email, '@'); at > 0 && !p.Ours {
				delete(w.domain, strings.ToLower(from[p.ID].Email[at+1:])) // a house that both sides write from tells nothing
			}
		}
	}
	return w, nil
}

// nameWords are the words of a name in one order.
func nameWords(name string) []string {
	out := strings.FieldsFunc(store.Folded(name), func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == '.' })
	slices.Sort(out)
	return out
}

// find gives whom a name means, -1 where that is nobody or may be several.
func (w *writers) find(n paste.Name) int {
	if i, ok := w.email[n.Address]; ok && n.Address != "" {
		return i
	}
	want := nameWords(n.Name)
	if len(want) == 0 {
		return -1
	}
	same, part := []int{}, []int{}
	for i, p := range w.people {
		have := nameWords(p.Name)
		switch {
		case slices.Equal(have, want):
			same = append(same, i)
		case !slices.ContainsFunc(want, func(x string) bool { return !slices.Contains(have, x) }):
			part = append(part, i)
		}
	}
	switch {
	case len(same) == 1:
		return same[0]
	case len(same) == 0 && len(part) == 1:
		return part[0]
	}
	return -1
}

// who gives whose words a part is, who is added where nobody is called so; -1
// where nobody is named.
func (w *writers) who(p paste.Part) int {
	if i := w.find(p.Who); i >= 0 || p.Who.Name == "" || strings.ContainsFunc(p.Who.Name, unicode.IsDigit) { // "Speaker 2" is nobody
		return i
	}
	somebody := capture.Person{Name: p.Who.Name, Title: p.Who.Title}
	if at := strings.LastIndexByte(p.Who.Address, '@'); at > 0 {
		somebody.Ours = w.domain[p.Who.Address[at+1:]]
	}
	if !somebody.Ours && len(p.To) > 0 { // it went to them and to nobody of ours
		went, came := false, false
		for _, to := range p.To {
			if i := w.find(to); i >= 0 {
				went, came = went || !w.people[i].Ours, came || w.people[i].Ours
			}
		}
		somebody.Ours = went && !came
	}
	w.people = append(w.people, somebody)
	if p.Who.Address != "" {
		w.email[p.Who.Address] = len(w.people) - 1
	}
	return len(w.people) - 1
}
