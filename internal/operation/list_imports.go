package operation

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// ListImports lists what was imported, for the words on a page that say from
// which files a fact came. It has no command of its own.
var ListImports = define(Operation{
	Words: []string{"imports"}, Summary: "What was imported", About: "Newest first.", Examples: []string{"throughline imports"},
	Effect: Reads, Permission: MayRead, NeedsStore: true,
}, func(ctx context.Context, d *Desk, _ Nothing) (Imports, error) {
	all, err := d.Read().Imports(ctx)
	return Imports{All: all}, err
})

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
