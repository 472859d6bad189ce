//go:build !unix

package eventlog

import (
	"errors"
	"os"
)

// mapFile is not offered here; the file is read in one go.
func mapFile(*os.File, int64) (data []byte, release func() error, err error) {
	return nil, nil, errors.ErrUnsupported
}
