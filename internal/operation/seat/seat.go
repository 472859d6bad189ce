// Package seat is a desk for tests: over an empty ledger in memory, with the
// playbook that ships, on a day that the test says.
//
// Takes: a test and its clock.
// Gives: a desk, what an operation answers, a deal with two people.
// Never: is part of the product.
package seat

import (
	"io/fs"
	"math/rand/v2"
	"testing"
	"testing/fstest"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/memory"
	"github.com/throughline/throughline/playbooks"
)

// Today is the day on which tests begin.
var Today = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// Desk is a desk over an empty ledger, on the day that is today.
func Desk(t testing.TB, now *time.Time) *operation.Desk {
	t.Helper()
	book, found := compile.Playbook(playbooks.Starter())
	if found.Errors() {
		t.Fatal(found)
	}
	d := &operation.Desk{Holds: operation.MayAdmin, Keep: true}
	d.Ledger, d.Workspace, d.Book, d.Now = memory.New(), throughline.DefaultWorkspace, book, func() time.Time { return *now }
	d.Random, d.Language, d.Usual = rand.New(rand.NewPCG(1, 2)), "en", &desk.Usual{}
	d.Forecasts = &forecasting.Forecasts{}
	return d
}

// Keep appends to the ledger.
func Keep(t testing.TB, d *operation.Desk, b store.Batch) {
	t.Helper()
	if _, err := d.Ledger.Append(t.Context(), d.Workspace, b); err != nil {
		t.Fatal(err)
	}
}

// Run runs an operation that has to succeed.
func Run[Out any](t testing.TB, d *operation.Desk, o operation.Operation, in any) Out {
	t.Helper()
	answer, err := o.Run(t.Context(), d, in)
	if err != nil {
		t.Fatal(err)
	}
	return answer.(Out)
}

// Ward is a deal with a head of nursing and a head of finance.
func Ward(t testing.TB, d *operation.Desk) string {
	t.Helper()
	r := Run[recording.Recorded](t, d, operation.RecordDeal, &recording.NewDealInput{Title: "One handover for all wards", Account: "Montrevel"})
	id := r.Deal.String()
	Run[recording.Recorded](t, d, operation.RecordPerson, &recording.PersonInput{Writing: recording.Writing{ID: id}, Person: "Maria Chen", Role: "problem_owner", Function: "nursing"})
	Run[recording.Recorded](t, d, operation.RecordPerson, &recording.PersonInput{Writing: recording.Writing{ID: id}, Person: "Colin Hartwig", Role: "sponsor", Function: "operations"})
	return id
}

// Shown is a deal as it is shown.
func Shown(t testing.TB, d *operation.Desk, id string) showing.DealPage {
	t.Helper()
	return Run[showing.DealPage](t, d, operation.ShowDeal, &showing.DealInput{ID: id})
}

// On is the day of a date.
func On(t testing.TB, s string) throughline.Day {
	t.Helper()
	d, err := throughline.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Place is a time zone.
func Place(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// TwoProcesses is the starter with a light process for orders beside it, whose
// file comes first by name, and one for practised buyers.
func TwoProcesses(t testing.TB) *playbook.Playbook {
	t.Helper()
	files := fstest.MapFS{}
	_ = fs.WalkDir(playbooks.Starter(), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			text, _ := fs.ReadFile(playbooks.Starter(), path)
			files[path] = &fstest.MapFile{Data: text}
		}
		return err
	})
	main := files["playbook.yaml"]
	main.Data = append(main.Data, "\nknows: {purchase: [first, order, card]}\n"...)
	road := func(name, when string) {
		files["process/"+name+".yaml"] = &fstest.MapFile{Data: []byte("name: " + name + "\nwhen: '" + when + "'\nstages:\n" +
			"  - {id: asked, name: Asked, serves: p5, milestones: [{id: steps-sent, short: Steps sent, statement: The purchasing department sent its steps., serves: p5}]}\n" +
			"  - {id: ordered, name: Ordered, serves: p7, milestones: [{id: order-issued, short: Order issued, statement: The purchasing department issued the order., serves: p7}]}\n")}
	}
	road("again", `purchase in ["order", "card"]`)
	road("practised", `class == "transactional"`)
	book, found := compile.Playbook(files)
	if found.Errors() || len(book.Processes) != 3 {
		t.Fatal(found)
	}
	return book
}
