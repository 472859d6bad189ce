package paste

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/throughline/throughline"
)

var (
	clock      = `\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?(?:\s?[AaPp]\.?[Mm]\.?)?`
	timedFirst = regexp.MustCompile(`^[\[(（]?(` + clock + `)[\])）]?\s*[-–—|]?\s*([^:：]{2,80}?)\s*[:：]\s*(.*)$`)
	timedBeh   = regexp.MustCompile(`^([^:：]{2,80}?)\s*[-–—|,]?\s*[\[(（]?(` + clock + `)[\])）]?\s*[:：]?\s*(.*)$`)
	untimed    = regexp.MustCompile(`^([^:：]{2,80}?)\s*[:：]\s*(\S.*)$`)
	cue        = regexp.MustCompile(`^(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{3}\s*-->\s*(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{3}`)
	voice      = regexp.MustCompile(`^<v(?:\.[\w.]*)?\s+([^>]{1,80})>\s*`)
	number     = regexp.MustCompile(`^\d{1,6}$`)
)

// turn is the line with which somebody begins to speak; of nobody where the line
// has a time and no name.
type turn struct {
	line  int
	who   Name
	from  int // byte where the words begin
	timed bool
}

// captions reads what meeting programs write as subtitles: times, each with who
// speaks, and the words below them.
func (r *sheet) captions(lines []line) bool {
	cues := 0
	for _, l := range lines {
		if cue.MatchString(l.text) {
			cues++
		}
	}
	if cues < 2 {
		return false
	}
	r.Form = Transcript
	var who Name
	for i, l := range lines {
		switch {
		case l.text == "":
		case cue.MatchString(l.text), strings.HasPrefix(l.text, "WEBVTT"), strings.HasPrefix(l.text, "NOTE"),
			i+1 < len(lines) && number.MatchString(l.text) && cue.MatchString(lines[i+1].text):
			r.passed[Times]++
			if day := dayIn(l.text, r.today); r.Day.IsZero() && !cue.MatchString(l.text) {
				r.Day = day
			}
		default:
			start := strings.Index(r.s[l.start:l.end], l.text) + l.start
			if m := voice.FindStringSubmatch(l.text); m != nil {
				who, start = nameOf(m[1]), start+len(m[0])
			} else if m := untimed.FindStringSubmatchIndex(l.text); m != nil && personal(l.text[m[2]:m[3]]) {
				who, start = nameOf(l.text[m[2]:m[3]]), start+m[4]
			} else if m != nil && label(l.text[m[2]:m[3]], 4) && !number.MatchString(l.text[m[2]:m[3]]) && !strings.HasPrefix(l.text[m[4]:], "//") {
				who, start = Name{}, start+m[4] // somebody else speaks, of whom nothing is known
			}
			end := l.end
			if at := strings.Index(r.s[start:end], "</v>"); at >= 0 {
				end = start + at
			}
			if start < end {
				r.Parts = append(r.Parts, Part{Start: start, End: end, Who: who})
			}
		}
	}
	r.dated()
	return len(r.Parts) > 0
}

// transcript reads who said what, with times or without. Without them it is one
// only where somebody speaks twice, or two speak whom one knows: notes have
// labels too.
func (r *sheet) transcript(lines []line, known func(string) bool) bool {
	var turns []turn
	count, said, timed, named, filled := map[string]int{}, 0, 0, 0, 0
	for i, l := range lines {
		if l.text != "" {
			filled++
		}
		t, ok := r.turnAt(i, l)
		if !ok {
			continue
		}
		turns = append(turns, t)
		if t.who == (Name{}) {
			continue
		}
		named++
		if count[t.who.Name]++; count[t.who.Name] == 1 && known(t.who.Name) {
			said++
		}
		if t.timed {
			timed++
		}
	}
	switch {
	case timed >= 2 && 2*timed >= named:
		turns = slices.DeleteFunc(turns, func(t turn) bool { return !t.timed })
	case named < 3 || len(count) < 2 || 5*named < 2*filled || len(count) == named && said < 2:
		return false
	case timed == 0: // a time at the end of a line is no sign of who speaks
		turns = slices.DeleteFunc(turns, func(t turn) bool { return t.who == Name{} })
	}
	for turns[0].who == (Name{}) && !dayIn(lines[turns[0].line].text, r.today).IsZero() { // of when they met
		turns = turns[1:]
	}
	r.Form = Transcript
	for _, l := range lines[:turns[0].line] {
		if day := dayIn(l.text, r.today); r.Day.IsZero() {
			r.Day = day
		}
		if l.text != "" {
			r.passed[Headers]++
		}
	}
	for i, t := range turns {
		end := len(lines)
		if i+1 < len(turns) {
			end = turns[i+1].line
		}
		body := append([]line(nil), lines[t.line:end]...)
		body[0].start = t.from
		body[0].text = strings.TrimFunc(r.s[t.from:max(t.from, body[0].end)], blank)
		r.add(body, Part{Who: t.who})
		if t.timed {
			r.passed[Times]++
		}
	}
	r.dated()
	return true
}

