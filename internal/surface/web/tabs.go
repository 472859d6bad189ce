package web

import "github.com/throughline/throughline/internal/phrase"

// The pages of one deal, in the order in which they stand on each of them.
var dealTabs = []struct{ key, path string }{
	{"deal", ""}, {"questions", "/questions"}, {"people", "/people"}, {"strategy", "/strategy"}, {"before", "/before"}, {"steps", "/steps"},
	{"plan", "/plan"}, {"contracting", "/contracting"}, {"outlook", "/forecast"}, {"ledger", "/ledger"}, {"close", "/close"},
}

// tabs gives the way between the pages of one deal; here is the key of this one.
func (v *visit) tabs(id, here string) []choice {
	var out []choice
	for _, t := range dealTabs {
		out = append(out, choice{Word: tabWord(v.p, t.key), Href: v.link("/deals/" + id + t.path), Here: t.key == here})
	}
	return out
}

func tabWord(p *phrase.Phrase, key string) string { return p.Say("tab." + key) }
