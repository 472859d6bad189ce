package member

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"github.com/throughline/throughline"
)

// argon2id with the least that OWASP's password storage cheat sheet names: 19 MiB, two passes, one lane.
const (
	argonTime   = 2
	argonMemory = 19 * 1024
	argonLanes  = 1
	argonKey    = 32
	saltBytes   = 16
)

// How long a password may be, in characters and in bytes.
const (
	LeastPassword = 10
	mostPassword  = 256
)

// The refusals of a password.
var (
	ErrShort  = throughline.Refuse("password_short", "a password has at least ten characters; three or four words make a good one")
	ErrLong   = throughline.Refuse("password_long", "that is too long for a password")
	ErrSimple = throughline.Refuse("password_simple", "that is too easy to guess: it repeats itself, or is made of the name or the address")
)

// CheckPassword says what speaks against a password; nil: nothing.
func CheckPassword(password, name, email string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case n < LeastPassword:
		return ErrShort
	case len(password) > mostPassword:
		return ErrLong
	}
	seen := map[rune]bool{}
	for _, r := range password {
		seen[r] = true
	}
	low := strings.ToLower(password)
	before, _, _ := strings.Cut(strings.ToLower(email), "@")
	rest := low
	for _, w := range append(strings.Fields(strings.ToLower(name)), before, "password", "throughline", "12345", "qwerty") {
		if len(w) >= 4 {
			rest = strings.ReplaceAll(rest, w, "")
		}
	}
	if len(seen) < 5 || utf8.RuneCountInString(rest) < LeastPassword/2 {
		return ErrSimple
	}
	return nil
}

// SealPassword gives what is kept of a password: argon2id in the usual text form.
func SealPassword(password string, salt [saltBytes]byte) string {
	key := argon2.IDKey([]byte(password), salt[:], argonTime, argonMemory, argonLanes, argonKey)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes,
		base64.RawStdEncoding.EncodeToString(salt[:]), base64.RawStdEncoding.EncodeToString(key))
}

// OpensPassword reports whether a password is the sealed one. A sealed text that
// is none takes as long and opens for nobody, so that who is known does not show.
func OpensPassword(sealed, password string) bool {
	if len(password) > mostPassword {
		password = password[:mostPassword]
	}
	var version int
	var memory, passes uint32
	var lanes uint8
	parts := strings.Split(sealed, "$")
	ok := len(parts) == 6 && parts[1] == "argon2id"
	if ok {
		_, err1 := fmt.Sscanf(parts[2], "v=%d", &version)
		_, err2 := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes)
		ok = err1 == nil && err2 == nil && version == argon2.Version && memory > 0 && memory <= 1<<20 && passes > 0 && passes <= 16 && lanes > 0
	}
	if !ok {
		argon2.IDKey([]byte(password), make([]byte, saltBytes), argonTime, argonMemory, argonLanes, argonKey)
		return false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(want) == 0 {
		return false
	}
	got := argon2.IDKey([]byte(password), salt, passes, memory, lanes, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1
}

// matches compares a secret with a hash, in the same time whatever they are.
func (s Secret) matches(hash []byte) bool {
	return subtle.ConstantTimeCompare(s.Hash(), hash) == 1
}
