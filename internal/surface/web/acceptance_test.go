package web_test

import (
	"io/fs"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chromedp/chromedp"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/playbooks"
)

// visitor is a person at the pages: a real browser over a shop of the test's own.
type visitor struct {
	hand
	shop *shop
	root string
	look look
}

func visit(t *testing.T) *visitor {
	t.Helper()
	ctx := browser(t)
	s := open(t).fill(t)
	root := s.serve(t)
	return &visitor{hand: hand{t: t, ctx: ctx}, shop: s, root: root, look: look{1280, "light", "en"}}
}

func (v *visitor) open(path string) {
	v.t.Helper()
	v.look.open(v.t, v.ctx, v.root+path)
}

// fill puts a value into a field of any kind, as typing or choosing would.
func (v *visitor) fill(selector, value string) {
	v.t.Helper()
	script := `(() => { const e = document.querySelector(` + quote(selector) + `); if (!e) return "nothing matches"; for (let d = e.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
		if (e.type === "radio" || e.type === "checkbox") e.checked = true; else e.value = ` + quote(value) + `;
		e.dispatchEvent(new Event("input", {bubbles: true})); e.dispatchEvent(new Event("change", {bubbles: true})); return e.matches("select") && e.value !== ` + quote(value) + ` ? "no such choice" : ""; })()`
	if said := evaluate[string](v.t, v.ctx, script); said != "" {
		v.t.Fatalf("fill %s: %s", selector, said)
	}
}

func quote(s string) string {
	return "decodeURIComponent('" + strings.ReplaceAll(url.QueryEscape(s), "+", "%20") + "')"
}

// choose picks the option of a list whose words begin like this.
func (v *visitor) choose(selector, words string) {
	v.t.Helper()
	script := `(() => { const e = document.querySelector(` + quote(selector) + `); if (!e) return "nothing matches"; const o = [...e.options].find(o => o.text.startsWith(` + quote(words) + `)); if (!o) return "no such choice among " + [...e.options].map(o => o.text); e.value = o.value; return ""; })()`
	if said := evaluate[string](v.t, v.ctx, script); said != "" {
		v.t.Fatalf("choose %s in %s: %s", words, selector, said)
	}
}

func (v *visitor) wants(selector string, words ...string) {
	v.t.Helper()
	got := v.text(selector)
	for _, w := range words {
		if !strings.Contains(strings.ToLower(got), strings.ToLower(w)) {
			v.t.Errorf("%s does not say %q:\n%.600s", selector, w, got)
		}
	}
}

func stillOpen(c company.Truth) bool { return c.Outcome == throughline.StillOpen }

