package logfile

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/intake/eventcsv"
	"github.com/throughline/throughline/internal/intake/eventparquet"
	"github.com/throughline/throughline/internal/intake/ocel"
	"github.com/throughline/throughline/internal/intake/xes"
)

// The forms in which a log of cases is written.
var (
	CSV         = packed(eventcsv.Write)
	XESFile     = packed(xes.Write)
	ParquetFile = plainly(eventparquet.Write)
)

// ObjectLog is an object-centric log.
type ObjectLog = ocel.Log

// ReadObjects reads an object-centric log whole, with all its types.
func ReadObjects(ctx context.Context, path string) (*ObjectLog, diag.Findings, error) {
	return ocel.ReadFile(ctx, path, ocel.Options{})
}

// ObjectsOf makes objects of one type of the cases of a log.
func ObjectsOf(l *eventlog.Log, as string) *ObjectLog { return ocel.Of(l, as) }

// Writer is how a log is written to a path that nothing stands at.
type Writer func(path, final string, l *eventlog.Log) error

// plainly writes a stream to a file.
func plainly(write func(io.Writer, *eventlog.Log) error) Writer {
	return func(path, _ string, l *eventlog.Log) error {
		return ToFile(path, func(w io.Writer) error { return write(w, l) })
	}
}

// packed is plainly, and packs where the name of the file says so.
func packed(write func(io.Writer, *eventlog.Log) error) Writer {
	return func(path, final string, l *eventlog.Log) error {
		return ToFile(path, func(w io.Writer) error {
			if !strings.HasSuffix(strings.ToLower(final), ".gz") {
				return write(w, l)
			}
			z := gzip.NewWriter(w)
			if err := write(z, l); err != nil {
				return err
			}
			return z.Close()
		})
	}
}

// ToFile writes to a file that is made anew.
func ToFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<18)
	err = write(w)
	if err == nil {
		err = w.Flush()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// ObjectsWriter takes the form from the name.
func ObjectsWriter(path string) (func(path string, l *ObjectLog) error, error) {
	stream := func(write func(io.Writer, *ocel.Log) error) func(string, *ocel.Log) error {
		return func(path string, l *ocel.Log) error {
			return ToFile(path, func(w io.Writer) error { return write(w, l) })
		}
	}
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".json", ".jsonocel":
		return stream(ocel.WriteJSON), nil
	case ".xml", ".xmlocel":
		return stream(ocel.WriteXML), nil
	case ".sqlite", ".sqlite3", ".db":
		return ocel.WriteSQLite, nil
	default:
		return nil, fmt.Errorf("the name says the form of OCEL: .json, .jsonocel, .xml, .xmlocel, .sqlite or .db; %q is none of them", ext)
	}
}

// InOneStep writes beside a path and moves it there once it is whole; it gives
// how many bytes that are.
func InOneStep(path string, write func(path string) error) (int64, error) {
	fail := func(err error) (int64, error) {
		var te *throughline.Error
		if errors.As(err, &te) && te.Err != nil {
			err = te.Err
		}
		var pe *os.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return 0, err
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".export-*")
	if err != nil {
		return fail(err)
	}
	defer os.RemoveAll(dir)
	beside := filepath.Join(dir, filepath.Base(path))
	if err := write(beside); err != nil {
		return fail(err)
	}
	info, err := os.Stat(beside)
	if err != nil {
		return fail(err)
	}
	if err := os.Rename(beside, path); err != nil {
		return fail(err)
	}
	return info.Size(), nil
}
