package eventlog

import (
	"fmt"
	"slices"

	"github.com/throughline/throughline/internal/diag"
)

// Notes gathers findings of a reader: the first of a kind keeps its position,
// further ones of the same check and field are counted. So a file that is wrong
// in a million places costs no more than one that is wrong in one.
type Notes struct {
	list diag.Findings
	at   map[noteKey]int
	more int
}

type noteKey struct{ check, field string }

// maxNotes bounds the different findings of one file.
const maxNotes = 500

// Add takes a finding; it reports whether it is the first of its kind, which
// is when a reader works out its line.
func (n *Notes) Add(f diag.Finding) bool {
	k := noteKey{f.Check, f.Field}
	if i, ok := n.at[k]; ok {
		n.list[i].Count = n.list[i].Places() + f.Places()
		return false
	}
	if len(n.list) >= maxNotes {
		n.more += f.Places()
		return false
	}
	if n.at == nil {
		n.at = map[noteKey]int{}
	}
	n.at[k] = len(n.list)
	n.list = append(n.list, f)
	return true
}

// Known reports whether a finding of this kind is there already, and counts one more.
func (n *Notes) Known(check, field string) bool {
	i, ok := n.at[noteKey{check, field}]
	if ok {
		n.list[i].Count = n.list[i].Places() + 1
	}
	return ok
}

// Has reports whether a finding of this kind is there already.
func (n *Notes) Has(check, field string) bool {
	_, ok := n.at[noteKey{check, field}]
	return ok
}

// Absorb takes over all findings of m, moved by the function.
func (n *Notes) Absorb(m *Notes, move func(*diag.Finding)) {
	for _, f := range m.list {
		move(&f)
		n.Add(f)
	}
	n.more += m.more
}

// Reset forgets everything.
func (n *Notes) Reset() { *n = Notes{} }

// Findings gives what was gathered, in the order of the file.
func (n *Notes) Findings() diag.Findings {
	out := slices.Clone(n.list)
	if n.more > 0 {
		out = append(out, diag.Finding{Check: "log-more", Severity: diag.Warning, Count: n.more,
			Message: fmt.Sprintf("%s more of other kinds are not listed", count(n.more, "finding"))})
	}
	out.Sort()
	return out
}
