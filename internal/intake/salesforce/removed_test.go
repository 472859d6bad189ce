package salesforce_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/salesforce"
	"github.com/throughline/throughline/internal/intake/spelling"
	"github.com/throughline/throughline/internal/store/memory"
)

func says(r intake.Report, check string) (n int) {
	for _, f := range r.Findings {
		if f.Check == check {
			n += f.Places()
		}
	}
	return n
}

func folded(t testing.TB, mem *memory.Ledger, id string) deal.Deal {
	t.Helper()
	d, ok := deal.Fold(factsOf(t, mem, id), now.AddDate(1, 0, 0))
	if !ok {
		t.Fatalf("deal %s is not there", id)
	}
	return d
}

const mergeHead = "Id,Name,StageName,Amount,CloseDate,CreatedDate,LastModifiedDate,IsClosed,IsWon,IsDeleted,MasterRecordId\n"

// TestDeletedAndMerged: a deal that was never imported stays away with its
// history; one that was is ended as removed; restored, it is what it was.
func TestDeletedAndMerged(t *testing.T) {
	history := file("OpportunityHistory.csv", histHead+
		"008A,006A,Prospecting,10,2026-05-31,2026-01-01T08:00:00Z\n008B,006A,Closed Won,10,2026-02-10,2026-02-10T08:00:00Z\n"+
		"008C,006B,Prospecting,20,2026-05-31,2026-01-01T08:00:00Z\n008D,006C,Prospecting,30,2026-05-31,2026-01-03T08:00:00Z\n")
	export := func(day, a, b, c string) []intake.File {
		return []intake.File{history, file("Opportunity.csv", mergeHead+
			"006A,Won one,Closed Won,10,2026-02-10,2026-01-01T08:00:00Z,"+day+"T08:00:00Z,true,true,"+a+"\n"+
			"006B,Open one,Prospecting,20,2026-05-31,2026-01-01T08:00:00Z,"+day+"T08:00:00Z,false,false,"+b+"\n"+
			"006C,Never seen,Prospecting,30,2026-05-31,2026-01-03T08:00:00Z,"+day+"T08:00:00Z,false,false,"+c+"\n")}
	}
	mem := memory.New()
	r := run(t, mem, export("2026-03-01", "false,", "false,", "true,"), now, salesforce.Options{})
	if r.Deals != 2 || says(r, "deleted") != 1 {
		t.Fatalf("%d deals, %+v", r.Deals, r.Findings)
	}
	gone := export("2026-04-01", "true,", "false,006A", "true,")
	for i := range 2 {
		r = run(t, mem, gone, now.Add(time.Duration(i+1)*time.Hour), salesforce.Options{})
		if r.Outcomes["removed"] != 2 || r.Outcomes["open"] != 0 || r.Outcomes["won"] != 0 || says(r, "removed-at-source") != 2 {
			t.Fatalf("%v, %+v", r.Outcomes, r.Findings)
		}
	}
	if r.Added != 0 {
		t.Errorf("a second run added %d facts", r.Added)
	}
	if d := folded(t, mem, "006B"); d.End.Value.Foreign != "merged into 006A" || !d.Closed().IsZero() {
		t.Errorf("%+v closed %v", d.End.Value, d.Closed())
	}
	r = run(t, mem, export("2026-05-01", "false,", "false,", "true,"), now.Add(3*time.Hour), salesforce.Options{})
	if d := folded(t, mem, "006A"); d.Outcome() != throughline.Won || d.Closed().Format(time.DateOnly) != "2026-02-10" {
		t.Errorf("restored: %s on %v", d.Outcome(), d.Closed())
	}
	if d := folded(t, mem, "006B"); d.Outcome() != throughline.StillOpen {
		t.Errorf("restored: %s", d.Outcome())
	}
	if again := run(t, mem, export("2026-05-01", "false,", "false,", "true,"), now.Add(4*time.Hour), salesforce.Options{}); again.Added != 0 {
		t.Errorf("a second run added %d facts", again.Added)
	}
}

