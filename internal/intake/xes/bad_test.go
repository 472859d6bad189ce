package xes

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/eventlog"
)

func read(t testing.TB, text string, o Options) string {
	l, found, err := Read(strings.NewReader(text), o)
	if err != nil {
		t.Fatal(err)
	}
	if l == nil {
		return verdict(l, found)
	}
	if err := l.Check(); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d %d %s", l.Cases(), l.Events(), verdict(l, found))
}

const (
	open   = "<log><extension name='Concept' prefix='concept' uri='c'/><extension name='Time' prefix='time' uri='t'/>\n"
	event  = `<event><string key="concept:name" value="a"/><date key="time:timestamp" value="2020-01-01T00:00:00Z"/></event>`
	event2 = `<event><string key="concept:name" value="b"/><date key="time:timestamp" value="2020-01-02T00:00:00Z"/></event>`
	name1  = `<string key="concept:name" value="1"/>`
	name2  = `<string key="concept:name" value="2"/>`
	trace1 = "<trace>" + name1 + event + event2 + "</trace>\n"
	trace2 = "<trace>" + name2 + event + "</trace>\n"
)

// TestWrongFiles: each says what becomes of it, and where.
func TestWrongFiles(t *testing.T) {
	for what, c := range map[string]struct{ text, want string }{
		"good":                       {"\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>" + open + trace1 + trace2 + "</log>", "2 3 accepted"},
		"blank":                      {" \n ", "refused: xes-refused 1:1"},
		"json":                       {`{"events":[]}`, "refused: xes-refused 1:1"},
		"a picture":                  {"\x89PNG\r\n\x1a\n", "refused: xes-refused 1:1"},
		"UTF-16":                     {"\xff\xfe<\x00", "refused: xes-refused 1:1"},
		"Latin-1":                    {`<?xml version="1.0" encoding="ISO-8859-1"?><log/>`, "refused: xes-refused 1:1"},
		"another root":               {"<html>\n</html>", "refused: xes-refused 1:1"},
		"object-centric":             {"<log>\n<object-types/></log>", "0 0 accepted with xes-stopped 2:1"},
		"doctype":                    {"<?xml version='1.0'?>\n<!DOCTYPE lolz [<!ENTITY lol \"lol\">]><log/>", "refused: xes-refused 2:1"},
		"doctype later":              {open + trace1 + "<!DOCTYPE x>" + trace2 + "</log>", "1 2 accepted with xes-stopped 3:1"},
		"only the root's name":       {"<log", "refused: xes-refused 1:5"},
		"no end":                     {open + trace1 + trace2, "2 3 accepted with xes-stopped 4:1"},
		"ends in a trace":            {open + trace1 + "<trace>" + name2 + event, "1 2 accepted with xes-stopped 3:156"},
		"ends in a value":            {open + trace1 + `<trace><string key="concept:name" value="2`, "1 2 accepted with xes-stopped 3:43"},
		"ends in a comment":          {open + trace1 + "<!-- ", "1 2 accepted with xes-stopped 3:6"},
		"wrong end":                  {open + trace1 + "<trace>\n</event></trace></log>", "1 2 accepted with xes-stopped 4:1"},
		"no end of an attribute":     {open + "<trace>" + name1 + event + "<string key='k' value='v'></trace></log>", "0 0 accepted with xes-stopped 2:182"},
		"no quotes":                  {open + "<trace x=1/></log>", "0 0 accepted with xes-stopped 2:10"},
		"unquoted less-than":         {open + "<trace><string key='k' value='v'/>1 < 2</trace></log>", "0 0 accepted with xes-text 2:35, xes-stopped 2:37"},
		"after the log":              {open + trace1 + "</log><log/>", "1 2 accepted with xes-after 3:7"},
		"unknown entity":             {open + `<trace><string key="concept:name" value="&lol;&lt;"/></trace></log>`, "1 0 accepted with xes-text-value 2:42"},
		"control character":          {open + "<trace><string key=\"concept:name\" value=\"a\x01\"/></trace></log>", "1 0 accepted with xes-text-value 2:42"},
		"not UTF-8":                  {open + "<trace><string key=\"concept:name\" value=\"a\xff\"/></trace></log>", "1 0 accepted with xes-text-value 2:42"},
		"bigger than in values":      {open + `<trace><string key="concept:name" value="a>b"/></trace></log>`, "1 0 accepted"},
		"trace end in a comment":     {open + "<trace>" + name1 + "<!-- </trace> -->" + event + "</trace></log>", "1 1 accepted"},
		"trace end in CDATA":         {open + "<trace>" + name1 + "<![CDATA[</trace>]]>" + event + "</trace></log>", "1 1 accepted with xes-text 2:46"},
		"years":                      {open + "<trace>" + name1 + strings.ReplaceAll(event, "2020", "1948") + strings.ReplaceAll(event, "2020", "2920") + "</trace></log>", "1 2 accepted"},
		"time missing":               {open + "<trace>" + name1 + `<event><string key="concept:name" value="a"/></event></trace></log>`, "1 1 accepted with xes-time 2:91"},
		"time wrong":                 {open + "<trace>" + name1 + strings.ReplaceAll(event, "2020-", "2020-1") + "</trace></log>", "1 1 accepted with xes-value 2:125, xes-time 2:149"},
		"out of order":               {open + "<trace>" + name1 + event2 + event + "</trace></log>", "1 2 accepted with log-order 0:0"},
		"id twice":                   {open + trace1 + trace1 + "</log>", "2 4 accepted with xes-case-twice 3:1"},
		"type changes":               {open + "<trace>" + name1 + "<event><int key='n' value='1'/>" + event[7:] + "<event><string key='n' value='x'/>" + event[7:] + "</trace></log>", "1 2 accepted with log-type 2:210"},
		"attribute in an odd order":  {open + "<trace><string value='1' key='concept:name'/>" + event + "</trace></log>", "1 1 accepted"},
		"attribute with an end tag":  {open + `<trace><string key="concept:name" value="1"></string>` + event + "</trace></log>", "1 1 accepted"},
		"one value twice in one tag": {open + `<trace><string key="concept:name" value="1" value="2"/></trace></log>`, "1 0 accepted with xes-twice 2:45"},
		"no such activity":           {open + trace1 + "</log>", "refused: xes-no-activity 0:0"},
	} {
		o := Options{}
		if what == "no such activity" {
			o.Activity = "none"
		}
		for _, size := range []int{0, 64} { // whole, and in the smallest pieces
			o.Piece = size
			if got := read(t, c.text, o); got != c.want {
				t.Errorf("%s (piece %d)\n got  %s\n want %s", what, size, got, c.want)
			}
		}
	}
}

