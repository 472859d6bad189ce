package capture

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/language/english"
)

// date is a day that a sentence names.
type date struct {
	day        throughline.Day
	start, end int
	due        bool // by, until, or in the future
	by         bool // by, until, 之前: it is a term
	guessed    bool // no year was written
}

var months = map[string]time.Month{
	"january":   1,
	"jan":       1,
	"february":  2,
	"feb":       2,
	"march":     3,
	"mar":       3,
	"april":     4,
	"apr":       4,
	"may":       5,
	"june":      6,
	"jun":       6,
	"july":      7,
	"jul":       7,
	"august":    8,
	"aug":       8,
	"september": 9,
	"sept":      9,
	"sep":       9,
	"october":   10,
	"oct":       10,
	"november":  11,
	"nov":       11,
	"december":  12,
	"dec":       12,
}

var weekdays = map[string]time.Weekday{
	"monday":    1,
	"mon":       1,
	"tuesday":   2,
	"tue":       2,
	"tues":      2,
	"wednesday": 3,
	"wed":       3,
	"thursday":  4,
	"thu":       4,
	"thurs":     4,
	"friday":    5,
	"fri":       5,
	"saturday":  6,
	"sat":       6,
	"sunday":    0,
	"sun":       0,
	"一":         1,
	"二":         2,
	"三":         3,
	"四":         4,
	"五":         5,
	"六":         6,
	"日":         0,
	"天":         0,
}

var counts = map[string]int{
	"a":      1,
	"an":     1,
	"one":    1,
	"two":    2,
	"three":  3,
	"four":   4,
	"five":   5,
	"six":    6,
	"seven":  7,
	"eight":  8,
	"nine":   9,
	"ten":    10,
	"few":    3,
	"couple": 2,
	"一":      1,
	"两":      2,
	"二":      2,
	"三":      3,
	"四":      4,
	"五":      5,
	"六":      6,
	"七":      7,
	"八":      8,
	"九":      9,
	"十":      10,
}

const (
	monthWords = `jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?`
	dayWords   = `mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?`
)

// dates are tried in this order at each place; the first that fits is taken.
var dates = regexp.MustCompile(`(?i)` + strings.Join([]string{
	`\b(?P<iso>\d{4}-\d{1,2}-\d{1,2})\b`,
	`(?P<hy>\d{4}) ?年 ?(?P<hm>\d{1,2}) ?月 ?(?P<hd>\d{1,2}) ?[日号]`,
	`(?P<hm2>\d{1,2}) ?月 ?(?P<hd2>\d{1,2}) ?[日号]`,
	`\b(?P<d1>\d{1,2})(?:st|nd|rd|th)?(?: of)? (?P<m1>` + monthWords + `)\b\.?,?(?: (?P<y1>\d{4})\b)?`,
	`\b(?P<m2>` + monthWords + `)\.? (?P<d2>\d{1,2})(?:st|nd|rd|th)?\b(?:,? (?P<y2>\d{4})\b)?`,
	`\b(?P<n1>\d{1,2})(?P<sep>[./])(?P<n2>\d{1,2})(?:[./](?P<n3>\d{4}|\d{2}))?\b\.?`,
	`\b(?P<ago>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|(?:a )?few|a couple of) (?P<unit>day|week|month)s? ago\b`,
	`(?P<hago>\d{1,3}|[一两二三四五六七八九十]) ?(?P<hunit>天|日|周|个星期|星期|个月) ?[之以]?前`,
	`\b(?P<word>the day before yesterday|yesterday|today|tonight|this morning|this afternoon|this week|tomorrow|last week|last month|next week|next month|last night|earlier today)\b`,
	`(?P<hword>大前天|前天|昨天|昨日|昨晚|今天|今日|今早|今晨|上午|明天|后天|上周末|刚才|刚刚)`,
	`(?P<hrel>上上|上|本|这|下)?个?(?:周|星期|礼拜)(?P<hwd>[一二三四五六日天])`,
	`(?P<hspan>上周|上星期|上个月|上月|下周|下个月|下月|本周|这周|本月|年底|月底)`,
	`\b(?P<rel>last|next|this|on|coming)? ?(?P<wd>` + dayWords + `)\b`,
	`\bin (?P<monly>january|february|march|april|june|july|august|september|october|november|december)\b(?: (?P<yonly>\d{4})\b)?`,
}, "|"))

var dateNames = func() map[string]int {
	m := map[string]int{}
	for i, n := range dates.SubexpNames() {
		if n != "" {
			m[n] = i
		}
	}
	return m
}()

