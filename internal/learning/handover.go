package learning

import (
	"context"
	"errors"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/mining"
)

// HandoverInput names the marks on the way.
type HandoverInput struct {
	HistoryInput
	Paper   []string `name:"paper" sep:"none" placeholder:"ACTIVITY" json:"paper,omitempty" query:"-" help:"Contracting is begun by this activity."`
	Decided []string `name:"decided" sep:"none" placeholder:"ACTIVITY" json:"decided,omitempty" query:"-" help:"The customer has decided."`
	Ordered []string `name:"ordered" sep:"none" placeholder:"ACTIVITY" json:"ordered,omitempty" query:"-" help:"The order is there."`
}

// HandoverReport is the answer of MineHandover.
type HandoverReport struct {
	Origin
	*mining.Handover
}

// MineHandover tells where work waits between people.
func MineHandover(ctx context.Context, d *Learner, in HandoverInput) (HandoverReport, error) {
	const op = "follow the paper"
	h, err := d.history(ctx, op, in.HistoryInput)
	if err != nil {
		return HandoverReport{}, err
	}
	out := HandoverReport{Origin: h.Origin, Handover: &mining.Handover{}}
	if h.log == nil {
		return out, nil
	}
	set := mining.HandoverSettings{Paper: in.Paper, Decided: in.Decided, Ordered: in.Ordered}
	if len(in.Logs) == 0 {
		set = ledgerHandover()
	} else {
		if len(in.Decided) == 0 || len(in.Ordered) == 0 {
			return out, throughline.Fail(op, throughline.Invalid, "", errors.New("--decided and --ordered name the activities of the log that say so"))
		}
		for _, list := range [][]string{in.Paper, in.Decided, in.Ordered} {
			for _, name := range list {
				if _, ok := h.log.Activities().Find(name); !ok {
					return out, throughline.Fail(op, throughline.Invalid, "", diag.Unknown(name, h.log.Activities().All()))
				}
			}
		}
	}
	out.Handover = toldHandover(mining.HandOver(h.log, h.sel, h.end, set))
	return out, nil
}

// ledgerHandover names the marks in the ledger.
func ledgerHandover() mining.HandoverSettings {
	return mining.HandoverSettings{
		Paper:   []string{ledgerPaper},
		Decided: []string{throughline.Commit.String()},
		Ordered: []string{string(throughline.Won)},
	}
}
