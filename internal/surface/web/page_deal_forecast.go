package web

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/showing"
)

// dealForecastView is the page of how one deal could end, as it was last shown,
// and of what people say of it.
type dealForecastView struct {
	frame
	Head    dealHeadView
	Outlook *outlookView // nil: none was shown, or it has not earned its place
	Ended   bool
}

func (s *site) dealForecast(v *visit) (component, error) {
	page, err := ask[showing.DealPage](v, operation.ShowDeal, &showing.DealInput{View: desk.View{AsOf: v.asOf}, ID: v.PathValue("id")})
	if err != nil {
		return nil, err
	}
	t := v.teller(page)
	out := dealForecastView{Head: t.headOf("outlook"), Ended: page.Reading.Outcome != throughline.StillOpen}
	out.frame = v.frame(out.Head.Heading, "deals")
	out.Live = v.liveAt(page)
	if !out.Ended {
		out.Outlook = v.dealOutlook(page.ID)
	}
	return dealForecastPage(out), nil
}
