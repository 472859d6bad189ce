package eventlog

import (
	"fmt"
	"strings"

	"github.com/throughline/throughline"
)

// ParseCond reads a condition as a person writes it: ATTR=VALUE, with several
// values between commas, or with !=, <, <=, > or >=.
func ParseCond(w string) (Cond, error) {
	i := strings.IndexAny(w, "=<>!")
	if i <= 0 {
		return Cond{}, fmt.Errorf("%q is not of the form ATTR=VALUE, nor with !=, <, <=, > or >=", w)
	}
	c := Cond{Attr: strings.TrimSpace(w[:i])}
	rest := w[i:]
	for _, sign := range []string{"!=", "<=", ">=", "==", "=", "<", ">"} {
		if value, ok := strings.CutPrefix(rest, sign); ok {
			rest, c.Op = value, Op(sign)
			break
		}
	}
	switch c.Op {
	case "=", "==", "!=":
		rule, err := ParseOutcomeRule("x="+rest, throughline.Won) // the same commas and backslashes
		if err != nil {
			return Cond{}, fmt.Errorf("%q names no value", w)
		}
		for _, v := range rule.Values {
			c.Values = append(c.Values, TextValue(v))
		}
		if c.Op == "!=" {
			c.Op = NotIn
		} else {
			c.Op = In
		}
	case "<", "<=", ">", ">=":
		c.Values = []Value{ParseValue(strings.TrimSpace(rest))}
	default:
		return Cond{}, fmt.Errorf("%q compares with nothing known", w)
	}
	return c, nil
}
