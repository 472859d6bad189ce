package assembly_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/listing"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/setting"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/team"
)

// floor is a company of two teams and some who belong to none. Each has a deal in
// which one word stands everywhere: in its title, its customer, a person, a note.
type floor struct {
	*office
	ann   *visitor
	who   map[string]*visitor
	deals map[string]*sold // by the word
}

// sold is a deal with the ids by which somebody might ask for it.
type sold struct {
	word            string
	owner           string // a name; "": nobody's
	id              throughline.DealID
	account, person throughline.ID
	initiative      throughline.ID
}

// The words, each of one deal; hint is how one is looked for, and no word of its own.
const (
	wordBo, wordCara, wordDan, wordEve, wordNobody = "bandicoot", "capybara", "dungbeetle", "echidnaly", "nautilus"
)

func hint(word string) string { return word[:5] }

func newFloor(t *testing.T) *floor { return floorOf(noted(t)) }

// newListed is a floor whose lists are kept, as a server keeps them.
func newListed(t *testing.T) *floor {
	o := newOffice(t)
	o.desk.Lists = listing.New(&o.desk.Desk)
	o.desk.Ledger = o.desk.Lists.Ledger()
	if err := o.desk.Lists.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.handler = assembly.Handler(o.desk, nil, true, nil, slog.New(slog.DiscardHandler))
	f := floorOf(notedBy(o))
	if l, err := f.desk.Ledger.Listing(t.Context(), f.desk.Workspace); err != nil || l.Form == "" {
		t.Fatalf("the lists are not kept: %+v, %v", l, err)
	}
	return f
}

func floorOf(o *office, ann *visitor) *floor {
	f := &floor{office: o, ann: ann, who: map[string]*visitor{"Ann": ann}, deals: map[string]*sold{}}
	for name, role := range map[string]member.Role{
		"Bo": member.Seller, "Cara": member.Seller, "Dan": member.Seller, "Eve": member.Seller,
		"Mia": member.Manager, "Max": member.Manager, "Rea": member.Reader, "Ray": member.Reader, "Oda": member.Operations,
	} {
		f.who[name] = o.joined(name, role)
	}
	for _, x := range []struct{ team, who string }{{"North", "Bo"}, {"North", "Cara"}, {"North", "Mia"}, {"North", "Rea"}, {"South", "Dan"}} {
		f.put(x.team, x.who, true)
	}
	for _, s := range []sold{{word: wordBo, owner: "Bo"}, {word: wordCara, owner: "Cara"}, {word: wordDan, owner: "Dan"}, {word: wordEve, owner: "Eve"}, {word: wordNobody}} {
		f.sell(s)
	}
	return f
}

// put puts somebody into a team, which is made where there is none, or takes them out.
func (f *floor) put(name, who string, in bool) {
	f.t.Helper()
	own := *f.desk
	own.Holds = operation.MayAdmin
	var err error
	if all, _ := team.Teams(f.t.Context(), &own.Desk); !slices.ContainsFunc(all, func(x member.Team) bool { return x.Name == name }) {
		_, err = team.MakeTeam(f.t.Context(), &own.Desk, name)
	}
	if err == nil {
		input := operation.TeamInput{Team: name, Add: []string{strings.ToLower(who) + "@example.com"}}
		if !in {
			input = operation.TeamInput{Team: name, Take: []string{strings.ToLower(who) + "@example.com"}}
		}
		_, err = operation.ManageTeams.Run(f.t.Context(), &own, &input)
	}
	if err != nil {
		f.t.Fatal(name, who, err)
	}
}

// sell writes a deal with its word everywhere, as whoever it is.
func (f *floor) sell(s sold) {
	f.t.Helper()
	own, ctx := *f.desk, f.t.Context()
	own.Holds, own.Acting = operation.MayAdmin, deal.Actor{Via: deal.ViaPage}
	if s.owner != "" {
		own.Author = f.who[s.owner].self()
	}
	name := strings.ToUpper(s.word[:1]) + s.word[1:]
	run := func(op operation.Operation, in any) any {
		f.t.Helper()
		out, err := op.Run(ctx, &own, in)
		if err != nil {
			f.t.Fatal(op.Name(), err)
		}
		return out
	}
	s.id = run(operation.RecordDeal, &recording.NewDealInput{Title: name + " rollout", Account: name + " Works", Knows: map[string]string{"region": name + " coast"}}).(recording.Recorded).Deal
	w := recording.Writing{ID: s.id.String()}
	run(operation.RecordPerson, &recording.PersonInput{Writing: w, Person: name + " Smith", Role: "sponsor", Function: "head of " + s.word + "s", Email: s.word + "@customer.example"})
	run(operation.RecordNote, &recording.NoteInput{Writing: w, Text: "They keep a " + s.word + " in the yard"})
	run(operation.RecordAmount, &recording.AmountInput{Writing: w, Amount: "120000", Currency: "EUR"})
	run(operation.RecordDate, &recording.DateInput{Writing: w, To: own.Today().Add(20)})
	run(operation.RecordPromise, &recording.PromiseInput{Writing: w, What: "send the " + s.word + " list", Person: name + " Smith", Grade: "E2"})
	run(operation.RecordInitiative, &recording.InitiativeInput{Writing: w, Name: name + " change", Outcome: "fewer " + s.word + "s"})
	facts, err := f.desk.Ledger.Facts(ctx, f.desk.Workspace, s.id)
	if err != nil {
		f.t.Fatal(err)
	}
	folded, _ := deal.Fold(facts, own.Present())
	s.account = throughline.ID(folded.Account.Value)
	for id := range folded.People {
		s.person = throughline.ID(id)
	}
	for id := range folded.Initiatives {
		s.initiative = id
	}
	if s.account.IsZero() || s.person.IsZero() || s.initiative.IsZero() {
		f.t.Fatal("the deal lacks what is to be looked for")
	}
	f.deals[s.word] = &s
}

