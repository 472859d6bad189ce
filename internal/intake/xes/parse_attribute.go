package xes

import (
	"bytes"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
)

// storeTime takes the time of an event; false where the text is none.
func (p *part) storeTime(k *key, raw []byte, at int) bool {
	if p.time != eventlog.NoTime {
		p.note(diag.Warning, "xes-twice", k.name, at, raw, "", "%s stands twice in one event; the first counts", k.name)
		return true
	}
	us, zone, ok := eventlog.ParseInstant(trim(raw))
	if ok {
		if p.time = us; !zone {
			p.noZone(k, at, raw)
		}
		return true
	}
	p.note(
		diag.Warning,
		"xes-value",
		k.name,
		at,
		raw,
		"write it like 2017-01-09T09:49:50.000+01:00",
		"%q is no time; the event has none, and its attribute %s keeps the text",
		clip(string(raw)),
		k.name,
	)
	return false
}

// fast reads what comes as expected: known attributes in their usual order, ends
// and beginnings of events. It stops before the first thing that is not so.
func (p *part) fast(i int, lv level) (int, level) {
	data := p.data
	tab := &p.tables[lv-inTrace]
	for {
		for i < len(data) && (data[i] == '\n' || data[i] == '\t' || data[i] == ' ' || data[i] == '\r') {
			i++
		}
		k := tab.first
		if tab.last != nil {
			k = tab.last.next
		}
		for try := 0; k != nil && try < 4; try++ {
			if n := len(k.prefix); len(data)-i > n && string(data[i:i+n]) == k.prefix {
				break
			}
			if k = k.next; try == 3 {
				k = nil
			}
		}
		if k == nil {
			rest := data[i:]
			switch {
			case lv == inEvent && len(rest) >= 8 && string(rest[:8]) == "</event>":
				p.endEvent(i)
				i, lv = i+8, inTrace
			case lv == inTrace && len(rest) >= 7 && string(rest[:7]) == "<event>":
				p.beginEvent()
				i, lv = i+7, inEvent
			default:
				return i, lv
			}
			tab = &p.tables[lv-inTrace]
			continue
		}
		from := i + len(k.prefix)
		end := plainEnd(data, from, k.quote)
		clean := end >= 0
		if !clean {
			n := bytes.IndexByte(data[from:], k.quote)
			if n < 0 {
				return i, lv
			}
			end = from + n
		}
		after := end + 1
		if after < len(data) && data[after] == ' ' {
			after++
		}
		if len(data)-after < 2 || data[after] != '/' || data[after+1] != '>' {
			return i, lv
		}
		p.store(tab, k, data[from:end], clean, from, lv)
		tab.last = k
		i = after + 2
	}
}

// attribute reads an attribute the general way and learns how it is written.
func (p *part) attribute(i int, lv level, name string) (int, level, bool, *problem) {
	t := &p.t
	p.extraAttrs(name, "key", "value")
	begin, selfEnd := t.begin, t.selfEnd
	keyText, ok := t.attr("key")
	if !ok {
		p.note(diag.Warning, "xes-key", name, begin, nil, "", "<%s> without a key is left out", name)
		i, open, bad := p.skip(i)
		return i, lv, open, bad
	}
	keyText = bytes.Clone(keyText)
	value, hasValue := t.attr("value")
	if compound(name) || !hasValue && !selfEnd {
		p.note(
			diag.Hint,
			"xes-nested",
			nestField(lv, keyText),
			begin,
			nil,
			"",
			"%s %q holds further attributes, which are not read",
			name,
			clip(string(keyText)),
		)
		i, open, bad := p.skip(i)
		return i, lv, open, bad
	}
	if !hasValue {
		p.note(diag.Warning, "xes-value", string(keyText), begin, nil, "", "<%s> %q has no value", name, clip(string(keyText)))
	}
	valueAt := begin
	regular := len(t.attrs) == 2 && string(t.attrs[0].name) == "key" && string(t.attrs[1].name) == "value"
	quote := byte('"')
	for _, a := range t.attrs {
		if string(a.name) == "value" {
			valueAt, quote = a.valueAt, a.quote
		}
	}
	if !selfEnd { // children: the value counts, they do not
		j, nested, open, bad := p.children(i)
		if bad != nil || open {
			return j, lv, open, bad
		}
		if nested {
			p.note(
				diag.Hint,
				"xes-nested",
				nestField(lv, keyText),
				begin,
				nil,
				"",
				"%s %q holds further attributes, which are not read",
				name,
				clip(string(keyText)),
			)
		}
		i = j
	}
	if lv == inLog {
		p.meta(name, keyText, value, valueAt)
		return i, lv, false, nil
	}
	if !hasValue {
		return i, lv, false, nil
	}
	tab := &p.tables[lv-inTrace]
	prefix := ""
	if regular {
		prefix = string(p.data[begin:valueAt])
	}
	k := p.learn(tab, lv, prefix, name, keyText, quote)
	p.store(tab, k, value, plainEnd(p.data, valueAt, quote) == valueAt+len(value), valueAt, lv)
	if regular {
		if tab.last != nil {
			tab.last.next = k
		} else {
			tab.first = k
		}
		tab.last = k
	}
	return i, lv, false, nil
}

