package csv_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/csv"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/memory"
)

func text(name, s string) intake.File {
	return intake.File{Name: name, Size: int64(len(s)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(s)), nil }}
}

const plainMapping = `
currency: EUR
deals:
  file: deals.csv
  id: id
  title: name
  account: account
  owner: owner
  stage: stage
  amount: amount
  opened: opened
  closed: closed
`

func mapping(t testing.TB, more string) *csv.Mapping {
	m, fs := csv.ParseMapping("mapping.yaml", []byte(plainMapping+more))
	if m == nil {
		t.Fatalf("%+v", fs)
	}
	return m
}

type outcome struct {
	report  intake.Report
	mem     *memory.Ledger
	rejects map[string]*bytes.Buffer
}

func (o outcome) deal(t testing.TB, id string) deal.Summary {
	ids, _ := o.mem.Resolve(context.Background(), 1, "csv", store.DealRecord, []string{id})
	got, _ := o.mem.SummariesOf(context.Background(), 1, []throughline.DealID{throughline.DealID(ids[id])})
	if len(got) != 1 {
		t.Fatalf("deal %s is not there", id)
	}
	return got[0]
}

func importAll(t testing.TB, mem *memory.Ledger, m *csv.Mapping, at time.Time, files ...intake.File) outcome {
	o := outcome{mem: mem, rejects: map[string]*bytes.Buffer{}}
	r, err := intake.Run(context.Background(), csv.New(files, m, book(), at), mem, intake.Options{Workspace: 1, Now: at, Batch: 3,
		Rejects: func(f string) (io.Writer, error) { o.rejects[f] = &bytes.Buffer{}; return o.rejects[f], nil }})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Count(mem.Summaries(context.Background(), 1)); err != nil {
		t.Fatal(err)
	}
	o.report = r
	return o
}

