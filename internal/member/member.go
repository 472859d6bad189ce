// Package member says who of ours may come in, and how far.
//
// Takes: the lines of a register (somebody was added, a session began), passwords, instants, randomness.
// Gives: users, sessions and tokens as they stand; sealed passwords; the permission table.
// Never: keeps a password or a secret, knows a deal, reads a clock, or lets in what it does not know.
package member

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
)

// Line is one line of the register about one subject.
type Line struct {
	Subject throughline.ID
	Kind    string
	At      time.Time
	Body    []byte
}

// The kinds of lines, by what they are about.
const (
	Added    = "added"    // a user: User.Name, Email, Role
	Changed  = "changed"  // their role
	Invited  = "invited"  // a secret by which they may choose a password, once
	Chosen   = "chosen"   // a password; invitations and sessions from before are void
	Left     = "left"     // they may not come in any more
	Returned = "returned" // they may again
	Began    = "began"    // a session
	Issued   = "issued"   // a token
	Ended    = "ended"    // a session or a token
	Bound    = "bound"    // to who they are at an identity provider; a password, an invitation and sessions from before are void

	Factored   = "factored"   // a second factor, with its recovery codes; sessions from before are void
	Resealed   = "resealed"   // the same second factor, sealed by another key
	Recoded    = "recoded"    // other recovery codes
	Recovered  = "recovered"  // one of them was used
	Unfactored = "unfactored" // the second factor is no more

	PasskeyAdded   = "passkey_added"
	PasskeyEnded   = "passkey_ended"
	PasskeyDoubted = "passkey_doubted" // it counted back: there may be two of it; it opens nothing any more

	Entered = "entered" // a directory keeps them: Body.Entry
	Struck  = "struck"  // it does no longer: they are switched off, and in none of its groups
)

// Passkey is a key that a device of somebody's holds, as a server needs to know it:
// nothing of it opens anything.
type Passkey struct {
	Name    string    `json:"name,omitempty"`
	Key     []byte    `json:"key,omitempty"` // by which devices know it
	Public  []byte    `json:"public,omitempty"`
	Site    string    `json:"site,omitempty"`    // the name of the server for which it was made
	Synced  bool      `json:"synced,omitempty"`  // the device may keep it elsewhere too
	Count   uint32    `json:"count,omitempty"`   // how often it had signed
	Since   time.Time `json:"since,omitzero"`    // of the line
	Doubted bool      `json:"doubted,omitempty"` // it opens nothing any more
}

// Subject is the id under which it is known.
func (p Passkey) Subject() throughline.ID {
	return subjectOf("passkey", throughline.PersonID{}, string(p.Key))
}

// The lines about whether everybody needs a second factor, and about the way from
// a password to a session.
const (
	Needed = "needed" // everybody with a password needs a second factor
	Free   = "free"   // whoever wants one
	Used   = "used"   // a code, or half a signing in: once
)

// Body is what the lines say; each kind uses what it needs.
type Body struct {
	User   throughline.PersonID `json:"user,omitzero"` // whose session or token
	By     throughline.PersonID `json:"by,omitzero"`   // who did it; zero: the command line
	Name   string               `json:"name,omitempty"`
	Email  string               `json:"email,omitempty"`
	Role   Role                 `json:"role,omitempty"`
	Sealed string               `json:"sealed,omitempty"` // a password, sealed
	Hash   []byte               `json:"hash,omitempty"`   // of a secret
	Until  time.Time            `json:"until,omitzero"`
	Reads  bool                 `json:"reads,omitempty"` // a token that only reads

	Issuer   string `json:"issuer,omitempty"`   // an identity provider
	Subject  string `json:"subject,omitempty"`  // who they are there
	Provider bool   `json:"provider,omitempty"` // a session that began there; a leaving that its groups tell of

	Factor string   `json:"factor,omitempty"` // the secret of a second factor, sealed
	Codes  [][]byte `json:"codes,omitempty"`  // hashes of recovery codes

	Passkey *Passkey `json:"passkey,omitempty"` // that was added; one that ended by its Key
	Keyed   bool     `json:"keyed,omitempty"`   // a session that began by a passkey
	Count   uint32   `json:"count,omitempty"`   // how often a passkey says that it signed

	Processes []string `json:"processes,omitempty"` // that somebody or a team is assigned

	To []throughline.ID `json:"to,omitempty"` // people and teams who see a customer's deals

	Entry     *Entry `json:"entry,omitempty"`     // what a directory keeps of somebody
	Directory bool   `json:"directory,omitempty"` // it is a directory that says so; with Provider, by its groups
	Out       bool   `json:"out,omitempty"`       // of somebody added: they come in once their groups say so
	External  string `json:"external,omitempty"`  // what a directory calls a group of its own
	Off       bool   `json:"off,omitempty"`       // of somebody added: a directory has them switched off
	Given     bool   `json:"given,omitempty"`     // of somebody struck: what they were called is somebody else's now, and nothing lets them in
}