// settle says who sees a deal.
func (f *floor) settle(sight setting.Sight) {
	f.t.Helper()
	f.ann.wants("POST", "/settings", url.Values{"card": {"sight"}, "deals_seen": {string(sight)}}, 303, "/settings")
}

// seen says who sees the deals of a customer.
func (f *floor) seen(word, how string, to ...string) {
	f.t.Helper()
	own := *f.desk
	own.Holds = operation.MayAdmin
	if _, err := operation.SetAccountSeen.Run(f.t.Context(), &own, &operation.SeenInput{ID: f.deals[word].account.String(), Seen: how, To: to}); err != nil {
		f.t.Fatal(word, how, to, err)
	}
}

// sees are the words of the deals that each sees, by what the company has settled.
var sees = map[setting.Sight]map[string][]string{
	setting.OfTeam: {
		"Ann": {wordBo, wordCara, wordDan, wordEve, wordNobody}, "Oda": {wordBo, wordCara, wordDan, wordEve, wordNobody},
		"Bo": {wordBo, wordCara}, "Cara": {wordBo, wordCara}, "Dan": {wordDan}, "Eve": {wordEve},
		"Mia": {wordBo, wordCara, wordNobody}, "Max": {wordNobody}, "Rea": {wordBo, wordCara}, "Ray": {},
	},
	setting.Own: {
		"Ann": {wordBo, wordCara, wordDan, wordEve, wordNobody}, "Oda": {wordBo, wordCara, wordDan, wordEve, wordNobody},
		"Bo": {wordBo}, "Cara": {wordCara}, "Dan": {wordDan}, "Eve": {wordEve},
		"Mia": {wordBo, wordCara, wordNobody}, "Max": {wordNobody}, "Rea": {}, "Ray": {},
	},
}

// leaks gives what stands in an answer of deals that are not seen: words, and ids that were not asked for.
func (f *floor) leaks(body, asked string, seen []string) (out []string) {
	low := strings.ToLower(body)
	for word, s := range f.deals {
		if slices.Contains(seen, word) {
			continue
		}
		for _, x := range []string{word, s.id.String(), s.account.String(), s.person.String(), s.initiative.String()} {
			if strings.Contains(low, strings.ToLower(x)) && !strings.Contains(strings.ToLower(asked), strings.ToLower(x)) {
				out = append(out, x)
			}
		}
	}
	return out
}

// program gives a program of somebody's, by a token that they issued themselves.
func (f *floor) program(v *visitor, role member.Role) *visitor {
	f.t.Helper()
	own := f.desk.Desk
	own.Author = v.self()
	secret, err := f.desk.Porter.Issue(f.t.Context(), &own, v.self(), "program", role, false, 24*time.Hour)
	if err != nil {
		f.t.Fatal(err)
	}
	p := f.visitor()
	p.token = secret.Reveal()
	return p
}

// pageRoutes are the routes of all pages, as they are laid in the source.
func pageRoutes(t *testing.T) (out []string) {
	t.Helper()
	files, err := filepath.Glob("../surface/web/*.go")
	if err != nil {
		t.Fatal(err)
	}
	laid := regexp.MustCompile(`"((?:GET|POST) /[^"]*)"`)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range laid.FindAllStringSubmatch(string(text), -1) {
			if !slices.Contains(out, m[1]) && !strings.HasSuffix(m[1], "{id}/") { // the beginning of several
				out = append(out, m[1])
			}
		}
	}
	for _, path := range regexp.MustCompile(`write\("([a-z-]+)", `).FindAllStringSubmatch(read(t, "../surface/web/form_record.go"), -1) {
		out = append(out, "POST /deals/{id}/"+path[1])
	}
	if len(out) < 100 {
		t.Fatalf("only %d routes of pages were found", len(out))
	}
	return out
}

