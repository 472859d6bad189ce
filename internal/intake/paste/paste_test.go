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

// TestWhoCannotBeNamed: who speaks under a number, an address or small letters is
// nobody, and not whoever spoke before; a time at the end of a line says nothing
// where no speaker has one.
func TestWhoCannotBeNamed(t *testing.T) {
	for _, label := range []string{"+49 151 2345678", "petra@x.org", "tom", "iPhone von tom"} {
		for name, text := range map[string]string{
			"behind":   "Petra Lang  0:01\nWe measured it.\n" + label + "  0:12\nWe approved the budget.\nTom Brand  0:20\nGood.\n",
			"first":    "[0:01] Petra Lang: We measured it.\n[0:12] " + label + ": We approved the budget.\n[0:20] Tom Brand: Good.\n",
			"captions": "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nPetra Lang: We measured it.\n\n00:00:12.000 --> 00:00:14.000\n" + label + ": We approved the budget.\n\n00:00:20.000 --> 00:00:24.000\nTom Brand: Good.\n",
			"begins":   label + "  0:01\nWe approved the budget.\nPetra Lang  0:12\nWe measured it.\nTom Brand  0:20\nGood.\n",
		} {
			s := paste.Read(text, today, nil)
			if s.Form != paste.Transcript || len(s.Parts) != 3 {
				t.Fatalf("%s %s: %+v", label, name, s)
			}
			for _, p := range s.Parts {
				if said := text[p.Start:p.End]; said == "We approved the budget." && p.Who != (paste.Name{}) || said == "We measured it." && p.Who.Name != "Petra Lang" {
					t.Errorf("%s %s: %q is said by %+v", label, name, said, p.Who)
				}
			}
		}
	}
	text := "Petra Lang: we measured it.\nTom Brand: finance decides.\nand we meet 10:00\nPetra Lang: I agree.\nTom Brand: so do I.\n"
	if s := paste.Read(text, today, nil); len(s.Parts) != 4 || !strings.Contains(text[s.Parts[1].Start:s.Parts[1].End], "10:00") {
		t.Errorf("%+v", s)
	}
	if s := paste.Read("we meet 9:00\nwe end 10:00\nand go home 11:00", today, nil); s.Form != paste.Plain {
		t.Errorf("%+v", s)
	}
	text = "Call of 3 March 2026 10:00\nabout the wards\nPetra Lang  0:01\nWe measured it.\nTom Brand  0:20\nGood.\n"
	if s := paste.Read(text, today, nil); s.Day.IsZero() || len(s.Parts) != 2 {
		t.Errorf("%+v", s)
	}
	text = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nPetra Lang: We meet at\n10:30 or so\n\n00:00:12.000 --> 00:00:14.000\nhttps://x.example\n"
	if s := paste.Read(text, today, nil); len(s.Parts) != 3 || s.Parts[1].Who.Name != "Petra Lang" || s.Parts[2].Who.Name != "Petra Lang" {
		t.Errorf("%+v", s)
	}
}

// TestThanksAtTheHead: a word of thanks with the message below it closes nothing;
// what stands above a name does.
func TestThanksAtTheHead(t *testing.T) {
	head := "From: Petra Lang <petra@x.org>\nDate: 2 March 2026\nSubject: budget\n\n"
	for name, c := range map[string]struct {
		text  string
		reads bool
	}{
		"a closing below":     {"Thank you!\n\nWe signed it.\n\nKind regards\nPetra\n", true},
		"much below":          {"Thank you!\n\nWe signed it.\n" + strings.Repeat("And so on.\n", 10), true},
		"a card":              {"Good.\n\nThank you\n\nWe signed it.\n" + strings.Repeat("Ward 3\n", 9), false},
		"two closings as one": {"Good.\n\nThank you\nKind regards\nWe signed it.\n", false},
		"a closing quoted":    {"Good.\n\nThank you\nWe signed it.\n\n> Hello\n> Kind regards\n> Ines\n", false},
		"a notice":            {"Good.\n\nKind regards\nWe signed it.\n\nThis e-mail is for whom it is meant\n" + strings.Repeat("and so on\n", 12), false},
		"another below it":    {"Good.\n\nKind regards\nWe signed it.\nPS: see you\nThanks\nPetra\n", false},
	} {
		text, read := head+c.text, false
		for _, p := range paste.Read(text, today, nil).Parts {
			read = read || strings.Contains(text[p.Start:p.End], "We signed it.")
		}
		if read != c.reads {
			t.Errorf("%s: read %v", name, read)
		}
	}
}

// TestMostWhoWereThere: minutes name at most so many.
func TestMostWhoWereThere(t *testing.T) {
	text := "Minutes of the meeting, 3 March 2026\nAttendees:\n" + strings.Repeat(strings.Repeat("Ada Ek, ", 50)+"\n", 9) + "\nAda: we measured it.\n"
	if s := paste.Read(text, today, nil); s.Form != paste.Minutes || len(s.People) != 200 || len(s.Parts) == 0 || s.Parts[0].Who.Name != "Ada" {
		t.Errorf("%s %d %+v", s.Form, len(s.People), s.Parts)
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
