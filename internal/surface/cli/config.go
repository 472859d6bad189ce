package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v4"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
)

// mostConfig bounds a file of settings, in bytes.
const mostConfig = 1 << 20

// envConfig names the file where --config does not.
const envConfig = "THROUGHLINE_CONFIG"

// configurable gives the names that a file of settings may say: the flags that
// every command shares, but for how its answer is printed, and those of serve.
func (t commandTree) configurable() map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for _, typ := range []reflect.Type{reflect.TypeFor[Where](), reflect.TypeFor[Serving]()} {
		for _, f := range reflect.VisibleFields(typ) {
			if name := f.Tag.Get("name"); name != "" {
				out[name] = f.Type
			}
		}
	}
	return out
}

// configNamed is the file that the command line or the environment names.
func configNamed(args []string) string {
	for i, a := range args {
		if a == "--" {
			break
		}
		if path, ok := strings.CutPrefix(a, "--config="); ok {
			return path
		}
		if a == "--config" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return os.Getenv(envConfig)
}

// readConfig reads the file of settings, where one is named. What it says holds
// where neither the command line nor the environment says anything. What is wrong
// with it are findings, all at once; errors are *throughline.Error.
func readConfig(args []string, names map[string]reflect.Type) (kong.Resolver, diag.Findings, error) {
	said := settings{}
	path := inHome(configNamed(args))
	if path == "" {
		return said, nil, nil
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.Size() > mostConfig:
		return nil, nil, throughline.Fail("read settings", throughline.Invalid, path, fmt.Errorf("it is larger than %d bytes", mostConfig))
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, throughline.Fail("read settings", throughline.NotFound, path, nil)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, throughline.Fail("read settings", throughline.Unavailable, path, err)
	}
	c := config{path: path, names: names, said: said}
	c.read(text)
	return said, c.findings, nil
}

// config is one file of settings while it is read.
type config struct {
	path     string
	names    map[string]reflect.Type
	said     settings
	findings diag.Findings
}

func (c *config) find(line, column int, message, hint string) *diag.Finding {
	p := diag.Pos{Line: line, Column: column}
	c.findings = append(c.findings, diag.Finding{Check: "settings", Severity: diag.Error, Message: message, Hint: hint,
		Range: diag.Range{File: c.path, Begin: p, End: p}})
	return &c.findings[len(c.findings)-1]
}

func (c *config) read(text []byte) {
	var doc yaml.Node
	if err := yaml.Load(text, &doc); err != nil {
		var one *yaml.LoadError
		if errors.As(err, &one) {
			c.find(one.Mark.Line, one.Mark.Column, "this is not YAML: "+one.Message, "")
			return
		}
		if strings.TrimSpace(string(text)) != "" {
			c.find(0, 0, "this is not YAML: "+err.Error(), "")
		}
		return
	}
	root := &doc
	if doc.Kind == yaml.DocumentNode {
		if len(doc.Content) == 0 {
			return
		}
		root = doc.Content[0]
	}
	if root.Kind != yaml.MappingNode {
		if root.Kind != 0 && root.Tag != "!!null" {
			c.find(root.Line, root.Column, "settings are names with values", "listen: 127.0.0.1:8080")
		}
		return
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		c.setting(root.Content[i], root.Content[i+1])
	}
}

func (c *config) setting(key, value *yaml.Node) {
	name := key.Value
	typ, known := c.names[name]
	if !known {
		names := make([]string, 0, len(c.names))
		for n := range c.names {
			names = append(names, n)
		}
		slices.Sort(names)
		nearest, hint := diag.Nearest(name, names), ""
		if nearest != "" {
			hint = "did you mean " + nearest + "?"
		}
		f := c.find(key.Line, key.Column, fmt.Sprintf("there is no setting %q", name), hint)
		f.Value, f.Nearest = name, nearest
		return
	}
	if _, twice := c.said[name]; twice {
		c.find(key.Line, key.Column, name+" stands here twice", "say it once")
		return
	}
	many := typ.Kind() == reflect.Slice
	switch {
	case value.Kind == yaml.ScalarNode && value.Tag == "!!null": // left open: as if it were not there
		return
	case value.Kind == yaml.ScalarNode && typ.Kind() == reflect.Bool:
		if value.Tag != "!!bool" {
			c.find(value.Line, value.Column, name+" is true or false", "")
			return
		}
		c.said[name] = strings.ToLower(value.Value)
	case value.Kind == yaml.ScalarNode && many:
		c.said[name] = []any{value.Value}
	case value.Kind == yaml.ScalarNode:
		c.said[name] = value.Value
	case value.Kind == yaml.SequenceNode && many:
		list := []any{}
		for _, one := range value.Content {
			if one.Kind != yaml.ScalarNode {
				c.find(one.Line, one.Column, name+" is a list of words", "")
				return
			}
			list = append(list, one.Value)
		}
		c.said[name] = list
	case many:
		c.find(value.Line, value.Column, name+" is a list of words", "")
	default:
		c.find(value.Line, value.Column, name+" is one value", "")
	}
}

// listens are the commands that have the flags of a server.
var listens = map[string]bool{"serve": true, "demo": true}

// settings are what a file says, by the names of flags.
type settings map[string]any

var _ kong.Resolver = settings{}

// Validate is for kong; what is wrong was told before.
func (settings) Validate(*kong.Application) error { return nil }

// Resolve gives what the file says of a flag that stands nowhere else.
func (s settings) Resolve(_ *kong.Context, at *kong.Path, flag *kong.Flag) (any, error) {
	value, ok := s[flag.Name]
	if !ok || at.App == nil && (at.Command == nil || !listens[at.Command.Name]) { // another command's flag of that name is another
		return nil, nil
	}
	for _, env := range flag.Envs {
		if _, set := os.LookupEnv(env); set {
			return nil, nil
		}
	}
	return value, nil
}

// misconfigured says what is wrong with a file of settings.
func (c *command) misconfigured(found diag.Findings, err error) int {
	if err != nil {
		return c.report(err)
	}
	if c.JSON {
		return c.report(throughline.Fail("read settings", throughline.Invalid, found[0].Range.File,
			fmt.Errorf("line %d: %s", found[0].Range.Begin.Line, found[0].Message)))
	}
	if err := diag.Print(c.Err, found, sourceOf, c.style()); err != nil {
		return Failed
	}
	return Reported
}
