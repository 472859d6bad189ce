package forecast

import (
	"slices"

	"github.com/throughline/throughline/internal/survival"
)

// short is a hazard model on two variables, the age and the state: what anybody
// would try first, and what the full model has to beat.
// docs/methods/forecast-baselines.md.
type short struct {
	design  *design
	fit     *survival.Discrete
	average []float64 // mean row of columns, for drivers
}

// lean is its ridge: little, since it has few columns.
const lean = 1.0

func newShort(h *History, l *landmarks, of *part) (*short, error) {
	p := *of
	p.rough = 5e-5
	age := slices.IndexFunc(h.Fields, func(f Field) bool { return f.Name == Age })
	p.design = newDesign(h, l, p.rows, p.repeat, func(field int) bool { return field == age })
	p.sight.crossed = false
	p.see(h, l)
	p.data = p.followup(l, p.rows, p.fates)
	p.data.Weight = p.weight
	if err := p.fit(lean, nil); err != nil {
		return nil, err
	}
	return &short{p.design, p.model, p.average()}, nil
}
