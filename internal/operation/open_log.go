package operation

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
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/intake/eventcsv"
	"github.com/throughline/throughline/internal/intake/eventparquet"
	"github.com/throughline/throughline/internal/intake/ocel"
	"github.com/throughline/throughline/internal/intake/xes"
)

// LogColumns says which columns of a table of events hold what; what is empty
// is told from the names.
type LogColumns struct {
	Case       string `name:"case" placeholder:"COLUMN" json:"case,omitempty" help:"Column that names the case (told from its name where not said)."`
	Activity   string `name:"activity" placeholder:"COLUMN" json:"activity,omitempty" help:"Column, or attribute, that names what happened."`
	Time       string `name:"time" placeholder:"COLUMN" json:"time,omitempty" help:"Column that holds when it happened."`
	ObjectType string `name:"object-type" placeholder:"TYPE" json:"object_type,omitempty" help:"Of an object-centric log: whose objects are the cases."`
}

// Ends says which values of an attribute mean which end of a case.
type Ends struct {
	Won        []string `name:"won" sep:"none" placeholder:"ATTR=VALUE[,VALUE]" json:"won,omitempty" help:"Cases that end won; ATTR is activity, or an attribute of cases or events."`
	Lost       []string `name:"lost" sep:"none" placeholder:"ATTR=VALUE[,VALUE]" json:"lost,omitempty" help:"Cases that end lost to another."`
	NoDecision []string `name:"no-decision" sep:"none" placeholder:"ATTR=VALUE[,VALUE]" json:"no_decision,omitempty" help:"Cases that end without a decision."`
}

// rules reads the ends as written.
func (e Ends) rules(op string) (eventlog.OutcomeMap, error) {
	var out eventlog.OutcomeMap
	for _, part := range []struct {
		words   []string
		outcome throughline.Outcome
	}{{e.Won, throughline.Won}, {e.Lost, throughline.LostCompetitor}, {e.NoDecision, throughline.NoDecision}} {
		for _, w := range part.words {
			r, err := eventlog.ParseOutcomeRule(w, part.outcome)
			if err != nil {
				return nil, throughline.Fail(op, throughline.Invalid, "", err)
			}
			out = append(out, r)
		}
	}
	return out, nil
}

// OnFiles is an input that may name files of its own; an operation on such
// files needs no database.
type OnFiles interface{ OnFiles() bool }

// logForm is what the first bytes of a file say it is.
type logForm int

const (
	tableLog logForm = iota
	xesLog
	parquetLog
	objectLog
)

// cachedFrom is the size from which a log is kept in compact form, so that it
// need not be parsed again. A smaller one is read before a person notices.
const cachedFrom = 4 << 20

// cachedAs names how logs are read. It changes where the same file would give
// another log than before.
const cachedAs = "2"

// openLog reads an event log of any form, told by its content, never by its
// name; of a large one a compact copy is kept and read the next time.
func openLog(ctx context.Context, d *Desk, path string, o LogColumns) (*eventlog.Log, diag.Findings, error) {
	form, size, err := formOf(path)
	if err != nil {
		return nil, nil, formError(path, err)
	}
	parse := func() (*eventlog.Log, diag.Findings, error) { return parseLog(ctx, d, path, form, size, o) }
	if info, err := os.Stat(path); d.Cache == "" || err != nil || info.Size() < cachedFrom {
		return parse()
	}
	reading := strings.Join([]string{cachedAs, fmt.Sprint(form), o.Case, o.Activity, o.Time, o.ObjectType}, "\x00")
	return eventlog.Cached(d.Cache, path, reading, parse)
}

func parseLog(ctx context.Context, d *Desk, path string, form logForm, size int64, o LogColumns) (*eventlog.Log, diag.Findings, error) {
	read := func(done int64) { d.Report(desk.Progress{Doing: "reading", Done: done, Total: size, Unit: "bytes"}) }
	switch form {
	case xesLog:
		return xes.ReadFile(path, xes.Options{Activity: o.Activity, Progress: read})
	case parquetLog:
		return eventparquet.ReadFile(path, eventparquet.Options{Case: o.Case, Activity: o.Activity, Time: o.Time})
	case objectLog:
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
				why = unknownWord(o.ObjectType, types)
			}
			return nil, found, throughline.Fail("open log", throughline.Invalid, path, why)
		}
		l, more := whole.Flatten(o.ObjectType)
		return l, append(found, more...), nil
	}
	return eventcsv.ReadFile(path, eventcsv.Options{Case: o.Case, Activity: o.Activity, Time: o.Time, Progress: read})
}

// formError says why a file could not be looked at.
func formError(path string, err error) error {
	kind := throughline.Unavailable
	switch {
	case errors.Is(err, fs.ErrNotExist):
		kind = throughline.NotFound
	case errors.Is(err, fs.ErrPermission):
		kind = throughline.Denied
	case errors.Is(err, errNoLog):
		kind = throughline.Invalid
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return throughline.Fail("open log", kind, path, err)
}

var errNoLog = errors.New("it is no event log: neither XES, OCEL, Parquet nor a table")

// formOf looks at the first bytes of a file, unpacked; size is 0 where
// progress in it cannot be told.
func formOf(path string) (form logForm, size int64, err error) {
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
		return parquetLog, size, nil
	case bytes.HasPrefix(head, []byte("SQLite format 3\x00")), bytes.HasPrefix(head, []byte("{")):
		return objectLog, size, nil
	case bytes.HasPrefix(head, []byte("<")), bytes.HasPrefix(head, []byte("\xff\xfe<")), bytes.HasPrefix(head, []byte("\xfe\xff\x00<")):
		if bytes.Contains(head, []byte("<object-types")) || bytes.Contains(head, []byte("<ocel")) {
			return objectLog, size, nil
		}
		return xesLog, size, nil
	case bytes.HasPrefix(head, []byte("%PDF")), bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return 0, 0, errNoLog
	}
	return tableLog, size, nil
}
