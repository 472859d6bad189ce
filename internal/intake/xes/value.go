package xes

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strconv"
	"unicode/utf8"
	"unsafe"
)

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// plainEnd gives the index of the quote that ends a value beginning at i, if
// every byte before it is printable ASCII other than '&'; else -1. It looks at
// eight bytes at a time: values are short, and a call of IndexByte costs more than it finds.
func plainEnd(data []byte, i int, quote byte) int {
	q := uint64(quote) * ones
	for i+8 <= len(data) {
		x := binary.LittleEndian.Uint64(data[i:])
		a, b := x^q, x^('&'*ones)
		// Lowest set high bit: first byte that is the quote, '&', below space or above ASCII.
		m := ((a-ones)&^a | (b-ones)&^b | (x-0x20*ones)&^x | x) & highs
		if m != 0 {
			i += bits.TrailingZeros64(m) >> 3
			if data[i] == quote {
				return i
			}
			return -1
		}
		i += 8
	}
	for ; i < len(data); i++ {
		switch c := data[i]; {
		case c == quote:
			return i
		case c == '&' || c < 0x20 || c >= 0x80:
			return -1
		}
	}
	return -1
}

// unescape resolves the five predefined entities and character references and
// turns line ends and tabs into spaces, as XML does with attribute values.
// bad is what was wrong, "" if nothing; what cannot be resolved stays as it is written.
func unescape(raw, scratch []byte) (out []byte, bad string) {
	out = scratch[:0]
	for i := 0; i < len(raw); {
		c := raw[i]
		switch {
		case c == '&':
			r, n := entity(raw[i:])
			if n == 0 {
				bad = "an '&' that begins no known entity"
				out = append(out, c)
				i++
				continue
			}
			out = utf8.AppendRune(out, r)
			i += n
		case c == '\r' && i+1 < len(raw) && raw[i+1] == '\n':
			i++
		case c == '\n' || c == '\t' || c == '\r':
			out = append(out, ' ')
			i++
		default:
			if c < 0x20 {
				bad = "a control character"
			}
			out = append(out, c)
			i++
		}
	}
	if !utf8.Valid(out) {
		bad = "bytes that are not UTF-8"
		out = bytes.ToValidUTF8(out, []byte("\uFFFD"))
	}
	return out, bad
}

// entity reads a reference at the start of b: its character and its length, 0 if there is none.
func entity(b []byte) (rune, int) {
	end := bytes.IndexByte(b[:min(len(b), 12)], ';')
	if end < 2 {
		return 0, 0
	}
	switch name := string(b[1:end]); name {
	case "lt":
		return '<', end + 1
	case "gt":
		return '>', end + 1
	case "amp":
		return '&', end + 1
	case "quot":
		return '"', end + 1
	case "apos":
		return '\'', end + 1
	default:
		if name[0] != '#' || len(name) < 2 {
			return 0, 0
		}
		var n uint64
		var err error
		if name[1] == 'x' {
			n, err = strconv.ParseUint(name[2:], 16, 32)
		} else {
			n, err = strconv.ParseUint(name[1:], 10, 32)
		}
		r := rune(n)
		if err != nil || n > utf8.MaxRune || !utf8.ValidRune(r) || n < 0x20 && n != 9 && n != 10 && n != 13 {
			return 0, 0
		}
		return r, end + 1
	}
}

func parseInt(b []byte) (int64, bool) {
	if len(b) > 0 && len(b) <= 18 { // cannot overflow
		i, neg := 0, false
		if b[0] == '-' || b[0] == '+' {
			neg, i = b[0] == '-', 1
		}
		var n int64
		for ; i < len(b) && b[i]-'0' <= 9; i++ {
			n = n*10 + int64(b[i]-'0')
		}
		if i == len(b) && b[i-1]-'0' <= 9 {
			if neg {
				n = -n
			}
			return n, true
		}
		return 0, false
	}
	n, err := strconv.ParseInt(view(b), 10, 64)
	return n, err == nil
}

var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// parseFloat reads what xs:double spells. Up to 15 digits and a point are done
// here: both numbers are exact, so their quotient is rounded once.
func parseFloat(b []byte) (float64, bool) {
	if len(b) > 0 && len(b) <= 17 {
		i, neg := 0, false
		if b[0] == '-' {
			neg, i = true, 1
		}
		var n uint64
		point, digits := -1, 0
		for ; i < len(b); i++ {
			if b[i] == '.' && point < 0 {
				point = i
				continue
			}
			if b[i]-'0' > 9 {
				break
			}
			n = n*10 + uint64(b[i]-'0')
			digits++
		}
		if i == len(b) && digits > 0 && digits <= 15 {
			f := float64(n)
			if point >= 0 {
				f /= powers[len(b)-1-point]
			}
			if neg {
				f = -f
			}
			return f, true
		}
	}
	switch string(b) {
	case "INF":
		b = []byte("+Inf")
	case "-INF":
		b = []byte("-Inf")
	}
	if bytes.ContainsAny(b, "xX_pP") { // Go's own notations
		return 0, false
	}
	f, err := strconv.ParseFloat(view(b), 64)
	return f, err == nil
}

// view shows bytes as a string for the length of a call.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// uuid reports the form 550e8400-e29b-41d4-a716-446655440000.
func uuid(b []byte) bool {
	if len(b) != 36 {
		return false
	}
	for i, c := range b {
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash != (c == '-') {
			return false
		} else if !dash && !(c-'0' <= 9 || c|0x20 >= 'a' && c|0x20 <= 'f') {
			return false
		}
	}
	return true
}
