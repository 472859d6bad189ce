package timeline

import (
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/surface/pen"
)

// area is a rectangle of a picture with what stands in it.
type area struct {
	what           string
	x1, y1, x2, y2 float64
}

func (a area) covers(b area) bool { return a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2 }

func (a area) String() string {
	return fmt.Sprintf("%.40q at %.0f-%.0f, %.0f-%.0f", a.what, a.x1, a.x2, a.y1, a.y2)
}

// areas reads a picture back: where its texts stand, in the sizes of the style
// sheet, and where the lines of today and of the day that matters run.
func areas(t *testing.T, svg, shape string) (texts, lines []area) {
	t.Helper()
	name := 13.5
	if shape == "down" {
		name = 14.5
	}
	size := map[string]float64{"tl-name": name, "tl-tick": 12, "tl-key": 12, "tl-say": 12.5, "tl-today-name": 13, "tl-goal-name": 13}
	var d struct {
		Texts []svgText `xml:"text"`
		Lines []svgLine `xml:"line"`
		Links []struct {
			Texts []svgText `xml:"text"`
			Lines []svgLine `xml:"line"`
		} `xml:"a"`
	}
	if err := xml.Unmarshal([]byte(svg), &d); err != nil {
		t.Fatal(err)
	}
	for _, l := range d.Links {
		d.Texts, d.Lines = append(d.Texts, l.Texts...), append(d.Lines, l.Lines...)
	}
	for _, x := range d.Texts {
		class := strings.Fields(x.Class)
		s := size[class[0]]
		if s == 0 {
			t.Fatalf("no size known of %q", x.Class)
		}
		w := pen.Width(x.Text, s)
		if class[0] == "tl-goal-name" || len(class) > 1 && class[1] == "tl-say-late" {
			w *= bold
		}
		switch x.Anchor {
		case "middle":
			x.X -= w / 2
		case "end":
			x.X -= w
		}
		texts = append(texts, area{x.Text, x.X, x.Y - 0.8*s, x.X + w, x.Y + 0.22*s})
	}
	for _, l := range d.Lines {
		if l.Class == "tl-today" || l.Class == "tl-goal" {
			lines = append(lines, area{l.Class, l.X1, l.Y1, l.X2 + 0.1, l.Y2})
		}
	}
	return texts, lines
}

type svgText struct {
	Class  string  `xml:"class,attr"`
	X      float64 `xml:"x,attr"`
	Y      float64 `xml:"y,attr"`
	Anchor string  `xml:"text-anchor,attr"`
	Text   string  `xml:",chardata"`
}

type svgLine struct {
	Class string  `xml:"class,attr"`
	X1    float64 `xml:"x1,attr"`
	Y1    float64 `xml:"y1,attr"`
	X2    float64 `xml:"x2,attr"`
	Y2    float64 `xml:"y2,attr"`
}

// crowded is a track whose days may fall anywhere, with the words of a page.
func crowded(r *rand.Rand) Timeline {
	lang := []string{"en", "zh"}[r.IntN(2)]
	tl := sample(lang, r.IntN(2) == 0)
	reach := 1 + r.IntN(600)
	near := func() throughline.Day { return tl.Today.Add(r.IntN(2*reach) - reach) }
	tl.Goal, tl.GoalName = near(), map[string]string{"en": "people ready by 28 September 2027", "zh": "2027年12月28日前人员就绪"}[lang]
	switch r.IntN(6) {
	case 0:
		tl.Goal = throughline.Day{}
	case 1:
		tl.Goal = tl.Today.Add(r.IntN(9) - 4)
	}
	for i := range tl.Steps {
		s := &tl.Steps[i]
		s.State = []throughline.StepState{throughline.StepNotBegun, throughline.StepBegun, throughline.StepDone, throughline.StepNotNeeded}[r.IntN(4)]
		s.Began, s.Done, s.Due, s.From, s.Until = near(), near(), near(), near(), near()
		s.Late = r.IntN(3) == 0
		if r.IntN(4) == 0 {
			s.Name = []string{"Conseil d'administration et comité d'entreprise", "Sustainability, sanctions and insurance", "可持续发展、制裁与保险等各项审查以及备案"}[r.IntN(3)]
		}
		if r.IntN(3) == 0 {
			s.Say = map[string]string{"en": "begin by 28 September 2027", "zh": "2027年12月28日前开始"}[lang]
		}
	}
	tl.Ticks = nil
	from, to := tl.Span()
	for _, d := range Firsts(from, to) {
		tl.Ticks = append(tl.Ticks, Tick{d, d.Civil().Format(map[string]string{"en": "2 January 2006", "zh": "2006年1月2日"}[lang])})
	}
	return tl
}

// TestNoWordIsCovered: wherever the days fall, no two texts of a picture cover
// one another, none is cut off by its edge, and neither the line of today nor
// that of the day that matters runs through one.
func TestNoWordIsCovered(t *testing.T) {
	for seed := range uint64(600) {
		r := rand.New(rand.NewPCG(seed, 11))
		tl := crowded(r)
		if seed%5 == 0 {
			tl = anyTimeline(r)
		}
		for shape, svg := range map[string]string{"large": tl.Large(), "down": tl.Down()} {
			wide := map[string]float64{"large": largeW, "down": downW}[shape]
			texts, lines := areas(t, svg, shape)
			if seed%5 != 0 && (len(texts) < 2*len(tl.Steps)+1 || len(lines) == 0) {
				t.Fatalf("%s, seed %d: only %d texts and %d lines read", shape, seed, len(texts), len(lines))
			}
			for i, a := range texts {
				if a.x1 < 0 || a.x2 > wide || a.y1 < 0 {
					t.Fatalf("%s, seed %d: %s is cut off", shape, seed, a)
				}
				for _, b := range append(texts[:i:i], lines...) {
					if a.covers(b) {
						t.Fatalf("%s, seed %d: %s and %s cover one another", shape, seed, a, b)
					}
				}
			}
		}
	}
}

// TestBothNamesAreTold: today and the day that matters keep their names however
// near they are to one another.
func TestBothNamesAreTold(t *testing.T) {
	for ahead := -60; ahead <= 60; ahead++ {
		tl := sample("en", false)
		tl.Goal = tl.Today.Add(ahead)
		for shape, svg := range map[string]string{"large": tl.Large(), "down": tl.Down()} {
			if !strings.Contains(svg, ">"+tl.TodayName+"<") || !strings.Contains(svg, ">"+tl.GoalName+"<") {
				t.Fatalf("%s, %d days ahead: a name is missing", shape, ahead)
			}
		}
	}
}
