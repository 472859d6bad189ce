package reporting

import (
	"encoding/xml"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestEverybodyIsDrawnOnce: each of a line has a box of their own that touches no
// other's, whatever the shape; what is drawn is sound XML.
func TestEverybodyIsDrawnOnce(t *testing.T) {
	var line Person
	for i := range 9 { // deeper than there are columns
		line = Person{Name: "Deep " + strconv.Itoa(i), Note: "head of <things>", Under: []Person{line}}
		if i == 0 {
			line.Under = nil
		}
	}
	tops := []Person{
		{Name: "Ana", Under: []Person{{Name: "Bo", Under: []Person{{Name: "Cy"}, {Name: "Di"}}}, {Name: "Ed", Here: true, Href: "/people/x"}}},
		line,
		{Name: "Fay", Under: []Person{{Name: "Gus"}, {Name: "Hal", Gone: true}, {Name: "Ida"}}},
	}
	svg := Picture{ID: "r", Title: "Who reports to whom", Tops: tops}.SVG()
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	type rect struct{ x, y float64 }
	var boxes []rect
	for _, m := range regexp.MustCompile(`<rect class="rp-box[^"]*" x="([\d.]+)" y="([\d.]+)"`).FindAllStringSubmatch(svg, -1) {
		x, _ := strconv.ParseFloat(m[1], 64)
		y, _ := strconv.ParseFloat(m[2], 64)
		boxes = append(boxes, rect{x, y})
	}
	if len(boxes) != 5+9+4 {
		t.Fatalf("%d boxes", len(boxes))
	}
	for i, a := range boxes {
		for _, b := range boxes[i+1:] {
			if a.x < b.x+boxW && b.x < a.x+boxW && a.y < b.y+boxH && b.y < a.y+boxH {
				t.Errorf("boxes at %v and %v touch", a, b)
			}
		}
	}
	if (Picture{ID: "r", Title: "x"}).SVG() != "" {
		t.Error("nobody is drawn")
	}
}
