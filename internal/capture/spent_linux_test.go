package capture_test

import (
	"runtime"
	"syscall"
	"testing"
	"time"
)

// spent gives the processor's time that a piece of work took on its own thread:
// what others do on the machine meanwhile is not in it, as it would be in a clock's.
func spent(t *testing.T, do func()) time.Duration {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_THREAD, &u); err != nil {
			t.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := used()
	do()
	return used() - before
}
