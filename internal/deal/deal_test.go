package deal_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

var day0 = time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)

// anyFacts makes n facts of every kind but corrections, with many ties.
func anyFacts(r *rand.Rand, n int) []deal.Fact {
	id := throughline.DealID(throughline.KeyedID(day0, "deal"))
	person := func() throughline.PersonID {
		return throughline.PersonID(throughline.KeyedID(day0, "person", string(rune('a'+r.IntN(4)))))
	}
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	yes := r.IntN(2) == 0
	promised := throughline.FactID(person()) // the last promise, or one that is not there
	out := make([]deal.Fact, n)
	for i := range out {
		about := throughline.Phase(1 + r.IntN(9)).Address()
		bodies := []deal.Body{
			deal.Opened{Title: pick("a", "b"), Attributes: map[string]string{"region": pick("north", "south")}},
			deal.Described{Title: pick("", "c"), Account: throughline.AccountID(person())},
			deal.OwnerChanged{Owner: person()},
			deal.StageMoved{Foreign: pick("Demo", "Proposal"), Stage: throughline.StageAddress("p", pick("x", "y"))},
			deal.AmountChanged{Amount: throughline.Money{Cents: r.Int64N(3)}},
			deal.CloseDateMoved{To: throughline.DayOf(day0, time.UTC).Add(r.IntN(90))},
			deal.Activity{What: "call", By: deal.Side(pick("", "us", "customer")), Open: r.IntN(3) == 0},
			deal.Evidence{About: about, Person: person(), Text: "said so"},
			deal.Contradiction{About: about, Person: person(), Text: "said otherwise"},
			deal.PhaseNotNeeded{Phase: throughline.Phase(1 + r.IntN(9)), Reason: "known"},
			deal.PersonJoined{Person: person(), Role: throughline.Roles()[r.IntN(11)], Function: pick("", "it"), Left: r.IntN(5) == 0},
			deal.ReportsTo{Person: person(), To: []throughline.PersonID{person(), {}}[r.IntN(2)]},
			deal.Stance{Person: person(), Value: r.IntN(5) - 2, Agrees: map[bool]*bool{true: &yes}[r.IntN(2) == 0]},
			deal.StepMoved{Step: throughline.Contracting.Steps()[r.IntN(8)].Address(), State: throughline.StepDone, By: deal.Side(pick("us", "customer"))},
			deal.MilestoneMet{Milestone: throughline.MilestoneAddress("p", pick("m", "n")), NotNeeded: r.IntN(4) == 0},
			deal.Classified{Class: throughline.Classes()[r.IntN(5)], Issues: deal.Stated(pick("", "partial")), Factors: map[string]int{"veto_holders": r.IntN(3)}, After: []deal.After{{Event: deal.NewVeto, Fact: throughline.FactID(person())}}},
			deal.Noticed{Event: deal.Event(pick("new_veto", "more_options", "scope_changed", "sponsor_left")), Person: person()},
			deal.Linked{To: id, As: pick("land", "expand")},
			deal.Override{Position: throughline.Phase(1 + r.IntN(9)), Reason: "I was there"},
			deal.Judged{Category: deal.Categories()[r.IntN(4)], Reason: pick("", "I know them")},
			deal.Strategy{Aim: "x", By: pick("", "2025-04-02"), Stops: []deal.Stop{{What: "a freeze", Outside: true}}, Moves: []deal.Move{{What: pick("call", ""), Person: person(), By: pick("", "2025-04-03")}}, Answers: throughline.FactID(person())},
			deal.BetResolved{Strategy: throughline.FactID(person()), Result: deal.BetResults()[r.IntN(3)]},
			deal.Reconsidered{Strategy: throughline.FactID(person()), Answer: deal.Reconsiderings()[r.IntN(3)], Until: throughline.DayNumber(20_000 + r.IntN(30)), Because: []throughline.FactID{throughline.FactID(person())}},
			deal.Asked{Text: "who else?"},
			deal.SetAside{How: deal.Asides()[r.IntN(3)], What: "ask", Until: throughline.DayOf(day0, time.UTC).Add(r.IntN(60))},
			deal.Noted{Text: "kept"},
			deal.WorkMoved{What: "train the branches", State: throughline.StepBegun}, deal.WorkMoved{What: "clear the stock", Initiative: throughline.ID(person()), Same: promised},
			deal.InitiativeStated{Initiative: throughline.ID(person()), Name: "one depot", Sponsor: pick("", "the director"), NoSponsor: r.IntN(3) == 0}, deal.InitiativeJoined{Initiative: throughline.ID(person()), Left: r.IntN(3) == 0, Observer: r.IntN(4) == 0},
			deal.PurchaseStated{Initiative: throughline.ID(person()), What: "the lifts", State: deal.Ordered},
			deal.StepStated{About: throughline.Adopt.Address(), Text: "the night shift uses it", Person: person()}, deal.TargetSet{Measure: "hours lost", Target: "40", By: throughline.DayOf(day0, time.UTC).Add(r.IntN(9))},
			deal.DecisionStated{Aspect: deal.Aspects()[r.IntN(10)], Text: "the board", Unknown: r.IntN(3) == 0, Person: person()}, deal.PlanMade{}, deal.Commented{Text: "why?"},
			deal.StepStated{About: about, Text: "agreed", State: throughline.StepDone, Person: person()}, deal.StepStated{Of: throughline.FactID(person()), Text: "the board votes", Label: deal.BuyingStep, State: throughline.StepDone},
			deal.TargetSet{Measure: "hours lost", Target: "40"},
			deal.ResultMeasured{Of: throughline.FactID(person()), Actual: "44"},
			deal.PlaybookMoved{To: pick("aa", "bb")},
			deal.ProcessPicked{Process: throughline.Address(pick("process/a", "")), Suggested: "process/b", Reason: pick("new", "")},
			deal.Ended{Outcome: throughline.Outcomes()[r.IntN(8)], Foreign: pick("Closed Won", "Closed Lost")},
			deal.Resumed{},
			deal.PromiseMade{Person: person(), What: "send the list", Due: []throughline.Day{{}, throughline.DayOf(day0, time.UTC).Add(r.IntN(60))}[r.IntN(2)], Words: "They will send the list."},
			deal.PromiseMade{Who: "their legal team", What: "return the draft"},
			deal.PromiseResolved{Promise: promised, Result: deal.PromiseResults()[r.IntN(3)]},
		}
		learned := day0.AddDate(0, 0, r.IntN(40)).Add(time.Duration(r.IntN(3)) * 9 * time.Hour)
		f := deal.Fact{Deal: id, Learned: learned, Recorded: learned, Grade: throughline.Grade(r.IntN(5)), Body: bodies[r.IntN(len(bodies))]}
		if r.IntN(4) > 0 {
			f.Happened = learned.AddDate(0, 0, -r.IntN(5))
		}
		switch r.IntN(3) { // some keep their day, by some zone
		case 0:
			f.Happened, f.Learned = throughline.Redated(f.Happened, 1+r.IntN(31)), throughline.Redated(f.Learned, 1+r.IntN(31))
		case 1:
			f.Learned = throughline.Redated(f.Learned, 1+r.IntN(31))
		}
		f.ID = throughline.FactID(throughline.KeyedID(learned, "fact", string(rune(i))))
		out[i] = f
		if f.Body.Kind() == "promise_made" && r.IntN(2) == 0 {
			promised = f.ID
		}
	}
	return out
}

