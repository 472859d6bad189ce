// Package directory reads what a company's directory sends about its people and
// groups by SCIM 2.0 (RFC 7643, RFC 7644), and spells what it is answered.
//
// Takes: bodies, filters and paths as Entra ID and Okta send them, instants.
// Gives: people and groups as values, changed as a body asks; resources to answer with; problems in SCIM's own words.
// Never: keeps anything, knows who may ask, or reads further than it says.
package directory

import (
	"fmt"
	"slices"
)

// The bounds of what is read.
const (
	MostBody   = 2 << 20 // bytes of a body
	mostText   = 256     // characters of one value
	mostFilter = 4 << 10 // bytes of a filter
	mostDepth  = 16      // parentheses and brackets within each other
	mostTerms  = 64      // comparisons of a filter
	mostSteps  = 1000    // operations of one PATCH
)

// The words by which SCIM says what is wrong (RFC 7644, table 9).
const (
	Uniqueness    = "uniqueness"
	InvalidFilter = "invalidFilter"
	InvalidPath   = "invalidPath"
	InvalidSyntax = "invalidSyntax"
	InvalidValue  = "invalidValue"
	NoTarget      = "noTarget"
	Mutability    = "mutability"
)

// Problem is why a request is not done, as SCIM words it.
type Problem struct {
	Status int
	Type   string // one of the words above, or none
	Detail string
}

// Error gives the detail.
func (p *Problem) Error() string { return p.Detail }

func bad(kind, format string, args ...any) *Problem {
	return &Problem{400, kind, fmt.Sprintf(format, args...)}
}

// User is somebody as a directory spells them.
type User struct {
	UserName, External                string
	Display, Formatted, Given, Family string
	Email                             string
	Active                            bool
}

// Group is a group as a directory spells it.
type Group struct {
	Name, External string
	Members        []string // ids, each once
}

func (g *Group) add(ids []string) {
	have := make(map[string]bool, len(g.Members))
	for _, id := range g.Members {
		have[id] = true
	}
	for _, id := range ids {
		if !have[id] {
			have[id] = true
			g.Members = append(g.Members, id)
		}
	}
}

func (g *Group) remove(is func(id string) bool) { g.Members = slices.DeleteFunc(g.Members, is) }
