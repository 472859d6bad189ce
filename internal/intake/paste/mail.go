package paste

import (
	"regexp"
	"strings"
	"unicode"
)

// head is the lines above a mail that say whose it is.
type head struct {
	at, end int // lines
	part    Part
	subject string
	marked  bool // a line above it says that it is the original message
	onward  bool // or that it was forwarded
	shut    bool // a line of dashes stands above it
}

var (
	rule    = regexp.MustCompile(`^[-_=*\s]{5,}$`)
	dashes  = regexp.MustCompile(`^[-_=*\s]{2,}(.*?)[-_=*\s:：]*$`)
	address = regexp.MustCompile(`[\w.+'-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,6}`)
	onDay   = regexp.MustCompile(`(?i)^(?:on|am|le|el|il|op|在|于)?\s?.{3,200}[:：]\s*$|^.{3,200}写[道到]\s*[:：]?\s*$`)
	postal  = regexp.MustCompile(`^(?:--|—|__)\s*$`)
)

// heads finds the heads of mails: lines that follow one another, of which one
// says from whom and another when, to whom or what about.
func (r *sheet) heads(lines []line) (out []head) {
	for i := 0; i < len(lines); i++ {
		if h, ok := r.headAt(lines, i); ok {
			for j := i - 1; j >= 0 && j >= i-2; j-- {
				t := lines[j].text
				if t == "" {
					continue
				}
				m := dashes.FindStringSubmatch(t)
				low := strings.ToLower(strings.Trim(t, "-_=* :：>"))
				switch {
				case words["forwarded"][low]:
					h.onward, h.at = true, j
				case m != nil && words["original"][low]:
					h.marked, h.at = true, j
				case rule.MatchString(t):
					h.shut, h.at = true, j
				}
				break
			}
			out = append(out, h)
			i = h.end - 1
		}
	}
	return out
}

func (r *sheet) headAt(lines []line, i int) (head, bool) {
	h := head{at: i}
	kinds := map[string]bool{}
	for h.end = i; h.end < len(lines) && h.end < i+30; h.end++ {
		l := lines[h.end]
		if h.end > i && l.text != "" && (r.s[l.start] == ' ' || r.s[l.start] == '\t') {
			if _, _, ok := field(l.text); !ok { // a long line goes on
				continue
			}
		}
		name, value, ok := field(l.text)
		if !ok {
			break
		}
		kind := ""
		for _, k := range []string{"from", "date", "subject", "to", "other"} {
			if words[k][name] {
				kind = k
			}
		}
		if kind == "" && !(len(kinds) > 1 && strings.HasPrefix(name, "x-")) {
			break
		}
		kinds[kind] = true
		switch kind {
		case "from":
			h.part.Who = nameOf(value)
		case "to":
			h.part.To = namesOf(value)
		case "date":
			h.part.Day = dayIn(value, r.today)
		case "subject":
			h.subject = value
		}
	}
	return h, kinds["from"] && (kinds["date"] || kinds["subject"] || kinds["to"]) && h.part.Who != Name{}
}

// mail reads a mail, and those that stand below it.
func (r *sheet) mail(lines []line) bool {
	heads := r.heads(lines)
	if len(heads) == 0 {
		return false
	}
	r.Form = Mail
	r.add(lines[:heads[0].at], Part{Typed: true})
	first := heads[0]
	older, onward := false, first.onward || r.prefixed("onward", first.subject)
	for i, h := range heads {
		end := len(lines)
		if i+1 < len(heads) {
			end = heads[i+1].at
		}
		body := lines[h.end:end]
		if i > 0 {
			later := !h.part.Day.IsZero() && !heads[i-1].part.Day.IsZero() && h.part.Day.Sub(heads[i-1].part.Day) > 0
			same := bare(h.subject) == bare(heads[i-1].subject)
			older = !later && !h.onward && !onward && (older || same || h.marked || h.shut)
		}
		r.pass(Headers, lines[h.at:h.end])
		h.part.Older = older
		r.body(body, h.part)
	}
	r.Day, r.Subject = first.part.Day, strings.ToValidUTF8(first.subject[:min(len(first.subject), 200)], "")
	return true
}

// prefixed reports whether a subject begins with a word of a kind: "WG: …".
func (r *sheet) prefixed(kind, subject string) bool {
	before, _, ok := strings.Cut(strings.ReplaceAll(subject, "：", ":"), ":")
	return ok && words[kind][strings.ToLower(strings.TrimSpace(before))]
}

