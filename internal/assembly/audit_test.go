package assembly_test

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/store"
)

// noted is an office in which what people do is noted, each line as it comes.
func noted(t *testing.T) (*office, *visitor) {
	return notedBy(newOffice(t))
}

func notedBy(o *office) (*office, *visitor) {
	o.desk.Noting = func(ctx context.Context, d store.Deed, _ bool) error {
		if begun, err := o.desk.Porter.Begun(ctx, &o.desk.Desk); err != nil || !begun {
			return err
		}
		return o.desk.Ledger.Note(ctx, o.desk.Workspace, []store.Deed{d})
	}
	ann := o.visitor()
	ann.wants("GET", "/deals", nil, 200, "")
	ann.wants("POST", "/team/begin", url.Values{"name": {"Ann Bergmann"}, "email": {"ann@example.com"}, "password": {words}}, 303, "/team")
	return o, ann
}

// since is what was noted after a line: who by name, what, how it ended, about what.
func (o *office) since(after int64) (out []string, last int64) {
	o.t.Helper()
	found, err := o.desk.Ledger.Deeds(o.t.Context(), o.desk.Workspace, store.DeedAsk{After: after, Oldest: true})
	if err != nil {
		o.t.Fatal(err)
	}
	last = after
	for _, d := range found {
		line := []string{d.Via, d.Did, d.Outcome, d.About, d.Detail}
		if d.Person == (throughline.PersonID{}) {
			line[0] += "?"
		}
		out = append(out, strings.TrimRight(strings.Join(line, " "), " "))
		last = d.N
	}
	return out, last
}

