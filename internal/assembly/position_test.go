package assembly_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/surface/cli"
)

// told is what the API says of one deal in a list.
type told struct {
	ID           string
	Outcome      string
	End          string
	FromCustomer bool `json:"from_customer"`
	Decided      bool
	Frontier     throughline.Phase
	Ours         throughline.Phase
	Gap          *int
}

// words are what the pages have to say of it, made of the API's values alone.
func (d told) words(p *phrase.Phrase, book *playbook.Playbook) (where, gap string) {
	r := alignment.Reading{FromCustomer: d.FromCustomer, Firm: d.Frontier, Decided: d.Decided, Gap: d.Gap, FirmGap: d.Gap}
	if d.Outcome != "open" {
		r.Outcome = throughline.Outcome(d.Outcome)
	}
	return p.Where(book, r), p.Gap(r)
}

// asked is what a table has to say of an open deal: the question that the
// customer is at, and how far we are from there.
func (d told) asked(p *phrase.Phrase, book *playbook.Playbook) (question, gap string) {
	if d.Gap != nil {
		_, gap = d.words(p, book)
	}
	if !d.Frontier.Known() {
		return p.Say("table.all_answered"), gap
	}
	return p.Phase(book, d.Frontier), gap
}

// perPage is how many deals a page of the list has.
const perPage = 100

// cells are those of one row of the list.
type cells struct{ row *goquery.Selection }

func (c cells) text(column string) string {
	return strings.TrimSpace(c.row.Find("td.col-" + column).Text())
}

// meant is what a cell says in full.
func (c cells) meant(column string) string {
	return c.row.Find("td.col-"+column).AttrOr("title", "")
}

// client asks one handler for pages and for JSON.
type client struct {
	*testing.T
	handler http.Handler
}

func (c client) body(path string) string {
	c.Helper()
	r := httptest.NewRequestWithContext(c.Context(), http.MethodGet, "http://localhost"+path, nil)
	r.Header.Set("Accept-Language", "en")
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		c.Fatalf("%s: %d %.300s", path, w.Code, w.Body.String())
	}
	return w.Body.String()
}

func (c client) page(path string) *goquery.Document {
	c.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(c.body(path)))
	if err != nil {
		c.Fatal(err)
	}
	return doc
}

func (c client) json(path string, into any) {
	c.Helper()
	if err := json.Unmarshal([]byte(c.body(path)), into); err != nil {
		c.Fatalf("%s: %v", path, err)
	}
}

// drawn reads back from a picture at which question the customer stands and at
// which we do; the line of a list has its columns 28 apart, the large picture 115.5.
func drawn(svg *goquery.Selection) (theirs, ours throughline.Phase, quiet bool) {
	line := strings.Contains(svg.AttrOr("class", ""), "road-line")
	column := func(x string) throughline.Phase {
		v, _ := strconv.ParseFloat(x, 64)
		if line {
			return throughline.Phase((v-14)/28 + 1.5)
		}
		return throughline.Phase((v-66)/115.5 + 1.5)
	}
	here := svg.Find("text.rd-tag").First().AttrOr("x", "")
	if line {
		svg.Find("circle").Each(func(_ int, e *goquery.Selection) {
			if e.AttrOr("r", "") == "6.6" {
				here = e.AttrOr("cx", "")
			}
		})
	}
	if here != "" {
		theirs = column(here)
	}
	if flag := regexp.MustCompile(`^M([0-9.]+) `).FindStringSubmatch(svg.Find("path.rd-flag").AttrOr("d", "")); flag != nil {
		ours = column(flag[1])
	}
	return theirs, ours, strings.Contains(svg.AttrOr("class", ""), "road-quiet")
}

