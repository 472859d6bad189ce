package main

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"

	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/intake/eventcsv"
)

// building measures the most memory in use while a log is made of rows that
// are not in order: cases lie between each other, as in any table by time.
// Nothing but case, activity and time is there, so that all of it counts.
func (b *bench) building(events int) {
	fmt.Printf("\nmemory while building from %d rows in order of time, 20 a case, bytes an event\n", events)
	dir, err := os.MkdirTemp("", "eventlog-bench-")
	must(err)
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "rows.csv")
	f, err := os.Create(path)
	must(err)
	w := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprintln(w, "case,activity,time")
	mixed(events, func(c int, act uint32, at int64) {
		fmt.Fprintf(w, "%d,%s,%s\n", c, stepName(act), eventlog.FormatTime(at))
	})
	must(w.Flush())
	must(f.Close())
	debug.FreeOSMemory()
	var l *eventlog.Log
	var most, held uint64
	show := func(what string) {
		_, all := l.Bytes()
		core, _ := l.Bytes()
		n := float64(l.Events())
		row(what, fmt.Sprintf("%.1f B/event", float64(most)/n), fmt.Sprintf("%.1f held afterwards", float64(held)/n),
			fmt.Sprintf("%.1f without the ids of cases; target 16; columns alone %.1f", (float64(most)-float64(all-core))/n, float64(core)/n))
	}
	before := heap()
	most = peak(func() {
		bd := eventlog.NewBuilder()
		bd.Grow(events)
		codes := make([]uint32, steps)
		for i := range codes {
			codes[i] = bd.ActivityCode([]byte(stepName(uint32(i))))
		}
		var id []byte
		mixed(events, func(c int, act uint32, at int64) {
			id = strconv.AppendInt(id[:0], int64(c), 10)
			bd.EventCode(bd.CaseBytes(id), codes[act], at)
		})
		l, _ = bd.Build()
	})
	held = heap() - before
	show("by a builder that knows how many")
	from := func(path, what string) {
		l = nil
		before = heap()
		most = peak(func() {
			got, _, err := eventcsv.ReadFile(path, eventcsv.Options{})
			must(err)
			l = got
		})
		held = heap() - before
		show(what)
	}
	from(path, "from a CSV file, pieces included")
	must(pack(path, path+".gz"))
	from(path+".gz", "the same, packed")
	keep(l.Events())
}

func pack(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	w, err := gzip.NewWriterLevel(f, gzip.BestSpeed)
	if err != nil {
		return err
	}
	if _, err := w.Write(data); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return f.Close()
}

func stepName(act uint32) string { return "Step " + strconv.Itoa(int(act)) }

// mixed gives the rows of cases of which a thousand are under way at a time.
func mixed(events int, row func(c int, act uint32, at int64)) {
	const under = 1000
	r := rand.New(rand.NewPCG(3, 4))
	of, done := make([]int, under), make([]int, under)
	next := 0
	for i := range of {
		of[i], done[i], next = next, r.IntN(20), next+1
	}
	for e := range events {
		k := r.IntN(under)
		if done[k] == 20 {
			of[k], done[k], next = next, 0, next+1
		}
		row(of[k], uint32(done[k]), 1_500_000_000_000_000+int64(e)*1_000_000)
		done[k]++
	}
}
