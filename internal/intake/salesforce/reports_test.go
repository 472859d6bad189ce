package salesforce_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/salesforce"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/memory"
)

// TestWhoReportsToWhom: a contact's ReportsToId is said in the deals they take part in,
// once; a circle is told with who is in it, whom nobody knows is told, what somebody of
// ours said since stays, and an empty cell ends nothing.
func TestWhoReportsToWhom(t *testing.T) {
	files := func(reports [4]string) []intake.File {
		rows := "Id,FirstName,LastName,AccountId,ReportsToId\n"
		for i, r := range reports {
			rows += fmt.Sprintf("003%c,Bo,Berg%d,001A,%s\n", 'A'+i, i, r)
		}
		return []intake.File{
			file("Opportunity.csv", oppHead+"006A,Pumps,001A,005A,Qualification,100,2026-12-31,2026-01-01,2026-01-05,false,false,false\n"+
				"006B,Older pumps,001A,005A,Closed Won,100,2025-06-30,2025-01-01,2025-06-30,true,true,false\n"),
			file("Account.csv", "Id,Name,Industry,BillingCountry\n001A,Acme,Chemicals,Germany\n"),
			file("Contact.csv", rows),
			file("OpportunityContactRole.csv", "Id,OpportunityId,ContactId,Role,CreatedDate\n00KA,006A,003A,Decision Maker,2026-01-02\n00KB,006A,003B,Decision Maker,2026-01-02\n00KC,006A,003D,Decision Maker,2026-01-02\n00KD,006B,003A,Decision Maker,2025-02-02\n"),
		}
	}
	mem := memory.New()
	first := files([4]string{"003B", "003C", "003A", "003Z"})
	r := run(t, mem, first, now, salesforce.Options{})
	ids, _ := mem.Resolve(context.Background(), 1, "salesforce", "person", []string{"003A", "003B", "003C", "003Z"})
	id := func(f string) throughline.PersonID { return throughline.PersonID(ids[f]) }
	to := func(f string) throughline.PersonID {
		d, _ := deal.Fold(factsOf(t, mem, "006A"), now.AddDate(0, 1, 0))
		return d.People[id(f)].Reports.Value
	}
	if to("003A") != id("003B") || to("003B") != id("003C") || ids["003Z"] != (throughline.ID{}) {
		t.Errorf("%s reports to %s, %s to %s, nobody is %s", id("003A"), to("003A"), id("003B"), to("003B"), ids["003Z"])
	}
	for _, f := range factsOf(t, mem, "006B") {
		if f.Body.Kind() == deal.KindReportsTo {
			t.Error("a deal that has ended hears something new")
		}
	}
	found := map[string]string{}
	for _, f := range r.Findings {
		found[f.Check] = f.Message
	}
	if !strings.Contains(found["reports-circle"], "003C → 003A → 003B → 003C") || !strings.Contains(found["reports-unknown"], "003Z") {
		t.Errorf("found %q", found)
	}
	if again := run(t, mem, first, now.Add(time.Hour), salesforce.Options{}); again.Added != 0 {
		t.Errorf("a second run added %d facts", again.Added)
	}
	facts := factsOf(t, mem, "006A")
	later := now.Add(2 * time.Hour)
	said := deal.Fact{ID: throughline.FactID(throughline.KeyedID(later, "ours")), Deal: facts[0].Deal, Happened: later, Learned: later, Recorded: later,
		By: deal.Actor{Side: deal.Us}, Source: deal.Source{System: "person"}, Grade: throughline.E2, Body: deal.ReportsTo{Person: id("003A"), To: id("003C")}}
	if _, err := mem.Append(context.Background(), 1, store.Batch{Facts: []deal.Fact{said}}); err != nil {
		t.Fatal(err)
	}
	if again := run(t, mem, files([4]string{"003B", "", "", ""}), now.Add(24*time.Hour), salesforce.Options{}); again.Added != 0 {
		t.Errorf("what was said before was said again: %d facts", again.Added)
	}
	if to("003A") != id("003C") || to("003B") != id("003C") {
		t.Errorf("after what was said by ours and an empty cell: %s, %s", to("003A"), to("003B"))
	}
}
