package eventcsv

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/throughline/throughline/internal/diag"
)

// Names by which columns are known, best first, without case, blanks and signs.
var (
	caseNames     = []string{"caseconceptname", "caseid", "case", "casekey", "traceid", "trace", "casenumber", "opportunityid", "dealid", "orderid", "applicationid", "processinstanceid"}
	activityNames = []string{"conceptname", "activity", "activityname", "task", "taskname", "event", "eventname", "stage", "stagename", "step", "action"}
	timeNames     = []string{"timetimestamp", "completetimestamp", "endtimestamp", "completetime", "endtime", "timestamp", "eventtime", "datetime", "time", "date", "starttimestamp", "starttime", "createdat", "createddate", "occurredat"}
)

func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

type use uint8

const (
	eventAttr use = iota
	caseAttr
	caseID
	activity
	instant
	unused
)

// layout is what the first row says.
type layout struct {
	comma byte
	names []string
	uses  []use
	kinds []kind
	blind []bool // columns of which the sample showed no value
	order dateOrder
	at    [unused]int // where case, activity and time stand
}

func (l *layout) caseAt() int { return l.at[caseID] }

// maxColumns bounds the columns of a table.
const maxColumns = 4096

// guessComma takes the separator that parts the first line most often.
func guessComma(line []byte) byte {
	best, most := byte(','), 0
	for _, c := range []byte{',', ';', '\t', '|'} {
		n, quoted := 0, false
		for _, b := range line {
			if b == '"' {
				quoted = !quoted
			} else if b == c && !quoted {
				n++
			}
		}
		if n > most {
			best, most = c, n
		}
	}
	return best
}

// plan decides what each column is for; refusals are errors.
func (l *layout) plan(o Options) (found diag.Findings) {
	pos := diag.Range{File: o.File, Begin: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 2}}
	for i, n := range l.names {
		if n == "" {
			n = fmt.Sprintf("column %d", i+1)
		}
		for k, base := 2, n; slices.Contains(l.names[:i], n); k++ {
			n = fmt.Sprintf("%s (%d)", base, k)
			if k == 2 {
				found = append(found, diag.Finding{Check: "csv-name-twice", Severity: diag.Warning, Range: pos, Field: base,
					Message: fmt.Sprintf("two columns are called %q; the later one is read as %q", base, n)})
			}
		}
		l.names[i] = n
	}
	l.uses = make([]use, len(l.names))
	for i, n := range l.names {
		if rest, ok := strings.CutPrefix(n, "case:"); ok && rest != "" {
			l.uses[i] = caseAttr
		}
	}
	for _, want := range []struct {
		use   use
		flag  string
		what  string
		given string
		names []string
	}{{caseID, "--case", "case", o.Case, caseNames}, {activity, "--activity", "activity", o.Activity, activityNames}, {instant, "--time", "time", o.Time, timeNames}} {
		at := -1
		if want.given != "" {
			at = slices.Index(l.names, want.given)
			if at < 0 {
				found = append(found, diag.Finding{Check: "csv-refused", Severity: diag.Error, Range: pos, Field: want.given,
					Message: fmt.Sprintf("the table has no column %q to take the %s from", want.given, want.what),
					Hint:    "its columns are " + listed(l.names), Nearest: diag.Nearest(want.given, l.names)})
				continue
			}
		} else {
			for _, n := range want.names {
				if at = slices.IndexFunc(l.names, func(s string) bool { return plainName(s) == n }); at >= 0 && l.uses[at] <= caseAttr {
					break
				}
				at = -1
			}
			if at < 0 {
				found = append(found, diag.Finding{Check: "csv-refused", Severity: diag.Error, Range: pos,
					Message: fmt.Sprintf("no column's name says that it holds the %s", want.what),
					Hint:    fmt.Sprintf("name it with %s; the columns are %s", want.flag, listed(l.names))})
				continue
			}
		}
		if l.uses[at] > caseAttr {
			found = append(found, diag.Finding{Check: "csv-refused", Severity: diag.Error, Range: pos, Field: l.names[at],
				Message: fmt.Sprintf("column %q is to hold two different things", l.names[at])})
			continue
		}
		l.uses[at] = want.use
		l.at[want.use] = at
	}
	return found
}

func listed(names []string) string {
	q := make([]string, 0, len(names))
	for i, n := range names {
		if i == 40 {
			q = append(q, fmt.Sprintf("and %d more", len(names)-40))
			break
		}
		q = append(q, fmt.Sprintf("%q", n))
	}
	return strings.Join(q, ", ")
}

// sniff looks at the first bytes; "" means that they can be a table.
func sniff(b []byte) (skip int, refused string) {
	switch {
	case len(bytes.TrimSpace(b)) == 0:
		return 0, "the file is empty"
	case bytes.HasPrefix(b, []byte{0xef, 0xbb, 0xbf}):
		skip = 3
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}), bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return 0, "the file is in UTF-16; save it as UTF-8"
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return 0, "the file is a zip archive or a spreadsheet; save the sheet as CSV"
	case bytes.HasPrefix(b, []byte("PAR1")):
		return 0, "the file is Parquet, not CSV"
	case bytes.HasPrefix(b, []byte("SQLite format 3\x00")):
		return 0, "the file is an SQLite database, not CSV"
	}
	head := b[skip:min(len(b), 4096)]
	if bytes.IndexByte(head, 0) >= 0 {
		return skip, "the file holds zero bytes and is no text"
	}
	switch first := bytes.TrimLeft(head, " \t\r\n"); first[0] {
	case '<':
		return skip, "the file begins with '<': it is XML or HTML, not CSV"
	case '{':
		return skip, "the file begins with '{': it is JSON, not CSV"
	}
	return skip, ""
}
