package operation

import (
	"slices"

	"github.com/throughline/throughline/internal/leak"
	"github.com/throughline/throughline/internal/phrase"
)

// firstDay lists the attributes that the playbook's mapping says are known on
// the first day.
func (d *Desk) firstDay() []string {
	if d.Book == nil {
		return nil
	}
	return d.Book.Mapping.FirstDay
}

// leaks finds the attributes of a history that were not known on the first
// day; not looked at are those that are left out anyway, and those somebody
// insists on.
func (h *history) leaks(d *Desk, without, insisted []string) []leak.Finding {
	var names []string
	for _, name := range leak.Names(h.log) {
		if !slices.Contains(without, name) && !slices.Contains(insisted, name) && !slices.Contains(d.firstDay(), name) {
			names = append(names, name)
		}
	}
	return leak.InLog(h.log, h.log.All(), h.end, names)
}

// LeakWords names attributes that were left out because they were not known on
// the first day, and how to take one in all the same.
func LeakWords(p *phrase.Phrase, excluded []leak.Finding) []string {
	if len(excluded) == 0 {
		return nil
	}
	out := []string{p.Say("leak.left_out", "n", len(excluded))}
	for _, f := range excluded {
		out = append(out, p.Say("leak.one", "attr", f.Attr, "why", p.Say("leak.why_"+string(f.Why), "n", f.Cases)))
	}
	return append(out, p.Say("leak.insist"))
}

// left lists the names of what was found.
func left(excluded []leak.Finding) []string {
	var out []string
	for _, f := range excluded {
		out = append(out, f.Attr)
	}
	return out
}
