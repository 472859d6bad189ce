package timeline

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/surface/pen"
)

var words = []string{"Checks", "各项审查", "فحوصات", `<b>"&'`, "", "Donaudampfschifffahrtsgesellschaftskapitän", strings.Repeat("x", 5000)}

// anyTimeline makes a timeline with whatever can stand on one.
func anyTimeline(r *rand.Rand) Timeline {
	today := on("2026-03-01")
	day := func() throughline.Day {
		switch r.IntN(4) {
		case 0:
			return throughline.Day{}
		case 1:
			return today.Add(r.IntN(4000) - 2000)
		}
		return today.Add(r.IntN(200) - 100)
	}
	word := words[r.IntN(len(words))]
	t := Timeline{ID: "t", Title: word, Desc: word, Today: today, TodayName: "today", Goal: day(), GoalName: word, Typical: word, Legend: Legend{"a", "b", "c", "d", "e", word}}
	for i := range r.IntN(9) {
		t.Steps = append(t.Steps, Step{Name: words[r.IntN(len(words))], Label: word, Say: words[r.IntN(len(words))], Href: "#k", Late: r.IntN(4) == 0,
			State: []throughline.StepState{throughline.StepNotBegun, throughline.StepBegun, throughline.StepDone, throughline.StepNotNeeded}[r.IntN(4)],
			Began: day(), Done: day(), Due: day(), From: day(), Until: day(), Best: r.IntN(20), Mid: r.IntN(40), Worst: r.IntN(400), After: []int{i - 1, r.IntN(12) - 2}})
	}
	from, to := t.Span()
	for _, d := range Firsts(from, to) {
		t.Ticks = append(t.Ticks, Tick{d, word})
	}
	return t
}

func whole(t *testing.T, svg string) map[string]int {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	count := map[string]int{}
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return count
		}
		if err != nil {
			t.Fatalf("%v in a picture of %d characters", err, len(svg))
		}
		if e, ok := tok.(xml.StartElement); ok {
			count[e.Name.Local]++
			for _, a := range e.Attr {
				if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") || a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") {
					t.Fatalf("%s=%q", a.Name.Local, a.Value)
				}
			}
		}
	}
}

var drawn = regexp.MustCompile(`<rect class="([^"]*)" x="([0-9.-]+)" y="[0-9.-]+" width="([0-9.-]+)"`)

// TestEveryTimelineIsAPicture: well formed, titled, every step a link, no bar
// outside of the calendar.
func TestEveryTimelineIsAPicture(t *testing.T) {
	for seed := range uint64(300) {
		tl := anyTimeline(rand.New(rand.NewPCG(seed, 3)))
		for name, svg := range map[string]string{"large": tl.Large(), "down": tl.Down()} {
			count := whole(t, svg)
			if count["svg"] != 1 || count["title"] == 0 || count["a"] != len(tl.Steps) {
				t.Fatalf("%s, seed %d: %v, %d steps", name, seed, count, len(tl.Steps))
			}
			wide := map[string]float64{"large": largeW, "down": downW}[name]
			for _, g := range drawn.FindAllStringSubmatch(svg, -1) {
				x, _ := strconv.ParseFloat(g[2], 64)
				w, _ := strconv.ParseFloat(g[3], 64)
				if x < 0 || x+w > wide+0.1 {
					t.Fatalf("%s, seed %d: %s from %v to %v", name, seed, g[1], x, x+w)
				}
			}
		}
	}
}

var named = regexp.MustCompile(`<text class="tl-(tick|today-name|goal-name)" x="([0-9.-]+)" y="([0-9.-]+)" text-anchor="(\w+)">([^<]*)<`)

// TestNamesOverTheCalendarStandApart: wherever today and the day that matters
// fall, their names and those of the months do not cover one another.
func TestNamesOverTheCalendarStandApart(t *testing.T) {
	type box struct {
		s         string
		x1, x2, y float64
	}
	for ahead := -200; ahead < 400; ahead += 3 {
		for _, lang := range []string{"en", "zh"} {
			tl := sample(lang, false)
			tl.Goal = tl.Today.Add(ahead)
			if ahead%2 == 0 { // the day that matters ends the calendar
				tl.Steps = tl.Steps[:1]
			}
			tl.Ticks = nil
			from, to := tl.Span()
			for _, d := range Firsts(from, to) {
				tl.Ticks = append(tl.Ticks, Tick{d, d.Civil().Format("January 2006")})
			}
			var boxes []box
			for _, g := range named.FindAllStringSubmatch(tl.Large(), -1) {
				x, _ := strconv.ParseFloat(g[2], 64)
				y, _ := strconv.ParseFloat(g[3], 64)
				w := pen.Width(g[5], map[string]float64{"tick": 12, "today-name": 13, "goal-name": 13}[g[1]])
				switch g[4] {
				case "middle":
					x -= w / 2
				case "end":
					x -= w
				}
				boxes = append(boxes, box{g[5], x, x + w, y})
			}
			if len(boxes) < 3 {
				t.Fatalf("only %d names", len(boxes))
			}
			for i, a := range boxes {
				if a.x1 < 0 || a.x2 > largeW || a.y < 13 {
					t.Fatalf("%d days ahead: %q from %v to %v", ahead, a.s, a.x1, a.x2)
				}
				for _, b := range boxes[:i] {
					if a.y == b.y && a.x1 < b.x2 && b.x1 < a.x2 {
						t.Fatalf("%d days ahead: %q and %q cover one another", ahead, a.s, b.s)
					}
				}
			}
		}
	}
}

