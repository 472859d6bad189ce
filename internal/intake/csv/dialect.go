package csv

import (
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Encoding is how a file spells characters.
type Encoding uint8

// The encodings that CRM exports come in.
const (
	UTF8 Encoding = iota
	UTF16LE
	UTF16BE
	Windows1252
)

// String names the encoding.
func (e Encoding) String() string {
	return [...]string{"UTF-8", "UTF-16 LE", "UTF-16 BE", "Windows-1252"}[e]
}

// Dialect is how a file separates its cells and rows.
type Dialect struct {
	Delimiter byte // one of , ; tab |
	Encoding  Encoding
	OldMac    bool // rows end with CR alone
	Skip      int  // bytes before the header: byte order mark
	SkipLines int  // lines before the header: "sep=;" as Excel writes it
}

var delimiters = []byte{',', ';', '\t', '|'}

// sampleSize is how much of a file the dialect is judged by.
const sampleSize = 64 << 10

// Detect judges the dialect by the beginning of a file.
func Detect(sample []byte) Dialect {
	d := Dialect{}
	switch {
	case bytes.HasPrefix(sample, []byte{0xef, 0xbb, 0xbf}):
		d.Skip = 3
	case bytes.HasPrefix(sample, []byte{0xff, 0xfe}):
		d.Encoding, d.Skip = UTF16LE, 2
	case bytes.HasPrefix(sample, []byte{0xfe, 0xff}):
		d.Encoding, d.Skip = UTF16BE, 2
	default:
		d.Encoding = guessUTF16(sample)
	}
	text, _ := io.ReadAll(io.LimitReader(d.decode(bytes.NewReader(sample)), 2*sampleSize))
	if d.Encoding == UTF8 && !validPrefix(text) {
		d.Encoding = Windows1252
	}
	if bytes.IndexByte(text, '\n') < 0 && bytes.IndexByte(text, '\r') >= 0 {
		d.OldMac = true
	}
	if rest, ok := bytes.CutPrefix(text, []byte("sep=")); ok && len(rest) > 1 && (rest[1] == '\r' || rest[1] == '\n') {
		d.Delimiter, d.SkipLines = rest[0], 1
		return d
	}
	d.Delimiter = guessDelimiter(text, d)
	return d
}

// guessUTF16 finds UTF-16 without a byte order mark: in text that is mostly
// Latin every second byte is nought.
func guessUTF16(b []byte) Encoding {
	if len(b) < 16 {
		return UTF8
	}
	n := min(len(b), 1024) &^ 1
	even, odd := 0, 0
	for i := 0; i < n; i += 2 {
		if b[i] == 0 {
			even++
		}
		if b[i+1] == 0 {
			odd++
		}
	}
	switch half := n / 2; {
	case odd > half*3/4 && even < half/8:
		return UTF16LE
	case even > half*3/4 && odd < half/8:
		return UTF16BE
	}
	return UTF8
}

// validPrefix allows a rune that the sample cuts in two.
func validPrefix(b []byte) bool {
	for i := 0; i < 4 && i <= len(b); i++ {
		if utf8.Valid(b[:len(b)-i]) {
			return true
		}
	}
	return false
}

// guessDelimiter takes the one by which the most rows have as many cells as
// the header, and among equals the one that gives more cells.
func guessDelimiter(text []byte, d Dialect) byte {
	best, bestScore := byte(','), -1.0
	for _, c := range delimiters {
		try := d
		try.Delimiter = c
		s := NewScanner(bytes.NewReader(text), try)
		if !s.Scan() {
			return best
		}
		width, rows, same := s.Row().Len(), 0, 0
		if width < 2 || s.Row().Flaw != Sound {
			continue
		}
		for rows < 200 && s.Scan() {
			rows++
			if s.Row().Len() == width && s.Row().Flaw == Sound {
				same++
			}
		}
		score := float64(same+1)/float64(rows+1) + float64(min(width, 500))/1000
		if score > bestScore {
			best, bestScore = c, score
		}
	}
	return best
}

// decode gives the text as UTF-8, without the byte order mark.
func (d Dialect) decode(r io.Reader) io.Reader {
	if d.Skip > 0 {
		_, _ = io.CopyN(io.Discard, r, int64(d.Skip))
	}
	switch d.Encoding {
	case UTF16LE:
		return transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder())
	case UTF16BE:
		return transform.NewReader(r, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder())
	case Windows1252:
		return transform.NewReader(r, charmap.Windows1252.NewDecoder())
	}
	return r
}

// looksBinary reports whether a file is no text at all, and what it is where
// its first bytes say so.
func looksBinary(sample []byte) (string, bool) {
	for _, m := range []struct{ magic, what string }{
		{"PK\x03\x04", "a zip archive or an Excel workbook (.xlsx)"},
		{"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"},
		{"\x1f\x8b", "a gzip archive"},
		{"%PDF", "a PDF"},
		{"PAR1", "a Parquet file"},
		{"SQLite format 3", "a SQLite database"},
	} {
		if bytes.HasPrefix(sample, []byte(m.magic)) {
			return m.what, true
		}
	}
	return "", false
}
