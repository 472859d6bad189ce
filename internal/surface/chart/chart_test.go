package chart_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/surface/chart"
	"github.com/throughline/throughline/internal/surface/pen"
)

var update = flag.Bool("update", false, "write the golden pictures anew")

var nan, inf = math.NaN(), math.Inf(1)

// pictures are every kind of chart, with nothing, with one, with what goes on
// past its scale, and with words in both languages.
func pictures() map[string]string {
	out := map[string]string{
		"ends":           chart.Ends("a & b", []chart.Part{{"won", 0.2}, {"rival", 0.15}, {"stay", 0.05}, {"none", 0.4}, {"open", 0.2}}, true),
		"ends nothing":   chart.Ends("nothing", nil, false),
		"ends one":       chart.Ends("all", []chart.Part{{"won", 1}}, false),
		"ends too much":  chart.Ends("more than all", []chart.Part{{"won", 0.8}, {"none", nan}, {"rival", 0.7}, {"open", -1}}, false),
		"hatch":          chart.Hatch(),
		"key":            chart.Key("none"),
		"range":          chart.Range(chart.Marks{Low: 2, Middle: 3, High: 7, Came: 9}, 10),
		"range nothing":  chart.Range(chart.Marks{Low: nan, Middle: nan, High: nan, Came: nan}, 0),
		"range one":      chart.Range(chart.Marks{Low: 5, Middle: 5, High: 5, Came: nan}, 5),
		"range open":     chart.Range(chart.Marks{Low: 4, Middle: nan, High: inf, Came: 0}, 10),
		"range past":     chart.Range(chart.Marks{Low: 12, Middle: 14, High: 20, Came: 30}, 10),
		"land call":      chart.Land{Kind: chart.LandCall, Won: 300, High: 700, Target: 900}.SVG(1000),
		"land model":     chart.Land{Kind: chart.LandModel, Won: 300, Low: 400, Middle: 500, High: 800, Target: 900}.SVG(1000),
		"land nothing":   chart.Land{Kind: chart.LandTarget}.SVG(0),
		"land won":       chart.Land{Kind: chart.LandWon, Won: 1000}.SVG(1000),
		"land past":      chart.Land{Kind: chart.LandModel, Won: 2000, Low: 2500, Middle: 2600, High: 3000, Target: 4000}.SVG(1000),
		"step more":      chart.Step(100, 300, 0, 400),
		"step less":      chart.Step(300, 100, 0, 400),
		"step none":      chart.Step(0, 0, 0, 0),
		"step last":      chart.Step(400, 400, 0, 400),
		"sum":            chart.Sum(300, 0, 400),
		"length":         chart.Length(0.333, "length-won"),
		"length nothing": chart.Length(nan, "length-none"),
		"length all":     chart.Length(7, "length-none"),
		"portion":        chart.Portion(0.25),
		"stance":         chart.Stance([]bool{false, false, true, false, true}),
		"stance nothing": chart.Stance(nil),
		"dial":           chart.Weight{Share: 0.72, Most: 1.25}.Dial("72 of 100"),
		"dial over":      chart.Weight{Share: 1.8, Most: 2.07}.Dial("too much"),
		"dial far over":  chart.Weight{Share: 60, Most: 69}.Dial("far too much"),
		"weight":         chart.Weight{Share: 0, Most: 1.25}.Bar(),
		"weight past":    chart.Weight{Share: 9, Most: 2}.Bar(),
		"dry":            chart.Dry(0.4, true),
		"dry all":        chart.Dry(1, false),
		"forest key":     chart.ForestKey("won"),
		"forest key 2":   chart.ForestKey("no_decision"),
		"columns": chart.Columns([]chart.Series{{Shade: "shade-0", Values: []float64{0.2, nan, 0.5, 0}},
			{Shade: "shade-1", Values: []float64{0.3, 0.1, 0.5, 0}}, {Shade: "shade-2", Values: []float64{0.1}}}, 1),
		"columns nothing": chart.Columns(nil, 0),
		"columns one":     chart.Columns([]chart.Series{{Shade: "days", Values: []float64{40}}}, 40),
		"columns past":    chart.Columns([]chart.Series{{Shade: "won", Values: []float64{0.8, inf}}, {Shade: "days", Values: []float64{0.8, 3}}}, 1),
		"column key":      chart.ColumnKey("shade-5"),
		"difference":      chart.Difference(chart.Interval{Low: -2, Mean: 3, High: 8}, 60, 0.2),
		"difference no":   chart.Difference(chart.Interval{}, 0, 0),
		"difference 0":    chart.Difference(chart.Interval{}, 60, 0.2),
		"difference past": chart.Difference(chart.Interval{Low: -80, Mean: 70, High: inf}, 60, 0.2),
		"beside":          chart.Beside(40, 60, 50, false),
		"beside off":      chart.Beside(40, 60, 90, true),
		"beside nothing":  chart.Beside(0, 0, 0, false),
		"fan nothing":     chart.Fan{Title: "t"}.SVG(),
		"fan one":         chart.Fan{Title: "t", Points: []chart.Shares{{Won: 0.3, Lost: 0.2, NoDecision: 0.4, Open: 0.1}}}.SVG(),
		"fan": chart.Fan{Title: `<b> & "c"`, Desc: "in words", Marks: []float64{0.5, 1.2}, Points: []chart.Shares{{Won: 0.1, Open: 0.9}, {Won: 0.3, Lost: 0.1, Open: 0.6},
			{Won: 0.5, Lost: 0.3, NoDecision: 0.4, Open: nan}}}.SVG(),
	}
	for _, lang := range phrase.Languages() {
		p := phrase.For(lang)
		scale := p.Say("learning.scale")
		out["forest "+lang] = chart.Forest([]chart.Effect{{"won", 2.1, 1.2, 3.4}, {"no_decision", 0.5, 0.3, 0.9}, {"lost", 2, 1, 3}}, scale)
		out["forest nothing "+lang] = chart.Forest(nil, scale)
		out["forest open "+lang] = chart.Forest([]chart.Effect{{"won", 11, 0, inf}, {"no_decision", 0.02, 0.001, 30}}, scale)
		c := chart.Calibration{Title: p.Say("forecast.calibration"), Desc: "d", Said: p.Say("forecast.said_axis"), Came: p.Say("forecast.came_axis")}
		out["calibration nothing "+lang] = c.SVG()
		c.Curves = []chart.Curve{{"won", []chart.Band{{0.1, 0.12, 0.05, 0.2}, {0.9, 1, 0.8, 1.3}}}, {"lost", []chart.Band{{0, 0, nan, nan}, {1, 1, 1, 1}}},
			{"no_decision", []chart.Band{{nan, 0, 0, 0}, {0.5, 0.3, -0.2, 0.6}}}}
		out["calibration "+lang] = c.SVG()
		c.Said, c.Came = strings.Repeat(c.Said+" ", 9), strings.Repeat(c.Came+" ", 9)
		out["calibration wordy "+lang] = c.SVG()
	}
	for _, end := range []string{"won", "lost", "no_decision"} {
		out["calibration key "+end] = chart.CalibrationKey(end)
	}
	return out
}

