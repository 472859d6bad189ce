package source_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook/source"
)

// any shape that takes every scalar, list and record of the tests.
func anything() *source.Shape {
	leaf := source.Text()
	s := leaf
	for range 4 {
		s = source.Either(source.ListOf(s, 0), source.Keyed[string](nil, s), leaf)
	}
	return s
}

// TestPlaces holds the place of every value against the text it covers: what
// stands between begin and end is the value as it was written.
func TestPlaces(t *testing.T) {
	for text, want := range map[string]string{
		"a: foo":                            "foo",
		"a:   foo bar   # c":                "foo bar",
		"a: 'it''s' # c":                    "'it''s'",
		`a: "x \" y"`:                       `"x \" y"`,
		"a: \"x\n  y\"\nb: 1":               "\"x\n  y\"",
		"a: one\n  two\n  three\nb: 1":      "one\n  two\n  three",
		"a: one\r\n  two\r\nb: 1":           "one\r\n  two",
		"a: |\n  x\n\n  y\n\nb: 1":          "|\n  x\n\n  y",
		"a: |-\r\n  x\r\n  y\r\nb: 1":       "|-\r\n  x\r\n  y",
		"a: >\n   x\n    y\n  # no comment": ">\n   x\n    y",
		"a: [x, {y: z}, 'w'] # ]":           "[x, {y: z}, 'w']",
		"a: [x, # ]\n  y,\n]\nb: 1":         "[x, # ]\n  y,\n]",
		"a: {}":                             "{}",
		"a: &k foo":                         "&k foo",
		"a: !!str foo":                      "!!str foo",
		"a:\n  - x\n  - yy\nb: 1":           "- x\n  - yy",
		"a:\n  b: 1\n  c: [2]\nd: 3":        "b: 1\n  c: [2]",
		"\ufeffa: 好的 # 注":                   "好的",
		"键: 值, 有: 号 # 注":                    "",
		"a: 你好，世界\nb: x":                    "你好，世界",
		"a: don't":                          "don't",
		"a: x#y":                            "x#y",
	} {
		n, _ := source.Parse("f.yaml", []byte(text), anything())
		v := n.Get("a")
		if v == nil {
			if want != "" {
				t.Errorf("%q: no value", text)
			}
			continue
		}
		if got := text[v.At.Begin.Offset:v.At.End.Offset]; got != want {
			t.Errorf("%q: covers %q, want %q", text, got, want)
		}
		body := strings.TrimPrefix(text, "\ufeff")
		line := strings.Split(body, "\n")[v.At.Begin.Line-1]
		if !strings.HasPrefix(line[v.At.Begin.Column-1:], strings.SplitN(want, "\n", 2)[0][:1]) {
			t.Errorf("%q: line %d column %d is not where it begins", text, v.At.Begin.Line, v.At.Begin.Column)
		}
	}
}

func TestWhatIsNoText(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "f.yaml:0:0 the file is empty",
		" \n\n":                         "f.yaml:0:0 the file is empty",
		"# only\n# comments\n":          "f.yaml:0:0 the file is empty",
		"---\n":                         "f.yaml:2:1 the file is empty",
		"a: b\xff\n":                    "f.yaml:1:5 the file is not UTF-8",
		"a: b\nc: \xe4\xbd\n":           "f.yaml:2:4 the file is not UTF-8",
		"\xff\xfea\x00:\x00":            "f.yaml:1:1 the file is not UTF-8",
		"a\x00:\x00 \x00b\x00":          "f.yaml:1:2 the file is not UTF-8, perhaps UTF-16",
		"a: b\x1b[2J\n":                 "f.yaml:1:5 a control character (U+001B) stands in the text",
		"a: b\rc: d\r":                  "f.yaml:1:5 an unusual line break (U+000D) stands in the text",
		"a: 好\u2028c: d":                "f.yaml:1:7 an unusual line break (U+2028) stands in the text",
		"a: b\n\tc: d\n\te: f\n":        "f.yaml:2:1 a tab indents this line, which YAML does not allow",
		strings.Repeat("[", 100):        "f.yaml:1:",
		strings.Repeat("{a: ", 100_000): "f.yaml:1:",
		"a: @b":                         "f.yaml:1:4 this is not YAML: while scanning for the next token: found character that cannot start any token",
		"just words":                    "f.yaml:1:1 the file is a mapping with the keys a, not \"just words\"",
	} {
		n, found := source.Parse("f.yaml", []byte(text), source.Record(source.Field{Key: "a", Shape: source.Line()}))
		if n != nil || len(found) == 0 {
			t.Errorf("%.40q: %v, %v", text, n, found)
			continue
		}
		f := found[0]
		got := fmt.Sprintf("%s:%d:%d %s", f.Range.File, f.Range.Begin.Line, f.Range.Begin.Column, f.Message)
		if !strings.HasPrefix(got, want) {
			t.Errorf("%.40q: %s, want %s", text, got, want)
		}
	}
}

