package operation

import (
	"github.com/throughline/throughline/internal/caretaking"
)

// ErasePerson is `throughline admin erase`: the one exception to append-only.
var ErasePerson = define(Operation{
	Words:   []string{"admin", "erase"},
	Summary: "Erase a person's personal data",
	About: "Removes name, title and address of a person from every version kept, and from the words of facts their name and what reaches nobody else: " +
		"an address with an @, a number. Names that are one with theirs go with them, and are named before and after. " +
		"One of ours signs in no more, and what the register says of them goes too. What happened stays, pointing at a tombstone. This cannot be undone.",
	Examples: []string{"throughline admin erase 0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e"},
	Effect:   Writes, Permission: MayAdmin, NeedsStore: true,
}, cares(caretaking.ErasePerson))

// CheckLedger is `throughline admin check`.
var CheckLedger = define(Operation{
	Words: []string{"admin", "check"}, Summary: "Look whether the database is whole",
	About: "Asks the database to check itself, holds every row of every table against the checksum that was written with it, looks whether a " +
		"table, an index or a row is missing, and compares every deal's summary with the fold of its facts, in all workspaces. What it could " +
		"not look at it names, and does not call whole.",
	Examples: []string{"throughline admin check --db throughline.db"},
	Effect:   Reads, Permission: MayAdmin, NeedsStore: true,
}, cares(caretaking.CheckLedger))

// ShowKept is `throughline admin person`.
var ShowKept = define(Operation{
	Words: []string{"admin", "person"}, Route: "GET /people/{id}/kept", Summary: "All that is kept about a person, of ours or a customer's",
	About: "What somebody has a right to be given who asks what is kept of them: every version of their name, title and address, ids in other systems, whether and " +
		"how they may come in (without their password), every fact that they wrote or that names them, links to plans made for them and when those were opened, settings that " +
		"name them, drafts of playbooks that they wrote (without what is in them), and the lines of the audit about them. What the customer keeps in a plan for " +
		"themselves nobody here can read, and it is not in it. What one of ours keeps to themselves (private list) is in it only where they ask themselves, or nobody signs in. admin erase takes the person's name away. That somebody looked is noted.",
	Examples: []string{"throughline admin person ID --json"},
	Effect:   Reads, Permission: MayAdmin, NeedsStore: true, Personal: true,
}, cares(caretaking.ShowKept))

// ListAudit is `throughline admin audit`.
var ListAudit = define(Operation{
	Words: []string{"admin", "audit"}, Route: "GET /audit", Summary: "Who changed what, took it along, looked at a person's data, or was refused",
	About: "Lines are added once a company has people who sign in, and never changed or taken out. Each has a hash of itself and of the one before; admin check " +
		"goes through them. --head prints the last one's number and hash alone: whoever keeps it elsewhere sees later by admin check --audit-head whether lines were " +
		"taken away. A line has ids and words of closed lists, so that erasing a person leaves it whole; names are looked up when it is shown. That somebody " +
		"looked at a deal or a list is not kept. docs/audit.md says what is, and for how long.",
	Examples: []string{
		"throughline admin audit",
		"throughline admin audit --did sign_in --limit 20",
		"throughline admin audit --all --csv",
		"throughline admin audit --head",
	},
	Effect: Reads, Permission: MayAdmin, NeedsStore: true, Personal: true,
}, cares(caretaking.ListAudit))

// ListJobs is `throughline admin jobs`.
var ListJobs = define(Operation{
	Words: []string{"admin", "jobs"}, Route: "GET /jobs", Summary: "What goes on behind the servers: what runs, waits, failed, and was last done",
	About: "Backups by a clock (serve --backup-to), the day's forecast, checks. Each is done by one server at a time, tried again when it fails or its server " +
		"is gone, and left after so many tries. Of a job that whoever asks may not do it is not told what it said or what came of it.",
	Examples: []string{"throughline admin jobs", "throughline admin jobs --kind backup --json"},
	Effect:   Reads, Permission: MayRead, NeedsStore: true,
}, cares(caretaking.ListJobs))

