package sharing

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/plan"
)

// Doorstep is before a plan whose link is bound to a domain: it shows nothing
// of the plan, and takes an address and a code.
type Doorstep struct {
	desk  *Desk
	share sharing
	link  planLink
}

// Plan is the plan behind it: what limits are counted by.
func (s *Doorstep) Plan() throughline.ID { return s.share.plan }

// Came notes that somebody came, as for a guest.
func (s *Doorstep) Came(ctx context.Context, machine bool) error {
	g := Guest{desk: s.desk, share: s.share, link: s.link}
	if machine {
		return g.Came(ctx, machineVisit, true)
	}
	return g.Came(ctx, "doorstep", false)
}

// PassName is what a browser keeps its pass for a plan under.
func PassName(token string) string {
	id, _, ok := readToken(token)
	if !ok {
		return "plan"
	}
	return "plan-" + plan.Ref(id, id)
}

// EnterPlan opens a plan by the token of a link and the pass of a browser, which
// only a link needs that is bound to a domain. Where the pass is none, it gives
// the doorstep. Whatever is wrong with a link, the answer is the same.
func EnterPlan(ctx context.Context, d *Desk, token, pass string) (*Guest, *Doorstep, error) {
	g, step, _, err := enter(ctx, d, token, pass)
	return g, step, err
}

// enter is EnterPlan, and gives how the plan is shared, whether it opens or not.
func enter(ctx context.Context, d *Desk, token, pass string) (*Guest, *Doorstep, sharing, error) {
	g, share, err := unlock(ctx, d, token)
	if err != nil || g.link.Domain == "" {
		return g, nil, share, err
	}
	secret, err := base64.RawURLEncoding.Strict().DecodeString(pass)
	if err == nil && len(secret) == passBytes {
		if p, ok := g.share.pass(secret, d.Now()); ok && p.Domain == g.link.Domain {
			g.pass = p
			if g.link.Person, err = d.ToldAs(ctx, g.share.people[p.Address]); err != nil {
				return nil, nil, share, err
			}
			g.desk.Acting.Person = g.link.Person // who proved themselves acts, not whom the link was made for
			return g, nil, share, nil
		}
	}
	return nil, &Doorstep{g.desk, g.share, g.link}, share, nil
}

// OpenPlan opens a plan by the token of a link that is bound to no domain.
func OpenPlan(ctx context.Context, d *Desk, token string) (*Guest, error) {
	g, step, err := EnterPlan(ctx, d, token, "")
	if step != nil {
		return nil, throughline.Fail("open plan", throughline.Denied, "", nil)
	}
	return g, err
}

// Ask sends a code to an address, where it is one of the domain and has not been
// sent too many. Whoever asks is not told which.
func (s *Doorstep) Ask(ctx context.Context, word string) error {
	address, domain, ok := ReadAddress(word)
	hash := hashOf(s.share.plan, address)
	code, err := s.desk.drawn()
	if err != nil {
		return err
	}
	made, err := s.desk.kept(s.share.plan, hash, s.link.Domain, code, true)
	if err != nil {
		return err
	}
	if !ok || domain != s.link.Domain || s.desk.Mail == nil {
		return nil
	}
	err = s.desk.shareWhile(ctx, s.share.plan, codeLine, made, func(now *sharing) error {
		if !now.patient(hash, s.desk.Now()) {
			return errMany
		}
		return nil
	})
	switch {
	case errors.Is(err, errMany):
		return nil
	case err != nil:
		return err
	}
	p := phrase.For(s.desk.Language)
	s.desk.Mail(address, p.Say("plan.code_subject"), p.Say("plan.code_letter", "code", code, "minutes", int(codeHolds.Minutes())))
	return nil
}

// errMany says that an address or a plan was sent as many codes as it may be. It is
// told to nobody.
var errMany = errors.New("too many codes were sent")

// Mails reports whether codes are mailed from here; else one of us passes them on.
func (s *Doorstep) Mails() bool { return s.desk.Mail != nil }

// errCode is the one answer to every code that does not hold.
func errCode() error {
	return throughline.Fail("prove address", throughline.Denied, "", throughline.Refuse("plan_code", "this code does not hold; ask for another"))
}

