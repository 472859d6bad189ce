//go:build !linux

package capture_test

import (
	"testing"
	"time"
)

// spent has no time of a thread to give here.
func spent(t *testing.T, _ func()) time.Duration {
	t.Skip("the processor's time of one thread is read on Linux only")
	return 0
}