// Encode gives a body as it is kept.
func (b Body) Encode() []byte {
	text, err := json.Marshal(b)
	if err != nil {
		panic(err) // a closed set of plain fields
	}
	return text
}

// User is one of ours who may come in.
type User struct {
	ID    throughline.PersonID `json:"id"`
	Name  string               `json:"name"`
	Email string               `json:"email"`
	Role  Role                 `json:"role"`
	Since time.Time            `json:"since"`
	Gone  time.Time            `json:"left_on,omitzero"` // zero: they are here

	Factored time.Time `json:"second_factor_since,omitzero"` // zero: they have none
	Passkeys []Passkey `json:"-"`

	Assigned Assignment `json:"-"`
	Entry    *Entry     `json:"-"` // as a directory keeps them; nil: none does
	Foreign  bool       `json:"-"` // a provider or a directory added them, under a name that is none of ours
	Touched  time.Time  `json:"-"` // of the last line about them

	Sealed  string    `json:"-"` // "" until they chose a password
	Chosen  time.Time `json:"chosen_on,omitzero"`
	Issuer  string    `json:"provider,omitempty"` // the identity provider by which they sign in; "": by a password
	subject string    // who they are there
	bound   time.Time
	away    away      // who took their access away
	struck  bool      // a directory kept them, and does no longer
	former  *Entry    // what it kept of them then
	back    time.Time // since when they are here again; what was theirs before is void
	invite  []byte
	invited time.Time
	firm    time.Time // sessions from before are void for good, whatever became of the second factor since
	factor  string
	codes   [][]byte
}

// Here reports whether they may come in.
func (u *User) Here() bool { return !u.ID.IsZero() && u.Gone.IsZero() }

// Told reports whether it was their groups alone that took their access away: then
// groups may give it back.
func (u *User) Told() bool { return !u.Here() && u.away == byGroups }

// Came reports whether they have ever chosen a way to sign in.
func (u *User) Came() bool { return u.Sealed != "" || u.Issuer != "" }

// FoldUsers gives the users that lines make, in the order in which they were
// added. Lines that cannot be read change nothing: nobody is let in by them.
// Whoever was erased is nobody.
func FoldUsers(lines []Line) []User {
	at := map[throughline.ID]int{}
	var out []User
	for _, l := range lines {
		var b Body
		if json.Unmarshal(l.Body, &b) != nil {
			continue
		}
		i, known := at[l.Subject]
		if !known {
			if l.Kind != Added {
				continue
			}
			i = len(out)
			at[l.Subject] = i
			out = append(out, User{ID: throughline.PersonID(l.Subject), Since: l.At})
		}
		out[i].take(l, b)
	}
	return slices.DeleteFunc(out, func(u User) bool { return u.Name == "" && u.Email == "" }) // erased: nobody
}

