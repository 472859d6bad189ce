// Command guesses measures how much somebody who guesses at customers' links
// slows everybody else's pages: it asks a server of this machine for main pages,
// one after the other, in turns without guesses, with guesses beside, and with the
// same guesses sent to a server that does nothing, and prints what each took. See
// README.md.
package main

import (
	"bufio"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// The kinds of turns: nobody guesses, somebody does, and the same guesses go to
// a server that does nothing, which tells what sending them takes by itself.
const quiet, guessed, nothing = "quiet", "guesses", "nothing"

func main() {
	if len(os.Args) == 2 && os.Args[1] == nothing {
		refuseAll()
		return
	}
	server := flag.String("url", "http://127.0.0.1:8321", "the server")
	rate := flag.Int("rate", 2000, "guesses a second")
	turns := flag.Int("turns", 4, "turns with guesses, each followed by one without")
	turn := flag.Duration("each", 5*time.Second, "how long a turn is")
	hands := flag.Int("hands", 32, "connections that guess")
	pid := flag.Int("pid", 0, "the server's process: what a guess costs it is told too")
	flag.Parse()
	base := strings.TrimRight(*server, "/")
	pages := []string{"/", "/deals", "/deals/" + someDeal(base), "/forecast"}
	fmt.Printf("load before %s\n", load())
	for _, p := range pages { // what is made once is made before
		ask(base + p)
	}
	took := map[string]map[string][]time.Duration{quiet: {}, nothing: {}, guessed: {}}
	made, answers := int64(0), map[int]int64{}
	guessing := time.Duration(0)
	idle := doNothing()
	defer func() { _ = idle.Process.Kill() }()
	for n := range 3 * *turns {
		kind := []string{quiet, guessed, nothing}[n%3]
		stop := make(chan struct{})
		var beside sync.WaitGroup
		g := guesses{base: base, every: time.Second * time.Duration(*hands) / time.Duration(*rate), stop: stop}
		if kind == nothing {
			g.base = idle.base
		}
		if kind != quiet {
			for range *hands {
				beside.Go(g.hand)
			}
		}
		began := time.Now()
		for n := 0; time.Since(began) < *turn; n++ {
			p := pages[n%len(pages)]
			took[kind][p] = append(took[kind][p], ask(base+p))
		}
		close(stop)
		if beside.Wait(); kind == guessed {
			guessing += time.Since(began)
			made += g.made.Load()
			g.answers.Range(func(code, n any) bool { answers[code.(int)] += n.(*atomic.Int64).Load(); return true })
		}
	}
	fmt.Printf("%d guesses in %.1f s: %.0f a second, answered %v\n", made, guessing.Seconds(), float64(made)/guessing.Seconds(), answers)
	fmt.Printf("%-12s %8s %8s %8s %8s %8s %10s %10s\n", "page", quiet, guessed, "ratio", nothing, "ratio", "quiet 90", "guesses 90")
	for _, p := range pages {
		q, g, n := took[quiet][p], took[guessed][p], took[nothing][p]
		fmt.Printf("%-12.12s %8.2f %8.2f %8.2f %8.2f %8.2f %10.2f %10.2f\n", p,
			at(q, 50), at(g, 50), at(g, 50)/at(q, 50), at(n, 50), at(n, 50)/at(q, 50), at(q, 90), at(g, 90))
	}
	if *pid != 0 {
		g := guesses{base: base, every: time.Second * time.Duration(*hands) / time.Duration(*rate)}
		each := g.cost(*pid, *hands, *turn)
		g = guesses{base: idle.base, every: g.every}
		least := g.cost(idle.Process.Pid, *hands, *turn)
		fmt.Printf("a guess costs the server %s of processor, one that does nothing %s: 2000 a second take %.1f %% and %.1f %% of one\n",
			each, least, float64(each)*2000/1e7, float64(least)*2000/1e7)
	}
	fmt.Printf("load after %s\n", load())
}

// idler is a process of ours that refuses whatever it is asked.
type idler struct {
	*exec.Cmd
	base string
}

// doNothing starts one on a free port.
func doNothing() idler {
	self, err := os.Executable()
	must(err)
	c := exec.Command(self, nothing)
	out, err := c.StdoutPipe()
	must(err)
	must(c.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	must(err)
	return idler{c, strings.TrimSpace(line)}
}

// refuseAll is that process: the least that a server in Go does for an answer.
func refuseAll() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	fmt.Printf("http://%s\n", l.Addr())
	must(http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) })))
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

// cost guesses for a while, and gives the processor time of a process for each.
func (g *guesses) cost(pid, hands int, long time.Duration) time.Duration {
	g.stop = make(chan struct{})
	var all sync.WaitGroup
	before := processor(pid)
	for range hands {
		all.Go(g.hand)
	}
	time.Sleep(long)
	close(g.stop)
	all.Wait()
	return (processor(pid) - before) / time.Duration(g.made.Load())
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
