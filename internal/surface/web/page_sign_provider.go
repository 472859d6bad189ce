package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/identity"
	"github.com/throughline/throughline/internal/surface/arrival"
	"github.com/throughline/throughline/internal/team"
)

// The addresses by which one goes to the identity provider and comes back.
const (
	providerPath = "/sign-in/with"
	returnPath   = "/sign-in/back"
)

// providerView is the way by the identity provider.
type providerView struct {
	Name, To string
	Away     bool // it did not answer when it was asked last
	Alone    bool // only admins have a password
}

func (v *visit) provider(then string) *providerView {
	porter := v.desk.Porter
	if porter == nil || porter.Provider == nil {
		return nil
	}
	to := providerPath
	if then = ownPath(then, "/"); then != "/" {
		to += "?" + url.Values{"then": {then}}.Encode()
	}
	return &providerView{Name: porter.Provider.Name(), To: to, Away: porter.Provider.Away(), Alone: porter.AdminsOnly}
}

// setOut sends a browser to the provider. It keeps the trip in a cookie of its own,
// so that two tabs do not take it from each other; nothing is written here.
func (s *site) setOut(v *visit) (component, error) {
	then := ownPath(v.query.Get("then"), "/")
	switch {
	case v.provider(then) == nil:
		return s.missing(v)
	case v.desk.Guest != nil:
		v.goTo = then
		return nil, nil
	}
	to, sealed, state, err := v.desk.Porter.SetOut(v.Context(), &v.desk.Desk, then, v.origin()+returnPath, v.whence())
	if err != nil {
		return s.notIn(v, then, err)
	}
	var set []*http.Cookie
	for _, c := range v.Cookies() {
		if strings.HasPrefix(c.Name, tripCookie(v.Request, "")) {
			set = append(set, c)
		}
	}
	if len(set) >= mostTabs {
		for _, c := range set {
			v.keepTrip(c.Name, "")
		}
	}
	v.keepTrip(tripCookie(v.Request, state), sealed)
	v.out.Header().Set("Cache-Control", "no-store")
	v.goTo = to
	return nil, nil
}

// mostTabs is how many trips of one browser may be under way.
const mostTabs = 8

// tripCookie is the name under which a browser keeps the trip of a state.
func tripCookie(r *http.Request, state string) string {
	name := "trip-"
	if arrival.Secure(r) {
		name = "__Host-trip-"
	}
	return name + state[:min(len(state), 12)]
}

// keepTrip gives the browser a trip to keep; "" takes it away.
func (v *visit) keepTrip(name, sealed string) {
	c := &http.Cookie{Name: name, Value: sealed, Path: "/", MaxAge: int(identity.TripLasts.Seconds()), HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: arrival.Secure(v.Request)}
	if sealed == "" {
		c.MaxAge = -1
	}
	http.SetCookie(v.out, c)
}

// comeBack is where the provider sends a browser back. It is a GET that writes: the
// protocol has it so. What makes it one of ours is the trip that the browser kept,
// which opens once.
func (s *site) comeBack(v *visit) (component, error) {
	if v.provider("/") == nil {
		return s.missing(v)
	}
	v.out.Header().Set("Cache-Control", "no-store")
	state, sealed := v.query.Get("state"), ""
	if name := tripCookie(v.Request, state); state != "" {
		if c, err := v.Cookie(name); err == nil {
			sealed = c.Value
			v.keepTrip(name, "")
		}
	}
	code := v.query.Get("code")
	if v.query.Get("error") != "" {
		code = ""
	}
	in, err := v.desk.Porter.ComeBack(v.Context(), &v.desk.Desk, sealed, state, code)
	if err != nil {
		return s.notIn(v, ownPath(in.Then, "/"), err)
	}
	if g := v.desk.Guest; g != nil { // another tab was quicker: one session is enough
		if err := team.End(v.Context(), &v.desk.Desk, g.User.ID, g.Pass); err != nil && throughline.KindOf(err) != throughline.NotFound {
			return nil, err
		}
	}
	v.keepSession(in.Secret.Reveal())
	v.keepHint(in.Token)
	v.goTo = ownPath(in.Then, "/")
	return nil, nil
}

// notIn is the page to sign in on for whoever did not come in, with what is said of
// it; the log has why.
func (s *site) notIn(v *visit, then string, err error) (component, error) {
	why := (*team.Failure)(nil)
	if errors.As(err, &why) {
		s.options.Log.WarnContext(v.Context(), "nobody came in from the identity provider", "error", why.Cause)
	}
	switch throughline.KindOf(err) {
	case throughline.Denied, throughline.Unavailable:
		return signPage(v.signView("", then, err)), nil
	}
	return nil, err
}

// The cookie that holds the provider's token, by which one signs out there without
// being asked who one is. It goes to one address of ours alone. What is longer than
// browsers keep is left out: the provider then asks.
const (
	hintCookie = "hint"
	mostHint   = 3800
)

// keepHint gives the browser the provider's token; "" takes it away.
func (v *visit) keepHint(token string) {
	c := &http.Cookie{Name: hintCookie, Value: token, Path: "/sign-out", MaxAge: int(team.SessionLasts.Seconds()), HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: arrival.Secure(v.Request)}
	if token == "" || len(token) > mostHint {
		c.Value, c.MaxAge = "", -1
	}
	http.SetCookie(v.out, c)
}

// signOutThere sends whoever signed out here on to the provider, where one signs out
// of it as well; else to the page to sign in on. It is a page that goes on by itself
// and no redirect: browsers follow none from a form of ours to elsewhere.
func (v *visit) signOutThere() component {
	hint := ""
	if c, err := v.Cookie(hintCookie); err == nil {
		hint = c.Value
	}
	v.keepHint("")
	on := v.provider("/")
	if on == nil {
		return nil
	}
	if on.To = v.desk.Porter.Provider.End(v.Context(), hint, v.origin()+"/sign-in"); on.To == "" {
		return nil
	}
	v.goTo = ""
	v.out.Header().Set("Cache-Control", "no-store")
	v.out.Header().Set("Refresh", "0; url="+on.To)
	return outPage(signView{frame: v.bare(v.p.Say("sign.out")), Heading: v.p.Say("sign.out"), Provider: on})
}