// TestHostile gives long texts that are made to cost time or memory. Each must be answered with what is wrong, or be plainly read.
func TestHostile(t *testing.T) {
	const size = source.MostBytes / 8
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	bomb := "a: &a0 [x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 20; i++ {
		bomb += fmt.Sprintf("b%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), ", "))
	}
	_, found := source.Parse("f.yaml", []byte(bomb), anything())
	if len(found) != 1 || !strings.Contains(found[0].Message, "more than 200,000 values") {
		t.Errorf("the bomb: %v", found)
	}
	for what, text := range map[string]string{
		"open lists":    fill("["),
		"open mappings": fill("{a: "),
		"dashes":        fill("- "),
		"keys":          fill("? "),
		"entries":       "a: [" + fill("x,") + "]",
		"one line":      "a: " + fill("好 "),
		"one quote":     "a: '" + fill("''"),
		"same key":      fill("a: b\n"),
		"anchors":       "a: [" + fill("&a x,") + "]",
		"aliases":       "a: &a [x]\nb: [" + fill("*a, ") + "*a]",
		"comments":      fill("#\n"),
		"tabs":          fill("\ta\n"),
		"tags":          fill("- !a\n"),
		"directives":    fill("%a\n"),
		"documents":     fill("---\n"),
		"blank block":   "a: |\n" + fill("\n"),
	} {
		n, found := source.Parse("f.yaml", []byte(text), anything())
		if n == nil && !found.Errors() {
			t.Errorf("%s: nothing read and nothing said", what)
		}
		if len(found) > 400 {
			t.Errorf("%s: %d findings are more than anyone reads", what, len(found))
		}
	}
	deep := strings.Repeat("[", 70) + strings.Repeat("]", 70)
	if _, found := source.Parse("f.yaml", []byte("a: "+deep), anything()); !found.Errors() {
		t.Error("values 70 deep were taken")
	}
}

func table(f fs.FS) (string, *source.Tree) {
	tree, found := source.Read(f, source.Layout{
		{Path: "top.yaml", Required: true, Doc: "the top", Shape: source.Record(source.Field{Key: "a", Shape: source.Line()})},
		{Path: "process/*.yaml", Doc: "more", Shape: source.Record(source.Field{Key: "a", Shape: source.Line()})},
	})
	var b strings.Builder
	for _, x := range found {
		fmt.Fprintf(&b, "%s: %s %s | %s\n", x.Range.File, x.Severity, x.Message, x.Hint)
	}
	return b.String(), tree
}

