package assembly

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/store/sqlite"
)

// TestACopyOnADiskThatFillsUp: wherever the disk is full, be it that it holds the log
// of the copy and not the file as well, the copy fails and leaves nothing; one that is
// told as made is whole. So it is with what is restored. It needs the right to mount
// a small file system.
func TestACopyOnADiskThatFillsUp(t *testing.T) {
	from := filledFile(t, 4000)
	info, err := os.Stat(from)
	if err != nil {
		t.Fatal(err)
	}
	for name, do := range map[string]func(to string) (facts int, digest string, err error){
		"copied": func(to string) (int, string, error) {
			c, err := copyLedger(t.Context(), caretaking.CopyInput{From: from, To: to}, nil)
			return c.Facts, c.Digest, err
		},
		"restored": func(to string) (int, string, error) {
			r, err := sqlite.Restore(t.Context(), from, to, sqlite.Restoring{})
			return r.Facts, r.Digest, err
		},
	} {
		failed, made := 0, 0
		for size := info.Size() * 3 / 4; made == 0; size += info.Size() / 16 {
			folder := t.TempDir()
			if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, fmt.Sprintf("size=%d", size)); err != nil {
				t.Skipf("no small file system can be mounted: %v", err)
			}
			t.Cleanup(func() { _ = syscall.Unmount(folder, syscall.MNT_DETACH) })
			to := filepath.Join(folder, "copy.db")
			facts, digest, err := do(to)
			if err != nil {
				failed++
				if throughline.KindOf(err) != throughline.Unavailable {
					t.Errorf("%s on a disk of %d bytes: %v, of kind %s", name, size, err, throughline.KindOf(err))
				}
				if left, _ := os.ReadDir(folder); len(left) > 0 {
					t.Errorf("%s on a disk of %d bytes: it failed (%v) and leaves %v", name, size, err, left)
				}
				continue
			}
			made++
			_, stand, has, err := sqlite.InFile(t.Context(), to)
			if err != nil || stand != facts || has != digest || facts == 0 {
				t.Errorf("%s on a disk of %d bytes: told of %d facts, and %d stand in the file: %v", name, size, facts, stand, err)
			}
		}
		if t.Logf("%s: %d times there was no room", name, failed); failed < 3 {
			t.Errorf("%s: the disk was full %d times", name, failed)
		}
	}
}
