package throughline

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// ID is a UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, then 74 bits that
// tell ids of one millisecond apart.
type ID [16]byte

// The kinds of id, so that the compiler keeps them apart.
type (
	DealID    ID
	FactID    ID
	PersonID  ID
	AccountID ID
)

// Workspace separates the companies that share a store; every table is led by it.
type Workspace int64

// DefaultWorkspace is the one a single company works in.
const DefaultWorkspace Workspace = 1

// NewID makes an id from an instant and ten bytes of randomness that the caller hands in.
func NewID(at time.Time, random [10]byte) ID {
	var id ID
	ms := uint64(max(at.UnixMilli(), 0))
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], ms<<16)
	copy(id[:6], b[:6])
	copy(id[6:], random[:])
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id
}

// KeyedID makes the id that belongs to a key of a foreign system: the same
// instant and key give the same id on every run, which is what makes an import
// that is repeated add nothing.
func KeyedID(at time.Time, key ...string) ID {
	h := sha256.New()
	for _, k := range key {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(k)))
		h.Write(n[:])
		h.Write([]byte(k))
	}
	var sum [32]byte
	h.Sum(sum[:0])
	return NewID(at, [10]byte(sum[:10]))
}

// TimeOf gives the instant in an id, to the millisecond.
func TimeOf(id ID) time.Time {
	return time.UnixMilli(int64(binary.BigEndian.Uint64(append([]byte{0, 0}, id[:6]...))))
}

// IsZero reports whether there is no id.
func (id ID) IsZero() bool { return id == ID{} }

// String gives the canonical form, 8-4-4-4-12.
func (id ID) String() string {
	if id.IsZero() {
		return ""
	}
	var b [36]byte
	hex.Encode(b[0:8], id[0:4])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	hex.Encode(b[9:13], id[4:6])
	hex.Encode(b[14:18], id[6:8])
	hex.Encode(b[19:23], id[8:10])
	hex.Encode(b[24:36], id[10:16])
	return string(b[:])
}

// ParseID reads the canonical form, in either case.
func ParseID(s string) (ID, error) {
	var id ID
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return id, Refuse("unknown_word", "%q is no id such as 0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e", "word", s)
	}
	raw := s[0:8] + s[9:13] + s[14:18] + s[19:23] + s[24:36]
	if _, err := hex.Decode(id[:], []byte(raw)); err != nil {
		return ID{}, Refuse("unknown_word", "%q is no id: %v", "word", s, "why", err)
	}
	return id, nil
}

// MarshalText spells the id; no id is empty.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (id *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*id = ID{}
		return nil
	}
	v, err := ParseID(string(b))
	*id = v
	return err
}

func (d DealID) String() string                { return ID(d).String() }
func (d DealID) IsZero() bool                  { return ID(d).IsZero() }
func (d DealID) MarshalText() ([]byte, error)  { return ID(d).MarshalText() }
func (d *DealID) UnmarshalText(b []byte) error { return (*ID)(d).UnmarshalText(b) }

func (f FactID) String() string                { return ID(f).String() }
func (f FactID) IsZero() bool                  { return ID(f).IsZero() }
func (f FactID) MarshalText() ([]byte, error)  { return ID(f).MarshalText() }
func (f *FactID) UnmarshalText(b []byte) error { return (*ID)(f).UnmarshalText(b) }

func (p PersonID) String() string                { return ID(p).String() }
func (p PersonID) IsZero() bool                  { return ID(p).IsZero() }
func (p PersonID) MarshalText() ([]byte, error)  { return ID(p).MarshalText() }
func (p *PersonID) UnmarshalText(b []byte) error { return (*ID)(p).UnmarshalText(b) }

func (a AccountID) String() string                { return ID(a).String() }
func (a AccountID) IsZero() bool                  { return ID(a).IsZero() }
func (a AccountID) MarshalText() ([]byte, error)  { return ID(a).MarshalText() }
func (a *AccountID) UnmarshalText(b []byte) error { return (*ID)(a).UnmarshalText(b) }
