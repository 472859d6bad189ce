package directory

import (
	"slices"
	"strings"
)

// path is where a change is made.
type path struct {
	attr  string // in small letters
	sub   string
	is    *term // of which of several values; nil: all
	known bool  // the attribute's schema is one that is known here
}

// parsePath reads where a change is made; what its brackets may name goes by the
// attribute before them.
func parsePath(text string) (path, error) {
	p := &reader{text: strings.TrimSpace(text)}
	wrong := bad(InvalidPath, "the path %q cannot be read", clip(text))
	if len(text) > mostFilter {
		return path{}, wrong
	}
	attr, known := plain(p.name())
	out := path{known: known}
	out.attr, out.sub, _ = strings.Cut(attr, ".")
	if out.attr == "" {
		return path{}, wrong
	}
	if strings.HasPrefix(p.text[p.at:], "[") {
		switch out.attr {
		case "members":
			p.known = memberAttributes
		case "emails":
			p.known = emailAttributes
		default: // of an attribute that is not kept: it is read only to be passed over
			p.known = nil
		}
		end := strings.LastIndexByte(p.text, ']')
		if end < p.at {
			return path{}, wrong
		}
		if p.known != nil {
			f, err := parseFilter(p.text[p.at+1:end], p.known)
			if err != nil {
				return path{}, err
			}
			if f.is == nil {
				return path{}, wrong
			}
			out.is = f.is
		}
		if p.at = end + 1; strings.HasPrefix(p.text[p.at:], ".") {
			p.at++
			out.sub = strings.ToLower(p.name())
		}
	}
	if p.at != len(p.text) {
		return path{}, wrong
	}
	return out, nil
}

// step is one operation of a PATCH.
type step struct {
	op    string // add, replace, remove
	path  path
	named bool // the path was said; else it is a field of the value
	value any
}

// steps reads a PATCH. A value without a path is taken apart: each of its fields is
// a step of its own.
func steps(body []byte) ([]step, error) {
	m, err := object(body)
	if err != nil {
		return nil, err
	}
	list, is := m["operations"].([]any)
	if !is || len(list) == 0 || len(list) > mostSteps {
		return nil, bad(InvalidSyntax, "Operations is a list of one to %d operations", mostSteps)
	}
	var out []step
	for _, one := range list {
		raw, is := one.(map[string]any)
		if !is {
			return nil, bad(InvalidSyntax, "an operation is an object")
		}
		o, err := lowered(raw)
		if err != nil {
			return nil, err
		}
		op, _ := o["op"].(string)
		op = strings.ToLower(op)
		if op != "add" && op != "replace" && op != "remove" {
			return nil, bad(InvalidSyntax, "op is add, replace or remove, not %q", clip(op))
		}
		at, text := o["path"].(string)
		if o["path"] != nil && !text {
			return nil, bad(InvalidPath, "path is a text")
		}
		if at != "" {
			p, err := parsePath(at)
			if err != nil {
				return nil, err
			}
			out = append(out, step{op, p, true, o["value"]})
			continue
		}
		if op == "remove" {
			return nil, bad(NoTarget, "remove needs a path")
		}
		fields, is := o["value"].(map[string]any)
		if !is {
			return nil, bad(InvalidValue, "without a path the value is an object")
		}
		more, err := apart(op, fields)
		if err != nil {
			return nil, err
		}
		if out = append(out, more...); len(out) > mostSteps {
			return nil, bad(InvalidSyntax, "this changes more than %d things", mostSteps)
		}
	}
	return out, nil
}

// apart gives the steps of a value without a path.
func apart(op string, raw map[string]any) ([]step, error) {
	fields, err := lowered(raw)
	if err != nil {
		return nil, err
	}
	var out []step
	for _, key := range sorted(fields) {
		if strings.EqualFold(key, UserSchema) || strings.EqualFold(key, GroupSchema) {
			inner, is := fields[key].(map[string]any)
			if !is {
				return nil, bad(InvalidValue, "what stands under a schema is an object")
			}
			more, err := apart(op, inner)
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
			continue
		}
		p, err := parsePath(key)
		if err != nil {
			return nil, err
		}
		out = append(out, step{op, p, false, fields[key]})
	}
	return out, nil
}

// fixed are attributes that nobody changes.
var fixed = map[string]bool{"id": true, "meta": true, "schemas": true, "groups": true}

// PatchUser gives somebody as they are after a PATCH. What is not kept here is
// passed over. Where one step cannot be taken none is, and it gives a Problem.
func PatchUser(u User, body []byte) (User, error) {
	list, err := steps(body)
	for _, s := range list {
		if err == nil {
			err = u.step(s)
		}
	}
	if err == nil {
		err = u.check()
	}
	return u, err
}

