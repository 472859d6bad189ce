package plain_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/eventlog/plain"
)

// TestPartsOfAnActivityAreDoneOnce counts by hand, and holds the two engines
// against each other where parts come in any order.
func TestPartsOfAnActivityAreDoneOnce(t *testing.T) {
	build := func(text string) (*eventlog.Log, *plain.Log) {
		b := eventlog.NewBuilder()
		var rows []plain.Row
		for i, line := range strings.Split(text, "/") {
			id := fmt.Sprint(i)
			c := b.Case(id)
			rows = append(rows, plain.Row{Case: id, NoEvent: true})
			for k, word := range strings.Fields(line) {
				name, part, _ := strings.Cut(word, ":")
				b.Event(c, name, int64(k)*1e6)
				row := plain.Row{Case: id, Activity: name, Time: int64(k) * 1e6}
				if part != "" {
					b.EventAttr(eventlog.LifecycleAttr, eventlog.TextValue(part))
					row.Attrs = []eventlog.Attr{{Name: eventlog.LifecycleAttr, Value: eventlog.TextValue(part)}}
				}
				rows = append(rows, row)
			}
		}
		l, _ := b.Build()
		return l, plain.New(rows, nil)
	}
	for text, want := range map[string]string{
		"a:start b:start a:complete b:complete":                      "",
		"a:start a:suspend a:resume a:complete":                      "",
		"a:schedule a:assign a:start a:complete":                     "",
		"a:complete b:complete a:complete":                           "a 1 of 1, 1 more, 0 loops",
		"a:start a:complete a:start a:complete / a:start a:COMPLETE": "a 1 of 2, 1 more, 1 loops",
		"a:start a:start a:complete a:complete":                      "a 1 of 1, 1 more, 1 loops", // two at once
		"a:start b a:start":                                          "a 1 of 1, 1 more, 0 loops", // neither completed
		"a a":                                                        "a 1 of 1, 1 more, 1 loops",
		"a:odd a:odd":                                                "a 1 of 1, 1 more, 1 loops",
		"a:autoskip a:start a:pi_abort":                              "a 1 of 1, 1 more, 1 loops",
	} {
		l, p := build(text)
		for engine, got := range map[string][]eventlog.Rework{"columns": l.Rework(l.All()), "plain": p.Rework(l.All())} {
			var said []string
			for _, r := range got {
				if r.Extra == 0 { // more than one event, and done once
					continue
				}
				said = append(said, fmt.Sprintf("%s %d of %d, %d more, %d loops", l.ActivityName(r.Activity), r.Again, r.Cases, r.Extra, r.Loops))
			}
			if s := strings.Join(said, "; "); s != want {
				t.Errorf("%s, %s: %q, want %q", engine, text, s, want)
			}
		}
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		var text strings.Builder
		for range 1 + rng.IntN(40) {
			if rng.IntN(8) == 0 {
				text.WriteString("/ ")
			}
			fmt.Fprintf(&text, "%c%s ", 'a'+rune(rng.IntN(3)), []string{"", ":start", ":complete", ":suspend", ":odd"}[rng.IntN(5)])
		}
		l, p := build(text.String())
		if a, b := fmt.Sprint(l.Rework(l.All())), fmt.Sprint(p.Rework(l.All())); a != b {
			t.Fatalf("%s: %s, plainly %s", &text, a, b)
		}
	}
}
