package workshop

import (
	"context"
	"io"
	"io/fs"

	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/usage"
)

// Bench is a desk with a playbook's files on it.
type Bench struct {
	desk.Desk
	Findings  diag.Findings                                               // about the playbook
	BookDir   string                                                      // the folder as the caller named it; empty for the starter
	BookFiles fs.FS                                                       // what stands in it
	Compile   func(fs.FS) (*playbook.Playbook, diag.Findings)             // compiles a folder
	OpenBook  func(dir string) (*playbook.Playbook, diag.Findings, error) // another folder; empty for the starter
	Shipped   fs.FS                                                       // the folder of the playbook that ships; nil: none does
	Ask       func(question, help string, many bool) ([]string, error)    // asks the person in words; nil: nobody is there
	Confirm   func(question string) bool                                  // asks the person; nil: nobody is there to ask
	Used      func(context.Context) (usage.Measures, error)               // what use of the playbook has shown; nil: nobody knows
	Show      io.Writer                                                   // what is shown before it is asked; nil: nowhere
}
