package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline/internal/store/postgres/pgtest"
)

// told runs a command and gives what it said.
func told(t *testing.T, c *exec.Cmd) (out string, ok bool) {
	t.Helper()
	var b bytes.Buffer
	c.Stdout, c.Stderr = &b, &b
	err := c.Run()
	return b.String(), err == nil
}

// TestTheCommandOnPostgres: what works on a file works on a server, what its own
// programs do is told with the command, and nothing that is said holds the password.
func TestTheCommandOnPostgres(t *testing.T) {
	s := pgtest.Own(t, pgtest.Options{})
	secret := func(url string) string { return strings.Replace(url, "postgres@", "postgres:hunter2@", 1) }
	url, empty := secret(s.Database(t)), secret(s.Database(t))
	file := t.TempDir() + "/copy.db"
	type call struct {
		args []string
		ok   bool
		says string
	}
	calls := func(all []call) {
		t.Helper()
		for _, c := range all {
			out, ok := told(t, program(t, c.args...))
			if ok != c.ok || !strings.Contains(out, c.says) || strings.Contains(out, "hunter2") {
				t.Errorf("%q: %t\n%s", c.args, ok, out)
			}
		}
	}
	calls([]call{
		{[]string{"deals", "--db", url}, false, "there is none yet"},
		{[]string{"admin", "check", "--db", strings.Replace(url, "/t1", "/nowhere", 1)}, false, "createdb makes one"},
		{[]string{"demo", "--no-serve", "--json", "--db", url}, true, `"deals":380`},
		{[]string{"deals", "--db", url}, true, "380 deals"},
		{[]string{"attention", "--db", url}, true, "more; --limit 0 shows all"},
		{[]string{"admin", "check", "--db", url}, true, "Whole: 380 deals"},
		{[]string{"admin", "backup", "copy.dump", "--db", url}, false, "pg_dump --format=custom --file="},
		{[]string{"admin", "restore", "copy.dump", "--db", url}, false, "pg_restore --exit-on-error --single-transaction"},
		{[]string{"admin", "copy", url, file}, true, "380 deals"},
		{[]string{"admin", "copy", file, empty}, true, "380 deals"},
		{[]string{"admin", "copy", file, empty}, false, "it is not empty"},
		{[]string{"admin", "copy", empty, url}, false, "it is not empty"},
		{[]string{"admin", "check", "--db", empty, "--json"}, true, `"whole":true`},
		{[]string{"mine", "summary", "--db", empty}, true, "380"},
	})
	// Back to an instant: of a database in use, of a file, and of a sealed one.
	until, sealed, key := time.Now().UTC().Format(time.RFC3339Nano), t.TempDir()+"/copy.age", t.TempDir()+"/key.txt"
	if err := os.WriteFile(key, []byte("AGE-SECRET-KEY-1XGQZXFQQGHX6YDPGWUWZSW4JXXE8KKHRASZA7MM66PNVMSVG0XXSG3C32T\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	again, third, fourth, later := secret(s.Database(t)), secret(s.Database(t)), secret(s.Database(t)), t.TempDir()+"/later.db"
	calls([]call{
		{[]string{"record", "deal", "Kiln of Montrevel", "--account", "Montrevel", "--db", url}, true, ""},
		{[]string{"admin", "copy", url, later}, true, "381 deals"},
		{[]string{"admin", "backup", sealed, "--to", "age1ukgkcn50vpyra9wk5d6vuhl5anxsz8scu700mvm3kys295np5s0s4yzwme", "--db", later}, true, ""},
		{[]string{"admin", "restore", url, "--until", until, "--db", url}, false, "it is not empty"},
		{[]string{"admin", "restore", url, "--until", "2001-01-01T00:00:00Z", "--db", again}, false, "nothing was written by 2001"},
		{[]string{"admin", "restore", url, "--until", until, "--set-aside", "--db", again}, false, "only a file is set aside"},
		{[]string{"admin", "restore", url, "--db", file + ".db"}, false, "throughline admin copy"},
		{[]string{"admin", "restore", url, "--until", until, "--db", again}, true, "380 deals"},
		{[]string{"admin", "check", "--db", again}, true, "Whole: 380 deals"},
		{[]string{"deals", "--search", "Kiln of Montrevel", "--db", again, "--json"}, true, `"matched":0`},
		{[]string{"admin", "audit", "--db", again}, true, "admin_restore"},
		{[]string{"record", "deal", "Kiln again", "--account", "Montrevel", "--db", again}, true, ""},
		{[]string{"admin", "restore", later, "--until", until, "--db", third, "--json"}, true, `"left_out":1,`},
		{[]string{"admin", "check", "--db", third}, true, "Whole: 380 deals"},
		{[]string{"admin", "restore", sealed, "--key", key, "--db", fourth}, true, "381 deals"},
		{[]string{"admin", "check", "--db", fourth}, true, "Whole: 381 deals"},
		{[]string{"admin", "restore", sealed, "--key", key, "--db", fourth}, false, "it is not empty"},
	})
}
