package web_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"
	"github.com/throughline/throughline/internal/importing"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/surface/web"
)

// hubspotFile is an export as HubSpot names its columns: so many deals, a third each open, won and lost.
func hubspotFile(n int) string {
	var b strings.Builder
	b.WriteString("Record ID,Deal Name,Deal Stage,Amount,Currency,Close Date,Create Date,Deal owner,Associated Company,Associated Contact,Recent Sales Email Replied Date\n")
	for i := range n {
		opened := today.AddDate(0, 0, -300+i)
		stage, closed := "Closed Won", opened.AddDate(0, 0, 20+i%30).Format("2006-01-02 15:04")
		switch i % 3 {
		case 1:
			stage, closed = "Appointment Scheduled", today.AddDate(0, 0, i%60-20).Format("2006-01-02 15:04")
		case 2:
			stage = "Closed Lost"
		}
		fmt.Fprintf(&b, "%d,Line %d,%s,%d,EUR,%s,%s,Ann Archer,Works %d,Kim %d,%s\n", 1000+i, i, stage, 1000+i, closed, opened.Format("2006-01-02 15:04"), i%20, i, opened.AddDate(0, 0, 5).Format("2006-01-02 15:04"))
	}
	return b.String()
}

// workbookFile is a workbook with one sheet, a title above its headings.
func workbookFile(t testing.TB, rows [][]string) []byte {
	var sheet strings.Builder
	sheet.WriteString(`<worksheet><sheetData><row r="1"><c t="inlineStr"><is><t>All Opportunities</t></is></c></row>`)
	for i, row := range rows {
		fmt.Fprintf(&sheet, `<row r="%d">`, i+2)
		for _, c := range row {
			fmt.Fprintf(&sheet, `<c t="inlineStr"><is><t>%s</t></is></c>`, c)
		}
		sheet.WriteString(`</row>`)
	}
	sheet.WriteString(`</sheetData></worksheet>`)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{"[Content_Types].xml": "<Types/>", "xl/workbook.xml": `<workbook><sheets><sheet name="Opportunities" id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>`, "xl/worksheets/sheet1.xml": sheet.String()} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(w, text)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func dynamicsRows(n int) [][]string {
	rows := [][]string{{"Topic", "Potential Customer", "Contact", "Owner", "Est. Close Date", "Est. Revenue", "Currency", "Actual Close Date", "Pipeline Phase", "Status", "Status Reason", "Created On", "Modified On"}}
	for i := range n {
		opened := today.AddDate(0, 0, -400+i)
		status, reason, closed := "Won", "Won", opened.AddDate(0, 0, 25+i%20).Format("1/2/2006")
		if i%3 == 1 {
			status, reason, closed = "Open", "In Progress", ""
		}
		if i%3 == 2 {
			status, reason = "Lost", "Canceled"
		}
		rows = append(rows, []string{fmt.Sprint("Line ", i), fmt.Sprint("Works ", i%30), fmt.Sprint("Kim ", i), "Ann Archer", "12/24/2026", fmt.Sprint(5000 + i), "Euro", closed, "2-Develop", status, reason, opened.Format("1/2/2006 3:04 PM"), today.Format("1/2/2006 3:04 PM")})
	}
	return rows
}

// TestFromAFileToAListInSixClicks: whoever has an export and an empty company
// sees what its history says after choosing it and five clicks, with nothing
// written by hand; and can take all of it back.
func TestFromAFileToAListInSixClicks(t *testing.T) {
	folder := t.TempDir()
	put := func(name string, data []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	exports := map[string][]string{
		"hubspot":  {put("hubspot-crm-exports.csv", []byte(hubspotFile(240)))},
		"dynamics": {put("All Opportunities.xlsx", workbookFile(t, dynamicsRows(240)))},
	}
	if maven, err := filepath.Glob("../../../../shared/data/crm/maven/*.csv"); err == nil && len(maven) > 0 {
		for i := range maven {
			if maven[i], err = filepath.Abs(maven[i]); err != nil {
				t.Fatal(err)
			}
		}
		exports["maven"] = maven
	}
	for name, files := range exports {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			ctx, url := surfing(t, s)
			clicks := 0
			click := func(selector string) {
				t.Helper()
				clicks++
				if err := chromedp.Do(ctx, chromedp.Click(selector)); err != nil {
					t.Fatal(err)
				}
			}
			l := wide
			l.open(t, ctx, url+"/")
			l.picture(t, ctx, "begin")
			clicks++ // the button that chooses files
			if err := chromedp.Do(ctx, chromedp.SetUploadFiles("#begin-file", files)); err != nil {
				t.Fatal(err)
			}
			click(".bring-form button[type=submit]")
			until(t, ctx, `document.querySelector("button[value=take]")`)
			l.picture(t, ctx, "brought-"+name)
			accessible(t, ctx, "what was brought")
			where := evaluate[string](t, ctx, "location.href")
			click("button[value=take]")
			until(t, ctx, `document.querySelector("a[href='/start']")`)
			l.picture(t, ctx, "taken-"+name)
			accessible(t, ctx, "what was taken")
			click("a[href='/start']")
			until(t, ctx, `document.querySelectorAll(".look-row").length >= 5`)
			l.picture(t, ctx, "start-"+name)
			accessible(t, ctx, "what the history says")
			if n := evaluate[int](t, ctx, `new Set([...document.querySelectorAll(".look-ask")].map(e => e.textContent)).size`); n != evaluate[int](t, ctx, `document.querySelectorAll(".look-ask").length`) {
				t.Errorf("a question stands more than once")
			}
			if clicks > 6 {
				t.Errorf("%d clicks", clicks)
			}
			if name != "hubspot" {
				return
			}
			l.open(t, ctx, where)
			until(t, ctx, `document.querySelector("button[value=undo]")`)
			click("button[value=undo]")
			until(t, ctx, `document.querySelector("h1").textContent.includes("no longer")`)
			l.open(t, ctx, url+"/")
			until(t, ctx, `document.querySelector("#begin-file")`)
		})
	}
}

