package web

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline/internal/classifier"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/playbook/howmany"
	"github.com/throughline/throughline/internal/workshop"
)

// countView asks what is sold to whom and how it is bought, and says how many
// processes that needs. Nothing is kept: the answers are in the address, so that
// it can be sent to a colleague.
type countView struct {
	frame
	Said   *phrase.Counted // nil: nothing was answered yet
	Lines  []offerView
	Asked  []string // the questions over the columns of answers
	Back   string
	Mined  string
	Public string
	Studio string  // the button that makes a draft of the answer
	Kept   []field // the answers, for that
}

type offerView struct {
	Number, Name                 string
	Offer, Market, Deals, Public string // what stands in the fields
	Answers                      []answerView
}

type answerView struct {
	Field, Ask string
	Choices    []choice
}

// offered is how many lines the form has; a filled form offers one more.
const offered, mostOffered = 2, 24

func (s *site) count(v *visit) (component, error) {
	out := countView{
		frame:  v.frame(v.p.Say("howmany.heading"), "playbook"),
		Back:   v.link("/playbook"),
		Mined:  v.link("/learning"),
		Public: v.p.Say("howmany.public"),
	}
	lines, cells := offered, v.offersIn(v.query)
	for n := range mostOffered {
		if _, typed := offerOf(v.query, strconv.Itoa(n)); typed {
			lines = max(lines, n+2)
		}
	}
	for n := range min(lines, mostOffered) {
		out.Lines = append(out.Lines, v.offerLine(n))
	}
	if len(cells) > 0 {
		r, err := ask[workshop.OffersCounted](v, operation.CountProcesses, &workshop.OffersInput{Cells: cells})
		if err != nil {
			return nil, err
		}
		said := v.p.HowMany(r.Cells, r.Answer)
		out.Said, out.Studio = &said, v.p.Say("howmany.to_draft", "n", r.Processes)
		for _, name := range slices.Sorted(maps.Keys(v.query)) {
			if value := v.query.Get(name); value != "" && name != "lang" && name != "as_of" {
				out.Kept = append(out.Kept, field{name, value})
			}
		}
	}
	return countPage(out), nil
}

// offersIn reads the lines of the form that say anything.
func (v *visit) offersIn(from url.Values) []howmany.Cell {
	var out []howmany.Cell
	for n := range mostOffered {
		if c, typed := offerOf(from, strconv.Itoa(n)); typed {
			out = append(out, c)
		}
	}
	return out
}

// offerOf reads a line of the form.
func offerOf(from url.Values, n string) (c howmany.Cell, typed bool) {
	get := func(name string) string { return strings.TrimSpace(from.Get(name + n)) }
	c = howmany.Cell{Offer: cutTo(get("o"), 120), Market: cutTo(get("m"), 120), Public: get("u") != "", Answers: map[string]int{}}
	if d, err := strconv.Atoi(get("d")); err == nil && d > 0 {
		c.Deals = d
	}
	for _, f := range howmany.Asked() {
		if a, err := strconv.Atoi(get(string(f) + ".")); err == nil && a >= 0 && a <= 2 {
			c.Answers[string(f)] = a
		}
	}
	return c, c.Offer != "" || c.Market != ""
}

func (v *visit) offerLine(number int) offerView {
	n := strconv.Itoa(number)
	get := func(name string) string { return v.query.Get(name + n) }
	out := offerView{Number: n, Name: v.p.Say("howmany.line", "n", number+1), Offer: get("o"), Market: get("m"), Deals: get("d"), Public: get("u")}
	for _, f := range howmany.Asked() {
		out.Answers = append(out.Answers, v.answer(f, n))
	}
	return out
}

func (v *visit) answer(f classifier.Factor, n string) answerView {
	key := "factor." + string(f) + "."
	out := answerView{Field: string(f) + "." + n, Ask: v.p.Say(key + "ask")}
	for s := range 3 {
		word := strconv.Itoa(s)
		out.Choices = append(out.Choices, choice{Word: v.p.Say(key + "s" + word), Href: word, Here: v.query.Get(out.Field) == word})
	}
	return out
}

// cutTo keeps what is typed to a length that a page can show.
func cutTo(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}
