package capture

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/language/english"
)

// sentence is a stretch of the cleaned note that is read as one.
type sentence struct {
	start, end int
	author     *Person         // whose words they are, in a message
	written    throughline.Day // when they were written, where a header says so
	ours       bool            // written by one of us
	from       From            // where it comes from; empty: as the note says
	base       throughline.Day // the day from which "yesterday" is counted; zero: today
	question   bool
}

// longestSentence is where a sentence without an end is cut.
const longestSentence = 1200

var (
	header = regexp.MustCompile(
		`(?i)^\s*(from|to|cc|bcc|sent|date|subject|reply-to|von|an|betreff|gesendet|发件人|收件人|抄送|主题|发送时间|日期|时间)\s*[:：]\s*(.*)$`,
	)
	wrote    = regexp.MustCompile(`(?i)^\s*(?:on\s.{3,160}\swrote\s*:|.{3,120}(?:写道|schrieb)\s*[:：]?)\s*$`)
	original = regexp.MustCompile(`(?i)^\s*[-_]{2,}\s*(?:original message|forwarded message|original appointment|原始邮件|转发邮件)?\s*[-_]*\s*$`)
	closing  = regexp.MustCompile(
		`(?i)^\s*(?:--|(?:best|kind|warm|many thanks|thanks|thank you|cheers|regards|sincerely|best regards|kind regards|best wishes|warm regards|with kind regards|yours sincerely|sent from my .{1,30}|get outlook for .{1,20}|此致|祝好|顺祝商祺|敬礼)[,.!，。！]?)\s*$`,
	)
	bulletRun = regexp.MustCompile(`^[\s>]*(?:[-*•–—·▪◦]\s+|\d{1,3}[.)、]\s*|[a-zA-Z][.)]\s+|\[[ xX]?\]\s+|[（(]\d{1,2}[)）]\s*)?`)
)

// sentences cuts a cleaned note. Lines of e-mail headers, quoted lines below
// them and signatures are left out; lists count by line; a line that was only
// wrapped goes on in the next.
func (q *reading) sentences() []sentence {
	if len(q.note.Speeches) > 0 {
		return q.spoken()
	}
	var out []sentence
	var from sentence // whose words the next are, and of when
	skipping, headers, below := false, 0, 0
	s := q.text
	begin := -1 // of a sentence that goes on over a wrapped line
	flush := func(to int) {
		if begin >= 0 {
			q.cut(&out, begin, to, from)
			begin = -1
		}
	}
	lastEnd := 0
	for at := 0; at < len(s); {
		width := strings.IndexByte(s[at:], '\n')
		if width < 0 {
			width = len(s) - at
		}
		line := s[at : at+width]
		next := at + width + 1
		trimmed := strings.TrimSpace(line)
		switch q.lineKind(trimmed, s[min(next, len(s)):], headers > 0) {
		case blankLine:
			flush(lastEnd)
			headers = 0
			if skipping { // a signature ends with the third blank line
				below++
				skipping = below <= 2
			}
		case originalLine:
			flush(lastEnd)
			skipping, from = false, sentence{}
		case wroteLine:
			flush(lastEnd)
			skipping = false
			from.author, from.ours = q.writer(trimmed)
			from.written = q.dayIn(trimmed)
		case headerLine:
			flush(lastEnd)
			skipping = false
			if headers == 0 {
				from = sentence{}
			}
			headers++
			m := header.FindStringSubmatch(trimmed)
			q.headed(&from, m[1], m[2])
		case closingLine:
			flush(lastEnd)
			skipping, below = true, 0
			if from.author == nil && q.note.From == Message {
				q.signedBy(out, s[min(next, len(s)):min(next+160, len(s))])
			}
		default:
			if skipping {
				break
			}
			headers = 0
			lead := len(bulletRun.FindString(line))
			goesOn := begin >= 0 && lead == len(line)-len(strings.TrimLeft(line, " ")) && continues(s[begin:lastEnd], line)
			if !goesOn {
				flush(lastEnd)
				begin = at + min(lead, len(line))
			}
			lastEnd = at + width
		}
		at = next
	}
	flush(lastEnd)
	return out
}

// spoken cuts what a note says to be somebody's words, line by line.
func (q *reading) spoken() []sentence {
	var out []sentence
	for _, sp := range q.note.Speeches {
		like := sentence{from: sp.From, written: sp.Day, base: sp.Day}
		if like.author = sp.By; sp.By != nil {
			like.ours = sp.By.Ours
		}
		begin, last := -1, 0
		end := min(max(sp.End, 0), len(q.text))
		for at := max(sp.Start, 0); at < end; {
			width := strings.IndexByte(q.text[at:end], '\n')
			if width < 0 {
				width = end - at
			}
			line := q.text[at : at+width]
			lead := len(bulletRun.FindString(line))
			goesOn := begin >= 0 && lead == len(line)-len(strings.TrimLeft(line, " ")) && continues(q.text[begin:last], line)
			if begin >= 0 && !goesOn {
				q.cut(&out, begin, last, like)
				begin = -1
			}
			if last = at + width; begin < 0 && strings.TrimSpace(line) != "" {
				begin = at + min(lead, len(line))
			}
			at += width + 1
		}
		if begin >= 0 {
			q.cut(&out, begin, last, like)
		}
	}
	return out
}

// from is where a sentence comes from.
func (q *reading) from(s *said) From {
	if s.sentence.from != "" {
		return s.sentence.from
	}
	return q.note.From
}

// base is the day on which a sentence was said or written, as far as its days
// are counted from it.
func (q *reading) base(s *said) throughline.Day {
	if s.sentence.base.IsZero() {
		return q.note.Today
	}
	return s.sentence.base
}

