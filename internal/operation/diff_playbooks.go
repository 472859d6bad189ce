package operation

import (
	"context"
	"errors"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/difference"
)

var errUnusable = errors.New("what is wrong with it leaves nothing to work with; throughline playbook check says what")

// DiffPlaybooks is `throughline playbook diff`.
var DiffPlaybooks = define(Operation{
	Words:   []string{"playbook", "diff"},
	Summary: "Say in sentences what changes from one playbook to another, and for whom",
	About: "Compares two folders, or a folder with the starter playbook (\"starter\"), and proposes where deals would stand whose stage or " +
		"milestone is gone. Nothing is moved.",
	Examples: []string{"throughline playbook diff starter ./playbook", "throughline playbook diff ./playbook-2025 ./playbook-2026 --json"},
	Effect:   Reads, Permission: MayRead,
}, func(_ context.Context, d *Desk, in DiffInput) (PlaybookDifference, error) {
	a, err := openBook(d, in.From)
	if err != nil {
		return PlaybookDifference{}, err
	}
	b, err := openBook(d, in.To)
	if err != nil {
		return PlaybookDifference{}, err
	}
	return PlaybookDifference{difference.Of(a, b, nil)}, nil
})

func openBook(d *Desk, dir string) (*playbook.Playbook, error) {
	if dir == "starter" {
		dir = ""
	}
	book, _, err := d.OpenBook(dir)
	if err == nil && book == nil {
		err = throughline.Fail("open playbook", throughline.Invalid, dir, errUnusable)
	}
	return book, err
}

// DiffInput names two folders.
type DiffInput struct {
	From string `arg:"" name:"a" json:"from" help:"The older folder, or starter."`
	To   string `arg:"" name:"b" json:"to" help:"The newer folder, or starter."`
}

// PlaybookDifference is the answer of DiffPlaybooks.
type PlaybookDifference struct{ difference.Difference }
