package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/throughline/throughline/internal/mining"
	"github.com/throughline/throughline/internal/surface/position"
	"github.com/throughline/throughline/internal/surface/road"
	"github.com/throughline/throughline/internal/surface/timeline"
)

//go:embed static
var files embed.FS

// style is the whole style sheet; its name carries its hash, so that browsers
// may keep it for ever.
var (
	style      = join("static/token.css", "static/page.css", "static/part.css", "static/forecast.css", "static/playbook.css", "static/learning.css", "static/form.css", "static/review.css", "static/close.css", "static/palette.css", "static/people.css", "static/studio.css", "static/look.css") + position.CSS + timeline.CSS + road.CSS + mining.PictureCSS()
	stylePath  = "/static/page." + hash(style) + ".css"
	script     = join("static/page.js")
	scriptPath = "/static/page." + hash(script) + ".js"
	mark, _    = files.ReadFile("static/mark.svg")
)

func join(names ...string) string {
	var b strings.Builder
	for _, n := range names {
		text, err := files.ReadFile(n)
		if err != nil {
			panic(err) // embedded: a fault of the build
		}
		b.Write(text)
		b.WriteByte('\n')
	}
	return b.String()
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}

func static(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	switch name := r.PathValue("file"); {
	case name == "mark.svg":
		h.Set("Content-Type", "image/svg+xml")
		h.Set("Cache-Control", "public, max-age=86400")
		h.Set("ETag", `"`+hash(string(mark))+`"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(mark))
	case "/static/"+name == stylePath:
		h.Set("Content-Type", "text/css; charset=utf-8")
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("ETag", `"`+hash(style)+`"`)
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(style))
	case "/static/"+name == scriptPath:
		h.Set("Content-Type", "text/javascript; charset=utf-8")
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("ETag", `"`+hash(script)+`"`)
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(script))
	default:
		http.NotFound(w, r)
	}
}

func favicon(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/static/mark.svg", http.StatusMovedPermanently)
}
