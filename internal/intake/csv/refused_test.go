package csv_test

import (
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/csv"
	"github.com/throughline/throughline/internal/store/memory"
)

// TestARefusalBeginsAMapping: it names the nearest table and what it lacks,
// and what it writes can be mended into a mapping.
func TestARefusalBeginsAMapping(t *testing.T) {
	list := text("list.csv", "Project,Client,Money,Where\nA,B,5,Demo\nC,D,6,Won\n")
	p, err := csv.Propose([]intake.File{text("other.csv", "x\n1\n"), list}, book(), csv.Systems()...)
	if err != nil || p.Mapping != nil || len(p.Findings) != 1 {
		t.Fatalf("%+v, %v", p, err)
	}
	f := p.Findings[0]
	for _, want := range []string{"list.csv comes nearest", `"Client" for the account`, "(id)", "(stage, status)"} {
		if !strings.Contains(f.Message, want) {
			t.Errorf("%q is not in %s", want, f.Message)
		}
	}
	draft := string(p.Draft)
	if strings.Count(draft, `"?"`) != 2 || !strings.Contains(draft, "Project, Client, Money, Where") {
		t.Fatal(draft)
	}
	mended := strings.Replace(strings.Replace(draft, `id: "?"`, "id: [Project, Client]", 1), `stage: "?"`, "stage: Where", 1)
	m, fs := csv.ParseMapping("m.yaml", []byte(mended))
	if m == nil {
		t.Fatalf("%+v\n%s", fs, mended)
	}
	if o := importAll(t, memory.New(), m, now, list); o.report.Deals != 2 || o.report.Outcomes["won"] != 1 {
		t.Errorf("%+v", o.report)
	}
	for _, s := range csv.Systems() {
		if s.Key == "csv" {
			continue
		}
		if p, err := csv.Propose([]intake.File{list}, book(), s); err != nil || p.Mapping != nil || !strings.Contains(p.Findings[0].Message, "deals from "+s.Name) {
			t.Errorf("%s takes what is no export of it: %+v, %v", s.Name, p, err)
		}
	}
}

// TestIDsMade: rows without an id are told apart by several columns, those
// alike in all of them by their order; the cost is said, and a second import adds nothing.
func TestIDsMade(t *testing.T) {
	rows := "topic,customer,stage\nLine,A,Demo\nLine,B,Demo\nLine,A,Won\n,,Demo\n"
	for mapping, want := range map[string]struct {
		deals int
		said  string
	}{
		"deals: {file: d.csv, id: [topic, customer], title: topic, stage: stage}\n": {3, "comes again as another deal, and 1 rows that are alike"},
		"deals: {file: d.csv, by_line: \"yes\", title: topic, stage: stage}\n":      {4, "a later export in another order will mix them up"},
	} {
		m, fs := csv.ParseMapping("m.yaml", []byte(mapping))
		if m == nil {
			t.Fatal(fs)
		}
		mem := memory.New()
		o := importAll(t, mem, m, now, text("d.csv", rows))
		said := false
		for _, f := range o.report.Findings {
			said = said || f.Check == "id-made" && strings.Contains(f.Message, want.said)
		}
		if o.report.Deals != want.deals || !said {
			t.Errorf("%s%+v", mapping, o.report)
		}
		if again := importAll(t, mem, m, now, text("d.csv", rows)); again.report.Added != 0 {
			t.Errorf("again: %d facts", again.report.Added)
		}
	}
}

// TestActivitiesOfACustomer: an act that hangs on the customer goes to the one
// deal of theirs that was open then, and nowhere where there were two.
func TestActivitiesOfACustomer(t *testing.T) {
	m, fs := csv.ParseMapping("m.yaml", []byte(`
deals: {file: deals.csv, id: id, title: id, account: account, stage: stage, opened: opened, closed: closed}
activities:
  - {file: acts.csv, id: id, account: account, type: type, direction: direction, at: at, done: "yes"}
`))
	if m == nil {
		t.Fatal(fs)
	}
	o := importAll(t, memory.New(), m, now,
		text("deals.csv", "id,account,stage,opened,closed\n1,A,Won,2026-01-05,2026-02-05\n2,A,Demo,2026-03-01,\n3,B,Demo,2026-01-01,\n4,B,Demo,2026-01-01,\n"),
		text("acts.csv", "id,account,type,direction,at\nx,A,call,inbound,2026-01-20\ny,A,email,incoming,2026-03-09\nz,B,email,incoming,2026-03-09\nw,A,email,incoming,2026-02-20\nv,C,email,incoming,2026-02-20\nu,A,fax,incoming,2026-01-21\n"))
	if one, two, three := o.deal(t, "1"), o.deal(t, "2"), o.deal(t, "3"); one.LastCustomerAct(now.Location()).String() != "2026-01-20" || two.LastCustomerAct(now.Location()).String() != "2026-03-09" || !three.LastCustomerAct(now.Location()).IsZero() {
		t.Errorf("%v, %v, %v", one.Acts, two.Acts, three.Acts)
	}
	said := map[string]int{}
	for _, f := range o.report.Findings {
		said[f.Check]++
	}
	if said["deal-unclear"] != 1 || said["activity-kind"] != 1 {
		t.Errorf("%+v", o.report.Findings)
	}
}

// TestDamageInFurtherTables: a cell that is damaged costs the cell, a row that
// cannot be read the row, and neither anything of the deals.
func TestDamageInFurtherTables(t *testing.T) {
	m, fs := csv.ParseMapping("m.yaml", []byte(`
deals: {file: deals.csv, id: id, title: id, stage: stage}
history: [{file: hist.csv, deal: deal, stage: stage, at: at}]
`))
	if m == nil {
		t.Fatal(fs)
	}
	o := importAll(t, memory.New(), m, now, text("deals.csv", "id,stage\n1,Demo\n2,Demo\n"),
		text("hist.csv", "deal,stage,at,note\n1,Prospecting,2026-01-05,\x00\n1,Demo,2026-13-45,\n2,Demo\n2,Prospecting,2026-01-09,x\n9,Demo,2026-01-09,\n"))
	if o.report.Deals != 2 || o.report.Rejected != 2 || o.deal(t, "1").Stage.Value.Foreign != "Demo" {
		t.Errorf("%+v", o.report)
	}
}
