package classifier

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/throughline/throughline/internal/diag"
)

// Purchase is one purchase as a person wrote it. Amount is what they wrote
// about money; it is shown again and goes nowhere else.
type Purchase struct {
	Name   string `json:"name"`
	Amount string `json:"amount,omitempty"`
	Input  Input  `json:"-"`
	Line   int    `json:"line"`
}

// Reading is the content of a file: one purchase, or a list of them.
type Reading struct {
	Purchases []Purchase
	List      bool // the file holds a list, if only of one
}

// Answer is what is printed for one purchase.
type Answer struct {
	Name   string `json:"name"`
	Amount string `json:"amount,omitempty"`
	Verdict
}

// Answers classifies every purchase of the reading.
func (r Reading) Answers() []Answer {
	out := make([]Answer, 0, len(r.Purchases))
	for _, p := range r.Purchases {
		out = append(out, Answer{p.Name, p.Amount, Classify(p.Input)})
	}
	return out
}

// The checks a file of purchases can fail.
const (
	checkSyntax  = "purchase-syntax"
	checkKey     = "purchase-key"
	checkScore   = "purchase-score"
	checkMissing = "purchase-missing"
)

// most is the size beyond which a file is no list of purchases.
const most = 8 << 20

// outcomeKeys hold what somebody expects or once got; they are read past.
var outcomeKeys = []string{"expect", "result", "C", "P", "vetoes", "reasons", "class", "note", "source", "date"}

// Read reads one purchase or a list of them, in JSON or YAML, in the form
//
//	name: …        amount: … (shown, never used)
//	c: {repetition: 0, …}   p: {steps_seen: 2, …}   issues: buying-process
//
// A factor that is absent or null is unknown. Everything wrong is a finding
// with its place; purchases that can be read are given all the same.
func Read(file string, text []byte) (Reading, diag.Findings) {
	r := reader{file: file, text: text}
	if len(text) > most {
		r.say(
			nil,
			checkSyntax,
			diag.Error,
			fmt.Sprintf("the file has %d bytes; a list of purchases has at most %d", len(text), most),
			"classify the purchases in several files",
		)
		return Reading{}, r.found
	}
	if !utf8.Valid(text) {
		at := r.invalidAt()
		r.found = append(r.found, diag.Finding{Check: checkSyntax, Severity: diag.Error, Range: diag.Range{File: file, Begin: at, End: at},
			Message: "the file is not UTF-8", Hint: "save it as UTF-8"})
		return Reading{}, r.found
	}
	var doc yaml.Node
	if len(bytes.TrimSpace(text)) == 0 {
		r.document(&doc)
		return Reading{}, r.found
	}
	if err := yaml.Load(text, &doc); err != nil {
		r.syntax(err)
		return Reading{}, r.found
	}
	out := r.document(&doc)
	r.found.Sort()
	return out, r.found
}

type reader struct {
	file  string
	text  []byte
	found diag.Findings
	lines []int // where each line begins
}

// enough findings are shown; a file with more is no list of purchases.
const enough = 500

func (r *reader) add(f diag.Finding) {
	if len(r.found) < enough {
		r.found = append(r.found, f)
	}
	if len(r.found) == enough-1 {
		f.Check, f.Message, f.Hint = checkSyntax, "there is more to say about this file than is shown", "mend these first"
		r.found = append(r.found, f)
	}
}

func (r *reader) document(doc *yaml.Node) Reading {
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
		r.say(nil, checkMissing, diag.Error, "the file holds no purchase", "write one purchase, or a list of them")
		return Reading{}
	}
	switch n := doc.Content[0]; n.Kind {
	case yaml.MappingNode:
		return Reading{Purchases: []Purchase{r.purchase(n)}}
	case yaml.SequenceNode:
		out := Reading{List: true, Purchases: []Purchase{}}
		for _, item := range n.Content {
			if item.Kind != yaml.MappingNode {
				r.say(item, checkSyntax, diag.Error, "a purchase is a mapping with name, c and p, not "+kindWord(item), "")
				continue
			}
			out.Purchases = append(out.Purchases, r.purchase(item))
		}
		return out
	default:
		r.say(
			n,
			checkSyntax,
			diag.Error,
			"the file holds "+kindWord(n)+", not a purchase or a list of purchases",
			"write `c:` with the complexity factors and `p:` with the presence factors",
		)
		return Reading{}
	}
}

