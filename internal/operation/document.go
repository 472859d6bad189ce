package operation

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline/internal/diag"
)

// Document gives an operation's page of docs/operations: what it does, what it
// takes, the shape of its answer.
func (o Operation) Document() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# throughline %s\n\n%s.\n\n%s\n\n", strings.Join(o.Words, " "), strings.TrimSuffix(o.Summary, "."), o.About)
	for _, e := range o.Examples {
		fmt.Fprintf(&b, "    %s\n", e)
	}
	fmt.Fprintf(&b, "\nIt %s", o.Effect)
	if o.Long {
		b.WriteString(", takes a while and shows its progress")
	}
	fmt.Fprintf(&b, ", and needs the permission to %s.", o.Permission)
	if o.Route != "" {
		method, path, _ := strings.Cut(o.Route, " ")
		fmt.Fprintf(&b, " Over REST: `%s /api%s`.", method, path)
	}
	b.WriteString("\n\n## Takes\n\n")
	inputs := 0
	for _, f := range reflect.VisibleFields(o.in) {
		help := f.Tag.Get("help")
		if help == "" || f.Anonymous {
			continue
		}
		if inputs++; inputs == 1 {
			b.WriteString("| | |\n|---|---|\n")
		}
		name := "--" + f.Tag.Get("name")
		if _, arg := f.Tag.Lookup("arg"); arg {
			name = strings.ToUpper(f.Tag.Get("name"))
		}
		if ph := f.Tag.Get("placeholder"); ph != "" {
			name += " " + ph
		}
		fmt.Fprintf(&b, "| `%s` | %s |\n", name, help)
	}
	if inputs == 0 {
		b.WriteString("Nothing of its own.\n")
	}
	b.WriteString("\n## Gives, with `--json`\n\n```\n")
	b.WriteString(o.Gives())
	b.WriteString("```\n")
	return b.String()
}

// Gives is the shape of an operation's answer, a field a line.
func (o Operation) Gives() string {
	var b strings.Builder
	shape(&b, o.out, "", nil)
	return b.String()
}

// Taken is a field of an operation's input, as a program sends it.
type Taken struct{ Name, In, Kind, Help string } // In: path, query or body

// Takes lists what a program may send, the path's first.
func (o Operation) Takes() []Taken {
	var out []Taken
	for _, in := range []string{"path", "query", "body"} {
		for _, f := range reflect.VisibleFields(o.in) {
			name := f.Tag.Get(in)
			if in == "body" {
				if strings.HasPrefix(o.Route, "GET ") || f.Tag.Get("path") != "" || f.Tag.Get("query") != "" {
					continue
				}
				name, _, _ = strings.Cut(f.Tag.Get("json"), ",")
			}
			if f.IsExported() && !f.Anonymous && name != "" && name != "-" {
				out = append(out, Taken{name, in, word(f.Type), f.Tag.Get("help")})
			}
		}
	}
	return out
}

var (
	textType = reflect.TypeFor[encoding.TextMarshaler]()
	jsonType = reflect.TypeFor[json.Marshaler]()
)

// shape writes the JSON fields of a type, indented; a type within itself is
// named, not opened again.
func shape(b *strings.Builder, t reflect.Type, indent string, within []reflect.Type) {
	if t == reflect.TypeFor[diag.Findings]() {
		return
	}
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice && !t.Implements(textType) {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || spelt(t) != "" || slices.Contains(within, t) {
		return
	}
	for _, f := range reflect.VisibleFields(t) {
		name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" || f.Anonymous && name == "" || name == "" {
			continue
		}
		often := ""
		if strings.Contains(opts, "omit") {
			often = "  (left out when empty)"
		}
		fmt.Fprintf(b, "%s%-*s %s%s\n", indent, max(1, 26-len(indent)), name, word(f.Type), often)
		inner := f.Type
		if inner.Kind() == reflect.Map {
			inner = inner.Elem()
		}
		shape(b, inner, indent+"  ", append(within, t))
	}
}

// spelt gives the word for a type that is one JSON value though Go has fields for it.
func spelt(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return "time, 2017-06-30T00:00:00Z"
	case t.Name() == "Day":
		return "day, 2017-06-30"
	case t.Implements(textType) || reflect.PointerTo(t).Implements(textType):
		return "text (" + strings.ToLower(t.Name()) + ")"
	case t == reflect.TypeFor[diag.Finding]():
		return "finding, see docs/formats/findings.md"
	case t.Implements(jsonType):
		return strings.ToLower(t.Name()) + ", see docs/formats/facts.md"
	}
	return ""
}

func word(t reflect.Type) string {
	if s := spelt(t); s != "" {
		return s
	}
	switch t.Kind() {
	case reflect.Pointer:
		return word(t.Elem()) + " or null"
	case reflect.Slice:
		return "list of " + word(t.Elem())
	case reflect.Map:
		return "object: " + word(t.Key()) + " to " + word(t.Elem())
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int32, reflect.Int64:
		return "whole number"
	case reflect.Float64:
		return "number"
	case reflect.Struct:
		return "object"
	}
	return "any"
}
