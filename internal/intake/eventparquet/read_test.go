package eventparquet

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/throughline/throughline/internal/eventlog"
)

func random(r *rand.Rand) *eventlog.Log {
	texts := []string{"", "a", "a,b", "007", "ü 中文", "line\nend"}
	text := func() string { return texts[r.IntN(len(texts))] }
	b := eventlog.NewBuilder()
	value := map[string]func() eventlog.Value{
		"text": func() eventlog.Value { return eventlog.TextValue(text()) },
		"n":    func() eventlog.Value { return eventlog.IntValue(int64(r.Uint64())) },
		"cost": func() eventlog.Value { return eventlog.FloatValue(r.NormFloat64()) },
		"ok":   func() eventlog.Value { return eventlog.BoolValue(r.IntN(2) == 0) },
		"due": func() eventlog.Value {
			return eventlog.TimeValue(eventlog.MinTime + r.Int64N(eventlog.MaxTime-eventlog.MinTime))
		},
	}
	for i := range r.IntN(6) {
		c := b.Case(fmt.Sprint("case ", i, text()))
		for n, v := range value {
			if r.IntN(2) == 0 {
				b.CaseAttr(c, n, v())
			}
		}
		for range r.IntN(5) {
			at := value["due"]().Int()
			if r.IntN(9) == 0 {
				at = eventlog.NoTime
			}
			b.Event(c, text(), at)
			for n, v := range value {
				if r.IntN(2) == 0 {
					b.EventAttr(n, v())
				}
			}
		}
	}
	l, _ := b.Build()
	return l
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

func TestRoundTrip(t *testing.T) {
	for seed := range uint64(150) {
		l := random(rand.New(rand.NewPCG(seed, 8)))
		var file bytes.Buffer
		if err := Write(&file, l); err != nil {
			t.Fatal(err)
		}
		back, found, err := Read(bytes.NewReader(file.Bytes()), int64(file.Len()), Options{})
		if err != nil || found.Errors() {
			t.Fatal(err, found)
		}
		if err := back.Check(); err != nil {
			t.Fatal(err)
		}
		if got, want := dump(back), dump(l); got != want {
			t.Fatalf("seed %d:\n got  %s\n want %s\n%v", seed, got, want, found)
		}
	}
}

// TestForeignTable reads a table as other programs write it.
func TestForeignTable(t *testing.T) {
	type row struct {
		CaseID   int64     `parquet:"case_id"`
		Activity string    `parquet:"activity"`
		At       time.Time `parquet:"timestamp,timestamp(nanosecond)"`
		Day      int32     `parquet:"day,date"`
		Share    float32   `parquet:"share"`
		Amount   int64     `parquet:"amount,decimal(2:18)"`
		Tags     []string  `parquet:"tags"`
	}
	var file bytes.Buffer
	w := parquet.NewGenericWriter[row](&file)
	at := time.Date(2020, 1, 2, 3, 4, 5, 6000, time.UTC)
	_, _ = w.Write([]row{{7, "b", at.Add(time.Hour), 3, 0.5, -12345, []string{"x", "y"}}, {7, "a", at, 4, 0.25, 100, nil}, {8, "a", at, 5, 1, 7, nil}})
	_ = w.Close()
	l, found, err := Read(bytes.NewReader(file.Bytes()), int64(file.Len()), Options{})
	if err != nil || l == nil {
		t.Fatal(err, found)
	}
	want := `
"7" 
  "a" 1577934245000006 "amount"=float "1" "day"=time "1970-01-05T00:00:00Z" "share"=float "0.25"
  "b" 1577937845000006 "amount"=float "-123.45" "day"=time "1970-01-04T00:00:00Z" "share"=float "0.5"
"8" 
  "a" 1577934245000006 "amount"=float "0.07" "day"=time "1970-01-06T00:00:00Z" "share"=float "1"`
	if got := dump(l); got != want {
		t.Errorf("got %s", got)
	}
	var checks []string
	for _, f := range found {
		checks = append(checks, f.Check)
	}
	slices.Sort(checks)
	if got := strings.Join(checks, " "); got != "log-order parquet-nested table-guess" {
		t.Error(got)
	}
}

func TestWrongFiles(t *testing.T) {
	var file bytes.Buffer
	if err := Write(&file, random(rand.New(rand.NewPCG(5, 8)))); err != nil {
		t.Fatal(err)
	}
	good := file.Bytes()
	for what, data := range map[string][]byte{
		"empty": {}, "text": []byte("case,activity,time\n"), "only the magic": []byte("PAR1"), "cut": good[:len(good)/2], "no end": good[:len(good)-4],
	} {
		l, found, err := Read(bytes.NewReader(data), int64(len(data)), Options{})
		if l != nil || err != nil || !found.Errors() {
			t.Errorf("%s: %v %v %v", what, l, found, err)
		}
	}
	if l, found, _ := Read(bytes.NewReader(good), int64(len(good)), Options{Case: "deal"}); l != nil || !found.Errors() {
		t.Error("a column that is not there:", found)
	}
}

// FuzzRead: whatever the bytes are, reading them ends in a log that is sound or
// a refusal, and takes no more than a bounded multiple of their length.
func FuzzRead(f *testing.F) {
	debug.SetMemoryLimit(512 << 20)
	for seed := range uint64(3) {
		var file bytes.Buffer
		_ = Write(&file, random(rand.New(rand.NewPCG(seed, 8))))
		f.Add(file.Bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if taken, _ := cost(t, data); taken > mostCost(len(data)) {
			t.Errorf("%d MB were taken for %d bytes", taken>>20, len(data))
		}
	})
}
