package directory

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// object reads a body: one JSON object and nothing behind it. Its keys come in
// small letters, since SCIM's names have none of their own; those of what is inside
// it as they are.
func object(body []byte) (map[string]any, error) {
	if !utf8.Valid(body) {
		return nil, bad(InvalidSyntax, "the body is not UTF-8")
	}
	var raw map[string]any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	err := d.Decode(&raw)
	if _, more := d.Token(); err != nil || raw == nil || more != io.EOF {
		return nil, bad(InvalidSyntax, "the body is not one JSON object")
	}
	return lowered(raw)
}

// lowered gives an object by the small letters of its keys. One key in two spellings
// is no object: which of them counts nobody could say.
func lowered(raw map[string]any) (map[string]any, error) {
	out := make(map[string]any, len(raw))
	for key, v := range raw {
		small := strings.ToLower(key)
		if _, twice := out[small]; twice {
			return nil, bad(InvalidSyntax, "%q stands there twice", clip(small))
		}
		out[small] = v
	}
	return out, nil
}

func sorted(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// text reads one text; null is none.
func text(v any, name string, into *string) error {
	s, is := v.(string)
	if v != nil && !is {
		return bad(InvalidValue, "%s is a text", clip(name))
	}
	s = strings.TrimSpace(s)
	if utf8.RuneCountInString(s) > mostText || strings.ContainsFunc(s, unicode.IsControl) {
		return bad(InvalidValue, "%s has at most %d characters, and no line breaks", clip(name), mostText)
	}
	*into = s
	return nil
}

// truth reads true and false, also as Entra spells them: "True" and "False".
func truth(v any) (is, ok bool) {
	switch v := v.(type) {
	case bool:
		return v, true
	case string:
		return strings.EqualFold(v, "true"), strings.EqualFold(v, "true") || strings.EqualFold(v, "false")
	}
	return false, false
}

// address gives the address to keep of those sent: the one that is primary, else of
// work, else the first.
func address(v any) (best string, err error) {
	weight := 0
	for _, one := range each(v) {
		raw, is := one.(map[string]any)
		if !is {
			raw = map[string]any{"value": one}
		}
		var value string
		if err := text(field(raw, "value"), "emails", &value); err != nil {
			return "", err
		}
		w := 1
		if kind, _ := field(raw, "type").(string); strings.EqualFold(kind, "work") {
			w = 2
		}
		if primary, _ := truth(field(raw, "primary")); primary {
			w = 3
		}
		if value != "" && w > weight {
			best, weight = value, w
		}
	}
	return best, nil
}

// references gives the ids of members that were sent: objects, or ids alone. Groups
// within groups are passed over.
func references(v any) ([]string, error) {
	list := each(v)
	out := make([]string, 0, len(list))
	for _, one := range list {
		raw, is := one.(map[string]any)
		if !is {
			raw = map[string]any{"value": one}
		}
		kind, _ := field(raw, "type").(string)
		at, _ := field(raw, "$ref").(string)
		if strings.EqualFold(kind, "Group") || strings.Contains(at, "/Groups/") {
			continue
		}
		var id string
		if err := text(field(raw, "value"), "members", &id); err != nil {
			return nil, err
		}
		if id == "" {
			return nil, bad(InvalidValue, "a member is said by its id, as value")
		}
		out = append(out, strings.ToLower(id))
	}
	return out, nil
}

// ReadUser reads somebody who is sent whole. Whoever is not said to be switched off
// is on.
func ReadUser(body []byte) (User, error) { return readUser(body, true) }

// PutUser reads somebody who is sent whole in place of whom they were. Whether they are
// switched on stays as it is where nothing is said of it.
func PutUser(was User, body []byte) (User, error) { return readUser(body, was.Active) }

func readUser(body []byte, active bool) (User, error) {
	m, err := object(body)
	if err != nil {
		return User{}, err
	}
	u := User{Active: active}
	into := u.texts()
	for _, attr := range []string{"username", "externalid", "displayname"} {
		if err == nil {
			err = text(m[attr], attr, into[attr])
		}
	}
	if name, is := m["name"].(map[string]any); is && err == nil {
		err = u.named(name)
	}
	if on, said := truth(m["active"]); said {
		u.Active = on
	} else if m["active"] != nil && err == nil {
		err = bad(InvalidValue, "active is true or false")
	}
	if err == nil {
		u.Email, err = address(m["emails"])
	}
	if err == nil {
		err = u.check()
	}
	return u, err
}

func (u *User) check() error {
	if u.UserName == "" {
		return bad(InvalidValue, "userName is needed")
	}
	return nil
}

// ReadGroup reads a group that is sent whole.
func ReadGroup(body []byte) (Group, error) {
	m, err := object(body)
	if err != nil {
		return Group{}, err
	}
	var g Group
	if err = text(m["displayname"], "displayName", &g.Name); err == nil {
		err = text(m["externalid"], "externalId", &g.External)
	}
	var ids []string
	if err == nil {
		ids, err = references(m["members"])
	}
	if err == nil {
		g.add(ids)
		err = g.check()
	}
	return g, err
}

func (g *Group) check() error {
	if g.Name == "" {
		return bad(InvalidValue, "displayName is needed")
	}
	return nil
}
