package web

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
)

// newView is the page on which a deal is opened.
type newView struct {
	frame
	Why, Title, Account string
}

func (s *site) newDeal(v *visit) (component, error) { return v.newPage(""), nil }

func (v *visit) newPage(why string) component {
	return newPage(newView{frame: v.frame(v.p.Say("new.title"), "deals"), Why: why, Title: v.text("title"), Account: v.text("account")})
}

// postNew opens a deal and goes to it.
func (s *site) postNew(v *visit) (component, error) {
	r, err := ask[operation.Recorded](v, operation.RecordDeal, &operation.NewDealInput{Title: v.text("title"), Account: v.text("account"), Once: v.text("once")})
	return v.opens("opened", r, err)
}

// postExpand opens the larger deal that a small one grows into.
func (s *site) postExpand(v *visit) (component, error) {
	r, err := ask[operation.Recorded](v, operation.RecordDeal, &operation.NewDealInput{Title: v.text("title"), Expands: v.PathValue("id"), Once: v.text("once")})
	if err != nil {
		return v.again(err)
	}
	return v.opens("expanded", r, nil)
}

func (v *visit) opens(what string, r operation.Recorded, err error) (component, error) {
	if err != nil {
		kind := throughline.KindOf(err)
		if kind != throughline.Invalid && kind != throughline.Conflict {
			return nil, err
		}
		v.status = statuses[kind]
		why := v.refusal(err)
		if v.text("title") == "" {
			why = v.p.Say("new.needs_title")
		}
		return v.newPage(why), nil
	}
	m := v.saidOf(what, r)
	m.Facts = nil // how a deal was opened is not taken back; it can be ended
	v.tell(m)
	v.goTo = "/deals/" + r.Deal.String()
	return nil, nil
}
