package caretaking

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/envelope"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/team"
)

// ErasePerson does the work of operation.ErasePerson: erase a person's personal data.
func ErasePerson(ctx context.Context, d *Desk, in ErasePersonInput) (Erased, error) {
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
	all, err := d.names(ctx, p.ID)
	if err != nil {
		return Erased{}, err
	}
	if people, err = d.Read().People(ctx, all); err != nil {
		return Erased{}, err
	}
	called := p.Name
	for i, other := range all[1:] { // they are one, and go together
		called += []string{", who is also ", ", "}[min(i, 1)] + cmp.Or(people[other].Name, other.String())
	}
	if !in.Yes && (d.Confirm == nil || !d.Confirm("Erase "+called+"? This cannot be undone.")) {
		return Erased{}, throughline.Fail("erase person", throughline.Denied, in.ID, errNotConfirmed)
	}
	if err := team.Leave(ctx, &d.Desk, id.String()); err != nil && throughline.KindOf(err) != throughline.NotFound { // the last admin is not to be erased
		return Erased{}, err
	}
	n, err := d.Ledger.ErasePerson(ctx, d.Workspace, throughline.PersonID(id), d.Now())
	return Erased{Person: p.ID, Also: all[1:], Redacted: n}, err
}

// ErasePersonInput names the person.
type ErasePersonInput struct {
	ID  string `arg:"" name:"id" json:"id" help:"The person's id, as a deal shows it."`
	Yes bool   `name:"yes" short:"y" json:"yes,omitempty" help:"Do not ask."`
}

// Erased says what was removed.
type Erased struct {
	Person   throughline.PersonID   `json:"person"`
	Also     []throughline.PersonID `json:"also,omitempty"` // the other names that were one with theirs, erased with them
	Redacted int                    `json:"redacted"`       // facts whose words named the person
}

// CheckLedger does the work of operation.CheckLedger: look whether the database is whole.
func CheckLedger(ctx context.Context, d *Desk, in CheckInput) (LedgerCheck, error) {
	var known store.TrailHead
	if in.Head != "" {
		var err error
		if known, err = store.ParseTrailHead(in.Head); err != nil {
			return LedgerCheck{}, throughline.Fail("check the audit up to", throughline.Invalid, in.Head, err)
		}
	}
	c, err := d.Ledger.Check(ctx)
	if err != nil {
		return LedgerCheck{}, err
	}
	head, lacks, err := d.head(ctx, known)
	if err != nil {
		c.Faults = append(c.Faults, "the audit cannot be read: "+err.Error())
	} else if lacks != "" {
		c.Faults = append(c.Faults, lacks)
	}
	out := LedgerCheck{
		Whole:     len(c.Faults) == 0,
		Faults:    append([]string{}, c.Faults...),
		Uncovered: append([]string{}, c.Uncovered...),
		Rows:      c.Rows,
		Head:      head.String(),
	}
	counts, err := d.Read().Counts(ctx)
	if err != nil && !out.Whole { // what is damaged need not be countable
		return out, nil
	}
	out.Deals, out.Facts = counts.Deals, counts.Facts
	return out, err
}

// LedgerCheck is the answer of CheckLedger.
type LedgerCheck struct {
	Whole     bool     `json:"whole"` // nothing is wrong in what was looked at
	Faults    []string `json:"faults"`
	Uncovered []string `json:"not_covered"` // what was not looked at, and why
	Rows      int      `json:"rows"`        // held against their checksums
	Deals     int      `json:"deals"`
	Facts     int      `json:"facts"`
	Head      string   `json:"audit_head"` // of the audit, as it is; whoever keeps it can hold a later state against it
}

// CheckInput says what the audit is held against.
type CheckInput struct {
	Head string `name:"audit-head" placeholder:"HEAD" json:"audit_head,omitempty" help:"A head of the audit that was kept elsewhere (admin audit --head, or what a backup said): its line has to be there still, as it was."`
}

// BackupLedger does the work of operation.BackupLedger: copy the database while it is in use.
func BackupLedger(ctx context.Context, d *Desk, in BackupInput) (Backup, error) {
	// Read before: a line that is written meanwhile may be in the copy or not, and a
	// head that the copy lacks would accuse whoever restores it.
	head, _, err := d.head(ctx, store.TrailHead{})
	out := Backup{Path: in.Path}
	if err == nil {
		out.Unfinished = unfinished(d, in)
		err = backup(ctx, d, in)
	}
	if err != nil {
		return out, err
	}
	out.Head = head.String()
	return out, nil
}

// backup writes the copy, sealed where that is asked for: then it lies in the open
// only where the database itself does, in a folder that nobody else may look into,
// for as long as it is sealed; never on the medium that the sealed copy goes to.
func backup(ctx context.Context, d *Desk, in BackupInput) error {
	if len(in.To) == 0 {
		return d.Ledger.Backup(ctx, in.Path)
	}
	recipients, err := envelope.Recipients(in.To)
	if err != nil {
		return err
	}
	if err := envelope.Vacant(in.Path); err != nil {
		return err
	}
	return envelope.Private(openly(d), func(folder string) error {
		plain := filepath.Join(folder, "copy.db")
		if err := d.Ledger.Backup(ctx, plain); err != nil {
			return err
		}
		return envelope.Seal(ctx, plain, in.Path, recipients)
	})
}

