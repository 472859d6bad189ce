// Package api is the REST face: routes and an OpenAPI 3.1 description made
// from the list of operations that have a route.
//
// Takes: requests under /api.
// Gives: JSON in the shapes the command line prints with --json; problems as RFC 9457 problem+json.
// Never: reads a path on the server's disk for a caller; runs an operation without the caller's permission.
package api

import (
	"context"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/operation"
)

// Version is that of the interface, not of the program; it rises when a shape
// changes so that a caller would notice.
const Version = "1"

// Mount adds the routes to a mux under /api; desk gives the desk that the
// request's caller may work at.
func Mount(mux *http.ServeMux, ops []operation.Operation, desk func(*http.Request) *operation.Desk) {
	config := huma.DefaultConfig("Throughline", Version)
	config.DocsPath, config.SchemasPath, config.CreateHooks = "", "", nil // no page that loads scripts from elsewhere
	config.Servers = []*huma.Server{{URL: "/api"}}
	config.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	hapi := humago.NewWithPrefix(mux, "/api", config)
	registry := hapi.OpenAPI().Components.Schemas
	registry.RegisterTypeAlias(reflect.TypeFor[deal.Fact](), reflect.TypeFor[factShape]())
	registry.RegisterTypeAlias(reflect.TypeFor[diag.Finding](), reflect.TypeFor[findingShape]())
	for _, op := range ops {
		if method, path, ok := strings.Cut(op.Route, " "); ok {
			route(hapi, registry, op, method, path, desk)
		}
	}
}

// schemaName names a shape in the description: by its type, led by its room
// where it is none of the operations' own, since rooms share words (a Reason of
// alignment, one of blend).
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	room := t.PkgPath()[strings.LastIndexByte(t.PkgPath(), '/')+1:]
	if room == "" || room == "operation" || room == "api" || room == "throughline" {
		return name
	}
	return strings.ToUpper(room[:1]) + room[1:] + name
}

// findingShape is how a finding is spelt.
type findingShape struct {
	File     string              `json:"file,omitempty"`
	Line     int                 `json:"line"`
	Column   int                 `json:"column"`
	Check    string              `json:"check"`
	Severity diag.Severity       `json:"severity"`
	Range    diag.Range          `json:"range"`
	Address  throughline.Address `json:"address,omitempty"`
	Message  string              `json:"message"`
	Hint     string              `json:"hint,omitempty"`
	Field    string              `json:"field,omitempty"`
	Value    string              `json:"value,omitempty"`
	Nearest  string              `json:"nearest,omitempty"`
	Count    int                 `json:"count,omitempty"`
	Page     string              `json:"page,omitempty"`
	Related  []diag.Related      `json:"related,omitempty"`
	Fix      *diag.Fix           `json:"fix,omitempty"`
}

// factShape is how a fact is spelt; deal.Fact writes it by hand.
type factShape struct {
	ID       throughline.FactID   `json:"id"`
	Kind     string               `json:"kind"`
	Happened *time.Time           `json:"happened_on,omitempty"`
	Learned  time.Time            `json:"learned_on"`
	Author   throughline.PersonID `json:"author,omitempty"`
	Source   deal.Source          `json:"source"`
	Grade    *throughline.Grade   `json:"grade,omitempty"`
	Body     map[string]any       `json:"body"`
}

func route(hapi huma.API, registry huma.Registry, op operation.Operation, method, path string, desk func(*http.Request) *operation.Desk) {
	h := &huma.Operation{
		OperationID: op.Name(), Method: method, Path: path, Summary: op.Summary, Description: op.About,
		Responses: map[string]*huma.Response{
			"200":     {Description: "The answer", Content: map[string]*huma.MediaType{"application/json": {Schema: registry.Schema(op.Output(), true, op.Name())}}},
			"default": {Description: "A problem", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: registry.Schema(reflect.TypeFor[huma.ErrorModel](), true, "Problem")}}},
		},
	}
	fields := parameters(op.Input())
	for _, f := range fields {
		h.Parameters = append(h.Parameters, &huma.Param{Name: f.name, In: f.in, Description: f.help, Required: f.in == "path",
			Schema: registry.Schema(f.typ, true, f.name)})
	}
	if method == http.MethodPost {
		h.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: registry.Schema(op.Input(), true, op.Name()+"_input")}}}
	}
	hapi.OpenAPI().AddOperation(h)
	hapi.Adapter().Handle(h, func(c huma.Context) {
		in := op.NewInput()
		if method == http.MethodPost {
			if status, err := readBody(in, c); err != nil {
				_ = huma.WriteErr(hapi, c, status, "the body cannot be read", err)
				return
			}
		}
		if problems := fill(in, fields, c); len(problems) > 0 {
			_ = huma.WriteErr(hapi, c, http.StatusUnprocessableEntity, "a parameter cannot be read", problems...)
			return
		}
		r, _ := humago.Unwrap(c)
		out, err := op.Run(r.Context(), desk(r), in)
		if err != nil {
			_ = huma.WriteErr(hapi, c, status(err), message(err))
			return
		}
		c.SetHeader("Content-Type", "application/json")
		c.SetStatus(http.StatusOK)
		enc := json.NewEncoder(c.BodyWriter())
		enc.SetEscapeHTML(false)
		_ = enc.Encode(out) // the connection is gone if this fails
	})
}

