package sharing

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/plan"
	"github.com/throughline/throughline/internal/store"
)

// A plan's sharing is lines beside the facts (store.Sharing): links by the hash
// of their secret, what was opened, and the parts that the customer keeps,
// sealed with a key that only links of theirs can open (docs/decisions/0013).

// The kinds of line. Do not rename.
const (
	planLine    = "plan"    // which deal it is of
	linkLine    = "link"    // a link was made
	namedLine   = "named"   // who holds a link
	revokedLine = "revoked" // every link that stood was taken back
	openedLine  = "opened"  // somebody came by a link
	keptLine    = "kept"    // a part that the customer keeps
	endedLine   = "ended"   // the standing links of a made-up company's plan were, by its next start
)

// TakingAway are the kinds of lines by which links are taken back: a copy that is
// brought back to an instant before makes none of them open again.
func TakingAway() []string { return []string{revokedLine, endedLine} }

const (
	secretBytes  = 24
	tokenBytes   = 16 + secretBytes
	mostLinks    = 100 // that stand, ours and theirs
	mostTheirs   = 60  // that stand when the customer makes another: so that we can always make one
	mostKept     = 100
	mostSealed   = 1 << 20          // bytes of what they keep, every change of it: each view of the plan reads them
	mostWritten  = 500              // facts by the plan of one deal within a day
	machineVisit = "machine"        // of a program that looks for a preview
	seenEvery    = 10 * time.Minute // one line says that a link was opened, however often within it
)

// Secrets is where secrets are drawn from; tests hand in their own.
func (d *Desk) secret(n int) ([]byte, error) {
	from := d.Secrets
	if from == nil {
		from = rand.Reader
	}
	b := make([]byte, n)
	_, err := io.ReadFull(from, b)
	return b, err
}

// planLink is one link of a plan, as it is kept.
type planLink struct {
	Hash    [32]byte             `json:"hash"` // of its secret
	Theirs  bool                 `json:"theirs,omitempty"`
	Person  throughline.PersonID `json:"person,omitzero"` // who holds it, where somebody said
	Expires time.Time            `json:"expires"`
	Wrapped []byte               `json:"wrapped,omitempty"` // the key of the parts that are kept, sealed with the secret
	Domain  string               `json:"domain,omitempty"`  // of the e-mail addresses of whoever may open it; empty: of nobody in particular
	First   bool                 `json:"first,omitempty"`   // made with the first part that was kept: until it is opened, nobody may have been given it
	Hand    bool                 `json:"hand,omitempty"`    // and made by somebody whose code one of us passed on
	Began   [32]byte             `json:"began,omitzero"`    // an invitation's: the hash of the link with which the key was made that it carries

	Standing bool `json:"standing,omitempty"` // of a made-up company, for whoever looks at it

	made    time.Time
	revoked bool
	ended   bool            // by the next start; told no more
	opened  throughline.Day // last, by somebody; zero: never
}

// holds reports whether a link opens the plan at an instant.
func (l planLink) holds(now time.Time) bool { return !l.revoked && now.Before(l.Expires) }

type planVisit struct {
	Hash [32]byte `json:"hash"`
	What string   `json:"what"` // opened, machine, csv, calendar
}

// sharing is what the lines of a plan come to.
type sharing struct {
	plan   throughline.ID
	lines  int // written of it
	deal   throughline.DealID
	links  []planLink
	kept   []sealedPart // every word on each, as they were written
	sealed int          // bytes of it, since all links were last taken back
	began  []beginning  // whose keys were put to use, in the order of that
	visits map[planVisit]time.Time
	proofs
}

// beginning is the putting to use of a key by which parts are kept: the link with
// which it was made, as it was first opened or passed on.
type beginning [32]byte

// sealedPart is a part that nobody reads without the plan's key.
type sealedPart struct {
	ID     string `json:"id"`
	Sealed []byte `json:"sealed"`
}

// shared reads how a plan is shared; one that is not there has no deal.
func (d *Desk) shared(ctx context.Context, id throughline.ID) (sharing, error) {
	out := sharing{plan: id, visits: map[planVisit]time.Time{}, proofs: proofs{people: map[[32]byte]throughline.PersonID{}, known: map[[32]byte]bool{}}}
	lines, err := d.Ledger.Shares(ctx, d.Workspace, id)
	if err != nil {
		return out, err
	}
	for _, l := range lines {
		out.lines = l.N
		if err := out.add(l, d.Days()); err != nil {
			return out, throughline.Fail("read sharing", throughline.Corrupt, "", err)
		}
	}
	return out, nil
}

