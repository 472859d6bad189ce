package compile_test

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/playbook/source"
	"github.com/throughline/throughline/playbooks"
)

var update = flag.Bool("update", false, "write the golden files anew")

// folder reads a folder of testdata into memory, so that files can be exchanged.
func folder(tb testing.TB, fsys fs.FS) fstest.MapFS {
	tb.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(fsys, name)
		out[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

func small(tb testing.TB) fstest.MapFS { return folder(tb, os.DirFS("testdata/good/small")) }

// TestGood compiles every folder of testdata/good without a finding and holds
// the result, places included, against its golden file.
func TestGood(t *testing.T) {
	dirs, err := filepath.Glob("testdata/good/*/playbook.yaml")
	if err != nil || len(dirs) == 0 {
		t.Fatal("no good playbooks", err)
	}
	for _, file := range dirs {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			p, found := compile.Playbook(os.DirFS(dir))
			for _, f := range found {
				t.Error(sentence(f))
			}
			if p == nil {
				t.Fatal("no playbook")
			}
			var b strings.Builder
			said := *p
			said.Core = nil // what ships, and no word of this folder's
			dump(&b, "", reflect.ValueOf(said))
			got := b.String()
			golden := dir + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs; run with -update and read the difference. got\n%s", golden, got)
			}
		})
	}
}

