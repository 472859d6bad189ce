package assembly_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/assembly"
	shape "github.com/throughline/throughline/internal/directory"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/postgres/pgtest"
	"github.com/throughline/throughline/internal/surface/cli"
	"github.com/throughline/throughline/internal/surface/scim"
	"github.com/throughline/throughline/internal/team"
)

// employer is two servers on one database, whose people a directory keeps.
type employer struct {
	*office
	ann     *visitor // the admin, at the first
	servers []*httptest.Server
	desks   []*operation.Desk
	token   string
}

var mapped = member.Rules{
	Groups: map[string]member.Role{"sales": member.Seller, "heads": member.Manager, "it": member.Admin},
	Teams:  map[string]string{"sales-north": "North", "ext-south": "South"},
}

func newEmployer(t *testing.T, where string, rules member.Rules) *employer {
	t.Helper()
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var seconds atomic.Int64 // every look at the clock is a second later
	c := &employer{}
	for seed := range uint64(2) {
		house := assembly.House{Now: func() time.Time { return at.Add(time.Duration(seconds.Add(1)) * time.Second) }, Random: rand.New(rand.NewPCG(seed, 1))}
		d, done, err := house.Open(cli.Where{DB: where, Lang: "en"}, true, true)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = done() })
		d.Porter = team.NewPorter()
		d.Porter.Rules = rules
		d.Noting = func(ctx context.Context, deed store.Deed, _ bool) error {
			return d.Ledger.Note(ctx, d.Workspace, []store.Deed{deed})
		}
		h := assembly.Handler(d, nil, true, nil, slog.New(slog.DiscardHandler))
		s := httptest.NewServer(h)
		t.Cleanup(s.Close)
		c.servers, c.desks = append(c.servers, s), append(c.desks, d)
		if seed == 0 {
			c.office = &office{t: t, desk: d, handler: h}
		}
	}
	c.ann = c.visitor()
	c.ann.wants("POST", "/team/begin", url.Values{"name": {"Ann Bergmann"}, "email": {"ann@example.com"}, "password": {words}}, 303, "/team")
	c.token = c.issue("ann@example.com", member.Directory, false)
	return c
}

func (c *employer) issue(whose string, role member.Role, reads bool) string {
	c.t.Helper()
	s, err := c.desk.Porter.Issue(c.t.Context(), &c.desk.Desk, c.user(whose).ID, "Entra", role, reads, 90*24*time.Hour)
	if err != nil {
		c.t.Fatal(err)
	}
	return s.Reveal()
}

func (c *employer) user(email string) member.User {
	c.t.Helper()
	all, err := team.Users(c.t.Context(), &c.desk.Desk)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, u := range all {
		if u.Email == email {
			return u
		}
	}
	return member.User{}
}

// at is somebody's browser or program at one of the servers.
func (c *employer) at(v *visitor, server int) *visitor {
	own := *v
	own.office = &office{t: c.t, desk: c.desks[server], handler: c.servers[server].Config.Handler}
	return &own
}

// peer is an identity provider that sends to a server over HTTP.
type peer struct {
	*employer
	server int
	token  string
	head   http.Header // beside the usual
}

func (c *employer) peer(server int) *peer { return &peer{c, server, c.token, nil} }

func (p *peer) send(method, path, body string) (int, map[string]any, http.Header) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.servers[p.server].URL+"/scim/v2"+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/scim+json; charset=utf-8")
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	for key, values := range p.head {
		r.Header[key] = values
	}
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer w.Body.Close()
	text, _ := io.ReadAll(w.Body)
	var out map[string]any
	if len(text) > 0 {
		if err := json.Unmarshal(text, &out); err != nil || w.Header.Get("Content-Type") != "application/scim+json" {
			p.t.Errorf("%s %s: %s %q", method, path, w.Header.Get("Content-Type"), text)
		}
	}
	return w.StatusCode, out, w.Header
}

// wants sends and gives what came back; says is in it, spelled as JSON.
func (p *peer) wants(method, path, body string, status int, says ...string) map[string]any {
	p.t.Helper()
	got, out, _ := p.send(method, path, body)
	text, _ := json.Marshal(out)
	for _, word := range says {
		if !strings.Contains(string(text), word) {
			p.t.Errorf("%s %s: %.600s lacks %s", method, path, text, word)
		}
	}
	if got != status {
		p.t.Errorf("%s %s: %d, want %d: %.600s", method, path, got, status, text)
	}
	if status >= 400 && (out["status"] != fmt.Sprint(status) || !strings.Contains(string(text), "messages:2.0:Error")) {
		p.t.Errorf("%s %s: %.600s is no error of SCIM's", method, path, text)
	}
	return out
}

func filter(text string) string { return "?filter=" + url.QueryEscape(text) }

func operations(list string) string {
	return `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[` + list + `]}`
}

