package workshop

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook/lint"
	"github.com/throughline/throughline/internal/playbook/trial"
)

// Test runs the tests that stand beside the playbook.
func Test(_ context.Context, d *Bench) (PlaybookTests, error) {
	if d.Book == nil {
		return PlaybookTests{}, unusable(d)
	}
	said := append(diag.Findings{}, d.Findings...)
	said = append(said, lint.Playbook(d.Book, d.bookText, lint.Measured{}).Findings...)
	r := trial.Run(d.Book, said)
	out := PlaybookTests{Report: r, Found: diag.Findings{}}
	for _, f := range d.Findings {
		if f.Severity == diag.Error {
			out.Found = append(out.Found, f)
		}
	}
	out.Found = d.namedAsGiven(append(out.Found, r.Findings()...))
	return out, nil
}

// PlaybookTests is the answer of TestPlaybook.
type PlaybookTests struct {
	trial.Report
	Found diag.Findings `json:"findings"` // what is wrong with the playbook itself, then the differences
}

// Findings gives what is wrong with the playbook, and the differences.
func (t PlaybookTests) Findings() diag.Findings { return t.Found }

// unusable says that a playbook cannot be worked with.
func unusable(d *Bench) error {
	name := d.BookDir
	if name == "" {
		name = "starter"
	}
	return throughline.Fail("open playbook", throughline.Invalid, name, errUnusable)
}
