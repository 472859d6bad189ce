package compile

import (
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/source"
)

func value(n *source.Node) playbook.Value {
	if n == nil {
		return playbook.Value{}
	}
	return playbook.Value{Text: n.Languages(), At: n.At}
}

func values(n *source.Node) []playbook.Value {
	var out []playbook.Value
	for _, item := range n.Items() {
		out = append(out, value(item))
	}
	return out
}

func days(n *source.Node, otherwise time.Duration) time.Duration {
	if d, ok := n.Days(); ok {
		return time.Duration(d) * day
	}
	return otherwise
}

func number(n *source.Node, otherwise float64) float64 {
	if v, ok := n.Number(); ok {
		return v
	}
	return otherwise
}

func grade(s string) (throughline.Grade, bool) {
	var g throughline.Grade
	err := g.UnmarshalText([]byte(s))
	return g, err == nil
}
