package ocel

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
)

// The JSON form, as its schema spells it.
type (
	jsonType struct {
		Name       string         `json:"name"`
		Attributes []jsonDeclared `json:"attributes"`
	}
	jsonDeclared struct {
		Name string `json:"name"`
		Type string `json:"type"`
	}
	jsonAttr struct {
		Name  string     `json:"name"`
		Value jsonScalar `json:"value"`
		Time  string     `json:"time,omitempty"`
	}
	jsonLink struct {
		Object    string `json:"objectId"`
		Qualifier string `json:"qualifier"`
	}
	jsonEvent struct {
		ID      string     `json:"id"`
		Type    string     `json:"type"`
		Time    string     `json:"time,omitempty"`
		Attrs   []jsonAttr `json:"attributes,omitempty"`
		Objects []jsonLink `json:"relationships,omitempty"`
	}
	jsonObject struct {
		ID      string     `json:"id"`
		Type    string     `json:"type"`
		Attrs   []jsonAttr `json:"attributes,omitempty"`
		Objects []jsonLink `json:"relationships,omitempty"`
	}
)

// jsonScalar takes strings, and numbers and truth values as they are spelt.
type jsonScalar string

func (s *jsonScalar) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, (*string)(s))
	}
	if len(b) > 0 && (b[0] == '{' || b[0] == '[') {
		return errors.New("an attribute's value is a list or an object")
	}
	*s = jsonScalar(b)
	return nil
}

// readJSON reads one element of a list at a time, so that what is wrong in one has its place.
func (r *reader) readJSON() (*Log, diag.Findings, error) {
	skip := len(r.data) - len(bytes.TrimPrefix(r.data, []byte("\xef\xbb\xbf")))
	d := json.NewDecoder(bytes.NewReader(r.data[skip:]))
	at := func() int64 { return d.InputOffset() + int64(skip) }
	damaged := func(err error) (*Log, diag.Findings, error) {
		offset := at()
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			offset = syntax.Offset - 1 + int64(skip)
		}
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			err = fmt.Errorf("%q should be a %s and is a %s", wrong.Field, wrong.Type.Kind(), wrong.Value)
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			offset, err = int64(len(r.data)), errors.New("the file ends early")
		}
		return nil, r.refuse(offset, fmt.Sprintf("the JSON cannot be read further: %v", err)), nil
	}
	if _, err := d.Token(); err != nil { // '{'
		return damaged(err)
	}
	seen := map[string]bool{}
	// Types may stand behind what they are types of; so elements wait until all is read.
	type waiting[T any] struct {
		v  T
		at int64
	}
	var events []waiting[jsonEvent]
	var objects []waiting[jsonObject]
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return damaged(err)
		}
		name, _ := key.(string)
		if seen[name] {
			r.note(diag.Warning, "ocel-key-twice", name, at(), name, "%q comes twice; both are read", name)
		}
		seen[name] = true
		switch name {
		case "eventTypes", "objectTypes":
			err = each(d, at, func(t jsonType, _ int64) {
				u := Type{Name: t.Name}
				for _, a := range t.Attributes {
					u.Attrs = append(u.Attrs, Declared(a))
				}
				r.declare(name == "eventTypes", u)
			})
		case "events":
			err = each(d, at, func(e jsonEvent, at int64) { events = append(events, waiting[jsonEvent]{e, at}) })
		case "objects":
			err = each(d, at, func(o jsonObject, at int64) { objects = append(objects, waiting[jsonObject]{o, at}) })
		default:
			r.note(diag.Hint, "ocel-key", name, at(), name, "%q is not part of OCEL and is left out", name)
			var skipped json.RawMessage
			err = d.Decode(&skipped)
		}
		if err != nil {
			return damaged(err)
		}
	}
	if _, err := d.Token(); err != nil { // '}'
		return damaged(err)
	}
	if !seen["events"] || !seen["objects"] {
		return nil, r.refuse(0, "the JSON has no \"events\" and \"objects\" and is no OCEL 2.0 log"), nil
	}
	for _, w := range objects {
		r.jsonObject(w.v, w.at)
	}
	for _, w := range events {
		r.jsonEvent(w.v, w.at)
	}
	return r.finish()
}