func (s *sharing) add(l store.Shared, zone *time.Location) error {
	if taken, err := s.proofs.add(l); taken || err != nil {
		return err
	}
	switch l.Kind {
	case planLine:
		return json.Unmarshal(l.Body, &s.deal)
	case linkLine:
		link := planLink{made: l.At}
		if err := json.Unmarshal(l.Body, &link); err != nil {
			return err
		}
		if !link.Theirs { // what they keep can be read for as long as there is a plan
			for i := range s.links {
				if l := &s.links[i]; len(l.Wrapped) > 0 && l.holds(link.made) && l.Expires.Before(link.Expires) {
					l.Expires = link.Expires
				}
			}
		}
		if len(link.Wrapped) > 0 && !link.First {
			if link.Began == ([32]byte{}) && len(s.began) > 0 { // of before links said so: then there was one key
				link.Began = s.began[0]
			}
			s.begin(link.Began)
		}
		s.links = append(s.links, link)
	case namedLine:
		var named planLink
		if err := json.Unmarshal(l.Body, &named); err != nil {
			return err
		}
		if s.known[named.Hash] {
			s.people[named.Hash] = named.Person
		}
		for i := range s.links {
			if s.links[i].Hash == named.Hash {
				s.links[i].Person = named.Person
			}
		}
	case revokedLine:
		for i := range s.links {
			s.links[i].revoked = true
		}
		s.sealed = 0 // what was kept before is anew nobody's
	case endedLine:
		for i := range s.links {
			if l := &s.links[i]; l.Standing {
				l.revoked, l.ended = true, true
			}
		}
	case openedLine:
		var v planVisit
		if err := json.Unmarshal(l.Body, &v); err != nil {
			return err
		}
		s.visits[v] = l.At
		for i := range s.links {
			if s.links[i].Hash == v.Hash && v.What != machineVisit && v.What != "doorstep" {
				s.links[i].opened = throughline.DayOf(l.At, zone)
				if s.links[i].First {
					s.begin(v.Hash)
				}
			}
		}
	case keptLine:
		var part sealedPart
		if err := json.Unmarshal(l.Body, &part); err != nil {
			return err
		}
		s.kept = append(s.kept, part)
		s.sealed += len(part.Sealed)
	}
	return nil
}

// share appends a line.
func (d *Desk) share(ctx context.Context, id throughline.ID, kind string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return throughline.Fail("share plan", throughline.Internal, "", err)
	}
	return d.Ledger.Share(ctx, d.Workspace, store.Shared{Plan: id, Kind: kind, At: d.Now(), Body: text})
}

// mostConflicts is how often a line is tried again that others were before.
const mostConflicts = 200

// shareWhile appends a line while something holds of all lines before it: what is
// counted is what is written behind, however many ask at once.
func (d *Desk) shareWhile(ctx context.Context, id throughline.ID, kind string, body any, holds func(*sharing) error) error {
	text, err := json.Marshal(body)
	if err != nil {
		return throughline.Fail("share plan", throughline.Internal, "", err)
	}
	for range mostConflicts {
		now, err := d.shared(ctx, id)
		if err != nil {
			return err
		}
		if err := holds(&now); err != nil {
			return err
		}
		err = d.Ledger.Share(ctx, d.Workspace, store.Shared{Plan: id, N: now.lines + 1, Kind: kind, At: d.Now(), Body: text})
		if throughline.KindOf(err) != throughline.Conflict {
			return err
		}
	}
	return throughline.Fail("share plan", throughline.Unavailable, "", errors.New("others write on the plan all the time"))
}

// room refuses one more link where as many stand as there may be.
func (d *Desk) room(op string, most int) func(*sharing) error {
	return func(s *sharing) error {
		if n := s.standing(d.Now()); n >= most {
			return throughline.Fail(op, throughline.Invalid, "",
				throughline.Refuse("plan_many", "the plan has %d links that stand; that is as many as it may have", "n", n))
		}
		return nil
	}
}

// newLink makes a link and gives its token, which is kept nowhere, where there is
// room for it. key is that of the parts that are kept, empty for a link of ours.
func (d *Desk) newLink(ctx context.Context, id throughline.ID, l planLink, key []byte, room func(*sharing) error) (token string, err error) {
	secret, err := d.secret(secretBytes)
	if err == nil && len(key) > 0 {
		l.Wrapped, err = d.seal(wrapping(secret, id), key)
	}
	if err != nil {
		return "", throughline.Fail("make link", throughline.Internal, "", err)
	}
	l.Hash = sha256.Sum256(secret)
	return base64.RawURLEncoding.EncodeToString(append(slices.Clone(id[:]), secret...)), d.shareWhile(ctx, id, linkLine, l, room)
}

// errNoPlan is the one answer to every link that does not hold: nobody learns
// whether there ever was one.
func errNoPlan() error { return throughline.Fail("open plan", throughline.NotFound, "", nil) }

// errPlanKept says that the key of what they keep is a colleague's.
func errPlanKept() error {
	return throughline.Fail("keep to themselves", throughline.Invalid, "",
		throughline.Refuse("plan_kept", "a colleague keeps parts of this plan already; their invitation opens them"))
}

// readToken takes a token apart.
func readToken(token string) (id throughline.ID, secret []byte, ok bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != tokenBytes {
		return id, nil, false
	}
	copy(id[:], b)
	return id, b[16:], true
}

