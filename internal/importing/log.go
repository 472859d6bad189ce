package importing

import (
	"context"
	"errors"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/intake"
	cases "github.com/throughline/throughline/internal/intake/history"
	"github.com/throughline/throughline/internal/intake/logfile"
	"github.com/throughline/throughline/internal/outlook"
)

// ImportXES does the work of operation.ImportXES: bring in a process log as deals.
func ImportXES(ctx context.Context, d *Desk, in ImportLogInput) (Imported, error) {
	return importLog(ctx, d, "import xes", "xes", in)
}

// ImportOCEL does the work of operation.ImportOCEL: bring in an object-centric log as deals.
func ImportOCEL(ctx context.Context, d *Desk, in ImportLogInput) (Imported, error) {
	return importLog(ctx, d, "import ocel", "ocel", in)
}

// ImportLogInput says what to read and what it means.
type ImportLogInput struct {
	Paths []string `arg:"" name:"path" sep:"none" json:"paths" help:"Event logs."`
	logfile.LogColumns
	logfile.Ends
	Title      string          `name:"title" placeholder:"ATTR" json:"title,omitempty" help:"Case attribute that says what the deal is about (default: the case's id)."`
	Account    string          `name:"account" placeholder:"ATTR" json:"account,omitempty" help:"Case attribute that names the customer's organisation."`
	Without    []string        `name:"without" sep:"none" placeholder:"ATTR" json:"without,omitempty" help:"Leave this case attribute out."`
	Mapping    string          `name:"mapping" short:"m" placeholder:"FILE" json:"mapping,omitempty" help:"What activities and ends of the log mean, in the form of a playbook's mapping.yaml; a stage by its address, id or name."`
	System     string          `name:"system" placeholder:"NAME" json:"system,omitempty" help:"Where the ids of cases are from; logs of one system share their ids (default: xes or ocel)."`
	ExportedOn throughline.Day `name:"exported-on" placeholder:"DATE" json:"exported_on,omitzero" help:"The day the log was taken (default: its newest day)."`
}

func importLog(ctx context.Context, d *Desk, op, system string, in ImportLogInput) (Imported, error) {
	ends, err := in.Rules(op)
	if err != nil {
		return Imported{}, err
	}
	if in.System != "" {
		system = in.System
	}
	if len(in.Paths) == 0 {
		return Imported{}, throughline.Fail(op, throughline.Invalid, "", errors.New("name a log"))
	}
	words, said, err := d.meaning(op, in.Mapping)
	out := Imported{Report: intake.Report{Findings: said}}
	if err != nil || said.Errors() {
		out.Report.Outcomes, out.Report.Files = map[string]int{}, []intake.FileReport{}
		return out, err
	}
	for _, path := range in.Paths {
		l, found, err := logfile.Open(ctx, path, in.Opening(d.Cache, d.Bytes))
		if err != nil {
			return out, err
		}
		if l == nil {
			out.Report.Findings = append(out.Report.Findings, found...)
			if out.Outcomes == nil {
				out.Outcomes = map[string]int{}
			}
			continue
		}
		before := out.Report
		means := ends
		if len(means) == 0 {
			means = outlook.EndsIn(l, words)
		}
		src := cases.New(
			l,
			words,
			d.Present(),
			cases.Options{System: system, File: path, Ends: means, Title: in.Title, Account: in.Account, Without: in.Without},
		)
		next, err := runImport(ctx, d, src, in.ExportedOn, append(before.Findings, found...), Imported{})
		next.DealRows, next.HistoryRows, next.Rows = next.DealRows+before.DealRows, next.HistoryRows+before.HistoryRows, next.Rows+before.Rows
		next.Rejected, next.Added, next.Known = next.Rejected+before.Rejected, next.Added+before.Added, next.Known+before.Known
		next.Files, next.Runs = append(before.Files, next.Files...), append(before.Runs, next.Runs...)
		out = next
		if err != nil {
			return out, err
		}
	}
	return out, nil
}
