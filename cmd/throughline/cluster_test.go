package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/postgres"
	"github.com/throughline/throughline/internal/store/postgres/pgtest"
)

// clusterVar makes TestServersMayDie go on for a time, such as 10m, in place of
// a number of facts.
const clusterVar = "THROUGHLINE_CLUSTER"

// What the shorter run does: how many facts are acknowledged, and after how many
// of them something is killed.
const (
	clusterFacts = 600
	clusterEvery = 25
)

// node is one server process, which is started again when it dies.
type node struct {
	t    *testing.T
	db   string
	url  atomic.Pointer[string]
	mu   sync.Mutex
	cmd  *exec.Cmd
	log  string
	env  []string
	args []string      // beside those of every server
	done chan struct{} // closed when the process has ended
}

// start starts the process and waits until it says where it listens.
func (n *node) start() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	c := program(n.t, append([]string{"serve", "--db", n.db, "--listen", "127.0.0.1:0", "--no-open", "--json"}, n.args...)...)
	c.Env = append(c.Env, n.env...)
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(n.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	c.Stderr = log
	if err := c.Start(); err != nil {
		return err
	}
	var said struct{ URL string }
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &said)
	}
	if err != nil { // it could not begin: the database server may be starting
		_ = c.Process.Kill()
		_ = c.Wait()
		return fmt.Errorf("%w: %s", err, line)
	}
	n.cmd, n.done = c, make(chan struct{})
	n.url.Store(&said.URL)
	go func(done chan struct{}) {
		_, _ = io.Copy(io.Discard, out)
		_ = c.Wait()
		close(done)
	}(n.done)
	return nil
}

// kill ends the process without a word, and waits until it is gone.
func (n *node) kill(with syscall.Signal) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.cmd != nil {
		_ = n.cmd.Process.Signal(with)
		<-n.done
		n.cmd = nil
	}
}

// cluster is what the test does to its servers, and what came of it.
type cluster struct {
	t      *testing.T
	server *pgtest.Server
	db     string
	nodes  []*node
	deals  []string

	news           chan struct{} // holds a value after something was acknowledged
	acked          atomic.Int64
	failed         atomic.Int64
	killed, ended  int // processes; connections
	falls, restart int // of the database server; of processes

	mu  sync.Mutex
	all [][]string // of each client: what was acknowledged, in order
}

var clients = &http.Client{Timeout: 30 * time.Second}

// post sends JSON and reports whether it was acknowledged.
func post(ctx context.Context, url string, body, into any) bool {
	b, err := json.Marshal(body)
	if err != nil {
		return false
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(b))
	if err != nil {
		return false
	}
	r.Header.Set("Content-Type", "application/json")
	a, err := clients.Do(r)
	if err != nil {
		return false
	}
	defer a.Body.Close()
	if a.StatusCode/100 != 2 {
		_, _ = io.Copy(io.Discard, a.Body)
		return false
	}
	if into == nil { // an answer that is cut off is none
		_, err = io.Copy(io.Discard, a.Body)
		return err == nil
	}
	return json.NewDecoder(a.Body).Decode(into) == nil
}

// client writes notes one after the other until the context ends, each at a
// server drawn by its seed, and keeps which were acknowledged.
func (c *cluster) client(ctx context.Context, who int) {
	r := rand.New(rand.NewPCG(uint64(who), 41))
	for i := 0; ctx.Err() == nil; i++ {
		text := fmt.Sprintf("client %d says %d", who, i)
		at := *c.nodes[r.IntN(len(c.nodes))].url.Load()
		of := c.deals[r.IntN(len(c.deals))]
		if !post(ctx, at+"api/deals/"+of+"/notes", map[string]string{"text": text}, nil) {
			c.failed.Add(1)
			continue
		}
		c.mu.Lock()
		c.all[who] = append(c.all[who], text)
		c.mu.Unlock()
		c.acked.Add(1)
		select {
		case c.news <- struct{}{}:
		default:
		}
	}
}

// harm kills something, drawn by a seed, and starts again what is dead.
func (c *cluster) harm(r *rand.Rand) {
	switch r.IntN(8) {
	case 0:
		c.falls++
		if err := c.server.Restart(); err != nil {
			c.t.Error(err)
		}
	case 1, 2, 3:
		c.killed++
		n := c.nodes[r.IntN(len(c.nodes))]
		n.kill(syscall.SIGKILL)
		c.begin(n)
	default:
		c.ended += c.cut(r)
	}
}

// begin starts a process until it stays.
func (c *cluster) begin(n *node) {
	var err error
	for range 20 {
		if err = n.start(); err == nil {
			c.restart++
			return
		}
	}
	c.t.Errorf("a server does not start: %v", err)
}

// cut ends some connections to the database, and says how many.
func (c *cluster) cut(r *rand.Rand) (n int) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.server.URL("postgres"))
	if err != nil {
		return 0
	}
	defer conn.Close(ctx)
	err = conn.QueryRow(ctx, `select count(pg_terminate_backend(pid)) from
		(select pid from pg_stat_activity where datname = $1 order by hashint4(pid + $2) limit $3) p`, strings.TrimPrefix(c.db, c.server.URL("")), r.IntN(1000), 1+r.IntN(6)).Scan(&n)
	if err != nil {
		c.t.Error(err)
	}
	return n
}

