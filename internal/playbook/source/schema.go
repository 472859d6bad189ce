package source

import (
	"encoding/json"
	"path"
	"strings"
)

// Schema gives the JSON Schema (2020-12) of a kind of file, made from the same
// declaration that files are checked by, so that an editor completes and flags
// the same keys.
func (f File) Schema() ([]byte, error) {
	s := f.Shape.schema()
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = f.Path
	s["description"] = f.Doc
	return json.MarshalIndent(s, "", "  ")
}

// SchemaName is the name of the file a schema is kept in: "process.schema.json".
func (f File) SchemaName() string {
	dir, last := path.Split(f.Path)
	if last == "*.yaml" {
		return strings.TrimSuffix(dir, "/") + ".schema.json"
	}
	return strings.Trim(strings.TrimSuffix(last, ".yaml"), "*_") + ".schema.json"
}

type object = map[string]any

func (s *Shape) schema() object {
	switch s.Kind {
	case TextShape:
		return object{"anyOf": []object{
			{"type": []string{"string", "number", "boolean"}},
			{"type": "object", "minProperties": 1, "propertyNames": object{"pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$"},
				"additionalProperties": object{"type": []string{"string", "number", "boolean"}}},
		}}
	case WordShape:
		switch {
		case s.Words == nil:
			return object{"type": "string", "pattern": "^[a-z0-9_-]{1,64}$"}
		case len(s.Words) == 2 && s.Words[0] == "true" && s.Words[1] == "false":
			return object{"enum": []any{true, false, "true", "false"}}
		}
		return object{"enum": s.Words}
	case LineShape:
		return object{"type": []string{"string", "number", "boolean"}}
	case NumberShape:
		return object{"type": "number", "minimum": s.Min, "maximum": s.Max}
	case WholeShape:
		return object{"type": "integer", "minimum": s.Min, "maximum": s.Max}
	case DaysShape:
		return object{
			"anyOf": []object{
				{"type": "integer", "minimum": s.Min, "maximum": s.Max},
				{"type": "string", "pattern": "^\\s*[0-9]+ +(days?|weeks?)\\s*$"},
			},
		}
	case ListShape:
		out := object{"type": "array", "items": s.Of.schema()}
		if s.Least > 0 {
			out["minItems"] = s.Least
		}
		if s.Most > 0 {
			out["maxItems"] = s.Most
		}
		return out
	case RecordShape:
		return s.recordSchema()
	case KeyedShape:
		return s.keyedSchema()
	case EitherShape:
		var any []object
		for _, a := range s.Any {
			any = append(any, a.schema())
		}
		return object{"anyOf": any}
	}
	return object{}
}

func (s *Shape) recordSchema() object {
	props, must := object{}, []string{}
	for _, f := range s.Fields {
		if f.Refused != "" {
			continue // an unknown key for an editor; the check says why
		}
		p := f.Shape.schema()
		if f.Doc != "" {
			p["description"] = f.Doc
		}
		if !f.Required { // "key:" with nothing after it says nothing
			p = object{"anyOf": []object{p, {"type": "null"}}, "description": f.Doc}
		}
		props[f.Key] = p
		if f.Required {
			must = append(must, f.Key)
		}
	}
	out := object{"type": "object", "properties": props, "additionalProperties": false}
	if len(must) > 0 {
		out["required"] = must
	}
	return out
}

func (s *Shape) keyedSchema() object {
	if s.Words == nil {
		return object{"type": "object", "additionalProperties": s.Of.schema()}
	}
	props := object{}
	for _, w := range s.Words {
		props[w] = s.Of.schema()
	}
	out := object{"type": "object", "properties": props, "additionalProperties": false}
	if s.Every {
		out["required"] = s.Words
	}
	return out
}