// TestHostileFiles must end soon and in little memory.
func TestHostileFiles(t *testing.T) {
	deep := open + "<trace><list key='l'>" + strings.Repeat("<values>", 300) + strings.Repeat("</values>", 300) + "</list></trace></log>"
	if got := read(t, deep, Options{}); !strings.Contains(got, "xes-stopped") {
		t.Error("300 levels:", got)
	}
	var wide strings.Builder
	wide.WriteString(open + "<trace>" + name1 + "<event>")
	for i := range 20000 {
		fmt.Fprintf(&wide, "<string key=\"k%d\" value=\"v\"/>", i)
	}
	wide.WriteString(event[7:] + "</trace></log>")
	l, found, _ := Read(strings.NewReader(wide.String()), Options{})
	if l.Events() != 1 || len(l.EventColumns()) != maxColumns || !strings.Contains(verdict(l, found), "xes-columns") {
		t.Error("20000 attributes:", len(l.EventColumns()), verdict(l, found))
	}
	long := open + "<trace>" + name1 + strings.Repeat(event, 3000) + "</trace></log>"
	if got := read(t, long, Options{Piece: 4096, MaxTrace: 65536}); !strings.Contains(got, "xes-stopped") {
		t.Error("a trace without end:", got)
	}
	if got := read(t, open+"<trace>"+strings.Repeat("<string key='k' value='v'/>", 100000)+"</trace></log>", Options{}); got != "1 0 accepted with xes-twice 2:58, xes-unnamed 2:2700008" {
		t.Error("one key 100000 times:", got)
	}
}

// TestCutGzip: what could be unpacked is read, and the finding says that there was more.
func TestCutGzip(t *testing.T) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	_, _ = io.WriteString(w, open)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 2000 {
		fmt.Fprintf(w, "<trace><string key=\"concept:name\" value=\"%d %x\"/>%s</trace>\n", i, r.Uint64(), event)
	}
	_, _ = io.WriteString(w, "</log>")
	_ = w.Close()
	for _, size := range []int{0, 4096} {
		l, found, err := Read(bytes.NewReader(z.Bytes()[:z.Len()/2]), Options{Piece: size})
		if err != nil || l == nil || l.Cases() < 500 || l.Cases() > 1500 || !found.Errors() {
			t.Fatalf("%v %v %v", l, found, err)
		}
		if !strings.Contains(found[0].Message, "gzip file ends early") {
			t.Error(found[0].Message)
		}
	}
	if got := read(t, "\x1f\x8bnonsense that is longer than a header", Options{}); !strings.HasPrefix(got, "refused") {
		t.Error(got)
	}
}

