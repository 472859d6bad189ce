package ocel

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// mutate changes a few bytes, doubles or drops a stretch.
func mutate(r *rand.Rand, data []byte) []byte {
	out := bytes.Clone(data)
	for range 1 + r.IntN(4) {
		if len(out) < 4 {
			break
		}
		i := r.IntN(len(out))
		switch r.IntN(4) {
		case 0:
			out[i] = byte(r.Uint32())
		case 1:
			out[i] = `"{}[]<>/&,:0`[r.IntN(12)]
		case 2:
			j := min(len(out), i+r.IntN(40))
			out = append(out[:i:i], out[j:]...)
		default:
			j := min(len(out), i+r.IntN(40))
			out = append(out[:j:j], out[i:]...)
		}
	}
	return out
}

// TestDamagedFiles: thousands of damaged files in all three forms end in a log
// that keeps its promises or in a refusal. (The fuzz test does the same with
// more cunning, but takes minutes to build, because of SQLite.)
func TestDamagedFiles(t *testing.T) {
	check := func(l *Log) {
		if l == nil {
			return
		}
		for _, o := range l.Types() {
			if flat, _ := l.Flatten(o); flat != nil {
				if err := flat.Check(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	dir := t.TempDir()
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 12))
		l := random(r)
		var j, x bytes.Buffer
		if err := WriteJSON(&j, l); err != nil {
			t.Fatal(err)
		}
		if err := WriteXML(&x, l); err != nil {
			t.Fatal(err)
		}
		for range 400 {
			for _, data := range [][]byte{j.Bytes(), x.Bytes()} {
				got, _, err := Read(bytes.NewReader(mutate(r, data)), Options{})
				if err != nil {
					t.Fatal(err)
				}
				check(got)
			}
		}
		path := filepath.Join(dir, fmt.Sprint(seed, ".sqlite"))
		if err := WriteSQLite(path, l); err != nil {
			t.Fatal(err)
		}
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for range 30 {
			if err := os.WriteFile(path, append(whole[:16:16], mutate(r, whole[16:])...), 0o600); err != nil {
				t.Fatal(err)
			}
			got, _, err := ReadFile(t.Context(), path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			check(got)
		}
	}
}
