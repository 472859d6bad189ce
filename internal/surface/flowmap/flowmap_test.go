package flowmap

import (
	"context"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/intake/logfile"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/mining"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/store/memory"
	"github.com/throughline/throughline/internal/surface/pen"
	"github.com/throughline/throughline/playbooks"
)

var update = flag.Bool("update", false, "write the golden pictures anew")

// sayIn gives words as a page gives them.
func sayIn(lang string, name func(string) string) Words {
	p := phrase.For(lang)
	return Words{
		ID: "m", Title: p.Say("mine.map_title"), Desc: "d", Start: p.Say("mine.start"), End: p.Say("mine.end"), Name: name, Cases: p.Number,
		Days:   func(d float64) string { return p.Say("mine.days", "x", fmt.Sprintf("%.1f", d)) },
		Shares: func(a, b float64) string { return p.Percent(a) + " : " + p.Percent(b) },
		Left:   func(n int) string { return fmt.Sprint("left: ", n) },
		Link:   func(from, to string) string { return "/cases?after=" + from + "&next=" + to },
	}
}

// demoMaps are the maps that the product draws of the made-up company, in both
// languages: the whole, its main steps, won against no decision.
func demoMaps(t *testing.T) map[string]Map {
	t.Helper()
	out := map[string]Map{}
	now := time.Date(2026, 11, 16, 12, 0, 0, 0, time.UTC)
	for _, lang := range phrase.Languages() {
		book, found := compile.Playbook(playbooks.Demo())
		if book == nil {
			t.Fatal(found)
		}
		d := &learning.Learner{Desk: desk.Desk{
			Ledger: memory.New(), Workspace: throughline.DefaultWorkspace, Book: book, Language: lang,
			Now: func() time.Time { return now }, Random: rand.New(rand.NewPCG(1, 1)),
		}}
		for _, b := range company.Batches(company.GenerateIn(lang, 1, throughline.DayOf(now, time.UTC), time.UTC, book), 40) {
			if _, err := d.Ledger.Append(context.Background(), d.Workspace, b); err != nil {
				t.Fatal(err)
			}
		}
		for name, in := range map[string]learning.MapInput{
			"whole":   {Activities: 0.95, Steps: 0.8},
			"main":    {Activities: 0.6, Steps: 0.7},
			"all":     {Activities: 1, Steps: 1},
			"compare": {Activities: 0.95, Steps: 0.8, Compare: true},
		} {
			m, err := learning.MineMap(context.Background(), d, in)
			if err != nil || len(m.Map.Nodes) < 8 {
				t.Fatal(name, err)
			}
			out["demo "+name+" "+lang] = Of(m.Map, sayIn(lang, func(a string) string { return phrase.Initial(m.Word(a)) }))
		}
		o, err := learning.MineOverview(context.Background(), d, learning.OverviewInput{})
		if err != nil || o.Map == nil {
			t.Fatal(err)
		}
		out["demo page "+lang] = Of(o.Map, sayIn(lang, func(a string) string { return phrase.Initial(phrase.For(lang).Activity(book, a)) }))
	}
	return out
}

// randomMap draws a map of a log with loops, rare activities, empty cases and
// names that mean something to XML and DOT.
func randomMap(seed uint64) Map {
	r := rand.New(rand.NewPCG(seed, 12))
	names := []string{"ask", `<b>"&'`, `back\slash "q"`, "很长的名字没有空格也要换行才放得下的", "a", "b", "see \x00 it", strings.Repeat("long ", 20), "x", "y", "z",
		"Donaudampfschifffahrtsgesellschaft", "WWW MMM", "q1", "q2", "q3", "q4", "rare"}
	names = names[:4+r.IntN(len(names)-4)]
	b := eventlog.NewBuilder()
	step := 1 + r.IntN(6)
	for i := range 20 + r.IntN(200) {
		k := b.Case(fmt.Sprint(i))
		b.CaseAttr(k, "end", eventlog.TextValue([]string{"won", "none", "open"}[r.IntN(3)]))
		at := 0
		for range r.IntN(15) {
			at = (at + r.IntN(step+2) - 1 + len(names)) % len(names)
			b.Event(k, names[at], int64(i)*1e9+r.Int64N(1e12))
		}
	}
	l, _ := b.Build()
	pick := func(end string) eventlog.Selection {
		return l.Select(eventlog.Filter{Where: []eventlog.Cond{{Attr: "end", Op: eventlog.In, Values: []eventlog.Value{eventlog.TextValue(end)}}}})
	}
	set := mining.MapSettings{Activities: 0.5 + r.Float64()/2, Steps: 0.3 + 0.7*r.Float64()}
	lang := []string{"en", "zh"}[seed%2]
	if seed%3 == 0 {
		return Of(mining.Draw(l, pick("won"), pick("none"), set), sayIn(lang, nil))
	}
	return Of(mining.Draw(l, l.All(), nil, set), sayIn(lang, nil))
}

