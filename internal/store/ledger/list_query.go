package ledger

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// Listing says of what the rows of lists speak; see store.Lists.
func (l *Ledger) Listing(ctx context.Context, ws throughline.Workspace) (s store.Listing, err error) {
	if !l.Unlisted {
		s, err = listingOf(ctx, l.now(), ws)
	}
	return s, l.base.Fail("read lists of", "", err)
}

func listingOf(ctx context.Context, r Reader, ws throughline.Workspace) (s store.Listing, err error) {
	err = r.Read(ctx, States, Ask{Columns: States.Columns[:8], Prefix: in(ws)}, func(row Row) error {
		s = listingIn(row)
		return nil
	})
	return s, err
}

// ListedUntil gives the deals whose rows have to be made anew; see store.Lists.
func (l *Ledger) ListedUntil(ctx context.Context, ws throughline.Workspace, at time.Time) (out []throughline.DealID, err error) {
	if !l.Unlisted {
		out, err = dealsIn(ctx, l.now(), Untils, Ask{Prefix: in(ws), Where: []Cond{{Column: "until", Op: AtMost, Value: at.UnixMicro()}}})
	}
	return out, l.base.Fail("read lists of", "", err)
}

// ListedDays gives on which days something is due; see store.Lists.
func (l *Ledger) ListedDays(ctx context.Context, ws throughline.Workspace, q store.Days) (out []store.DayOf, err error) {
	if l.Unlisted {
		return nil, nil
	}
	err = l.base.View(ctx, ws, 1, func(rs []Reader) error {
		state, err := listingOf(ctx, rs[0], ws)
		if err != nil || state.Form == "" {
			return err
		}
		out, err = dueDays(ctx, rs[0], ws, q)
		return err
	})
	return out, l.base.Fail("read lists of", "", err)
}

func dueDays(ctx context.Context, r Reader, ws throughline.Workspace, q store.Days) (out []store.DayOf, err error) {
	ask := Ask{Columns: []string{"day", "deal"}, Prefix: in(ws), Limit: q.Limit, Where: []Cond{{Column: "day", Op: AtLeast, Value: dayIn(q.From)}}}
	if !q.To.IsZero() {
		ask.Where = append(ask.Where, Cond{Column: "day", Op: AtMost, Value: dayIn(q.To)})
	}
	take := func(row Row) error {
		out = append(out, store.DayOf{Day: dayOut(row.Int(0)), Deal: id[throughline.DealID](row, 1)})
		return nil
	}
	see := sightingOf(q.Sight, q.Owners)
	if err := see.look(ctx, r, ws); err != nil {
		return nil, err
	}
	if len(see.less) > 0 {
		ask.Limit = 0 // until as many are seen
	}
	read := func(ask Ask) error {
		n := 0
		err := r.Read(ctx, DueDays, ask, func(row Row) error {
			if see.less[id[throughline.DealID](row, 1)] {
				return nil
			}
			if n++; n == q.Limit {
				return errors.Join(take(row), errFull)
			}
			return take(row)
		})
		if errors.Is(err, errFull) {
			err = nil
		}
		return err
	}
	if see.owners == nil {
		ask.By = ByKey
		return out, read(ask)
	}
	own := ask.Where
	ask.By, ask.Order = "listing_day_owner", []Order{{"day", false}, {"deal", false}}
	for _, who := range distinct(slices.Clone(see.owners)) { // each along the index, and then put together
		ask.Where = append([]Cond{{Column: "owner", Op: Equal, Value: who[:]}}, own...)
		if err := read(ask); err != nil {
			return nil, err
		}
	}
	ask.Where, ask.By, ask.In, ask.Limit = own, "listing_day_deal", "deal", 0
	if err := among(ctx, r, DueDays, ask, see.more, bytesOf, take); err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b store.DayOf) int { return cmp.Or(a.Day.Compare(b.Day), bytes.Compare(a.Deal[:], b.Deal[:])) })
	if q.Limit > 0 && len(out) > q.Limit {
		out = out[:q.Limit]
	}
	return out, nil
}

