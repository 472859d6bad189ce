package storetest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// shelfOf is what was listed, kept as plainly as can be: the truth of the tests of lists.
type shelfOf struct {
	rows    map[throughline.DealID]store.Listed
	until   map[throughline.DealID]time.Time
	names   map[throughline.AccountID][]string
	records map[throughline.DealID][]string
}

var (
	listTitles = []string{
		"Rota in one place",
		"rota",
		"Ärger & Söhne",
		"新的系统",
		"100% sure_thing",
		"a",
		"",
		"Company 12 - new business",
		"one\x1emark\x1ftwo",
	}
	listWords = []string{
		"",
		"rota",
		"ROTA in",
		"新",
		"sure_",
		"%",
		"a",
		"company 1",
		"rec-1",
		"Rec-1",
		"söhne",
		"north",
		"one mark",
		"\x1e",
		"nothing at all",
	}
	listStages = []string{"process/p/stage/x", "process/p/stage/y", ""}
	listOrders = []store.ListOrder{
		store.ByRecent,
		store.ByAttention,
		store.ByQuiet,
		store.ByTitle,
		store.ByAmount,
		store.ByOpened,
		store.ByClosed,
		store.ByCloseDate,
		store.ByQuestion,
		store.ByMatch,
	}
)

// listedAt makes a random row.
func listedAt(r *rand.Rand, d throughline.DealID) store.Listed {
	day := func() throughline.Day {
		if r.IntN(4) == 0 {
			return throughline.Day{}
		}
		return throughline.DayOf(day0.AddDate(0, 0, r.IntN(12)), time.UTC)
	}
	at := func() time.Time {
		if r.IntN(4) == 0 {
			return time.Time{}
		}
		return day0.AddDate(0, 0, r.IntN(12)).Truncate(time.Microsecond)
	}
	l := store.Listed{
		Deal:    d,
		Title:   store.Folded(listTitles[r.IntN(len(listTitles))]),
		Stage:   throughline.Address(listStages[r.IntN(3)]),
		Foreign: []string{"", "demo", "angebot"}[r.IntN(3)],
		Outcome: append(throughline.Outcomes(), throughline.StillOpen, throughline.StillOpen, throughline.StillOpen)[r.IntN(len(throughline.Outcomes())+3)],
		Process: throughline.Address(
			[]string{"process/p", "process/q"}[r.IntN(2)],
		),
		Class:    []throughline.Class{throughline.Unclassified, "complex"}[r.IntN(2)],
		Frontier: throughline.Phase(r.IntN(10)),
		Amount: throughline.Money{
			Cents:    int64([]int{0, 0, 100, 200, 300, -100, -200}[r.IntN(7)]),
			Currency: []string{"EUR", "EUR", "USD", ""}[r.IntN(4)],
		},
		Opened:    at(),
		Closed:    at(),
		Latest:    day0.AddDate(0, 0, r.IntN(12)),
		CloseDate: day(),
		Since:     day(),
		Acted:     r.IntN(2) == 0,
		Cycle:     r.IntN(40) - 1,
	}
	if r.IntN(6) == 0 {
		l.Called = cmp.Or(store.Folded(listTitles[r.IntN(len(listTitles))]), store.Nameless)
	}
	if r.IntN(3) > 0 {
		l.Owner = throughline.PersonID(id("person", r.IntN(4)))
	}
	if r.IntN(3) > 0 {
		l.Account = throughline.AccountID(id("account", r.IntN(4)))
	}
	if l.Outcome == throughline.StillOpen || l.Outcome == throughline.Postponed {
		l.Weight = max(0, r.IntN(5)-1) * 10
	}
	for n := range r.IntN(4) { // each once, in their order
		l.Days = append(l.Days, throughline.DayOf(day0.AddDate(0, 0, 4*n+r.IntN(4)), time.UTC))
	}
	for range r.IntN(3) {
		l.Gaps = append(l.Gaps, r.IntN(5000))
	}
	if r.IntN(4) == 0 {
		l.Until = day0.AddDate(0, 0, r.IntN(12))
	}
	return l
}

