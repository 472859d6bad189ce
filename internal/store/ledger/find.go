package ledger

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// FindDeals looks deals up by words; see store.Ledger. What matches whole
// comes first, then beginnings, then what stands inside a title or a name.
func (l *Ledger) FindDeals(ctx context.Context, ws throughline.Workspace, words string, limit int) ([]throughline.DealID, error) {
	f := finder{r: l.now(), ws: ws, limit: limit}
	found, err := f.run(ctx, words)
	return found, l.base.Fail("look for deals in", "", err)
}

type finder struct {
	r     Reader
	ws    throughline.Workspace
	limit int
	hits  []hit
}

// hit is a deal, how well it matches (0 whole, 1 by its beginning, 2 inside),
// and by what.
type hit struct {
	rank int
	word string
	deal throughline.DealID
	seq  int64
}

// grade says how well a text that holds the words matches them.
func grade(text, words string) int {
	switch {
	case text == words:
		return 0
	case strings.HasPrefix(text, words):
		return 1
	}
	return 2
}

func (f *finder) run(ctx context.Context, words string) ([]throughline.DealID, error) {
	exact, words := strings.TrimSpace(words), store.Folded(words)
	if words == "" || f.limit <= 0 {
		return nil, nil
	}
	for _, look := range []func(context.Context) ([]hit, error){
		func(ctx context.Context) ([]hit, error) { return f.byID(ctx, words) },
		func(ctx context.Context) ([]hit, error) { return f.byRecord(ctx, exact) },
		func(ctx context.Context) ([]hit, error) { return f.byTitle(ctx, words) },
		func(ctx context.Context) ([]hit, error) { return f.byAccount(ctx, words) },
	} {
		found, err := look(ctx)
		if err == nil {
			found, err = f.counting(ctx, found)
		}
		if err != nil {
			return nil, err
		}
		f.hits = append(f.hits, found[:min(len(found), f.limit)]...)
	}
	slices.SortStableFunc(f.hits, func(a, b hit) int { return cmp.Compare(a.rank, b.rank) })
	var out []throughline.DealID
	seen := map[throughline.DealID]bool{}
	for _, h := range f.hits {
		if len(out) < f.limit && !seen[h.deal] {
			out = append(out, h.deal)
			seen[h.deal] = true
		}
	}
	return out, nil
}

// counting puts hits in order and leaves out deals of which nothing counts any more.
func (f *finder) counting(ctx context.Context, hits []hit) (out []hit, err error) {
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.word, b.word), bytes.Compare(a.deal[:], b.deal[:]))
	})
	for len(hits) > 0 && len(out) < f.limit {
		part := hits[:min(len(hits), max(f.limit, longChunk))]
		hits = hits[len(part):]
		counts := map[int64]bool{}
		ask := Ask{Columns: []string{"seq"}, Prefix: in(f.ws), In: "seq", Where: []Cond{{Column: "counted", Op: Above, Value: int64(0)}}}
		err := among(ctx, f.r, Summaries, ask, part, func(h *hit) any { return h.seq }, func(row Row) error {
			counts[row.Int(0)] = true
			return nil
		})
		if err != nil {
			return nil, err
		}
		for _, h := range part {
			if counts[h.seq] {
				out = append(out, h)
			}
		}
	}
	return out, nil
}

func (f *finder) byID(ctx context.Context, words string) (out []hit, err error) {
	low, high, ok := store.IDRange(words)
	if !ok {
		return nil, nil
	}
	ask := Ask{
		Columns: []string{"deal", "seq"},
		Prefix:  in(f.ws),
		Where:   []Cond{{Column: "deal", Op: AtLeast, Value: low}, {Column: "deal", Op: AtMost, Value: high}},
	}
	err = f.r.Read(ctx, Deals, ask, func(row Row) error {
		out = append(out, hit{deal: id[throughline.DealID](row, 0), seq: row.Int(1)})
		return nil
	})
	return out, err
}

func (f *finder) byRecord(ctx context.Context, exact string) (out []hit, err error) {
	ask := Ask{
		Columns: []string{"foreign_id", "id"},
		Prefix:  in(f.ws, string(store.DealRecord)),
		Where:   []Cond{{Column: "foreign_id", Op: AtLeast, Value: exact}, {Column: "foreign_id", Op: Below, Value: after(exact)}},
	}
	err = f.r.Read(ctx, Records, ask, func(row Row) error {
		out = append(out, hit{rank: grade(row.Text(0), exact), word: row.Text(0), deal: id[throughline.DealID](row, 1)})
		return nil
	})
	if err != nil {
		return nil, err
	}
	seqs := map[throughline.DealID]int64{}
	err = among(
		ctx,
		f.r,
		Deals,
		Ask{Columns: []string{"deal", "seq"}, Prefix: in(f.ws), In: "deal"},
		out,
		func(h *hit) any { return h.deal[:] },
		func(row Row) error {
			seqs[id[throughline.DealID](row, 0)] = row.Int(1)
			return nil
		},
	)
	for i := range out {
		out[i].seq = seqs[out[i].deal]
	}
	return out, err
}

