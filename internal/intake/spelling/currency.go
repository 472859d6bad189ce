package spelling

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// iso are the codes of ISO 4217 that are in use, and a few that old exports hold.
var iso = set(
	`AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLF CLP CNH CNY COP CRC CUP CVE
	CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF
	IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LTL LVL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
	MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC
	SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL`,
)

// signs are what stands for a currency beside its code. Those that several
// currencies share name none.
var signs = map[string]string{
	"€":                    "EUR",
	"£":                    "GBP",
	"₹":                    "INR",
	"₽":                    "RUB",
	"₺":                    "TRY",
	"₩":                    "KRW",
	"₴":                    "UAH",
	"₪":                    "ILS",
	"฿":                    "THB",
	"₫":                    "VND",
	"₱":                    "PHP",
	"₦":                    "NGN",
	"₡":                    "CRC",
	"₲":                    "PYG",
	"₸":                    "KZT",
	"zł":                   "PLN",
	"zl":                   "PLN",
	"kč":                   "CZK",
	"ft":                   "HUF",
	"fr.":                  "CHF",
	"fr":                   "CHF",
	"sfr":                  "CHF",
	"sfr.":                 "CHF",
	"lei":                  "RON",
	"руб":                  "RUB",
	"руб.":                 "RUB",
	"р.":                   "RUB",
	"р":                    "RUB",
	"грн":                  "UAH",
	"rmb":                  "CNY",
	"us$":                  "USD",
	"a$":                   "AUD",
	"au$":                  "AUD",
	"c$":                   "CAD",
	"ca$":                  "CAD",
	"hk$":                  "HKD",
	"nz$":                  "NZD",
	"r$":                   "BRL",
	"s$":                   "SGD",
	"nt$":                  "TWD",
	"mx$":                  "MXN",
	"cn¥":                  "CNY",
	"jp¥":                  "JPY",
	"元":                    "CNY",
	"元整":                   "CNY",
	"块":                    "CNY",
	"圆":                    "CNY",
	"人民币":                  "CNY",
	"人民币元":                 "CNY",
	"円":                    "JPY",
	"엔":                    "JPY",
	"원":                    "KRW",
	"美元":                   "USD",
	"美金":                   "USD",
	"달러":                   "USD",
	"欧元":                   "EUR",
	"유로":                   "EUR",
	"英镑":                   "GBP",
	"日元":                   "JPY",
	"日圆":                   "JPY",
	"港元":                   "HKD",
	"港币":                   "HKD",
	"台币":                   "TWD",
	"新台币":                  "TWD",
	"韩元":                   "KRW",
	"euro":                 "EUR",
	"euros":                "EUR",
	"eur.":                 "EUR",
	"евро":                 "EUR",
	"yen":                  "JPY",
	"yuan":                 "CNY",
	"renminbi":             "CNY",
	"us dollar":            "USD",
	"us dollars":           "USD",
	"u.s. dollar":          "USD",
	"pound sterling":       "GBP",
	"british pound":        "GBP",
	"swiss franc":          "CHF",
	"swiss francs":         "CHF",
	"chinese yuan":         "CNY",
	"japanese yen":         "JPY",
	"indian rupee":         "INR",
	"indian rupees":        "INR",
	"российский рубль":     "RUB",
	"рубль":                "RUB",
	"рубли":                "RUB",
	"рублей":               "RUB",
	"доллар сша":           "USD",
	"гривна":               "UAH",
	"тенге":                "KZT",
	"us-dollar":            "USD",
	"dollar us":            "USD",
	"schweizer franken":    "CHF",
	"britisches pfund":     "GBP",
	"dólar estadounidense": "USD",
	"dólar americano":      "USD",
	"peso mexicano":        "MXN",
	"real":                 "BRL",
	"real brasileiro":      "BRL",
	"brazilian real":       "BRL",
	"canadian dollar":      "CAD",
	"australian dollar":    "AUD",
	"polish zloty":         "PLN",
	"złoty":                "PLN",
	"$":                    "",
	"¥":                    "",
	"kr":                   "",
	"kr.":                  "",
	"rs":                   "",
	"rs.":                  "",
	"dollar":               "",
	"dollars":              "",
	"pound":                "",
	"pounds":               "",
	"franc":                "",
	"francs":               "",
	"krone":                "",
	"kronor":               "",
	"peso":                 "",
	"pesos":                "",
	"rupee":                "",
	"rupees":               "",
}

