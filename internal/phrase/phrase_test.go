package phrase

import (
	"go/scanner"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook"
)

// catalogue reads a language's keys with their messages; plural forms are joined.
func catalogue(t *testing.T, lang string) map[string]map[string]string {
	t.Helper()
	out := map[string]map[string]string{}
	for _, name := range catalogues(lang) {
		messages, err := read(name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, m := range messages {
			if out[m.ID] != nil {
				t.Errorf("%s says %s twice", name, m.ID)
			}
			forms := map[string]string{"other": m.Other}
			if m.One != "" {
				forms["one"] = m.One
			}
			out[m.ID] = forms
		}
	}
	return out
}

// TestCataloguesAgree: every key is in every language, with the plural forms
// that language needs, and speaks of the same arguments.
func TestCataloguesAgree(t *testing.T) {
	en := catalogue(t, "en")
	argument := regexp.MustCompile(`\{\{\s*\.(\w+)`)
	args := func(forms map[string]string) []string {
		set := map[string]bool{}
		for _, f := range forms {
			for _, m := range argument.FindAllStringSubmatch(f, -1) {
				name := m[1]
				if name == "w" {
					name = "n" // the same number
				}
				set[name] = true
			}
		}
		return slices.Sorted(maps.Keys(set))
	}
	for _, lang := range Languages() {
		other := catalogue(t, lang)
		for key, forms := range en {
			got, ok := other[key]
			if !ok {
				t.Errorf("%s lacks %s", lang, key)
				continue
			}
			if a, b := args(forms), args(got); !slices.Equal(a, b) {
				t.Errorf("%s: %s has arguments %v, en has %v", lang, key, b, a)
			}
			for form, s := range got {
				if strings.TrimSpace(s) == "" && !strings.HasPrefix(key, "list.") {
					t.Errorf("%s: %s %s is empty", lang, key, form)
				}
			}
			if _, plural := forms["one"]; plural && lang == "en" && len(got) < 2 {
				t.Errorf("en: %s lacks a plural form", key)
			}
		}
		for key := range other {
			if _, ok := en[key]; !ok {
				t.Errorf("%s has %s, en has not", lang, key)
			}
		}
	}
}

// TestKeysAreUsed: every key stands in some source, whole or by its beginning
// up to a dot or underscore, and every key that a source says exists.
func TestKeysAreUsed(t *testing.T) {
	en := catalogue(t, "en")
	literals := map[string]string{}
	said := regexp.MustCompile(`\bSay\("([a-z_]+\.[^"]+)"\s*[,)]`)
	for _, root := range []string{"..", "../../cmd"} {
		_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			ext := filepath.Ext(path)
			if err != nil || d.IsDir() || ext != ".go" && ext != ".templ" || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
				return nil
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, m := range said.FindAllStringSubmatch(string(text), -1) {
				if _, ok := en[m[1]]; !ok {
					t.Errorf("%s says %q, which no catalogue has", path, m[1])
				}
			}
			collect(text, literals, path)
			return nil
		})
	}
	for key := range en {
		used := literals[key] != ""
		for i := range key {
			if c := key[i]; (c == '.' || c == '_') && literals[key[:i+1]] != "" {
				used = true
			}
		}
		if _, suffixed := literals[key[strings.LastIndexAny(key, "_.")+0:]]; suffixed && literals[key[:strings.LastIndexAny(key, "_.")]] != "" {
			used = true // key + "_with"
		}
		if !used {
			t.Errorf("nothing says %s", key)
		}
	}
}

func collect(text []byte, into map[string]string, path string) {
	var s scanner.Scanner
	fset := token.NewFileSet()
	s.Init(fset.AddFile(path, fset.Base(), len(text)), text, func(token.Position, string) {}, 0)
	for {
		_, tok, lit := s.Scan()
		if tok == token.EOF {
			return
		}
		if tok == token.STRING {
			if v, err := strconv.Unquote(lit); err == nil {
				into[v] = path
			}
		}
		if tok == token.STRING && strings.Contains(lit, "%d") { // "number.%d"
			v, _, _ := strings.Cut(strings.Trim(lit, `"`), "%d")
			into[v] = path
		}
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		wishes []string
		want   string
	}{
		{nil, "en"}, {[]string{""}, "en"}, {[]string{"zh"}, "zh"}, {[]string{"zh-TW"}, "zh"}, {[]string{"zh_CN.UTF-8"}, "zh"},
		{[]string{"C"}, "en"}, {[]string{"fr"}, "en"}, {[]string{"fr", "zh"}, "zh"}, {[]string{"fr;q=0.9, zh;q=0.5, en;q=0.1"}, "zh"},
		{[]string{"en", "zh"}, "en"}, {[]string{"<script>", "zh"}, "zh"}, {[]string{"en-GB,en;q=0.9,zh;q=0.8"}, "en"},
	} {
		if got := Match(c.wishes...); got != c.want {
			t.Errorf("Match(%q) = %s, want %s", c.wishes, got, c.want)
		}
	}
}

