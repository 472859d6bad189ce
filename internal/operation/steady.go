package operation

import (
	"context"
	"fmt"
	"time"

	"github.com/throughline/throughline/internal/store"
)

// RunSteady is Run, spelled. Where the operation is steady, it is not run again for who
// asked the same before, within the minute, while nothing was written that could make
// the answer another. asked are the words in which it was asked.
func (o Operation) RunSteady(ctx context.Context, d *Desk, in any, asked string, spell func(any) ([]byte, error)) ([]byte, error) {
	run := func() ([]byte, error) {
		out, err := o.Run(ctx, d, in)
		if err != nil {
			return nil, err
		}
		return spell(out)
	}
	if !o.Steady || d.Ledger == nil || !d.may(o) || d.Team && d.Guest == nil || !d.Lists.Behind().IsZero() {
		return run()
	}
	q, err := o.question(ctx, d, asked)
	if err != nil {
		return nil, err
	}
	text, again, err := d.Ledger.Answer(ctx, q, run)
	if again && d.Began != nil {
		_, end := d.Began(ctx, o)
		end(err)
	}
	return text, err
}

// question is all that a steady answer depends on.
func (o Operation) question(ctx context.Context, d *Desk, asked string) (q store.Question, err error) {
	q = store.Question{Of: o.Name() + " " + asked, Language: d.Language, Minute: d.Now().Unix() / int64(time.Minute/time.Second), Book: d.Book}
	if q.Listing, err = d.Read().Listing(ctx); err != nil {
		return q, err
	}
	sight, err := d.Sight(ctx)
	if err != nil {
		return q, err
	}
	q.By = fmt.Sprint(d.Author, d.Role, d.ReadsOnly, d.Holds, d.Narrow != nil, sight.Key())
	return q, nil
}
