package paste_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/intake/paste"
)

var update = flag.Bool("update", false, "write what is read of the examples anew")

var today = throughline.DayOf(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), time.UTC)

func told(text string, s paste.Sheet) string {
	var b strings.Builder
	fmt.Fprintf(&b, "form %q day %v subject %q\n", s.Form, s.Day, s.Subject)
	for _, n := range s.People {
		fmt.Fprintf(&b, "there: %s (%s)\n", n.Name, n.Title)
	}
	for _, p := range s.Parts {
		fmt.Fprintf(&b, "%q <%s> %v typed=%v older=%v\n    %s\n", p.Who.Name, p.Who.Address, p.Day, p.Typed, p.Older,
			strings.ReplaceAll(text[p.Start:p.End], "\n", "\n    "))
	}
	for _, p := range s.Passed {
		fmt.Fprintf(&b, "passed over: %s, %d lines\n", p.What, p.Lines)
	}
	return b.String()
}

// TestWhatIsPasted holds what is made of the examples, a file each.
func TestWhatIsPasted(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.txt")
	if len(files) < 10 {
		t.Fatalf("%d examples", len(files))
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for name, s := range map[string]string{"": string(text), "with returns": strings.ReplaceAll(string(text), "\n", "\r\n")} {
			got := strings.ReplaceAll(told(s, paste.Read(s, today, nil)), "\r", "")
			file := strings.TrimSuffix(f, ".txt") + ".want"
			if *update && name == "" {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil || string(want) != got {
				t.Errorf("%s %s: %v\n%s\nwas\n%s", f, name, err, got, want)
			}
		}
	}
}

// TestTwoWhomOneKnows: labels alone make no transcript, two people one knows do.
func TestTwoWhomOneKnows(t *testing.T) {
	text := "Petra Lang: we measured it.\nTom Brand: finance decides.\nKarl Maria Ohm: I agree."
	if s := paste.Read(text, today, nil); s.Form != paste.Plain {
		t.Errorf("%+v", s)
	}
	if s := paste.Read(text, today, func(n string) bool { return n == "Petra Lang" || n == "Tom Brand" }); s.Form != paste.Transcript || len(s.Parts) != 3 {
		t.Errorf("%+v", s)
	}
}

func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txt")
	for _, name := range files {
		text, _ := os.ReadFile(name)
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := paste.Read(text, today, func(n string) bool { return len(n)%2 == 0 })
		at := 0
		for _, p := range s.Parts {
			if p.Start < at || p.End <= p.Start || p.End > len(text) {
				t.Fatalf("from %d to %d after %d of %d", p.Start, p.End, at, len(text))
			}
			at = p.End
			if utf8.ValidString(text) && !utf8.ValidString(text[p.Start:p.End]) {
				t.Fatalf("cut within a sign: %q", text[p.Start:p.End])
			}
			if !utf8.ValidString(p.Who.Name) || strings.ContainsAny(p.Who.Name, "\n\r") || len(p.Who.Name) > 200 {
				t.Fatalf("a name %q", p.Who.Name)
			}
			if p.Day.Sub(today) > 0 {
				t.Fatalf("a day to come: %v", p.Day)
			}
		}
		if s.Form == paste.Plain && len(s.Parts) > 0 {
			t.Fatal("nothing special, and yet in parts")
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var s strings.Builder
	for i := range 4000 {
		fmt.Fprintf(&s, "Petra Lang  0:%02d\nWe measured it on ward %d.\n", i%60, i)
	}
	for b.Loop() {
		paste.Read(s.String(), today, nil)
	}
}
