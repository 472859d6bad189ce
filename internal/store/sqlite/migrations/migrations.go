// Package migrations holds the statements that make the ledger's tables and
// bring them from version to version: written once, in what SQLite reads, and
// put into PostgreSQL's words by rules that know nothing of what they say.
//
// Takes: nothing.
// Gives: the files, and the views that other programs read, for either database.
// Never: runs them.
package migrations

import (
	"bytes"
	"embed"
	"io/fs"
	"regexp"
	"strings"
)

//go:embed *.sql
var files embed.FS

// SQLite gives the files as they are written.
func SQLite() fs.FS { return files }

// Names lists the files, in turn.
func Names() ([]string, error) { return fs.Glob(files, "*.sql") }

// What stands between these lines is for SQLite alone.
const (
	onlyFrom = "-- only SQLite"
	onlyTo   = "-- both"
)

// rules turn a line for SQLite into one for PostgreSQL. Whole numbers are of
// eight bytes in both; texts are compared byte by byte in both.
var rules = []struct {
	from *regexp.Regexp
	to   string
}{
	{regexp.MustCompile(`\bblob\b`), "bytea"},
	{regexp.MustCompile(`\b(integer|smallint)\b`), "bigint"},
	{regexp.MustCompile(`\btext\b`), `text collate "C"`},
	{regexp.MustCompile(`\s+without rowid\b`), ""},
	{regexp.MustCompile(`\bx'([0-9a-f]*)'`), `'\x$1'::bytea`},
}

// Postgres gives the files as PostgreSQL reads them.
func Postgres() fs.FS { return translated{files} }

// translated is a folder whose files are read in PostgreSQL's words.
type translated struct{ embed.FS }

// Open opens a file.
func (t translated) Open(name string) (fs.File, error) {
	f, err := t.FS.Open(name)
	if err != nil || !strings.HasSuffix(name, ".sql") {
		return f, err
	}
	text, err := t.ReadFile(name)
	return &file{f, bytes.NewReader(text)}, err
}

// ReadFile reads a file.
func (t translated) ReadFile(name string) ([]byte, error) {
	text, err := t.FS.ReadFile(name)
	return []byte(forPostgres(string(text))), err
}

// file is one with other words.
type file struct {
	fs.File
	words *bytes.Reader
}

// Read reads its words.
func (f *file) Read(b []byte) (int, error) { return f.words.Read(b) }

func forPostgres(text string) string {
	var out strings.Builder
	only := false
	for line := range strings.Lines(text) {
		switch trimmed := strings.TrimSpace(line); {
		case trimmed == onlyFrom:
			only = true
		case trimmed == onlyTo:
			only = false
		case only:
		case strings.HasPrefix(trimmed, "--"):
			out.WriteString(line)
		default:
			for _, r := range rules {
				line = r.from.ReplaceAllString(line, r.to)
			}
			out.WriteString(line)
		}
	}
	return out.String()
}