// matches tells how well a row is matched by words, -1 for not at all.
func (s shelfOf) matches(l store.Listed, words string) int {
	exact, words := strings.TrimSpace(words), store.Folded(words)
	clean := func(v string) string { return strings.NewReplacer("\x1e", " ", "\x1f", " ").Replace(v) }
	best := -1
	met := func(text, w string, inside bool) {
		n := -1
		switch {
		case text == w:
			n = 0
		case strings.HasPrefix(text, w):
			n = 1
		case inside && strings.Contains(text, w):
			n = 2
		}
		if n >= 0 && (best < 0 || n < best) {
			best = n
		}
	}
	called := l.Title
	if l.Called != "" {
		called = strings.TrimSpace(l.Called)
	}
	met(clean(called), clean(words), true)
	for _, name := range s.names[l.Account] {
		met(clean(name), clean(words), true)
	}
	for _, rec := range s.records[l.Deal] {
		met(rec, exact, false)
	}
	if low, high, ok := store.IDRange(words); ok && bytes.Compare(l.Deal[:], low) >= 0 && bytes.Compare(l.Deal[:], high) <= 0 {
		best = 0
	}
	return best
}

// answer answers a question by looking at everything.
func (s shelfOf) answer(q store.Query) (out store.List) {
	out.Outcomes = map[throughline.Outcome]int{}
	q.Words = strings.TrimSpace(q.Words)
	var hits []hit
	worth := map[string]int64{}
	for _, l := range s.rows {
		if !sees(q.Sight, l) {
			continue
		}
		if l.Latest.After(out.Latest) {
			out.Latest = l.Latest
		}
		if q.Owners != nil && !slices.Contains(q.Owners, l.Owner) {
			continue
		}
		silent := silent(l, q)
		count(&out, l, silent)
		rank := 0
		if q.Words != "" {
			rank = s.matches(l, q.Words)
		}
		if rank < 0 || !asked(q, l, silent) {
			continue
		}
		worth[l.Amount.Currency] += l.Amount.Cents
		hits = append(hits, hit{l, rank})
	}
	if q.Sums && (q.Order != store.ByMatch || q.Words == "") {
		for _, currency := range slices.Sorted(maps.Keys(worth)) {
			if worth[currency] != 0 {
				out.Sums = append(out.Sums, store.Sum{Currency: currency, Cents: worth[currency]})
			}
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		if q.Turned && q.Order != store.ByMatch {
			return s.turned(q, a.Listed, b.Listed)
		}
		return inOrder(q, a, b)
	})
	if out.Matched = len(hits); q.Order == store.ByMatch && q.Words != "" {
		out.Matched = 0 // not told
	}
	hits = hits[min(q.Offset, len(hits)):]
	if q.Limit > 0 {
		hits = hits[:min(q.Limit, len(hits))]
	}
	for _, h := range hits {
		out.Deals = append(out.Deals, h.Deal)
	}
	return out
}

// sees tells whether a sight holds a deal, from one rule after the other.
func sees(s store.Sight, l store.Listed) bool {
	if slices.Contains(s.Open, l.Account) {
		return true
	}
	if slices.Contains(s.Close, l.Account) {
		return slices.Contains(s.Own, l.Owner) && (s.Owners == nil || slices.Contains(s.Owners, l.Owner))
	}
	return s.Owners == nil || slices.Contains(s.Owners, l.Owner)
}

// sightAbout makes a random sight: of everybody's deals, or some sellers', or nobody's,
// with customers that are open and closed to whoever looks, or without any.
func sightAbout(r *rand.Rand) (s store.Sight) {
	self := throughline.PersonID(id("person", r.IntN(4)))
	switch r.IntN(4) {
	case 0:
		s.Owners = []throughline.PersonID{self}
	case 1:
		s.Owners = []throughline.PersonID{{}, self, throughline.PersonID(id("person", r.IntN(4)))}
	case 2:
		if r.IntN(4) == 0 {
			s.Owners = []throughline.PersonID{}
		}
	}
	if r.IntN(3) == 0 {
		return s
	}
	s.Own = []throughline.PersonID{self, throughline.PersonID(id("person", "another name"))}
	for n := range 4 {
		a := throughline.AccountID(id("account", n))
		switch r.IntN(4) {
		case 0:
			s.Open = append(s.Open, a)
		case 1:
			s.Close = append(s.Close, a)
		}
	}
	return s
}

