package eventlog

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"

	"github.com/throughline/throughline/internal/diag"
)

// random makes a log with columns of every type.
func random(r *rand.Rand) *Log {
	b := NewBuilder()
	b.Meta("creator", TextValue("x"))
	b.Meta("share", FloatValue(0.5))
	for i := range r.IntN(8) {
		c := b.Case(fmt.Sprint("c", i))
		b.CaseAttr(c, "n", IntValue(int64(r.Uint64())))
		for range r.IntN(9) {
			b.Event(c, fmt.Sprint("act", r.IntN(5)), int64(r.IntN(1e6)))
			for _, a := range []Attr{{"t", TextValue(fmt.Sprint(r.IntN(3)))}, {"i", IntValue(3)}, {"f", FloatValue(r.Float64())}, {"b", BoolValue(r.IntN(2) == 0)}, {"d", TimeValue(int64(r.IntN(99)))}} {
				if r.IntN(2) == 0 {
					b.EventAttr(a.Name, a.Value)
				}
			}
		}
	}
	l, _ := b.Build()
	return l
}

func traces(l *Log) []Trace {
	var out []Trace
	for c := range l.Cases() {
		out = append(out, l.Trace(c))
	}
	return out
}

func TestFileRoundTrip(t *testing.T) {
	dir := t.TempDir()
	for seed := range uint64(100) {
		l := random(rand.New(rand.NewPCG(seed, 1)))
		path := filepath.Join(dir, "x.tlog")
		if err := l.Save(path, []byte("note")); err != nil {
			t.Fatal(err)
		}
		f, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(f.Note) != "note" || !reflect.DeepEqual(traces(l), traces(f.Log)) || !reflect.DeepEqual(l.Meta(), f.Log.Meta()) {
			t.Fatalf("seed %d: the log came back changed", seed)
		}
		if !reflect.DeepEqual(l.DirectlyFollows(l.All()), f.Log.DirectlyFollows(f.Log.All())) {
			t.Fatalf("seed %d: another answer from the file", seed)
		}
	}
}

// TestWhatWasReadOutlivesItsFile: strings and numbers taken from a log that was
// read from its compact file stay what they are when the log is let go, its
// memory is asked back again and again, and the file is cut to nothing. Run
// with -race (or -d=checkptr) the pointers are checked as well.
func TestWhatWasReadOutlivesItsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.tlog")
	b := NewBuilder()
	for i := range 2000 {
		c := b.Case(fmt.Sprint("case ", i))
		b.CaseAttr(c, "name", TextValue(fmt.Sprint("name ", i)))
		b.Event(c, fmt.Sprint("act ", i%7), int64(i))
	}
	made, _ := b.Build()
	if err := made.Save(path, []byte("note")); err != nil {
		t.Fatal(err)
	}
	var ids, names, acts []string
	var times []int64
	var note []byte
	func() {
		f, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		l := f.Log
		for c := range l.Cases() {
			ids = append(ids, l.CaseID(c))
			names = append(names, l.CaseColumn("name").Value(c).Text())
		}
		acts, times, note = l.Activities().All(), l.Times(), f.Note
	}()
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		runtime.GC()
		junk := make([]byte, 1<<16)
		for i := range junk {
			junk[i] = '#'
		}
		held = junk
	}
	for i := range ids {
		if ids[i] != fmt.Sprint("case ", i) || names[i] != fmt.Sprint("name ", i) || times[i] != int64(i) {
			t.Fatalf("case %d came back as %q, %q, %d", i, ids[i], names[i], times[i])
		}
	}
	if len(acts) != 7 || acts[3] != "act 3" || string(note) != "note" {
		t.Error(acts, string(note))
	}
}

var held []byte // so that the memory is really asked for

