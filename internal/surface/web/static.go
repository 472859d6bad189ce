package web

import (
	"bytes"
	"embed"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/surface/chart"
	"github.com/throughline/throughline/internal/surface/flowmap"
	"github.com/throughline/throughline/internal/surface/kit"
	"github.com/throughline/throughline/internal/surface/position"
	"github.com/throughline/throughline/internal/surface/reporting"
	"github.com/throughline/throughline/internal/surface/road"
	"github.com/throughline/throughline/internal/surface/timeline"
)

//go:embed static
var files embed.FS

// furtherRooms are the paths below which pages load the second sheet.
var furtherRooms = []string{partsPath, "/learning", "/playbook", "/studio", "/team", "/me", "/sign-in", operation.WelcomePath, "/settings", jobsPath}

// inFurtherRoom reports whether a page needs it.
func inFurtherRoom(path string) bool {
	return slices.ContainsFunc(furtherRooms, func(room string) bool { return strings.HasPrefix(path, room) })
}

// style is the style sheet of every page; its name carries its hash, so that browsers
// may keep it for ever.
var (
	face  = kit.TypefaceAt("/static/")
	style = tight(face.CSS + kit.Tokens + chart.CSS + join(
		"static/page.css",
		"static/part.css",
		"static/list.css",
		"static/forecast.css",
		"static/form.css",
		"static/review.css",
		"static/close.css",
		"static/palette.css",
		"static/people.css",
		"static/look.css",
		"static/help.css",
		"static/initiative.css",
		"static/deal.css",
		"static/today.css",
	) + position.CSS + reporting.CSS + timeline.CSS + road.CSS)
	// further is what only the rooms need in which nobody spends a day: the pages
	// of a working day load without it.
	further = tight(chart.Further + join(
		"static/learning.css",
		"static/playbook.css",
		"static/studio.css",
		"static/simulate.css",
		"static/team.css",
		"static/settings.css",
		"static/parts.css",
	) + flowmap.CSS)
	furtherPath = "/static/room." + kit.Hash(further) + ".css"
	stylePath   = "/static/page." + kit.Hash(style) + ".css"
	script      = join("static/page.js")
	scriptPath  = "/static/page." + kit.Hash(script) + ".js"
	keyScript   = join("static/passkey.js") // of the pages that have passkeys
	passkeyPath = "/static/passkey." + kit.Hash(keyScript) + ".js"
	mark, _     = files.ReadFile("static/mark.svg")
)

var (
	remark = regexp.MustCompile(`(?s)/\*.*?\*/`)
	blank  = regexp.MustCompile(`\s+`)
	around = regexp.MustCompile(` ?([{};,]) ?`)
)

// tight leaves out of a style sheet what only its writers read: remarks, and
// blanks where none are needed.
func tight(css string) string {
	return around.ReplaceAllString(blank.ReplaceAllString(remark.ReplaceAllString(css, ""), " "), "$1")
}

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
	case "/static/"+name == furtherPath:
		kit.Asset("text/css; charset=utf-8", further)(w, r)
	case "/static/"+name == scriptPath:
		kit.Asset("text/javascript; charset=utf-8", script)(w, r)
	case "/static/"+name == passkeyPath:
		kit.Asset("text/javascript; charset=utf-8", keyScript)(w, r)
	default:
		http.NotFound(w, r)
	}
}

func favicon(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/static/mark.svg", http.StatusMovedPermanently)
}
