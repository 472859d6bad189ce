package sqlite_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/sqlite"
	"github.com/throughline/throughline/internal/store/storetest"
)

// TestOlderFilesAreCheckedAndCopied: a sound file of any version that is read as
// it stands is whole, is copied, and says of what it has no table yet that there is none.
func TestOlderFilesAreCheckedAndCopied(t *testing.T) {
	t.Parallel()
	ctx, folder := context.Background(), t.TempDir()
	now := filepath.Join(folder, "now.db")
	l := open(t, now)
	appendAll(t, l, storetest.Facts(rand.New(rand.NewPCG(47, 1)), 5, 60, true))
	l.Close()
	for version := int64(4); version <= 17; version++ {
		old := filepath.Join(folder, fmt.Sprint("old", version, ".db"))
		if err := sqlite.MakeOld(ctx, old, now, version); err != nil {
			t.Fatal(err)
		}
		l, err := sqlite.Open(ctx, old, sqlite.Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		d := &caretaking.Desk{}
		d.Ledger, d.Workspace = l, ws
		if c, err := caretaking.CheckLedger(ctx, d, caretaking.CheckInput{}); err != nil || !c.Whole || c.Deals == 0 {
			t.Errorf("the check of version %d: %+v, %v", version, c, err)
		}
		copied := filepath.Join(folder, fmt.Sprint("copy", version, ".db"))
		if b, err := caretaking.BackupLedger(ctx, d, caretaking.BackupInput{Path: copied}); err != nil || b.Head != "0" {
			t.Errorf("the backup of version %d: %+v, %v", version, b, err)
		}
		if uses, err := l.Uses(ctx, ws, throughline.DateOf(2020, 1, 1), throughline.DateOf(2030, 1, 1)); err != nil || len(uses) > 0 {
			t.Errorf("the uses of version %d: %v, %v", version, uses, err)
		}
		if kept, err := l.SettingsPast(ctx, ws); err != nil || len(kept) > 0 {
			t.Errorf("the settings of version %d: %v, %v", version, kept, err)
		}
		l.Close()
		if err := restore(ctx, copied, filepath.Join(folder, fmt.Sprint("again", version, ".db"))); err != nil {
			t.Errorf("version %d: %v", version, err)
		}
	}
}

// busy is a ledger in which a line is written to the audit right after each copy.
type busy struct{ store.Ledger }

func (b busy) Backup(ctx context.Context, path string) error {
	if err := b.Ledger.Backup(ctx, path); err != nil {
		return err
	}
	return b.Note(ctx, ws, []store.Deed{{At: sealDay, Did: "record_note", Outcome: store.DeedDone}})
}

// TestTheHeadOfABackupIsInIt: what is restored of a copy is not accused by the
// head that was told with it, though the audit went on meanwhile.
func TestTheHeadOfABackupIsInIt(t *testing.T) {
	t.Parallel()
	ctx, dir := context.Background(), t.TempDir()
	l := busy{open(t, filepath.Join(dir, "x.db"))}
	if err := l.Note(ctx, ws, []store.Deed{{At: sealDay, Did: "record_deal", Outcome: store.DeedDone}}); err != nil {
		t.Fatal(err)
	}
	d := &caretaking.Desk{}
	d.Ledger, d.Workspace = l, ws
	b, err := caretaking.BackupLedger(ctx, d, caretaking.BackupInput{Path: filepath.Join(dir, "copy.db")})
	if err != nil {
		t.Fatal(err)
	}
	if err := restore(ctx, b.Path, filepath.Join(dir, "again.db")); err != nil {
		t.Fatal(err)
	}
	d.Ledger = open(t, filepath.Join(dir, "again.db"))
	if c, err := caretaking.CheckLedger(ctx, d, caretaking.CheckInput{Head: b.Head}); err != nil || !c.Whole || c.Head != b.Head || b.Head == "0" {
		t.Errorf("told %s, then %+v, %v", b.Head, c, err)
	}
}

// watched is a ledger whose copies are looked at: where they go.
type watched struct {
	*sqlite.Ledger
	to *[]string
}

func (w watched) Backup(ctx context.Context, path string) error {
	*w.to = append(*w.to, path)
	return w.Ledger.Backup(ctx, path)
}

// TestACopyIsSealedBesideTheDatabase: what is not sealed yet never lies where the
// sealed copy goes, and where that cannot go nothing is copied.
func TestACopyIsSealedBesideTheDatabase(t *testing.T) {
	t.Parallel()
	ctx, own, elsewhere := context.Background(), t.TempDir(), t.TempDir()
	var to []string
	d := &caretaking.Desk{}
	d.Ledger, d.Workspace = watched{open(t, filepath.Join(own, "x.db")), &to}, ws
	in := caretaking.BackupInput{Path: filepath.Join(elsewhere, "copy.age"), To: []string{"age1ukgkcn50vpyra9wk5d6vuhl5anxsz8scu700mvm3kys295np5s0s4yzwme"}}
	if _, err := caretaking.BackupLedger(ctx, d, in); err != nil {
		t.Fatal(err)
	}
	if len(to) != 1 || filepath.Dir(filepath.Dir(to[0])) != own {
		t.Errorf("the open copy lay at %q", to)
	}
	if _, err := caretaking.BackupLedger(ctx, d, in); throughline.KindOf(err) != throughline.Conflict || len(to) != 1 {
		t.Errorf("over another: %v, copied to %q", err, to)
	}
	for _, dir := range []string{own, elsewhere} {
		if left, _ := filepath.Glob(filepath.Join(dir, ".throughline-sealing-*")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}

// TestABackupNamesWhatIsUnfinished: beside the copy, and with its path where a sealed
// one lies in the open meanwhile; each once.
func TestABackupNamesWhatIsUnfinished(t *testing.T) {
	t.Parallel()
	own, elsewhere := t.TempDir(), t.TempDir()
	left := []string{filepath.Join(elsewhere, ".throughline-backup-1"), filepath.Join(own, ".throughline-sealing-1")}
	for _, folder := range left {
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	d := &caretaking.Desk{}
	d.Ledger, d.Workspace = open(t, filepath.Join(own, "x.db")), ws
	key := []string{"age1ukgkcn50vpyra9wk5d6vuhl5anxsz8scu700mvm3kys295np5s0s4yzwme"}
	for _, c := range []struct {
		in   caretaking.BackupInput
		want []string
	}{
		{caretaking.BackupInput{Path: filepath.Join(elsewhere, "copy.db")}, []string{".throughline-backup-1"}},
		{caretaking.BackupInput{Path: filepath.Join(elsewhere, "copy.age"), To: key}, []string{".throughline-backup-1", left[1]}},
		{caretaking.BackupInput{Path: filepath.Join(own, "copy.age"), To: key}, []string{".throughline-sealing-1"}},
	} {
		b, err := caretaking.BackupLedger(t.Context(), d, c.in)
		if err != nil || !slices.Equal(b.Unfinished, c.want) {
			t.Errorf("%s: unfinished are %q, want %q, %v", c.in.Path, b.Unfinished, c.want, err)
		}
	}
}
