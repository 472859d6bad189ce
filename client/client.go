// Package client asks a Throughline server by its REST interface, in the types of
// its description.
//
// Takes: a server's address and, where people sign in, a token.
// Gives: a method for each operation, and problems as errors.
// Never: sends a writing again by itself; with a Key whoever calls may.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"time"
)

//go:generate go run ../scripts/clients

// Client is one server.
type Client struct {
	Server string       // http://127.0.0.1:8321
	Token  string       // of a program; empty where nobody signs in
	HTTP   *http.Client // nil: http.DefaultClient
}

// ErrNotModified says that the answer is the one whose tag was sent (IfNoneMatch).
var ErrNotModified = errors.New("not modified")

// Problem is why something was refused (RFC 9457).
type Problem struct {
	Type     string `json:"type"` // urn:throughline:refused:CODE where there is a reason of the product's
	Title    string `json:"title"`
	Status   int    `json:"status"`
	Detail   string `json:"detail"`
	Instance string `json:"instance"` // under which the server's log says more
	Errors   []struct {
		Message  string `json:"message"`
		Location string `json:"location"`
		Value    any    `json:"value"`
	} `json:"errors"`
	Retry string `json:"-"` // Retry-After, where it was said
}

func (p *Problem) Error() string { return fmt.Sprintf("%d %s: %s", p.Status, p.Title, p.Detail) }

// Option is something that goes with one request.
type Option func(*call)

type call struct {
	head  http.Header
	query url.Values
	tag   *string
}

// Key names a writing, so that it may be sent again and is carried out once.
func Key(key string) Option {
	return func(c *call) { c.head.Set("Idempotency-Key", key) }
}

// IfMatch has a writing to a deal refused (412) where others have added to it since
// it had this tag.
func IfMatch(tag string) Option {
	return func(c *call) { c.head.Set("If-Match", tag) }
}

// IfNoneMatch gives ErrNotModified where the answer still has this tag.
func IfNoneMatch(tag string) Option {
	return func(c *call) { c.head.Set("If-None-Match", tag) }
}

// Tag puts the answer's tag there.
func Tag(there *string) Option {
	return func(c *call) { c.tag = there }
}

// Fields leaves only these fields of the answer: "next", "rows.title".
func Fields(names ...string) Option {
	return func(c *call) { c.query.Add("fields", strings.Join(names, ",")) }
}

// Param sets a parameter as it is spelled, also one whose value is nothing: "limit", "0".
func Param(name, value string) Option {
	return func(c *call) { c.query.Set(name, value) }
}

// Language asks for words in it: "en", "zh".
func Language(code string) Option {
	return func(c *call) { c.query.Set("lang", code) }
}

// path puts values into a route.
func path(route string, values ...string) string {
	for _, v := range values {
		from, to := strings.IndexByte(route, '{'), strings.IndexByte(route, '}')
		route = route[:from] + url.PathEscape(v) + route[to+1:]
	}
	return route
}

// params are a struct's fields by their tag; what is nothing is not sent.
func params(p any) url.Values {
	out := url.Values{}
	v := reflect.ValueOf(p)
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Tag.Get("query")
		switch {
		case f.IsZero():
		case f.Kind() == reflect.Slice:
			for k := range f.Len() {
				out.Add(name, fmt.Sprint(f.Index(k).Interface()))
			}
		case f.Kind() == reflect.Pointer:
			out.Set(name, fmt.Sprint(f.Elem().Interface()))
		default:
			if at, is := f.Interface().(time.Time); is {
				out.Set(name, at.Format(time.RFC3339Nano))
			} else {
				out.Set(name, fmt.Sprint(f.Interface()))
			}
		}
	}
	return out
}

func do[Out any](ctx context.Context, c *Client, method, path string, query url.Values, body any, options []Option) (out Out, err error) {
	asked := call{head: http.Header{}, query: query}
	if asked.query == nil {
		asked.query = url.Values{}
	}
	for _, o := range options {
		o(&asked)
	}
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return out, err
		}
		sent = bytes.NewReader(text)
		asked.head.Set("Content-Type", "application/json")
	}
	address := strings.TrimRight(c.Server, "/") + "/api" + path
	if len(asked.query) > 0 {
		address += "?" + asked.query.Encode()
	}
	r, err := http.NewRequestWithContext(ctx, method, address, sent)
	if err != nil {
		return out, err
	}
	if r.Header = asked.head; c.Token != "" {
		r.Header.Set("Authorization", "Bearer "+c.Token)
	}
	asks := c.HTTP
	if asks == nil {
		asks = http.DefaultClient
	}
	answer, err := asks.Do(r)
	if err != nil {
		return out, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return out, err
	}
	if asked.tag != nil {
		*asked.tag = answer.Header.Get("ETag")
	}
	switch answer.StatusCode {
	case http.StatusOK:
		return out, json.Unmarshal(text, &out)
	case http.StatusNotModified:
		return out, ErrNotModified
	}
	p := &Problem{Retry: answer.Header.Get("Retry-After")}
	if json.Unmarshal(text, p) != nil || p.Status == 0 {
		p.Status, p.Title = answer.StatusCode, http.StatusText(answer.StatusCode)
	}
	return out, p
}
