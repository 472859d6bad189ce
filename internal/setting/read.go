package setting

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline"
)

// Names lists the settings by name; a rate and a target stand with what follows.
func Names() []string {
	return []string{Name, Timezone, Currency, ratePart + "CODE", Fiscal, Workdays, Language, Counting, Seeing, targetPart + "PERIOD"}
}

// Known reports whether a name is that of a setting.
func Known(name string) bool {
	return slices.Contains([]string{Name, Timezone, Currency, Fiscal, Workdays, Language, Counting, Seeing}, name) ||
		strings.HasPrefix(name, ratePart) || strings.HasPrefix(name, targetPart)
}

// RateName is the setting of a currency's rate.
func RateName(currency string) string { return ratePart + Code(currency) }

// OursName is the setting that says that somebody works here.
func OursName(p throughline.PersonID) string { return oursPart + p.String() }

// OursOf gives whom such a setting is about.
func OursOf(name string) (throughline.PersonID, bool) {
	word, ok := strings.CutPrefix(name, oursPart)
	id, err := throughline.ParseID(word)
	return throughline.PersonID(id), ok && err == nil
}

// TargetName is the setting of a target.
func TargetName(p Period, seller throughline.PersonID, team string) string {
	switch {
	case !seller.IsZero():
		return targetPart + p.Key() + "/" + sellerPart + seller.String()
	case team != "":
		return targetPart + p.Key() + "/" + teamPart + team
	}
	return targetPart + p.Key()
}

// TargetOf splits the name of a target as a person writes it: its period, and
// whose it is; "" for everybody's. ok is false for the name of something else.
func TargetOf(name string) (period, whose string, ok bool) {
	rest, ok := strings.CutPrefix(name, targetPart)
	period, whose, _ = strings.Cut(rest, "/")
	return period, whose, ok
}

// Spelt reads what a person typed for a setting and gives the name and the value
// under which it is kept: of the period and the money of the company as it is.
// An empty value takes the setting back. Names of sellers are ids by then.
func Spelt(name, value string, c Company, today throughline.Day) (keptName, kept string, err error) {
	value = strings.TrimSpace(value)
	if period, whose, ok := TargetOf(name); ok {
		p, err := ParsePeriod(period, c.Fiscal)
		if err != nil {
			return name, "", err
		}
		if name = targetPart + p.Key(); whose != "" {
			name += "/" + whose
		}
	}
	if code, ok := strings.CutPrefix(name, ratePart); ok {
		name = RateName(code)
	}
	if value == "" {
		return name, "", nil
	}
	kept, err = spelt(name, value, c, today)
	return name, kept, err
}

func spelt(name, value string, c Company, today throughline.Day) (string, error) {
	switch {
	case name == Name:
		if len([]rune(value)) > 120 || strings.ContainsAny(value, "\r\n") {
			return "", throughline.Refuse("long_name", "a name has at most 120 signs and one line")
		}
		return value, nil
	case name == Language:
		return strings.ToLower(value), nil // which there are, the words know
	case name == Counting:
		if low := strings.ToLower(value); low == "on" || low == off {
			return low, nil
		}
		return "", throughline.Refuse("on_or_off", "%q is neither on nor off", "word", value)
	case name == Seeing:
		if low := Sight(strings.ToLower(value)); slices.Contains(Sights(), low) {
			return string(low), nil
		}
		return "", throughline.Refuse("no_sight", "%q is none of everybody, team and own", "word", value)
	case name == Timezone:
		if z, err := time.LoadLocation(value); err != nil || z == time.Local || value == "Local" {
			return "", throughline.Refuse("no_timezone", "%q is no time zone such as Europe/Berlin, America/New_York or UTC", "word", value)
		}
		return value, nil
	case name == Currency:
		if code := Code(value); isCode(code) {
			return code, nil
		}
		return "", throughline.Refuse("no_currency", "%q is no currency such as EUR, USD or CNY", "word", value)
	case name == Fiscal:
		m, err := readMonth(value)
		return strconv.Itoa(int(m)), err
	case name == Workdays:
		w, err := readWorkdays(value)
		return spellWorkdays(w), err
	case strings.HasPrefix(name, ratePart):
		r, err := readRate(strings.TrimPrefix(name, ratePart), value, c.Currency, today)
		if err == nil && r.Currency == r.In {
			err = throughline.Refuse("own_rate", "%s is the company's own currency", "word", r.Currency)
		}
		if err == nil && r.Day.Compare(today) > 0 {
			err = throughline.Refuse("rate_ahead", "the day of a rate is at most today")
		}
		return spellWorth(r.Worth) + " " + r.In + " " + r.Day.String(), err
	case strings.HasPrefix(name, targetPart):
		m, err := readMoney(value, c.Currency)
		if err == nil && m.Cents <= 0 {
			err = throughline.Refuse("target_amount", "%q is no amount such as 1200000 EUR", "word", value)
		}
		return strconv.FormatFloat(float64(m.Cents)/100, 'f', -1, 64) + " " + m.Currency, err
	}
	return "", throughline.Refuse("unknown_word", "%q is no setting", "word", name)
}

// off is the value of Counting that says that nothing is counted.
const off = "off"

// Code writes a currency's code as it is kept.
func Code(s string) string { return strings.ToUpper(strings.TrimSpace(s)) }

func isCode(s string) bool {
	return len(s) == 3 && strings.IndexFunc(s, func(r rune) bool { return r < 'A' || r > 'Z' }) < 0
}

