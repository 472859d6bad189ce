package recording

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/errand"
)

// RecordAside does the work of operation.RecordAside: take a deal off today's list: it is done, not for this week, or not yours.
func RecordAside(ctx context.Context, d *Desk, in AsideInput) (Recorded, error) {
	return Write(ctx, d, "set aside", in.Writing, func(o *Writer) error {
		how, err := Known(o, in.How, deal.Asides())
		if err != nil {
			return err
		}
		b := deal.SetAside{How: how, Until: in.Until}
		switch {
		case how == deal.AsideNotMine:
			b.Until = throughline.Day{}
		case b.Until.IsZero():
			b.Until = o.backOn(how)
		case b.Until.Sub(o.today()) <= 0:
			return o.Bad(b.Until.String(), throughline.Refuse("aside_past", "it comes back on a day to come; %s is none", "day", b.Until))
		}
		if b.What, err = o.Words("what was asked", in.What, false); err != nil {
			return err
		}
		o.Add(Entry{Body: b})
		return nil
	})
}

// AsideInput is one answer to what was asked.
type AsideInput struct {
	Writing
	How   string          `arg:"" name:"how" json:"how" help:"done, later or not_mine."`
	Until throughline.Day `name:"until" placeholder:"DATE" json:"until,omitzero" help:"From which day it may be asked again (default: done, in a week or when something is due; later, next Monday)."`
	What  string          `name:"what" placeholder:"CODE" json:"what,omitempty" help:"What was asked, as today gives it."`
}

// backOn is from which day a deal is asked about again: what is done is looked
// at in a week, or the day something is due in it; what is not for this week,
// next Monday.
func (o *Writer) backOn(how deal.Aside) throughline.Day {
	today := o.today()
	if how == deal.AsideLater {
		return nextMonday(today)
	}
	back := today.Add(7)
	for _, d := range errand.Dues(&o.Summary) {
		if d.Day.Sub(today) > 0 && d.Day.Sub(back) < 0 {
			back = d.Day
		}
	}
	return back
}

// nextMonday is the first Monday after a day.
func nextMonday(d throughline.Day) throughline.Day {
	left := (8 - int(d.Civil().Weekday())) % 7
	if left == 0 {
		left = 7
	}
	return d.Add(left)
}
