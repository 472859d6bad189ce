package sqlite_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"

	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/storetest"
)

// TestManyViewsAtOnce: more views than there are connections, of which each asks
// what nobody has prepared yet, wait for one another and not for ever.
func TestManyViewsAtOnce(t *testing.T) {
	t.Parallel()
	for range 5 {
		l := open(t, filepath.Join(t.TempDir(), "x.db"))
		appendAll(t, l, storetest.CRM(0, 2500, 2)) // so many that lists take two readers
		var all sync.WaitGroup
		begin := make(chan struct{})
		for i := range 40 {
			all.Go(func() {
				<-begin
				var err error
				if i%2 == 0 {
					_, err = l.Query(context.Background(), ws, store.Query{Offset: i, Limit: i + 1})
				}
				for _, e := range l.Heads(context.Background(), ws) {
					if e != nil {
						err = e
					}
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		close(begin)
		all.Wait()
	}
}
