package learning

import (
	"slices"

	"github.com/throughline/throughline/internal/leak"
)

// leaks finds the attributes of a history that were not known on the first
// day; not looked at are those that are left out anyway, and those somebody
// insists on.
func (h *history) leaks(d *Learner, without, insisted []string) []leak.Finding {
	var names []string
	for _, name := range leak.Names(h.log) {
		if !slices.Contains(without, name) && !slices.Contains(insisted, name) && !slices.Contains(d.Mapping().FirstDay, name) {
			names = append(names, name)
		}
	}
	return leak.InLog(h.log, h.log.All(), h.end, names)
}

// left lists the names of what was found.
func left(excluded []leak.Finding) []string {
	var out []string
	for _, f := range excluded {
		out = append(out, f.Attr)
	}
	return out
}
