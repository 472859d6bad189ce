package operation_test

import (
	"context"
	"errors"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/job"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/store"
)

// held is a ledger whose counting waits, so that a test can say when a question
// is being worked out and when it is done.
type held struct {
	store.Ledger
	begun, goOn chan struct{}
}

func (h held) Counts(ctx context.Context, ws throughline.Workspace) (store.Counts, error) {
	h.begun <- struct{}{}
	<-h.goOn
	return store.Counts{}, errors.New("that was all")
}

// TestTooMuchAtOnceIsRefused: so many long questions are worked out, so many
// wait, and the next one is told to come back; one that gives up makes room.
func TestTooMuchAtOnceIsRefused(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	h := held{d.Ledger, make(chan struct{}), make(chan struct{})}
	d.Ledger, d.Gate = h, job.NewGate(1, 1)
	over := make(chan error)
	ask := func(ctx context.Context) {
		_, err := operation.RunForecast.Run(ctx, d, &forecasting.ForecastInput{})
		over <- err
	}
	go ask(t.Context())
	<-h.begun
	ctx, giveUp := context.WithCancel(t.Context())
	go ask(ctx) // waits: the first is inside
	refused := func() error {
		_, err := operation.RunForecast.Run(t.Context(), d, &forecasting.ForecastInput{})
		return err
	}
	// Whether the second is waiting already or not, one of the next two is refused.
	go ask(t.Context())
	if err := <-over; !errors.Is(err, job.ErrFull) || throughline.KindOf(err) != throughline.Unavailable {
		t.Errorf("the third: %v", err)
	}
	if err := refused(); !errors.Is(err, job.ErrFull) {
		t.Errorf("the fourth: %v", err)
	}
	giveUp()
	close(h.goOn)
	go func() {
		for range h.begun {
		}
	}()
	for range 2 {
		<-over
	}
	close(h.begun)
}
