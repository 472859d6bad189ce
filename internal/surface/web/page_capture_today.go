package web

import (
	"cmp"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/capture"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
)

// captureToday is the box on Today: the deal is found from the words.
func (v *visit) captureToday() captureView {
	out := captureView{Action: "/capture", Back: "/", Note: v.text("text"), From: cmp.Or(v.text("from"), string(capture.Conversation)), Record: v.text("record"),
		Token: v.once(), Model: v.desk.Model.Name, Here: true, Words: v.text("words")}
	out.frame = v.frame("", "today")
	for _, f := range []capture.From{capture.Conversation, capture.Message, capture.Document} {
		out.Froms = append(out.Froms, choice{Word: v.p.Say("capture.from_" + string(f)), Href: string(f), Here: out.From == string(f)})
	}
	return out
}

// postCaptureToday reads a note on Today: whose it is, what it says, and what
// of it is recorded, all on the same spot.
func (s *site) postCaptureToday(v *visit) (component, error) {
	v.query.Del("lang")
	box := v.captureToday()
	deal := v.text("deal")
	switch {
	case strings.TrimSpace(v.text("text")) == "":
		box.Empty = v.p.Say("capture.empty")
	case deal == "" || v.text("do") == "which":
		found, sure, err := v.meant(&box)
		if err != nil {
			return v.again(err)
		}
		if deal = ""; sure && v.text("do") != "which" && v.text("words") == "" {
			deal = found
		}
	}
	if deal != "" && box.Empty == "" {
		out, told, err := v.captured(deal)
		if err != nil {
			return v.again(err)
		}
		if out.Over {
			v.tell(*told)
			v.goTo = v.then("/")
			return nil, nil
		}
		title := out.Title
		out.Action, out.Back, out.Here, out.Deal = box.Action, box.Back, true, deal
		out.Heading = title
		box = out
	}
	t, err := v.todayView()
	if err != nil {
		return nil, err
	}
	t.Path, t.Said = "/", box.Said
	t.Capture = box
	return todayPage(t), nil
}

// meant finds the deal a note is about, or asks.
func (v *visit) meant(box *captureView) (id string, sure bool, err error) {
	in := showing.MeantInput{Text: v.text("text"), Words: v.text("words")}
	if !v.desk.Author.IsZero() {
		in.Owner = throughline.ID(v.desk.Author).String()
	}
	m, err := ask[showing.Meant](v, operation.FindMeant, &in)
	if err != nil {
		return "", false, err
	}
	for _, d := range m.Deals {
		word := d.Title
		if d.Account != "" && d.Account != d.Title {
			word = v.p.Say("capture.deal_of", "deal", d.Title, "account", d.Account)
		}
		box.Deals = append(box.Deals, choice{Word: word, Href: d.ID.String()})
	}
	switch {
	case len(m.Deals) == 0 && in.Words != "":
		box.Which = v.p.Say("capture.which_unknown", "words", in.Words)
	case len(m.Deals) == 0:
		box.Which = v.p.Say("capture.which_none")
	default:
		id = m.Deals[0].ID.String()
		box.Which = v.p.Say("capture.which_deal")
	}
	return id, m.Sure, nil
}

// postAside answers what was asked about a deal; what was ticked off offers to
// tell what was heard.
func (s *site) postAside(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	until, err := v.dayField("until")
	if err != nil {
		return "", err
	}
	how := v.text("how")
	r, err := ask[recording.Recorded](v, operation.RecordAside, &recording.AsideInput{Writing: w, How: how, What: v.text("what"), Until: until})
	if err != nil {
		return "", err
	}
	v.tell(v.saidOf("aside_"+how, r))
	then := v.then("/")
	if how == "done" {
		joint := "?"
		if strings.Contains(then, "?") {
			joint = "&"
		}
		then += joint + "done=" + r.Deal.String()
	}
	return then + "#d-" + r.Deal.String(), nil
}
