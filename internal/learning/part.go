package learning

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
)

// Part says which of the ledger's deals are looked at; what is empty asks for
// all. Segments are asked for with --where.
type Part struct {
	Class   string          `name:"class" placeholder:"CLASS" query:"class" json:"class,omitempty" help:"Only deals of this buying class: transactional, transactional-informal, complex, complex-no-process or unclassified."`
	Process string          `name:"process" placeholder:"PROCESS" query:"process" json:"process,omitempty" help:"Only deals that follow this process of ours."`
	Owner   string          `name:"owner" placeholder:"WHO" query:"owner" json:"owner,omitempty" help:"Only deals of this colleague, by name or id."`
	From    throughline.Day `name:"from" placeholder:"DAY" query:"from" json:"from,omitzero" help:"Only deals opened on this day or later."`
	To      throughline.Day `name:"to" placeholder:"DAY" query:"to" json:"to,omitzero" help:"Only deals opened on this day or before."`
}

// whole reports whether nothing is left out.
func (p Part) whole() bool { return p == (Part{}) }

// trait is what parts are told by, of one deal.
type trait struct {
	class   throughline.Class
	process string
	owner   throughline.PersonID
	amount  throughline.Money
	opened  time.Time
}

// traits reads them off the deals as of an instant.
func (d *Learner) traits(ctx context.Context, asOf time.Time) (map[throughline.DealID]trait, error) {
	out := map[throughline.DealID]trait{}
	several := d.Book != nil && len(d.Book.Processes) > 1
	var bare []throughline.DealID // stored summaries come without attributes, on which a process' rule may rest
	err := d.EachSummary(ctx, asOf, several, func(s *deal.Summary) {
		t := trait{class: s.Class.Value, owner: s.Owner.Value, amount: s.Amount.Value, opened: s.Opened}
		if several {
			pr, _ := alignment.ProcessOf(s, d.Book)
			if t.process = pr.ID; len(s.Attributes) == 0 {
				bare = append(bare, s.Deal)
			}
		}
		out[s.Deal] = t
	})
	for ids := range slices.Chunk(bare, 1000) {
		if err != nil {
			return nil, err
		}
		var list []deal.Summary
		list, err = d.Read().SummariesOf(ctx, ids)
		for i := range list {
			t := out[list[i].Deal]
			pr, _ := alignment.ProcessOf(&list[i], d.Book)
			t.process = pr.ID
			out[list[i].Deal] = t
		}
	}
	return out, err
}

// narrow keeps the cases of a part of the ledger's deals.
func (h *history) narrow(ctx context.Context, d *Learner, p Part, traits map[throughline.DealID]trait) error {
	if p.whole() || h.log == nil {
		return nil
	}
	if !h.ledger {
		return throughline.Refuse("part_of_log", "class, process, owner and days are asked of deals; of a log, --where asks for cases")
	}
	if c := throughline.Class(p.Class); p.Class != "" && !slices.Contains(throughline.Classes(), c) {
		return fmt.Errorf("--class: %w", diag.Unknown(p.Class, words(throughline.Classes())))
	}
	if p.Process != "" {
		pr, err := d.processNamed(p.Process)
		if err != nil {
			return fmt.Errorf("--process: %w", err)
		}
		if p.Process = pr.ID; len(d.Book.Processes) == 1 {
			p.Process = ""
		}
	}
	owned := func(throughline.PersonID) bool { return true }
	if p.Owner != "" {
		var ids []throughline.PersonID
		for _, t := range traits {
			if !t.owner.IsZero() && !slices.Contains(ids, t.owner) {
				ids = append(ids, t.owner)
			}
		}
		slices.SortFunc(ids, func(a, b throughline.PersonID) int { return slices.Compare(a[:], b[:]) })
		var err error
		if owned, err = d.OwnerMeant(ctx, p.Owner, ids); err != nil {
			return fmt.Errorf("--owner: %w", err)
		}
	}
	h.choose(slices.DeleteFunc(slices.Clone(h.sel), func(c uint32) bool {
		t := traits[h.dealOf(c)]
		opened := throughline.DayOf(t.opened, d.Days())
		return p.Class != "" && string(cmp.Or(t.class, throughline.Unclassified)) != p.Class || p.Process != "" && t.process != p.Process || !owned(t.owner) ||
			!p.From.IsZero() && (t.opened.IsZero() || opened.Compare(p.From) < 0) || !p.To.IsZero() && (t.opened.IsZero() || opened.Compare(p.To) > 0)
	}))
	return nil
}

// dealOf gives the deal that a case of the ledger's log is.
func (h *history) dealOf(c uint32) throughline.DealID {
	id, err := throughline.ParseID(h.log.CaseID(int(c)))
	if err != nil {
		return throughline.DealID{}
	}
	return throughline.DealID(id)
}

func words[T ~string](list []T) []string {
	var out []string
	for _, x := range list {
		out = append(out, string(x))
	}
	return out
}

// commonest gives the value that most have; of equals the first by its spelling.
func commonest(count map[string]int) string {
	best := ""
	for _, k := range sortedKeys(count) {
		if best == "" || count[k] > count[best] {
			best = k
		}
	}
	return best
}

func sortedKeys[T any](m map[string]T) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.SortFunc(out, cmp.Compare[string])
	return out
}