// picture is a map with what is drawn of it.
type picture struct {
	Map
	shapes map[string]string // "large", "down"
}

var looked map[string]picture // made once: tests run one after another

// maps are all that the tests look at: the demo's and fifty random ones.
func maps(t *testing.T) map[string]picture {
	t.Helper()
	if looked != nil {
		return looked
	}
	all := demoMaps(t)
	for seed := range uint64(50) {
		all[fmt.Sprintf("random %d", seed)] = randomMap(seed)
	}
	all["nothing"] = Of(&mining.Map{}, sayIn("en", nil))
	looked = map[string]picture{}
	for name, m := range all {
		looked[name] = picture{m, map[string]string{"large": m.Large(), "down": m.Down()}}
	}
	return looked
}

// area is a rectangle of a picture with what stands in it.
type area struct {
	what, class    string
	x1, y1, x2, y2 float64
}

func (a area) covers(b area) bool { return a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2 }

func (a area) holds(b area) bool { return a.x1 <= b.x1 && b.x2 <= a.x2 && a.y1 <= b.y1 && b.y2 <= a.y2 }

func (a area) String() string {
	return fmt.Sprintf("%.40q at %.1f-%.1f, %.1f-%.1f", a.what, a.x1, a.x2, a.y1, a.y2)
}

// dot is a place that a way covers, with half its width.
type dot struct{ x, y, half float64 }

// read reads a picture back: texts in the sizes of the style sheet, boxes, and
// the places of ways.
func read(t *testing.T, svg, shape string) (whole area, texts, boxes []area, ways [][]dot) {
	t.Helper()
	size := map[string]float64{"fm-name": 13.5, "fm-n": 12, "fm-l": 12}
	if shape == "down" {
		size = map[string]float64{"fm-name": 14, "fm-n": 12.5, "fm-l": 12.5}
	}
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return whole, texts, boxes, ways
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
		el, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		at, num := map[string]string{}, map[string]float64{}
		for _, a := range el.Attr {
			at[a.Name.Local] = a.Value
			num[a.Name.Local], _ = strconv.ParseFloat(a.Value, 64)
		}
		class, _, _ := strings.Cut(at["class"], " ")
		switch {
		case el.Name.Local == "svg":
			whole = area{x2: num["width"], y2: num["height"]}
		case class == "fm-box":
			boxes = append(boxes, area{class: class, x1: num["x"], y1: num["y"], x2: num["x"] + num["width"], y2: num["y"] + num["height"]})
		case class == "fm-e" && !strings.Contains(at["class"], "fm-hollow"):
			ways = append(ways, follow(at["d"], num["stroke-width"]/2))
		case el.Name.Local == "text":
			var s string
			if err := d.DecodeElement(&s, &el); err != nil {
				t.Fatal(err)
			}
			z := size[class]
			if z == 0 {
				t.Fatalf("no size known of %q", at["class"])
			}
			w, x := pen.Width(s, z), num["x"]
			if at["text-anchor"] == "middle" {
				x -= w / 2
			}
			texts = append(texts, area{s, class, x, num["y"] - 0.78*z, x + w, num["y"] + 0.2*z})
		}
	}
}

var steps = regexp.MustCompile(`[MVC][^MVC]*`)

