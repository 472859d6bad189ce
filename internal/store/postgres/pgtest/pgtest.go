// Package pgtest runs a PostgreSQL server of its own for tests.
//
// Takes: nothing; the programs where Debian puts them, or on the path.
// Gives: a server for the test process, and databases on it.
// Never: touches a server that was there before.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Server is one that runs.
type Server struct {
	Dir  string // its files, and its log
	Port int
	bin  string
	as   *syscall.Credential // who it runs as; nil: us
	made atomic.Int64
}

// Options says how a server is started.
type Options struct {
	Durable bool // what it says is written is on the disk; else a test is quicker
}

var shared struct {
	sync.Mutex
	server *Server
	why    error
	done   bool
}

// Main runs a test process's tests, and ends the server that they shared.
func Main(m *testing.M) int {
	code := m.Run()
	shared.Lock()
	defer shared.Unlock()
	if shared.server != nil {
		shared.server.Stop()
	}
	return code
}

// errAbsent says that the programs are not there.
var errAbsent = errors.New("PostgreSQL is not installed; scripts/setup installs it")

// Shared gives the server of this test process, which Main ends. Where
// PostgreSQL is not installed the test is passed over, unless
// THROUGHLINE_NEED_POSTGRES says that it has to be there, as scripts/test does
// after scripts/setup.
func Shared(tb testing.TB) *Server {
	tb.Helper()
	shared.Lock()
	defer shared.Unlock()
	if !shared.done {
		shared.server, shared.why = Start(Options{})
		shared.done = true
	}
	excuse(tb, shared.why)
	return shared.server
}

func excuse(tb testing.TB, err error) {
	tb.Helper()
	if errors.Is(err, errAbsent) && os.Getenv("THROUGHLINE_NEED_POSTGRES") == "" {
		tb.Skip(err)
	}
	if err != nil {
		tb.Fatal(err)
	}
}

// Own starts a server for one test, and stops it after.
func Own(tb testing.TB, o Options) *Server {
	tb.Helper()
	s, err := Start(o)
	excuse(tb, err)
	tb.Cleanup(s.Stop)
	return s
}

// binaries finds the folder of the server's programs.
func binaries() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
	if len(found) > 0 {
		return filepath.Dir(found[0]), nil
	}
	if at, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(at), nil
	}
	return "", errAbsent
}

func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	return n
}

// Start makes a server in a temporary folder, on a free port of this machine.
func Start(o Options) (_ *Server, err error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin}
	if os.Geteuid() == 0 { // the server refuses to run as root
		if s.as, err = other(); err != nil {
			return nil, err
		}
	}
	if s.Dir, err = os.MkdirTemp("", "throughline-postgres-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(s.Dir)
		}
	}()
	if s.as != nil {
		if err := os.Chown(s.Dir, int(s.as.Uid), int(s.as.Gid)); err != nil {
			return nil, err
		}
	}
	if err := s.run("initdb", "-D", s.data(), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"); err != nil {
		return nil, err
	}
	for range 5 { // somebody may take the port in between
		if s.Port, err = free(); err != nil {
			return nil, err
		}
		options := []string{
			"-p " + strconv.Itoa(s.Port), "-c listen_addresses=127.0.0.1", "-c unix_socket_directories=" + s.Dir, "-c max_connections=200",
			"-c shared_buffers=64MB", "-c max_wal_size=2GB",
		}
		if !o.Durable {
			options = append(options, "-c fsync=off", "-c full_page_writes=off")
		}
		if err = s.start(strings.Join(options, " ")); err == nil {
			return s, nil
		}
	}
	return nil, err
}

func (s *Server) start(options string) error {
	return s.run("pg_ctl", "-D", s.data(), "-o", options, "-l", filepath.Join(s.Dir, "log"), "-w", "-t", "60", "start")
}

func (s *Server) data() string { return filepath.Join(s.Dir, "data") }

// run runs one of the server's programs.
func (s *Server) run(name string, args ...string) error {
	c := exec.Command(filepath.Join(s.bin, name), args...)
	c.Dir = s.Dir
	if s.as != nil {
		c.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	}
	// Not to a pipe: the server it starts keeps what it is given.
	out, err := os.CreateTemp("", "throughline-postgres-said-")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	c.Stdout, c.Stderr = out, out
	if err := c.Run(); err != nil {
		said, _ := os.ReadFile(out.Name())
		return fmt.Errorf("%s: %w: %s", name, err, said)
	}
	return nil
}

// other is the user postgres, whom the server may run as.
func other() (*syscall.Credential, error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errAbsent, err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
}

func free() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// Stop ends the server and removes its files.
func (s *Server) Stop() {
	_ = s.run("pg_ctl", "-D", s.data(), "-m", "immediate", "-w", "stop") // its files go as well
	os.RemoveAll(s.Dir)
}

// Restart ends the server as a power cut would, and starts it again: it comes
// back with what was on its disk.
func (s *Server) Restart() error {
	return s.run("pg_ctl", "-D", s.data(), "-m", "immediate", "-w", "-t", "60", "-l", filepath.Join(s.Dir, "log"), "restart")
}

// URL is the address of a database.
func (s *Server) URL(name string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s", s.Port, name)
}

// Database makes an empty database and gives its address. It goes with the server.
func (s *Server) Database(tb testing.TB) string {
	tb.Helper()
	name := fmt.Sprintf("t%d", s.made.Add(1))
	s.Do(tb, s.URL("postgres"), "create database "+name)
	return s.URL(name)
}

// Do runs statements on a database.
func (s *Server) Do(tb testing.TB, url, statements string) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		tb.Fatal(err)
	}
	defer c.Close(ctx)
	if _, err := c.PgConn().Exec(ctx, statements).ReadAll(); err != nil {
		tb.Fatalf("%s: %v", statements, err)
	}
}