func TestFolders(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	big := &fstest.MapFile{Data: make([]byte, 50<<20)}
	many := fstest.MapFS{"top.yaml": file("a: b")}
	for i := range source.MostFiles + 5 {
		many[fmt.Sprintf("process/f%d.yaml", i)] = file("a: b")
	}
	for what, c := range map[string]struct {
		files fstest.MapFS
		want  []string
	}{
		"fine":          {fstest.MapFS{"top.yaml": file("a: b"), "process/x.yaml": file("a: c"), "README.md": file("#"), ".git/x.yaml": file("{"), ".x.yaml": file("{")}, nil},
		"nothing":       {fstest.MapFS{}, []string{"the folder holds no playbook"}},
		"no YAML":       {fstest.MapFS{"README.md": file("x")}, []string{"the folder holds no playbook"}},
		"yml":           {fstest.MapFS{"top.yaml": file("a: b"), "process/x.yml": file("a: c")}, []string{"rename it to end in .yaml"}},
		"near names":    {fstest.MapFS{"top.yaml": file("a: b"), "topp.yaml": file("a: b"), "processes/x.yaml": file("a: b")}, []string{`did you mean "top.yaml"?`, `did you mean "process"?`}},
		"unknown file":  {fstest.MapFS{"top.yaml": file("a: b"), "customers.yaml": file("a: b")}, []string{"known are top.yaml, process/*.yaml"}},
		"50 MB":         {fstest.MapFS{"top.yaml": big}, []string{"the file has 52428800 bytes; a playbook file has at most 1048576"}},
		"all at once":   {fstest.MapFS{"top.yaml": file("\t{"), "process/a.yaml": file("x: 1\ny: 2"), "process/b.yaml": file("[")}, []string{"process/a.yaml: error the file has no key \"x\"", "process/a.yaml: error the file has no key \"y\"", "process/b.yaml: error this is not YAML", "top.yaml: error"}},
		"many files":    {many, []string{"the folder has 1006 files; a playbook has at most 1000"}},
		"folder":        {fstest.MapFS{"top.yaml/x": file("a")}, []string{"the playbook has no top.yaml|the folder holds no playbook"}},
		"file":          {fstest.MapFS{"top.yaml": file("a: b"), "process": file("x")}, []string{"process: error the folder cannot be read"}},
		"folder inside": {fstest.MapFS{"top.yaml": file("a: b"), "process/x/y.yaml": file("{")}, nil},
	} {
		got, _ := table(c.files)
		if strings.Count(got, "\n") != len(c.want) {
			t.Errorf("%s: %d findings, want %d:\n%s", what, strings.Count(got, "\n"), len(c.want), got)
		}
		for _, w := range c.want {
			ok := false
			for _, alt := range strings.Split(w, "|") {
				ok = ok || strings.Contains(got, alt)
			}
			if !ok {
				t.Errorf("%s: nothing like %q in\n%s", what, w, got)
			}
		}
	}
}

// TestRealFolder reads what only a real file system has.
func TestRealFolder(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "top.yaml"), 0o600); err != nil {
		t.Skip("this system makes no named pipes: ", err)
	}
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "process"), 0o700), os.Symlink("process", filepath.Join(dir, "process", "loop.yaml")),
		os.Symlink("nowhere", filepath.Join(dir, "process", "gone.yaml"))); err != nil {
		t.Fatal(err)
	}
	got, _ := table(os.DirFS(dir))
	for _, w := range []string{"top.yaml: error this is no ordinary file", "process/gone.yaml: error the file cannot be read", "process/loop.yaml: error the file cannot be read"} {
		if !strings.Contains(got, w) {
			t.Errorf("nothing like %q in\n%s", w, got)
		}
	}
	if got, _ := table(os.DirFS(filepath.Join(dir, "absent"))); !strings.Contains(got, "the folder cannot be read") {
		t.Errorf("an absent folder: %s", got)
	}
}

// endless is a file that claims to be small and never ends.
type endless struct{ fs.FS }

type endlessFile struct{ fs.File }

func (e endless) Open(name string) (fs.File, error) {
	f, err := e.FS.Open(name)
	if err == nil && name == "top.yaml" {
		return endlessFile{f}, nil
	}
	return f, err
}

func (endlessFile) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '#'
	}
	return len(p), nil
}

// failing breaks in the middle of a file.
type failing struct{ fs.FS }

type failingFile struct{ fs.File }

func (e failing) Open(name string) (fs.File, error) {
	f, err := e.FS.Open(name)
	if err == nil && name == "top.yaml" {
		return failingFile{f}, nil
	}
	return f, err
}

func (failingFile) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestFilesThatLie(t *testing.T) {
	files := fstest.MapFS{"top.yaml": {Data: []byte("a: b")}}
	if got, _ := table(endless{files}); !strings.Contains(got, "the file has more than 1048576 bytes") {
		t.Errorf("an endless file: %s", got)
	}
	if got, _ := table(failing{files}); !strings.Contains(got, "the file cannot be read: unexpected EOF") {
		t.Errorf("a failing file: %s", got)
	}
}

