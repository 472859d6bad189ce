package importing

import (
	"errors"
	"os"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
)

// meaning gives what foreign words mean at a door: the playbook's mapping, under
// that of a file where one is named. With an error among the findings nothing is
// to be read.
func (d *Desk) meaning(op, file string) (playbook.Mapping, diag.Findings, error) {
	if file == "" {
		return d.Book.Mapping, nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		kind := throughline.Unavailable
		if errors.Is(err, os.ErrNotExist) {
			kind = throughline.NotFound
		}
		return playbook.Mapping{}, nil, throughline.Fail(op+": read mapping", kind, file, errors.Unwrap(err))
	}
	m, found := compile.Meaning(file, text, d.Book)
	return m, found, nil
}
