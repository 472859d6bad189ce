package workshop

import (
	"context"
	"errors"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/difference"
)

var errUnusable = errors.New("what is wrong with it leaves nothing to work with; throughline playbook check says what")

// Diff says in sentences what changes from one playbook to another.
func Diff(_ context.Context, d *Bench, in DiffInput) (PlaybookDifference, error) {
	a, err := openBook(d, in.From)
	if err != nil {
		return PlaybookDifference{}, err
	}
	b, err := openBook(d, in.To)
	if err != nil {
		return PlaybookDifference{}, err
	}
	return PlaybookDifference{difference.Of(a, b, nil)}, nil
}

func openBook(d *Bench, dir string) (*playbook.Playbook, error) {
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
	From string `arg:"" name:"from" json:"from" help:"The older folder, or starter."`
	To   string `arg:"" name:"to" json:"to" help:"The newer folder, or starter."`
}

// PlaybookDifference is the answer of DiffPlaybooks.
type PlaybookDifference struct{ difference.Difference }
