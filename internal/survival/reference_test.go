package survival

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

// The answers of R's survival, cmprsk, pec and riskRegression live beside the
// repository; where that folder is absent these tests say so and are skipped.
const reference = "../../../shared/reference/r"

type table map[string][]string

func (t table) float(name string) []float64 {
	out := make([]float64, len(t[name]))
	for i, v := range t[name] {
		f, err := strconv.ParseFloat(v, 64)
		if err != nil {
			f = math.NaN()
		}
		out[i] = f
	}
	return out
}

// codes numbers the values of a column by the order of names, or by their own order.
func (t table) codes(name string, names ...string) []int32 {
	if names == nil {
		names = slices.Compact(slices.Sorted(slices.Values(t[name])))
	}
	out := make([]int32, len(t[name]))
	for i, v := range t[name] {
		out[i] = int32(slices.Index(names, v))
	}
	return out
}

// ends turns codes such as 0, 1, 2 (less shift) into ends.
func (t table) ends(name string, shift int) []uint8 {
	out := make([]uint8, len(t[name]))
	for i, v := range t[name] {
		n, _ := strconv.Atoi(v)
		out[i] = uint8(n - shift)
	}
	return out
}

func data(t *testing.T, name string) table {
	t.Helper()
	f, err := os.Open(filepath.Join(reference, "data", name+".csv"))
	if err != nil {
		t.Skipf("the reference answers are not here (%s)", reference)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := table{}
	for c, h := range rows[0] {
		for _, r := range rows[1:] {
			out[h] = append(out[h], r[c])
		}
	}
	return out
}

func answer[T any](t *testing.T, name string) T {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(reference, name+".json"))
	if err != nil {
		t.Skipf("the reference answers are not here (%s)", reference)
	}
	var v T
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(name, err)
	}
	return v
}

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*max(1, math.Abs(want))) {
		t.Errorf("%s: got %.10g, want %.10g", what, got, want)
	}
}

func nearAll(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: got %d numbers, want %d", what, len(got), len(want))
		return
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= tol*max(1, math.Abs(want[i]))) {
			t.Errorf("%s: at %d got %.10g, want %.10g", what, i, got[i], want[i])
			return
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