// bare is a subject without "Re:" and "WG:" before it.
func bare(subject string) string {
	s := strings.ToLower(strings.ReplaceAll(subject, "：", ":"))
	for range 9 {
		before, rest, ok := strings.Cut(s, ":")
		before = strings.TrimSpace(before)
		if !ok || !words["again"][before] && !words["onward"][before] {
			break
		}
		s = rest
	}
	return strings.Join(strings.Fields(s), " ")
}

// body takes the words of one message, without what it quotes, without what
// stands below its greeting, and without what a lawyer put there.
func (r *sheet) body(lines []line, like Part) {
	from, state := 0, What("")
	flush := func(to int) {
		if state == "" {
			r.add(lines[from:to], like)
		} else {
			r.pass(state, lines[from:to])
		}
		from = to
	}
	for i, l := range lines {
		next := state
		switch {
		case l.text == "":
			continue
		case strings.HasPrefix(l.text, ">"):
			next = Quoted
		case state == Quoted && i > 0 && strings.HasPrefix(lines[i-1].text, ">"):
			next = "" // words between what is quoted
		case onDay.MatchString(l.text) && holds("wrote", l.text):
			next = Quoted
			if !quotes(lines[i+1:]) { // what follows is not marked: all of it is quoted
				flush(i)
				state = Quoted
				flush(len(lines))
				return
			}
		case begins("notice", l.text) && len(l.text) > 12:
			next = Notice
		case state == Notice:
		case begins("after", l.text):
			next = ""
		case postal.MatchString(l.text), closing(l.text) && ends(lines[i+1:]), len(l.text) < 60 && begins("device", l.text):
			if state == "" {
				next = Signature
			}
		case state == Quoted:
			next = ""
		}
		if next != state {
			flush(i)
			state = next
		}
	}
	flush(len(lines))
}

// closing reports whether a line is what people write above their name.
func closing(text string) bool {
	return words["closing"][strings.ToLower(strings.TrimRight(text, " ,.!，。！"))]
}

// mostBelow is how many lines people write below a closing.
const mostBelow = 10

// ends reports whether a closing is one, and no thanks at the head: little stands
// below it of the same message, and no other closing but the next line of its own.
func ends(lines []line) bool {
	below := 0
	for _, l := range lines {
		switch {
		case l.text == "":
			continue
		case strings.HasPrefix(l.text, ">"), begins("notice", l.text), begins("after", l.text), onDay.MatchString(l.text) && holds("wrote", l.text):
			return true
		case closing(l.text) && below > 0:
			return false
		case closing(l.text):
			continue
		}
		if below++; below > mostBelow {
			return false
		}
	}
	return true
}

// quotes reports whether the next line that says something is marked as quoted.
func quotes(lines []line) bool {
	for _, l := range lines {
		if l.text != "" {
			return strings.HasPrefix(l.text, ">")
		}
	}
	return true
}

// namesOf divides "Ada Ek <ada@x.org>; Tom".
func namesOf(s string) (out []Name) {
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ';' || r == '；' || r == '、' }) {
		if strings.Count(part, "@") > 1 {
			for one := range strings.SplitSeq(part, ",") {
				if n := nameOf(one); n != (Name{}) && len(out) < 50 {
					out = append(out, n)
				}
			}
			continue
		}
		if n := nameOf(part); n != (Name{}) && len(out) < 50 {
			out = append(out, n)
		}
	}
	return out
}

// nameOf reads "Ek, Ada (Ward 3) <ada@x.org>".
func nameOf(s string) Name {
	if len(s) > 400 {
		s = s[:400]
	}
	s = strings.ToValidUTF8(s, "")
	var n Name
	if n.Address = strings.ToLower(address.FindString(s)); n.Address != "" {
		s = address.ReplaceAllString(s, "")
	}
	if at := strings.IndexAny(s, "<["); at >= 0 {
		s = s[:at]
	}
	if open := strings.IndexAny(s, "(（"); open > 0 {
		_, size := cutRune(s[open:])
		n.Title = strings.Trim(s[open+size:], ")） \t")
		if end := strings.IndexAny(n.Title, ")）"); end >= 0 {
			n.Title = n.Title[:end]
		}
		s = s[:open]
	}
	s = strings.Join(strings.Fields(strings.Trim(s, " \t\"'‘’“”;,<>:")), " ")
	if last, first, ok := strings.Cut(s, ", "); ok && !strings.Contains(first, ",") && len(strings.Fields(first)) <= 2 && len(strings.Fields(last)) <= 3 {
		s = first + " " + last
	}
	if len(s) > 120 || !strings.ContainsFunc(s, unicode.IsLetter) {
		s = ""
	}
	n.Name = s
	return n
}
