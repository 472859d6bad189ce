package member

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
)

// A second factor is a program on a telephone that holds a secret and shows
// another six figures every half minute: RFC 6238 with what such programs take
// without being told (SHA-1, thirty seconds, six figures).
const (
	codeStep    = 30 * time.Second
	codeFigures = 6
	codeModulo  = 1_000_000
	codeAround  = 1 // steps before and after now that are taken: clocks differ

	factorBytes   = 20 // of a secret, as RFC 4226 asks for
	RecoveryCodes = 10 // how many are made
	recoveryBytes = 10 // of one: eighty bits cannot be guessed from its hash
)

var code32 = base32.StdEncoding.WithPadding(base32.NoPadding)

// Factor is the secret of a second factor.
type Factor [factorBytes]byte

// String keeps a secret out of what is printed.
func (Factor) String() string { return "a second factor" }

// Reveal gives the secret as people type it: groups of four letters.
func (f Factor) Reveal() string { return grouped(code32.EncodeToString(f[:])) }

// URI gives the address by which a telephone takes the secret in.
func (f Factor) URI(company, email string) string {
	company = strings.ReplaceAll(company, ":", " ") // it parts the two
	q := url.Values{"secret": {code32.EncodeToString(f[:])}, "issuer": {company}}
	return "otpauth://totp/" + url.PathEscape(company+":"+email) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}

// At gives the code of an instant.
func (f Factor) At(now time.Time) string { return f.code(now.Unix() / int64(codeStep/time.Second)) }

// code is RFC 4226 of a step.
func (f Factor) code(step int64) string {
	mac := hmac.New(sha1.New, f[:])
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step))
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%0*d", codeFigures, binary.BigEndian.Uint32(sum[at:at+4])&0x7fffffff%codeModulo)
}

// Takes reports whether a code is the one of now, or of the step before or after,
// and of which step it is: each is to be taken once.
func (f Factor) Takes(code string, now time.Time) (step int64, ok bool) {
	for around := int64(-codeAround); around <= codeAround; around++ { // all of them, so that it takes as long whichever it is
		n := now.Unix()/int64(codeStep/time.Second) + around
		if subtle.ConstantTimeCompare([]byte(f.code(n)), []byte(code)) == 1 {
			step, ok = n, true
		}
	}
	return step, ok
}

// ReadCode takes what somebody typed for a code: figures of a telephone, or the
// letters of a recovery code, with whatever stands between them.
func ReadCode(text string) (code string, recovery, ok bool) {
	if len(text) > 64 {
		return "", false, false
	}
	plain := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z':
			return r
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= '０' && r <= '９': // as a Chinese keyboard may write them
			return r - '０' + '0'
		}
		return -1
	}, text)
	if len(plain) == codeFigures && strings.Trim(plain, "0123456789") == "" {
		return plain, false, true
	}
	raw, err := code32.DecodeString(strings.NewReplacer("0", "O", "1", "I", "8", "B").Replace(plain)) // those figures are in no code
	return code32.EncodeToString(raw), true, err == nil && len(raw) == recoveryBytes && len(plain) == code32.EncodedLen(recoveryBytes)
}

// NewRecovery makes the recovery codes of what was drawn: as they are shown, once,
// and as they are kept.
func NewRecovery(drawn [RecoveryCodes * recoveryBytes]byte) (shown []string, kept [][]byte) {
	for raw := range slices.Chunk(drawn[:], recoveryBytes) {
		code := code32.EncodeToString(raw)
		shown, kept = append(shown, grouped(code)), append(kept, RecoveryHash(code))
	}
	return shown, kept
}

// RecoveryHash is what is kept of a recovery code.
func RecoveryHash(code string) []byte {
	sum := sha256.Sum256([]byte("recovery " + code))
	return sum[:]
}

// CodeSubject is the id under which it is kept that somebody used a code: a second
// line under it is a second use.
func CodeSubject(u throughline.PersonID, step int64) (id throughline.ID) {
	return subjectOf("code", u, fmt.Sprint(step))
}

// RecoverySubject is that of a recovery code.
func RecoverySubject(u throughline.PersonID, hash []byte) throughline.ID {
	return subjectOf("recovery", u, string(hash))
}

func subjectOf(what string, u throughline.PersonID, of string) (id throughline.ID) {
	sum := sha256.Sum256([]byte(what + "\x00" + string(u[:]) + "\x00" + of))
	copy(id[:], sum[:])
	return id
}

func grouped(code string) string {
	var out strings.Builder
	for i, r := range code {
		if i > 0 && i%4 == 0 {
			out.WriteByte(' ')
		}
		out.WriteRune(r)
	}
	return out.String()
}