func (u *User) take(l Line, b Body) {
	u.Touched = l.At
	switch l.Kind {
	case Added:
		u.Name, u.Email, u.Role, u.Entry, u.Foreign = b.Name, b.Email, b.Role, b.Entry, b.Issuer != "" || b.Entry != nil
		if b.Out {
			u.Gone, u.away = l.At, byGroups
		}
		if b.Off {
			u.Gone, u.away = l.At, u.away|byDirectory
		}
		if b.Issuer != "" {
			u.Issuer, u.subject, u.bound = b.Issuer, b.Subject, l.At
		}
	case Changed:
		u.Role = b.Role
	case Assigned:
		u.Assigned = assigned(l, b)
	case Invited:
		u.invite, u.invited = b.Hash, b.Until
	case Chosen:
		u.Sealed, u.Chosen, u.invite, u.Issuer, u.subject = b.Sealed, l.At, nil, "", ""
	case Bound:
		u.Issuer, u.subject, u.bound, u.invite, u.Sealed = b.Issuer, b.Subject, l.At, nil, ""
		u.Passkeys = nil
		u.unfactor()
	case Left:
		u.leave(l, b)
	case Returned:
		u.comeBack(l, b)
	case Entered:
		u.list(b)
	case Struck:
		u.strike(l, b)
	case Factored:
		u.factor, u.codes, u.Factored, u.firm = b.Factor, b.Codes, l.At, l.At
	case Resealed:
		if u.HasFactor() {
			u.factor = b.Factor
		}
	case Recoded:
		u.codes = b.Codes
	case Recovered:
		u.codes = slices.DeleteFunc(slices.Clone(u.codes), func(c []byte) bool { return bytes.Equal(c, b.Hash) })
	case Unfactored:
		u.unfactor()
		u.lost(l, b)
	case PasskeyAdded:
		if b.Passkey != nil {
			p := *b.Passkey
			p.Since = l.At
			u.Passkeys = append(slices.Clip(u.Passkeys), p)
		}
	case PasskeyEnded, PasskeyDoubted:
		u.lost(l, b)
		u.Passkeys = slices.Clone(u.Passkeys)
		for i := len(u.Passkeys) - 1; b.Passkey != nil && i >= 0; i-- {
			switch {
			case !bytes.Equal(u.Passkeys[i].Key, b.Passkey.Key):
			case l.Kind == PasskeyDoubted:
				u.Passkeys[i].Doubted = true
			default:
				u.Passkeys = slices.Delete(u.Passkeys, i, i+1)
			}
		}
	}
}

// lost voids sessions where somebody else took a factor of theirs off, since it was
// lost, or where there may be a copy of it: whoever has it may be signed in.
func (u *User) lost(l Line, b Body) {
	if l.Kind == PasskeyDoubted || b.By != u.ID {
		u.firm = l.At
	}
}

// ByPasskey reports whether a passkey is all they have beside a password, so that it
// has to be used before anything else is set up.
func (u *User) ByPasskey() bool {
	return !u.HasFactor() && slices.ContainsFunc(u.Passkeys, func(p Passkey) bool { return !p.Doubted })
}

// Strong reports whether they have something beside a password.
func (u *User) Strong() bool { return u.HasFactor() || len(u.Passkeys) > 0 }

func (u *User) unfactor() { u.factor, u.codes, u.Factored = "", nil, time.Time{} }

// HasFactor reports whether a code is asked of them after the password.
func (u *User) HasFactor() bool { return u.factor != "" }

// Factor opens the secret of their second factor.
func (u *User) Factor(k Key) (f Factor, err error) {
	raw, err := k.Open(u.purpose(), u.factor)
	if err == nil && len(raw) != len(f) {
		err = throughline.Fail("open", throughline.Corrupt, "", nil)
	}
	copy(f[:], raw)
	return f, err
}

// SealFactor gives what is kept of a second factor of theirs; for nobody else it opens.
func (u *User) SealFactor(k Key, f Factor, nonce [nonceBytes]byte) string {
	return k.Seal(u.purpose(), f[:], nonce)
}

func (u *User) purpose() string { return "factor " + u.ID.String() }

// Recovers gives the hash under which a recovery code of theirs is kept; ok is false
// for one that they do not have, or have used.
func (u *User) Recovers(code string) (hash []byte, ok bool) {
	hash = RecoveryHash(code)
	for _, c := range u.codes {
		if subtle.ConstantTimeCompare(c, hash) == 1 {
			ok = true
		}
	}
	return hash, ok
}

// RecoveryLeft is how many recovery codes they have.
func (u *User) RecoveryLeft() int { return len(u.codes) }

