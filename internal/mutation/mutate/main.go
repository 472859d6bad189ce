// Command mutate breaks the lines of scripts/mutations.txt one at a time, in a working
// tree of its own, runs the test that is named for each and says whether it
// failed. It ends with 1 where a broken line was not noticed.
//
// Takes: the list and what is committed.
// Gives: a table, a line for each entry.
// Never: touches the tree it is started in.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/throughline/throughline/internal/mutation"
)

func main() {
	only := flag.String("only", "", "only entries whose name or file contains this")
	whole := flag.Bool("whole", false, "run each test on the unbroken tree as well: it has to pass there")
	flag.Parse()
	survived, err := run(*only, *whole)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(2)
	}
	if survived > 0 {
		os.Exit(1)
	}
}

func run(only string, whole bool) (survived int, err error) {
	text, err := os.ReadFile("scripts/mutations.txt")
	if err != nil {
		return 0, err
	}
	list, err := mutation.Parse(string(text))
	if err != nil {
		return 0, err
	}
	parent, err := os.MkdirTemp("", "mutate-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(parent)
	tree := filepath.Join(parent, "tree")
	if out, err := exec.Command("git", "worktree", "add", "--detach", tree, "HEAD").CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%v: %s", err, out)
	}
	defer exec.Command("git", "worktree", "remove", "--force", tree).Run()
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	defer w.Flush()
	fmt.Fprintln(w, "line\tresult\tseconds\twhat is broken\twhat has to notice")
	for _, e := range list {
		if !strings.Contains(e.Name, only) && !strings.Contains(e.File, only) {
			continue
		}
		begin := time.Now()
		result, err := try(tree, e, whole)
		if err != nil {
			return survived, err
		}
		if result != "caught" {
			survived++
		}
		fmt.Fprintf(w, "%d\t%s\t%.0f\t%s\t%s\n", e.Line, result, time.Since(begin).Seconds(), e.Name, e.Test)
		w.Flush()
	}
	fmt.Fprintf(w, "\t%d not caught\n", survived)
	return survived, nil
}

// try breaks one line, runs its test, and puts the line back.
func try(tree string, e mutation.Entry, whole bool) (string, error) {
	path := filepath.Join(tree, e.File)
	before, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	broken, err := e.Apply(string(before))
	if err != nil {
		return "", err
	}
	if whole {
		if failed, out := test(tree, e); failed {
			return "FAILS UNBROKEN: " + last(out), nil
		}
	}
	if err := os.WriteFile(path, []byte(broken), 0o644); err != nil {
		return "", err
	}
	defer os.WriteFile(path, before, 0o644)
	failed, out := test(tree, e)
	switch {
	case failed && (strings.Contains(out, "[build failed]") || strings.Contains(out, "[setup failed]")):
		return "DOES NOT BUILD: " + last(out), nil
	case strings.Contains(out, "no tests to run"):
		return "NO SUCH TEST", nil
	case !failed:
		return "SURVIVED", nil
	}
	return "caught", nil
}

func test(tree string, e mutation.Entry) (failed bool, out string) {
	args := append([]string{"test", "-count=1"}, fields(e.Test)...)
	cmd := exec.Command("go", args...)
	cmd.Dir = tree
	var b bytes.Buffer
	cmd.Stdout, cmd.Stderr = &b, &b
	err := cmd.Run()
	return err != nil, b.String()
}

// fields takes arguments apart; what stands between apostrophes is one.
func fields(s string) (out []string) {
	for i, part := range strings.Split(s, "'") {
		if i%2 == 1 {
			out = append(out, part)
		} else {
			out = append(out, strings.Fields(part)...)
		}
	}
	return out
}

func last(out string) string {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	return lines[max(0, len(lines)-2)]
}
