package web

import (
	"net"
	"net/http"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/surface/arrival"
	"github.com/throughline/throughline/internal/team"
)

// signView is the page on which one signs in, and the one on which who was
// invited chooses a password.
type signView struct {
	frame
	Heading, Wrong string
	Email, Then    string
	Name           string // of who was invited
	Action         string
	Passkeys       bool          // browsers have them under this address
	Provider       *providerView // nil: there is none
}

func (s *site) signIn(v *visit) (component, error) {
	if v.desk.Guest != nil || !v.desk.Team {
		v.goTo = ownPath(v.query.Get("then"), "/")
		return nil, nil
	}
	return signPage(v.signView("", v.query.Get("then"), nil)), nil
}

func (v *visit) signView(email, then string, err error) signView {
	out := signView{frame: v.bare(v.p.Say("sign.title")), Heading: v.p.Say("sign.title"), Email: email, Then: then, Action: "/sign-in", Provider: v.provider(then)}
	_, out.Passkeys = v.site()
	if err != nil {
		out.Wrong, v.status = v.refusal(err), statuses[throughline.KindOf(err)]
	}
	return out
}

// bare is the frame of a page for somebody who is not in: without menu and search.
func (v *visit) bare(title string) frame {
	f := v.frame(title, "")
	f.Outside = true
	return f
}

func (s *site) postSignIn(v *visit) (component, error) {
	if !v.desk.Team {
		v.goTo = "/"
		return nil, nil
	}
	email := v.text("email")
	in, err := v.desk.Porter.SignIn(v.Context(), &v.desk.Desk, email, v.PostFormValue("password"), v.whence())
	switch throughline.KindOf(err) {
	case throughline.Denied:
		return signPage(v.signView(email, v.PostFormValue("then"), err)), nil
	}
	if err != nil {
		return nil, err
	}
	v.entered(in, v.then("/"))
	return nil, nil
}

func (s *site) postSignOut(v *visit) (component, error) {
	v.goTo = "/sign-in"
	g := v.desk.Guest
	if g != nil {
		if err := team.End(v.Context(), &v.desk.Desk, g.User.ID, g.Pass); err != nil && throughline.KindOf(err) != throughline.NotFound {
			return nil, err
		}
	}
	v.keepSession("")
	if g != nil && g.There {
		return v.signOutThere(), nil
	}
	return nil, nil
}

// welcome is where an invitation is opened. To look at it uses nothing up.
func (s *site) welcome(v *visit) (component, error) {
	u, err := team.Invited(v.Context(), &v.desk.Desk, v.PathValue("secret"))
	if err != nil {
		return nil, err
	}
	return welcomePage(v.welcomeView(u.Name, nil)), nil
}

func (v *visit) welcomeView(name string, err error) signView {
	out := signView{frame: v.bare(v.p.Say("sign.welcome")), Heading: v.p.Say("sign.welcome_name", "name", name), Name: name, Action: v.URL.Path,
		Provider: v.provider("/")}
	if err != nil {
		out.Wrong, v.status = v.refusal(err), statuses[throughline.KindOf(err)]
	}
	return out
}

func (s *site) postWelcome(v *visit) (component, error) {
	u, err := team.Invited(v.Context(), &v.desk.Desk, v.PathValue("secret"))
	if err != nil {
		return nil, err
	}
	in, err := v.desk.Porter.Welcome(v.Context(), &v.desk.Desk, v.PathValue("secret"), v.PostFormValue("password"))
	if throughline.KindOf(err) == throughline.Invalid {
		return welcomePage(v.welcomeView(u.Name, err)), nil
	}
	if throughline.KindOf(err) == throughline.Denied { // the password is chosen, and they come in by their passkey
		return signPage(v.signView(u.Email, "/", err)), nil
	}
	if err != nil {
		return nil, err
	}
	v.entered(in, "/")
	return nil, nil
}

// team pages: who may come in.

type teamView struct {
	frame
	Begun    bool
	Wrong    string
	May      bool // whoever looks may change it
	Typed    map[string]string
	Users    []teamRow
	Roles    []choice
	Link     string // an invitation, shown once
	For      string
	Until    string
	Rights   []rightRow
	Needed   bool   // everybody needs a second factor
	Without  int    // how many with a password have none
	Audit    string // the address of who did what, for whoever may read it
	Teams    []teamGroup
	Seen     []seenRow     // customers whose deals are opened to some, or held close
	Assigned *assignedView // nil where there is one process and nothing is assigned
	Given    string        // that groups at the provider give some teams; empty where they give none
}

type teamRow struct {
	ID, Name, Email, Since, State string
	Here, Waiting, Self           bool
	Removable                     bool // there is access to take away, or groups might give it back
	Roles                         []choice
	Role                          string
	By                            string // the identity provider by which they sign in
	Factor                        bool   // they have a second factor
	Follows                       bool   // their role follows its groups
}

// teamGroup is a team, with those who might join it.
type teamGroup struct {
	ID, Name string
	Members  []choice
	Others   []choice
}

