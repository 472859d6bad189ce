package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/showing"
)

// column is one column of the list: its key, the order that it stands for, and
// what stands in it.
type column struct {
	key, sort string
	num       bool // figures, which stand right
	cell      func(*visit, showing.DealRow) listCell
	file      func(showing.DealRow) string // what stands in a file; nil: the same
}

// listCell is what stands in one place of the table.
type listCell struct {
	Key, Word string // of the column
	Text      string
	Href      string
	Note      string // what it means in full
	Far       bool   // to be minded
	Num       bool
}

// tableRow is one deal in the table.
type tableRow struct {
	ID, Name string
	Cells    []listCell
}

// headView is the head of a column.
type headView struct {
	Key, Word string
	Href      string // to the list in this order; "" where there is none such
	Sorted    string // ascending, descending, or ""
	Num       bool
}

// tableColumns are those there are, in the order in which they stand. The first
// is always shown.
var tableColumns = []column{
	{key: "deal", sort: "title", cell: func(v *visit, r showing.DealRow) listCell {
		return listCell{Text: heading(v.p, r), Href: v.link("/deals/" + r.ID.String()), Note: heading(v.p, r)}
	}, file: func(r showing.DealRow) string { return r.Title }},
	{key: "customer", cell: func(v *visit, r showing.DealRow) listCell {
		if r.Account == "" {
			return listCell{}
		}
		return listCell{Text: r.Account, Href: v.link("/accounts/" + r.Summary.Account.Value.String())}
	}},
	{key: "question", sort: "question", cell: questionCell},
	{key: "gap", cell: func(v *visit, r showing.DealRow) listCell {
		if !r.FromCustomer || r.Reading.FirmGap == nil {
			return listCell{}
		}
		return listCell{Text: v.p.Gap(r.Reading), Far: *r.Reading.FirmGap > 0}
	}},
	{key: "stage", cell: func(v *visit, r showing.DealRow) listCell {
		if r.Stage == "" {
			return listCell{Text: r.ForeignStage}
		}
		return listCell{Text: v.p.Place(v.desk.Book, r.Stage), Note: r.ForeignStage}
	}},
	{key: "amount", sort: "amount", num: true, cell: func(v *visit, r showing.DealRow) listCell {
		return listCell{Text: v.p.Money(r.Amount)}
	}, file: func(r showing.DealRow) string {
		if r.Amount.Zero() {
			return ""
		}
		return strconv.FormatFloat(float64(r.Amount.Cents)/100, 'f', -1, 64)
	}},
	{key: "expected", sort: "close-date", num: true, cell: expectedCell, file: func(r showing.DealRow) string { return isoDay(r.CloseDate) }},
	{key: "heard", sort: "quiet", num: true, cell: func(v *visit, r showing.DealRow) listCell {
		s := r.Reading.Silence
		if r.Outcome != throughline.StillOpen.Word() || !s.Known {
			return listCell{}
		}
		return listCell{Text: v.p.Days(s.Days), Note: v.p.Silence(s), Far: s.Silent}
	}, file: func(r showing.DealRow) string { return isoDay(r.LastCustomerAct) }},
	{key: "owner", cell: func(v *visit, r showing.DealRow) listCell {
		if r.Owner == "" {
			return listCell{}
		}
		return listCell{Text: r.Owner, Href: v.to("owner", r.Summary.Owner.Value.String(), "offset", "")}
	}},
	{key: "class", cell: func(v *visit, r showing.DealRow) listCell { return listCell{Text: v.p.Class(r.Reading.Class)} }},
	{key: "process", cell: func(v *visit, r showing.DealRow) listCell {
		return listCell{Text: v.p.Process(v.desk.Book, r.Reading.Process.Process)}
	}},
	{key: "opened", sort: "opened", num: true, cell: func(v *visit, r showing.DealRow) listCell { return v.dayCell(r.Opened) },
		file: func(r showing.DealRow) string { return isoDay(r.Opened) }},
	{key: "end", cell: func(v *visit, r showing.DealRow) listCell {
		if r.Outcome == throughline.StillOpen.Word() {
			return listCell{}
		}
		return listCell{Text: v.p.Ending(throughline.Outcome(r.Outcome), r.Cause), Note: strings.TrimSpace(r.End + " " + r.EndWhy)}
	}},
	{key: "closed", sort: "closed", num: true, cell: func(v *visit, r showing.DealRow) listCell { return v.dayCell(r.Closed) },
		file: func(r showing.DealRow) string { return isoDay(r.Closed) }},
	{key: "why", sort: "attention", cell: func(_ *visit, r showing.DealRow) listCell {
		if len(r.Why) == 0 {
			return listCell{}
		}
		return listCell{Text: r.Why[0], Note: strings.Join(r.Why, " · ")}
	}},
}