// openly is the folder in which a copy lies in the open for as long as it is sealed.
func openly(d *Desk) string {
	if l, ok := d.Ledger.(interface{ Folder() string }); ok {
		return l.Folder()
	}
	return os.TempDir()
}

// unfinished names what other copies are made in, or were: beside this one, and with
// its folder where it will lie in the open.
func unfinished(d *Desk, in BackupInput) (left []string) {
	left = envelope.Unfinished(filepath.Dir(in.Path))
	if len(in.To) == 0 {
		return left
	}
	beside := openly(d)
	if a, err := os.Stat(beside); err == nil {
		if b, err := os.Stat(filepath.Dir(in.Path)); err == nil && os.SameFile(a, b) {
			return left
		}
	}
	for _, name := range envelope.Unfinished(beside) {
		left = append(left, filepath.Join(beside, name))
	}
	return left
}

// BackupInput says where to.
type BackupInput struct {
	Path string   `arg:"" name:"path" type:"path" json:"path" help:"Where the copy goes."`
	To   []string `name:"to" placeholder:"KEY" json:"to,omitempty" help:"Encrypt it for whoever has the private key to this public one (age1…, of age-keygen); may be repeated."`
}

// Backup says where the copy is.
type Backup struct {
	Path string `json:"path"`
	Head string `json:"audit_head"` // of the audit, as it was right before: the copy has its line; keep it where the copy is not

	Unfinished []string `json:"unfinished,omitempty"` // folders beside it, and with their path where it lay in the open, in which a copy is made now, or was when its process was killed: none is a copy
}

// RestoreLedger does the work of operation.RestoreLedger: make the database of a copy.
func RestoreLedger(ctx context.Context, d *Desk, in RestoreInput) (Restored, error) {
	if d.Restore == nil {
		return Restored{}, throughline.Fail("restore", throughline.Unsupported, in.Path, nil)
	}
	until, err := instantIn(in.Until, d.Days())
	if err != nil {
		return Restored{}, throughline.Fail("restore until", throughline.Invalid, in.Until, err)
	}
	return d.Restore(ctx, in, until)
}

// instantIn reads an instant: with its zone, or as our clocks show it.
func instantIn(words string, zone *time.Location) (time.Time, error) {
	if words == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999", "2006-01-02T15:04:05.999999", "2006-01-02 15:04", "2006-01-02T15:04"} {
		if at, err := time.ParseInLocation(form, words, zone); err == nil && at.Year() > 1 {
			return at, nil
		}
	}
	return time.Time{}, errors.New("an instant is written as 2026-11-30T14:05:00+01:00, or as 2026-11-30 14:05 for the company's clock")
}

// RestoreInput says where from.
type RestoreInput struct {
	Path     string `arg:"" name:"path" json:"path" help:"The copy, as admin backup or admin copy wrote it; where --db is on a PostgreSQL server also postgres://…"`
	Key      string `name:"key" type:"path" placeholder:"FILE" json:"key,omitempty" help:"The file of the private key, where the copy is encrypted."`
	Until    string `name:"until" placeholder:"TIME" json:"until,omitempty" help:"As of this instant: 2026-11-30T14:05:00+01:00, or 2026-11-30 14:05 by the company's clock. What was written later is left out."`
	SetAside bool   `name:"set-aside" json:"set_aside,omitempty" help:"Give a database that stands at the place another name, beside it."`
}

// Restored says what stands at the place now, of all workspaces.
type Restored struct {
	Deals    int      `json:"deals"`
	Facts    int      `json:"facts"`
	Digest   string   `json:"digest"` // of every deal's facts; the copy's and what was read where they now stand are one
	SetAside []string `json:"set_aside"`
	Cut      *CutOff  `json:"until,omitempty"` // where it was brought back to an instant
}

// CutOff says what a copy lost that was brought back to an instant.
type CutOff struct {
	Instant  time.Time `json:"instant"`
	LeftOut  int       `json:"left_out"`       // transactions that were written later
	Last     int64     `json:"last"`           // the number of the last one that is there
	LastAt   time.Time `json:"last_at"`        // when it was written
	AuditOut int       `json:"audit_left_out"` // lines of the audit
}

// CopyLedger does the work of operation.CopyLedger: copy a database into another, from a file to PostgreSQL or back.
func CopyLedger(ctx context.Context, d *Desk, in CopyInput) (Copied, error) {
	if d.Copy == nil {
		return Copied{}, throughline.Fail("copy database", throughline.Unsupported, "", nil)
	}
	return d.Copy(ctx, in, d.Progress)
}

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

var errNotConfirmed = errors.New("nobody confirmed it; --yes says so beforehand")