var (
	beforeDue  = regexp.MustCompile(`(?i)(?:\bby|\buntil|\btill|\bbefore|\bno later than|\bnot before|\bto|\bdue(?: on)?|到|至)(?: the)?\s*$`)
	beforeSkip = regexp.MustCompile(`(?i)(?:\bsince|\bfrom|\bafter|\bfor|自|从)(?: the)?(?: early| late| mid)?\s*$`)
	afterRange = regexp.MustCompile(`(?i)^\s*(?:to|until|till|on|onwards|起|以来|开始|到|至)\b`)
	afterDue   = regexp.MustCompile(`^\s*[之以]?前`)
)

// dateWords are those without which, and without a digit or a Chinese sign of
// time, a sentence names no day: it need not be searched.
var dateWords = func() map[string]bool {
	m := english.Set("yesterday today tonight tomorrow morning afternoon night week weeks month months ago day days")
	for w := range months {
		m[w] = true
	}
	for w := range weekdays {
		m[w] = true
	}
	return m
}()

// mayName reports whether a stretch may name a day.
func mayName(s string, toks []english.Token) bool {
	for _, t := range toks {
		if dateWords[t.Text] || t.Text[0] >= '0' && t.Text[0] <= '9' {
			return true
		}
	}
	return strings.ContainsAny(s, "天日周月期拜今昨前刚年午")
}

// mostDates of one sentence; the rest says nothing of when it happened.
const mostDates = 8

// days reads the dates of a stretch of text, nearest to today where a date
// can be read in two ways, and in the past before in the future unless ahead.
func days(s string, from, to int, today throughline.Day, ahead bool) []date {
	var out []date
	text := s[from:to]
	for at, n := 0, 0; at < len(text) && n < mostDates; n++ {
		m := dates.FindStringSubmatchIndex(text[at:])
		if m == nil {
			break
		}
		base := at
		get := func(name string) string {
			i := 2 * dateNames[name]
			if m[i] < 0 {
				return ""
			}
			return strings.ToLower(text[base+m[i] : base+m[i+1]])
		}
		a, b := at+m[0], at+m[1]
		for a < b && text[a] == ' ' {
			a++
		}
		at = b
		before, after := text[max(0, a-24):a], text[b:min(len(text), b+12)]
		if deictic := get("word") != "" || get("hword") != ""; severalDays(before, after, deictic) {
			continue
		}
		d := date{start: from + a, end: from + b, guessed: yearless(get)}
		d.by = beforeDue.MatchString(before) || afterDue.MatchString(after)
		d.due = d.by
		day, ok := dayOf(get, today, ahead || d.due)
		if !ok {
			continue
		}
		if d.guessed && !d.by && day.Sub(today) > farAhead { // "On 3 November she promised": this year's
			day = yearBefore(day)
		}
		if day.Sub(today) > 0 {
			d.due = true
		}
		if day.Sub(today) < -3660 || day.Sub(today) > 3660 {
			continue
		}
		d.day = day
		out = append(out, d)
	}
	return out
}

// severalDays reports whether what stands before and after a date makes more
// than a day of it: a span ("within two weeks", "Monday to Friday") or every one
// of its kind. "from tomorrow" is a day all the same.
func severalDays(before, after string, deictic bool) bool {
	words := strings.ToLower(strings.TrimSpace(before))
	span, onward := beforeSkip.MatchString(before), afterRange.MatchString(after)
	switch {
	case span && !deictic && !strings.HasSuffix(words, "from"), span && onward:
		return true
	case onward && strings.ContainsAny(after[:min(4, len(after))], "起"):
		return true
	}
	return strings.HasSuffix(words, "every") || strings.HasSuffix(words, "each") || strings.HasSuffix(words, "每")
}

// dayForm is one form of a date.
type dayForm struct {
	name string // the group of the expression that is filled where the form is there
	read func(d *dating) (throughline.Day, bool)
}

// dating is one date that was found, and where in time it is read.
type dating struct {
	get   func(string) string
	today throughline.Day
	ahead bool
}

func (d *dating) num(name string) int { n, _ := strconv.Atoi(d.get(name)); return n }

func (d *dating) monday() throughline.Day {
	return d.today.Add(-(int(d.today.Start(time.UTC).Weekday()) + 6) % 7)
}

// onWeekday is a day of this week, or of one so many weeks on.
func (d *dating) onWeekday(wd time.Weekday, week int) throughline.Day {
	return d.monday().Add((int(wd)+6)%7 + 7*week)
}

func (d *dating) months(n int) throughline.Day {
	return throughline.DayOf(d.today.Start(time.UTC).AddDate(0, n, 0), time.UTC)
}

