package web

import (
	"bytes"
	"embed"
	"net/http"
	"strings"
	"time"

	"github.com/throughline/throughline/internal/mining"
	"github.com/throughline/throughline/internal/surface/kit"
	"github.com/throughline/throughline/internal/surface/position"
	"github.com/throughline/throughline/internal/surface/road"
	"github.com/throughline/throughline/internal/surface/timeline"
)

//go:embed static
var files embed.FS

// style is the whole style sheet; its name carries its hash, so that browsers
// may keep it for ever.
var (
	face  = kit.TypefaceAt("/static/")
	style = face.CSS + kit.Tokens + join(
		"static/page.css",
		"static/part.css",
		"static/list.css",
		"static/forecast.css",
		"static/playbook.css",
		"static/learning.css",
		"static/form.css",
		"static/review.css",
		"static/close.css",
		"static/palette.css",
		"static/people.css",
		"static/studio.css",
		"static/simulate.css",
		"static/look.css",
		"static/team.css",
		"static/settings.css",
		"static/help.css",
		"static/initiative.css",
		"static/deal.css",
		"static/today.css",
	) + position.CSS + timeline.CSS + road.CSS + mining.PictureCSS()
	stylePath  = "/static/page." + kit.Hash(style) + ".css"
	script     = join("static/page.js")
	scriptPath = "/static/page." + kit.Hash(script) + ".js"
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

func static(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	switch name := r.PathValue("file"); {
	case name == "mark.svg":
		h.Set("Content-Type", "image/svg+xml")
		h.Set("Cache-Control", "public, max-age=86400")
		h.Set("ETag", `"`+kit.Hash(string(mark))+`"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(mark))
	case "/static/"+name == stylePath:
		kit.Asset("text/css; charset=utf-8", style)(w, r)
	case "/static/"+name == scriptPath:
		kit.Asset("text/javascript; charset=utf-8", script)(w, r)
	default:
		http.NotFound(w, r)
	}
}

func favicon(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/static/mark.svg", http.StatusMovedPermanently)
}
