package importing

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/store"
)

// ListImports does the work of operation.ListImports: what was imported.
func ListImports(ctx context.Context, d *Desk, _ desk.Nothing) (Imports, error) {
	all, err := d.Read().Imports(ctx)
	return Imports{All: all}, err
}

// Imports is the answer of ListImports.
type Imports struct {
	All []store.Import `json:"imports"`
}

// Files names the files from which an import brought a fact, without their
// folders; "" where the import is not known.
func (i Imports) Files(f deal.Fact) string {
	for _, m := range i.All {
		if m.System != f.Source.System || !m.Started.Equal(f.Recorded) {
			continue
		}
		var names []string
		for _, path := range m.Files {
			names = append(names, filepath.Base(path))
		}
		return strings.Join(names, ", ")
	}
	return ""
}
