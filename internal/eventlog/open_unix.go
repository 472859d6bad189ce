//go:build unix

package eventlog

import (
	"os"
	"syscall"
)

// mapFile shows a file as memory; release gives it back.
func mapFile(f *os.File, size int64) (data []byte, release func() error, err error) {
	data, err = syscall.Mmap(int(f.Fd()), 0, int(size), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, nil, err
	}
	return data, func() error { return syscall.Munmap(data) }, nil
}
