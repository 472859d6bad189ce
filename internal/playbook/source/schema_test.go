package source_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/throughline/throughline/internal/playbook/source"
	"github.com/throughline/throughline/playbooks"
)

var updateSchemas = flag.Bool("schemas", false, "write docs/formats/schema anew")

const schemas = "../../../docs/formats/schema"

// compiled gives the schema of a file of a playbook, ready to validate.
func compiled(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	kind, ok := source.Playbook().Of(name)
	if !ok {
		t.Fatalf("a playbook has no %s", name)
	}
	text, err := kind.Schema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("file:///"+kind.SchemaName(), doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("file:///" + kind.SchemaName())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// asJSON reads YAML the way an editor hands it to a schema.
func asJSON(t *testing.T, text []byte) any {
	t.Helper()
	var v any
	if err := yaml.Load(text, &v); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheSchemasTakeWhatShips(t *testing.T) {
	for dir, fsys := range map[string]fs.FS{"": playbooks.Starter(), "pack": playbooks.Packs(), "preset": playbooks.Presets()} {
		err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := fs.ReadFile(fsys, name)
			if err != nil {
				return err
			}
			if err := compiled(t, path.Join(dir, name)).Validate(asJSON(t, text)); err != nil {
				t.Errorf("%s/%s: %v", dir, name, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestTheSchemasFlagTheSameKeys: a key that the check does not know is one the
// schema does not know, and the other way round.
func TestTheSchemasFlagTheSameKeys(t *testing.T) {
	tests := []struct {
		file, text, key string
	}{
		{"playbook.yaml", "nmae: x\nname: x\nevidence: {cycle: 3}\nsilence: {default: 3}\n", "nmae"},
		{"playbook.yaml", "name: x\nevidence: {cycle: 3, shelflife: {}}\nsilence: {default: 3}\n", "shelflife"},
		{"playbook.yaml", "name: x\nevidence: {cycle: 3}\nsilence: {default: 3}\ncharter: {stratgy: x}\n", "stratgy"},
		{"playbook.yaml", "name: x\nevidence: {cycle: 3}\nsilence: {default: 3}\nlimits: {stage: 3}\n", "stage"},
		{"process/x.yaml", "name: x\nstages: [{id: a, name: A, serves: p1, milestone: []}]\n", "milestone"},
		{"process/x.yaml", "name: x\nstages: [{id: a, name: A, serves: p1, milestones: [{id: m, short: s, statement: t, keeps: {}}]}]\n", "keeps"},
		{"pack/x.yaml", "name: x\nidea: y\nweights: {p1: 1}\ncredit: z\nstages: []\n", "stages"},
		{"pack/x.yaml", "name: x\nidea: y\nweights: {p10: 1}\ncredit: z\n", "p10"},
		{"preset/x.yaml", "name: x\ndiffers: y\nclass: complex\nmilestones: [{id: a, short: b, statement: c, serves: p1}]\ntraps: [a, b, c]\ntrap: d\n", "trap"},
		{"classes.yaml", "complx: {shown: [p1], pass: {grade: E3}}\n", "complx"},
		{"mapping.yaml", "outcomes: {won: [x], lost: [y]}\n", "lost"},
		{"x_test.yaml", "tests: [{name: n, expect: {frontir: p1}}]\n", "frontir"},
	}
	for _, tt := range tests {
		kind, _ := source.Playbook().Of(tt.file)
		_, found := source.Parse(tt.file, []byte(tt.text), kind.Shape)
		said := false
		for _, f := range found {
			said = said || f.Field == tt.key && (f.Check == source.CheckKey || f.Check == source.CheckRefused)
		}
		if !said {
			t.Errorf("%s: the check does not flag %q: %v", tt.file, tt.key, found)
		}
		err := compiled(t, tt.file).Validate(asJSON(t, []byte(tt.text)))
		if err == nil || !strings.Contains(err.Error(), "'"+tt.key+"'") {
			t.Errorf("%s: the schema does not flag %q: %v", tt.file, tt.key, err)
		}
	}
}

// TestTheSchemasAreKept holds docs/formats/schema to the layout; -schemas writes it.
func TestTheSchemasAreKept(t *testing.T) {
	for _, kind := range source.Playbook() {
		want, err := kind.Schema()
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, '\n')
		name := filepath.Join(schemas, kind.SchemaName())
		if *updateSchemas {
			if err := os.MkdirAll(schemas, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, want, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if got, err := os.ReadFile(name); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not the schema of %s; run with -schemas (%v)", name, kind.Path, err)
		}
	}
}
