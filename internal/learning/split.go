package learning

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/leak"
	"github.com/throughline/throughline/internal/quantile"
)

// Split tells the deals apart by one thing and says whether how they end differs.
type Split struct {
	By      string      `json:"by"`      // class, process, owner, or "attribute " and its name
	Differs bool        `json:"differs"` // in how they end, by more than chance
	Parts   []PartShare `json:"parts"`   // of the deals looked at, the greatest first
	All     []PartShare `json:"all"`     // of all deals
}

// PartShare is one part of the deals, counted.
type PartShare struct {
	Value      string  `json:"value"`
	Name       string  `json:"name,omitempty"` // of an owner
	Deals      int     `json:"deals"`
	Won        int     `json:"won"`
	Lost       int     `json:"lost"`
	NoDecision int     `json:"no_decision"`
	Days       float64 `json:"days"` // from opening to order, in the middle of the won
}

// ended counts those that tell how a part ends.
func (p PartShare) ended() int { return p.Won + p.Lost + p.NoDecision }

// What deals are told apart by. Segments are attributes of the opening.
const (
	ByClass   = "class"
	ByProcess = "process"
	ByOwner   = "owner"
	BySegment = "attribute " // + name
)

const (
	leastOfPart  = 20 // ended deals from which a part counts when parts are compared
	mostParts    = 8  // values of a segment
	mostSegments = 12
)

// parted narrows the cases to a part of the deals, and tells those that are left
// apart in every way in which all of them can be.
func (h *history) parted(
	ctx context.Context,
	d *Learner,
	p Part,
	traits map[throughline.DealID]trait,
	excluded []leak.Finding,
) ([]Split, error) {
	if h.log == nil || !h.ledger {
		return []Split{}, h.narrow(ctx, d, p, traits)
	}
	all, err := h.splits(ctx, d, traits, excluded)
	if err != nil {
		return nil, err
	}
	if err := h.narrow(ctx, d, p, traits); err != nil {
		return nil, err
	}
	now := all
	if !p.whole() {
		if now, err = h.splits(ctx, d, traits, excluded); err != nil {
			return nil, err
		}
	}
	out := make([]Split, len(all))
	for i, s := range all {
		out[i] = Split{By: s.By, Parts: []PartShare{}, All: s.Parts}
		if k := slices.IndexFunc(now, func(x Split) bool { return x.By == s.By }); k >= 0 {
			out[i].Parts, out[i].Differs = now[k].Parts, now[k].Differs
		}
	}
	return out, nil
}

// splits tells the chosen deals apart in every way that is known of more than
// one part.
func (h *history) splits(ctx context.Context, d *Learner, traits map[throughline.DealID]trait, excluded []leak.Finding) ([]Split, error) {
	out := []Split{}
	ways := []struct {
		by string
		of func(uint32, trait) string
	}{
		{ByClass, func(_ uint32, t trait) string { return string(cmp.Or(t.class, throughline.Unclassified)) }},
		{ByProcess, func(_ uint32, t trait) string { return t.process }},
		{ByOwner, func(_ uint32, t trait) string {
			if t.owner.IsZero() {
				return ""
			}
			return t.owner.String()
		}},
	}
	for _, w := range ways {
		if s := h.split(w.by, traits, w.of); len(s.Parts) > 1 {
			s.Differs = differ(s.Parts, 2.33)
			out = append(out, s)
		}
	}
	skip := append(h.written(), ledgerAmount)
	skip = append(skip, left(excluded)...)
	segments := 0
	for _, name := range leak.Names(h.log) {
		col := h.log.Opening(name)
		if slices.Contains(skip, name) || col == nil || col.Type() == eventlog.Time || segments >= mostSegments {
			continue
		}
		s := h.split(BySegment+name, traits, func(c uint32, _ trait) string { return col.Text(int(c)) })
		if n := len(s.Parts); n < 2 || n > mostParts || 10*s.sum() < 9*len(h.sel) {
			continue
		}
		segments++
		s.Differs = differ(s.Parts, 3.1) // many are looked at
		out = append(out, s)
	}
	return out, h.nameOwners(ctx, d, out)
}

