package web_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// decided keeps a deal whose customer has decided, with some of the paper done.
func (s *shop) decided(t testing.TB) string {
	t.Helper()
	who, other := throughline.PersonID(id("person", "decider")), throughline.PersonID(id("person", "buyer"))
	due := throughline.DayOf(today, time.UTC)
	answers := []func(time.Time) deal.Fact{
		said(throughline.E1, deal.PersonJoined{Person: who, Role: throughline.BudgetDecider, Function: "finance"}),
		said(throughline.E1, deal.PersonJoined{Person: other, Role: throughline.BuyerOfRecord, Function: "purchasing"}),
		said(throughline.E1, deal.CloseDateMoved{To: due.Add(60)}),
		said(throughline.E3, deal.StepMoved{Step: "contracting/k1", State: throughline.StepDone, By: deal.Customer, Person: other}),
		said(throughline.E2, deal.StepMoved{Step: "contracting/k2", State: throughline.StepBegun, By: deal.Customer, Person: other, Due: due.Add(-3), Text: "Legal opened our draft"}),
		said(throughline.E1, deal.StepMoved{Step: "change/c1", State: throughline.StepBegun, By: deal.Customer}),
	}
	for _, p := range []string{"journey/p6", "journey/p7"} {
		for _, w := range []throughline.PersonID{who, other} {
			answers = append(answers, said(throughline.E3, deal.Evidence{About: throughline.Address(p), Person: w, Text: "Signed that it is so"}))
		}
	}
	path := s.kept(t, "They have decided", throughline.Complex, answers...)
	s.keep(t, store.Batch{People: []store.Person{{ID: who, Recorded: today, Name: "Dana Okafor"}, {ID: other, Recorded: today, Name: "Per Lund"}}})
	return path
}

// TestDecidedContracting: between the decision and the order is a state of its
// own; where nothing is known of how likely it is, no number is shown.
func TestDecidedContracting(t *testing.T) {
	s := open(t)
	path := s.decided(t)
	for _, lang := range []string{"en", "zh"} {
		d, _ := s.get(t, path+"/contracting", "Accept-Language", lang)
		sound(t, "decided "+lang, d)
	}
	d, _ := s.get(t, path+"/contracting")
	has(t, d, ".decided h2", "Decided, contracting")
	has(t, d, ".decided", "Choose", "Commit", "Supplier set-up")
	if got := text(d.Find(".decided")); strings.Contains(got, "%") {
		t.Errorf("a number out of nothing: %s", got)
	}
	has(t, d, "#contracting-h ~ .early", "Begin “Terms” by 12 December for the order to be live on 22 January 2027.")
	has(t, d, "#k2", "Paper chosen", "under way", "3 days overdue", "Per Lund", "Legal opened our draft", "typical, check yours")
	has(t, d, ".timeline-large", "today", "order live by 22 January")
	// preparing people comes before they are ready, on the picture as in the list
	has(t, d, "#change-h ~ .timeline-box .timeline-large a[href='#c4']", "Preparation", "begin by 23 December")
	has(t, d, "#change-h ~ .timeline-box .timeline-large", "people ready by 22 January")
	has(t, d, "#c4", "begin by 23 December")
	has(t, d, "#c5", "begin by 22 January")
	if n := d.Find("#contracting-h ~ ol > li").Length(); n != 8 {
		t.Errorf("%d steps of the paper", n)
	}
	if n := d.Find("#change-h ~ ol > li").Length(); n != 6 {
		t.Errorf("%d steps of the change", n)
	}
}

