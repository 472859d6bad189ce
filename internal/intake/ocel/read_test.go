package ocel

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
)

func need(t testing.TB, path string) string {
	t.Helper()
	p := filepath.Join("../../../../shared", path)
	if _, err := os.Stat(p); err != nil {
		t.Skipf("%s is not here", p)
	}
	return p
}

// plainest says a log in words that do not depend on the form it came in: the
// XML and SQLite forms of the example have local times, an hour ahead.
func plainest(l *Log, zoned bool) string {
	var b strings.Builder
	for _, o := range slices.SortedFunc(slices.Values(l.Objects), func(a, b Object) int { return strings.Compare(a.ID, b.ID) }) {
		fmt.Fprintf(&b, "%s %s", o.ID, o.Type)
		for _, c := range inTime(o.Changes) {
			fmt.Fprintf(&b, " %s=%s", c.Name, c.Value.Text())
		}
		fmt.Fprintln(&b, sorted(o.Objects))
	}
	for _, e := range slices.SortedFunc(slices.Values(l.Events), func(a, b Event) int { return strings.Compare(a.ID, b.ID) }) {
		t := e.Time
		if !zoned {
			t -= 3600_000000
		}
		fmt.Fprintf(&b, "%s %s %s %v %v\n", e.ID, e.Type, eventlog.FormatTime(t), texts(e.Attrs), sorted(e.Objects))
	}
	return b.String()
}

func texts(attrs []eventlog.Attr) (out []string) {
	for _, a := range attrs {
		out = append(out, a.Name+"="+a.Value.Text())
	}
	return out
}

func sorted(links []Link) []Link {
	return slices.SortedFunc(slices.Values(links), func(a, b Link) int { return strings.Compare(a.Object+a.Qualifier, b.Object+b.Qualifier) })
}

// TestThreeForms reads one log in its three forms.
func TestThreeForms(t *testing.T) {
	var want string
	for _, form := range []string{"jsonocel", "xmlocel", "sqlite"} {
		l, found, err := ReadFile(t.Context(), need(t, "data/logs/ocel/ocel20_example."+form), Options{})
		if err != nil || l == nil || found.Bad() {
			t.Fatal(form, err, found)
		}
		if len(l.Objects) != 9 || len(l.Events) != 13 || len(l.ObjectTypes) != 4 || len(l.EventTypes) != 8 {
			t.Errorf("%s: %d objects, %d events", form, len(l.Objects), len(l.Events))
		}
		got := plainest(l, form == "jsonocel")
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("%s differs from JSON:\n%s\nJSON:\n%s", form, got, want)
		}
	}
}