func (f *finder) byTitle(ctx context.Context, words string) (out []hit, err error) {
	ask := Ask{Columns: []string{"title", "deal", "seq"}, Prefix: in(f.ws), Where: []Cond{{Column: "title", Op: Contains, Value: words}}}
	err = f.r.Read(ctx, Deals, ask, func(row Row) error {
		title := row.Text(0)
		out = append(out, hit{grade(title, words), title, id[throughline.DealID](row, 1), row.Int(2)})
		return nil
	})
	return out, err
}

// byAccount finds the deals of accounts whose name, or a former one, matches.
func (f *finder) byAccount(ctx context.Context, words string) (out []hit, err error) {
	rank := map[throughline.AccountID]int{}
	ask := Ask{Columns: []string{"id", "folded"}, Prefix: in(f.ws), Where: []Cond{{Column: "folded", Op: Contains, Value: words}}}
	err = f.r.Read(ctx, Accounts, ask, func(row Row) error {
		a, n := id[throughline.AccountID](row, 0), grade(row.Text(1), words)
		if had, ok := rank[a]; !ok || n < had {
			rank[a] = n
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	ids := make([]throughline.AccountID, 0, len(rank))
	for a := range rank {
		ids = append(ids, a)
	}
	slices.SortFunc(ids, func(a, b throughline.AccountID) int {
		return cmp.Or(cmp.Compare(rank[a], rank[b]), bytes.Compare(a[:], b[:]))
	})
	err = among(
		ctx,
		f.r,
		Deals,
		Ask{Columns: []string{"deal", "seq", "account"}, Prefix: in(f.ws), In: "account"},
		ids[:min(len(ids), f.limit)],
		bytesOf,
		func(row Row) error {
			out = append(out, hit{rank: rank[id[throughline.AccountID](row, 2)], deal: id[throughline.DealID](row, 0), seq: row.Int(1)})
			return nil
		},
	)
	return out, err
}

// after comes behind every text that begins with s.
func after(s string) string { return s + "\U0010ffff" }

// FindPeople looks people up by words; see store.Ledger. It reads every name
// once and compares as Folded does.
func (l *Ledger) FindPeople(ctx context.Context, ws throughline.Workspace, words string, limit int) ([]store.Person, error) {
	if words = store.Folded(words); words == "" || limit <= 0 {
		return nil, nil
	}
	met := map[throughline.PersonID]bool{}
	ask := Ask{Columns: []string{"id", "name", "title", "erased"}, Prefix: in(ws)}
	err := l.now().Read(ctx, People, ask, func(row Row) error { // the last version holds, and comes last
		met[id[throughline.PersonID](row, 0)] = row[3] == nil &&
			(strings.Contains(store.Folded(row.Text(1)), words) || strings.Contains(store.Folded(row.Text(2)), words))
		return nil
	})
	if err != nil {
		return nil, l.base.Fail("look for people in", "", err)
	}
	var found []throughline.PersonID
	for p, is := range met {
		if is {
			found = append(found, p)
		}
	}
	people, err := l.People(ctx, ws, found)
	if err != nil {
		return nil, err
	}
	ranks := map[throughline.PersonID]int{}
	rank := func(p store.Person) int { return ranks[p.ID] }
	better := func(id throughline.PersonID, n int) {
		if had, ok := ranks[id]; !ok || n < had {
			ranks[id] = n
		}
	}
	var same map[throughline.PersonID]store.Person
	if slices.ContainsFunc(slices.Collect(maps.Values(people)), func(p store.Person) bool { return !p.Same.IsZero() }) {
		if same, err = merged(ctx, l.now(), ws); err != nil {
			return nil, l.base.Fail("look for people in", "", err)
		}
	}
	told := map[throughline.PersonID]bool{} // as whom those are told that are told as somebody else
	for _, p := range people {
		n := 3 // by the title
		if name := store.Folded(p.Name); strings.Contains(name, words) {
			n = grade(name, words)
		}
		end := store.ToldAs(p.ID, same)
		if better(end, n); end != p.ID {
			delete(people, p.ID)
			told[end] = true
		}
	}
	ends, err := l.People(ctx, ws, slices.Collect(maps.Keys(told)))
	if err != nil {
		return nil, err
	}
	maps.Copy(people, ends)
	out := make([]store.Person, 0, len(people))
	for _, p := range people {
		if p.Erased.IsZero() {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b store.Person) int {
		return cmp.Or(rank(a)-rank(b), strings.Compare(a.Name, b.Name), bytes.Compare(a.ID[:], b.ID[:]))
	})
	return out[:min(len(out), limit)], nil
}
