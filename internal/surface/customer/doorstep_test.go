package customer_test

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/mail"
	"github.com/throughline/throughline/internal/mail/mailtest"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/showing"
)

// posted lets the rig send letters to a real mail server, and gives that.
func (r *rig) posted(t testing.TB) *mailtest.Server {
	t.Helper()
	peer := mailtest.New(t, true, "")
	s, err := mail.Parse("smtp://us@"+peer.Addr, "plans@ours.example", "secret")
	if err != nil {
		t.Fatal(err)
	}
	s.Roots = peer.Roots
	q := mail.NewQueue(s, slog.New(slog.DiscardHandler))
	go q.Run(t.Context())
	n := 0
	r.mail = func(to, subject, text string) {
		n++
		q.Put(mail.Letter{To: to, Subject: subject, Text: text, ID: fmt.Sprint(n), At: r.now})
	}
	return peer
}

// letter waits for the next letter.
func letter(t testing.TB, peer *mailtest.Server) mailtest.Letter {
	t.Helper()
	late, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	select {
	case l := <-peer.Letters:
		return l
	case <-late.Done():
		t.Fatal("no letter came")
	}
	return mailtest.Letter{}
}

// bound makes a link that is bound to a domain.
func (r *rig) bound(t testing.TB, deal, domain string) string {
	t.Helper()
	made := ask[sharing.PlanLinked](t, r, operation.LinkPlan, &sharing.LinkInput{Writing: recording.Writing{ID: deal}, Domain: domain})
	return strings.TrimPrefix(made.Path, sharing.PlanPath)
}

var eight = regexp.MustCompile(`\d{4} \d{4}`)

// proves opens a link that is bound, as a browser of its own: an address, the
// letter, the code. It gives what the browser keeps.
func (r *rig) proves(t testing.TB, peer *mailtest.Server, token, address string) map[string]string {
	t.Helper()
	r.jar = map[string]string{}
	r.now = r.now.Add(time.Minute)
	r.do(t, "POST", sharing.PlanPath+token+"/address", url.Values{"address": {address}})
	l := letter(t, peer)
	if l.To != address || !l.Private {
		t.Fatalf("a letter to %s, over TLS: %t", l.To, l.Private)
	}
	answer, _ := r.do(t, "POST", sharing.PlanPath+token+"/code", url.Values{"address": {address}, "code": {eight.FindString(l.Text)}})
	if answer.StatusCode != http.StatusSeeOther {
		t.Fatalf("the code of the letter: %s", answer.Status)
	}
	return maps.Clone(r.jar)
}

