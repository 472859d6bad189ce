// Package api is the REST face: routes and an OpenAPI 3.1 description made
// from the list of operations that have a route.
//
// Takes: requests under /api.
// Gives: JSON in the shapes the command line prints with --json; problems as RFC 9457 problem+json.
// Never: reads a path on the server's disk for a caller; runs an operation without the caller's permission.
package api

import (
	"bytes"
	"context"
	"encoding"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"mime"
	"net/http"
	"reflect"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/job"
	"github.com/throughline/throughline/internal/mining"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/usage"
)

// Version is that of the interface, not of the program; it rises when a shape
// changes so that a caller would notice.
const Version = "1"

// Mount adds the routes to a mux under /api; desk gives the desk that the
// request's caller may work at. What goes wrong through no doing of the caller's is logged, under an id that
// the answer carries.
func Mount(mux *http.ServeMux, ops []operation.Operation, desk func(*http.Request) *operation.Desk, log *slog.Logger) {
	config := huma.DefaultConfig("Throughline", Version)
	config.DocsPath, config.SchemasPath, config.CreateHooks = "", "", nil // no page that loads scripts from elsewhere
	config.Servers = []*huma.Server{{URL: "/api"}}
	config.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	hapi := humago.NewWithPrefix(mux, "/api", config)
	registry := hapi.OpenAPI().Components.Schemas
	registry.RegisterTypeAlias(reflect.TypeFor[deal.Fact](), reflect.TypeFor[factShape]())
	registry.RegisterTypeAlias(reflect.TypeFor[diag.Finding](), reflect.TypeFor[findingShape]())
	registry.RegisterTypeAlias(reflect.TypeFor[mining.Rule](), reflect.TypeFor[string]())           // spelled by itself
	registry.RegisterTypeAlias(reflect.TypeFor[[]throughline.Phase](), reflect.TypeFor[[]string]()) // a byte each, and no bytes
	for _, op := range ops {
		if method, path, ok := strings.Cut(op.Route, " "); ok {
			route(hapi, registry, op, method, path, desk, log)
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
	By       deal.Actor           `json:"by,omitempty"`
	Source   deal.Source          `json:"source"`
	Grade    *throughline.Grade   `json:"grade,omitempty"`
	Body     map[string]any       `json:"body"`
}

func route(
	hapi huma.API,
	registry huma.Registry,
	op operation.Operation,
	method, path string,
	desk func(*http.Request) *operation.Desk,
	log *slog.Logger,
) {
	h := &huma.Operation{
		OperationID: op.Name(), Method: method, Path: path, Summary: op.Summary, Description: op.About,
		Responses: map[string]*huma.Response{
			"200": {
				Description: "The answer",
				Content:     map[string]*huma.MediaType{"application/json": {Schema: registry.Schema(op.Output(), true, op.Name())}},
			},
			"default": {
				Description: "A problem",
				Content: map[string]*huma.MediaType{
					"application/problem+json": {Schema: registry.Schema(reflect.TypeFor[huma.ErrorModel](), true, "Problem")},
				},
			},
		},
	}
	fields := parameters(op.Input())
	for _, f := range fields {
		if f.name == "" {
			continue
		}
		h.Parameters = append(h.Parameters, &huma.Param{Name: f.name, In: f.in, Description: f.help, Required: f.in == "path",
			Schema: registry.Schema(f.typ, true, f.name)})
	}
	h.Parameters = append(h.Parameters, headers(registry, op, path)...)
	if method == http.MethodGet {
		h.Responses["304"] = &huma.Response{Description: "Nothing is new since the answer whose tag was sent"}
	}
	if method == http.MethodPost {
		h.RequestBody = &huma.RequestBody{
			Required: true,
			Content:  map[string]*huma.MediaType{"application/json": {Schema: registry.Schema(op.Input(), true, op.Name()+"_input")}},
		}
	}
	hapi.OpenAPI().AddOperation(h)
	hapi.Adapter().Handle(h, func(c huma.Context) {
		r, _ := humago.Unwrap(c)
		d := desk(r)
		in, key, only := op.NewInput(), "", picked(nil)
		if d.Allows(op) { // else nothing that was sent is judged: running it refuses
			if method == http.MethodPost {
				if status, err := readBody(in, c); err != nil {
					_ = huma.WriteErr(hapi, c, status, "the body cannot be read", err)
					return
				}
			}
			var bad error
			if key, bad = keyOf(op, c); bad != nil {
				_ = huma.WriteErr(hapi, c, http.StatusBadRequest, "the key cannot be read", bad)
				return
			}
			if only, bad = fieldsOf(op, r); bad != nil {
				_ = huma.WriteErr(hapi, c, http.StatusUnprocessableEntity, "a parameter cannot be read", bad)
				return
			}
			if bad := ifMatch(d, op, path, c, r); bad != nil {
				_ = huma.WriteErr(hapi, c, http.StatusPreconditionFailed, "the deal is not as it was", bad)
				return
			}
			if problems := append(twice(r.Context(), d, in, fields, path, c), fill(in, fields, c)...); len(problems) > 0 {
				_ = huma.WriteErr(hapi, c, http.StatusUnprocessableEntity, "a parameter cannot be read", problems...)
				return
			}
		}
		d.Acting = deal.Actor{Via: deal.ViaREST}
		text, version, again, err := answered(r, op, d, in, key, only)
		if err != nil {
			words := phrase.For(phrase.Match(r.URL.Query().Get("lang"), r.Header.Get("Accept-Language")))
			c.SetHeader("Vary", "Accept-Language")
			problem := huma.NewErrorWithContext(c, status(err), message(words, err))
			if errors.Is(err, operation.ErrKeyAtWork) {
				c.SetHeader("Retry-After", "1")
			}
			if model, ok := problem.(*huma.ErrorModel); ok && status(err) >= 500 {
				id := d.NewID().String()
				log.ErrorContext(r.Context(), "a request could not be answered", "id", id, "operation", op.Name(), "error", err)
				model.Instance = "urn:uuid:" + id
				model.Detail += "; the server's log says more under " + id
			} else if refused := (*throughline.Refusal)(nil); ok && errors.As(err, &refused) {
				model.Type = "urn:throughline:refused:" + refused.Code
			}
			write(hapi, c, problem)
			return
		}
		if again {
			c.SetHeader("Idempotent-Replayed", "true")
		} else {
			d.Uses.Add(d.Today(), usage.Program, op.Name(), 1)
		}
		if method == http.MethodGet && tagged(c, r, text, version) {
			return
		}
		c.SetHeader("Content-Type", "application/json")
		c.SetStatus(http.StatusOK)
		_, _ = c.BodyWriter().Write(text) // the connection is gone if this fails
	})
}

// answered runs an operation and gives its answer's JSON, with the version of the deal that it is; what it panics with is
// an error of ours.
func answered(r *http.Request, op operation.Operation, d *operation.Desk, in any, key string, only picked) (text []byte, version int, again bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = throughline.Fail(op.Name(), throughline.Internal, "", fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	if key != "" {
		text, again, err = keyed(r.Context(), op, d, in, key)
		return text, 0, again, err
	}
	text, err = op.RunSteady(r.Context(), d, in, r.URL.EscapedPath()+"?"+r.URL.RawQuery, func(out any) ([]byte, error) {
		var b bytes.Buffer
		b.Write(binary.AppendUvarint(nil, uint64(versionOf(out))))
		if only == nil {
			return spelledInto(&b, out)
		}
		text, err := spelled(out)
		if err == nil {
			text, err = only.of(text)
		}
		b.Write(text)
		return b.Bytes(), err
	})
	if err != nil {
		return nil, 0, false, err
	}
	led, n := binary.Uvarint(text)
	return text[n:], int(led), false, nil
}

// spelled is an answer as it is sent.
func spelled(out any) ([]byte, error) { return spelledInto(&bytes.Buffer{}, out) }

func spelledInto(b *bytes.Buffer, out any) ([]byte, error) {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(out)
	return b.Bytes(), err
}

// write sends a problem.
func write(hapi huma.API, c huma.Context, problem huma.StatusError) {
	kind := "application/problem+json"
	c.SetHeader("Content-Type", kind)
	if problem.GetStatus() == http.StatusServiceUnavailable {
		c.SetHeader("Retry-After", "60")
	}
	c.SetStatus(problem.GetStatus())
	_ = hapi.Marshal(c.BodyWriter(), kind, problem) // the connection is gone if this fails
}

// mostBody bounds what a request may write at once.
const mostBody = 1 << 20

// twice tells of what the body says otherwise than the path: an input in JSON
// holds the whole of it, and a caller who sends both may have mixed up two deals.
// One deal may be spelled in several ways.
func twice(ctx context.Context, d *operation.Desk, in any, fields []field, path string, c huma.Context) (problems []error) {
	for _, f := range fields {
		said := reflect.ValueOf(in).Elem().FieldByIndex(f.index)
		if f.in == "path" && said.Kind() == reflect.String && said.String() != "" && said.String() != c.Param(f.name) {
			if f.name == "id" && strings.HasPrefix(path, "/deals/{id}/") && oneDeal(ctx, d, said.String(), c.Param(f.name)) {
				continue
			}
			problems = append(problems, &huma.ErrorDetail{Message: "it is another than the path's; leave it out here", Location: "body." + f.name, Value: said.String()})
		}
	}
	return problems
}

// oneDeal reports whether two words mean one deal.
func oneDeal(ctx context.Context, d *operation.Desk, a, b string) bool {
	one, err := d.Find(ctx, a)
	if err != nil {
		return false
	}
	other, err := d.Find(ctx, b)
	return err == nil && one == other
}

// readBody reads a JSON body into an input. What stands in the path may be left
// out. Only JSON is taken: a form on another site's page can send none without asking.
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

// field is a parameter: where it stands in the request and in the input. One
// without a name is no parameter, and has its default.
type field struct {
	name, in, help, fallback string
	index                    []int
	typ                      reflect.Type
}

func parameters(t reflect.Type) []field {
	var out []field
	for _, f := range reflect.VisibleFields(t) {
		if f.Tag.Get("query") == "-" && f.Tag.Get("default") != "" {
			out = append(out, field{fallback: f.Tag.Get("default"), index: f.Index, typ: f.Type})
		}
		for _, in := range []string{"path", "query"} {
			if name := f.Tag.Get(in); name != "" && name != "-" {
				out = append(out, field{name, in, f.Tag.Get("help"), f.Tag.Get("default"), f.Index, f.Type})
			}
		}
	}
	return out
}

func fill(in any, fields []field, c huma.Context) []error {
	var problems []error
	v := reflect.ValueOf(in).Elem()
	r, _ := humago.Unwrap(c)
	query := r.URL.Query()
	for _, f := range fields {
		words := query[f.name]
		switch {
		case f.name == "":
			words = nil
		case f.in == "path":
			words = []string{c.Param(f.name)}
		}
		if words = slices.DeleteFunc(slices.Clone(words), func(s string) bool { return s == "" }); len(words) == 0 && f.fallback != "" {
			words = []string{f.fallback}
		}
		if len(words) == 0 {
			continue
		}
		if err := setAll(v.FieldByIndex(f.index), words); err != nil {
			problems = append(problems, &huma.ErrorDetail{Message: err.Error(), Location: f.in + "." + f.name, Value: strings.Join(words, " ")})
		}
	}
	return problems
}

// mostValues bounds how often a parameter may be given.
const mostValues = 100

// setAll sets a field of an input to what was given for it; where the field
// holds one value, the first counts.
func setAll(v reflect.Value, words []string) error {
	if _, text := v.Addr().Interface().(encoding.TextUnmarshaler); v.Kind() != reflect.Slice || text {
		return set(v, words[0])
	}
	if len(words) > mostValues {
		return fmt.Errorf("it is given %d times, more than %d", len(words), mostValues)
	}
	out := reflect.MakeSlice(v.Type(), len(words), len(words))
	for i, word := range words {
		if err := set(out.Index(i), word); err != nil {
			return err
		}
	}
	v.Set(out)
	return nil
}

func set(v reflect.Value, word string) error {
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return u.UnmarshalText([]byte(word))
	}
	switch v.Kind() {
	case reflect.Pointer: // what may be left unsaid: nil is not its zero
		said := reflect.New(v.Type().Elem())
		if err := set(said.Elem(), word); err != nil {
			return err
		}
		v.Set(said)
	case reflect.String:
		v.SetString(word)
	case reflect.Bool:
		b, err := strconv.ParseBool(word)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", word)
		}
		v.SetBool(b)
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(word, 10, v.Type().Bits())
		if err != nil {
			return fmt.Errorf("%q is no whole number, or too large", word)
		}
		v.SetInt(n)
	case reflect.Uint64:
		n, err := strconv.ParseUint(word, 10, 64)
		if err != nil {
			return fmt.Errorf("%q is no whole number from 0 on", word)
		}
		v.SetUint(n)
	case reflect.Float64:
		x, err := strconv.ParseFloat(word, 64)
		if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("%q is no number", word)
		}
		v.SetFloat(x)
	default:
		return fmt.Errorf("a %s cannot be given here", v.Type())
	}
	return nil
}

// status is the one table from kinds of error to HTTP.
func status(err error) int {
	if errors.Is(err, operation.ErrChanged) {
		return http.StatusPreconditionFailed
	}
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
func message(p *phrase.Phrase, err error) string {
	if status(err) >= 500 && !errors.Is(err, job.ErrFull) {
		return "it could not be done: " + string(throughline.KindOf(err))
	}
	return p.Failed(err)
}