func (r *reader) purchase(n *yaml.Node) Purchase {
	p := Purchase{Line: n.Line, Input: Input{C: Scores{}, P: Scores{}}}
	have := map[string]bool{}
	known := append([]string{"name", "amount", "c", "p", "issues"}, outcomeKeys...)
	for key, val := range r.pairs(n) {
		have[key.Value] = true
		switch key.Value {
		case "name":
			p.Name = val.Value
		case "amount":
			p.Amount = val.Value
		case "c":
			r.scores(val, p.Input.C, complexity[:], presence[:], "p")
		case "p":
			r.scores(val, p.Input.P, presence[:], complexity[:], "c")
		case "issues":
			p.Input.Issues = r.label(val)
		default:
			if !slices.Contains(known, key.Value) {
				r.unknown(key, known, "a purchase has no key")
			}
		}
	}
	for _, k := range []string{"c", "p"} {
		if !have[k] {
			r.say(n, checkMissing, diag.Error, fmt.Sprintf("the purchase has no %q", k), map[string]string{
				"c": "add `c:` with the complexity factors, such as `c: {repetition: 0}`",
				"p": "add `p:` with the presence factors, such as `p: {steps_seen: 2}`"}[k])
		}
	}
	return p
}

func (r *reader) scores(n *yaml.Node, into Scores, mine, theirs []FactorInfo, other string) {
	if n.Tag == "!!null" {
		return
	}
	if n.Kind != yaml.MappingNode {
		r.say(n, checkScore, diag.Error, "scores are a mapping from factor to 0, 1, 2 or null, not "+kindWord(n), "")
		return
	}
	for key, val := range r.pairs(n) {
		f := Factor(key.Value)
		is := func(i FactorInfo) bool { return i.Factor == f }
		if !slices.ContainsFunc(mine, is) {
			if slices.ContainsFunc(theirs, is) {
				r.say(
					key,
					checkKey,
					diag.Error,
					fmt.Sprintf("factor %q stands in the wrong part", key.Value),
					fmt.Sprintf("move it under `%s:`", other),
				)
			} else {
				r.unknown(key, names(mine), "there is no factor")
			}
			continue
		}
		if val.Kind == yaml.ScalarNode && (val.Tag == "!!null" || val.Value == "unknown" || val.Value == "?") {
			continue
		}
		score, err := strconv.Atoi(val.Value)
		if val.Kind != yaml.ScalarNode || err != nil || score < 0 || score > 2 {
			i := slices.IndexFunc(mine, is)
			r.say(val, checkScore, diag.Error, fmt.Sprintf("%s is 0, 1, 2 or null for unknown, not %s", f, kindWord(val)),
				fmt.Sprintf("0: %s; 1: %s; 2: %s", mine[i].Says[0], mine[i].Says[1], mine[i].Says[2]))
			continue
		}
		into[f] = score
	}
}

func (r *reader) label(n *yaml.Node) Label {
	var known []string
	for _, l := range Labels() {
		known = append(known, string(l))
	}
	if n.Tag == "!!null" {
		return ""
	}
	if !slices.Contains(known, n.Value) {
		hint := "it is one of " + strings.Join(known, ", ")
		r.say(n, checkScore, diag.Error, "issues is what `throughline steps` said, not "+kindWord(n), hint)
		return ""
	}
	return Label(n.Value)
}

// pairs walks a mapping, reporting a key that stands twice; aliases are
// followed one step, which cannot recurse because scores are scalars.
func (r *reader) pairs(n *yaml.Node) func(yield func(k, v *yaml.Node) bool) {
	return func(yield func(k, v *yaml.Node) bool) {
		seen := map[string]bool{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			k, v := n.Content[i], n.Content[i+1]
			if v.Kind == yaml.AliasNode && v.Alias != nil {
				v = v.Alias
			}
			if k.Kind != yaml.ScalarNode {
				r.say(k, checkKey, diag.Error, "a key is a word, not "+kindWord(k), "")
				continue
			}
			if seen[k.Value] {
				r.say(k, checkKey, diag.Error, fmt.Sprintf("key %q stands twice", k.Value), "keep one of them")
				continue
			}
			seen[k.Value] = true
			if !yield(k, v) {
				return
			}
		}
	}
}