func read(t *testing.T, name string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// about is what a route's id is of.
func (s *sold) about(route string) throughline.ID {
	switch {
	case strings.Contains(route, "/people/{id}"):
		return s.person
	case strings.Contains(route, "/accounts/"):
		return s.account
	case strings.Contains(route, "/initiatives/"):
		return s.initiative
	}
	return throughline.ID(s.id)
}

var places = strings.NewReplacer("{number}", "1", "{pack}", "jolt", "{check}", "no-evidence", "{token}", "x", "{n}", "1", "{file}", "x.css", "{fact}", "x", "{$}", "")

// TestWhatIsNotSeenIsNotThere: whatever the company has settled, each is told of the
// deals that they see, on every page and by every route for programs, and of no
// other neither a word nor an id; to ask for one is answered as if it were not there.
func TestWhatIsNotSeenIsNotThere(t *testing.T) {
	f := newFloor(t)
	routes := pageRoutes(t)
	for _, sight := range []setting.Sight{setting.OfTeam, setting.Own} {
		f.settle(sight)
		f.matrix(routes, sight, sees[sight])
	}
}

// openAndClose are the words of the deals that each sees, where Dan's customer is opened
// to North and to Max, Bo's is held close to Eve, and Cara's to South and to nobody who
// is in it but Dan; Eve's is held close to nobody.
var openAndClose = map[setting.Sight]map[string][]string{
	setting.Everybody: {
		"Ann": {wordBo, wordCara, wordDan, wordEve, wordNobody}, "Oda": {wordBo, wordCara, wordDan, wordEve, wordNobody},
		"Bo": {wordBo, wordDan, wordNobody}, "Cara": {wordCara, wordDan, wordNobody}, "Dan": {wordDan, wordCara, wordNobody}, "Eve": {wordEve, wordBo, wordDan, wordNobody},
		"Mia": {wordDan, wordNobody}, "Max": {wordDan, wordNobody}, "Rea": {wordDan, wordNobody}, "Ray": {wordDan, wordNobody},
	},
	setting.OfTeam: {
		"Ann": {wordBo, wordCara, wordDan, wordEve, wordNobody}, "Oda": {wordBo, wordCara, wordDan, wordEve, wordNobody},
		"Bo": {wordBo, wordDan}, "Cara": {wordCara, wordDan}, "Dan": {wordDan, wordCara}, "Eve": {wordEve, wordBo},
		"Mia": {wordDan, wordNobody}, "Max": {wordDan, wordNobody}, "Rea": {wordDan}, "Ray": {},
	},
	setting.Own: {
		"Ann": {wordBo, wordCara, wordDan, wordEve, wordNobody}, "Bo": {wordBo, wordDan}, "Mia": {wordDan, wordNobody}, "Rea": {wordDan},
	},
}

// TestALineLeadsWhereSomebodyIs: whoever somebody reports to is named where it was said,
// and leads to their page for those alone who find one there.
func TestALineLeadsWhereSomebodyIs(t *testing.T) {
	f := newFloor(t)
	own, bo := *f.desk, f.deals[wordBo]
	own.Holds, own.Acting, own.Author = operation.MayAdmin, deal.Actor{Via: deal.ViaPage}, f.who["Dan"].self()
	run := func(op operation.Operation, in any) any {
		out, err := op.Run(t.Context(), &own, in)
		if err != nil {
			t.Fatal(op.Name(), err)
		}
		return out
	}
	other := run(operation.RecordDeal, &recording.NewDealInput{Title: "Another", Account: "Bandicoot Works"}).(recording.Recorded).Deal
	run(operation.RecordPerson, &recording.PersonInput{Writing: recording.Writing{ID: other.String()}, Person: "Otto Above", Role: "sponsor"})
	run(operation.RecordReports, &recording.ReportsInput{Writing: recording.Writing{ID: bo.id.String()}, Person: bo.person.String(), To: "Otto Above"})
	found, err := f.desk.Ledger.FindPeople(t.Context(), f.desk.Workspace, "Otto Above", 2)
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	f.settle(setting.Own)
	above := "/people/" + found[0].ID.String()
	for who, want := range map[string]int{"Bo": http.StatusNotFound, "Ann": http.StatusOK} {
		if r, _ := f.who[who].send(http.MethodGet, above, nil); r.StatusCode != want {
			t.Fatalf("%s finds %d", who, r.StatusCode)
		}
		for _, page := range []string{"/people/" + bo.person.String(), "/accounts/" + bo.account.String()} {
			_, body := f.who[who].send(http.MethodGet, page, nil)
			if !strings.Contains(body, "Otto Above") || strings.Contains(body, above+`"`) != (want == http.StatusOK) {
				t.Errorf("%s on %s: named %v, led there %v", who, page, strings.Contains(body, "Otto Above"), strings.Contains(body, above+`"`))
			}
		}
	}
}

// TestACustomerIsOpenedOrHeldClose: the same of deals whose customers are opened to
// some, or held close, whatever the company has settled.
func TestACustomerIsOpenedOrHeldClose(t *testing.T) {
	f := newListed(t)
	f.seen(wordDan, member.SeenOpened, "North", "max@example.com")
	f.seen(wordBo, member.SeenClose, "eve@example.com")
	f.seen(wordCara, member.SeenClose, "South")
	f.seen(wordEve, member.SeenClose)
	routes := pageRoutes(t)
	for _, sight := range []setting.Sight{setting.Everybody, setting.OfTeam, setting.Own} {
		f.settle(sight)
		f.matrix(routes, sight, openAndClose[sight])
	}
}

// matrix asks every page and every route, as each, about the deals of each.
func (f *floor) matrix(routes []string, sight setting.Sight, who map[string][]string) {
	t, missing := f.t, throughline.ID{9}
	t.Helper()
	for name, v := range f.who {
		seen, told := who[name]
		if !told {
			continue
		}
		if sight == setting.Own && !slices.Contains([]string{"Ann", "Bo", "Mia", "Rea"}, name) {
			continue // as where teams see
		}
		programs := map[string]*visitor{" (program)": f.program(v, "")}
		if name == "Bo" || name == "Ann" {
			programs[" (integration)"] = f.program(v, member.Integration)
		}
		asked := 0
		ask := func(v *visitor, as, path string) (int, string) {
			t.Helper()
			asked++
			r, body := v.send(http.MethodGet, path, nil)
			if r.StatusCode >= 500 {
				t.Errorf("%s: %s%s asks %s: %d %.300s", sight, name, as, path, r.StatusCode, body)
			}
			if told := f.leaks(body+r.Header.Get("Location"), path, seen); len(told) > 0 {
				t.Errorf("%s: %s%s is told on %s of %q", sight, name, as, path, told)
			}
			return r.StatusCode, body
		}
		each := func(v *visitor, as, route, path string) {
			t.Helper()
			queries := []string{""}
			if !strings.Contains(path, "{id}") {
				for _, word := range []string{wordBo, wordDan} {
					if !slices.Contains(seen, word) {
						queries = append(queries, "?q="+hint(word), "?search="+hint(word), "?owner="+f.deals[word].owner)
						break
					}
				}
			}
			if path = places.Replace(path); !strings.Contains(path, "{id}") {
				for _, q := range queries {
					ask(v, as, path+q)
				}
				return
			}
			gone, _ := ask(v, as, strings.ReplaceAll(path, "{id}", missing.String()))
			for word, s := range f.deals {
				if strings.HasSuffix(path, "/live") && slices.Contains(seen, word) {
					continue // it would listen
				}
				got, body := ask(v, as, strings.ReplaceAll(path, "{id}", s.about(route).String()))
				if !slices.Contains(seen, word) && got != gone {
					t.Errorf("%s: %s%s asks %s of a deal that is not seen: %d, and of one that is not there: %d; %.200s", sight, name, as, route, got, gone, body)
				}
			}
		}
		for _, route := range routes {
			if path, is := strings.CutPrefix(route, "GET "); is && !strings.HasPrefix(path, "/static") {
				each(v, "", route, path)
			}
		}
		for as, p := range programs {
			for _, op := range operation.All() {
				if path, is := strings.CutPrefix(op.Route, "GET "); is {
					each(p, as, op.Route, "/api"+path)
				}
			}
		}
		for path, body := range v.walk(60, "/", "/deals", "/forecast", "/learning", "/review", "/start", "/initiatives", "/audit", "/me", "/team") {
			if told := f.leaks(body, path, seen); len(told) > 0 {
				t.Errorf("%s: %s goes to %s and is told of %q", sight, name, path, told)
			}
		}
		var list struct{ Matched int }
		if _, body := ask(programs[" (program)"], "", "/api/deals"); json.Unmarshal([]byte(body), &list) != nil || list.Matched != len(seen) {
			t.Errorf("%s: %s's list counts %d deals, and they see %d", sight, name, list.Matched, len(seen))
		}
		for _, word := range seen {
			if got, body := ask(v, "", "/deals/"+f.deals[word].id.String()); got != 200 || !strings.Contains(strings.ToLower(body), word) {
				t.Errorf("%s: %s sees the deal of the %s: %d", sight, name, word, got)
			}
			if _, body := ask(programs[" (program)"], "", "/api/deals"); !strings.Contains(body, f.deals[word].id.String()) {
				t.Errorf("%s: %s's list lacks the %s", sight, name, word)
			}
		}
		if asked < 200 {
			t.Errorf("only %d answers were looked at", asked)
		}
	}
}

// bodies are what is sent to a route that writes to a deal, a person or several; one
// that a seller may send to a deal of their own, which is then written.
var bodies = map[string]string{
	"capture":               "{\"text\": \"They will decide on Monday.\"}",
	"record_evidence":       `{"text": "We lose a day a week", "about": "journey/p1", "grade": "E3"}`,
	"record_event":          `{"event": "meeting"}`,
	"record_person":         `{"person": "Lee Long", "role": "user"}`,
	"record_reports":        `{"person": "PERSON", "to": "OWNPERSON"}`,
	"record_stance":         `{"person": "PERSON", "value": 1, "grade": "E2"}`,
	"record_strategy":       `{"aim": "a pilot", "bet": "they try it"}`,
	"record_bet":            `{"result": "held"}`,
	"record_step":           `{"step": "contracting/legal", "state": "begun"}`,
	"record_stated":         `{"text": "two references"}`,
	"record_stated-list":    `{"text": "two references\nthree offers"}`,
	"record_decision":       `{"aspect": "money", "text": "the board decides"}`,
	"record_work":           `{"what": "clean the data"}`,
	"record_initiative":     `{"name": "Another change"}`,
	"record_purchase":       `{"what": "tablets"}`,
	"record_milestone":      `{"milestone": "MILESTONE"}`,
	"record_skip":           `{"phase": "p9", "reason": "they have it"}`,
	"record_override":       `{"phase": "p2", "reason": "we met them"}`,
	"record_class":          `{"keep": true, "because": "as it was"}`,
	"record_target":         `{"measure": "days lost", "target": "2"}`,
	"record_result":         `{"actual": "3"}`,
	"record_note":           `{"text": "plain words"}`,
	"record_question":       `{"text": "Who signs?"}`,
	"record_promise":        `{"what": "send the plan"}`,
	"record_promise-result": `{"result": "kept"}`,
	"record_stage":          `{"stage": "STAGE"}`,
	"record_process":        `{"process": "enterprise", "because": "it is large"}`,
	"record_date":           `{"to": "2026-09-01"}`,
	"record_amount":         `{"amount": "9000", "currency": "EUR"}`,
	"record_aside":          `{"how": "later", "what": "x"}`,
	"record_rethink":        `{"answer": "holds"}`,
	"record_end":            `{"outcome": "lost", "cause": "unknown"}`,
	"record_resume":         `{}`,
	"record_undo":           `{}`,
	"record_many":           `{"deals": ["ID"], "expect": "2026-09-02"}`,
	"record_back":           `{}`,
	"record_title":          `{"title": "Another title"}`,
	"record_customer":       `{"account": "Another customer"}`,
	"record_owner":          `{"owner": "Bo"}`,
	"record_mistake":        `{"text": "entered twice"}`,
	"record_merge":          `{"other": "OWN"}`,
	"record_unmerge":        `{}`,
	"private_write":         `{"text": "mine alone"}`,
	"private_remove":        `{"note": "00000000-0000-0000-0000-000000000007"}`,
	"person_merge":          `{"other": "OWNPERSON"}`,
	"person_unmerge":        `{}`,
	"plan_link":             `{}`,
	"plan_code":             `{"address": "x@customer.example"}`,
	"plan_revoke":           `{}`,
	"forecast_judge":        `{"category": "commit", "reason": "they said so"}`,
	"record_deal":           `{"title": "A larger one", "expands": "ID"}`,
	"playbook_say":          `{"about": "journey/p3", "text": "good"}`,
	"playbook_assign":       `{"whom": "North", "process": ["standard"]}`,
	"playbook_unsay":        `{}`,
	"playbook_answer":       `{"text": "yes"}`,
	"admin_job":             `{"job": "check"}`,
	"admin_account":         `{"seen": "opened", "to": ["eve@example.com"]}`,
	"admin_team":            `{"team": "North", "rename": "Nord"}`,
}

// TestNothingIsWrittenToWhatIsNotSeen: every route and every form that writes answers
// of a deal that is not seen as of one that is not there, and writes nothing; the
// audit has a line for each. A new route without a body here fails.
func TestNothingIsWrittenToWhatIsNotSeen(t *testing.T) {
	f := newFloor(t)
	f.settle(setting.OfTeam)
	eve := f.program(f.who["Eve"], "")
	foreign, own, missing := f.deals[wordBo], f.deals[wordEve], throughline.ID{9}
	count := func() (n int) {
		for _, s := range f.deals {
			if s == own {
				continue
			}
			facts, err := f.desk.Ledger.Facts(t.Context(), f.desk.Workspace, s.id)
			if err != nil {
				t.Fatal(err)
			}
			n += len(facts)
		}
		return n
	}
	before := count()
	same := func(route, path string, form url.Values, v *visitor) {
		t.Helper()
		fill := func(id throughline.ID) (string, url.Values) {
			sent := url.Values{}
			words := strings.NewReplacer("OWNPERSON", own.person.String(), "PERSON", foreign.person.String(), "OWN", own.id.String(), "ID", id.String(),
				"MILESTONE", "problem-statement", "STAGE", "discovery")
			for k, list := range form {
				for _, x := range list {
					sent.Add(k, words.Replace(x))
				}
			}
			return strings.ReplaceAll(places.Replace(path), "{id}", id.String()), sent
		}
		if strings.HasSuffix(path, "/apart") {
			form = url.Values{"other": {"ID"}}
		}
		to, sent := fill(foreign.about(route))
		gone, nothing := fill(missing)
		_, last := f.since(0)
		r, body := v.send(http.MethodPost, to, sent)
		lines, _ := f.since(last)
		none, empty := v.send(http.MethodPost, gone, nothing)
		plain := func(s string, id throughline.ID) string {
			s = regexp.MustCompile(`(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`).ReplaceAllString(s, "ID")
			return regexp.MustCompile(`\d+`).ReplaceAllString(s, "0")
		}
		if r.StatusCode != none.StatusCode || plain(body, foreign.about(route)) != plain(empty, missing) {
			t.Errorf("%s: %d of a deal that is not seen, %d of one that is not there\n%.400s\n%.400s", route, r.StatusCode, none.StatusCode, body, empty)
		}
		if told := f.leaks(body, to+sent.Encode()+foreign.person.String(), []string{wordEve}); len(told) > 0 {
			t.Errorf("%s tells of %q", route, told)
		}
		if r.StatusCode == http.StatusNotFound && strings.Contains(path, "{id}") && !strings.Contains(path, "private") && !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, " refused ") }) {
			t.Errorf("%s: refused, and the audit says %q", route, lines)
		}
	}
	tried := 0
	for _, op := range operation.All() {
		path, is := strings.CutPrefix(op.Route, "POST ")
		if !is {
			continue
		}
		body, known := bodies[op.Name()]
		if !known || !json.Valid([]byte(body)) {
			t.Errorf("%s writes, and nobody said what to send it", op.Name())
			continue
		}
		if strings.Contains(path, "{id}") || strings.Contains(body, "ID") {
			tried++
			same(op.Route, "/api"+path, url.Values{"json": {body}}, eve)
		}
	}
	form := url.Values{"text": {"plain words"}, "title": {"T"}, "account": {"A"}, "name": {"N"}, "owner": {"Bo"}, "to": {"2026-09-01"}, "amount": {"9000"}, "currency": {"EUR"},
		"outcome": {"lost"}, "cause": {"unknown"}, "person": {"PERSON"}, "role": {"user"}, "stage": {"STAGE"}, "reason": {"so"}, "other": {"OWN"}, "deal": {"ID"}, "deals": {"ID"},
		"how": {"later"}, "answer": {"holds"}, "about": {"journey/p1"}, "grade": {"E2"}, "event": {"meeting"}, "what": {"W"}, "category": {"commit"}, "expect": {"2026-09-02"}}
	for _, route := range pageRoutes(t) {
		if path, is := strings.CutPrefix(route, "POST "); is && strings.Contains(path, "{id}") && !strings.HasPrefix(path, "/studio") {
			tried++
			same(route, path, form, f.who["Eve"])
		}
	}
	if tried < 90 {
		t.Errorf("only %d routes were tried", tried)
	}
	if after := count(); after != before {
		t.Errorf("others' deals have %d facts, and had %d", after, before)
	}
	for _, s := range f.deals {
		if got := f.ownerNow(s); s.owner != "" && got != f.who[s.owner].self() {
			t.Errorf("the %s is %s's now", s.word, got)
		}
	}
}