// hit is a deal that is asked for, and how well its words match.
type hit struct {
	store.Listed
	rank int
}

// silent reports whether nothing was heard of an open deal for as long as the
// question says.
func silent(l store.Listed, q store.Query) bool {
	before := q.Quiet.AfterOpening
	if l.Acted {
		before = q.Quiet.AfterAct
	}
	return l.Outcome == throughline.StillOpen && !l.Since.IsZero() && l.Since.Compare(before) < 0
}

// count counts a deal among all of its owners', whatever else is asked.
func count(out *store.List, l store.Listed, silent bool) {
	out.Outcomes[l.Outcome]++
	if silent {
		out.Silent++
	}
	if l.Weight == 0 {
		return
	}
	out.Asking++
	switch l.Outcome {
	case throughline.Postponed:
		out.PutOff++
	case throughline.Won:
		out.Living++
	}
}

// asked reports whether a deal is of the kind that is asked for.
func asked(q store.Query, l store.Listed, silent bool) bool {
	switch {
	case q.Silent && !silent, q.Asking && l.Weight == 0, q.Outcome != nil && *q.Outcome != l.Outcome,
		q.Stage != "" && string(l.Stage) != q.Stage && l.Foreign != store.Folded(q.Stage),
		q.Process != "" && q.Process != l.Process, q.Class != "" && q.Class != l.Class, q.Frontier != throughline.NoPhase && q.Frontier != l.Frontier,
		outside(q, l):
		return false
	}
	return true
}

// inOrder says which of two deals comes first.
func inOrder(q store.Query, a, b hit) int {
	openFirst, byID := shut(a)-shut(b), bytes.Compare(a.Deal[:], b.Deal[:])
	weight := cmp.Or(cmp.Compare(b.Weight, a.Weight), late(a.Since, b.Since))
	if q.Order == store.ByMatch && q.Words == "" {
		return cmp.Or(weight, byID)
	}
	switch q.Order {
	case store.ByAttention:
		return cmp.Or(weight, byID)
	case store.ByQuiet:
		return cmp.Or(openFirst, late(a.Since, b.Since), byID)
	case store.ByTitle:
		return cmp.Or(cmp.Compare(a.Title, b.Title), byID)
	case store.ByAmount:
		return dearer(q, a.Listed, b.Listed, false)
	case store.ByOpened:
		return cmp.Or(b.Opened.Compare(a.Opened), byID)
	case store.ByClosed:
		return cmp.Or(b.Closed.Compare(a.Closed), byID)
	case store.ByCloseDate:
		return cmp.Or(openFirst, late(a.CloseDate, b.CloseDate), byID)
	case store.ByQuestion:
		return cmp.Or(openFirst, cmp.Compare(b.Frontier, a.Frontier), late(a.Since, b.Since), byID)
	case store.ByMatch:
		return cmp.Or(a.rank-b.rank, openFirst, weight, byID)
	}
	return cmp.Or(openFirst, b.Latest.Compare(a.Latest), byID)
}

// dearer orders two rows by what they are worth, what has no rate behind it.
func dearer(q store.Query, a, b store.Listed, turned bool) int {
	tell := func(l store.Listed) (class int, worth float64) {
		rate := q.Worth[l.Amount.Currency]
		switch {
		case l.Amount.Cents <= 0:
			return 2, 0
		case q.Worth != nil && rate == 0:
			return 1, float64(l.Amount.Cents)
		case q.Worth == nil:
			rate = 1
		}
		return 0, float64(l.Amount.Cents) * rate
	}
	x, worthA := tell(a)
	y, worthB := tell(b)
	by := cmp.Or(cmp.Compare(worthB, worthA), bytes.Compare(a.Deal[:], b.Deal[:]))
	if turned && x == 0 {
		by = -by
	}
	return cmp.Or(x-y, by)
}