func (p *peer) add(name, email string) string {
	p.t.Helper()
	body := fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
		"externalId":"ext-%s","userName":%q,"active":true,"displayName":%q,"emails":[{"primary":true,"type":"work","value":%q}],
		"name":{"formatted":%q,"familyName":"X","givenName":%q},"meta":{"resourceType":"User"},
		"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Sales"}}`, email, email, name, email, name, name)
	out := p.wants("POST", "/Users", body, 201, `"active":true`)
	id, _ := out["id"].(string)
	return id
}

func (p *peer) group(name string, members ...string) string {
	p.t.Helper()
	list := make([]map[string]string, 0, len(members))
	for _, m := range members {
		list = append(list, map[string]string{"value": m})
	}
	text, _ := json.Marshal(map[string]any{"displayName": name, "externalId": "ext-" + name, "members": list})
	id, _ := p.wants("POST", "/Groups", string(text), 201)["id"].(string)
	return id
}

func (p *peer) in(group, who string, status int) {
	p.t.Helper()
	p.wants("PATCH", "/Groups/"+group, operations(`{"op":"Add","path":"members","value":[{"$ref":null,"value":"`+who+`"}]}`), status)
}

func (p *peer) out(group, who string, status int) {
	p.t.Helper()
	p.wants("PATCH", "/Groups/"+group, operations(`{"op":"Remove","path":"members[value eq \"`+who+`\"]"}`), status)
}

func (p *peer) active(who, word string, status int) {
	p.t.Helper()
	p.wants("PATCH", "/Users/"+who, operations(`{"op":"Replace","path":"active","value":"`+word+`"}`), status)
}

// signs lets somebody choose a password by an invitation, and signs them in.
func (c *employer) signs(email string) *visitor {
	c.t.Helper()
	secret, err := c.desk.Porter.Invite(c.t.Context(), &c.desk.Desk, email)
	if err != nil {
		c.t.Fatal(err)
	}
	v := c.visitor()
	v.wants("POST", operation.WelcomePath+secret.Reveal(), url.Values{"password": {words}}, 303, "/")
	return v
}

func bothStores(t *testing.T, run func(t *testing.T, where string)) {
	t.Run("SQLite", func(t *testing.T) { run(t, filepath.Join(t.TempDir(), "x.db")) })
	t.Run("PostgreSQL", func(t *testing.T) { run(t, pgtest.Shared(t).Database(t)) })
}

// TestADirectoryKeepsPeople: what Entra ID sends from somebody's first day to after
// their last, to two servers in turn; each of which says so with the next request.
func TestADirectoryKeepsPeople(t *testing.T) {
	bothStores(t, func(t *testing.T, where string) {
		c := newEmployer(t, where, mapped)
		one, two := c.peer(0), c.peer(1)
		one.wants("GET", "/ServiceProviderConfig", "", 200, `"patch":{"supported":true}`)
		one.wants("GET", "/ResourceTypes", "", 200, `"totalResults":2`)
		one.wants("GET", "/Schemas/"+shape.UserSchema, "", 200, `"userName"`)
		none := one.wants("GET", "/Users"+filter(`userName eq "bo@example.com"`), "", 200, `"totalResults":0`, `"Resources":[]`)
		if none["startIndex"] != 1.0 {
			t.Error(none)
		}
		bo := one.add("Bo", "bo@example.com")
		two.wants("POST", "/Users", `{"userName":"BO@example.com"}`, 409, `"uniqueness"`)
		found := two.wants("GET", "/Users"+filter(`userName eq "Bo@example.com"`), "", 200, `"totalResults":1`, bo, `"externalId":"ext-bo@example.com"`)
		if len(found["Resources"].([]any)) != 1 {
			t.Error(found)
		}
		one.wants("GET", "/Users"+filter(`emails[type eq "work"].value eq "bo@example.com"`), "", 200, `"totalResults":1`)
		two.wants("GET", "/Users?startIndex=2&count=1", "", 200, `"totalResults":2`, `"itemsPerPage":1`, bo)

		if u := c.user("bo@example.com"); u.Here() {
			t.Error("somebody without a group comes in")
		}
		sales := one.group("sales")
		two.in(sales, bo, 204)
		if u := c.user("bo@example.com"); !u.Here() || u.Role != member.Seller {
			t.Errorf("%+v", u)
		}
		one.wants("GET", "/Users/"+bo, "", 200, `"groups":[{`, `"display":"sales"`)
		one.wants("GET", "/Groups"+filter(`displayName eq "Sales"`)+"&excludedAttributes=members", "", 200, sales)
		one.wants("GET", "/Groups"+filter(`id eq "`+sales+`" and members eq "`+bo+`"`), "", 200, `"totalResults":1`)

		browser := c.signs("bo@example.com")
		token := c.issue("bo@example.com", "", false)
		program := c.visitor()
		program.token = token
		browser.wants("POST", "/deals", url.Values{"title": {"One handover"}, "account": {"Acme"}}, 303, "/deals/")
		for server := range 2 {
			c.at(browser, server).wants("GET", "/deals", nil, 200, "One handover")
			c.at(program, server).wants("GET", "/api/deals", nil, 200, "One handover")
		}

		north := one.group("sales-north", bo)
		if !c.belongs("North", bo) {
			t.Error("a group gives no team")
		}
		heads := two.group("heads", bo)
		c.at(browser, 1).wants("GET", "/me", nil, 200, "Manager")
		one.out(heads, bo, 204)
		c.at(browser, 1).wants("GET", "/me", nil, 200, "Seller")

		one.active(bo, "False", 200)
		two.wants("GET", "/Users/"+bo, "", 200, `"active":false`)
		for server := range 2 {
			c.at(browser, server).wants("GET", "/deals", nil, 303, "/sign-in")
			c.at(program, server).wants("GET", "/api/deals", nil, 401, "token")
		}
		c.visitor().wants("POST", "/sign-in", url.Values{"email": {"bo@example.com"}, "password": {words}}, 403, "do not belong")
		c.ann.wants("GET", "/deals", nil, 200, "One handover")

		two.active(bo, "True", 200)
		c.at(browser, 0).wants("GET", "/deals", nil, 303, "/sign-in") // what was open stays shut
		c.at(program, 1).wants("GET", "/api/deals", nil, 401, "token")
		browser = c.visitor()
		browser.wants("POST", "/sign-in", url.Values{"email": {"bo@example.com"}, "password": {words}}, 303, "/")
		browser.wants("GET", "/me", nil, 200, "Seller")
		if !c.belongs("North", bo) {
			t.Error("who came back lost a team")
		}

		two.out(sales, bo, 204) // out of all that give a role
		c.at(browser, 0).wants("GET", "/deals", nil, 303, "/sign-in")
		two.wants("GET", "/Users/"+bo, "", 200, `"active":true`) // as the directory itself says
		two.in(sales, bo, 204)
		browser = c.visitor()
		browser.wants("POST", "/sign-in", url.Values{"email": {"bo@example.com"}, "password": {words}}, 303, "/")

		one.wants("DELETE", "/Users/"+bo, "", 204)
		two.wants("DELETE", "/Users/"+bo, "", 404)
		two.wants("GET", "/Users/"+bo, "", 404)
		two.wants("GET", "/Users"+filter(`userName eq "bo@example.com"`), "", 200, `"totalResults":0`)
		two.wants("PATCH", "/Users/"+bo, operations(`{"op":"replace","path":"active","value":true}`), 404)
		two.wants("GET", "/Groups/"+north, "", 200, `"members":[]`)
		c.at(browser, 1).wants("GET", "/deals", nil, 303, "/sign-in")
		c.ann.wants("GET", "/deals", nil, 200, "One handover")
		if c.belongs("North", bo) {
			t.Error("who was taken out belongs to a team that groups give")
		}
		if again := two.add("Bo", "bo@example.com"); again != bo {
			t.Error("somebody who comes back is somebody else")
		}
		one.in(sales, bo, 204)
		browser = c.visitor()
		browser.wants("POST", "/sign-in", url.Values{"email": {"bo@example.com"}, "password": {words}}, 303, "/")
		browser.wants("GET", "/deals", nil, 200, "One handover")
		two.wants("DELETE", "/Groups/"+sales, "", 204)
		two.wants("GET", "/Groups/"+sales, "", 404)
		c.at(browser, 0).wants("GET", "/deals", nil, 303, "/sign-in")
	})
}

func (c *employer) belongs(name, who string) bool {
	c.t.Helper()
	all, err := team.Teams(c.t.Context(), &c.desk.Desk)
	if err != nil {
		c.t.Fatal(err)
	}
	return slices.ContainsFunc(all, func(t member.Team) bool {
		return t.Name == name && slices.ContainsFunc(t.Members, func(id throughline.PersonID) bool { return id.String() == who })
	})
}

// TestWhoIsSwitchedOffHearsNoMore: what a page listens to ends at once, at whichever
// server, and that of nobody else.
func TestWhoIsSwitchedOffHearsNoMore(t *testing.T) {
	for name, db := range databases(t) {
		t.Run(name, func(t *testing.T) {
			a, b := serving(t, db), serving(t, db)
			ann := a.visitor()
			ann.wants("POST", "/team/begin", url.Values{"name": {"Ann Bergmann"}, "email": {"ann@example.com"}, "password": {words}}, 303, "/team")
			r, _ := ann.send("POST", "/deals", url.Values{"title": {"Pumps"}, "account": {"Rhine Works"}})
			at, _, _ := strings.Cut(r.Header.Get("Location"), "?")
			c := &employer{office: a.office, servers: []*httptest.Server{{URL: a.url}, {URL: b.url}}}
			c.token = c.issue("ann@example.com", member.Directory, false)
			p := c.peer(0)
			bo := p.add("Bo", "bo@example.com")
			own, others := b.listen(at+"/live?facts=0", c.signs("bo@example.com").cookies), b.listen(at+"/live?facts=0", ann.cookies)
			own.hears(t, "the first")
			others.hears(t, "the first")
			p.active(bo, "False", 200)
			own.ends(t, "they were switched off")
			ann.wants("POST", "/api"+at+"/notes", url.Values{"json": {`{"text":"They wait for the budget."}`}}, 200, "")
			others.hears(t, "somebody else was switched off")
			c.peer(1).active(bo, "True", 200)
			own = b.listen(at+"/live?facts=0", c.signs("bo@example.com").cookies)
			own.hears(t, "the first")
			c.peer(1).wants("DELETE", "/Users/"+bo, "", 204)
			own.ends(t, "they were taken out")
		})
	}
}

// TestOktaKeepsPeople: whole people by PUT, values without a path, names that change.
func TestOktaKeepsPeople(t *testing.T) {
	c := newEmployer(t, filepath.Join(t.TempDir(), "x.db"), member.Rules{})
	p := c.peer(0)
	p.wants("GET", "/Users?startIndex=1&count=2", "", 200, `"totalResults":1`)
	out := p.wants("POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"cy@okta.local","name":{"givenName":"Cy","familyName":"User"},
		"emails":[{"primary":true,"value":"cy@okta.local","type":"work"}],"displayName":"Cy User","locale":"en-US","externalId":"00ujl29u0le5T6Aj10h7","groups":[],"password":"1mz050nq","active":true}`,
		201, `"familyName":"User"`)
	id := out["id"].(string)
	if u := c.user("cy@okta.local"); !u.Here() || u.Role != member.Reader || u.Came() || u.Name != "Cy User" {
		t.Errorf("%+v", u)
	}
	p.wants("PUT", "/Users/"+id, `{"id":"`+id+`","userName":"cy@okta.local","name":{"givenName":"Cy","middleName":"X","familyName":"Other"},"emails":[{"primary":true,"value":"cy.other@okta.local"}],
		"active":true,"groups":[],"meta":{"resourceType":"User"}}`, 200, `"familyName":"Other"`, `"value":"cy.other@okta.local"`)
	if u := c.user("cy.other@okta.local"); u.Name != "Cy Other" || u.ID.String() != id {
		t.Errorf("%+v", u)
	}
	p.wants("PATCH", "/Users/"+id, operations(`{"op":"replace","value":{"active":false}}`), 200, `"active":false`)
	p.wants("PUT", "/Users/"+id, `{"userName":"cy@okta.local","active":true}`, 200, `"active":true`)
	p.wants("PUT", "/Users/"+id, `{"userName":"ann@example.com"}`, 409, `"uniqueness"`)
	p.wants("PATCH", "/Users/"+id, operations(`{"op":"replace","path":"emails","value":[{"value":"ANN@example.com"}]}`), 409, `"uniqueness"`)
	g := p.group("Test SCIMv2")
	p.wants("PATCH", "/Groups/"+g, operations(`{"op":"replace","value":{"id":"`+g+`","displayName":"Renamed"}}`), 204)
	p.wants("POST", "/Groups", `{"displayName":"renamed"}`, 409, `"uniqueness"`)
	p.wants("PATCH", "/Groups/"+g+"?attributes=members", operations(`{"op":"replace","path":"members","value":[{"value":"`+id+`","display":"x"}]}`), 200, id)
	p.wants("PUT", "/Groups/"+g, `{"displayName":"Renamed","members":[]}`, 200, `"members":[]`)
	p.wants("PATCH", "/Groups/"+g, operations(`{"op":"add","path":"members","value":[{"value":"0194d9f2-0000-7000-8000-000000000000"}]}`), 400, `"invalidValue"`)
	p.wants("PATCH", "/Groups/"+g, operations(`{"op":"remove","path":"members[value eq \"0194d9f2-0000-7000-8000-000000000000\"]"}`), 204)

	p.wants("PATCH", "/Groups/"+g, operations(`{"op":"add","path":"members","value":[{"value":"`+id+`"}]}`), 204)
	nested := p.group("Nested")
	p.wants("PATCH", "/Groups/"+g+"?attributes=members", operations(`{"op":"add","path":"members","value":[{"value":"`+nested+`"}]}`), 200, id) // groups in groups are passed over
	p.wants("PUT", "/Groups/"+g, `{"displayName":"Renamed","members":[{"value":"0194d9f2-0000-7000-8000-000000000000"},{"value":"not an id"}]}`, 200, `"members":[]`)
	p.wants("PATCH", "/Users/"+id, operations(`{"op":"replace","path":"active","value":false}`), 200, `"active":false`)
	p.wants("PUT", "/Users/"+id, `{"userName":"cy@okta.local","displayName":"Cy"}`, 200, `"active":false`) // what is not said stays
	p.wants("PUT", "/Users/"+id, `{"userName":"cy@okta.local","active":null}`, 200, `"active":false`)
	if status, out, head := p.send("POST", "/Users?attributes=userName", `{"userName":"di@okta.local"}`); status != 201 || head.Get("Location") != p.servers[0].URL+"/scim/v2/Users/"+out["id"].(string) {
		t.Errorf("%d, %v, %v", status, out, head)
	}

	ann := c.user("ann@example.com").ID.String() // who was here before it: found, and taken over
	p.wants("GET", "/Users"+filter(`userName eq "ann@example.com"`), "", 200, ann)
	p.wants("PATCH", "/Users/"+ann, operations(`{"op":"add","path":"externalId","value":"00uann"}`), 200, `"externalId":"00uann"`)
	c.ann.wants("GET", "/team", nil, 200, "kept by your directory")
}

