package xes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
)

// order of the children of <log> in the standard.
var ranks = map[string]int{"extension": 0, "global": 1, "classifier": 2, "trace": 4, "event": 5}

// inLog deals with a child of <log>.
func (p *part) inLog(i int, name string) (int, level, bool, *problem) {
	t := &p.t
	rank, known := ranks[name]
	attr := kindOf(name) != eventlog.None || compound(name)
	if attr {
		rank, known = 3, true
	}
	if known && rank < p.rank && !(p.rank == 5 && rank == 4) {
		p.note(diag.Hint, "xes-order", name, t.begin, nil, "", "<%s> stands later than XES wants it; it is read all the same", name)
	}
	p.rank = max(p.rank, rank)
	switch {
	case name == "trace":
		p.extraAttrs("trace")
		p.beginTrace()
		if t.selfEnd {
			p.endTrace(t.begin)
			return i, inLog, false, nil
		}
		return i, inTrace, false, nil
	case name == "event":
		p.note(
			diag.Warning,
			"xes-loose-event",
			"",
			t.begin,
			nil,
			"put it into the trace of its case",
			"an event outside any trace belongs to no case and is left out",
		)
	case attr:
		return p.attribute(i, inLog, name)
	case name == "extension":
		p.extraAttrs(name, "name", "prefix", "uri")
		p.must("extension", "name", "prefix", "uri")
		if prefix, ok := t.attr("prefix"); ok && len(p.head.prefixes) < maxColumns {
			p.head.prefixes[string(prefix)] = true
		}
	case name == "global":
		return p.global(i)
	case name == "classifier":
		p.classifier()
	case strings.HasPrefix(name, "object") || name == "event-types" || name == "events":
		return i, inLog, false, &problem{t.begin, fmt.Sprintf("<%s> belongs to an object-centric log (OCEL), not to XES", clip(name))}
	default:
		p.note(diag.Warning, "xes-element", name, t.begin, t.name, "", "<%s> has no place inside <log> and is left out with all it holds", clip(name))
	}
	i, open, bad := p.skip(i)
	return i, inLog, open, bad
}

// must notes attributes a tag lacks.
func (p *part) must(element string, names ...string) {
	for _, n := range names {
		if _, ok := p.t.attr(n); !ok {
			p.note(diag.Warning, "xes-lacks", element, p.t.begin, nil, "", "<%s> lacks %q", element, n)
		}
	}
}

func (p *part) global(i int) (int, level, bool, *problem) {
	t := &p.t
	p.extraAttrs("global", "scope")
	scope := "event" // the standard's default
	if s, ok := t.attr("scope"); ok {
		if scope = string(s); scope != "event" && scope != "trace" {
			p.note(
				diag.Warning,
				"xes-scope",
				"global",
				t.begin,
				s,
				"",
				"<global> has the scope %q, which is neither trace nor event; it is not read",
				clip(scope),
			)
			scope = ""
		}
	} else {
		p.note(diag.Hint, "xes-scope", "", t.begin, nil, "", "<global> has no scope; event is meant")
	}
	if t.selfEnd {
		return i, inLog, false, nil
	}
	for {
		_, ended, open, bad := t.next(p.data, i)
		if ended || open || bad != nil {
			return i, inLog, bad == nil, bad
		}
		i = t.valueEnd
		if t.closing {
			if string(t.name) != "global" {
				return i, inLog, false, &problem{t.begin, fmt.Sprintf("</%s> where <global> is open", clip(string(t.name)))}
			}
			return i, inLog, false, nil
		}
		name := string(t.name)
		if kindOf(name) == eventlog.None && !compound(name) {
			p.note(diag.Warning, "xes-element", name, t.begin, t.name, "", "<%s> has no place inside <global> and is left out", clip(name))
		} else {
			p.extraAttrs(name, "key", "value")
			key, ok := t.attr("key")
			if !ok {
				p.note(diag.Warning, "xes-key", name, t.begin, nil, "", "<%s> in <global> without a key declares nothing", name)
			}
			if scope != "" && ok && len(p.head.declared[scope]) < maxColumns {
				if p.head.declared[scope][string(key)] {
					p.note(diag.Hint, "xes-global-twice", string(key), t.begin, key, "", "%s is declared twice for every %s", clip(string(key)), scope)
				}
				p.head.declared[scope][string(key)] = true
				p.prefixed(string(key), t.begin)
			}
		}
		if i, open, bad = p.skip(i); open || bad != nil {
			return i, inLog, open, bad
		}
	}
}