// late compares two days; none comes last.
func late(x, y throughline.Day) int {
	switch {
	case x.IsZero() == y.IsZero():
		return x.Compare(y)
	case x.IsZero():
		return 1
	}
	return -1
}

// shut is 0 for an open deal and 1 for one that has ended.
func shut(h hit) int {
	if h.Outcome == throughline.StillOpen {
		return 0
	}
	return 1
}

// outside tells what days, amounts, a customer or no known question leave out.
func outside(q store.Query, l store.Listed) bool {
	from, to, due := q.Due[0], q.Due[1], l.CloseDate
	switch {
	case !(from.IsZero() && to.IsZero()) && due.IsZero(), !from.IsZero() && due.Compare(from) < 0, !to.IsZero() && due.Compare(to) > 0:
		return true
	case q.Cents[0] != 0 && l.Amount.Cents < q.Cents[0], q.Cents[1] != 0 && l.Amount.Cents > q.Cents[1]:
		return true
	case q.Currency != "" && l.Amount.Currency != q.Currency, !q.Account.IsZero() && l.Account != q.Account:
		return true
	}
	return q.Unplaced && (l.Outcome != throughline.StillOpen || l.Frontier != throughline.NoPhase)
}

// turned orders two rows the other way round: by open ones, then by what has
// something to be ordered by, then by that, backwards where there is something.
func (s shelfOf) turned(q store.Query, a, b store.Listed) int {
	yes := func(x, y bool) int { // what is so comes first
		switch {
		case x == y:
			return 0
		case x:
			return -1
		}
		return 1
	}
	open := yes(a.Outcome == throughline.StillOpen, b.Outcome == throughline.StillOpen)
	since := func(x, y store.Listed) int {
		return cmp.Or(yes(!x.Since.IsZero(), !y.Since.IsZero()), x.Since.Compare(y.Since))
	}
	id := bytes.Compare(a.Deal[:], b.Deal[:])
	there := func(x, y bool, back int) int { // -id: ties are turned round with the rest
		switch {
		case x != y:
			return yes(x, y)
		case x:
			return cmp.Or(back, -id)
		}
		return id
	}
	switch q.Order {
	case store.ByAttention:
		if a.Weight == 0 && b.Weight == 0 {
			return cmp.Or(since(a, b), id)
		}
		return there(a.Weight > 0, b.Weight > 0, cmp.Or(cmp.Compare(a.Weight, b.Weight), since(b, a)))
	case store.ByQuiet:
		return cmp.Or(open, there(!a.Since.IsZero(), !b.Since.IsZero(), since(b, a)))
	case store.ByTitle:
		return cmp.Or(cmp.Compare(b.Title, a.Title), -id)
	case store.ByAmount:
		return dearer(q, a, b, true)
	case store.ByOpened:
		return there(!a.Opened.IsZero(), !b.Opened.IsZero(), a.Opened.Compare(b.Opened))
	case store.ByClosed:
		return there(!a.Closed.IsZero(), !b.Closed.IsZero(), a.Closed.Compare(b.Closed))
	case store.ByCloseDate:
		return cmp.Or(open, there(!a.CloseDate.IsZero(), !b.CloseDate.IsZero(), b.CloseDate.Compare(a.CloseDate)))
	case store.ByQuestion:
		if a.Frontier == b.Frontier && a.Frontier == throughline.NoPhase {
			return cmp.Or(open, since(a, b), id)
		}
		return cmp.Or(open, there(a.Frontier.Known(), b.Frontier.Known(), cmp.Or(cmp.Compare(a.Frontier, b.Frontier), since(b, a))))
	}
	return cmp.Or(open, a.Latest.Compare(b.Latest), -id)
}

