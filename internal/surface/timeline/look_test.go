package timeline

import (
	"fmt"
	"os"
	"testing"

	"github.com/throughline/throughline"
)

func on(s string) throughline.Day {
	if s == "" {
		return throughline.Day{}
	}
	d, err := throughline.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func sample(lang string, late bool) Timeline {
	zh := lang == "zh"
	say := func(en, cn string) string {
		if zh {
			return cn
		}
		return en
	}
	done, begun, not, no := throughline.StepDone, throughline.StepBegun, throughline.StepNotBegun, throughline.StepNotNeeded
	t := Timeline{ID: "t", Title: "Contracting", Desc: "d", Today: on("2026-02-16"), TodayName: say("today", "今天"), Goal: on("2026-05-01"), GoalName: say("order live by 1 May", "5月1日订单生效"),
		Typical: say("Spreads are typical, check yours: nine in ten steps of this kind end between the marks.", "时长为典型值，请核对自己的情况。"),
		Legend:  Legend{say("done", "已完成"), say("under way", "进行中"), say("latest start to latest end", "最迟开始至最迟结束"), say("best to worst quarter", "最好至最差四分之一"), say("due, as agreed", "约定到期日"), say("its day has passed", "已过期")}}
	t.Steps = []Step{
		{Name: say("Route known", "路径明确"), State: done, Began: on("2026-01-20"), Done: on("2026-01-29"), Say: say("done 29 January", "1月29日完成"), Best: 2, Mid: 5, Worst: 10},
		{Name: say("Paper chosen", "选定文本"), State: begun, Began: on("2026-02-05"), Due: on("2026-02-20"), Say: say("due 20 February", "2月20日到期"), Best: 3, Mid: 14, Worst: 20, After: []int{0}},
		{Name: say("Checks", "各项审查"), State: not, From: on("2026-02-25"), Until: on("2026-03-17"), Say: say("begin by 25 February", "2月25日前开始"), Best: 10, Mid: 20, Worst: 40, After: []int{0}},
		{Name: say("Terms", "条款"), State: not, From: on("2026-02-20"), Until: on("2026-03-17"), Say: say("begin by 20 February", "2月20日前开始"), Best: 10, Mid: 25, Worst: 45, After: []int{1}},
		{Name: say("Approval", "审批"), State: not, From: on("2026-04-10"), Until: on("2026-04-20"), Say: say("begin by 10 April", "4月10日前开始"), Best: 5, Mid: 10, Worst: 20, After: []int{2, 3}},
		{Name: say("Supplier set-up", "供应商建档"), State: not, From: on("2026-04-06"), Until: on("2026-04-26"), Say: say("begin by 6 April", "4月6日前开始"), Best: 5, Mid: 20, Worst: 45, After: []int{0}},
		{Name: say("Signature", "签署"), State: not, From: on("2026-04-20"), Until: on("2026-04-23"), Say: say("begin by 20 April", "4月20日前开始"), Best: 1, Mid: 3, Worst: 10, After: []int{4}},
		{Name: say("Order live", "订单生效"), State: not, From: on("2026-04-26"), Until: on("2026-05-01"), Say: say("begin by 26 April", "4月26日前开始"), Best: 1, Mid: 5, Worst: 15, After: []int{5, 6}},
	}
	if late {
		t.Today = on("2026-03-09")
		t.Steps[1].Late, t.Steps[1].Say = true, say("17 days overdue", "已逾期17天")
		t.Steps[2].Late, t.Steps[2].Say = true, say("late by 12 days", "12天前就应开始")
		t.Steps[3].Late, t.Steps[3].Say = true, say("late by 17 days", "17天前就应开始")
		t.Steps[5].State = no
		t.Steps[5].Say = say("not needed here", "此处不需要")
	}
	for i := range t.Steps {
		t.Steps[i].Href, t.Steps[i].Label = fmt.Sprintf("#k%d", i+1), t.Steps[i].Name+": "+t.Steps[i].Say
	}
	from, to := t.Span()
	for _, d := range Firsts(from, to) {
		n := d.Civil().Format("January")
		if zh {
			n = d.Civil().Format("1月")
		}
		t.Ticks = append(t.Ticks, Tick{d, n})
	}
	return t
}

// TestLook writes pages to look at into the folder LOOK, in the page's own
// colours: LOOK=/tmp go test -run Look, then open them, wide and narrow.
func TestLook(t *testing.T) {
	dir := os.Getenv("LOOK")
	if dir == "" {
		t.Skip()
	}
	token, err := os.ReadFile("../kit/token.css")
	if err != nil {
		t.Fatal(err)
	}
	page := func(name string, ms ...string) {
		s := "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><style>" + string(token) + CSS + "body{margin:0;background:var(--paper);color:var(--ink);font-family:var(--type)} .c{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:20px;margin:16px auto;max-width:1100px} </style>"
		for _, m := range ms {
			s += "<div class='c timeline-box'>" + m + "</div>"
		}
		if err := os.WriteFile(dir+"/"+name+".html", []byte(s), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	both := func(t Timeline) string { return t.Large() + t.Down() }
	bare := sample("en", false)
	bare.Goal = throughline.Day{}
	for i := range bare.Steps {
		s := &bare.Steps[i]
		s.State, s.From, s.Until, s.Began, s.Due, s.Done, s.Say = throughline.StepNotBegun, throughline.Day{}, throughline.Day{}, throughline.Day{}, throughline.Day{}, throughline.Day{}, ""
	}
	page("tl-en", both(sample("en", false)), both(sample("en", true)))
	page("tl-zh", both(sample("zh", true)), both(bare))
}
