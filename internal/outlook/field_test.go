package outlook_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/outlook"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/playbooks"
)

// plain reads the covariates off a deal one by one, by name and without the
// table, as they were read before there was one.
func plain(book *playbook.Playbook, s *deal.Summary, at time.Time) map[string]float64 {
	r := alignment.Of(s, book, alignment.Norms{}, at)
	since := func(t time.Time) float64 {
		if t.IsZero() {
			return math.NaN()
		}
		return max(at.Sub(t).Hours()/24, 0)
	}
	flag := func(b bool) float64 {
		if b {
			return 1
		}
		return 0
	}
	out := map[string]float64{
		outlook.Age:       since(s.Opened),
		outlook.Untouched: since(s.Horizon),
		outlook.Pushes:    float64(s.Pushes()),
		outlook.Signs:     float64(len(r.Confidence.Signs)),
		outlook.Decided:   flag(r.Decided),
		outlook.Class:     float64(max(slices.Index(throughline.Classes(), r.Class), 0)),
	}
	if last := s.LastCustomerAct(at.Location()); !last.IsZero() {
		out[outlook.Quiet] = since(last.Start(at.Location()))
	}
	if s.Stage.Set() {
		out[outlook.InStage] = since(s.Stage.At)
	}
	if c := s.CloseDate(); !c.IsZero() {
		out[outlook.ToCloseDate] = c.Start(at.Location()).Sub(at).Hours() / 24
	}
	if r.FirmGap != nil {
		out[outlook.Gap], out[outlook.Ahead] = float64(*r.FirmGap), flag(*r.FirmGap > 0)
	}
	if r.Consensus.Known {
		out[outlook.Consensus] = r.Consensus.Value
	}
	var answered, reopened, mapped, against, paper, begun float64
	for _, ph := range r.Phases {
		done := ph.State == throughline.Answered || ph.Lapsed
		out["answered "+ph.Phase.String()] = flag(done)
		answered += flag(done)
		reopened += flag(ph.State == throughline.Reopened)
	}
	for _, st := range s.People {
		if !st.Left.Value {
			mapped++
			against += flag(st.Stance.Set() && st.Stance.Value.Value < 0)
		}
	}
	for _, st := range r.Tracks {
		if st.Step.Track == throughline.Contracting {
			paper += flag(st.State == throughline.StepDone)
			begun = max(begun, flag(st.State == throughline.StepDone || st.State == throughline.StepBegun))
		}
	}
	out[outlook.Answered], out[outlook.Reopened] = answered, reopened
	out[outlook.People], out[outlook.Against] = mapped, against
	out[outlook.PaperDone], out[outlook.PaperBegun] = paper, begun
	return out
}

// TestCovariatesOfTheDemo: over every deal of the made-up company, on five days
// of its life, the table says to the bit what the plain reading says, under its
// own name.
func TestCovariatesOfTheDemo(t *testing.T) {
	book, found := compile.Playbook(playbooks.Starter())
	if book == nil {
		t.Fatal(found)
	}
	today, _ := throughline.ParseDay("2026-11-16")
	zone := time.FixedZone("", 2*3600) // days do not begin where UTC's do
	now := today.Start(zone)
	past := outlook.NewPast(book, now)
	seen := map[string]map[uint64]bool{} // of each covariate, what it came to
	row := make([]float64, past.Fields())
	fields := past.History().Fields
	for c := range company.Generate(1, today, zone, book) {
		facts := slices.Clone(c.Batch.Facts)
		slices.SortStableFunc(facts, func(a, b deal.Fact) int { return a.When().Compare(b.When()) })
		for part := 1; part <= 5; part++ {
			var s deal.Summary
			at := now
			for _, f := range facts[:max(len(facts)*part/5, 1)] {
				s.Deal = f.Deal
				s.Apply(f)
				if part < 5 {
					at = f.When().In(zone)
				}
			}
			past.Row(&s, nil, at, row)
			want := plain(book, &s, at)
			for i, f := range fields {
				w, ok := want[f.Name]
				if !ok {
					w = math.NaN()
				}
				if math.Float64bits(w) != math.Float64bits(row[i]) && !(math.IsNaN(w) && math.IsNaN(row[i])) {
					t.Fatalf("%s, part %d: %s is %v, want %v", c.Truth.Deal, part, f.Name, row[i], w)
				}
				if seen[f.Name] == nil {
					seen[f.Name] = map[uint64]bool{}
				}
				seen[f.Name][math.Float64bits(w)] = true
			}
		}
	}
	for _, name := range append(outlook.Known(), "answered p1", "answered p7") {
		if len(seen[name]) < 2 {
			t.Errorf("%s has one value only: the demo does not try it", name)
		}
	}
}