// dump writes what a playbook says, a line a value, with the stretch of file it
// stands in. What is empty is left out, so that the model may grow.
func dump(b *strings.Builder, path string, v reflect.Value) {
	if !v.CanInterface() {
		return
	}
	switch x := v.Interface().(type) {
	case playbook.Text:
		if len(x) > 0 {
			fmt.Fprintf(b, "%s = %q\n", path, map[string]string(x))
		}
		return
	case playbook.Value:
		if len(x.Text) > 0 {
			fmt.Fprintf(b, "%s = %q %s\n", path, map[string]string(x.Text), stretch(x.At))
		}
		return
	case diag.Range:
		if x != (diag.Range{}) {
			fmt.Fprintf(b, "%s = %s\n", path, stretch(x))
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; name != "Hash" && name != "Library" && name != "Defaults" {
				dump(b, strings.TrimPrefix(path+"."+name, "."), v.Field(i))
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			dump(b, fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(x, y reflect.Value) int { return strings.Compare(x.String(), y.String()) })
		for _, k := range keys {
			dump(b, fmt.Sprintf("%s[%s]", path, k), v.MapIndex(k))
		}
	default:
		if !v.IsZero() {
			fmt.Fprintf(b, "%s = %v\n", path, v.Interface())
		}
	}
}

func stretch(r diag.Range) string {
	return fmt.Sprintf("%s:%d:%d-%d:%d", r.File, r.Begin.Line, r.Begin.Column, r.End.Line, r.End.Column)
}

var wanted = regexp.MustCompile("want([+]\\d+)? `([^`]*)`")

// TestBad puts each file of testdata/bad into the small playbook, in place of
// the file its name begins with. Each `# want` names the message and hint of
// one finding of its line (or of a line below: want+1); nothing else may be found.
func TestBad(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no bad files", err)
	}
	for _, file := range files {
		base := filepath.Base(file)
		t.Run(strings.TrimSuffix(base, ".yaml"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			kind, _, _ := strings.Cut(base, "_")
			name := kind + ".yaml"
			if kind == "process" {
				name = "process/standard.yaml"
			}
			type want struct {
				line int
				re   *regexp.Regexp
			}
			var wants []want
			for i, line := range strings.Split(string(text), "\n") {
				for _, m := range wanted.FindAllStringSubmatch(line, -1) {
					n := 0
					fmt.Sscanf(m[1], "+%d", &n)
					wants = append(wants, want{i + 1 + n, regexp.MustCompile(m[2])})
				}
			}
			if len(wants) == 0 {
				t.Fatal("the file wants nothing")
			}
			fsys := small(t)
			fsys[name] = &fstest.MapFile{Data: text}
			_, found := compile.Playbook(fsys)
			for _, f := range found {
				if f.Range.File != name {
					if name == "process/standard.yaml" && f.Check == source.CheckReference {
						continue // the small mapping names stages of the small process
					}
					t.Errorf("in another file: %s", sentence(f))
					continue
				}
				hit := false
				for i, w := range wants {
					if hit = w.line == f.Range.Begin.Line && w.re.MatchString(f.Message+" | "+f.Hint); hit {
						wants = append(wants[:i], wants[i+1:]...)
						break
					}
				}
				if !hit {
					t.Errorf("not wanted: %s", sentence(f))
				}
			}
			for _, w := range wants {
				t.Errorf("line %d: nothing found like %s", w.line, w.re)
			}
			inside(t, fsys, found)
		})
	}
}

func sentence(f diag.Finding) string {
	return fmt.Sprintf("%s:%d:%d: %s %s | %s [%s]", f.Range.File, f.Range.Begin.Line, f.Range.Begin.Column, f.Severity, f.Message, f.Hint, f.Check)
}

// inside holds what must be true of any finding about any files: it can be
// shown, stands inside its file, offers a way out and only fixes that hold.
func inside(tb testing.TB, fsys fstest.MapFS, found diag.Findings) {
	tb.Helper()
	text := func(file string) []byte {
		if f := fsys[file]; f != nil {
			return f.Data
		}
		return nil
	}
	for _, f := range found {
		src := text(f.Range.File)
		if f.Message == "" || f.Hint == "" && f.Check != source.CheckType && f.Check != source.CheckSyntax {
			tb.Errorf("no message or no way out: %s", sentence(f))
		}
		b, e := f.Range.Begin, f.Range.End
		if b.Line == 0 {
			continue
		}
		lines := bytes.Split(src, []byte("\n"))
		if b.Line > len(lines) || b.Column < 1 || b.Column > len(lines[b.Line-1])+4 {
			tb.Errorf("stands outside its file: %s", sentence(f))
		}
		if e.Line != 0 && (e.Line < b.Line || e.Line == b.Line && e.Column < b.Column || e.Offset > len(src)+1 || e.Offset < b.Offset) {
			tb.Errorf("ends before it begins or after the file: %s %+v", sentence(f), f.Range)
		}
		if f.Fix != nil {
			for _, ed := range f.Fix.Edits {
				if ed.Range.End.Offset > len(src) || ed.Range.Begin.Offset > ed.Range.End.Offset {
					tb.Errorf("an edit outside the file: %s", sentence(f))
				}
			}
		}
	}
	if err := diag.Print(&bytes.Buffer{}, found, text, diag.Style{}); err != nil {
		tb.Error(err)
	}
}

func TestFixesMend(t *testing.T) {
	fsys := small(t)
	file := fsys["mapping.yaml"]
	file.Data = bytes.Replace(file.Data, []byte("stage/first"), []byte("stage/frist"), 1)
	fsys["classes.yaml"].Data = bytes.Replace(fsys["classes.yaml"].Data, []byte("complex"), []byte("comlpex"), 1)
	fsys["journey.yaml"].Data = bytes.Replace(fsys["journey.yaml"].Data, []byte("problem_owner"), []byte("\"problemowner\""), 1)
	_, found := compile.Playbook(fsys)
	mended := 0
	for _, f := range found {
		if f.Fix == nil {
			continue
		}
		for _, e := range f.Fix.Edits {
			d := fsys[e.Range.File]
			d.Data = []byte(string(d.Data[:e.Range.Begin.Offset]) + e.Text + string(d.Data[e.Range.End.Offset:]))
			mended++
		}
	}
	if _, found = compile.Playbook(fsys); len(found) > 0 || mended != 3 {
		t.Errorf("%d edits, and left are %v", mended, found)
	}
}

func TestWhatIsMissing(t *testing.T) {
	for name, want := range map[string]string{
		"playbook.yaml": "the playbook has no playbook.yaml", "journey.yaml": "the playbook has no journey.yaml",
		"tracks.yaml": "the playbook has no tracks.yaml", "classes.yaml": "the playbook has no classes.yaml",
		"process/standard.yaml": "the playbook has no process/*.yaml", "mapping.yaml": "",
	} {
		fsys := small(t)
		delete(fsys, name)
		p, found := compile.Playbook(fsys)
		switch {
		case want == "" && (len(found) > 0 || p == nil):
			t.Errorf("without %s: %v", name, found)
		case want != "" && (len(found) != 1 || found[0].Message != want):
			t.Errorf("without %s: %v", name, found)
		}
		if usable := name == "playbook.yaml" || name == "tracks.yaml" || name == "mapping.yaml"; usable != (p != nil) {
			t.Errorf("without %s: usable is %v", name, p != nil)
		}
	}
}

func TestHash(t *testing.T) {
	hash := func(change func(fstest.MapFS)) string {
		fsys := small(t)
		change(fsys)
		p, found := compile.Playbook(fsys)
		if p == nil {
			t.Fatal(found)
		}
		return p.Hash
	}
	replace := func(file, was, is string) func(fstest.MapFS) {
		return func(m fstest.MapFS) {
			if !bytes.Contains(m[file].Data, []byte(was)) {
				t.Fatalf("%s has no %q", file, was)
			}
			m[file].Data = bytes.Replace(m[file].Data, []byte(was), []byte(is), 1)
		}
	}
	was := hash(func(fstest.MapFS) {})
	if len(was) != 64 {
		t.Errorf("hash %q is not SHA-256 in hexadecimal", was)
	}
	for what, change := range map[string]func(fstest.MapFS){
		"a comment":      replace("playbook.yaml", "name: Small", "# hello\nname: Small"),
		"quotes":         replace("playbook.yaml", "name: Small", "name: 'Small'"),
		"a language map": replace("playbook.yaml", "name: Small", "name: {en: Small}"),
		"weeks":          replace("playbook.yaml", "8 weeks", "56 days"),
		"a default":      replace("playbook.yaml", "{default: 30}", "{default: 30, enough: 30}"),
		"phase order":    replace("classes.yaml", "[p2, p1]", "[p1, p2]"),
		"line ends":      func(m fstest.MapFS) { m["journey.yaml"].Data = crlf(m["journey.yaml"].Data) },
		"an empty list":  replace("mapping.yaml", "  postponed: []\n", ""),
	} {
		if got := hash(change); got != was {
			t.Errorf("%s changed the hash", what)
		}
	}
	seen := map[string]string{was: "nothing"}
	for what, change := range map[string]func(fstest.MapFS){
		"a name":      replace("playbook.yaml", "Small", "Smaller"),
		"a language":  replace("playbook.yaml", "name: Small", "name: {de: Small}"),
		"a number":    replace("playbook.yaml", "default: 30", "default: 31"),
		"stage order": replace("process/standard.yaml", "  - {id: first, name: First, serves: p1}\n", ""),
		"a serving":   replace("process/standard.yaml", "serves: p5", "serves: p6"),
		"a mapping":   replace("mapping.yaml", "Closed Won", "Won"),
		"a cause":     replace("mapping.yaml", "unfunded", "overtaken"),
		"a mark":      replace("classes.yaml", "grade: E3", "grade: E2"),
	} {
		got := hash(change)
		if other, ok := seen[got]; ok {
			t.Errorf("%s has the hash of %s", what, other)
		}
		seen[got] = what
	}
}

func crlf(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")) }

// TestStarterWords holds the words that well-known systems ship with against
// the starter's mapping.
func TestStarterWords(t *testing.T) {
	p, _ := compile.Playbook(playbooks.Starter())
	if p == nil {
		t.Fatal("the starter did not compile")
	}
	for word, want := range map[string]throughline.Phase{
		"Prospecting": throughline.Notice, "Engaging": throughline.Own, "Qualification": throughline.Own, "Needs Analysis": throughline.Align,
		"Value Proposition": throughline.Explore, "Id. Decision Makers": throughline.Explore, "Perception Analysis": throughline.Explore,
		"Proposal/Price Quote": throughline.Choose, "Negotiation/Review": throughline.Choose,
		"appointmentscheduled": throughline.Notice, "Qualified To Buy": throughline.Own, "Presentation Scheduled": throughline.Explore,
		"Decision Maker Bought-In": throughline.Choose, "Contract Sent": throughline.Choose,
		"Qualify": throughline.Own, "Develop": throughline.Align, "Propose": throughline.Choose, "Close": throughline.Choose,
		"Qualified": throughline.Own, "Contact Made": throughline.Notice, "Demo Scheduled": throughline.Explore, "Proposal Made": throughline.Choose,
		"Negotiations Started": throughline.Choose,
	} {
		got, ok := p.Mapping.Stages[playbook.Fold(word)]
		if !ok || p.ServedBy(got.Stage) != want {
			t.Errorf("stage %q: %v serves %v, want %v", word, got.Stage, p.ServedBy(got.Stage), want)
		}
	}
	for word, want := range map[string]playbook.MappedEnd{
		"Closed Won": {Outcome: throughline.Won}, "closedwon": {Outcome: throughline.Won}, "Won": {Outcome: throughline.Won},
		"Closed Lost": {Outcome: throughline.LostUnknown}, "closedlost": {Outcome: throughline.LostUnknown}, "Lost": {Outcome: throughline.LostUnknown},
		"Lost to Competitor":           {Outcome: throughline.LostCompetitor},
		"No Budget / Lost Funding":     {Outcome: throughline.NoDecision, Cause: throughline.Unfunded},
		"No Decision / Non-Responsive": {Outcome: throughline.NoDecision},
		"Price":                        {Outcome: throughline.LostUnknown},
	} {
		got := p.Mapping.Outcomes[playbook.Fold(word)]
		if got.Outcome != want.Outcome || got.Cause != want.Cause {
			t.Errorf("outcome %q is %v %v, want %v %v", word, got.Outcome, got.Cause, want.Outcome, want.Cause)
		}
	}
	for word, want := range map[string]throughline.Role{
		"Champion": throughline.ChangeLeader, "Economic Buyer": throughline.BudgetDecider, "Decision Maker": throughline.BudgetDecider,
		"End User": throughline.UserRole, "Legal & Compliance": throughline.Checker, "Executive Sponsor": throughline.SponsorRole, "Blocker": throughline.Opponent,
	} {
		if got := p.Mapping.Roles[playbook.Fold(word)]; got != want {
			t.Errorf("role %q is %q, want %q", word, got, want)
		}
	}
	if _, ok := p.Mapping.Roles["influencer"]; ok {
		t.Error("an influencer is guessed to be something")
	}
}

// FuzzPlaybook puts any bytes in place of any file: no panic, findings that
// can be shown, and a reason whenever there is no playbook.
func FuzzPlaybook(f *testing.F) {
	good := small(f)
	names := []string{"playbook.yaml", "journey.yaml", "tracks.yaml", "classes.yaml", "process/standard.yaml", "mapping.yaml", "process/Odd Name.yaml"}
	for i, name := range names {
		if file := good[name]; file != nil {
			f.Add(uint8(i), file.Data)
			f.Add(uint8(i), crlf(file.Data))
			f.Add(uint8(i), file.Data[:len(file.Data)/2])
		}
	}
	bad, _ := filepath.Glob("testdata/bad/*.yaml")
	for i, file := range bad {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(i), text)
	}
	f.Add(uint8(0), []byte("a: &a [*a, *a]\nb: &b {<<: *b}\n"))
	f.Add(uint8(1), []byte("\ufeff? {a: 1}\n: - \"x\n  y\\\"\"\n"))
	f.Fuzz(func(t *testing.T, which uint8, text []byte) {
		fsys := maps.Clone(good)
		fsys[names[int(which)%len(names)]] = &fstest.MapFile{Data: text}
		p, found := compile.Playbook(fsys)
		inside(t, fsys, found)
		if p == nil && !found.Errors() {
			t.Error("no playbook and no reason")
		}
		if p != nil && p.Hash != compile.Hash(p) {
			t.Error("the hash is not the hash")
		}
	})
}

// large makes a playbook of at least so many lines in so many process files.
func large(tb testing.TB, lines, processes int) (fstest.MapFS, int) {
	fsys := folder(tb, playbooks.Starter())
	delete(fsys, "mapping.yaml")
	base := 0
	for _, f := range fsys {
		base += bytes.Count(f.Data, []byte("\n"))
	}
	total := base
	for i := range processes {
		var b strings.Builder
		fmt.Fprintf(&b, "name: {en: Process %d, zh: 流程}\nstages:\n", i)
		for j := 0; strings.Count(b.String(), "\n") < (lines-base)/processes; j++ {
			fmt.Fprintf(&b, "  - id: stage-%d\n    name: {en: Stage %d, zh: 阶段}\n    serves: p%d\n    milestones:\n", j, j, j%9+1)
			for k := range 2 {
				fmt.Fprintf(&b, "      - id: milestone-%d-%d\n        short: {en: Measure agreed, zh: 标准已定}\n        statement:\n          en: The head of finance recorded the measure.\n          zh: 财务负责人记录了指标。\n", j, k)
			}
		}
		fsys[fmt.Sprintf("process/p%d.yaml", i)] = &fstest.MapFile{Data: []byte(b.String())}
		total += strings.Count(b.String(), "\n")
	}
	return fsys, total
}

func BenchmarkPlaybook(b *testing.B) {
	for _, c := range []struct{ lines, files int }{{2000, 1}, {2000, 10}, {10_000, 100}} {
		b.Run(fmt.Sprintf("lines=%d/processes=%d", c.lines, c.files), func(b *testing.B) {
			fsys, lines := large(b, c.lines, c.files)
			for b.Loop() {
				if p, found := compile.Playbook(fsys); p == nil || len(found) > 0 {
					b.Fatal(found)
				}
			}
			b.ReportMetric(float64(lines), "lines")
		})
	}
}
