package member

import (
	"slices"
	"strings"
	"time"
)

// Vouched is what an identity provider says of whoever signed in there.
type Vouched struct {
	Issuer, Subject string // together they are one person for good; an address may change hands
	Name, Email     string
	Verified        bool // the address is theirs: the provider has seen to it
	Groups          []string
}

// Rules say which of those for whom an identity provider vouches may come in, and
// as what. The zero value lets in those who are known, as they are.
type Rules struct {
	Groups  map[string]Role   // the role that a group gives; none: groups say nothing
	Domains []string          // whose addresses may come in, in small letters; none: all
	Teams   map[string]string // the team that a group gives; it has no say of access
	New     bool              // somebody who is not known yet is added when they first sign in
	Role    Role              // as what, where groups say nothing
}

// Verdict is what follows from what a provider says.
type Verdict struct {
	In     bool
	User   *User // who it is; nil: nobody who is known
	Role   Role  // they have from now on; "": the one they have
	Bind   bool  // they are this user from now on, by the invitation that waits for them
	Return bool  // their groups let them in again, as they had told that they left
	Leave  bool  // they have none of the groups left: their access ends
}

// Judge gives the verdict. Who somebody is follows from issuer and subject. Only
// where an invitation waits for an address, or a directory keeps somebody by it who
// has never come, and the provider vouches for it, is somebody known by it; whoever
// has an account already is never found by an address.
func (r Rules) Judge(known []User, v Vouched, now time.Time) Verdict {
	if v.Issuer == "" || v.Subject == "" {
		return Verdict{}
	}
	role, grouped := r.role(v.Groups)
	domain := r.domain(v)
	if u := Known(known, v); u != nil && u.subject != "" && u.Issuer == v.Issuer && u.subject == v.Subject {
		switch {
		case !grouped:
			return Verdict{User: u, Leave: u.Here()}
		case !domain || !u.Here() && !u.Told(): // whom one of ours sent away no group brings back
			return Verdict{User: u}
		}
		return Verdict{In: true, User: u, Role: other(role, u.Role), Return: !u.Here()}
	}
	if !grouped || !domain || !v.Verified || v.Email == "" {
		return Verdict{}
	}
	if u := find(known, func(u *User) bool { return u.Email == v.Email }); u != nil {
		invited := u.Here() && !u.Invitation(now).IsZero()
		if !invited && !u.awaited() {
			return Verdict{User: u}
		}
		return Verdict{In: true, User: u, Role: other(role, u.Role), Bind: true, Return: !u.Here()}
	}
	if role == "" {
		role = r.Role
	}
	if !r.New || !role.Known() {
		return Verdict{}
	}
	return Verdict{In: true, Role: role}
}

// Known gives whom of those known a provider's word is about: by issuer and subject,
// else by an address that it has verified; nil: nobody. That it is about somebody
// does not say that they come in.
func Known(known []User, v Vouched) *User {
	if u := find(known, func(u *User) bool { return u.Issuer == v.Issuer && u.subject == v.Subject && v.Subject != "" }); u != nil {
		return u
	}
	if !v.Verified || v.Email == "" {
		return nil
	}
	return find(known, func(u *User) bool { return u.Email == v.Email })
}

// role is the highest that groups give; ok is false where they give none.
func (r Rules) role(groups []string) (out Role, ok bool) {
	if len(r.Groups) == 0 {
		return "", true
	}
	order := Roles()
	for _, g := range groups {
		if role, is := r.Groups[g]; is && slices.Index(order, role) > slices.Index(order, out) {
			out = role
		}
	}
	return out, out != ""
}

// domain reports whether an address is one of those that may come in; where any
// may, so may nobody's in particular.
func (r Rules) domain(v Vouched) bool {
	if len(r.Domains) == 0 {
		return true
	}
	at := strings.LastIndexByte(v.Email, '@')
	return v.Verified && at > 0 && slices.Contains(r.Domains, strings.ToLower(v.Email[at+1:]))
}

func other(role, now Role) Role {
	if role == now {
		return ""
	}
	return role
}

// find gives the one added first.
func find(known []User, is func(*User) bool) (out *User) {
	for i := range known {
		if is(&known[i]) && (out == nil || known[i].Since.Before(out.Since)) {
			out = &known[i]
		}
	}
	return out
}
