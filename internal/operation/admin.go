package operation

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/team"
)

// ErasePerson is `throughline admin erase`: the one exception to append-only.
var ErasePerson = define(Operation{
	Words:   []string{"admin", "erase"},
	Summary: "Erase a person's personal data",
	About: "Removes name, title and address of a person from every version kept, and their name from the words of facts. " +
		"One of ours signs in no more, and what the register says of them goes too. What happened stays, pointing at a tombstone. This cannot be undone.",
	Examples: []string{"throughline admin erase 0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e"},
	Effect:   Writes, Permission: MayAdmin, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in ErasePersonInput) (Erased, error) {
	id, err := throughline.ParseID(in.ID)
	if err != nil {
		return Erased{}, throughline.Fail("erase person", throughline.Invalid, in.ID, err)
	}
	people, err := d.Read().People(ctx, []throughline.PersonID{throughline.PersonID(id)})
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
	if err := team.Leave(ctx, &d.Desk, id.String()); err != nil && throughline.KindOf(err) != throughline.NotFound { // the last admin is not to be erased
		return Erased{}, err
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
	About: "Asks the database to check itself, holds every row of every table against the checksum that was written with it, looks whether a table, an index or a row " +
		"is missing, and compares every deal's summary with the fold of its facts, in all workspaces. What it could not look at it names, and does not call whole.",
	Examples: []string{"throughline admin check --db throughline.db"},
	Effect:   Reads, Permission: MayAdmin, NeedsStore: true,
}, func(ctx context.Context, d *Desk, _ Nothing) (LedgerCheck, error) {
	c, err := d.Ledger.Check(ctx)
	if err != nil {
		return LedgerCheck{}, err
	}
	out := LedgerCheck{
		Whole:     len(c.Faults) == 0,
		Faults:    append([]string{}, c.Faults...),
		Uncovered: append([]string{}, c.Uncovered...),
		Rows:      c.Rows,
	}
	counts, err := d.Read().Counts(ctx)
	if err != nil && !out.Whole { // what is damaged need not be countable
		return out, nil
	}
	out.Deals, out.Facts = counts.Deals, counts.Facts
	return out, err
})

// LedgerCheck is the answer of CheckLedger.
type LedgerCheck struct {
	Whole     bool     `json:"whole"` // nothing is wrong in what was looked at
	Faults    []string `json:"faults"`
	Uncovered []string `json:"not_covered"` // what was not looked at, and why
	Rows      int      `json:"rows"`        // held against their checksums
	Deals     int      `json:"deals"`
	Facts     int      `json:"facts"`
}

// BackupLedger is `throughline admin backup`.
var BackupLedger = define(Operation{
	Words: []string{"admin", "backup"}, Summary: "Copy the database while it is in use",
	About:    "Writes a consistent copy to a path where nothing stands yet.",
	Examples: []string{"throughline admin backup copy.db"},
	Effect:   Reads, Long: true, Permission: MayAdmin, NeedsStore: true,
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
	About: "Checks the copy, brings it to this version, puts it where --db says, and holds every fact that can then be read there against the copy. " +
		"Nothing is overwritten: where a database stands already, name another place or have it set aside. A log that another database left at the place is always " +
		"set aside, never played. Stop what uses the database first.",
	Examples: []string{
		"throughline admin restore copy.db",
		"throughline admin restore copy.db --db again.db",
		"throughline admin restore copy.db --set-aside",
	},
	Effect: Writes, Long: true, Permission: MayAdmin,
}, func(ctx context.Context, d *Desk, in RestoreInput) (Restored, error) {
	if d.Restore == nil {
		return Restored{}, throughline.Fail("restore", throughline.Unsupported, in.Path, nil)
	}
	return d.Restore(ctx, in)
})

// RestoreInput says where from.
type RestoreInput struct {
	Path     string `arg:"" name:"path" type:"path" json:"path" help:"The copy, as admin backup wrote it."`
	SetAside bool   `name:"set-aside" json:"set_aside,omitempty" help:"Give a database that stands at the place another name, beside it."`
}

// Restored says what stands at the place now, of all workspaces.
type Restored struct {
	Deals    int      `json:"deals"`
	Facts    int      `json:"facts"`
	Digest   string   `json:"digest"` // of every deal's facts; the copy's and what was read where they now stand are one
	SetAside []string `json:"set_aside"`
}

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
}, func(ctx context.Context, d *Desk, in CopyInput) (Copied, error) {
	if d.Copy == nil {
		return Copied{}, throughline.Fail("copy database", throughline.Unsupported, "", nil)
	}
	return d.Copy(ctx, in, d.Progress)
})

// ShownDatabase is a database's address as it may be shown, without a password.
func ShownDatabase(address string) string { return store.ShownAddress(address) }

// CopyInput says what is copied where.
type CopyInput struct {
	From string `arg:"" name:"from" json:"from" help:"The database that is read: a file, or postgres://…"`
	To   string `arg:"" name:"to" json:"to" help:"Where it goes: a file where there is none yet, or an empty database."`
}

// Copied says what was copied, of all workspaces.
type Copied struct {
	From       string `json:"from"`
	To         string `json:"to"`
	Workspaces int    `json:"workspaces"`
	Deals      int    `json:"deals"`
	Facts      int    `json:"facts"`
	Rows       int64  `json:"rows"`   // of all tables
	Digest     string `json:"digest"` // of every deal's facts; that of FROM and of TO are one
}
