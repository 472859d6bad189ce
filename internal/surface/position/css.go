package position

import _ "embed"

// CSS is the map's part of a style sheet. It needs the tokens ink, mute, card,
// shade, line, way, ring, accent, warning, hover, focus.
//
//go:embed position.css
var CSS string
