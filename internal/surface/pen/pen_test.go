package pen

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestWrapAndCut(t *testing.T) {
	for _, c := range []struct {
		s    string
		room float64
		most int
		want string
	}{
		{"Options ranked by users", 100, 3, "Options ranked|by users"},
		{"Short", 100, 3, "Short"},
		{"", 100, 3, ""},
		{"用户已排序", 40, 3, "用户已|排序"},
		{"用户，已排序", 40, 2, "用户，|已排序"},
		{"a b c d e f g h i j k l m n", 20, 2, "a b|c…"},
		{"Donaudampfschifffahrt", 60, 2, "Donaud…"},
	} {
		if got := strings.Join(Wrap(c.s, 12.5, c.room, c.most), "|"); got != c.want {
			t.Errorf("Wrap(%q, %v) = %q, want %q", c.s, c.room, got, c.want)
		}
	}
	if got := Cut(strings.Repeat("x", 100000), 13, 100); len(got) > 40 {
		t.Errorf("cut to %d bytes", len(got))
	}
}

func TestRightToLeftStaysTogether(t *testing.T) {
	for s, want := range map[string]string{"محمد…": "\u2068محمد…\u2069", "שרה": "\u2068שרה\u2069", "Maria": "Maria", "(שרה)": "\u2068(שרה)\u2069", "Maria שרה": "Maria שרה", "": ""} {
		if got := Isolate(s); got != want {
			t.Errorf("Isolate(%q) = %q, want %q", s, got, want)
		}
	}
	if a, b := Width("e\u0301", 10), Width("e", 10); a != b {
		t.Errorf("an accent of its own has a width: %v and %v", a, b)
	}
}

// FuzzPen: no text breaks a picture, and no text is wider than its room.
func FuzzPen(f *testing.F) {
	for _, s := range []string{"Align", "<svg onload=x>", "\x00\xff", "共识", strings.Repeat("w", 300), "&#x41;", "محمد", "🙂 e\u0301"} {
		f.Add(s, 80.0)
	}
	f.Fuzz(func(t *testing.T, s string, room float64) {
		if room < 20 || room > 2000 {
			room = 80
		}
		var p Pen
		p.Open(Frame{Class: "x", ID: "i", Title: s, Desc: s, W: 10, H: 10, Links: true})
		p.Link("#"+s, s, func() { p.Lines("c", 1, 2, 12, "start", Wrap(s, 12, room, 3)) })
		p.Link("", s, func() { p.Text("c", 1, 2, "end", Cut(s, 12, room)) })
		d := xml.NewDecoder(strings.NewReader(p.Close()))
		for {
			_, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%q: %v", s, err)
			}
		}
		if c := Cut(s, 12, room); len([]rune(c)) > 2 && Width(c, 12) > room+1 {
			t.Fatalf("%q is cut to %q, %v wide", s, c, Width(c, 12))
		}
	})
}