func (f *floor) ownerNow(s *sold) throughline.PersonID {
	list, err := f.desk.Ledger.SummariesOf(f.t.Context(), f.desk.Workspace, []throughline.DealID{s.id})
	if err != nil || len(list) != 1 {
		f.t.Fatal(err)
	}
	return list[0].Owner.Value
}

// TestSightMovesAtOnce: with an owner, with a team, with a role, and with what the
// company settles; a line over the list says that it is a part.
func TestSightMovesAtOnce(t *testing.T) {
	f := newFloor(t)
	eve, dan, page := f.who["Eve"], f.who["Dan"], "/deals/"+f.deals[wordDan].id.String()
	eve.wants("GET", page, nil, 200, "Dungbeetle")
	if _, body := eve.send("GET", "/deals", nil); strings.Contains(body, "sight-line") {
		t.Error("who sees everything is told that it is a part")
	}
	f.settle(setting.OfTeam)
	eve.wants("GET", page, nil, 404, "")
	eve.wants("GET", "/deals", nil, 200, "sight-line")
	dan.wants("GET", page, nil, 200, "Dungbeetle")
	dan.wants("POST", page+"/owner", url.Values{"owner": {eve.self().String()}}, 303, "")
	eve.wants("GET", page, nil, 200, "Dungbeetle")
	eve.wants("GET", "/deals", nil, 200, "Dungbeetle")
	dan.wants("GET", page, nil, 404, "")
	if _, body := dan.send("GET", "/deals", nil); strings.Contains(body, "Dungbeetle rollout") {
		t.Error("handed over, it is on the list")
	}
	f.put("South", "Eve", true)
	dan.wants("GET", page, nil, 200, "Dungbeetle")
	f.put("South", "Eve", false)
	dan.wants("GET", page, nil, 404, "")
	own := *f.desk
	if err := team.SetRole(t.Context(), &own.Desk, "dan@example.com", member.Operations); err != nil {
		t.Fatal(err)
	}
	dan.wants("GET", page, nil, 200, "Dungbeetle")
	f.settle(setting.Everybody)
	f.who["Ray"].wants("GET", page, nil, 200, "Dungbeetle")
}

