package operation

import (
	"context"

	"github.com/throughline/throughline/internal/workshop"
)

// The studio's pages work with these. They stand in no other list: at the command
// line a playbook is files, and an editor is at hand.
var (
	ListDrafts = define(
		Operation{Words: []string{"studio", "list"}, Page: true, Effect: Reads, Permission: MayRead, NeedsStore: true},
		looks(workshop.ListDrafts),
	)

	ListPresets = define(Operation{Words: []string{"studio", "presets"}, Page: true, Effect: Reads, Permission: MayRead}, looks(workshop.ListPresets))

	ShowDraft = define(Operation{Words: []string{"studio", "show"}, Page: true, Effect: Reads, Permission: MayRead, NeedsStore: true}, works(workshop.ShowDraft))

	DraftHistory = define(
		Operation{Words: []string{"studio", "history"}, Page: true, Effect: Reads, Permission: MayRead, NeedsStore: true},
		works(workshop.History),
	)

	ReviewDraft = define(
		Operation{Words: []string{"studio", "review"}, Page: true, Effect: Reads, Permission: MayRead, NeedsStore: true},
		works(workshop.ReviewDraft),
	)

	ReviewQuarter = define(
		Operation{Words: []string{"studio", "quarter"}, Page: true, Effect: Reads, Permission: MayRead, NeedsStore: true},
		works(workshop.Quarter),
	)

	// Changes of the version in force come into one draft, however many a review takes.
	DraftOfNewest = define(
		Operation{Words: []string{"studio", "again"}, Page: true, Effect: Writes, Permission: MayWrite, NeedsStore: true},
		works(workshop.DraftOfNewest),
	)

	BeginDraft = define(
		Operation{Words: []string{"studio", "begin"}, Page: true, Effect: Writes, Permission: MayWrite, NeedsStore: true},
		works(workshop.BeginDraft),
	)

	EditDraft = define(
		Operation{Words: []string{"studio", "edit"}, Page: true, Effect: Writes, Permission: MayWrite, NeedsStore: true},
		works(workshop.EditDraft),
	)

	// Where nobody signs in whoever may write may publish a draft; else those whose
	// role changes the playbook.
	PublishDraft = define(Operation{Words: []string{"studio", "publish"}, Page: true, Effect: Writes, Permission: MayWrite, NeedsStore: true}, publishDraft)
)

// publishDraft publishes, and lays what was published on the server's shelf, so
// that whoever published follows it with the next page.
func publishDraft(ctx context.Context, d *Desk, in workshop.PublishDraftInput) (workshop.Publication, error) {
	out, err := workshop.PublishDraft(ctx, &d.Bench, in)
	if err == nil && out.Published && d.Shelf != nil {
		_, err = d.Shelf.Look(ctx, d.Lists.Rebook)
	}
	return out, err
}
