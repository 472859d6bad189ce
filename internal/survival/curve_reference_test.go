package survival

import (
	"math"
	"testing"
)

const tolerance = 1e-6

func TestKaplanMeierAgreesWithR(t *testing.T) {
	type curve struct {
		Time    []float64  `json:"time"`
		Risk    []int32    `json:"n_risk"`
		Surv    []float64  `json:"surv"`
		Err     []float64  `json:"std_err"`
		CumHaz  []float64  `json:"cumhaz"`
		Lower   []*float64 `json:"lower"`
		Upper   []*float64 `json:"upper"`
		RawRows any        `json:"table"`
	}
	want := answer[map[string]curve](t, "km")
	lung, vet := data(t, "lung"), data(t, "veteran")
	cases := map[string]Spells{
		"lung":         {Time: lung.float("time"), End: lung.ends("status", 1)},
		"lung_sex":     {Time: lung.float("time"), End: lung.ends("status", 1), Stratum: lung.codes("sex", "1", "2")},
		"veteran_cell": {Time: vet.float("time"), End: vet.ends("status", 0), Stratum: vet.codes("celltype", "squamous", "smallcell", "adeno", "large")},
	}
	for name, s := range cases {
		k, w := must(KaplanMeier(s)), want[name]
		nearAll(t, name+" time", k.Time, w.Time, 0)
		nearAll(t, name+" open", k.Open, w.Surv, tolerance)
		nearAll(t, name+" hazard", k.Hazard, w.CumHaz, tolerance)
		for r := range k.Time {
			if k.Risk[r] != w.Risk[r] {
				t.Errorf("%s: %d at risk at %g, want %d", name, k.Risk[r], k.Time[r], w.Risk[r])
			}
			if k.Open[r] > 0 {
				near(t, name+" error", k.Err[r]/k.Open[r], w.Err[r], tolerance) // R keeps that of the logarithm
			}
			lo, hi := k.Interval(r, 0.95)
			if w.Lower[r] != nil && k.Open[r] > 0 {
				near(t, name+" lower", lo, *w.Lower[r], tolerance)
				near(t, name+" upper", hi, *w.Upper[r], tolerance)
			}
		}
		rows := w.RawRows.([]any)
		if _, nested := rows[0].([]any); !nested {
			rows = []any{rows}
		}
		tau := 0.0
		for _, x := range k.Time {
			tau = max(tau, x)
		}
		for g, row := range rows {
			v := row.([]any)
			mean, err := k.RestrictedMean(g, tau)
			near(t, name+" restricted mean", mean, v[4].(float64), tolerance)
			near(t, name+" error of restricted mean", err, v[5].(float64), tolerance)
			median, ok := k.Quantile(g, 0.5)
			if !ok {
				t.Errorf("%s: no median in stratum %d", name, g)
			}
			near(t, name+" median", median, v[6].(float64), tolerance)
		}
	}
}