// shared are the currencies that a sign may mean which several have.
var shared = map[string][]string{
	"$":       dollars,
	"dollar":  dollars,
	"dollars": dollars,
	"¥":       {"JPY", "CNY"},
	"kr":      crowns,
	"kr.":     crowns,
	"krone":   crowns,
	"kronor":  crowns,
	"rs":      rupees,
	"rs.":     rupees,
	"rupee":   rupees,
	"rupees":  rupees,
	"pound": {
		"GBP",
		"EGP",
		"LBP",
		"SYP",
		"GIP",
		"FKP",
	},
	"pounds": {"GBP", "EGP", "LBP", "SYP", "GIP", "FKP"},
	"franc":  {"CHF", "XAF", "XOF", "XPF"},
	"francs": {"CHF", "XAF", "XOF", "XPF"},
	"peso":   pesos,
	"pesos":  pesos,
}

var (
	dollars = append(
		[]string{"USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "BBD", "BSD", "BZD", "FJD", "GYD", "JMD", "NAD", "SRD", "TTD", "XCD"},
		pesos...)
	pesos  = []string{"MXN", "ARS", "CLP", "COP", "CUP", "DOP", "UYU", "PHP"}
	crowns = []string{"SEK", "NOK", "DKK", "ISK"}
	rupees = []string{"INR", "PKR", "LKR", "NPR", "MUR"}
)

// noHundredths are currencies whose parts nobody writes, noParts those of them
// that have none, thousandths those whose unit has a thousand parts: it decides
// what 1,200 can be.
var noHundredths = set(`JPY KRW VND CLP ISK PYG UGX RWF XAF XOF XPF VUV GNF KMF DJF BIF HUF IDR`)
var noParts = set(`JPY KRW VND CLP ISK PYG UGX RWF XAF XOF XPF VUV GNF KMF DJF BIF`)
var thousandths = set(`BHD IQD JOD KWD LYD OMR TND`)

// magnitudes are words for a power of ten, in small letters without accents.
var magnitudes = map[string]int{
	"k":          3,
	"tsd":        3,
	"tausend":    3,
	"thousand":   3,
	"thsd":       3,
	"тыс":        3,
	"тысяч":      3,
	"тысячи":     3,
	"tys":        3,
	"mille":      3,
	"千":          3,
	"천":          3,
	"m":          6,
	"mm":         6,
	"mn":         6,
	"mio":        6,
	"mln":        6,
	"mill":       6,
	"million":    6,
	"millions":   6,
	"millionen":  6,
	"millon":     6,
	"millones":   6,
	"milhao":     6,
	"milhoes":    6,
	"milione":    6,
	"milioni":    6,
	"miljoen":    6,
	"милл":       6,
	"млн":        6,
	"миллион":    6,
	"миллионов":  6,
	"миллиона":   6,
	"百万":         6,
	"백만":         6,
	"b":          9,
	"bn":         9,
	"bln":        9,
	"mrd":        9,
	"mia":        9,
	"mld":        9,
	"mlrd":       9,
	"milliarde":  9,
	"milliarden": 9,
	"milliard":   9,
	"milliards":  9,
	"miliardi":   9,
	"billion":    9,
	"billions":   9,
	"млрд":       9,
	"миллиард":   9,
	"миллиардов": 9,
	"十亿":         9,
	"lakh":       5,
	"lakhs":      5,
	"lac":        5,
	"lacs":       5,
	"crore":      7,
	"crores":     7,
	"cr":         7,
	"万":          4,
	"萬":          4,
	"만":          4,
	"十万":         5,
	"千万":         7,
	"천만":         7,
	"亿":          8,
	"億":          8,
	"억":          8,
	"万亿":         12,
	"兆":          12,
}

// Currency gives the code that a text stands for: the code itself in any
// letters, a sign or a name. ok is false where the text is none of them; the
// code is "" for signs that several currencies share.
func Currency(s string) (code string, ok bool) {
	s = plain(s)
	if code, ok = currency(s); ok {
		return code, true
	}
	// "EUR - Euro", "USD (US Dollar)"
	if i := strings.IndexAny(s, " -("); i == 3 && iso[s[:3]] && strings.ToUpper(s) != s {
		return s[:3], true
	}
	return "", false
}

func currency(s string) (code string, ok bool) {
	if len(s) == 3 {
		if up := strings.ToUpper(s); iso[up] {
			return up, true
		}
	}
	code, ok = signs[strings.ToLower(s)]
	return code, ok
}

// affix reads what stands before or behind the digits of an amount: signs and
// blanks, a currency and a magnitude, in any order. ok is false where anything
// else is said.
func (f *figure) affix(part string) (ok bool) {
	part = strings.TrimSpace(strings.Map(func(r rune) rune {
		switch r {
		case '-':
			f.negative = true
			return ' '
		case '+':
			return ' '
		}
		return r
	}, part))
	if part == "" {
		return true
	}
	if f.means(part) {
		return true
	}
	for part != "" {
		n := token(part)
		word := part[:n]
		part = strings.TrimLeft(part[n:], " ")
		if !f.means(word) {
			// "US $", "Mio.": the sign behind belongs to the word.
			k := 0
			if part != "" {
				k = token(part)
			}
			if k == 0 || !f.means(word+part[:k]) {
				return false
			}
			part = strings.TrimLeft(part[k:], " ")
		}
	}
	return true
}

// token gives the length of the first word, or of the first sign.
func token(s string) int {
	n := 0
	for n < len(s) {
		r, m := utf8.DecodeRuneInString(s[n:])
		if !unicode.IsLetter(r) {
			if n == 0 {
				return m
			}
			if r == '.' && n > 0 { // Mio., руб.
				return n + m
			}
			break
		}
		n += m
	}
	return n
}

// means takes a word beside the digits: a currency, a magnitude, or both in
// one. It is false where the word is neither, or says what was said otherwise.
func (f *figure) means(w string) bool {
	if code, ok := currency(w); ok {
		if f.named && code != f.currency && code != "" && f.currency != "" {
			return false // two currencies
		}
		f.named = true
		if code != "" {
			f.currency = code
		} else {
			f.among = shared[strings.ToLower(w)]
		}
		return true
	}
	low := Small(w)
	if e, ok := magnitudes[strings.TrimSuffix(low, ".")]; ok {
		if f.shift > 0 {
			return false
		}
		f.shift = e
		return true
	}
	switch {
	case f.shift == 0 && f.codeWithMagnitude(w):
		return true
	case low == "t" && f.shift == 0 && f.named: // T€ 120, 120 T€
		f.shift = 3
		return true
	case w == "T€" || w == "t€":
		f.shift, f.currency, f.named = 3, "EUR", true
		return true
	}
	return f.shift == 0 && f.easternMagnitude(w)
}

// What may stand before a currency's code, and behind it, as powers of ten.
var (
	beforeCode = map[byte]int{'T': 3, 'K': 3, 'M': 6}
	behindCode = map[byte]int{'K': 3, 'M': 6, 'B': 9}
)

// codeWithMagnitude takes TEUR and EURm.
func (f *figure) codeWithMagnitude(w string) bool {
	up := strings.ToUpper(w)
	if len(w) != 4 || len(up) != 4 { // ſ has a smaller capital
		return false
	}
	if e := beforeCode[up[0]]; e > 0 && iso[up[1:]] && w == up {
		f.shift, f.currency, f.named = e, up[1:], true
		return true
	}
	if e := behindCode[up[3]]; e > 0 && iso[w[:3]] {
		f.shift, f.currency, f.named = e, w[:3], true
		return true
	}
	return false
}

// easternMagnitude takes 万元, 亿日元, 만원: a magnitude and a currency in one
// word, and 万整. Of 十万元 the longest magnitude is meant.
func (f *figure) easternMagnitude(w string) bool {
	for n := range w {
		if n == 0 || w[0] < 0x80 {
			continue
		}
		e, ok := magnitudes[w[:n]]
		if !ok {
			continue
		}
		if code, ok := signs[w[n:]]; ok && code != "" {
			if _, longer := magnitudes[w[:n]+firstRune(w[n:])]; longer {
				continue
			}
			f.shift, f.currency, f.named = e, code, true
			return true
		}
		if w[n:] == "整" {
			f.shift = e
			return true
		}
	}
	return false
}

func firstRune(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}
