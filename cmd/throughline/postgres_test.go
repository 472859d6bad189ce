package main

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

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
	for _, c := range []struct {
		args []string
		ok   bool
		says string
	}{
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
	} {
		out, ok := told(t, program(t, c.args...))
		if ok != c.ok || !strings.Contains(out, c.says) || strings.Contains(out, "hunter2") {
			t.Errorf("%q: %t\n%s", c.args, ok, out)
		}
	}
}
