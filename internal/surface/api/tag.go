package api

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/showing"
)

// An answer's tag is made of its bytes, so that whatever makes it another (a write,
// who asks, the day, a setting, the language, the fields) makes the tag another, and
// nothing has to be remembered for it. A deal's is led by how many facts it has,
// which a writing may rest on (If-Match).

// versioned leads a tag that holds a deal's version.
const versioned = "f"

// versionOf gives how many facts an answer that is a deal has; 0 for any other.
func versionOf(out any) int {
	if page, is := out.(showing.DealPage); is {
		return page.Kept
	}
	return 0
}

// tagged gives an answer its tag, and answers by itself where the caller has it.
func tagged(c huma.Context, r *http.Request, text []byte, version int) bool {
	sum := sha256.Sum256(text)
	own := base64.RawURLEncoding.EncodeToString(sum[:12])
	if version > 0 {
		own = versioned + strconv.Itoa(version) + "." + own
	}
	c.SetHeader("ETag", `"`+own+`"`)
	c.SetHeader("Cache-Control", "private, no-cache")
	has, every := tags(r.Header.Values("If-None-Match"))
	if !every && !slices.ContainsFunc(has, func(t tag) bool { return t.text == own }) { // here what is weak is as good
		return false
	}
	c.SetStatus(http.StatusNotModified)
	return true
}

// tag is one of a list of tags, without its quotes.
type tag struct {
	text string
	weak bool // something on its way made it so
}

// tags reads what all lines of a header say (RFC 9110, 8.8.3 and 13.1): tags with
// commas between them, or every one there is (*). A tag may hold a comma. What
// cannot be read ends its line.
func tags(lines []string) (out []tag, every bool) {
	if len(lines) == 1 && strings.TrimSpace(lines[0]) == "*" {
		return nil, true
	}
	for _, rest := range lines {
		for {
			rest = strings.TrimLeft(rest, ", \t")
			quoted, weak := strings.CutPrefix(rest, "W/")
			text, opens := strings.CutPrefix(quoted, `"`)
			text, after, closes := strings.Cut(text, `"`)
			if !opens || !closes {
				break
			}
			out, rest = append(out, tag{text, weak}), after
		}
	}
	return out, false
}

// ifMatch has a writing to a deal rest on one of the versions that its caller says
// it may be of. A weak tag does not say which bytes were read, and is none of them.
func ifMatch(d *operation.Desk, op operation.Operation, path string, c huma.Context, r *http.Request) error {
	lines := r.Header.Values("If-Match")
	all, every := tags(lines)
	if op.Effect != operation.Writes || every || strings.TrimSpace(strings.Join(lines, "")) == "" {
		return nil
	}
	var facts []int
	weak := false
	for _, t := range all {
		words, is := strings.CutPrefix(t.text, versioned)
		version, _, dot := strings.Cut(words, ".")
		if n, err := strconv.Atoi(version); is && dot && err == nil && n > 0 {
			if weak = weak || t.weak; !t.weak {
				facts = append(facts, n)
			}
		}
	}
	switch {
	case strings.HasPrefix(path, dealPath) && len(facts) > 0:
		d.If = &operation.Unchanged{Deal: c.Param("id"), Facts: facts}
		return nil
	case strings.HasPrefix(path, dealPath) && weak:
		return &huma.ErrorDetail{Message: "a weak tag matches nothing: something between you and the server made it weak, as what packs answers does",
			Location: "header.If-Match"}
	}
	return &huma.ErrorDetail{Message: "this is no tag of a deal that was read", Location: "header.If-Match"}
}

const dealPath = "/deals/{id}/"

// headers describes what an operation takes in its request's head.
func headers(registry huma.Registry, op operation.Operation, path string) (out []*huma.Param) {
	text := registry.Schema(reflect.TypeFor[string](), true, "")
	if op.Effect == operation.Writes {
		out = append(out, keyParameter(registry))
		if strings.HasPrefix(path, dealPath) {
			out = append(out, &huma.Param{Name: "If-Match", In: "header", Schema: text,
				Description: "The ETag of the deal as it was read: where others have added to it since, nothing is written (412)."})
		}
		return out
	}
	return append(out,
		&huma.Param{Name: "fields", In: "query", Schema: text,
			Description: "Only these fields of the answer, with commas between them; a dot goes into a field, also of a list's rows: rows.id,rows.title,next."},
		&huma.Param{Name: "If-None-Match", In: "header", Schema: text, Description: "The ETag of an earlier answer: where it would be the same, 304 and no body."})
}
