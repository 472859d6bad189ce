package workshop

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/playbook"
)

// QuarterInput says of which days a review is, both among them.
type QuarterInput struct {
	From  throughline.Day `json:"from"`
	Until throughline.Day `json:"until"`
}

// QuarterReview is what a quarterly review of the playbook looks at, beside what
// the history and its use say: what changed in it, and what was said of it.
type QuarterReview struct {
	From      throughline.Day    `json:"from"`
	Until     throughline.Day    `json:"until"`
	Was       throughline.Day    `json:"was,omitzero"` // when the version was published that held as the days began; zero: none did
	Published []throughline.Day  `json:"published"`    // in these days, oldest first
	Changed   []Change           `json:"changed"`      // from the version that held to the one that holds at their end
	Remarks   []Remark           `json:"remarks"`      // said in these days, and older ones without an answer, the newest first
	Said      int                `json:"said"`         // of those: in these days
	Open      int                `json:"open"`         // of those and of all before: without an answer
	Back      int                `json:"back"`         // taken back, at any time
	Book      *playbook.Playbook `json:"-"`            // the one that holds at their end
}

// Quarter looks back on some days of the playbook: the version that held when
// they began against the one at their end. Where nothing was published there is
// nothing to compare.
func Quarter(ctx context.Context, b *Bench, in QuarterInput) (QuarterReview, error) {
	const op = "review the quarter"
	out := QuarterReview{From: in.From, Until: in.Until, Published: []throughline.Day{}, Changed: []Change{}, Remarks: []Remark{}, Book: b.Book}
	if in.From.IsZero() || in.Until.IsZero() || in.Until.Compare(in.From) < 0 {
		return out, throughline.Fail(op, throughline.Invalid, "", throughline.Refuse("quarter_days", "a review is of days, the first before the last"))
	}
	was, is := b.heldOn(in.From.Add(-1)), b.heldOn(in.Until)
	for _, v := range b.Versions {
		if day := throughline.DayOf(v.Published, b.Days()); day.Compare(in.From) >= 0 && day.Compare(in.Until) <= 0 {
			out.Published = append(out.Published, day)
			if was == nil && v.Book != nil { // the first of all: what came after it are changes
				first := v
				was = &first
			}
		}
	}
	if is != nil && is.Book != nil {
		out.Book = is.Book
		if was != nil && was.Book != nil {
			out.Was = throughline.DayOf(was.Published, b.Days())
			out.Changed = append(out.Changed, Changed(was.Book, is.Book)...)
		}
	}
	all, err := b.remarks(ctx)
	if err != nil {
		return out, err
	}
	out.Back = all.Back
	for _, r := range all.Remarks {
		day := throughline.DayOf(r.At, b.Days())
		within := day.Compare(in.From) >= 0 && day.Compare(in.Until) <= 0
		if within {
			out.Said++
		}
		if day.Compare(in.Until) <= 0 && len(r.Answers) == 0 {
			out.Open++
		}
		if within || day.Compare(in.From) < 0 && len(r.Answers) == 0 {
			out.Remarks = append(out.Remarks, r)
		}
	}
	return out, nil
}

// heldOn gives the version that was published last by the end of a day; nil for none.
func (b *Bench) heldOn(day throughline.Day) *desk.PublishedBook {
	var out *desk.PublishedBook
	for i := range b.Versions {
		if throughline.DayOf(b.Versions[i].Published, b.Days()).Compare(day) <= 0 {
			out = &b.Versions[i]
		}
	}
	return out
}

// DraftOfNewest gives the draft that a change of the version in force belongs
// into: the one that was changed last of those begun from it, else a new one.
func DraftOfNewest(ctx context.Context, b *Bench, in BeginInput) (Draft, error) {
	list, err := ListDrafts(ctx, b)
	if err != nil {
		return Draft{}, err
	}
	for _, d := range list.Drafts {
		if d.Base != "" && d.Base == b.newest() {
			return ShowDraft(ctx, b, DraftInput{ID: d.ID.String()})
		}
	}
	in.Version = "newest"
	return BeginDraft(ctx, b, in)
}
