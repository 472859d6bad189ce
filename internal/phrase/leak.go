package phrase

import "github.com/throughline/throughline/internal/leak"

// LeftOut names attributes that were left out because they were not known on
// the first day, and how to take one in all the same.
func (p *Phrase) LeftOut(excluded []leak.Finding) []string {
	if len(excluded) == 0 {
		return nil
	}
	out := []string{p.Say("leak.left_out", "n", len(excluded))}
	for _, f := range excluded {
		out = append(out, p.Say("leak.one", "attr", f.Attr, "why", p.Say("leak.why_"+string(f.Why), "n", f.Cases)))
	}
	return append(out, p.Say("leak.insist"))
}
