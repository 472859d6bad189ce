package directory

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// MediaType is how SCIM calls what it sends.
const MediaType = "application/scim+json"

// Known says where a resource stands, and since when.
type Known struct {
	ID                string
	Base              string // the address under which everything stands, without a slash at its end
	Created, Modified time.Time
}

// Reference is somebody of a group, or a group of somebody's.
type Reference struct{ ID, Name string }

// Resource spells somebody, with their groups.
func (u User) Resource(k Known, groups []Reference) map[string]any {
	out := map[string]any{"schemas": []string{UserSchema}, "userName": u.UserName, "active": u.Active}
	some(out, "externalId", u.External)
	some(out, "displayName", u.Display)
	name := map[string]any{}
	some(name, "formatted", u.Formatted)
	some(name, "givenName", u.Given)
	some(name, "familyName", u.Family)
	if len(name) > 0 {
		out["name"] = name
	}
	if u.Email != "" {
		out["emails"] = []map[string]any{{"value": u.Email, "type": "work", "primary": true}}
	}
	if len(groups) > 0 {
		out["groups"] = referring(k.Base+"/Groups/", groups)
	}
	return k.told(out, "User", "/Users/")
}

// Resource spells a group, with who belongs to it.
func (g Group) Resource(k Known, members []Reference) map[string]any {
	out := map[string]any{"schemas": []string{GroupSchema}, "displayName": g.Name, "members": referring(k.Base+"/Users/", members)}
	some(out, "externalId", g.External)
	return k.told(out, "Group", "/Groups/")
}

func some(m map[string]any, key, value string) {
	if value != "" {
		m[key] = value
	}
}

func referring(at string, list []Reference) []map[string]any {
	out := make([]map[string]any, 0, len(list))
	for _, r := range list {
		out = append(out, map[string]any{"value": r.ID, "display": r.Name, "$ref": at + r.ID})
	}
	return out
}

// told adds id and meta; the version is made of all the rest.
func (k Known) told(out map[string]any, kind, at string) map[string]any {
	out["id"] = k.ID
	text, err := json.Marshal(out)
	if err != nil {
		panic(err) // texts, truths and lists of them
	}
	sum := sha256.Sum256(text)
	out["meta"] = map[string]any{"resourceType": kind, "location": k.Base + at + k.ID, "version": `W/"` + hex.EncodeToString(sum[:8]) + `"`,
		"created": stamp(k.Created), "lastModified": stamp(k.Modified)}
	return out
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// Version gives that of a resource, as an entity tag.
func Version(resource map[string]any) string {
	meta, _ := resource["meta"].(map[string]any)
	version, _ := meta["version"].(string)
	return version
}

// Only leaves of a resource what was asked for: the attributes named (with id and
// schemas, which always come), or all but those that are left out.
func Only(resource map[string]any, attributes, excluded string) map[string]any {
	want, not := named(attributes), named(excluded)
	out := maps.Clone(resource)
	maps.DeleteFunc(out, func(key string, _ any) bool {
		key = strings.ToLower(key)
		return key != "id" && key != "schemas" && (len(want) > 0 && !slices.Contains(want, key) || slices.Contains(not, key))
	})
	return out
}

func named(list string) (out []string) {
	for name := range strings.SplitSeq(list, ",") {
		if attr, _ := plain(strings.TrimSpace(name)); attr != "" {
			attr, _, _ = strings.Cut(attr, ".")
			out = append(out, attr)
		}
	}
	return out
}

// How many resources one answer has at most.
const MostListed = 200

// Part is which part of a list is asked for.
type Part struct{ Start, Count int } // from 1; none: as many as there may be

// ReadPart reads startIndex and count; what is no number is a Problem.
func ReadPart(start, count string) (Part, error) {
	p := Part{1, MostListed}
	for text, into := range map[*string]*int{&start: &p.Start, &count: &p.Count} {
		if *text == "" {
			continue
		}
		n, err := strconv.Atoi(strings.TrimSpace(*text))
		if err != nil {
			return p, bad(InvalidValue, "startIndex and count are numbers")
		}
		*into = n
	}
	p.Start, p.Count = max(p.Start, 1), min(max(p.Count, 0), MostListed)
	return p, nil
}

// List spells a part of what was found.
func List(found []map[string]any, p Part) map[string]any {
	from := min(p.Start-1, len(found))
	part := found[from:min(from+p.Count, len(found))]
	if part == nil {
		part = []map[string]any{}
	}
	return map[string]any{"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:ListResponse"}, "totalResults": len(found),
		"startIndex": p.Start, "itemsPerPage": len(part), "Resources": part}
}

// Spelled spells a problem.
func (p *Problem) Spelled() map[string]any {
	out := map[string]any{"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:Error"}, "status": strconv.Itoa(p.Status), "detail": p.Detail}
	some(out, "scimType", p.Type)
	return out
}

// ProblemOf gives the problem that an error is; ok is false for none.
func ProblemOf(err error) (p *Problem, ok bool) {
	ok = errors.As(err, &p)
	return p, ok
}
