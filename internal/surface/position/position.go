// Package position draws who takes part in a deal: where each stands, how much
// their role weighs, whether they see the same problem, and who is missing.
//
// Takes: a Map, whose words are already in the reader's language.
// Gives: SVG as text, in two shapes: large, and stacked rows for narrow screens.
// Never: decides where anyone stands, places anyone nobody has heard from, or tells anything by colour alone.
package position

import (
	"cmp"
	"slices"

	"github.com/throughline/throughline"
)

// Map is everything the picture says. Empty hrefs draw a mark that is no link.
type Map struct {
	ID    string // begins every id in the picture; unique on its page
	Title string // one sentence for those who cannot see it
	Desc  string // the rest in sentences

	Stances [5]string // what stands over the columns, from against (-2) to for (+2)
	Levels  [3]string // what stands beside the rows, from the top: who decides, who shapes it, who lives with it
	Untold  string    // over the band of those whose position nobody has told us
	Empty   string    // where nobody is known at all, in a sentence
	Legend  Legend

	People []Person
	Seats  []Seat
}

// Legend names the marks. What is empty is left out.
type Legend struct{ Agrees, Differs, Unstated, SaysNo, Seat string }

// Level is a row, by how much a role weighs in the decision.
type Level int

// The rows, from the top.
const (
	Decides Level = iota
	Shapes
	Lives
)

// LevelOf gives the row of whoever holds these roles, the highest of them, and
// whether they are formally asked and can say no.
func LevelOf(roles []throughline.Role) (l Level, saysNo bool) {
	l = Lives
	for _, r := range roles {
		switch r {
		case throughline.BudgetDecider, throughline.RuleSetter, throughline.SponsorRole:
			l = min(l, Decides)
		case throughline.ProblemOwner, throughline.ChangeLeader, throughline.Checker, throughline.BuyerOfRecord, throughline.Opponent:
			l = min(l, Shapes)
		}
		saysNo = saysNo || r == throughline.Checker || r == throughline.BuyerOfRecord
	}
	return l, saysNo
}

// Agreement is whether somebody describes the problem as the others do.
type Agreement int

// The three answers.
const (
	Unstated Agreement = iota
	Agrees
	Differs
)

// Person is one of those who take part.
type Person struct {
	Name   string
	Note   string // a few words under the name: the role, or what was known once
	Label  string // for those who cannot see it: "Maria Oduya, sponsor: leans towards it"
	Level  Level
	SaysNo bool // formally asked, and can say no: a square
	Known  bool // where they stand was told, and has not grown old
	Stance int  // -2 to +2, where Known
	Agreed Agreement
	Href   string
}

// Seat is a role that nobody holds yet.
type Seat struct {
	Name  string
	Label string
	Level Level
	Href  string
}

// column gives the column of a person: 0 to 4, and 5 for the untold.
func (p Person) column() int {
	if !p.Known {
		return untold
	}
	return min(max(p.Stance, -2), 2) + 2
}

const untold = 5

func (l Level) row() int { return int(min(max(l, Decides), Lives)) }

// cells gives the people by row and column, those who can say no first, then
// as they were handed in.
func (m Map) cells() (cells [3][6][]Person, seats [3][]Seat) {
	for _, p := range m.People {
		cells[p.Level.row()][p.column()] = append(cells[p.Level.row()][p.column()], p)
	}
	for r := range cells {
		for c := range cells[r] {
			slices.SortStableFunc(cells[r][c], func(a, b Person) int { return cmp.Compare(first(a), first(b)) })
		}
	}
	for _, s := range m.Seats {
		seats[s.Level.row()] = append(seats[s.Level.row()], s)
	}
	return cells, seats
}

func first(p Person) int {
	if p.SaysNo {
		return 0
	}
	return 1
}