// questionAbout makes a random question.
func questionAbout(r *rand.Rand) store.Query {
	day := func() throughline.Day { return throughline.DayOf(day0.AddDate(0, 0, r.IntN(14)), time.UTC) }
	q := store.Query{
		Order:  listOrders[r.IntN(len(listOrders))],
		Limit:  r.IntN(8),
		Offset: r.IntN(6),
		Quiet:  store.Quiet{AfterAct: day(), AfterOpening: day()},
		Asking: r.IntN(3) == 0,
		Silent: r.IntN(3) == 0,
	}
	if q.Limit == 0 {
		q.Offset = 0
	}
	q.Turned, q.Sums = r.IntN(3) == 0, r.IntN(2) == 0
	if r.IntN(2) == 0 { // the one dollar is worth what the other euro is
		q.Worth = map[string]float64{"EUR": 1, "USD": 0.5}
	}
	switch r.IntN(14) {
	case 0:
		q.Due = [2]throughline.Day{day(), day()}
	case 1:
		q.Due[r.IntN(2)] = day()
	case 2:
		q.Cents = [2]int64{100, int64(r.IntN(3)) * 100}
	case 3:
		q.Currency = "USD"
	case 4:
		q.Account = throughline.AccountID(id("account", r.IntN(4)))
	case 5:
		q.Unplaced = true
	}
	switch r.IntN(5) {
	case 0:
		q.Owners = []throughline.PersonID{throughline.PersonID(id("person", r.IntN(5)))}
	case 1:
		q.Owners = []throughline.PersonID{throughline.PersonID(id("person", 0)), {}, throughline.PersonID(id("person", 0)),
			throughline.PersonID(id("person", 2))}[:r.IntN(5)]
	}
	if r.IntN(2) == 0 {
		q.Sight = sightAbout(r)
	}
	if r.IntN(3) == 0 {
		q.Words = append(listWords, id("deal", 3).String()[:13])[r.IntN(len(listWords)+1)]
	}
	if r.IntN(4) == 0 {
		o := []throughline.Outcome{throughline.StillOpen, throughline.Won, throughline.Postponed, "never"}[r.IntN(4)]
		q.Outcome = &o
	}
	switch r.IntN(8) {
	case 0:
		q.Stage = []string{"DEMO", "process/p/stage/x", "angebot "}[r.IntN(3)]
	case 1:
		q.Process = "process/q"
	case 2:
		q.Class = "complex"
	case 3:
		q.Frontier = throughline.Phase(1 + r.IntN(9))
	case 4: // as a board asks
		open := throughline.StillOpen
		q = store.Query{Order: q.Order, Limit: q.Limit, Owners: q.Owners, Sight: q.Sight, Outcome: &open, Sums: true}
		if q.Frontier = throughline.Phase(r.IntN(10)); q.Frontier == throughline.NoPhase {
			q.Unplaced = true
		}
	}
	return q
}

