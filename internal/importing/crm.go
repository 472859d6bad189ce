package importing

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/csv"
	"github.com/throughline/throughline/internal/intake/spelling"
)

// ImportCRMInput says what to read.
type ImportCRMInput struct {
	Paths      []string        `arg:"" name:"path" json:"paths" help:"Files, folders of files, or the archive they came in."`
	Show       bool            `name:"show" json:"show,omitempty" help:"Write nothing; print the mapping that would be used."`
	Dates      string          `name:"dates" placeholder:"ORDER" enum:",mdy,dmy,ymd" default:"" json:"dates,omitempty" help:"Order of day and month where the values do not show it: mdy, dmy, ymd."`
	Zone       string          `name:"zone" placeholder:"ZONE" json:"zone,omitempty" help:"Time zone of times without one (default: the company's)."`
	Currency   string          `name:"currency" placeholder:"CODE" json:"currency,omitempty" help:"Currency of amounts without one, such as EUR."`
	Mapping    string          `name:"mapping" short:"m" placeholder:"FILE" json:"mapping,omitempty" help:"What stages, ends and roles of the export mean, in the form of a playbook's mapping.yaml; a stage by its address, id or name."`
	ExportedOn throughline.Day `name:"exported-on" placeholder:"DATE" json:"exported_on,omitzero" help:"The day the export was made (default: the newest day it speaks of)."`
}

func ImportCRM(ctx context.Context, d *Desk, key string, in ImportCRMInput) (Imported, error) {
	op := "import " + key
	system, ok := csv.SystemOf(key)
	if !ok {
		return Imported{}, throughline.Fail(op, throughline.Invalid, key, errors.New("no mapping ships for it"))
	}
	words, found, err := d.meaning(op, in.Mapping)
	if err != nil || found.Errors() {
		return unread(found, ""), err
	}
	files, err := intake.Files(in.Paths...)
	if err != nil {
		return Imported{}, err
	}
	p, err := csv.Propose(files, words, system)
	if err != nil {
		return Imported{}, err
	}
	found = append(found, p.Findings...)
	if p.Mapping == nil {
		return unread(found, string(p.Draft)), nil
	}
	m := p.Mapping
	if in.Dates != "" {
		m.Dates = spelling.Order(in.Dates)
	}
	if in.Currency != "" {
		m.Currency = strings.ToUpper(in.Currency)
	}
	if in.Zone != "" {
		if m.Zone, err = time.LoadLocation(in.Zone); err != nil {
			return Imported{}, throughline.Fail(op, throughline.Invalid, "zone "+in.Zone, errors.New("it is no time zone such as Europe/Vienna"))
		}
	}
	if in.Show {
		return unread(found, string(m.YAML())), nil
	}
	return runImport(ctx, d, csv.New(files, m, words, d.Present()), in.ExportedOn, found, Imported{})
}

// unread is the answer of an import that read nothing.
func unread(found diag.Findings, mapping string) Imported {
	return Imported{Report: intake.Report{Findings: found, Outcomes: map[string]int{}, Files: []intake.FileReport{}}, Proposal: mapping}
}