var dayForms = []dayForm{
	{"iso", (*dating).iso},
	{"hy", (*dating).hanFull},
	{"hm2", (*dating).hanShort},
	{"d1", (*dating).dayMonth},
	{"m2", (*dating).monthDay},
	{"n1", (*dating).numbers},
	{
		"ago",
		(*dating).ago,
	},
	{"hago", (*dating).ago},
	{"word", (*dating).word},
	{"hword", (*dating).hanWord},
	{"hwd", (*dating).hanWeekday},
	{"hspan", (*dating).hanSpan},
	{"wd", (*dating).weekday},
	{"monly", (*dating).monthOnly},
}

func dayOf(get func(string) string, today throughline.Day, ahead bool) (throughline.Day, bool) {
	d := &dating{get, today, ahead}
	for _, f := range dayForms {
		if get(f.name) != "" {
			return f.read(d)
		}
	}
	return throughline.Day{}, false
}

func (d *dating) iso() (throughline.Day, bool) {
	p := strings.Split(d.get("iso"), "-")
	y, _ := strconv.Atoi(p[0])
	m, _ := strconv.Atoi(p[1])
	day, _ := strconv.Atoi(p[2])
	return calendar(y, m, day)
}

func (d *dating) hanFull() (throughline.Day, bool) {
	return calendar(d.num("hy"), d.num("hm"), d.num("hd"))
}

func (d *dating) hanShort() (throughline.Day, bool) {
	return nearest(d.today, d.ahead, [2]int{d.num("hm2"), d.num("hd2")})
}

func (d *dating) dayMonth() (throughline.Day, bool) { return d.named("m1", "d1", "y1") }
func (d *dating) monthDay() (throughline.Day, bool) { return d.named("m2", "d2", "y2") }

func (d *dating) named(month, day, year string) (throughline.Day, bool) {
	m := int(months[d.get(month)])
	if y := d.num(year); y > 0 {
		return calendar(y, m, d.num(day))
	}
	return nearest(d.today, d.ahead, [2]int{m, d.num(day)})
}

// numbers reads 3.11., 11/3, 3.11.2026, in both orders where both are days.
func (d *dating) numbers() (throughline.Day, bool) {
	a, b, y, dots := d.num("n1"), d.num("n2"), d.num("n3"), d.get("sep") == "."
	if d.get("n3") == "" {
		switch {
		case dots && (b > 12 || a > 31 || len(d.get("n2")) < 2): // 3.5 is a number
			return throughline.Day{}, false
		case dots:
			return nearest(d.today, d.ahead, [2]int{b, a})
		}
		return nearest(d.today, d.ahead, [2]int{a, b}, [2]int{b, a})
	}
	if y < 100 {
		y += 2000
	}
	orders := [][2]int{{a, b}, {b, a}} // month, day
	if dots {
		orders = orders[1:]
	}
	best, ok := throughline.Day{}, false
	for _, o := range orders {
		if day, valid := calendar(y, o[0], o[1]); valid {
			best, ok = better(d.today, d.ahead, best, ok, day)
		}
	}
	return best, ok
}

func (d *dating) ago() (throughline.Day, bool) {
	w := d.get("ago") + d.get("hago")
	n, err := strconv.Atoi(w)
	if err != nil {
		if n = counts[w]; n == 0 {
			n = counts[strings.TrimPrefix(strings.TrimSuffix(w, " of"), "a ")]
		}
	}
	switch d.get("unit") + d.get("hunit") {
	case "day", "天", "日":
		return d.today.Add(-n), true
	case "week", "周", "星期", "个星期":
		return d.today.Add(-7 * n), true
	}
	return d.months(-n), true
}

// daysOff are words for a day, by how many days it is off.
var daysOff = map[string]int{"yesterday": -1, "last night": -1, "the day before yesterday": -2, "tomorrow": 1, "last week": -7, "next week": 7,
	"昨天": -1, "昨日": -1, "昨晚": -1, "前天": -2, "大前天": -3, "明天": 1, "后天": 2, "上周": -7, "上星期": -7, "下周": 7}

func (d *dating) word() (throughline.Day, bool) {
	switch w := d.get("word"); w {
	case "last month":
		return d.months(-1), true
	case "next month":
		return d.months(1), true
	default:
		return d.today.Add(daysOff[w]), true
	}
}

func (d *dating) hanWord() (throughline.Day, bool) {
	w := d.get("hword")
	if w == "上周末" {
		return d.onWeekday(0, -1), true
	}
	return d.today.Add(daysOff[w]), true
}

func (d *dating) hanWeekday() (throughline.Day, bool) {
	wd := weekdays[d.get("hwd")]
	switch d.get("hrel") {
	case "上上":
		return d.onWeekday(wd, -2), true
	case "上":
		return d.onWeekday(wd, -1), true
	case "下":
		return d.onWeekday(wd, 1), true
	case "本", "这":
		return d.onWeekday(wd, 0), true
	}
	return recent(d.today, wd, d.ahead), true
}