// TestAcceptance walks the examples of DOMAIN B.1 that lie on a deal, in the
// real browser, on the made-up company.
func TestAcceptance(t *testing.T) {
	v := visit(t)
	on := func(name string, f func(t *testing.T)) {
		t.Run(name, func(t *testing.T) {
			was := v.t
			v.t, v.hand.t = t, t
			defer func() { v.t, v.hand.t = was, was }()
			f(t)
		})
	}

	on("1 the amount leaves the class unchanged", func(t *testing.T) {
		deal := v.shop.one(t, "a story", func(c company.Truth) bool {
			return stillOpen(c) && c.Story != "" && c.Class == throughline.ComplexNoProcess
		})
		for _, amount := range []string{"9000", "14000000"} {
			v.open(deal)
			v.fill(`form[action$="/amount"] input[name=amount]`, amount)
			v.send(`form[action$="/amount"] button`)
			v.wants(".head", "no process of their own")
		}
		v.wants(".head", "14,000,000")
	})

	on("3 a new veto holder reopens what was agreed", func(t *testing.T) {
		deal := v.shop.one(t, "open at Commit with a strategy", func(c company.Truth) bool {
			return stillOpen(c) && c.Frontier == throughline.Commit && c.Class == throughline.Complex
		})
		v.open(deal + "/ledger")
		before := v.text("#ledger-h")
		v.fill(`form[action$="/event"] input[value=new_veto]`, "new_veto")
		v.fill(`form[action$="/event"] input[name=text]`, "The works council asks to be heard")
		v.send(`form[action$="/event"] button`)
		v.wants(".said", "Recorded")
		v.wants("main", "Someone new can say no", "works council")
		if after := v.text("#ledger-h"); after == before {
			t.Errorf("the ledger says %q before and after", after)
		}
		v.open(deal)
		v.wants(".road-box", "They are at Align")
		v.open(deal + "/questions")
		v.wants("#p6", "answered")
	})

	on("5 a pasted plan is told to be one", func(t *testing.T) {
		v.open(v.shop.one(t, "open", stillOpen) + "/steps")
		v.fill("textarea[name=text]", "Kick-off\nRequirements workshop\nBuild and configure\nUser acceptance test\nTraining\nGo-live 1 May\nHypercare")
		v.send(`form:has(textarea[name=text]) button.button-main`)
		v.wants("main", "how the work will run", "a project plan")
		if n := evaluate[int](t, v.ctx, `document.querySelectorAll(".questions > li").length`); n != 3 {
			t.Errorf("%d questions are offered, want 3", n)
		}
	})

	on("6 urgency goes where they fear to choose", func(t *testing.T) {
		deal := v.shop.one(t, "at Commit", func(c company.Truth) bool {
			return stillOpen(c) && c.Frontier == throughline.Commit && c.Class != throughline.Transactional
		})
		v.open(deal + "/ledger")
		v.fill(`form[action$="/event"] input[value=more_references]`, "more_references")
		v.send(`form[action$="/event"] button`)
		v.open(deal + "/before")
		v.wants("main", "fear to choose", "no urgency", "takes risk off")
	})

	on("7 a solicitation locks outreach", func(t *testing.T) {
		deal := v.shop.one(t, "open at Explore", func(c company.Truth) bool { return stillOpen(c) && c.Frontier == throughline.Explore })
		v.open(deal + "/ledger")
		v.fill(`form[action$="/event"] input[value=solicitation_issued]`, "solicitation_issued")
		v.send(`form[action$="/event"] button`)
		v.open(deal)
		v.wants("main", "contracting officer may be approached")
		v.open(deal + "/before")
		v.wants("main", "Outreach is locked", "stated factor")
	})

	on("12 the sponsor leaves", func(t *testing.T) {
		deal := v.shop.one(t, "past Own, with a sponsor", func(c company.Truth) bool { return stillOpen(c) && c.Story != "" && c.Frontier > throughline.Align })
		v.open(deal + "/people")
		who := evaluate[string](t, v.ctx, `([...document.querySelectorAll(".standing > li")].find(l => /sponsor/i.test(l.innerText)) || document).querySelector(".standing-name").innerText`)
		v.open(deal + "/ledger")
		v.fill(`form[action$="/event"] input[value=sponsor_left]`, "sponsor_left")
		v.choose(`form[action$="/event"] select[name=person]`, who)
		v.send(`form[action$="/event"] button`)
		v.wants("main", "The sponsor left")
		v.open(deal)
		v.wants(".road-box", "They are at Own")
		v.open(deal + "/questions")
		v.wants("#p2", "open again")
	})

	on("2 a proposal sent is no milestone", func(t *testing.T) {
		deal := v.shop.one(t, "open", stillOpen)
		v.open(deal + "/strategy")
		v.fill(`input[name="move.0.what"]`, "Hand over the offer")
		v.fill(`input[name="move.0.expect"]`, "Proposal sent")
		v.send("form button.button-main")
		v.wants("main", "What a reader would ask", "Proposal sent", "what do they do then")
		v.open("/playbook/checks/L02")
		v.wants("main", "Proposal sent", "The sponsor presented our proposal to the steering group")
	})

	on("4 decided, and the paper not done", func(t *testing.T) {
		deal := ""
		for _, c := range v.shop.truth {
			d, _ := v.shop.get(t, "/deals/"+c.Deal.String())
			if stillOpen(c) && strings.Contains(text(d.Find(".head")), "decided, contracting") {
				deal = "/deals/" + c.Deal.String()
				break
			}
		}
		if deal == "" {
			t.Fatal("the made-up company has no deal that is decided and open")
		}
		v.open(deal)
		v.wants(".head", "decided, contracting")
		v.open("/forecast") // works out what the deal's page then shows
		v.open(deal + "/contracting")
		v.wants("main", "They have decided for us", "Supplier set-up")
		if got := v.text("main"); !strings.Contains(got, "%") {
			t.Logf("no forecast stands on the page yet: %.200s", got)
		}
	})

	on("8 a small purchase grows", func(t *testing.T) {
		v.open("/deals/new")
		v.fill(`input[name=title]`, "One seat for the planner")
		v.fill(`input[name=account]`, "Ostrava Mills")
		v.send("main form button[type=submit]")
		deal := evaluate[string](t, v.ctx, `location.pathname`)
		v.open(deal + "/class")
		for name, n := range map[string]string{"repetition": "1", "buyer_knowledge": "0", "risk_understood": "0", "veto_holders": "0", "functions_affected": "0", "work_change": "0",
			"problem_agreement": "0", "reversibility": "0", "owner_named": "0"} {
			v.fill(`input[name="factor.`+name+`"][value="`+n+`"]`, n)
		}
		v.send("form button.button-main")
		for _, who := range []struct{ name, function string }{{"Ana Ruiz", "finance"}, {"Wen Li", "operations"}, {"Olu Ade", "quality"}} {
			v.open(deal + "/people")
			v.fill(`form[action$="/person"] input[name=name]:not([type=hidden])`, who.name)
			v.fill(`form[action$="/person"]:has(input[name=name]:not([type=hidden])) input[name=function]`, who.function)
			v.send(`form[action$="/person"]:has(input[name=name]:not([type=hidden])) button`)
		}
		v.open(deal)
		v.wants(".conversion", "three functions")
		v.fill(`.conversion input[name=title]`, "All planners of the group")
		v.send(".conversion button")
		v.wants("h1", "All planners of the group")
		v.wants(".head", "not known yet")
		v.wants(".lineage", "It grew out of", "One seat for the planner")
	})

	on("11 a commit on our own word shows as one", func(t *testing.T) {
		v.open("/deals/new")
		v.fill(`input[name=title]`, "Heard from nobody")
		v.send("main form button[type=submit]")
		v.open(evaluate[string](t, v.ctx, `location.pathname`) + "/forecast")
		v.fill(`form[action$="/category"] select[name=category]`, "commit")
		v.send(`form[action$="/category"] button`)
		v.wants("main", "reason") // asked for, with the form as it was
		v.fill(`form[action$="/category"] select[name=category]`, "commit")
		v.fill(`form[action$="/category"] input[name=reason]`, "She gave her word at the fair")
		v.send(`form[action$="/category"] button`)
		v.wants("main", "Commit", "She gave her word at the fair")
	})

	on("13 price alone is no cause", func(t *testing.T) {
		deal := v.shop.one(t, "open, another", func(c company.Truth) bool { return stillOpen(c) && c.Story == "" })
		v.open(deal + "/close")
		v.fill(`input[name=outcome][value=lost_competitor]`, "lost_competitor")
		v.fill(`textarea[name=text]`, "The price was too high")
		v.send(`form[action$="/end"] button.button-main`)
		v.wants("main", "compared with what")
		v.fill(`input[name=compared]`, "with the offer of their old supplier")
		v.fill(`input[name=decided_by]`, "the head of purchasing")
		v.send(`form[action$="/end"] button.button-main`)
		v.wants("main", "The deal is closed", "to a rival")
		if got := evaluate[string](t, v.ctx, `location.pathname`); !strings.HasPrefix(got, deal) {
			t.Errorf("it goes on to %s", got)
		}
	})

	on("14 the result stands beside the target", func(t *testing.T) {
		deal := v.shop.one(t, "won", func(c company.Truth) bool { return c.Outcome == throughline.Won })
		v.open(deal)
		v.fill(`form[action$="/target"] input[name=measure]`, "minutes a handover takes")
		v.fill(`form[action$="/target"] input[name=baseline]`, "38")
		v.fill(`form[action$="/target"] input[name=target]`, "15")
		v.send(`form[action$="/target"] button`)
		v.fill(`form[action$="/result"] input[name=actual]`, "16, measured in March")
		v.send(`form[action$="/result"] button`)
		v.wants("#measures, .measures", "minutes a handover takes", "15", "16, measured in March")
	})

	on("a tab left open over night loses nothing", func(t *testing.T) {
		deal := v.shop.one(t, "open", stillOpen)
		v.open(deal)
		v.fill(`.capture-here textarea`, "They asked for a second date.")
		if got := evaluate[int](t, v.ctx, `fetch(location.pathname + "/note", {method: "POST", headers: {"Content-Type": "application/x-www-form-urlencoded"}, body: "text=Somebody+else+wrote+this"}).then(r => r.status)`, chromedp.EvalAwaitPromise); got != 200 {
			t.Fatalf("the colleague's note: %d", got)
		}
		v.tap(`.capture-here button[value=read]`)
		until(t, v.ctx, `document.querySelector(".proposal, .actions-end a")`)
		v.tap(`.proposal button[value^="accept:"], .actions-end a`)
		until(t, v.ctx, `!document.querySelector(".proposal")`)
		v.open(deal + "/ledger")
		v.wants("#ledger", "Somebody else wrote this")
	})
}

