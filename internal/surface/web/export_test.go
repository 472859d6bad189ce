package web

import (
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/showing"
)

// News is what the working list says of a deal that was set aside so at an hour of that day.
func News(how deal.Aside, at time.Time) string {
	v := &visit{p: phrase.For("en"), desk: &operation.Desk{}}
	v.desk.Now = func() time.Time { return at }
	v.today = throughline.DayOf(at, v.zone())
	r := showing.TodayRow{}
	r.Summary = &deal.Summary{}
	r.Summary.Aside.Value.How, r.Summary.Aside.At = how, at
	return v.news(r)
}

// Refusal is what a page in this language says of a refusal.
func Refusal(lang string, err error) string { return (&visit{p: phrase.For(lang)}).refusal(err) }
