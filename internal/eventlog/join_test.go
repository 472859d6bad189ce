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
				want[tr.ID] = tr
			}
			if !reflect.DeepEqual(sub.Variants(sub.All())[0].Cases, l.Variants(s.Cases)[0].Cases) {
				t.Fatal("a question to the subset is answered otherwise")
			}
			parts = append(parts, Labelled{sub, TextValue(fmt.Sprint("part ", len(parts)))})
		}
		whole, found := Join("from", parts...)
		if err := whole.Check(); err != nil || len(found) > 0 {
			t.Fatal(err, found)
		}
		for c := range whole.Cases() {
			tr := whole.Trace(c)
			if !reflect.DeepEqual(sortAttrs(tr), sortAttrs(want[tr.ID])) {
				t.Fatalf("seed %d:\n got  %+v\n want %+v", seed, tr, want[tr.ID])
			}
		}
	}
	l := random(rand.New(rand.NewPCG(3, 6)))
	twice, found := Join("", Labelled{Log: l}, Labelled{Log: l})
	if twice.Events() != 2*l.Events() || twice.Cases() != 2*l.Cases() || len(found) != 1 || found[0].Check != "log-join-id" {
		t.Error(twice.Cases(), found)
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
