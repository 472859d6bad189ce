package showing

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/store"
)

// SearchInput is what to look for.
type SearchInput struct {
	desk.View
	Words string `arg:"" name:"words" json:"words" help:"A name, or words that somebody said or wrote."`
	Names bool   `name:"names" json:"names,omitempty" help:"Only the names of people, for whoever is still typing."`
	Limit int    `name:"limit" default:"20" json:"limit" help:"How many of each to give."`
}

// Searched is the answer of SearchAll.
type Searched struct {
	Sellers []FoundPerson `json:"sellers"`        // ours
	People  []FoundPerson `json:"people"`         // theirs, with the deals they are known in
	Said    []FoundWords  `json:"said"`           // what was recorded, of the deals written to last first
	More    bool          `json:"more,omitempty"` // there is more of it than was asked for
	Looked  int           `json:"looked"`         // through how many deals' facts was looked
	Of      int           `json:"of"`             // how many deals there are
}

// FoundPerson is somebody whose name, title or function holds the words.
type FoundPerson struct {
	ID    throughline.PersonID `json:"id"`
	Name  string               `json:"name"`
	Title string               `json:"title,omitempty"`
	Deals []Named              `json:"deals,omitempty"`
}

// FoundWords is a recorded fact with the words in it.
type FoundWords struct {
	Deal   Named                `json:"deal"`
	Fact   throughline.FactID   `json:"fact"`
	Kind   deal.Kind            `json:"kind"`
	Person throughline.PersonID `json:"person,omitzero"` // who of theirs
	Name   string               `json:"name,omitempty"`
	On     throughline.Day      `json:"on"`
	Text   string               `json:"text"`  // the words and what stands around them
	Place  int                  `json:"place"` // how many facts of the deal are newer
}

// mostSearched is through how many deals' facts a search looks, those written
// to last; roomAround is how many bytes are given on each side of what is found.
const (
	mostSearched = 1000
	roomAround   = 90
)

// SearchAll does the work of operation.SearchAll: people and words that a few words may mean.
func SearchAll(ctx context.Context, d *Desk, in SearchInput) (Searched, error) {
	out := Searched{Sellers: []FoundPerson{}, People: []FoundPerson{}, Said: []FoundWords{}}
	words := store.Folded(in.Words)
	if in.Limit < 1 {
		return out, throughline.Fail("search", throughline.Invalid, "", errors.New("at least one of each has to be asked for"))
	}
	if words == "" {
		return out, nil
	}
	named, err := d.Read().FindPeople(ctx, words, in.Limit)
	if err != nil {
		return out, err
	}
	theirs := map[throughline.PersonID]int{} // their place in People
	for _, p := range named {
		f := FoundPerson{ID: p.ID, Name: p.Name, Title: p.Title}
		if p.Ours {
			out.Sellers = append(out.Sellers, f)
			continue
		}
		theirs[p.ID] = len(out.People)
		out.People = append(out.People, f)
	}
	if in.Names || utf8.RuneCountInString(words) < 2 {
		return out, nil
	}
	return out, d.searchFacts(ctx, in, words, theirs, &out)
}

// lastWritten gives the deals through which a search looks, and says of how many.
// The rows of lists tell them at once, the open ones before those that have ended.
func (d *Desk) lastWritten(ctx context.Context, out *Searched) ([]throughline.DealID, error) {
	if _, listed, err := d.Lists.Listed(ctx, &d.Desk, d.Present()); err != nil {
		return nil, err
	} else if listed {
		l, err := d.Read().Query(ctx, store.Query{Order: store.ByRecent, Limit: mostSearched})
		out.Of = l.Total()
		return l.Deals, err
	}
	type head struct {
		id   throughline.DealID
		at   int64
		open int
	}
	var heads []head
	for s, err := range d.Read().Heads(ctx) {
		if err != nil {
			return nil, err
		}
		heads = append(heads, head{s.Deal, s.Horizon.UnixMicro(), desk.Count(s.Outcome() == throughline.StillOpen)})
	}
	slices.SortFunc(heads, func(a, b head) int {
		return cmp.Or(cmp.Compare(b.open, a.open), cmp.Compare(b.at, a.at), bytes.Compare(a.id[:], b.id[:]))
	})
	out.Of = len(heads)
	ids := make([]throughline.DealID, min(len(heads), mostSearched))
	for i := range ids {
		ids[i] = heads[i].id
	}
	return ids, nil
}