// prefixed notes a key of a standard extension that the log does not declare.
func (p *part) prefixed(key string, at int) {
	prefix, _, ok := strings.Cut(key, ":")
	if ok && !p.head.prefixes[prefix] && slices.Contains([]string{"concept", "lifecycle", "org", "time", "semantic", "identity", "cost"}, prefix) {
		p.note(
			diag.Hint,
			"xes-extension",
			prefix,
			at,
			[]byte(key),
			"",
			"the extension %q is used, by %q, and not declared; its usual meaning is taken",
			prefix,
			clip(key),
		)
	}
}

func (p *part) classifier() {
	t := &p.t
	p.extraAttrs("classifier", "name", "keys", "scope")
	p.must("classifier", "name", "keys")
	scope := "event"
	if s, ok := t.attr("scope"); ok {
		if scope = string(s); scope != "event" && scope != "trace" {
			p.note(
				diag.Warning,
				"xes-scope",
				"classifier",
				t.begin,
				s,
				"",
				"<classifier> has the scope %q, which is neither trace nor event; it is not used",
				clip(scope),
			)
			return
		}
	}
	name, _ := t.attr("name")
	text, ok := t.attr("keys")
	keys := classifierKeys(string(text), p.head.declared[scope])
	if len(keys) == 0 {
		if ok {
			p.note(diag.Warning, "xes-classifier", "", t.begin, text, "", "classifier %q names no keys and is not used", clip(string(name)))
		}
		return
	}
	for _, k := range keys {
		if !p.head.declared[scope][k] {
			p.note(
				diag.Hint,
				"xes-classifier",
				k,
				t.begin,
				text,
				"",
				"classifier %q uses %q, which no <global> declares for every %s",
				clip(string(name)),
				clip(k),
				scope,
			)
		}
	}
	if scope != "event" || len(name) == 0 || len(p.head.classifiers) >= maxColumns {
		return
	}
	if p.o.Activity == string(name) && !p.head.declared[scope][p.o.Activity] && !slices.Contains(p.head.classifiers, p.o.Activity) {
		p.head.activity = keys
	}
	p.head.classifiers = append(p.head.classifiers, string(name))
}

// classifierKeys splits the list of keys: 'quoted', or parted by blanks; a
// declared key that contains blanks is found whole.
func classifierKeys(s string, declared map[string]bool) []string {
	var keys []string
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		if s[0] == '\'' {
			if k := strings.IndexByte(s[1:], '\''); k >= 0 {
				keys, s = append(keys, s[1:1+k]), s[k+2:]
				continue
			}
		}
		best := ""
		for d := range declared {
			if strings.HasPrefix(s, d) && (len(s) == len(d) || s[len(d)] == ' ') && len(d) > len(best) {
				best = d
			}
		}
		if best == "" {
			best, _, _ = strings.Cut(s, " ")
		}
		keys, s = append(keys, best), s[len(best):]
	}
	return keys
}

// meta keeps an attribute of the log itself.
func (p *part) meta(element string, keyText, value []byte, at int) {
	name, _ := unescape(keyText, nil)
	text, bad := unescape(value, nil)
	if bad != "" {
		p.note(diag.Warning, "xes-text-value", string(name), at, value, "", "%s contains %s", clip(string(name)), bad)
	}
	k := &key{name: string(name), kind: kindOf(element)}
	if element == "id" && !uuid(text) {
		p.note(diag.Hint, "xes-id", k.name, at, text, "", "%q is no UUID; it is kept as text", clip(string(text)))
	}
	if p.metas++; p.metas > maxColumns {
		p.note(diag.Warning, "xes-columns", "<log>", at, nil, "", "more than %d attributes of the log itself; further ones are left out", maxColumns)
		return
	}
	p.b.Meta(k.name, p.typed(k, text, at))
}
