package statement_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/throughline/throughline/docs/checks"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/statement"
)

func linter(t testing.TB) *statement.Linter {
	l, err := statement.New(statement.Words{})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func lint(l *statement.Linter, s string) diag.Findings {
	return l.Lint(statement.Statement{Text: s, At: diag.Pos{Line: 1, Column: 1}, Place: statement.Milestone})
}

func ids(fs diag.Findings) []string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Check)
	}
	return out
}

func TestThePairs(t *testing.T) {
	l := linter(t)
	for _, file := range []string{"../../../shared/domain/linter_pairs.json", "testdata/pairs.json"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Skipf("the pairs are not here: %v", err)
		}
		var pairs []struct {
			Bad, Good string
			Rules     []string `json:"bad_rules"`
		}
		if err := json.Unmarshal(text, &pairs); err != nil {
			t.Fatal(err)
		}
		for _, p := range pairs {
			got := ids(lint(l, p.Bad))
			for _, want := range p.Rules {
				if !slices.Contains(got, want) {
					t.Errorf("%q: got %v, want %v", p.Bad, got, p.Rules)
					break
				}
			}
			if got := lint(l, p.Good); len(got) > 0 {
				t.Errorf("%q is a good milestone, got %v: %s", p.Good, ids(got), got[0].Value)
			}
		}
	}
}

// TestStatementsNobodyTunedTo holds the share of statements that are told
// right, in the files of testdata: "-" is to be caught, "+" left alone.
func TestStatementsNobodyTunedTo(t *testing.T) {
	l := linter(t)
	for _, file := range []string{"testdata/fresh.txt", "testdata/holdout.txt", "testdata/third.txt", "testdata/fourth.txt", "testdata/fifth.txt", "testdata/sixth.txt"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		right, all := map[byte]int{}, map[byte]int{}
		for in := bufio.NewScanner(bytes.NewReader(text)); in.Scan(); {
			line := in.Text()
			if len(line) < 3 || line[0] != '-' && line[0] != '+' {
				continue
			}
			found := lint(l, line[2:])
			all[line[0]]++
			if (len(found) > 0) == (line[0] == '-') {
				right[line[0]]++
			} else {
				t.Logf("%s: %s %v", file, line, ids(found))
			}
		}
		t.Logf("%s: %d of %d bad ones caught, %d of %d good ones left alone", file, right['-'], all['-'], right['+'], all['+'])
		for _, sign := range []byte("-+") {
			if 16*right[sign] < 15*all[sign] {
				t.Errorf("%s: only %d of %d %q are right, want 15 of 16", file, right[sign], all[sign], sign)
			}
		}
	}
}

func TestEveryCheckHoldsItsOwnExample(t *testing.T) {
	l := linter(t)
	if n := len(statement.Checks()); n != 14 {
		t.Fatalf("%d checks, want 14", n)
	}
	for _, c := range statement.Checks() {
		if got := ids(lint(l, c.Before)); !slices.Contains(got, c.ID) {
			t.Errorf("%s does not flag %q: %v", c.ID, c.Before, got)
		}
		if got := ids(lint(l, c.After)); len(got) > 0 {
			t.Errorf("%s: %q is its better version, got %v", c.ID, c.After, got)
		}
	}
}

func TestWhereTheFindingStands(t *testing.T) {
	l := linter(t)
	tests := []struct{ list, check, value string }{
		{"\n  - Proposal sent\n", "L02", "Proposal sent"},
		{"1. The sponsor approved it by end of quarter\n", "L07", "end of quarter"},
		{"你好\n* Customer is happy 你好\n", "L10", "is"},
		{"Solution presented to committee", "L09", "Solution"},
		{"The weak manager signed the request", "L13", "weak manager"},
		{"The sponsor filled in the Blue Sheet", "L14", "Blue Sheet"},
	}
	for _, tt := range tests {
		rep := l.List("list.txt", []byte(tt.list))
		lines := strings.Split(tt.list, "\n")
		found := false
		for _, f := range rep.Findings {
			line := lines[f.Range.Begin.Line-1]
			if f.Check == tt.check && line[f.Range.Begin.Column-1:f.Range.End.Column-1] == tt.value {
				found = true
				if f.Range.File != "list.txt" || f.Message == "" || !strings.Contains(f.Hint, "as in: ") || f.Page != "docs/checks/"+f.Check+".md" {
					t.Errorf("%q: finding is not complete: %+v", tt.list, f)
				}
			}
		}
		if !found {
			t.Errorf("%q: no %s at %q in %+v", tt.list, tt.check, tt.value, rep.Findings)
		}
	}
}

func TestKeepAnyway(t *testing.T) {
	l := linter(t)
	rep := l.List("f", []byte("Proposal sent # keep: a tender counts the sending\nDemo given # keep L02: no\nDemo given # keep\nThe sponsor signed the charter # keep: x\n"))
	if rep.Statements != 4 || rep.Kept < 3 {
		t.Errorf("got %d statements, %d kept", rep.Statements, rep.Kept)
	}
	by := map[int][]string{}
	for _, f := range rep.Findings {
		by[f.Range.Begin.Line] = append(by[f.Range.Begin.Line], f.Check)
	}
	if len(by[1]) != 0 {
		t.Errorf("line 1 is kept, got %v", by[1])
	}
	if slices.Contains(by[2], "L02") || !slices.Contains(by[2], "L10") {
		t.Errorf("line 2 keeps only L02, got %v", by[2])
	}
	if !slices.Contains(by[3], "keep") || !slices.Contains(by[3], "L02") {
		t.Errorf("line 3 gives no reason, got %v", by[3])
	}
	if !slices.Equal(by[4], []string{"keep"}) {
		t.Errorf("line 4 keeps nothing, got %v", by[4])
	}
}