func questionCell(v *visit, r showing.DealRow) listCell {
	switch {
	case r.Outcome != throughline.StillOpen.Word():
		return listCell{Text: v.p.Outcome(throughline.Outcome(r.Outcome)), Note: r.End}
	case !r.FromCustomer:
		return listCell{Text: "–", Note: v.p.Say("table.nothing_yet")}
	case !r.Frontier.Known():
		return listCell{Text: v.p.Say("table.all_answered")}
	}
	out := listCell{Text: v.p.Phase(v.desk.Book, r.Frontier)}
	if q, ok := v.desk.Book.Question(r.Frontier); ok {
		out.Note = q.Ask.Text.In(v.p.Code())
	}
	return out
}

func expectedCell(v *visit, r showing.DealRow) listCell {
	out := v.dayCell(r.CloseDate)
	if r.Outcome == throughline.StillOpen.Word() && !r.CloseDate.IsZero() && r.CloseDate.Sub(v.day()) < 0 {
		out.Far, out.Note = true, v.p.Say("table.overdue")
	}
	if r.Pushes > 0 {
		out.Note = strings.TrimSpace(out.Note + " " + v.p.Say("table.pushed", "n", r.Pushes))
	}
	return out
}

// dayCell gives a day, with its year where that is another one.
func (v *visit) dayCell(d throughline.Day) listCell {
	if d.IsZero() {
		return listCell{}
	}
	return listCell{Text: v.p.DayNear(d, v.day()), Note: v.p.Weekday(d)}
}

// brief leaves the customer's name out of a title that begins with it, where it
// stands beside it already.
func brief(title, customer string) string {
	rest, begins := strings.CutPrefix(title, customer+" ")
	if customer == "" || !begins || strings.TrimSpace(rest) == "" {
		return title
	}
	return phrase.Initial(rest)
}

// isoDay spells a day for programs; "" for none.
func isoDay(d throughline.Day) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// shown are the keys of the columns asked for; else those that most want to see.
func (v *visit) shown(in *showing.DealsInput) []string {
	if out := v.columnsAsked(); len(out) > 0 {
		return out
	}
	return usual(in)
}

// columnsAsked are the keys of the columns that the address names.
func (v *visit) columnsAsked() (out []string) {
	for _, key := range strings.Split(v.query.Get("cols"), ",") {
		if slices.ContainsFunc(tableColumns, func(c column) bool { return c.key == key }) {
			out = append(out, key)
		}
	}
	return out
}

// choseColumns reports whether somebody chose columns: a form that was sent names those
// that stood there, too.
func (v *visit) choseColumns(in *showing.DealsInput) bool {
	asked, stood := v.columnsAsked(), usual(in)
	slices.Sort(asked)
	slices.Sort(stood)
	return len(asked) > 0 && !slices.Equal(asked, stood)
}

// usual are the keys of the columns that most want to see.
func usual(in *showing.DealsInput) []string {
	if in.Outcome != "" && in.Outcome != throughline.StillOpen.Word() {
		return []string{"customer", "amount", "owner", "opened", "end", "closed"}
	}
	return []string{"customer", "question", "stage", "amount", "expected", "heard", "owner"}
}

// listColumns are those that are shown, in the order in which they stand.
func (v *visit) listColumns(in *showing.DealsInput) []column {
	shown, out := v.shown(in), tableColumns[:1:1]
	for _, c := range tableColumns[1:] {
		if slices.Contains(shown, c.key) {
			out = append(out, c)
		}
	}
	return out
}

// falling are the orders whose first is the greatest.
var falling = []string{"recent", "attention", "amount", "opened", "closed", "question"}

// head makes the head of a column: a way to its order, and back round from there.
func (v *visit) head(c column, in *showing.DealsInput) headView {
	out := headView{Key: c.key, Word: v.p.Say("table.col." + c.key), Num: c.num}
	if c.sort == "" {
		return out
	}
	if in.Sort != c.sort {
		out.Href = v.to("sort", c.sort, "reverse", "", "offset", "")
		return out
	}
	out.Sorted = "ascending"
	if slices.Contains(falling, c.sort) != in.Reverse {
		out.Sorted = "descending"
	}
	turn := "true"
	if in.Reverse {
		turn = ""
	}
	out.Href = v.to("sort", c.sort, "reverse", turn, "offset", "")
	return out
}
