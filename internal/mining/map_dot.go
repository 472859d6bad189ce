package mining

import (
	"fmt"
	"strconv"
	"strings"
)

// DOT spells the map in the language of Graphviz.
func (m *Map) DOT() string {
	var b strings.Builder
	b.WriteString(
		"digraph process {\n  rankdir=TB;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\", fontsize=10];\n",
	)
	b.WriteString(
		"  start [shape=circle, label=\"\", width=0.2, style=filled, fillcolor=gray40];\n  end [shape=doublecircle, label=\"\", width=0.15, style=filled, fillcolor=gray40];\n",
	)
	for i, n := range m.Nodes {
		fmt.Fprintf(&b, "  n%d [label=%s];\n", i, dotText(fmt.Sprintf("%s\n%d", n.Name, n.Cases)))
	}
	most := 1
	for _, e := range m.Edges {
		most = max(most, e.Cases)
	}
	place := func(i int) string {
		switch i {
		case MapStart:
			return "start"
		case MapEnd:
			return "end"
		}
		return "n" + strconv.Itoa(i)
	}
	for _, e := range m.Edges {
		label := strconv.Itoa(e.Cases)
		if m.Other > 0 {
			label = fmt.Sprintf("%.0f %% / %.0f %%", share(e.Cases, m.Cases), share(e.Other, m.Other))
		}
		fmt.Fprintf(&b, "  %s -> %s [label=%s, penwidth=%.1f", place(e.From), place(e.To), dotText(label), 1+4*float64(e.Cases)/float64(most))
		switch {
		case e.Differ > 0:
			b.WriteString(", color=\"#0b6e5f\"")
		case e.Differ < 0:
			b.WriteString(", color=\"#a3470f\", style=dashed")
		}
		b.WriteString("];\n")
	}
	b.WriteString("}\n")
	return b.String()
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return 100 * float64(n) / float64(of)
}

// dotText quotes a text for DOT, in which only the quote and the backslash are special.
func dotText(s string) string {
	s = strings.ToValidUTF8(s, " ")
	s = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", " ", "\x00", " ").Replace(s)
	return `"` + s + `"`
}
