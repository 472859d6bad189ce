package throughline

import (
	"fmt"
	"time"
)

// Grade says how far evidence can be trusted, E0 to E4 (DOMAIN 3.2).
type Grade uint8

// The five grades.
const (
	E0 Grade = iota // assumed
	E1              // the seller's reading of a conversation
	E2              // a named customer person said it, dated
	E3              // a customer person wrote it, did it or spent something on it
	E4              // two functions independently, or an official record
)

// String gives "E0" to "E4".
func (g Grade) String() string { return fmt.Sprintf("E%d", int(g)) }

// FromCustomer reports whether evidence of this grade comes from the customer
// and is not our own reading: E2 and better.
func (g Grade) FromCustomer() bool { return g >= E2 }

// MarshalText spells the grade.
func (g Grade) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText reads "E0" to "E4" in either case.
func (g *Grade) UnmarshalText(b []byte) error {
	if len(b) == 2 && (b[0] == 'E' || b[0] == 'e') && b[1] >= '0' && b[1] <= '4' {
		*g = Grade(b[1] - '0')
		return nil
	}
	return Refuse("unknown_word", "grade %q is none of E0 to E4", "word", string(b))
}

// ShelfLives is how long evidence of each grade keeps its strength, by grade.
// E0 has none and never decays.
type ShelfLives [5]time.Duration

const day = 24 * time.Hour

// DefaultShelfLives are the defaults of DOMAIN 3.2 [J]; a playbook may change them.
func DefaultShelfLives() ShelfLives {
	return ShelfLives{0, 14 * day, 30 * day, 60 * day, 90 * day}
}

// Of gives the shelf life of a grade in a company whose typical cycle is
// known: max(default, cycle/6). A cycle of zero means unknown.
func (l ShelfLives) Of(g Grade, cycle time.Duration) time.Duration {
	if int(g) >= len(l) || l[g] == 0 {
		return 0
	}
	return max(l[g], cycle/6)
}

// Strength is the grade's strength after age has passed: one grade less for
// each shelf life that has passed, never below E0.
func (l ShelfLives) Strength(g Grade, age, cycle time.Duration) Grade {
	life := l.Of(g, cycle)
	if life == 0 || age < life {
		return g
	}
	lapses := int64(age / life)
	if lapses >= int64(g) {
		return E0
	}
	return g - Grade(lapses)
}
