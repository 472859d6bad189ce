package throughline

// Role is what a customer person does in one deal (DOMAIN 2.1). A person may
// hold several, each with its own stance, grade, date and source.
type Role string

// The canonical roles; packs map their own words to these.
const (
	BudgetDecider  Role = "budget_decider"
	RuleSetter     Role = "rule_setter"
	ProblemOwner   Role = "problem_owner"
	ChangeLeader   Role = "change_leader"
	SponsorRole    Role = "sponsor"
	Informant      Role = "informant"
	UserRole       Role = "user"
	Checker        Role = "checker"
	BuyerOfRecord  Role = "buyer_of_record"
	Opponent       Role = "opponent"
	OutsideAdviser Role = "outside_adviser"
)

// Roles lists the canonical roles.
func Roles() []Role {
	return []Role{BudgetDecider, RuleSetter, ProblemOwner, ChangeLeader, SponsorRole, Informant,
		UserRole, Checker, BuyerOfRecord, Opponent, OutsideAdviser}
}

// Known reports whether r is one of the canonical roles.
func (r Role) Known() bool {
	for _, k := range Roles() {
		if r == k {
			return true
		}
	}
	return false
}