// TestWhoDidWhatIsNoted: from the first person on, what changes something, takes
// it along, shows a person's data or was refused leaves one line, and what merely
// shows a deal or a list leaves none. The line holds nobody's words.
func TestWhoDidWhatIsNoted(t *testing.T) {
	o, ann := noted(t)
	lines, at := o.since(0)
	if want := []string{"page? user_added done user admin", "page? user_chosen done user", "page sign_in done user"}; !slices.Equal(lines, want) {
		t.Errorf("a team is begun: %q", lines)
	}
	bo := o.joined("Bo", member.Seller)
	_, at = o.since(at)
	bo.wants("POST", "/deals", url.Values{"title": {"Kiln of Bergmann"}, "account": {"Montrevel"}}, 303, "/deals/")
	quiet := *o.desk
	quiet.Noting = nil
	list, err := operation.ListDeals.Run(t.Context(), &quiet, operation.ListDeals.NewInput())
	if err != nil {
		t.Fatal(err)
	}
	id := list.(showing.DealList).Rows[0].ID.String()
	if lines, at = o.since(at); !slices.Equal(lines, []string{"page record_deal done deal"}) {
		t.Errorf("a deal: %q", lines)
	}
	wants := func(what string, do func(), want ...string) {
		t.Helper()
		do()
		var got []string
		if got, at = o.since(at); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	looks := func() {
		for _, path := range []string{"/", "/deals", "/deals/" + id, "/deals/" + id + "/people", "/find?q=Kiln", "/forecast", "/learning", "/playbook", "/me"} {
			bo.wants("GET", path, nil, 200, "")
		}
	}
	wants("a seller's day of looking", looks)
	wants("a note", func() {
		bo.wants("POST", "/deals/"+id+"/note", url.Values{"text": {"Bergmann said so"}}, 303, "")
	}, "page record_note done deal")
	wants("a list", func() { bo.wants("GET", "/deals.csv", nil, 200, "Kiln") }, "page deals_csv done")
	wants("a wrong password", func() {
		o.visitor().wants("POST", "/sign-in", url.Values{"email": {"ann@example.com"}, "password": {"wrong words here now"}}, 403, "")
	}, "page? sign_in refused user")
	wants("a wrong address", func() {
		o.visitor().wants("POST", "/sign-in", url.Values{"email": {"Bergmann"}, "password": {"wrong words here now"}}, 403, "")
	}, "page? sign_in refused user")
	wants("what a seller may not", func() {
		bo.wants("POST", "/settings", url.Values{"card": {"company"}, "name": {"Bergmann"}}, 403, "")
		bo.wants("GET", "/team/audit", nil, 403, "")
	}, "page settings_changed refused", "page admin_audit refused")
	wants("another role", func() {
		ann.wants("POST", "/team", url.Values{"do": {"role"}, "who": {"bo@example.com"}, "role": {"manager"}}, 200, "")
	}, "page user_changed done user manager")
	wants("settings", func() {
		ann.wants("POST", "/settings", url.Values{"card": {"company"}, "name": {"Bergmann and Sons"}}, 303, "")
	}, "page settings_changed done")
	wants("the audit itself", func() { ann.wants("GET", "/team/audit?did=deals_csv", nil, 200, "took the list of deals along") }, "page admin_audit done")
	wants("signing out", func() { bo.wants("POST", "/sign-out", nil, 303, "/sign-in") }, "page session_ended done user")
	found, err := o.desk.Ledger.Deeds(t.Context(), o.desk.Workspace, store.DeedAsk{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range found {
		if err := d.Check(); err != nil {
			t.Errorf("line %d: %v", d.N, err)
		}
	}
	if c, err := o.desk.Ledger.Check(t.Context()); err != nil || len(c.Faults) > 0 {
		t.Errorf("the check finds %v, %v", c.Faults, err)
	}
}

// TestAdminsReadTheAudit: over REST and on its page, an admin and nobody else; a
// page leads on to older lines; and whoever asks without a team is refused.
func TestAdminsReadTheAudit(t *testing.T) {
	o, ann := noted(t)
	token := func(v *visitor) *visitor {
		secret, err := o.desk.Porter.Issue(t.Context(), &o.desk.Desk, v.self(), "program", "", false, 24*time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		p := o.visitor()
		p.token = secret.Reveal()
		return p
	}
	admin, manager := token(ann), token(o.joined("Mo", member.Manager))
	kept := "/api/people/" + ann.self().String() + "/kept"
	admin.wants("GET", "/api/audit?did=sign_in&limit=1", nil, 200, `"did":"sign_in"`)
	admin.wants("GET", "/api/audit?limit=0", nil, 422, "")
	admin.wants("GET", "/api/audit?of=Bergmann", nil, 422, "")
	if body := admin.wants("GET", kept, nil, 200, "Ann Bergmann"); strings.Contains(body, "argon2") {
		t.Error("a sealed password is shown")
	}
	for _, path := range []string{"/api/audit", kept} {
		manager.wants("GET", path, nil, 403, "")
	}
	for range 60 {
		if err := o.desk.Ledger.Note(t.Context(), o.desk.Workspace, []store.Deed{{At: o.desk.Now(), Did: "record_note", Outcome: store.DeedDone}}); err != nil {
			t.Fatal(err)
		}
	}
	body := ann.wants("GET", "/team/audit", nil, 200, "/team/audit?before=")
	_, older, _ := strings.Cut(body, "/team/audit?before=")
	older, _, _ = strings.Cut(older, `"`)
	if body := ann.wants("GET", "/team/audit?before="+older, nil, 200, "added somebody"); !strings.Contains(body, "The newest lines") {
		t.Error("older lines do not lead back")
	}
	ann.wants("GET", "/team", nil, 200, `href="/team/audit"`)
	alone := newOffice(t).visitor()
	alone.wants("GET", "/api/audit", nil, 403, "")
	alone.wants("GET", "/team/audit", nil, 403, "")
}

// TestWhatCannotBeNotedIsNotShown: where the audit cannot be written a list is not
// given out and a person's data are not shown; what was changed stays changed.
func TestWhatCannotBeNotedIsNotShown(t *testing.T) {
	o, ann := noted(t)
	o.desk.Noting = func(context.Context, store.Deed, bool) error {
		return throughline.Fail("note", throughline.Unavailable, "", nil)
	}
	if body := ann.wants("GET", "/deals.csv", nil, 503, ""); strings.Contains(body, "\ufeff") {
		t.Error("the list comes all the same")
	}
	ann.wants("GET", "/team/audit", nil, 503, "")
	ann.wants("GET", "/deals", nil, 200, "")
	ann.wants("POST", "/deals", url.Values{"title": {"Kiln"}, "account": {"Montrevel"}}, 303, "/deals/")
}

// TestAllThatIsKeptOfSomebody: whoever asks what is kept of them is given all of
// it and nothing that opens anything; once they are erased nothing of it is left,
// and the audit is whole.
func TestAllThatIsKeptOfSomebody(t *testing.T) {
	o, ann := noted(t)
	bo := o.joined("Lind", member.Seller)
	him := bo.self()
	bo.wants("POST", "/deals", url.Values{"title": {"Kiln"}, "account": {"Montrevel"}}, 303, "/deals/")
	quiet := *o.desk
	quiet.Noting, quiet.Holds = nil, operation.MayAdmin
	if _, err := operation.SetAccountSeen.Run(t.Context(), &quiet, &operation.SeenInput{ID: "Montrevel", Seen: member.SeenOpened, To: []string{him.String()}}); err != nil {
		t.Fatal(err)
	}
	list, err := operation.ListDeals.Run(t.Context(), &quiet, operation.ListDeals.NewInput())
	if err != nil {
		t.Fatal(err)
	}
	id := list.(showing.DealList).Rows[0].ID.String()
	ann.wants("POST", "/deals/"+id+"/note", url.Values{"text": {"Lind was there"}}, 303, "")
	kept := func() caretaking.Kept {
		t.Helper()
		out, err := operation.ShowKept.Run(t.Context(), &quiet, &caretaking.KeptInput{ID: him.String()})
		if err != nil {
			t.Fatal(err)
		}
		return out.(caretaking.Kept)
	}
	k := kept()
	said := map[string]bool{}
	for _, e := range k.Entries {
		said[e.What] = true
		if e.Says["hash"] != nil || e.Says["sealed"] != nil {
			t.Errorf("%s says what opens something: %v", e.What, e.Says)
		}
	}
	words, did := 0, map[string]bool{}
	for _, f := range k.Facts {
		if f.Fact.Author() == him {
			did["wrote"] = true
		} else {
			words++
		}
	}
	for _, l := range k.Audit {
		did[l.Did] = true
	}
	if len(k.Versions) == 0 || k.Versions[0].Name != "Lind" || !said["user_added"] || !said["session_began"] || !said["account_opened"] || !did["wrote"] || words == 0 || !did["sign_in"] || !did["user_added"] {
		t.Errorf("%d versions, %v, %v, %d others' facts", len(k.Versions), said, did, words)
	}
	before, err := o.desk.Ledger.Deeds(t.Context(), o.desk.Workspace, store.DeedAsk{Oldest: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := operation.ErasePerson.Run(t.Context(), o.desk, &caretaking.ErasePersonInput{ID: him.String(), Yes: true}); err != nil {
		t.Fatal(err)
	}
	after, err := o.desk.Ledger.Deeds(t.Context(), o.desk.Workspace, store.DeedAsk{Oldest: true})
	if err != nil || len(after) <= len(before) || !slices.Equal(after[:len(before)], before) {
		t.Errorf("erasing changes the audit: %d lines, then %d, %v", len(before), len(after), err)
	}
	if last := after[len(after)-1]; last.Did != "admin_erase" || last.Object != throughline.ID(him) {
		t.Errorf("the last line is %+v", last)
	}
	for _, v := range kept().Versions {
		if v.Name != "" || v.Email != "" {
			t.Errorf("after erasing: %+v", v)
		}
	}
	if c, err := o.desk.Ledger.Check(t.Context()); err != nil || len(c.Faults) > 0 {
		t.Errorf("the check finds %v, %v", c.Faults, err)
	}
}