// mostBody bounds what a request may write at once.
const mostBody = 1 << 20

// readBody reads a JSON body into an input. What stands in the path wins. Only
// JSON is taken: a form on another site's page can send none without asking.
func readBody(in any, c huma.Context) (status int, err error) {
	if typ, _, _ := mime.ParseMediaType(c.Header("Content-Type")); typ != "application/json" {
		return http.StatusUnsupportedMediaType, &huma.ErrorDetail{Message: "the body has to be application/json", Location: "header.Content-Type"}
	}
	dec := json.NewDecoder(io.LimitReader(c.BodyReader(), mostBody))
	dec.DisallowUnknownFields()
	if err := dec.Decode(in); err != nil {
		return http.StatusUnprocessableEntity, &huma.ErrorDetail{Message: strings.TrimPrefix(err.Error(), "json: "), Location: "body"}
	}
	if _, err := dec.Token(); err != io.EOF {
		return http.StatusUnprocessableEntity, &huma.ErrorDetail{Message: "more than one JSON value, or too long", Location: "body"}
	}
	return 0, nil
}

// field is a parameter: where it stands in the request and in the input.
type field struct {
	name, in, help, fallback string
	index                    []int
	typ                      reflect.Type
}

func parameters(t reflect.Type) []field {
	var out []field
	for _, f := range reflect.VisibleFields(t) {
		for _, in := range []string{"path", "query"} {
			if name := f.Tag.Get(in); name != "" {
				out = append(out, field{name, in, f.Tag.Get("help"), f.Tag.Get("default"), f.Index, f.Type})
			}
		}
	}
	return out
}

func fill(in any, fields []field, c huma.Context) []error {
	var problems []error
	v := reflect.ValueOf(in).Elem()
	for _, f := range fields {
		word := c.Query(f.name)
		if f.in == "path" {
			word = c.Param(f.name)
		}
		if word == "" {
			word = f.fallback
		}
		if word == "" {
			continue
		}
		if err := set(v.FieldByIndex(f.index), word); err != nil {
			problems = append(problems, &huma.ErrorDetail{Message: err.Error(), Location: f.in + "." + f.name, Value: word})
		}
	}
	return problems
}

func set(v reflect.Value, word string) error {
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return u.UnmarshalText([]byte(word))
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(word)
	case reflect.Bool:
		b, err := strconv.ParseBool(word)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", word)
		}
		v.SetBool(b)
	case reflect.Int:
		n, err := strconv.Atoi(word)
		if err != nil {
			return fmt.Errorf("%q is no whole number", word)
		}
		v.SetInt(int64(n))
	default:
		return fmt.Errorf("a %s cannot be given here", v.Type())
	}
	return nil
}

// status is the one table from kinds of error to HTTP.
func status(err error) int {
	switch throughline.KindOf(err) {
	case throughline.Invalid:
		return http.StatusUnprocessableEntity
	case throughline.NotFound:
		return http.StatusNotFound
	case throughline.Conflict:
		return http.StatusConflict
	case throughline.Denied:
		return http.StatusForbidden
	case throughline.Unavailable:
		return http.StatusServiceUnavailable
	case throughline.Unsupported:
		return http.StatusNotImplemented
	}
	if errors.Is(err, context.Canceled) {
		return 499
	}
	return http.StatusInternalServerError
}

// message keeps the inside of the house inside: what is not the caller's doing
// is named by its kind only.
func message(err error) string {
	if status(err) >= 500 {
		return "it could not be done: " + string(throughline.KindOf(err))
	}
	return err.Error()
}
