// Command pocketbase measures how many reads a second Throughline and PocketBase
// answer on this machine, in turns of one run: one deal, and a list of fifty, by a
// hundred clients each of whom signs in as somebody else and sees the deals of
// their own. See README.md.
package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == other {
		must(serveOther(os.Args[2]))
		return
	}
	binary := flag.String("throughline", "throughline", "the program")
	deals := flag.Int("deals", 20000, "how many deals")
	people := flag.Int("people", 100, "who signs in, and clients at once")
	turns := flag.Int("turns", 5, "turns of each question at each server")
	each := flag.Duration("each", 5*time.Second, "how long a turn is")
	flag.Parse()
	folder, err := os.MkdirTemp("", "pocketbase")
	must(err)
	defer func() { _ = os.RemoveAll(folder) }()
	rows := made(*deals, *people)
	servers := []*server{startOurs(*binary, folder, rows, *people), startOther(folder, rows, *people)}
	fmt.Printf("%d deals, %d clients, load before %s\n", *deals, *people, load())
	for _, s := range servers {
		defer s.stop()
		s.look()
		s.settle()
	}
	took := map[string][]time.Duration{}
	rate := map[string][]float64{}
	spent := map[string]time.Duration{}
	for range *turns {
		for _, q := range questions {
			for _, s := range servers {
				key := s.name + q
				before := s.processor()
				answers, ran := s.turn(q, *each)
				spent[key] += s.processor() - before
				took[key] = append(took[key], answers...)
				rate[key] = append(rate[key], float64(len(answers))/ran.Seconds())
			}
		}
	}
	fmt.Printf("load after %s\n%-10s %-12s %12s %10s %10s %12s %10s\n", load(), "question", "server", "answers/s", "p50 ms", "p99 ms", "processor µs", "bytes")
	for _, q := range questions {
		for _, s := range servers {
			key := s.name + q
			d := took[key]
			slices.Sort(d)
			fmt.Printf("%-10s %-12s %12.0f %10.1f %10.1f %12d %10d\n", q, s.name, middle(rate[key]), ms(d[len(d)/2]), ms(d[len(d)*99/100]), spent[key].Microseconds()/int64(len(d)), s.size[q])
		}
		ours, theirs := rate[servers[0].name+q], rate[servers[1].name+q]
		fmt.Printf("%-10s ratio %.2f; turn by turn %.0f to %.0f: the first asks what nobody has asked yet\n", q, middle(ours)/middle(theirs), ours, theirs)
	}
}

// The questions: one deal of one's own by its id, and its fifty newest.
const one, fifty = "one deal", "fifty"

var questions = []string{one, fifty}

// row is a deal as both are given it.
type row struct {
	title, account, stage, opened string
	owner, amount                 int
}

func made(deals, people int) []row {
	r := rand.New(rand.NewPCG(1, 2))
	stages := []string{"Qualify", "Discover", "Propose", "Negotiating"}
	day := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	out := make([]row, deals)
	for i := range out {
		out[i] = row{
			title: fmt.Sprintf("Rollout %06d", i), account: fmt.Sprintf("Company %05d", r.IntN(deals/4+1)), stage: stages[r.IntN(len(stages))],
			opened: day.AddDate(0, 0, r.IntN(300)).Format("2006-01-02"), owner: i % people, amount: 1000 + r.IntN(500000),
		}
	}
	return out
}

func seller(i int) string { return fmt.Sprintf("Seller %03d", i) }
func email(i int) string  { return fmt.Sprintf("seller%03d@example.com", i) }

// server is one of the two, running.
type server struct {
	name    string
	process *os.Process
	tokens  []string
	ids     [][]string // of each one's deals
	path    func(question, id string) string
	bearer  string
	size    map[string]int
}

func (s *server) stop() { _ = s.process.Kill() }

// settle waits until a server does nothing by itself any more: here lists and
// forecasts are made of what was brought in a moment ago.
func (s *server) settle() {
	for quiet := 0; quiet < 5; time.Sleep(time.Second) {
		before := s.processor()
		time.Sleep(time.Second)
		if quiet++; s.processor()-before > 50*time.Millisecond {
			quiet = 0
		}
	}
}

// look asks each question once, as one who may and as one who may not, and keeps
// how long the answers are.
func (s *server) look() {
	s.size = map[string]int{}
	for _, q := range questions {
		code, body := s.ask(http.DefaultClient, q, 0, s.ids[0][0])
		if code != http.StatusOK {
			fail("%s: %s: %d %s", s.name, q, code, body)
		}
		s.size[q] = len(body)
	}
	if code, _ := s.ask(http.DefaultClient, one, 1, s.ids[0][0]); code != http.StatusNotFound {
		fail("%s shows a deal of somebody else's: %d", s.name, code)
	}
	var list struct{ Rows, Items []json.RawMessage }
	_, body := s.ask(http.DefaultClient, fifty, 0, "")
	must(json.Unmarshal(body, &list))
	if n := len(list.Rows) + len(list.Items); n != 50 {
		fail("%s lists %d", s.name, n)
	}
}

func (s *server) ask(c *http.Client, question string, who int, id string) (int, []byte) {
	r, err := http.NewRequest(http.MethodGet, s.path(question, id), nil)
	must(err)
	r.Header.Set("Authorization", s.bearer+s.tokens[who])
	a, err := c.Do(r)
	must(err)
	body, err := io.ReadAll(a.Body)
	must(err)
	_ = a.Body.Close()
	return a.StatusCode, body
}

