package survival

import (
	"fmt"
	"math"
	"testing"
)

// coxCase rebuilds the design of one of the reference fits.
func coxCase(t *testing.T, name string) (Spells, uint8, [][]float64, CoxSettings) {
	t.Helper()
	set := CoxSettings{}
	lung := data(t, "lung")
	pick := func(d table, names ...string) (Spells, [][]float64) {
		cols := make([][]float64, len(names))
		time, end := d.float("time"), d.float("status")
		var s Spells
		sex := d["sex"]
		for j := range names {
			cols[j] = nil
		}
		raw := make([][]float64, len(names))
		for j, n := range names {
			raw[j] = d.float(n)
		}
	rows:
		for i := range time {
			for j := range names {
				if math.IsNaN(raw[j][i]) {
					continue rows
				}
			}
			for j := range names {
				cols[j] = append(cols[j], raw[j][i])
			}
			s.Time = append(s.Time, time[i])
			s.End = append(s.End, uint8(end[i])-1)
			if sex != nil {
				s.Stratum = append(s.Stratum, map[string]int32{"1": 0, "2": 1}[sex[i]])
			}
		}
		return s, cols
	}
	switch name {
	case "lung_efron", "lung_breslow":
		s, x := pick(data(t, "lung_complete"), "age", "sex", "ph.ecog", "ph.karno", "wt.loss")
		s.Stratum = nil
		if name == "lung_breslow" {
			set.Ties = Breslow
		}
		return s, 1, x, set
	case "lung_exact":
		s, x := pick(data(t, "lung_complete"), "age", "sex", "ph.ecog")
		s.Stratum = nil
		set.Ties = Exact
		return s, 1, x, set
	case "lung_strata":
		s, x := pick(data(t, "lung_complete"), "age", "ph.ecog")
		return s, 1, x, set
	case "veteran_efron", "veteran_breslow":
		v := data(t, "veteran")
		cell := func(kind string) []float64 {
			out := make([]float64, len(v["celltype"]))
			for i, c := range v["celltype"] {
				if c == kind {
					out[i] = 1
				}
			}
			return out
		}
		if name == "veteran_breslow" {
			set.Ties = Breslow
		}
		return Spells{Time: v.float("time"), End: v.ends("status", 0)}, 1,
			[][]float64{v.float("trt"), cell("smallcell"), cell("adeno"), cell("large"), v.float("karno"), v.float("diagtime"), v.float("age"), v.float("prior")}, set
	}
	m := data(t, "mgus2_complete")
	x := [][]float64{m.float("age"), m.float("male"), m.float("hgb"), m.float("creat"), m.float("mspike")}
	switch name {
	case "mgus2_death":
		return Spells{Time: m.float("futime"), End: m.ends("death", 0)}, 1, x, set
	case "mgus2_cs_pcm":
		return Spells{Time: m.float("etime"), End: m.ends("ev", 0)}, 1, x, set
	case "mgus2_cs_death":
		return Spells{Time: m.float("etime"), End: m.ends("ev", 0)}, 2, x, set
	}
	_ = lung
	t.Fatalf("the reference holds a fit %q that no test rebuilds", name)
	return Spells{}, 0, nil, set
}

