// Package ocel reads and writes object-centric event logs in OCEL 2.0: JSON, XML and SQLite.
//
// Takes: a file in any of the three forms, whatever its name says.
// Gives: Log, which can be flattened by an object type into an eventlog.Log,
// or asked for its directly-follows relation type by type.
// Never: flattens silently; what flattening repeats or leaves out is a finding.
package ocel

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
)

// Log is an object-centric log.
type Log struct {
	EventTypes  []Type
	ObjectTypes []Type
	Events      []Event
	Objects     []Object
}

// Type declares what events or objects of one type have.
type Type struct {
	Name  string
	Attrs []Declared
}

// Declared is an attribute and its type: string, time, integer, float or boolean.
type Declared struct{ Name, Type string }

// Event is something that happened to objects.
type Event struct {
	ID, Type string
	Time     int64 // microseconds since 1970, or eventlog.NoTime
	Attrs    []eventlog.Attr
	Objects  []Link
}

// Object is something with a life of its own. Its attributes change: each
// Change holds from its time on, the first from the epoch.
type Object struct {
	ID, Type string
	Changes  []Change
	Objects  []Link
}

// Change is a value an attribute took at a time.
type Change struct {
	Name  string
	Time  int64
	Value eventlog.Value
}

// Link points at an object in a role.
type Link struct{ Object, Qualifier string }

// typed reads a value as its declared type; ok is false where it spells none.
func typed(kind, text string) (v eventlog.Value, ok bool) {
	switch kind {
	case "integer", "int", "long":
		if n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64); err == nil {
			return eventlog.IntValue(n), true
		}
	case "float", "double", "real", "number":
		if f, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil {
			return eventlog.FloatValue(f), true
		}
	case "boolean", "bool":
		switch strings.ToLower(strings.TrimSpace(text)) {
		case "true", "1":
			return eventlog.BoolValue(true), true
		case "false", "0":
			return eventlog.BoolValue(false), true
		}
	case "time", "date", "timestamp":
		if us, _, ok := eventlog.ParseInstant([]byte(strings.TrimSpace(text))); ok {
			return eventlog.TimeValue(us), true
		}
	default:
		return eventlog.TextValue(text), true
	}
	return eventlog.TextValue(text), false
}

// declaredOf spells a value's type as OCEL names it.
func declaredOf(t eventlog.Type) string {
	switch t {
	case eventlog.Int:
		return "integer"
	case eventlog.Float:
		return "float"
	case eventlog.Bool:
		return "boolean"
	case eventlog.Time:
		return "time"
	}
	return "string"
}

// Flatten gives the log as seen by the objects of one type: each is a case,
// its events are those that name it. An event that names several of them comes
// in each; an event that names none is left out; of an attribute that changes,
// the first value is the case's. The findings count all three.
func (l *Log) Flatten(objectType string) (*eventlog.Log, diag.Findings) {
	var found diag.Findings
	b := eventlog.NewBuilder()
	at := map[string]int{}
	changed := 0
	for _, o := range l.Objects {
		if o.Type != objectType {
			continue
		}
		c := b.Case(o.ID)
		at[o.ID] = c
		seen := map[string]bool{}
		for _, ch := range inTime(o.Changes) {
			if seen[ch.Name] {
				changed++
				continue
			}
			seen[ch.Name] = true
			b.CaseAttr(c, ch.Name, ch.Value)
		}
	}
	if len(at) == 0 {
		return nil, diag.Findings{l.noObjects(objectType)}
	}
	repeated, outside := 0, 0
	for _, e := range l.Events {
		n := 0
		var cases []int
		for _, k := range e.Objects {
			if c, ok := at[k.Object]; ok && !slices.Contains(cases, c) {
				cases = append(cases, c)
			}
		}
		for _, c := range cases {
			n++
			b.Event(c, e.Type, e.Time)
			for _, a := range e.Attrs {
				b.EventAttr(a.Name, a.Value)
			}
		}
		switch {
		case n == 0:
			outside++
		case n > 1:
			repeated += n - 1
		}
	}
	for _, f := range []struct {
		n       int
		check   string
		message string
	}{
		{repeated, "ocel-repeated", "%d events come more than once, because an event names several objects of type %q"},
		{outside, "ocel-outside", "%d events name no object of type %q and are left out"},
		{changed, "ocel-changed", "%d changes of attributes of objects of type %q are left out; the case has the first value"},
	} {
		if f.n > 0 {
			found = append(found, diag.Finding{Check: f.check, Severity: diag.Hint, Count: f.n, Message: fmt.Sprintf(f.message, f.n, objectType)})
		}
	}
	out, more := b.Build()
	return out, append(found, more...)
}

