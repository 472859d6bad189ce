package web_test

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/surface/web"
	"github.com/throughline/throughline/internal/workshop"
	"github.com/throughline/throughline/playbooks"
)

// heavy is a process with much to say about: our own acts as milestones, a
// blend with a gap, a crowd and clashes, a required field too many.
const heavy = `name: Enterprise
blend:
  insight: [p1, p2]
  spin: [p1]
  sandler: []
  mobiliser: []
  jolt: [p6]
stages:
  - id: qualify
    name: Qualification
    serves: p2
    milestones:
      - id: demo
        short: Demo done
        statement: Demo given
      - id: owner
        short: Problem owned
        statement: The sponsor named one owner for the problem
  - id: propose
    name: Proposal
    serves: p5
    milestones:
      - id: proposal
        short: Proposal out
        statement: Proposal sent
        keep: {L02: in a tender the sending before the deadline is the event}
      - id: hostile
        short: Hostile
        statement: "<script>alert(1)</script> was presented to the committee"
  - id: empty
    name: Negotiation/Review
    serves: p6
  - id: done
    name: Closed Won
    serves: p7
    milestones:
      - id: signed
        short: Signed
        statement: Contract sent to legal
        track: k7
`

// written gives a folder: the starter's files with one process's text put in place of its own.
func written(t testing.TB, process string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(playbooks.Starter(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(playbooks.Starter(), path)
		out[path] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	out["mapping.yaml"] = &fstest.MapFile{Data: []byte("stages:\n  process/standard/stage/qualify: [lead]\n  process/standard/stage/nowhere: [won]\n")}
	out["process/standard.yaml"] = &fstest.MapFile{Data: []byte(process)}
	return out
}

// bound gives a shop without a ledger over a playbook's folder: its pages need none.
func bound(t testing.TB, files fs.FS) *shop {
	t.Helper()
	book, found := compile.Playbook(files)
	if book == nil {
		t.Fatal(found)
	}
	return &shop{handler: web.New(web.Options{Desk: func(_ *http.Request, language string) *operation.Desk {
		d := &operation.Desk{Bench: workshop.Bench{Findings: found, BookFiles: files}, Holds: operation.MayRead}
		d.Workspace, d.Book, d.Now, d.Random = throughline.DefaultWorkspace, book, func() time.Time { return today }, rand.New(rand.NewPCG(1, 2))
		d.Language = language
		return d
	}})}
}

// playbookStops are the pages of the playbook.
var playbookStops = []stop{{"playbook", "/playbook"}, {"packs", "/playbook/packs"}, {"pack", "/playbook/packs/jolt"}, {"brief", "/playbook/packs/meddpicc/brief"}, {"check", "/playbook/checks/L02"}}

func TestPlaybookPagesAreSound(t *testing.T) {
	for name, s := range map[string]*shop{"starter": bound(t, playbooks.Starter()), "heavy": bound(t, written(t, heavy))} {
		for _, p := range playbookStops {
			for _, lang := range []string{"en", "zh"} {
				d, r := s.get(t, p.path, "Accept-Language", lang)
				if r.StatusCode != http.StatusOK {
					t.Errorf("%s %s: %s", name, p.path, r.Status)
				}
				sound(t, name+" "+p.name+" "+lang, d)
				if body := text(d.Find("body")); regexp.MustCompile(`\[(book|weight|packs|brief)\.`).MatchString(body) {
					t.Errorf("%s %s %s has a message without words: %s", name, p.name, lang, body)
				}
				if d.Find("html").AttrOr("lang", "") != lang {
					t.Errorf("%s %s is not in %s", name, p.name, lang)
				}
			}
		}
	}
}

// TestPagesSayThatThePlaybookHasErrors: those that read it say so once, calmly,
// and lead to the page that shows them; with none there is nothing to say.
func TestPagesSayThatThePlaybookHasErrors(t *testing.T) {
	s := stocked(t)
	_, found := compile.Playbook(written(t, heavy))
	troubled := &shop{handler: web.New(web.Options{Desk: func(r *http.Request, language string) *operation.Desk {
		d := s.desks(r, language)
		d.Findings = found
		return d
	}})}
	for _, path := range []string{"/", "/deals", "/deals/" + s.truth[0].Deal.String(), "/deals/new", "/review"} {
		for lang, says := range map[string]string{"en": "The playbook has", "zh": "剧本有"} {
			d, _ := troubled.get(t, path, "Accept-Language", lang)
			has(t, d, "main > .trouble", says)
			if n := d.Find(".trouble a[href='/playbook']").Length(); n != 1 {
				t.Errorf("%s %s: %d links to the playbook", path, lang, n)
			}
		}
		if d, _ := s.get(t, path); d.Find(".trouble").Length() > 0 {
			t.Errorf("%s: a whole playbook is said to have errors", path)
		}
	}
	if d, _ := troubled.get(t, "/playbook"); d.Find(".trouble").Length() > 0 {
		t.Error("the page that shows the errors says it twice")
	}
}

// TestEveryFindingStandsOnThePage: none is lost, each once, and those with an
// address stand in the element they are about.
func TestEveryFindingStandsOnThePage(t *testing.T) {
	files := written(t, heavy)
	s := bound(t, files)
	book, found := compile.Playbook(files)
	desk := &operation.Desk{Bench: workshop.Bench{Findings: found, BookFiles: files}, Holds: operation.MayRead}
	desk.Book, desk.Now = book, func() time.Time { return today }
	answer, err := operation.CheckPlaybook.Run(t.Context(), desk, &workshop.CheckPlaybookInput{})
	if err != nil {
		t.Fatal(err)
	}
	check := answer.(workshop.PlaybookCheck)
	if len(check.Found) < 8 || len(check.Kept) != 1 {
		t.Fatalf("the heavy playbook has %d findings and %d kept", len(check.Found), len(check.Kept))
	}
	d, _ := s.get(t, "/playbook")
	if n := d.Find(".note").Length(); n != len(check.Found)+len(check.Kept) {
		t.Errorf("%d findings stand on the page, not %d", n, len(check.Found)+len(check.Kept))
	}
	has(t, d, "#m-demo .note-error", "Error", "L02", "process/standard.yaml:")
	has(t, d, "#m-proposal .note-kept", "Kept anyway", "in a tender the sending")
	has(t, d, ".pb-rest .note", "mapping.yaml:3:", "process/standard/stage/nowhere")
	has(t, d, ".pb-verdict", "The linter found", "kept anyway")
	has(t, d, ".pb-milestone", "<script>alert(1)</script>") // as text
	if href := d.Find("#m-demo .note a").AttrOr("href", ""); href != "/playbook/checks/L02" {
		t.Errorf("a finding leads to %q", href)
	}
	d.Find(".note a[href]").Each(func(_ int, e *goquery.Selection) {
		if _, r := s.get(t, e.AttrOr("href", "")); r.StatusCode != http.StatusOK {
			t.Errorf("%s leads to %s", e.AttrOr("href", ""), r.Status)
		}
	})
	for _, f := range check.Found {
		place := fmt.Sprintf("%s:%d:%d", f.Range.File, f.Range.Begin.Line, f.Range.Begin.Column)
		if f.Range.Begin.Line == 0 { // about the file as a whole
			place = f.Range.File
		}
		if f.Range.File != "" && !strings.Contains(text(d.Find(".note")), place) {
			t.Errorf("%s at %s does not stand on the page", f.Check, place)
		}
	}
}

func TestRoadMapOnOnePage(t *testing.T) {
	d, _ := bound(t, playbooks.Starter()).get(t, "/playbook")
	if n := d.Find(".pb-questions > li").Length(); n != len(throughline.Phases()) {
		t.Errorf("the map has %d questions", n)
	}
	book, _ := compile.Playbook(playbooks.Starter())
	if n := d.Find(".pb-milestone").Length(); n != len(book.Processes[0].Milestones) {
		t.Errorf("the map has %d milestones", n)
	}
	if n := d.Find(".pb-stage").Length(); n != len(book.Processes[0].Stages) {
		t.Errorf("the map has %d stages", n)
	}
	has(t, d, "#m-decision-rule-written", "in “Ways and rules”")
	has(t, d, ".pb-tracks #k3")
	has(t, d, ".pb-weight", "of its warn line", "Stages", "What would make it lighter")
	if n := strings.Count(text(d.Find(".pb-weight")), "files alone are weighed here"); n != 1 {
		t.Errorf("why four things are not known is said %d times", n)
	}
	if n := d.Find(".pb-weight > .wb-items > li").Length(); n != 3 {
		t.Errorf("%d items are the heaviest", n)
	}
	if p := d.Find("[data-points]").AttrOr("data-points", ""); p != "0" {
		t.Errorf("the starter is over-specified: %s", p)
	}
	has(t, d, ".pb-verdict", "nothing to mend")
	if n := d.Find(".note").Length(); n > 0 {
		t.Errorf("the starter has %d findings", n)
	}
}

// TestEveryItemOfTheBudgetHasWords: an item that weigh gives has its words in both languages.
func TestEveryItemOfTheBudgetHasWords(t *testing.T) {
	d, _ := bound(t, playbooks.Starter()).get(t, "/playbook", "Accept-Language", "zh")
	latin := regexp.MustCompile(`[a-z]{3,}`)
	d.Find(".pb-weight").Each(func(_ int, e *goquery.Selection) {
		if w := latin.FindString(text(e)); w != "" {
			t.Errorf("%q stands in Chinese text: %s", w, text(e))
		}
	})
}

func TestPackGrid(t *testing.T) {
	s := bound(t, written(t, heavy))
	d, _ := s.get(t, "/playbook/packs")
	if n := d.Find(".pk thead th").Length(); n != 12 {
		t.Errorf("the grid has %d columns", n)
	}
	d.Find(".pk tbody tr:not(.pk-group)").Each(func(_ int, e *goquery.Selection) {
		if n := e.Find("td").Length(); n != 11 {
			t.Errorf("%s has %d cells", text(e), n)
		}
		e.Find("td").Each(func(_ int, c *goquery.Selection) { // shade and digit agree
			digit := strings.Fields(c.Text())[0]
			if !c.HasClass("pk-" + digit) {
				t.Errorf("%s: %q is shaded as %q", text(e.Find("th")), digit, c.AttrOr("class", ""))
			}
		})
	})
	groups := d.Find(".pk-group")
	if groups.Length() != 3 || !strings.Contains(groups.First().Text(), "Enterprise") {
		t.Errorf("the grid has the groups %s", text(groups))
	}
	has(t, d, ".pk-says", "Clash", "Crowd", "Which of them leads?", "pull apart")
	has(t, d, "thead .pk-mark", "Crowd", "Clash")
	has(t, d, "tr:contains('Take the risk off') td.pk-lead", "leads here")
	has(t, d, "tr:contains('Adoption') th", "core")
	// Every pack of the library opens to its own page.
	rows := d.Find(".pk tbody th a")
	if rows.Length() < 19 {
		t.Errorf("%d packs open", rows.Length())
	}
	rows.Each(func(_ int, e *goquery.Selection) {
		one, r := s.get(t, e.AttrOr("href", ""))
		if r.StatusCode != http.StatusOK || text(one.Find("h1")) != text(e) {
			t.Errorf("%s opens %q: %s", text(e), text(one.Find("h1")), r.Status)
		}
		has(t, one, ".pk-idea", "The idea")
		has(t, one, ".pk-tools", "goes in", "comes out")
	})
	has(t, d, "h1")
	one, _ := s.get(t, "/playbook/packs/jolt")
	has(t, one, ".pk-idea", "leads at Choose (P6)")
	has(t, one, "main", "not affiliated with or endorsed by")
	if _, r := s.get(t, "/playbook/packs/nothing-like-it"); r.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown pack is %s", r.Status)
	}
	// A process without a blend has no gaps to mend.
	d, _ = bound(t, playbooks.Starter()).get(t, "/playbook/packs")
	has(t, d, "main", "names no method of its own", "how the customer buys decides which help")
	if n := d.Find(".pk-says, .pk-mark").Length(); n > 0 {
		t.Errorf("the starter's grid has %d marks", n)
	}
}

// TestNoPackIsInEnglishOnly opens every pack in Chinese: nothing on its page
// stands in another language, and it does not say that something does.
func TestNoPackIsInEnglishOnly(t *testing.T) {
	s := bound(t, playbooks.Starter())
	d, _ := s.get(t, "/playbook/packs", "Accept-Language", "zh")
	rows := d.Find(".pk tbody th a")
	if rows.Length() < 23 {
		t.Errorf("%d packs open", rows.Length())
	}
	rows.Each(func(_ int, e *goquery.Selection) {
		one, _ := s.get(t, e.AttrOr("href", ""), "Accept-Language", "zh")
		if n := one.Find("main [lang=en]"); n.Length() > 0 || one.Find("main .lede").Length() > 0 {
			t.Errorf("%s is not all in Chinese: %s", text(e), text(n))
		}
	})
}

// TestEveryClashHasWords: with every shipped pack in one blend, each rule for a
// clash is said in Chinese, and gaps name who is at home there.
func TestEveryClashHasWords(t *testing.T) {
	names, err := fs.Glob(playbooks.Packs(), "*.yaml")
	if err != nil || len(names) < 19 {
		t.Fatal(names, err)
	}
	var blend strings.Builder
	for _, n := range names {
		if !strings.HasPrefix(n, "core_") {
			blend.WriteString("  " + strings.TrimSuffix(n, ".yaml") + ": []\n")
		}
	}
	head, rest, _ := strings.Cut(heavy, "blend:\n")
	_, rest, _ = strings.Cut(rest, "stages:")
	d, _ := bound(t, written(t, head+"blend:\n"+blend.String()+"stages:"+rest)).get(t, "/playbook/packs", "Accept-Language", "zh")
	if n := d.Find(".pk-says li").Length(); n < 20 {
		t.Errorf("nineteen packs give only %d sentences", n)
	}
	if e := d.Find(".pk-says [lang=en]"); e.Length() > 0 {
		t.Errorf("stands in English: %s", text(e.First()))
	}
	d, _ = bound(t, written(t, head+"blend: {snap: [p2]}\nstages:"+rest)).get(t, "/playbook/packs")
	has(t, d, ".pk-says", "Gap", "Nothing in the blend is of much use at Rules (P5)", "At home there:", "Eight-point inspection")
	has(t, d, "thead .pk-mark", "Gap")
}

// TestTwoProcesses: each has its own map and its own grid, and nothing stands
// twice under one id.
func TestTwoProcesses(t *testing.T) {
	files := written(t, heavy).(fstest.MapFS)
	files["process/small.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(heavy, "name: Enterprise", "name: Small", 1))}
	jolt, err := fs.ReadFile(playbooks.Packs(), "jolt.yaml")
	if err != nil {
		t.Fatal(err)
	}
	files["pack/ours.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(string(jolt), `{en: "Take the risk off", zh: 降低风险}`, "Our own way", 1))}
	s := bound(t, files)
	d, _ := s.get(t, "/playbook")
	sound(t, "two processes", d)
	if n := d.Find(".pb-map").Length(); n != 2 {
		t.Errorf("%d maps stand on the page", n)
	}
	d, _ = s.get(t, "/playbook/packs?process=small")
	sound(t, "two grids", d)
	has(t, d, ".choice [aria-current]", "Small")
	has(t, d, ".pk-group", "The blend of Small")
	has(t, d, ".pk tbody", "Our own way")
	one, r := s.get(t, "/playbook/packs/ours")
	if r.StatusCode != http.StatusOK {
		t.Error(r.Status)
	}
	has(t, one, "h1", "Our own way")
}

func TestCheckPage(t *testing.T) {
	s := bound(t, written(t, heavy))
	d, _ := s.get(t, "/playbook/checks/l02")
	has(t, d, "h1", "L02 our-document-or-event")
	has(t, d, ".pb-avoid", "Proposal sent")
	has(t, d, ".pb-page h2", "Avoid", "Prefer", "Why", "Keep anyway")
	if n := d.Find("main .note").Length(); n < 2 {
		t.Errorf("%d of its findings stand beside it", n)
	}
	if body := text(d.Find(".pb-page")); strings.Contains(body, "```") || strings.Contains(body, "## ") {
		t.Errorf("marks of the text came through: %s", body)
	}
	for _, p := range []string{"/playbook/checks/L99", "/playbook/checks/%2e%2e%2fL02", "/playbook/checks/%00"} {
		if _, r := s.get(t, p); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s is %s", p, r.Status)
		}
	}
}

// TestPlaybookInTheBrowser looks at the playbook's pages wide and narrow, light
// and dark, in both languages; and prints the road map on one sheet.
func TestPlaybookInTheBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	ctx := browser(t)
	looks := []look{{1280, "light", "en"}, {390, "dark", "zh"}}
	if os.Getenv(pictures) != "" {
		looks = append(looks, look{390, "light", "en"}, look{1280, "dark", "zh"}, look{820, "light", "en"})
	}
	for name, s := range map[string]*shop{"starter": bound(t, playbooks.Starter()), "heavy": bound(t, written(t, heavy))} {
		root := s.serve(t)
		for _, p := range playbookStops {
			if name == "starter" && p.name != "playbook" && p.name != "packs" {
				continue
			}
			for _, l := range looks {
				t.Run(name+"/"+p.name+"/"+l.String(), func(t *testing.T) {
					ctx, cancel := context.WithTimeout(ctx, time.Minute)
					defer cancel()
					l.open(t, ctx, root+p.path)
					wide := evaluate[int](t, ctx, `document.documentElement.scrollWidth`)
					inner := evaluate[int](t, ctx, `document.documentElement.clientWidth`)
					if wide > inner {
						t.Errorf("scrolls sideways: %d units wide on a screen of %d; %s", wide, inner, sticksOut(t, ctx))
					}
					l.picture(t, ctx, name+"-"+p.name)
					accessible(t, ctx, name+" "+p.name+" "+l.String())
				})
			}
		}
		for _, lang := range []string{"en", "zh"} {
			t.Run(name+"/print/"+lang, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(ctx, time.Minute)
				defer cancel()
				look{1280, "light", lang}.open(t, ctx, root+"/playbook")
				paper := page.PrintToPDFParams{PaperWidth: 8.27, PaperHeight: 11.69} // A4
				printed, err := chromedp.Call(ctx, page.PrintToPDF, paper)
				if err != nil {
					t.Fatal(err)
				}
				if dir := os.Getenv(pictures); dir != "" {
					_ = os.WriteFile(dir+"/"+name+"-"+lang+".pdf", printed.Data, 0o644)
				}
				if n := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(printed.Data, -1)); n != 1 {
					t.Errorf("prints on %d sheets", n)
				}
			})
		}
	}
}
