package survival

import (
	"math"
	"slices"
	"strconv"
	"testing"
)

func TestLogRankAgreesWithR(t *testing.T) {
	type row struct {
		Chi float64   `json:"chisq"`
		DF  int       `json:"df"`
		P   float64   `json:"p"`
		Obs []float64 `json:"obs"`
		Exp []float64 `json:"exp"`
	}
	lung, vet := data(t, "lung"), data(t, "veteran")
	l := Spells{Time: lung.float("time"), End: lung.ends("status", 1), Stratum: lung.codes("sex", "1", "2")}
	v := Spells{Time: vet.float("time"), End: vet.ends("status", 0), Stratum: vet.codes("celltype", "squamous", "smallcell", "adeno", "large")}
	for name, want := range answer[map[string]row](t, "logrank") {
		s, rho := l, 0.0
		switch name {
		case "lung_sex_peto":
			rho = 1
		case "veteran_cell":
			s = v
		}
		got := must(LogRank(s, rho))
		near(t, name, got.ChiSquare, want.Chi, tolerance)
		near(t, name+" p", got.P, want.P, tolerance)
		nearAll(t, name+" observed", got.Observed, want.Obs, tolerance)
		nearAll(t, name+" expected", got.Expected, want.Exp, tolerance)
		if got.Freedom != want.DF {
			t.Errorf("%s: %d degrees of freedom", name, got.Freedom)
		}
	}
}

func TestGrayAgreesWithR(t *testing.T) {
	type file struct {
		Tests struct {
			Value [][]float64 `json:"value"`
		} `json:"tests"`
		At struct {
			Est [][]float64 `json:"est"`
		} `json:"at"`
	}
	bmt, mgus, mel := data(t, "bmt"), data(t, "mgus2"), data(t, "melanoma")
	cases := map[string]Spells{
		"mgus2_sex":    {Time: mgus.float("etime"), End: mgus.ends("ev", 0), Stratum: mgus.codes("sex", "F", "M")},
		"bmt_tcell":    {Time: bmt.float("time"), End: bmt.ends("cause", 0), Stratum: bmt.codes("tcell", "0", "1")},
		"melanoma_sex": {Time: mel.float("time"), End: melanomaEnds(mel), Stratum: mel.codes("sex", "Female", "Male")},
	}
	for name, want := range answer[map[string]file](t, "gray_test") {
		for k, row := range want.Tests.Value {
			got := must(Gray(cases[name], k+1))
			near(t, name, got.ChiSquare, row[0], tolerance)
			near(t, name+" p", got.P, row[1], tolerance)
		}
	}
}

func TestRisksAgreeWithRiskRegression(t *testing.T) {
	type file struct {
		Times []float64            `json:"times"`
		Coef  map[string][]float64 `json:"csc_coef"`
		Risk  [][]float64          `json:"csc_risk_first20"`
		Mean  []float64            `json:"csc_risk_mean"`
		Brier struct {
			Model []string  `json:"model"`
			Brier []float64 `json:"Brier"`
		} `json:"brier"`
	}
	want := answer[file](t, "melanoma_risk")
	m := data(t, "melanoma_num")
	s := Spells{Time: m.float("time"), End: m.ends("status", 0)}
	x := [][]float64{m.float("age"), m.float("sexM"), m.float("logthick"), m.float("ulc")}
	c := must(FitCauses(s, x, CoxSettings{}))
	for k, model := range c.Models {
		nearAll(t, "coef", model.Coef, want.Coef["Cause "+strconv.Itoa(k+1)], tolerance)
	}
	risk := must(c.Risks(0, 0, x, want.Times))
	q := len(want.Times)
	for i, row := range want.Risk {
		nearAll(t, "risk", risk[i*q:i*q+q], row, tolerance)
	}
	mean := make([]float64, q)
	for i, v := range risk {
		mean[i%q] += v / float64(len(s.Time))
	}
	nearAll(t, "mean risk", mean, want.Mean, tolerance)
	b := must(ScoreBrier(s, 1, want.Times, func(i, k int) float64 { return risk[i*q+k] }))
	nearAll(t, "Brier", b.Score, want.Brier.Brier[q:2*q], tolerance)
	aj := must(AalenJohansen(s))
	b = must(ScoreBrier(s, 1, want.Times, func(_, k int) float64 { p, _, _, _ := aj.At(0, want.Times[k]); return p[0] }))
	nearAll(t, "Brier of nothing known", b.Score, want.Brier.Brier[:q], tolerance)
}