// TestTheCalendarIsBounded: a day mistyped by a century does not flatten the rest.
func TestTheCalendarIsBounded(t *testing.T) {
	tl := sample("en", false)
	tl.Steps[3].From = on("1926-01-01")
	tl.Steps[4].Until = on("2126-01-01")
	from, to := tl.Span()
	if days := to.Sub(from); days > 2*most*2 || from.Sub(on("2023-01-01")) < 0 {
		t.Errorf("from %s to %s", from, to)
	}
	if n := len(Firsts(from, to)); n > 60 {
		t.Errorf("%d names on the calendar", n)
	}
	if from, to := (Timeline{}).Span(); !from.IsZero() || !to.IsZero() {
		t.Errorf("an empty timeline spans %s to %s", from, to)
	}
}

// TestFirsts: Mondays where there are few days, months, then quarters.
func TestFirsts(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"2026-02-10", "2026-03-01", "02-16 02-23"},
		{"2026-02-10", "2026-06-20", "03-01 04-01 05-01 06-01"},
		{"2025-02-10", "2026-09-20", "04-01 07-01 10-01 01-01 04-01 07-01"},
		{"", "2026-09-20", ""},
	} {
		var got []string
		for _, d := range Firsts(on(c.from), on(c.to)) {
			got = append(got, d.String()[5:])
		}
		if g := strings.Join(got, " "); g != c.want {
			t.Errorf("%s to %s: %s, want %s", c.from, c.to, g, c.want)
		}
	}
}

// TestStatesDifferInShape: with the colours taken away no two states look
// alike, neither in their bead nor in their bar, and what is late has a mark of
// its own.
func TestStatesDifferInShape(t *testing.T) {
	one := func(state throughline.StepState, late bool) string {
		tl := Timeline{ID: "t", Today: on("2026-03-01"), Steps: []Step{{Name: "x", State: state, Late: late, Began: on("2026-02-01"), Done: on("2026-02-20"), Due: on("2026-02-25"),
			From: on("2026-02-01"), Until: on("2026-02-20"), Mid: 40, Best: 10, Worst: 60}}}
		return regexp.MustCompile(`class="[^"]*"`).ReplaceAllString(tl.Large(), "")
	}
	seen := map[string]string{}
	for _, s := range []throughline.StepState{throughline.StepNotBegun, throughline.StepBegun, throughline.StepDone, throughline.StepNotNeeded} {
		for _, late := range []bool{false, true} {
			if late && (s == throughline.StepDone || s == throughline.StepNotNeeded) {
				continue
			}
			svg, name := one(s, late), fmt.Sprintf("%s, late %v", s, late)
			if other, ok := seen[svg]; ok {
				t.Errorf("%s looks like %s", name, other)
			}
			seen[svg] = name
		}
	}
	if !strings.Contains(sample("en", true).Large(), "tl-warn") || strings.Contains(strings.Split(sample("en", false).Large(), `class="tl-key"`)[0], "tl-warn") {
		t.Error("the mark of what is late stands where it should not, or does not where it should")
	}
}

// FuzzTimeline: no text breaks the picture.
func FuzzTimeline(f *testing.F) {
	for _, s := range words[:5] {
		f.Add(s, uint64(1))
	}
	f.Fuzz(func(t *testing.T, s string, seed uint64) {
		tl := anyTimeline(rand.New(rand.NewPCG(seed, 3)))
		tl.Title, tl.GoalName, tl.TodayName, tl.Typical = s, s, s, s
		tl.Steps = append(tl.Steps, Step{Name: s, Label: s, Say: s, Href: s, From: tl.Today, Until: tl.Today.Add(9)})
		whole(t, tl.Large())
		whole(t, tl.Down())
	})
}