func (u *User) step(s step) error {
	if !s.path.known {
		return nil
	}
	remove := s.op == "remove"
	if s.path.attr == "emails" {
		return u.emails(s)
	}
	if s.path.attr == "name" && s.path.sub == "" && !remove {
		fields, is := s.value.(map[string]any)
		if !is {
			return bad(InvalidValue, "name is an object")
		}
		return u.named(fields)
	}
	into, is := u.texts()[strings.TrimSuffix(s.path.attr+"."+s.path.sub, ".")]
	switch {
	case s.path.attr == "active" && remove, s.path.attr == "username" && remove:
		return bad(Mutability, "%s cannot be removed", s.path.attr)
	case s.path.attr == "active":
		on, said := truth(s.value)
		if !said {
			return bad(InvalidValue, "active is true or false")
		}
		u.Active = on
	case s.path.attr == "name" && s.path.sub == "":
		u.Formatted, u.Given, u.Family = "", "", ""
	case is && remove:
		*into = ""
	case is:
		return text(s.value, s.path.attr, into)
	case fixed[s.path.attr] && s.named:
		return bad(Mutability, "%s is not changed from outside", s.path.attr)
	}
	return nil
}

// texts are the fields that are one text, by the attribute.
func (u *User) texts() map[string]*string {
	return map[string]*string{"username": &u.UserName, "externalid": &u.External, "displayname": &u.Display,
		"name.formatted": &u.Formatted, "name.givenname": &u.Given, "name.familyname": &u.Family}
}

func (u *User) named(raw map[string]any) error {
	fields, err := lowered(raw)
	if err != nil {
		return err
	}
	for _, key := range sorted(fields) {
		if into, is := u.texts()["name."+key]; is {
			if err := text(fields[key], "name."+key, into); err != nil {
				return err
			}
		}
	}
	return nil
}

// emails takes a step about addresses, of which one is kept: that of work.
func (u *User) emails(s step) error {
	if s.path.is != nil && !s.path.is.holds(map[string]any{"value": u.Email, "type": "work", "primary": true}) {
		return nil
	}
	switch {
	case s.path.sub != "" && s.path.sub != "value":
		return nil
	case s.op == "remove":
		u.Email = ""
		return nil
	case s.path.sub == "value":
		return text(s.value, "emails", &u.Email)
	}
	found, err := address(s.value)
	if err == nil && (found != "" || s.op == "replace") {
		u.Email = found
	}
	return err
}

// PatchGroup gives a group as it is after a PATCH, as PatchUser does. Whom a replace
// names and known does not know is passed over, or one who is gone would keep all
// others from being taken out; whom an add names stays, for the caller to refuse.
func PatchGroup(g Group, body []byte, known func(id string) bool) (Group, error) {
	g.Members = append([]string{}, g.Members...)
	list, err := steps(body)
	for _, s := range list {
		if err == nil {
			err = g.step(s, known)
		}
	}
	if err == nil {
		err = g.check()
	}
	return g, err
}

func (g *Group) step(s step, known func(id string) bool) error {
	if !s.path.known {
		return nil
	}
	switch s.path.attr {
	case "displayname":
		if s.op == "remove" {
			return bad(Mutability, "displayName cannot be removed")
		}
		return text(s.value, "displayName", &g.Name)
	case "externalid":
		if s.op == "remove" {
			g.External = ""
			return nil
		}
		return text(s.value, "externalId", &g.External)
	case "members":
		return g.members(s, known)
	}
	if fixed[s.path.attr] && s.named {
		return bad(Mutability, "%s is not changed from outside", s.path.attr)
	}
	return nil
}

func (g *Group) members(s step, known func(id string) bool) error {
	if s.path.sub != "" && s.path.is == nil {
		return bad(InvalidPath, "members are added and removed whole")
	}
	if s.path.is != nil {
		if s.op != "remove" {
			return bad(InvalidPath, "members in brackets can only be removed")
		}
		g.remove(func(id string) bool { return s.path.is.holds(map[string]any{"value": id}) })
		return nil
	}
	if s.op == "remove" && s.value == nil {
		g.Members = g.Members[:0]
		return nil
	}
	ids, err := references(s.value)
	if err != nil {
		return err
	}
	switch s.op {
	case "remove":
		gone := map[string]bool{}
		for _, id := range ids {
			gone[id] = true
		}
		g.remove(func(id string) bool { return gone[id] })
	case "replace":
		g.Members = g.Members[:0]
		g.add(slices.DeleteFunc(ids, func(id string) bool { return !known(id) }))
	default:
		g.add(ids)
	}
	return nil
}