// TestAStepIsMoved: the usual next state in one tap, everything else in the form.
func TestAStepIsMoved(t *testing.T) {
	s := open(t)
	path := s.decided(t)
	d, _ := s.get(t, path+"/contracting")
	_, r := s.fillIn(t, form(d, "#k2 .way-line form"), "state", "done")
	if got := r.Header.Get("Location"); got != path+"/contracting#k2" {
		t.Errorf("goes on to %s", got)
	}
	d = s.follow(t, r)
	has(t, d, "#k2.step-answered", "done", "Per Lund")
	if d.Find("#k2 .way-line form").Length() != 0 {
		t.Error("after done comes another state")
	}
	_, r = s.fillIn(t, form(d, "#k3 form.stacked"), "state", "begun", "by", "customer", "due", "2027-01-12", "text", "Got the questionnaire", "grade", "E3")
	d = s.follow(t, r)
	has(t, d, "#k3.step-open", "under way", "due 12 January 2027", "theirs", "Got the questionnaire", "done")
	_, r = s.fillIn(t, form(d, "#k6 form.stacked"), "state", "not_needed", "text", "We are a supplier already", "grade", "E1")
	d = s.follow(t, r)
	has(t, d, "#k6.step-not_needed", "not needed here")
	_, r = s.fillIn(t, form(d, "#c1 .way-line form"), "state", "done")
	d = s.follow(t, r)
	has(t, d, "#c1.step-answered")
	// the order's own day counts before the close date
	_, r = s.fillIn(t, form(d, "#k8 form.stacked"), "state", "not_begun", "due", "2027-03-01", "grade", "E2")
	d = s.follow(t, r)
	has(t, d, ".live-day", "1 March 2027")
	sound(t, "moved", d)
}

// TestWorkBesideThePurchase: named, moved, done.
func TestWorkBesideThePurchase(t *testing.T) {
	s := open(t)
	path := s.kept(t, "Work beside", throughline.Complex)
	d, _ := s.get(t, path+"/contracting")
	has(t, d, "#work-h ~ p", "None is named yet")
	_, r := s.fillIn(t, form(d, "form[action$='/work']"), "what", hostile, "owner", "data office", "due", "2026-11-01")
	d = s.follow(t, r)
	sound(t, "work", d)
	one := has(t, d, "[id^=work-].step-untouched", "not begun", "data office", "22 days overdue", "<script>alert(1)</script>")
	_, r = s.fillIn(t, one.Find(".way-line form"), "state", "begun")
	d = s.follow(t, r)
	one = has(t, d, "[id^=work-].step-open", "under way", "data office")
	_, r = s.fillIn(t, one.Find("form.stacked"), "state", "done", "owner", "Ole of the data office")
	d = s.follow(t, r)
	has(t, d, "[id^=work-].step-answered", "done", "Ole of the data office")
}

// TestClassesSwitchTheWays: a practised purchase shows the paper alone, and
// the rest where it is asked for or recorded.
func TestClassesSwitchTheWays(t *testing.T) {
	s := open(t)
	path := s.kept(t, "Practised", throughline.Transactional)
	d, _ := s.get(t, path+"/contracting")
	sound(t, "practised", d)
	if d.Find("#change-h, #work-h").Length() != 0 || d.Find("#contracting-h").Length() != 1 {
		t.Error("a practised purchase shows their change, or not the paper")
	}
	has(t, d, ".live-day", "No day is known")
	d, _ = s.get(t, d.Find("main > p a").AttrOr("href", ""))
	if d.Find("#change-h").Length() != 1 || d.Find("#work-h").Length() != 1 {
		t.Error("asked for, they are not shown")
	}
	d, _ = s.get(t, path+"/contracting")
	_, r := s.fillIn(t, form(d, ".live-day form"), "by", "2027-02-01")
	d = s.follow(t, r)
	has(t, d, ".live-day", "1 February 2027")
	// looking back, nothing is written
	d, _ = s.get(t, path+"/contracting?as_of=2026-11-20")
	sound(t, "back", d)
	if d.Find("main form[method=post]").Length() != 0 {
		t.Error("a page that looks back writes")
	}
}

