package spelling

import "strings"

// Kind says what a column holds, as far as a word for "nothing" depends on it.
type Kind uint8

// The kinds. A word that is nothing in a column of days may be a surname in
// one of people, and a category in one that describes deals.
const (
	Name     Kind = iota // of a person, an organisation, a deal
	Word                 // a stage, a status, a reason, a role
	Category             // describes a deal
	Number               // an amount
	Day                  // a day or an instant
	ID
	Moment // of an event: the first and the last day of a calendar are times here, since a program wrote each
)

// Words by which programs say that nothing stands in a cell. None of them is
// written by a person who means something else.
var machine = set(
	`null (null) [null] <null> {null} \n \\n #n/a #n/a_n/a #na <na> n/a nan -nan (nan) undefined #null! #value! #ref! #div/0! #name? #num! #error!
	#spill! #calc! nullptr dbnull
	(none) <none> [none] --none-- -none- - (blank) <blank> (empty) <empty> [empty] (not_set) (leer) (vide) (空白) (空)`,
)

// What programs write too, and what can also be a category, or a name when it
// is written like one.
var spelt = set(`none nil nat`)

// What people write where they have nothing to say.
var human = set(
	`n.a. n._a. n.a n._/_a. n/a. k.a. k._a. k.a n/d н/д н.д. s/d keine_angabe sin_datos нет_данных 无 空 暂无 不适用 无数据 未填写 没有 なし 없음 해당_없음 not_applicable
	not_available`,
)

// What says nothing only where a day or a number should stand.
var pending = set(
	`na nd n/k tbd tba tbc t.b.d. null,null unknown unbekannt inconnu desconocido desconhecido sconosciuto неизвестно 未知 不详 待定 not_set not_specified
	blank empty never keine aucun aucune ninguno ninguna nessuno nenhum нет nicht_bekannt offen_ ? ?? ???`,
)

func set(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[strings.ReplaceAll(w, "_", " ")] = true
	}
	return out
}

// longestNothing bounds the texts that are looked up.
const longestNothing = 30

// Nothing reports whether a text, in a column of the kind, is a way of saying
// that nothing stands there: null, #N/A, \N, NaN, 0000-00-00, a dash. The empty
// text is none: it says nothing by being empty.
func Nothing(s string, k Kind) bool {
	n := len(s)
	if n == 0 || n > longestNothing {
		return false
	}
	if s[0] <= ' ' || s[n-1] <= ' ' {
		if s = strings.TrimSpace(s); s == "" {
			return false
		}
		n = len(s)
	}
	c := s[0]
	if k == Day && (c >= '0' && c <= '9') && noDay(s) {
		return true
	}
	if k == Moment {
		if c == '0' && noughts(s) {
			return true
		}
		k = Day
	}
	if may[c]&(1<<n) == 0 && !(dash(c) && dashes(s)) {
		return false
	}
	return dashes(s) || nothingWord(s, k)
}

// nothingWord reports whether a word says nothing in a column of the kind.
func nothingWord(s string, k Kind) bool {
	low := strings.ToLower(s)
	switch {
	case machine[low] && !(k == Name && (s == "Null" || s == "Nan")):
		return true // exporters write null and NULL, nan and NaN; people can be called Null and Nan
	case spelt[low]:
		switch k {
		case Number, Day, ID:
			return true
		case Category:
			return false
		}
		return low == "none" || s == "nil" || s == "NaT"
	case human[low]:
		return k != Category
	case pending[low]:
		return k == Number || k == Day
	}
	return false
}

// may holds, for the first byte of the words, in either size of letters, how
// long they are: nearly every other text is passed over by it.
var may = func() (m [256]uint32) {
	for _, words := range []map[string]bool{machine, spelt, human, pending} {
		for w := range words {
			up := strings.ToUpper(w)
			m[w[0]] |= 1 << len(w)
			m[up[0]] |= 1 << len(up)
			m[up[0]] |= 1 << len(w)
		}
	}
	return m
}()

func dash(c byte) bool { return c == '-' || c == '_' || c == '.' || c == '/' || c >= 0x80 }

// dashes reports whether a text is made of dashes, dots and the like alone.
// More than a few are a line drawn, not a cell.
func dashes(s string) bool {
	n := 0
	for _, r := range s {
		switch r {
		case '-', '–', '—', '―', '−', '‐', '‑', '‒', '－', '_', '.', '…', '/':
		default:
			return false
		}
		n++
	}
	return n > 0 && n <= 5
}

// Days that stand for none: the first and the last that databases and
// spreadsheets know.
var noDays = set(
	`0001-01-01 01/01/0001 1/1/0001 01.01.0001 1753-01-01 01/01/1753 1/1/1753 1899-12-30 1899-12-31 12/30/1899 30/12/1899 30.12.1899 1900-01-00
	1900-01-01 01/01/1900 1/1/1900 01.01.1900 1/0/1900 0/1/1900 00.01.1900
	1970-01-01 01/01/1970 1/1/1970 01.01.1970 9999-12-31 12/31/9999 31/12/9999 31.12.9999 9999/12/31 2999-12-31`,
)

// noDay reports whether the text is made of noughts, or is one of the days
// that stand for none. A time on 1 January 1970 that is not midnight is a time.
func noDay(s string) bool {
	if noughts(s) {
		return true
	}
	day, rest := s, ""
	if i := strings.IndexAny(s, " T"); i > 0 {
		day, rest = s[:i], s[i+1:]
	}
	if !noDays[day] {
		return false
	}
	if strings.Contains(day, "1970") {
		return strings.Trim(rest, "0:.Z+ ") == "" || strings.HasPrefix(rest, "12:00:00 AM")
	}
	return true
}

// noughts reports whether a text is made of noughts and marks alone.
func noughts(s string) bool {
	noughts, others := 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '0':
			noughts++
		case c >= '1' && c <= '9':
			others++
		case c >= 'a' && c <= 'y' || c >= 'A' && c <= 'Y' && c != 'T':
			others += 2
		case c >= 0x80:
			others += 2
		}
	}
	return others == 0 && (noughts >= 6 || s == "0")
}
