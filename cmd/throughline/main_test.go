package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	if os.Getenv(runAsThroughline) != "" {
		watchSteps(os.Getenv(killAtStep), os.Getenv(countSteps))
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
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}