func day(s string) throughline.Day {
	d, err := throughline.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestFormats(t *testing.T) {
	en, zh := For("en"), For("zh")
	today := day("2026-11-23")
	for _, c := range []struct{ got, want string }{
		{en.Number(1234567), "1,234,567"}, {en.Number(-1234), "−1,234"}, {zh.Number(999), "999"},
		{en.Attribute("amount"), "amount"}, {zh.Attribute("amount"), "金额"}, {zh.Attribute("their own"), "their own"},
		{en.Money(throughline.Money{Cents: 41200000, Currency: "USD"}), "$412,000"},
		{zh.Money(throughline.Money{Cents: 41200000, Currency: "USD"}), "US$412,000"},
		{zh.Money(throughline.Money{Cents: 41200000, Currency: "CNY"}), "¥412,000"},
		{en.Money(throughline.Money{Cents: -123450, Currency: "EUR"}), "−€1,234.50"},
		{en.Money(throughline.Money{Cents: 100, Currency: "SEK"}), "1 SEK"},
		{en.Money(throughline.Money{Cents: 123400}), "1,234"}, {en.Money(throughline.Money{}), ""},
		{en.Day(day("2026-03-01")), "1 March 2026"}, {zh.Day(day("2026-03-01")), "2026年3月1日"},
		{en.DayNear(day("2026-03-01"), today), "1 March"}, {en.DayNear(day("2025-03-01"), today), "1 March 2025"},
		{en.Weekday(today), "Monday, 23 November 2026"}, {zh.Weekday(today), "2026年11月23日 星期一"},
		{en.Day(throughline.Day{}), "no date"},
		{en.Ago(today, today), "today"}, {en.Ago(today.Add(-1), today), "yesterday"}, {en.Ago(today.Add(1), today), "tomorrow"},
		{en.Ago(today.Add(-9), today), "9 days ago"}, {en.Ago(today.Add(9), today), "in 9 days"}, {zh.Ago(today.Add(-9), today), "9 天前"},
		{en.Days(1), "1 day"}, {en.Days(90), "90 days"}, {en.Days(91), "3 months"}, {en.Days(800), "2 years"},
		{en.Percent(0), "0%"}, {en.Percent(0.001), "<1%"}, {en.Percent(0.999), ">99%"}, {en.Percent(1), "100%"}, {en.Percent(0.315), "32%"},
		{en.List([]string{"a", "b", "c"}), "a, b and c"}, {zh.List([]string{"a", "b", "c"}), "a、b和c"}, {en.List(nil), ""},
		{en.Say("gap.ahead", "n", 1), "we are one question ahead of them"}, {en.Say("gap.ahead", "n", 3), "we are three questions ahead of them"},
		{zh.Say("gap.ahead", "n", 3), "我们比客户超前三个问题"}, {en.Say("span.days", "n", 12345), "12,345 days"},
		{Initial("élan"), "Élan"}, {Initial(""), ""}, {Initial("客户"), "客户"},
		{en.Say("no.such.key"), "[no.such.key]"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// TestEveryCodeHasWords: whatever code the rooms can give has words in every language.
func TestEveryCodeHasWords(t *testing.T) {
	book := &playbook.Playbook{}
	codes := alignment.Codes()
	events := []deal.Event{deal.NewVeto, deal.SponsorLeft, deal.Reorganisation, deal.ScopeChanged, deal.NewAlternative, deal.ProcurementEntered,
		deal.DateMoved, deal.SolicitationIssued, deal.MoreReferences, deal.MoreOptions, deal.ComparisonReopened, deal.QuietAfterWarm,
		deal.StepWaits, deal.EvidenceConflict, deal.AccountsDiffer, deal.GrewLarger}
	for _, lang := range Languages() {
		p := For(lang)
		whole := func(s string) {
			t.Helper()
			if s == "" || strings.Contains(s, "[") || strings.Contains(s, "<no value>") {
				t.Errorf("%s: %q", lang, s)
			}
		}
		for _, code := range codes {
			for _, phase := range append(throughline.Phases(), throughline.NoPhase) {
				for _, acted := range []bool{true, false} {
					r := alignment.Reading{AsOf: day("2026-11-23"), Silence: alignment.SilenceReading{Acted: acted}, Decided: acted}
					if code == alignment.ReopenedQuestion || code == alignment.GrownOld {
						phase = max(phase, throughline.Notice)
					}
					whole(p.Reason(Names{Book: book}, r, alignment.Reason{Promise: &deal.PromiseMade{What: "call"}, Code: code, Phase: phase, Other: throughline.Choose, Count: 2, Limit: 3,
						Event: deal.NewVeto, About: "contracting/k3", Since: day("2026-11-01")}))
				}
			}
		}
		for _, e := range events {
			whole(p.Say("event." + string(e)))
		}
		for _, o := range append(throughline.Outcomes(), throughline.StillOpen) {
			whole(p.Outcome(o))
		}
		for _, c := range append(throughline.Causes(), throughline.CauseUnknown) {
			whole(p.Cause(c))
		}
		for _, c := range append(throughline.Classes(), "") {
			whole(p.Class(c))
		}
		for _, r := range throughline.Roles() {
			whole(p.Role(r))
		}
		for _, ph := range throughline.Phases() {
			whole(p.Place(book, ph.Address()))
		}
		for _, tr := range []throughline.Track{throughline.Contracting, throughline.Change} {
			for _, s := range tr.Steps() {
				whole(p.Place(book, s.Address()))
			}
		}
		for g := throughline.E0; g <= throughline.E4; g++ {
			whole(p.Grade(g))
		}
		for _, s := range []throughline.PhaseState{throughline.Untouched, throughline.Open, throughline.Answered, throughline.Reopened, throughline.NotNeeded} {
			whole(p.State(s))
		}
		for _, s := range []throughline.StepState{throughline.StepNotBegun, throughline.StepBegun, throughline.StepDone, throughline.StepNotNeeded} {
			whole(p.StepState(s))
		}
	}
}

// TestEveryFactHasWords: no kind of fact is without a sentence.
func TestEveryFactHasWords(t *testing.T) {
	person := throughline.PersonID(throughline.KeyedID(time.Unix(0, 0), "maria"))
	yes := true
	bodies := []deal.Body{
		deal.Opened{}, deal.Described{Title: "x", Attributes: map[string]string{"region": "north"}}, deal.OwnerChanged{Owner: person},
		deal.StageMoved{Foreign: "Demo"}, deal.StageMoved{Stage: "process/p/stage/s"}, deal.StageMoved{Foreign: "Demo", Stage: "process/p/stage/s"},
		deal.MilestoneMet{Milestone: "process/p/milestone/m"}, deal.MilestoneMet{Milestone: "process/p/milestone/m", NotNeeded: true, Reason: "why"},
		deal.AmountChanged{Amount: throughline.Money{Cents: 100}}, deal.CloseDateMoved{To: day("2026-01-01")}, deal.CloseDateMoved{ByCustomer: true},
		deal.Activity{What: "call"}, deal.Activity{What: "séance", By: deal.Us}, deal.Activity{What: "email", By: deal.Customer, Person: person},
		deal.Activity{What: "meeting", Open: true, Person: person}, deal.Evidence{Text: "said"}, deal.Contradiction{Text: "denied"},
		deal.PhaseNotNeeded{Phase: throughline.Explore, Reason: "known"}, deal.PersonJoined{Person: person, Role: throughline.UserRole, Function: "finance"},
		deal.PersonJoined{Person: person, Left: true}, deal.PersonJoined{Person: person},
		deal.Stance{Person: person, Value: -9, Agrees: &yes, Wants: "quiet", Fears: "noise"},
		deal.StepMoved{Step: "contracting/k3", State: throughline.StepBegun, Due: day("2026-02-03")}, deal.Classified{Class: throughline.Complex},
		deal.Noticed{Event: deal.NewVeto}, deal.Override{Position: throughline.Rules, Reason: "I was there"}, deal.Strategy{Bet: "if"},
		deal.Judged{Category: deal.Commit}, deal.Judged{Category: deal.BestCase, Reason: "I know them"}, deal.Judged{},
		deal.BetResolved{Result: "happened"}, deal.BetResolved{Result: "did_not"}, deal.BetResolved{Result: "too_early"},
		deal.Ended{Outcome: throughline.NoDecision, Cause: throughline.Overtaken}, deal.Ended{Outcome: throughline.Postponed, Until: day("2027-01-01")},
		deal.Ended{Outcome: throughline.Won}, deal.Resumed{}, deal.Linked{As: "land"}, deal.Linked{As: "expand"}, deal.Linked{As: "renew"}, deal.Correction{Reason: "typo"}, deal.PlaybookMoved{To: "aa"},
		deal.ProcessPicked{Process: "process/order", Reason: "a new plant"}, deal.ProcessPicked{},
		deal.DecisionStated{Aspect: deal.Decider, Text: "the board"}, deal.DecisionStated{Aspect: deal.Consequence, Day: day("2026-02-03")}, deal.DecisionStated{Aspect: deal.Veto, Unknown: true}, deal.PlanMade{}, deal.Commented{Text: "sooner"},
		deal.InitiativeStated{Name: "one depot"}, deal.InitiativeStated{Outcome: "no waits"}, deal.InitiativeStated{Measure: "minutes"}, deal.InitiativeStated{Sponsor: "the director"}, deal.InitiativeStated{NoSponsor: true},
		deal.InitiativeStated{Consequence: "the lease ends"}, deal.InitiativeStated{By: day("2026-02-03")}, deal.InitiativeJoined{}, deal.InitiativeJoined{Left: true}, deal.InitiativeJoined{Observer: true, Serves: "the nights"},
		deal.PurchaseStated{What: "lifts", Supplier: "Liftwerk"}, deal.PurchaseStated{What: "lifts", State: deal.Ordered}, deal.PurchaseStated{State: deal.InUse},
		deal.Reconsidered{Answer: deal.StrategyChanges}, deal.Reconsidered{Answer: deal.StrategyStands}, deal.Reconsidered{Answer: deal.StrategyLater, Until: day("2026-02-03")},
		deal.SetAside{How: deal.AsideDone}, deal.SetAside{How: deal.AsideLater, Until: day("2026-02-03")}, deal.SetAside{How: deal.AsideNotMine},
		deal.StepStated{Text: "the board votes", Due: day("2026-02-03")}, deal.StepStated{Text: "we send the draft", By: deal.Us, State: throughline.StepDone}, deal.StepStated{State: throughline.StepDone}, deal.StepStated{Due: day("2026-02-03")},
		deal.WorkMoved{What: "train the branches", State: throughline.StepBegun}, deal.WorkMoved{State: throughline.StepDone}, deal.Noted{Text: "kept"},
		deal.Noted{Tool: "pack/jolt/tool/risk-menu", Text: "a way out"}, deal.Asked{Text: "who else?"}, deal.TargetSet{Measure: "minutes", Target: "15"},
		deal.TargetSet{Measure: "minutes", Target: "15", Baseline: "38"}, deal.ResultMeasured{Actual: "16"},
		deal.PromiseMade{Person: person, What: "send the list", Due: day("2026-02-03")}, deal.PromiseMade{Who: "the board", What: "decide"}, deal.PromiseMade{What: "call back"},
		deal.ReportsTo{Person: person, To: person}, deal.ReportsTo{Person: person}, deal.PersonMerged{Person: person, Into: person}, deal.PromiseResolved{Result: "kept"}, deal.PromiseResolved{Result: "not_kept", Text: "no answer"}, deal.PromiseResolved{Result: "withdrawn"},
	}
	kinds := map[deal.Kind]bool{}
	for _, lang := range Languages() {
		for _, b := range bodies {
			kinds[b.Kind()] = true
			s := For(lang).Fact(Names{Book: &playbook.Playbook{}}, deal.Fact{Body: b, Grade: throughline.E2})
			if proposed := For(lang).Fact(Names{Book: &playbook.Playbook{}}, deal.Fact{Body: b}); proposed == "" || strings.Contains(proposed, "[") {
				t.Errorf("%s %s, assumed: %q", lang, b.Kind(), proposed)
			}
			if s == "" || strings.Contains(s, "[") || strings.Contains(s, "<no value>") || s == string(b.Kind()) {
				t.Errorf("%s %s: %q", lang, b.Kind(), s)
			}
		}
	}
	for _, k := range deal.Kinds() {
		if !kinds[k] {
			t.Errorf("%s was not tried", k)
		}
	}
}

func TestMentionsBecomeNames(t *testing.T) {
	id := throughline.PersonID(throughline.KeyedID(time.Unix(0, 0), "maria"))
	n := Names{Person: func(p throughline.PersonID) string {
		if p == id {
			return "Maria Oduya"
		}
		return ""
	}}
	gone := throughline.KeyedID(time.Unix(0, 0), "gone").String()
	got := For("en").Text(n, "{person:"+id.String()+"} and {person:"+gone+"} wrote {person:x}")
	if want := "Maria Oduya and someone whose name is not kept wrote {person:x}"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestRightToLeftWordsStandApart: a name written from right to left does not turn
// the sentence about that it stands in; others are left as they are.
func TestRightToLeftWordsStandApart(t *testing.T) {
	p := For("en")
	for name, want := range map[string]string{
		"Hanna":            "seller Hanna",
		"شركة الأفق 12":    "seller \u2068شركة الأفق 12\u2069",
		"A/B מפעל (2)":     "seller \u2068A/B מפעל (2)\u2069",
		"\u2068شركة\u2069": "seller \u2068شركة\u2069",
	} {
		if got := p.Say("forecast.only_seller", "name", name); got != want {
			t.Errorf("%q: %q", name, got)
		}
		if got := Together(p.Say("forecast.only_seller", "name", name)); got != "seller "+Together(name) {
			t.Errorf("together: %q", got)
		}
	}
}