// TestThePicturesAreTheGoldenOnes: each is what was looked at; -update writes
// them anew, to be looked at.
func TestThePicturesAreTheGoldenOnes(t *testing.T) {
	all := pictures()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		path := filepath.Join("testdata", strings.ReplaceAll(name, " ", "-")+".svg")
		if *update {
			if err := os.WriteFile(path, []byte(all[name]), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(want) != all[name] {
			t.Errorf("%s is drawn otherwise than in %s:\n%s", name, path, all[name])
		}
	}
	if files, err := filepath.Glob("testdata/*.svg"); err != nil || len(files) != len(all) {
		t.Errorf("%d pictures, %d files: one is no longer drawn", len(all), len(files))
	}
}

// area is a rectangle of a picture, and what is in it.
type area struct {
	what           string
	x1, y1, x2, y2 float64
}

func (a area) covers(b area) bool { return a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2 }

// read reads a picture back: its frame, what is drawn, and the texts. What is
// drawn in per cent is drawn on a frame of 600.
func read(t *testing.T, svg string) (frame area, shapes, texts []area) {
	t.Helper()
	const wide = 600
	d := xml.NewDecoder(strings.NewReader(svg))
	outside := 0 // within definitions nothing is drawn
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return frame, shapes, texts
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
		if end, ok := tok.(xml.EndElement); ok && end.Name.Local == "defs" {
			outside--
		}
		el, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		at := map[string]string{}
		num := func(name string) float64 {
			s, per := strings.CutSuffix(at[name], "%")
			v, _ := strconv.ParseFloat(s, 64)
			if per {
				v *= wide / 100
			}
			return v
		}
		for _, a := range el.Attr {
			at[a.Name.Local] = a.Value
		}
		if el.Name.Local == "defs" {
			outside++
		}
		if outside > 0 {
			continue
		}
		add := func(x1, y1, x2, y2 float64) {
			shapes = append(shapes, area{at["class"], min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)})
		}
		switch el.Name.Local {
		case "svg":
			frame = area{x2: num("width"), y2: num("height")}
			if box := strings.Fields(at["viewBox"]); len(box) == 4 {
				frame.x2, _ = strconv.ParseFloat(box[2], 64)
				frame.y2, _ = strconv.ParseFloat(box[3], 64)
			}
		case "rect":
			add(num("x"), num("y"), num("x")+num("width"), num("y")+num("height"))
		case "line":
			add(num("x1"), num("y1"), num("x2"), num("y2"))
		case "circle":
			add(num("cx")-num("r"), num("cy")-num("r"), num("cx")+num("r"), num("cy")+num("r"))
		case "polygon":
			for _, p := range strings.Fields(at["points"]) {
				x, y, _ := strings.Cut(p, ",")
				at["x"], at["y"] = x, y
				add(num("x"), num("y"), num("x"), num("y"))
			}
		case "path":
			var x, y float64
			for _, m := range regexp.MustCompile(`([Ml])(-?[\d.]+) (-?[\d.]+)`).FindAllStringSubmatch(at["d"], -1) {
				dx, _ := strconv.ParseFloat(m[2], 64)
				dy, _ := strconv.ParseFloat(m[3], 64)
				if m[1] == "M" {
					x, y = 0, 0
				}
				x, y = x+dx, y+dy
				add(x, y, x, y)
			}
		case "text":
			var s string
			if err := d.DecodeElement(&s, &el); err != nil {
				t.Fatal(err)
			}
			size := map[string]float64{"cal-text": 12, "wb-text": 12.5}[at["class"]]
			w, x, y := pen.Width(s, size), num("x"), num("y")
			left := map[string]float64{"middle": -w / 2, "end": -w}[at["text-anchor"]]
			a := area{s, x + left, y - 0.8*size, x + left + w, y + 0.2*size}
			if at["transform"] != "" { // turned about its own place
				a = area{s, x - 0.8*size, y - w/2, x + 0.2*size, y + w/2}
			}
			texts = append(texts, a)
		}
	}
}