func (r *reader) unknown(key *yaml.Node, known []string, what string) {
	f := r.finding(key, checkKey, diag.Error, fmt.Sprintf("%s %q", what, key.Value))
	f.Field, f.Nearest = key.Value, diag.Nearest(key.Value, known)
	f.Hint = "known are " + strings.Join(known, ", ")
	if f.Nearest != "" {
		f.Hint = fmt.Sprintf("did you mean %q?", f.Nearest)
	}
	r.add(f)
}

func (r *reader) say(n *yaml.Node, check string, sev diag.Severity, message, hint string) {
	f := r.finding(n, check, sev, message)
	f.Hint = hint
	r.add(f)
}

func (r *reader) finding(n *yaml.Node, check string, sev diag.Severity, message string) diag.Finding {
	f := diag.Finding{Check: check, Severity: sev, Message: message, Range: diag.Range{File: r.file}}
	if n != nil && n.Line > 0 {
		f.Range.Begin = diag.Pos{Line: n.Line, Column: r.bytesBefore(n.Line, n.Column) + 1}
		f.Range.End = f.Range.Begin
		if n.Kind == yaml.ScalarNode && !strings.Contains(n.Value, "\n") {
			width := len(n.Value)
			if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
				width += 2
			}
			f.Range.End.Column += width
		}
		if n.Kind == yaml.ScalarNode {
			f.Value = n.Value
		}
	}
	return f
}

func (r *reader) syntax(err error) {
	f := r.finding(nil, checkSyntax, diag.Error, "the file is neither JSON nor YAML: "+err.Error())
	var one *yaml.LoadError
	if errors.As(err, &one) {
		f.Message = "the file is neither JSON nor YAML: " + one.Message
		f.Range.Begin = diag.Pos{Line: max(1, one.Mark.Line), Column: max(1, one.Mark.Column)}
		f.Range.End = f.Range.Begin
		if at := r.lineStart(f.Range.Begin.Line); at < len(r.text) && bytes.HasPrefix(bytes.TrimLeft(r.text[at:], " "), []byte("\t")) {
			f.Message, f.Hint = "a tab indents this line, which YAML does not allow", "indent with spaces"
		}
	}
	r.found = append(r.found, f)
}

// bytesBefore counts the bytes before a column that YAML counts in characters.
func (r *reader) bytesBefore(line, column int) int {
	at, n := r.lineStart(line), 0
	for rest := r.text[at:]; column > 1 && n < len(rest); column-- {
		_, size := utf8.DecodeRune(rest[n:])
		n += size
	}
	return n
}

func (r *reader) lineStart(line int) int {
	if r.lines == nil {
		r.lines = []int{0}
		for i, c := range r.text {
			if c == '\n' {
				r.lines = append(r.lines, i+1)
			}
		}
	}
	if line > len(r.lines) {
		return len(r.text)
	}
	return r.lines[max(line, 1)-1]
}

func (r *reader) invalidAt() diag.Pos {
	pos := diag.Pos{Line: 1, Column: 1}
	for i := 0; i < len(r.text); {
		c, size := utf8.DecodeRune(r.text[i:])
		if c == utf8.RuneError && size == 1 {
			return pos
		}
		i += size
		pos.Column += size
		if c == '\n' {
			pos.Line, pos.Column = pos.Line+1, 1
		}
	}
	return pos
}

func names(infos []FactorInfo) []string {
	out := make([]string, len(infos))
	for i, f := range infos {
		out[i] = string(f.Factor)
	}
	return out
}

func kindWord(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	}
	if len(n.Value) > 40 {
		return fmt.Sprintf("%q…", n.Value[:40])
	}
	return fmt.Sprintf("%q", n.Value)
}
