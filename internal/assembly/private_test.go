package assembly_test

import (
	"database/sql"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/sqlite/migrations"
)

// keptWord is a word that nobody but its author ever reads.
const keptWord = "xylophone"

// opened opens a deal as whoever it is, and gives its page.
func (v *visitor) opened(title string) string {
	v.t.Helper()
	r, body := v.send("POST", "/deals", url.Values{"title": {title}, "account": {"Northfield"}})
	at := strings.SplitN(r.Header.Get("Location"), "?", 2)[0]
	if !strings.HasPrefix(at, "/deals/") {
		v.t.Fatalf("%d to %q; %.300s", r.StatusCode, at, body)
	}
	return at
}

var hrefs = regexp.MustCompile(`href="(/[^"#]*)`)

// walk goes from page to page as whoever it is, and gives what each says.
func (v *visitor) walk(most int, from ...string) map[string]string {
	v.t.Helper()
	seen, next := map[string]string{}, from
	for len(next) > 0 && len(seen) < most {
		path := strings.ReplaceAll(next[0], "&amp;", "&")
		next = next[1:]
		bare := strings.SplitN(path, "?", 2)[0]
		if _, is := seen[path]; is || strings.Contains(path, "lang=") || strings.Contains(path, "as_of=") || strings.HasPrefix(path, "/static/") || bare == "/look-around" {
			continue
		}
		_, body := v.send("GET", path, nil)
		seen[path] = body
		for _, m := range hrefs.FindAllStringSubmatch(body, -1) {
			next = append(next, m[1])
		}
	}
	return seen
}

// routes asks every route that reads, about a deal and a person, as a program, and gives the answers.
func (v *visitor) routes(dealID, person, words string) map[string]string {
	out := map[string]string{}
	for _, op := range operation.All() {
		path, ok := strings.CutPrefix(op.Route, "GET ")
		if !ok {
			continue
		}
		id := dealID
		if strings.HasPrefix(path, "/people/") {
			id = person
		}
		path = strings.NewReplacer("{id}", id, "{number}", "1", "{pack}", "jolt", "{fact}", id).Replace(path)
		for _, q := range []string{"", "?q=" + words, "?search=" + words} {
			_, out[path+q] = v.send("GET", "/api"+path+q, nil)
		}
	}
	return out
}