// lists asks random questions of random rows, which come, change and go, and
// compares every answer with a look at everything.
func lists(t *testing.T, open Factory) {
	ctx := context.Background()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 33))
			l := open(t, fmt.Sprint("lists", seed))
			defer l.Close()
			s := shelfOf{
				map[throughline.DealID]store.Listed{},
				map[throughline.DealID]time.Time{},
				map[throughline.AccountID][]string{},
				map[throughline.DealID][]string{},
			}
			deals := 320 // more than lie together
			if seed > 0 {
				deals = 25
			}
			var facts []deal.Fact
			for i := range deals {
				facts = append(
					facts,
					deal.Fact{
						ID:       throughline.FactID(id("opened", i)),
						Deal:     throughline.DealID(id("deal", i)),
						Happened: day0,
						Learned:  day0,
						Recorded: day0,
						Source:   deal.Source{System: "csv"},
						Body:     deal.Opened{Title: "x"},
					},
				)
			}
			appendAll(t, l, store.Batch{Facts: facts})
			if got := must[store.List](t)(l.Query(ctx, ws, store.Query{})); got.Form != "" || got.Written != 1 {
				t.Fatalf("before anything is listed: %+v", got)
			}
			var state store.Listing
			var going *walking
			walks := 0
			for step := range 30 {
				b := store.Batch{
					Records: []store.Record{
						{System: "sf", Kind: store.DealRecord, Foreign: fmt.Sprintf("rec-%d", r.IntN(30)), ID: id("deal", r.IntN(deals))},
					},
				}
				if got := appendAll(t, l, b); got.Records > 0 {
					d := throughline.DealID(b.Records[0].ID)
					s.records[d] = append(s.records[d], b.Records[0].Foreign)
				}
				relisting := store.Relisting{
					Later: map[throughline.DealID]time.Time{},
					To: store.Listing{
						Number:  state.Number + 1,
						Form:    "by the rules",
						Day:     throughline.DayOf(day0.AddDate(0, 0, step), time.UTC),
						Weighed: fmt.Sprint(step % 3),
					},
				}
				if r.IntN(2) == 0 {
					a := store.Account{
						ID:       throughline.AccountID(id("account", r.IntN(4))),
						Recorded: day0.AddDate(0, 0, step),
						Name:     []string{"North  Hospitals", "Ärger", "company 12"}[r.IntN(3)],
					}
					if appendAll(t, l, store.Batch{Accounts: []store.Account{a}}).Accounts > 0 {
						s.names[a.ID] = append(s.names[a.ID], store.Folded(a.Name))
					}
					relisting.Renamed = true
					for _, d := range must[[]throughline.DealID](t)(l.ListedOf(ctx, ws, []throughline.AccountID{a.ID})) {
						relisting.Rows = append(relisting.Rows, s.rows[d])
					}
				}
				n := 1 + r.IntN(6)
				if step == 0 {
					n = deals
				}
				for i := range n {
					d := throughline.DealID(id("deal", r.IntN(deals)))
					if step == 0 {
						d = throughline.DealID(id("deal", i))
					}
					if slices.ContainsFunc(relisting.Rows, func(x store.Listed) bool { return x.Deal == d }) || slices.Contains(relisting.Gone, d) {
						continue
					}
					if r.IntN(5) == 0 {
						relisting.Gone = append(relisting.Gone, d)
						if delete(s.until, d); r.IntN(2) == 0 {
							relisting.Later[d] = day0.AddDate(0, 0, r.IntN(12))
							s.until[d] = relisting.Later[d]
						}
						delete(s.rows, d)
						continue
					}
					row := listedAt(r, d)
					relisting.Rows = append(relisting.Rows, row)
					s.rows[d] = row
					if delete(s.until, d); !row.Until.IsZero() {
						s.until[d] = row.Until
					}
				}
				var usage store.Usage
				relisting.Usual = func(u store.Usage) string { usage = u; return fmt.Sprint("usual ", step) }
				if step == 3 {
					_, err := l.Relist(ctx, ws, store.Listing{Number: 99}, relisting)
					kind(t, err, throughline.Conflict)
				}
				given := must[store.Listing](t)(l.Relist(ctx, ws, state, relisting))
				if state = must[store.Listing](t)(l.Listing(ctx, ws)); state != given || state.Usual != fmt.Sprint("usual ", step) ||
					state.Number != relisting.To.Number ||
					state.Day != relisting.To.Day ||
					state.Form != "by the rules" {
					t.Fatalf("step %d: the rows speak of %+v", step, state)
				}
				s.usage(t, usage, step)
				s.held(t, l, step, r)
				if going == nil || going.over {
					going = s.walk(r)
				} else {
					going.wrote(relisting)
				}
				if going.page(t, l); going.over {
					walks++
				}
				for n := range 25 {
					q := questionAbout(r)
					if n%5 == 0 {
						s.paged(t, l, q)
					}
					got, want := must[store.List](t)(l.Query(ctx, ws, q)), s.answer(q)
					got.Listing, got.Written, got.Next, got.Latest = store.Listing{}, 0, nil, got.Latest.UTC()
					want.Latest = want.Latest.UTC()
					if len(got.Deals) == 0 {
						got.Deals = nil
					}
					if len(got.Outcomes) == 0 && len(want.Outcomes) == 0 {
						got.Outcomes, want.Outcomes = nil, nil
					}
					if !reflect.DeepEqual(got, want) {
						asked, _ := json.Marshal(q)
						t.Fatalf("step %d, asked %s\n got %+v\nwant %+v", step, asked, got, want)
					}
				}
			}
			if walks == 0 {
				t.Error("no list was gone through to its end")
			}
			if faults := faultsOf(t, l); len(faults) > 0 {
				t.Fatal(faults)
			}
			if got := must[store.List](t)(l.Query(ctx, other, store.Query{})); len(got.Deals) > 0 || got.Form != "" {
				t.Fatalf("another workspace has %+v", got)
			}
		})
	}
}

