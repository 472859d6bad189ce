package diag_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/throughline/throughline/internal/diag"
)

func TestNearest(t *testing.T) {
	known := []string{"GTX Basic", "GTX Pro", "MG Special", "GTX Plus Pro"}
	for word, want := range map[string]string{
		"GTXPro": "GTX Pro", "gtx pro": "GTX Pro", "MG Speical": "MG Special", "Quantum": "", "": "",
		strings.Repeat("x", 10_000): "",
	} {
		if got := diag.Nearest(word, known); got != want {
			t.Errorf("Nearest(%.20q) = %q, want %q", word, got, want)
		}
	}
}

func TestPrintPutsTheCaretUnderTheWord(t *testing.T) {
	src := "name: x\nstages:\n  - 你好 wrold\n"
	fs := diag.Findings{{
		Check: "unknown-key", Severity: diag.Error, Message: "key \"wrold\" is not known", Hint: "did you mean \"world\"?",
		Range: diag.Range{File: "a.yaml", Begin: diag.Pos{Line: 3, Column: 12}, End: diag.Pos{Line: 3, Column: 17}},
	}}
	var b strings.Builder
	if err := diag.Print(&b, fs, func(string) []byte { return []byte(src) }, diag.Style{}); err != nil {
		t.Fatal(err)
	}
	want := "a.yaml:3:12: error: key \"wrold\" is not known [unknown-key]\n" +
		"    3 |   - 你好 wrold\n" +
		"      |          ^^^^^\n" +
		"  = did you mean \"world\"?\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestPrintNeverSteersTheTerminal(t *testing.T) {
	var b strings.Builder
	evil := "\x1b[2Jx\u202e\xff"
	_ = diag.Print(&b, diag.Findings{{Check: "c", Severity: diag.Hint, Message: evil, Hint: evil,
		Range: diag.Range{File: "f", Begin: diag.Pos{Line: 1, Column: 900}}}}, func(string) []byte { return []byte(evil) }, diag.Style{})
	if strings.ContainsAny(b.String(), "\x1b\u202e") || !utf8.ValidString(b.String()) {
		t.Errorf("control characters came through: %q", b.String())
	}
}
