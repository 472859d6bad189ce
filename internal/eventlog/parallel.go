package eventlog

import (
	"runtime"
	"sync"
)

// smallWork is the number of events below which a second core is not worth waking.
const smallWork = 1 << 16

// inParts cuts a selection into stretches of about equally many events, one a
// core, and gives the answers in the order of the stretches.
func inParts[T any](l *Log, s Selection, answer func(Selection) T) []T {
	n := runtime.GOMAXPROCS(0)
	if n == 1 || l.Events() < smallWork || len(s) < 2*n {
		return []T{answer(s)}
	}
	total := 0
	whole := len(s) == l.Cases()
	if whole {
		total = l.Events()
	} else {
		for _, c := range s {
			total += int(l.offsets[c+1] - l.offsets[c])
		}
	}
	cuts := make([]int, n+1)
	cuts[n] = len(s)
	seen, k := 0, 1
	for i, c := range s {
		if k == n {
			break
		}
		if seen >= total/n*k {
			cuts[k] = i
			k++
		}
		seen += int(l.offsets[c+1] - l.offsets[c])
	}
	for ; k < n; k++ {
		cuts[k] = len(s)
	}
	out := make([]T, n)
	var wg sync.WaitGroup
	for i := range out {
		wg.Go(func() { out[i] = answer(s[cuts[i]:cuts[i+1]]) })
	}
	wg.Wait()
	return out
}