// TestTheLastAdminStays: switched off, taken out or put out of their group, by one
// server or by two at once; and is told so in SCIM's own words.
func TestTheLastAdminStays(t *testing.T) {
	bothStores(t, func(t *testing.T, where string) {
		c := newEmployer(t, where, mapped)
		p := c.peer(0)
		ann := c.user("ann@example.com").ID.String()
		p.wants("PATCH", "/Users/"+ann, operations(`{"op":"add","path":"externalId","value":"1"}`), 200)
		p.active(ann, "False", 400)
		said := p.wants("DELETE", "/Users/"+ann, "", 400, `"mutability"`, "nobody else could add people then")
		it := p.group("it", ann)
		p.out(it, ann, 400)
		p.wants("DELETE", "/Groups/"+it, "", 400, `"mutability"`)
		p.wants("PATCH", "/Groups/"+it, operations(`{"op":"replace","path":"displayName","value":"nothing"},{"op":"remove","path":"externalId"}`), 400, `"mutability"`)
		p.wants("PUT", "/Groups/"+it, `{"displayName":"it","members":[]}`, 400, `"mutability"`)
		c.ann.wants("GET", "/team", nil, 200, "Ann Bergmann")
		if u := c.user("ann@example.com"); !u.Here() || u.Role != member.Admin {
			t.Fatalf("%+v, %v", u, said)
		}
		for round := range 6 { // two admins, each switched off by a server of its own
			email := fmt.Sprintf("bo%d@example.com", round)
			bo := p.add("Bo", email)
			p.in(it, bo, 204)
			var wg sync.WaitGroup
			for server, who := range []string{ann, bo} {
				wg.Go(func() {
					c.peer(server).send("PATCH", "/Users/"+who, operations(`{"op":"Replace","path":"active","value":false}`))
				})
			}
			wg.Wait()
			all, err := team.Users(t.Context(), &c.desk.Desk)
			if err != nil || !slices.ContainsFunc(all, func(u member.User) bool { return u.Here() && u.Role == member.Admin }) {
				t.Fatalf("nobody is left who could add people: %v", err)
			}
			if !c.userIs(ann) {
				break // the token that asks ended with its user
			}
			p.wants("DELETE", "/Users/"+bo, "", 204)
		}
	})
}