// TestWhatIsBroughtIsReadable: what is proposed of a file, and what came of it,
// stands on every screen, in both languages and themes, and nobody is kept out.
func TestWhatIsBroughtIsReadable(t *testing.T) {
	s := open(t)
	ctx, url := surfing(t, s)
	path := filepath.Join(t.TempDir(), "Everything about our deals, as of this week.csv")
	rows := "Name of the project,Client,Where it stands,Value,Begun,Finished\n"
	for i := range 60 {
		stage := []string{"Long talks about it with everybody who matters there", "Blue", "Won", "Angebot"}[i%4]
		rows += fmt.Sprintf("Project %d,Works %d,%s,%d,2026-0%d-11,%s\n", i, i%9, stage, 900+i, 1+i%8, map[bool]string{true: "2026-10-01", false: "soon"}[i%4 == 2])
	}
	if err := os.WriteFile(path, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	wide.open(t, ctx, url+"/bring")
	if err := chromedp.Do(ctx, chromedp.SetUploadFiles("#bring-file", []string{path})); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Click(".bring-form button[type=submit]")); err != nil {
		t.Fatal(err)
	}
	until(t, ctx, `document.querySelector("button[value=again]")`)
	where := evaluate[string](t, ctx, "location.href")
	looks := func(name string) {
		for _, l := range []look{{1280, "light", "en"}, {390, "dark", "zh"}, {390, "light", "en"}, {1280, "dark", "zh"}} {
			l.open(t, ctx, where)
			if wide, inner := evaluate[int](t, ctx, `document.documentElement.scrollWidth`), evaluate[int](t, ctx, `document.documentElement.clientWidth`); wide > inner {
				t.Errorf("%s %s scrolls sideways: %d units wide on a screen of %d; %s", name, l, wide, inner, sticksOut(t, ctx))
			}
			l.picture(t, ctx, name)
			accessible(t, ctx, name+" "+l.String())
		}
	}
	looks("brought-lacking")
	wide.open(t, ctx, where)
	pick := func(selector, value string) {
		t.Helper()
		if err := chromedp.Do(ctx, chromedp.SetValue(selector, value)); err != nil {
			t.Fatal(err)
		}
	}
	evaluate[bool](t, ctx, `document.querySelectorAll(".bring-mapping details").forEach(d => d.open = true), true`)
	pick("select[name='col.title']", "Name of the project")
	pick("select[name='col.id']", importing.TogetherID)
	pick("select[name='col.stage']", "Where it stands")
	if err := chromedp.Do(ctx, chromedp.Click("button[value=again]")); err != nil {
		t.Fatal(err)
	}
	until(t, ctx, `document.querySelector("select[name='word.0']")`)
	looks("brought-words")
	if made := evaluate[string](t, ctx, `document.querySelector("select[name='col.id']").selectedOptions[0].textContent`); !strings.Contains(made, "Name of the project + Client") {
		t.Errorf("the id is made of %q", made)
	}
	if unknown := evaluate[int](t, ctx, `document.querySelectorAll(".bring-missing").length`); unknown != 2 { // what an Angebot is is known
		t.Errorf("%d words are asked about", unknown)
	}
	wide.open(t, ctx, where)
	if err := chromedp.Do(ctx, chromedp.Click("button[value=take]")); err != nil {
		t.Fatal(err)
	}
	until(t, ctx, `document.querySelector("a[href='/start']")`)
	looks("brought-taken")
}

