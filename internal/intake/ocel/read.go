package ocel

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
)

// Options say how to read.
type Options struct {
	File    string // name for findings
	MaxSize int64  // bytes of a JSON or XML file that are taken in; 1 GB where 0
}

// ReadFile reads a log in any of the three forms. A nil log means that the
// file was refused; the findings say why and where. A database is left when the
// context ends.
func ReadFile(ctx context.Context, path string, o Options) (*Log, diag.Findings, error) {
	if o.File == "" {
		o.File = path
	}
	f, err := os.Open(path)
	if err != nil {
		kind := throughline.Unavailable
		if errors.Is(err, os.ErrNotExist) {
			kind = throughline.NotFound
		}
		return nil, nil, throughline.Fail("read OCEL log", kind, path, err)
	}
	defer f.Close()
	var head [16]byte
	n, _ := io.ReadFull(f, head[:])
	if bytes.HasPrefix(head[:n], []byte("SQLite format 3\x00")) {
		return readSQLite(ctx, path, o)
	}
	return Read(io.MultiReader(bytes.NewReader(head[:n]), f), o)
}

// Read reads a log in JSON or XML.
func Read(r io.Reader, o Options) (*Log, diag.Findings, error) {
	if o.MaxSize <= 0 {
		o.MaxSize = 1 << 30
	}
	data, err := io.ReadAll(io.LimitReader(r, o.MaxSize+1))
	if err != nil {
		return nil, nil, throughline.Fail("read OCEL log", throughline.Unavailable, o.File, err)
	}
	rd := &reader{o: o, data: data, log: &Log{}, eventKind: map[[2]string]string{}, objectKind: map[[2]string]string{}}
	if int64(len(data)) > o.MaxSize {
		return nil, rd.refuse(0, fmt.Sprintf("the file is larger than %d MB", o.MaxSize>>20)), nil
	}
	rest := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case len(rest) == 0:
		return nil, rd.refuse(0, "the file is empty"), nil
	case rest[0] == '{':
		return rd.readJSON()
	case rest[0] == '<':
		return rd.readXML()
	}
	return nil, rd.refuse(0, fmt.Sprintf("the file begins with %q and is neither JSON nor XML nor SQLite", rest[:min(8, len(rest))])), nil
}

// reader is what the three forms have in common.
type reader struct {
	o          Options
	data       []byte // nil for SQLite
	log        *Log
	notes      eventlog.Notes
	eventKind  map[[2]string]string // declared types by type and attribute
	objectKind map[[2]string]string
}

func (r *reader) pos(offset int64) diag.Pos {
	if r.data == nil || offset < 0 {
		return diag.Pos{}
	}
	before := r.data[:min(int(offset), len(r.data))]
	return diag.Pos{Line: bytes.Count(before, []byte{'\n'}) + 1, Column: len(before) - bytes.LastIndexByte(before, '\n'), Offset: len(before)}
}

func (r *reader) refuse(offset int64, message string) diag.Findings {
	at := r.pos(offset)
	return append(
		r.notes.Findings(),
		diag.Finding{Check: "ocel-refused", Severity: diag.Error, Range: diag.Range{File: r.o.File, Begin: at, End: at}, Message: message},
	)
}

// note adds a finding at a byte offset; -1 is nowhere in particular.
func (r *reader) note(sev diag.Severity, check, field string, offset int64, value, format string, args ...any) {
	if r.notes.Known(check, field) {
		return
	}
	at := r.pos(offset)
	r.notes.Add(
		diag.Finding{
			Check:    check,
			Severity: sev,
			Field:    field,
			Value:    value,
			Range:    diag.Range{File: r.o.File, Begin: at, End: at},
			Message:  fmt.Sprintf(format, args...),
		},
	)
}

func (r *reader) declare(events bool, t Type) {
	kinds := r.objectKind
	if events {
		r.log.EventTypes = append(r.log.EventTypes, t)
		kinds = r.eventKind
	} else {
		r.log.ObjectTypes = append(r.log.ObjectTypes, t)
	}
	kinds[[2]string{t.Name}] = "type"
	for _, a := range t.Attrs {
		kinds[[2]string{t.Name, a.Name}] = a.Type
	}
}

// value reads an attribute's text by its declared type.
func (r *reader) value(kinds map[[2]string]string, owner, name, text string, offset int64) eventlog.Value {
	kind, ok := kinds[[2]string{owner, name}]
	if !ok {
		r.note(diag.Hint, "ocel-undeclared", owner+"/"+name, offset, name, "attribute %q of %q is not declared; it is read as text", name, owner)
	}
	v, ok := typed(kind, text)
	if !ok {
		r.note(
			diag.Warning,
			"ocel-value",
			owner+"/"+name,
			offset,
			text,
			"attribute %q of %q holds %q, which is no %s; it is kept as text",
			name,
			owner,
			text,
			kind,
		)
	}
	return v
}

// instant reads a time; NoTime where it cannot be read.
func (r *reader) instant(text, what string, offset int64) int64 {
	us, zone, ok := eventlog.ParseInstant([]byte(text))
	switch {
	case text == "":
		r.note(diag.Warning, "ocel-time", "missing", offset, "", "%s has no time", what)
		return eventlog.NoTime
	case !ok:
		r.note(diag.Warning, "ocel-time", "unreadable", offset, text, "%q is no time; %s has none", text, what)
		return eventlog.NoTime
	case !zone:
		r.note(diag.Hint, "ocel-zone", "", offset, text, "the time %q has no zone and is taken as UTC", text)
	}
	return us
}

// finish checks what can only be checked when all is read.
func (r *reader) finish() (*Log, diag.Findings, error) {
	known := make(map[string]bool, len(r.log.Objects))
	kept := r.log.Objects[:0]
	for _, o := range r.log.Objects {
		if known[o.ID] {
			r.note(diag.Warning, "ocel-object-twice", "", -1, o.ID, "object %q comes twice; the first counts", o.ID)
			continue
		}
		known[o.ID] = true
		if r.objectKind[[2]string{o.Type}] == "" {
			r.note(diag.Hint, "ocel-object-type", o.Type, -1, o.Type, "object type %q is not declared", o.Type)
		}
		kept = append(kept, o)
	}
	r.log.Objects = kept
	dangling := func(what, id string, links []Link) {
		for _, k := range links {
			if !known[k.Object] {
				r.note(diag.Warning, "ocel-dangling", what, -1, k.Object, "%s %q names object %q, which is not in the log", what, id, k.Object)
			}
		}
	}
	ids := make(map[string]bool, len(r.log.Events))
	for _, e := range r.log.Events {
		if ids[e.ID] {
			r.note(diag.Warning, "ocel-event-twice", "", -1, e.ID, "event id %q comes twice; both events are kept", e.ID)
		}
		ids[e.ID] = true
		if r.eventKind[[2]string{e.Type}] == "" {
			r.note(diag.Hint, "ocel-event-type", e.Type, -1, e.Type, "event type %q is not declared", e.Type)
		}
		dangling("event", e.ID, e.Objects)
	}
	for _, o := range r.log.Objects {
		dangling("object", o.ID, o.Objects)
	}
	return r.log, r.notes.Findings(), nil
}