// Prove takes the code for an address and gives a pass for the browser. Every
// code has five tries and holds once.
func (s *Doorstep) Prove(ctx context.Context, word, typed string) (pass string, err error) {
	address, domain, ok := ReadAddress(word)
	hash := hashOf(s.share.plan, address)
	sealed, err := sealedCode(s.share.plan, hash, digits(typed))
	if err != nil {
		return "", throughline.Fail("prove address", throughline.Internal, "", err)
	}
	c, there := s.share.code(hash, s.desk.Now())
	if !ok || domain != s.link.Domain || !there {
		return "", errCode()
	}
	try := planTry{Code: c.ID, Right: subtle.ConstantTimeCompare(c.Hash, sealed) == 1}
	secret, err := s.desk.secret(passBytes)
	if err != nil {
		return "", throughline.Fail("prove address", throughline.Internal, "", err)
	}
	if try.Right {
		try.Pass = sha256.Sum256(secret)
	}
	if err := s.desk.share(ctx, s.share.plan, triedLine, try); err != nil {
		return "", err
	}
	now, err := s.desk.shared(ctx, s.share.plan) // whether it counted is said by the order of all tries
	if err != nil {
		return "", err
	}
	if _, ok := now.pass(secret, s.desk.Now()); !ok {
		return "", errCode()
	}
	if who := s.link.Person; c.Mailed && !who.IsZero() && now.people[hash].IsZero() && !now.hasAddress(who) {
		if err := s.desk.share(ctx, s.share.plan, namedLine, planLink{Hash: hash, Person: who}); err != nil {
			return "", err
		}
	}
	return base64.RawURLEncoding.EncodeToString(secret), nil
}

// hasAddress reports whether somebody is known to have an address.
func (s *sharing) hasAddress(who throughline.PersonID) bool {
	for _, p := range s.people {
		if p == who {
			return true
		}
	}
	return false
}

// drawn draws a code, as people read it.
func (d *Desk) drawn() (string, error) {
	b, err := d.secret(16)
	if err != nil {
		return "", throughline.Fail("make code", throughline.Internal, "", err)
	}
	code := fmt.Sprintf("%0*d", codeDigits, binary.BigEndian.Uint64(b)%100_000_000)
	return code[:4] + " " + code[4:], nil
}

// kept gives what is kept of a code for an address.
func (d *Desk) kept(id throughline.ID, address [32]byte, domain, code string, mailed bool) (planCode, error) {
	made := planCode{ID: d.NewID(), Address: address, Domain: domain, Mailed: mailed, Expires: d.Now().Add(handHolds)}
	if mailed {
		made.Expires = d.Now().Add(codeHolds)
	}
	var err error
	if made.Hash, err = sealedCode(id, address, digits(code)); err != nil {
		return planCode{}, throughline.Fail("make code", throughline.Internal, "", err)
	}
	return made, nil
}

// PassCode does the work of operation.PassCode: a code for an address, to pass on.
func PassCode(ctx context.Context, d *Desk, in CodeInput) (PlanCode, error) {
	const op = "make code"
	page, err := d.planPage(ctx, in.ID)
	if err != nil {
		return PlanCode{}, err
	}
	address, domain, ok := ReadAddress(in.Address)
	if !ok {
		return PlanCode{}, throughline.Fail(op, throughline.Invalid, "", throughline.Refuse("plan_address", "this is no e-mail address"))
	}
	facts, err := d.Read().Facts(ctx, page.Deal)
	if err != nil {
		return PlanCode{}, err
	}
	folded, _ := deal.Fold(facts, d.Present())
	all, err := d.sharings(ctx, folded)
	if err != nil {
		return PlanCode{}, err
	}
	out := PlanCode{Deal: page.Deal, Minutes: int(handHolds.Minutes())}
	for _, s := range all { // of deals that were merged each has a plan; the code holds for whichever link of theirs is opened
		if !s.bound(domain, d) {
			continue
		}
		if out.Code == "" {
			if out.Code, err = d.drawn(); err != nil {
				return PlanCode{}, err
			}
		}
		made, err := d.kept(s.plan, hashOf(s.plan, address), domain, out.Code, false)
		if err != nil {
			return PlanCode{}, err
		}
		if err := d.share(ctx, s.plan, codeLine, made); err != nil {
			return PlanCode{}, err
		}
	}
	if out.Code == "" {
		return PlanCode{}, throughline.Fail(op, throughline.Invalid, "", throughline.Refuse("plan_domain", "no link to the plan stands that is bound to %s", "domain", domain))
	}
	return out, nil
}

// bound reports whether a link stands that is bound to a domain.
func (s *sharing) bound(domain string, d *Desk) bool {
	for _, l := range s.links {
		if l.Domain == domain && l.holds(d.Now()) {
			return true
		}
	}
	return false
}

// CodeInput says for which address.
type CodeInput struct {
	ID      string `arg:"" name:"id" path:"id" json:"id" help:"The deal: our id, the other system's, or the beginning of either."`
	Address string `arg:"" name:"address" json:"address" help:"The e-mail address."`
}

// PlanCode is the answer of PassCode.
type PlanCode struct {
	Deal    throughline.DealID `json:"deal"`
	Code    string             `json:"code"`
	Minutes int                `json:"minutes"` // for how long it holds
}

// boundTo reads the domain of a link that is to be made; "" for none.
func boundTo(op, word string) (string, error) {
	if word == "" {
		return "", nil
	}
	if d, ok := ReadDomain(word); ok {
		return d, nil
	}
	return "", throughline.Fail(op, throughline.Invalid, desk.Short(word), errors.New("a link is bound to the domain of e-mail addresses, such as example.com"))
}