// Welcomes reports whether a secret lets them choose a password now.
func (u *User) Welcomes(s Secret, now time.Time) bool {
	return u.Here() && len(u.invite) > 0 && now.Before(u.invited) && s.matches(u.invite)
}

// Invitation is until when one that was made still opens; zero where there is none.
func (u *User) Invitation(now time.Time) time.Time {
	if len(u.invite) == 0 || !now.Before(u.invited) {
		return time.Time{}
	}
	return u.invited
}

// Pass is a session or a token.
type Pass struct {
	ID    throughline.ID       `json:"id"`
	User  throughline.PersonID `json:"user"`
	Name  string               `json:"name,omitempty"` // of a token
	Since time.Time            `json:"since"`
	Until time.Time            `json:"until"`
	Role  Role                 `json:"role,omitempty"`  // of a token that is a program's
	Reads bool                 `json:"reads,omitempty"` // it only reads
	Gone  time.Time            `json:"ended_on,omitzero"`
	Own   bool                 `json:"-"` // of a token: issued by its user, and not for them
	There bool                 `json:"-"` // of a session: they signed in at the identity provider
	Keyed bool                 `json:"-"` // of a session: it began by a passkey
	hash  []byte
}

// FoldPasses gives the sessions or tokens that lines make.
func FoldPasses(lines []Line) []Pass {
	at := map[throughline.ID]int{}
	var out []Pass
	for _, l := range lines {
		var b Body
		if json.Unmarshal(l.Body, &b) != nil {
			continue
		}
		i, known := at[l.Subject]
		switch {
		case !known && (l.Kind == Began || l.Kind == Issued):
			at[l.Subject] = len(out)
			out = append(out, Pass{ID: l.Subject, User: b.User, Name: b.Name, Since: l.At, Until: b.Until, Role: b.Role, Reads: b.Reads,
				Own: b.By == b.User, There: b.Provider, Keyed: b.Keyed, hash: b.Hash})
		case known && l.Kind == Ended && out[i].Gone.IsZero():
			out[i].Gone = l.At
		}
	}
	return out
}

// Holds reports whether a session or token opens for a secret: it is theirs, not
// over, of somebody who is here, and not from before their password or their second factor.
func (p *Pass) Holds(s Secret, u *User, now time.Time, session bool) bool {
	return p.User == u.ID && s.matches(p.hash) && p.Lasts(u, now, session)
}

// Lasts reports whether it would open for whoever had its secret.
func (p *Pass) Lasts(u *User, now time.Time, session bool) bool {
	return p.Gone.IsZero() && now.Before(p.Until) && u.Holds(p.Since, session)
}

// Holds reports whether what somebody was let in by at an instant, a session or a
// token, still lets them in as far as it hangs on them.
func (u *User) Holds(since time.Time, session bool) bool {
	return u.Here() && !since.Before(u.back) &&
		(!session || !since.Before(u.Chosen) && !since.Before(u.bound) && !since.Before(u.firm))
}

// Secret is what is handed out once and kept only as its hash.
type Secret struct{ text string }

// secretBytes is how much is drawn for one: it cannot be guessed.
const secretBytes = 32

// NewSecret makes one of bytes that were drawn.
func NewSecret(drawn [secretBytes]byte) Secret {
	return Secret{base64.RawURLEncoding.EncodeToString(drawn[:])}
}

// ReadSecret takes what a browser or a program sent.
func ReadSecret(text string) (Secret, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimSpace(text))
	return Secret{strings.TrimSpace(text)}, err == nil && len(raw) == secretBytes
}

// Reveal gives the text; it is for the one whose it is and for nobody's log.
func (s Secret) Reveal() string { return s.text }

// String keeps a secret out of what is printed.
func (Secret) String() string { return "a secret" }

// Hash is what is kept of it.
func (s Secret) Hash() []byte {
	sum := sha256.Sum256([]byte(s.text))
	return sum[:]
}

// Subject is the id under which lines about it stand: it says nothing of the
// secret that its hash does not.
func (s Secret) Subject() (id throughline.ID) {
	copy(id[:], s.Hash())
	return id
}