// TestAManagerWhereThereAreNoTeams sees every deal, and their teams' once there is one.
func TestAManagerWhereThereAreNoTeams(t *testing.T) {
	o, ann := noted(t)
	f := &floor{office: o, ann: ann, who: map[string]*visitor{"Mia": o.joined("Mia", member.Manager), "Dan": o.joined("Dan", member.Seller)}, deals: map[string]*sold{}}
	f.sell(sold{word: wordDan, owner: "Dan"})
	f.settle(setting.Own)
	page := "/deals/" + f.deals[wordDan].id.String()
	f.who["Mia"].wants("GET", page, nil, 200, "Dungbeetle")
	f.put("South", "Dan", true)
	f.who["Mia"].wants("GET", page, nil, 404, "")
	f.put("South", "Mia", true)
	f.who["Mia"].wants("GET", page, nil, 200, "Dungbeetle")
}

// TestACustomersListIsFollowed: by the page with a way back, by a route and in the
// audit; with who joins a team, a customer's other name, and a deal's other customer.
// Of two who set it at once the second is told, and nothing is taken back that is not the
// last; a manager sets it of no customer.
func TestACustomersListIsFollowed(t *testing.T) {
	for kept, f := range map[string]*floor{"lists are kept": newListed(t), "there are no lists": newFloor(t)} {
		t.Run(kept, func(t *testing.T) { f.customersList(t) })
	}
}