// TestOrderOfArrivalNeverMatters: a summary grown fact by fact in any order is
// the fold's, and comes back from its bytes unchanged.
func TestOrderOfArrivalNeverMatters(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		facts := anyFacts(r, 1+r.IntN(120))
		if seed%2 == 0 { // the other half is from before turns were kept
			for i := range facts {
				facts[i].Turn = int32(i)
			}
		}
		want, ok := deal.Fold(facts, day0.AddDate(1, 0, 0))
		if !ok {
			t.Fatal("nothing known")
		}
		r.Shuffle(len(facts), func(i, j int) { facts[i], facts[j] = facts[j], facts[i] })
		got := deal.Summary{Deal: facts[0].Deal}
		for _, f := range facts {
			if !got.Apply(f) {
				t.Fatal("asked for a fold without a correction")
			}
		}
		if !reflect.DeepEqual(got, want.Summary) {
			t.Fatalf("seed %d:\n got %+v\nwant %+v", seed, got, want.Summary)
		}
		back, err := deal.DecodeSummary(got.Encode(nil))
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if err := back.DecodeAttributes(got.EncodeAttributes()); err != nil {
			t.Fatal(err)
		}
		head, err := (&deal.Decoder{Heads: true}).Summary(string(got.EncodeHead(nil)))
		if err != nil || !head.Partial || head.Title != got.Title || head.End != got.End || !slices.Equal(head.Acts, got.Acts) || head.Horizon != got.Horizon {
			t.Fatalf("seed %d: head %+v (%v) of %+v", seed, head, err, got)
		}
		if !reflect.DeepEqual(back, got) {
			t.Fatalf("seed %d: from bytes\n got %+v\nwant %+v", seed, back, got)
		}
	}
}

func TestBodiesComeBackFromJSON(t *testing.T) {
	seen := map[deal.Kind]bool{}
	for _, f := range anyFacts(rand.New(rand.NewPCG(1, 2)), 2000) {
		b, err := deal.EncodeBody(f.Body)
		if err != nil {
			t.Fatal(err)
		}
		back, err := deal.DecodeBody(f.Body.Kind(), b)
		if err != nil || !reflect.DeepEqual(back, f.Body) {
			t.Fatalf("%s: got %+v, %v, want %+v", f.Body.Kind(), back, err, f.Body)
		}
		seen[f.Body.Kind()] = true
	}
	for _, k := range deal.Kinds() {
		if !seen[k] && k != "correction" && k != "person_merged" { // which the makers of these facts leave to others
			t.Errorf("%s was not tried", k)
		}
	}
	if _, err := deal.DecodeBody("horoscope", []byte("{}")); err == nil {
		t.Error("an unknown kind was read")
	}
}

