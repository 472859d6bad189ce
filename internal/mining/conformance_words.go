package mining

import "fmt"

// words says what stands out.
func (r *Conformance) words(cases int) []string {
	if cases == 0 {
		return nil
	}
	out := []string{fmt.Sprintf("%d of %d cases went the road exactly; the mean fit is %.2f", r.Exact, cases, r.Fit)}
	var most, moved *StepFit
	for i := range r.Steps {
		s := &r.Steps[i]
		if most == nil || s.Skipped > most.Skipped {
			most = s
		}
		if moved == nil || s.OtherOrder > moved.OtherOrder {
			moved = s
		}
	}
	if most != nil && most.Skipped > 0 {
		out = append(out, fmt.Sprintf("most often skipped: %s, in %d cases, %d of them won", most.Name, most.Skipped, most.SkippedBy["won"]))
	}
	if moved != nil && moved.OtherOrder > 0 {
		out = append(out, fmt.Sprintf("most often done in another order: %s, in %d cases", moved.Name, moved.OtherOrder))
	}
	if len(r.Extras) > 0 {
		out = append(out, fmt.Sprintf("most often done beside the road: %s, in %d cases", r.Extras[0].Name, r.Extras[0].Cases))
	}
	return out
}