// TestLintWhileTyping reads words about people, and acts where they are asked for.
func TestLintWhileTyping(t *testing.T) {
	s := open(t)
	ask := func(query, lang string) (out struct {
		Findings []struct{ Check, Message, Hint, Value string }
	}) {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost/lint?"+query, nil)
		r.Header.Set("Accept-Language", lang)
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
			t.Fatalf("%d %s", w.Code, w.Header().Get("Content-Type"))
		}
		if !strings.Contains(w.Body.String(), `"findings":[`) {
			t.Errorf("no list: %s", w.Body)
		}
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	q := func(text string) string { return "text=" + url.QueryEscape(text) }
	got := ask(q("She is a stubborn manager"), "en").Findings
	if len(got) != 1 || got[0].Check != "L13" || got[0].Value != "stubborn" || !strings.Contains(got[0].Message, "“stubborn” labels a person") || got[0].Hint == "" {
		t.Errorf("%+v", got)
	}
	if got := ask(q("She is a stubborn manager"), "zh").Findings; len(got) != 1 || !strings.Contains(got[0].Message, "“stubborn”") || strings.Contains(got[0].Hint, "Say") {
		t.Errorf("%+v", got)
	}
	for _, text := range []string{"", "Proposal sent", "Asked for two changes on 3 November", strings.Repeat("王", 5000)} {
		if got := ask(q(text), "en").Findings; len(got) != 0 {
			t.Errorf("%.20s: %+v", text, got)
		}
	}
	if got := ask(q("Proposal sent")+"&place=act", "en").Findings; len(got) == 0 {
		t.Error("a proposal sent is no act of theirs")
	}
}

// TestTwoProbabilities: once a forecast was worked out, an open deal tells the
// decision and the paper apart, each with its range and what it rests on.
func TestTwoProbabilities(t *testing.T) {
	s := stocked(t)
	s.get(t, "/forecast")
	told := 0
	for _, c := range s.truth {
		if c.Outcome != throughline.StillOpen || c.Frontier < throughline.Choose || told == 3 {
			continue
		}
		d, _ := s.get(t, "/deals/"+c.Deal.String()+"/contracting")
		chances := d.Find(".decided p")
		if chances.Length() == 0 {
			continue
		}
		told++
		if got := text(d.Find(".decided")); strings.Count(got, "%") < 3 || !strings.Contains(got, " to ") || !strings.Contains(got, "deals that have ended") {
			t.Errorf("a number without its range, or without what it rests on: %s", got)
		}
		sound(t, "chances", d)
	}
	if told == 0 {
		t.Error("no open deal that is far on tells its two probabilities")
	}
}

// TestAStepSaysWhatItIsFor: a step of the paper, and work of theirs, may say which
// outcome it serves; it says so until something else is said.
func TestAStepSaysWhatItIsFor(t *testing.T) {
	s := open(t)
	path := s.decided(t)
	at := path + "/contracting"
	s.sends(t, path+"/step", url.Values{"step": {"contracting/k4"}, "state": {"begun"}, "serves": {"one handover for all wards"}, "then": {at}})
	s.sends(t, path+"/step", url.Values{"step": {"contracting/k4"}, "state": {"done"}, "then": {at}})
	s.sends(t, path+"/work", url.Values{"what": {"Train the leads"}, "serves": {"nobody asks twice"}, "then": {at}})
	d, _ := s.get(t, at)
	has(t, d, "#k4", "serves: one handover for all wards")
	has(t, d, "#work-h ~ ul", "Train the leads", "serves: nobody asks twice")
	d, _ = s.get(t, at, "Accept-Language", "zh")
	has(t, d, "#k4", "为的是：one handover for all wards")
}

// TestWhatAStepServesIsNotFilledIn: what a step serves is shown beside it; the field is
// empty, so that nothing is said again by whoever only moves the step, and in their name.
func TestWhatAStepServesIsNotFilledIn(t *testing.T) {
	s := open(t)
	path := s.decided(t)
	d, _ := s.get(t, path+"/contracting")
	_, r := s.fillIn(t, form(d, "#k3 form.stacked"), "state", "begun", "serves", "one handover for all wards", "grade", "E1")
	d = s.follow(t, r)
	has(t, d, "#k3", "one handover for all wards")
	if got := d.Find("#k3 input[name=serves]"); got.Length() != 1 || got.AttrOr("value", "") != "" {
		t.Errorf("the field of what it serves holds %q", got.AttrOr("value", ""))
	}
}