// ListedOf gives the deals of some accounts; see store.Lists.
func (l *Ledger) ListedOf(ctx context.Context, ws throughline.Workspace, accounts []throughline.AccountID) (out []throughline.DealID, err error) {
	if !l.Unlisted {
		err = among(
			ctx,
			l.now(),
			Listings,
			Ask{Columns: []string{"deal"}, Prefix: in(ws), In: "account", By: "listing_account"},
			accounts,
			bytesOf,
			func(row Row) error {
				out = append(out, id[throughline.DealID](row, 0))
				return nil
			},
		)
	}
	return out, l.base.Fail("read lists of", "", err)
}

// Sellers gives who has deals; see store.Lists.
func (l *Ledger) Sellers(ctx context.Context, ws throughline.Workspace, s store.Sight) (out []store.Seller, err error) {
	if l.Unlisted {
		return nil, nil
	}
	err = l.base.View(ctx, ws, 1, func(rs []Reader) error {
		see, of := sightingOf(s, nil), map[throughline.PersonID]*store.Seller{}
		if err := see.look(ctx, rs[0], ws); err != nil {
			return err
		}
		add := func(who throughline.PersonID, word string, n int) {
			if of[who] == nil {
				of[who] = &store.Seller{Person: who}
			}
			if of[who].Deals += n; outcomeOf(word) == throughline.StillOpen {
				of[who].Open += n
			}
		}
		err := rs[0].Read(ctx, Counts, Ask{Columns: []string{"owner", "word", "n"}, Prefix: in(ws, countEnds)}, func(row Row) error {
			if who := id[throughline.PersonID](row, 0); string(row.Bytes(0)) != anybody && (see.owners == nil || slices.Contains(see.owners, who)) {
				add(who, row.Text(1), int(row.Int(2)))
			}
			return nil
		})
		for k, n := range see.differs.counts {
			if k.kind == countEnds && k.owner != anybody {
				add(throughline.PersonID([]byte(k.owner)), k.word, int(n))
			}
		}
		for _, x := range of {
			if x.Deals > 0 {
				out = append(out, *x)
			}
		}
		return err
	})
	slices.SortFunc(out, func(a, b store.Seller) int { return bytes.Compare(a.Person[:], b.Person[:]) })
	return out, l.base.Fail("read lists of", "", err)
}

func dealsIn(ctx context.Context, r Reader, t *Table, a Ask) (out []throughline.DealID, err error) {
	a.Columns = []string{"deal"}
	err = r.Read(ctx, t, a, func(row Row) error {
		out = append(out, id[throughline.DealID](row, 0))
		return nil
	})
	return out, err
}

// Query answers a question about a list; see store.Lists.
func (l *Ledger) Query(ctx context.Context, ws throughline.Workspace, q store.Query) (out store.List, err error) {
	if l.Unlisted {
		return store.List{}, nil
	}
	err = l.base.View(ctx, ws, 1, func(rs []Reader) (err error) {
		out, err = (&asking{r: rs[0], ws: ws, q: q, see: sightingOf(q.Sight, q.Owners)}).run(ctx)
		return err
	})
	return out, l.base.Fail("read lists of", "", err)
}

// asking is one question on its way.
type asking struct {
	r   Reader
	ws  throughline.Workspace
	q   store.Query
	see sighting
	out store.List

	key  map[string]any              // of the row after which the page begins, while it is read; nil: from the first
	asks map[throughline.Outcome]int // those with a reason to look at them, by how they ended
}

// listOrders are the orders, and the index that each goes along.
var listOrders = map[store.ListOrder]struct {
	by    string
	order []Order
}{
	store.ByRecent:    {"listing_recent", []Order{{"open", true}, {"latest", true}, {"deal", false}}},
	store.ByAttention: {"listing_attention", []Order{{"weight", true}, {"since", false}, {"deal", false}}},
	store.ByQuiet:     {"listing_quiet", []Order{{"open", true}, {"since", false}, {"deal", false}}},
	store.ByTitle:     {"listing_title", []Order{{"title", false}, {"deal", false}}},
	store.ByAmount:    {"listing_amount", moneyOrder},
	store.ByOpened:    {"listing_opened", []Order{{"opened", true}, {"deal", false}}},
	store.ByClosed:    {"listing_closed", []Order{{"closed", true}, {"deal", false}}},
	store.ByCloseDate: {"listing_due", []Order{{"open", true}, {"due", false}, {"deal", false}}},
	store.ByQuestion:  {"listing_question", []Order{{"open", true}, {"frontier", true}, {"since", false}, {"deal", false}}},
	store.ByMatch:     {"listing_attention", []Order{{"weight", true}, {"since", false}, {"deal", false}}},
}

