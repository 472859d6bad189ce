package cli

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/throughline/throughline"
)

type versionCommand struct{}

// release is the name of the version, set when a release is built:
// -ldflags "-X github.com/throughline/throughline/internal/surface/cli.release=v1.2.0".
var release string

// Version says which program this is.
type Version struct {
	Version string `json:"version"` // a tag, or "unreleased" where nobody named one
	Commit  string `json:"commit,omitempty"`
	Changed bool   `json:"changed,omitempty"` // built from a tree with changes beside that commit
	Go      string `json:"go"`
	System  string `json:"system"` // "linux/amd64"
}

func versionOf(info *debug.BuildInfo) Version {
	v := Version{Version: release, Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH}
	if info != nil {
		if m := info.Main.Version; v.Version == "" && m != "" && m != "(devel)" {
			v.Version = m // as go install had it
		}
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				v.Commit = s.Value
			case "vcs.modified":
				v.Changed = s.Value == "true"
			}
		}
	}
	if v.Version == "" {
		v.Version = "unreleased"
	}
	return v
}

func (c *command) version() error {
	info, _ := debug.ReadBuildInfo()
	v := versionOf(info)
	if c.JSON {
		if err := json.NewEncoder(c.Out).Encode(v); err != nil {
			return throughline.Fail("write answer", throughline.Unavailable, "", err)
		}
		return nil
	}
	words := []string{"throughline", v.Version}
	if v.Commit != "" {
		words = append(words, v.Commit[:min(len(v.Commit), 12)]+map[bool]string{true: "+changes"}[v.Changed])
	}
	if _, err := fmt.Fprintf(c.Out, "%s (%s, %s)\n", strings.Join(words, " "), v.Go, v.System); err != nil {
		return throughline.Fail("write answer", throughline.Unavailable, "", err)
	}
	return nil
}

// Release names the version of the program that runs.
func Release() string {
	info, _ := debug.ReadBuildInfo()
	return versionOf(info).Version
}
