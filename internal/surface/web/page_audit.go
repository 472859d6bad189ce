package web

import (
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/operation"
)

// auditView is the page of who did what.
type auditView struct {
	frame
	Lines  []auditRow
	Head   string
	Older  string // the address of older lines
	Newest string // and of the newest, where these are older
	Only   []choice
}

type auditRow struct {
	N             string
	At, Who, What string
	About, Href   string
	Via           string
	Refused       bool
}

// auditPage is how many lines a page has.
const auditPage = 50

// auditOnly are what a page may be narrowed to.
var auditOnly = []string{"sign_in", "user_changed", "user_added", "deals_csv", "person_show", "admin_erase"}

func (s *site) audit(v *visit) (component, error) {
	before, _ := strconv.ParseInt(v.query.Get("before"), 10, 64)
	in := caretaking.AuditInput{Limit: auditPage, Before: max(0, before), Did: v.query.Get("did"), Of: v.query.Get("of")}
	found, err := ask[caretaking.Audit](v, operation.ListAudit, &in)
	if err != nil {
		return nil, err
	}
	p := v.p
	out := auditView{frame: v.frame(p.Say("audit.title"), "team"), Head: p.Say("audit.head_is", "head", found.Head)}
	for _, l := range found.Lines {
		out.Lines = append(out.Lines, v.auditRow(l))
	}
	if found.Next != "" {
		out.Older = v.link(auditPath, "before", strconv.FormatInt(found.Lines[len(found.Lines)-1].N, 10), "did", in.Did, "of", in.Of)
	}
	if before > 0 {
		out.Newest = v.link(auditPath, "did", in.Did, "of", in.Of)
	}
	out.Only = []choice{{Word: p.Say("audit.all"), Href: v.link(auditPath), Here: in.Did == ""}}
	for _, did := range auditOnly {
		out.Only = append(out.Only, choice{Word: p.Say("audit.what." + did), Href: v.link(auditPath, "did", did), Here: in.Did == did})
	}
	return auditPageOf(out), nil
}

const auditPath = "/team/audit"

// whats are the deeds that have words of their own; others are called as the
// operation is.
var whats = map[string]bool{
	"sign_in": true, "session_ended": true, "user_added": true, "user_changed": true, "user_invited": true, "user_left": true, "user_returned": true, "user_chosen": true, "user_bound": true,
	"user_factored": true, "user_unfactored": true, "user_recoded": true, "user_recovered": true, "user_passkey_added": true, "user_passkey_ended": true, "user_passkey_doubted": true, "code": true, "second_factor_needed": true, "second_factor_free": true,
	"account_opened": true, "account_close": true, "account_usual": true,
	"team_made": true, "team_renamed": true, "team_dissolved": true, "team_joined": true, "team_parted": true, "team_assigned": true, "user_assigned": true,
	"user_entered": true, "user_struck": true, "group_made": true, "group_renamed": true, "group_dissolved": true, "group_joined": true, "group_parted": true, "directory": true,
	"token_issued": true, "token_ended": true, "plan_opened": true, "plan_csv": true, "plan_calendar": true, "deals_csv": true, "people_csv": true, "forecast_csv": true, "person": true, "person_show": true,
	"admin_person": true, "admin_audit": true, "admin_erase": true, "admin_restore": true, "admin_factor-key": true, "settings_changed": true, "settings_undone": true,
}

func (v *visit) auditRow(l caretaking.AuditLine) auditRow {
	p := v.p
	row := auditRow{N: strconv.FormatInt(l.N, 10), At: v.minute(l.At), Who: l.Name,
		What: strings.ReplaceAll(l.Did, "_", " "), About: l.Called, Refused: l.Refused()}
	if whats[l.Did] {
		row.What = p.Say("audit.what." + l.Did)
	}
	if l.Did == "sign_in" && row.Refused {
		row.What = p.Say("audit.what.sign_in_not")
	}
	if l.Detail != "" && (l.About == "user") {
		row.What += " (" + p.Say("role_ours."+l.Detail) + ")"
	}
	switch {
	case row.Who != "":
	case l.Person != (throughline.PersonID{}):
		row.Who = p.Say("audit.erased")
	case l.Via == "job":
		row.Who = p.Say("audit.program")
	default:
		row.Who = p.Say("audit.nobody")
	}
	switch l.Via {
	case "page", "command", "rest", "plan":
		row.Via = p.Say("audit.via." + l.Via)
	}
	switch {
	case l.About == "deal" && row.About != "":
		row.Href = v.link("/deals/" + l.Object.String())
	case l.About == "account" && row.About != "":
		row.Href = v.link("/accounts/" + l.Object.String())
	case row.About == "" && !l.Object.IsZero() && l.About != "deal" && l.About != "id":
		row.About = p.Say("audit.erased")
	case row.About == "" && !l.Object.IsZero():
		row.About = l.Object.String()
	}
	return row
}
