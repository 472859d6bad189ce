// Command guesses measures how much somebody who guesses at customers' links
// slows everybody else's pages: it asks a server of this machine for main pages,
// one after the other, in turns with and without guesses beside, and prints what
// each took and the ratio of both. See README.md.
package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	server := flag.String("url", "http://127.0.0.1:8321", "the server")
	rate := flag.Int("rate", 2000, "guesses a second")
	turns := flag.Int("turns", 4, "turns with guesses, each followed by one without")
	each := flag.Duration("each", 5*time.Second, "how long a turn is")
	hands := flag.Int("hands", 32, "connections that guess")
	pid := flag.Int("pid", 0, "the server's process: what a guess costs it is told too")
	flag.Parse()
	base := strings.TrimRight(*server, "/")
	pages := []string{"/", "/deals", "/deals/" + someDeal(base), "/forecast"}
	fmt.Printf("load before %s\n", load())
	for _, p := range pages { // what is made once is made before
		ask(base + p)
	}
	took := map[bool]map[string][]time.Duration{false: {}, true: {}}
	made, answers := int64(0), map[int]int64{}
	guessing := time.Duration(0)
	for turn := range 2 * *turns {
		with := turn%2 == 1
		stop := make(chan struct{})
		var beside sync.WaitGroup
		g := guesses{base: base, every: time.Second * time.Duration(*hands) / time.Duration(*rate), stop: stop}
		if with {
			for range *hands {
				beside.Go(g.hand)
			}
		}
		began := time.Now()
		for n := 0; time.Since(began) < *each; n++ {
			p := pages[n%len(pages)]
			took[with][p] = append(took[with][p], ask(base+p))
		}
		close(stop)
		if beside.Wait(); with {
			guessing += time.Since(began)
			made += g.made.Load()
			g.answers.Range(func(code, n any) bool { answers[code.(int)] += n.(*atomic.Int64).Load(); return true })
		}
	}
	fmt.Printf("%d guesses in %.1f s: %.0f a second, answered %v\n", made, guessing.Seconds(), float64(made)/guessing.Seconds(), answers)
	fmt.Printf("%-12s %10s %10s %8s %10s %10s %8s\n", "page", "quiet", "guesses", "ratio", "quiet 90", "guesses 90", "asked")
	for _, p := range pages {
		quiet, busy := took[false][p], took[true][p]
		fmt.Printf("%-12.12s %10.2f %10.2f %8.2f %10.2f %10.2f %4d/%d\n", p, at(quiet, 50), at(busy, 50), at(busy, 50)/at(quiet, 50), at(quiet, 90), at(busy, 90),
			len(quiet), len(busy))
	}
	if *pid != 0 {
		alone := guesses{base: base, every: time.Second * time.Duration(*hands) / time.Duration(*rate), stop: make(chan struct{})}
		var all sync.WaitGroup
		before := processor(*pid)
		for range *hands {
			all.Go(alone.hand)
		}
		time.Sleep(*each)
		close(alone.stop)
		all.Wait()
		each := (processor(*pid) - before) / time.Duration(alone.made.Load())
		fmt.Printf("a guess costs the server %s of processor: %d a second take %.1f %% of one\n", each, *rate, float64(each)*float64(*rate)/1e7)
	}
	fmt.Printf("load after %s\n", load())
}

// processor gives how long a process has been at work, in hundredths of a second.
func processor(pid int) time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	must(err)
	_, rest, _ := strings.Cut(string(text), ") ")
	f := strings.Fields(rest)
	var user, system int64
	_, err = fmt.Sscan(f[11]+" "+f[12], &user, &system)
	must(err)
	return time.Duration(user+system) * 10 * time.Millisecond
}

// guesses is somebody who guesses with several hands.
type guesses struct {
	base    string
	every   time.Duration // a hand
	stop    chan struct{}
	made    atomic.Int64
	answers sync.Map // by status, how many
}

// hand guesses at its own pace, however long answers take, as far as one
// connection can.
func (g *guesses) hand() {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}}
	defer client.CloseIdleConnections()
	next := time.Now()
	for {
		select {
		case <-g.stop:
			return
		case <-time.After(time.Until(next)):
		}
		next = next.Add(g.every)
		token := make([]byte, 40) // of the form that a token has
		_, _ = rand.Read(token)
		r, err := client.Get(g.base + "/p/" + base64.RawURLEncoding.EncodeToString(token))
		must(err)
		_, _ = io.Copy(io.Discard, r.Body)
		r.Body.Close()
		g.made.Add(1)
		n, _ := g.answers.LoadOrStore(r.StatusCode, &atomic.Int64{})
		n.(*atomic.Int64).Add(1)
	}
}

// ask reads a page to its last byte and says how long that took.
func ask(url string) time.Duration {
	began := time.Now()
	r, err := http.Get(url)
	must(err)
	_, err = io.Copy(io.Discard, r.Body)
	must(err)
	r.Body.Close()
	if r.StatusCode != http.StatusOK {
		must(fmt.Errorf("%s: %s", url, r.Status))
	}
	return time.Since(began)
}

// someDeal gives the id of a deal to show.
func someDeal(base string) string {
	r, err := http.Get(base + "/api/deals?limit=1&outcome=open")
	must(err)
	defer r.Body.Close()
	var list struct{ Rows []struct{ ID string } }
	must(json.NewDecoder(r.Body).Decode(&list))
	if len(list.Rows) == 0 {
		must(fmt.Errorf("the server has no open deal to show"))
	}
	return list.Rows[0].ID
}

// at gives the time, in milliseconds, that so many of a hundred took at most.
func at(all []time.Duration, of int) float64 {
	if len(all) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(all))
	return float64(s[min(len(s)-1, len(s)*of/100)]) / float64(time.Millisecond)
}

func load() string {
	text, _ := os.ReadFile("/proc/loadavg")
	return strings.TrimSpace(string(text))
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