// follow walks along a way.
func follow(d string, half float64) (out []dot) {
	x, y := 0.0, 0.0
	for _, s := range steps.FindAllString(d, -1) {
		var n []float64
		for _, f := range strings.Fields(s[1:]) {
			v, _ := strconv.ParseFloat(f, 64)
			n = append(n, v)
		}
		ax, ay, bx, by, cx, cy := x, y, x, y, x, y
		switch s[0] {
		case 'M':
			x, y = n[0], n[1]
			continue
		case 'V':
			bx, by, cx, cy = x, n[0], x, n[0]
		case 'C':
			ax, ay, bx, by, cx, cy = n[0], n[1], n[2], n[3], n[4], n[5]
		}
		for k := range 41 {
			u := float64(k) / 40
			v := 1 - u
			out = append(out, dot{v*v*v*x + 3*v*v*u*ax + 3*v*u*u*bx + u*u*u*cx, v*v*v*y + 3*v*v*u*ay + 3*v*u*u*by + u*u*u*cy, half})
		}
		x, y = cx, cy
	}
	return out
}

// TestNoLabelIsCovered: over the demo and over random maps no two texts cover one
// another, no label lies on an activity, an activity's words lie within its box,
// no way runs through a label, activities lie apart, and nothing is cut off.
func TestNoLabelIsCovered(t *testing.T) {
	for name, m := range maps(t) {
		for shape, svg := range m.shapes {
			where := name + ", " + shape
			whole, texts, boxes, ways := read(t, svg, shape)
			if len(boxes) != len(m.Nodes) || len(texts) < 2*len(m.Nodes)+2 {
				t.Fatalf("%s: %d boxes and %d texts of %d activities", where, len(boxes), len(texts), len(m.Nodes))
			}
			for i, a := range texts {
				if !whole.holds(a) {
					t.Errorf("%s: %s is cut off by %s", where, a, whole)
				}
				for _, b := range texts[:i] {
					if a.covers(b) {
						t.Errorf("%s: %s and %s cover one another", where, a, b)
					}
				}
				for _, b := range boxes {
					if a.covers(b) && (a.class == "fm-l" || !b.holds(a)) {
						t.Errorf("%s: %s lies on the activity at %s", where, a, b)
					}
				}
				if a.class != "fm-l" {
					continue
				}
				for _, w := range ways {
					if k := slices.IndexFunc(w, func(d dot) bool {
						return d.x+d.half > a.x1 && d.x-d.half < a.x2 && d.y > a.y1 && d.y < a.y2
					}); k >= 0 {
						t.Errorf("%s: a way runs through %s at %.1f, %.1f", where, a, w[k].x, w[k].y)
						break
					}
				}
			}
			for i, a := range boxes {
				if !whole.holds(a) {
					t.Errorf("%s: an activity is cut off: %s", where, a)
				}
				for _, b := range boxes[:i] {
					if a.covers(b) {
						t.Errorf("%s: activities at %s and %s cover one another", where, a, b)
					}
				}
				for _, w := range ways { // a way that passes keeps clear of it
					for _, d := range w {
						if d.x > a.x1 && d.x < a.x2 && d.y > a.y1+1 && d.y < a.y2-1 {
							t.Errorf("%s: a way runs through the activity at %s", where, a)
							break
						}
					}
				}
			}
			for _, w := range ways {
				for _, d := range w {
					if d.x-d.half < -0.1 || d.x+d.half > whole.x2+0.1 {
						t.Fatalf("%s: a way is cut off at %.1f, %.1f", where, d.x, d.y)
					}
				}
			}
		}
	}
}

// TestTheNarrowPictureFitsAPhone: on the page it is as wide as a phone of 390
// pixels leaves room for; letters are not made smaller.
func TestTheNarrowPictureFitsAPhone(t *testing.T) {
	for name, m := range maps(t) {
		whole, _, boxes, _ := read(t, m.shapes["down"], "down")
		if whole.x2 > down.room {
			t.Errorf("%s is %.0f wide", name, whole.x2)
		}
		for i := 1; i < len(boxes); i++ {
			if boxes[i].y1 <= boxes[i-1].y2 {
				t.Errorf("%s: activity %d is not below the one before it", name, i)
			}
		}
	}
}