func (a *asking) run(ctx context.Context) (store.List, error) {
	state, err := listingOf(ctx, a.r, a.ws)
	if err != nil {
		return store.List{}, err
	}
	a.out.Listing = state
	err = a.r.Read(ctx, Tallies, Ask{Columns: []string{"writes"}, Prefix: in(a.ws)}, func(row Row) error {
		a.out.Written = row.Int(0)
		return nil
	})
	if err != nil || state.Form == "" {
		return a.out, err
	}
	if _, ok := listOrders[a.q.Order]; !ok {
		a.q.Order = store.ByRecent
	}
	a.q.Turned = a.q.Turned && a.q.Order != store.ByMatch
	if err := a.see.look(ctx, a.r, a.ws); err != nil {
		return store.List{}, err
	}
	for _, look := range []func(context.Context) error{a.counts, a.latest, a.page, a.sums} {
		if err := look(ctx); err != nil {
			return store.List{}, err
		}
	}
	return a.out, nil
}

// owners gives whose counts are asked for.
func (a *asking) owners() (out []string) {
	if a.see.owners == nil {
		return []string{anybody}
	}
	for _, o := range distinct(slices.Clone(a.see.owners)) {
		out = append(out, string(o[:]))
	}
	return out
}

// counts looks up how many deals there are.
func (a *asking) counts(ctx context.Context) error {
	a.out.Outcomes, a.asks = map[throughline.Outcome]int{}, map[throughline.Outcome]int{}
	for kind, into := range map[string]map[throughline.Outcome]int{countEnds: a.out.Outcomes, countAsking: a.asks} {
		if err := a.counted(ctx, kind, nil, func(word string, n int64) { into[outcomeOf(word)] += int(n) }); err != nil {
			return err
		}
	}
	maps.DeleteFunc(a.out.Outcomes, func(_ throughline.Outcome, n int) bool { return n == 0 }) // all of which are hidden
	for _, n := range a.asks {
		a.out.Asking += n
	}
	a.out.PutOff = a.asks[throughline.Postponed]
	a.out.Living = a.asks[throughline.Won]
	n, err := a.quiet(ctx, countQuiet)
	a.out.Silent = n
	return err
}

// quiet adds up the silent of a kind of count.
func (a *asking) quiet(ctx context.Context, kind string) (int, error) {
	sum, limits := 0, map[string]throughline.Day{fromAct: a.q.Quiet.AfterAct, fromOpening: a.q.Quiet.AfterOpening}
	for k, n := range a.see.differs.counts {
		if k.kind == kind && k.owner == anybody && k.day < int64(limits[k.word].Number()) {
			sum += int(n)
		}
	}
	for _, owner := range a.owners() {
		for word, before := range limits {
			n, err := a.r.Total(
				ctx,
				Counts,
				"n",
				Ask{Prefix: in(a.ws, kind, []byte(owner), word), Where: []Cond{{Column: "day", Op: Below, Value: int64(before.Number())}}},
			)
			if err != nil {
				return 0, err
			}
			sum += int(n)
		}
	}
	return sum, nil
}

func outcomeOf(word string) throughline.Outcome {
	if word == throughline.StillOpen.Word() {
		return throughline.StillOpen
	}
	return throughline.Outcome(word)
}

// latest looks up the newest that is known of any deal, or of any of some sellers'.
func (a *asking) latest(ctx context.Context) error {
	newest := func(ask Ask) error {
		ask.Columns, ask.Prefix, ask.Limit = []string{"latest"}, in(a.ws), 1
		return a.r.Read(ctx, Listings, ask, func(row Row) error {
			if at := time.UnixMicro(row.Int(0)).UTC(); at.After(a.out.Latest) {
				a.out.Latest = at
			}
			return nil
		})
	}
	see := sightingOf(a.q.Sight, nil)
	if open := a.q.Sight.Open; see.owners != nil && len(open) > 0 { // whosever they are
		where := []Cond{{Column: "account", Op: Among, Values: values(open)}}
		if err := newest(Ask{Where: where, Order: []Order{{"latest", true}}, By: "listing_account"}); err != nil {
			return err
		}
	}
	if see.owners != nil {
		for _, who := range distinct(slices.Clone(see.owners)) {
			one := sighting{owners: []throughline.PersonID{who}, sight: a.q.Sight}
			if err := newest(Ask{Where: one.base(), Order: []Order{{"latest", true}}, By: "listing_owner"}); err != nil {
				return err
			}
		}
		return nil
	}
	o := listOrders[store.ByRecent]
	for _, open := range []int64{1, 0} {
		if err := newest(Ask{Where: append(see.base(), Cond{Column: "open", Op: Equal, Value: open}), Order: o.order, By: o.by}); err != nil {
			return err
		}
	}
	return nil
}

