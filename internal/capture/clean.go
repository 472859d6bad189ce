package capture

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean gives a text of the same length in bytes with everything blanked that
// is not meant to be read: tags, scripts, comments, broken UTF-8, control and
// direction marks. As nothing moves, places in it are places in the note.
func clean(s string) string {
	c := cleaner{s: s, b: []byte(s), noMore: map[string]bool{}}
	for i := 0; i < len(c.b); {
		switch ch := c.b[i]; {
		case ch == '<':
			i = c.tag(i)
		case ch == '&':
			n, got := entity(s[i:])
			if n > 1 {
				c.blank(i, i+n, ' ')
				copy(c.b[i:], got)
			}
			i += n
		case ch < utf8.RuneSelf:
			c.sign(i)
			i++
		default:
			i = c.rune(i)
		}
	}
	return string(c.b)
}

// cleaner is a note while it is blanked in place.
type cleaner struct {
	s      string // as it came
	b      []byte
	noMore map[string]bool // closing marks that do not come any more: each is looked for once
}

// blank writes blanks, with one other sign at their beginning. Lines stay lines.
func (c *cleaner) blank(from, to int, with byte) {
	for i := from; i < to && i < len(c.b); i++ {
		if c.b[i] != '\n' {
			c.b[i] = ' '
		}
	}
	if from < to && from < len(c.b) {
		c.b[from] = with
	}
}

// until gives where a closing mark ends, -1 where none comes.
func (c *cleaner) until(i int, mark string) int {
	if c.noMore[mark] {
		return -1
	}
	at := indexFold(c.s[i:], mark)
	if at < 0 {
		c.noMore[mark] = true
		return -1
	}
	return i + at + len(mark)
}

// tag blanks the tag at i, with all that stands in it where that is no text,
// and gives where reading goes on.
func (c *cleaner) tag(i int) int {
	name, ok := tagName(c.s[i:])
	if !ok {
		return i + 1
	}
	end := -1
	if mark := closes(name); mark != "" {
		end = c.until(i, mark)
	}
	if end < 0 {
		end = i + tagLength(c.s[i:])
	}
	c.blank(i, end, instead(name))
	return end
}

// sign blanks a control character of ASCII; a return that no new line follows is one.
func (c *cleaner) sign(i int) {
	ch := c.b[i]
	if ch >= ' ' && ch != 0x7f || ch == '\n' {
		return
	}
	c.b[i] = ' '
	if ch == '\r' && (i+1 == len(c.b) || c.b[i+1] != '\n') {
		c.b[i] = '\n'
	}
}

// rune blanks a sign of several bytes that is broken, or is not seen, and gives
// where the next begins.
func (c *cleaner) rune(i int) int {
	r, size := utf8.DecodeRune(c.b[i:])
	switch {
	case r == utf8.RuneError && size <= 1, unicode.In(r, unicode.Cf, unicode.Cc, unicode.Zs, unicode.Co):
		c.blank(i, i+size, ' ')
	case unicode.In(r, unicode.Zl, unicode.Zp):
		c.blank(i, i+size, '\n')
	}
	return i + max(size, 1)
}

// longestTag is how far a tag may reach; a "<" without an end in it is no tag.
const longestTag = 2000

func tagLength(s string) int {
	if i := strings.IndexByte(s[:min(len(s), longestTag)], '>'); i >= 0 {
		return i + 1
	}
	return 1
}

// tagName reads the name of a tag at the beginning of s, with its slash.
func tagName(s string) (string, bool) {
	if strings.HasPrefix(s, "<!--") {
		return "!--", true
	}
	i := 1
	if i < len(s) && (s[i] == '/' || s[i] == '!' || s[i] == '?') {
		i++
	}
	from := i
	for i < len(s) && i < 20 && inTagName(s[i], i == from) {
		i++
	}
	if i == from || i >= len(s) || !strings.ContainsRune("> /\n\t\r", rune(s[i])) || tagLength(s) == 1 {
		return "", false
	}
	return strings.ToLower(s[1:i]), true
}

// inTagName reports whether a name may go on with a byte: digits and the colon
// of o:p stand behind a letter.
func inTagName(c byte, first bool) bool {
	switch {
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
		return true
	}
	return !first && (c >= '0' && c <= '9' || c == ':')
}

// indexFold finds an ASCII mark in any case.
func indexFold(s, mark string) int {
	for i := 0; i+len(mark) <= len(s); i++ {
		at := strings.IndexByte(s[i:], mark[0])
		if at < 0 || i+at+len(mark) > len(s) {
			return -1
		}
		i += at
		if strings.EqualFold(s[i:i+len(mark)], mark) {
			return i
		}
	}
	return -1
}

// entity reads "&amp;" at the beginning of s: its length, and what stands for
// it; 1 and nothing where it is none.
func entity(s string) (n int, got string) {
	end := strings.IndexByte(s[:min(12, len(s))], ';')
	if end < 2 {
		return 1, ""
	}
	got = html.UnescapeString(s[:end+1])
	switch {
	case got == s[:end+1], len(got) > end+1:
		return 1, ""
	case got == "\u00a0", got == "<", got == ">":
		return end + 1, ""
	}
	return end + 1, got
}

// closes is the mark up to which nothing is meant to be read; "" for a tag that
// ends where it stands.
func closes(tag string) string {
	switch tag {
	case "!--":
		return "-->"
	case "script", "style", "head", "title", "noscript", "template", "svg":
		return "</" + tag + ">"
	}
	return ""
}

// instead is what stands in a tag's place: a line of its own, or a blank.
func instead(tag string) byte {
	switch tag {
	case "br", "p", "div", "li", "tr", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "h4", "/p", "/div", "/li", "/tr", "/table", "hr":
		return '\n'
	}
	return ' '
}
