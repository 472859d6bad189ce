package eventlog

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"unsafe"
)

// The compact file, drawn in docs/formats/tlog.md: a header, a table of
// sections, the sections. Sections hold the columns as they lie in memory, so
// that opening a file is reading it in one go and proving its checksums.
const (
	fileMagic   = "TLOG\r\n\x1a\x00"
	fileVersion = 1
	headerSize  = 40
	entrySize   = 32
	fileAlign   = 64
)

// kinds of sections.
const (
	secSchema  = 1 + iota // names, types and counts
	secOffsets            // u32: first event of each case, one more than cases
	secActivity
	secTimes
	secTextOffsets // u64: offsets into the text bytes of a dictionary
	secTextBytes
	secCodes
	secInts
	secFloats
	secBools
	secAbsent
	secNote // bytes of whoever wrote the file
)

// owners of sections: a column is firstColumn plus its place, cases' before events'.
const (
	ownLog = iota
	ownIDs
	ownActivities
	firstColumn
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

type section struct {
	kind, owner uint32
	data        []byte
}

// sections lists what a file of this log holds, in order.
func (l *Log) sections(note []byte) []section {
	out := []section{
		{secSchema, ownLog, l.schema()},
		{secOffsets, ownLog, raw(l.offsets)},
		{secActivity, ownLog, raw(l.activity)},
		{secTimes, ownLog, raw(l.times)},
	}
	text := func(owner int, d *Dict) {
		out = append(out, section{secTextOffsets, uint32(owner), raw(d.offs)}, section{secTextBytes, uint32(owner), d.blob})
	}
	text(ownIDs, &l.ids)
	text(ownActivities, &l.activities)
	owner := firstColumn
	for _, cols := range [][]*Column{l.cases, l.events} {
		for _, c := range cols {
			switch c.typ {
			case String:
				text(owner, c.dict)
				out = append(out, section{secCodes, uint32(owner), raw(c.codes)})
			case Int, Time:
				out = append(out, section{secInts, uint32(owner), raw(c.ints)})
			case Float:
				out = append(out, section{secFloats, uint32(owner), raw(c.floats)})
			case Bool:
				out = append(out, section{secBools, uint32(owner), c.bools})
			}
			if c.absent != nil {
				out = append(out, section{secAbsent, uint32(owner), raw(c.absent)})
			}
			owner++
		}
	}
	return append(out, section{secNote, ownLog, note})
}

// raw shows numbers as the bytes they are made of.
func raw[T uint32 | uint64 | int64 | float64](s []T) []byte {
	if len(s) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(unsafe.Sizeof(s[0])))
}

// numbers shows bytes as numbers; they begin at a multiple of eight.
func numbers[T uint32 | uint64 | int64 | float64](b []byte) ([]T, error) {
	var t T
	n := int(unsafe.Sizeof(t))
	if len(b)%n != 0 {
		return nil, fmt.Errorf("a section of %d bytes does not hold numbers of %d", len(b), n)
	}
	if len(b) == 0 {
		return []T{}, nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/n), nil
}