// nestField groups what is nested: by key, but for the log itself all in one.
func nestField(lv level, key []byte) string {
	if lv == inLog {
		return "<log>"
	}
	return string(key)
}

// children passes over an attribute's children; nested tells whether there were any.
func (p *part) children(i int) (_ int, nested, open bool, bad *problem) {
	name := p.t.name
	for {
		_, ended, open, bad := p.t.next(p.data, i)
		if bad != nil || open || ended {
			return i, nested, bad == nil, bad
		}
		i = p.t.valueEnd
		if p.t.closing {
			if !bytes.Equal(name, p.t.name) {
				return i, nested, false, &problem{p.t.begin, "</" + clip(string(p.t.name)) + "> where <" + string(name) + "> is open"}
			}
			return i, nested, false, nil
		}
		nested = true
		if i, open, bad = p.skip(i); open || bad != nil {
			return i, nested, open, bad
		}
	}
}

// learn gives the key that is written so, a new one the first time.
func (p *part) learn(tab *table, lv level, prefix, element string, keyText []byte, quote byte) *key {
	full := prefix
	if full == "" {
		full = element + "\x00" + string(keyText)
	}
	if k := tab.keys[full]; k != nil {
		return k
	}
	name, bad := unescape(keyText, nil)
	if bad != "" {
		p.note(diag.Warning, "xes-text-value", string(name), p.t.begin, keyText, "", "a key contains %s", bad)
	}
	p.prefixed(string(name), p.t.begin)
	k := &key{prefix: prefix, name: string(name), quote: quote, kind: kindOf(element), isID: element == "id", first: -1}
	switch {
	case lv == inTrace && k.name == "concept:name":
		k.role = caseName
	case lv == inEvent && k.name == "time:timestamp":
		k.role = timestamp
	case lv == inEvent && p.activityPart(k.name) >= 0:
		k.role = activityPart
	}
	if len(tab.keys) < maxColumns*4 { // the same key may be written in several ways
		tab.keys[full] = k
	} else {
		k.prefix = "\x00"
	}
	if k.role == plainRole {
		p.column(tab, lv, k)
	}
	return k
}

func (p *part) column(tab *table, lv level, k *key) {
	if !tab.column[k.name] && len(tab.column) >= maxColumns {
		return
	}
	tab.column[k.name] = true
	if lv == inTrace {
		k.col = p.b.CaseColumn(k.name)
	} else {
		k.col = p.b.EventColumn(k.name)
	}
}

func (p *part) activityPart(name string) int {
	for i, a := range p.head.activity {
		if a == name {
			return i
		}
	}
	return -1
}

