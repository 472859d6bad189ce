package statement

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/throughline/throughline/internal/diag"
)

//go:embed checks.yaml
var checksYAML []byte

// Check is one thing that can be wrong with a statement, as data.
type Check struct {
	ID       string        `yaml:"id" json:"id"`
	Name     string        `yaml:"name" json:"name"`
	Severity diag.Severity `yaml:"severity" json:"severity"` // in a milestone
	Summary  string        `yaml:"summary" json:"summary"`
	Message  string        `yaml:"message" json:"message"`
	Hint     string        `yaml:"hint" json:"hint"`
	Before   string        `yaml:"before" json:"before"` // flagged by this check
	After    string        `yaml:"after" json:"after"`   // clean

	Cue        string `yaml:"cue" json:"cue,omitempty"`                 // RE2; "" where the sentence is read instead
	Except     string `yaml:"except" json:"except,omitempty"`           // takes the finding back
	Also       string `yaml:"also" json:"also,omitempty"`               // a second cue, which no act excuses
	AlsoExcept string `yaml:"also_except" json:"also_except,omitempty"` // takes that one back
	UnlessAct  bool   `yaml:"unless_act" json:"unless_act,omitempty"`   // a customer's visible act excuses the cue

	cue, except, also, alsoExcept *regexp.Regexp
	cueSieve, alsoSieve           *sieve
}

// Page is where the check is explained.
func (c Check) Page() string { return "docs/checks/" + c.ID + ".md" }

// Checks lists the shipped checks, L01 to L14.
func Checks() []Check { return slices.Clone(shipped().checks) }

// Explain gives the check of an id, in either case.
func Explain(id string) (Check, bool) {
	for _, c := range shipped().checks {
		if strings.EqualFold(c.ID, id) {
			return c, true
		}
	}
	return Check{}, false
}

func readChecks(text []byte) ([]Check, error) {
	var out []Check
	if err := yaml.Load(text, &out, yaml.WithKnownFields()); err != nil {
		return nil, fmt.Errorf("read checks: %w", err)
	}
	for i := range out {
		c := &out[i]
		for _, p := range []struct {
			text string
			into **regexp.Regexp
		}{{c.Cue, &c.cue}, {c.Except, &c.except}, {c.Also, &c.also}, {c.AlsoExcept, &c.alsoExcept}} {
			if p.text == "" {
				continue
			}
			re, err := regexp.Compile("(?i)" + p.text)
			if err != nil {
				return nil, fmt.Errorf("read check %s: %w", c.ID, err)
			}
			*p.into = re
		}
		c.cueSieve, c.alsoSieve = sieveOf(c.Cue), sieveOf(c.Also)
	}
	return out, nil
}

// place finds where the check's cue stands in the statement; low is
// the statement in lower case.
func (c *Check) place(s, low string, acted bool) (from, to int, ok bool) {
	if c.cue != nil && !(c.UnlessAct && acted) && c.cueSieve.passes(low) {
		if m := c.cue.FindStringIndex(s); m != nil && (c.except == nil || !c.except.MatchString(s)) {
			return m[0], m[1], true
		}
	}
	if c.also != nil && c.alsoSieve.passes(low) {
		if m := c.also.FindStringIndex(s); m != nil && (c.alsoExcept == nil || !c.alsoExcept.MatchString(s)) {
			return m[0], m[1], true
		}
	}
	return 0, 0, false
}
