package operation

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/errand"
)

// RecordAside is `throughline record aside`.
var RecordAside = define(Operation{
	Words: []string{"record", "aside"}, Route: "POST /deals/{id}/aside",
	Summary: "Take a deal off today's list: it is done, not for this week, or not yours",
	About: "Done takes it off for a week, later until next Monday (--until names another day); both end at once when the customer acts. " +
		"not_mine takes it off your own list until the deal is handed on; others still see it, and that you said so. " +
		"It says nothing of the customer: no evidence, no answer. record undo puts it back.",
	Examples: []string{"throughline record aside 1C1I7A6R done", "throughline record aside 1C1I7A6R later --until 2026-12-14"},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in AsideInput) (Recorded, error) {
	return one(ctx, d, "set aside", in.Writing, func(o *opened) error {
		how, err := known(o, in.How, deal.Asides())
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
			return o.bad(b.Until.String(), throughline.Refuse("aside_past", "it comes back on a day to come; %s is none", "day", b.Until))
		}
		if b.What, err = o.words("what was asked", in.What, false); err != nil {
			return err
		}
		o.add(entry{body: b})
		return nil
	})
})

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
func (o *opened) backOn(how deal.Aside) throughline.Day {
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
