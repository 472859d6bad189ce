package main

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/throughline/throughline/internal/surface/cli"
)

func TestMain(m *testing.M) {
	if os.Getenv(runAsThroughline) != "" {
		watchSteps(os.Getenv(killAtStep), os.Getenv(countSteps))
		if folder := os.Getenv(probeJobs); folder != "" {
			os.Exit(cli.Run(context.Background(), os.Args[1:], probing(folder), streams()))
		}
		main()
		return
	}
	testscript.Main(m, map[string]func(){"throughline": main})
}

// TestScripts drives the real binary. $SHARED is the folder with other
// people's data beside the repository; a script that needs it begins with
// [!shared] skip.
func TestScripts(t *testing.T) {
	shared, err := filepath.Abs("../../../shared")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("SHARED", shared)
			e.Setenv("NO_COLOR", "1")
			e.Setenv("LANG", "en_US.UTF-8")
			return nil
		},
		Condition: func(cond string) (bool, error) {
			_, err := os.Stat(shared)
			return cond == "shared" && err == nil, nil
		},
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"take": take},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// take NAME EXPRESSION keeps what the first group of a regular expression finds
// in the last standard output, as $NAME.
func take(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: take NAME EXPRESSION")
	}
	found := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) < 2 {
		ts.Fatalf("%s finds nothing in what was said", args[1])
	}
	ts.Setenv(args[0], found[1])
}
