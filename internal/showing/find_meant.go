package showing

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/store"
)

// MeantInput is a note, and whose deals are meant first.
type MeantInput struct {
	desk.View
	Text  string `arg:"" name:"text" json:"text" help:"The sentences."`
	Owner string `name:"owner" json:"owner,omitempty" help:"Whose deals are looked at first: a name, or our id."`
	Words string `name:"words" json:"words,omitempty" help:"Words of a title or a customer, in place of the sentences."`
}

// Meant is the answer of FindMeant: best first, at most six.
type Meant struct {
	Deals []MeantDeal `json:"deals"`
	Sure  bool        `json:"sure"` // the first is plainly the one
}

// MeantDeal is a deal that may be meant.
type MeantDeal struct {
	Named
	Account string `json:"account,omitempty"`
	Owner   string `json:"owner,omitempty"`
	Score   int    `json:"score"` // orders, says nothing by itself
}

// mostMeant is how many deals are offered, and how many words of a note are
// looked for among all deals.
const (
	mostMeant  = 6
	mostTokens = 8
)

// FindMeant does the work of operation.FindMeant: which deal a few sentences are about.
func FindMeant(ctx context.Context, d *Desk, in MeantInput) (Meant, error) {
	asOf := in.Instant(&d.Desk)
	if words := strings.TrimSpace(in.Words); words != "" {
		l, err := DealsOf(ctx, d, DealsInput{View: in.View, Search: words, Sort: "attention", Limit: mostMeant})
		out := Meant{Deals: []MeantDeal{}}
		for _, r := range l.Rows {
			out.Deals = append(out.Deals, meantDeal(r, 1))
		}
		return out, err
	}
	own, err := d.openOnes(ctx, asOf, in.View, in.Owner)
	if err != nil {
		return Meant{}, err
	}
	rows := own
	for _, token := range tokensOf(in.Text) {
		l, err := DealsOf(ctx, d, DealsInput{View: in.View, Search: token, Outcome: throughline.StillOpen.Word(), Sort: "attention", Limit: mostMeant})
		if err != nil {
			return Meant{}, err
		}
		for _, r := range l.Rows {
			if !slices.ContainsFunc(rows, func(o DealRow) bool { return o.ID == r.ID }) {
				rows = append(rows, r)
			}
		}
	}
	people, err := d.peopleOf(ctx, rows)
	if err != nil {
		return Meant{}, err
	}
	return meantAmong(store.Folded(in.Text), rows, people, len(own)), nil
}

func meantDeal(r DealRow, score int) MeantDeal {
	return MeantDeal{Named: Named{r.ID, cmp.Or(r.Title, r.Account, r.Foreign)}, Account: r.Account, Owner: r.Owner, Score: score}
}

// peopleOf reads the names of everybody in some deals.
func (d *Desk) peopleOf(ctx context.Context, rows []DealRow) (map[throughline.PersonID]store.Person, error) {
	var ids []throughline.PersonID
	for _, r := range rows {
		ids = append(ids, r.Summary.PersonIDs()...)
	}
	return d.Read().People(ctx, desk.Distinct(ids))
}

// What names weigh: a customer or a person by their whole name, a part of a
// name that is no one else's, a word of a title.
const (
	wholeName  = 8
	partOfName = 3
	titleWord  = 1
	ownDeal    = 1 // of two that are alike the own one
)

// meantAmong weighs the deals by the words of a folded note; the first own are
// those of whoever asks.
func meantAmong(note string, rows []DealRow, people map[throughline.PersonID]store.Person, own int) Meant {
	times := map[string]int{} // in how many deals a word stands
	words := make([]map[string]int, len(rows))
	for i, r := range rows {
		words[i] = map[string]int{}
		put := func(name string, whole, part int) {
			name = store.Folded(name)
			words[i][name] = max(words[i][name], whole)
			for _, w := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
				if utf8.RuneCountInString(w) >= 4 || part == partOfName && utf8.RuneCountInString(w) >= 3 {
					words[i][w] = max(words[i][w], part)
				}
			}
		}
		put(r.Account, wholeName, partOfName)
		put(r.Title, wholeName, titleWord)
		for _, id := range r.Summary.PersonIDs() {
			put(people[id].Name, wholeName, partOfName)
		}
		for w := range words[i] {
			times[w]++
		}
	}
	out := Meant{Deals: []MeantDeal{}}
	for i, r := range rows {
		score := 0
		for w, weight := range words[i] {
			if w != "" && (weight > titleWord || times[w] <= 3+len(rows)/20) && desk.StandsIn(note, w) {
				score += max(1, 4*weight/(times[w]+3))
			}
		}
		if score > 0 && i < own {
			score += ownDeal
		}
		if score > 0 {
			out.Deals = append(out.Deals, meantDeal(r, score))
		}
	}
	slices.SortStableFunc(out.Deals, func(a, b MeantDeal) int { return cmp.Compare(b.Score, a.Score) })
	out.Deals = out.Deals[:min(len(out.Deals), mostMeant)]
	out.Sure = len(out.Deals) > 0 && out.Deals[0].Score > partOfName && (len(out.Deals) == 1 || out.Deals[0].Score >= 2*out.Deals[1].Score)
	return out
}

// tokensOf gives words of a note that may be names: capitalised ones, and short
// runs in scripts that know no capitals.
func tokensOf(note string) (out []string) {
	for _, w := range strings.FieldsFunc(note, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' }) {
		first, size := utf8.DecodeRuneInString(w)
		n := utf8.RuneCountInString(w)
		name := unicode.IsUpper(first) && n >= 4 || desk.Gapless(first) && n >= 2 && n <= 6 && size > 1
		if name && !slices.Contains(out, w) && len(out) < mostTokens {
			out = append(out, w)
		}
	}
	return out
}
