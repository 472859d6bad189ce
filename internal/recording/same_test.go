package recording_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/namesake"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/store"
)

// joins brings somebody into a deal and gives who that is.
func joins(t *testing.T, d *operation.Desk, id, name string) throughline.PersonID {
	t.Helper()
	seat.Run[recording.Recorded](t, d, operation.RecordPerson, &recording.PersonInput{Writing: recording.Writing{ID: id}, Person: name})
	for who, p := range seat.Shown(t, d, id).People {
		if p.Name == name {
			return who
		}
	}
	t.Fatal(name, "does not take part")
	return throughline.PersonID{}
}

func gives(t *testing.T, d *operation.Desk, id, about, who, grade string) {
	t.Helper()
	seat.Run[recording.Recorded](t, d, operation.RecordEvidence, &recording.EvidenceInput{Writing: recording.Writing{ID: id}, About: about, Person: who, Grade: grade, Text: "so it is"})
}

// TestTwoNamesOfOnePerson: from the day on which it was learned everything reads as
// of one person, in every deal, whatever names them later; before, as of two. Taken
// apart, each has what was said under their name, also what came meanwhile.
func TestTwoNamesOfOnePerson(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	one, two := seat.Ward(t, d), seat.Ward(t, d)
	keep, other := joins(t, d, one, "Petra Lang"), joins(t, d, one, "P. Lang")
	gives(t, d, one, "journey/p3", "Petra Lang", "E2")
	gives(t, d, one, "journey/p3", "P. Lang", "E3")
	was := seat.Shown(t, d, one)
	before := throughline.DayOf(now, time.UTC)
	now = now.AddDate(0, 0, 2)

	page := seat.Run[showing.PersonPage](t, d, operation.ShowPerson, &showing.PersonNamed{ID: keep.String()})
	if len(page.Alike) != 1 || page.Alike[0].ID != other || page.Alike[0].Sign != namesake.Initials {
		t.Errorf("alike are %+v", page.Alike)
	}
	m := seat.Run[recording.MergedPeople](t, d, operation.MergePeople, &recording.MergePeopleInput{ID: "Petra Lang", Other: "P. Lang"})
	if len(m.Deals) != 1 || m.Person != other || m.Into != keep {
		t.Errorf("merged: %+v", m)
	}
	is := seat.Shown(t, d, one)
	if _, there := is.Deal.People[other]; there || len(is.Deal.People) != len(was.Deal.People)-1 {
		t.Errorf("%d people before, %d now", len(was.Deal.People), len(is.Deal.People))
	}
	for _, f := range is.Deal.Known {
		if slices.Contains(deal.PeopleOf(f.Body), other) && f.Body.Kind() != deal.KindPersonMerged {
			t.Errorf("%+v still names the other", f.Body)
		}
	}
	listed := seat.Run[showing.DealList](t, d, operation.ListDeals, &showing.DealsInput{Limit: 9})
	for _, r := range listed.Rows {
		if _, there := r.Summary.People[other]; there {
			t.Error("the list still has two")
		}
	}
	past := seat.Run[showing.DealPage](t, d, operation.ShowDeal, &showing.DealInput{ID: one, View: desk.View{AsOf: before}})
	if len(past.Deal.People) != len(was.Deal.People) {
		t.Errorf("as of before there are %d people, there were %d", len(past.Deal.People), len(was.Deal.People))
	}

	// Whatever names the other later is theirs, by whichever door.
	fact := deal.Fact{ID: throughline.FactID(d.NewID()), Deal: throughline.DealID(must(throughline.ParseID(two))), Happened: now, Learned: now,
		By: deal.Actor{Via: deal.ViaImport}, Source: deal.Source{System: "csv"}, Grade: throughline.E2, Body: deal.Evidence{About: "journey/p2", Person: other, Text: "imported"}}
	seat.Keep(t, d, store.Batch{Facts: []deal.Fact{fact}})
	seat.Keep(t, d, store.Batch{Facts: []deal.Fact{fact}})
	told := seat.Shown(t, d, two)
	if e := told.Deal.OfKind(deal.KindEvidence); len(e) != 1 || e[0].Body.(deal.Evidence).Person != keep || len(told.Deal.OfKind(deal.KindPersonMerged)) != 1 {
		t.Errorf("what was brought later is %+v", e)
	}
	gives(t, d, one, "journey/p4", "P. Lang", "E2") // by the other name, of one who is there
	joins(t, d, one, "Petra Lang")
	seat.Run[recording.Recorded](t, d, operation.RecordPerson, &recording.PersonInput{Writing: recording.Writing{ID: one}, Person: "P. Lang", Role: "user"})
	if n := len(seat.Shown(t, d, one).Deal.People); n != len(was.Deal.People)-1 {
		t.Errorf("naming them by the other name made %d people", n)
	}
	page = seat.Run[showing.PersonPage](t, d, operation.ShowPerson, &showing.PersonNamed{ID: other.String()})
	if page.Person.ID != keep || len(page.Also) != 1 || len(page.Alike) != 0 {
		t.Errorf("the other's page is of %s, also %v, alike %v", page.Person.Name, page.Also, page.Alike)
	}
	found := seat.Run[showing.Searched](t, d, operation.SearchAll, &showing.SearchInput{Words: "p. lang", Limit: 9})
	if len(found.People) != 1 || found.People[0].ID != keep {
		t.Errorf("the other name finds %+v", found.People)
	}

	// No part of it is taken back by itself.
	refusedAs(t, d, "person_whole", operation.RecordUndo, &recording.UndoInput{Writing: recording.Writing{ID: one},
		Facts: []string{seat.Shown(t, d, one).Deal.OfKind(deal.KindPersonMerged)[0].ID.String()}})
	refusedAs(t, d, "same_already", operation.MergePeople, &recording.MergePeopleInput{ID: keep.String(), Other: other.String()})

	a := seat.Run[recording.MergedPeople](t, d, operation.UnmergePeople, &recording.UnmergePeopleInput{ID: "P. Lang"})
	if len(a.Deals) != 2 || !a.Apart {
		t.Errorf("taken apart: %+v", a)
	}
	if n := len(seat.Shown(t, d, one).Deal.People); n != len(was.Deal.People) {
		t.Errorf("taken apart there are %d people, there were %d", n, len(was.Deal.People))
	}
	if e := seat.Shown(t, d, two).Deal.OfKind(deal.KindEvidence); e[0].Body.(deal.Evidence).Person != other {
		t.Error("what came meanwhile under the other name did not go back to it")
	}
	refusedAs(t, d, "same_not", operation.UnmergePeople, &recording.UnmergePeopleInput{ID: keep.String()})
	if c, err := d.Ledger.Check(t.Context()); err != nil || len(c.Faults) > 0 {
		t.Error(c.Faults, err)
	}
}

