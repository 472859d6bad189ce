package web_test

import (
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/company"
)

type stop struct{ name, path string }

// walk lists the pages that are looked at: each kind once, and deals of
// several kinds.
func (s *shop) walk(t testing.TB) []stop {
	t.Helper()
	find := func(what string, is func(company.Truth) bool) stop {
		for _, c := range s.truth {
			if is(c) {
				return stop{what, "/deals/" + c.Deal.String()}
			}
		}
		t.Fatalf("the made-up company has no deal that is %s", what)
		return stop{}
	}
	open := func(c company.Truth) bool { return c.Outcome == throughline.StillOpen }
	return []stop{
		{"today", "/"},
		{"forecast", "/forecast"}, // before the deals: they then have an outlook to show
		find("deal", func(c company.Truth) bool { return open(c) && c.Story != "" && c.Frontier == throughline.Align }),
		find("deal-late", func(c company.Truth) bool { return open(c) && c.Frontier >= throughline.Commit }),
		find("deal-story", func(c company.Truth) bool { return open(c) && c.Story != "" && c.Frontier != throughline.Align }),
		find("deal-over", func(c company.Truth) bool { return c.Outcome == throughline.NoDecision }),
		{"private", find("", open).path + "/private"},
		{"deals", "/deals?sort=amount"},
		{"back", "/?as_of=2026-06-30"},
		{"learning", "/learning"},
		{"start", "/start"},
		{"bring", "/bring"},
		{"jobs", "/jobs"},
		{"playbook", "/playbook"},
		{"missing", "/nowhere"},
	}
}