// TestWhatNoLongerHoldsIsCleared: a field that the form had filled in and that comes back
// empty holds no longer, on the form of a step, of work of theirs and of a step they
// stated; one that is left as it was, or was empty before, says nothing. It can be taken
// back like anything.
func TestWhatNoLongerHoldsIsCleared(t *testing.T) {
	s := open(t)
	path := s.decided(t)
	at := path + "/contracting"
	s.sends(t, path+"/step", url.Values{"step": {"contracting/k4"}, "state": {"begun"}, "due": {"2026-12-20"}, "serves": {"one handover"}, "then": {at}})
	s.sends(t, path+"/work", url.Values{"what": {"Train the leads"}, "owner": {"the ward leads"}, "due": {"2026-12-21"}, "serves": {"nobody asks twice"}, "then": {at}})
	s.sends(t, path+"/stated", url.Values{"text": {"Board votes"}, "owner": {"the chair"}, "rule": {"two of three"}, "serves": {"one handover"}, "due": {"2026-12-22"}, "then": {at}})
	words := func(where, page string) string {
		d, _ := s.get(t, path+page)
		return text(d.Find(where))
	}
	for _, c := range []struct {
		page, form, where string
		cleared           []string // fields
		gone, stays       []string // words
	}{
		{"/contracting", "#k4 form.stacked", "#k4 .way-what", nil, nil, []string{"20 Dec", "one handover"}},
		{"/contracting", "#k4 form.stacked", "#k4 .way-what", []string{"due"}, []string{"20 Dec"}, []string{"one handover"}},
		{"/contracting", "#work-h ~ ul form.stacked", "#work-h ~ ul .way-what", []string{"owner"}, []string{"the ward leads"}, []string{"21 Dec", "nobody asks twice"}},
		{"/contracting", "#work-h ~ ul form.stacked", "#work-h ~ ul .way-what", []string{"serves", "due"}, []string{"21 Dec", "nobody asks twice"}, []string{"Train the leads"}},
		{"/steps", ".stated-list form.stacked", ".stated-list .way-what", []string{"rule", "serves"}, []string{"two of three", "one handover"}, []string{"the chair", "22 Dec"}},
		{"/steps", ".stated-list form.stacked", ".stated-list .way-what", []string{"owner"}, []string{"the chair"}, []string{"22 Dec"}},
	} {
		for _, w := range append(c.gone[:len(c.gone):len(c.gone)], c.stays...) {
			if !strings.Contains(words(c.where, c.page), w) {
				t.Fatalf("%s does not say %q before: %q", c.form, w, words(c.where, c.page))
			}
		}
		d, _ := s.get(t, path+c.page)
		var fields []string
		if strings.HasPrefix(c.form, "#k4") {
			fields = append(fields, "state", "begun")
		}
		for _, f := range c.cleared {
			fields = append(fields, f, "")
		}
		_, r := s.fillIn(t, form(d, c.form), fields...)
		d = s.follow(t, r)
		if r.StatusCode != 303 {
			t.Fatal(c.form, c.cleared, r.Status, text(d.Find("[role=alert]")))
		}
		got := words(c.where, c.page)
		for _, w := range c.gone {
			if strings.Contains(got, w) {
				t.Errorf("%q was emptied, and it still says %q", c.cleared, got)
			}
		}
		for _, w := range c.stays {
			if !strings.Contains(got, w) {
				t.Errorf("%q was emptied, and %q went too: %q", c.cleared, w, got)
			}
		}
	}
	// what a step serves is not filled in; a box beside says that it holds no longer
	d, _ := s.get(t, at)
	_, r := s.fillIn(t, form(d, "#k4 form.stacked"), "no_serves", "yes")
	d = s.follow(t, r)
	if got := words("#k4 .way-what", "/contracting"); strings.Contains(got, "one handover") {
		t.Errorf("it serves nothing any more, and says %q", got)
	}
	if d.Find("#k4 [name=no_serves]").Length() != 0 {
		t.Error("what is said of nothing can be cleared")
	}
	undo := form(d, ".said form")
	_, r = s.fillIn(t, undo)
	s.follow(t, r)
	if got := words("#k4 .way-what", "/contracting"); !strings.Contains(got, "one handover") {
		t.Errorf("the clearing was taken back, and it says %q", got)
	}
}