func utf16le(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

const head = "id,name,account,owner,stage,amount,opened,closed\n"
const good = "A1,Pumps,Acme,Ann,Closed Won,100,2026-01-02,2026-02-03\n"

// TestBadInput: each bad input gives its finding, the rest lands, and a second
// run of the same adds nothing.
func TestBadInput(t *testing.T) {
	for _, c := range []struct {
		name    string
		in      string
		more    string // of the mapping
		deals   int
		rejects int
		finding string // check that must be among the findings, "" for none at all
		also    func(t *testing.T, o outcome)
	}{
		{name: "bom", in: "\ufeff" + head + good, deals: 1},
		{name: "utf-16 with bom", in: "\xff\xfe" + utf16le(head+"A1,Pümpen,Acme,Ann,Closed Won,100,2026-01-02,2026-02-03\r\n"), deals: 1, also: func(t *testing.T, o outcome) {
			if got := o.deal(t, "A1").Title.Value; got != "Pümpen" {
				t.Errorf("title %q", got)
			}
		}},
		{name: "utf-16 without bom", in: utf16le(head + good), deals: 1},
		{name: "windows-1252", in: head + "A1,P\xfcmpen,Acme,Ann,Closed Won,100,2026-01-02,2026-02-03\n", deals: 1, finding: "encoding", also: func(t *testing.T, o outcome) {
			if got := o.deal(t, "A1").Title.Value; got != "Pümpen" {
				t.Errorf("title %q", got)
			}
		}},
		{name: "crlf", in: strings.ReplaceAll(head+good, "\n", "\r\n"), deals: 1},
		{name: "old mac", in: strings.ReplaceAll(head+good, "\n", "\r"), deals: 1},
		{name: "quoted newline", in: head + "A1,\"Pumps\nand valves\",Acme,Ann,Closed Won,100,2026-01-02,2026-02-03\n" + strings.Replace(good, "A1", "A2", 1), deals: 2},
		{name: "semicolons", in: strings.ReplaceAll(head, ",", ";") + "A1;Pumps;Acme;Ann;Closed Won;1.234,56;02.01.2026;03.02.2026\n", deals: 1, also: func(t *testing.T, o outcome) {
			s := o.deal(t, "A1")
			if s.Amount.Value.Cents != 123456 || s.Opened.Format(time.DateOnly) != "2026-01-02" {
				t.Errorf("%v, opened %v", s.Amount.Value, s.Opened)
			}
		}},
		{name: "tabs", in: strings.ReplaceAll(head+good, ",", "\t"), deals: 1},
		{name: "sep line", in: "sep=;\r\n" + strings.ReplaceAll(head+good, ",", ";"), deals: 1},
		{name: "dollars", in: head + "A1,Pumps,Acme,Ann,Closed Won,\"$1,234.56\",2026-01-02,2026-02-03\n", deals: 1, also: func(t *testing.T, o outcome) {
			if got := o.deal(t, "A1").Amount.Value.Cents; got != 123456 {
				t.Errorf("%d cents", got)
			}
		}},
		{name: "two-digit years with am and pm", in: head + "A1,Pumps,Acme,Ann,Closed Won,1,01/02/26 08:55 PM,02/23/26 12:05 AM\n", deals: 1, also: func(t *testing.T, o outcome) {
			if got := o.deal(t, "A1").Opened.Format(time.RFC3339); got != "2026-01-02T20:55:00Z" {
				t.Errorf("opened %s", got)
			}
		}},
		{name: "time zone of the mapping", in: head + "A1,Pumps,Acme,Ann,Closed Won,1,2026-01-02 00:30,2026-02-03T00:30:00-05:00\n", more: "timezone: America/New_York\n", deals: 1, also: func(t *testing.T, o outcome) {
			s := o.deal(t, "A1")
			if s.Opened.UTC().Format(time.RFC3339) != "2026-01-02T05:30:00Z" || s.Closed().UTC().Format(time.RFC3339) != "2026-02-03T05:30:00Z" {
				t.Errorf("%v to %v", s.Opened, s.Closed())
			}
		}},
		{name: "ambiguous dates", in: head + "A1,Pumps,Acme,Ann,Closed Won,1,01/02/2026,03/02/2026\n", deals: 1, finding: "ambiguous-dates"},
		{name: "ambiguous dates, said", in: head + "A1,Pumps,Acme,Ann,Closed Won,1,01/02/2026,03/02/2026\n", more: "dates: dmy\n", deals: 1},
		{name: "both orders", in: head + "A1,Pumps,Acme,Ann,Closed Won,1,25/02/2026,26/02/2026\nA2,x,,,Closed Won,1,02/25/2026,27/02/2026\nA3,x,,,Closed Won,1,24/01/2026,27/02/2026\n", deals: 2, rejects: 1, finding: "mixed-dates"},
		{name: "spreadsheet day number", in: head + good + "A2,Pumps,Acme,Ann,Closed Won,1,43101,43200\n", deals: 2, finding: "dates-as-numbers", also: func(t *testing.T, o outcome) {
			if s := o.deal(t, "A2"); s.Opened.Format(time.DateOnly) != "2018-01-01" || s.Closed().Format(time.DateOnly) != "2018-04-10" {
				t.Errorf("%v to %v", s.Opened, s.Closed())
			}
		}},
		{name: "milliseconds since 1970", in: head + "A2,Pumps,Acme,Ann,Closed Won,1,1514764800000,1520000000000\n", deals: 1, finding: "dates-as-numbers"},
		{name: "no such day", in: head + good + "A2,Pumps,Acme,Ann,Closed Won,1,2026-02-30,2026-03-01\n", deals: 1, rejects: 1, finding: "unreadable-value"},
		{name: "no amount", in: head + good + "A2,Pumps,Acme,Ann,Closed Won,plenty,2026-02-03,2026-03-01\n", deals: 1, rejects: 1, finding: "unreadable-value"},
		{name: "empty file", in: "", deals: 0, finding: "empty-file"},
		{name: "blank lines only", in: "\n\r\n\n", deals: 0, finding: "empty-file"},
		{name: "header only", in: head, deals: 0, finding: "no-rows"},
		{name: "less than nothing", in: head + good + "A2,Pumps,Acme,Ann,Closed Won,(40),2026-01-02,2026-02-03\nA3,Pumps,Acme,Ann,Closed Won,-1.00,2026-01-02,2026-02-03\n", deals: 3, finding: "negative-amount", also: func(t *testing.T, o outcome) {
			if a, b := o.deal(t, "A2").Amount.Value.Cents, o.deal(t, "A3").Amount.Value.Cents; a != -4000 || b != -100 {
				t.Errorf("amounts %d and %d", a, b)
			}
		}},
		{name: "three places among hundredths", in: head + "A1,a,,,Proposal,\"12,50\",2026-01-02,\nA2,b,,,Proposal,\"1,234\",2026-01-02,\n", deals: 2, finding: "three-places"},
		{name: "a dash in the place of hundredths", in: head + "A1,a,,,Proposal,12.50,2026-01-02,\nA2,b,,,Proposal,\"1.200,-\",2026-01-02,\n", deals: 2, finding: "mixed-amounts", also: func(t *testing.T, o outcome) {
			if s := o.deal(t, "A2"); s.Amount.Value.Cents != 120000 {
				t.Errorf("amount %v", s.Amount.Value)
			}
		}},
		{name: "missing column", in: "id,name,account,owner,stage,amount,opened\nA1,Pumps,Acme,Ann,Closed Won,100,2026-01-02\n", deals: 0, finding: "mapping-column"},
		{name: "doubled column", in: "id,name,account,owner,stage,amount,opened,closed,name\n" + "A1,Pumps,Acme,Ann,Closed Won,100,2026-01-02,2026-02-03,Other\n", deals: 1, finding: "doubled-column", also: func(t *testing.T, o outcome) {
			if got := o.deal(t, "A1").Title.Value; got != "Pumps" {
				t.Errorf("title %q", got)
			}
		}},
		{name: "ragged rows", in: head + "A0,too,short\n" + good + "A3,far,too,long,x,1,2026-01-02,2026-01-03,and,more\n", deals: 1, rejects: 2, finding: "unreadable-row"},
		{name: "empty cells too many", in: head + strings.TrimSuffix(good, "\n") + ",,,\n", deals: 1},
		{name: "ends mid-row", in: head + good + "A2,Pumps,Ac", deals: 1, rejects: 1, finding: "unreadable-row"},
		{name: "ends mid-quote", in: head + good + "A2,\"Pumps,Ac", deals: 1, rejects: 1, finding: "unreadable-row"},
		{name: "stray quote in the middle", in: head + "A1,\"Pumps,Acme,Ann,Closed Won,100,2026-01-02,2026-02-03\n" + strings.Replace(good, "A1", "A2", 1), deals: 1, rejects: 1, finding: "unreadable-row"},
		{name: "nul bytes", in: head + good + "A2,Pu\x00mps,Acme,Ann,Closed Won,100,2026-01-02,2026-02-03\n", deals: 1, rejects: 1, finding: "unreadable-row"},
		{name: "nul byte in an amount", in: head + good + "A2,Pumps,Acme,Ann,Closed Won,1\x0000,2026-01-02,2026-02-03\n", deals: 2, finding: "damaged-cell", also: func(t *testing.T, o outcome) {
			if s := o.deal(t, "A2"); s.Amount.Set() || s.Closed().IsZero() {
				t.Errorf("amount %v, closed %v", s.Amount.Value, s.Closed())
			}
		}},
		{name: "nul byte in an unread column", in: strings.TrimSuffix(head, "\n") + ",notes\n" + strings.TrimSuffix(good, "\n") + ",a\x00b\n", deals: 1},
		{name: "words for nothing", in: head + "A1,Pumps,NULL,null,Closed Won,#N/A,2026-01-02,2026-02-03\nA2,Valves,None,N/A,Proposal,NaN,NaT,0000-00-00\nA3,Null,Null,Nil,Proposal,-,\\N,—\n", deals: 3, finding: "says-nothing", also: func(t *testing.T, o outcome) {
			for _, id := range []string{"A1", "A2"} {
				if s := o.deal(t, id); s.Account.Set() || s.Owner.Set() || s.Amount.Set() {
					t.Errorf("%s: %+v %+v %+v", id, s.Account, s.Owner, s.Amount)
				}
			}
			if s := o.deal(t, "A3"); !s.Account.Set() || !s.Owner.Set() || s.Title.Value != "Null" || s.Amount.Set() || !s.Opened.IsZero() {
				t.Errorf("a customer called Null, a person called Nil: %+v", s)
			}
			said := 0
			for _, f := range o.report.Findings {
				if f.Check == "says-nothing" {
					said += f.Places()
				}
			}
			if said != 11 {
				t.Errorf("%d cells were said to be empty, want 11: %+v", said, o.report.Findings)
			}
		}},
		{name: "null as id", in: head + good + "null,Pumps,Acme,Ann,Closed Won,100,2026-01-02,2026-02-03\n", deals: 1, rejects: 1, finding: "unreadable-value"},
		{name: "ended without a day", in: head + "A1,Pumps,Acme,Ann,Closed Won,100,2026-01-02,\n", deals: 1, finding: "end-undated", also: func(t *testing.T, o outcome) {
			if s := o.deal(t, "A1"); s.Outcome() != throughline.Won || !s.Closed().IsZero() {
				t.Errorf("%s on %v", s.Outcome(), s.Closed())
			}
		}},
		{name: "opened at ten, closed that day", in: head + "A1,Pumps,Acme,Ann,Closed Won,100,2026-01-05 10:00,2026-01-05\n", deals: 1, also: func(t *testing.T, o outcome) {
			if s := o.deal(t, "A1"); s.Closed().Before(s.Opened) || throughline.DayOf(s.Closed(), nil).String() != "2026-01-05" {
				t.Errorf("%v to %v", s.Opened, s.Closed())
			}
		}},
		{name: "shorthand and signs", in: head + "A1,Pumps,Acme,Ann,Closed Won,1.5k,2026-01-02,2026-02-03\nA2,Pumps,Acme,Ann,Closed Won,30万元,2026-01-02,2026-02-03\n", deals: 2, also: func(t *testing.T, o outcome) {
			if a, b := o.deal(t, "A1").Amount.Value, o.deal(t, "A2").Amount.Value; a != (throughline.Money{Cents: 150000, Currency: "EUR"}) || b != (throughline.Money{Cents: 30000000, Currency: "CNY"}) {
				t.Errorf("%v, %v", a, b)
			}
		}},
		{name: "a column that contradicts itself", in: head + "A1,a,,,Proposal,2.500,2026-01-02,\nA2,b,,,Proposal,\"7,125\",2026-01-02,\n", deals: 2, finding: "ambiguous-amounts", also: func(t *testing.T, o outcome) {
			a, b := o.deal(t, "A1").Amount.Value.Cents, o.deal(t, "A2").Amount.Value.Cents
			if f := o.report.Findings[0]; a != 250000 || b != 712500 || !strings.Contains(f.Message, "thousands were assumed in both") {
				t.Errorf("%d, %d: %s", a, b, f.Message)
			}
		}},
		{name: "status deleted", in: head + good + "A2,Pumps,Acme,Ann,deleted,100,2026-01-02,\n", deals: 2, finding: "unknown-stage"},
		{name: "row without id", in: head + good + ",Pumps,Acme,Ann,Closed Won,100,2026-01-02,2026-02-03\n", deals: 1, rejects: 1, finding: "unreadable-value"},
		{name: "duplicate id", in: head + good + good + good, deals: 1, finding: "repeated-id"},
		{name: "one id, two outcomes", in: head + good + "A1,Pumps,Acme,Ann,Closed Lost,100,2026-01-02,2026-02-03\n", deals: 1, finding: "two-outcomes", also: func(t *testing.T, o outcome) {
			s := o.deal(t, "A1")
			facts, _ := o.mem.Facts(context.Background(), 1, s.Deal)
			ends := 0
			for _, f := range facts {
				if _, ok := f.Body.(deal.Ended); ok {
					ends++
				}
			}
			if ends != 2 || s.Outcome() != throughline.LostUnknown {
				t.Errorf("%d ends, the last %s", ends, s.Outcome())
			}
		}},
		{name: "one id, back and forth on one day", in: head + good + "A1,Pumps,Acme,Ann,Closed Lost,100,2026-01-02,2026-02-03\n" + good, deals: 1, finding: "two-outcomes", also: func(t *testing.T, o outcome) {
			if s := o.deal(t, "A1"); s.Outcome() != throughline.Won {
				t.Errorf("the last row does not count: %s", s.Outcome())
			}
		}},
		{name: "date in the future", in: head + "A1,Pumps,Acme,Ann,Closed Won,100,2026-01-02,2031-02-03\n", deals: 1, finding: "date-in-future", also: func(t *testing.T, o outcome) {
			if s := o.deal(t, "A1"); s.Outcome() != throughline.Won || s.Closed().After(now) {
				t.Errorf("%s on %v", s.Outcome(), s.Closed())
			}
		}},
		{name: "expected in the future", in: head + "A1,Pumps,Acme,Ann,Qualification,100,2026-01-02,2031-02-03\n", deals: 1, also: func(t *testing.T, o outcome) {
			if s := o.deal(t, "A1"); s.CloseDate().String() != "2031-02-03" {
				t.Errorf("expected %s", s.CloseDate())
			}
		}},
		{name: "closed before opened", in: head + "A1,Pumps,Acme,Ann,Closed Won,100,2026-02-03,2026-01-02\n", deals: 1, finding: "closed-before-opened"},
		{name: "unknown stage", in: head + good + "A2,Pumps,Acme,Ann,Qualificatoin,100,2026-02-03,2026-01-02\n", deals: 2, finding: "unknown-stage", also: func(t *testing.T, o outcome) {
			if s := o.deal(t, "A2").Stage.Value; s.Foreign != "Qualificatoin" || s.Stage != "" {
				t.Errorf("stage %+v", s)
			}
			for _, f := range o.report.Findings {
				if f.Check == "unknown-stage" && f.Nearest != "qualification" {
					t.Errorf("nearest %q", f.Nearest)
				}
			}
		}},
		{name: "zip", in: "PK\x03\x04" + strings.Repeat("x", 99), deals: 0, finding: "not-text"},
		{name: "a cell of nine megabytes", in: head + good + "A2," + strings.Repeat("x", 9<<20) + ",,,Closed Won,1,2026-01-02,2026-02-03\n" + strings.Replace(good, "A1", "A3", 1), deals: 2, rejects: 1, finding: "unreadable-row"},
		{name: "an unclosed quote before nine megabytes", in: head + good + "A2,\"" + strings.Repeat(strings.Repeat("x", 999)+"\n", 9<<10) + strings.Replace(good, "A1", "A3", 1), deals: 2, rejects: 9 << 10, finding: "unreadable-row"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := mapping(t, c.more)
			mem := memory.New()
			o := importAll(t, mem, m, now, text("deals.csv", c.in))
			if o.report.Deals != c.deals || o.report.Rejected != c.rejects {
				t.Errorf("%d deals, %d rejected, want %d, %d; %+v", o.report.Deals, o.report.Rejected, c.deals, c.rejects, o.report.Findings)
			}
			found := false
			for _, f := range o.report.Findings {
				found = found || f.Check == c.finding
				if f.Message == "" || f.Hint == "" || f.Severity == "" {
					t.Errorf("a finding without words: %+v", f)
				}
			}
			if (c.finding != "") != found || c.finding == "" && len(o.report.Findings) > 0 {
				t.Errorf("want finding %q, got %+v", c.finding, o.report.Findings)
			}
			if c.rejects > 0 {
				lines := strings.Count(o.rejects["deals.csv"].String(), "\n")
				if lines < c.rejects+1 {
					t.Errorf("%d lines of rejects", lines)
				}
			}
			if c.also != nil {
				c.also(t, o)
			}
			if again := importAll(t, mem, m, now.Add(time.Hour), text("deals.csv", c.in)); again.report.Added != 0 {
				t.Errorf("a second run added %d facts", again.report.Added)
			}
		})
	}
}

