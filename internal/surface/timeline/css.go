package timeline

import _ "embed"

// CSS is the timeline's part of a style sheet. It needs the tokens ink, mute,
// card, line, way, ring, accent, accent-soft, warning, warning-soft, hover, focus.
//
//go:embed timeline.css
var CSS string
