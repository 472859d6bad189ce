package eventlog

import (
	"bytes"
	"hash/maphash"
	"slices"
	"unsafe"
)

// Dict is a list of strings addressed by code, kept as one run of bytes. It
// does not change once its log is built.
type Dict struct {
	blob []byte
	offs []uint64 // len+1 offsets into blob
}

// Len is the number of codes; codes run from 0 to Len-1.
func (d *Dict) Len() int {
	if len(d.offs) == 0 {
		return 0
	}
	return len(d.offs) - 1
}

// At gives the string of a code. The string shares the log's memory.
func (d *Dict) At(code uint32) string {
	b := d.bytes(code)
	return unsafe.String(unsafe.SliceData(b), len(b))
}

func (d *Dict) bytes(code uint32) []byte {
	return d.blob[d.offs[code]:d.offs[code+1]]
}

// All lists the strings in code order.
func (d *Dict) All() []string {
	out := make([]string, d.Len())
	for i := range out {
		out[i] = d.At(uint32(i))
	}
	return out
}

// Find gives the first code of a string by looking through the list.
func (d *Dict) Find(s string) (uint32, bool) {
	want := []byte(s)
	for i := range d.Len() {
		if d.offs[i+1]-d.offs[i] == uint64(len(s)) && bytes.Equal(d.bytes(uint32(i)), want) {
			return uint32(i), true
		}
	}
	return 0, false
}

// Interner gives each distinct string a code, in order of first appearance.
type Interner struct {
	Dict
	keeps  bool     // of a piece: its hashes are asked for again when it is absorbed
	hashes []uint64 // of each string, where they are kept
	table  []slot
	mask   uint64
	used   int

	touched uint32
}

type slot struct {
	hash uint32
	code uint32 // code+1; 0 is empty
}

// One seed for the process: codes do not depend on it, only where slots lie.
var seed = maphash.MakeSeed()

func (t *Interner) init(reserved int) {
	t.offs = append(t.offs[:0], 0)
	t.blob, t.hashes = t.blob[:0], t.hashes[:0]
	for range reserved {
		t.offs = append(t.offs, 0)
		if t.keeps {
			t.hashes = append(t.hashes, 0)
		}
	}
	if t.table == nil {
		t.table = make([]slot, 64)
	} else {
		clear(t.table)
	}
	t.mask = uint64(len(t.table) - 1)
	t.used = 0
}

// Code gives the code of s, a new one if s has not been seen. s is copied.
func (t *Interner) Code(s []byte) uint32 { return t.code(s, maphash.Bytes(seed, s)) }

func (t *Interner) code(s []byte, h uint64) uint32 {
	for i := h & t.mask; ; i = (i + 1) & t.mask {
		e := t.table[i]
		if e.code == 0 {
			return t.add(s, h, i)
		}
		if e.hash == uint32(h>>32) && string(t.bytes(e.code-1)) == string(s) {
			return e.code - 1
		}
	}
}

// CodeString is Code for a string.
func (t *Interner) CodeString(s string) uint32 {
	return t.Code(unsafe.Slice(unsafe.StringData(s), len(s)))
}

// Lookup gives the code of s if it has one.
func (t *Interner) Lookup(s string) (uint32, bool) {
	h := maphash.String(seed, s)
	for i := h & t.mask; ; i = (i + 1) & t.mask {
		e := t.table[i]
		if e.code == 0 {
			return 0, false
		}
		if e.hash == uint32(h>>32) && string(t.bytes(e.code-1)) == s {
			return e.code - 1, true
		}
	}
}

func (t *Interner) add(s []byte, h, at uint64) uint32 {
	code := uint32(t.Len())
	t.blob = append(t.blob, s...)
	t.offs = append(t.offs, uint64(len(t.blob)))
	if t.keeps {
		t.hashes = append(t.hashes, h)
	}
	t.table[at] = slot{uint32(h >> 32), code + 1}
	if t.used++; t.used*3 > len(t.table)*2 {
		t.grow()
	}
	return code
}

func (t *Interner) grow() {
	if len(t.table) < 1<<16 {
		t.resize(len(t.table) * 4)
	} else {
		t.resize(len(t.table) * 2)
	}
}

// resize moves what is there to a table of so many slots, a power of two.
func (t *Interner) resize(slots int) {
	old := t.table
	t.table = make([]slot, slots)
	t.mask = uint64(len(t.table) - 1)
	for _, e := range old {
		if e.code == 0 {
			continue
		}
		i := t.hash(e.code-1) & t.mask
		for t.table[i].code != 0 {
			i = (i + 1) & t.mask
		}
		t.table[i] = e
	}
}

// push gives s a code of its own without looking whether it has one; from then
// on the interner may hold a string twice.
func (t *Interner) push(s []byte) uint32 {
	t.blob = append(t.blob, s...)
	t.offs = append(t.offs, uint64(len(t.blob)))
	if t.keeps {
		t.hashes = append(t.hashes, maphash.Bytes(seed, s))
	}
	return uint32(t.Len() - 1)
}

// hash gives the hash of a string that has a code.
func (t *Interner) hash(code uint32) uint64 {
	if int(code) < len(t.hashes) {
		return t.hashes[code]
	}
	return maphash.Bytes(seed, t.bytes(code))
}

// touch reads the slots where strings of these hashes will be looked for. In a
// table that outgrew the caches such reads wait for memory, here all at once
// and not one after the other.
func (t *Interner) touch(hashes []uint64) {
	seen := uint32(0)
	for _, h := range hashes {
		seen |= t.table[h&t.mask].code
	}
	t.touched = seen // so that the reads are not left out
}

// expect makes room for n strings as long as those there are.
func (t *Interner) expect(n int) {
	have := t.Len()
	if n <= have || have == 0 {
		return
	}
	t.blob = slices.Grow(t.blob, int(float64(len(t.blob))*float64(n-have)/float64(have)))
	t.offs = slices.Grow(t.offs, n-have)
	if t.used == 0 {
		return // filled without looking (NewCase)
	}
	slots := len(t.table)
	for n*3 > slots*2 {
		slots *= 2
	}
	if slots > len(t.table) {
		t.resize(slots)
	}
}

// forget gives back what only serves to find a string again.
func (t *Interner) forget() { t.table, t.hashes, t.mask = nil, nil, 0 }

// NewDict makes a dictionary of words, coded by their places.
func NewDict(words []string) *Dict {
	d := &Dict{offs: make([]uint64, 1, len(words)+1)}
	for _, w := range words {
		d.blob = append(d.blob, w...)
		d.offs = append(d.offs, uint64(len(d.blob)))
	}
	return d
}