// TestABoundLinkOpensToProvenAddresses: whoever has the link sees nothing of the
// plan until an address of the domain is shown to be theirs; then they are who
// writes, in this browser alone.
func TestABoundLinkOpensToProvenAddresses(t *testing.T) {
	r := open(t)
	peer := r.posted(t)
	id, _ := r.plan(t, "Montrevel")
	token := r.bound(t, id, "montrevel.example")
	at := sharing.PlanPath + token
	facts := func() int {
		return len(ask[showing.DealPage](t, r, operation.ShowDeal, &showing.DealInput{ID: id}).Facts)
	}
	was := facts()
	for route, form := range routes("") {
		method, path, _ := strings.Cut(route, " ")
		answer, text := r.do(t, method, at+path, form)
		want := http.StatusForbidden
		if method != "POST" {
			want = 200
		}
		if answer.StatusCode != want || strings.Contains(text, "Montrevel") || strings.Contains(text, "Board approves") || strings.Contains(text, "montrevel.example") {
			t.Errorf("%s without an address: %s %.300s", route, answer.Status, text)
		}
	}
	if n := facts(); n != was {
		t.Fatalf("%d facts were written without an address", n-was)
	}
	// addresses elsewhere, and what is none, get the same answer and no letter
	answers := map[string]bool{}
	for _, address := range []string{"m.chen@montrevel.example", "m.chen@elsewhere.example", "m.chen@sub.montrevel.example", "m.chen@montrevel.example.org"} {
		answer, text := r.do(t, "POST", at+"/address", url.Values{"address": {address}})
		answers[answer.Status+strings.ReplaceAll(text, address, "")] = true
	}
	if len(answers) != 1 {
		t.Errorf("%d different answers", len(answers))
	}
	if l := letter(t, peer); l.To != "m.chen@montrevel.example" || len(peer.Letters) > 0 {
		t.Errorf("a letter to %s, and %d more", l.To, len(peer.Letters))
	}
	lena := r.proves(t, peer, token, "Lena.Fischer@montrevel.example")
	r.jar = lena
	d, _ := r.get(t, at)
	has(t, d, "header", "Montrevel")
	d, _, _ = r.send(t, token, "me", url.Values{"name": {"Lena Fischer"}, "function": {"finance"}})
	has(t, d, "#people + p", "You are Lena Fischer.")
	r.send(t, token, "comment", url.Values{"text": {"We begin in May"}})
	page := ask[showing.DealPage](t, r, operation.ShowDeal, &showing.DealInput{ID: id})
	comment := page.Deal.OfKind("commented")[0]
	if !strings.HasPrefix(comment.Source.Record, "address ") || comment.Grade != throughline.E3 {
		t.Errorf("the comment is by %q, %v", comment.Source.Record, comment.Grade)
	}
	// another browser with the same address opens the doorstep, and another person there is somebody else
	r.jar = nil
	if d, _ := r.get(t, at); strings.Contains(words(d.Selection), "Montrevel") {
		t.Error("the address alone opens the plan once somebody has proven theirs")
	}
	omar := r.proves(t, peer, token, "omar@montrevel.example")
	r.jar = omar
	if d, _ := r.get(t, at); strings.Contains(words(d.Find("#people + p")), "Lena") {
		t.Error("two addresses by one link are one person")
	}
	// a part that is kept gets a link that is bound as well
	_, _, own := r.send(t, token, "step", url.Values{"text": {"Ask the other supplier"}, "keep": {"yes"}})
	if d, _ := r.get(t, sharing.PlanPath+own); !strings.Contains(words(d.Selection), "Ask the other supplier") {
		t.Error("the link of their own does not open for whoever made it")
	}
	r.jar = nil
	if d, _ := r.get(t, sharing.PlanPath+own); strings.Contains(words(d.Selection), "Ask the other supplier") {
		t.Error("the link of their own is bound to nobody")
	}
	// a pass for one plan opens no other, and ends with the links
	other, _ := r.plan(t, "Larkholm")
	second := r.bound(t, other, "montrevel.example")
	for name, value := range lena {
		r.jar = map[string]string{name: value, sharing.PassName(second): value}
	}
	if d, _ := r.get(t, sharing.PlanPath+second); strings.Contains(words(d.Selection), "Larkholm") {
		t.Error("a pass opens another plan")
	}
	ask[sharing.PlanPage](t, r, operation.RevokePlan, &sharing.PlanInput{ID: id})
	third := r.bound(t, id, "montrevel.example")
	r.jar = lena
	if d, _ := r.get(t, sharing.PlanPath+third); strings.Contains(words(d.Selection), "Montrevel") {
		t.Error("a pass of before everything was taken back still holds")
	}
	r.jar = nil
	if answer, _ := r.do(t, "POST", at+"/address", url.Values{"address": {"m.chen@montrevel.example"}}); answer.StatusCode != http.StatusNotFound || len(peer.Letters) > 0 {
		t.Errorf("a link that was taken back asks for an address: %s", answer.Status)
	}
}