// TestNothingLeavesItsFrameAndNoTextIsCovered reads every picture back: it is
// well-formed, what is drawn stays in the frame, texts stand beside each other
// and on no mark or bar, and no number is missing.
func TestNothingLeavesItsFrameAndNoTextIsCovered(t *testing.T) {
	drawn, written := 0, 0
	for name, svg := range pictures() {
		if svg == "" {
			continue
		}
		if regexp.MustCompile(`NaN|Inf|%!`).MatchString(svg) {
			t.Errorf("%s: a number is missing: %s", name, svg)
		}
		frame, shapes, texts := read(t, svg)
		out := func(a area) bool {
			return a.x1 < frame.x1-0.05 || a.y1 < frame.y1-0.05 || a.x2 > frame.x2+0.05 || a.y2 > frame.y2+0.05
		}
		for _, s := range shapes {
			if drawn++; out(s) {
				t.Errorf("%s: %+v leaves the frame %+v", name, s, frame)
			}
		}
		for i, x := range texts {
			if written++; out(x) {
				t.Errorf("%s: %+v leaves the frame %+v", name, x, frame)
			}
			for _, y := range texts[i+1:] {
				if x.covers(y) {
					t.Errorf("%s: %+v lies on %+v", name, x, y)
				}
			}
			for _, s := range shapes {
				if x.covers(s) {
					t.Errorf("%s: %+v lies on %+v", name, x, s)
				}
			}
		}
	}
	if drawn < 200 || written < 40 {
		t.Errorf("only %d shapes and %d texts were looked at", drawn, written)
	}
}

// TestEveryClassHasARule: a shape whose class the style sheet does not know
// would be black; a rule for a class that is never drawn is left over.
func TestEveryClassHasARule(t *testing.T) {
	ruled, drawn := map[string]bool{}, map[string]bool{}
	for _, m := range regexp.MustCompile(`\.([a-z][a-z0-9_-]*) \{`).FindAllStringSubmatch(chart.CSS+chart.Further, -1) {
		ruled[m[1]] = true
	}
	all := pictures()
	for _, k := range []string{"won", "rival", "stay", "none", "open"} {
		all["key "+k] = chart.Key(k)
	}
	for i := range 6 {
		all["column key "+fmt.Sprint(i)] = chart.ColumnKey(fmt.Sprint("shade-", i))
	}
	for _, svg := range all {
		for _, m := range regexp.MustCompile(`class="([^"]*)"`).FindAllStringSubmatch(svg, -1) {
			for _, class := range strings.Fields(m[1]) {
				drawn[class] = true
			}
		}
	}
	for class := range drawn {
		if !ruled[class] && class != "unseen" { // that one is of the page
			t.Errorf("nothing says how %s looks", class)
		}
	}
	for class := range ruled {
		if !drawn[class] {
			t.Errorf("%s is never drawn", class)
		}
	}
}

// TestPartsFillTheBar: whatever the shares are, they follow one another, and
// what comes to a whole ends at the end.
func TestPartsFillTheBar(t *testing.T) {
	for n := 1; n < 12; n++ {
		var parts []chart.Part
		for range n {
			parts = append(parts, chart.Part{Kind: "won", Share: 1 / float64(n)})
		}
		_, shapes, _ := read(t, chart.Ends("x", parts, false))
		for i := 1; i < n; i++ {
			if gap := shapes[i].x1 - shapes[i-1].x2; gap < 2.8 || gap > 3.2 {
				t.Errorf("of %d, between %d and %d are %.1f", n, i-1, i, gap)
			}
		}
		if end := shapes[n-1].x2; math.Abs(end-997) > 0.2 {
			t.Errorf("%d parts end at %.1f of 1000", n, end)
		}
	}
}