// noObjects says that no object is of a type, what types objects are of, and
// which are declared and empty.
func (l *Log) noObjects(objectType string) diag.Finding {
	has := map[string]bool{}
	for _, o := range l.Objects {
		has[o.Type] = true
	}
	var full, empty []string
	for _, name := range l.Types() {
		if has[name] {
			full = append(full, name)
		} else {
			empty = append(empty, name)
		}
	}
	f := diag.Finding{Check: "ocel-no-type", Severity: diag.Error, Value: objectType,
		Message: fmt.Sprintf("no object of the log is of type %q", objectType)}
	if slices.Contains(empty, objectType) {
		f.Message = fmt.Sprintf("the log declares the object type %q, and none of its objects is of it", objectType)
	}
	if len(full) == 0 {
		f.Hint = "it has no objects at all"
		return f
	}
	if f.Hint = "its objects are of " + diag.List(full); len(full) > 1 {
		f.Hint = "its objects are of the types " + diag.List(full)
	}
	if f.Nearest = diag.Nearest(objectType, full); f.Nearest != "" {
		f.Hint = fmt.Sprintf("did you mean %q? ", f.Nearest) + f.Hint
	}
	return f
}

func inTime(changes []Change) []Change {
	out := slices.Clone(changes)
	slices.SortStableFunc(out, func(a, b Change) int { return cmp.Compare(a.Time, b.Time) })
	return out
}

// Edge is an edge of the object-centric directly-follows relation: From and
// To are neighbours in the life of Count pairs of events of objects of one type.
type Edge struct {
	ObjectType string
	From, To   string
	Count      int
	Wait       eventlog.Wait
}

// DirectlyFollows gives the relation for every object type that has objects:
// by type in the order declared, then as eventlog.Flow orders edges.
func (l *Log) DirectlyFollows() []Edge {
	var out []Edge
	for _, t := range l.Types() {
		flat, _ := l.Flatten(t)
		if flat == nil {
			continue
		}
		for _, e := range flat.DirectlyFollows(flat.All()).Edges {
			out = append(out, Edge{t, flat.ActivityName(e.From), flat.ActivityName(e.To), e.Count, e.Wait})
		}
	}
	return out
}

// Types lists the object types, declared ones first.
func (l *Log) Types() []string {
	var names []string
	for _, t := range l.ObjectTypes {
		names = append(names, t.Name)
	}
	known := map[string]bool{}
	for _, n := range names {
		known[n] = true
	}
	for _, o := range l.Objects {
		if !known[o.Type] {
			known[o.Type] = true
			names = append(names, o.Type)
		}
	}
	return names
}

// Of makes an object-centric log of an event log: each case an object of the
// given type, each event with a link to it.
func Of(l *eventlog.Log, objectType string) *Log {
	out := &Log{ObjectTypes: []Type{{Name: objectType, Attrs: declare(l.CaseColumns())}}}
	for _, name := range l.Activities().All() {
		out.EventTypes = append(out.EventTypes, Type{Name: name, Attrs: declare(l.EventColumns())})
	}
	n := 0
	for c := range l.Cases() {
		t := l.Trace(c)
		o := Object{ID: t.ID, Type: objectType}
		for _, a := range t.Attrs {
			o.Changes = append(o.Changes, Change{a.Name, 0, a.Value})
		}
		out.Objects = append(out.Objects, o)
		for _, e := range t.Events {
			n++
			out.Events = append(
				out.Events,
				Event{ID: "e" + strconv.Itoa(n), Type: e.Activity, Time: e.Time, Attrs: e.Attrs, Objects: []Link{{t.ID, "case"}}},
			)
		}
	}
	return out
}

func declare(cols []*eventlog.Column) []Declared {
	var out []Declared
	for _, c := range cols {
		out = append(out, Declared{c.Name, declaredOf(c.Type())})
	}
	return out
}