func (c *employer) userIs(id string) bool {
	c.t.Helper()
	all, err := team.Users(c.t.Context(), &c.desk.Desk)
	if err != nil {
		c.t.Fatal(err)
	}
	return slices.ContainsFunc(all, func(u member.User) bool { return u.ID.String() == id && u.Here() })
}

// TestWhomOursSentAway the directory does not bring back.
func TestWhomOursSentAway(t *testing.T) {
	c := newEmployer(t, filepath.Join(t.TempDir(), "x.db"), member.Rules{Role: member.Seller})
	p := c.peer(0)
	bo := p.add("Bo", "bo@example.com")
	c.signs("bo@example.com")
	c.ann.wants("POST", "/team", url.Values{"do": {"remove"}, "who": {"bo@example.com"}}, 200, "")
	p.wants("GET", "/Users/"+bo, "", 200, `"active":false`)
	p.wants("PATCH", "/Users/"+bo, operations(`{"op":"replace","path":"active","value":true}`), 400, `"mutability"`, "an admin gives it back")
	p.active(bo, "False", 200)
	p.wants("DELETE", "/Users/"+bo, "", 204)
	if u := c.user("bo@example.com"); u.Here() {
		t.Error("the directory brought somebody back")
	}
	p.wants("POST", "/Users", `{"userName":"bo@example.com","externalId":"ext-bo@example.com"}`, 400, `"mutability"`)
	if _, err := c.desk.Porter.Invite(t.Context(), &c.desk.Desk, "bo@example.com"); err != nil {
		t.Fatal(err)
	}
	if u := c.user("bo@example.com"); !u.Here() || u.Role != member.Seller {
		t.Errorf("%+v", u)
	}
}

