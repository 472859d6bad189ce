package csv

import (
	"bytes"
	"errors"
	"io"
)

// Limits of a row. A row that is longer is passed over with a flaw; its first
// bytes are kept, so memory does not follow the file.
const (
	firstBuffer = 256 << 10
	rowLimit    = 4 << 20
	rawKept     = 64 << 10
)

// Flaw is what keeps a row from being read.
type Flaw uint8

// The flaws.
const (
	Sound        Flaw = iota
	OpenQuote         // a quote is opened and never closed
	StrayQuote        // text stands after a closing quote
	TooLong           // longer than the limit of a row
	ZeroByte          // contains NUL bytes
	MissingCells      // fewer cells than the header
	ExtraCells        // more cells than the header, and not empty ones
	CutShort          // the file ends in the middle of the row
)

// Scanner reads rows of separated values from a stream. It copies no cell: a
// Row is a view into its buffer until the next Scan. It was written because
// encoding/csv allocates for every row and gives up at the first flaw; this
// one marks the flaw, goes on at the next line, and is several times as fast.
type Scanner struct {
	src    io.Reader
	buf    []byte
	r, w   int // unread bytes are buf[r:w]
	eof    bool
	err    error
	line   int // of the next row, from 1
	delim  byte
	eol    byte
	limit  int
	row    Row
	ending bool // the last row had no line end
}

// NewScanner reads rows in a dialect. The reader must already give UTF-8.
func NewScanner(r io.Reader, d Dialect) *Scanner {
	s := &Scanner{src: r, line: 1, delim: d.Delimiter, eol: '\n', limit: rowLimit}
	if d.OldMac {
		s.eol = '\r'
	}
	if s.delim == 0 {
		s.delim = ','
	}
	return s
}

// Row is a view of the row read last.
type Row struct {
	Line  int  // on which it begins, from 1
	Flaw  Flaw // Sound, or why the cells cannot be relied on
	text  []byte
	extra []byte // cells that had doubled quotes, without the doubling
	cells []cell
}

// cell is a stretch of text, or, where its doubled quotes had to go, of extra.
type cell struct {
	from, to int
	extra    bool
}

// Len is the number of cells.
func (r *Row) Len() int { return len(r.cells) }

// Cell gives cell i, without its quotes; nil past the end. It is valid until the next Scan.
func (r *Row) Cell(i int) []byte {
	if i < 0 || i >= len(r.cells) {
		return nil
	}
	c := r.cells[i]
	if c.extra {
		return r.extra[c.from:c.to]
	}
	return r.text[c.from:c.to]
}

// Column is where cell i begins, in bytes from 1.
func (r *Row) Column(i int) int {
	if i < 0 || i >= len(r.cells) || r.cells[i].extra {
		return 1
	}
	return r.cells[i].from + 1
}

// Raw is the row as it stands in the file, without its line end.
func (r *Row) Raw() []byte { return r.text }

// Strings gives the cells as strings that stay valid, with one allocation for
// the whole row. dst is reused.
func (r *Row) Strings(dst []string) []string {
	dst = dst[:0]
	text := string(r.text)
	extra := ""
	if len(r.extra) > 0 {
		extra = string(r.extra)
	}
	for _, c := range r.cells {
		if c.extra {
			dst = append(dst, extra[c.from:c.to])
		} else {
			dst = append(dst, text[c.from:c.to])
		}
	}
	return dst
}

// Row gives the row read last.
func (s *Scanner) Row() *Row { return &s.row }

// Err is the reader's error, nil at the end of the file.
func (s *Scanner) Err() error { return s.err }

// Unended reports whether the row read last had no line end: the file stops there.
func (s *Scanner) Unended() bool { return s.ending }

