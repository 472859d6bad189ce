package importing

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/csv"
)

// ImportCSVInput says what to read and how.
type ImportCSVInput struct {
	Paths      []string        `arg:"" name:"path" json:"paths" help:"Files, or folders of files."`
	Guess      bool            `name:"guess" xor:"how" json:"guess,omitempty" help:"Propose a mapping from the headers and show it."`
	Mapping    string          `name:"mapping" short:"m" placeholder:"FILE" xor:"how" json:"mapping,omitempty" help:"Read by this mapping file."`
	Yes        bool            `name:"yes" short:"y" json:"yes,omitempty" help:"Accept the proposed mapping without being asked."`
	ExportedOn throughline.Day `name:"exported-on" placeholder:"DATE" json:"exported_on,omitzero" help:"The day the export was made (default: the newest day it speaks of)."`
}

// Imported is the answer of an import. Counts are of the ledger afterwards,
// silence is as of the day the export speaks of.
type Imported struct {
	intake.Report
	Silent   int             `json:"silent"`
	AsOf     throughline.Day `json:"as_of,omitzero"`
	Written  bool            `json:"written"`
	Proposal string          `json:"mapping,omitempty"`    // the proposed mapping file
	First    *FirstLook      `json:"first_look,omitempty"` // where it brought something new
}

// Findings gives the findings.
func (i Imported) Findings() diag.Findings { return i.Report.Findings }

// ImportCSV does the work of operation.ImportCSV: bring in deals from tables.
func ImportCSV(ctx context.Context, d *Desk, in ImportCSVInput) (Imported, error) {
	if in.Guess == (in.Mapping != "") {
		return Imported{}, throughline.Fail("import csv", throughline.Invalid, "",
			errors.New("say how to read the tables: --guess proposes a mapping, --mapping FILE gives one"))
	}
	files, err := intake.Files(in.Paths...)
	if err != nil {
		return Imported{}, err
	}
	var out Imported
	var p csv.Proposal
	if in.Guess {
		if p, err = csv.Propose(files, d.Book.Mapping, csv.Systems()...); err != nil {
			return out, err
		}
	} else {
		text, err := os.ReadFile(in.Mapping)
		if err != nil {
			return out, throughline.Fail("read mapping", throughline.NotFound, in.Mapping, errors.Unwrap(err))
		}
		p.Mapping, p.Findings = csv.ParseMapping(in.Mapping, text)
	}
	m, found := p.Mapping, p.Findings
	if m == nil {
		return unread(found, string(p.Draft)), nil
	}
	if in.Guess {
		out.Proposal = string(m.YAML())
		if accepted, err := accept(d, in, out.Proposal); err != nil || !accepted {
			if d.Confirm != nil {
				out.Proposal = "" // it was shown, and refused
			}
			return unread(found, out.Proposal), err
		}
	}
	return runImport(ctx, d, csv.New(files, m, d.Book.Mapping, d.Present()), in.ExportedOn, found, out)
}

// accept shows the proposal and asks. Nobody there to ask is a no: then the
// proposal is the answer, and nothing is written.
func accept(d *Desk, in ImportCSVInput, proposal string) (bool, error) {
	if in.Yes {
		if d.Show != nil {
			fmt.Fprint(d.Show, proposal)
		}
		return true, nil
	}
	if d.Confirm == nil {
		return false, nil
	}
	if d.Show != nil {
		fmt.Fprint(d.Show, proposal)
	}
	return d.Confirm("Import like this?"), nil
}

// runImport reads a source into the ledger and counts what is there then. Rows
// that cannot be read go to files beside those they came from.
func runImport(ctx context.Context, d *Desk, src intake.Source, exportedOn throughline.Day, found diag.Findings, out Imported) (Imported, error) {
	rejects := rejectFiles{paths: map[string]string{}}
	out, err := importInto(ctx, d, src, exportedOn, found, out, rejects.open)
	if e := rejects.close(); err == nil {
		err = e
	}
	for i := range out.Files {
		if p := rejects.paths[out.Files[i].Name]; p != "" {
			out.Files[i].Rejects = p
		}
	}
	return out, err
}

func importInto(
	ctx context.Context,
	d *Desk,
	src intake.Source,
	exportedOn throughline.Day,
	found diag.Findings,
	out Imported,
	rejects func(string) (io.Writer, error),
) (Imported, error) {
	sink, err := again(ctx, d)
	if err != nil {
		return out, err
	}
	report, err := intake.Run(ctx, src, sink, intake.Options{
		Workspace: d.Workspace, Now: d.Present(), ExportedOn: exportedOn, Rejects: rejects,
		Ours: func(ctx context.Context, system string) (intake.Colleagues, error) {
			return colleagues(ctx, d, system)
		},
		Progress: func(done, total int64) {
			d.Report(desk.Progress{Doing: "importing", Done: done, Total: total, Unit: "bytes"})
		},
	})
	report.Findings = append(found, report.Findings...)
	out.Report, out.Written = report, err == nil
	if err != nil {
		return out, err
	}
	if report.Findings.Errors() && report.Rows == 0 {
		out.Written, out.Outcomes = false, map[string]int{}
		return out, nil
	}
	asOf := report.Horizon
	runs, err := d.Read().Imports(ctx)
	if err != nil {
		return out, err
	}
	for _, r := range runs { // what an earlier import knew later still counts
		if r.Horizon.Compare(asOf) > 0 {
			asOf = r.Horizon
		}
	}
	o, err := d.Survey(ctx, asOf.End(d.Days()), false, nil)
	if err != nil {
		return out, err
	}
	out.AsOf, out.Deals, out.Outcomes, out.Silent = asOf, o.Deals, o.Outcomes, o.Silent
	if report.Added > 0 {
		look, err := ShowFirstLook(ctx, d, FirstLookInput{})
		if err != nil {
			return out, err
		}
		out.First = &look
	}
	return out, nil
}

// rejectFiles are where rows that cannot be read go: beside the file they came
// from, or, where nothing can be written there, in the current folder.
type rejectFiles struct {
	paths map[string]string
	files []*os.File
}

func (r *rejectFiles) open(name string) (io.Writer, error) {
	path := intake.RejectsName(name)
	f, err := os.Create(path)
	if err != nil {
		path = intake.RejectsName(intake.File{Name: name}.Base())
		if f, err = os.Create(path); err != nil {
			return nil, err
		}
	}
	r.paths[name] = path
	r.files = append(r.files, f)
	return f, nil
}

func (r *rejectFiles) close() error {
	var first error
	for _, f := range r.files {
		if err := f.Close(); err != nil && first == nil {
			first = throughline.Fail("write rejects to", throughline.Unavailable, f.Name(), err)
		}
	}
	return first
}
