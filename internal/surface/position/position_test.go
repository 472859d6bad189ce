package position

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

var names = []string{"Maria Oduya", "王晓梅", "محمد عبد الرحمن بن سلمان", `<b>"&'`, "", "Jonas Lindqvist-Ferreira von und zu Hohenstein", strings.Repeat("x", 5000), "שרה"}

// anyMap makes a map with whatever can stand on one.
func anyMap(r *rand.Rand, people int) Map {
	word := names[r.IntN(len(names))]
	m := Map{ID: "m", Title: word, Desc: word, Untold: "nobody has told us", Empty: word, Legend: Legend{"same", "another", "not said", "can say no", word}}
	for i := range m.Stances {
		m.Stances[i] = word
	}
	for i := range m.Levels {
		m.Levels[i] = word
	}
	for range people {
		m.People = append(m.People, Person{Name: names[r.IntN(len(names))], Note: names[r.IntN(len(names))], Label: word, Level: Level(r.IntN(5) - 1), SaysNo: r.IntN(4) == 0,
			Known: r.IntN(4) > 0, Stance: r.IntN(9) - 4, Agreed: Agreement(r.IntN(3)), Href: "#p"})
	}
	for range r.IntN(4) {
		m.Seats = append(m.Seats, Seat{Name: word, Label: word, Level: Level(r.IntN(3)), Href: "#s"})
	}
	return m
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
				if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") || a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") {
					t.Fatalf("%s=%q", a.Name.Local, a.Value)
				}
			}
		}
	}
}

// TestEveryMapIsAPicture: well formed, titled, and everybody is a link.
func TestEveryMapIsAPicture(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 3))
		m := anyMap(r, r.IntN(50))
		for name, svg := range map[string]string{"large": m.Large(), "down": m.Down()} {
			count := whole(t, svg)
			if count["svg"] != 1 || count["title"] == 0 {
				t.Fatalf("%s: %v", name, count)
			}
			if links := len(m.People) + len(m.Seats); count["a"] != links {
				t.Fatalf("%s has %d links, want %d", name, count["a"], links)
			}
		}
	}
}

var text = regexp.MustCompile(`<text class="po-(name|note|seat-name)" x="([0-9.-]+)" y="([0-9.-]+)" text-anchor="(\w+)">([^<]*)<`)

// TestNothingOverlaps: however many people stand in one place, no two names or
// notes do, and none leaves the picture.
func TestNothingOverlaps(t *testing.T) {
	type box struct {
		s              string
		x1, x2, y1, y2 float64
	}
	sizes := map[string]map[string]float64{"large": {"name": 13.5, "note": 11.5, "seat-name": 12.5}, "down": {"name": 15, "note": 12, "seat-name": 13.5}}
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 9))
		m := anyMap(r, 40)
		if seed%3 == 0 { // all in one place
			for i := range m.People {
				m.People[i].Level, m.People[i].Known, m.People[i].Stance = Decides, true, 2
			}
		}
		for name, svg := range map[string]string{"large": m.Large(), "down": m.Down()} {
			wide := map[string]float64{"large": largeW, "down": downW}[name]
			var boxes []box
			for _, g := range text.FindAllStringSubmatch(svg, -1) {
				x, _ := strconv.ParseFloat(g[2], 64)
				y, _ := strconv.ParseFloat(g[3], 64)
				s := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&#39;", "'", "&amp;", "&").Replace(g[5])
				size := sizes[name][g[1]]
				w := pen.Width(s, size)
				switch g[4] {
				case "middle":
					x -= w / 2
				case "end":
					x -= w
				}
				boxes = append(boxes, box{s, x, x + w, y - 0.75*size, y + 0.2*size})
			}
			if len(boxes) < 30 {
				t.Fatalf("%s, seed %d: only %d texts", name, seed, len(boxes))
			}
			for i, a := range boxes {
				if a.x1 < 0 || a.x2 > wide+1 {
					t.Fatalf("%s, seed %d: %q from %v to %v", name, seed, a.s, a.x1, a.x2)
				}
				for _, b := range boxes[:i] {
					if a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2 {
						t.Fatalf("%s, seed %d: %q and %q overlap", name, seed, a.s, b.s)
					}
				}
			}
		}
	}
}

// TestMarksDifferInShape: with the colours taken away no two marks look alike.
func TestMarksDifferInShape(t *testing.T) {
	class := regexp.MustCompile(`po-(ring|same|split) ?`)
	seen := map[string]string{}
	for _, a := range []Agreement{Unstated, Agrees, Differs} {
		for _, no := range []bool{false, true} {
			for _, known := range []bool{true, false} {
				var p pen.Pen
				mark(&p, Person{Agreed: a, SaysNo: no, Known: known}, 50, 50, 7)
				name := fmt.Sprintf("agreement %d, says no %v, known %v", a, no, known)
				shape := class.ReplaceAllString(p.String(), "")
				if other, ok := seen[shape]; ok {
					t.Errorf("%s looks like %s", name, other)
				}
				seen[shape] = name
			}
		}
	}
}

// TestNobodyIsPlacedUnheard: who has not told us stands in the band, whatever
// stance was once written down.
func TestNobodyIsPlacedUnheard(t *testing.T) {
	if c := (Person{Stance: 2}).column(); c != untold {
		t.Errorf("column %d", c)
	}
	if c := (Person{Stance: 99, Known: true}).column(); c != 4 {
		t.Errorf("column %d", c)
	}
}

func TestLevelOf(t *testing.T) {
	for _, c := range []struct {
		roles []throughline.Role
		level Level
		no    bool
	}{
		{nil, Lives, false},
		{[]throughline.Role{throughline.UserRole, throughline.SponsorRole}, Decides, false},
		{[]throughline.Role{throughline.Checker}, Shapes, true},
		{[]throughline.Role{throughline.BudgetDecider, throughline.BuyerOfRecord}, Decides, true},
		{[]throughline.Role{throughline.Informant}, Lives, false},
	} {
		if l, no := LevelOf(c.roles); l != c.level || no != c.no {
			t.Errorf("%v: %v %v", c.roles, l, no)
		}
	}
}

// FuzzMap: no text breaks the picture.
func FuzzMap(f *testing.F) {
	for _, s := range names[:5] {
		f.Add(s, uint64(1))
	}
	f.Fuzz(func(t *testing.T, s string, seed uint64) {
		m := anyMap(rand.New(rand.NewPCG(seed, 3)), 5)
		m.Title, m.Untold, m.Legend.Seat = s, s, s
		m.People[0].Name, m.People[1].Note, m.People[2].Label, m.People[3].Href = s, s, s, s
		whole(t, m.Large())
		whole(t, m.Down())
	})
}
