package store_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// TestBundlesKeepWhoActed: every side and way comes back, with and without a
// person; one that is none is refused, and so is a byte that stands for none.
func TestBundlesKeepWhoActed(t *testing.T) {
	at, id, who := time.Date(2026, 10, 14, 9, 0, 0, 0, time.UTC), throughline.DealID{1}, throughline.PersonID{7}
	said := func(by deal.Actor) deal.Fact {
		return deal.Fact{ID: throughline.FactID{1}, Deal: id, Happened: at, Learned: at, By: by, Grade: throughline.E4, Body: deal.Noted{Text: "x"}}
	}
	for _, side := range []deal.Side{deal.UnknownSide, deal.Us, deal.Customer} {
		for _, via := range append(deal.Vias(), "") {
			for _, person := range []throughline.PersonID{{}, who} {
				f := said(deal.Actor{Person: person, Side: side, Via: via})
				entries, err := store.Entries([]deal.Fact{f})
				if err != nil {
					t.Fatal(err)
				}
				if back, err := store.Unbundle(nil, id, store.Bundle(entries)); err != nil || !reflect.DeepEqual(back, []deal.Fact{f}) {
					t.Errorf("%+v came back as %+v, %v", f.By, back, err)
				}
			}
		}
	}
	for _, by := range []deal.Actor{{Side: "them"}, {Via: "fax"}} {
		if _, err := store.Entries([]deal.Fact{said(by)}); err == nil {
			t.Errorf("%+v was taken", by)
		}
	}
	entries, err := store.Entries([]deal.Fact{said(deal.Actor{Person: who, Side: deal.Customer, Via: deal.ViaPlan})})
	if err != nil {
		t.Fatal(err)
	}
	b := store.Bundle(entries)
	mark, err := deal.Actor{Side: deal.Customer, Via: deal.ViaPlan}.Mark()
	if err != nil {
		t.Fatal(err)
	}
	for i := range b {
		if i > 33 && b[i] == mark && reflect.DeepEqual(b[i-16:i], who[:]) {
			b[i] = 0x3f
			if _, err := store.Unbundle(nil, id, b); err == nil {
				t.Error("a mark that is none was read")
			}
			return
		}
	}
	t.Error("the mark does not follow the person")
}

// TestOldBundlesTellWhoActedByAuthorAndSource: a bundle from before it was kept
// is read as what it was.
func TestOldBundlesTellWhoActedByAuthorAndSource(t *testing.T) {
	at, id, ann := time.Date(2026, 10, 14, 9, 0, 0, 0, time.UTC), throughline.DealID{1}, throughline.PersonID{7}
	for _, x := range []struct {
		author throughline.PersonID
		system string
		want   deal.Actor
	}{
		{ann, "person", deal.Actor{Person: ann, Side: deal.Us}},
		{ann, "demo", deal.Actor{Person: ann, Side: deal.Us}},
		{throughline.PersonID{}, "person", deal.Actor{Side: deal.Us}},
		{throughline.PersonID{}, "document", deal.Actor{Side: deal.Us}},
		{throughline.PersonID{}, "message", deal.Actor{Side: deal.Us}},
		{throughline.PersonID{}, "plan", deal.Actor{Side: deal.Customer, Via: deal.ViaPlan}},
		{throughline.PersonID{}, "csv", deal.Actor{Via: deal.ViaImport}},
		{throughline.PersonID{}, "salesforce", deal.Actor{Via: deal.ViaImport}},
		{throughline.PersonID{}, "playbook", deal.Actor{Via: deal.ViaJob}},
		{throughline.PersonID{}, "", deal.Actor{}},
	} {
		for version := byte(1); version <= 3; version++ {
			f := deal.Fact{ID: throughline.FactID{1}, Deal: id, Happened: at, Learned: at, By: deal.ByOurs(x.author), Grade: throughline.E4, Source: deal.Source{System: x.system}, Body: deal.Noted{Text: "x"}}
			entries, err := store.Entries([]deal.Fact{f})
			if err != nil {
				t.Fatal(err)
			}
			b := store.Bundle(entries) // of an actor that says no more than an author did, the bytes are those of version 2
			b[0] = version
			want := x.want
			if version == 3 {
				want = deal.ByOurs(x.author)
			}
			back, err := store.Unbundle(nil, id, b)
			if err != nil || len(back) != 1 || back[0].By != want || back[0].Grade != throughline.E4 {
				t.Errorf("version %d, author %v, source %q: %+v, %v", version, x.author, x.system, back, err)
			}
		}
	}
}
