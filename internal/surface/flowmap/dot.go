package flowmap

import (
	"fmt"
	"strconv"
	"strings"
)

// DOT spells the map in the language of Graphviz, which lays it out itself.
func (m Map) DOT() string {
	var b strings.Builder
	b.WriteString("digraph process {\n  rankdir=TB;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n")
	b.WriteString("  edge [fontname=\"sans-serif\", fontsize=10, color=gray50];\n")
	fmt.Fprintf(&b, "  start [shape=plaintext, label=%s];\n  end [shape=plaintext, label=%s];\n", dotText(m.Start), dotText(m.End))
	for i, n := range m.Nodes {
		fmt.Fprintf(&b, "  n%d [label=%s];\n", i, dotText(n.Name+"\n"+n.Note))
	}
	place := func(i int) string {
		switch i {
		case Start:
			return "start"
		case End:
			return "end"
		}
		return "n" + strconv.Itoa(i)
	}
	for _, w := range m.Ways {
		fmt.Fprintf(&b, "  %s -> %s [label=%s, penwidth=%.1f", place(w.From), place(w.To), dotText(w.Words), 1+8*w.Share)
		switch w.Kind { // told apart without colour
		case More:
			b.WriteString(", style=bold")
		case Less:
			b.WriteString(", style=dashed")
		}
		b.WriteString("];\n")
	}
	b.WriteString("}\n")
	return b.String()
}

// dotText quotes a text for DOT, in which only the quote and the backslash are special.
func dotText(s string) string {
	s = strings.ToValidUTF8(s, " ")
	s = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", " ", "\x00", " ").Replace(s)
	return `"` + s + `"`
}
