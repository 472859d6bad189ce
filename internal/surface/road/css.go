package road

import _ "embed"

// CSS is the road's part of a style sheet. It needs the tokens ink, paper, mute,
// card, shade, way, ring, accent, accent-soft, warning, warning-soft, hover, focus.
//
//go:embed road.css
var CSS string
