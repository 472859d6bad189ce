package sharing

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// A link may be bound to the domain of an e-mail address. Whoever opens it says
// an address there and the code that was sent to it; from then on their browser
// has a pass. Of an address only a hash is kept, of a code and a pass as well.

// The kinds of line. Do not rename.
const (
	codeLine  = "code"  // a code was made for an address
	triedLine = "tried" // somebody gave a code
)

const (
	codeDigits   = 8
	codeHolds    = 10 * time.Minute    // one that was mailed
	handHolds    = time.Hour           // one that one of us passes on
	passHolds    = 30 * 24 * time.Hour // of one browser
	mostTries    = 5                   // of one code
	mostHourly   = 5                   // codes mailed to one address within an hour
	mostDaily    = 40                  // codes mailed for one plan within a day
	codeRounds   = 30_000              // of hashing a code
	mostAddress  = 254
	passBytes    = 24
	handMark     = " by hand"
	addressMark  = "address "
	mostDomain   = 253
	addressBytes = 6 // of its hash, in the mark
)

// planCode is a code that was made for an address.
type planCode struct {
	ID      throughline.ID `json:"id"`
	Address [32]byte       `json:"address"` // its hash
	Domain  string         `json:"domain"`  // of it; a pass opens the links of this domain and no others
	Hash    []byte         `json:"hash"`
	Mailed  bool           `json:"mailed,omitempty"` // to the address itself; else one of us passed it on
	Expires time.Time      `json:"expires"`

	made  time.Time
	tries int
	used  bool
}

// planTry is a code that was given. Which of them count follows from their order
// alone, so that nobody has more tries by trying from several places at once.
type planTry struct {
	Code  throughline.ID `json:"code"`
	Right bool           `json:"right,omitempty"`
	Pass  [32]byte       `json:"pass,omitzero"` // the hash of what the browser has from then on
}

// planPass is what a browser has once somebody has given the code for an address.
type planPass struct {
	Pass    [32]byte
	Address [32]byte
	Domain  string
	Mailed  bool
	Until   time.Time
}

// proofs is what the lines of a plan say of addresses.
type proofs struct {
	codes  []planCode
	passes []planPass
	people map[[32]byte]throughline.PersonID // who has an address, where somebody said
	known  map[[32]byte]bool                 // for whose addresses a code was given, ever
}

// add takes a line; false where it is of another kind.
func (p *proofs) add(l store.Shared) (bool, error) {
	switch l.Kind {
	case codeLine:
		c := planCode{made: l.At}
		if err := json.Unmarshal(l.Body, &c); err != nil {
			return true, err
		}
		// What is older than a day neither holds nor counts against anybody, so that a
		// view costs no more the longer somebody asks for codes.
		p.codes = slices.DeleteFunc(p.codes, func(old planCode) bool { return l.At.Sub(old.made) > 24*time.Hour })
		for i := range p.codes { // one at a time for an address
			if p.codes[i].Address == c.Address {
				p.codes[i].used = true
			}
		}
		p.codes = append(p.codes, c)
	case triedLine:
		var t planTry
		if err := json.Unmarshal(l.Body, &t); err != nil {
			return true, err
		}
		p.try(t, l.At)
	case revokedLine:
		for i := range p.codes {
			p.codes[i].used = true
		}
		p.passes = nil
		return false, nil
	default:
		return false, nil
	}
	return true, nil
}

func (p *proofs) try(t planTry, at time.Time) {
	for i := range p.codes {
		c := &p.codes[i]
		if c.ID != t.Code || !c.holds(at) {
			continue
		}
		c.tries++
		if !t.Right {
			continue
		}
		c.used = true
		p.known[c.Address] = true
		p.passes = append(p.passes, planPass{t.Pass, c.Address, c.Domain, c.Mailed, at.Add(passHolds)})
	}
}

// holds reports whether a code may still be tried.
func (c *planCode) holds(now time.Time) bool {
	return !c.used && c.tries < mostTries && now.Before(c.Expires)
}

// code gives the one code that may be tried for an address.
func (p *proofs) code(address [32]byte, now time.Time) (planCode, bool) {
	for _, c := range p.codes {
		if c.Address == address && c.holds(now) {
			return c, true
		}
	}
	return planCode{}, false
}