func (d *dating) hanSpan() (throughline.Day, bool) {
	t := d.today.Start(time.UTC)
	switch w := d.get("hspan"); w {
	case "上个月", "上月":
		return d.months(-1), true
	case "下个月", "下月":
		return d.months(1), true
	case "年底":
		return calendar(t.Year(), 12, 31)
	case "月底":
		return throughline.DayOf(time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC), time.UTC), true
	default:
		return d.today.Add(daysOff[w]), true
	}
}

func (d *dating) weekday() (throughline.Day, bool) {
	w, rel := d.get("wd"), d.get("rel")
	if len(w) == 3 && (w == "sun" || w == "sat" || w == "mon" || w == "wed") && rel == "" { // words of their own
		return throughline.Day{}, false
	}
	wd := weekdays[w]
	switch rel {
	case "next", "coming":
		return recent(d.today, wd, true), true
	case "last":
		return recent(d.today.Add(-1), wd, false), true
	}
	return recent(d.today, wd, d.ahead), true
}

func (d *dating) monthOnly() (throughline.Day, bool) {
	t, m, y := d.today.Start(time.UTC), months[d.get("monly")], d.num("yonly")
	if y == 0 {
		y = t.Year()
		if n := int(m - t.Month()); n > 0 && n <= 3 || n <= -9 { // soon rather than most of a year ago
			return throughline.Day{}, false
		}
		if m > t.Month() {
			y--
		}
	}
	last := throughline.DayOf(time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC), time.UTC)
	if last.Sub(d.today) > 0 {
		last = d.today
	}
	return last, !d.ahead
}

// recent is the weekday nearest behind today, today included, or ahead of it.
func recent(today throughline.Day, wd time.Weekday, ahead bool) throughline.Day {
	have := int(today.Civil().Weekday())
	if ahead {
		n := (int(wd) - have + 7) % 7
		if n == 0 {
			n = 7
		}
		return today.Add(n)
	}
	return today.Add(-((have - int(wd) + 7) % 7))
}

func calendar(y, m, d int) (throughline.Day, bool) {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if y < 1990 || y > 2200 || m < 1 || m > 12 || d < 1 || t.Day() != d || t.Month() != time.Month(m) {
		return throughline.Day{}, false
	}
	return throughline.DayOf(t, time.UTC), true
}

// yearless reports whether a date was written without its year.
func yearless(get func(string) string) bool {
	for _, form := range [...][2]string{{"hm2"}, {"m1", "y1"}, {"m2", "y2"}, {"n1", "n3"}, {"monly", "yonly"}} {
		if get(form[0]) != "" {
			return form[1] == "" || get(form[1]) == ""
		}
	}
	return false
}

// farAhead is how many days ahead a day without a year is hardly meant.
const farAhead = 300

// yearBefore gives the same day of the year before.
func yearBefore(d throughline.Day) throughline.Day {
	t := d.Civil()
	if back, ok := calendar(t.Year()-1, int(t.Month()), t.Day()); ok {
		return back
	}
	return d
}

// nearest reads a month and a day without a year, in each order given.
func nearest(today throughline.Day, ahead bool, orders ...[2]int) (throughline.Day, bool) {
	best, ok := throughline.Day{}, false
	year := today.Civil().Year()
	for _, o := range orders {
		for y := year - 1; y <= year+1; y++ {
			if d, valid := calendar(y, o[0], o[1]); valid {
				best, ok = better(today, ahead, best, ok, d)
			}
		}
	}
	return best, ok
}

// better prefers the side of today that is asked for, then the nearer day.
func better(today throughline.Day, ahead bool, best throughline.Day, ok bool, d throughline.Day) (throughline.Day, bool) {
	if !ok {
		return d, true
	}
	side := func(d throughline.Day) bool {
		if ahead {
			return d.Sub(today) >= 0
		}
		return d.Sub(today) <= 0
	}
	far := func(d throughline.Day) int { return max(d.Sub(today), -d.Sub(today)) }
	if side(d) != side(best) {
		if side(d) {
			return d, true
		}
		return best, true
	}
	if far(d) < far(best) {
		return d, true
	}
	return best, true
}

// dayIn is the day that a header names.
func (q *reading) dayIn(line string) throughline.Day {
	for _, d := range days(line, 0, len(line), q.note.Today, false) {
		if d.day.Sub(q.note.Today) <= 0 {
			return d.day
		}
	}
	return throughline.Day{}
}
