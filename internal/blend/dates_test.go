package blend

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/playbook"
)

func on(s string) throughline.Day {
	if s == "" {
		return throughline.Day{}
	}
	d, err := throughline.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// tenEach is a playbook whose every step takes 5, 10 or 20 days.
func tenEach() *playbook.Playbook {
	p := &playbook.Playbook{Tracks: map[throughline.Track][]playbook.TrackStep{}}
	for _, t := range []throughline.Track{throughline.Contracting, throughline.Change} {
		for _, s := range t.Steps() {
			p.Tracks[t] = append(p.Tracks[t], playbook.TrackStep{Step: s, Days: playbook.Spread{Best: 5, Middle: 10, Worst: 20}})
		}
	}
	return p
}

// steps reads "k1 done 2026-01-05, k3 begun 2026-01-02 due 2026-02-01".
func steps(s string) alignment.Reading {
	var r alignment.Reading
	for _, one := range strings.Split(s, ",") {
		f := strings.Fields(one)
		if len(f) == 0 {
			continue
		}
		st, _ := throughline.ParseStep(f[0])
		x := alignment.StepReading{Step: st, Address: st.Address(), State: throughline.StepState(f[1])}
		for i := 2; i < len(f); i++ {
			if f[i] == "due" {
				i++
				x.Due = on(f[i])
			} else {
				x.Since = on(f[i]).Start(time.UTC)
			}
		}
		r.Tracks = append(r.Tracks, x)
	}
	return r
}

// TestLatestStarts: counted by hand. With ten days a step, k8 of 1 May begins
// on 21 April, k7 on 11 April, k5 on 1 April, k4 and k3 on 22 March, k2 on 12
// March, k1 on 2 March; k6 only has to be there for k8.
func TestLatestStarts(t *testing.T) {
	for _, c := range []struct {
		name, steps, live string
		track             throughline.Track
		want              string
	}{
		{"nothing begun", "", "2026-05-01", throughline.Contracting,
			"k1 03-02! k2 03-12! k3 03-22 k4 03-22! k5 04-01! k6 04-11 k7 04-11! k8 04-21!"},
		{"a due day agreed earlier comes first", "k5 begun 2026-01-05 due 2026-03-20", "2026-05-01", throughline.Contracting,
			"k1 02-08! k2 02-18! k3 02-28 k4 02-28! k5 03-10 k6 04-11 k7 04-11 k8 04-21"},
		{"what is done needs no time", "k1 done 2026-01-02, k2 done 2026-01-05, k4 done 2026-01-07", "2026-05-01", throughline.Contracting,
			"k1 03-22 k2 04-01 k3 03-22! k4 04-01 k5 04-01! k6 04-11 k7 04-11! k8 04-21!"},
		{"what is not needed takes none", "k3 not_needed, k4 not_needed", "2026-05-01", throughline.Contracting,
			"k1 03-12! k2 03-22! k3 04-01 k4 04-01 k5 04-01! k6 04-11 k7 04-11! k8 04-21!"},
		{"no day that matters", "", "", throughline.Contracting, "k1 - k2 - k3 - k4 - k5 - k6 - k7 - k8 -"},
		{"change: people are prepared by then; the rest follows", "", "2026-05-01", throughline.Change, "c1 03-22! c2 04-01! c3 04-11! c4 04-21! c5 05-01 c6 05-11"},
		{"change: preparation agreed earlier", "c4 not_begun due 2026-04-16", "2026-05-01", throughline.Change, "c1 03-07! c2 03-17! c3 03-27! c4 04-06! c5 05-01 c6 05-11"},
	} {
		var got []string
		for _, s := range Dates(tenEach(), playbook.Process{}, steps(c.steps), c.track, on(c.live), on("2026-01-10")) {
			day := "-"
			if !s.Begin.IsZero() {
				day = s.Begin.String()[5:]
			}
			if s.Critical {
				day += "!"
			}
			got = append(got, s.Step.String()+" "+day)
		}
		if g := strings.Join(got, " "); g != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, g, c.want)
		}
	}
}

// TestPeopleArePreparedBeforeTheyAreReady: in the starter playbook, whatever
// was told, preparing people ends by the day on which they are to be ready and
// begins before it; what shows of it begins on that day and not earlier.
func TestPeopleArePreparedBeforeTheyAreReady(t *testing.T) {
	today, ready := on("2026-11-29"), on("2027-02-11")
	for _, told := range []string{"", "c1 done 2026-10-01", "c1 done 2026-10-01, c2 begun 2026-11-02", "c3 not_needed", "c4 begun 2026-11-20"} {
		dates := Dates(starter, playbook.Process{}, steps(told), throughline.Change, ready, today)
		capacity, prepare, wins := dates[2], dates[3], dates[4]
		if prepare.Finish != ready || prepare.Begin.Sub(ready) >= 0 || capacity.Finish.Sub(prepare.Begin) > 0 || wins.Begin.Sub(ready) < 0 {
			t.Errorf("%q: capacity %s to %s, preparation %s to %s, first wins from %s, ready on %s", told, capacity.Begin, capacity.Finish, prepare.Begin, prepare.Finish, wins.Begin, ready)
		}
		if got := Expected(dates); got != prepare.End {
			t.Errorf("%q: expected ready on %s, prepared on %s", told, got, prepare.End)
		}
	}
}

