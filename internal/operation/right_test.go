package operation_test

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/setting"
	"github.com/throughline/throughline/internal/team"
	"github.com/throughline/throughline/internal/workshop"
)

const rightsPage = "../../docs/rights.md"

// TestRightsPage: docs/rights.md is what the permission table says, with every
// operation under its object.
func TestRightsPage(t *testing.T) {
	var b strings.Builder
	b.WriteString("# What each role may do\n\nMade from the permission table (`internal/member`) and the list of operations; a test holds it to both. " +
		"People have one of the first five roles; a program's token may have one of the last two. It holds once somebody has been added (`throughline admin user`); before, whoever is at the machine may do everything.\n\n| |")
	roles := append(member.Roles(), member.Programs()...)
	for _, r := range roles {
		b.WriteString(" " + string(r) + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(roles)) + "\n")
	for _, o := range member.Objects() {
		b.WriteString("| " + string(o) + " |")
		for _, r := range roles {
			b.WriteString(" " + r.Reach(o).String() + " |")
		}
		b.WriteString("\n")
	}
	for _, o := range member.Objects() {
		b.WriteString("\n**" + string(o) + "**:")
		for _, op := range operation.All() {
			if op.Object() == o {
				verb := "sees"
				if op.Effect == operation.Writes {
					verb = "changes"
				}
				b.WriteString(" `" + strings.Join(op.Words, " ") + "` (" + verb + ")")
			}
		}
		b.WriteString("\n")
	}
	b.WriteString("\n## Whose deals each sees\n\nSettled by the company (`throughline admin settings deals_seen everybody|team|own`, or the settings page); everybody sees every deal until it is. " +
		"A token sees what its user sees, and one of a lesser role no more than that role would; one for a program goes by its user's role. What is not seen answers everywhere as what is not there, and that it was asked for is in the audit. " +
		"`internal/assembly` asks every operation with a route and every page as each of these, of deals of each kind (`TestWhatIsNotSeenIsNotThere`, `TestNothingIsWrittenToWhatIsNotSeen`). " +
		"On the command line nobody signs in: whoever is at the machine with the database sees all of it.\n\n" +
		"| settled | role | their own | their team's | nobody's | others' |\n|---|---|---|---|---|---|\n")
	id := func(n byte) throughline.PersonID { return throughline.PersonID{n} }
	teams := []member.Team{{Members: []throughline.PersonID{id(1), id(2)}}, {Members: []throughline.PersonID{id(3)}}}
	for _, rule := range setting.Sights() {
		for _, r := range member.Roles() {
			owners, all := team.Seen(rule, team.Guest{User: member.User{ID: id(1), Role: r}, Role: r}, teams)
			b.WriteString("| " + string(rule) + " | " + string(r) + " |")
			for _, of := range []throughline.PersonID{id(1), id(2), {}, id(3)} {
				b.WriteString(map[bool]string{true: " yes |", false: " - |"}[all || slices.Contains(owners, of)])
			}
			b.WriteString("\n")
		}
	}
	b.WriteString("\nA manager sees every deal while the company has no team at all; one who belongs to none of the teams that there are sees their own and nobody's. A private note is its author's alone, whatever they see.\n" +
		"\n## Customers opened, or held close\n\nA customer may have one list of people and teams, and one word (its page, or `throughline admin account`). It holds beside what is settled above: " +
		"the rows are how somebody sees a deal of such a customer. Operations and admins set it; everybody else asks them. " +
		"Whoever joins or leaves a team of the list gains or loses sight with their next request. Up to a thousand customers may have one.\n\n" +
		"| the customer is | on the list | theirs | else |\n|---|---|---|---|\n| opened | yes | yes | as above |\n| held close | yes | yes | only operations and admins |\n")
	if update := flag.Lookup("update"); update != nil && update.Value.String() == "true" {
		if err := os.WriteFile(rightsPage, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile(rightsPage); err != nil || string(text) != b.String() {
		t.Errorf("docs/rights.md is not what the table says (%v); go test -run TestRightsPage -update writes it", err)
	}
}

// TestARoleIsHeldTo: at a desk with a team what the desk holds counts for
// nothing, and who has no role may do nothing.
func TestARoleIsHeldTo(t *testing.T) {
	for _, role := range append(append(member.Roles(), member.Programs()...), "", "root") {
		for _, reads := range []bool{false, true} {
			d := &operation.Desk{Bench: workshop.Bench{Desk: desk.Desk{}}, Holds: operation.MayAdmin, Team: true, Role: role, ReadsOnly: reads}
			for _, op := range operation.All() {
				if op.Effect == operation.Reads || d.May(op.Object(), true) {
					continue // it would run, for which there is no ledger here
				}
				if _, err := op.Run(t.Context(), d, op.NewInput()); throughline.KindOf(err) != throughline.Denied {
					t.Errorf("%s ran %s: %v", role, op.Name(), err)
				}
				if reads && d.May(op.Object(), true) {
					t.Errorf("a token that reads changes %s", op.Object())
				}
			}
		}
	}
}
