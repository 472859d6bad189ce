package honest_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/throughline/throughline/internal/honest"
	"github.com/throughline/throughline/internal/leak"
)

// seeds is how many made-up companies each trial draws: a share in `make test`,
// all in `make honest`, which sets HONEST; HONEST=100 draws a hundred.
func seeds(t testing.TB, all, share int) int {
	t.Helper()
	if s := os.Getenv("HONEST"); s != "" {
		if n, err := strconv.Atoi(s); err == nil && n > 1 {
			return n
		}
		return all
	}
	return share
}

// first is where seeds begin: HONEST_FROM=1000 draws companies that nobody has
// looked at while a threshold was chosen.
func first() uint64 {
	n, _ := strconv.ParseUint(os.Getenv("HONEST_FROM"), 10, 64)
	return n
}

// TestLeaksAreFound: twelve ways in which a column comes to hold what nobody
// knew on the first day, in companies of several shapes. Each is found, in all
// but one of forty, and of the honest columns beside them (one tells who wins
// nine times in ten) hardly one is blamed.
func TestLeaksAreFound(t *testing.T) {
	n := seeds(t, 40, 3)
	for _, c := range []struct {
		name  string
		shape honest.Shape
		hard  map[string]bool // leaks that such a history may not show
	}{
		{"500 deals", honest.Shape{}, nil},
		{"3,000 deals", honest.Shape{Deals: 3000, Days: 1500}, nil},
		{"250 deals", honest.Shape{Deals: 250}, map[string]bool{"closed_by": true}},
		{"three in ten forgotten", honest.Shape{Forgotten: 0.3}, nil},
		{"one kind of purchase", honest.Shape{OneKind: true}, nil},
		{"deals become faster", honest.Shape{Faster: 0.4}, nil},
		{"deals become slower", honest.Shape{Faster: 2.5}, nil},
		{"orders take over", honest.Shape{Mix: true}, map[string]bool{"touches": true}},
		{"hardly a first purchase won", honest.Shape{Won: 0.04}, nil},
		{"forty columns more", honest.Shape{Noise: 40}, nil},
		{"ended deals only", honest.Shape{Closed: true}, map[string]bool{"closed_by": true, "next_step": true}},
	} {
		missed, blamed := map[string]int{}, map[string]int{}
		for seed := range n {
			r := rand.New(rand.NewPCG(first()+uint64(seed), 11))
			company := honest.New(r, c.shape)
			leaks := map[string]bool{}
			for _, k := range honest.Leaks {
				k.Add(r, company)
				leaks[k.Name] = true
			}
			l := company.Log()
			ends, _ := l.Outcomes(honest.Ends)
			found := map[string]bool{}
			for _, f := range leak.InLog(l, l.All(), ends, leak.Names(l)) {
				found[f.Attr] = true
				if !leaks[f.Attr] {
					blamed[f.Attr]++
				}
				if f.Words == "" || f.Words == string(f.Why) {
					t.Errorf("%s is not put into words", f.Why)
				}
			}
			for _, k := range honest.Leaks {
				if !found[k.Name] {
					missed[k.Name]++
				}
			}
		}
		t.Logf("%s, %d companies: missed %v, blamed %v", c.name, n, missed, blamed)
		for name, k := range missed {
			if k > n/40 && !c.hard[name] {
				t.Errorf("%s: %s is missed in %d of %d", c.name, name, k, n)
			}
		}
		for name, k := range blamed {
			if k > n/20 {
				t.Errorf("%s: %s is blamed in %d of %d, and it is honest", c.name, name, k, n)
			}
		}
	}
}