// TestErasingOneErasesBoth: under each name, and a name of the one out of words
// where only the other takes part; what is kept of one is what is kept of both.
func TestErasingOneErasesBoth(t *testing.T) {
	for _, byOther := range []bool{false, true} {
		now := seat.Today
		d := seat.Desk(t, &now)
		one, two := seat.Ward(t, d), seat.Ward(t, d)
		keep, other := joins(t, d, one, "Grizelda Lang"), joins(t, d, two, "G. Lang")
		seat.Run[showing.PersonRecord](t, d, operation.DescribePerson, &recording.DescribeInput{ID: other.String(), Name: "G. Lang", Phone: "+49 30 5550199", Other: "wechat grizelda-q"})
		seat.Run[recording.Recorded](t, d, operation.RecordNote, &recording.NoteInput{Writing: recording.Writing{ID: one}, Text: "ask for G. Lang at the desk, +49 30 5550199"})
		seat.Run[recording.MergedPeople](t, d, operation.MergePeople, &recording.MergePeopleInput{ID: keep.String(), Other: other.String()})
		kept := seat.Run[caretaking.Kept](t, d, operation.ShowKept, &caretaking.KeptInput{ID: keep.String()})
		if !slices.ContainsFunc(kept.Versions, func(v caretaking.KeptVersion) bool {
			return v.Phone == "+49 30 5550199" && v.Other == "wechat grizelda-q"
		}) {
			t.Errorf("what is kept lacks how they are reached: %+v", kept.Versions)
		}
		gone := keep
		if byOther {
			gone = other
		}
		room, asked := d.Caretaking(), ""
		room.Confirm = func(q string) bool { asked = q; return true }
		erased, err := caretaking.ErasePerson(t.Context(), room, caretaking.ErasePersonInput{ID: gone.String()})
		if err != nil || !strings.Contains(asked, "Grizelda Lang") || !strings.Contains(asked, "G. Lang,") && !strings.Contains(asked, "G. Lang?") {
			t.Errorf("asked %q: %v", asked, err)
		}
		if len(erased.Also) != 1 || erased.Also[0] == gone || erased.Also[0] != keep && erased.Also[0] != other {
			t.Errorf("erased %+v", erased)
		}
		people, err := d.Ledger.People(t.Context(), d.Workspace, []throughline.PersonID{keep, other})
		if err != nil {
			t.Fatal(err)
		}
		for id, p := range people {
			if p.Erased.IsZero() || p.Name+p.Phone+p.Other+p.Email != "" {
				t.Errorf("%s is kept as %+v", id, p)
			}
			versions, err := d.Ledger.PersonVersions(t.Context(), d.Workspace, id)
			for _, v := range versions {
				if err != nil || v.Name+v.Phone+v.Other != "" {
					t.Errorf("a version says %+v, %v", v, err)
				}
			}
		}
		if notes := notesOf(t, d, one); strings.Contains(strings.Join(notes, " "), "Lang") || strings.Contains(strings.Join(notes, " "), "5550199") {
			t.Errorf("a note says %q", notes)
		}
		_, err = operation.UnmergePeople.Run(t.Context(), d, &recording.UnmergePeopleInput{ID: other.String()})
		var r *throughline.Refusal
		if !errors.As(err, &r) || r.Code != "erased" {
			t.Errorf("the erased are taken apart: %v", err)
		}
		if c, err := d.Ledger.Check(t.Context()); err != nil || len(c.Faults) > 0 {
			t.Error(c.Faults, err)
		}
	}
}

