package envelope_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/throughline/throughline/internal/envelope"
)

// lying makes files below a folder, and gives all of it an age of two days.
func lying(t *testing.T, folder string, files ...string) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		path := filepath.Join(folder, f)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("words"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	long := time.Now().Add(-48 * time.Hour)
	err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, _ error) error { return os.Chtimes(path, long, long) })
	if err != nil {
		t.Fatal(err)
	}
}

func stands(path string) bool { _, err := os.Lstat(path); return err == nil }

// TestNothingOfSomebodyElsesGoes: of old folders beside a copy only those go that have
// our name and our user and hold nothing but what we make; the others stay as they
// are, each file of them.
func TestNothingOfSomebodyElsesGoes(t *testing.T) {
	in := t.TempDir()
	for name, files := range map[string][]string{
		".backup-2024":                   {"copy", "letters/one.txt"},
		".backup-1":                      {"copy.db"},
		".sealing-1":                     {"copy.db"},
		".throughline-backup-with-more":  {"copy", "photo.jpg"},
		".throughline-backup-with-a-dir": {"copy", "letters/copy"},
		".throughline-sealing-inside":    {"copy.db", ".throughline-backup-1/copy", ".throughline-backup-1/notes"},
		".throughline-backup-theirs":     {"copy"},
	} {
		lying(t, filepath.Join(in, name), files...)
		defer func() {
			for _, f := range files {
				if !stands(filepath.Join(in, name, f)) {
					t.Errorf("%s of %s is gone", f, name)
				}
			}
		}()
	}
	theirs := filepath.Join(in, ".throughline-backup-theirs")
	if os.Geteuid() == 0 {
		if err := os.Chown(theirs, 65534, 65534); err != nil {
			t.Fatal(err)
		}
	} else if err := os.RemoveAll(theirs); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(in, ".backup-2024"), filepath.Join(in, ".throughline-backup-link")); err != nil {
		t.Fatal(err)
	}
	ours := map[string][]string{
		".throughline-backup-1":  {"copy", "copy-journal", "copy-wal", "copy-shm"},
		".throughline-sealing-1": {"copy.db", "there.db", "there.db-wal", "sealed", ".throughline-backup-2/copy"},
		".throughline-sealing-2": {},
	}
	for name, files := range ours {
		lying(t, filepath.Join(in, name), files...)
	}
	left := envelope.Unfinished(in)
	for name := range ours {
		if stands(filepath.Join(in, name)) {
			t.Errorf("%s is there still", name)
		}
	}
	want := []string{".throughline-backup-with-a-dir", ".throughline-backup-with-more", ".throughline-sealing-inside"}
	if !slices.Equal(left, want) {
		t.Errorf("unfinished are %q, want %q", left, want)
	}
	if !stands(filepath.Join(in, ".throughline-backup-link")) {
		t.Error("a link is gone")
	}
}

// TestWhatLiesInTheSystemsFolderGoes: where no folder is named, what a killed process
// left in the system's is swept and named as anywhere else.
func TestWhatLiesInTheSystemsFolderGoes(t *testing.T) {
	in := t.TempDir()
	t.Setenv("TMPDIR", in)
	old, now := filepath.Join(in, ".throughline-sealing-old"), filepath.Join(in, ".throughline-sealing-now")
	lying(t, old, "copy.db")
	if err := os.Mkdir(now, 0o700); err != nil {
		t.Fatal(err)
	}
	err := envelope.Private("", func(folder string) error {
		if filepath.Dir(folder) != in || stands(old) || !stands(now) {
			t.Errorf("in %s: the old one %t, that of now %t", folder, stands(old), stands(now))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	lying(t, old, "copy.db")
	if left := envelope.Unfinished(""); !slices.Equal(left, []string{filepath.Base(now)}) || stands(old) {
		t.Errorf("unfinished are %q", left)
	}
}
