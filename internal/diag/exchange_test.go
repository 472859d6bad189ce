package diag_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/diag"
)

// TestPlacesAreThoseOfExchange holds columns in characters and paths as URI
// references, whatever the script and wherever the file.
func TestPlacesAreThoseOfExchange(t *testing.T) {
	at := func(file string, line, from, to int) diag.Range {
		return diag.Range{File: file, Begin: diag.Pos{Line: line, Column: from}, End: diag.Pos{Line: line, Column: to}}
	}
	for _, c := range []struct {
		name, text string
		at         diag.Range
		uri        string
		from, to   int
	}{
		{"plain", "one two\n", at("a.txt", 1, 5, 8), "a.txt", 5, 8},
		{"Chinese", "客户签了合同\n", at("合同 1.txt", 1, 7, 19), "%E5%90%88%E5%90%8C%201.txt", 3, 7},
		{"an emoji is one character", "x\n😀 y\n", at("a#b?.txt", 2, 6, 7), "a%23b%3F.txt", 3, 4},
		{"a mark at the beginning counts for nothing", "\ufeffñu\n", at("a.txt", 1, 3, 4), "a.txt", 2, 3},
		{"the end of the line, and one after it", "é", at("a.txt", 1, 3, 4), "a.txt", 2, 3},
		{"the whole line", "é", at("a.txt", 1, 1, 0), "a.txt", 1, 0},
		{"nothing to read", "", at("gone/ü.txt", 1, 3, 4), "gone/%C3%BC.txt", 0, 0},
		{"a line that is not there", "x", at("a.txt", 9, 3, 4), "a.txt", 0, 0},
		{"from the root", "x", at("/tmp/a b.txt", 1, 1, 2), "file:///tmp/a%20b.txt", 1, 2},
		{"a drive", "x", at(`C:\a b.txt`, 1, 1, 2), "file:///C:/a%20b.txt", 1, 2},
		{"a colon is no scheme", "x", at("a:b.txt", 1, 1, 2), "./a:b.txt", 1, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			source := func(file string) []byte {
				if file != c.at.File || c.text == "" {
					return nil
				}
				return []byte(c.text)
			}
			var b strings.Builder
			if err := diag.SARIF(&b, diag.Findings{{Check: "X", Range: c.at}}, source, func(string) string { return "" }); err != nil {
				t.Fatal(err)
			}
			var log struct {
				Runs []struct {
					ColumnKind string
					Results    []struct {
						Locations []struct {
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
			got := log.Runs[0].Results[0].Locations[0].PhysicalLocation
			if got.ArtifactLocation.URI != c.uri || got.Region.StartColumn != c.from || got.Region.EndColumn != c.to || got.Region.StartLine != c.at.Begin.Line {
				t.Errorf("got %+v, want %s from %d to %d", got, c.uri, c.from, c.to)
			}
			if log.Runs[0].ColumnKind != "unicodeCodePoints" {
				t.Errorf("columns of the kind %q", log.Runs[0].ColumnKind)
			}
		})
	}
}