// usage compares what is usual with what the rows say.
func (s shelfOf) usage(t *testing.T, got store.Usage, step int) {
	t.Helper()
	var want store.Usage
	add := func(bins *[]int32, days int) {
		days = min(days, store.MostDays)
		for len(*bins) <= days {
			*bins = append(*bins, 0)
		}
		(*bins)[days]++
	}
	for _, l := range s.rows {
		for _, g := range l.Gaps {
			add(&want.Gaps, g)
		}
		if l.Cycle >= 0 {
			add(&want.Cycles, l.Cycle)
			if l.Outcome == throughline.Won {
				add(&want.Won, l.Cycle)
			}
		}
	}
	for _, pair := range [][2][]int32{{got.Gaps, want.Gaps}, {got.Cycles, want.Cycles}, {got.Won, want.Won}} {
		for i := range max(len(pair[0]), len(pair[1])) {
			var a, b int32
			if i < len(pair[0]) {
				a = pair[0][i]
			}
			if i < len(pair[1]) {
				b = pair[1][i]
			}
			if a != b {
				t.Fatalf("step %d: %d days are usual %d times, want %d", step, i, a, b)
			}
		}
	}
}

// held compares until when rows hold, and who has deals.
func (s shelfOf) held(t *testing.T, l store.Ledger, step int, r *rand.Rand) {
	t.Helper()
	at := day0.AddDate(0, 0, step%12)
	var want []throughline.DealID
	for d, until := range s.until {
		if !until.After(at) {
			want = append(want, d)
		}
	}
	byID := func(a, b throughline.DealID) int { return bytes.Compare(a[:], b[:]) }
	got := must[[]throughline.DealID](t)(l.ListedUntil(context.Background(), ws, at))
	slices.SortFunc(got, byID)
	if slices.SortFunc(want, byID); !slices.Equal(got, want) {
		t.Fatalf("step %d: %d rows hold until %s, want %d", step, len(got), at, len(want))
	}
	for n := range 6 {
		var sight store.Sight
		if n > 0 {
			sight = sightAbout(r)
		}
		s.staged(t, l, step, sight)
		s.dated(t, l, step, sight)
		sellers := map[throughline.PersonID]store.Seller{}
		for _, row := range s.rows {
			if !sees(sight, row) {
				continue
			}
			of := sellers[row.Owner]
			of.Person = row.Owner
			if of.Deals++; row.Outcome == throughline.StillOpen {
				of.Open++
			}
			sellers[row.Owner] = of
		}
		have := must[[]store.Seller](t)(l.Sellers(context.Background(), ws, sight))
		for _, of := range have {
			if sellers[of.Person] != of {
				t.Fatalf("step %d: %+v, want %+v", step, of, sellers[of.Person])
			}
		}
		if len(have) != len(sellers) || !slices.IsSortedFunc(have, func(a, b store.Seller) int { return bytes.Compare(a.Person[:], b.Person[:]) }) {
			t.Fatalf("step %d: %d have deals, want %d", step, len(have), len(sellers))
		}
	}
}