func (r *sheet) dated() {
	for i := range r.Parts {
		r.Parts[i].Day = r.Day
	}
}

func (r *sheet) turnAt(i int, l line) (turn, bool) {
	if len(l.text) < 3 {
		return turn{}, false
	}
	head := l.text
	if len(head) > 200 {
		head = head[:200]
	}
	at := strings.Index(r.s[l.start:l.end], l.text) + l.start
	make := func(m []int, who, words int, timed bool) (turn, bool) {
		name := head[m[2*who]:m[2*who+1]]
		t := turn{line: i, from: min(at+m[2*words], l.end), timed: timed}
		switch {
		case personal(name):
			t.who = nameOf(name)
		case !timed || who == 1 && m[2*words] < len(head) || !label(name, 5):
			return turn{}, false
		}
		return t, true
	}
	if m := timedFirst.FindStringSubmatchIndex(head); m != nil {
		if t, ok := make(m, 2, 3, true); ok {
			return t, true
		}
	}
	if m := timedBeh.FindStringSubmatchIndex(head); m != nil && (m[6] == m[7] || strings.ContainsAny(head[m[5]:m[6]], ":：)]）")) {
		if t, ok := make(m, 1, 3, true); ok {
			return t, true
		}
	}
	if m := untimed.FindStringSubmatchIndex(head); m != nil {
		return make(m, 1, 2, false)
	}
	return turn{}, false
}

var particles = map[string]bool{"van": true, "von": true, "de": true, "der": true, "den": true, "da": true, "di": true, "del": true, "la": true, "le": true, "el": true,
	"bin": true, "al": true, "zu": true, "und": false, "dos": true, "ter": true}

// personal reports whether a stretch is written as people are called.
func personal(s string) bool {
	n := nameOf(s)
	s = n.Name
	low := strings.ToLower(s)
	if s == "" || len(s) > 60 || strings.ContainsAny(s, ".?!;。？！，\"/") && !strings.Contains(s, ". ") {
		return false
	}
	for _, kind := range []string{"label", "from", "date", "subject", "to", "other", "people", "absent", "title", "place", "again", "onward"} {
		if words[kind][low] {
			return false
		}
	}
	han := 0
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	if han > 0 {
		return han >= 2 && han <= 6
	}
	fields := strings.Fields(s)
	if len(fields) > 5 || len(low) < 2 {
		return false
	}
	for i, w := range fields {
		first, _ := cutRune(w)
		switch {
		case unicode.IsUpper(first), particles[w] && len(fields) > 1:
		case unicode.IsLetter(first) && !unicode.IsLower(first): // scripts without capitals
		case i > 0 && number.MatchString(w): // "Speaker 2"
		default:
			return false
		}
	}
	return true
}

// label reports whether a stretch may say who speaks though it is no name: a
// number, an address, a name in small letters. Of so many words at most.
func label(s string, most int) bool {
	han := 0
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	n := len(strings.Fields(s))
	return n > 0 && n <= most && len(s) <= 60 && han <= 8 && !strings.ContainsAny(s, "?!;。？！；，")
}

