package caretaking

import (
	"context"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/setting"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/store"
)

// JoinOurs does the work of operation.JoinOurs: somebody who works here and has no deals.
func JoinOurs(ctx context.Context, d *Desk, in JoinInput) (throughline.PersonID, error) {
	const op = "say who"
	name := strings.Join(strings.Fields(strings.ToValidUTF8(in.Name, "")), " ")
	switch {
	case name == "":
		return throughline.PersonID{}, throughline.Fail(op, throughline.Invalid, "", throughline.Refuse("name", "a person needs a name"))
	case len([]rune(name)) > 120:
		return throughline.PersonID{}, throughline.Fail(op, throughline.Invalid, "", throughline.Refuse("long_name", "a name has at most 120 signs and one line"))
	}
	ours, err := showing.ListOurs(ctx, d.showing(), desk.Nothing{})
	if err != nil {
		return throughline.PersonID{}, err
	}
	for _, p := range ours.People {
		if strings.EqualFold(p.Name, name) {
			return p.ID, nil
		}
	}
	id := throughline.PersonID(d.NewID())
	if _, err := d.Ledger.Append(ctx, d.Workspace, store.Batch{People: []store.Person{{ID: id, Recorded: d.Now().UTC(), Ours: true, Name: name}}}); err != nil {
		return id, err
	}
	now, err := settled(ctx, d)
	if err == nil {
		_, err = settle(ctx, d, now, []store.Setting{{Name: setting.OursName(id), Value: "yes"}})
	}
	return id, err
}

// JoinInput is how somebody who works here is called.
type JoinInput struct {
	Name string `json:"name"`
}