// Scan reads the next row that is not blank. It is false at the end or after an error.
func (s *Scanner) Scan() bool {
	for {
		i := bytes.IndexByte(s.buf[s.r:s.w], s.eol)
		if i < 0 {
			var ok bool
			if i, ok = s.findEnd(); !ok {
				return s.skipLong()
			}
			if i < 0 {
				return false
			}
		}
		text := s.buf[s.r : s.r+i]
		s.row.Line, s.row.Flaw, s.row.extra, s.row.cells = s.line, Sound, s.row.extra[:0], s.row.cells[:0]
		s.ending = s.eof && s.r+i >= s.w
		if bytes.IndexByte(text, '"') >= 0 {
			if s.scanQuoted() {
				return true
			}
			continue
		}
		s.r = min(s.r+i+1, s.w)
		s.line++
		if n := len(text); n > 0 && text[n-1] == '\r' {
			text = text[:n-1]
		}
		if len(text) == 0 {
			continue
		}
		s.row.text = text
		s.split(text)
		return true
	}
}

// split cuts a row without quotes at its delimiters.
func (s *Scanner) split(text []byte) {
	cells, from := s.row.cells, 0
	for {
		j := bytes.IndexByte(text[from:], s.delim)
		if j < 0 {
			break
		}
		cells = append(cells, cell{from: from, to: from + j})
		from += j + 1
	}
	s.row.cells = append(cells, cell{from: from, to: len(text)})
	if bytes.IndexByte(text, 0) >= 0 {
		s.row.Flaw = ZeroByte
	}
}

// findEnd reads on until the line's end is in the buffer. It gives -1 at the
// end of the file, and false where the line is past the limit.
func (s *Scanner) findEnd() (int, bool) {
	for {
		seen := s.w - s.r
		if s.eof || s.err != nil {
			if seen == 0 || s.err != nil {
				return -1, true
			}
			return seen, true
		}
		if seen >= s.limit {
			return 0, false
		}
		s.fill()
		if i := bytes.IndexByte(s.buf[s.r+seen:s.w], s.eol); i >= 0 {
			return seen + i, true
		}
	}
}

// fill moves what is unread to the front, makes room and reads until the
// buffer is full or the file ends.
func (s *Scanner) fill() {
	if s.r > 0 {
		copy(s.buf, s.buf[s.r:s.w])
		s.r, s.w = 0, s.w-s.r
	}
	if s.w == len(s.buf) {
		grown := make([]byte, max(firstBuffer, 2*len(s.buf)))
		copy(grown, s.buf[:s.w])
		s.buf = grown
	}
	for empty := 0; s.w < len(s.buf); {
		n, err := s.src.Read(s.buf[s.w:])
		s.w += n
		if err != nil {
			s.eof = true
			if !errors.Is(err, io.EOF) {
				s.err = err
			}
			return
		}
		if n > 0 {
			empty = 0
		} else if empty++; empty > 100 {
			s.err = io.ErrNoProgress
			return
		}
	}
}

// skipLong passes over a line that is past the limit and keeps its beginning.
func (s *Scanner) skipLong() bool {
	s.row = Row{Line: s.line, Flaw: TooLong, text: bytes.Clone(s.buf[s.r : s.r+rawKept])}
	s.row.cells = append(s.row.cells, cell{to: len(s.row.text)})
	for {
		if i := bytes.IndexByte(s.buf[s.r:s.w], s.eol); i >= 0 {
			s.r += i + 1
			s.line++
			return true
		}
		s.r = s.w
		if s.eof || s.err != nil {
			s.ending = true
			return s.err == nil
		}
		s.fill()
	}
}

