package eventparquet

import (
	"encoding/binary"
	"errors"
)

var errThrift = errors.New("the description claims more than the file holds")

// guardThrift walks over a structure in Thrift's compact form without keeping
// anything, and refuses lists and texts longer than the bytes that are left for
// them. What follows the structure is not looked at.
func guardThrift(b []byte) error {
	w := thriftWalk{b}
	return w.structure(0)
}

type thriftWalk struct{ b []byte }

// Types of the compact form.
const (
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftI64    = 6
	thriftDouble = 7
	thriftBytes  = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12
)

func (w *thriftWalk) one() (byte, error) {
	if len(w.b) == 0 {
		return 0, errThrift
	}
	c := w.b[0]
	w.b = w.b[1:]
	return c, nil
}

func (w *thriftWalk) uvarint() (uint64, error) {
	v, n := binary.Uvarint(w.b)
	if n <= 0 {
		return 0, errThrift
	}
	w.b = w.b[n:]
	return v, nil
}

func (w *thriftWalk) skip(n uint64) error {
	if n > uint64(len(w.b)) {
		return errThrift
	}
	w.b = w.b[n:]
	return nil
}

func (w *thriftWalk) structure(depth int) error {
	if depth > maxNesting {
		return errThrift
	}
	for {
		head, err := w.one()
		if err != nil || head == 0 {
			return err
		}
		if head>>4 == 0 { // the field's number follows
			if _, err := w.uvarint(); err != nil {
				return err
			}
		}
		if kind := head & 0x0f; kind != thriftTrue && kind != thriftFalse {
			if err := w.value(kind, depth); err != nil {
				return err
			}
		}
	}
}

func (w *thriftWalk) value(kind byte, depth int) error {
	switch {
	case kind == thriftTrue || kind == thriftFalse || kind == thriftByte: // in a list
		return w.skip(1)
	case kind <= thriftI64:
		_, err := w.uvarint()
		return err
	case kind == thriftDouble:
		return w.skip(8)
	case kind == thriftBytes:
		n, err := w.uvarint()
		if err != nil {
			return err
		}
		return w.skip(n)
	case kind == thriftList || kind == thriftSet:
		return w.list(depth)
	case kind == thriftMap:
		return w.pairs(depth)
	case kind == thriftStruct:
		return w.structure(depth + 1)
	}
	return errThrift
}

func (w *thriftWalk) list(depth int) error {
	head, err := w.one()
	if err != nil {
		return err
	}
	n := uint64(head >> 4)
	if n == 15 {
		if n, err = w.uvarint(); err != nil {
			return err
		}
	}
	if n > uint64(len(w.b)) || depth > maxNesting { // each takes a byte at least
		return errThrift
	}
	for range n {
		if err := w.value(head&0x0f, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (w *thriftWalk) pairs(depth int) error {
	n, err := w.uvarint()
	if err != nil || n == 0 {
		return err
	}
	if n > uint64(len(w.b)) || depth > maxNesting {
		return errThrift
	}
	kinds, err := w.one()
	if err != nil {
		return err
	}
	for range n {
		if err := w.value(kinds>>4, depth+1); err != nil {
			return err
		}
		if err := w.value(kinds&0x0f, depth+1); err != nil {
			return err
		}
	}
	return nil
}
