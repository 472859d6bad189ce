// Package kit holds what the pages of every face are made with.
//
// Takes: the text of a file that pages load.
// Gives: the colours and measures of all pages, and a handler for a file whose name carries its hash.
// Never: knows a page, a deal, or who is asking.
package kit

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
)

//go:embed token.css
var tokens string

// Tokens are the colours and measures: light, dark, and in print. The browser's
// wish decides between light and dark, unless the page says data-theme.
var Tokens = themed(tokens)

// themed lets a page choose: the dark colours hold where data-theme is dark,
// whatever the browser wishes, and never where it is light.
func themed(css string) string {
	const wish = "@media screen and (prefers-color-scheme: dark) {\n  :root {"
	before, rest, ok := strings.Cut(css, wish)
	dark, after, closed := strings.Cut(rest, "\n  }\n}\n")
	if !ok || !closed {
		panic("token.css has no dark scheme") // embedded: a fault of the build
	}
	return before + strings.Replace(wish, ":root", `:root:not([data-theme="light"])`, 1) + dark + "\n  }\n}\n" +
		"@media screen {\n  :root[data-theme=\"dark\"] {\n    color-scheme: dark;" + dark + "\n  }\n" +
		"  :root[data-theme=\"light\"] { color-scheme: light; }\n}\n" + after
}

// Hash is a short name for a text, another for another text.
func Hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}

// Asset serves a text whose name carries its hash, so that browsers may keep it
// for ever.
func Asset(kind, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", kind)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("ETag", `"`+Hash(text)+`"`)
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(text))
	}
}
