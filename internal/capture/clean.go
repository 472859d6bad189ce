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
	b := []byte(s)
	blank := func(from, to int, with byte) {
		for i := from; i < to && i < len(b); i++ {
			if b[i] != '\n' {
				b[i] = ' '
			}
		}
		if from < to && from < len(b) {
			b[from] = with
		}
	}
	noMore := map[string]bool{} // closing marks that do not come any more: each is looked for once
	until := func(i int, mark string) int {
		if noMore[mark] {
			return -1
		}
		at := indexFold(s[i:], mark)
		if at < 0 {
			noMore[mark] = true
			return -1
		}
		return i + at + len(mark)
	}
	for i := 0; i < len(b); {
		switch c := b[i]; {
		case c == '<':
			name, ok := tagName(s[i:])
			if !ok {
				i++
				continue
			}
			end := -1
			if mark := closes(name); mark != "" {
				end = until(i, mark)
			}
			if end < 0 {
				end = i + tagLength(s[i:])
			}
			blank(i, end, instead(name))
			i = end
		case c == '&':
			n, got := entity(s[i:])
			if n > 1 {
				blank(i, i+n, ' ')
				copy(b[i:], got)
			}
			i += n
		case c < utf8.RuneSelf:
			if c < ' ' && c != '\n' || c == 0x7f {
				b[i] = ' '
				if c == '\r' && (i+1 == len(b) || b[i+1] != '\n') {
					b[i] = '\n'
				}
			}
			i++
		default:
			r, size := utf8.DecodeRune(b[i:])
			if r == utf8.RuneError && size <= 1 || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Zs, r) ||
				unicode.Is(unicode.Co, r) {
				blank(i, i+size, ' ')
			} else if unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
				blank(i, i+size, '\n')
			}
			i += max(size, 1)
		}
	}
	return string(b)
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
	for i < len(s) && i < 20 && (s[i] >= 'a' && s[i] <= 'z' || s[i] >= 'A' && s[i] <= 'Z' || s[i] >= '0' && s[i] <= '9' && i > from || s[i] == ':' && i > from) {
		i++
	}
	if i == from || i >= len(s) || s[i] != '>' && s[i] != ' ' && s[i] != '/' && s[i] != '\n' && s[i] != '\t' && s[i] != '\r' {
		return "", false
	}
	if tagLength(s) == 1 {
		return "", false
	}
	return strings.ToLower(s[1:i]), true
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
