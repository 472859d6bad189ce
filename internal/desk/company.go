package desk

import (
	"context"

	"github.com/throughline/throughline/internal/setting"
)

// Company gives what the company has settled, as it holds now.
func (d *Desk) Company(ctx context.Context) (setting.Company, error) {
	if d.Ledger == nil {
		return setting.Of(nil), nil
	}
	kept, err := d.Read().Settings(ctx)
	return setting.Of(kept), err
}
