package operation

import (
	"context"

	"github.com/throughline/throughline"
)

// ErasePerson is `throughline admin erase`: the one exception to append-only.
var ErasePerson = define(Operation{
	Words:   []string{"admin", "erase"},
	Summary: "Erase a person's personal data",
	About: "Removes name, title and address of a person from every version kept, and their name from the words of facts. " +
		"What happened stays, pointing at a tombstone. This cannot be undone.",
	Examples: []string{"throughline admin erase 0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e"},
	Effect:   Writes, Permission: MayAdmin, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in ErasePersonInput) (Erased, error) {
	id, err := throughline.ParseID(in.ID)
	if err != nil {
		return Erased{}, throughline.Fail("erase person", throughline.Invalid, in.ID, err)
	}
	people, err := d.Ledger.People(ctx, d.Workspace, []throughline.PersonID{throughline.PersonID(id)})
	if err != nil {
		return Erased{}, err
	}
	p, ok := people[throughline.PersonID(id)]
	if !ok {
		return Erased{}, throughline.Fail("erase person", throughline.NotFound, in.ID, nil)
	}
	if !in.Yes && (d.Confirm == nil || !d.Confirm("Erase "+p.Name+"? This cannot be undone.")) {
		return Erased{}, throughline.Fail("erase person", throughline.Denied, in.ID, errNotConfirmed)
	}
	n, err := d.Ledger.ErasePerson(ctx, d.Workspace, throughline.PersonID(id), d.Now())
	return Erased{Person: throughline.PersonID(id), Redacted: n}, err
})

// ErasePersonInput names the person.
type ErasePersonInput struct {
	ID  string `arg:"" name:"id" json:"id" help:"The person's id, as a deal shows it."`
	Yes bool   `name:"yes" short:"y" json:"yes,omitempty" help:"Do not ask."`
}

// Erased says what was removed.
type Erased struct {
	Person   throughline.PersonID `json:"person"`
	Redacted int                  `json:"redacted"` // facts whose words named the person
}

// CheckLedger is `throughline admin check`.
var CheckLedger = define(Operation{
	Words: []string{"admin", "check"}, Summary: "Look whether the database is whole",
	About:    "Asks the database to check itself, and compares every deal's summary with the fold of its facts.",
	Examples: []string{"throughline admin check --db throughline.db"},
	Effect:   Reads, Permission: MayAdmin, NeedsStore: true,
}, func(ctx context.Context, d *Desk, _ Nothing) (LedgerCheck, error) {
	faults, err := d.Ledger.Check(ctx, d.Workspace)
	if err != nil {
		return LedgerCheck{}, err
	}
	counts, err := d.Ledger.Counts(ctx, d.Workspace)
	return LedgerCheck{Whole: len(faults) == 0, Faults: append([]string{}, faults...), Deals: counts.Deals, Facts: counts.Facts}, err
})

// LedgerCheck is the answer of CheckLedger.
type LedgerCheck struct {
	Whole  bool     `json:"whole"`
	Faults []string `json:"faults"`
	Deals  int      `json:"deals"`
	Facts  int      `json:"facts"`
}

// BackupLedger is `throughline admin backup`.
var BackupLedger = define(Operation{
	Words: []string{"admin", "backup"}, Summary: "Copy the database while it is in use",
	About:    "Writes a consistent copy to a path where nothing stands yet.",
	Examples: []string{"throughline admin backup copy.db"},
	Effect:   Long, Permission: MayAdmin, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in BackupInput) (Backup, error) {
	return Backup(in), d.Ledger.Backup(ctx, in.Path)
})

// BackupInput says where to.
type BackupInput struct {
	Path string `arg:"" name:"path" type:"path" json:"path" help:"Where the copy goes."`
}

// Backup says where the copy is.
type Backup struct {
	Path string `json:"path"`
}

// RestoreLedger is `throughline admin restore`.
var RestoreLedger = define(Operation{
	Words: []string{"admin", "restore"}, Summary: "Make the database of a copy",
	About: "Checks the copy, brings it to this version and puts it where --db says. Nothing is overwritten: " +
		"where a database stands already, move it away first, or name another place.",
	Examples: []string{"throughline admin restore copy.db", "throughline admin restore copy.db --db again.db"},
	Effect:   Long, Permission: MayAdmin,
}, func(ctx context.Context, d *Desk, in RestoreInput) (LedgerCheck, error) {
	if d.Restore == nil {
		return LedgerCheck{}, throughline.Fail("restore", throughline.Unsupported, in.Path, nil)
	}
	return d.Restore(ctx, in.Path)
})

// RestoreInput says where from.
type RestoreInput struct {
	Path string `arg:"" name:"path" type:"path" json:"path" help:"The copy, as admin backup wrote it."`
}