func TestCoxAgreesWithR(t *testing.T) {
	type fit struct {
		Names       []string    `json:"names"`
		Coef        []float64   `json:"coef"`
		Err         []float64   `json:"se"`
		Var         [][]float64 `json:"var"`
		LogLik      []float64   `json:"loglik"`
		Score       float64     `json:"score"`
		Wald        float64     `json:"wald"`
		N           int         `json:"n"`
		Events      int         `json:"nevent"`
		Concordance float64     `json:"concordance"`
		Counts      any         `json:"counts"`
		ConcErr     float64     `json:"concordance_se"`
		Base        struct {
			Time   []float64 `json:"time"`
			Hazard []float64 `json:"hazard"`
			Strata any       `json:"strata"`
		} `json:"basehaz"`
	}
	for name, want := range answer[map[string]fit](t, "coxph") {
		t.Run(name, func(t *testing.T) {
			s, cause, x, set := coxCase(t, name)
			c := must(FitCox(s, cause, x, set))
			if c.Rows != want.N || c.Events != want.Events {
				t.Fatalf("%d rows, %d events; want %d, %d", c.Rows, c.Events, want.N, want.Events)
			}
			nearAll(t, "coef", c.Coef, want.Coef, tolerance)
			nearAll(t, "error", c.Err, want.Err, tolerance)
			nearAll(t, "log likelihood", c.LogLik[:], want.LogLik, tolerance)
			near(t, "score", c.Score, want.Score, tolerance)
			near(t, "wald", c.Wald, want.Wald, tolerance)
			for i, row := range want.Var {
				nearAll(t, fmt.Sprint("variance ", i), c.Var[i*len(row):(i+1)*len(row)], row, tolerance)
			}
			g := 0
			shift := 0.0
			for j, b := range c.Coef {
				shift -= b * c.Mean[j]
			}
			for i, at := range want.Base.Time {
				if names, ok := want.Base.Strata.([]any); ok && i > 0 && names[i] != names[i-1] {
					g++
				}
				near(t, fmt.Sprintf("baseline at %g", at), c.HazardAt(g, at)*math.Exp(shift), want.Base.Hazard[i], tolerance)
			}
			if s.Stratum != nil {
				return
			}
			lp := make([]float64, c.Rows)
			row := make([]float64, len(x))
			for i := range lp {
				for j := range x {
					row[j] = x[j][i]
				}
				lp[i] = c.Linear(row)
			}
			own := s
			own.End = make([]uint8, len(s.End))
			for i, e := range s.End {
				if e == cause {
					own.End[i] = 1
				}
			}
			k := must(Concord(own, lp, nil))
			near(t, "concordance", k.Index, want.Concordance, tolerance)
			near(t, "concordance error", k.Err, want.ConcErr, tolerance)
			n := want.Counts.(map[string]any)
			nearAll(t, "pairs", []float64{k.Concordant, k.Discordant, k.TiedX}, []float64{n["concordant"].(float64), n["discordant"].(float64), n["tied.x"].(float64)}, 0)
		})
	}
}

func TestCoxCurvesAgreeWithR(t *testing.T) {
	type details struct {
		Naive      []float64            `json:"naive_se"`
		Martingale []float64            `json:"martingale"`
		Linear     []float64            `json:"linear_predictor"`
		New        map[string][]float64 `json:"newdata"`
		Curve      struct {
			Time []float64   `json:"time"`
			Surv [][]float64 `json:"surv"`
			Err  [][]float64 `json:"std_err"`
		} `json:"survfit"`
	}
	want := answer[details](t, "coxph_lung_details")
	s, cause, x, _ := coxCase(t, "lung_exact") // the same three columns, Efron's ties
	c := must(FitCox(s, cause, x, CoxSettings{}))
	nearAll(t, "error", c.Err, want.Naive, tolerance)
	for i, w := range want.Martingale {
		near(t, "residual", float64(s.End[i])-c.Risk[i], w, tolerance)
		near(t, "linear", c.Linear([]float64{x[0][i], x[1][i], x[2][i]}), want.Linear[i], tolerance)
	}
	for q := range want.New["age"] {
		open, err := c.Curve(0, []float64{want.New["age"][q], want.New["sex"][q], want.New["ph.ecog"][q]})
		r := -1
		for i, at := range want.Curve.Time {
			for r+1 < len(c.Time) && c.Time[r+1] <= at {
				r++
			}
			if r < 0 {
				continue
			}
			near(t, "open", open[r], want.Curve.Surv[i][q], tolerance)
			near(t, "open error", err[r]/open[r], want.Curve.Err[i][q], tolerance)
		}
	}
}
