package operation

import (
	"github.com/throughline/throughline/internal/member"
)

// Object is what the operation reads or changes, for the permission table
// (member.Role.Reach). It follows from the operation's words, so that a new
// operation has one without anybody thinking of it; what nothing else claims is
// about deals.
func (o Operation) Object() member.Object {
	first, second := o.Words[0], ""
	if len(o.Words) > 1 {
		second = o.Words[1]
	}
	switch first {
	case "admin":
		switch second {
		case "settings":
			return member.Company
		case "job", "jobs":
			return member.Jobs
		case "user", "token", "second-factor", "factor-key", "team", "teams":
			return member.People
		case "account", "accounts":
			return member.Sight
		}
		return member.Ledger
	case "settings":
		return member.Company
	case "import":
		return member.Imports
	case "export":
		return member.Exports
	case "playbook", "studio":
		switch second {
		case "say", "unsay", "remarks": // an answer is the playbook's
			return member.Remarks
		}
		return member.Playbook
	case "private":
		return member.Private
	case "forecast":
		return member.Forecast
	case "mine", "start", "simulate":
		return member.Learning
	}
	return member.Deals
}

// may reports whether whoever is at the desk may run an operation: by their role
// where people sign in, else by what the desk holds.
func (d *Desk) may(o Operation) bool {
	if !d.Team {
		return d.Holds.allows(o.Permission)
	}
	return d.May(o.Object(), o.Effect == Writes)
}

// Allows reports whether whoever is at the desk may run an operation, before
// anything of what they ask is looked at.
func (d *Desk) Allows(o Operation) bool { return d.may(o) }

// May reports whether whoever is at the desk may see, or change, an object. At a
// desk without a team everybody may see, and those who may write change what is
// no administration.
func (d *Desk) May(o member.Object, changes bool) bool {
	if !d.Team {
		need := MayRead
		switch {
		case o == member.People || o == member.Ledger:
			need = MayAdmin
		case changes:
			need = MayWrite
		}
		return d.Holds.allows(need)
	}
	return d.Role.May(o, changes) && !(changes && d.ReadsOnly)
}

// MayWrite reports whether whoever is at the desk may add facts.
func (d *Desk) MayWrite() bool { return d.May(member.Deals, true) }