// TestWhatIsKeptPrivate is read by its author, by a token of their own, and by
// nobody else: no role, no admin, no export, no plan, no search, no view for SQL,
// no audit, no token that was issued in their name.
func TestWhatIsKeptPrivate(t *testing.T) {
	o, ann := begun(t)
	bo := o.joined("Bo", member.Seller)
	at := bo.opened("Night shift")
	id := strings.TrimPrefix(at, "/deals/")
	bo.wants("GET", at, nil, 200, "Private notes<")
	bo.wants("POST", at+"/private", url.Values{"text": {"  "}}, 400, "")
	bo.wants("POST", at+"/private", url.Values{"text": {"I doubt " + keptWord + " before summer"}}, 303, at+"/private")
	page := bo.wants("GET", at+"/private", nil, 200, "I doubt "+keptWord+" before summer")
	bo.wants("GET", at, nil, 200, "Private notes (1)")
	note := regexp.MustCompile(`name="note" value="([^"]+)"`).FindStringSubmatch(page)[1]
	program := func(of *visitor, by throughline.PersonID, role member.Role) *visitor {
		desk := o.desk.Desk
		desk.Author = by
		secret, err := o.desk.Porter.Issue(t.Context(), &desk, of.self(), "program", role, false, 24*time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		p := o.visitor()
		p.token = secret.Reveal()
		return p
	}
	program(bo, bo.self(), "").wants("GET", "/api/private?id="+id, nil, 200, keptWord)
	program(bo, ann.self(), "").wants("GET", "/api/private", nil, 403, "")
	program(bo, bo.self(), member.Integration).wants("GET", "/api/private", nil, 403, "")

	others := map[string]*visitor{"the first admin": ann, "another admin": o.joined("Cy", member.Admin)}
	for _, role := range member.Roles() {
		others["another "+string(role)] = o.joined("Some"+string(role), role)
	}
	self := bo.self().String()
	for who, v := range others {
		said := v.walk(150, at, at+"/private", "/find?q="+keptWord, "/deals?q="+keptWord, "/people/"+self, "/team", "/audit", "/deals.csv", at+"/ledger", "/me")
		for path, body := range v.routes(id, self, keptWord) {
			said["/api"+path] = body
		}
		for path, body := range program(v, v.self(), "").routes(id, self, keptWord) {
			said["/api as a program"+path] = body
		}
		if len(said) < 100 {
			t.Errorf("%s came to %d places only", who, len(said))
		}
		for path, body := range said {
			if body = strings.ReplaceAll(body, "q="+keptWord, ""); strings.Contains(strings.ReplaceAll(body, "search="+keptWord, ""), "I doubt") || strings.Contains(body, note) {
				t.Errorf("%s reads on %s what Bo keeps to himself", who, path)
			}
			if strings.HasPrefix(path, "/help/") {
				continue // it names what there is to be asked, and nobody's doing
			}
			if strings.Contains(body, "private_write") || strings.Contains(body, "Private notes (") {
				t.Errorf("%s reads on %s that Bo keeps something to himself", who, path)
			}
		}
		r, body := v.send("POST", at+"/private-removed", url.Values{"note": {note}})
		gone, none := v.send("POST", at+"/private-removed", url.Values{"note": {throughline.ID{7}.String()}})
		if r.StatusCode != gone.StatusCode || r.StatusCode < 400 || strings.ReplaceAll(body, note, "") != strings.ReplaceAll(none, throughline.ID{7}.String(), "") && len(body) != len(none) {
			t.Errorf("%s takes Bo's away: %d, and one that is not there: %d", who, r.StatusCode, gone.StatusCode)
		}
	}
	bo.wants("POST", at+"/private", url.Values{"text": {"and " + keptWord + " again"}}, 303, "")
	o.inNoTable(t, id)

	machine := *o.desk // whoever is at the machine, who may do everything else
	machine.Team, machine.Guest, machine.Holds = false, nil, operation.MayAdmin
	for _, op := range []operation.Operation{operation.ListPrivate, operation.WritePrivate, operation.RemovePrivate} {
		if _, err := op.Run(t.Context(), &machine, op.NewInput()); throughline.KindOf(err) != throughline.Invalid {
			t.Errorf("at the machine %s gives %v", op.Name(), err)
		}
	}
	ann.wants("GET", "/api/people/"+self+"/kept", nil, 200, `"private":[]`)
	ann.wants("POST", at+"/private", url.Values{"text": {"mine: " + keptWord}}, 303, "")
	ann.wants("GET", "/api/people/"+ann.self().String()+"/kept", nil, 200, "mine: "+keptWord)
	program(ann, bo.self(), "").wants("GET", "/api/people/"+ann.self().String()+"/kept", nil, 200, `"private":[]`) // a token of hers that she did not issue
	program(ann, ann.self(), "").wants("GET", "/api/people/"+ann.self().String()+"/kept", nil, 200, "mine: "+keptWord)
	bo.wants("POST", at+"/private-removed", url.Values{"note": {note}}, 303, "")
	bo.wants("GET", at+"/private", nil, 200, "Bring it back")

	room := store.PrivateRoom(bo.self())
	if _, err := operation.ErasePerson.Run(t.Context(), &machine, &caretaking.ErasePersonInput{ID: self, Yes: true}); err != nil {
		t.Fatal(err)
	}
	lines, err := o.desk.Ledger.Admissions(t.Context(), o.desk.Workspace, room, throughline.ID{})
	if err != nil || len(lines) != 3 {
		t.Fatal(len(lines), err)
	}
	for _, l := range lines {
		if string(l.Body) != "{}" {
			t.Errorf("after Bo was erased there is %s", l.Body)
		}
	}
}

// inNoTable looks that what somebody keeps to themselves is in no fact and no view
// for SQL.
func (o *office) inNoTable(t *testing.T, id string) {
	t.Helper()
	read, err := throughline.ParseID(id)
	if err != nil {
		t.Fatal(err)
	}
	facts, err := o.desk.Ledger.Facts(t.Context(), o.desk.Workspace, throughline.DealID(read))
	if err != nil || len(facts) == 0 {
		t.Fatal(len(facts), err)
	}
	for _, f := range facts {
		if text, err := json.Marshal(f); err != nil || strings.Contains(string(text), keptWord) {
			t.Error("it stands among the facts", err)
		}
	}
	db, err := sql.Open("sqlite", "file:"+o.file+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, v := range migrations.SQLiteViews() {
		rows, err := db.QueryContext(t.Context(), "select * from "+v.Name)
		if err != nil {
			t.Fatal(v.Name, err)
		}
		names, _ := rows.Columns()
		for rows.Next() {
			cells := make([]any, len(names))
			for i := range cells {
				cells[i] = new(sql.NullString)
			}
			if err := rows.Scan(cells...); err != nil {
				t.Fatal(v.Name, err)
			}
			for i, c := range cells {
				if strings.Contains(c.(*sql.NullString).String, keptWord) {
					t.Errorf("%s.%s has it", v.Name, names[i])
				}
			}
		}
		if err := rows.Close(); err != nil || rows.Err() != nil {
			t.Fatal(v.Name, err, rows.Err())
		}
	}
}