// TestEveryByteIsGuarded: a file in which any one byte differs, or that is cut
// anywhere, is refused. Padding between sections is the one exception: it means nothing.
func TestEveryByteIsGuarded(t *testing.T) {
	l := random(rand.New(rand.NewPCG(7, 1)))
	var b bytes.Buffer
	if err := l.WriteFile(&b, []byte("note")); err != nil {
		t.Fatal(err)
	}
	good := b.Bytes()
	meant := make([]bool, len(good))
	at := align(headerSize + entrySize*len(l.sections(nil)))
	for i := range headerSize + entrySize*len(l.sections(nil)) {
		meant[i] = true
	}
	for _, s := range l.sections([]byte("note")) {
		for i := range s.data {
			meant[at+i] = true
		}
		at += align(len(s.data))
	}
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 0x41
		if _, err := ReadBytes(bad); (err == nil) == meant[i] {
			t.Fatalf("byte %d: %v", i, err)
		}
	}
	for n := range good {
		if _, err := ReadBytes(good[:n:n]); err == nil {
			t.Fatalf("cut to %d bytes", n)
		}
	}
}

func TestCached(t *testing.T) {
	dir := t.TempDir()
	src := filepath.Join(dir, "log")
	if err := os.WriteFile(src, []byte("one"), 0o600); err != nil {
		t.Fatal(err)
	}
	parsed := 0
	get := func(reading string) (*Log, diag.Findings) {
		l, found, err := Cached(filepath.Join(dir, "cache"), src, reading, func() (*Log, diag.Findings, error) {
			parsed++
			return random(rand.New(rand.NewPCG(3, 1))), diag.Findings{{Check: "x", Message: "seen"}}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return l, found
	}
	a, _ := get("csv")
	b, found := get("csv")
	if parsed != 1 || !reflect.DeepEqual(traces(a), traces(b)) || len(found) != 1 || found[0].Message != "seen" {
		t.Errorf("parsed %d times, %v", parsed, found)
	}
	get("csv with other columns")
	if parsed != 2 {
		t.Error("another way of reading was served from the cache")
	}
	if err := os.WriteFile(src, []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	if get("csv"); parsed != 3 {
		t.Error("a changed file was served from the cache")
	}
	files, _ := filepath.Glob(filepath.Join(dir, "cache", "*.tlog"))
	for _, f := range files {
		if err := os.WriteFile(f, []byte("damaged"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if get("csv"); parsed != 4 {
		t.Error("a damaged cache was not passed over")
	}
}

func FuzzReadBytes(f *testing.F) {
	for seed := range uint64(3) {
		var b bytes.Buffer
		_ = random(rand.New(rand.NewPCG(seed, 1))).WriteFile(&b, nil)
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		words := make([]byte, len(data)+8)
		copy(words, data)
		if file, err := ReadBytes(words[:len(data)]); err == nil {
			if err := file.Log.Check(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestNothing: a log without cases, and one with cases and no events, can be asked everything.
func TestNothing(t *testing.T) {
	for _, cases := range []int{0, 3} {
		b := NewBuilder()
		for c := range cases {
			b.Case(fmt.Sprint(c))
		}
		l, found := b.Build()
		if err := l.Check(); err != nil || len(found) > 0 {
			t.Fatal(err, found)
		}
		s := l.All()
		start, end := l.Ends(s)
		if v := l.Variants(s); len(v) != min(cases, 1) || len(start)+len(end)+len(l.DirectlyFollows(s).Edges)+len(l.Rework(s))+len(l.Spells(s, nil, NoTime)) != 0 {
			t.Errorf("%d cases: %v", cases, v)
		}
		if sum := l.Summary(s); sum.Cases != cases || sum.Empty != cases || sum.First != NoTime {
			t.Errorf("%+v", sum)
		}
		var file bytes.Buffer
		if err := l.WriteFile(&file, nil); err != nil {
			t.Fatal(err)
		}
		if f, err := ReadBytes(file.Bytes()); err != nil || f.Log.Cases() != cases {
			t.Error(err)
		}
	}
}
