package learning

import (
	"context"
	"errors"
	"os"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/intake/logfile"
)

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

// What writes a history in a form, one row an event.
var (
	ExportCSV     = exporter("csv", logfile.CSV)
	ExportXES     = exporter("xes", logfile.XESFile)
	ExportParquet = exporter("parquet", logfile.ParquetFile)
)

// exporter writes a history in a form.
func exporter(form string, write logfile.Writer) func(context.Context, *Learner, ExportInput) (Exported, error) {
	return func(ctx context.Context, d *Learner, in ExportInput) (Exported, error) {
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

// ExportOCEL writes a history as an object-centric log.
func ExportOCEL(ctx context.Context, d *Learner, in ExportOCELInput) (Exported, error) {
	const op = "export ocel"
	out := Exported{Path: in.Path, Form: "ocel"}
	write, err := logfile.ObjectsWriter(in.Path)
	if err != nil {
		return out, throughline.Fail(op, throughline.Invalid, in.Path, err)
	}
	if err := in.free(op); err != nil {
		return out, err
	}
	var whole *logfile.ObjectLog
	if form, err := logfile.FormOf(slices.Concat(in.Logs, []string{""})[0]); err == nil && form == logfile.Objects && len(in.Logs) == 1 &&
		in.ObjectType == "" {
		if len(in.Where) > 0 || in.Outcome != "" {
			return out, throughline.Fail(
				op,
				throughline.Invalid,
				in.Path,
				errors.New("--where and --outcome choose cases; --object-type says whose objects the cases are"),
			)
		}
		var cause error
		whole, out.Found, cause = logfile.ReadObjects(ctx, in.Logs[0])
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
		whole = logfile.ObjectsOf(h.chosen(), as)
	}
	out.Events, out.Types = len(whole.Events), len(whole.ObjectTypes)
	out.Bytes, err = in.inOneStep(op, func(path string) error { return write(path, whole) })
	return out, err
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

// inOneStep writes the file whole or not at all.
func (in *ExportInput) inOneStep(op string, write func(path string) error) (int64, error) {
	n, err := logfile.InOneStep(in.Path, write)
	if err != nil {
		err = throughline.Fail(op, throughline.Unavailable, in.Path, err)
	}
	return n, err
}
