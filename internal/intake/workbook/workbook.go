package workbook

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Bounds of what is read of a workbook. A cell of Excel holds 32,767
// characters, a sheet 1,048,576 rows.
const (
	mostParts   = 10_000    // files in the archive
	mostSheets  = 200       // sheets that are listed
	mostBytes   = 1 << 30   // of one part, unpacked
	mostShared  = 128 << 20 // bytes of texts that cells share
	mostTexts   = 4_000_000 // of such texts
	mostRows    = 1 << 20
	mostColumns = 4096
	mostRow     = 4 << 20 // bytes of the cells of a row
	mostToken   = 1 << 20 // bytes of one piece of XML
	mostDepth   = 64
)

// Sheet is a visible sheet.
type Sheet struct {
	Name string
	Size int64 // of its XML, unpacked, as the archive says
	part string
}

// Book is a workbook, open for reading. It may be read from several goroutines.
type Book struct {
	z      *zip.Reader
	sheets []Sheet
	dated  []bool // by number of a cell's format: whether its numbers are days
	epoch  time.Time

	once   sync.Once
	shared []string
	bad    error
}

// ErrDamaged says that what was opened is no workbook that can be read.
var ErrDamaged = errors.New("the workbook is damaged or no .xlsx; save it again, or export the table as CSV")

// TooLarge says which bound a workbook is past.
type TooLarge struct{ What string }

func (e TooLarge) Error() string { return "the workbook has " + e.What + "; export the table as CSV" }

// Open reads what a workbook says of itself: its sheets and formats. The bytes
// have to stay readable for as long as it is used.
func Open(r io.ReaderAt, size int64) (*Book, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, ErrDamaged
	}
	if len(z.File) > mostParts {
		return nil, TooLarge{fmt.Sprintf("more than %d parts", mostParts)}
	}
	b := &Book{z: z, epoch: time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)}
	targets, err := b.relations()
	if err != nil {
		return nil, err
	}
	if err := b.list(targets); err != nil {
		return nil, err
	}
	return b, b.formats()
}

// Sheets lists the sheets that a person sees, in their order.
func (b *Book) Sheets() []Sheet { return b.sheets }

// part opens a part of the archive; nil where there is none.
func (b *Book) part(name string) (*scanner, error) {
	name = strings.TrimPrefix(path.Clean("/"+name), "/")
	for _, f := range b.z.File {
		if !strings.EqualFold(f.Name, name) {
			continue
		}
		if f.Flags&1 != 0 {
			return nil, errors.New("the workbook is locked with a password; save it without one")
		}
		r, err := f.Open()
		if err != nil {
			return nil, ErrDamaged
		}
		return newScanner(r), nil
	}
	return nil, nil
}

// relations gives the parts of the workbook by the ids under which it names them.
func (b *Book) relations() (map[string]string, error) {
	s, err := b.part("xl/_rels/workbook.xml.rels")
	if s == nil {
		return nil, firstOf(err, ErrDamaged)
	}
	defer s.close()
	out := map[string]string{}
	for s.next() {
		if s.opens("Relationship") && len(out) < mostParts && s.attr("TargetMode") != "External" {
			target := s.attr("Target")
			if !strings.HasPrefix(target, "/") {
				target = "xl/" + target
			}
			out[s.attr("Id")] = target
		}
	}
	return out, s.err
}

// list reads the names of the sheets and from which day the workbook counts.
func (b *Book) list(targets map[string]string) error {
	s, err := b.part("xl/workbook.xml")
	if s == nil {
		return firstOf(err, ErrDamaged)
	}
	defer s.close()
	for s.next() {
		switch {
		case s.opens("workbookPr"):
			if on := s.attr("date1904"); on == "1" || on == "true" {
				b.epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
			}
		case s.opens("sheet"):
			part := targets[s.attr("id")]
			if state := s.attr("state"); part == "" || state == "hidden" || state == "veryHidden" || !strings.Contains(part, "worksheets/") ||
				len(b.sheets) >= mostSheets {
				continue
			}
			sheet := Sheet{Name: s.attr("name"), part: part}
			for _, f := range b.z.File {
				if strings.EqualFold(f.Name, strings.TrimPrefix(path.Clean("/"+part), "/")) {
					sheet.Size = int64(min(f.UncompressedSize64, math.MaxInt64))
				}
			}
			b.sheets = append(b.sheets, sheet)
		}
	}
	return s.err
}

// formats reads which formats of cells show days.
func (b *Book) formats() error {
	s, err := b.part("xl/styles.xml")
	if s == nil {
		return err
	}
	defer s.close()
	own := map[string]bool{}
	in := false
	for s.next() {
		switch {
		case s.opens("numFmt") && len(own) < 10_000:
			own[s.attr("numFmtId")] = showsDay(s.attr("formatCode"))
		case s.opens("cellXfs"):
			in = true
		case s.closes("cellXfs"):
			in = false
		case in && s.opens("xf") && len(b.dated) < 100_000:
			id := s.attr("numFmtId")
			day, said := own[id]
			if n, _ := strconv.Atoi(id); !said {
				day = n >= 14 && n <= 17 || n == 22 || n >= 27 && n <= 36 || n >= 50 && n <= 58
			}
			b.dated = append(b.dated, day)
		}
	}
	return s.err
}

// showsDay reports whether a format of numbers shows a day: it has a y or a d
// outside quotes and brackets.
func showsDay(code string) bool {
	quoted, bracket := false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\\' || c == '_' || c == '*':
			i++
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case !bracket && (c == 'y' || c == 'Y' || c == 'd' || c == 'D'):
			return true
		}
	}
	return false
}

// texts reads the texts that cells share, once.
func (b *Book) texts() ([]string, error) {
	b.once.Do(func() {
		s, err := b.part("xl/sharedStrings.xml")
		if s == nil {
			b.bad = err
			return
		}
		defer s.close()
		size, in := 0, false
		var one strings.Builder
		for s.next() {
			switch {
			case s.opens("si"):
				one.Reset()
				in = true
			case s.opens("rPh"): // how it is pronounced
				s.pass("rPh")
			case in && s.text() && s.within("t"):
				one.Write(s.chars)
				if one.Len() > mostToken {
					s.err = TooLarge{"a cell that is too long"}
				}
			case s.closes("si"):
				in = false
				b.shared = append(b.shared, one.String())
				if size += one.Len() + 16; size > mostShared || len(b.shared) > mostTexts {
					b.bad = TooLarge{"too many different texts"}
					return
				}
			}
		}
		b.bad = s.err
	})
	return b.shared, b.bad
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
