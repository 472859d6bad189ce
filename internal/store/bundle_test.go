package store_test

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/storetest"
)

func bundle(t testing.TB, facts []deal.Fact) []byte {
	t.Helper()
	es, err := store.Entries(facts)
	if err != nil {
		t.Fatal(err)
	}
	return store.Bundle(es)
}

// TestBundlesComeBack: whatever the lengths, a bundle gives back its facts and their ids.
func TestBundlesComeBack(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 1))
		facts := storetest.Facts(r, 1, 1+r.IntN(60), true)
		for _, n := range []int{0, 100, 200, 16000, 17000, 3_000_000}[:1+r.IntN(6)] {
			f := facts[0]
			f.ID = throughline.FactID(throughline.KeyedID(time.Unix(int64(n), 0), "long"))
			f.Body = deal.Evidence{About: "journey/p1", Text: strings.Repeat("x", n)}
			facts = append(facts, f)
		}
		b := bundle(t, facts)
		back, err := store.Unbundle(nil, facts[0].Deal, b)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		ids, err := store.BundleIDs(nil, b)
		if err != nil || len(ids) != len(back) {
			t.Fatalf("seed %d: %d ids of %d facts, %v", seed, len(ids), len(back), err)
		}
		for i := range ids {
			if ids[i] != back[i].ID {
				t.Fatalf("seed %d: id %d is %s, of the fact %s", seed, i, ids[i], back[i].ID)
			}
		}
		deal.Sort(back)
		deal.Sort(facts)
		if !reflect.DeepEqual(back, facts) {
			t.Fatalf("seed %d:\n got %+v\nwant %+v", seed, back, facts)
		}
	}
}

func FuzzUnbundle(f *testing.F) {
	r := rand.New(rand.NewPCG(2, 1))
	for n := range 4 {
		f.Add(bundle(f, storetest.Facts(r, 1, 1+5*n, true)))
	}
	f.Add([]byte{1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Add([]byte{9})
	f.Fuzz(func(t *testing.T, b []byte) {
		id := throughline.DealID(throughline.KeyedID(time.Unix(1, 0), "d"))
		facts, err := store.Unbundle(nil, id, b)
		ids, idsErr := store.BundleIDs(nil, b)
		if err == nil && (idsErr != nil || len(ids) != len(facts)) {
			t.Errorf("%d facts and %d ids, %v", len(facts), len(ids), idsErr)
		}
	})
}

func TestRedactorTakesWholeWordsInAnyCase(t *testing.T) {
	p := throughline.PersonID(throughline.KeyedID(time.Unix(1, 0), "p"))
	r := store.NewRedactor(p, []string{"Won", "Jörg  Ö.", "won@example.org", ""})
	for in, want := range map[string]string{
		"WON said":                    "@ said",
		"he won't; wonder; awon":      "he @'t; wonder; awon",
		"Won Won,won":                 "@ @,@",
		"jörg ö. and JÖRG\nÖ.":        "@ and @",
		"mail won@example.org now":    "mail @ now",
		"Jörg Öx":                     "Jörg Öx",
		"nothing here":                "nothing here",
		"":                            "",
		"{person:" + p.String() + "}": "@",
	} {
		want = strings.ReplaceAll(want, "@", "{person:"+p.String()+"}")
		if got, changed := r.Words(in); got != want || changed != (got != in) {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
	// What is a code stays, even where it spells a name.
	f := deal.Fact{Body: deal.Ended{Outcome: throughline.Won, Foreign: "won", Text: "Won did it"}}
	got, changed := r.Fact(f)
	e := got.Body.(deal.Ended)
	if !changed || e.Outcome != throughline.Won || strings.Contains(strings.ToLower(e.Text), "won ") {
		t.Errorf("got %+v", e)
	}
	if f.Body.(deal.Ended).Text != "Won did it" {
		t.Error("the fact that was handed in was changed")
	}
	// What is shared with the fact handed in is not changed either.
	shared := deal.Fact{Body: deal.Opened{Title: "x", Attributes: map[string]string{"who": "Won", "won": "x"}}}
	if got, _ := r.Fact(shared); got.Body.(deal.Opened).Attributes["who"] == "Won" || shared.Body.(deal.Opened).Attributes["who"] != "Won" {
		t.Errorf("%+v from %+v", got.Body, shared.Body)
	}
}