func (s Split) sum() int {
	n := 0
	for _, p := range s.Parts {
		n += p.Deals
	}
	return n
}

func (h *history) split(by string, traits map[throughline.DealID]trait, of func(uint32, trait) string) Split {
	out := Split{By: by, Parts: []PartShare{}}
	at, days := map[string]int{}, map[string][]float64{}
	for _, c := range h.sel {
		t := traits[h.dealOf(c)]
		v := of(c, t)
		if v == "" {
			continue
		}
		i, ok := at[v]
		if !ok {
			i = len(out.Parts)
			at[v] = i
			out.Parts = append(out.Parts, PartShare{Value: v})
		}
		p := &out.Parts[i]
		p.Deals++
		switch h.end[c].Outcome.Kind() {
		case throughline.EndWon:
			p.Won++
			if e := h.end[c].Event; e >= 0 && h.log.Times()[e] != eventlog.NoTime && !t.opened.IsZero() {
				days[v] = append(days[v], float64(h.log.Times()[e]-eventlog.Micros(t.opened))/86_400e6)
			}
		case throughline.EndLost:
			p.Lost++
		case throughline.EndNoDecision:
			p.NoDecision++
		}
	}
	for i := range out.Parts {
		p := &out.Parts[i]
		slices.Sort(days[p.Value])
		p.Days = max(quantile.Of(days[p.Value], 0.5), 0)
	}
	slices.SortFunc(out.Parts, func(a, b PartShare) int { return cmp.Or(b.Deals-a.Deals, cmp.Compare(a.Value, b.Value)) })
	return out
}

// differ reports whether parts end differently, by Pearson's chi-squared of
// parts by ends against z standard deviations (Wilson and Hilferty 1931), among
// parts with enough ended deals.
func differ(parts []PartShare, z float64) bool {
	var rows [][3]float64
	var col [3]float64
	all := 0.0
	for _, p := range parts {
		if p.ended() < leastOfPart {
			continue
		}
		r := [3]float64{float64(p.Won), float64(p.Lost), float64(p.NoDecision)}
		rows = append(rows, r)
		for k, x := range r {
			col[k] += x
			all += x
		}
	}
	square, kinds := 0.0, 0
	for _, c := range col {
		if c > 0 {
			kinds++
		}
	}
	free := float64((len(rows) - 1) * (kinds - 1))
	if free <= 0 {
		return false
	}
	for _, r := range rows {
		sum := r[0] + r[1] + r[2]
		for k, x := range r {
			if expected := sum * col[k] / all; expected > 0 {
				square += (x - expected) * (x - expected) / expected
			}
		}
	}
	v := 2 / (9 * free)
	return (math.Cbrt(square/free)-(1-v))/math.Sqrt(v) > z
}

// nameOwners gives the colleagues their names; who has none is left out.
func (h *history) nameOwners(ctx context.Context, d *Learner, splits []Split) error {
	for i := range splits {
		s := &splits[i]
		if s.By != ByOwner {
			continue
		}
		var ids []throughline.PersonID
		for _, p := range s.Parts {
			if id, err := throughline.ParseID(p.Value); err == nil {
				ids = append(ids, throughline.PersonID(id))
			}
		}
		people, err := d.Read().People(ctx, ids)
		if err != nil {
			return err
		}
		for k := range s.Parts {
			if id, err := throughline.ParseID(s.Parts[k].Value); err == nil {
				s.Parts[k].Name = people[throughline.PersonID(id)].Name
			}
		}
		s.Parts = slices.DeleteFunc(s.Parts, func(p PartShare) bool { return p.Name == "" })
	}
	return nil
}
