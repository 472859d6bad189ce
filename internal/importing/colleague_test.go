package importing_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/importing"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/team"
)

// Who was added before an export names them is who it means: their deals are theirs.
// Where two are called the same, and where an export names two of one name, nobody is
// taken for somebody else.
func TestAnOwnerIsWhoWasAdded(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	d := seat.Desk(t, &now)
	porter, ctx := team.NewPorter(), t.Context()
	if _, err := porter.Begin(ctx, &d.Desk, team.Newcomer{Name: "Ada Min", Email: "ada@example.com", Password: "three or four words"}); err != nil {
		t.Fatal(err)
	}
	add := func(name, email string) throughline.PersonID {
		id, _, err := porter.Add(ctx, &d.Desk, team.Newcomer{Name: name, Email: email, Role: member.Seller})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	zoe, one, two, kim := add("Zoe Park", "zoe@example.com"), add("Bo Lind", "bo@example.com"), add("Bo Lind", "bo.lind@example.com"), add("Kim Ode", "kim@example.com")
	ivo := throughline.PersonID(d.NewID()) // added by a provider, under a name that they chose there
	seat.Keep(t, d, store.Batch{People: []store.Person{{ID: ivo, Recorded: now, Ours: true, Name: "Ivo Hart", Email: "ivo@example.com"}}})
	added := store.Admission{Room: store.UserRoom, Subject: throughline.ID(ivo), Kind: member.Added, At: now, Body: member.Body{Name: "Ivo Hart", Email: "ivo@example.com", Role: member.Seller, Issuer: "https://login.example.com", Subject: "7"}.Encode()}
	if err := d.Ledger.Admit(ctx, d.Workspace, added); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	bring := func(file, rows string) {
		path := filepath.Join(folder, file)
		if err := os.WriteFile(path, []byte("Deal ID,Deal Name,Company,Owner,Stage,Created\n"+rows), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := importing.ImportCSV(ctx, d.Importing(), importing.ImportCSVInput{Paths: []string{path}, Guess: true, Yes: true}); err != nil {
			t.Fatal(err)
		}
	}
	owners := func() map[string]throughline.PersonID {
		out := map[string]throughline.PersonID{}
		for s, err := range d.Ledger.Summaries(ctx, d.Workspace) {
			if err != nil {
				t.Fatal(err)
			}
			out[s.Title.Value] = s.Owner.Value
		}
		return out
	}
	rows := "1,One,A,zoe  PARK,Proposal,2026-01-05\n2,Two,B,Bo Lind,Proposal,2026-01-06\n3,Three,C,KIM@example.com,Proposal,2026-01-07\n5,Five,E,Ivo Hart,Proposal,2026-01-07\n"
	for range 2 { // and again, when the system is known to name them
		bring("deals.csv", rows)
		got := owners()
		if got["One"] != zoe || got["Three"] != kim {
			t.Errorf("theirs are %v, want %v and %v", got, zoe, kim)
		}
		if got["Five"] == ivo || got["Five"].IsZero() {
			t.Errorf("a name that a provider gives is nobody's word: %v", got["Five"])
		}
		if got["Two"] == one || got["Two"] == two || got["Two"].IsZero() {
			t.Errorf("Bo Lind is one of two: %v", got["Two"])
		}
	}
	people, err := d.Ledger.People(ctx, d.Workspace, []throughline.PersonID{zoe, kim})
	if err != nil || people[zoe].Name != "Zoe Park" || people[zoe].Email != "zoe@example.com" || people[kim].Name != "Kim Ode" {
		t.Errorf("an export changed them: %v %v %v", people[zoe], people[kim], err)
	}
	bring("deals.csv", rows+"4,Four,D,Zoe Park,Proposal,2026-01-08\n")
	if got := owners(); got["Four"] == zoe {
		t.Error("another spelling of the system's is another person of the system's")
	}
}
