package operation

import (
	"slices"

	"github.com/throughline/throughline/internal/diag"
)

// PlaybookTrouble says, in one finding, that the playbook at the desk has
// errors, what is done without, and where they are shown. None where it has
// none, and where the operation says them itself or reads no playbook. Faces
// ask once for each run.
func (o Operation) PlaybookTrouble(d *Desk) diag.Findings {
	own := [][]string{
		{"playbook", "check"},
		{"playbook", "test"},
		{"playbook", "publish"},
		{"playbook", "explain"},
		{"playbook", "init"},
		{"classify"},
		{"steps"},
	}
	if o.Words[0] == "admin" || slices.ContainsFunc(own, func(w []string) bool { return slices.Equal(w, o.Words) }) {
		return nil
	}
	return d.PlaybookTrouble()
}
