package cli

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"charm.land/lipgloss/v2"

	"github.com/throughline/throughline/internal/operation"
)

// ran carries out a command line that needs no database.
func ran(t *testing.T, args ...string) (out, err string, status int) {
	t.Helper()
	var o, e bytes.Buffer
	status = Run(t.Context(), args, nil, Streams{In: strings.NewReader(""), Out: &o, Err: &e})
	return o.String(), e.String(), status
}

// TestEveryCommandHelps: each command says what it is for, in its own words, and
// how it is really used.
func TestEveryCommandHelps(t *testing.T) {
	for _, op := range operation.All() {
		out, err, status := ran(t, append(slices.Clone(op.Words), "--help")...)
		name := strings.Join(op.Words, " ")
		if status != 0 || err != "" {
			t.Errorf("%s --help ends with %d: %s", name, status, err)
			continue
		}
		if !strings.Contains(oneLine(out), oneLine(op.Summary)) {
			t.Errorf("%s --help does not say %q", name, op.Summary)
		}
		if !strings.Contains(out, "throughline "+name) || !strings.Contains(out, sharedFlags) {
			t.Errorf("%s --help shows no use of it, or not the flags of all:\n%s", name, out)
		}
	}
}

// TestMistakesAreSaidPlainly: what is wrong with a command line is told in words
// of the command, not of the program that takes it apart, and where more is said.
func TestMistakesAreSaidPlainly(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"deels", `there is no command "deels"; did you mean one of deals, deal?`},
		{"deals --limit many", `--limit is a whole number, not "many"`},
		{"deals --nosuch", "there is no --nosuch"},
		{"deals --limit", "--limit needs a value after it"},
		{"deals extra", `throughline deals has no use for "extra"`},
		{"playbook", "throughline playbook needs another word: "},
		{"record dael x", "there is no command"},
		{"deal", "throughline deal needs ID after it"},
		{"completion tcsh", `"tcsh" is none of bash, zsh, fish`},
	} {
		out, err, status := ran(t, strings.Fields(c.line)...)
		if status != Usage || out != "" || !strings.Contains(err, c.want) || !strings.Contains(err, "--help says more") {
			t.Errorf("throughline %s: %d, %q, %q; want %q", c.line, status, out, err, c.want)
		}
		if strings.Contains(err, "positional") || strings.Contains(err, "expected") {
			t.Errorf("throughline %s: %q speaks of the parser", c.line, err)
		}
		out, err, status = ran(t, append(strings.Fields(c.line), "--json")...)
		var said failure
		if e := json.Unmarshal([]byte(out), &said); e != nil || status != Usage || err != "" || said.Error.Message == "" {
			t.Errorf("throughline %s --json: %d, %q, %q, %v", c.line, status, out, err, e)
		}
	}
}

// TestCompletionKnowsEveryCommand: in each shell's script each word of each
// command stands, and the flags that all have.
func TestCompletionKnowsEveryCommand(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		out, err, status := ran(t, "completion", shell)
		if status != 0 || err != "" {
			t.Fatalf("completion %s: %d, %s", shell, status, err)
		}
		words := strings.FieldsFunc(out, func(r rune) bool { return strings.ContainsRune(" \n\t\"'|()=;", r) })
		for _, op := range operation.All() {
			for _, w := range op.Words {
				if !slices.Contains(words, w) {
					t.Errorf("the completion for %s does not know %q of %q", shell, w, op.Words)
				}
			}
		}
	}
}

// TestForeignTextDoesNotSteer: whatever a text holds, nothing of it moves the
// cursor, turns the direction of writing or ends the line.
func TestForeignTextDoesNotSteer(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	harmless := "Ada Lovelace, 陈静 · Ünïcode 😀"
	if got := clean(harmless); got != harmless {
		t.Errorf("%q became %q", harmless, got)
	}
	for range 2000 {
		b := make([]byte, r.IntN(40))
		for i := range b {
			b[i] = byte(r.IntN(256))
		}
		for _, s := range []string{string(b), harmless + string(rune(r.IntN(0x3000))) + harmless} {
			got := clean(s)
			if !utf8.ValidString(got) || clean(got) != got {
				t.Fatalf("%q became %q", s, got)
			}
			for _, c := range got {
				if c < ' ' || c >= 0x7f && c < 0xa0 || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069 {
					t.Fatalf("%q became %q, with %U", s, got, c)
				}
			}
		}
	}
}

// TestShortIsNoWiderThanItMay: a cut text takes the columns that it has, wide
// signs counted as two, and is the beginning of what it was.
func TestShortIsNoWiderThanItMay(t *testing.T) {
	for _, s := range []string{"", "Handover", "One handover for all wards", "所有病房一次交接班", "Ü😀ä陈静 and others", strings.Repeat("é", 50)} {
		for width := 1; width < 60; width++ {
			got := short(s, width)
			if lipgloss.Width(got) > width {
				t.Fatalf("%q in %d columns is %q, which takes %d", s, width, got, lipgloss.Width(got))
			}
			head, cut := strings.CutSuffix(got, "…")
			if cut == (lipgloss.Width(s) <= width) || !strings.HasPrefix(s, head) {
				t.Fatalf("%q in %d columns is %q", s, width, got)
			}
		}
	}
}

// TestVersionOf: the name of a release, of a module, or none; and the commit.
func TestVersionOf(t *testing.T) {
	setting := func(pairs ...string) (out []debug.BuildSetting) {
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, debug.BuildSetting{Key: pairs[i], Value: pairs[i+1]})
		}
		return out
	}
	for _, c := range []struct {
		info    *debug.BuildInfo
		version string
		commit  string
		changed bool
	}{
		{nil, "unreleased", "", false},
		{&debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "unreleased", "", false},
		{&debug.BuildInfo{Main: debug.Module{Version: "v1.2.0"}}, "v1.2.0", "", false},
		{&debug.BuildInfo{Settings: setting("vcs.revision", "abc", "vcs.modified", "true")}, "unreleased", "abc", true},
		{&debug.BuildInfo{Settings: setting("vcs.revision", "abc", "vcs.modified", "false")}, "unreleased", "abc", false},
	} {
		v := versionOf(c.info)
		if v.Version != c.version || v.Commit != c.commit || v.Changed != c.changed || v.Go == "" || !strings.Contains(v.System, "/") {
			t.Errorf("%+v: %+v", c.info, v)
		}
	}
}