func TestACompanyAddsItsWords(t *testing.T) {
	bare := "The zorg signed for it"
	plain := linter(t)
	if got := ids(lint(plain, "Zorg signed")); !slices.Contains(got, "L09") {
		t.Fatalf("an unknown word is no actor, got %v", got)
	}
	own, err := statement.New(statement.Words{Actors: []string{"zorg"}, Acts: []string{"frobnicate"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{bare, "Zorg signed", "Zorgs frobnicated the line", "Two of their zorgs frobnicate the line"} {
		if got := ids(lint(own, s)); len(got) > 0 {
			t.Errorf("%q: got %v", s, got)
		}
	}
}

func TestElsewhereIsAHint(t *testing.T) {
	for _, f := range linter(t).Lint(statement.Statement{Text: "Send the proposal by end of quarter", Place: statement.Elsewhere}) {
		if f.Severity != diag.Hint {
			t.Errorf("%s is %s in a next move", f.Check, f.Severity)
		}
	}
}

// TestTheSieveLosesNothing lints every statement of the test data and every
// page with the patterns alone and with the sieve before them.
func TestTheSieveLosesNothing(t *testing.T) {
	var lines []string
	for _, file := range []string{"testdata/fresh.txt", "testdata/holdout.txt", "testdata/third.txt", "testdata/fourth.txt", "testdata/pairs.json", "checks.yaml"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.Split(string(text), "\n")...)
	}
	for _, c := range statement.Checks() {
		for _, p := range []string{c.Cue, c.Also} {
			if p == "" {
				continue
			}
			re := regexp.MustCompile("(?i)" + p)
			for _, s := range lines {
				if re.MatchString(s) && !statement.Sieved(p, s) {
					t.Errorf("%s: the sieve holds back %q", c.ID, s)
				}
			}
		}
	}
}

func FuzzList(f *testing.F) {
	f.Add([]byte("- Proposal sent # keep: x\n\xff\n1) The sponsor's \"plan\", who; whose. that\r\n"))
	f.Add([]byte("Who who which that of of of and and, , by by"))
	f.Add([]byte("’s 's s’ IT it 3.5,7 ./-"))
	l := linter(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		rep := l.List("f", text)
		lines := strings.Split(string(text), "\n")
		for _, fi := range rep.Findings {
			if fi.Range.Begin.Line < 1 || fi.Range.Begin.Line > len(lines) || fi.Range.Begin.Column < 1 {
				t.Fatalf("finding outside the text: %+v", fi)
			}
			if fi.Range.End.Column < fi.Range.Begin.Column {
				t.Fatalf("finding ends before it begins: %+v", fi)
			}
		}
	})
}

func BenchmarkLint(b *testing.B) {
	l := linter(b)
	for b.Loop() {
		lint(l, "The project lead returned the requirements list with each line ranked by the people who will use it")
	}
}

// TestThePagesAreExecuted runs the examples of docs/checks: what a page says to
// avoid is flagged by its check, what it prefers is clean, and what it keeps is kept.
func TestThePagesAreExecuted(t *testing.T) {
	l := linter(t)
	for _, c := range statement.Checks() {
		page, ok := checks.Page(c.ID)
		if !ok {
			t.Errorf("%s has no page", c.ID)
			continue
		}
		for _, section := range []string{"## Avoid", "## Prefer", "## Why", "## Options", "## Keep anyway"} {
			if !strings.Contains(page, "\n"+section+"\n") {
				t.Errorf("the page of %s has no section %q", c.ID, section)
			}
		}
		if !strings.HasPrefix(page, "# "+c.ID+" "+c.Name+": ") {
			t.Errorf("the page of %s does not begin with its id and name", c.ID)
		}
		for _, s := range fence(page, "avoid") {
			if got := ids(lint(l, s)); !slices.Contains(got, c.ID) {
				t.Errorf("%s: the page says to avoid %q, got %v", c.ID, s, got)
			}
		}
		for _, s := range fence(page, "prefer") {
			if got := lint(l, s); len(got) > 0 {
				t.Errorf("%s: the page prefers %q, got %v", c.ID, s, ids(got))
			}
		}
		for _, s := range fence(page, "keep") {
			if rep := l.List("f", []byte(s)); len(rep.Findings) > 0 || rep.Kept == 0 {
				t.Errorf("%s: the page keeps %q, got %+v", c.ID, s, rep)
			}
		}
	}
}

func fence(page, kind string) []string {
	_, rest, ok := strings.Cut(page, "```"+kind+"\n")
	if !ok {
		return []string{"a page without a block of " + kind}
	}
	body, _, _ := strings.Cut(rest, "\n```")
	return strings.Split(body, "\n")
}
