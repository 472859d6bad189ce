package ocel

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
)

// maxDepth bounds how deep elements may stand inside one another; OCEL needs six.
const maxDepth = 64

// element is a node of the file; lists of events are read one element at a time.
type element struct {
	name  string
	attrs map[string]string
	text  string
	kids  []*element
	at    int64
}

func (e *element) list(name string) []*element {
	for _, k := range e.kids {
		if k.name == name {
			return k.kids
		}
	}
	return nil
}

// readXML reads the XML form. encoding/xml expands the five predefined
// entities only, and a DOCTYPE is refused.
func (r *reader) readXML() (*Log, diag.Findings, error) {
	d := xml.NewDecoder(bytes.NewReader(r.data))
	var events, objects []*element
	depth, section := 0, ""
	for {
		at := d.InputOffset()
		tok, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return r.brokenXML(d, err)
		}
		switch t := tok.(type) {
		case xml.Directive:
			return nil, r.refuse(at, "a DOCTYPE is not read: it could define entities without end or fetch files"), nil
		case xml.EndElement:
			if depth--; depth == 1 {
				section = ""
			}
		case xml.StartElement:
			depth++
			name := t.Name.Local
			switch {
			case depth == 1:
				if name != "log" {
					return nil, r.refuse(at, fmt.Sprintf("the file begins with <%s>, not with <log>", name)), nil
				}
			case depth == 2:
				if section = name; !xmlSections[name] {
					if name == "trace" || name == "extension" {
						return nil, r.refuse(at, "the file is XES, not OCEL"), nil
					}
					r.note(diag.Hint, "ocel-key", name, at, name, "<%s> is not part of OCEL and is left out", name)
				}
			case depth == 3:
				e, err := tree(d, t, at, depth)
				if err != nil {
					return r.brokenXML(d, err)
				}
				depth--
				switch {
				case section == "objects" && name == "object":
					objects = append(objects, e)
				case section == "events" && name == "event":
					events = append(events, e)
				default:
					r.xmlType(e, section, name, at)
				}
			}
		}
	}
	for _, e := range objects {
		r.xmlObject(e)
	}
	for _, e := range events {
		r.xmlEvent(e)
	}
	return r.finish()
}

// xmlSections are what stands in a log.
var xmlSections = map[string]bool{"object-types": true, "event-types": true, "objects": true, "events": true}

// xmlType declares a type of objects or events. Anything else has no place in a
// section; what stands in a section that is none was said of the section.
func (r *reader) xmlType(e *element, section, name string, at int64) {
	switch {
	case section == "object-types" && name == "object-type", section == "event-types" && name == "event-type":
		u := Type{Name: e.attrs["name"]}
		for _, a := range e.list("attributes") {
			u.Attrs = append(u.Attrs, Declared{a.attrs["name"], a.attrs["type"]})
		}
		r.declare(section == "event-types", u)
	case xmlSections[section]:
		r.note(diag.Warning, "ocel-element", name, at, name, "<%s> has no place inside <%s> and is left out", name, section)
	}
}

// xmlEvent takes an event, once all types and objects are known.
func (r *reader) xmlEvent(e *element) {
	out := Event{
		ID:      e.attrs["id"],
		Type:    e.attrs["type"],
		Time:    r.instant(e.attrs["time"], "event \""+e.attrs["id"]+"\"", e.at),
		Objects: relations(e),
	}
	for _, a := range e.list("attributes") {
		out.Attrs = append(out.Attrs, eventlog.Attr{Name: a.attrs["name"], Value: r.value(r.eventKind, out.Type, a.attrs["name"], a.text, a.at)})
	}
	r.log.Events = append(r.log.Events, out)
}

func (r *reader) xmlObject(e *element) {
	out := Object{ID: e.attrs["id"], Type: e.attrs["type"], Objects: relations(e)}
	for _, a := range e.list("attributes") {
		t := int64(0)
		if a.attrs["time"] != "" {
			if t = r.instant(a.attrs["time"], "a change of object \""+out.ID+"\"", a.at); t == eventlog.NoTime {
				t = 0
			}
		}
		out.Changes = append(out.Changes, Change{a.attrs["name"], t, r.value(r.objectKind, out.Type, a.attrs["name"], a.text, a.at)})
	}
	r.log.Objects = append(r.log.Objects, out)
}

