package assembly_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/team"
	"github.com/throughline/throughline/playbooks"
)

// twoProcesses is a company with "standard", for what no rule takes, and "order".
func twoProcesses(t *testing.T) (*office, *visitor) {
	o, _ := noted(t)
	book, found := compile.Playbook(playbooks.Demo())
	if found.Errors() {
		t.Fatal(found)
	}
	o.desk.Book, o.desk.Findings, o.desk.BookFiles = book, found, playbooks.Demo()
	o.handler = assembly.Handler(o.desk, nil, true, nil, slog.New(slog.DiscardHandler))
	ann := o.visitor()
	ann.wants("POST", "/sign-in", url.Values{"email": {"ann@example.com"}, "password": {words}}, 303, "/")
	return o, ann
}

// joins makes a team, where there is none, and puts somebody into it.
func (o *office) joins(name, who string) {
	o.t.Helper()
	own := o.desk.Desk
	if all, _ := team.Teams(o.t.Context(), &own); !slices.ContainsFunc(all, func(x member.Team) bool { return x.Name == name }) {
		if _, err := team.MakeTeam(o.t.Context(), &own, name); err != nil {
			o.t.Fatal(err)
		}
	}
	if err := team.Belong(o.t.Context(), &own, name, who+"@example.com", true); err != nil {
		o.t.Fatal(err)
	}
}

const enOrder, zhOrder = "Order on their steps", "按客户步骤下单"