var monthWords = []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

func readMonth(s string) (time.Month, error) {
	low := strings.ToLower(strings.TrimSpace(s))
	n, err := strconv.Atoi(low)
	for i, w := range monthWords {
		if low == w || len(low) >= 3 && strings.HasPrefix(w, low) {
			n, err = i+1, nil
		}
	}
	if err != nil || n < 1 || n > 12 {
		return time.January, throughline.Refuse("no_month", "%q is no month: 1 to 12, or its name", "word", s)
	}
	return time.Month(n), nil
}

var dayWords = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func readWorkdays(s string) (out [7]bool, err error) {
	any := false
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
		i := -1
		if len(w) >= 3 {
			i = slices.Index(dayWords, w[:3])
		}
		if i < 0 {
			return out, throughline.Refuse("no_weekdays", "%q is no list of days of the week such as mon,tue,wed,thu,fri", "word", s)
		}
		out[i], any = true, true
	}
	if !any {
		return out, throughline.Refuse("no_weekdays", "%q is no list of days of the week such as mon,tue,wed,thu,fri", "word", s)
	}
	return out, nil
}

// spellWorkdays begins the week on Monday.
func spellWorkdays(w [7]bool) string {
	var out []string
	for i := 1; i <= 7; i++ {
		if w[i%7] {
			out = append(out, dayWords[i%7])
		}
	}
	return strings.Join(out, ",")
}

func spellWorth(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// readRate reads "0.92", "0.92 2026-11-27" and "0.92 EUR 2026-11-27": what one
// unit of the currency is worth, in which one, and of which day.
func readRate(code, value, own string, today throughline.Day) (Rate, error) {
	r := Rate{Currency: Code(code), In: own, Day: today}
	bad := throughline.Refuse("no_rate", "%q is no rate such as 0.92 2026-11-27: what one of it is worth, and of which day", "word", value)
	if !isCode(r.Currency) {
		return r, throughline.Refuse("no_currency", "%q is no currency such as EUR, USD or CNY", "word", code)
	}
	for i, w := range strings.Fields(value) {
		switch {
		case i == 0:
			x, err := strconv.ParseFloat(plainNumber(w), 64)
			if err != nil || !(x > 0) || x > 1e9 || x < 1e-9 || math.IsInf(x, 0) {
				return r, bad
			}
			r.Worth = x
		case isCode(Code(w)):
			r.In = Code(w)
		default:
			day, err := throughline.ParseDay(w)
			if err != nil {
				return r, bad
			}
			r.Day = day
		}
	}
	if r.In == "" {
		return r, throughline.Refuse("rate_without_currency", "a rate says what a currency is worth in the company's; settle that first")
	}
	return r, nil
}

func readTarget(rest, value string) (t Target, err error) {
	period, whose, _ := strings.Cut(rest, "/")
	if t.Period, err = ParsePeriod(period, time.January); err != nil { // kept by months, whatever the fiscal year
		return t, err
	}
	if id, ok := strings.CutPrefix(whose, sellerPart); ok {
		p, err := throughline.ParseID(id)
		if err != nil {
			return t, err
		}
		t.Seller = throughline.PersonID(p)
	} else if t.Team, ok = strings.CutPrefix(whose, teamPart); whose != "" && !ok {
		return t, throughline.Refuse("unknown_word", "%q is nobody", "word", whose)
	}
	t.Amount, err = readMoney(value, "")
	return t, err
}

// plainNumber leaves out what groups thousands, and reads a comma before one or
// two last digits as the sign of hundredths.
func plainNumber(s string) string {
	s = strings.NewReplacer("'", "", "’", "", "\u00a0", "", "_", "").Replace(s)
	if strings.Contains(s, ".") && strings.Contains(s, ",") {
		if strings.LastIndex(s, ",") > strings.LastIndex(s, ".") {
			return strings.ReplaceAll(strings.ReplaceAll(s, ".", ""), ",", ".")
		}
		return strings.ReplaceAll(s, ",", "")
	}
	if i := strings.LastIndex(s, ","); i >= 0 {
		if len(s)-i-1 == 3 && i > 0 && strings.Trim(s[:i], "0") != "" {
			return strings.ReplaceAll(s, ",", "")
		}
		if strings.Count(s, ",") == 1 {
			return strings.ReplaceAll(s, ",", ".")
		}
		return strings.ReplaceAll(s, ",", "")
	}
	return s
}

// readMoney reads "1200000 EUR", "EUR 1,200,000", "1.2m".
func readMoney(s, own string) (m throughline.Money, err error) {
	bad := throughline.Refuse("target_amount", "%q is no amount such as 1200000 EUR", "word", s)
	m.Currency = own
	number := ""
	for _, w := range strings.Fields(s) {
		if isCode(Code(w)) {
			m.Currency = Code(w)
			continue
		}
		number += w
	}
	times := 1.0
	if n := len(number); n > 1 {
		switch number[n-1] {
		case 'k', 'K':
			times, number = 1e3, number[:n-1]
		case 'm', 'M':
			times, number = 1e6, number[:n-1]
		}
	}
	x, err := strconv.ParseFloat(plainNumber(number), 64)
	if err != nil || math.IsNaN(x) || math.Abs(x*times) > 1e13 {
		return m, bad
	}
	m.Cents = rounded(x * times * 100)
	return m, nil
}
