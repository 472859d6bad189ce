package web

import (
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/showing"
)

// boardRows is how many deals a column of the board shows.
const boardRows = 10

// boardView is the list as a board: a column for each of the customer's questions.
type boardView struct {
	listView
	Columns []boardColumn
}

type boardColumn struct {
	Word, Ask    string
	Count, Worth string
	Cards        []boardCard
	More         choice
}

// boardCard is a deal in a column. It is not moved by hand: what its customer
// shows moves it.
type boardCard struct {
	Href, Title, Full   string
	Customer, Account   string // name, and where it leads
	Stage, Amount, Note string
	Far                 bool   // the note is one to mind
	Capture             string // where what they showed is written down
}

// board makes the page of the list as a board.
func (v *visit) board(head listView, in *showing.DealsInput) (component, error) {
	out, err := v.boardView(head, in)
	if err != nil {
		return nil, err
	}
	return boardPage(out), nil
}

func (v *visit) boardView(head listView, in *showing.DealsInput) (out boardView, err error) {
	own := *in
	own.Limit = boardRows
	b, err := ask[showing.Board](v, operation.ListBoard, &own)
	if err != nil {
		return out, err
	}
	p := v.p
	out = boardView{listView: head}
	out.Heading, out.Worth, out.CSV = p.Say("table.heading_open", "n", b.Matched), v.worth(b.DealList), ""
	for _, c := range b.Columns {
		word := "none"
		col := boardColumn{Word: p.Say("table.unplaced"), Count: p.Number(c.Matched), Worth: v.sums(c.Sums)}
		if c.Phase.Known() {
			word, col.Word = c.Phase.String(), p.Phase(v.desk.Book, c.Phase)
			if q, ok := v.desk.Book.Question(c.Phase); ok {
				col.Ask = q.Ask.Text.In(p.Code())
			}
		}
		for _, r := range c.Rows {
			col.Cards = append(col.Cards, v.card(r, out.Writes))
		}
		if n := c.Matched - len(c.Rows); n > 0 {
			col.More = choice{Word: p.Say("manage.more", "n", n), Href: v.to("view", "", "question", word, "outcome", "open", "offset", "")}
		}
		out.Columns = append(out.Columns, col)
	}
	return out, nil
}

func (v *visit) sums(sums []throughline.Money) string {
	all := make([]string, len(sums))
	for i, m := range sums {
		all[i] = v.p.Money(m)
	}
	return strings.Join(all, " + ")
}

func (v *visit) card(r showing.DealRow, writes bool) boardCard {
	title := heading(v.p, r)
	out := boardCard{Href: v.link("/deals/" + r.ID.String()), Title: brief(title, r.Account), Full: title, Customer: r.Account, Amount: v.p.Money(r.Amount)}
	if r.Account != "" {
		out.Account = v.link("/accounts/" + r.Summary.Account.Value.String())
	}
	if out.Stage = r.ForeignStage; r.Stage != "" {
		out.Stage = v.p.Place(v.desk.Book, r.Stage)
	}
	switch s := r.Reading.Silence; {
	case s.Silent:
		out.Note, out.Far = v.p.Silence(s), true
	case !r.CloseDate.IsZero():
		out.Note, out.Far = v.p.DayNear(r.CloseDate, v.day()), r.CloseDate.Sub(v.day()) < 0
	}
	if writes {
		out.Capture = "/deals/" + r.ID.String() + "/capture"
	}
	return out
}