// TestAFetchUsesNoCodeUp: what looks at the address for a preview, however often,
// sends no letter and takes no try.
func TestAFetchUsesNoCodeUp(t *testing.T) {
	r := open(t)
	peer := r.posted(t)
	id, _ := r.plan(t, "Montrevel")
	token := r.bound(t, id, "montrevel.example")
	r.do(t, "POST", sharing.PlanPath+token+"/address", url.Values{"address": {"omar@montrevel.example"}})
	code := eight.FindString(letter(t, peer).Text)
	for range 10 {
		for _, path := range []string{"", "/address", "/code", "/plan.csv"} {
			r.do(t, "GET", sharing.PlanPath+token+path, nil, "User-Agent", "Slackbot-LinkExpanding 1.0")
			r.do(t, "HEAD", sharing.PlanPath+token+path+"?code="+url.QueryEscape(code), nil, "User-Agent", "")
		}
	}
	answer, _ := r.do(t, "POST", sharing.PlanPath+token+"/code", url.Values{"address": {"omar@montrevel.example"}, "code": {code}})
	if answer.StatusCode != http.StatusSeeOther || len(peer.Letters) > 0 {
		t.Errorf("after fetches the code is answered with %s; %d letters", answer.Status, len(peer.Letters))
	}
	c := answer.Cookies()
	if len(c) != 1 || !c[0].HttpOnly || c[0].SameSite != http.SameSiteLaxMode || c[0].Path != sharing.PlanPath {
		t.Errorf("the browser is given %v", c)
	}
}

// tries gives a code for an address and says whether it opened.
func (r *rig) tries(t testing.TB, token, address, code string) bool {
	t.Helper()
	r.now = r.now.Add(5 * time.Second)
	answer, text := r.do(t, "POST", sharing.PlanPath+token+"/code", url.Values{"address": {address}, "code": {code}})
	if answer.StatusCode != http.StatusSeeOther && (answer.StatusCode != http.StatusForbidden || !strings.Contains(text, "does not open the plan")) {
		t.Fatalf("a code is answered with %s", answer.Status)
	}
	return answer.StatusCode == http.StatusSeeOther
}

// other is a code that is not the one.
func other(code string) string { return string('0'+(code[0]-'0'+1)%10) + code[1:] }

// TestACodeIsHardToGuess: five tries, whoever makes them and from however many
// places at once; then not even the right one opens.
func TestACodeIsHardToGuess(t *testing.T) {
	r := open(t)
	peer := r.posted(t)
	id, _ := r.plan(t, "Montrevel")
	token := r.bound(t, id, "montrevel.example")
	const address = "omar@montrevel.example"
	get := func() string {
		t.Helper()
		r.now = r.now.Add(time.Minute)
		r.do(t, "POST", sharing.PlanPath+token+"/address", url.Values{"address": {address}})
		return eight.FindString(letter(t, peer).Text)
	}
	code := get()
	for range 5 {
		if r.tries(t, token, address, other(code)) {
			t.Fatal("a wrong code opens")
		}
	}
	if r.tries(t, token, address, code) {
		t.Error("after five wrong tries the code still opens")
	}
	// at once: nobody gets more tries by that, and one right code opens one browser
	code = get()
	var wg sync.WaitGroup
	opened := make(chan bool, 16)
	for i := range 8 {
		wg.Go(func() {
			typed := code
			if i%4 != 0 {
				typed = other(code)
			}
			answer, _ := r.do(t, "POST", sharing.PlanPath+token+"/code", url.Values{"address": {address}, "code": {typed}})
			if opened <- answer.StatusCode == http.StatusSeeOther; typed != code && answer.StatusCode == http.StatusSeeOther {
				t.Error("a wrong code opens")
			}
		})
	}
	wg.Wait()
	close(opened)
	n := 0
	for ok := range opened {
		if ok {
			n++
		}
	}
	if n > 1 {
		t.Errorf("one code opened %d browsers", n)
	}
	// letters end too: five in an hour for an address
	sent := 0
	for i := range 8 {
		r.now = r.now.Add(time.Minute)
		marker := fmt.Sprintf("marker%d@montrevel.example", i)
		r.do(t, "POST", sharing.PlanPath+token+"/address", url.Values{"address": {address}})
		r.do(t, "POST", sharing.PlanPath+token+"/address", url.Values{"address": {marker}})
		for letter(t, peer).To != marker {
			sent++
		}
	}
	if sent != 3 {
		t.Errorf("after two letters to an address, %d more within the hour", sent)
	}
}

