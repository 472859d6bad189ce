// Package column tells which columns of a table of events hold what.
//
// Takes: the names of the columns and what a person said about them.
// Gives: a Plan, or findings that say what is missing and which columns there are.
// Never: looks at a value.
package column

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/throughline/throughline/internal/diag"
)

// Names by which columns are known, best first, without case, blanks and signs.
var (
	caseNames = []string{
		"caseconceptname",
		"caseid",
		"case",
		"casekey",
		"traceid",
		"trace",
		"casenumber",
		"opportunityid",
		"dealid",
		"orderid",
		"applicationid",
		"processinstanceid",
	}
	activityNames = []string{
		"conceptname",
		"activity",
		"activityname",
		"task",
		"taskname",
		"event",
		"eventname",
		"stage",
		"stagename",
		"step",
		"action",
	}
	timeNames = []string{
		"timetimestamp",
		"completetimestamp",
		"endtimestamp",
		"completetime",
		"endtime",
		"timestamp",
		"eventtime",
		"datetime",
		"time",
		"date",
		"starttimestamp",
		"starttime",
		"createdat",
		"createddate",
		"occurredat",
	}
)

func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// Use is what a column is for.
type Use uint8

// The uses. A column whose name begins with CasePrefix is an attribute of the case.
const (
	EventAttr Use = iota
	CaseAttr
	CaseID
	Activity
	Instant
	uses
)

// CasePrefix marks attributes of cases.
const CasePrefix = "case:"

// Want is what a person said; what is empty is guessed by name.
type Want struct{ File, Case, Activity, Time string }

// Plan says what each column is for.
type Plan struct {
	Names []string
	Uses  []Use
	At    [uses]int // where case, activity and time stand
}

// Of decides what each column is for. A column without a name is called by its
// place, a name that comes again gets a number. An error among the findings
// (check "table-refused") means that there is no plan.
func Of(names []string, o Want) (l Plan, found diag.Findings) {
	l.Names = slices.Clone(names)
	pos := diag.Range{File: o.File, Begin: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 2}}
	for i, n := range l.Names {
		if n == "" {
			n = fmt.Sprintf("column %d", i+1)
		}
		for k, base := 2, n; slices.Contains(l.Names[:i], n); k++ {
			n = fmt.Sprintf("%s (%d)", base, k)
			if k == 2 {
				found = append(found, diag.Finding{Check: "table-name-twice", Severity: diag.Warning, Range: pos, Field: base,
					Message: fmt.Sprintf("two columns are called %q; the later one is read as %q", base, n)})
			}
		}
		l.Names[i] = n
	}
	l.Uses = make([]Use, len(l.Names))
	for i, n := range l.Names {
		if rest, ok := strings.CutPrefix(n, CasePrefix); ok && rest != "" {
			l.Uses[i] = CaseAttr
		}
	}
	for _, want := range []struct {
		use   Use
		flag  string
		what  string
		given string
		names []string
	}{{CaseID, "--case", "case", o.Case, caseNames}, {Activity, "--activity", "activity", o.Activity, activityNames},
		{Instant, "--time", "time", o.Time, timeNames}} {
		at := -1
		if want.given != "" {
			at = slices.Index(l.Names, want.given)
			if at < 0 {
				found = append(found, diag.Finding{Check: "table-refused", Severity: diag.Error, Range: pos, Field: want.given,
					Message: fmt.Sprintf("the table has no column %q to take the %s from", want.given, want.what),
					Hint:    "its columns are " + listed(l.Names), Nearest: diag.Nearest(want.given, l.Names)})
				continue
			}
		} else {
			for _, n := range want.names {
				if at = slices.IndexFunc(l.Names, func(s string) bool { return plainName(s) == n }); at >= 0 && l.Uses[at] <= CaseAttr {
					break
				}
				at = -1
			}
			if at < 0 {
				found = append(found, diag.Finding{Check: "table-refused", Severity: diag.Error, Range: pos,
					Message: fmt.Sprintf("no column's name says that it holds the %s", want.what),
					Hint:    fmt.Sprintf("name it with %s; the columns are %s", want.flag, listed(l.Names))})
				continue
			}
		}
		if l.Uses[at] > CaseAttr {
			found = append(found, diag.Finding{Check: "table-refused", Severity: diag.Error, Range: pos, Field: l.Names[at],
				Message: fmt.Sprintf("column %q is to hold two different things", l.Names[at])})
			continue
		}
		l.Uses[at] = want.use
		l.At[want.use] = at
	}
	return l, found
}

// Told says which columns were taken, where that was guessed; ok is false where nothing was.
func (l Plan) Told(o Want) (f diag.Finding, ok bool) {
	at := diag.Pos{Line: 1, Column: 1}
	return diag.Finding{
			Check:    "table-guess",
			Severity: diag.Hint,
			Range:    diag.Range{File: o.File, Begin: at, End: at},
			Hint:     "--case, --activity and --time name others",
			Message: fmt.Sprintf(
				"the case is taken from column %q, the activity from %q, the time from %q",
				l.Names[l.At[CaseID]],
				l.Names[l.At[Activity]],
				l.Names[l.At[Instant]],
			),
		}, o.Case == "" || o.Activity == "" ||
			o.Time == ""
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