// pass finds what a browser has.
func (p *proofs) pass(secret []byte, now time.Time) (found planPass, ok bool) {
	hash := sha256.Sum256(secret)
	for _, x := range p.passes {
		if subtle.ConstantTimeCompare(x.Pass[:], hash[:]) == 1 && now.Before(x.Until) {
			found, ok = x, true
		}
	}
	return found, ok
}

// patient reports whether one more code may be mailed to an address.
func (p *proofs) patient(address [32]byte, now time.Time) bool {
	own, all := 0, 0
	for _, c := range p.codes {
		if age := now.Sub(c.made); c.Mailed && age < 24*time.Hour {
			all++
			if c.Address == address && age < time.Hour {
				own++
			}
		}
	}
	return own < mostHourly && all < mostDaily
}

// hashOf is how an address is known: the same for one that is spelt otherwise or
// carries a tag behind +, another in every plan.
func hashOf(plan throughline.ID, address string) [32]byte {
	name, domain, _ := strings.Cut(strings.ToLower(address), "@")
	name, _, _ = strings.Cut(name, "+")
	return sha256.Sum256(append(append([]byte("address"), plan[:]...), name+"@"+domain...))
}

// sealedCode is the hash of a code. It takes its time, since codes are short.
func sealedCode(plan throughline.ID, address [32]byte, code string) ([]byte, error) {
	return pbkdf2.Key(sha256.New, code, append(plan[:], address[:]...), codeRounds, 32)
}

// digits gives what somebody typed as a code.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		}
		return -1
	}, s)
}

// ReadDomain reads the domain of e-mail addresses, as example.com or @example.com;
// one in other letters as mail servers spell it (xn--…).
func ReadDomain(s string) (string, bool) {
	d := strings.ToLower(strings.TrimPrefix(strings.TrimSpace(s), "@"))
	labels := strings.Split(d, ".")
	if len(d) > mostDomain || len(labels) < 2 {
		return "", false
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || strings.HasPrefix(l, "-") || strings.HasSuffix(l, "-") {
			return "", false
		}
		for _, r := range l {
			if r != '-' && (r < 'a' || r > 'z') && (r < '0' || r > '9') {
				return "", false
			}
		}
	}
	return d, true
}

// ReadAddress reads an e-mail address of the plain form, and gives its domain.
func ReadAddress(s string) (address, domain string, ok bool) {
	s = strings.TrimSpace(s)
	name, domain, ok := strings.Cut(s, "@")
	if !ok || len(s) > mostAddress || name == "" || len(name) > 64 || strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.Contains(name, "..") {
		return "", "", false
	}
	for _, r := range name {
		if r > unicode.MaxASCII || r != '_' && !strings.ContainsRune("!#$%&'*+-/=?^`{|}~.", r) && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return "", "", false
		}
	}
	if strings.HasPrefix(domain, "@") {
		return "", "", false
	}
	if domain, ok = ReadDomain(domain); !ok {
		return "", "", false
	}
	return name + "@" + domain, domain, true
}

// mark names an address in what was written from it, and whether its code was
// mailed to it or passed on by one of us.
func (p planPass) mark() string {
	m := addressMark + hex.EncodeToString(p.Address[:addressBytes])
	if !p.Mailed {
		m += handMark
	}
	return m
}

// pen is by what something was written on the plan.
type pen struct {
	name   string // tells it from the plan's others
	theirs bool   // a link that the customer made
	proven bool   // an address to which a code was mailed
	bound  bool   // an address, proven or not
}

// pen finds by what something was written, by its mark.
func (s *sharing) pen(mark string) (pen, bool) {
	if l, ok := s.marked(mark); ok {
		return pen{name: mark, theirs: l.Theirs}, true
	}
	name := strings.TrimSuffix(mark, handMark)
	for address := range s.known {
		if name == addressMark+hex.EncodeToString(address[:addressBytes]) {
			return pen{name: name, proven: name == mark, bound: true}, true
		}
	}
	return pen{}, false
}

// apart reports whether what was written by two pens was written by two of the
// customer's, as far as that can be told: two proven addresses, or two links that
// are bound to none, of which the customer made at least one. Whoever of ours has
// the one that we made could have written by it.
func (p pen) apart(o pen) bool {
	if p.bound || o.bound {
		return p.proven && o.proven && p.name != o.name
	}
	return p.name != o.name && (p.theirs || o.theirs)
}
