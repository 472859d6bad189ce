package team

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/store"
)

// Rekeyed says what came of sealing second factors by another key.
type Rekeyed struct {
	Sealed  int `json:"sealed"`  // anew
	Already int `json:"already"` // that the new key opened before
}

// Rekey seals every second factor by a new key, in one transaction. One that neither
// key opens refuses all, and so does whoever changes anything of a user meanwhile.
// Who has signed in stays so; recovery codes are hashes and stay as they are.
func (o *Porter) Rekey(ctx context.Context, d *desk.Desk, old, fresh member.Key) (out Rekeyed, err error) {
	const op = "seal second factors by another key"
	if old == fresh {
		return out, throughline.Fail(op, throughline.Invalid, "", throughline.Refuse("factor_key_same", "the new key is the old one"))
	}
	all, n, err := usersOf(ctx, d)
	if err != nil {
		return out, err
	}
	var admissions []store.Admission
	for i := range all {
		u := &all[i]
		if !u.HasFactor() {
			continue
		}
		if _, err := u.Factor(fresh); err == nil {
			out.Already++
			continue
		}
		f, err := u.Factor(old)
		if err != nil {
			return Rekeyed{}, throughline.Fail(op, throughline.Denied, u.Email, throughline.Refuse("factor_key_old",
				"the old key does not open the second factor of %s, and nothing was changed", "who", u.Email))
		}
		var nonce [12]byte
		if err := o.draw(nonce[:]); err != nil {
			return Rekeyed{}, err
		}
		line := admission(d, users, throughline.ID(u.ID), member.Resealed, member.Body{Factor: u.SealFactor(fresh, f, nonce)})
		line.Lines = n + len(admissions) // whoever sets one up meanwhile goes first
		admissions = append(admissions, line)
	}
	if len(admissions) == 0 {
		return out, nil
	}
	if err := d.Ledger.AdmitAll(ctx, d.Workspace, admissions); err != nil {
		return Rekeyed{}, err
	}
	out.Sealed = len(admissions)
	return out, nil
}
