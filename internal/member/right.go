package member

import "slices"

// Role says what somebody of ours may do.
type Role string

// The roles.
const (
	Reader      Role = "reader"
	Seller      Role = "seller"
	Manager     Role = "manager"
	Operations  Role = "operations"
	Admin       Role = "admin"
	Integration Role = "integration" // a program's; nobody signs in with it
	Directory   Role = "directory"   // of a company's directory, which keeps its people here by SCIM; nobody signs in with it
)

// Programs lists the roles that a token may have and nobody else.
func Programs() []Role { return []Role{Integration, Directory} }

// Roles lists those that people may have, the least first.
func Roles() []Role { return []Role{Reader, Seller, Manager, Operations, Admin} }

// Known reports whether a person may have the role.
func (r Role) Known() bool { return slices.Contains(Roles(), r) }

// Object is what is read or changed.
type Object string

// The objects.
const (
	Deals    Object = "deals"    // deals with all that is known of them, and their plans
	Forecast Object = "forecast" // what is forecast, and what people call it
	Learning Object = "learning" // what the history teaches
	Imports  Object = "imports"  // files brought in, and taken out again
	Exports  Object = "exports"  // everything at once, to take away
	Playbook Object = "playbook" // processes, milestones, methods; drafts of them
	Remarks  Object = "remarks"  // what people say of the playbook
	Company  Object = "company"  // settings, targets
	People   Object = "people"   // users, their roles, sessions and tokens
	Ledger   Object = "ledger"   // copies of the database, checks, erasure
	Jobs     Object = "jobs"     // what goes on behind the servers; a job itself needs what it does
	Roster   Object = "roster"   // people and groups as a company's directory keeps them: a program's alone
	Sight    Object = "sight"    // to whom a customer's deals are opened, or held close
	Private  Object = "private"  // what somebody keeps to themselves: each their own, whoever they are
)

// Objects lists them.
func Objects() []Object {
	return []Object{Deals, Private, Forecast, Learning, Imports, Exports, Playbook, Remarks, Company, Sight, People, Roster, Jobs, Ledger}
}

// Reach is how far a role goes with an object.
type Reach uint8

// The reaches, each including those before it.
const (
	None Reach = iota
	See
	Change
)

// String names the reach.
func (r Reach) String() string { return [...]string{"-", "sees", "changes"}[min(r, Change)] }

// table is the permission table: what is not in it is refused.
var table = map[Role]map[Object]Reach{
	Reader: {Deals: See, Private: Change, Forecast: See, Learning: See, Playbook: See, Remarks: See, Company: See, Sight: See},
	Seller: {Deals: Change, Private: Change, Forecast: Change, Learning: See, Playbook: See, Remarks: Change, Company: See, Sight: See},
	Manager: {Deals: Change, Private: Change, Forecast: Change, Learning: See, Exports: See, Playbook: See, Remarks: Change, Company: See, Sight: See,
		People: See},
	Operations: {Deals: Change, Private: Change, Forecast: Change, Learning: See, Imports: Change, Exports: See, Playbook: Change, Remarks: Change, Company: Change,
		Sight: Change, People: See, Jobs: Change},
	Admin: {Deals: Change, Private: Change, Forecast: Change, Learning: See, Imports: Change, Exports: See, Playbook: Change, Remarks: Change, Company: Change,
		Sight: Change, People: Change, Jobs: Change, Ledger: Change},
	Integration: {Deals: Change, Forecast: See, Learning: See, Imports: Change, Exports: See, Playbook: See, Remarks: See, Company: See},
	Directory:   {Roster: Change},
}

// Reach gives how far the role goes with an object; None for what is not known.
func (r Role) Reach(o Object) Reach { return table[r][o] }

// May reports whether the role may see, or change, an object.
func (r Role) May(o Object, changes bool) bool {
	if changes {
		return r.Reach(o) >= Change
	}
	return r.Reach(o) >= See
}