// dated compares on which days something is due: of everybody's deals, of some
// sellers' and of nobody's, of a span and without end, all and the first few.
func (s shelfOf) dated(t *testing.T, l store.Ledger, step int, sight store.Sight) {
	t.Helper()
	from := throughline.DayOf(day0.AddDate(0, 0, step%9), time.UTC)
	some := []throughline.PersonID{throughline.PersonID(id("person", step%4)), {}, throughline.PersonID(id("person", step%4))}
	for _, q := range []store.Days{{From: from}, {From: from, To: from.Add(4)}, {From: from, To: from.Add(5), Limit: 3}, {From: from, Owners: some}, {From: from, Owners: some, Limit: 2}, {From: from, Owners: []throughline.PersonID{}}} {
		var want []store.DayOf
		q.Sight = sight
		for _, row := range s.rows {
			if !sees(sight, row) {
				continue
			}
			for _, day := range row.Days {
				if day.Compare(q.From) >= 0 && (q.To.IsZero() || day.Compare(q.To) <= 0) && (q.Owners == nil || slices.Contains(q.Owners, row.Owner)) {
					want = append(want, store.DayOf{Day: day, Deal: row.Deal})
				}
			}
		}
		slices.SortFunc(want, func(a, b store.DayOf) int { return cmp.Or(a.Day.Compare(b.Day), bytes.Compare(a.Deal[:], b.Deal[:])) })
		if q.Limit > 0 {
			want = want[:min(q.Limit, len(want))]
		}
		if have := must[[]store.DayOf](t)(l.ListedDays(context.Background(), ws, q)); !slices.EqualFunc(have, want, func(a, b store.DayOf) bool {
			return a.Deal == b.Deal && a.Day.Compare(b.Day) == 0
		}) {
			t.Fatalf("step %d: %+v: %d are due, want %d", step, q, len(have), len(want))
		}
	}
}

// staged compares in which stages open deals are that are seen.
func (s shelfOf) staged(t *testing.T, l store.Ledger, step int, sight store.Sight) {
	t.Helper()
	want := map[store.StageCount]int{}
	for _, row := range s.rows {
		if row.Outcome == throughline.StillOpen && sees(sight, row) {
			want[store.StageCount{Stage: row.Stage, Foreign: row.Foreign}]++
		}
	}
	have := must[[]store.StageCount](t)(l.Stages(context.Background(), ws, sight))
	for _, c := range have {
		if n := want[store.StageCount{Stage: c.Stage, Foreign: c.Foreign}]; n != c.Open {
			t.Fatalf("step %d, sight %+v: %d open deals are in %s %q, want %d", step, sight, c.Open, c.Stage, c.Foreign, n)
		}
	}
	if len(have) != len(want) {
		t.Fatalf("step %d, sight %+v: open deals are in %d stages, want %d", step, sight, len(have), len(want))
	}
}

// listsErased: an erased person's name is in no title of a list and is not found.
func listsErased(t *testing.T, open Factory) {
	l, ctx := opened(t, open), context.Background()
	who, d := throughline.PersonID(id("person")), throughline.DealID(id("deal"))
	appendAll(t, l, store.Batch{People: []store.Person{{ID: who, Recorded: day0, Name: "Grizelda Quartermain"}},
		Facts: []deal.Fact{
			{
				ID:       throughline.FactID(id("f")),
				Deal:     d,
				Happened: day0,
				Learned:  day0,
				Recorded: day0,
				By:       deal.ByOurs(who),
				Source:   deal.Source{System: "csv"},
				Body:     deal.Opened{Title: "Rota for Grizelda Quartermain"},
			},
		}})
	find := func(words string) int {
		return len(must[store.List](t)(l.Query(ctx, ws, store.Query{Words: words, Order: store.ByMatch})).Deals)
	}
	row := store.Listed{Deal: d, Title: store.Folded("Rota for Grizelda Quartermain"), Cycle: -1}
	must[store.Listing](t)(l.Relist(ctx, ws, store.Listing{}, store.Relisting{Rows: []store.Listed{row}, To: store.Listing{Form: "f"}}))
	if find("quartermain") != 1 {
		t.Fatal("the deal is not found by its title")
	}
	if n := must[int](t)(l.ErasePerson(ctx, ws, who, day0)); n != 1 {
		t.Fatalf("%d facts were redacted", n)
	}
	if find("quartermain") != 0 || find("rota") != 1 {
		t.Error("an erased person is found by their name, or the deal is not by the rest of its title")
	}
	if faults := faultsOf(t, l); len(faults) > 0 {
		t.Error(faults)
	}
}
