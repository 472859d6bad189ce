package workshop

import (
	"fmt"
	"strings"

	"github.com/throughline/throughline/internal/diag"
)

// PlaybookTrouble is Operation.PlaybookTrouble for a face that reads the
// playbook itself, such as the server.
func (d *Bench) PlaybookTrouble() diag.Findings {
	errors := 0
	first := diag.Finding{}
	for _, f := range d.Findings {
		if f.Severity != diag.Error {
			continue
		}
		if errors++; errors == 1 {
			first = f
		}
	}
	if errors == 0 {
		return nil
	}
	name, check := "the playbook", "throughline playbook check"
	if d.BookDir != "" {
		name, check = "the playbook "+d.BookDir, check+" --playbook "+d.BookDir
	}
	many := "has an error"
	if errors > 1 {
		many = fmt.Sprintf("has %d errors", errors)
	}
	f := diag.Finding{Check: "playbook-errors", Severity: diag.Warning, Range: first.Range, Count: errors, Value: d.BookDir,
		Message: fmt.Sprintf("%s %s; what is wrong is left out, and the rest is used", name, many),
		Hint:    check + " shows them; the first: " + first.Message}
	if refused := d.refused(); len(refused) > 0 {
		f.Message += fmt.Sprintf("; no deal goes to %s, whose rule cannot be read", strings.Join(refused, ", "))
	}
	return d.namedAsGiven(diag.Findings{f})
}

// refused names the processes whose rule was refused.
func (d *Bench) refused() []string {
	var out []string
	if d.Book == nil {
		return nil
	}
	for _, pr := range d.Book.Processes {
		if pr.When.Refused() {
			out = append(out, pr.ID)
		}
	}
	return out
}
