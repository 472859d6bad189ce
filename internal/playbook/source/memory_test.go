package source_test

import (
	"testing"
	"testing/fstest"

	"github.com/throughline/throughline/internal/playbook/source"
)

func TestMemoryIsAFolder(t *testing.T) {
	m := source.Memory{"playbook.yaml": []byte("name: x\n"), "process/a.yaml": []byte("y"), "process/b.yaml": nil}
	if err := fstest.TestFS(m, "playbook.yaml", "process/a.yaml", "process/b.yaml"); err != nil {
		t.Error(err)
	}
}