// conditions are what the columns of a row have to say.
func (a *asking) conditions() (out []Cond) {
	q := a.q
	equal := func(column string, v any) { out = append(out, Cond{Column: column, Op: Equal, Value: v}) }
	switch {
	case q.Outcome == nil:
		if q.Silent {
			equal("open", int64(1))
		}
	case *q.Outcome == throughline.StillOpen:
		equal("open", int64(1))
	default:
		equal("outcome", q.Outcome.Word())
		if q.Silent {
			equal("open", int64(1))
		}
	}
	if q.Asking {
		out = append(out, Cond{Column: "weight", Op: Above, Value: int64(0)})
	}
	if q.Silent {
		since := func(acted int64, before throughline.Day) []Cond {
			return []Cond{{Column: "acted", Op: Equal, Value: acted}, {Column: "since", Op: Below, Value: int64(before.Number())}}
		}
		out = append(out, Cond{Any: [][]Cond{since(1, q.Quiet.AfterAct), since(0, q.Quiet.AfterOpening)}})
	}
	if q.Stage != "" {
		out = append(
			out,
			Cond{Any: [][]Cond{{{Column: "stage", Op: Equal, Value: q.Stage}}, {{Column: "word", Op: Equal, Value: store.Folded(q.Stage)}}}},
		)
	}
	if q.Process != "" {
		equal("process", string(q.Process))
	}
	if q.Class != "" {
		equal("class", string(q.Class))
	}
	if q.Frontier != throughline.NoPhase {
		equal("frontier", int64(q.Frontier))
	}
	return append(out, a.bounds()...)
}

// narrow reports whether more is asked than counts tell of.
func (a *asking) narrow() bool {
	q := a.q
	return q.Stage != "" || q.Class != "" || q.Frontier != throughline.NoPhase || len(a.bounds()) > 0
}

// atQuestion reports whether all that is asked for is open deals whose customers are
// at one question, or at none, which counts tell of.
func (a *asking) atQuestion() bool {
	q := a.q
	if (q.Frontier == throughline.NoPhase) != q.Unplaced || q.Outcome == nil || *q.Outcome != throughline.StillOpen {
		return false
	}
	bare := asking{q: q}
	bare.q.Frontier, bare.q.Unplaced = throughline.NoPhase, false
	return !bare.narrow() && q.Process == "" && !q.Silent && !q.Asking
}

// byCurrency adds up a kind of count at the question that is asked for.
func (a *asking) byCurrency(ctx context.Context, kind string) (map[string]int64, error) {
	out, at := map[string]int64{}, strconv.FormatInt(int64(a.q.Frontier), 10)
	err := a.counted(ctx, kind, nil, func(word string, n int64) {
		if question, currency, _ := strings.Cut(word, "\x1f"); question == at {
			out[currency] += n
		}
	})
	return out, err
}

// known gives how many deals match where counts tell.
func (a *asking) known(ctx context.Context) (n int, ok bool, err error) {
	q := a.q
	if a.atQuestion() {
		by, err := a.byCurrency(ctx, countQuestion)
		for _, of := range by {
			n += int(of)
		}
		return n, true, err
	}
	if a.narrow() {
		return 0, false, nil
	}
	if q.Process != "" {
		if q.Silent {
			return 0, false, nil
		}
		n, err = a.following(ctx)
		return n, true, err
	}
	openOnly := q.Outcome == nil || *q.Outcome == throughline.StillOpen
	switch {
	case q.Silent && !openOnly:
		return 0, true, nil
	case q.Silent && q.Asking:
		n, err = a.quiet(ctx, countCalls)
		return n, true, err
	case q.Silent:
		return a.out.Silent, true, nil
	case q.Asking && q.Outcome == nil:
		return a.out.Asking, true, nil
	case q.Asking:
		return a.asks[*q.Outcome], true, nil
	case q.Outcome == nil:
		return a.out.Total(), true, nil
	}
	return a.out.Outcomes[*q.Outcome], true, nil
}

