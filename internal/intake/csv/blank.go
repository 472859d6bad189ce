package csv

import (
	"bytes"
	"fmt"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake/spelling"
)

// blank counts how often a column is blank on rows of open and of ended deals.
// A column that is filled in only when a deal ends tells, by being filled, how
// the story went: what is learned from it would be a leak from the future.
type blank struct {
	col  int
	rows [2]int // open, ended
	none [2]int
}

// blanks watches the account and the attributes.
func (s *Source) blanks() []blank {
	var out []blank
	if i := s.col[accountRole]; i >= 0 {
		out = append(out, blank{col: i})
	}
	for _, a := range s.attrs {
		out = append(out, blank{col: a.col})
	}
	return out
}

func (b *blank) count(row *Row, ended bool) {
	k := 0
	if ended {
		k = 1
	}
	b.rows[k]++
	if cell := bytes.TrimSpace(row.Cell(b.col)); len(cell) == 0 || spelling.Nothing(view(cell), spelling.Name) {
		b.none[k]++
	}
}

// enoughRows of either kind are needed before a pattern is told.
const enoughRows = 30

func (b *blank) finding(t *Table) (diag.Finding, bool) {
	name := t.Header[b.col]
	if b.rows[0] < enoughRows || b.rows[1] < enoughRows || b.none[0]*10 < b.rows[0] || b.none[1]*100 > b.rows[1] {
		return diag.Finding{}, false
	}
	return diag.Finding{Check: "blank-while-open", Severity: diag.Hint, Field: name, Count: b.none[0], Range: headerCell(t, b.col),
		Message: fmt.Sprintf(
			"%s is blank on %d of %d open rows and on %d of %d ended ones: whether it is filled tells whether a deal has ended",
			name,
			b.none[0],
			b.rows[0],
			b.none[1],
			b.rows[1],
		),
		Hint: "its values can be used, their absence cannot: it is not known on the first day"}, true
}