// find gives the link that a secret belongs to. Every link is compared, in the
// same time whether it is the one or not.
func (s *sharing) find(secret []byte, now time.Time) (found planLink, ok bool) {
	hash := sha256.Sum256(secret)
	for _, l := range s.links {
		if subtle.ConstantTimeCompare(l.Hash[:], hash[:]) == 1 && l.holds(now) {
			found, ok = l, true
		}
	}
	return found, ok
}

// wrapping is the key by which a link's secret seals the plan's key. The hash
// that is kept of the secret says nothing about it.
func wrapping(secret []byte, id throughline.ID) []byte {
	key, err := hkdf.Key(sha256.New, secret, id[:], "throughline plan key", 32)
	if err != nil {
		panic(err) // only for a length that no hash gives
	}
	return key
}

func (d *Desk) seal(key, text []byte) ([]byte, error) {
	gcm, err := gcmOf(key)
	if err != nil {
		return nil, err
	}
	nonce, err := d.secret(gcm.NonceSize())
	if err != nil {
		return nil, err
	}
	return gcm.Seal(nonce, nonce, text, nil), nil
}

func unseal(key, sealed []byte) ([]byte, error) {
	gcm, err := gcmOf(key)
	if err != nil {
		return nil, err
	}
	if len(sealed) < gcm.NonceSize() {
		return nil, errors.New("too short to have been sealed")
	}
	return gcm.Open(nil, sealed[:gcm.NonceSize()], sealed[gcm.NonceSize():], nil)
}

func gcmOf(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// begin notes that a key was put to use.
func (s *sharing) begin(by beginning) {
	if !slices.Contains(s.began, by) {
		s.began = append(s.began, by)
	}
}

// key names the link with which it was made.
func (l planLink) key() beginning {
	if l.First {
		return l.Hash
	}
	return l.Began
}

// counts gives the key by which they keep parts to themselves. Of several, as where
// two began at once, it is the one that was put to use first of those that a link
// still carries. One whose token may never have arrived is none.
func (s *sharing) counts(now time.Time) (of beginning, ok bool) {
	for _, of := range s.began {
		if slices.ContainsFunc(s.links, func(l planLink) bool {
			return len(l.Wrapped) > 0 && l.holds(now) && l.key() == of && (!l.First || !l.opened.IsZero())
		}) {
			return of, true
		}
	}
	return of, false
}

// begun reports whether somebody of theirs keeps parts to themselves, by a link
// that still opens.
func (s *sharing) begun(now time.Time) bool {
	_, ok := s.counts(now)
	return ok
}

// byHand reports whether what they keep was begun by somebody who came by a code
// that one of us passed on, and so may have been one of us.
func (s *sharing) byHand(now time.Time) bool {
	return slices.ContainsFunc(s.links, func(l planLink) bool { return l.Hand && l.holds(now) && !l.opened.IsZero() })
}

// standing counts the links that open the plan.
func (s *sharing) standing(now time.Time) (n int) {
	for _, l := range s.links {
		if l.holds(now) {
			n++
		}
	}
	return n
}

// parts counts what is kept, whoever can read it.
func (s *sharing) parts() int {
	ids := map[string]bool{}
	for _, k := range s.kept {
		ids[k.ID] = true
	}
	return len(ids)
}

// mark names a link in what was written by it: enough to tell it from the
// plan's others, nothing that opens anything.
func (l planLink) mark() string { return "link " + hex.EncodeToString(l.Hash[:6]) }

// marked finds a link by its mark.
func (s *sharing) marked(mark string) (planLink, bool) {
	for _, l := range s.links {
		if l.mark() == mark {
			return l, true
		}
	}
	return planLink{}, false
}

// ByLink tells by its record whether something was written by a link of a plan, or from an address that was given for one.
func (d *Desk) ByLink(ctx context.Context, plan throughline.ID) (func(record string) bool, error) {
	s, err := d.shared(ctx, plan)
	return func(record string) bool { _, by := s.pen(record); return by }, err
}

// padded fills up what is to be sealed, so that its length tells next to nothing.
func padded(text []byte) []byte {
	const block = 512
	return append(text, bytes.Repeat([]byte(" "), (block-len(text)%block)%block)...)
}

// open reads the parts that are kept, with the plan's key: in the order in
// which they were first kept, the latest word on each that the key can read.
func (s *sharing) open(key []byte) ([]plan.Kept, error) {
	var out []plan.Kept
	for _, part := range s.kept {
		text, err := unseal(key, part.Sealed)
		if err != nil {
			continue // kept under a key of before everything was revoked
		}
		var k plan.Kept
		if err := json.Unmarshal(text, &k); err != nil {
			return nil, throughline.Fail("read what is kept", throughline.Corrupt, "", fmt.Errorf("a part cannot be read"))
		}
		if i := slices.IndexFunc(out, func(o plan.Kept) bool { return o.ID == k.ID }); i >= 0 {
			out[i] = k
		} else {
			out = append(out, k)
		}
	}
	return out, nil
}