// TestOrderRunsDown: what comes later in the usual order never stands above what
// it follows, whichever way the step between them goes.
func TestOrderRunsDown(t *testing.T) {
	for name, m := range maps(t) {
		y := lay(&m.Map, &large)
		for _, w := range m.Ways {
			a, b := y.at(w.From), y.at(w.To)
			if a < b && y.spots[a].layer >= y.spots[b].layer {
				t.Errorf("%s: %d to %d goes from layer %d to %d", name, w.From, w.To, y.spots[a].layer, y.spots[b].layer)
			}
		}
	}
}

// TestTheMainWayIsStraightAndWide: the way most take runs down one line, and a
// way twice as many take is twice as wide.
func TestTheMainWayIsStraightAndWide(t *testing.T) {
	for name, m := range maps(t) {
		for _, s := range []*shape{&large, &down} {
			y := lay(&m.Map, s)
			at := math.NaN()
			for _, tr := range y.trails {
				if got, want := y.thick(tr.way), s.widest*m.Ways[tr.way].Share; math.Abs(got-max(want, 1.2)) > 1e-9 {
					t.Errorf("%s: a way of %.2f is %.1f wide", name, m.Ways[tr.way].Share, got)
				}
				if !y.main[tr.way] {
					continue
				}
				for _, i := range tr.spots {
					x := y.spots[i].x + y.spots[i].line
					if math.IsNaN(at) {
						at = x
					}
					if math.Abs(x-at) > 0.1 {
						t.Errorf("%s, %s: the main way bends from %.1f to %.1f", name, s.name, at, x)
					}
				}
			}
			if len(m.Nodes) > 0 && math.IsNaN(at) {
				t.Errorf("%s: there is no main way", name)
			}
		}
	}
}

// TestTheSameMapTheSamePicture: drawn again with its ways in another order a map
// gives the same picture to the byte.
func TestTheSameMapTheSamePicture(t *testing.T) {
	for seed := range uint64(12) {
		m := randomMap(seed)
		other := m
		other.Ways = slices.Clone(m.Ways)
		rand.New(rand.NewPCG(seed, 3)).Shuffle(len(other.Ways), func(i, k int) { other.Ways[i], other.Ways[k] = other.Ways[k], other.Ways[i] })
		if m.Large() != other.Large() || m.Down() != other.Down() {
			t.Errorf("random %d: two pictures of one map", seed)
		}
	}
}

// TestWhatANarrowPictureLeavesOut: ways go, rarest first, and it says how many;
// each activity keeps a way in and a way out.
func TestWhatANarrowPictureLeavesOut(t *testing.T) {
	some := false
	for name, m := range maps(t) {
		svg := m.shapes["down"]
		drawn := strings.Count(svg, `class="fm-t"`) + strings.Count(svg, `class="fm-t `)
		loops := 0
		for _, w := range m.Ways {
			if w.From == w.To {
				loops++
			}
		}
		left := len(m.Ways) - loops - drawn
		if strings.HasPrefix(name, "demo page") && left > 0 {
			t.Errorf("%s: the picture of the page leaves %d ways out", name, left)
		}
		if left > 0 {
			some = true
			if !strings.Contains(svg, ">"+m.Left(left)+"<") {
				t.Errorf("%s: %d are left out and nothing says so", name, left)
			}
		}
	}
	if !some {
		t.Error("no map leaves anything out: nothing was tried")
	}
	m := Map{Ways: []Way{{From: Start, To: 0, Share: 1}, {From: 0, To: 1, Share: 0.4, Words: "x"}, {From: 0, To: End, Share: 0.6},
		{From: 1, To: End, Share: 0.4}, {From: 1, To: 0, Share: 0.1}}}
	main := map[int]bool{0: true, 2: true}
	var got []string
	for m.narrow(main, true, 1) {
		words := ""
		for _, w := range m.Ways {
			words += fmt.Sprint(w.From, ">", w.To, w.Words, " ")
		}
		got = append(got, words)
		main = map[int]bool{}
		for i, w := range m.Ways {
			main[i] = w.From == Start || w.From == 0 && w.To == End
		}
	}
	want := []string{"-1>0 0>1x 0>-2 1>-2 ", "-1>0 0>1 0>-2 1>-2 ", "-1>0 0>1 0>-2 ", "-1>0 0>-2 "}
	if !slices.Equal(got, want) {
		t.Errorf("narrower and narrower: %q", got)
	}
}

