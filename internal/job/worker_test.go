package job_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/throughline/throughline/internal/job"
)

// TestOneAfterTheOther: pieces of work never run together, and come in their
// order; what goes on for ever does not hold them up; stopping waits for both.
func TestOneAfterTheOther(t *testing.T) {
	w := job.NewWorker(t.Context())
	w.Keep(func(ctx context.Context) { <-ctx.Done() })
	var at atomic.Int32
	var order []int
	done := make(chan struct{})
	for i := range 50 {
		w.Do(func(context.Context) {
			if at.Add(1) != 1 {
				t.Error("two pieces of work run at once")
			}
			order = append(order, i)
			at.Add(-1)
			if i == 49 {
				close(done)
			}
		})
	}
	<-done
	if !slices.IsSorted(order) || len(order) != 50 {
		t.Errorf("they came in the order %v", order)
	}
	stopped := false
	w.Do(func(ctx context.Context) { <-ctx.Done(); stopped = true })
	w.Stop()
	if !stopped {
		t.Error("stopping did not wait for what runs")
	}
}
