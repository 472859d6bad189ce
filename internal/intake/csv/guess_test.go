package csv_test

import (
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/csv"
)

// TestGuessByHeaders: exports as CRMs name their columns.
func TestGuessByHeaders(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string // lines of the proposal
		not      []string
	}{
		{"hubspot", "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Close Date,Create Date,Deal owner,Associated Company\n" +
			strings.Repeat("1,x,Closed Won,Sales,5,2026-02-01 10:00,2026-01-01 10:00,Ann Archer,Acme\n2,y,Appointment scheduled,Partner,6,2026-02-01 10:00,2026-01-01 10:00,Ann Archer,Base\n", 9),
			[]string{"id: Record ID", "title: Deal Name", "stage: Deal Stage", "amount: Amount", "closed: Close Date", "opened: Create Date", "owner: Deal owner", "account: Associated Company", "- Pipeline"}, nil},
		{"pipedrive", "ID,Title,Organization,Value,Currency,Stage,Status,Lost reason,Owner,Deal created,Won/Lost date,Expected close date,Contact person\n" +
			"1,x,Acme,5,EUR,Demo,Won,,Ann,2026-01-01,2026-02-01,2026-02-01,Bo Berg\n2,y,Base,6,EUR,Proposal,Lost,price,Ann,2026-01-01,2026-02-01,2026-02-01,Cy Carr\n",
			[]string{"id: ID", "stage: Stage", "status: Status", "reason: Lost reason", "currency: Currency", "expected: Expected close date", "opened: Deal created", "contact: Contact person"}, []string{"- Contact person"}},
		{"only a status", "Deal ID,Status,Value\n1,Won,5\n2,Lost,6\n", []string{"id: Deal ID", "stage: Status", "amount: Value"}, []string{"status:"}},
		{"words where dates should be", "id,stage,close date\n1,Won,soon\n2,Lost,later\n", []string{"stage: stage"}, []string{"closed:"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, fs, err := csv.Guess([]intake.File{text("deals.csv", c.in)}, book())
			if err != nil || m == nil {
				t.Fatal(fs, err)
			}
			got := string(m.YAML())
			for _, w := range c.want {
				if !strings.Contains(got, w) {
					t.Errorf("no %q in\n%s", w, got)
				}
			}
			for _, w := range c.not {
				if strings.Contains(got, w) {
					t.Errorf("%q in\n%s", w, got)
				}
			}
			if back, fs := csv.ParseMapping("m.yaml", []byte(got)); back == nil {
				t.Errorf("%+v", fs)
			}
		})
	}
}

// TestTwoColumnsOfOneEnd: of two days of winning the fuller one is taken, the
// other is named with what it was passed over for, and by its own role.
func TestTwoColumnsOfOneEnd(t *testing.T) {
	for in, want := range map[string][3]string{ // what is taken, a message and its hint
		"id,stage,Won date,Won on\n1,Won,,2026-01-05\n2,Won,2026-01-06,2026-01-06\n3,Lost,,\n":    {"won: Won on", `columns "Won on" and "Won date" both say when it was won; "Won on" was taken`, "say `won: Won date`"},
		"id,stage,Won date,Won on\n1,Won,2026-01-05,\n2,Won,2026-01-06,2026-01-06\n3,Lost,,\n":    {"won: Won date", `columns "Won date" and "Won on" both say when it was won; "Won date" was taken`, "say `won: Won on`"},
		"id,stage,Lost at,Lost time\n1,Won,,\n2,Lost,2026-01-06,2026-01-06\n3,Lost,2026-01-06,\n": {"lost: Lost at", `columns "Lost at" and "Lost time" both say when it was lost; "Lost at" was taken`, "say `lost: Lost time`"},
		"id,stage,Moment it was won\n1,Won,2026-01-05\n2,Won,2026-01-06\n3,Lost,\n":               {"id: id", `column "Moment it was won" holds days and may say when a deal ended; its name is not known`, "say `won: Moment it was won`"},
	} {
		m, fs, err := csv.Guess([]intake.File{text("deals.csv", in)}, book())
		if err != nil || m == nil {
			t.Fatal(fs, err)
		}
		said := false
		for _, f := range fs {
			said = said || f.Check == "date-not-taken" && strings.HasPrefix(f.Message, want[1]) && strings.HasPrefix(f.Hint, want[2])
		}
		if got := string(m.YAML()); !strings.Contains(got, want[0]) || !said {
			t.Errorf("%s\n%s\n%v", in, got, fs)
		}
	}
}

func TestGuessFindsNothing(t *testing.T) {
	m, fs, err := csv.Guess([]intake.File{text("a.csv", ""), text("b.csv", "PK\x03\x04xxxxxxxxxxxxxxxx"), text("c.csv", "x,y\n1,2\n"), text("d.csv", "\x00\x01\x02")}, book())
	if m != nil || err != nil || !fs.Errors() {
		t.Errorf("%+v, %+v, %v", m, fs, err)
	}
}