type rightRow struct {
	Role  string
	Cells []string
}

func (s *site) team(v *visit) (component, error) { return s.teamWith(v, operation.UserInput{}, nil) }

func (s *site) teamWith(v *visit, in operation.UserInput, wrong error) (component, error) {
	if !v.desk.Team {
		return teamPage(v.beginView(wrong)), nil
	}
	found, err := ask[operation.Users](v, operation.ListUsers, &desk.Nothing{})
	if wrong == nil && err == nil && in.Name != "" {
		found, err = ask[operation.Users](v, operation.ManageUsers, &in)
		if kind := throughline.KindOf(err); kind == throughline.Invalid || kind == throughline.Conflict || kind == throughline.NotFound {
			return s.teamWith(v, in, err)
		}
	}
	if err != nil {
		return nil, err
	}
	teams, err := ask[operation.Teams](v, operation.ListTeams, &desk.Paging{})
	if err != nil {
		return nil, err
	}
	out := v.teamView(found, teams, in, wrong)
	if out.Seen, err = v.seenRows(); err != nil {
		return nil, err
	}
	out.Assigned, err = v.assignedView()
	return teamPage(out), err
}

// postGroup changes a team.
func (s *site) postGroup(v *visit) (component, error) {
	in := operation.TeamInput{Team: v.text("team")}
	switch v.text("do") {
	case "make":
		in.Make = true
	case "rename":
		in.Rename = v.text("name")
		if in.Rename == "" {
			return s.teamWith(v, operation.UserInput{}, throughline.Fail("name team", throughline.Invalid, "", team.ErrTeamName))
		}
	case "put":
		in.Add = []string{v.text("who")}
	case "out":
		in.Take = []string{v.text("who")}
	case "dissolve":
		in.Dissolve = true
	}
	_, err := ask[operation.Teams](v, operation.ManageTeams, &in)
	switch throughline.KindOf(err) {
	case throughline.Invalid, throughline.Conflict, throughline.NotFound:
		return s.teamWith(v, operation.UserInput{}, err)
	}
	if err != nil {
		return nil, err
	}
	v.goTo = "/team#teams"
	return nil, nil
}

func (s *site) postTeam(v *visit) (component, error) {
	in := operation.UserInput{Name: v.text("who"), Role: v.text("role")}
	switch v.text("do") {
	case "add":
		in.Name, in.Email = v.text("name"), v.text("email")
		if in.Name == "" || in.Email == "" {
			err := team.ErrName
			if in.Name != "" {
				err = team.ErrEmail
			}
			return s.teamWith(v, in, throughline.Fail("add", throughline.Invalid, in.Name, err))
		}
	case "remove":
		in.Remove, in.Role = true, ""
	case "drop":
		in.Drop, in.Role = true, ""
	case "need":
		_, err := ask[operation.Factors](v, operation.ManageFactors, &operation.FactorInput{Who: v.text("who")})
		if throughline.KindOf(err) == throughline.Conflict {
			return s.teamWith(v, operation.UserInput{}, err)
		}
		if err == nil {
			v.tell(said{What: "own"})
			v.goTo = "/team"
		}
		return nil, err
	case "invite":
		in.Invite, in.Role = true, ""
	}
	return s.teamWith(v, in, nil)
}

// postBegin makes the first admin of whoever is at this machine.
func (s *site) postBegin(v *visit) (component, error) {
	if !v.mayBegin() {
		return nil, throughline.Fail("begin a team", throughline.Denied, "", nil)
	}
	n := team.Newcomer{Name: v.text("name"), Email: v.text("email"), Password: v.PostFormValue("password")}
	secret, err := v.desk.Porter.Begin(v.Context(), &v.desk.Desk, n)
	if kind := throughline.KindOf(err); kind == throughline.Invalid || kind == throughline.Conflict {
		return teamPage(v.beginView(err)), nil
	}
	if err != nil {
		return nil, err
	}
	v.keepSession(secret.Reveal())
	v.goTo = "/team"
	return nil, nil
}

// mayBegin reports whether whoever asks may make the first admin: they are at
// this machine itself, with nothing in between.
func (v *visit) mayBegin() bool {
	host, _, err := net.SplitHostPort(v.RemoteAddr)
	ip := net.ParseIP(host)
	return err == nil && ip != nil && ip.IsLoopback() && !arrival.Between(v.Request) &&
		!v.desk.Team && v.desk.MayWrite() && !v.made && v.desk.Porter != nil
}

func (v *visit) beginView(wrong error) teamView {
	out := teamView{frame: v.frame(v.p.Say("team.title"), "team"), May: v.mayBegin(),
		Typed: map[string]string{"name": v.PostFormValue("name"), "email": v.PostFormValue("email")}}
	if wrong != nil {
		out.Wrong, v.status = v.refusal(wrong), http.StatusBadRequest
	}
	out.Rights, out.Roles = v.rights(), v.roleChoices("")
	return out
}
