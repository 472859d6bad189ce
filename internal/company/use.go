package company

import (
	"math/rand/v2"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// madeUpUse is how often, on a working day, something is used in the made-up
// company: pages by their addresses, pages and seconds of deals by their class,
// prompts by their pack.
var madeUpUse = []struct {
	kind, what string
	n          int64
}{
	{"prompt", "insight", 6}, {"prompt", "mobiliser", 3}, {"prompt", "jolt", 4}, {"prompt", "buying_facilitation", 7},
	{"page", "/", 34}, {"page", "/deals", 16}, {"page", "/deals/{id}", 22}, {"page", "/deals/{id}/questions", 13}, {"page", "/deals/{id}/people", 11},
	{"page", "/deals/{id}/strategy", 9}, {"page", "/deals/{id}/before", 12}, {"page", "/deals/{id}/contracting", 6}, {"page", "/deals/{id}/plan", 3},
	{"page", "/deals/{id}/forecast", 4}, {"page", "/forecast", 3}, {"page", "/learning", 1}, {"page", "/playbook", 2},
	{"form", "/deals/{id}/capture", 9}, {"form", "/deals/{id}/strategy", 3}, {"form", "/today/next", 12},
	{"deal", "complex", 29}, {"deal", "complex-no-process", 35}, {"deal", "transactional", 2}, {"deal", "transactional-informal", 1}, {"deal", "unclassified", 4},
	{"seconds", "complex", 1310}, {"seconds", "complex-no-process", 1600}, {"seconds", "transactional", 32}, {"seconds", "transactional-informal", 12},
	{"seconds", "unclassified", 144}, {"seconds", "", 4200},
}

// Uses makes up how the pages were used in the thirteen weeks before a day, the
// same for the same seed. No prompt was shown of the methods that are said to go.
func Uses(seed uint64, today throughline.Day) []store.Use {
	r := rand.New(rand.NewPCG(seed, 0x75736573))
	var out []store.Use
	for day := today.Add(-91); day.Compare(today) < 0; day = day.Add(1) {
		if w := day.Civil().Weekday(); w == time.Saturday || w == time.Sunday {
			continue
		}
		for _, u := range madeUpUse {
			if n := int64(float64(u.n) * (0.6 + 0.8*r.Float64())); n > 0 {
				out = append(out, store.Use{Day: day, Kind: u.kind, What: u.what, N: n})
			}
		}
	}
	return out
}
