package recording

import (
	"context"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/store"
)

// RecordReports does the work of operation.RecordReports: whom of theirs somebody
// reports to, or that it is no longer so. It stands in one deal of theirs, in which it
// was learned, and is told of the customer.
func RecordReports(ctx context.Context, d *Desk, in ReportsInput) (Recorded, error) {
	return Write(ctx, d, "record reports", in.Writing, func(o *Writer) error {
		who, err := o.Person(in.Person)
		switch {
		case err != nil:
			return err
		case who.IsZero():
			return o.Bad("", throughline.Refuse("nobody", "nobody is named"))
		case strings.TrimSpace(in.To) == "" && !in.Ended:
			return o.Bad("", throughline.Refuse("reports_whom", "whom do they report to? Name somebody of theirs, or say that it has ended"))
		case strings.TrimSpace(in.To) != "" && in.Ended:
			return o.Bad("", throughline.Refuse("reports_both", "either they report to somebody, or that has ended; not both"))
		}
		if err := o.theirs(who); err != nil {
			return err
		}
		known, err := o.Desk.ReportingOf(ctx, o.Account.Value, o.Summary)
		if err != nil {
			return err
		}
		b := deal.ReportsTo{Person: who}
		who = o.Same.Of(who)
		was, reports := known.To[who]
		switch {
		case !in.Ended:
			to, err := o.superior(ctx, in.To)
			if err != nil {
				return err
			}
			if b.To = to.ID; reports && was == b.To {
				return o.Bad("", throughline.Refuse("unchanged", "nothing was changed"))
			}
			if circle := known.Closes(who, o.Same.Of(b.To)); circle != nil {
				return o.circle(ctx, circle)
			}
		case !reports && known.Closing[who].IsZero(): // what closes a circle is told to nobody as a line, and has an end as any other
			return o.Bad("", throughline.Refuse("reports_none", "nothing is said of whom they report to; there is nothing to end"))
		}
		g, err := o.grade(in.Grade)
		if err != nil {
			return err
		}
		o.Add(Entry{Grade: g, Body: b})
		return nil
	})
}

// ReportsInput is whom somebody reports to.
type ReportsInput struct {
	Writing
	Person string `arg:"" name:"person" json:"person" help:"Who of the customer: a name of the deal, or an id."`
	To     string `arg:"" optional:"" name:"to" json:"to,omitempty" help:"Whom they report to: a name of the deal, the whole name of somebody of the same customer, or an id."`
	Ended  bool   `name:"ended" json:"ended,omitempty" help:"It is no longer so; whom they report to now is not known."`
	Grade  string `name:"grade" placeholder:"GRADE" json:"grade,omitempty" help:"E1 our reading, E2 they said it, E3 they wrote it."`
}

// superior finds whom of theirs somebody reports to: of the deal, else of the same customer.
func (o *Writer) superior(ctx context.Context, word string) (store.Person, error) {
	here, err := o.Person(word)
	if err == nil {
		return o.people[here], o.theirs(here)
	}
	p, other := o.Desk.PersonMeantOn(ctx, o.Op, word, desk.View{})
	switch {
	case other != nil && throughline.KindOf(other) == throughline.NotFound:
		return p, err
	case other != nil:
		return p, other
	case p.Ours:
		return p, o.oneOfOurs(p)
	case o.Account.Value.IsZero() || p.Account != o.Account.Value:
		return p, o.Bad("", throughline.Refuse("reports_elsewhere", "%s is of another customer", "name", p.Name))
	}
	return p, nil
}

// theirs refuses whoever is one of ours.
func (o *Writer) theirs(id throughline.PersonID) error {
	if p := o.people[id]; p.Ours {
		return o.oneOfOurs(p)
	}
	return nil
}

func (o *Writer) oneOfOurs(p store.Person) error {
	return o.Bad("", throughline.Refuse("reports_ours", "%s is one of ours; only people of a customer report to each other here", "name", p.Name))
}

// circle refuses what would make somebody report to themselves, and says by whom.
func (o *Writer) circle(ctx context.Context, line []throughline.PersonID) error {
	if len(line) == 1 {
		return o.Bad("", throughline.Refuse("reports_self", "nobody reports to themselves"))
	}
	people, err := o.Desk.Read().People(ctx, line)
	if err != nil {
		return err
	}
	var names []string
	for _, id := range append(line, line[0]) {
		names = append(names, people[id].Name)
	}
	return o.Bad("", throughline.Refuse("reports_circle", "that would be a circle: %s", "line", strings.Join(names, " → ")))
}
