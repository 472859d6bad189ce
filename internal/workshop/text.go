package workshop

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/throughline/throughline"
)

// mostText bounds a text that a person wrote and that is read whole.
const mostText = 16 << 20

// readText reads a small file of the caller's, or standard input for "-". Only
// operations without a route may use it: on a server a path is a stranger's.
func readText(op, path string) ([]byte, error) {
	in := io.ReadCloser(os.Stdin)
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			kind := throughline.Unavailable
			switch {
			case errors.Is(err, fs.ErrNotExist):
				kind = throughline.NotFound
			case errors.Is(err, fs.ErrPermission):
				kind = throughline.Denied
			}
			return nil, throughline.Fail(op, kind, path, errors.Unwrap(err))
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, mostText+1))
	if err != nil {
		return nil, throughline.Fail(op, throughline.Unavailable, path, err)
	}
	if len(text) > mostText {
		return nil, throughline.Fail(op, throughline.Invalid, path, fmt.Errorf("it is larger than %d MB", mostText>>20))
	}
	return text, nil
}
