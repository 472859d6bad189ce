package operation

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/intake/eventcsv"
	"github.com/throughline/throughline/internal/intake/eventparquet"
	"github.com/throughline/throughline/internal/intake/ocel"
	"github.com/throughline/throughline/internal/intake/xes"
)

const exportAbout = "Without a LOG it writes the deals of the database as mining sees them: a case a deal, an event for each stage, milestone, answer, step, push and end. " +
	"With one or several it writes those, so that any form becomes any other. --where and --outcome choose cases. What stands at PATH already is only replaced with --force; " +
	"the file is there whole or not at all."

// ExportCSV is `throughline export csv`.
var ExportCSV = define(Operation{
	Words: []string{"export", "csv"}, Summary: "Write a history as a table, one row an event",
	About:    "A name ending in .gz is packed. " + exportAbout,
	Examples: []string{"throughline export csv deals.csv", "throughline export csv events.csv.gz log.xes.gz --where region=north"},
	Effect:   Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, exporter("csv", packed(eventcsv.Write)))

// ExportXES is `throughline export xes`.
var ExportXES = define(Operation{
	Words: []string{"export", "xes"}, Summary: "Write a history as XES (IEEE 1849)",
	About:    "A name ending in .gz is packed. " + exportAbout,
	Examples: []string{"throughline export xes deals.xes.gz", "throughline export xes log.xes events.csv --case order --activity step --time at"},
	Effect:   Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, exporter("xes", packed(xes.Write)))

// ExportParquet is `throughline export parquet`.
var ExportParquet = define(Operation{
	Words: []string{"export", "parquet"}, Summary: "Write a history as Parquet, one row an event",
	About:    exportAbout,
	Examples: []string{"throughline export parquet deals.parquet", "throughline export parquet log.parquet log.xes.gz --json"},
	Effect:   Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, exporter("parquet", plainly(eventparquet.Write)))

// ExportOCEL is `throughline export ocel`.
var ExportOCEL = define(Operation{
	Words: []string{"export", "ocel"}, Summary: "Write a history as OCEL 2.0",
	About: "The name says the form: .json and .jsonocel, .xml and .xmlocel, .sqlite and .db. Cases become objects of one type (--as; deal for the database). " +
		"An object-centric LOG goes over whole, with all its types, unless --object-type makes cases of one of them. " + exportAbout,
	Examples: []string{"throughline export ocel deals.jsonocel", "throughline export ocel log.sqlite log.xes.gz --as order"},
	Effect:   Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, exportOCEL)

// ExportInput says what to write where.
type ExportInput struct {
	Path  string `arg:"" name:"path" type:"path" json:"path" help:"Where the file goes."`
	Force bool   `name:"force" short:"f" json:"force,omitempty" help:"Replace what stands there."`
	HistoryInput
}

// ExportOCELInput is ExportInput and what cases are called.
type ExportOCELInput struct {
	ExportInput
	As string `name:"as" placeholder:"TYPE" json:"as,omitempty" help:"Object type of the cases (default: deal for the database, case for a LOG)."`
}

// Exported says what was written.
type Exported struct {
	Origin
	Path   string `json:"path"`
	Form   string `json:"form"`
	Events int    `json:"events"`
	Bytes  int64  `json:"bytes"`
	Types  int    `json:"object_types,omitempty"`
}

// written is how a log is written to a path that nothing stands at.
type written func(path, final string, l *eventlog.Log) error

// plainly writes a stream to a file.
func plainly(write func(io.Writer, *eventlog.Log) error) written {
	return func(path, _ string, l *eventlog.Log) error {
		return toFile(path, func(w io.Writer) error { return write(w, l) })
	}
}

// packed is plainly, and packs where the name of the file says so.
func packed(write func(io.Writer, *eventlog.Log) error) written {
	return func(path, final string, l *eventlog.Log) error {
		return toFile(path, func(w io.Writer) error {
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

func toFile(path string, write func(io.Writer) error) error {
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

func exporter(form string, write written) func(context.Context, *Desk, ExportInput) (Exported, error) {
	return func(ctx context.Context, d *Desk, in ExportInput) (Exported, error) {
		op := "export " + form
		out := Exported{Path: in.Path, Form: form}
		if err := in.free(op); err != nil {
			return out, err
		}
		h, err := d.history(ctx, op, in.HistoryInput)
		if err != nil {
			return out, err
		}
		if out.Origin = h.Origin; h.log == nil {
			return out, nil
		}
		l := h.chosen()
		if len(in.Logs) == 0 { // a day of the ledger's is to be read as that day
			l = l.In(d.Days())
		}
		out.Events = l.Events()
		out.Bytes, err = in.inOneStep(op, func(path string) error { return write(path, in.Path, l) })
		return out, err
	}
}

func exportOCEL(ctx context.Context, d *Desk, in ExportOCELInput) (Exported, error) {
	const op = "export ocel"
	out := Exported{Path: in.Path, Form: "ocel"}
	write, err := ocelForm(in.Path)
	if err != nil {
		return out, throughline.Fail(op, throughline.Invalid, in.Path, err)
	}
	if err := in.free(op); err != nil {
		return out, err
	}
	var whole *ocel.Log
	if form, _, err := formOf(slices.Concat(in.Logs, []string{""})[0]); err == nil && form == objectLog && len(in.Logs) == 1 && in.ObjectType == "" {
		if len(in.Where) > 0 || in.Outcome != "" {
			return out, throughline.Fail(op, throughline.Invalid, in.Path, errors.New("--where and --outcome choose cases; --object-type says whose objects the cases are"))
		}
		var cause error
		whole, out.Found, cause = ocel.ReadFile(ctx, in.Logs[0], ocel.Options{})
		out.Of = in.Logs
		if cause != nil || whole == nil {
			return out, cause
		}
	} else {
		h, err := d.history(ctx, op, in.HistoryInput)
		if err != nil {
			return out, err
		}
		if out.Origin = h.Origin; h.log == nil {
			return out, nil
		}
		as := in.As
		switch {
		case as != "":
		case in.ObjectType != "":
			as = in.ObjectType
		case len(in.Logs) == 0:
			as = "deal"
		default:
			as = "case"
		}
		whole = ocel.Of(h.chosen(), as)
	}
	out.Events, out.Types = len(whole.Events), len(whole.ObjectTypes)
	out.Bytes, err = in.inOneStep(op, func(path string) error { return write(path, whole) })
	return out, err
}

// ocelForm takes the form from the name.
func ocelForm(path string) (func(path string, l *ocel.Log) error, error) {
	stream := func(write func(io.Writer, *ocel.Log) error) func(string, *ocel.Log) error {
		return func(path string, l *ocel.Log) error {
			return toFile(path, func(w io.Writer) error { return write(w, l) })
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

// chosen gives the log of the cases that were chosen.
func (h *history) chosen() *eventlog.Log {
	if len(h.sel) == h.log.Cases() {
		return h.log
	}
	return h.log.Subset(h.sel)
}

// free reports whether the file may be written.
func (in *ExportInput) free(op string) error {
	if in.Path == "" {
		return throughline.Fail(op, throughline.Invalid, "", errors.New("say where the file goes"))
	}
	info, err := os.Lstat(in.Path)
	switch {
	case err == nil && info.IsDir():
		return throughline.Fail(op, throughline.Invalid, in.Path, errors.New("a folder stands there"))
	case err == nil && !in.Force:
		return throughline.Fail(op, throughline.Conflict, in.Path, errors.New("something stands there already; --force replaces it"))
	}
	return nil
}

// inOneStep writes beside the path and moves it there once it is whole.
func (in *ExportInput) inOneStep(op string, write func(path string) error) (int64, error) {
	fail := func(err error) (int64, error) {
		var te *throughline.Error
		if errors.As(err, &te) && te.Err != nil {
			err = te.Err
		}
		var pe *os.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return 0, throughline.Fail(op, throughline.Unavailable, in.Path, err)
	}
	dir, err := os.MkdirTemp(filepath.Dir(in.Path), ".export-*")
	if err != nil {
		return fail(err)
	}
	defer os.RemoveAll(dir)
	beside := filepath.Join(dir, filepath.Base(in.Path))
	if err := write(beside); err != nil {
		return fail(err)
	}
	info, err := os.Stat(beside)
	if err != nil {
		return fail(err)
	}
	if err := os.Rename(beside, in.Path); err != nil {
		return fail(err)
	}
	return info.Size(), nil
}
