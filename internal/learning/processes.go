package learning

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/mining"
	"github.com/throughline/throughline/internal/phrase"
)

// ProcessesInput says where to look for processes, and by what.
type ProcessesInput struct {
	HistoryInput
	Attributes []string `name:"attribute" sep:"none" placeholder:"NAME" json:"attributes,omitempty" query:"attribute" help:"Use this attribute of the opening, and only those named so."`
	Without    []string `name:"without" sep:"none" placeholder:"NAME" json:"without,omitempty" query:"without" help:"Leave this attribute out."`
	Terms      []string `name:"term" enum:"steps,durations,outcomes,order" placeholder:"WHAT" json:"terms,omitempty" query:"term" help:"Let only this, and what else is named so, tell groups apart: steps (which occur), durations (from opening to end), outcomes (how cases end), order (of steps). Without any: all four."`
	Most       int      `name:"most" placeholder:"N" default:"6" json:"most,omitempty" query:"most" help:"How many processes the curve goes to."`
	Resamples  int      `name:"resamples" placeholder:"N" default:"20" json:"resamples,omitempty" query:"resamples" help:"How often the history is drawn anew for the stability; 0 leaves it out."`
	Seed       uint64   `name:"seed" placeholder:"N" default:"1" json:"seed,omitempty" query:"seed" help:"Seed of the draws."`
}

// ProcessAdvice is the answer of MineProcesses.
type ProcessAdvice struct {
	Origin
	*mining.Partition
	Patch string `json:"patch,omitempty"` // files for the playbook
}

// MineProcesses tells how many processes a history holds.
func MineProcesses(ctx context.Context, d *Learner, in ProcessesInput) (ProcessAdvice, error) {
	const op = "count processes"
	if in.Most < 0 || in.Most > 20 || in.Resamples < 0 || in.Resamples > 1000 {
		return ProcessAdvice{}, throughline.Fail(op, throughline.Invalid, "", errors.New("--most goes to 20, --resamples to 1000"))
	}
	h, err := d.history(ctx, op, in.HistoryInput)
	if err != nil {
		return ProcessAdvice{}, err
	}
	out := ProcessAdvice{Origin: h.Origin, Partition: &mining.Partition{}}
	if h.log == nil {
		return out, nil
	}
	for _, a := range in.Attributes {
		if h.log.Opening(a) == nil {
			return out, throughline.Fail(op, throughline.Invalid, "", diag.Unknown(a, attributes(h.log)))
		}
	}
	set := mining.ProcessSettings{Attributes: in.Attributes, Without: in.Without, Most: in.Most, Resamples: in.Resamples,
		Random: rand.New(rand.NewPCG(in.Seed, 1)),
		Progress: func(done, total int) {
			d.Report(desk.Progress{Doing: "drawing anew", Done: int64(done), Total: int64(total), Unit: "draws"})
		}}
	for _, term := range in.Terms {
		if !slices.Contains(mining.Terms(), mining.Term(term)) {
			return out, throughline.Fail(op, throughline.Invalid, "", diag.Unknown(term, []string{"steps", "durations", "outcomes", "order"}))
		}
		set.Terms = append(set.Terms, mining.Term(term))
	}
	set.Ends = h.known()
	for _, r := range h.ends { // how a case ended tells nothing about its opening
		set.Without = append(set.Without, r.Attr)
	}
	if len(in.Logs) == 0 {
		set.Without = append(set.Without, ledgerOutcome, ledgerCause, ledgerKind, ledgerSpared, ledgerProcess)
	}
	if in.Attributes == nil {
		set.Excluded = h.leaks(d, set.Without, nil)
	}
	out.Partition = toldPartition(mining.Processes(h.log, h.sel, set))
	out.Patch = Patch(phrase.ForPrograms(), out.Partition)
	return out, nil
}