// TestRejectsCanBeMendedAndImported: a rejected row keeps its text and the
// header, with the reason as a further column; mended, it lands.
func TestRejectsCanBeMendedAndImported(t *testing.T) {
	m := mapping(t, "")
	mem := memory.New()
	o := importAll(t, mem, m, now, text("deals.csv", head+good+"A2,\"say \"\"hi\"\"\",Acme,Ann,Closed Won,plenty,2026-02-03,2026-03-01\n"))
	want := strings.TrimSuffix(head, "\n") + ",reason\n" + "A2,\"say \"\"hi\"\"\",Acme,Ann,Closed Won,plenty,2026-02-03,2026-03-01,\"line 3, amount: \"\"plenty\"\" is no amount\"\n"
	if got := o.rejects["deals.csv"].String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	mended := strings.Replace(o.rejects["deals.csv"].String(), "Won,plenty", "Won,2", 1)
	if o = importAll(t, mem, m, now, text("deals.csv", mended)); o.report.Deals != 2 || o.report.Rejected != 0 || o.deal(t, "A2").Title.Value != `say "hi"` {
		t.Errorf("%+v", o.report)
	}
}

// TestNewerExportAddsWhatIsNew: only differences become facts, dated by the
// export, and what was known before stays answerable.
func TestNewerExportAddsWhatIsNew(t *testing.T) {
	mem := memory.New()
	first := importAll(t, mem, mapping(t, "exported_on: 2026-03-01\n"), now, text("deals.csv", head+"A1,Pumps,Acme,Ann,Qualification,100,2026-01-02,2026-06-30\nA2,Valves,,Bob,Proposal,50,,\n"))
	second := importAll(t, mem, mapping(t, "exported_on: 2026-04-01\n"), now, text("deals.csv", head+"A1,Pumps,Acme,Bob,Proposal,120,2026-01-02,2026-09-30\nA2,Valves,,Bob,Proposal,50,,\n"))
	if second.report.Added != 4 || second.report.Known != 0 {
		t.Errorf("added %d, known %d, want stage, amount, owner and date", second.report.Added, second.report.Known)
	}
	s := second.deal(t, "A1")
	facts, _ := mem.Facts(context.Background(), 1, s.Deal)
	march, _ := throughline.ParseDay("2026-03-15")
	then, _ := deal.Fold(facts, march.End(time.UTC))
	if then.Stage.Value.Foreign != "Qualification" || s.Stage.Value.Foreign != "Proposal" || s.Pushes() != 1 || s.Amount.Value.Cents != 12000 {
		t.Errorf("in March %q, now %+v", then.Stage.Value.Foreign, s)
	}
	if d := first.deal(t, "A2"); !d.Opened.IsZero() || d.Horizon.Format(time.DateOnly) != "2026-03-01" {
		t.Errorf("an undated row was learned %v, opened %v", d.Horizon, d.Opened)
	}
}

