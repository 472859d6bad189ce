// Package company makes up a company and its customers, with a truth that is
// known: what a newcomer looks at first, and what methods are tried against.
//
// Takes: a seed, the day that is today, a playbook for its addresses and pass marks.
// Gives: deals one by one, each as a store.Batch with the people and accounts it names, and the Truth behind it.
// Never: reads a clock, does I/O, or tells of anybody who exists. All names are invented.
package company

import (
	"hash/fnv"
	"iter"
	"maps"
	"math/rand/v2"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/store"
)

// Name is the made-up company's; Makes says what it sells.
const (
	Name  = "Second Bell"
	Makes = "a handover record for places where one shift follows another"
)

// System is the source that every made-up fact names.
const System = "demo"

// How many deals there are, and over how many days before today the closed
// ones have ended.
const (
	ClosedDeals = 320
	OpenDeals   = 60
	Window      = 730
)

// Case is one made-up deal.
type Case struct {
	Batch store.Batch // its facts, people and account; those come again with other deals
	Truth Truth
}

// Truth is what really happens in a deal, of which the facts are traces.
type Truth struct {
	Deal       throughline.DealID
	Story      string // the name of a hand-made open deal, "" for the others
	Class      throughline.Class
	Frontier   throughline.Phase // the question the customer is at; none once P1 to P7 are answered
	Ours       throughline.Phase // what our stage serves, today or at the end
	Outcome    throughline.Outcome
	Cause      throughline.Cause
	Fading     throughline.Cause // open, but no longer alive: the cause it will end of
	Opened     throughline.Day
	Closed     throughline.Day
	Consensus  float64 // at the end; do they agree, 0 to 1
	Confidence float64 // are they sure enough, 0 to 1
	Funded     bool
	Rival      bool
	Ahead      float64 // mean of max(0, ours - theirs) over the weeks of its life
	EarlyPaper bool    // contracting was begun while they were still choosing
	Decided    throughline.Day
	Hazards    []Hazard // of the last week lived, those above zero
}

// Hazard is the chance that a deal ends in one way within one week.
type Hazard struct {
	Outcome throughline.Outcome
	Cause   throughline.Cause
	Weekly  float64
}

// Generate gives the made-up company's deals: OpenDeals that are open today,
// the hand-made ones among them first, and ClosedDeals that ended within
// Window days. The same seed, day, zone and playbook give the same deals. No fact
// happened or was learned after the day before today.
//
// The hidden model is told in docs/walks/made-up-company.md.
func Generate(seed uint64, today throughline.Day, zone *time.Location, book *playbook.Playbook) iter.Seq[Case] {
	return GenerateIn("en", seed, today, zone, book)
}

// GenerateIn is Generate in a language, "en" or "zh". In Chinese customers,
// people and every sentence are Chinese, and in place of the hand-made deals
// stand others.
func GenerateIn(language string, seed uint64, today throughline.Day, zone *time.Location, book *playbook.Playbook) iter.Seq[Case] {
	return func(yield func(Case) bool) {
		w := newWorld(language == "zh", seed, today, zone, book)
		open, closed := 0, 0
		for _, tell := range w.stories() {
			for _, c := range tell(w) {
				if c.Truth.Outcome == throughline.StillOpen {
					open++
				} else {
					closed++
				}
				if !yield(c) {
					return
				}
			}
		}
		var lives, going []*life
		for n := 0; open < OpenDeals || closed < ClosedDeals; n++ {
			l, ok := w.live(n)
			switch {
			case !ok:
				continue
			case l.truth.Outcome == throughline.StillOpen && open < OpenDeals:
				open++
				going = append(going, l)
			case l.truth.Outcome != throughline.StillOpen && closed < ClosedDeals:
				closed++
			default:
				continue
			}
			lives = append(lives, l)
		}
		for _, two := range pairs(going) {
			w.initiative(two[0], two[1])
		}
		if w.chinese { // in the other language the hand-made deals have it
			lines(going)
		}
		for _, l := range lives {
			if !yield(Case{l.batch(), l.truth}) {
				return
			}
		}
	}
}

// stories gives the hand-made deals, which are told in English.
func (w *world) stories() []func(*world) []Case {
	if w.chinese {
		return nil
	}
	return stories
}

// Total is how many deals Generate gives.
const Total = ClosedDeals + OpenDeals

