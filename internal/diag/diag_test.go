package diag_test

import (
	"encoding/json"
	"regexp"
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

var two = diag.Findings{
	{Check: "L02", Severity: diag.Error, Message: "our document, or event", Hint: "say what they did\nwith it",
		Range:   diag.Range{File: "process/a.yaml", Begin: diag.Pos{Line: 3, Column: 6}, End: diag.Pos{Line: 3, Column: 10}},
		Related: []diag.Related{{Range: diag.Range{File: "b.yaml", Begin: diag.Pos{Line: 1, Column: 1}}, Message: "here"}}},
	{Check: "W01", Severity: diag.Hint, Message: "100% heavy"},
}

// twoText is what the findings of two stand in: the offence is the word at the
// fifth character, which is the sixth byte.
func twoText(file string) []byte {
	return map[string][]byte{"process/a.yaml": []byte("\ufeffa\nb\né - word\n"), "b.yaml": []byte("x\n")}[file]
}

func TestGitHubCommandsAreEscaped(t *testing.T) {
	var b strings.Builder
	if err := diag.GitHub(&b, two, twoText); err != nil {
		t.Fatal(err)
	}
	want := "::error file=process/a.yaml,line=3,col=5,endLine=3,endColumn=9,title=L02::our document, or event%0Asay what they did%0Awith it\n" +
		"::notice title=W01::100%25 heavy\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

// TestSARIFHasWhatReadersNeed checks the parts of SARIF 2.1.0 that code hosts read.
func TestSARIFHasWhatReadersNeed(t *testing.T) {
	var b strings.Builder
	if err := diag.SARIF(&b, two, twoText, func(string) string { return "" }); err != nil {
		t.Fatal(err)
	}
	var log struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct {
					Name  string
					Rules []struct{ ID string }
				}
			}
			Results []struct {
				RuleID, Level string
				Message       struct{ Text string }
				Locations     []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine, StartColumn, EndColumn int }
					}
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(b.String()), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if log.Version != "2.1.0" || run.Tool.Driver.Name != "throughline" || len(run.Tool.Driver.Rules) != 2 || len(run.Results) != 2 {
		t.Fatalf("%+v", log)
	}
	first := run.Results[0]
	if at := first.Locations[0].PhysicalLocation; first.Level != "error" || at.ArtifactLocation.URI != "process/a.yaml" || at.Region.StartLine != 3 || at.Region.EndColumn != 9 {
		t.Errorf("%+v", first)
	}
	if run.Results[1].Level != "note" || len(run.Results[1].Locations) != 0 {
		t.Errorf("%+v", run.Results[1])
	}
}

// TestSARIFKeepsACheckTogether: by check and sentence, whatever line they stand on.
func TestSARIFKeepsACheckTogether(t *testing.T) {
	at := func(line int) diag.Range { return diag.Range{File: "a.txt", Begin: diag.Pos{Line: line}} }
	fs := diag.Findings{{Check: "B", Message: "b", Range: at(1)}, {Check: "A", Message: "z", Range: at(1)}, {Check: "A", Message: "a", Range: at(3)}, {Check: "A", Message: "a", Range: at(2)}}
	var b strings.Builder
	if err := diag.SARIF(&b, fs, func(string) []byte { return nil }, func(string) string { return "" }); err != nil {
		t.Fatal(err)
	}
	got := regexp.MustCompile(`"startLine": (\d)`).FindAllStringSubmatch(b.String(), -1)
	if len(got) != 4 || got[0][1] != "3" || got[1][1] != "2" || got[2][1] != "1" || got[3][1] != "1" {
		t.Errorf("the lines come as %v", got)
	}
}