// following gives how many deals follow the process, by its counts.
func (a *asking) following(ctx context.Context) (sum int, err error) {
	kind := countProcess
	if a.q.Asking {
		kind = countProcessAsking
	}
	var words []string
	for _, o := range append(throughline.Outcomes(), throughline.StillOpen, throughline.Removed) {
		if a.q.Outcome == nil || *a.q.Outcome == o {
			words = append(words, processWord(string(a.q.Process), o.Word()))
		}
	}
	if words == nil {
		return 0, nil
	}
	err = a.counted(ctx, kind, words, func(_ string, n int64) { sum += int(n) })
	return sum, err
}

// page finds the deals of the page, and how many match.
func (a *asking) page(ctx context.Context) error {
	if a.see.none() && a.see.beyond() == nil {
		return nil
	}
	if strings.TrimSpace(a.q.Words) != "" {
		return a.matching(ctx)
	}
	n, ok, err := a.known(ctx)
	if !ok && err == nil {
		var m int64
		m, err = a.total(ctx, "", a.conditions())
		n = int(m)
	}
	if a.out.Matched = n; err != nil || n <= a.q.Offset {
		return err
	}
	ask := Ask{Prefix: in(a.ws), Where: a.conditions(), By: listOrders[a.q.Order].by}
	if a.q.Limit > 0 {
		ask.Limit = a.q.Offset + a.q.Limit + 1
		all, err := a.everybodys(ctx)
		if err != nil {
			return err
		}
		// Going along the order meets a row of the page every all/n rows; going
		// along the filter means to sort n.
		if 2*n*n < ask.Limit*all {
			ask.By = a.filter()
		}
	}
	return a.take(ctx, ask)
}

// everybodys is how many deals an order goes along, whosever are asked for.
func (a *asking) everybodys(ctx context.Context) (int, error) {
	if a.see.owners == nil {
		return a.out.Total(), nil
	}
	n, err := a.r.Total(ctx, Counts, "n", Ask{Prefix: in(a.ws, countEnds, []byte(anybody))})
	return int(n), err
}

// filter gives the index that finds what matches without going through all.
func (a *asking) filter() string {
	switch q := a.q; {
	case !q.Account.IsZero():
		return "listing_account"
	case q.Asking:
		return "listing_attention"
	case q.Silent:
		return "listing_quiet"
	case a.see.owners != nil:
		return "listing_owner"
	case q.Outcome != nil && *q.Outcome == throughline.StillOpen && (q.Frontier != throughline.NoPhase || q.Unplaced):
		return "listing_question"
	}
	return "listing_kind"
}

// take reads the page.
func (a *asking) take(ctx context.Context, ask Ask) error {
	if a.q.After != nil {
		if err := a.place(ctx); err != nil {
			return err
		}
		defer func() { a.key = nil }()
	}
	ask.Columns = columnsOf(listOrders[a.q.Order].order)
	var rows []Row
	err := a.along(ctx, ask, func(row Row) error {
		rows = append(rows, kept(row))
		return nil
	})
	a.cutRows(rows)
	return err
}

// cutRows keeps the page's rows, and where the next page begins.
func (a *asking) cutRows(rows []Row) {
	last := len(listOrders[a.q.Order].order) - 1
	ids := make([]throughline.DealID, len(rows))
	for i, row := range rows {
		ids[i] = id[throughline.DealID](row, last)
	}
	a.out.Deals = a.cut(ids)
	if end := a.q.Offset + a.q.Limit; a.q.Limit > 0 && len(rows) > end && a.q.Order != store.ByMatch {
		a.out.Next = a.cursor(rows[end-1])
	}
}

func (a *asking) cut(ids []throughline.DealID) []throughline.DealID {
	ids = ids[min(a.q.Offset, len(ids)):]
	if a.q.Limit > 0 {
		ids = ids[:min(a.q.Limit, len(ids))]
	}
	return slices.Clip(ids)
}

// mostLooked is how many deals that match words are looked up one by one; of
// more, the order is gone along until the page is full.
const mostLooked = 1000

var errEnough = errors.New("enough")

