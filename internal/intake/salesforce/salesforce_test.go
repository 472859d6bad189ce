package salesforce_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/salesforce"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/store/memory"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func book() playbook.Mapping {
	m := playbook.Mapping{Stages: map[string]playbook.MappedStage{}, Outcomes: map[string]playbook.MappedEnd{}, Roles: map[string]throughline.Role{"decision maker": throughline.BudgetDecider}}
	for _, word := range []string{"prospecting", "qualification", "needs analysis", "value proposition", "id decision makers", "perception analysis", "proposal price quote", "negotiation review"} {
		m.Stages[word] = playbook.MappedStage{Stage: throughline.StageAddress("standard", strings.Fields(word)[0])}
	}
	m.Outcomes["closed won"] = playbook.MappedEnd{Outcome: throughline.Won}
	m.Outcomes["closed lost"] = playbook.MappedEnd{Outcome: throughline.LostUnknown}
	m.Outcomes["no decision"] = playbook.MappedEnd{Outcome: throughline.NoDecision}
	return m
}

func folder(t testing.TB, name string) []intake.File {
	dir := "../../../../shared/data/crm/" + name
	if _, err := os.Stat(dir); err != nil {
		t.Skip("../shared/data is not here")
	}
	files, err := intake.Files(dir)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func run(t testing.TB, mem *memory.Ledger, files []intake.File, at time.Time, opt salesforce.Options) intake.Report {
	r, err := intake.Run(context.Background(), salesforce.New(files, book(), at, opt), mem, intake.Options{Workspace: 1, Now: at, Batch: 7})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Count(mem.Summaries(context.Background(), 1)); err != nil {
		t.Fatal(err)
	}
	return r
}

// imported counts the imports there were.
func imported(t testing.TB, mem *memory.Ledger) int {
	t.Helper()
	all, err := mem.Imports(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

func factsOf(t testing.TB, mem *memory.Ledger, foreign string) []deal.Fact {
	ids, _ := mem.Resolve(context.Background(), 1, "salesforce", "deal", []string{foreign})
	facts, _ := mem.Facts(context.Background(), 1, throughline.DealID(ids[foreign]))
	deal.Sort(facts)
	return facts
}

func TestReportingExport(t *testing.T) {
	files := folder(t, "salesforce_reporting")
	mem := memory.New()
	r := run(t, mem, files, now, salesforce.Options{})
	if r.Deals != 36 || r.HistoryRows != 48 || r.Rejected != 0 || r.DealRows != 36 {
		t.Errorf("deals %d, history rows %d, rejected %d, findings %+v", r.Deals, r.HistoryRows, r.Rejected, r.Findings)
	}
	if r.Findings.Bad() {
		t.Errorf("findings %+v", r.Findings)
	}
	var ends []string
	for _, f := range factsOf(t, mem, "006bm00000LKJNTAA5") {
		if e, ok := f.Body.(deal.Ended); ok {
			ends = append(ends, f.Happened.Format("2006-01-02T15:04 ")+e.Outcome.Word()+" "+e.Foreign)
		}
	}
	if want := []string{"2026-02-23T20:55 won Closed Won", "2026-03-07T21:00 lost_unknown Closed Lost"}; !reflect.DeepEqual(ends, want) {
		t.Errorf("ends %q, want %q", ends, want)
	}
	before := imported(t, mem)
	again := run(t, mem, files, now.Add(time.Hour), salesforce.Options{})
	if again.Added != 0 || again.Deals != 36 || !reflect.DeepEqual(again.Outcomes, r.Outcomes) {
		t.Errorf("a second run added %d facts: %v, then %v", again.Added, r.Outcomes, again.Outcomes)
	}
	if imported(t, mem) <= before {
		t.Error("the second import is not recorded")
	}
	t.Logf("%d facts, %v", r.Added, r.Outcomes)
}

func TestWarehouseTablesAreRecognised(t *testing.T) {
	mem := memory.New()
	r := run(t, mem, folder(t, "salesforce_warehouse"), now, salesforce.Options{})
	if r.Rejected != 0 || len(r.Files) != 5 {
		t.Errorf("rejected %d of %+v: %+v", r.Rejected, r.Files, r.Findings)
	}
	if again := run(t, mem, folder(t, "salesforce_warehouse"), now.Add(time.Hour), salesforce.Options{}); again.Added != 0 {
		t.Errorf("a second run added %d", again.Added)
	}
	t.Logf("%d deals, %v, %d facts, %d history", r.Deals, r.Outcomes, r.Added, r.HistoryRows)
}

func file(name, text string) intake.File {
	return intake.File{Name: name, Size: int64(len(text)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

const (
	oppHead  = "Id,Name,AccountId,OwnerId,StageName,Amount,CloseDate,CreatedDate,LastModifiedDate,IsClosed,IsWon,IsDeleted\n"
	histHead = "Id,OpportunityId,StageName,Amount,CloseDate,CreatedDate\n"
)

func timelineOf(facts []deal.Fact) string {
	var b strings.Builder
	for _, f := range facts {
		switch x := f.Body.(type) {
		case deal.StageMoved:
			fmt.Fprintf(&b, "%s stage %s\n", f.When().Format("01-02"), x.Foreign)
		case deal.Ended:
			fmt.Fprintf(&b, "%s end %s\n", f.When().Format("01-02"), x.Outcome)
		case deal.Resumed:
			fmt.Fprintf(&b, "%s resumed\n", f.When().Format("01-02"))
		case deal.AmountChanged:
			fmt.Fprintf(&b, "%s amount %s\n", f.When().Format("01-02"), x.Amount)
		case deal.CloseDateMoved:
			fmt.Fprintf(&b, "%s close %s\n", f.When().Format("01-02"), x.To)
		}
	}
	return b.String()
}

// TestHistoryInAnyOrderGivesOneTimeline: rows in any order, in parts, again and
// from a newer export that no longer has the oldest, give the same facts.
func TestHistoryInAnyOrderGivesOneTimeline(t *testing.T) {
	rows := []string{
		"h1,006A,Prospecting,100,2026-06-30,2026-01-01T10:00:00Z\n",
		"h2,006A,Prospecting,150,2026-06-30,2026-01-05T10:00:00Z\n",
		"h3,006A,Qualification,150,2026-06-30,2026-01-09T10:00:00Z\n",
		"h4,006A,Prospecting,150,2026-07-31,2026-01-12T10:00:00Z\n",
		"h5,006A,Closed Lost,150,2026-07-31,2026-01-20T10:00:00Z\n",
		"h6,006A,Needs Analysis,150,2026-09-30,2026-02-01T10:00:00Z\n",
		"h7,006A,Closed Won,150,2026-02-10,2026-02-10T10:00:00Z\n",
	}
	opp := file("Opportunity.csv", oppHead+"006A,Pumps,001A,005A,Closed Won,150,2026-02-10,2026-01-01T10:00:00Z,2026-02-10T10:00:00Z,true,true,false\n")
	want := `01-01 amount 100
01-01 close 2026-06-30
01-01 stage Prospecting
01-05 amount 150
01-09 stage Qualification
01-12 close 2026-07-31
01-12 stage Prospecting
01-20 end lost_unknown
02-01 close 2026-09-30
02-01 resumed
02-01 stage Needs Analysis
02-10 close 2026-02-10
02-10 end won
`
	sortLines := func(s string) string {
		l := strings.SplitAfter(s, "\n")
		for i := range l {
			for j := i + 1; j < len(l); j++ {
				if l[j] != "" && l[j] < l[i] {
					l[i], l[j] = l[j], l[i]
				}
			}
		}
		return strings.Join(l, "")
	}
	join := func(order ...int) intake.File {
		text := histHead
		for _, i := range order {
			text += rows[i]
		}
		return file("OpportunityHistory.csv", text)
	}
	for name, parts := range map[string][][]int{
		"in order":        {{0, 1, 2, 3, 4, 5, 6}},
		"backwards":       {{6, 5, 4, 3, 2, 1, 0}},
		"in two parts":    {{0, 1, 2}, {3, 4, 5, 6}},
		"newer, cut off":  {{0, 1, 2, 3, 4, 5, 6}, {3, 4, 5, 6}, {0, 1, 2, 3, 4, 5, 6}},
		"the same thrice": {{2, 0, 1, 6, 3, 5, 4}, {0, 1, 2, 3, 4, 5, 6}, {6, 5, 4, 3, 2, 1, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			mem := memory.New()
			for i, p := range parts {
				run(t, mem, []intake.File{opp, join(p...)}, now.Add(time.Duration(i)*time.Hour), salesforce.Options{})
			}
			facts := factsOf(t, mem, "006A")
			if got := sortLines(timelineOf(facts)); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
			d, _ := deal.Fold(facts, now)
			if d.Outcome() != throughline.Won || d.Pushes() != 2 {
				t.Errorf("outcome %s, pushes %d", d.Outcome(), d.Pushes())
			}
		})
	}
}

// TestHistoryLargerThanMemory gives the same facts through temporary files.
func TestHistoryLargerThanMemory(t *testing.T) {
	var opps, hist bytes.Buffer
	opps.WriteString(oppHead)
	hist.WriteString(histHead)
	stages := []string{"Prospecting", "Qualification", "Needs Analysis", "Closed Won"}
	for step := range stages {
		for d := range 500 {
			fmt.Fprintf(&hist, "h%d-%d,006%03d,%s,%d,2026-06-30,2026-0%d-01T10:00:00Z\n", d, step, (d*7)%500, stages[step], 100+step, step+1)
		}
	}
	for d := range 500 {
		fmt.Fprintf(&opps, "006%03d,n,001A,005A,Closed Won,103,2026-06-30,2026-01-01T10:00:00Z,2026-04-01T10:00:00Z,true,true,false\n", d)
	}
	files := []intake.File{file("Opportunity.csv", opps.String()), file("OpportunityHistory.csv", hist.String())}
	one, two := memory.New(), memory.New()
	dir := t.TempDir()
	a := run(t, one, files, now, salesforce.Options{})
	b := run(t, two, files, now, salesforce.Options{TempDir: dir, Memory: 10_000})
	if a.Added != b.Added || a.Added != 500*(4+4+1+1) || !reflect.DeepEqual(factsOf(t, one, "006123"), factsOf(t, two, "006123")) {
		t.Errorf("%d facts in memory, %d through files", a.Added, b.Added)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%d temporary files are left", len(left))
	}
}

func TestObjectsBesideTheDeal(t *testing.T) {
	files := []intake.File{
		file("Opportunity.csv", oppHead+"006A,Pumps,001A,005A,Qualification,100,2026-12-31,2026-01-01,2026-01-05,false,false,false\n006D,Gone,001A,005A,Closed Lost,1,2026-01-01,2026-01-01,2026-01-05,true,false,true\n"),
		file("Account.csv", "Id,Name,Industry,BillingCountry\n001A,Acme,Chemicals,Germany\n"),
		file("User.csv", "Id,Username,Name,Email,IsActive\n005A,a@x.com,Ann Archer,ann@x.com,true\n"),
		file("Contact.csv", "Id,FirstName,LastName,Title,Email,AccountId\n003A,Bo,Berg,CFO,bo@acme.com,001A\n"),
		file("OpportunityContactRole.csv", "Id,OpportunityId,ContactId,Role,CreatedDate\n00KA,006A,003A,Decision Maker,2026-01-02\n00KB,006A,003A,Dance Partner,2026-01-02\n"),
		file("Task.csv", "Id,WhatId,WhoId,Subject,Status,IsClosed,TaskSubtype,CallType,ActivityDate,CreatedDate\n00TA,006A,003A,secret words,Completed,true,Call,Inbound,2026-01-03,2026-01-03\n00TB,006A,,more words,Not Started,false,Task,,2026-12-24,2026-01-03\n00TC,001A,,about an account,Completed,true,Task,,2026-01-03,2026-01-03\n"),
		file("Event.csv", "Id,WhatId,WhoId,Subject,StartDateTime,EndDateTime,CreatedDate\n00UA,006A,003A,kick-off,2026-01-04T09:00:00Z,2026-01-04T10:00:00Z,2026-01-03T08:00:00Z\n00UB,006X,,other,2026-01-04T09:00:00Z,2026-01-04T10:00:00Z,2026-01-03T08:00:00Z\n"),
		file("Notes.csv", "a,b\n1,2\n"),
	}
	mem := memory.New()
	r := run(t, mem, files, now, salesforce.Options{})
	facts := factsOf(t, mem, "006A")
	d, _ := deal.Fold(facts, now)
	ids, _ := mem.Resolve(context.Background(), 1, "salesforce", "person", []string{"003A", "005A"})
	people, _ := mem.People(context.Background(), 1, []throughline.PersonID{throughline.PersonID(ids["003A"]), throughline.PersonID(ids["005A"])})
	bo, ann := people[throughline.PersonID(ids["003A"])], people[throughline.PersonID(ids["005A"])]
	if bo.Name != "Bo Berg" || bo.Ours || bo.Title != "CFO" || bo.Account.IsZero() || ann.Name != "Ann Archer" || !ann.Ours {
		t.Errorf("people: %+v, %+v", bo, ann)
	}
	if got := d.People[bo.ID].Roles; !reflect.DeepEqual(got, []throughline.Role{throughline.BudgetDecider}) {
		t.Errorf("roles %v", got)
	}
	if d.Attributes["industry"].Value != "Chemicals" || d.Title.Value != "Pumps" || d.LastCustomerAct(time.UTC).String() != "2026-01-03" {
		t.Errorf("%+v", d.Summary)
	}
	acts := d.OfKind("activity")
	if len(acts) != 3 {
		t.Errorf("%d activities", len(acts))
	}
	for _, f := range facts {
		b, _ := deal.EncodeBody(f.Body)
		if bytes.Contains(b, []byte("words")) || bytes.Contains(b, []byte("kick-off")) {
			t.Errorf("a subject was imported: %s", b)
		}
	}
	checks := map[string]diag.Finding{}
	for _, f := range r.Findings {
		checks[f.Check] = f
	}
	for _, want := range []string{"unknown-role", "unknown-deal", "deleted", "unused-file"} {
		if _, ok := checks[want]; !ok {
			t.Errorf("no finding %s in %+v", want, r.Findings)
		}
	}
	if r.Deals != 1 {
		t.Errorf("%d deals; a deleted one came back", r.Deals)
	}
	if again := run(t, mem, files, now.Add(time.Hour), salesforce.Options{}); again.Added != 0 {
		t.Errorf("a second run added %d facts", again.Added)
	}
}

// TestFurtherFields: fields that were asked for describe the deals' first day,
// from the opportunity or its account; one that is not there, or that holds
// what people wrote to each other, stops the import before anything is kept.
func TestFurtherFields(t *testing.T) {
	files := []intake.File{
		file("Account.csv", "Id,Name,Industry,Tier__c\n001A,Ward,Health,gold\n"),
		file("Opportunity.csv", strings.TrimSuffix(oppHead, "\n")+",Sales_Region__c,Tier__c,Description\n"+
			"006A,Pumps,001A,005A,Prospecting,150,2027-02-10,2026-01-01T10:00:00Z,2026-02-10T10:00:00Z,false,false,false,Nordic,,she is against it\n"+
			"006B,Valves,001A,005A,Prospecting,150,2027-02-10,2026-01-01T10:00:00Z,2026-02-10T10:00:00Z,false,false,false,,silver,\n"),
	}
	mem := memory.New()
	if r := run(t, mem, files, now, salesforce.Options{Attributes: []string{"Sales_Region__c", "tier"}}); r.Findings.Bad() || r.Deals != 2 {
		t.Fatalf("%d deals, %+v", r.Deals, r.Findings)
	}
	for id, want := range map[string]map[string]string{
		"006A": {"industry": "Health", "sales_region": "Nordic", "tier": "gold"},
		"006B": {"industry": "Health", "tier": "silver"},
	} {
		d, _ := deal.Fold(factsOf(t, mem, id), now)
		got := map[string]string{}
		for name, v := range d.Attributes {
			got[name] = v.Value
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", id, got, want)
		}
	}
	for field, want := range map[string]string{"Sale_Region__c": "did you mean Sales_Region__c?", "colour": "the export has to hold them", "Description": "pick list"} {
		mem := memory.New()
		r := run(t, mem, files, now, salesforce.Options{Attributes: []string{field}})
		if imported(t, mem) > 0 && r.Added > 0 || len(r.Findings) != 1 || !strings.Contains(r.Findings[0].Hint, want) {
			t.Errorf("%s: %d facts, %+v", field, r.Added, r.Findings)
		}
	}
}