// schema spells counts, columns and the log's own attributes.
func (l *Log) schema() []byte {
	b := binary.AppendUvarint(nil, uint64(l.Cases()))
	b = binary.AppendUvarint(b, uint64(l.Events()))
	b = binary.AppendUvarint(b, uint64(l.untimed))
	for _, cols := range [][]*Column{l.cases, l.events} {
		b = binary.AppendUvarint(b, uint64(len(cols)))
		for _, c := range cols {
			b = append(b, byte(c.typ))
			b = appendText(b, c.Name)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(l.meta)))
	for _, a := range l.meta {
		b = append(b, byte(a.Value.Type))
		b = appendText(b, a.Name)
		b = binary.LittleEndian.AppendUint64(b, a.Value.bits)
		b = appendText(b, a.Value.text)
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// WriteFile writes the log in the compact form. note is kept beside it for
// whoever reads the file (File.Note).
func (l *Log) WriteFile(w io.Writer, note []byte) error {
	secs := l.sections(note)
	at := uint64(align(headerSize + entrySize*len(secs)))
	table := make([]byte, 0, entrySize*len(secs))
	for _, s := range secs {
		table = binary.LittleEndian.AppendUint32(table, s.kind)
		table = binary.LittleEndian.AppendUint32(table, s.owner)
		table = binary.LittleEndian.AppendUint64(table, at)
		table = binary.LittleEndian.AppendUint64(table, uint64(len(s.data)))
		table = binary.LittleEndian.AppendUint32(table, crc32.Checksum(s.data, castagnoli))
		table = binary.LittleEndian.AppendUint32(table, 0)
		at += uint64(align(len(s.data)))
	}
	head := append(make([]byte, 0, headerSize), fileMagic...)
	head = binary.LittleEndian.AppendUint32(head, fileVersion)
	head = binary.LittleEndian.AppendUint32(head, uint32(len(secs)))
	head = binary.LittleEndian.AppendUint64(head, at)
	head = binary.LittleEndian.AppendUint64(head, 0)
	head = binary.LittleEndian.AppendUint32(head, crc32.Checksum(table, castagnoli))
	head = binary.LittleEndian.AppendUint32(head, crc32.Checksum(head, castagnoli))
	var pad [fileAlign]byte
	put := func(b []byte, padding int) error {
		if _, err := w.Write(b); err != nil {
			return err
		}
		_, err := w.Write(pad[:padding])
		return err
	}
	if err := put(append(head, table...), align(headerSize+len(table))-headerSize-len(table)); err != nil {
		return err
	}
	for _, s := range secs {
		if err := put(s.data, align(len(s.data))-len(s.data)); err != nil {
			return err
		}
	}
	return nil
}

func align(n int) int { return (n + fileAlign - 1) / fileAlign * fileAlign }

// File is a log that was read from its compact form, and the note beside it.
type File struct {
	Log  *Log
	Note []byte
}

// ReadBytes takes a compact file apart; the log shares data's memory, which
// must begin at a multiple of eight. Every checksum and every promise of Log is
// proved first, so that a damaged or hostile file is an error and nothing else.
func ReadBytes(data []byte) (*File, error) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		return nil, fmt.Errorf("this machine is big-endian and cannot read the file")
	}
	if len(data) < headerSize || string(data[:8]) != fileMagic {
		return nil, fmt.Errorf("it is no tlog file")
	}
	u32 := func(at int) uint32 { return binary.LittleEndian.Uint32(data[at:]) }
	if v := u32(8); v != fileVersion {
		return nil, fmt.Errorf("its version is %d, this program reads %d", v, fileVersion)
	}
	n := int(u32(12))
	switch {
	case u32(36) != crc32.Checksum(data[:36], castagnoli):
		return nil, fmt.Errorf("its header is damaged")
	case binary.LittleEndian.Uint64(data[16:]) != uint64(len(data)):
		return nil, fmt.Errorf("it has %d bytes and should have %d", len(data), binary.LittleEndian.Uint64(data[16:]))
	case n > 1<<20 || headerSize+n*entrySize > len(data):
		return nil, fmt.Errorf("its table of sections does not fit")
	}
	table := data[headerSize : headerSize+n*entrySize]
	if u32(32) != crc32.Checksum(table, castagnoli) {
		return nil, fmt.Errorf("its table of sections is damaged")
	}
	secs := map[[2]uint32][]byte{}
	for i := range n {
		e := table[i*entrySize:]
		kind, owner := binary.LittleEndian.Uint32(e), binary.LittleEndian.Uint32(e[4:])
		at, size := binary.LittleEndian.Uint64(e[8:]), binary.LittleEndian.Uint64(e[16:])
		if at%fileAlign != 0 || at > uint64(len(data)) || size > uint64(len(data))-at {
			return nil, fmt.Errorf("section %d lies outside the file", i)
		}
		body := data[at : at+size : at+size]
		if binary.LittleEndian.Uint32(e[24:]) != crc32.Checksum(body, castagnoli) {
			return nil, fmt.Errorf("section %d of kind %d, at byte %d, is damaged", i, kind, at)
		}
		secs[[2]uint32{kind, owner}] = body
	}
	l, err := assemble(secs)
	if err != nil {
		return nil, err
	}
	if err := l.Check(); err != nil {
		return nil, err
	}
	l.lookAtTimes()
	l.tellVariants()
	return &File{Log: l, Note: secs[[2]uint32{secNote, ownLog}]}, nil
}