// TestACodeHoldsOnce: not twice, not after ten minutes, not for another address,
// and not once there is a newer one.
func TestACodeHoldsOnce(t *testing.T) {
	r := open(t)
	peer := r.posted(t)
	id, _ := r.plan(t, "Montrevel")
	token := r.bound(t, id, "montrevel.example")
	get := func(address string) string {
		t.Helper()
		r.now = r.now.Add(20 * time.Minute)
		r.do(t, "POST", sharing.PlanPath+token+"/address", url.Values{"address": {address}})
		return eight.FindString(letter(t, peer).Text)
	}
	const omar, lena = "omar@montrevel.example", "lena@montrevel.example"
	code := get(omar)
	if r.tries(t, token, lena, code) || r.tries(t, token, "omar@elsewhere.example", code) {
		t.Error("a code opens for another address")
	}
	if !r.tries(t, token, " OMAR@Montrevel.example", strings.ReplaceAll(code, " ", "")) {
		t.Error("the code does not open for its address")
	}
	if r.tries(t, token, omar, code) {
		t.Error("a code opens twice")
	}
	old := get(omar)
	if code = get(omar); r.tries(t, token, omar, old) || !r.tries(t, token, omar, code) {
		t.Error("of two codes the older one holds")
	}
	code = get(omar)
	r.now = r.now.Add(10 * time.Minute)
	if r.tries(t, token, omar, code) {
		t.Error("a code holds after ten minutes")
	}
	lines, err := r.desk("en").Ledger.Shares(t.Context(), throughline.DefaultWorkspace, ask[showing.DealPage](t, r, operation.ShowDeal, &showing.DealInput{ID: id}).Deal.Plan())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if strings.Contains(string(l.Body), strings.ReplaceAll(code, " ", "")) || strings.Contains(string(l.Body), "omar") {
			t.Errorf("a line of kind %s holds a code or an address: %s", l.Kind, l.Body)
		}
	}
}

// TestTwoProvenAddressesAreTwo: E4 takes two addresses to which codes were mailed,
// of people of two functions. One address under two names is one, and so is one
// with a tag behind it; a code that one of us passed on proves nothing.
func TestTwoProvenAddressesAreTwo(t *testing.T) {
	r := open(t)
	peer := r.posted(t)
	id, _ := r.plan(t, "Montrevel")
	token := r.bound(t, id, "montrevel.example")
	byHand := func(address string) map[string]string {
		t.Helper()
		r.jar = map[string]string{}
		code := ask[sharing.PlanCode](t, r, operation.PassCode, &sharing.CodeInput{ID: id, Address: address}).Code
		if !r.tries(t, token, address, code) {
			t.Fatal("a code that was passed on does not open")
		}
		return maps.Clone(r.jar)
	}
	grade := func(aspect string) throughline.Grade {
		t.Helper()
		for _, a := range ask[showing.DealPage](t, r, operation.ShowDeal, &showing.DealInput{ID: id}).Deal.Decision() {
			if string(a.Aspect) == aspect {
				return a.Said.Grade
			}
		}
		return 0
	}
	says := func(jar map[string]string, name, function, aspect string) {
		t.Helper()
		r.jar = jar
		r.send(t, token, "me", url.Values{"name": {name}, "function": {function}})
		r.send(t, token, "answer", url.Values{"question": {aspect}, "text": {"the head of care"}})
	}
	lena, omar := r.proves(t, peer, token, "lena@montrevel.example"), r.proves(t, peer, token, "omar@montrevel.example")
	tagged := r.proves(t, peer, token, "lena+two@montrevel.example")
	passed := byHand("ana@montrevel.example")
	says(lena, "Lena Fischer", "finance", "decider")
	for what, jar := range map[string]map[string]string{"one address under two names": lena, "one address with a tag": tagged, "an address whose code we passed on": passed} {
		if says(jar, "Ana Ruiz", "nursing", "decider"); grade("decider") != throughline.E3 {
			t.Errorf("%s: %v", what, grade("decider"))
		}
	}
	if says(omar, "Omar Fairlie", "operations", "decider"); grade("decider") != throughline.E4 {
		t.Errorf("two proven addresses of two functions: %v", grade("decider"))
	}
	// a link that is bound to nobody beside a proven address is one
	free := r.link(t, id)
	says(lena, "Lena Fischer", "finance", "veto")
	r.jar = nil
	r.send(t, free, "me", url.Values{"name": {"Zoe Brandt"}, "function": {"law"}})
	r.send(t, free, "answer", url.Values{"question": {"veto"}, "text": {"the head of care"}})
	if grade("veto") != throughline.E3 {
		t.Errorf("a link for anybody beside a proven address: %v", grade("veto"))
	}
}

