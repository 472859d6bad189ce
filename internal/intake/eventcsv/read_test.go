package eventcsv

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/intake/spelling"
)

func need(t testing.TB, path string) string {
	t.Helper()
	p := filepath.Join("../../../../shared", path)
	if _, err := os.Stat(p); err != nil {
		t.Skipf("%s is not here", p)
	}
	return p
}

func TestKnownLogs(t *testing.T) {
	for file, want := range map[string]string{
		"running-example.csv":    "6 cases 42 events 8 activities",
		"bpic2017_subset.csv":    "1878 cases 23941 events 22 activities",
		"purchasing_example.csv": "608 cases 9119 events 21 activities",
	} {
		l, found, err := ReadFile(need(t, "data/logs/"+file), Options{})
		if err != nil || found.Bad() {
			t.Fatal(err, found)
		}
		if err := l.Check(); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%d cases %d events %d activities", l.Cases(), l.Events(), l.Activities().Len()); got != want || l.Untimed() > 0 {
			t.Errorf("%s: %s, %d without a time; want %s", file, got, l.Untimed(), want)
		}
	}
}

// TestOutcomesOfApplications: the end stands in a column on the last event, and in the activities too.
func TestOutcomesOfApplications(t *testing.T) {
	l, _, err := ReadFile(need(t, "data/logs/bpic2017_subset.csv"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := eventlog.OutcomeMap{{Outcome: throughline.Won, Attr: "outcome", Values: []string{"True"}}, {Outcome: throughline.NoDecision, Attr: "outcome", Values: []string{"False"}}}
	counts := l.Counts(l.All(), nil, m)
	if o := counts[0].Outcomes; o[throughline.Won] != 576 || o[throughline.NoDecision] != 1302 {
		t.Errorf("%v, not 576 won and 1302 without decision", o)
	}
}

func verdict(l *eventlog.Log, found diag.Findings) string {
	var what []string
	for _, f := range found {
		if f.Check != "table-guess" {
			what = append(what, fmt.Sprintf("%s %d:%d", f.Check, f.Range.Begin.Line, f.Range.Begin.Column))
		}
	}
	switch {
	case l == nil:
		return "refused: " + strings.Join(what, ", ")
	case len(what) == 0:
		return fmt.Sprintf("%d %d accepted", l.Cases(), l.Events())
	}
	return fmt.Sprintf("%d %d accepted with %s", l.Cases(), l.Events(), strings.Join(what, ", "))
}

func TestTables(t *testing.T) {
	const h = "case,activity,time,x\n"
	for what, c := range map[string]struct{ text, want string }{
		"good":                         {"\xef\xbb\xbf" + h + "1,a,2020-01-01,7\r\n1,b,2020-01-02,\r\n", "1 2 accepted"},
		"semicolons":                   {"Case ID;Task;Timestamp\n1;\"a;b\";2020-01-01\n", "1 1 accepted"},
		"tabs":                         {"Case ID\tTask\tTimestamp\n1\ta,b\t2020-01-01\n", "1 1 accepted"},
		"empty":                        {"", "refused: csv-refused 1:1"},
		"only a head":                  {h, "0 0 accepted with csv-no-rows 1:1"},
		"XML":                          {"<log/>", "refused: csv-refused 1:1"},
		"JSON":                         {"{}", "refused: csv-refused 1:1"},
		"a spreadsheet":                {"PK\x03\x04....", "refused: csv-refused 1:1"},
		"UTF-16":                       {"\xff\xfea\x00", "refused: csv-refused 1:1"},
		"~zero bytes":                  {"case,activity,time\n1,a\x00,2020", "refused: csv-refused 1:1"},
		"old line ends":                {"case,activity,time\r1,a,2020-01-01\r", "refused: csv-refused 1:1"},
		"no such columns":              {"a,b,c\n1,2,3\n", "refused: table-refused 1:1, table-refused 1:1, table-refused 1:1"},
		"a quote in the head":          {"\"case,activity\n", "refused: csv-refused 1:1"},
		"a quote that stays open":      {h + "1,a,2020-01-01,\"x\n2,b,2020-01-01,\n", "0 0 accepted with csv-no-rows 1:1, csv-stopped 2:1"},
		"too few fields":               {h + "1,a,2020-01-01\n", "1 1 accepted with csv-fields 2:1"},
		"too many fields":              {h + "1,a,2020-01-01,x,y\n", "1 1 accepted with csv-fields 2:1"},
		"an empty line":                {h + "\n1,a,2020-01-01,x\n\n", "1 1 accepted"},
		"no case":                      {h + "1,a,2020-01-01,x\n,a,2020-01-01,x\n", "1 1 accepted with csv-no-case 3:1"},
		"no activity":                  {h + "1,,2020-01-01,x\n", "1 1 accepted with csv-activity 2:3"},
		"neither activity nor time":    {h + "1,,,x\n", "1 0 accepted with csv-no-rows 1:1"},
		"no time":                      {h + "1,a,,x\n", "1 1 accepted with csv-time 2:5"},
		"no readable time":             {h + "1,a,soon,x\n", "1 1 accepted with csv-time 2:5"},
		"two formats":                  {h + "1,a,2016-01-02 01:00:01.353,x\n1,b,2016/01/02 01:00:01.353,x\n", "1 2 accepted"},
		"~days first":                  {h + "1,a,3/4/2020,x\n1,b,13/4/2020 3:05 PM,x\n", "1 2 accepted"},
		"days or months":               {h + "1,a,3/4/2020,x\n", "1 1 accepted with csv-date 2:5"},
		"out of order":                 {h + "1,a,2020-01-02,\n1,b,2020-01-01,\n", "1 2 accepted with log-order 0:0"},
		"mixed up cases":               {h + "1,a,2020-01-02,\n2,b,2020-01-01,\n1,c,2020-01-03,\n", "2 3 accepted"},
		"not UTF-8":                    {h + "1,a,2020-01-01,\xe4\n", "1 1 accepted with csv-utf8 2:16"},
		"text behind a quote":          {h + "1,\"a\"b,2020-01-01,\n", "1 1 accepted with csv-quote 2:6"},
		"two columns of one name":      {"case,activity,time,x,x\n1,a,2020-01-01,1,2\n", "1 1 accepted with table-name-twice 1:1"},
		"~a case attribute that moves": {"case,activity,time,case:x\n1,a,2020-01-01,1\n1,a,2020-01-01,2\n", "1 2 accepted with csv-case-attr 3:16"},
		"a line end in quotes":         {h + "1,\"a\nb\",2020-01-01,\"\"\"q\"\"\"\n", "1 1 accepted"},
		"no line end at the end":       {h + "1,a,2020-01-01,7", "1 1 accepted"},
	} {
		for _, size := range []int{0, 24} {
			if size > 0 && what[0] == '~' {
				continue // what the first piece shows decides here
			}
			l, found, err := Read(strings.NewReader(c.text), Options{Piece: size})
			if err != nil {
				t.Fatal(err)
			}
			if got := verdict(l, found); got != c.want {
				t.Errorf("%s (piece %d)\n got  %s\n want %s", what, size, got, c.want)
			}
		}
	}
}

// TestTypeChangesLate: a value that fits no more is kept, with its position, wherever the file is cut.
func TestTypeChangesLate(t *testing.T) {
	var b strings.Builder
	b.WriteString("case,activity,time,n\n")
	for i := range 5000 {
		v := fmt.Sprint(i)
		if i == 4321 {
			v = "some"
		}
		fmt.Fprintf(&b, "%d,a,2020-01-01,%s\n", i, v)
	}
	for _, size := range []int{0, 8192} {
		l, found, _ := Read(strings.NewReader(b.String()), Options{Piece: size})
		if got := verdict(l, found); got != "5000 5000 accepted with log-type 4323:19" {
			t.Error(size, got)
		}
		col := l.EventColumn("n")
		if col.Type() != eventlog.String || col.Text(4321) != "some" || col.Text(4999) != "4999" || col.Text(0) != "0" {
			t.Error(size, col.Type(), col.Text(4321))
		}
	}
}

// TestWordsForNothing: what programs write where nothing stands is missing, and
// changes no column's type; in quotes, among cells without, it is a text.
func TestWordsForNothing(t *testing.T) {
	l, found, err := Read(strings.NewReader("case,activity,time,n,case:size,word\n"+
		"c1,Call,2024-04-04,1,7,\"null\"\nc1,NULL,2024-04-05,NaN,7,null\nc1,null,NaT,#N/A,7,\\N\nnull,Call,2024-04-05,2,,x\nc2,Sign,0000-00-00 00:00:00,n/a,NA,None\nc2,Bill,7 November 2024,3,NA,-\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if l.Events() != 4 || l.Cases() != 2 { // the third row says nothing but its case, the fourth names none
		t.Fatalf("%d events of %d cases; %+v", l.Events(), l.Cases(), found)
	}
	n, word, size := l.EventColumn("n"), l.EventColumn("word"), l.CaseColumn("size")
	if n.Type() != eventlog.Int || !n.IsMissing(1) || !n.IsMissing(2) || n.Text(3) != "3" || size.Type() != eventlog.Int || !size.IsMissing(1) {
		t.Errorf("n %v, size %v", n.Type(), size.Type())
	}
	if word.Text(0) != "null" || !word.IsMissing(1) || word.Text(2) != "None" || !word.IsMissing(3) {
		t.Errorf("words %q %q %q", word.Text(0), word.Text(1), word.Text(2))
	}
	if at := l.Times(); at[2] != eventlog.NoTime || eventlog.FormatTime(at[3]) != "2024-11-07T00:00:00Z" {
		t.Errorf("%v", at)
	}
	said := 0
	for _, f := range found {
		if f.Check == "csv-nothing" {
			said += f.Places()
		}
	}
	if said < 8 {
		t.Errorf("%d were said: %+v", said, found)
	}
}

func TestParseTime(t *testing.T) {
	for _, c := range []struct {
		text  string
		order dateOrder
		want  string
	}{
		{"2016/01/02 01:00:01.353", unknown, "2016-01-02T01:00:01.353Z"},
		{"3/4/2017", dayFirst, "2017-04-03T00:00:00Z"},
		{"3/4/2017", monthFirst, "2017-03-04T00:00:00Z"},
		{"13/4/2017", monthFirst, "2017-04-13T00:00:00Z"},
		{"4/13/2017", dayFirst, "2017-04-13T00:00:00Z"},
		{"3.4.2017 9:05", monthFirst, "2017-04-03T09:05:00Z"},
		{"6/28/17 12:05 AM", unknown, "2017-06-28T00:05:00Z"},
		{"6/28/69 12:05:09 pm", unknown, "1969-06-28T12:05:09Z"},
		{"3-Apr-2017 10:11:12.5", unknown, "2017-04-03T10:11:12.5Z"},
		{"3 April 2017", unknown, "2017-04-03T00:00:00Z"},
		{"3/4/2017 10:00 +02:00", dayFirst, "2017-04-03T08:00:00Z"},
		{"1483225200", unknown, "2016-12-31T23:00:00Z"},
		{"1483225200500", unknown, "2016-12-31T23:00:00.5Z"},
		{"13:00", unknown, ""}, {"7", unknown, ""}, {"31/31/2017", unknown, ""}, {"29/2/2017", unknown, ""},
		{"1/2/3", unknown, ""}, {"3-Apr-2017 13:00 PM", unknown, ""}, {"3/4/2017 25:00", unknown, ""}, {"", unknown, ""}, {"a/b/c", unknown, ""},
	} {
		us, _, ok, _ := parseTime([]byte(c.text), c.order)
		if got := eventlog.FormatTime(us); ok != (c.want != "") || ok && got != c.want {
			t.Errorf("%q gives %q %v, want %q", c.text, got, ok, c.want)
		}
	}
}

func dump(l *eventlog.Log) string {
	var b strings.Builder
	for c := range l.Cases() {
		t := l.Trace(c)
		fmt.Fprintf(&b, "\n%q %v", t.ID, attrs(t.Attrs))
		for _, e := range t.Events {
			fmt.Fprintf(&b, "\n  %q %d %v", e.Activity, e.Time, attrs(e.Attrs))
		}
	}
	return b.String()
}

func attrs(list []eventlog.Attr) string {
	var words []string
	for _, a := range list {
		words = append(words, fmt.Sprintf("%q=%s %q", a.Name, a.Value.Type, a.Value.Text()))
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

// random makes a log of every type, with texts that need care.
func random(r *rand.Rand) *eventlog.Log {
	texts := []string{"", "a", "a,b", "\"q\"", "line\nend", "cr\r\nlf", "007", "12", "-3.5", "true", "2020-01-01", "3/4/2017 10:00", " x ", "ü 中文", ";", "\"", ",", "\n"}
	text := func() string { return texts[r.IntN(len(texts))] }
	b := eventlog.NewBuilder()
	value := map[string]func() eventlog.Value{
		"text": func() eventlog.Value { return eventlog.TextValue(text()) },
		"n":    func() eventlog.Value { return eventlog.IntValue(r.Int64N(1e15) - 5e14) },
		"cost": func() eventlog.Value { return eventlog.FloatValue(float64(r.IntN(100000))/64 + 1.0/128) },
		"o,k":  func() eventlog.Value { return eventlog.BoolValue(r.IntN(2) == 0) },
		"due": func() eventlog.Value {
			return eventlog.TimeValue(eventlog.MinTime + r.Int64N(eventlog.MaxTime-eventlog.MinTime))
		},
	}
	names := []string{"text", "n", "cost", "o,k", "due"}
	for i := range r.IntN(6) {
		c := b.Case(fmt.Sprint("case ", i, text()))
		for _, n := range names {
			if r.IntN(2) == 0 {
				b.CaseAttr(c, n, value[n]())
			}
		}
		for range r.IntN(5) {
			at := value["due"]().Int()
			if r.IntN(9) == 0 {
				at = eventlog.NoTime
			}
			b.Event(c, text(), at)
			for _, n := range names {
				if r.IntN(2) == 0 {
					b.EventAttr(n, value[n]())
				}
			}
		}
	}
	l, _ := b.Build()
	return l
}

// TestRoundTrip: what is written is read again as it was, types and all, however it is cut.
func TestRoundTrip(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 8))
		l := random(r)
		var file bytes.Buffer
		if err := Write(&file, l); err != nil {
			t.Fatal(err)
		}
		for _, o := range []Options{{}, {Piece: 2000 + r.IntN(300), Workers: 2}} {
			back, found, err := Read(bytes.NewReader(file.Bytes()), o)
			if err != nil || found.Errors() {
				t.Fatal(err, found)
			}
			if got, want := dump(back), dump(l); got != want {
				t.Fatalf("seed %d, %+v:\n got  %s\n want %s\n%v\n%s", seed, o, got, want, found, file.String())
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("case,activity,time,x\n1,a,2020-01-01,\"x\"\"\ny\"\n2,b,3/4/2017 9:05 PM,7\n"), 24)
	f.Add([]byte("case:concept:name;concept:name;time:timestamp;case:y\n1;;;2\n"), 30)
	f.Fuzz(func(t *testing.T, data []byte, size int) {
		whole, _, _ := Read(bytes.NewReader(data), Options{Workers: 1})
		cut, _, _ := Read(bytes.NewReader(data), Options{Workers: 2, Piece: 24 + size&255})
		if whole != nil {
			if err := whole.Check(); err != nil {
				t.Fatal(err)
			}
		}
		if cut != nil {
			if err := cut.Check(); err != nil {
				t.Fatal(err)
			}
		}
		if whole != nil && cut != nil && whole.Events() != cut.Events() {
			t.Fatalf("%d events whole, %d in pieces", whole.Events(), cut.Events())
		}
	})
}

// FuzzRows: a row taken apart eight bytes at a time is the row taken apart
// field by field.
func FuzzRows(f *testing.F) {
	f.Add("a,b,c\r\n1,2,3\n", byte(','))
	f.Add("long enough for several words;;;and an empty end;\nx\"y;z\n\n", byte(';'))
	f.Add("\x01,\x0a\x0b,\x2c\x2d\"\r\n,,,,,,,,,,,,,,,,\r\r\n", byte(','))
	f.Fuzz(func(t *testing.T, data string, comma byte) {
		if comma == '"' || comma == '\n' || comma == '\r' {
			return
		}
		fast, slow := &part{lay: &layout{comma: comma}, data: []byte(data)}, &part{lay: &layout{comma: comma}, data: []byte(data)}
		for i := 0; i < len(data); {
			next, ok := slow.quotedRow(i)
			if n := fast.plainRow(i); n > 0 && (!ok || n != next || !slices.Equal(fast.fields, slow.fields)) {
				t.Fatalf("at %d: %v to %d, field by field %v to %d, %v", i, fast.fields, n, slow.fields, next, ok)
			}
			if !ok {
				return
			}
			i = next
		}
	})
}

// The ends of a calendar stand for "no day" in a table of deals; as the time of
// an event they are what the log says.
func TestTheEndsOfACalendarAreTimesOfEvents(t *testing.T) {
	for _, when := range []string{"0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "1900-01-01T00:00:00Z"} {
		if spelling.Nothing(when, spelling.Moment) || !spelling.Nothing(when, spelling.Day) {
			t.Errorf("%s: as a time of an event %t, as a day %t", when, spelling.Nothing(when, spelling.Moment), spelling.Nothing(when, spelling.Day))
		}
	}
	for _, none := range []string{"0000-00-00 00:00:00", "NULL", "-", "tbd"} {
		if !spelling.Nothing(none, spelling.Moment) {
			t.Errorf("%s is a time", none)
		}
	}
}
