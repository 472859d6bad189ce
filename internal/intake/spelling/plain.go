package spelling

import (
	"sort"
	"strings"
	"unicode"
)

// plain brings a text to the signs that the parsers know: digits of any script,
// full-width letters and signs, every kind of blank, dash and apostrophe. Marks
// that only steer the direction of writing go.
func plain(s string) string {
	ascii := true
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 || s[i] == '\t' || s[i] == '\n' || s[i] == '\r' {
			ascii = false
			break
		}
	}
	if ascii {
		return strings.TrimSpace(s)
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r < 0x80 && r != '\t' && r != '\n' && r != '\r':
			return r
		case r >= 0xff01 && r <= 0xff5e:
			return r - 0xfee0
		case unicode.IsSpace(r) || unicode.Is(unicode.Zs, r):
			return ' '
		case unicode.Is(unicode.Nd, r):
			return '0' + digitOf(r)
		case unicode.Is(unicode.Cf, r):
			return -1
		case unicode.Is(unicode.Pd, r) || r == '−' || r == '﹣':
			return '-'
		}
		switch r {
		case '’', '‘', 'ʼ', '´', '`':
			return '\''
		case '٫', '。':
			return '.'
		case '٬', '،', '、':
			return ','
		case '￥':
			return '¥'
		}
		return r
	}, s))
}

// digitOf gives the worth of a decimal digit of any script: they stand in runs of ten.
func digitOf(r rune) rune {
	if r <= 0xffff {
		rs := unicode.Nd.R16
		i := sort.Search(len(rs), func(i int) bool { return rune(rs[i].Hi) >= r })
		return (r - rune(rs[i].Lo)) % 10
	}
	rs := unicode.Nd.R32
	i := sort.Search(len(rs), func(i int) bool { return rune(rs[i].Hi) >= r })
	return (r - rune(rs[i].Lo)) % 10
}

var bare = strings.NewReplacer(
	"à",
	"a",
	"á",
	"a",
	"â",
	"a",
	"ã",
	"a",
	"ä",
	"a",
	"å",
	"a",
	"ą",
	"a",
	"ç",
	"c",
	"ć",
	"c",
	"č",
	"c",
	"ď",
	"d",
	"è",
	"e",
	"é",
	"e",
	"ê",
	"e",
	"ë",
	"e",
	"ě",
	"e",
	"ę",
	"e",
	"ğ",
	"g",
	"ì",
	"i",
	"í",
	"i",
	"î",
	"i",
	"ï",
	"i",
	"ı",
	"i",
	"ł",
	"l",
	"ñ",
	"n",
	"ń",
	"n",
	"ň",
	"n",
	"ò",
	"o",
	"ó",
	"o",
	"ô",
	"o",
	"õ",
	"o",
	"ö",
	"o",
	"ø",
	"o",
	"ő",
	"o",
	"ř",
	"r",
	"ś",
	"s",
	"š",
	"s",
	"ş",
	"s",
	"ș",
	"s",
	"ß",
	"ss",
	"ť",
	"t",
	"ţ",
	"t",
	"ț",
	"t",
	"ù",
	"u",
	"ú",
	"u",
	"û",
	"u",
	"ü",
	"u",
	"ů",
	"u",
	"ű",
	"u",
	"ý",
	"y",
	"ź",
	"z",
	"ż",
	"z",
	"ž",
	"z",
	"æ",
	"ae",
	"œ",
	"oe",
	"ё",
	"е",
	"\u0300",
	"",
	"\u0301",
	"",
	"\u0302",
	"",
	"\u0303",
	"",
	"\u0308",
	"",
	"\u0327",
	"",
	"\u030c",
	"",
	"\u0307",
	"",
)

// Small gives a word in small letters without accents, so that "Août", "aout"
// and a word whose accents stand apart are one.
func Small(s string) string { return bare.Replace(strings.ToLower(s)) }