// TestWhoIsNeverOne: one of ours and one of theirs, people of two customers unless
// somebody says so, and a chain that would lead back to where it began.
func TestWhoIsNeverOne(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	one, two := seat.Ward(t, d), seat.Ward(t, d)
	a, b := joins(t, d, one, "Petra Lang"), joins(t, d, two, "Petra Lange")
	ours := store.Person{ID: throughline.PersonID(d.NewID()), Recorded: now, Ours: true, Name: "Olu Ade"}
	here := store.Person{ID: throughline.PersonID(d.NewID()), Recorded: now, Name: "Ida Holm", Account: throughline.AccountID(d.NewID())}
	there := store.Person{ID: throughline.PersonID(d.NewID()), Recorded: now, Name: "Ida Holm", Account: throughline.AccountID(d.NewID())}
	seat.Keep(t, d, store.Batch{People: []store.Person{ours, here, there}})
	merge := func(x, y throughline.PersonID) *recording.MergePeopleInput {
		return &recording.MergePeopleInput{ID: x.String(), Other: y.String()}
	}
	refusedAs(t, d, "same_ours", operation.MergePeople, merge(a, ours.ID))
	refusedAs(t, d, "same_ours", operation.MergePeople, merge(ours.ID, a))
	refusedAs(t, d, "same_customers", operation.MergePeople, merge(here.ID, there.ID))
	refusedAs(t, d, "same_several", operation.MergePeople, &recording.MergePeopleInput{ID: "Ida Holm", Other: a.String()})
	seat.Keep(t, d, store.Batch{People: []store.Person{{ID: throughline.PersonID(d.NewID()), Recorded: now, Name: "Zora Quill", Title: "CFO"}}})
	for _, part := range []string{"Quill", "CFO"} { // the one hit, and not by the whole name
		refusedAs(t, d, "same_near", operation.MergePeople, &recording.MergePeopleInput{ID: a.String(), Other: part})
	}
	across := merge(here.ID, there.ID)
	across.Across = true
	seat.Run[recording.MergedPeople](t, d, operation.MergePeople, across)
	seat.Run[recording.MergedPeople](t, d, operation.MergePeople, merge(a, b))
	refusedAs(t, d, "same_already", operation.MergePeople, merge(b, a))
}

// TestTwoAgainAfterwards: what was written under the other name while they were one is
// theirs again when they are two, by whichever name it was said; the page of one has
// the deals of each of the customers, and as of before each has their own.
func TestTwoAgainAfterwards(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	one := seat.Ward(t, d)
	two := seat.Run[recording.Recorded](t, d, operation.RecordDeal, &recording.NewDealInput{Title: "The other", Account: "Larkholm"}).Deal.String()
	keep, other := joins(t, d, one, "Petra Lang"), joins(t, d, one, "P. Lang")
	away := joins(t, d, two, "Petra Lange")
	before := throughline.DayOf(now, time.UTC)
	now = now.AddDate(0, 0, 2)
	merge := func(who throughline.PersonID) {
		seat.Run[recording.MergedPeople](t, d, operation.MergePeople, &recording.MergePeopleInput{ID: keep.String(), Other: who.String(), Across: true})
	}
	merge(other)
	merge(away)
	gives(t, d, one, "journey/p3", "P. Lang", "E2")
	gives(t, d, one, "journey/p4", other.String(), "E2")
	seat.Run[recording.Recorded](t, d, operation.RecordNote, &recording.NoteInput{Writing: recording.Writing{ID: one}, Text: "P. Lang asked"})
	page := seat.Run[showing.PersonPage](t, d, operation.ShowPerson, &showing.PersonNamed{ID: keep.String()})
	if len(page.Deals) != 2 || len(page.Also) != 2 {
		t.Errorf("the page has %d deals and %d other names", len(page.Deals), len(page.Also))
	}
	past := seat.Run[showing.PersonPage](t, d, operation.ShowPerson, &showing.PersonNamed{ID: away.String(), View: desk.View{AsOf: before}})
	if past.Person.ID != away || len(past.Deals) != 1 || len(past.Also) != 0 {
		t.Errorf("as of before the page is of %s, with %d deals and %d other names", past.Person.Name, len(past.Deals), len(past.Also))
	}
	for _, e := range seat.Shown(t, d, one).Deal.OfKind(deal.KindEvidence) {
		if who := e.Body.(deal.Evidence).Person; who == other {
			t.Error("while they are one, something is told of the other")
		}
	}
	seat.Run[recording.MergedPeople](t, d, operation.UnmergePeople, &recording.UnmergePeopleInput{ID: other.String()})
	n := 0
	for _, e := range seat.Shown(t, d, one).Deal.OfKind(deal.KindEvidence) {
		if e.Body.(deal.Evidence).Person == other {
			n++
		}
	}
	if n != 2 || !slices.Contains(notesOf(t, d, one), "{person:"+other.String()+"} asked") {
		t.Errorf("taken apart, %d of two are theirs; notes are %q", n, notesOf(t, d, one))
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
