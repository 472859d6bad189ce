package web

import (
	"strconv"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/team"
)

// postOwn is what somebody who has signed in does about themselves: another
// password, a session or a token ended, a token issued. Nobody does it for another.
func (s *site) postOwn(v *visit) (component, error) {
	g := v.desk.Guest
	if g == nil || g.Token { // a program changes nothing about whose it is
		return nil, throughline.Fail("change", throughline.Denied, "", nil)
	}
	switch v.text("do") {
	case "factor", "factor-set", "factor-codes", "factor-off":
		return s.postFactor(v, *g)
	}
	var shown string
	var err error
	switch v.text("do") {
	case "password":
		err = v.changePassword(*g)
	case "end":
		id, bad := throughline.ParseID(v.text("pass"))
		if bad != nil {
			err = throughline.Fail("end", throughline.NotFound, "", team.ErrNobody)
			break
		}
		err = team.End(v.Context(), &v.desk.Desk, g.User.ID, id)
	case "passkey":
		err = v.addPasskey(*g)
	case "passkey-off":
		err = team.EndPasskey(v.Context(), &v.desk.Desk, *g, v.text("pass"))
	case "token":
		days, bad := strconv.Atoi(v.text("days"))
		if bad != nil {
			days = 0
		}
		var role member.Role
		if v.text("directory") != "" {
			role = member.Directory
		}
		reads := role == "" && v.text("reads") != ""
		secret, bad := v.desk.Porter.IssueOwn(v.Context(), &v.desk.Desk, *g, v.PostFormValue("old"), v.whence(), v.text("name"), role, reads, time.Duration(days)*24*time.Hour)
		shown, err = secret.Reveal(), bad
	}
	switch throughline.KindOf(err) {
	case throughline.Invalid, throughline.Denied, throughline.NotFound:
		return s.own(v, "", err)
	}
	if err != nil {
		return nil, err
	}
	if shown != "" {
		v.fleeting = true
		return s.own(v, shown, nil) // it is shown by this answer and by no other
	}
	v.tell(said{What: "own"})
	v.goTo = "/me"
	return nil, nil
}

func (v *visit) changePassword(g team.Guest) error {
	secret, err := v.desk.Porter.ChangePassword(v.Context(), &v.desk.Desk, g, v.PostFormValue("old"), v.PostFormValue("password"), v.whence())
	if err == nil {
		v.keepSession(secret.Reveal())
	}
	return err
}