// matching finds the page of what words match.
func (a *asking) matching(ctx context.Context) error {
	rank, err := a.search(ctx)
	if err != nil || len(rank) == 0 {
		return err
	}
	if a.q.Order == store.ByMatch {
		return a.best(ctx, rank)
	}
	ask := Ask{Columns: []string{"seq", "currency", "cents"}, Prefix: in(a.ws), Where: a.conditions(), By: listOrders[a.q.Order].by}
	if len(rank) <= mostLooked {
		ask.Where, ask.By = append(ask.Where, Cond{Column: "seq", Op: Among, Values: seqsOf(rank)}), ByKey
	}
	ask.Columns = append(ask.Columns, columnsOf(listOrders[a.q.Order].order)...)
	var rows []Row
	worth := map[string]int64{}
	err = a.along(ctx, ask, func(row Row) error {
		if _, is := rank[row.Int(0)]; !is {
			return nil
		}
		worth[row.Text(1)] += row.Int(2)
		if a.out.Matched++; a.q.After == nil && (a.q.Limit == 0 || len(rows) <= a.q.Offset+a.q.Limit) {
			rows = append(rows, kept(row[3:]))
		}
		return nil
	})
	a.worth(worth)
	if err == nil && a.q.After != nil {
		rows, err = a.matchingAfter(ctx, ask, rank)
	}
	a.cutRows(rows)
	return err
}

// matchingAfter reads the page of what words match from the cursor on.
func (a *asking) matchingAfter(ctx context.Context, ask Ask, rank map[int64]int) (rows []Row, err error) {
	if err := a.place(ctx); err != nil {
		return nil, err
	}
	defer func() { a.key = nil }()
	err = a.along(ctx, ask, func(row Row) error {
		if _, is := rank[row.Int(0)]; is {
			rows = append(rows, kept(row[3:]))
		}
		if a.q.Limit > 0 && len(rows) > a.q.Offset+a.q.Limit {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return rows, err
}

// search tells how well deals match the words.
func (a *asking) search(ctx context.Context) (map[int64]int, error) {
	rank := map[int64]int{}
	exact, words := strings.TrimSpace(a.q.Words), store.Folded(a.q.Words)
	f := finder{r: a.r, ws: a.ws}
	byID, err := f.byID(ctx, words)
	if err != nil {
		return nil, err
	}
	byRecord, err := f.byRecord(ctx, exact)
	if err != nil {
		return nil, err
	}
	for _, h := range append(byID, byRecord...) {
		if h.seq != 0 {
			better(rank, h.seq, h.rank)
		}
	}
	return rank, spelt(ctx, a.r, a.ws, words, rank)
}

// best finds the page in the order of how well deals match: of each rank the
// open ones first, and what asks most for a look.
func (a *asking) best(ctx context.Context, rank map[int64]int) error {
	var ids []throughline.DealID
	for n := range 3 {
		of := map[int64]int{}
		for seq, r := range rank {
			if r == n {
				of[seq] = r
			}
		}
		for _, open := range []int64{1, 0} {
			room := a.q.Offset + a.q.Limit - len(ids)
			if len(of) == 0 || a.q.Limit > 0 && room <= 0 {
				continue
			}
			more, err := a.bestOf(ctx, of, open, room)
			if err != nil {
				return err
			}
			ids = append(ids, more...)
		}
	}
	a.out.Deals = a.cut(ids)
	return nil
}

func (a *asking) bestOf(ctx context.Context, of map[int64]int, open int64, room int) (ids []throughline.DealID, err error) {
	o := listOrders[store.ByMatch]
	ask := Ask{
		Columns: append([]string{"seq"}, columnsOf(o.order)...),
		Prefix:  in(a.ws),
		Where:   append(a.conditions(), Cond{Column: "open", Op: Equal, Value: open}),
		Order:   o.order,
		By:      o.by,
	}
	if len(of) <= mostLooked {
		ask.Where, ask.By = append(ask.Where, Cond{Column: "seq", Op: Among, Values: seqsOf(of)}), ByKey
	}
	err = a.read(ctx, ask, func(row Row) error {
		if _, is := of[row.Int(0)]; is {
			ids = append(ids, id[throughline.DealID](row, len(row)-1))
		}
		if a.q.Limit > 0 && len(ids) == room {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return ids, err
}
