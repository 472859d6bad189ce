package web

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/plan"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/surface/arrival"
)

// visitFor is a visit of what is no page.
func (s *site) visitFor(w http.ResponseWriter, r *http.Request) *visit {
	lang := s.language(w, r)
	v := &visit{Request: r, p: phrase.For(lang), desk: s.options.Desk(r, lang), query: r.URL.Query(), out: w}
	if !v.desk.Team {
		v.desk.Author = v.me()
	}
	v.today = v.desk.Today()
	if word := v.query.Get("as_of"); word != "" {
		v.asOf, _ = throughline.ParseDay(word)
	}
	return v
}

// taken notes that somebody took a list along. What cannot be noted is not given.
func (v *visit) taken(w http.ResponseWriter, what string) bool {
	err := v.desk.NoteTaken(v.Context(), what)
	if err != nil {
		http.Error(w, v.p.Failed(err), http.StatusServiceUnavailable)
	}
	return err == nil
}

// listFile gives the whole list as a table that spreadsheets open: the deals,
// columns and order of the page, of all its pages. Days are spelt for programs,
// and an amount's currency stands beside it.
func (s *site) listFile(w http.ResponseWriter, r *http.Request) {
	v := s.visitFor(w, r)
	in, _ := v.listInput()
	in.Limit, in.Offset, in.Sums = 0, 0, false
	l, _, err := v.listed(in)
	if err != nil {
		s.page(func(*visit) (component, error) { return nil, err }).ServeHTTP(w, r)
		return
	}
	b, out := table()
	columns := v.listColumns(in)
	write := func(of func(column) string, currency, link string) {
		var line []string
		for _, c := range columns {
			if line = append(line, plan.Harmless(of(c))); c.key == "amount" {
				line = append(line, plan.Harmless(currency))
			}
		}
		_ = out.Write(append(line, link)) // a buffer takes everything
	}
	write(func(c column) string { return v.p.Say("table.col." + c.key) }, v.p.Say("table.col.currency"), v.p.Say("table.col.link"))
	for _, row := range l.Rows {
		write(func(c column) string { return v.inFile(c, row) }, row.Amount.Currency, v.linkOut("/deals/"+row.ID.String()))
	}
	v.give(w, b, out, "deals_csv", "deals")
}

// table begins a table that spreadsheets open.
func table() (*bytes.Buffer, *csv.Writer) {
	b := &bytes.Buffer{}
	b.WriteString("\ufeff") // by which spreadsheets know the encoding
	out := csv.NewWriter(b)
	out.UseCRLF = true
	return b, out
}

// give sends a table, once it is noted who took it along.
func (v *visit) give(w http.ResponseWriter, b *bytes.Buffer, out *csv.Writer, what, name string) {
	out.Flush()
	if !v.taken(w, what) {
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+name+`-`+v.day().String()+`.csv"`)
	h.Set("Cache-Control", "private, no-store")
	_, _ = w.Write(b.Bytes())
}

// peopleFile gives a customer's people as a table: what they are, whom they report to
// and since when, and who of ours knows them.
func (s *site) peopleFile(w http.ResponseWriter, r *http.Request) {
	v := s.visitFor(w, r)
	x, err := ask[showing.AccountPage](v, operation.ShowAccount, &showing.AccountNamed{View: v.view(), ID: r.PathValue("id")})
	if err != nil {
		s.page(func(*visit) (component, error) { return nil, err }).ServeHTTP(w, r)
		return
	}
	b, out := table()
	write := func(cells ...string) {
		for i := range cells {
			cells[i] = plan.Harmless(cells[i])
		}
		_ = out.Write(cells) // a buffer takes everything
	}
	p := v.p
	write(p.Say("field.name"), p.Say("field.title"), p.Say("standing.role"), p.Say("reporting.whom"), p.Say("reporting.since"), p.Say("table.who_knows"))
	reports := map[throughline.PersonID]showing.ReportsTo{}
	for _, l := range x.Reports {
		reports[l.Person] = l
	}
	listed := x.People
	for _, l := range x.Reports { // whom somebody reports to need take part in no deal
		if !slices.ContainsFunc(listed, func(p showing.AccountPerson) bool { return p.ID == l.To }) {
			listed = append(listed, showing.AccountPerson{ID: l.To, Title: x.Names[l.To].Title})
		}
	}
	for _, one := range listed {
		var ours []string
		for _, o := range one.Ours {
			ours = append(ours, p.Say("table.knows_them", "who", v.named(x.Names[o.ID]), "ways", v.ways(o), "day", o.Last.String()))
		}
		to, since := "", ""
		if l, is := reports[one.ID]; is {
			to, since = v.named(x.Names[l.To]), l.Since.String()
		}
		write(v.named(x.Names[one.ID]), one.Title, p.Roles(one.Roles), to, since, strings.Join(ours, p.Say("list.semicolon")))
	}
	v.give(w, b, out, "people_csv", "people")
}

func (v *visit) inFile(c column, r showing.DealRow) string {
	if c.file != nil {
		return c.file(r)
	}
	return c.cell(v, r).Text
}

// linkOut is an address that can be opened from elsewhere.
func (v *visit) linkOut(path string) string {
	scheme := "http"
	if arrival.Secure(v.Request) {
		scheme = "https"
	}
	return (&url.URL{Scheme: scheme, Host: v.Host, Path: path}).String()
}
