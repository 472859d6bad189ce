package company

import (
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook"
)

// Remark is what somebody of the made-up company said of its playbook, and what
// was answered; an empty answer is none.
type Remark struct {
	By       throughline.PersonID
	About    throughline.Address
	Text     string
	Day      throughline.Day
	Answer   string
	Answers  throughline.PersonID
	Answered throughline.Day
}

// Remarks gives what the company's people said of its playbook in the last
// quarter, oldest first, in a language, "en" or "zh"; the same as Generate, of
// one seed, speaks of the same people.
func Remarks(language string, seed uint64, today throughline.Day, zone *time.Location, book *playbook.Playbook) []Remark {
	w := newWorld(language == "zh", seed, today, zone, book)
	milestone := func(id string) throughline.Address { return throughline.MilestoneAddress("standard", id) }
	told := []struct {
		who            int
		about          throughline.Address
		ago            int
		text, chinese  string
		reply, replied string
	}{
		{0, milestone("order-route-known"), 78, "Ask for this a month earlier; their purchasing always needs longer than they think", "这一条早一个月问，他们采购部门总比自己以为的要久",
			"Agreed. We look at it in the review; until then start it with the paper", "同意，回顾时再看；在那之前，和合同文件一起开始"},
		{1, milestone("measure-agreed"), 61, "Finance never signs a baseline in works under 200 people", "200 人以下的工厂，财务从不在基线上签字", "", ""},
		{2, "pack/jolt", 44, "This never helped with public bodies; their rules leave no room for it", "对公共机构从没帮上忙，他们的规则不留余地", "", ""},
		{1, milestone("ways-compared"), 30, "Where they have a list of ways, the talk about price is half as long", "客户列出各种办法之后，谈价格的时间少了一半", "", ""},
		{2, milestone("measure-agreed"), 19, "Works, where the quality manager keeps the numbers anyway", "质量经理本来就记这些数字的地方，很管用", "", ""},
		{0, "contracting/k3", 8, "Their security questionnaire is three times as long as a year ago", "他们的安全问卷比一年前长了三倍", "", ""},
	}
	known := map[throughline.Address]bool{}
	for _, e := range book.Elements() {
		known[e.Addr] = true
	}
	var out []Remark
	for _, x := range told {
		if !known[x.about] {
			continue
		}
		r := Remark{By: w.sellers[x.who].ID, About: x.about, Text: x.text, Day: today.Add(-x.ago), Answer: x.reply}
		if w.chinese {
			r.Text, r.Answer = x.chinese, x.replied
		}
		if r.Answer != "" {
			r.Answers, r.Answered = w.manager.ID, r.Day.Add(6)
		}
		out = append(out, r)
	}
	return out
}
