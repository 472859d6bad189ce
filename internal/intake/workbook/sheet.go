package workbook

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Text gives a sheet as the text of a CSV. Rows before the first with two
// filled cells (a title, a note of the day) come as blank lines, as do blank
// rows; a line break within a cell comes as a blank.
func (b *Book) Text(sheet int) (io.ReadCloser, error) {
	texts, err := b.texts()
	if err != nil {
		return nil, err
	}
	s, err := b.part(b.sheets[sheet].part)
	if s == nil {
		return nil, firstOf(err, ErrDamaged)
	}
	return &reader{b: b, texts: texts, s: s}, nil
}

type reader struct {
	b     *Book
	texts []string
	s     *scanner
	out   []byte
	line  int // lines written
	size  int // bytes of all rows so far
	width int // cells of the heading, 0 before it
	held  [][]string
	cells []string
	done  error
}

func (r *reader) Close() error { r.s.close(); return nil }

func (r *reader) Read(p []byte) (int, error) {
	for len(r.out) == 0 {
		if r.done != nil {
			return 0, r.done
		}
		r.row()
	}
	n := copy(p, r.out)
	r.out = r.out[n:]
	return n, nil
}

// enough rows are waited for before a sheet of one column is believed to be one.
const enough = 20

// row reads on to the end of a row and writes it.
func (r *reader) row() {
	s := r.s
	for s.next() {
		if s.closes("sheetData") {
			break
		}
		if !s.opens("row") {
			continue
		}
		n, err := strconv.Atoi(s.attr("r"))
		if err != nil {
			n = r.line + len(r.held) + 1
		}
		if n > mostRows {
			r.done = TooLarge{fmt.Sprintf("more than %d rows", mostRows)}
			return
		}
		r.read()
		if s.err != nil {
			break
		}
		if n <= r.line+len(r.held) {
			n = r.line + len(r.held) + 1
		}
		for r.width > 0 && r.line+1 < n {
			r.out = append(r.out, '\n')
			r.line++
		}
		if r.width == 0 {
			r.wait(n)
		} else {
			r.write(r.cells)
		}
		if len(r.out) > 0 {
			return
		}
	}
	if s.err != nil {
		r.done = s.err
		return
	}
	r.done = io.EOF
	r.begin(0)
}

// wait holds rows back until it is known which is the heading.
func (r *reader) wait(n int) {
	for len(r.held)+1 < n && len(r.held) < enough {
		r.held = append(r.held, nil)
	}
	r.held = append(r.held, slices.Clone(r.cells))
	if filled(r.cells) >= 2 {
		r.begin(len(r.held) - 1)
	} else if len(r.held) > enough {
		r.begin(0)
	}
}

// begin writes what was held back, with the row of a number as the heading.
func (r *reader) begin(heading int) {
	for i, cells := range r.held {
		if i < heading || filled(cells) == 0 {
			r.out = append(r.out, '\n')
			r.line++
			continue
		}
		if r.width == 0 {
			r.width = len(cells)
		}
		r.write(cells)
	}
	r.held = nil
}

func filled(cells []string) (n int) {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

func (r *reader) write(cells []string) {
	r.line++
	if filled(cells) == 0 {
		r.out = append(r.out, '\n')
		return
	}
	for i := range max(len(cells), r.width) {
		if i > 0 {
			r.out = append(r.out, ',')
		}
		if i >= len(cells) || cells[i] == "" {
			continue
		}
		r.out = append(r.out, '"')
		for _, c := range []byte(cells[i]) {
			switch c {
			case '"':
				r.out = append(r.out, '"', '"')
			case '\n', '\r':
				r.out = append(r.out, ' ')
			default:
				r.out = append(r.out, c)
			}
		}
		r.out = append(r.out, '"')
	}
	r.out = append(r.out, '\n')
}

// read gathers the cells of the row that has just begun.
func (r *reader) read() {
	s := r.s
	r.cells = r.cells[:0]
	var kind, style string
	var value strings.Builder
	at, size := -1, 0
	for s.next() {
		switch {
		case s.closes("row"):
			return
		case s.opens("c"):
			kind, style = s.attr("t"), s.attr("s")
			value.Reset()
			at++
			if ref := s.attr("r"); ref != "" {
				if c := column(ref); c >= at {
					at = c
				}
			}
			if at >= mostColumns {
				s.err = TooLarge{fmt.Sprintf("more than %d columns", mostColumns)}
				return
			}
		case s.opens("rPh"):
			s.pass("rPh")
		case s.text() && (s.within("v") || s.within("t")):
			if value.Len()+len(s.chars) > mostToken {
				s.err = TooLarge{"a cell that is too long"}
				return
			}
			value.Write(s.chars)
		case s.closes("c"):
			for len(r.cells) <= at {
				r.cells = append(r.cells, "")
			}
			v := r.b.cell(kind, style, value.String(), r.texts)
			size, r.size = size+len(v), r.size+len(v)
			if size > mostRow {
				s.err = TooLarge{"a row of more than 4 MB"}
				return
			}
			if r.size > mostBytes {
				s.err = TooLarge{"a sheet of more than 1 GB"}
				return
			}
			r.cells[at] = v
		}
	}
}

// column gives the number of a cell's column: "AB12" is 27. -1 where it names none.
func column(ref string) int {
	n := 0
	for i := 0; i < len(ref); i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		if n = n*26 + int(c-'A') + 1; n > mostColumns {
			return n
		}
	}
	return n - 1
}

// cell gives a value as a person would type it.
func (b *Book) cell(kind, style, v string, texts []string) string {
	switch kind {
	case "s":
		if i, err := strconv.Atoi(strings.TrimSpace(v)); err == nil && i >= 0 && i < len(texts) {
			return texts[i]
		}
		return ""
	case "b":
		if strings.TrimSpace(v) == "1" {
			return "TRUE"
		}
		return "FALSE"
	case "e":
		return "" // what a formula could not make
	case "inlineStr", "str", "d":
		return v
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
	if err != nil {
		return v
	}
	if i, err := strconv.Atoi(style); err == nil && i >= 0 && i < len(b.dated) && b.dated[i] && f >= 1 && f < 2_958_466 {
		at := b.epoch.AddDate(0, 0, int(f)).Add(time.Duration(math.Round((f-math.Floor(f))*86400)) * time.Second)
		if f == math.Floor(f) {
			return at.Format(time.DateOnly)
		}
		return at.Format("2006-01-02 15:04:05")
	}
	if math.Abs(f) >= 1e18 {
		return v
	}
	if digits := strings.TrimSpace(v); len(digits) > 15 && strings.Trim(digits, "0123456789") == "" {
		return digits // an id that another program wrote
	}
	// Excel keeps fifteen digits; 0.3 may be stored as 0.30000000000000004.
	f, _ = strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64)
	return strconv.FormatFloat(f, 'f', -1, 64)
}