// assemble makes the log of the sections; Check proves the rest.
func assemble(secs map[[2]uint32][]byte) (*Log, error) {
	get := func(kind, owner int) []byte { return secs[[2]uint32{uint32(kind), uint32(owner)}] }
	s := schemaReader{b: get(secSchema, ownLog)}
	l := &Log{}
	cases, events := s.count(), s.count()
	l.untimed = int(s.count())
	owner := firstColumn
	var err error
	fail := func(e error) {
		if err == nil {
			err = e
		}
	}
	l.offsets, err = numbers[uint32](get(secOffsets, ownLog))
	var e error
	l.activity, e = numbers[uint32](get(secActivity, ownLog))
	fail(e)
	l.times, e = numbers[int64](get(secTimes, ownLog))
	fail(e)
	text := func(owner int) Dict {
		d := Dict{blob: get(secTextBytes, owner)}
		d.offs, e = numbers[uint64](get(secTextOffsets, owner))
		fail(e)
		fail(d.check())
		return d
	}
	l.ids, l.activities = text(ownIDs), text(ownActivities)
	for k, rows := range []uint64{cases, events} {
		for range s.count() {
			c := &Column{typ: Type(s.byte()), rows: int(rows)}
			c.Name = s.text()
			switch c.typ {
			case String:
				d := text(owner)
				c.dict = &d
				c.codes, e = numbers[uint32](get(secCodes, owner))
			case Int, Time:
				c.ints, e = numbers[int64](get(secInts, owner))
			case Float:
				c.floats, e = numbers[float64](get(secFloats, owner))
			case Bool:
				c.bools = get(secBools, owner)
			default:
				e = fmt.Errorf("column %q is of an unknown type", c.Name)
			}
			fail(e)
			if b := get(secAbsent, owner); b != nil {
				c.absent, e = numbers[uint64](b)
				fail(e)
			}
			if k == 0 {
				l.cases = append(l.cases, c)
			} else {
				l.events = append(l.events, c)
			}
			if owner++; s.bad || err != nil {
				break
			}
		}
	}
	for range s.count() {
		a := Attr{Value: Value{Type: Type(s.byte())}}
		a.Name = s.text()
		a.Value.bits = s.u64()
		a.Value.text = s.text()
		if l.meta = append(l.meta, a); s.bad {
			break
		}
	}
	switch {
	case err != nil:
		return nil, err
	case s.bad || len(s.b) != 0:
		return nil, fmt.Errorf("its schema is not understood")
	case uint64(l.Cases()) != cases || uint64(l.Events()) != events:
		return nil, fmt.Errorf("it names %d cases and %d events and holds %d and %d", cases, events, l.Cases(), l.Events())
	}
	return l, nil
}

func (d *Dict) check() error {
	if len(d.offs) == 0 {
		d.offs = []uint64{0}
	}
	last := uint64(0)
	for _, o := range d.offs {
		if o < last {
			return fmt.Errorf("the offsets of a dictionary fall")
		}
		last = o
	}
	if last != uint64(len(d.blob)) || d.offs[0] != 0 {
		return fmt.Errorf("a dictionary does not span its text")
	}
	return nil
}

// schemaReader reads the schema; bad once it did not hold what it should.
type schemaReader struct {
	b   []byte
	bad bool
}

func (s *schemaReader) count() uint64 {
	v, n := binary.Uvarint(s.b)
	if n <= 0 || v > math.MaxUint32 {
		s.bad, s.b = true, nil
		return 0
	}
	s.b = s.b[n:]
	return v
}

func (s *schemaReader) take(n uint64) []byte {
	if n > uint64(len(s.b)) {
		s.bad, s.b = true, nil
		return make([]byte, min(n, 8))
	}
	out := s.b[:n]
	s.b = s.b[n:]
	return out
}

func (s *schemaReader) byte() byte   { return s.take(1)[0] }
func (s *schemaReader) u64() uint64  { return binary.LittleEndian.Uint64(s.take(8)) }
func (s *schemaReader) text() string { return string(s.take(s.count())) }