// TestPiecesDoNotMatter: however a file is cut and by however many it is read, the log is the same.
func TestPiecesDoNotMatter(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 9))
		l := random(r)
		var text bytes.Buffer
		if err := Write(&text, l); err != nil {
			t.Fatal(err)
		}
		odd := strings.ReplaceAll(text.String(), "<event>", []string{"<event>", "<event><!-- </trace> -->", "<event ><?x </trace>?>"}[r.IntN(3)])
		whole, _, _ := Read(strings.NewReader(odd), Options{})
		want := dump(whole)
		for _, o := range []Options{{Piece: 64 + r.IntN(200), Workers: 1}, {Piece: 500, Workers: 2}, {Piece: 64, Workers: 5}} {
			l, _, err := Read(strings.NewReader(odd), o)
			if err != nil {
				t.Fatal(err)
			}
			if got := dump(l); got != want {
				t.Fatalf("seed %d, %+v:\n got  %s\n want %s", seed, o, got, want)
			}
		}
	}
}

// TestRoundTrip: what is written is read again as it was.
func TestRoundTrip(t *testing.T) {
	for seed := range uint64(300) {
		l := random(rand.New(rand.NewPCG(seed, 8)))
		var text bytes.Buffer
		if err := Write(&text, l); err != nil {
			t.Fatal(err)
		}
		back, found, err := Read(&text, Options{})
		if err != nil || found.Errors() {
			t.Fatal(err, found)
		}
		if got, want := dump(back), dump(l); got != want {
			t.Fatalf("seed %d:\n got  %s\n want %s\n%v", seed, got, want, found)
		}
	}
}

func dump(l *eventlog.Log) string {
	var b strings.Builder
	for _, m := range l.Meta() {
		fmt.Fprintf(&b, "%q=%s %q;", m.Name, m.Value.Type, m.Value.Text())
	}
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
	slices.Sort(words) // columns come in order of first appearance, which sorting events changes
	return strings.Join(words, " ")
}

// random makes a log of every type, with texts that need care.
func random(r *rand.Rand) *eventlog.Log {
	texts := []string{"", "a", "a&b", "<x>", "\"q\" 'q'", "line\nend", "tab\t", "ü 中文 🎉", "&amp;", "&#10;", " blanks ", strings.Repeat("long ", 50)}
	text := func() string { return texts[r.IntN(len(texts))] }
	b := eventlog.NewBuilder()
	if r.IntN(2) == 0 {
		b.Meta("creator", eventlog.TextValue(text()))
		b.Meta("version", eventlog.IntValue(r.Int64()))
	}
	value := map[string]func() eventlog.Value{
		"text":      func() eventlog.Value { return eventlog.TextValue(text()) },
		"int:n":     func() eventlog.Value { return eventlog.IntValue(int64(r.Uint64())) },
		"cost":      func() eventlog.Value { return eventlog.FloatValue(r.NormFloat64() * 1000) },
		"big cost":  func() eventlog.Value { return eventlog.FloatValue(r.ExpFloat64() * 1e300) },
		"ok <&\">":  func() eventlog.Value { return eventlog.BoolValue(r.IntN(2) == 0) },
		"due":       func() eventlog.Value { return eventlog.TimeValue(instant(r)) },
		"two words": func() eventlog.Value { return eventlog.FloatValue(float64(r.IntN(1000)) / 100) },
	}
	names := []string{"text", "int:n", "cost", "big cost", "ok <&\">", "due", "two words"}
	for i := range r.IntN(6) {
		c := b.Case(fmt.Sprint("case ", i, text()))
		for _, n := range names {
			if r.IntN(2) == 0 {
				b.CaseAttr(c, n, value[n]())
			}
		}
		for range r.IntN(5) {
			at := instant(r)
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

func instant(r *rand.Rand) int64 {
	return eventlog.MinTime + r.Int64N(eventlog.MaxTime-eventlog.MinTime)
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(open+trace1+trace2+"</log>"), 64)
	f.Add([]byte(open+"<!-- </trace> -->"+trace1+"<event/><global scope='trace'><int key='a' value='1'/></global><classifier name='x' keys=\"a 'b c'\"/></log>"), 70)
	f.Add([]byte("<log><trace><list key='l'><values><int key='a' value='9'/></values></list><string key=\"concept:name\" value=\"&#x41;&lt;\"/></trace></log>"), 99)
	f.Add([]byte("\x1f\x8b\x08\x00\x00"), 64)
	f.Fuzz(func(t *testing.T, data []byte, size int) {
		whole, _, _ := Read(bytes.NewReader(data), Options{Workers: 1})
		cut, _, _ := Read(bytes.NewReader(data), Options{Workers: 2, Piece: 64 + size&1023})
		if (whole == nil) != (cut == nil) {
			t.Fatal("refused or not depends on the pieces")
		}
		if whole == nil {
			return
		}
		if err := whole.Check(); err != nil {
			t.Fatal(err)
		}
		if a, b := dump(whole), dump(cut); a != b {
			t.Fatalf("in pieces the log differs:\n%s\n%s", a, b)
		}
	})
}