// TestTheFirstClosingCounts: of an unbroken run of the same end the first day is
// the closing day, whatever it is called later, and whichever file came first.
func TestTheFirstClosingCounts(t *testing.T) {
	opp := file("Opportunity.csv", "Id,Name,StageName,Amount,CloseDate,IsClosed,IsWon,CreatedDate,LastModifiedDate\n"+
		"006A,Thrice,Closed Won,10,2026-06-01,true,true,2026-01-01T08:00:00Z,2026-06-01T08:00:00Z\n"+
		"006B,Between,Closed Won,10,2026-06-01,true,true,2026-01-01T08:00:00Z,2026-06-01T08:00:00Z\n"+
		"006Z,Billed,Closed Won - Billed,10,2026-06-01,true,true,2026-01-01T08:00:00Z,2026-06-01T08:00:00Z\n")
	history := file("OpportunityHistory.csv", histHead+
		"008A,006A,Prospecting,10,2026-05-31,2026-01-01T08:00:00Z\n008B,006A,Closed Won,10,2026-02-11,2026-02-11T08:00:00Z\n008C,006A,Closed Won - Billed,10,2026-02-11,2026-04-02T08:00:00Z\n008D,006A,Closed Won,10,2026-06-01,2026-06-01T08:00:00Z\n"+
		"008E,006B,Prospecting,10,2026-05-31,2026-01-01T08:00:00Z\n008F,006B,Closed Won,10,2026-02-11,2026-02-11T08:00:00Z\n008G,006B,Prospecting,10,2026-07-31,2026-03-02T08:00:00Z\n008H,006B,Closed Won,10,2026-06-01,2026-06-01T08:00:00Z\n")
	for name, parts := range map[string][][]intake.File{"at once": {{opp, history}}, "history later": {{opp}, {opp, history}}, "history alone later": {{opp}, {history, opp}}} {
		mem := memory.New()
		for i, files := range append(parts, parts[len(parts)-1]) {
			r := run(t, mem, files, now.Add(time.Duration(i)*time.Hour), salesforce.Options{})
			if i == len(parts) && r.Added != 0 {
				t.Errorf("%s: a second run added %d facts", name, r.Added)
			}
		}
		for id, want := range map[string]string{"006A": "2026-02-11", "006B": "2026-06-01"} {
			if d := folded(t, mem, id); d.Outcome() != throughline.Won || d.Closed().UTC().Format(time.DateOnly) != want {
				t.Errorf("%s: %s %s on %v, want %s\n%s", name, id, d.Outcome(), d.Closed(), want, timelineOf(factsOf(t, mem, id)))
			}
		}
	}
}

// TestAnEndWithoutADay: it is known that the deal has ended and not when; a
// later export that says the day is believed.
func TestAnEndWithoutADay(t *testing.T) {
	head := "Id,Name,StageName,Amount,CreatedDate,LastModifiedDate,IsClosed,IsWon"
	mem := memory.New()
	r := run(t, mem, []intake.File{file("Opportunity.csv", head+"\n006A,x,Closed Won,10,2026-01-01T08:00:00Z,2026-03-01T08:00:00Z,true,true\n")}, now, salesforce.Options{})
	if d := folded(t, mem, "006A"); d.Outcome() != throughline.Won || !d.Closed().IsZero() || says(r, "end-undated") != 1 {
		t.Errorf("%s on %v; %+v", d.Outcome(), d.Closed(), r.Findings)
	}
	dated := []intake.File{file("Opportunity.csv", head+",CloseDate\n006A,x,Closed Won,10,2026-01-01T08:00:00Z,2026-03-01T08:00:00Z,true,true,2026-02-14\n")}
	for i := range 2 {
		r = run(t, mem, dated, now.Add(time.Duration(i+1)*time.Hour), salesforce.Options{})
		if d := folded(t, mem, "006A"); d.Outcome() != throughline.Won || throughline.DayOf(d.Closed(), nil).String() != "2026-02-14" {
			t.Errorf("%s on %v", d.Outcome(), d.Closed())
		}
	}
	if r.Added != 0 {
		t.Errorf("a second run added %d facts", r.Added)
	}
}