// store takes a value: raw as it is written, clean if it needs no unescaping.
func (p *part) store(tab *table, k *key, raw []byte, clean bool, at int, lv level) {
	if !clean {
		var bad string
		if p.scratch, bad = unescape(raw, p.scratch); bad != "" {
			p.note(diag.Warning, "xes-text-value", k.name, at, raw, "", "%s contains %s", clip(k.name), bad)
		}
		raw = p.scratch
	}
	switch k.role {
	case caseName:
		if p.hasCase {
			p.note(diag.Warning, "xes-twice", k.name, at, raw, "", "%s stands twice in one trace; the first counts", k.name)
			return
		}
		p.caseID, p.hasCase = append(p.caseID, raw...), true
		return
	case activityPart:
		p.storeActivity(k, raw, at)
		return
	case timestamp:
		if p.storeTime(k, raw, at) {
			return
		}
		if k.col == nil { // what is no time is kept as a text
			p.column(tab, lv, k)
		}
		k.kind = eventlog.String
	}
	if k.col == nil {
		p.note(
			diag.Warning,
			"xes-columns",
			levelNames[lv],
			at,
			nil,
			"",
			"more than %d different attributes in %s; further ones, such as %q, are left out",
			maxColumns,
			levelNames[lv],
			clip(k.name),
		)
		return
	}
	row := p.b.Events()
	if lv == inTrace {
		row = p.b.Cases()
	}
	if k.col.Rows() > row {
		p.note(diag.Warning, "xes-twice", k.name, at, raw, "", "%s stands twice in one %s; the first counts", clip(k.name), levelNames[lv])
		return
	}
	if k.first < 0 {
		k.first = at
	}
	if k.kind == eventlog.String {
		if clean && k.before != nil && string(k.before) == string(raw) && k.col.Type() == eventlog.String {
			k.col.SetCode(row, k.code)
			return
		}
		if code, ok := k.col.Intern(raw); ok {
			k.col.SetCode(row, code)
			if clean {
				k.before, k.code = raw, code
			}
			if k.isID && !uuid(raw) {
				p.note(diag.Hint, "xes-id", k.name, at, raw, "", "%q is no UUID; it is kept as text", clip(string(raw)))
			}
			return
		}
	}
	if v := p.typed(k, raw, at); !k.col.Set(row, v) {
		p.note(diag.Warning, "log-type", k.name, at, raw, "", "%s", k.col.Shift())
	}
}

func (p *part) storeActivity(k *key, raw []byte, at int) {
	if len(p.head.activity) == 1 {
		if p.named {
			p.note(diag.Warning, "xes-twice", k.name, at, raw, "", "%s stands twice in one event; the first counts", k.name)
			return
		}
		p.activity, p.named = p.b.ActivityCode(raw), true
		return
	}
	for len(p.acts) < len(p.head.activity) {
		p.acts = append(p.acts, nil)
	}
	i := p.activityPart(k.name)
	p.acts[i], p.named = append(p.acts[i][:0], raw...), true
	if k.col == nil { // a part of the name is also an attribute of its own
		p.column(&p.tables[1], inEvent, k)
	}
	if k.col != nil && k.col.Rows() <= p.b.Events() {
		k.col.SetText(p.b.Events(), raw)
	}
}

func (p *part) noZone(k *key, at int, raw []byte) {
	p.note(diag.Hint, "xes-zone", k.name, at, raw, "", "%s %q has no zone and is taken as UTC", clip(k.name), clip(string(raw)))
}

// typed reads a value by its declared type; what does not spell it is kept as text.
func (p *part) typed(k *key, raw []byte, at int) eventlog.Value {
	s := trim(raw)
	switch k.kind {
	case eventlog.Time:
		if us, zone, ok := eventlog.ParseInstant(s); ok {
			if !zone {
				p.noZone(k, at, raw)
			}
			return eventlog.TimeValue(us)
		}
	case eventlog.Int:
		if n, ok := parseInt(s); ok {
			return eventlog.IntValue(n)
		}
	case eventlog.Float:
		if f, ok := parseFloat(s); ok {
			return eventlog.FloatValue(f)
		}
	case eventlog.Bool:
		switch string(s) {
		case "true", "1":
			return eventlog.BoolValue(true)
		case "false", "0":
			return eventlog.BoolValue(false)
		}
	default:
		return eventlog.TextValue(string(raw))
	}
	p.note(diag.Warning, "xes-value", k.name, at, raw, "", "%s %q is no %s; it is kept as text", clip(k.name), clip(string(raw)), k.kind)
	return eventlog.TextValue(string(raw))
}

func trim(b []byte) []byte {
	for len(b) > 0 && space(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && space(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}