// TestGroupsAreBounded: ten thousand different unknown words are a few
// findings and a tail, not ten thousand.
func TestGroupsAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString(head)
	for i := range 10_000 {
		fmt.Fprintf(&b, "A%d,x,,,Zzq%d,1,2026-01-02,\n", i, i)
	}
	o := importAll(t, memory.New(), mapping(t, ""), now, text("deals.csv", b.String()))
	total := 0
	for _, f := range o.report.Findings {
		total += f.Places()
	}
	if n := len(o.report.Findings); n > 60 || total != 10_000 || !strings.Contains(o.report.Findings[n-1].Message, "other values") {
		t.Errorf("%d findings for %d rows: %+v", n, total, o.report.Findings[n-1])
	}
}

// stopper ends the context after some batches; the batch it is in still counts.
type stopper struct {
	*memory.Ledger
	after int
	stop  func()
}

func (s *stopper) Append(ctx context.Context, ws throughline.Workspace, b store.Batch) (store.Receipt, error) {
	if s.after--; s.after == 0 {
		s.stop()
	}
	if err := ctx.Err(); err != nil {
		return store.Receipt{}, err
	}
	return s.Ledger.Append(ctx, ws, b)
}

func TestStoppedInTheMiddleAndRunAgain(t *testing.T) {
	files := maven(t)
	m, _, err := csv.Guess(files, book())
	if err != nil {
		t.Fatal(err)
	}
	whole := memory.New()
	all, err := intake.Run(context.Background(), csv.New(files, m, book(), now), whole, intake.Options{Workspace: 1, Now: now, Batch: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, after := range []int{1, 5, 12} {
		mem := memory.New()
		ctx, cancel := context.WithCancel(context.Background())
		part, err := intake.Run(ctx, csv.New(files, m, book(), now), &stopper{mem, after, cancel}, intake.Options{Workspace: 1, Now: now, Batch: 500})
		if !errors.Is(err, context.Canceled) || !part.Interrupted {
			t.Fatalf("after %d: %v", after, err)
		}
		if err := part.Count(mem.Summaries(context.Background(), 1)); err != nil {
			t.Fatal(err)
		}
		rest, err := intake.Run(context.Background(), csv.New(files, m, book(), now), mem, intake.Options{Workspace: 1, Now: now, Batch: 700})
		if err != nil || part.Added == 0 || part.Added+rest.Added != all.Added {
			t.Errorf("after %d: %d and %d facts, want %d together; %v", after, part.Added, rest.Added, all.Added, err)
		}
	}
}

// discard takes facts and keeps only their ids' count.
type discard struct{ facts int }

func (d *discard) Append(_ context.Context, _ throughline.Workspace, b store.Batch) (store.Receipt, error) {
	d.facts += len(b.Facts)
	return store.Receipt{Facts: len(b.Facts)}, nil
}
func (d *discard) Facts(context.Context, throughline.Workspace, throughline.DealID) ([]deal.Fact, error) {
	return nil, nil
}
func (d *discard) SummariesOf(context.Context, throughline.Workspace, []throughline.DealID) ([]deal.Summary, error) {
	return nil, nil
}
func (d *discard) People(context.Context, throughline.Workspace, []throughline.PersonID) (map[throughline.PersonID]store.Person, error) {
	return nil, nil
}
func (d *discard) Merged(context.Context, throughline.Workspace) (map[throughline.PersonID]store.Person, error) {
	return nil, nil
}
func (d *discard) Accounts(context.Context, throughline.Workspace, []throughline.AccountID) (map[throughline.AccountID]store.Account, error) {
	return nil, nil
}
func (d *discard) Resolve(context.Context, throughline.Workspace, string, store.RecordKind, []string) (map[string]throughline.ID, error) {
	return nil, nil
}

// made gives the rows of a table of n deals as they are read, never all at once.
type made struct {
	n, i int
	rest []byte
}

func (m *made) Read(p []byte) (int, error) {
	for len(m.rest) == 0 {
		if m.i > m.n {
			return 0, io.EOF
		}
		if m.i == 0 {
			m.rest = []byte(head)
		} else {
			m.rest = fmt.Appendf(nil, "D%08d,Deal number %d,Account %d,Owner %d,%s,%d,2024-0%d-1%d,2025-0%d-1%d\n", m.i, m.i, m.i%5000, m.i%50,
				[]string{"Closed Won", "Closed Lost", "Proposal"}[m.i%3], m.i, 1+m.i%9, m.i%10, 1+m.i%9, m.i%10)
		}
		m.i++
	}
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}

func madeFile(n int) intake.File {
	return intake.File{Name: "deals.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(&made{n: n}), nil }}
}

// TestMemoryDoesNotFollowTheFile compares the live heap near the end of a
// small table and of one eight times as long.
func TestMemoryDoesNotFollowTheFile(t *testing.T) {
	if testing.Short() {
		t.Skip("reads some hundred thousand rows")
	}
	most := func(n int) uint64 {
		var peak uint64
		batches := 0
		_, err := intake.Run(context.Background(), csv.New([]intake.File{madeFile(n)}, mapping(t, ""), book(), now), &discard{},
			intake.Options{Workspace: 1, Now: now, Batch: 2000, Written: func(store.Receipt, int) {
				if batches++; batches%10 == 0 {
					runtime.GC()
					var s runtime.MemStats
					runtime.ReadMemStats(&s)
					peak = max(peak, s.HeapAlloc)
				}
			}})
		if err != nil {
			t.Fatal(err)
		}
		return peak
	}
	small, large := most(25_000), most(200_000)
	t.Logf("live heap %d MB for 25,000 rows, %d MB for 200,000", small>>20, large>>20)
	if large > 2*small+(16<<20) {
		t.Errorf("live heap %d MB for 25,000 rows, %d MB for 200,000", small>>20, large>>20)
	}
}

// BenchmarkPipeline reads, translates and discards; facts/s is what one core
// gives before the store.
func BenchmarkPipeline(b *testing.B) {
	m := mapping(b, "")
	facts := 0
	for b.Loop() {
		d := &discard{}
		if _, err := intake.Run(context.Background(), csv.New([]intake.File{madeFile(50_000)}, m, book(), now), d, intake.Options{Workspace: 1, Now: now}); err != nil {
			b.Fatal(err)
		}
		facts += d.facts
	}
	b.ReportMetric(float64(facts)/b.Elapsed().Seconds(), "facts/s")
	b.ReportAllocs()
}

// FuzzMapping: any text gives a mapping or findings, never a panic; a mapping
// that is read writes a text that reads back to the same.
func FuzzMapping(f *testing.F) {
	f.Add([]byte(plainMapping + "timezone: Europe/Berlin\nexported_on: 2017-12-31\noutcomes: {Dead: {outcome: no_decision, cause: indecision}}\nstages: {Demo: process/standard/stage/explore}\n"))
	f.Add([]byte("deals: {file: [a], id: 1, idd: x}\nlookups: 3\n"))
	f.Add([]byte("deals:\n  file: \"a: #b\"\n  id: 'no'\n  entered: {\"x\\ny\": z}\n"))
	if files, err := filepath.Glob("testdata/bad/*.yaml"); err == nil {
		for _, p := range files {
			if b, err := os.ReadFile(p); err == nil {
				f.Add(b)
			}
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, fs := csv.ParseMapping("m.yaml", b)
		if m == nil {
			if !fs.Errors() {
				t.Fatal("no mapping and no error")
			}
			return
		}
		once := m.YAML()
		back, fs := csv.ParseMapping("m.yaml", once)
		if back == nil {
			t.Fatalf("%q does not read back: %+v", once, fs)
		}
		if twice := back.YAML(); !bytes.Equal(once, twice) {
			t.Fatalf("%s\nthen\n%s", once, twice)
		}
	})
}