// TestDOT: every name is quoted, whatever it is.
func TestDOT(t *testing.T) {
	for seed := range uint64(30) {
		m := randomMap(seed)
		if dot := m.DOT(); strings.Count(dot, `"`)%2 != strings.Count(dot, `\"`)%2 {
			t.Errorf("random %d: a quote is open in\n%s", seed, dot)
		}
	}
}

// TestGolden holds the pictures to the files that somebody has looked at.
func TestGolden(t *testing.T) {
	m := Map{
		ID: "g", Title: "Process map", Desc: "Six activities", Start: "start", End: "end", Alone: true,
		Left: func(n int) string { return fmt.Sprint(n, " rarer ways are left out") },
		Nodes: []Node{
			{Name: "Request received", Note: "120"}, {Name: "Need agreed by their users and by those who pay", Note: "90", Kind: Less},
			{Name: "方案已比较", Note: "70"}, {Name: "Order", Note: "60", Kind: More}, {Name: "No decision", Note: "40", Kind: Less},
		},
		Ways: []Way{
			{From: Start, To: 0, Share: 1, Words: "120"}, {From: 0, To: 1, Share: 0.75, Words: "90 · 4 d", Href: "/a"},
			{From: 1, To: 1, Share: 0.1, Words: "12 · 2 d"}, {From: 1, To: 2, Share: 0.55, Words: "66 · 9 d"}, {From: 2, To: 1, Share: 0.05, Words: "6 · 3 d"},
			{From: 0, To: 3, Share: 0.2, Words: "24 · 1 d", Kind: More}, {From: 2, To: 3, Share: 0.3, Words: "36 · 7 d"},
			{From: 1, To: 4, Share: 0.2, Words: "24 · 60 d", Kind: Less}, {From: 2, To: 4, Share: 0.13, Words: "16 · 40 d", Kind: Less},
			{From: 3, To: End, Share: 0.5, Words: "60"}, {From: 4, To: End, Share: 0.33, Words: "40", Kind: Less},
		},
	}
	for name, got := range map[string]string{"large.svg": m.Large(), "down.svg": m.Down(), "map.dot": m.DOT()} {
		file := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(file, []byte(got+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil || string(want) != got+"\n" {
			t.Errorf("%s is another picture now (%v): look at it, and write it anew with -update", name, err)
		}
	}
}

// TestRealLogs draws logs of other people, where they are on this machine.
func TestRealLogs(t *testing.T) {
	for _, file := range []string{"bpic2020_DomesticDeclarations.xes.gz", "bpic2020_InternationalDeclarations.xes.gz", "receipt.xes.gz", "running-example.xes"} {
		path := filepath.Join("../../../../shared/data/logs", file)
		if _, err := os.Stat(path); err != nil {
			t.Skip("the logs are not here")
		}
		l, _, err := logfile.Open(context.Background(), path, logfile.Options{})
		if err != nil {
			t.Fatal(err)
		}
		m := Of(mining.Draw(l, l.All(), nil, mining.MapSettings{}), sayIn("en", nil))
		for shape, svg := range map[string]string{"large": m.Large(), "down": m.Down()} {
			_, texts, _, _ := read(t, svg, shape)
			for i, a := range texts {
				for _, b := range texts[:i] {
					if a.covers(b) {
						t.Errorf("%s, %s: %s and %s cover one another", file, shape, a, b)
					}
				}
			}
		}
	}
}

// FuzzNames: no name breaks a picture.
func FuzzNames(f *testing.F) {
	for _, s := range []string{"Align", "<svg onload=x>", "\x00\xff", "共识", strings.Repeat("w", 300), "&#x41;", "محمد", "🙂 e\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := Map{ID: "i", Title: s, Desc: s, Start: s, End: s, Nodes: []Node{{Name: s, Note: s, Title: s}},
			Ways: []Way{{From: Start, To: 0, Share: 1, Words: s, Title: s, Href: "#" + s}, {From: 0, To: 0, Share: 0.5, Words: s}, {From: 0, To: End, Share: 1}}}
		for shape, svg := range map[string]string{"large": m.Large(), "down": m.Down()} {
			read(t, svg, shape)
		}
	})
}
