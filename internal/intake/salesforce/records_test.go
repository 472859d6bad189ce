package salesforce_test

import (
	"context"
	"iter"

	"github.com/throughline/throughline/internal/intake"
)

// records are snapshots as an earlier program handed them over.
type records []intake.Snapshot

func (r records) Size() int64 { return 0 }

func (r records) Survey(context.Context, func(int64)) (intake.Plan, error) {
	return intake.Plan{System: "salesforce", Mapping: book(), Horizon: now}, nil
}

func (r records) Records(context.Context, *intake.Notes, func(int64)) iter.Seq2[intake.Record, error] {
	return func(yield func(intake.Record, error) bool) {
		for i := range r {
			if !yield(&r[i], nil) {
				return
			}
		}
	}
}