// scanQuoted reads a row in which quotes occur; it may span lines. A quote
// that is never closed, within the limit, costs only the line it stands on.
// It is false for a blank row.
func (s *Scanner) scanQuoted() bool {
	for {
		n, done := s.parse(s.buf[s.r:s.w], s.eof)
		if done {
			s.ending = s.eof && s.r+n >= s.w
			s.line += lines(s.row.text, s.eol) + 1
			s.r = min(s.r+n, s.w)
			return true
		}
		if s.eof || s.err != nil || s.w-s.r >= s.limit {
			break
		}
		s.fill()
	}
	if s.err != nil {
		return false
	}
	// Unclosed: give up this line only.
	rest := s.buf[s.r:s.w]
	i := bytes.IndexByte(rest, s.eol)
	if i < 0 {
		i = len(rest)
	}
	text := bytes.TrimSuffix(rest[:i], []byte{'\r'})
	s.ending = s.eof && s.r+i >= s.w
	s.r = min(s.r+i+1, s.w)
	s.line++
	s.row.text, s.row.cells, s.row.extra = text, s.row.cells[:0], s.row.extra[:0]
	s.row.cells = append(s.row.cells, cell{to: len(text)})
	s.row.Flaw = OpenQuote
	return true
}

func lines(b []byte, eol byte) int { return bytes.Count(b, []byte{eol}) }

// parse reads one row from the beginning of data and gives how many bytes it
// takes with its line end. done is false where more data is needed.
func (s *Scanner) parse(data []byte, last bool) (taken int, done bool) {
	row := &s.row
	row.cells, row.extra, row.Flaw = row.cells[:0], row.extra[:0], Sound
	i := 0
	for {
		if i < len(data) && data[i] == '"' {
			c, next, ok := s.quoted(data, i)
			if !ok {
				return 0, false
			}
			row.cells = append(row.cells, c)
			i = next
			if i >= len(data) {
				if !last {
					return 0, false
				}
				row.text = data
				s.zeros()
				return len(data), true
			}
			switch {
			case data[i] == s.delim:
				i++
				continue
			case data[i] == s.eol:
				row.text = data[:i]
				s.zeros()
				return i + 1, true
			case data[i] == '\r' && i+1 < len(data) && data[i+1] == s.eol:
				row.text = data[:i]
				s.zeros()
				return i + 2, true
			case data[i] == '\r' && i+1 == len(data):
				if !last {
					return 0, false
				}
				row.text = data[:i]
				s.zeros()
				return i + 1, true
			}
			row.Flaw = StrayQuote
		}
		// A bare cell, or what follows a stray quote: up to the delimiter.
		from := i
		for i < len(data) && data[i] != s.delim && data[i] != s.eol {
			i++
		}
		if i == len(data) && !last {
			return 0, false
		}
		if row.Flaw != StrayQuote || len(row.cells) == 0 {
			to := i
			if (i == len(data) || data[i] == s.eol) && to > from && data[to-1] == '\r' {
				to--
			}
			row.cells = append(row.cells, cell{from: from, to: to})
		}
		if i < len(data) && data[i] == s.delim {
			i++
			continue
		}
		text := data[:i]
		if n := len(text); n > 0 && text[n-1] == '\r' {
			text = text[:n-1]
		}
		row.text = text
		s.zeros()
		return min(i+1, len(data)), true
	}
}

func (s *Scanner) zeros() {
	if s.row.Flaw == Sound && bytes.IndexByte(s.row.text, 0) >= 0 {
		s.row.Flaw = ZeroByte
	}
}

// quoted reads a cell whose opening quote is at data[i]; next is the position
// after the closing one. ok is false where it is not in data.
func (s *Scanner) quoted(data []byte, i int) (c cell, next int, ok bool) {
	from := i + 1
	at := from
	start := -1
	for {
		j := bytes.IndexByte(data[at:], '"')
		if j < 0 {
			return c, 0, false
		}
		at += j
		if at+1 < len(data) && data[at+1] == '"' {
			if start < 0 {
				start = len(s.row.extra)
			}
			s.row.extra = append(s.row.extra, data[from:at+1]...)
			at += 2
			from = at
			continue
		}
		if at+1 == len(data) && !s.eof {
			return c, 0, false // a second quote may follow
		}
		if start < 0 {
			return cell{from: from, to: at}, at + 1, true
		}
		s.row.extra = append(s.row.extra, data[from:at]...)
		return cell{from: start, to: len(s.row.extra), extra: true}, at + 1, true
	}
}
