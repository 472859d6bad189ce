//go:build unix

package envelope

import (
	"io/fs"
	"os"
	"syscall"
)

// owned reports whether a file is of the user as whom we run.
func owned(info fs.FileInfo) bool {
	s, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(s.Uid) == os.Geteuid()
}