// TestWithoutMailWePassCodesOn: the page says whom to ask, the seller makes the
// code on the plan's page, and it opens.
func TestWithoutMailWePassCodesOn(t *testing.T) {
	r := open(t)
	id, _ := r.plan(t, "Montrevel")
	token := r.bound(t, id, "@Montrevel.example")
	answer, text := r.do(t, "POST", sharing.PlanPath+token+"/address", url.Values{"address": {"omar@montrevel.example"}})
	if answer.StatusCode != 200 || !strings.Contains(text, "No mail is sent from here") {
		t.Errorf("%s %.300s", answer.Status, text)
	}
	has(t, r.ours(t, "/deals/"+id+"/plan"), ".plan-links", "for addresses at montrevel.example")
	if _, err := operation.PassCode.Run(t.Context(), r.desk("en"), &sharing.CodeInput{ID: id, Address: "omar@elsewhere.example"}); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("a code for an address that no link is bound to: %v", err)
	}
	first := ask[sharing.PlanCode](t, r, operation.PassCode, &sharing.CodeInput{ID: id, Address: "omar@montrevel.example"}).Code
	code := ask[sharing.PlanCode](t, r, operation.PassCode, &sharing.CodeInput{ID: id, Address: "omar@montrevel.example"}).Code
	if r.tries(t, token, "omar@montrevel.example", first) || !r.tries(t, token, "omar@montrevel.example", code) {
		t.Error("the newest code does not open")
	}
}

// FuzzReadAddress: what is taken for an address has one domain, no blanks and
// nothing that a letter's head could be broken by.
func FuzzReadAddress(f *testing.F) {
	for _, s := range []string{"a@b.example", "a@b@c.example", "a\r\n@b.example", "ü@b.example", "a@büro.example", "@b.c", "a@.b", "a.@b.c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, domain, ok := sharing.ReadAddress(s)
		if !ok {
			return
		}
		if strings.Count(a, "@") != 1 || strings.ContainsAny(a, " \t\r\n<>,;\"()") || !strings.HasSuffix(a, "@"+domain) {
			t.Errorf("%q is read as %q of %q", s, a, domain)
		}
		if again, _, ok := sharing.ReadAddress(a); !ok || again != a {
			t.Errorf("%q is read as %q and then as %q", s, a, again)
		}
	})
}

// TestAPassOpensItsOwnDomainOnly: who proved an address of one domain has proved
// nothing to a link that is bound to another, and a fact names who proved themselves.
func TestAPassOpensItsOwnDomainOnly(t *testing.T) {
	r := open(t)
	peer := r.posted(t)
	id, _ := r.plan(t, "Montrevel")
	theirs, partner := r.bound(t, id, "montrevel.example"), r.bound(t, id, "partner.example")
	r.jar = r.proves(t, peer, partner, "omar@partner.example")
	if d, _ := r.get(t, sharing.PlanPath+partner); !strings.Contains(words(d.Selection), "Montrevel") {
		t.Fatal("the pass opens nothing")
	}
	if d, _ := r.get(t, sharing.PlanPath+theirs); strings.Contains(words(d.Selection), "Montrevel") {
		t.Error("an address of the partner opens the customer's own link")
	}
	r.send(t, partner, "me", url.Values{"name": {"Omar Haddad"}, "function": {"IT"}})
	r.send(t, partner, "comment", url.Values{"text": {"We begin in May"}})
	page := ask[showing.DealPage](t, r, operation.ShowDeal, &showing.DealInput{ID: id})
	comment := page.Deal.OfKind("commented")[0]
	if by := comment.By; by.Side != deal.Customer || by.Person.IsZero() || by.Person != comment.Body.(deal.Commented).Person {
		t.Errorf("the comment is of %v, and by %+v", comment.Body, by)
	}
}

