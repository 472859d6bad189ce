package xes

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/intake/piece"
)

// Options say how to read; the zero value is right for most files.
type Options struct {
	File string // name for findings
	// Activity is what names the activity; concept:name where empty. It is an
	// attribute of events or a classifier of the log, whose keys are joined by +.
	// Where both have the name, an attribute that <global> declares goes first.
	Activity string
	Workers  int // pieces read at the same time; the number of cores where 0
	Piece    int // bytes of a piece; 1 MB where 0
	MaxTrace int // longest stretch without the end of a trace; 256 MB where 0
	// Progress, if set, is told how many bytes (after unpacking) have been read.
	Progress func(bytes int64)

	size int64 // of the file, 0 if not known
}

// ReadFile reads a file, gzipped or not, whatever its name says. A nil log
// means that the file was refused; the findings say why and where.
func ReadFile(path string, o Options) (*eventlog.Log, diag.Findings, error) {
	f, err := os.Open(path)
	if err != nil {
		kind := throughline.Unavailable
		if errors.Is(err, os.ErrNotExist) {
			kind = throughline.NotFound
		}
		return nil, nil, throughline.Fail("read XES log", kind, path, err)
	}
	defer f.Close()
	if o.File == "" {
		o.File = path
	}
	if info, err := f.Stat(); err == nil {
		o.size = info.Size()
	}
	return Read(f, o)
}

// Read reads a log. The error is about the reading itself (an I/O error);
// everything about the contents is a finding.
func Read(r io.Reader, o Options) (*eventlog.Log, diag.Findings, error) {
	if o.MaxTrace <= 0 {
		o.MaxTrace = 256 << 20
	}
	src, err := piece.NewSource(r, piece.Options{Workers: o.Workers, Size: o.Piece, Limit: o.MaxTrace}, cut)
	if err != nil {
		return nil, refusal(o.File, diag.Pos{Line: 1, Column: 1}, "the file begins like gzip and is none: "+err.Error()), nil
	}
	m := &merger{o: o, b: eventlog.NewBuilder(), src: src}
	m.begin()
	return m.read()
}

func refusal(file string, at diag.Pos, message string) diag.Findings {
	return diag.Findings{{Check: "xes-refused", Severity: diag.Error, Range: diag.Range{File: file, Begin: at, End: at}, Message: message}}
}

// sniff looks at the first bytes; "" means that they can be XML in UTF-8.
func sniff(b []byte) (skip int, refused string) {
	switch {
	case len(b) == 0:
		return 0, "the file is empty"
	case bytes.HasPrefix(b, []byte{0xef, 0xbb, 0xbf}):
		skip = 3
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}), bytes.HasPrefix(b, []byte{0xfe, 0xff}), bytes.HasPrefix(b, []byte{'<', 0}):
		return 0, "the file is in UTF-16; save it as UTF-8"
	}
	rest := bytes.TrimLeft(b[skip:], " \t\r\n")
	switch {
	case len(rest) == 0:
		return skip, "the file holds nothing but blanks"
	case rest[0] != '<':
		if rest[0] == '{' {
			return skip, "the file begins with '{': it is JSON, not XES"
		}
		return skip, fmt.Sprintf("the file begins with %q and is no XML", rest[:min(len(rest), 12)])
	}
	if decl, ok := bytes.CutPrefix(rest, []byte("<?xml")); ok {
		decl, _, _ = bytes.Cut(decl, []byte("?>"))
		if k := bytes.Index(decl, []byte("encoding")); k >= 0 {
			name := strings.ToLower(strings.Trim(string(decl[k+len("encoding"):]), " \t\r\n="))
			name = strings.Trim(strings.Fields(name + " ?")[0], `"'`)
			if !slices.Contains([]string{"utf-8", "utf8", "us-ascii", "ascii"}, name) {
				return skip, fmt.Sprintf("the file is in %s; save it as UTF-8", name)
			}
		}
	}
	return skip, ""
}