func TestFlatten(t *testing.T) {
	l, _, err := ReadFile(t.Context(), need(t, "data/logs/ocel/ocel20_example.jsonocel"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	flat, found := l.Flatten("Invoice")
	if flat == nil || flat.Cases() != 3 {
		t.Fatal(found)
	}
	c, _ := flat.CaseIndex("R3")
	var way []string
	for _, e := range flat.Trace(c).Events {
		way = append(way, e.Activity)
	}
	if got := strings.Join(way, ", "); got != "Insert Invoice, Create Purchase Order, Set Payment Block, Remove Payment Block, Insert Payment" {
		t.Error(got)
	}
	if none, found := l.Flatten("invoice "); none != nil || found[0].Nearest != "Invoice" {
		t.Error(found)
	}
	// By object type, counted by hand from the file.
	got := map[string]int{}
	for _, e := range l.DirectlyFollows() {
		got[e.ObjectType] += e.Count
	}
	plain := map[string]int{}
	for _, o := range l.Objects {
		n := 0
		for _, e := range l.Events {
			if slices.ContainsFunc(e.Objects, func(k Link) bool { return k.Object == o.ID }) {
				n++
			}
		}
		if n > 1 {
			plain[o.Type] += n - 1
		}
	}
	if !reflect.DeepEqual(got, plain) {
		t.Errorf("directly-follows pairs %v, by counting %v", got, plain)
	}
}

// random makes an object-centric log with links, changes and odd names.
func random(r *rand.Rand) *Log {
	odd := []string{"a", "b \"x\"", "<c>", "ü & 中", "it's", "Select"}
	l := &Log{
		ObjectTypes: []Type{{"order", []Declared{{"n", "integer"}, {"odd \"name\"", "string"}}}, {"order!", []Declared{{"f", "float"}}}},
		EventTypes:  []Type{{"make", []Declared{{"ok", "boolean"}, {"due", "time"}}}, {"make<2>", nil}},
	}
	for i := range r.IntN(6) {
		t := r.IntN(2)
		o := Object{ID: fmt.Sprint("o", i, odd[r.IntN(len(odd))]), Type: l.ObjectTypes[t].Name}
		for k := range r.IntN(3) {
			at := int64(k) * 1_000_000
			if t == 0 {
				o.Changes = append(o.Changes, Change{"n", at, eventlog.IntValue(int64(r.IntN(100)))})
			} else {
				o.Changes = append(o.Changes, Change{"f", at, eventlog.FloatValue(float64(r.IntN(100)) / 8)})
			}
		}
		if t == 0 && r.IntN(2) == 0 {
			o.Changes = append(o.Changes, Change{"odd \"name\"", 0, eventlog.TextValue(odd[r.IntN(len(odd))])})
		}
		l.Objects = append(l.Objects, o)
	}
	for i := range l.Objects {
		if r.IntN(2) == 0 {
			l.Objects[i].Objects = []Link{{l.Objects[r.IntN(len(l.Objects))].ID, odd[r.IntN(len(odd))]}}
		}
	}
	for i := range r.IntN(12) {
		e := Event{ID: fmt.Sprint("e", i), Type: l.EventTypes[r.IntN(2)].Name, Time: int64(r.IntN(1e6)) * 1e6}
		if e.Type == "make" {
			e.Attrs = []eventlog.Attr{{Name: "ok", Value: eventlog.BoolValue(r.IntN(2) == 0)}, {Name: "due", Value: eventlog.TimeValue(int64(r.IntN(1e9)))}}
		}
		for range r.IntN(3) {
			if len(l.Objects) > 0 {
				e.Objects = append(e.Objects, Link{l.Objects[r.IntN(len(l.Objects))].ID, odd[r.IntN(len(odd))]})
			}
		}
		slices.SortFunc(e.Objects, func(a, b Link) int { return strings.Compare(a.Object+"|"+a.Qualifier, b.Object+"|"+b.Qualifier) })
		e.Objects = slices.Compact(e.Objects)
		l.Events = append(l.Events, e)
	}
	return l
}

// TestRoundTrip writes and reads all three forms.
func TestRoundTrip(t *testing.T) {
	dir := t.TempDir()
	for seed := range uint64(40) {
		l := random(rand.New(rand.NewPCG(seed, 3)))
		want := plainest(l, true)
		for form, write := range map[string]func() (*Log, diag.Findings, error){
			"JSON": func() (*Log, diag.Findings, error) {
				var b bytes.Buffer
				if err := WriteJSON(&b, l); err != nil {
					return nil, nil, err
				}
				return Read(&b, Options{})
			},
			"XML": func() (*Log, diag.Findings, error) {
				var b bytes.Buffer
				if err := WriteXML(&b, l); err != nil {
					return nil, nil, err
				}
				return Read(&b, Options{})
			},
			"SQLite": func() (*Log, diag.Findings, error) {
				path := filepath.Join(dir, fmt.Sprint(seed, ".sqlite"))
				if err := WriteSQLite(path, l); err != nil {
					return nil, nil, err
				}
				return ReadFile(t.Context(), path, Options{})
			},
		} {
			back, found, err := write()
			if err != nil || found.Bad() {
				t.Fatal(form, seed, err, found)
			}
			if got := plainest(back, true); got != want {
				t.Fatalf("%s, seed %d:\n got  %s\n want %s", form, seed, got, want)
			}
		}
	}
}

// TestOfAndBack: an event log made object-centric and flattened again is the same.
func TestOfAndBack(t *testing.T) {
	b := eventlog.NewBuilder()
	for i := range 5 {
		c := b.Case(fmt.Sprint("deal ", i))
		b.CaseAttr(c, "size", eventlog.IntValue(int64(i)))
		for k := range i {
			b.Event(c, fmt.Sprint("step ", k%3), int64(k)*1e6)
			b.EventAttr("who", eventlog.TextValue("ann"))
		}
	}
	l, _ := b.Build()
	back, found := Of(l, "deal").Flatten("deal")
	if len(found) > 0 {
		t.Error(found)
	}
	for c := range l.Cases() {
		if !reflect.DeepEqual(l.Trace(c), back.Trace(c)) {
			t.Errorf("%+v became %+v", l.Trace(c), back.Trace(c))
		}
	}
}

func TestWrongFiles(t *testing.T) {
	const types = `"objectTypes":[{"name":"o","attributes":[{"name":"n","type":"integer"}]}],"eventTypes":[{"name":"e","attributes":[]}]`
	for what, c := range map[string]struct{ text, want string }{
		"empty":                {" ", "refused: ocel-refused 1:1"},
		"text":                 {"case,activity", "refused: ocel-refused 1:1"},
		"other JSON":           {`{"a":1}`, "refused: ocel-key 1:5, ocel-refused 1:1"},
		"cut JSON":             {`{"events":[{"id":"1"}`, "refused: ocel-refused 1:22"},
		"wrong JSON":           {"{\"events\":[\n{\"id\":1}]}", "refused: ocel-refused 2:9"},
		"a value that is none": {`{` + types + `,"objects":[{"id":"1","type":"o","attributes":[{"name":"n","time":"1970-01-01T00:00:00Z","value":"many"}]}],"events":[]}`, "1 0 ocel-value 1:131"},
		"a link to nowhere":    {`{` + types + `,"objects":[],"events":[{"id":"1","type":"e","time":"2020-01-01T00:00:00Z","relationships":[{"objectId":"x","qualifier":""}]}]}`, "0 1 ocel-dangling 0:0"},
		"ids that repeat":      {`{` + types + `,"objects":[{"id":"1","type":"o"},{"id":"1","type":"o"}],"events":[{"id":"1","type":"e","time":"2020-01-01T00:00:00Z"},{"id":"1","type":"e","time":"2020-01-01T00:00:00Z"}]}`, "1 2 ocel-event-twice 0:0, ocel-object-twice 0:0"},
		"types not declared":   {`{"objects":[{"id":"1","type":"o"}],"events":[{"id":"1","type":"e"}]}`, "1 1 ocel-event-type 0:0, ocel-object-type 0:0, ocel-time 1:46"},
		"XES":                  {"<log><trace/></log>", "refused: ocel-refused 1:6"},
		"HTML":                 {"<html/>", "refused: ocel-refused 1:1"},
		"doctype":              {"<!DOCTYPE x [<!ENTITY a \"b\">]><log/>", "refused: ocel-refused 1:1"},
		"unknown entity":       {"<log><events><event id='&a;'/></events></log>", "refused: ocel-refused 1:28"},
		"cut XML":              {"<log><events><event id='1'>", "refused: ocel-refused 1:28"},
		"too deep":             {"<log><events>" + strings.Repeat("<event>", 200), "refused: ocel-refused 1:455"},
	} {
		l, found, err := Read(strings.NewReader(c.text), Options{})
		if err != nil {
			t.Fatal(err)
		}
		var checks []string
		for _, f := range found {
			checks = append(checks, fmt.Sprintf("%s %d:%d", f.Check, f.Range.Begin.Line, f.Range.Begin.Column))
		}
		got := "refused: " + strings.Join(checks, ", ")
		if l != nil {
			got = fmt.Sprintf("%d %d %s", len(l.Objects), len(l.Events), strings.Join(checks, ", "))
		}
		if got != c.want {
			t.Errorf("%s\n got  %s\n want %s\n%v", what, got, c.want, found)
		}
	}
	path := filepath.Join(t.TempDir(), "x.sqlite")
	if err := os.WriteFile(path, append([]byte("SQLite format 3\x00"), make([]byte, 4096)...), 0o600); err != nil {
		t.Fatal(err)
	}
	if l, found, err := ReadFile(t.Context(), path, Options{}); l != nil || err != nil || !found.Errors() {
		t.Error("a damaged database:", l, found, err)
	}
	if _, _, err := ReadFile(t.Context(), path+".none", Options{}); err == nil {
		t.Error("a file that is not there")
	}
}

func FuzzRead(f *testing.F) {
	for seed := range uint64(3) {
		l := random(rand.New(rand.NewPCG(seed, 3)))
		var j, x bytes.Buffer
		_ = WriteJSON(&j, l)
		_ = WriteXML(&x, l)
		f.Add(j.Bytes())
		f.Add(x.Bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		l, _, err := Read(bytes.NewReader(data), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if l == nil {
			return
		}
		l.DirectlyFollows()
		for _, o := range l.Types() {
			if flat, _ := l.Flatten(o); flat != nil {
				if err := flat.Check(); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