// TestAsOfUsesOnlyWhatWasKnown: a won that was learned of in May is not known in April.
func TestAsOfUsesOnlyWhatWasKnown(t *testing.T) {
	id := throughline.DealID(throughline.KeyedID(day0, "d"))
	fact := func(key string, happened, learned int, b deal.Body) deal.Fact {
		l := day0.AddDate(0, 0, learned)
		return deal.Fact{ID: throughline.FactID(throughline.KeyedID(l, key)), Deal: id, Happened: day0.AddDate(0, 0, happened), Learned: l, Body: b}
	}
	won := fact("won", 10, 60, deal.Ended{Outcome: throughline.Won})
	facts := []deal.Fact{
		fact("open", 0, 0, deal.Opened{Title: "x"}), won,
		fact("lost", 70, 70, deal.Ended{Outcome: throughline.LostUnknown}),
		fact("not so", 80, 80, deal.Correction{Of: throughline.FactID(throughline.KeyedID(day0.AddDate(0, 0, 70), "lost"))}),
	}
	for _, c := range []struct {
		day  int
		want throughline.Outcome
		n    int
	}{{-1, "", 0}, {0, "", 1}, {59, "", 1}, {60, throughline.Won, 2}, {70, throughline.LostUnknown, 3}, {80, throughline.Won, 2}} {
		d, ok := deal.Fold(facts, throughline.DayOf(day0.AddDate(0, 0, c.day), time.UTC).End(time.UTC))
		n := len(d.OfKind("opened", "ended"))
		if d.Outcome() != c.want || n != c.n || ok != (c.n > 0) {
			t.Errorf("day %d: outcome %q from %d facts (%v), want %q from %d", c.day, d.Outcome(), n, ok, c.want, c.n)
		}
	}
}

func TestFactJSONHasTheDocumentedShape(t *testing.T) {
	f := deal.Fact{ID: throughline.FactID(throughline.KeyedID(day0, "f")), Learned: day0, Grade: throughline.E3,
		Source: deal.Source{System: "csv", Record: "7"}, Body: deal.Evidence{About: "journey/p3", Text: "wrote it down"}}
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"id":"` + f.ID.String() + `","kind":"evidence","learned_on":"2025-03-01T00:00:00Z","source":{"system":"csv","record":"7"},"grade":"E3","body":{"about":"journey/p3","text":"wrote it down"}}`
	if string(b) != want {
		t.Errorf("got  %s\nwant %s", b, want)
	}
}

// TestEveryKindIsDocumented holds docs/formats/facts.md to the closed family.
func TestEveryKindIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/formats/facts.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range deal.Kinds() {
		if !strings.Contains(string(page), "| `"+string(k)+"` |") {
			t.Errorf("docs/formats/facts.md does not tell of %s", k)
		}
	}
}

func FuzzDecodeSummary(f *testing.F) {
	r := rand.New(rand.NewPCG(3, 3))
	for n := range 5 {
		d, _ := deal.Fold(anyFacts(r, 5+20*n), day0.AddDate(1, 0, 0))
		f.Add(d.Encode(nil))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := deal.DecodeSummary(b)
		if err == nil {
			if _, err := deal.DecodeSummary(s.Encode(nil)); err != nil {
				t.Errorf("what was read cannot be read again: %v", err)
			}
		}
	})
}

func BenchmarkDecodeSummary(b *testing.B) {
	d, _ := deal.Fold(anyFacts(rand.New(rand.NewPCG(3, 3)), 50), day0.AddDate(1, 0, 0))
	raw := d.Encode(nil)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := deal.DecodeSummary(raw); err != nil {
			b.Fatal(err)
		}
	}
}

// TestReclassed: a wrong pick is a known class that gave way to another; to
// learn one that was not known, or to keep it, is none.
func TestReclassed(t *testing.T) {
	for want, classes := range map[int][][]throughline.Class{
		0: {{}, {throughline.Complex}, {throughline.Complex, throughline.Complex}, {throughline.Unclassified, throughline.Complex}, {throughline.Complex, throughline.Unclassified, throughline.Complex}},
		1: {{throughline.Transactional, throughline.Complex}, {throughline.Transactional, throughline.Unclassified, throughline.Complex, throughline.Complex}},
		2: {{throughline.Transactional, throughline.Complex, throughline.Transactional}},
	} {
		for _, list := range classes {
			var s deal.Summary
			for i, c := range list {
				at := day0.AddDate(0, 0, i)
				s.Apply(deal.Fact{ID: throughline.FactID(throughline.KeyedID(at, "c")), Happened: at, Learned: at, Body: deal.Classified{Class: c}})
			}
			if got := s.Reclassed(); got != want {
				t.Errorf("%v: %d times, want %d", list, got, want)
			}
		}
	}
}
