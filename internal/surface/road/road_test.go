package road

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

var states = []throughline.PhaseState{throughline.Untouched, throughline.Open, throughline.Answered, throughline.Reopened, throughline.NotNeeded}

// any makes a road with whatever can stand on one.
func anyRoad(r *rand.Rand, word string) Road {
	out := Road{ID: "r", Title: word, Theirs: "Their road", Ours: "Our road map", Purchase: "the purchase is only this part", Contracting: "K", Change: "C",
		Here: "they are here", Stage: word, Frontier: throughline.Phase(r.IntN(10)), Position: throughline.Phase(r.IntN(10)),
		Distance: []Distance{Untold, Ahead, Behind, Level, Over}[r.IntN(5)], Gap: "we are three questions ahead of them " + word}
	if out.Distance == Over {
		out.Frontier, out.Position = throughline.NoPhase, throughline.NoPhase
	}
	for i := range throughline.PhaseCount {
		out.Phases = append(out.Phases, Phase{Name: word, Label: word, State: states[r.IntN(len(states))], Shown: r.IntN(5) > 0, Aged: r.IntN(4) == 0, Href: fmt.Sprintf("#p%d", i+1)})
	}
	for i := range r.IntN(14) {
		out.Milestones = append(out.Milestones, Milestone{Name: word + " by users of it", Label: word, Serves: throughline.Phase(r.IntN(10)), Met: r.IntN(2) == 0,
			NotNeeded: r.IntN(5) == 0, Current: i == 2, Href: "#m"})
	}
	for i := range 8 {
		s := Step{Name: word, Label: word, State: []throughline.StepState{throughline.StepNotBegun, throughline.StepBegun, throughline.StepDone, throughline.StepNotNeeded}[r.IntN(4)], Href: "#k"}
		out.K = append(out.K, s)
		if i < 6 {
			out.C = append(out.C, s)
		}
	}
	return out
}

// whole reads a picture as XML and gives its elements by name.
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
				if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
					t.Fatalf("%s=%q", a.Name.Local, a.Value)
				}
				if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") {
					t.Fatalf("the picture has %s", a.Name.Local)
				}
			}
		}
	}
}

// TestEveryRoadIsAPicture: whatever stands on a road, the picture is well
// formed, has a title, every mark is a link, and no text begins outside of it.
func TestEveryRoadIsAPicture(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 7))
		word := []string{"Align", "Options ranked by users", "用户已排序并写下来的规则", `<b>"&'`, "", "Donaudampfschifffahrtsgesellschaft"}[r.IntN(6)]
		road := anyRoad(r, word)
		for name, svg := range map[string]string{"large": road.Large(), "down": road.Down(), "line": road.Line()} {
			count := whole(t, svg)
			if count["svg"] != 1 || count["title"] == 0 {
				t.Fatalf("%s: %v", name, count)
			}
			links := throughline.PhaseCount + len(road.K) + len(road.C)
			for _, m := range road.Milestones {
				if m.Serves.Known() {
					links++
				}
			}
			if name == "line" {
				links = 0
			}
			if count["a"] != links {
				t.Fatalf("%s has %d links, want %d", name, count["a"], links)
			}
		}
	}
}

// TestOurStageKeepsClearOfTheDistance: on a narrow picture both stand between
// the same two questions, and the one is never written over the other.
func TestOurStageKeepsClearOfTheDistance(t *testing.T) {
	r := anyRoad(rand.New(rand.NewPCG(1, 1)), "Explore")
	r.Bare, r.Distance, r.Gap, r.Frontier, r.Position = false, Behind, "They are one question ahead of us", throughline.Rules, throughline.Explore
	r.Stage = "our stage: Ways and rules of buying"
	lines := regexp.MustCompile(`<text class="rd-stage[^"]*" x="([0-9.]+)"[^>]*>([^<]+)<`).FindAllStringSubmatch(r.Down(), -1)
	if len(lines) != 2 {
		t.Fatalf("the stage stands on %d lines: %q", len(lines), lines)
	}
	for _, l := range lines {
		if x, _ := strconv.ParseFloat(l[1], 64); x+pen.Width(l[2], 14) > downW-112 {
			t.Errorf("%q runs under the distance", l[2])
		}
	}
}