// TestOnlyADirectorysTokenReachesIt, and it reaches nothing else.
func TestOnlyADirectorysTokenReachesIt(t *testing.T) {
	c := newEmployer(t, filepath.Join(t.TempDir(), "x.db"), member.Rules{})
	p := c.peer(0)
	bo := p.add("Bo", "bo@example.com")
	with := func(token string) *peer { return &peer{c, 0, token, nil} }
	for name, is := range map[string]struct {
		token        string
		reads, write int
	}{
		"none":                        {"", 401, 401},
		"no secret at all":            {"no", 401, 401},
		"nobody's":                    {strings.Repeat("A", 43), 401, 401},
		"an admin's own":              {c.issue("ann@example.com", "", false), 403, 403},
		"a program's":                 {c.issue("ann@example.com", member.Integration, false), 403, 403},
		"a directory's that reads":    {c.issue("ann@example.com", member.Directory, true), 200, 403},
		"a directory's":               {c.token, 200, 201},
		"a session as if it were one": {c.ann.cookies["session"], 401, 401},
	} {
		for _, path := range []string{"/Users", "/Groups/x", "/Users/" + bo, "/Schemas", "/nothing"} {
			status, _, head := with(is.token).send("GET", path, "")
			if status != is.reads && !(is.reads == 200 && status == 404 && (path == "/Groups/x" || path == "/nothing")) {
				t.Errorf("%s: GET %s is %d", name, path, status)
			}
			if status == 401 && head.Get("WWW-Authenticate") != "Bearer" {
				t.Errorf("%s: not told how to come in", name)
			}
		}
		if status, _, _ := with(is.token).send("POST", "/Groups", `{"displayName":"x"}`); status != is.write {
			t.Errorf("%s: POST is %d", name, status)
		}
	}
	browser := *p
	browser.token, browser.head = "", http.Header{"Cookie": {"session=" + c.ann.cookies["session"]}}
	browser.wants("GET", "/Users", "", 401)

	v := c.visitor()
	v.token = c.token
	for _, path := range []string{"/api/deals", "/api/teams", "/api/audit", "/api/openapi.json"} {
		v.wants("GET", path, nil, 401, "")
	}
	v.wants("POST", "/api/teams", url.Values{"json": {`{"team":"x","make":true}`}}, 401, "")
	for _, path := range []string{"/", "/deals", "/team", "/me", "/settings", "/team/audit", "/deals.csv"} {
		v.wants("GET", path, nil, 303, "/sign-in")
	}
	v.wants("POST", "/me/own", url.Values{"do": {"token"}}, 303, "/sign-in")

	// Whoever is less, or gone, has no token for it any more; a token of another company opens nothing.
	if _, _, err := c.desk.Porter.Add(t.Context(), &c.desk.Desk, team.Newcomer{Name: "Di", Email: "di@example.com", Role: member.Admin}); err != nil {
		t.Fatal(err)
	}
	dis := with(c.issue("di@example.com", member.Directory, false))
	dis.wants("GET", "/Users", "", 200)
	if err := team.SetRole(t.Context(), &c.desk.Desk, "di@example.com", member.Operations); err != nil {
		t.Fatal(err)
	}
	dis.wants("GET", "/Users", "", 403)
	if _, err := c.desk.Porter.Issue(t.Context(), &c.desk.Desk, c.user("di@example.com").ID, "x", member.Directory, false, 48*time.Hour); throughline.KindOf(err) != throughline.Denied {
		t.Errorf("a token is issued for who is no admin: %v", err)
	}
	other := *c.desk
	other.Workspace, other.Porter = c.desk.Workspace+1, team.NewPorter()
	if _, _, err := other.Porter.Add(t.Context(), &other.Desk, team.Newcomer{Name: "Eve", Email: "eve@example.com", Role: member.Admin}); err != nil {
		t.Fatal(err)
	}
	elsewhere := httptest.NewServer(assembly.Handler(&other, nil, true, nil, slog.New(slog.DiscardHandler)))
	t.Cleanup(elsewhere.Close)
	c.servers = append(c.servers, elsewhere)
	(&peer{c, 2, c.token, nil}).wants("GET", "/Users", "", 401)
	all, err := team.Users(t.Context(), &other.Desk)
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	theirs, err := other.Porter.Issue(t.Context(), &other.Desk, all[0].ID, "x", member.Directory, false, 48*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	(&peer{c, 2, theirs.Reveal(), nil}).wants("GET", "/Users", "", 200, `"totalResults":1`)
	(&peer{c, 2, theirs.Reveal(), nil}).wants("GET", "/Users/"+bo, "", 404)
	(&peer{c, 2, theirs.Reveal(), nil}).wants("PATCH", "/Users/"+bo, operations(`{"op":"replace","path":"active","value":false}`), 404)
	with(theirs.Reveal()).wants("GET", "/Users", "", 401)
}

// TestOnlyADirectorysFaceAnswersAsOne: beside it strangers are told what they are told
// of any page, and a directory's token opens nothing there.
func TestOnlyADirectorysFaceAnswersAsOne(t *testing.T) {
	c := newEmployer(t, filepath.Join(t.TempDir(), "x.db"), member.Rules{})
	stranger, directory := c.visitor(), c.visitor()
	directory.token = c.token
	for _, path := range []string{"/scim/x", "/scim/", "/scim/v2x/Users", "/scim/v1/Users", "/nothing"} {
		stranger.wants("GET", path, nil, 303, "/sign-in?then=")
		directory.wants("GET", path, nil, 303, "/sign-in?then=")
		c.ann.wants("GET", path, nil, 404, "")
	}
	for _, path := range []string{scim.Path + "/Users", scim.Path + "/nothing"} {
		stranger.wants("GET", path, nil, 401, `"status":"401"`)
	}
	directory.wants("GET", scim.Path+"/Users", nil, 200, "totalResults")
}

// TestWhatIsSentBadly is refused in SCIM's own words, and changes nothing.
func TestWhatIsSentBadly(t *testing.T) {
	c := newEmployer(t, filepath.Join(t.TempDir(), "x.db"), mapped)
	p := c.peer(0)
	bo := p.add("Bo", "bo@example.com")
	before := p.wants("GET", "/Users/"+bo, "", 200)
	for _, x := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"GET", "/Users" + filter(`userName eq`), "", 400, "invalidFilter"},
		{"GET", "/Users" + filter(`password eq "x"`), "", 400, "invalidFilter"},
		{"GET", "/Users" + filter(strings.Repeat("(", 3000)), "", 400, "invalidFilter"},
		{"GET", "/Users?count=many", "", 400, "invalidValue"},
		{"GET", "/Users/../Users/x", "", 404, ""},
		{"GET", "/Users/%00", "", 404, ""},
		{"GET", "/Me", "", 404, ""},
		{"POST", "/Bulk", "{}", 404, ""},
		{"POST", "/Users", "", 400, "invalidSyntax"},
		{"POST", "/Users", "[" + strings.Repeat("[", 20000), 400, "invalidSyntax"},
		{"POST", "/Users", `{"userName":"x"}`, 400, "invalidValue"},
		{"POST", "/Users", `{"userName":"a@b@c"}`, 400, "invalidValue"},
		{"POST", "/Users", `{"userName":"a\nb@example.com"}`, 400, "invalidValue"},
		{"POST", "/Users", `{"userName":"x","emails":{"value":["x"]}}`, 400, "invalidValue"},
		{"POST", "/Users", `{"userName":"x@example.com","a":"` + strings.Repeat("x", shape.MostBody) + `"}`, 413, ""},
		{"POST", "/Groups", `{"members":[]}`, 400, "invalidValue"},
		{"POST", "/Groups", `{"displayName":"x","members":[{"value":"not an id"}]}`, 400, "invalidValue"},
		{"PUT", "/Users/" + bo, `{"active":false}`, 400, "invalidValue"},
		{"PATCH", "/Users/" + bo, `{}`, 400, "invalidSyntax"},
		{"PATCH", "/Users/" + bo, operations(`{"op":"replace","path":"active","value":false},{"op":"replace","path":"id","value":"x"}`), 400, "mutability"},
		{"PATCH", "/Users/" + bo, operations(strings.Repeat(`{"op":"replace","path":"title","value":"x"},`, 1000) + `{"op":"replace","path":"active","value":false}`), 400, "invalidSyntax"},
		{"DELETE", "/Users/0194d9f2-0000-7000-8000-000000000000", "", 404, ""},
		{"PATCH", "/Groups/" + bo, operations(`{"op":"remove","path":"members"}`), 404, ""},
	} {
		p.wants(x.method, x.path, x.body, x.status, x.says)
	}
	text := *p
	text.head = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	text.wants("POST", "/Users", "userName=x", 415)
	_, _, head := p.send("GET", "/Users/"+bo, "")
	tag := head.Get("ETag")
	known := *p
	known.head = http.Header{"If-None-Match": {tag}}
	if status, _, _ := known.send("GET", "/Users/"+bo, ""); status != 304 {
		t.Errorf("what is known is sent again: %d", status)
	}
	old := *p
	old.head = http.Header{"If-Match": {`W/"0000000000000000"`}}
	old.wants("PATCH", "/Users/"+bo, operations(`{"op":"replace","path":"displayName","value":"Y"}`), 412)
	old.wants("DELETE", "/Users/"+bo, "", 412)
	if after := p.wants("GET", "/Users/"+bo, "", 200); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("%v became %v", before, after)
	}
	old.head = http.Header{"If-Match": {tag}}
	old.wants("PATCH", "/Users/"+bo, operations(`{"op":"replace","path":"displayName","value":"Y"}`), 200, `"displayName":"Y"`)
	old.wants("PATCH", "/Users/"+bo, operations(`{"op":"replace","path":"displayName","value":"Z"}`), 412)
}