func TestLate(t *testing.T) {
	today := on("2026-03-15")
	dates := Dates(tenEach(), playbook.Process{}, steps("k1 done 2026-03-01, k3 begun 2026-03-02 due 2026-03-12"), throughline.Contracting, on("2026-05-01"), today)
	// k4 must begin on 22 March, so k2 on 12 March: three days ago
	if k2 := dates[1]; k2.Late != 3 || k2.Overdue(today) {
		t.Errorf("k2: late %d", k2.Late)
	}
	if k3 := dates[2]; k3.Late != 3 || !k3.Overdue(today) {
		t.Errorf("k3: late %d", k3.Late)
	}
	if k4 := dates[3]; k4.Late != 0 {
		t.Errorf("k4: late %d", k4.Late)
	}
	// from today: k2 to 25 March, k4 to 4 April, k5 14th, k7 24th, k8 4 May
	if got := Expected(dates).String(); got != "2026-05-04" {
		t.Errorf("expected %s", got)
	}
	var early []string
	for _, s := range Early(dates, today, 30) {
		early = append(early, s.Step.String())
	}
	if got := strings.Join(early, " "); got != "k2 k6" { // k4 waits for k2, which has not begun
		t.Errorf("early: %q", got)
	}
	// twice as long in the worst quarter: k8 on 11 April, k7 on 22 March, k5 on 2 March
	if got := dates[4].Cautious.String(); got != "2026-03-02" {
		t.Errorf("k5 begins at the latest, cautiously, on %s", got)
	}
}

func TestPresetsTimes(t *testing.T) {
	book := tenEach()
	book.Presets = []playbook.Preset{{ID: "slow", Days: map[string]playbook.Spread{"k8": {Best: 20, Middle: 30, Worst: 60}}}}
	dates := Dates(book, playbook.Process{Preset: "slow"}, steps(""), throughline.Contracting, on("2026-05-01"), on("2026-01-10"))
	if got := dates[7].Begin.String(); got != "2026-04-01" {
		t.Errorf("k8 begins on %s", got)
	}
}

// TestDatesAlwaysHold: nothing begins after it has to end, nothing has to end
// after what waits for it has to begin, the cautious day is never later, and
// more time never makes anything later.
func TestDatesAlwaysHold(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 5))
		book := tenEach()
		for track, list := range book.Tracks {
			for i := range list {
				best := r.IntN(30)
				middle := best + r.IntN(30)
				book.Tracks[track][i].Days = playbook.Spread{Best: best, Middle: middle, Worst: middle + r.IntN(60)}
			}
		}
		var told []string
		for _, s := range throughline.Contracting.Steps() {
			switch r.IntN(5) {
			case 0:
				told = append(told, fmt.Sprintf("%s done 2026-01-%02d", s, 1+r.IntN(28)))
			case 1:
				told = append(told, fmt.Sprintf("%s begun 2026-02-%02d due 2026-0%d-10", s, 1+r.IntN(28), 2+r.IntN(6)))
			case 2:
				told = append(told, fmt.Sprintf("%s not_needed", s))
			}
		}
		reading, today := steps(strings.Join(told, ",")), on("2026-03-01")
		live := today.Add(r.IntN(400) - 100)
		dates := Dates(book, playbook.Process{}, reading, throughline.Contracting, live, today)
		later := Dates(book, playbook.Process{}, reading, throughline.Contracting, live.Add(7), today)
		critical := 0
		for i, s := range dates {
			if s.Finish.Sub(s.Begin) < 0 || s.Begin.Sub(s.Cautious) < 0 || s.Finish.Sub(live) > 0 || s.Late < 0 {
				t.Fatalf("seed %d: %s from %s (%s) to %s", seed, s.Step, s.Begin, s.Cautious, s.Finish)
			}
			for _, a := range s.After {
				if before := dates[a.Number-1]; s.Begin.Sub(before.Finish) < 0 {
					t.Fatalf("seed %d: %s has to end on %s, %s to begin on %s", seed, before.Step, before.Finish, s.Step, s.Begin)
				}
			}
			if later[i].Begin.Sub(s.Begin) < 0 || s.End.Sub(s.Start) < 0 {
				t.Fatalf("seed %d: %s is earlier with more time, or ends before it begins", seed, s.Step)
			}
			if s.Critical {
				critical++
			}
		}
		if critical == 0 && dates[7].open() {
			t.Fatalf("seed %d: nothing decides the end", seed)
		}
	}
}