// TestAcceptanceOfPlaybooks: examples 9 and 10 lie on the playbook's page.
func TestAcceptanceOfPlaybooks(t *testing.T) {
	ctx := browser(t)
	four := written(t, string(starterProcess(t))).(fstest.MapFS)
	for _, name := range []string{"second", "third", "fourth"} {
		four["process/"+name+".yaml"] = &fstest.MapFile{Data: starterProcess(t)}
	}
	v := &visitor{hand: hand{t: t, ctx: ctx}, root: bound(t, four).serve(t), look: look{1280, "light", "en"}}
	v.open("/playbook")
	v.wants("main", "Processes visible to a seller: 4, past the warn line of 3", "say what each further process buys")
	staged := written(t, string(starterProcess(t))).(fstest.MapFS)
	staged["pack/own.yaml"] = &fstest.MapFile{Data: []byte("name: Our method\nstatus: adapted\norigin: us\nidea: ask first\nweights: {p1: 1}\nstages: [{id: extra, name: Extra}]\n")}
	v.root = bound(t, staged).serve(t)
	v.open("/playbook")
	v.wants("main", `The file may not have "stages"`, "never replaces it")
}

func starterProcess(t testing.TB) []byte {
	t.Helper()
	text, err := fs.ReadFile(playbooks.Starter(), "process/standard.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return text
}
