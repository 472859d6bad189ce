package eventlog

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
)

// TestSubsetAndJoin: parted by an attribute and joined again, every case is as it was.
func TestSubsetAndJoin(t *testing.T) {
	for seed := range uint64(60) {
		l := random(rand.New(rand.NewPCG(seed, 6)))
		var parts []Labelled
		want := map[string]Trace{}
		for _, s := range l.Split("t") {
			sub := l.Subset(s.Cases)
			if err := sub.Check(); err != nil {
				t.Fatal(err)
			}
			for i, c := range s.Cases {
				if got := sub.Trace(i); !reflect.DeepEqual(got, l.Trace(int(c))) {
					t.Fatalf("seed %d: %+v became %+v", seed, l.Trace(int(c)), got)
				}
				tr := l.Trace(int(c))
				tr.Attrs = append(tr.Attrs, Attr{"from", TextValue(fmt.Sprint("part ", len(parts)))})
				tr.ID = fmt.Sprint("part ", len(parts), ": ", tr.ID)
				want[tr.ID] = tr
			}
			if !reflect.DeepEqual(sub.Variants(sub.All())[0].Cases, l.Variants(s.Cases)[0].Cases) {
				t.Fatal("a question to the subset is answered otherwise")
			}
			parts = append(parts, Labelled{sub, fmt.Sprint("part ", len(parts))})
		}
		whole := Join("from", parts...)
		if err := whole.Check(); err != nil {
			t.Fatal(err)
		}
		for c := range whole.Cases() {
			tr := whole.Trace(c)
			if !reflect.DeepEqual(sortAttrs(tr), sortAttrs(want[tr.ID])) {
				t.Fatalf("seed %d:\n got  %+v\n want %+v", seed, tr, want[tr.ID])
			}
		}
	}
	l := random(rand.New(rand.NewPCG(3, 6)))
	twice := Join("from", Labelled{l, "one"}, Labelled{l, "two"})
	if twice.Events() != 2*l.Events() || twice.Cases() != 2*l.Cases() {
		t.Error("of the same log twice", twice.Cases())
	}
}

func sortAttrs(tr Trace) map[string]string {
	m := map[string]string{}
	for _, a := range tr.Attrs {
		m[a.Name] = a.Value.Text()
	}
	for i, e := range tr.Events {
		m[fmt.Sprint("event ", i)] = fmt.Sprint(e.Activity, e.Time)
		for _, a := range e.Attrs {
			m[fmt.Sprint(i, a.Name)] = a.Value.Text()
		}
	}
	return m
}