func (f *floor) customersList(t *testing.T) {
	f.settle(setting.Own)
	eve, dan, oda, bo, cara, mia := f.who["Eve"], f.who["Dan"], f.who["Oda"], f.who["Bo"], f.who["Cara"], f.who["Mia"]
	of := func(word string) (deal, account string) {
		return "/deals/" + f.deals[word].id.String(), "/accounts/" + f.deals[word].account.String()
	}
	dans, works := of(wordDan)
	_, last := f.since(0)
	eve.wants("GET", works, nil, 404, "")
	oda.wants("GET", works, nil, 200, "Seen like every other customer")
	oda.wants("POST", works+"/seen", url.Values{"word": {"opened"}, "to": {eve.self().String(), ""}}, 303, "")
	oda.wants("GET", works, nil, 200, `name="next" value="2"`)
	oda.wants("POST", works+"/seen", url.Values{"word": {"opened"}, "to": {eve.self().String()}}, 303, "")
	if _, body := oda.send("GET", works, nil); strings.Contains(body, `name="back"`) || !strings.Contains(body, "It is so already") {
		t.Error("what changed nothing can be taken back")
	}
	eve.wants("GET", dans, nil, 200, "Dungbeetle")
	eve.wants("GET", works, nil, 200, "Opened to Eve, who sees all")
	eve.wants("GET", "/deals", nil, 200, "customers opened to you")
	eve.wants("GET", "/deals", nil, 200, "Dungbeetle")
	eve.wants("POST", works+"/seen", url.Values{"word": {"usual"}}, 403, "")
	oda.wants("GET", "/team", nil, 200, "Dungbeetle Works")
	f.ann.wants("GET", "/team/audit", nil, 200, `href="`+works+`">Dungbeetle Works`)
	for _, one := range []string{"1", "3", ""} { // not the last change
		oda.wants("POST", works+"/seen", url.Values{"next": {one}, "back": {"yes"}}, 303, "")
		oda.wants("GET", works, nil, 200, "Not taken back: somebody else")
	}
	oda.wants("POST", works+"/seen", url.Values{"next": {"2"}, "back": {"yes"}}, 303, "")
	eve.wants("GET", dans, nil, 404, "")
	stale := url.Values{"word": {"close"}, "to": {bo.self().String()}, "next": {"2"}}
	_, body := oda.send("POST", works+"/seen", stale)
	for _, told := range []string{"Seen like every other", "Held close. Bo sees", `name="next" value="3"`, `name="word" value="close"`, bo.self().String()} {
		if !strings.Contains(body, told) {
			t.Errorf("what another has set meanwhile is written over, or not told: %q is not in %.600s", told, body)
		}
	}
	bo.wants("GET", dans, nil, 404, "")
	if lines, _ := f.since(last); !slices.ContainsFunc(lines, func(l string) bool {
		return strings.Contains(l, "account_opened done id")
	}) || !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, "account_usual") }) {
		t.Errorf("the audit says %q", lines)
	}

	f.seen(wordDan, member.SeenOpened, "North")
	bo.wants("GET", dans, nil, 200, "Dungbeetle")
	f.put("North", "Bo", false)
	bo.wants("GET", dans, nil, 404, "")
	f.put("North", "Eve", true)
	eve.wants("GET", dans, nil, 200, "Dungbeetle")
	f.put("North", "Bo", true)
	f.put("North", "Eve", false)
	own := *f.desk
	if _, err := own.Ledger.Append(t.Context(), own.Workspace, store.Batch{Accounts: []store.Account{
		{ID: throughline.AccountID(f.deals[wordDan].account), Recorded: own.Now(), Name: "Otherwise Ltd"}}}); err != nil {
		t.Fatal(err)
	}
	bo.wants("GET", works, nil, 200, "Otherwise Ltd")

	// A manager sets it of no customer, of what is their team's either.
	bos, boWorks := of(wordBo)
	f.settle(setting.OfTeam)
	cara.wants("GET", bos, nil, 200, "Bandicoot")
	mia.wants("GET", works, nil, 200, "Opened to North, who see")
	program := f.program(mia, "")
	for _, at := range []string{works, boWorks} {
		if _, body := mia.send("GET", at, nil); strings.Contains(body, "/seen\"") {
			t.Error("a manager is offered to set who sees a customer")
		}
		mia.wants("POST", at+"/seen", url.Values{"word": {"usual"}}, 403, "")
		if r, body := program.send("POST", "/api"+at+"/seen", url.Values{"json": {`{"seen": "close"}`}}); r.StatusCode != 403 {
			t.Errorf("a manager sets who sees a customer: %d %.200s", r.StatusCode, body)
		}
	}
	f.seen(wordBo, member.SeenClose, "mia@example.com")
	if r, body := f.program(oda, "").send("POST", "/api"+boWorks+"/seen", url.Values{"json": {`{"seen": "usual", "next": 1}`}}); r.StatusCode != 409 {
		t.Errorf("a program writes over what it has not read: %d %.200s", r.StatusCode, body)
	}
	if r, body := program.send("GET", "/api/seen", nil); r.StatusCode != 200 || !strings.Contains(body, "Bandicoot Works") || !strings.Contains(body, "Otherwise") {
		t.Errorf("%d %.300s", r.StatusCode, body)
	}
	cara.wants("GET", bos, nil, 404, "")
	mia.wants("GET", bos, nil, 200, "Bandicoot")
	mia.wants("GET", boWorks, nil, 200, "Held close")
	if _, body := f.program(cara, "").send("GET", "/api/seen", nil); strings.Contains(body, "Bandicoot") {
		t.Error("the list names a customer of whose deals none is seen")
	}

	// Although everybody sees every deal; and that there is one held close nobody is told.
	f.settle(setting.Everybody)
	eve.wants("GET", bos, nil, 404, "")
	for v, n := range map[*visitor]string{eve: `"matched":4,`, bo: `"matched":5,`, mia: `"matched":5,`, oda: `"matched":5,`} {
		if _, body := f.program(v, "").send("GET", "/api/deals", nil); !strings.Contains(body, n) {
			t.Errorf("the list does not say %s: %.300s", n, body)
		}
	}
	if _, body := eve.send("GET", "/deals", nil); strings.Contains(body, "sight-line") || !strings.Contains(body, "Dungbeetle") {
		t.Error("who does not see a customer that is held close is told that something is left out")
	}
	f.settle(setting.OfTeam)

	// A deal that is given another customer is seen as that one's are.
	dan.wants("POST", dans+"/customer", url.Values{"account": {"Bandicoot Works"}}, 303, "")
	bo.wants("GET", dans, nil, 404, "")
	dan.wants("GET", dans, nil, 200, "Dungbeetle")
	mia.wants("GET", dans, nil, 200, "Dungbeetle")
	mia.wants("GET", boWorks, nil, 200, "Held close")
	mia.wants("POST", "/deals/"+f.deals[wordNobody].id.String()+"/customer", url.Values{"account": {"Echidnaly Works"}}, 303, "")

	// Whoever gives a deal a customer whose deals they do not see is told so.
	f.seen(wordEve, member.SeenClose)
	mia.wants("GET", "/deals/"+f.deals[wordNobody].id.String(), nil, 404, "")
	carasDeal, _ := of(wordCara)
	mia.wants("POST", carasDeal+"/customer", url.Values{"account": {"Echidnaly Works"}}, 303, "/deals")
	mia.wants("GET", "/deals", nil, 200, "Its customer is changed")

	// To whom it was opened before has left: nothing is taken back, and it is told.
	f.seen(wordDan, member.SeenOpened, "max@example.com")
	oda.wants("POST", works+"/seen", url.Values{"word": {"close"}}, 303, "")
	if err := team.Leave(t.Context(), &own.Desk, "max@example.com"); err != nil {
		t.Fatal(err)
	}
	_, body = oda.send("GET", works, nil)
	x := regexp.MustCompile(`name="back" value="yes"/?>\s*<input type="hidden" name="next" value="([0-9]+)"`).FindStringSubmatch(body)
	if x == nil {
		t.Fatal("nothing to take back")
	}
	oda.wants("POST", works+"/seen", url.Values{"next": {x[1]}, "back": {"yes"}}, 303, "")
	oda.wants("GET", works, nil, 200, "nobody is here any more")
}
