package recording

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
)

// byRules gives a deal back to the playbook's rules.
const byRules = "rules"

// RecordProcess does the work of operation.RecordProcess: another of our processes than the rules say.
func RecordProcess(ctx context.Context, d *Desk, in ProcessInput) (Recorded, error) {
	return Write(ctx, d, "pick process", in.Writing, func(o *Writer) error {
		picked, err := o.pick(ctx, in.Process, in.Because)
		if err != nil {
			return err
		}
		o.Add(Entry{Body: picked})
		next := o.Summary
		next.Picked = deal.Latest[deal.ProcessPicked]{Value: picked, At: o.now}
		o.moveAlong(&next)
		return nil
	})
}

// ProcessInput names a process of the playbook.
type ProcessInput struct {
	Writing
	Process string `arg:"" name:"process" json:"process" help:"Its name in the playbook; rules gives the deal back to the playbook's rules."`
	Because string `name:"because" placeholder:"WORDS" json:"because,omitempty" help:"Why, in a sentence."`
}

// moveAlong puts a deal that changes its process to the stage of the new one
// that stands for its old one. next is the deal as it is about to be.
func (o *Writer) moveAlong(next *deal.Summary) {
	was, _ := alignment.ProcessOf(&o.Summary, o.book)
	pr, _ := alignment.ProcessOf(next, o.book)
	from, ok := o.book.Stage(o.Stage.Value.Stage)
	if !ok || pr.ID == was.ID {
		return
	}
	if to, ok := pr.StageFor(from); ok && to.Addr != from.Addr {
		o.Add(Entry{Body: deal.StageMoved{Stage: to.Addr, Foreign: o.Stage.Value.Foreign}})
	}
}

// pick checks a pick: a process there is and that is theirs, another than the rules say, and a reason.
func (o *Writer) pick(ctx context.Context, word, because string) (deal.ProcessPicked, error) {
	word = strings.TrimSpace(word)
	free := o.Summary
	free.Picked = deal.Latest[deal.ProcessPicked]{}
	_, on := alignment.ProcessOf(&free, o.book)
	out := deal.ProcessPicked{Suggested: on.Process}
	var err error
	if out.Reason, err = o.Words("the reason", because, false); err != nil {
		return out, err
	}
	o.Lint(out.Reason)
	if word == byRules {
		return out, nil
	}
	pr, ok := o.book.ProcessCalled(word)
	if !ok {
		all := []string{byRules}
		for _, pr := range o.book.Processes {
			all = append(all, pr.ID)
		}
		return out, o.Bad(word, diag.Unknown(word, all))
	}
	other, err := o.Desk.NotMine(ctx, o.book, pr.Address())
	if err != nil {
		return out, err
	}
	switch {
	case pr.When.Refused():
		return out, o.Bad(word, throughline.Refuse("process_rule", "its rule could not be read, so it takes no deals"))
	case pr.Address() == on.Process:
		if o.Picked.Set() && o.Picked.Value.Process != "" {
			return out, nil // what the rules say: nothing is left to override
		}
		return out, o.Bad(word, throughline.Refuse("process_same", "the deal follows this process already"))
	case other != nil:
		return out, o.Bad(word, throughline.Refuse("process_not_yours", "%s is not one of the processes that you are assigned", "process", pr.Address()))
	case out.Reason == "":
		return out, o.Bad(word, throughline.Refuse("process_why", "the rules say %s; say why this deal goes another way", "process", on.Process))
	}
	out.Process = pr.Address()
	return out, nil
}

// notTheirs says of a new deal that the rules put it on a process which whoever opens
// it is not assigned: it is on that one all the same.
func (o *Writer) notTheirs(ctx context.Context) error {
	_, on := alignment.ProcessOf(&o.Summary, o.book)
	other, err := o.Desk.NotMine(ctx, o.book, on.Process)
	if err != nil || other == nil {
		return err
	}
	f := diag.Finding{Check: "process-not-yours", Severity: diag.Hint, Value: string(on.Process),
		Message: fmt.Sprintf("the playbook's rules put this deal on %s, which is not one of the processes that you are assigned", on.Process)}
	if len(other.Whose) > 0 {
		f.Hint = "it is assigned to " + diag.List(other.Whose)
	}
	o.found = append(o.found, f)
	return nil
}

// attributes checks what is known of a deal on its first day: what the playbook
// declares keeps to its values, anything else is taken as it is.
func (o *Writer) attributes(given map[string]string) (map[string]string, error) {
	if len(given) == 0 {
		return nil, nil
	}
	out := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		value, err := o.plain(name, given[name], 200)
		if err != nil {
			return nil, err
		}
		key, err := o.plain("the name of what is known", name, 60)
		if err != nil {
			return nil, err
		}
		if key == "" || value == "" {
			continue
		}
		if i := slices.IndexFunc(o.book.Knows, func(a playbook.Attribute) bool { return a.Name == key }); i >= 0 {
			if a := o.book.Knows[i]; len(a.Values) > 0 && !slices.Contains(a.Values, value) {
				return nil, o.Bad(key+"="+value, diag.Unknown(value, a.Values))
			}
		}
		out[key] = value
	}
	return out, nil
}