// each decodes the elements of a list.
func each[T any](d *json.Decoder, at func() int64, take func(v T, at int64)) error {
	open, err := d.Token()
	if err != nil {
		return err
	}
	if open != json.Delim('[') {
		return errors.New("a list was expected")
	}
	for d.More() {
		var v T
		from := at()
		if err := d.Decode(&v); err != nil {
			return err
		}
		take(v, from)
	}
	_, err = d.Token()
	return err
}

func (r *reader) jsonObject(o jsonObject, at int64) {
	out := Object{ID: o.ID, Type: o.Type, Objects: links(o.Objects)}
	for _, a := range o.Attrs {
		t := int64(0)
		if a.Time != "" {
			if t = r.instant(a.Time, "a change of object \""+o.ID+"\"", at); t == eventlog.NoTime {
				t = 0
			}
		}
		out.Changes = append(out.Changes, Change{a.Name, t, r.value(r.objectKind, o.Type, a.Name, string(a.Value), at)})
	}
	r.log.Objects = append(r.log.Objects, out)
}

func (r *reader) jsonEvent(e jsonEvent, at int64) {
	out := Event{ID: e.ID, Type: e.Type, Time: r.instant(e.Time, "event \""+e.ID+"\"", at), Objects: links(e.Objects)}
	for _, a := range e.Attrs {
		out.Attrs = append(out.Attrs, eventlog.Attr{Name: a.Name, Value: r.value(r.eventKind, e.Type, a.Name, string(a.Value), at)})
	}
	r.log.Events = append(r.log.Events, out)
}

func links(in []jsonLink) []Link {
	var out []Link
	for _, k := range in {
		out = append(out, Link(k))
	}
	return out
}

// WriteJSON writes the JSON form; values stand as text, as the schema wants them.
func WriteJSON(w io.Writer, l *Log) error {
	out := bufio.NewWriterSize(w, 1<<18)
	var err error
	list := func(key string, n int, at func(i int) any) {
		fmt.Fprintf(out, "%q: [", key)
		for i := range n {
			if i > 0 {
				out.WriteByte(',')
			}
			var b []byte
			if b, err = marshal(at(i)); err != nil {
				return
			}
			out.WriteString("\n  ")
			out.Write(b)
		}
		out.WriteString("\n]")
	}
	types := func(ts []Type) func(int) any {
		return func(i int) any {
			t := jsonType{Name: ts[i].Name, Attributes: []jsonDeclared{}}
			for _, a := range ts[i].Attrs {
				t.Attributes = append(t.Attributes, jsonDeclared(a))
			}
			return t
		}
	}
	out.WriteString("{")
	list("objectTypes", len(l.ObjectTypes), types(l.ObjectTypes))
	out.WriteString(",\n")
	list("eventTypes", len(l.EventTypes), types(l.EventTypes))
	out.WriteString(",\n")
	list("objects", len(l.Objects), func(i int) any {
		o := l.Objects[i]
		j := jsonObject{ID: o.ID, Type: o.Type, Objects: unlinks(o.Objects)}
		for _, c := range o.Changes {
			j.Attrs = append(j.Attrs, jsonAttr{c.Name, jsonScalar(c.Value.Text()), eventlog.FormatTime(c.Time)})
		}
		return j
	})
	out.WriteString(",\n")
	list("events", len(l.Events), func(i int) any {
		e := l.Events[i]
		j := jsonEvent{ID: e.ID, Type: e.Type, Time: eventlog.FormatTime(e.Time), Objects: unlinks(e.Objects)}
		for _, a := range e.Attrs {
			j.Attrs = append(j.Attrs, jsonAttr{Name: a.Name, Value: jsonScalar(a.Value.Text())})
		}
		return j
	})
	out.WriteString("}\n")
	if e := out.Flush(); err == nil {
		err = e
	}
	if err != nil {
		return throughline.Fail("write OCEL log", throughline.Unavailable, "", err)
	}
	return nil
}

func marshal(v any) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return []byte(strings.TrimSuffix(b.String(), "\n")), err
}

func unlinks(in []Link) []jsonLink {
	var out []jsonLink
	for _, k := range in {
		out = append(out, jsonLink(k))
	}
	return out
}