// TestServersMayDie: three processes serve one database to many clients, while
// processes are killed, connections cut and the database server itself falls.
// Every fact that was acknowledged is there once, in the order in which it was
// written, numbers have no gap, and all processes say the same in the end.
func TestServersMayDie(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some twenty seconds")
	}
	c := &cluster{t: t, news: make(chan struct{}, 1), server: pgtest.Own(t, pgtest.Options{Durable: true})}
	c.db = c.server.Database(t)
	folder := t.TempDir()
	for i := range 3 {
		n := &node{t: t, db: c.db, log: fmt.Sprintf("%s/server-%d.log", folder, i)}
		c.nodes = append(c.nodes, n)
		defer n.kill(syscall.SIGKILL)
	}
	var starting sync.WaitGroup // all at once, on an empty database
	for _, n := range c.nodes {
		starting.Go(func() {
			if err := n.start(); err != nil {
				t.Error(err)
			}
		})
	}
	if starting.Wait(); t.Failed() {
		return
	}
	for i := range 8 {
		var made struct{ Deal string }
		if !post(t.Context(), *c.nodes[i%3].url.Load()+"api/deals", map[string]string{"title": fmt.Sprintf("Deal %d", i), "account": "Customer"}, &made) {
			t.Fatal("no deal can be opened")
		}
		c.deals = append(c.deals, made.Deal)
	}
	c.load(t)
	for _, n := range c.nodes { // each says what it knows now
		n.kill(syscall.SIGKILL)
		c.begin(n)
	}
	c.examine()
	t.Logf("%d facts acknowledged and %d attempts that failed; %d processes killed, %d connections cut, %d falls of the database server",
		c.acked.Load(), c.failed.Load(), c.killed, c.ended, c.falls)
	if c.killed == 0 || c.ended == 0 || c.falls == 0 || c.failed.Load() == 0 {
		t.Error("not everything was tried")
	}
}

// load has clients write and things die, until there was enough of it.
func (c *cluster) load(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	if long := os.Getenv(clusterVar); long != "" {
		d, err := time.ParseDuration(long)
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		ctx, cancel = context.WithTimeout(context.Background(), d)
	}
	defer cancel()
	const writers = 8
	c.all = make([][]string, writers)
	var all sync.WaitGroup
	for who := range writers {
		all.Go(func() { c.client(ctx, who) })
	}
	r := rand.New(rand.NewPCG(7, 43))
	for next := int64(clusterEvery); ctx.Err() == nil; {
		switch n := c.acked.Load(); {
		case os.Getenv(clusterVar) == "" && n >= clusterFacts:
			cancel()
		case n >= next:
			c.harm(r)
			next = c.acked.Load() + clusterEvery
		default: // the clients are at it
			select {
			case <-ctx.Done():
			case <-c.news:
			}
		}
	}
	all.Wait()
}

// examine holds what is in the database against what was acknowledged.
func (c *cluster) examine() {
	t, ctx := c.t, context.Background()
	l, err := postgres.Open(ctx, c.db, postgres.Options{MustExist: true})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	times := map[string]int{}
	order := make([][]string, len(c.all))
	last := int64(0)
	for w, err := range l.Since(ctx, throughline.DefaultWorkspace, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if w.Number != last+1 {
			t.Errorf("after transaction %d comes %d", last, w.Number)
		}
		last = w.Number
		for _, text := range notes(t, l, w) {
			times[text]++
			var who, n int
			if _, err := fmt.Sscanf(text, "client %d says %d", &who, &n); err != nil {
				t.Fatal(text, err)
			}
			order[who] = append(order[who], text)
		}
	}
	for who, acked := range c.all {
		at := 0
		for _, text := range acked {
			if times[text] != 1 {
				t.Errorf("%q was acknowledged and is there %d times", text, times[text])
				continue
			}
			for at < len(order[who]) && order[who][at] != text {
				at++
			}
			if at == len(order[who]) {
				t.Errorf("%q was acknowledged after what was written later", text)
				break
			}
		}
	}
	for text, n := range times {
		if n > 1 {
			t.Errorf("%q is there %d times", text, n)
		}
	}
	if checked, err := l.Check(ctx); err != nil || len(checked.Faults) > 0 {
		t.Errorf("the check finds %q, %v", checked.Faults, err)
	}
	counts, err := l.Counts(ctx, throughline.DefaultWorkspace)
	if err != nil || counts.Deals != len(c.deals) || int64(counts.Facts) < c.acked.Load() {
		t.Errorf("%+v, %v", counts, err)
	}
	for i, n := range c.nodes {
		var list struct{ Deals int }
		a, err := clients.Get(*n.url.Load() + "api/deals")
		if err != nil {
			t.Error(err)
			continue
		}
		err = json.NewDecoder(a.Body).Decode(&list)
		a.Body.Close()
		if err != nil || list.Deals != len(c.deals) {
			t.Errorf("server %d lists %d deals, %v", i, list.Deals, err)
		}
	}
}

// notes gives the words that a transaction added.
func notes(t *testing.T, l store.Ledger, w store.Written) (out []string) {
	t.Helper()
	facts, err := l.Added(context.Background(), throughline.DefaultWorkspace, w.Number)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range facts {
		if n, is := f.Body.(deal.Noted); is {
			out = append(out, n.Text)
		}
	}
	return out
}