// TestAssignedProcesses: whoever is assigned some chooses among those and is taught
// those; the rules go on, and a deal that they put elsewhere says so and whose it is.
func TestAssignedProcesses(t *testing.T) {
	o, ann := twoProcesses(t)
	bo, cara, oda, mia, rea := o.joined("Bo", member.Seller), o.joined("Cara", member.Seller), o.joined("Oda", member.Operations), o.joined("Mia", member.Manager), o.joined("Rea", member.Reader)
	o.joins("North", "bo")
	o.joins("North", "rea")
	o.joins("Orders", "cara")

	// Nothing is said yet: everybody sees both.
	bo.wants("GET", "/playbook", nil, 200, enOrder)

	// Who may not, does not; operations and an admin do.
	for _, v := range []*visitor{bo, mia, rea} {
		v.wants("POST", "/team/assigned", url.Values{"who": {"North"}, "process": {"standard"}}, 403, "")
		v.wants("POST", "/api/playbook/assigned", url.Values{"json": {`{"whom": "North", "process": ["standard"]}`}}, 403, "")
	}
	oda.wants("POST", "/team/assigned", url.Values{"who": {"North"}, "process": {"standard"}}, 303, "/team#assigned")
	ann.wants("POST", "/api/playbook/assigned", url.Values{"json": {`{"whom": "Orders", "process": ["process/order"]}`}}, 200, `"order"`)
	oda.wants("POST", "/team/assigned", url.Values{"who": {"Nobody"}, "process": {"standard"}}, 404, "")
	oda.wants("POST", "/team/assigned", url.Values{"who": {"North"}, "process": {"standing"}}, 400, "")
	if lines, _ := o.since(0); !slices.Contains(lines, "page team_assigned done user") {
		t.Errorf("the audit says %q", lines)
	}

	// Taught and chosen: the road map, its packs, menus, the page of a new deal, for programs too.
	road := func(v *visitor) (ids []string) {
		t.Helper()
		var m struct{ Processes []struct{ ID string } }
		if err := json.Unmarshal([]byte(v.wants("GET", "/api/playbook", nil, 200, "")), &m); err != nil {
			t.Fatal(err)
		}
		for _, pr := range m.Processes {
			ids = append(ids, pr.ID)
		}
		slices.Sort(ids)
		return ids
	}
	both := []string{"order", "standard"}
	for _, x := range []struct {
		v    *visitor
		sees []string
	}{{bo, []string{"standard"}}, {rea, []string{"standard"}}, {cara, []string{"order"}}, {oda, both}, {mia, both}, {ann, both}} {
		if got := road(x.v); !slices.Equal(got, x.sees) {
			t.Errorf("the road map has %q, want %q", got, x.sees)
		}
		var packs struct{ Blends []struct{ Process string } }
		if err := json.Unmarshal([]byte(x.v.wants("GET", "/api/playbook/packs", nil, 200, "")), &packs); err != nil || len(packs.Blends) != len(x.sees) {
			t.Errorf("%d blends, want %d: %v", len(packs.Blends), len(x.sees), err)
		}
		for _, page := range []string{"/playbook", "/playbook/packs", "/deals/new", "/deals", "/", "/deals?lang=zh", "/playbook?lang=zh", "/deals?lang=en"} {
			_, body := x.v.send("GET", page, nil)
			seen := strings.Contains(body, enOrder) || strings.Contains(body, zhOrder)
			if want := slices.Contains(x.sees, "order"); seen && !want {
				t.Errorf("%s tells %q of the other process", page, x.sees)
			}
		}
	}
	if n := strings.Count(cara.wants("GET", "/playbook", nil, 200, "has one more"), `class="card pb-map"`); n != 1 {
		t.Errorf("%d road maps", n)
	}
	if _, body := oda.send("GET", "/playbook", nil); strings.Contains(body, `id="part"`) {
		t.Error("who sees all is told that it is a part")
	}

	// A deal: the rule decides, among all; never silently another.
	mine := bo.opened("Ward beds")
	if _, body := bo.send("GET", mine+"/questions", nil); strings.Contains(body, "not-mine") || strings.Contains(body, enOrder) {
		t.Error("a deal on one's own process says that it is not, or another one may be picked")
	}
	r, _ := bo.send("POST", "/deals", url.Values{"title": {"Refill"}, "known.purchase": {"order"}})
	refill := strings.SplitN(r.Header.Get("Location"), "?", 2)[0]
	bo.wants("GET", refill+"/questions?lang=en", nil, 200, enOrder+" is not one of your processes. It is assigned to Orders.")
	bo.wants("GET", refill+"/questions?lang=zh", nil, 200, "“"+zhOrder+"”不是分配给你的流程，它归 Orders。")
	bo.wants("GET", refill+"/questions?lang=en", nil, 200, `value="standard"`)
	bo.wants("GET", "/api"+refill, nil, 200, `"process_not_yours":{"process":"process/order","whose":["Orders"]}`)
	if _, body := bo.send("GET", "/deals", nil); !strings.Contains(body, `name="owner"`) || strings.Contains(body, `<option value="order"`) {
		t.Error("the list may be narrowed to a process that is none of theirs")
	}
	oda.wants("GET", "/deals", nil, 200, `<option value="order"`)
	if _, body := oda.send("GET", refill+"/questions", nil); strings.Contains(body, "not-mine") {
		t.Error("operations are told that a process is none of theirs")
	}
	bo.wants("POST", "/api/deals", url.Values{"json": {`{"title": "Refill two", "attributes": {"purchase": "card"}}`}}, 200, "process-not-yours")
	bo.wants("POST", "/api"+mine+"/process", url.Values{"json": {`{"process": "order", "because": "they have steps"}`}}, 422, "")
	mia.wants("POST", "/api"+mine+"/process", url.Values{"json": {`{"process": "order", "because": "they have steps"}`}}, 200, "")
	bo.wants("POST", "/api"+mine+"/process", url.Values{"json": {`{"process": "rules"}`}}, 200, "")

	// Whoever looks after the process sees how many: of Bo's three, two.
	oda.wants("GET", "/review", nil, 200, "2 of 3 open deals whose sellers are assigned processes follow another one.")
	mia.wants("GET", "/api/review", nil, 200, `"process_not_theirs":{"count":2,"of":3`)

	// Two teams: what both are assigned, together; one's own is added; a team of which
	// nothing is said adds none.
	o.joins("Orders", "bo")
	if got := road(bo); !slices.Equal(got, both) {
		t.Errorf("of two teams one sees %q", got)
	}
	o.joins("South", "rea")
	if got := road(rea); !slices.Equal(got, []string{"standard"}) {
		t.Errorf("a team of which nothing is said made it %q", got)
	}
	ann.wants("POST", "/api/playbook/assigned", url.Values{"json": {`{"whom": "rea@example.com", "process": ["order"]}`}}, 200, "")
	if got := road(rea); !slices.Equal(got, both) {
		t.Errorf("one's own and the team's: %q", got)
	}
	ann.wants("POST", "/api/playbook/assigned", url.Values{"json": {`{"whom": "rea@example.com", "all": true}`}}, 200, "")

	// A process that the playbook has no more: a finding, and nothing breaks.
	book, found := compile.Playbook(playbooks.Starter())
	if found.Errors() {
		t.Fatal(found)
	}
	o.desk.Book, o.desk.BookFiles = book, playbooks.Starter()
	o.handler = assembly.Handler(o.desk, nil, true, nil, slog.New(slog.DiscardHandler))
	if got := road(cara); !slices.Equal(got, []string{"standard"}) {
		t.Errorf("whose only process is gone sees %q", got)
	}
	oda.wants("GET", "/team", nil, 200, "Orders is assigned order, which the playbook has no more.")
	oda.wants("GET", "/api/playbook/assigned", nil, 200, "assigned-gone")
	cara.opened("Still works")
	oda.wants("POST", "/team/assigned", url.Values{"who": {"Orders"}}, 303, "/team#assigned")
	if _, body := oda.send("GET", "/team", nil); strings.Contains(body, "no more") {
		t.Error("taken back, and still found")
	}
}

