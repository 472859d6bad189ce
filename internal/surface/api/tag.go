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
func tagged(c huma.Context, text []byte, version int) bool {
	sum := sha256.Sum256(text)
	tag := base64.RawURLEncoding.EncodeToString(sum[:12])
	if version > 0 {
		tag = versioned + strconv.Itoa(version) + "." + tag
	}
	tag = `"` + tag + `"`
	c.SetHeader("ETag", tag)
	c.SetHeader("Cache-Control", "private, no-cache")
	if has := tags(c.Header("If-None-Match")); !slices.Contains(has, tag) && !slices.Contains(has, "*") {
		return false
	}
	c.SetStatus(http.StatusNotModified)
	return true
}

// tags reads a list of tags; what stands in between makes a tag weak on its way.
func tags(list string) (out []string) {
	for tag := range strings.SplitSeq(list, ",") {
		if tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/"); tag != "" {
			out = append(out, tag)
		}
	}
	return out
}

// ifMatch has a writing to a deal rest on the version that its caller read.
func ifMatch(d *operation.Desk, op operation.Operation, path string, c huma.Context) error {
	all := tags(c.Header("If-Match"))
	if op.Effect != operation.Writes || len(all) == 0 || slices.Contains(all, "*") {
		return nil
	}
	if strings.HasPrefix(path, dealPath) {
		for _, tag := range all {
			words, is := strings.CutPrefix(tag, `"`+versioned)
			version, _, dot := strings.Cut(words, ".")
			if n, err := strconv.Atoi(version); is && dot && err == nil && n > 0 {
				d.If = &operation.Unchanged{Deal: c.Param("id"), Facts: n}
				return nil
			}
		}
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