// TestEverybodyTellsTheSamePosition: on thirty days drawn at random from two
// years, the deals of the demo company stand at the same place, or have ended
// the same way, wherever it is told. Each day the API's list of all of them is
// held to its own counts, to Today, its words and pictures, and to the bar; a
// hundred or two of them to the list's columns; seven or more that no day has had yet to their
// own page, its picture and their own JSON, more than 230 of 380 in the end; and on the
// last day and two others the forecast speaks of the same open deals at the same places.
func TestEverybodyTellsTheSamePosition(t *testing.T) {
	today := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	house := assembly.House{Now: func() time.Time { return today }, Random: rand.New(rand.NewPCG(1, 1))}
	desk, done, err := house.Open(cli.Where{DB: filepath.Join(t.TempDir(), "x.db"), Lang: "en"}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	if err := house.Fill(t.Context(), desk, 1); err != nil {
		t.Fatal(err)
	}
	c := client{t, assembly.Handler(desk, nil, false, nil, slog.New(slog.DiscardHandler))}
	words, r := phrase.For("en"), rand.New(rand.NewPCG(30, 11))
	last := throughline.DayOf(today, time.UTC)
	deals, ended, standing, pictures, forecasts := map[string]bool{}, 0, 0, 0, 0
	for n := range 30 {
		day := last.Add(-r.IntN(2 * 365))
		if n == 0 {
			day = last
		}
		at := "as_of=" + day.String()
		var list struct {
			Deals, Silent int
			Outcomes      map[string]int
			Rows          []told
		}
		c.json("/api/deals?sort=title&limit=0&"+at, &list)
		var attention struct {
			Asking int
			PutOff int `json:"put_off"`
			Rows   []told
		}
		c.json("/api/attention?limit=0&"+at, &attention)
		counts := map[string]int{}
		for _, d := range list.Rows {
			counts[d.Outcome]++
		}
		if len(list.Rows) != list.Deals || fmt.Sprint(counts) != fmt.Sprint(list.Outcomes) {
			t.Errorf("%s: %d deals %v, and the list has %d %v", day, list.Deals, list.Outcomes, len(list.Rows), counts)
		}
		if len(list.Rows) == 0 {
			continue
		}

		// The list, in its columns.
		pages := (len(list.Rows) + perPage - 1) / perPage
		for _, k := range r.Perm(pages)[:min(2, pages)] {
			from, seen := perPage*k, 0
			page := c.page(fmt.Sprintf("/deals?sort=title&cols=question,gap,end&offset=%d&%s", from, at))
			page.Find("table.deals tbody tr").Each(func(i int, row *goquery.Selection) {
				d := list.Rows[from+i]
				seen++
				if !strings.Contains(row.Find(".row-link").AttrOr("href", ""), d.ID) {
					t.Fatalf("%s: row %d is another deal than the API's %s", day, from+i, d.ID)
				}
				said := cells{row}
				switch question, gap := d.asked(words, desk.Book); {
				case d.Outcome != "open":
					ended++
					if d.End == "" || said.meant("question") != d.End || !strings.Contains(said.meant("end"), d.End) || said.text("gap") != "" ||
						said.text("question") != words.Outcome(throughline.Outcome(d.Outcome)) || d.Gap != nil || d.Frontier.Known() || d.Ours.Known() {
						t.Errorf("%s, %s: ended %q, and the list says %q, the API %+v", day, d.ID, d.End, row.Text(), d)
					}
				case d.FromCustomer:
					standing++
					if said.text("question") != question || said.text("gap") != gap || said.text("end") != "" {
						t.Errorf("%s, %s: the list says %q and %q; want %q and %q", day, d.ID, said.text("question"), said.text("gap"), question, gap)
					}
				default:
					if said.text("question") != "–" || said.text("gap") != "" || said.text("end") != "" {
						t.Errorf("%s, %s: nothing has come of them, and the list says %q", day, d.ID, row.Text())
					}
				}
			})
			if want := min(perPage, len(list.Rows)-from); seen != want {
				t.Errorf("%s: %d deals on the page from %d, want %d", day, seen, from, want)
			}
		}

		// A part of them on their own pages.
		alone, most := 0, 7
		if n == 0 {
			most = 60 // some opened so lately that few of the days know them
		}
		for _, i := range r.Perm(len(list.Rows)) {
			d := list.Rows[i]
			if deals[d.ID] || alone == most {
				continue
			}
			alone++
			deals[d.ID] = true
			var one struct {
				told
				Reading alignment.Reading
			}
			c.json("/api/deals/"+d.ID+"?"+at, &one)
			if one.Frontier != d.Frontier || one.Ours != d.Ours || one.End != d.End || one.Outcome != d.Outcome || fmt.Sprint(gapOf(one.Gap)) != fmt.Sprint(gapOf(d.Gap)) ||
				one.Reading.Firm != d.Frontier || one.Reading.Ours.Phase != d.Ours {
				t.Errorf("%s, %s: alone %+v, in the list %+v", day, d.ID, one, d)
			}
			page := c.page("/deals/" + d.ID + "?whole=yes&" + at)
			theirs, ours, quiet := drawn(page.Find("svg.road-large").First())
			pill := page.Find("svg.road-large text.rd-gap-text").First().Text()
			_, gap := d.words(words, desk.Book)
			head := strings.TrimSpace(page.Find(".ended strong").Text())
			if theirs != d.Frontier || ours != d.Ours || quiet != (d.Outcome != "open") || head != d.End {
				t.Errorf("%s, %s: its page draws %q and %q (quiet %v) and heads %q, the API says %q, %q, %q", day, d.ID, theirs, ours, quiet, head, d.Frontier, d.Ours, d.End)
			}
			if want := phrase.Initial(gap); d.Outcome == "open" && pill != want || d.Outcome != "open" && pill != d.End {
				t.Errorf("%s, %s: its picture says %q, want %q or %q", day, d.ID, pill, want, d.End)
			}
		}

		// Today, and the bar.
		front := c.page("/?" + at)
		heading := strings.TrimSpace(front.Find("h1").Text())
		if want := words.Say("today.things", "n", min(5, attention.Asking)); attention.Asking > 0 && heading != want {
			t.Errorf("%s: Today heads %q, the API says %d", day, heading, attention.Asking)
		}
		if want := words.Say("today.waiting", "n", attention.Asking-5); attention.Asking > 5 && !strings.Contains(front.Find(".td-rest").Text(), want) {
			t.Errorf("%s: of the rest Today says %q, want %q", day, front.Find(".td-rest").Text(), want)
		}
		if len(attention.Rows) != attention.Asking || attention.Asking-attention.PutOff > list.Outcomes["open"] || attention.PutOff > list.Outcomes["postponed"] {
			t.Errorf("%s: %d to look at, %d of them put off; %v in all, %d rows", day, attention.Asking, attention.PutOff, list.Outcomes, len(attention.Rows))
		}
		front.Find(".td-item").Each(func(_ int, row *goquery.Selection) {
			i := slices.IndexFunc(attention.Rows, func(d told) bool { return strings.Contains(row.Find(".row-link").AttrOr("href", ""), d.ID) })
			if i < 0 {
				return // of those put off or won, which are beside the ones that ask
			}
			d := attention.Rows[i]
			pictures++
			theirs, ours, quiet := drawn(row.Find(".td-road svg.road"))
			if theirs != d.Frontier || ours != d.Ours || quiet != (d.Outcome != "open") {
				t.Errorf("%s, %s: Today draws %q and %q (quiet %v), the API says %q and %q, %s", day, d.ID, theirs, ours, quiet, d.Frontier, d.Ours, d.Outcome)
			}
		})
		for i, ends := range [][]string{{"won"}, {"lost_competitor", "lost_inhouse"}, {"decided_no_change"}, {"no_decision"}, {"open"}} {
			want := 0
			for _, e := range ends {
				want += list.Outcomes[e]
			}
			if got := front.Find(".legend li").Eq(i).Find("strong").Text(); got != words.Number(want) {
				t.Errorf("%s: the bar has %s %v, the API %d", day, got, ends, want)
			}
		}
		if n == 0 || forecasts < 3 && last.Sub(day) < 400 { // of days before, too few had ended
			forecasts++
			c.forecastAgrees(desk, at, list.Outcomes, list.Rows, words)
		}
	}
	if forecasts != 3 {
		t.Errorf("the forecast was asked on %d days", forecasts)
	}
	if len(deals) < 230 || ended < 1000 || standing < 300 || pictures < 100 {
		t.Errorf("only %d deals on their own pages, %d ended and %d standing rows, %d pictures: the days are too few", len(deals), ended, standing, pictures)
	}
}

func gapOf(n *int) any {
	if n == nil {
		return nil
	}
	return *n
}

// forecastAgrees: the forecast of a day speaks of the open deals, each at its place.
func (c client) forecastAgrees(d *operation.Desk, at string, outcomes map[string]int, rows []told, words *phrase.Phrase) {
	var f struct {
		Open  int
		Deals []struct{ ID, State string }
	}
	c.json("/api/forecast?"+at, &f)
	if f.Open != outcomes["open"] || len(f.Deals) == 0 {
		c.Errorf("%s: the forecast speaks of %d open deals (%d told), the list of %d", at, f.Open, len(f.Deals), outcomes["open"])
	}
	for _, x := range f.Deals {
		i := slices.IndexFunc(rows, func(r told) bool { return r.ID == x.ID })
		switch {
		case i < 0 || rows[i].Outcome != "open":
			c.Errorf("%s: the forecast speaks of %s, which is not open", at, x.ID)
		case rows[i].Frontier.Known() && !strings.HasSuffix(x.State, rows[i].Frontier.String()):
			c.Errorf("%s: %s is at %q to the forecast and at %s in the list", at, x.ID, x.State, rows[i].Frontier)
		}
	}
}
