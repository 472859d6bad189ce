package member

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"

	"github.com/throughline/throughline"
)

// Key seals what has to be read again, and so cannot be kept as a hash: secrets of
// second factors. It lies where the database does not, so that a copy of the one
// without the other opens nothing.
type Key [32]byte

// The bytes of a seal beside what it holds.
const (
	nonceBytes = 12
	markBytes  = 4
)

// ErrKey says that something was sealed with another key than the one here.
var ErrKey = throughline.Refuse("factor_key", "the key by which second factors are sealed is not here; use a recovery code, and tell whoever runs this server")

// ReadKey takes the text of a key: thirty-two bytes, as base64.
func ReadKey(text string) (k Key, ok bool) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(raw) != len(k) {
		return k, false
	}
	return Key(raw), true
}

// Reveal gives its text; it is for the file in which it lies.
func (k Key) Reveal() string { return base64.StdEncoding.EncodeToString(k[:]) }

// String keeps a key out of what is printed.
func (Key) String() string { return "a key" }

// mark tells one key from another, and says nothing of it.
func (k Key) mark() []byte {
	sum := sha256.Sum256(append([]byte("mark "), k[:]...))
	return sum[:markBytes]
}

func (k Key) aead() cipher.AEAD {
	block, err := aes.NewCipher(k[:])
	if err != nil {
		panic(err) // of another length than there is
	}
	out, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return out
}

// Seal gives a text that only this key opens, and only for the same purpose: whose
// it is and what for.
func (k Key) Seal(purpose string, plain []byte, nonce [nonceBytes]byte) string {
	out := append(k.mark(), nonce[:]...)
	return base64.RawURLEncoding.EncodeToString(k.aead().Seal(out, nonce[:], plain, []byte(purpose)))
}

// Open gives what was sealed. ErrKey is of what another key sealed; whatever else
// does not open was never sealed here, or for another purpose.
func (k Key) Open(purpose, text string) ([]byte, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) < markBytes+nonceBytes {
		return nil, throughline.Fail("open", throughline.Invalid, "", nil)
	}
	if subtle.ConstantTimeCompare(raw[:markBytes], k.mark()) != 1 {
		return nil, ErrKey
	}
	plain, err := k.aead().Open(nil, raw[markBytes:markBytes+nonceBytes], raw[markBytes+nonceBytes:], []byte(purpose))
	if err != nil {
		return nil, throughline.Fail("open", throughline.Invalid, "", nil)
	}
	return plain, nil
}
