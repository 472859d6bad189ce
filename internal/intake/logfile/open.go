// Package logfile reads a log of any form, told by its content, and writes one
// in any form.
//
// Takes: a path, the columns that hold what, and where compact copies are kept.
// Gives: an eventlog.Log, with findings; or a file that is there whole or not at all.
// Never: goes by the name of a file it reads, or decides what a log means.
package logfile

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/intake/eventcsv"
	"github.com/throughline/throughline/internal/intake/eventparquet"
	"github.com/throughline/throughline/internal/intake/ocel"
	"github.com/throughline/throughline/internal/intake/xes"
)

// Options say how to read a log; what is empty is told from the names.
type Options struct {
	Case, Activity, Time string // columns, or attributes
	ObjectType           string // of an object-centric log: whose objects are the cases

	Cache    string                  // folder for compact copies of large logs; empty: none is kept
	Progress func(done, total int64) // in bytes; total is 0 where it cannot be told
}

// FormOf tells what form of log a file is.
func FormOf(path string) (Form, error) {
	form, _, err := look(path)
	if err != nil {
		return form, refused(path, err)
	}
	return form, nil
}

// Form is what the first bytes of a file say it is.
type Form int

// The forms of a log.
const (
	Table Form = iota
	XES
	Parquet
	Objects // OCEL
)

// cachedFrom is the size from which a log is kept in compact form, so that it
// need not be parsed again. A smaller one is read before a person notices.
const cachedFrom = 4 << 20

// cachedAs names how logs are read. It changes where the same file would give
// another log than before.
const cachedAs = "2"

// Open reads an event log of any form, told by its content, never by its
// name; of a large one a compact copy is kept and read the next time.
func Open(ctx context.Context, path string, o Options) (*eventlog.Log, diag.Findings, error) {
	form, size, err := look(path)
	if err != nil {
		return nil, nil, refused(path, err)
	}
	again := func() (*eventlog.Log, diag.Findings, error) { return parse(ctx, path, form, size, o) }
	if info, err := os.Stat(path); o.Cache == "" || err != nil || info.Size() < cachedFrom {
		return again()
	}
	reading := strings.Join([]string{cachedAs, fmt.Sprint(form), o.Case, o.Activity, o.Time, o.ObjectType}, "\x00")
	return eventlog.Cached(o.Cache, path, reading, again)
}

func parse(ctx context.Context, path string, form Form, size int64, o Options) (*eventlog.Log, diag.Findings, error) {
	read := func(done int64) {
		if o.Progress != nil {
			o.Progress(done, size)
		}
	}
	switch form {
	case XES:
		return xes.ReadFile(path, xes.Options{Activity: o.Activity, Progress: read})
	case Parquet:
		return eventparquet.ReadFile(path, eventparquet.Options{Case: o.Case, Activity: o.Activity, Time: o.Time})
	case Objects:
		whole, found, err := ocel.ReadFile(ctx, path, ocel.Options{})
		if err != nil || whole == nil {
			return nil, found, err
		}
		var types []string
		for _, t := range whole.ObjectTypes {
			types = append(types, t.Name)
		}
		if o.ObjectType == "" && len(types) == 1 {
			o.ObjectType = types[0]
		}
		if !slices.Contains(types, o.ObjectType) {
			why := fmt.Errorf("it is object-centric; --object-type says whose objects are the cases: %s", strings.Join(types, ", "))
			if o.ObjectType != "" {
				why = diag.Unknown(o.ObjectType, types)
			}
			return nil, found, throughline.Fail("open log", throughline.Invalid, path, why)
		}
		l, more := whole.Flatten(o.ObjectType)
		return l, append(found, more...), nil
	}
	return eventcsv.ReadFile(path, eventcsv.Options{Case: o.Case, Activity: o.Activity, Time: o.Time, Progress: read})
}

// refused says why a file could not be looked at.
func refused(path string, err error) error {
	kind := throughline.Unavailable
	switch {
	case errors.Is(err, fs.ErrNotExist):
		kind = throughline.NotFound
	case errors.Is(err, fs.ErrPermission):
		kind = throughline.Denied
	case errors.Is(err, errNone):
		kind = throughline.Invalid
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return throughline.Fail("open log", kind, path, err)
}

var errNone = errors.New("it is no event log: neither XES, OCEL, Parquet nor a table")

// look looks at the first bytes of a file, unpacked; size is 0 where
// progress in it cannot be told.
func look(path string) (form Form, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, 0, err
	}
	if info.IsDir() {
		return 0, 0, &fs.PathError{Op: "open", Path: path, Err: errors.New("it is a folder")}
	}
	size = info.Size()
	in := bufio.NewReaderSize(f, 1<<16)
	head, _ := in.Peek(1 << 14)
	if bytes.HasPrefix(head, []byte{0x1f, 0x8b}) {
		size = 0 // progress counts unpacked bytes
		if z, err := gzip.NewReader(in); err == nil {
			head, _ = io.ReadAll(io.LimitReader(z, 1<<14))
		}
	}
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("PAR1")):
		return Parquet, size, nil
	case bytes.HasPrefix(head, []byte("SQLite format 3\x00")), bytes.HasPrefix(head, []byte("{")):
		return Objects, size, nil
	case bytes.HasPrefix(head, []byte("<")), bytes.HasPrefix(head, []byte("\xff\xfe<")), bytes.HasPrefix(head, []byte("\xfe\xff\x00<")):
		if bytes.Contains(head, []byte("<object-types")) || bytes.Contains(head, []byte("<ocel")) {
			return Objects, size, nil
		}
		return XES, size, nil
	case bytes.HasPrefix(head, []byte("%PDF")), bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return 0, 0, errNone
	}
	return Table, size, nil
}
