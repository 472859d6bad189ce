package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// apart are the commands that no script can run to their end, and who runs them
// through the real binary instead.
var apart = map[string]string{
	"serve": "TestServersMayDie starts several and kills them",
}

// TestEveryCommandStandsInAScript: each command that docs/operations tells of,
// and each that is no operation, is run by the real binary in a script, and
// once at least so that it is expected to do what it says.
func TestEveryCommandStandsInAScript(t *testing.T) {
	pages, err := filepath.Glob("../../docs/operations/*.md")
	if err != nil || len(pages) < 100 {
		t.Fatalf("%d pages of commands, %v", len(pages), err)
	}
	commands := []string{"demo", "serve", "version", "completion"}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		title, _, _ := strings.Cut(string(text), "\n")
		if name, ok := strings.CutPrefix(title, "# throughline "); ok {
			commands = append(commands, name)
		}
	}
	runs := scriptRuns(t)
	for _, command := range commands {
		words := strings.Fields(command)
		_, elsewhere := apart[command]
		in := slices.ContainsFunc(runs, func(run []string) bool { return begins(run, words) })
		switch {
		case in && elsewhere:
			t.Errorf("throughline %s stands in a script: it need not be excused", command)
		case !in && !elsewhere:
			t.Errorf("no script in testdata/script runs throughline %s to its end", command)
		}
	}
}

// scriptRuns are the arguments with which scripts run the binary and expect it
// to succeed.
func scriptRuns(t *testing.T) (runs [][]string) {
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("%d scripts, %v", len(scripts), err)
	}
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			args, ok := strings.CutPrefix(strings.TrimSpace(line), "exec throughline ")
			run := strings.Fields(args)
			if ok && !slices.Contains(run, "--help") && !slices.Contains(run, "-h") { // help runs nothing
				runs = append(runs, run)
			}
		}
	}
	return runs
}

// begins reports whether a run is of a command: its words come first, or behind
// flags that every command has.
func begins(run, command []string) bool {
	for len(run) > 0 && strings.HasPrefix(run[0], "--") {
		flag := run[0]
		run = run[1:]
		if !strings.Contains(flag, "=") && len(run) > 0 {
			run = run[1:] // its value
		}
	}
	return len(run) >= len(command) && slices.Equal(run[:len(command)], command)
}

// TestBegins: a longer command is not a shorter one's, and the other way about.
func TestBegins(t *testing.T) {
	for _, c := range []struct {
		run, command string
		want         bool
	}{
		{"deal x --db y", "deal", true},
		{"deals --db y", "deal", false},
		{"--lang zh prepare x", "prepare", true},
		{"--lang=zh playbook show", "playbook show", true},
		{"playbook", "playbook show", false},
		{"record deal show", "show", false},
	} {
		if got := begins(strings.Fields(c.run), strings.Fields(c.command)); got != c.want {
			t.Errorf("%q is of %q: %t", c.run, c.command, got)
		}
	}
}
