package memory_test

import (
	"sync"
	"testing"

	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/memory"
	"github.com/throughline/throughline/internal/store/storetest"
)

func TestSuite(t *testing.T) {
	var bases sync.Map
	storetest.Run(t, func(t *testing.T, name string) store.Ledger {
		b, _ := bases.LoadOrStore(t.Name()+" "+name, memory.NewBase())
		return memory.Open(b.(*memory.Base))
	})
}