// Batches puts n deals at a time into one batch, for fewer transactions, and
// gives with each how many deals have gone by.
func Batches(cases iter.Seq[Case], n int) iter.Seq2[int, store.Batch] {
	return func(yield func(int, store.Batch) bool) {
		var b store.Batch
		seen := 0
		people, accounts := map[throughline.PersonID]bool{}, map[throughline.AccountID]bool{}
		for c := range cases {
			b.Facts = append(b.Facts, c.Batch.Facts...)
			for _, p := range c.Batch.People {
				if !people[p.ID] {
					people[p.ID] = true
					b.People = append(b.People, p)
				}
			}
			for _, a := range c.Batch.Accounts {
				if !accounts[a.ID] {
					accounts[a.ID] = true
					b.Accounts = append(b.Accounts, a)
				}
			}
			b.Records = append(b.Records, c.Batch.Records...)
			if seen++; seen%max(n, 1) == 0 {
				if !yield(seen, b) {
					return
				}
				b = store.Batch{}
			}
		}
		if len(b.Facts) > 0 {
			yield(seen, b)
		}
	}
}

// world is what all deals share.
type world struct {
	seed    uint64
	today   throughline.Day
	zone    *time.Location  // of its days
	founded throughline.Day // where ids of people and accounts begin
	book    *playbook.Playbook
	places  []place
	sellers []seller
	manager person
	titles  map[string]bool
	chinese bool
}

// seller is one of our three, with a way of working.
type seller struct {
	person
	ahead float64 // chance in a week to move our stage on without the customer
	paper float64 // chance to raise the paper while they are still choosing
	push  int     // days to the first close date named
}

func newWorld(chinese bool, seed uint64, today throughline.Day, zone *time.Location, book *playbook.Playbook) *world {
	w := &world{seed: seed, today: today, zone: zone, founded: today.Add(-Window - 300), book: book, titles: map[string]bool{}, chinese: chinese}
	w.places = shuffledPlaces(w.rand("places"))
	w.sellers = []seller{
		{person: w.ours("Ines Valdeira", "account manager, hospitals and care"), ahead: 0.12, paper: 0.45, push: 110},
		{person: w.ours("Kofi Brandvold", "account manager, industry"), ahead: 0.34, paper: 0.25, push: 75},
		{person: w.ours("Hanna Okabe", "account manager, networks and public bodies"), ahead: 0.03, paper: 0.75, push: 140},
	}
	w.manager = w.ours("Miriam Achterberg", "head of sales")
	if chinese {
		for i, x := range [][2]string{{"林晓岚", "客户经理，医院与养老"}, {"周启明", "客户经理，工业"}, {"何静远", "客户经理，管网与公共机构"}} {
			w.sellers[i].person = w.ours(x[0], x[1])
		}
		w.manager = w.ours("沈若谷", "销售总监")
	}
	return w
}

func (w *world) ours(name, title string) person {
	p := w.person(account{name: Name}, post{title: title}, name)
	p.Ours = true
	return p
}

// rand gives randomness that belongs to a key, whatever was drawn before.
func (w *world) rand(key ...string) *rand.Rand {
	h := fnv.New64a()
	for _, k := range key {
		h.Write([]byte(k))
		h.Write([]byte{0})
	}
	return rand.New(rand.NewPCG(w.seed, h.Sum64()))
}

// id gives the id that belongs to a key of this company.
func (w *world) id(at throughline.Day, key ...string) throughline.ID {
	return throughline.KeyedID(at.Civil(), append([]string{System, seedKey(w.seed)}, key...)...)
}

func seedKey(s uint64) string {
	const hex = "0123456789abcdef"
	b := make([]byte, 0, 16)
	for i := 60; i >= 0; i -= 4 {
		b = append(b, hex[s>>i&15])
	}
	return string(b)
}

// stageAt gives the stage of our process that we are in when we act as if the
// customer were at a phase: the latest that serves p or something before it.
func (p *pen) stageAt(ph throughline.Phase) playbook.Stage {
	var best playbook.Stage
	for _, s := range p.process.Stages {
		if s.Serves <= ph && (best.Addr == "" || s.Serves > best.Serves) {
			best = s
		}
	}
	if best.Addr == "" && len(p.process.Stages) > 0 {
		best = p.process.Stages[0]
	}
	return best
}

// opens writes that the deal opened, and puts it on the process whose rule holds.
func (p *pen) opens(day throughline.Day, title string, class throughline.Class, known map[string]string) {
	p.write(day, 0, deal.Opened{Title: title, Account: p.account.id, Owner: p.seller.ID, Attributes: known})
	asked := maps.Clone(known)
	asked["class"] = string(class)
	p.process, _ = p.w.book.Choose(asked)
}

// milestones gives those of our process that serve a phase.
func (p *pen) milestones(ph throughline.Phase) []throughline.Address {
	var out []throughline.Address
	for _, m := range p.process.Milestones {
		if m.Serves == ph {
			out = append(out, m.Addr)
		}
	}
	return out
}