// turn has everybody ask for a while, each as soon as they were answered.
func (s *server) turn(question string, each time.Duration) ([]time.Duration, time.Duration) {
	var all []time.Duration
	var mu sync.Mutex
	var busy sync.WaitGroup
	began := time.Now()
	for who := range s.tokens {
		busy.Go(func() {
			c := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1, DisableCompression: true}}
			r := rand.New(rand.NewPCG(3, uint64(who)))
			var took []time.Duration
			for time.Since(began) < each {
				at := time.Now()
				if code, body := s.ask(c, question, who, s.ids[who][r.IntN(len(s.ids[who]))]); code != http.StatusOK {
					fail("%s: %s: %d %s", s.name, question, code, body)
				}
				took = append(took, time.Since(at))
			}
			mu.Lock()
			all = append(all, took...)
			mu.Unlock()
		})
	}
	busy.Wait()
	return all, time.Since(began)
}

// processor is what a server has used since it began.
func (s *server) processor() time.Duration {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.process.Pid))
	must(err)
	f := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+2:]))
	var user, system int64
	_, err = fmt.Sscan(f[11]+" "+f[12], &user, &system)
	must(err)
	return time.Duration(user+system) * 10 * time.Millisecond
}

// startOurs brings the deals in from a table and adds the people, each with a
// token; sellers see their own.
func startOurs(binary, folder string, rows []row, people int) *server {
	s := &server{name: "throughline", bearer: "Bearer ", ids: make([][]string, people)}
	db := filepath.Join(folder, "ours.db")
	run := func(args ...string) []byte {
		c := exec.Command(binary, append(args, "--db", db, "--json")...)
		var wrong bytes.Buffer
		c.Stderr = &wrong
		out, err := c.Output()
		if err != nil {
			fail("%v: %v %s %s", args, err, out, wrong.String())
		}
		return out
	}
	table, err := os.Create(filepath.Join(folder, "deals.csv"))
	must(err)
	w := csv.NewWriter(table)
	_ = w.Write([]string{"id", "title", "account", "owner", "amount", "currency", "stage", "opened"})
	for i, r := range rows {
		_ = w.Write([]string{fmt.Sprint(i), r.title, r.account, seller(r.owner), fmt.Sprint(r.amount), "EUR", r.stage, r.opened})
	}
	w.Flush()
	must(w.Error())
	must(table.Close())
	run("import", "csv", table.Name(), "--guess", "--yes")
	run("admin", "user", "Ada Min", "--email", "ada@example.com")
	for i := range people {
		run("admin", "user", seller(i), "--email", email(i), "--role", "seller")
	}
	run("admin", "settings", "deals_seen", "own")
	for i := range people {
		var out struct{ Secret string }
		must(json.Unmarshal(run("admin", "token", email(i), "--name", "bench"), &out))
		s.tokens = append(s.tokens, out.Secret)
	}
	var list struct {
		Rows []struct{ ID, Owner string }
	}
	must(json.Unmarshal(run("deals"), &list))
	for _, d := range list.Rows {
		var i int
		if _, err := fmt.Sscanf(d.Owner, "Seller %d", &i); err == nil {
			s.ids[i] = append(s.ids[i], d.ID)
		}
	}
	address := free()
	c := exec.Command(binary, "serve", "--db", db, "--listen", address, "--no-open")
	must(c.Start())
	s.process = c.Process
	children = append(children, c.Process.Pid)
	s.path = func(question, id string) string {
		if question == one {
			return "http://" + address + "/api/deals/" + id
		}
		return "http://" + address + "/api/deals?limit=50&sort=opened"
	}
	wait(address)
	return s
}

func startOther(folder string, rows []row, people int) *server {
	s := &server{name: other, ids: make([][]string, people)}
	asked := filepath.Join(folder, "asked.json")
	address := free()
	b, err := json.Marshal(given{Folder: filepath.Join(folder, "theirs"), Address: address, Tell: filepath.Join(folder, "told.json"), Rows: plain(rows), People: people})
	must(err)
	must(os.WriteFile(asked, b, 0o600))
	self, err := os.Executable()
	must(err)
	c := exec.Command(self, other, asked)
	c.Stderr = os.Stderr
	must(c.Start())
	s.process = c.Process
	children = append(children, c.Process.Pid)
	wait(address)
	var told told
	b, err = os.ReadFile(filepath.Join(folder, "told.json"))
	must(err)
	must(json.Unmarshal(b, &told))
	s.tokens, s.ids = told.Tokens, told.IDs
	s.path = func(question, id string) string {
		if question == one {
			return "http://" + address + "/api/collections/deals/records/" + id
		}
		return "http://" + address + "/api/collections/deals/records?perPage=50&sort=-opened"
	}
	return s
}

func free() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// wait waits until somebody answers.
func wait(address string) {
	for range 1200 {
		if c, err := net.Dial("tcp", address); err == nil {
			_ = c.Close()
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	fail("nobody answers at %s", address)
}

func middle(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	return x[len(x)/2]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func load() string {
	b, _ := os.ReadFile("/proc/loadavg")
	return strings.Join(strings.Fields(string(b))[:3], " ")
}

func must(err error) {
	if err != nil {
		fail("%v", err)
	}
}

// fail ends what was started, and then itself.
func fail(format string, a ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", a...)
	for _, p := range children {
		_ = syscall.Kill(p, syscall.SIGKILL)
	}
	os.Exit(1)
}

var children []int