// TestACodePassedByHandProvesNobody: where codes are mailed, keeping parts does
// not begin with one that the supplier has seen; where none are, it may, and
// the page says what that means, to whoever came by it and to their colleagues.
func TestACodePassedByHandProvesNobody(t *testing.T) {
	const caution, key = "does not prove who you are", "whoever began that had a code that came through the supplier"
	r := open(t)
	id, _ := r.plan(t, "Montrevel")
	token := r.bound(t, id, "montrevel.example")
	byHand := func(address string) map[string]string {
		t.Helper()
		r.jar = map[string]string{}
		code := ask[sharing.PlanCode](t, r, operation.PassCode, &sharing.CodeInput{ID: id, Address: address}).Code
		if !r.tries(t, token, address, code) {
			t.Fatal("the code does not open")
		}
		return maps.Clone(r.jar)
	}
	private := url.Values{"text": {"Find out who is against it"}, "keep": {"yes"}}
	peer := r.posted(t)
	seller := byHand("omar@montrevel.example")
	d, _ := r.get(t, sharing.PlanPath+token)
	has(t, d, "main", caution)
	d, answer, _ := r.send(t, token, "step", private)
	if answer.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the first kept part, by a code that we passed on: %s", answer.Status)
	}
	has(t, d, `[role="alert"]`, "have a code mailed to you")
	if page := ask[sharing.PlanPage](t, r, operation.ShowPlan, &sharing.PlanInput{ID: id}); page.Kept != 0 || len(page.Links) != 2 {
		t.Errorf("%d parts are kept by %d links", page.Kept, len(page.Links))
	}
	// by a mailed code it begins, and nothing is said of codes by hand
	r.jar = r.proves(t, peer, token, "lena@montrevel.example")
	d, answer, own := r.send(t, token, "step", private)
	if answer.StatusCode != 200 || own == token || strings.Contains(words(d.Find("main")), caution) || strings.Contains(words(d.Find("main")), key) {
		t.Errorf("the first kept part, by a mailed code: %s %.200s", answer.Status, words(d.Find("main")))
	}
	r.jar = seller
	d, _ = r.get(t, sharing.PlanPath+token)
	if strings.Contains(words(d.Selection), "Find out who") {
		t.Error("who came by a code of ours reads what is kept")
	}

	// without mail
	r = open(t)
	id, _ = r.plan(t, "Montrevel")
	token = r.bound(t, id, "montrevel.example")
	r.jar = byHand("omar@montrevel.example")
	_, answer, own = r.send(t, token, "step", private)
	if answer.StatusCode != 200 || own == token {
		t.Fatalf("without mail, the first kept part: %s", answer.Status)
	}
	d, _ = r.get(t, sharing.PlanPath+own)
	has(t, d, "main", caution)
	has(t, d, "main", key)
	r.jar = byHand("lena@montrevel.example")
	d, _ = r.get(t, sharing.PlanPath+token)
	has(t, d, "main", key)
	d, _ = r.get(t, sharing.PlanPath+token+"?lang=zh")
	has(t, d, "main", "最先保密的人所用的验证码是经供应商转交的")

	// nor do two such people, of two functions, make anything surer
	for who, function := range map[string]string{"omar@montrevel.example": "IT", "lena@montrevel.example": "finance"} {
		r.jar = byHand(who)
		r.send(t, token, "me", url.Values{"name": {who}, "function": {function}})
		r.send(t, token, "answer", url.Values{"question": {"decider"}, "text": {"the head of care"}})
	}
	said := ask[showing.DealPage](t, r, operation.ShowDeal, &showing.DealInput{ID: id}).Deal.Decision()[3]
	if said.Said.Grade != throughline.E3 || len(said.Confirms) != 2 {
		t.Errorf("two people by codes of ours: %v by %d", said.Said.Grade, len(said.Confirms))
	}
}