func TestAalenJohansenAgreesWithR(t *testing.T) {
	type curve struct {
		Strata any         `json:"strata"`
		Time   []float64   `json:"time"`
		Risk   [][]float64 `json:"n_risk"`
		State  [][]float64 `json:"pstate"`
		Err    [][]float64 `json:"std_err"`
		Lower  [][]any     `json:"lower"`
		Upper  [][]any     `json:"upper"`
	}
	type file struct {
		Curve curve `json:"curve"`
		At    curve `json:"at_times"`
		Means struct {
			Value [][]float64 `json:"value"`
			Tau   float64     `json:"rmean"`
		} `json:"rmtable"`
	}
	bmt, mgus, mel := data(t, "bmt"), data(t, "mgus2"), data(t, "melanoma")
	cases := map[string]Spells{
		"aj_bmt":             {Time: bmt.float("time"), End: bmt.ends("cause", 0)},
		"aj_bmt_by_tcell":    {Time: bmt.float("time"), End: bmt.ends("cause", 0), Stratum: bmt.codes("tcell", "0", "1")},
		"aj_melanoma_by_sex": {Time: mel.float("time"), End: melanomaEnds(mel), Stratum: mel.codes("sex", "Female", "Male")},
		"aj_mgus2":           {Time: mgus.float("etime"), End: mgus.ends("ev", 0)},
		"aj_mgus2_by_sex":    {Time: mgus.float("etime"), End: mgus.ends("ev", 0), Stratum: mgus.codes("sex", "F", "M")},
	}
	for name, s := range cases {
		late := s
		late.Entry = make([]float64, len(s.Time)) // all at 0: the other way of counting, same answer
		for i := range late.Entry {
			late.Entry[i] = -1
		}
		for _, c := range []*Incidence{must(AalenJohansen(s)), must(AalenJohansen(late))} {
			w := answer[file](t, name)
			nearAll(t, name+" time", c.Time, w.Curve.Time, 0)
			for r := range min(len(c.Time), len(w.Curve.Time)) {
				near(t, name+" at risk", float64(c.Risk[r]), w.Curve.Risk[r][0], 0)
				nearAll(t, name+" states", append([]float64{c.Open[r]}, c.Prob[2*r:2*r+2]...), w.Curve.State[r], tolerance)
				nearAll(t, name+" errors", append([]float64{c.OpenErr[r]}, c.Err[2*r:2*r+2]...), w.Curve.Err[r], tolerance)
				for k := range 2 {
					lo, hi := c.Interval(r, k, 0.95)
					if v, ok := w.Curve.Lower[r][k+1].(float64); ok {
						near(t, name+" lower", lo, v, tolerance)
					}
					if v, ok := w.Curve.Upper[r][k+1].(float64); ok {
						near(t, name+" upper", hi, v, tolerance)
					}
				}
			}
			g := 0
			for r, x := range w.At.Time {
				if names, ok := w.At.Strata.([]any); ok && r > 0 && names[r] != names[r-1] {
					g++
				}
				p, open, e, oe := c.At(g, x)
				nearAll(t, name+" at a time", append([]float64{open}, p...), w.At.State[r], tolerance)
				nearAll(t, name+" errors at a time", append([]float64{oe}, e...), w.At.Err[r], tolerance)
			}
			strata := len(c.From) - 1
			for g := range strata {
				for k, m := range c.RestrictedMean(g, w.Means.Tau) {
					near(t, name+" restricted mean", m, w.Means.Value[k*strata+g][2], tolerance)
				}
			}
		}
	}
}

// melanomaEnds: 0 alive, 1 death from melanoma, 2 another death, whichever way
// the column spells them.
func melanomaEnds(mel table) []uint8 {
	out := make([]uint8, len(mel["event"]))
	for i, v := range mel["event"] {
		switch v {
		case "death.malignant.melanoma":
			out[i] = 1
		case "death.other.causes":
			out[i] = 2
		case "censored":
		default:
			panic(v)
		}
	}
	return out
}

func TestCurvesByHand(t *testing.T) {
	// Times 1 (end 1), 2 (end 2), 2 (censored), 3 (end 1):
	// open 3/4, then 3/4*2/3 = 1/2, then 0; end 1: 1/4, 1/4, 3/4; end 2: 0, 1/4, 1/4.
	s := Spells{Time: []float64{2, 1, 3, 2}, End: []uint8{2, 1, 1, 0}}
	c := must(AalenJohansen(s))
	nearAll(t, "open", c.Open, []float64{0.75, 0.5, 0}, 1e-15)
	nearAll(t, "ends", c.Prob, []float64{0.25, 0, 0.25, 0.25, 0.75, 0.25}, 1e-15)
	near(t, "binomial error", c.Err[0], math.Sqrt(0.25*0.75/4), 1e-15)
	// The same in units no grid can hold.
	for i := range s.Time {
		s.Time[i] = s.Time[i]*math.Pi + 1e9*0
	}
	d := must(AalenJohansen(s))
	nearAll(t, "same in another unit", d.Prob, c.Prob, 1e-15)
	nearAll(t, "same errors in another unit", d.Err, c.Err, 1e-15)
	// One who enters at 1.5 is not at risk at 1: open 1/2, then 2 at risk.
	k := must(KaplanMeier(Spells{Entry: []float64{0, 1.5, 0}, Time: []float64{1, 2, 3}, End: []uint8{1, 1, 1}}))
	nearAll(t, "late entry", k.Open, []float64{0.5, 0.25, 0}, 1e-15)
}