// TestSeveralServersAtOnce: somebody who is added twice at once is there at most once, and
// of groups that change at once everybody has in the end what the last ones say.
func TestSeveralServersAtOnce(t *testing.T) {
	bothStores(t, func(t *testing.T, where string) {
		c := newEmployer(t, where, mapped)
		p := c.peer(0)
		var wg sync.WaitGroup
		var made atomic.Int64
		for i := range 12 {
			wg.Go(func() {
				if status, _, _ := c.peer(i%2).send("POST", "/Users", `{"userName":"cy@example.com"}`); status == 201 {
					made.Add(1)
				} else if status != 409 {
					t.Errorf("%d", status)
				}
			})
		}
		wg.Wait()
		p.send("POST", "/Users", `{"userName":"cy@example.com"}`)
		found := p.wants("GET", "/Users"+filter(`userName eq "cy@example.com"`), "", 200, `"totalResults":1`)
		if made.Load() > 1 {
			t.Errorf("%d were told that they made somebody: %v", made.Load(), found)
		}
		cy := found["Resources"].([]any)[0].(map[string]any)["id"].(string)
		for round := range 5 { // of one name there is one group
			for i := range 6 {
				wg.Go(func() { c.peer(i%2).send("POST", "/Groups", fmt.Sprintf(`{"displayName":"group %d"}`, round)) })
			}
			wg.Wait()
			p.wants("GET", "/Groups"+filter(fmt.Sprintf(`displayName eq "group %d"`, round)), "", 200, `"totalResults":1`)
		}
		sales, heads := p.group("sales"), p.group("heads")
		for range 8 {
			wg.Go(func() { c.peer(0).in(sales, cy, 204); c.peer(1).out(sales, cy, 204) })
			wg.Go(func() { c.peer(1).in(heads, cy, 204); c.peer(0).out(heads, cy, 204) })
		}
		wg.Wait()
		if u := c.user("cy@example.com"); u.Here() {
			t.Errorf("in no group, and here: %+v", u)
		}
		wg.Go(func() { c.peer(0).in(sales, cy, 204) })
		wg.Go(func() { c.peer(1).in(heads, cy, 204) })
		wg.Wait()
		if u := c.user("cy@example.com"); !u.Here() || u.Role != member.Manager {
			t.Errorf("%+v", u)
		}
	})
}

