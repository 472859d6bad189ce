package operation

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

// The imports of CRMs, each by the mapping that ships for it.
var (
	ImportHubSpot    = importOf("hubspot", "HubSpot", "hubspot-crm-exports-all-deals.csv hubspot-meetings.csv", "deals.json")
	ImportPipedrive  = importOf("pipedrive", "Pipedrive", "deals-1.csv activities-1.csv", "deals.xlsx")
	ImportDynamics   = importOf("dynamics", "Dynamics 365", "\"All Opportunities.xlsx\"", "opportunities.json")
	ImportZoho       = importOf("zoho", "Zoho CRM", "Data_001.zip", "Deals.csv Calls.csv Events.csv")
	ImportOdoo       = importOf("odoo", "Odoo", "crm.lead.xlsx", "crm.lead.csv")
	ImportBitrix     = importOf("bitrix24", "Bitrix24", "deals.csv stage_history.csv status.csv", "DEAL.csv")
	ImportClose      = importOf("close", "Close", "opportunities.csv", "opportunities.json activities.json")
	ImportFreshsales = importOf("freshsales", "Freshsales", "deals.csv", "deals.json deal_stages.json")
)

func importOf(key, name, files, others string) Operation {
	return define(Operation{
		Words: []string{"import", key}, Summary: "Bring in an export from " + name,
		About: "Reads deals from " + name + " as it exports them (CSV, .xlsx, JSON of its API, in folders or archives), and stage history, activities, people and customers where they are among the files, " +
			"by the mapping that ships for it. Tables of another form are refused, with what they lack and a mapping that is begun. --show writes nothing and prints the mapping that would be used; " +
			"what is to be read otherwise is changed there and read by import csv --mapping. The same export twice adds nothing.",
		Examples: []string{
			"throughline import " + key + " " + files,
			"throughline import " + key + " " + others + " --show > mapping.yaml",
			"throughline import " + key + " " + files + " --currency EUR --zone Europe/Berlin --json",
		},
		Effect: Writes, Long: true, Permission: MayWrite, NeedsStore: true,
	}, func(ctx context.Context, d *Desk, in ImportCRMInput) (Imported, error) {
		return importCRM(ctx, d, key, in)
	})
}

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

func importCRM(ctx context.Context, d *Desk, key string, in ImportCRMInput) (Imported, error) {
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
