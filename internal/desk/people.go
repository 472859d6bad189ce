package desk

import (
	"maps"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// PeopleIn lists everyone the deal's facts point at, ours included.
func PeopleIn(f deal.Deal) []throughline.PersonID {
	seen := map[throughline.PersonID]bool{}
	for id := range f.People {
		seen[id] = true
	}
	for _, fact := range f.Known {
		seen[fact.By.Person] = true
		for _, id := range deal.PeopleOf(fact.Body) {
			seen[id] = true
		}
	}
	delete(seen, throughline.PersonID{})
	return slices.Collect(maps.Keys(seen))
}

// Mentioned adds the people named in a text as {person:ID}.
func Mentioned(text string, seen map[throughline.PersonID]bool) {
	for _, id := range deal.Mentioned(text) {
		seen[id] = true
	}
}