// TestAssignedInABrowser: operations assign a process to a team by ticking it; a
// seller of it has no other on any menu, and a deal that the rules put elsewhere
// says so.
func TestAssignedInABrowser(t *testing.T) {
	o, _ := twoProcesses(t)
	bo := o.joined("Bo", member.Seller)
	oda := o.joined("Oda", member.Operations)
	o.joins("North", "bo")
	server := httptest.NewServer(o.handler)
	t.Cleanup(server.Close)
	ctx := chromium(t)
	do := func(actions ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, actions...); err != nil {
			t.Fatal(err)
		}
	}
	text := func(script string) string {
		t.Helper()
		out, err := chromedp.Run(ctx, chromedp.Evaluate[string](script))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	sign := func(v *visitor) {
		t.Helper()
		do(chromedp.Navigate(server.URL + "/sign-in"))
		text(fmt.Sprintf("document.cookie = %q", "session="+v.cookies["session"]+"; path=/"))
	}
	do(chromedp.EmulateViewport(1280, 900))
	sign(oda)
	do(chromedp.Navigate(server.URL+"/team"), chromedp.Click("#assigned summary"), chromedp.Click(`#assigned input[value=standard]`))
	do(chromedp.Click("#assigned .assigned-form button"), chromedp.WaitVisible(".assigned-since"))
	if got := text(`document.querySelector("#assigned li").innerText`); !strings.Contains(got, "by Oda") || strings.Contains(got, "nothing is said") {
		t.Errorf("North is assigned %q", got)
	}
	for _, look := range []struct {
		name  string
		width int
		query string
	}{{"team-1280", 1280, ""}, {"team-390-zh", 390, "?lang=zh"}} {
		do(chromedp.EmulateViewport(int64(look.width), 900), chromedp.Navigate(server.URL+"/team"+look.query))
	}
	do(chromedp.Navigate(server.URL+"/team?lang=en"), chromedp.EmulateViewport(1280, 900))
	sign(bo)
	do(chromedp.Navigate(server.URL + "/deals/new"))
	if got := text(`[...document.querySelectorAll("select[name=process] option")].map(o => o.value).join(" ")`); strings.TrimSpace(got) != "standard" {
		t.Errorf("on the page of a new deal one may pick %q", got)
	}
	do(chromedp.SendKeys(`input[name=title]`, "Refill"))
	text(`document.querySelector("select[name='known.purchase']").value = "order"`)
	do(chromedp.Click(`form[action="/deals"] button.button-main`), chromedp.WaitReady(`a[href$="/questions"]`))
	at := text(`location.pathname`)
	if !regexp.MustCompile(`^/deals/[0-9a-f-]{36}$`).MatchString(at) {
		t.Fatalf("opened at %q", at)
	}
	do(chromedp.Navigate(server.URL+at+"/questions"), chromedp.WaitVisible(".not-mine"))
	if got := text(`document.querySelector(".not-mine").innerText`); got != enOrder+" is not one of your processes." {
		t.Errorf("the deal says %q", got)
	}
	do(chromedp.EmulateViewport(390, 900), chromedp.Navigate(server.URL+at+"/questions?lang=zh"))
	do(chromedp.Navigate(server.URL + "/playbook?lang=zh"))
}