// TestIdsOfFifteenAndEighteen: they are one record in every file and over
// imports, and ids that differ in case are two.
func TestIdsOfFifteenAndEighteen(t *testing.T) {
	for short, long := range map[string]string{"001A000006Vm9r5": "001A000006Vm9r5IAB", "0065g00000AbCdE": "0065g00000AbCdEAAV", "000000000000000": "000000000000000AAA", "ABCDEABCDEABCDE": "ABCDEABCDEABCDE555", "006-00000000001": "006-00000000001", "D1": "D1"} {
		if got := spelling.LongID(short); got != long {
			t.Errorf("%s: %s, want %s", short, got, long)
		}
		if short != long && (spelling.OtherID(long) != short || spelling.OtherID(short) != long) {
			t.Errorf("%s and %s are not each other's", short, long)
		}
	}
	if spelling.OtherID("001A000006Vm9r5AAA") != "" {
		t.Error("false check characters were believed")
	}
	opp := func(id string) intake.File {
		return file("Opportunity.csv", oppHead+id+",Pumps,0015g00000Nordb,,Qualification,100,2026-12-31,2026-01-01,2026-01-05,false,false,false\n")
	}
	mem := memory.New()
	run(t, mem, []intake.File{opp("0065g00000AbCdE"), file("Account.csv", "Id,Name,Industry\n0015g00000NordbAAB,Nord,Machinery\n")}, now, salesforce.Options{})
	r := run(t, mem, []intake.File{opp("0065g00000AbCdEAAV"), file("OpportunityHistory.csv", histHead+"008A,0065g00000AbCdE,Qualification,100,2026-12-31,2026-01-01\n")}, now.Add(time.Hour), salesforce.Options{})
	if r.Deals != 1 {
		t.Errorf("%d deals", r.Deals)
	}
	if r = run(t, mem, []intake.File{opp("0065g00000AbCde")}, now.Add(2*time.Hour), salesforce.Options{}); r.Deals != 2 {
		t.Errorf("%d deals: ids that differ in case are two", r.Deals)
	}
	// A ledger of before kept 15 signs.
	old := memory.New()
	if _, err := intake.Run(context.Background(), records{{Foreign: "0065g00000AbCdE", Title: "Pumps", Stage: "Qualification"}}, old, intake.Options{Workspace: 1, Now: now}); err != nil {
		t.Fatal(err)
	}
	if r = run(t, old, []intake.File{opp("0065g00000AbCdEAAV")}, now.Add(time.Hour), salesforce.Options{}); r.Deals != 1 {
		t.Errorf("%d deals beside the one that was kept by 15 signs", r.Deals)
	}
}

// TestHistoryHasTheDealsCurrency: amounts of history are in the opportunity's
// currency at once, not first in none.
func TestHistoryHasTheDealsCurrency(t *testing.T) {
	mem := memory.New()
	run(t, mem, []intake.File{
		file("Opportunity.csv", strings.TrimSuffix(oppHead, "\n")+",CurrencyIsoCode\n006A,Pumps,,,Qualification,150,2026-12-31,2026-01-01,2026-01-05,false,false,false,SEK\n006B,Pumps,,,Qualification,5,2026-12-31,2026-01-01,2026-01-05,false,false,false,EUR\n"),
		file("OpportunityHistory.csv", histHead+"008A,006A,Prospecting,100,2026-12-31,2026-01-01\n008B,006A,Qualification,150,2026-12-31,2026-01-03\n008C,006B,Qualification,5,2026-12-31,2026-01-01\n"),
	}, now, salesforce.Options{Currency: "USD"})
	for id, want := range map[string]string{"006A": "100 SEK, 150 SEK", "006B": "5 EUR"} {
		var got []string
		for _, f := range factsOf(t, mem, id) {
			if a, ok := f.Body.(deal.AmountChanged); ok {
				got = append(got, a.Amount.String())
			}
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("%s: %s, want %s", id, s, want)
		}
	}
}

// TestDamageCostsTheCell: NUL bytes in a field that is not read cost nothing,
// in an amount the amount, in an id the row.
func TestDamageCostsTheCell(t *testing.T) {
	mem := memory.New()
	r := run(t, mem, []intake.File{file("Opportunity.csv", strings.TrimSuffix(oppHead, "\n")+",Plan__c\n"+
		"006A,Pumps,,,Qualification,150,2026-12-31,2026-01-01,2026-01-05,false,false,false,a\x00b\n"+
		"006B,Pumps,,,Qualification,1\x0050,2026-12-31,2026-01-01,2026-01-05,false,false,false,\n"+
		"006\x00C,Pumps,,,Qualification,150,2026-12-31,2026-01-01,2026-01-05,false,false,false,\n")}, now, salesforce.Options{})
	if r.Deals != 2 || r.Rejected != 1 || says(r, "damaged-cell") != 1 {
		t.Errorf("%d deals, %d rejected, %+v", r.Deals, r.Rejected, r.Findings)
	}
	if d := folded(t, mem, "006A"); d.Amount.Value.Cents != 15000 {
		t.Errorf("%+v", d.Amount)
	}
	if d := folded(t, mem, "006B"); d.Amount.Set() {
		t.Errorf("%+v", d.Amount)
	}
}