// TestTheDirectoryIsAudited: each request that changes has a line with its token, and
// each change one with whom it is about; a token that may not leaves one too.
func TestTheDirectoryIsAudited(t *testing.T) {
	c := newEmployer(t, filepath.Join(t.TempDir(), "x.db"), mapped)
	_, at := c.since(0)
	p := c.peer(0)
	bo := p.add("Bo", "bo@example.com")
	p.group("sales", bo)
	p.active(bo, "False", 200)
	p.active(bo, "perhaps", 400)
	p.wants("GET", "/Users", "", 200)
	p.wants("DELETE", "/Users/"+bo, "", 204)
	lines, _ := c.since(at)
	want := []string{
		"rest user_added done user reader", "rest directory done id",
		"rest group_made done user", "rest group_joined done user", "rest user_changed done user seller", "rest user_returned done user", "rest directory done id",
		"rest user_left done user", "rest directory done id",
		"rest directory refused id",
		"rest user_struck done user", "rest group_parted done user", "rest directory done id",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("%q\nwant\n%q", lines, want)
	}
	deeds, err := c.desk.Ledger.Deeds(t.Context(), c.desk.Workspace, store.DeedAsk{After: at, Oldest: true})
	secret, _ := member.ReadSecret(c.token)
	for _, d := range deeds {
		if d.Person != c.user("ann@example.com").ID || d.Did == "directory" && d.Object != secret.Subject() {
			t.Errorf("%+v", d)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	c.ann.wants("GET", "/team/audit", nil, 200, "changed people or groups, by the directory")
	c.ann.wants("GET", "/me", nil, 200, "for the directory (SCIM)")
}

// TestWhomTheDirectoryKeepsSignsInAtTheProvider: known by their verified address when they
// first come, without an invitation; with the role that the directory's groups give, once
// it keeps one that gives any, whatever the provider tells; and not while they are switched off.
func TestWhomTheDirectoryKeepsSignsInAtTheProvider(t *testing.T) {
	p := newProvided(t, nil)
	_, _, err := p.desk.Porter.Add(t.Context(), &p.desk.Desk, team.Newcomer{Name: "Ann", Email: "ann@example.com", Role: member.Admin})
	if err != nil {
		t.Fatal(err)
	}
	c := &employer{office: p.office, servers: []*httptest.Server{p.server}}
	c.token = c.issue("ann@example.com", member.Directory, false)
	idp := c.peer(0)
	bo := idp.add("Bo", "bo@example.com")
	p.person("bo", "Bo", "X", "bo@example.com", "sales")
	p.person("eve", "Eve", "X", "bo@example.com", "it").EmailVerified = false
	p.surfer().wantsOut("eve", "nobody has let you in")
	if u := c.user("bo@example.com"); u.Here() || u.Issuer != "" {
		t.Errorf("before they came: %+v", u)
	}
	browser := p.surfer()
	browser.wantsIn("bo", "/deals")
	if u := c.user("bo@example.com"); u.ID.String() != bo || u.Role != member.Seller || u.Issuer == "" {
		t.Errorf("%+v", u)
	}
	p.person("cy", "Cy", "X", "bo@example.com", "it") // whoever gets the address later is somebody else
	p.surfer().wantsOut("cy", "nobody has let you in")

	heads := idp.group("heads", bo)
	if w, _ := browser.do("GET", "/deals", nil); browser.at(w) != "/deals" || c.user("bo@example.com").Role != member.Manager {
		t.Errorf("%s, %+v", browser.at(w), c.user("bo@example.com"))
	}
	p.surfer().wantsIn("bo", "/deals") // and not as the provider's sales
	if u := c.user("bo@example.com"); u.Role != member.Manager {
		t.Errorf("%+v", u)
	}
	idp.out(heads, bo, 204)
	if w, _ := browser.do("GET", "/deals", nil); browser.at(w) == "/deals" {
		t.Error("out of the group, and in")
	}
	p.surfer().wantsOut("bo", "nobody has let you in")
	idp.in(heads, bo, 204)
	browser = p.surfer()
	browser.wantsIn("bo", "/deals")
	idp.active(bo, "False", 200)
	if w, _ := browser.do("GET", "/deals", nil); browser.at(w) == "/deals" {
		t.Error("switched off, and in")
	}
	p.surfer().wantsOut("bo", "nobody has let you in")
	idp.active(bo, "True", 200)
	p.surfer().wantsIn("bo", "/deals")
	if u := c.user("bo@example.com"); u.Role != member.Manager || !u.Here() {
		t.Errorf("%+v", u)
	}
}