// searchFacts looks through what was recorded, deal by deal, those written to
// last first.
func (d *Desk) searchFacts(ctx context.Context, in SearchInput, words string, theirs map[throughline.PersonID]int, out *Searched) error {
	asOf := in.Instant(&d.Desk)
	last, err := d.lastWritten(ctx, out)
	if err != nil {
		return err
	}
	functions := map[throughline.PersonID]bool{} // met by what they are there
	for _, id := range last {
		facts, err := d.Read().Facts(ctx, id)
		if err != nil {
			return err
		}
		out.Looked++
		folded, ok := deal.Fold(facts, asOf)
		if !ok {
			continue
		}
		here := Named{ID: id, Title: folded.Title.Value}
		for i := len(folded.Known) - 1; i >= 0; i-- {
			f := folded.Known[i]
			joined, isPerson := f.Body.(deal.PersonJoined)
			if isPerson {
				k, known := theirs[joined.Person]
				if !known && strings.Contains(store.Folded(joined.Function), words) && len(out.People) < in.Limit {
					k, known = len(out.People), true
					theirs[joined.Person], functions[joined.Person] = k, true
					out.People = append(out.People, FoundPerson{ID: joined.Person, Title: joined.Function})
				}
				if known && !slices.Contains(out.People[k].Deals, here) {
					out.People[k].Deals = append(out.People[k].Deals, here)
				}
				continue
			}
			switch f.Body.(type) {
			case deal.Opened, deal.StageMoved: // titles and stages are looked for among the deals
				continue
			}
			text, ok := holding(f.Body, words)
			if !ok {
				continue
			}
			if len(out.Said) == in.Limit {
				out.More = true
				continue
			}
			out.Said = append(
				out.Said,
				FoundWords{
					Deal:   here,
					Fact:   f.ID,
					Kind:   f.Body.Kind(),
					Person: whoSaid(f.Body),
					On:     throughline.DayOf(f.When(), d.Days()),
					Text:   text,
					Place:  len(folded.Known) - 1 - i,
				},
			)
		}
	}
	return d.nameFound(ctx, functions, out)
}

// nameFound puts in the names of those found by what they are or said.
func (d *Desk) nameFound(ctx context.Context, functions map[throughline.PersonID]bool, out *Searched) error {
	var ids []throughline.PersonID
	for id := range functions {
		ids = append(ids, id)
	}
	for _, s := range out.Said {
		if !s.Person.IsZero() {
			ids = append(ids, s.Person)
		}
	}
	people, err := d.Read().People(ctx, desk.Distinct(ids))
	if err != nil {
		return err
	}
	for i := range out.People {
		if x := &out.People[i]; functions[x.ID] {
			x.Name = people[x.ID].Name
		}
	}
	out.People = slices.DeleteFunc(out.People, func(x FoundPerson) bool { return x.Name == "" })
	for i := range out.Said {
		out.Said[i].Name = people[out.Said[i].Person].Name
	}
	return nil
}

// whoSaid is whom of theirs a fact is about.
func whoSaid(b deal.Body) throughline.PersonID {
	v := reflect.ValueOf(b)
	if f := v.FieldByName("Person"); v.Kind() == reflect.Struct && f.IsValid() {
		if p, ok := f.Interface().(throughline.PersonID); ok {
			return p
		}
	}
	return throughline.PersonID{}
}

// holding gives the first of a body's free words that holds the words asked
// for, cut to what stands around them. Free words are those of type string, as
// for the Redactor; codes have types of their own.
func holding(b deal.Body, words string) (string, bool) {
	var found string
	var look func(v reflect.Value) bool
	look = func(v reflect.Value) bool {
		switch v.Kind() {
		case reflect.String:
			if v.Type() == reflect.TypeFor[string]() && strings.Contains(store.Folded(v.String()), words) {
				found = around(v.String(), words)
				return true
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if v.Type().Field(i).IsExported() && look(v.Field(i)) {
					return true
				}
			}
		case reflect.Slice:
			for i := range v.Len() {
				if look(v.Index(i)) {
					return true
				}
			}
		case reflect.Map:
			for _, k := range v.MapKeys() {
				if look(v.MapIndex(k)) {
					return true
				}
			}
		case reflect.Pointer, reflect.Interface:
			return !v.IsNil() && look(v.Elem())
		}
		return false
	}
	ok := look(reflect.ValueOf(b))
	return found, ok
}

// around cuts a long text to what stands around the words, at spaces.
func around(text, words string) string {
	text = strings.Join(strings.Fields(text), " ")
	at := strings.Index(strings.ToLower(text), words)
	if len(text) <= 3*roomAround || at < 0 || at > len(text) {
		return text
	}
	from, to := max(0, at-roomAround), min(len(text), at+len(words)+roomAround)
	for from > 0 && !(utf8.RuneStart(text[from]) && (text[from-1] == ' ' || unicode.Is(unicode.Han, firstRune(text[from:])))) {
		from--
	}
	for to < len(text) && !(utf8.RuneStart(text[to]) && (text[to] == ' ' || unicode.Is(unicode.Han, firstRune(text[to:])))) {
		to++
	}
	out := strings.TrimSpace(text[from:to])
	if from > 0 {
		out = "… " + out
	}
	if to < len(text) {
		out += " …"
	}
	return out
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}
