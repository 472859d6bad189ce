package operation

import (
	"context"

	"github.com/throughline/throughline/internal/importing"
)

// ShowFirstLook is `throughline start`: what a bare history tells.
var ShowFirstLook = define(Operation{
	Words: []string{"start"}, Route: "GET /start",
	Summary: "What your history says, and ten deals to look at",
	About: "Needs nothing but deals with their days, as an import brings them: how they ended and how long it took, where those stood last that were not won, " +
		"which open ones are older than any that was ever won, and ten to look at, with one question each. What too few deals bear is not said. " +
		"Where the newest thing known is older than two weeks it looks as of then.",
	Examples: []string{"throughline start", "throughline start --as-of 2026-06-30", "throughline start --json"},
	Effect:   Reads, Permission: MayRead, NeedsStore: true,
}, imports(importing.ShowFirstLook))

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
		About: "Reads deals from " + name + " as it exports them (CSV, .xlsx, JSON of its API, in folders or archives), and stage history, " +
			"activities, people and customers where they are among the files, by the mapping that ships for it. Tables of another form are " +
			"refused, with what they lack and a mapping that is begun. --show writes nothing and prints the mapping that would be used; what is to " +
			"be read otherwise is changed there and read by import csv --mapping. The same export twice adds nothing.",
		Examples: []string{
			"throughline import " + key + " " + files,
			"throughline import " + key + " " + others + " --show > mapping.yaml",
			"throughline import " + key + " " + files + " --currency EUR --zone Europe/Berlin --json",
		},
		Effect: Writes, Long: true, Permission: MayWrite, NeedsStore: true,
	}, imports(func(ctx context.Context, d *importing.Desk, in importing.ImportCRMInput) (importing.Imported, error) {
		return importing.ImportCRM(ctx, d, key, in)
	}))
}

// ImportCSV is `throughline import csv`.
var ImportCSV = define(Operation{
	Words: []string{"import", "csv"}, Summary: "Bring in deals from tables",
	About: "Reads a table of deals, and tables joined to it, by a mapping file that says which column means what. With --guess it " +
		"proposes one from the headers, with a reason for each line, and shows it before anything is written; redirect it to a file to " +
		"edit it. The same export twice adds nothing; a newer one adds what is new. Rows that cannot be read go, unchanged, to NAME.rejects.csv.",
	Examples: []string{
		"throughline import csv export/*.csv --guess",
		"throughline import csv export/*.csv --guess > mapping.yaml",
		"throughline import csv export/*.csv --mapping mapping.yaml",
		"throughline import csv deals.csv --guess --yes --json",
	},
	Effect: Writes, Long: true, Permission: MayWrite, NeedsStore: true,
}, imports(importing.ImportCSV))

const importLogAbout = "Each case becomes a deal. Each of its events becomes a stage in the log's own words, on its own day; the playbook's " +
	"mapping says which of ours they are, and what it does not know stays as it is written, with a finding. --won, --lost and " +
	"--no-decision say what ends a case, beside the words that the mapping knows. Case attributes are taken as known at the opening: " +
	"--without leaves one where it is. What happens says nothing of where the customer is, so no position is invented. The same log twice " +
	"adds nothing."

// ImportXES is `throughline import xes`.
var ImportXES = define(Operation{
	Words: []string{"import", "xes"}, Summary: "Bring in a process log as deals",
	About: "Reads XES, packed or not; a table of events or Parquet as well, told by its content. " + importLogAbout,
	Examples: []string{
		"throughline import xes log.xes.gz --won 'activity=Order signed' --no-decision 'activity=Gone quiet'",
		"throughline import xes loans.csv --won outcome=True --no-decision outcome=False --title customer --json",
	},
	Effect: Writes, Long: true, Permission: MayWrite, NeedsStore: true,
}, imports(importing.ImportXES))

// ImportOCEL is `throughline import ocel`.
var ImportOCEL = define(Operation{
	Words: []string{"import", "ocel"}, Summary: "Bring in an object-centric log as deals",
	About:    "Reads OCEL 2.0 in JSON, XML or SQLite; --object-type says whose objects the deals are. " + importLogAbout,
	Examples: []string{"throughline import ocel log.jsonocel --object-type order --won 'activity=Pay Order'"},
	Effect:   Writes, Long: true, Permission: MayWrite, NeedsStore: true,
}, imports(importing.ImportOCEL))

// ImportSalesforce is `throughline import salesforce`.
var ImportSalesforce = define(Operation{
	Words: []string{"import", "salesforce"}, Summary: "Bring in a Salesforce export",
	About: "Reads Opportunity and OpportunityHistory, and Account, Contact, OpportunityContactRole, Task, Event and User where present, " +
		"as CSV, each known by its header. Stage, amount and close-date changes become facts with their own dates; subjects and notes of " +
		"tasks are left where they are. The same export twice adds nothing.",
	Examples: []string{
		"throughline import salesforce export/",
		"throughline import salesforce WE_00D300000000.ZIP",
		"throughline import salesforce export/ --mapping words.yaml",
		"throughline import salesforce export/ --attribute Region__c --attribute Segment__c",
		"throughline import salesforce Opportunity.csv OpportunityHistory.csv --db sales.db --json",
	},
	Effect: Writes, Long: true, Permission: MayWrite, NeedsStore: true,
}, imports(importing.ImportSalesforce))

// UndoImport is `throughline import undo`.
var UndoImport = define(Operation{
	Words: []string{"import", "undo"}, Summary: "Take a whole import back",
	About: "Corrects every fact that an import brought: they stay in the ledger and count no longer. Deals of which nothing else is known end as " +
		"removed at the source, so that no rate counts them; what people wrote on a deal stays. Names of people and customers stay until they " +
		"are erased. Without an id it is the last import that was not taken back. The same files brought again, mended or not, count anew.",
	Examples: []string{"throughline import undo", "throughline import undo 0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e --json"},
	Effect:   Writes, Long: true, Permission: MayWrite, NeedsStore: true,
}, imports(importing.UndoImport))

// ListImports lists what was imported, for the words on a page that say from
// which files a fact came. It has no command of its own.
var ListImports = define(Operation{
	Words: []string{"imports"}, Summary: "What was imported", About: "Newest first.",
	Page: true, Effect: Reads, Permission: MayRead, NeedsStore: true,
}, imports(importing.ListImports))