func TestValues(t *testing.T) {
	n, found := source.Parse("f.yaml", []byte("a: {x: 8 weeks, y: 1_000, z: '7', w: 2 days}\n"), source.Keyed[string](nil, source.Keyed[string](nil, source.Days(0, 5000))))
	if len(found) > 0 {
		t.Fatal(found)
	}
	for key, want := range map[string]int{"x": 56, "y": 1000, "z": 7, "w": 2} {
		if got, ok := n.Get("a").Get(key).Days(); !ok || got != want {
			t.Errorf("%s is %d %v, want %d", key, got, ok, want)
		}
	}
	for _, bad := range []string{"x", "-1", "1.5", "8 months", "1e99", "NaN", "99999999999999999999 days", "weeks", "8  "} {
		_, found := source.Parse("f.yaml", []byte(fmt.Sprintf("%q", bad)), source.Days(0, 5000))
		if bad != "8  " && !found.Errors() {
			t.Errorf("%q was taken for days", bad)
		}
	}
	var none *source.Node
	if none.Get("x").Get("y").String() != "" || none.Items() != nil || none.Pairs() != nil || none.Languages() != nil || none.IsList() || none.Range(diag.Range{File: "f"}).File != "f" {
		t.Error("what is absent is something")
	}
}

// FuzzParse gives any text to the most permissive shape: every value stands
// inside the text, and its place covers what was read where that can be told.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"a: b", "a: |\n  x\n", "- [x, {y: 'z'}]\n", "a: \"x\\\n  y\"", "? a\n: b", "&a a: *a", "好: [好, 好]\r\n", "a: &x !t b\n", "a: >-\n\n  x\n y", "\ufeffa: b"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		n, found := source.Parse("f.yaml", text, anything())
		if n == nil && !found.Errors() {
			t.Error("nothing read and nothing said")
		}
		var walk func(n *source.Node)
		walk = func(n *source.Node) {
			b, e := n.At.Begin, n.At.End
			if b.Offset < 0 || e.Offset < b.Offset || e.Offset > len(text) || b.Line < 1 || b.Column < 1 {
				t.Fatalf("%q: a value from %+v to %+v", text, b, e)
			}
			for _, p := range n.Pairs() {
				walk(p.Value)
			}
			for _, i := range n.Items() {
				walk(i)
			}
		}
		if n != nil {
			walk(n)
		}
	})
}

// TestWhatIsWrongWithAnAliasIsSaidWhereItStands holds findings at the use of an
// alias, where that is wrong, and at the anchor, where that is.
func TestWhatIsWrongWithAnAliasIsSaidWhereItStands(t *testing.T) {
	word := source.OneOf([]string{"red", "blue"})
	list := source.ListOf(word, 0)
	shape := source.Record(
		source.Field{Key: "text", Shape: source.Text()}, source.Field{Key: "word", Shape: word}, source.Field{Key: "again", Shape: word},
		source.Field{Key: "list", Shape: list}, source.Field{Key: "other", Shape: list},
		source.Field{Key: "whole", Shape: source.ListOf(source.Whole(0, 9), 0)},
	)
	for _, c := range []struct {
		name, text string
		want       []string // line:column of each finding
	}{
		{"a word of another list", "text: &t green\nword: *t\nagain: *t\n", []string{"2:7", "3:8"}},
		{"a mapping where a word is wanted", "text: &t\n  en: green\nword: *t\n", []string{"3:7"}},
		{"right where it is used", "text: &t red\nword: *t\n", nil},
		{"entries that are wrong only there", "list: &l [red, blue]\nwhole: *l\n", []string{"2:8", "2:8"}},
		{"entries that are wrong at the anchor too", "list: &l [red, green]\nother: *l\n", []string{"1:16"}},
		{"an alias within what an alias repeats", "text: &t green\nlist: &l [red]\nother: [*t]\n", []string{"3:9"}},
		{"Chinese before it", "text: &t 绿\nlist: [red, blue, *t]\n", []string{"2:19"}},
	} {
		_, found := source.Parse("f.yaml", []byte(c.text), shape)
		var got []string
		for _, f := range found {
			got = append(got, fmt.Sprintf("%d:%d", f.Range.Begin.Line, f.Range.Begin.Column))
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: at %v, want %v: %+v", c.name, got, c.want, found)
		}
	}
}
