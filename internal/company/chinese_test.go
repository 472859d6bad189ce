package company_test

import (
	"encoding/json"
	"regexp"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/internal/deal"
)

// TestTheChineseCompany: it has as many deals, open and ended, and as much of
// everything as the English one; nothing in it is told in Latin letters, and no
// brace and no doubled mark is left.
func TestTheChineseCompany(t *testing.T) {
	latin := regexp.MustCompile(`[A-Za-z]{2,}`)
	odd := regexp.MustCompile(`\{[^p]|[，。；：]{2}|。”。|� `)
	codes := regexp.MustCompile(`\{person:[0-9a-f-]{36}\}`)
	kinds := map[string]map[deal.Kind]int{}
	for _, lang := range []string{"en", "zh"} {
		kinds[lang] = map[deal.Kind]int{}
		open, all := 0, 0
		accounts := map[throughline.AccountID]string{}
		names := map[string]throughline.AccountID{}
		said := 0
		for c := range company.GenerateIn(lang, 1, today, time.UTC, starter(t)) {
			all++
			if c.Truth.Outcome == throughline.StillOpen {
				open++
			}
			for _, f := range c.Batch.Facts {
				kinds[lang][f.Body.Kind()]++
				if lang == "en" {
					continue
				}
				for _, s := range texts(t, f.Body) {
					said++
					s = codes.ReplaceAllString(s, "")
					if latin.MatchString(s) || odd.MatchString(s) {
						t.Errorf("%s: %q", f.Body.Kind(), s)
					}
				}
			}
			for _, a := range c.Batch.Accounts {
				if was, is := names[a.Name]; is && was != a.ID {
					t.Errorf("two customers are called %s", a.Name)
				}
				accounts[a.ID], names[a.Name] = a.Name, a.ID
				if lang == "zh" && latin.MatchString(a.Name+a.Attributes["industry"]+a.Attributes["region"]) {
					t.Errorf("account %s %v", a.Name, a.Attributes)
				}
			}
			for _, p := range c.Batch.People {
				if lang == "zh" && (latin.MatchString(p.Name+p.Title) || p.Name == "") {
					t.Errorf("person %s, %s", p.Name, p.Title)
				}
			}
		}
		if all != company.Total || open != company.OpenDeals {
			t.Errorf("%s: %d deals, %d of them open", lang, all, open)
		}
		if lang == "zh" && said < 5000 {
			t.Errorf("only %d texts", said)
		}
	}
	for k, n := range kinds["en"] {
		if zh := kinds["zh"][k]; n >= 20 && (zh*10 < n*7 || zh*10 > n*14) {
			t.Errorf("%s: %d in English, %d in Chinese", k, n, zh)
		}
	}
}

// texts gives the words of a body that people read.
func texts(t *testing.T, b deal.Body) (out []string) {
	t.Helper()
	raw, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	var walk func(k string, v any)
	walk = func(k string, v any) {
		switch v := v.(type) {
		case string:
			switch k {
			case "text", "title", "what", "who", "words", "owner", "rule", "wants", "fears", "aim", "bet", "against", "stop_if", "because", "reason", "expect", "measure", "outcome", "name", "serves", "sponsor", "supplier", "consequence", "function", "actual", "target", "baseline", "industry", "region":
				if !(k == "what" && b.Kind() == deal.KindActivity) && !(k == "owner" && (b.Kind() == deal.KindOpened || b.Kind() == deal.KindOwnerChanged)) && !(k == "outcome" && b.Kind() == deal.KindEnded) {
					out = append(out, v)
				}
			}
		case map[string]any:
			for k, x := range v {
				walk(k, x)
			}
		case []any:
			for _, x := range v {
				walk(k, x)
			}
		}
	}
	walk("", m)
	return out
}

// TestWhatLiesAroundDeals: targets and results through the orders, their own
// work beside a third of the purchases, some of it failing, plans with what
// customers put right, two purchases of one change, calls and questions.
func TestWhatLiesAroundDeals(t *testing.T) {
	won, targets, results, late, open, judged, asked, worked, cared, failing, planned, corrected := 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
	initiatives := map[throughline.ID]int{}
	for _, c := range all(t, 1) {
		d, _ := deal.Fold(c.Batch.Facts, today.End(time.UTC))
		if c.Truth.Story == "" && c.Truth.Class != throughline.Transactional && c.Truth.Class != throughline.TransactionalInformal {
			cared++
			works := d.Works()
			if len(works) > 0 {
				worked++
			}
			for _, w := range works {
				if w.State == throughline.StepFailing {
					failing++
					break
				}
			}
			if c.Truth.Outcome == throughline.Won {
				won++
				for _, m := range d.Measures() {
					targets++
					if m.Result != nil {
						results++
					} else if !m.By.IsZero() && m.By.Sub(today) < 0 {
						late++
					}
				}
			}
		}
		if c.Truth.Outcome == throughline.StillOpen {
			open++
			if d.Judged.Set() {
				judged++
			}
			asked += len(d.OfKind(deal.KindAsked))
		}
		if !d.Plan().IsZero() {
			planned++
			for _, f := range d.OfKind(deal.KindStepStated) {
				if f.Source.System == "plan" {
					corrected++
				}
			}
		}
		for _, id := range d.InitiativeIDs(false) {
			initiatives[id]++
		}
	}
	t.Logf("%d won with %d targets and %d results, %d overdue; %d of %d with work, %d failing; %d plans, %d corrections; %d of %d judged, %d asked; %d initiatives",
		won, targets, results, late, worked, cared, failing, planned, corrected, judged, open, asked, len(initiatives))
	switch {
	case targets*10 < won*9 || results*10 < targets*5 || late < 1:
		t.Error("targets and results do not stand throughout the orders")
	case worked*100 < cared*25 || worked*100 > cared*45 || failing < 5:
		t.Error("their own work is not beside a third of the purchases, some of it failing")
	case planned < 20 || corrected < 20:
		t.Error("hardly any plan has what a customer put right")
	case judged*2 < open || asked < 3:
		t.Error("hardly any calls or questions")
	case len(initiatives) == 0:
		t.Error("no change of theirs has two purchases")
	}
	for id, n := range initiatives {
		if n != 2 {
			t.Errorf("initiative %s has %d deals", id, n)
		}
	}
}
