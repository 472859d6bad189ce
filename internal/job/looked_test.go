package job_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/job"
)

// TestLookedAt: a first look begins the work and tells how far it has come, later
// ones go on with the same, the one that finds it ready takes the answer, and
// the next begins anew.
func TestLookedAt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &job.Looked[string]{Most: 2, Wait: time.Second, Forget: 20 * time.Second}
		begun := 0
		work := func(ctx context.Context, tell func(float64)) (string, error) {
			begun++
			for i := range 4 {
				tell(float64(i) / 4)
				time.Sleep(3 * time.Second) // of a clock that stands still otherwise
			}
			return "answer", nil
		}
		var shares []float64
		for {
			out, share, ready, err := l.Look(t.Context(), "a", work)
			if err != nil {
				t.Fatal(err)
			}
			if ready {
				if out != "answer" {
					t.Errorf("it came out as %q", out)
				}
				break
			}
			shares = append(shares, share)
		}
		if begun != 1 || len(shares) < 10 || shares[0] != 0 || shares[len(shares)-1] != 0.75 {
			t.Errorf("begun %d times, told %v", begun, shares)
		}
		if l.State() != 0 {
			t.Error("what was taken is kept")
		}
		if _, _, ready, _ := l.Look(t.Context(), "a", work); ready || begun != 2 {
			t.Errorf("asked again: ready %t, begun %d times", ready, begun)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
	})
}

// TestNobodyLooks: what nobody looks at is given up and makes room, and more
// than there is room for is refused; the answers of two keys stay apart.
func TestNobodyLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &job.Looked[string]{Most: 2, Wait: time.Second, Forget: 20 * time.Second}
		stopped := make(chan string, 3)
		endless := func(name string) func(context.Context, func(float64)) (string, error) {
			return func(ctx context.Context, _ func(float64)) (string, error) {
				<-ctx.Done()
				stopped <- name
				return "", ctx.Err()
			}
		}
		l.Look(t.Context(), "a", endless("a"))
		l.Look(t.Context(), "b", endless("b"))
		if _, _, _, err := l.Look(t.Context(), "c", endless("c")); throughline.KindOf(err) != throughline.Unavailable || !errors.Is(err, job.ErrMany) {
			t.Errorf("a third: %v", err)
		}
		for range 30 { // b is looked at, a is not
			l.Look(t.Context(), "b", endless("b"))
		}
		synctest.Wait()
		if len(stopped) != 1 || <-stopped != "a" || l.State() != 1 {
			t.Errorf("%d are left", l.State())
		}
		time.Sleep(21 * time.Second)
		synctest.Wait()
		if len(stopped) != 1 || <-stopped != "b" || l.State() != 0 {
			t.Errorf("%d are left when nobody looks", l.State())
		}
	})
}

// TestTheServerStops: what goes on is told so.
func TestTheServerStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		over := make(chan struct{})
		l := &job.Looked[int]{Most: 1, Wait: time.Second, Forget: time.Hour, Over: over}
		stopped := false
		l.Look(t.Context(), "a", func(ctx context.Context, _ func(float64)) (int, error) {
			<-ctx.Done()
			stopped = true
			return 0, ctx.Err()
		})
		close(over)
		synctest.Wait()
		if !stopped {
			t.Error("it goes on after the server has stopped")
		}
		l.Look(t.Context(), "a", nil) // takes what came of it, so that no timer is left
	})
}