// upload sends files as the form does.
func (s *shop) upload(t testing.TB, cookies []*http.Cookie, files ...string) *http.Response {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		part, err := w.CreateFormFile("file", files[i])
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(part, files[i+1])
	}
	_ = w.Close()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost/bring", &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	for _, c := range cookies {
		r.AddCookie(c)
	}
	out := httptest.NewRecorder()
	s.handler.ServeHTTP(out, r)
	return out.Result()
}

func (s *shop) at(t testing.TB, method, path string, cookies []*http.Cookie, fields ...string) (*goquery.Document, *http.Response) {
	t.Helper()
	form := make([]string, 0, len(fields)/2)
	for i := 0; i+1 < len(fields); i += 2 {
		form = append(form, fields[i]+"="+strings.ReplaceAll(fields[i+1], " ", "+"))
	}
	r := httptest.NewRequestWithContext(t.Context(), method, "http://localhost"+path, strings.NewReader(strings.Join(form, "&")))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, c := range cookies {
		r.AddCookie(c)
	}
	return s.answer(t, r)
}

// kept lists what stands in the folder for temporary files.
func kept(t testing.TB, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "throughline-brought-*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestWhatIsBroughtIsItsBringersAlone: it is seen by the browser that brought
// it, corrected by menus, and nothing of it is left when it is refused or taken.
func TestWhatIsBroughtIsItsBringersAlone(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	s := open(t)
	r := s.upload(t, nil, `..\..\C:\deals?.csv`, "Deal ID,Deal Name,Phase,Value\n1,One,Blue,5\n2,Two,Green,6\n3,Three,Won,7\n", "../.hidden", "")
	where := r.Header.Get("Location")
	if r.StatusCode != http.StatusSeeOther || !strings.HasPrefix(where, "/bring/") {
		t.Fatalf("%s %s", r.Status, where)
	}
	mine := r.Cookies()
	if len(mine) != 1 || !mine[0].HttpOnly || mine[0].SameSite != http.SameSiteStrictMode {
		t.Errorf("%+v", mine)
	}
	if files := kept(t, tmp); len(files) != 1 || filepath.Base(files[0]) != "deals-.csv" {
		t.Errorf("%q", files)
	}
	d, _ := s.at(t, "GET", where, mine)
	has(t, d, "select[name='col.stage'] option[selected]", "Phase")
	has(t, d, ".bring-missing .bring-word", "Blue")
	for _, other := range [][]*http.Cookie{nil, {{Name: "brought", Value: "x"}}} {
		if _, r := s.at(t, "GET", where, other); r.StatusCode != http.StatusNotFound {
			t.Errorf("seen by another browser: %s", r.Status)
		}
		if _, r := s.at(t, "POST", where, other, "act", "take"); r.StatusCode != http.StatusNotFound {
			t.Errorf("taken by another browser: %s", r.Status)
		}
	}
	if _, r := s.at(t, "POST", where, mine, "act", "again", "of.0", "Blue", "word.0", "process/standard/stage/align", "of.1", "Green", "word.1", "no_decision", "col.title", "nonsense", "currency", "EUR"); r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	d, _ = s.at(t, "GET", where, mine)
	if d.Find(".bring-missing").Length() != 0 || !strings.Contains(d.Find("pre.command").Text(), "Green: no_decision") || !strings.Contains(d.Find("pre.command").Text(), "currency: EUR") {
		t.Errorf("%s", d.Find("pre.command").Text())
	}
	_, _ = s.at(t, "POST", where, mine, "act", "take")
	awaited(t, func() (bool, string) {
		d, _ = s.at(t, "GET", where, mine)
		return d.Find("a[href='/start']").Length() > 0, d.Find("main").Text()
	})
	has(t, d, "h1", "3 deals are here")
	if files := kept(t, tmp); len(files) != 0 {
		t.Errorf("left behind: %q", files)
	}
	list := ask(t, s, operation.ListDeals, &showing.DealsInput{Sort: "title"}).(showing.DealList)
	if len(list.Rows) != 3 || list.Outcomes["no_decision"] != 1 || list.Outcomes["won"] != 1 || list.Rows[0].Amount.Currency != "EUR" {
		t.Errorf("%+v", list.Rows)
	}
	if _, r := s.at(t, "POST", where, mine, "act", "undo"); r.StatusCode != http.StatusSeeOther {
		t.Error(r.Status)
	}
	if list = ask(t, s, operation.ListDeals, &showing.DealsInput{}).(showing.DealList); list.Outcomes["removed"] != 3 {
		t.Errorf("taken back it is %v", list.Outcomes)
	}
	d, _ = s.at(t, "GET", where, mine)
	has(t, d, "h1", "no longer")

	r = s.upload(t, nil, "x.csv", "Deal ID,Stage\n1,Demo\n")
	if _, r := s.at(t, "POST", r.Header.Get("Location"), r.Cookies(), "act", "refuse"); r.StatusCode != http.StatusSeeOther {
		t.Error(r.Status)
	}
	if _, again := s.at(t, "GET", r.Header.Get("Location"), r.Cookies()); again.StatusCode != http.StatusNotFound || len(kept(t, tmp)) != 0 {
		t.Errorf("%s, left behind: %q", again.Status, kept(t, tmp))
	}
}

// TestEveryExportComesIn: what CRMs and processes give, as far as it stands
// beside the repository, is known for what it is and comes in whole.
func TestEveryExportComesIn(t *testing.T) {
	for folder, want := range map[string]struct {
		heading string
		deals   int
	}{
		"crm/salesforce_reporting":          {"Salesforce", 36},
		"crm/hubspot_warehouse":             {"HubSpot", 44},
		"logs/running-example.xes":          {"process log", 6},
		"logs/bpic2017_subset.csv":          {"process log", 1878},
		"crm/salesforce_warehouse":          {"Salesforce", 0},
		"logs/ocel/ocel20_example.jsonocel": {"process log", 0}, // whose objects are the deals is not asked here
	} {
		paths, _ := filepath.Glob("../../../../shared/data/" + folder + "/*.csv")
		if len(paths) == 0 {
			if _, err := os.Stat("../../../../shared/data/" + folder); err != nil {
				continue
			}
			paths = []string{"../../../../shared/data/" + folder}
		}
		t.Run(folder, func(t *testing.T) {
			t.Setenv("TMPDIR", t.TempDir())
			s := open(t)
			var files []string
			for _, p := range paths {
				b, err := os.ReadFile(p)
				if err != nil {
					t.Fatal(err)
				}
				files = append(files, filepath.Base(p), string(b))
			}
			r := s.upload(t, nil, files...)
			where, mine := r.Header.Get("Location"), r.Cookies()
			d, _ := s.at(t, "GET", where, mine)
			has(t, d, "h1", want.heading)
			_, _ = s.at(t, "POST", where, mine, "act", "take")
			awaited(t, func() (bool, string) {
				d, _ = s.at(t, "GET", where, mine)
				return d.Find("a[href='/start'], .detail, .actions a[href='/bring']").Length() > 0, d.Find("main").Text()
			})
			if n := ask(t, s, operation.ListDeals, &showing.DealsInput{}).(showing.DealList).Deals; n != want.deals {
				t.Errorf("%d deals, want %d: %s", n, want.deals, d.Find("main").Text())
			}
			if _, r = s.get(t, "/start"); r.StatusCode != http.StatusOK {
				t.Error(r.Status)
			}
		})
	}
}

func ask(t testing.TB, s *shop, o operation.Operation, in any) any {
	t.Helper()
	out, err := o.Run(t.Context(), s.desks(nil, "en"), in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestWhatMayNotBeBrought: nothing is kept of what is too large, no table, or
// brought where nothing may be written, from another site, or without end.
func TestWhatMayNotBeBrought(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	s := open(t)
	for name, files := range map[string][]string{
		"nothing":      {},
		"a picture":    {"x.csv", "\x89PNG\r\n\x1a\n\x00\x00"},
		"a broken zip": {"x.zip", "PK\x03\x04 no"},
		"too large":    {"x.csv", strings.Repeat("a,b\n", 17<<20)},
	} {
		r := s.upload(t, nil, files...)
		body, _ := io.ReadAll(r.Body)
		if r.StatusCode != http.StatusUnprocessableEntity || !bytes.Contains(body, []byte(`role="alert"`)) || len(kept(t, tmp)) != 0 {
			t.Errorf("%s: %s, left behind %q", name, r.Status, kept(t, tmp))
		}
	}
	var last []*http.Cookie
	for range 8 {
		r := s.upload(t, nil, "x.csv", "Deal ID,Stage\n1,Demo\n")
		if last = r.Cookies(); r.StatusCode != http.StatusSeeOther {
			t.Fatal(r.Status)
		}
	}
	if r := s.upload(t, nil, "x.csv", "Deal ID,Stage\n1,Demo\n"); r.StatusCode == http.StatusSeeOther || len(kept(t, tmp)) != 8 {
		t.Errorf("the ninth: %s, %d files", r.Status, len(kept(t, tmp)))
	}
	if r := s.upload(t, last, "x.csv", "Deal ID,Stage\n1,Demo\n"); r.StatusCode != http.StatusSeeOther || len(kept(t, tmp)) != 8 {
		t.Errorf("in place of one's own: %s, %d files", r.Status, len(kept(t, tmp)))
	}

	reading := *s
	reading.handler = web.New(web.Options{Desk: func(r *http.Request, lang string) *operation.Desk {
		d := s.desks(r, lang)
		d.Holds = operation.MayRead
		return d
	}})
	if r := reading.upload(t, nil, "x.csv", "Deal ID,Stage\n1,Demo\n"); r.StatusCode != http.StatusForbidden || len(kept(t, tmp)) != 8 {
		t.Errorf("where nothing may be written: %s", r.Status)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost/bring", strings.NewReader("x"))
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	out := httptest.NewRecorder()
	s.handler.ServeHTTP(out, r)
	if out.Code != http.StatusForbidden {
		t.Errorf("from another site: %d", out.Code)
	}
}

// TestTheServersEndTakesWhatWaits: what nobody took is gone when the server stops.
func TestTheServersEndTakesWhatWaits(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	s := open(t)
	over := make(chan struct{})
	s.handler = web.New(web.Options{Desk: s.desks, Over: over})
	if r := s.upload(t, nil, "x.csv", "Deal ID,Stage\n1,Demo\n"); r.StatusCode != http.StatusSeeOther || len(kept(t, tmp)) != 1 {
		t.Fatal(r.Status)
	}
	close(over)
	awaited(t, func() (bool, string) { left := kept(t, tmp); return len(left) == 0, strings.Join(left, ", ") })
}

// awaited asks until work behind the server has come to what is awaited. The
// bound measures nothing: it only has a test that would hang say what it saw.
func awaited(t *testing.T, so func() (bool, string)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for {
		is, saw := so()
		if is {
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("it does not come: %s", saw)
		}
	}
}