// lineKind is what a line of a note is for.
type lineKind uint8

const (
	textLine lineKind = iota
	blankLine
	originalLine // what follows is an older message
	wroteLine    // "On 3 May Ada wrote:"
	headerLine   // "From: Ada"
	closingLine  // "Kind regards"
)

// longestHead is the longest line that is looked at as anything but text.
const longestHead = 220

// lineKind tells what a line is for from it, from what follows it, and from
// whether a header stands above.
func (q *reading) lineKind(line, rest string, headed bool) lineKind {
	switch {
	case line == "":
		return blankLine
	case len(line) > longestHead:
		return textLine
	case len(line) > 3 && original.MatchString(line):
		return originalLine
	case wrote.MatchString(line):
		return wroteLine
	case header.MatchString(line) && (headed || q.headerLine(line, rest)):
		return headerLine
	case line != "Best" && closing.MatchString(line):
		return closingLine
	}
	return textLine
}

// headed takes what a line of a header says of the message below it.
func (q *reading) headed(from *sentence, name, value string) {
	switch strings.ToLower(name) {
	case "from", "von", "发件人":
		from.author, from.ours = q.writer(value)
	case "sent", "date", "gesendet", "发送时间", "日期", "时间":
		from.written = q.dayIn(value)
	}
}

// signedBy gives sentences without an author the one who signs below them.
func (q *reading) signedBy(out []sentence, below string) {
	p, us := q.writer(below)
	if p == nil {
		return
	}
	for i := range out {
		if out[i].author == nil && !out[i].ours {
			out[i].author, out[i].ours = p, us
		}
	}
}

// headerLine reports whether a line that looks like a header is one: another
// follows it, or it names an address.
func (q *reading) headerLine(line, rest string) bool {
	if strings.Contains(line, "@") {
		return true
	}
	next, _, _ := strings.Cut(rest, "\n")
	return len(next) < 220 && header.MatchString(strings.TrimSpace(next))
}

// continues reports whether line goes on with what stands before it.
func continues(before, line string) bool {
	before = strings.TrimRight(before, " ")
	last, _ := utf8.DecodeLastRuneInString(before)
	if strings.ContainsRune(".!?:;。！？；：", last) || len(before) > longestSentence {
		return false
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(line, " "))
	return unicode.IsLower(first)
}

var abbreviations = english.Set(`e.g i.e dr mr mrs ms prof approx no vs inc ltd co corp dept est fig st jr sr ca resp incl excl max min tel nr z.b bzw
		u.s p.a jan feb mar apr jun jul aug sep sept oct nov dec`)

// openers begin a sentence and are nobody's name ("He", "She" and "An" can be),
// so that what stands before them is no initial: "they went with Rival X. They …".
var openers = english.Set(`they we it the this that these those there their our his nothing nobody everybody everything but and then now if when
		who what which how i`)

// closers are abbreviations with which a sentence may well end.
var closers = english.Set("inc ltd co corp etc")

// stops reports whether the point at i ends a sentence; word is where the word
// before it begins.
func (q *reading) stops(i, to, word int) bool {
	s := q.text
	next, _ := utf8.DecodeRuneInString(s[min(i+1, to):to])
	after := strings.TrimLeft(s[min(i+1, to):to], " \n")
	first, _ := utf8.DecodeRuneInString(after)
	w := strings.ToLower(s[word:i])
	then, _, _ := strings.Cut(strings.ToLower(after[:min(len(after), 16)]), " ")
	switch {
	case after == "", openers[strings.TrimRight(then, ",")] && unicode.IsUpper(first) && (len(w) == 1 || closers[w]):
		return true
	case !strings.ContainsRune(" \n\")”", next) && next < 0x2e80,
		abbreviations[w], len(w) == 1 && w >= "a" && w <= "z" && w != "i",
		unicode.IsLower(first) && next != '\n':
		return false
	}
	return true
}

// closed passes over the quotes and brackets that close behind a sentence.
func closed(s string, i, to int) int {
	for i < to && strings.ContainsRune("\"')”’」", rune(s[i])) && s[i] < utf8.RuneSelf {
		i++
	}
	for _, mark := range []string{"”", "’", "」", "）"} {
		if strings.HasPrefix(s[i:to], mark) {
			i += len(mark)
		}
	}
	return i
}

// cut divides s[from:to] at the marks that end a sentence.
func (q *reading) cut(out *[]sentence, from, to int, like sentence) {
	s := q.text
	add := func(a, b int) {
		for a < b && (s[a] == ' ' || s[a] == '\n' || s[a] == '>') {
			a++
		}
		for b > a && (s[b-1] == ' ' || s[b-1] == '\n') {
			b--
		}
		if b <= a {
			return
		}
		one := like
		one.start, one.end = a, b
		one.question = strings.HasSuffix(s[a:b], "?") || strings.HasSuffix(s[a:b], "？")
		*out = append(*out, one)
	}
	begin, word := from, from
	for i := from; i < to; {
		r, size := utf8.DecodeRuneInString(s[i:])
		end := false
		switch r {
		case '。', '！', '？', '；', '!', '?', ';':
			end = true
		case '.':
			end = q.stops(i, to, word)
		case ' ', '\n', '(', '"', '“', ',', '，':
			word = i + size
		}
		i += size
		if !end && i-begin > longestSentence && (r == ' ' || r == '，' || r == ',' || i-begin > 2*longestSentence) {
			end = true
		}
		if end {
			i = closed(s, i, to)
			add(begin, i)
			begin, word = i, i
		}
	}
	add(begin, to)
}
