package deal

import (
	"fmt"

	"github.com/throughline/throughline"
)

// Actor says who acted when a fact came in, on whose side, and by which way.
// The zero Actor is nobody that is known.
type Actor struct {
	Person throughline.PersonID `json:"person,omitzero"` // of the side's; zero where nobody said who
	Side   Side                 `json:"side,omitempty"`  // whose act bringing it was; unknown for an import and for the program itself
	Via    Via                  `json:"via,omitempty"`   // "" where nobody noted it
}

// Via is the way by which a fact came in.
type Via string

// The ways. Where one of ours took what was read out of a note, the way says
// what had read it, and not on which face they took it.
const (
	ViaPage    Via = "page"    // typed on a page
	ViaCommand Via = "command" // typed on the command line
	ViaREST    Via = "rest"    // sent by a program
	ViaPlan    Via = "plan"    // written on the plan by a link
	ViaImport  Via = "import"  // read from another system's records
	ViaNote    Via = "note"    // read out of a note by lists and examples, and accepted
	ViaModel   Via = "model"   // proposed by a language model, and accepted
	ViaJob     Via = "job"     // by the program itself
)

// ways are the ways by the numbers under which stores keep them. A number is
// never given twice; a new way is added at the end, of sixteen at most.
var ways = [...]Via{"", ViaPage, ViaCommand, ViaREST, ViaPlan, ViaImport, ViaNote, ViaModel, ViaJob}

var sides = [...]Side{UnknownSide, Us, Customer}

// Vias lists the ways by which a fact may come in.
func Vias() []Via { return ways[1:] }

// ByOurs is the actor of a fact of which it is only known who of us said it.
func ByOurs(p throughline.PersonID) Actor {
	if p.IsZero() {
		return Actor{}
	}
	return Actor{Person: p, Side: Us}
}

// Author is who of us said so; zero where the fact is the customer's own, or
// came from elsewhere.
func (f Fact) Author() throughline.PersonID {
	if f.By.Side != Us {
		return throughline.PersonID{}
	}
	return f.By.Person
}

// Mark gives side and way as one byte, for stores: the side's number times
// sixteen, and the way's.
func (a Actor) Mark() (byte, error) {
	for i, s := range sides {
		for j, v := range ways {
			if s == a.Side && v == a.Via {
				return byte(i<<4 | j), nil
			}
		}
	}
	return 0, fmt.Errorf("was brought by side %q and way %q, which are none", a.Side, a.Via)
}

// Marked reads what Mark gave; ok is false for a byte that it never gives.
func Marked(p throughline.PersonID, mark byte) (a Actor, ok bool) {
	side, way := int(mark>>4), int(mark&15)
	if side >= len(sides) || way >= len(ways) {
		return Actor{}, false
	}
	return Actor{Person: p, Side: sides[side], Via: ways[way]}, true
}

// Unmarked says who acted by what a ledger kept before it kept actors: who of
// us said so, where that was known, and the source. What neither one of us nor
// the customer's plan nor the program brought was imported.
func Unmarked(author throughline.PersonID, s Source) Actor {
	if !author.IsZero() {
		return ByOurs(author)
	}
	switch s.System {
	case "":
		return Actor{}
	case "person", "document", "message":
		return Actor{Side: Us}
	case "plan":
		return Actor{Side: Customer, Via: ViaPlan}
	case "playbook": // published, and the deals moved to it
		return Actor{Via: ViaJob}
	}
	return Actor{Via: ViaImport}
}