// TestStatesDifferInShape: with the colours taken away no two states look alike.
func TestStatesDifferInShape(t *testing.T) {
	type mark struct {
		name     string
		phase    Phase
		frontier bool
	}
	marks := []mark{
		{"untouched", Phase{State: throughline.Untouched, Shown: true}, false},
		{"open", Phase{State: throughline.Open, Shown: true}, false},
		{"answered", Phase{State: throughline.Answered, Shown: true}, false},
		{"aged", Phase{State: throughline.Open, Shown: true, Aged: true}, false},
		{"reopened", Phase{State: throughline.Reopened, Shown: true}, false},
		{"not needed", Phase{State: throughline.NotNeeded, Shown: true}, false},
		{"frontier", Phase{State: throughline.Open, Shown: true}, true},
		{"frontier reopened", Phase{State: throughline.Reopened, Shown: true}, true},
	}
	seen := map[string]string{}
	for _, m := range marks {
		var p brush
		p.node(m.phase, m.frontier, 50, 50, 11)
		if other, ok := seen[p.String()]; ok {
			t.Errorf("%s looks like %s", m.name, other)
		}
		seen[p.String()] = m.name
	}
}

// TestTheRoadIsWalkedToTheFrontier and no further; where nothing comes from
// the customer it is not walked at all.
func TestTheRoadIsWalkedToTheFrontier(t *testing.T) {
	r := anyRoad(rand.New(rand.NewPCG(1, 1)), "x")
	for i := range r.Phases {
		r.Phases[i] = Phase{State: throughline.Untouched, Shown: true}
	}
	r.Frontier, r.Distance, r.Position = throughline.NoPhase, Untold, throughline.Choose
	if n := r.walked(); n > 0 {
		t.Errorf("walked to %d with nothing from the customer", n)
	}
	if strings.Contains(r.Large(), "rd-walked") || strings.Contains(r.Large(), `class="rd-here"`) {
		t.Error("draws a position that nobody gave evidence for")
	}
	r.Frontier, r.Distance = throughline.Align, Ahead
	if n := r.walked(); n != 2 {
		t.Errorf("walked to mark %d, want the third", n)
	}
	r.Frontier = throughline.NoPhase
	if n := r.walked(); n != throughline.PhaseCount-1 {
		t.Errorf("all answered: walked to mark %d", n)
	}
}

// FuzzText: no text breaks the picture.
func FuzzText(f *testing.F) {
	for _, s := range []string{"Align", "<svg onload=x>", "\x00\xff", "共识", strings.Repeat("w", 300), "&#x41;"} {
		f.Add(s, uint64(1))
	}
	f.Fuzz(func(t *testing.T, s string, seed uint64) {
		r := anyRoad(rand.New(rand.NewPCG(seed, 3)), s)
		for _, svg := range []string{r.Large(), r.Down(), r.Line()} {
			whole(t, svg)
		}
	})
}

// TestAnEndedRoadIsQuiet: nobody stands anywhere, no arrow is drawn, and how it
// ended is said.
func TestAnEndedRoadIsQuiet(t *testing.T) {
	for seed := range uint64(50) {
		road := anyRoad(rand.New(rand.NewPCG(seed, 8)), "Align")
		road.Distance, road.Frontier, road.Position, road.Gap = Over, throughline.NoPhase, throughline.NoPhase, "Won, 3 June 2026"
		for i := range road.Milestones {
			road.Milestones[i].Current = false
		}
		for name, svg := range map[string]string{"large": road.Large(), "down": road.Down(), "line": road.Line()} {
			for _, mark := range []string{"rd-here", "rd-tag", "rd-flag", "rd-gap ", `rd-gap"`, "rd-gap-head", "rd-drop", "rd-current"} {
				if strings.Contains(svg, mark) {
					t.Errorf("%s of an ended deal draws %s", name, mark)
				}
			}
			if !strings.Contains(svg, "road-quiet") || name != "line" && !strings.Contains(svg, "Won, 3 June 2026") {
				t.Errorf("%s does not say how it ended, quietly", name)
			}
		}
	}
}