func relations(e *element) []Link {
	var out []Link
	for _, k := range e.list("objects") {
		out = append(out, Link{k.attrs["object-id"], k.attrs["qualifier"]})
	}
	return out
}

func (r *reader) brokenXML(d *xml.Decoder, err error) (*Log, diag.Findings, error) {
	var syntax *xml.SyntaxError
	message := err.Error()
	if errors.As(err, &syntax) {
		message = syntax.Msg
	}
	return nil, r.refuse(d.InputOffset(), "the XML cannot be read further: "+message), nil
}

// tree reads an element with all it holds.
func tree(d *xml.Decoder, start xml.StartElement, at int64, depth int) (*element, error) {
	e := &element{name: start.Name.Local, attrs: map[string]string{}, at: at}
	for _, a := range start.Attr {
		e.attrs[a.Name.Local] = a.Value
	}
	if depth > maxDepth {
		return nil, fmt.Errorf("more than %d elements inside one another", maxDepth)
	}
	var text strings.Builder
	for {
		at := d.InputOffset()
		tok, err := d.Token()
		if err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		switch t := tok.(type) {
		case xml.Directive:
			return nil, errors.New("a DOCTYPE inside the log")
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			e.text = text.String()
			return e, nil
		case xml.StartElement:
			kid, err := tree(d, t, at, depth+1)
			if err != nil {
				return nil, err
			}
			e.kids = append(e.kids, kid)
		}
	}
}

// WriteXML writes the XML form.
func WriteXML(w io.Writer, l *Log) error {
	e := &encoder{w: bufio.NewWriterSize(w, 1<<18)}
	e.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<log>\n")
	for _, s := range []struct {
		name  string
		types []Type
	}{{"object-type", l.ObjectTypes}, {"event-type", l.EventTypes}} {
		e.raw("  <" + s.name + "s>\n")
		for _, t := range s.types {
			e.raw("    <"+s.name+" name=\"", esc(t.Name), "\">\n      <attributes>\n")
			for _, a := range t.Attrs {
				e.raw("        <attribute name=\"", esc(a.Name), "\" type=\"", esc(a.Type), "\"/>\n")
			}
			e.raw("      </attributes>\n    </" + s.name + ">\n")
		}
		e.raw("  </" + s.name + "s>\n")
	}
	e.raw("  <objects>\n")
	for _, o := range l.Objects {
		e.raw("    <object id=\"", esc(o.ID), "\" type=\"", esc(o.Type), "\">\n      <attributes>\n")
		for _, c := range o.Changes {
			e.raw("        <attribute name=\"", esc(c.Name), "\" time=\"", eventlog.FormatTime(c.Time), "\">", esc(c.Value.Text()), "</attribute>\n")
		}
		e.raw("      </attributes>\n")
		e.links(o.Objects)
		e.raw("    </object>\n")
	}
	e.raw("  </objects>\n  <events>\n")
	for _, v := range l.Events {
		e.raw("    <event id=\"", esc(v.ID), "\" type=\"", esc(v.Type), "\" time=\"", eventlog.FormatTime(v.Time), "\">\n      <attributes>\n")
		for _, a := range v.Attrs {
			e.raw("        <attribute name=\"", esc(a.Name), "\">", esc(a.Value.Text()), "</attribute>\n")
		}
		e.raw("      </attributes>\n")
		e.links(v.Objects)
		e.raw("    </event>\n")
	}
	e.raw("  </events>\n</log>\n")
	if err := e.w.Flush(); err != nil {
		return throughline.Fail("write OCEL log", throughline.Unavailable, "", err)
	}
	return nil
}

type encoder struct{ w *bufio.Writer }

func (e *encoder) raw(parts ...string) {
	for _, s := range parts {
		e.w.WriteString(s)
	}
}

func (e *encoder) links(list []Link) {
	e.raw("      <objects>\n")
	for _, k := range list {
		e.raw("        <relationship object-id=\"", esc(k.Object), "\" qualifier=\"", esc(k.Qualifier), "\"/>\n")
	}
	e.raw("      </objects>\n")
}

func esc(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}
