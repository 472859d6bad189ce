package xes

import "bytes"

// tag is one piece of markup, as the slow scanner sees it. Slices point into the data.
type tag struct {
	name     []byte
	closing  bool // </name>
	selfEnd  bool // <name/>
	attrs    []xmlAttr
	begin    int // of '<'
	valueEnd int // index behind '>'
}

type xmlAttr struct {
	name, value []byte
	at          int  // of the name
	valueAt     int  // of the value's first byte
	quote       byte // that surrounds it
}

// attr gives an attribute's raw value.
func (t *tag) attr(name string) ([]byte, bool) {
	for _, a := range t.attrs {
		if string(a.name) == name {
			return a.value, true
		}
	}
	return nil, false
}

// problem is why reading must stop at a place.
type problem struct {
	at      int
	message string
}

// next finds the next tag from i on, passing over comments, instructions and
// CDATA. ended: the data ended between tags, cleanly; open: it ended inside
// one, which may be because the piece was cut there. text is the index of
// character data that stood before the tag, -1 if there was none.
func (t *tag) next(data []byte, i int) (text int, ended, open bool, bad *problem) {
	text = -1
	for {
		for i < len(data) && (data[i] == ' ' || data[i] == '\n' || data[i] == '\t' || data[i] == '\r') {
			i++
		}
		if i == len(data) {
			return text, true, false, nil
		}
		if data[i] != '<' {
			if text < 0 {
				text = i
			}
			k := bytes.IndexByte(data[i:], '<')
			if k < 0 {
				return text, true, false, nil
			}
			i += k
		}
		skip, isText, open, bad := passOver(data, i)
		if bad != nil || open {
			return text, false, open, bad
		}
		if skip == 0 {
			break
		}
		if isText && text < 0 {
			text = i
		}
		i += skip
	}
	open, bad = t.read(data, i)
	return text, false, open, bad
}

// passOver gives the length of a comment, instruction or CDATA section at i, 0 for anything else.
func passOver(data []byte, i int) (n int, isText, open bool, bad *problem) {
	rest := data[i:]
	until := func(head, tail string) (int, bool) {
		k := bytes.Index(rest[len(head):], []byte(tail))
		if k < 0 {
			return 0, true
		}
		return len(head) + k + len(tail), false
	}
	switch {
	case len(rest) > 1 && rest[1] == '?':
		n, open = until("<?", "?>")
	case len(rest) > 1 && rest[1] == '!':
		switch {
		case bytes.HasPrefix(rest, []byte("<!--")):
			n, open = until("<!--", "-->")
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			isText = true
			n, open = until("<![CDATA[", "]]>")
		case bytes.HasPrefix(rest, []byte("<!DOCTYPE")):
			bad = &problem{i, "a DOCTYPE is not read: it could define entities without end or fetch files"}
		case len(rest) < 9:
			open = true
		default:
			bad = &problem{i, "\"<!\" begins neither a comment nor a CDATA section"}
		}
	case len(rest) == 1:
		open = true
	}
	return n, isText, open, bad
}

func nameByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80 || c-'0' <= 9 || c == '_' || c == '-' || c == '.' || c == ':'
}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// maxXMLAttrs bounds the attributes of one tag; XES knows three.
const maxXMLAttrs = 64

// read takes the tag at data[i] == '<' apart.
func (t *tag) read(data []byte, i int) (open bool, bad *problem) {
	t.begin, t.closing, t.selfEnd, t.attrs = i, false, false, t.attrs[:0]
	i++
	if i < len(data) && data[i] == '/' {
		t.closing = true
		i++
	}
	from := i
	for i < len(data) && nameByte(data[i]) {
		i++
	}
	t.name = data[from:i]
	if i == len(data) {
		return true, nil
	}
	if len(t.name) == 0 {
		return false, &problem{t.begin, "'<' begins no tag; inside a value it is written \"&lt;\""}
	}
	for {
		for i < len(data) && space(data[i]) {
			i++
		}
		if i == len(data) {
			return true, nil
		}
		switch c := data[i]; {
		case c == '>':
			t.valueEnd = i + 1
			return false, nil
		case c == '/' && i+1 == len(data):
			return true, nil
		case c == '/' && data[i+1] == '>' && !t.closing:
			t.selfEnd, t.valueEnd = true, i+2
			return false, nil
		case nameByte(c) && !t.closing:
			if len(t.attrs) == maxXMLAttrs {
				return false, &problem{i, "a tag with more than 64 attributes"}
			}
			a := xmlAttr{at: i}
			for i < len(data) && nameByte(data[i]) {
				i++
			}
			a.name = data[a.at:i]
			for i < len(data) && space(data[i]) {
				i++
			}
			if i == len(data) {
				return true, nil
			}
			if data[i] != '=' {
				return false, &problem{a.at, "attribute \"" + string(a.name[:min(len(a.name), 60)]) + "\" without '='"}
			}
			for i++; i < len(data) && space(data[i]); i++ {
			}
			if i == len(data) {
				return true, nil
			}
			if a.quote = data[i]; a.quote != '"' && a.quote != '\'' {
				return false, &problem{i, "a value without quotes"}
			}
			a.valueAt = i + 1
			k := bytes.IndexByte(data[a.valueAt:], a.quote)
			if k < 0 {
				return true, nil
			}
			a.value = data[a.valueAt : a.valueAt+k]
			i = a.valueAt + k + 1
			t.attrs = append(t.attrs, a)
		default:
			return false, &problem{i, "\"" + string(data[i:min(len(data), i+1)]) + "\" where a tag should go on or end"}
		}
	}
}
