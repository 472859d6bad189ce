package xes

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/eventlog"
)

// visits has classifiers, one of which bears the name of an attribute.
const visits = `<log xes.version="1849-2016" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<global scope="event"><string key="concept:name" value=""/><string key="org:role" value=""/><string key="kind" value=""/></global>
<classifier name="Who did it" scope="event" keys="concept:name org:role"/>
<classifier name="kind" scope="event" keys="org:role"/>
<classifier name="Trace" scope="trace" keys="concept:name"/>
<trace><string key="concept:name" value="v1"/>
<event><string key="concept:name" value="call"/><string key="org:role" value="clerk"/><string key="kind" value="k1"/><date key="time:timestamp" value="2023-04-01T08:00:00Z"/></event>
<event><string key="concept:name" value="visit"/><string key="org:role" value="nurse"/><string key="kind" value="k2"/><date key="time:timestamp" value="2023-04-02T08:00:00Z"/></event>
</trace></log>`

func TestWhatNamesTheActivity(t *testing.T) {
	for name, want := range map[string]string{
		"": "call, visit", "org:role": "clerk, nurse", "Who did it": "call+clerk, visit+nurse",
		"kind":       "k1, k2", // declared as an attribute: that goes first
		"Trace":      "refused: xes-no-activity",
		"who did it": "refused: xes-no-activity",
	} {
		for _, size := range []int{0, 64} {
			l, found, err := Read(strings.NewReader(visits), Options{Activity: name, Piece: size})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if l == nil {
				got = "refused: " + found[0].Check
			} else {
				var way []string
				for _, e := range l.Trace(0).Events {
					way = append(way, e.Activity)
				}
				got = strings.Join(way, ", ")
			}
			if got != want {
				t.Errorf("%q: %s, want %s", name, got, want)
			}
			if name == "who did it" && found[0].Nearest != "Who did it" {
				t.Errorf("%+v", found[0])
			}
		}
	}
}

// TestKeysStandOnce writes logs whose attributes bear the names the writer
// gives, and looks for an element that has a key twice.
func TestKeysStandOnce(t *testing.T) {
	odd := func() *eventlog.Log {
		b := eventlog.NewBuilder()
		for i := range 3 {
			c := b.Case(fmt.Sprint(i))
			b.CaseAttr(c, "concept:name", eventlog.TextValue("other"))
			b.CaseAttr(c, "case:concept:name", eventlog.TextValue("another"))
			b.Event(c, "a", int64(i)*1e6)
			for _, n := range []string{"concept:name", "event:concept:name", "time:timestamp", "x\x01", "x\x02", "org:role"} {
				b.EventAttr(n, eventlog.TextValue(n+fmt.Sprint(i)))
			}
		}
		l, _ := b.Build()
		return l
	}
	chosen, _, err := Read(strings.NewReader(visits), Options{Activity: "org:role"})
	if err != nil {
		t.Fatal(err)
	}
	for what, l := range map[string]*eventlog.Log{"another activity": chosen, "odd names": odd()} {
		var b bytes.Buffer
		if err := Write(&b, l); err != nil {
			t.Fatal(err)
		}
		elements := 0
		d := xml.NewDecoder(&b)
		var keys [][]string
		for {
			tok, err := d.Token()
			if err != nil {
				break
			}
			switch e := tok.(type) {
			case xml.StartElement:
				for _, a := range e.Attr {
					if a.Name.Local == "key" {
						elements++
						if up := keys[len(keys)-1]; slices.Contains(up, a.Value) {
							t.Errorf("%s: %q stands twice in one element", what, a.Value)
						}
						keys[len(keys)-1] = append(keys[len(keys)-1], a.Value)
					}
				}
				keys = append(keys, nil)
			case xml.EndElement:
				keys = keys[:len(keys)-1]
			}
		}
		if elements < 10 {
			t.Errorf("%s: only %d keys were seen", what, elements)
		}
		if what == "another activity" && !slices.ContainsFunc(l.EventColumns(), func(c *eventlog.Column) bool { return c.Name == "concept:name" }) {
			t.Error("the former activity is gone")
		}
	}
}

// TestTimesThatAreNone come back as they were, whatever is beside them.
func TestTimesThatAreNone(t *testing.T) {
	text := strings.ReplaceAll(visits, "2023-04-02T08:00:00Z", "the second")
	l, _, err := Read(strings.NewReader(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := Write(&b, l); err != nil {
		t.Fatal(err)
	}
	back, _, err := Read(&b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(l.Trace(0)) != fmt.Sprint(back.Trace(0)) {
		t.Errorf("%v became %v", l.Trace(0), back.Trace(0))
	}
}
