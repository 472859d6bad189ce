package envelope_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/envelope"
)

// TestOnlyTheKeyOpens: what was sealed opens with a key it was sealed for, and
// with no other; one byte that was changed, or an end that was cut off, opens for
// nobody and leaves no file; and nothing that stands somewhere is overwritten.
func TestOnlyTheKeyOpens(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	put := func(name string, text []byte) string {
		if err := os.WriteFile(at(name), text, 0o600); err != nil {
			t.Fatal(err)
		}
		return at(name)
	}
	words := bytes.Repeat([]byte("Ann Bergmann said so. "), 10_000)
	var recipients []string
	for _, name := range []string{"one.key", "two.key", "other.key"} {
		k, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		put(name, []byte("# a key\n"+k.String()+"\n"))
		recipients = append(recipients, k.Recipient().String())
	}
	plain := put("plain", words)
	for _, bad := range []string{"", "age1nothing", "AGE-SECRET-KEY-1"} {
		if _, err := envelope.Recipients([]string{bad}); throughline.KindOf(err) != throughline.Invalid {
			t.Errorf("%q is a recipient: %v", bad, err)
		}
	}
	for_, err := envelope.Recipients(recipients[:2])
	if err != nil {
		t.Fatal(err)
	}
	if err := envelope.Seal(t.Context(), plain, at("sealed"), for_); err != nil {
		t.Fatal(err)
	}
	if err := envelope.Seal(t.Context(), plain, at("sealed"), for_); throughline.KindOf(err) != throughline.Conflict {
		t.Errorf("what stands there is overwritten: %v", err)
	}
	sealed, err := os.ReadFile(at("sealed"))
	if err != nil || bytes.Contains(sealed, []byte("Bergmann")) {
		t.Errorf("the words can be read: %v", err)
	}
	for name, want := range map[string]bool{"sealed": true, "plain": false} {
		if is, err := envelope.Sealed(at(name)); err != nil || is != want {
			t.Errorf("%s is sealed: %v, %v", name, is, err)
		}
	}
	for _, key := range []string{"one.key", "two.key"} {
		if err := envelope.Open(t.Context(), at("sealed"), at("by "+key), at(key)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(at("by " + key)); err != nil || !bytes.Equal(got, words) {
			t.Errorf("by %s come other words: %v", key, err)
		}
	}
	flipped := bytes.Clone(sealed)
	flipped[len(flipped)-40_000] ^= 1
	for name, c := range map[string]struct {
		text []byte
		key  string
		want throughline.Kind
	}{
		"another key": {sealed, at("other.key"), throughline.Denied}, "no key": {sealed, "", throughline.Invalid}, "no file of keys": {sealed, plain, throughline.Invalid},
		"a byte": {flipped, at("one.key"), throughline.Corrupt}, "its end": {sealed[:len(sealed)-70_000], at("one.key"), throughline.Corrupt},
		"no key there": {sealed, at("none.key"), throughline.Unavailable},
	} {
		err := envelope.Open(t.Context(), put("changed", c.text), at("opened"), c.key)
		if throughline.KindOf(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if _, there := os.Stat(at("opened")); there == nil {
			t.Errorf("%s: a file is left", name)
		}
	}
}

// TestWhatLiesInTheOpenGoes: a private folder is its owner's alone, and is gone
// after a failure; what a killed process left in the same place goes with the next
// one, what another works at stays; where nothing can be made the system's is used.
func TestWhatLiesInTheOpenGoes(t *testing.T) {
	dir := t.TempDir()
	folder := func(name string, age time.Duration) string {
		f := filepath.Join(dir, name)
		if err := os.Mkdir(f, 0o700); err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(-age)
		if err := os.WriteFile(filepath.Join(f, "copy.db"), []byte("words"), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{filepath.Join(f, "copy.db"), f} {
			if err := os.Chtimes(path, at, at); err != nil {
				t.Fatal(err)
			}
		}
		return f
	}
	left, working, other := folder(".throughline-sealing-1", 48*time.Hour), folder(".throughline-sealing-2", time.Minute), folder("own", 48*time.Hour)
	copied, copying := folder(".throughline-backup-1", 48*time.Hour), folder(".throughline-backup-2", time.Minute)
	there := func(path string) bool { _, err := os.Stat(path); return err == nil }
	var own string
	failed := errors.New("failed")
	err := envelope.Private(dir, func(f string) error {
		own = f
		if info, err := os.Stat(f); err != nil || info.Mode().Perm() != 0o700 || filepath.Dir(f) != dir {
			t.Errorf("%s: %v, %v", f, info, err)
		}
		return failed
	})
	if !errors.Is(err, failed) || there(own) || there(left) || !there(working) || !there(other) {
		t.Errorf("%v; its own %v, what was left %v, another's %v, somebody's %v", err, there(own), there(left), there(working), there(other))
	}
	if there(copied) || !there(copying) {
		t.Errorf("what was left of a copy %v, one that is made %v", there(copied), there(copying))
	}
	if got := envelope.Unfinished(dir); !slices.Equal(got, []string{".throughline-backup-2", ".throughline-sealing-2"}) {
		t.Errorf("unfinished are %q", got)
	}
	t.Setenv("TMPDIR", t.TempDir())
	if err := envelope.Private(filepath.Join(dir, "none"), func(f string) error { own = f; return nil }); err != nil || filepath.Dir(own) != os.TempDir() || there(own) {
		t.Errorf("%s, %v", own, err)
	}
	for path, want := range map[string]throughline.Kind{other: throughline.Conflict, filepath.Join(dir, "none", "x"): throughline.NotFound} {
		if err := envelope.Vacant(path); throughline.KindOf(err) != want {
			t.Errorf("%s: %v", path, err)
		}
	}
}