func TestScoresAgreeWithR(t *testing.T) {
	type file struct {
		Time []float64            `json:"time"`
		Cox  []float64            `json:"brier_cox"`
		KM   []float64            `json:"brier_km"`
		IBS  map[string][]float64 `json:"ibs"`
		At   []float64            `json:"ipcw_at_times"`
		Own  []float64            `json:"ipcw_subject"`
	}
	want := answer[file](t, "pec_brier_lung")
	s, _, x, _ := coxCase(t, "lung_exact")
	c := must(FitCox(s, 1, x, CoxSettings{}))
	curves := make([][]float64, len(s.Time))
	for i := range curves {
		curves[i], _ = c.Curve(0, []float64{x[0][i], x[1][i], x[2][i]})
	}
	upTo := func(q int) int {
		r, found := slices.BinarySearch(c.Time, want.Time[q])
		if !found {
			r--
		}
		return r
	}
	b := must(ScoreBrier(s, 1, want.Time, func(i, q int) float64 {
		if r := upTo(q); r >= 0 {
			return 1 - curves[i][r]
		}
		return 0
	}))
	nearAll(t, "Brier of Cox", b.Score, want.Cox, tolerance)
	km := must(KaplanMeier(s))
	null := must(ScoreBrier(s, 1, want.Time, func(_, q int) float64 { p, _ := km.At(0, want.Time[q]); return 1 - p }))
	nearAll(t, "Brier of Kaplan-Meier", null.Score, want.KM, tolerance)
	for i, score := range []Brier{null, b} { // the last time is 689: pec stops there
		near(t, "integrated Brier", score.Integrated, want.IBS["IBS[0;time=700)"][i], tolerance)
	}
	w := must(CensoringWeights(s))
	own := slices.Clone(w.Before)
	order := ascending(s.Time)
	for k, i := range order {
		near(t, "weight", own[i], want.Own[k], tolerance)
	}

	type harrell struct {
		Harrell float64 `json:"harrell"`
		Uno     float64 `json:"uno_nG2"`
	}
	h := answer[harrell](t, "concordance_lung")
	lp := make([]float64, len(s.Time))
	ww := make([]float64, len(s.Time))
	for i := range lp {
		lp[i] = c.Linear([]float64{x[0][i], x[1][i], x[2][i]})
		ww[i] = 1 / (w.Before[i] * w.Before[i])
	}
	near(t, "Harrell", must(Concord(s, lp, nil)).Index, h.Harrell, tolerance)
	near(t, "Uno", must(Concord(s, lp, ww)).Index, h.Uno, tolerance)

	type bands struct {
		Time float64 `json:"time"`
		Q    struct {
			Pred []float64
			Obs  []float64
		} `json:"quintiles"`
	}
	cal := answer[bands](t, "calibration_lung")
	said := make([]float64, len(s.Time))
	for i := range said {
		r, _ := slices.BinarySearch(c.Time, math.Nextafter(cal.Time, 1e9))
		said[i] = curves[i][r-1] // R groups by the chance of being alive
	}
	pseudo := must(Pseudo(s, 1, cal.Time))
	from := 0.0
	for g, band := range must(Calibrate(s, 1, cal.Time, said, 5, 0.9)) {
		near(t, "said", band.Said, cal.Q.Pred[g], tolerance)
		if !(band.Low <= band.Came && band.Came <= band.High) {
			t.Error("a band does not hold its own middle", band)
		}
		// pec takes the mean of pseudo-values in the group.
		sorted := slices.Clone(said)
		slices.Sort(sorted)
		low, high := sorted[int(from)], sorted[min(int(from)+band.N, len(sorted))-1]
		sum := 0.0
		for i, p := range said {
			if low <= p && p <= high {
				sum += 1 - pseudo[i]
			}
		}
		near(t, "came by pseudo-values", sum/float64(band.N), cal.Q.Obs[g], tolerance)
		from += float64(band.N)
	}
}