// minutes reads a page that says when people met and who was there, a point a
// line.
func (r *sheet) minutes(lines []line, known func(string) bool) bool {
	titled, people, filled := false, -1, 0
	heads := map[int]bool{}
	var day throughline.Day
	for i, l := range lines {
		if l.text == "" {
			continue
		}
		if filled++; filled > 14 {
			break
		}
		name, value, ok := field(l.text)
		low := strings.ToLower(strings.Trim(l.text, "#* \t:：—–-"))
		switch {
		case ok && words["people"][name]:
			people, heads[i] = i, true
			r.People = append(r.People, listed(value)...)
			for j := i + 1; value == "" && j < len(lines) && j < i+40 && lines[j].text != ""; j++ { // a name a line
				if _, _, other := field(lines[j].text); other {
					break
				}
				heads[j] = true
				r.People = append(r.People, listed(strings.TrimLeft(lines[j].text, "-*•· \t"))...)
			}
		case ok && (words["absent"][name] || words["place"][name] || words["subject"][name]):
			heads[i] = true
		case ok && words["date"][name]:
			day, heads[i] = dayIn(value, r.today), true
		case len(l.text) < 160 && titleLine(low):
			titled, heads[i] = true, true
			if d := dayIn(l.text, r.today); day.IsZero() {
				day = d
			}
		case filled < 4 && day.IsZero() && len(l.text) < 60:
			if d := dayIn(l.text, r.today); !d.IsZero() {
				day, heads[i] = d, true
			}
		}
	}
	r.People = r.People[:min(len(r.People), mostThere)]
	there := make([]string, 0, len(r.People))
	for _, n := range r.People {
		there = append(there, " "+strings.ToLower(n.Name)+" ")
	}
	if !(people >= 0 && (titled || !day.IsZero()) || titled && !day.IsZero()) {
		r.People = nil
		return false
	}
	r.Form, r.Day = Minutes, day
	from := 0
	flush := func(to int) {
		r.add(lines[from:to], Part{Day: day})
	}
	for i, l := range lines {
		if heads[i] {
			flush(i)
			from = i + 1
			r.passed[Headers]++
			continue
		}
		bare := strings.TrimLeft(l.text, "-*•·0123456789.)、 \t")
		m := untimed.FindStringSubmatchIndex(clipped(bare))
		if m == nil || !personal(bare[m[2]:m[3]]) || !known(nameOf(bare[m[2]:m[3]]).Name) && !attended(there, bare[m[2]:m[3]]) {
			continue
		}
		flush(i)
		at := strings.LastIndex(r.s[l.start:l.end], bare) + l.start
		one := l
		one.start, one.text = at+m[4], bare[m[4]:]
		r.add([]line{one}, Part{Who: nameOf(bare[m[2]:m[3]]), Day: day})
		from = i + 1
	}
	flush(len(lines))
	return true
}

func clipped(s string) string { return s[:min(len(s), 200)] }

// titleLine reports whether a line is the title of minutes.
func titleLine(low string) bool {
	for w := range words["title"] {
		if low == w || strings.HasPrefix(low, w+" ") || strings.HasSuffix(low, " "+w) || strings.HasSuffix(low, w) && !isASCII(w) || strings.HasPrefix(low, w) && !isASCII(w) {
			return true
		}
	}
	return false
}

func isASCII(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r > 127 }) }

// mostThere bounds who was there, by the minutes.
const mostThere = 200

// attended reports whether somebody who was there is called so; the names are in
// small letters, between blanks.
func attended(there []string, name string) bool {
	want := strings.Fields(strings.ToLower(nameOf(name).Name))
	for i, w := range want {
		want[i] = " " + w + " "
	}
	return len(want) > 0 && slices.ContainsFunc(there, func(have string) bool {
		return !slices.ContainsFunc(want, func(w string) bool { return !strings.Contains(have, w) })
	})
}

// listed reads "Ada Ek (Ward 3), Tom Brand and 李伟".
func listed(s string) (out []Name) {
	depth := 0
	parts := strings.FieldsFunc(strings.ReplaceAll(strings.ReplaceAll(s, " and ", ", "), " und ", ", "), func(r rune) bool {
		switch r {
		case '(', '（':
			depth++
		case ')', '）':
			depth = max(depth-1, 0)
		}
		return depth == 0 && (r == ',' || r == ';' || r == '，' || r == '、' || r == '；' || r == '/')
	})
	for _, p := range parts {
		if n := nameOf(p); n.Name != "" && len(n.Name) <= 60 && len(out) < 60 {
			out = append(out, n)
		}
	}
	return out
}
