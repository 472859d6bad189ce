package workbook

import (
	"encoding/xml"
	"errors"
	"io"
)

// scanner reads XML piece by piece and within bounds: of all bytes, of one
// piece, and of how deep elements stand. encoding/xml knows no entities but
// those of XML itself and fetches nothing.
type scanner struct {
	body  io.ReadCloser
	left  int64 // bytes of the part that may still come
	piece int   // bytes of this piece that may still come
	dec   *xml.Decoder
	stack []string
	start xml.StartElement
	end   string
	chars []byte
	err   error
	what  byte // 's'tart, 'e'nd, 't'ext
}

func newScanner(r io.ReadCloser) *scanner {
	s := &scanner{body: r, left: mostBytes}
	s.dec = xml.NewDecoder(s)
	return s
}

// Read hands bytes to the decoder, which reads ahead by no more than a few kilobytes.
func (s *scanner) Read(p []byte) (int, error) {
	if s.left <= 0 {
		return 0, TooLarge{"a part of more than 1 GB"}
	}
	if s.piece <= 0 {
		return 0, TooLarge{"a cell that is too long"}
	}
	n, err := s.body.Read(p[:min(len(p), s.piece, int(min(s.left, 1<<16)))])
	s.left -= int64(n)
	s.piece -= n
	return n, err
}

func (s *scanner) next() bool {
	if s.err != nil {
		return false
	}
	s.piece = mostToken
	tok, err := s.dec.RawToken()
	if err != nil {
		var large TooLarge
		switch {
		case errors.Is(err, io.EOF) && len(s.stack) == 0:
		case errors.As(err, &large):
			s.err = large
		default:
			s.err = ErrDamaged
		}
		return false
	}
	s.what = 0
	switch tok := tok.(type) {
	case xml.StartElement:
		if len(s.stack) >= mostDepth {
			s.err = TooLarge{"elements that stand too deep"}
			return false
		}
		s.stack = append(s.stack, tok.Name.Local)
		s.start, s.what = tok, 's'
	case xml.EndElement:
		if len(s.stack) == 0 || s.stack[len(s.stack)-1] != tok.Name.Local {
			s.err = ErrDamaged
			return false
		}
		s.stack = s.stack[:len(s.stack)-1]
		s.end, s.what = tok.Name.Local, 'e'
	case xml.CharData:
		s.chars, s.what = tok, 't'
	case xml.Directive: // a document type has no place in a workbook
		s.err = ErrDamaged
		return false
	}
	return true
}

func (s *scanner) opens(name string) bool  { return s.what == 's' && s.start.Name.Local == name }
func (s *scanner) closes(name string) bool { return s.what == 'e' && s.end == name }
func (s *scanner) text() bool              { return s.what == 't' }

// within reports whether the innermost element is called so.
func (s *scanner) within(name string) bool {
	return len(s.stack) > 0 && s.stack[len(s.stack)-1] == name
}

// pass reads on to the end of the element that has just begun.
func (s *scanner) pass(name string) {
	depth := len(s.stack)
	for s.next() {
		if s.closes(name) && len(s.stack) < depth {
			return
		}
	}
}

func (s *scanner) attr(name string) string {
	for _, a := range s.start.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (s *scanner) close() { _ = s.body.Close() }
