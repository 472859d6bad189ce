package kit

import (
	_ "embed"
	"net/http"
	"strings"
)

// Inter, by the Inter Project Authors, under the SIL Open Font License 1.1
// (type/LICENSE): Latin, and what of it European names need beyond that. One
// file holds all weights.
var (
	//go:embed type/inter-latin.woff2
	interLatin string
	//go:embed type/inter-latin-ext.woff2
	interFurther string
)

// Which characters each file is asked for. Quotes, dashes and dots of a Chinese
// text are as wide as its characters: there they come from its own typeface.
const (
	latin      = "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD"
	latinInHan = "U+0000-00B6,U+00B8-00FF,U+0131,U+0152-0153,U+2009,U+2013,U+2032-2033,U+20AC,U+2122,U+2212"
	further    = "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113"
)

// Typeface is the shipped typeface as one face of the product serves it.
type Typeface struct {
	CSS   string // goes before everything that uses --type
	First string // the address of the file that nearly every page needs
	files map[string]string
}

// TypefaceAt gives the typeface for files served below a path that ends in "/".
func TypefaceAt(path string) Typeface {
	first, second := path+"inter."+Hash(interLatin)+".woff2", path+"inter-ext."+Hash(interFurther)+".woff2"
	var css strings.Builder
	face := func(name, file, characters string) {
		css.WriteString(`@font-face{font-family:"` + name + `";font-style:normal;font-weight:100 900;font-display:swap;src:url(` + file +
			`) format("woff2");unicode-range:` + characters + "}\n")
	}
	face("Inter T", first, latin)
	face("Inter T", second, further)
	face("Inter T Han", first, latinInHan)
	face("Inter T Han", second, further)
	// Until the file is there, text takes as much room as it will: nothing moves when it comes.
	css.WriteString(`@font-face{font-family:"Inter T Until";src:local("Arial"),local("Liberation Sans"),local("Helvetica");` +
		"size-adjust:107.12%;ascent-override:90.44%;descent-override:22.52%;line-gap-override:0%}\n")
	return Typeface{CSS: css.String(), First: first, files: map[string]string{first: interLatin, second: interFurther}}
}

// Serve adds the files to a mux. Browsers keep them for ever.
func (t Typeface) Serve(mux *http.ServeMux) {
	for path, file := range t.files {
		mux.Handle("GET "+path, Asset("font/woff2", file))
	}
}
