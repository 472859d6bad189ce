package importing

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/salesforce"
	"github.com/throughline/throughline/internal/intake/spelling"
)

// ImportSalesforce does the work of operation.ImportSalesforce: bring in a Salesforce export.
func ImportSalesforce(ctx context.Context, d *Desk, in ImportSalesforceInput) (Imported, error) {
	files, err := intake.Files(in.Paths...)
	if err != nil {
		return Imported{}, err
	}
	means, said, err := d.meaning("import salesforce", in.Mapping)
	if err != nil || said.Errors() {
		return Imported{Report: intake.Report{Outcomes: map[string]int{}, Files: []intake.FileReport{}, Findings: said}}, err
	}
	opt := salesforce.Options{Dates: spelling.Order(in.Dates), Currency: strings.ToUpper(in.Currency), Attributes: in.Attributes}
	if in.Zone != "" {
		if opt.Zone, err = time.LoadLocation(in.Zone); err != nil {
			return Imported{}, throughline.Fail(
				"import salesforce",
				throughline.Invalid,
				"zone "+in.Zone,
				errors.New("it is no time zone such as Europe/Vienna"),
			)
		}
	}
	return runImport(ctx, d, salesforce.New(files, means, d.Present(), opt), in.ExportedOn, said, Imported{})
}

// ImportSalesforceInput says what to read.
type ImportSalesforceInput struct {
	Paths      []string        `arg:"" name:"path" json:"paths" help:"Files, folders of files, or the archive they came in."`
	Dates      string          `name:"dates" placeholder:"ORDER" enum:",mdy,dmy,ymd" default:"" json:"dates,omitempty" help:"Order of day and month where the values do not show it: mdy, dmy, ymd."`
	Zone       string          `name:"zone" placeholder:"ZONE" json:"zone,omitempty" help:"Time zone of times without one (default: UTC)."`
	Currency   string          `name:"currency" placeholder:"CODE" json:"currency,omitempty" help:"Currency of amounts without one, such as EUR."`
	Attributes []string        `name:"attribute" sep:"none" placeholder:"FIELD" json:"attributes,omitempty" help:"A further field of Opportunity or Account that describes a deal on its first day, custom ones too, such as Region__c. Can be given several times."`
	Mapping    string          `name:"mapping" short:"m" placeholder:"FILE" json:"mapping,omitempty" help:"What stages, ends and roles of the export mean, in the form of a playbook's mapping.yaml; a stage by its address, id or name."`
	ExportedOn throughline.Day `name:"exported-on" placeholder:"DATE" json:"exported_on,omitzero" help:"The day the export was made (default: the newest day it speaks of)."`
}
