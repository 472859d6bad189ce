package eventcsv

import (
	"bytes"

	"github.com/throughline/throughline/internal/intake/column"
)

// layout is what the first row says.
type layout struct {
	comma byte
	column.Plan
	kinds []kind
	blind []bool // columns of which the sample showed no value
	order dateOrder
	bare  bool // every cell is quoted, so that quotes say nothing
}

// maxColumns bounds the columns of a table.
const maxColumns = 4096

// guessComma takes the separator that parts the first line most often.
func guessComma(line []byte) byte {
	best, most := byte(','), 0
	for _, c := range []byte{',', ';', '\t', '|'} {
		n, quoted := 0, false
		for _, b := range line {
			if b == '"' {
				quoted = !quoted
			} else if b == c && !quoted {
				n++
			}
		}
		if n > most {
			best, most = c, n
		}
	}
	return best
}

// sniff looks at the first bytes; "" means that they can be a table.
func sniff(b []byte) (skip int, refused string) {
	switch {
	case len(bytes.TrimSpace(b)) == 0:
		return 0, "the file is empty"
	case bytes.HasPrefix(b, []byte{0xef, 0xbb, 0xbf}):
		skip = 3
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}), bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return 0, "the file is in UTF-16; save it as UTF-8"
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return 0, "the file is a zip archive or a spreadsheet; save the sheet as CSV"
	case bytes.HasPrefix(b, []byte("PAR1")):
		return 0, "the file is Parquet, not CSV"
	case bytes.HasPrefix(b, []byte("SQLite format 3\x00")):
		return 0, "the file is an SQLite database, not CSV"
	}
	head := b[skip:min(len(b), 4096)]
	if bytes.IndexByte(head, 0) >= 0 {
		return skip, "the file holds zero bytes and is no text"
	}
	switch first := bytes.TrimLeft(head, " \t\r\n"); first[0] {
	case '<':
		return skip, "the file begins with '<': it is XML or HTML, not CSV"
	case '{':
		return skip, "the file begins with '{': it is JSON, not CSV"
	}
	return skip, ""
}