// ManageJob is `throughline admin job`.
var ManageJob = define(Operation{
	Words: []string{"admin", "job"}, Route: "POST /jobs", Summary: "Ask for a job, have one tried again, or give one up",
	About: "A kind (backup, check, forecast) asks for one, which the next server that looks does; of a kind one waits or runs at a time. With the id of a job " +
		"(admin jobs --json) --again has it tried from the beginning, --give-up stops it and has it tried no more. It is done with the rights of whoever asked " +
		"for it, as they are then.",
	Examples: []string{
		"throughline admin job forecast",
		"throughline admin job 0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e --again",
		"throughline admin job 0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e --give-up",
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, cares(caretaking.ManageJob))

// BackupLedger is `throughline admin backup`.
var BackupLedger = define(Operation{
	Words: []string{"admin", "backup"}, Summary: "Copy the database while it is in use",
	About: "Writes a consistent copy to a path where nothing stands yet. With --to it is encrypted (age) for whoever has the private key, which is needed nowhere " +
		"to make copies: age-keygen makes a pair. It says the audit's head as well; keep that where the copy is not.",
	Examples: []string{
		"throughline admin backup copy.db",
		"throughline admin backup copy.db.age --to age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
	},
	Effect: Reads, Long: true, Permission: MayAdmin, NeedsStore: true,
}, cares(caretaking.BackupLedger))

// RestoreLedger is `throughline admin restore`.
var RestoreLedger = define(Operation{
	Words: []string{"admin", "restore"}, Summary: "Make the database of a copy",
	About: "Checks the copy, brings it to this version, puts it where --db says, and holds every fact that can then be read there against the copy. " +
		"Nothing is overwritten: where a database stands already, name another place or have it set aside. A log that another database left at the place is always " +
		"set aside, never played. Stop what uses the database first. With --until it holds what the company's ledger held at that instant: facts, plans, settings, people, " +
		"drafts and the audit up to then, with a line that says so. Sessions, tokens and what only lives for a while are left out; who was sent away since, and links " +
		"that were taken back since, stay out; and what was erased since stays erased. On a PostgreSQL server --db has to be empty: it is filled in one transaction, with all of it or nothing.",
	Examples: []string{
		"throughline admin restore copy.db",
		"throughline admin restore copy.db --db again.db",
		"throughline admin restore copy.db --set-aside",
		"throughline admin restore copy.db --until '2026-11-30 14:05' --db again.db",
		"throughline admin restore copy.db.age --key key.txt",
		"throughline admin restore postgres://app@db.example.com/sales --until '2026-11-30 14:05' --db postgres://app@db.example.com/again",
	},
	Effect: Writes, Long: true, Permission: MayAdmin,
}, cares(caretaking.RestoreLedger))

// CopyLedger is `throughline admin copy`.
var CopyLedger = define(Operation{
	Words: []string{"admin", "copy"}, Summary: "Copy a database into another, from a file to PostgreSQL or back",
	About: "Writes everything that FROM holds, of all workspaces, into TO, which has to be empty, and then reads every deal's facts in both and compares them. " +
		"It is done in one transaction: TO holds all of it at the end, or nothing. FROM may be in use; what is written to it meanwhile is not copied. " +
		"A password is better kept in PGPASSWORD or ~/.pgpass than written here, where others may see it in the list of processes.",
	Examples: []string{
		"throughline admin copy throughline.db postgres://sales@db.example.com/throughline",
		"throughline admin copy postgres://sales@db.example.com/throughline copy.db",
	},
	Effect: Writes, Long: true, Permission: MayAdmin,
}, cares(caretaking.CopyLedger))

// JoinOurs takes in one of us who has no deals: a manager, or operations. It is
// no command of its own. Taking back the setting takes them off the list again.
var JoinOurs = define(Operation{
	Words: []string{"ours", "join"}, Summary: "Somebody who works here and has no deals", Page: true, Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, cares(caretaking.JoinOurs))

// ManageSettings is `throughline admin settings`.
var ManageSettings = define(Operation{
	Words: []string{"admin", "settings"}, Summary: "Show or change what the company has settled",
	About: "Without a name it shows the settings. timezone is the zone whose days are counted: which day today is, to which day an instant of an " +
		"export belongs that says no zone of its own, and how instants are shown; --timezone counts for one command only; where neither is " +
		"said the machine's zone holds. What was recorded as a day stays that day in every zone. A server reads the zone when it starts. " +
		"currency is the one in which sums are said; rate.USD says what one dollar is worth in it, and of which day: amounts that have a rate " +
		"are added up by it, the others stand apart. fiscal_year is the month in which the year begins, working_days are the days of the week " +
		"on which you work, language is that of a page on which nobody has chosen one, name is how the company is called. target.2026-Q4 is " +
		"what is to be won in that quarter, of the fiscal year that begins in 2026; target.2026-11 is of a month, target.2026-Q4/seller.NAME " +
		"of one seller, target.2026-Q4/team.NAME of a team. Every value keeps the instant since which it holds; undo puts back what held " +
		"before the last change.",
	Examples: []string{
		"throughline admin settings",
		"throughline admin settings timezone Europe/Berlin",
		"throughline admin settings timezone default",
		"throughline admin settings currency EUR",
		"throughline admin settings rate.USD '0.92 2026-11-27'",
		"throughline admin settings fiscal_year april",
		"throughline admin settings target.2026-Q4 '1200000 EUR'",
		"throughline admin settings target.2026-Q4/seller.Amara 300000",
		"throughline admin settings undo",
	},
	Effect: Writes, Permission: MayAdmin, NeedsStore: true,
}, cares(caretaking.ManageSettings))

// ShowSettings gives what the company has settled; its page shows it. It is no
// command of its own.
var ShowSettings = define(Operation{
	Words: []string{"settings", "shown"}, Summary: "What the company has settled", Page: true, Effect: Reads, Permission: MayRead, NeedsStore: true,
}, cares(caretaking.ShowSettings))

// ChangeSettings changes several at once, from a page: all of them or none. It
// is no command of its own.
var ChangeSettings = define(Operation{
	Words: []string{"settings", "changed"}, Summary: "Change what the company has settled", Page: true, Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, cares(caretaking.ChangeSettings))

// UndoSettings puts back what held before the last change. It is no command of its own.
var UndoSettings = define(Operation{
	Words: []string{"settings", "undone"}, Summary: "Take the last change of a setting back", Page: true, Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, cares(caretaking.UndoSettings))
