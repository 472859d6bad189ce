package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"rsc.io/qr"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/surface/arrival"
	"github.com/throughline/throughline/internal/team"
)

// halfPath is where whoever has said their password is asked for their code, or
// sets up the second factor that they need.
const halfPath = "/sign-in/second"

// keepHalf gives the browser the secret of half a signing in, which opens nothing
// but halfPath; "" takes it away.
func (v *visit) keepHalf(secret string) {
	c := &http.Cookie{Name: halfCookie(v.Request), Value: secret, Path: "/", MaxAge: int(team.HalfLasts.Seconds()), HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: arrival.Secure(v.Request)}
	if secret == "" {
		c.MaxAge = -1
	}
	http.SetCookie(v.out, c)
}

func halfCookie(r *http.Request) string {
	if arrival.Secure(r) {
		return "__Host-half"
	}
	return "half"
}

func (v *visit) half() string {
	c, err := v.Cookie(halfCookie(v.Request))
	if err != nil {
		return ""
	}
	return c.Value
}

// entered goes on with whoever said their password: in, or to their second factor.
func (v *visit) entered(in team.Entry, then string) {
	if in.In() {
		v.keepSession(in.Session.Reveal())
		v.goTo = then
		return
	}
	v.keepHalf(in.Half.Reveal())
	v.goTo = halfPath
	if then != "/" {
		v.goTo += "?" + url.Values{"then": {then}}.Encode()
	}
}

// codeView is the page on which a code is asked for.
type codeView struct {
	frame
	Wrong, Then string
}

// setupView is the page on which a second factor is set up.
type setupView struct {
	frame
	Wrong        string
	Must         bool // one cannot come in without
	Action, Then string
	Picture      picture
	Secret, URI  string
	Sealed       string
}

// recoveryView shows recovery codes, once.
type recoveryView struct {
	frame
	Codes []string
	Then  string
}

func (s *site) second(v *visit) (component, error) {
	then := ownPath(v.query.Get("then"), "/")
	if v.desk.Guest != nil || !v.desk.Team {
		v.goTo = then
		return nil, nil
	}
	v.fleeting = true
	u, setup, err := v.desk.Porter.PrepareHalf(v.Context(), &v.desk.Desk, v.half())
	switch kind := throughline.KindOf(err); {
	case kind == throughline.Denied:
		v.keepHalf("")
		return signPage(v.signView("", then, err)), nil
	case kind == throughline.Invalid: // there is no key
		return signPage(v.signView("", then, err)), nil
	case err != nil:
		return nil, err
	case u.HasFactor():
		return codePage(v.codeView(then, nil)), nil
	}
	return v.setupPage(setup, u, then, true, nil)
}

func (v *visit) codeView(then string, err error) codeView {
	out := codeView{frame: v.bare(v.p.Say("factor.code_title")), Then: then}
	if err != nil {
		out.Wrong, v.status = v.refusal(err), statuses[throughline.KindOf(err)]
	}
	return out
}

func (v *visit) setupPage(setup team.Setup, u member.User, then string, must bool, wrong error) (component, error) {
	company, err := v.desk.Company(v.Context())
	if err != nil {
		return nil, err
	}
	uri := setup.Factor.URI(team.Issuer(company.Name), u.Email)
	out := setupView{frame: v.frame(v.p.Say("factor.setup_title"), "me"), Must: must, Action: "/me/own", Then: then, Secret: setup.Factor.Reveal(), URI: uri, Sealed: setup.Sealed}
	if must {
		out.frame, out.Action = v.bare(v.p.Say("factor.setup_title")), halfPath
	}
	if out.Picture, err = pictureOf(uri); err != nil {
		return nil, throughline.Fail("draw", throughline.Internal, "", err)
	}
	if wrong != nil {
		out.Wrong, v.status = v.refusal(wrong), statuses[throughline.KindOf(wrong)]
	}
	v.fleeting = true
	return setupPage(out), nil
}

func (s *site) postSecond(v *visit) (component, error) {
	then := v.then("/")
	if v.desk.Guest != nil || !v.desk.Team {
		v.goTo = then
		return nil, nil
	}
	porter, half, code := v.desk.Porter, v.half(), v.PostFormValue("code")
	if sealed := v.PostFormValue("setup"); sealed != "" {
		codes, session, again, err := porter.ConfirmHalf(v.Context(), &v.desk.Desk, half, sealed, code, v.whence())
		if throughline.KindOf(err) == throughline.Invalid && again.Sealed != "" {
			u, bad := team.HalfIn(v.Context(), &v.desk.Desk, half)
			if bad != nil {
				return nil, bad
			}
			return v.setupPage(again, u, then, true, err)
		}
		if err == nil {
			v.keepSession(session.Reveal())
			v.keepHalf("")
			return v.recoveryPage(codes, then), nil
		}
		return s.notThrough(v, then, err)
	}
	session, err := porter.EnterCode(v.Context(), &v.desk.Desk, half, code, v.whence())
	if err != nil {
		return s.notThrough(v, then, err)
	}
	v.keepSession(session.Reveal())
	v.keepHalf("")
	v.goTo = then
	return nil, nil
}

// notThrough is the page for whoever did not get behind their password: the one that
// asks for a code while half a signing in lasts, else the one to sign in on.
func (s *site) notThrough(v *visit, then string, err error) (component, error) {
	s.noKey(v, err)
	switch throughline.KindOf(err) {
	case throughline.Denied, throughline.Invalid:
	default:
		return nil, err
	}
	v.fleeting = true
	u, setup, bad := v.desk.Porter.PrepareHalf(v.Context(), &v.desk.Desk, v.half())
	switch {
	case bad == nil && u.HasFactor():
		return codePage(v.codeView(then, err)), nil
	case bad == nil:
		return v.setupPage(setup, u, then, true, err)
	}
	v.keepHalf("")
	return signPage(v.signView("", then, err)), nil
}

// noKey tells the log that codes cannot be looked at: whoever runs the server can
// help, and nobody else.
func (s *site) noKey(v *visit, err error) {
	if errors.Is(err, member.ErrKey) {
		s.options.Log.ErrorContext(v.Context(), "second factors cannot be looked at: their key is not the one here; see --factor-key")
	}
}

func (v *visit) recoveryPage(codes []string, then string) component {
	v.fleeting = true
	f := v.bare(v.p.Say("factor.recovery_title"))
	if v.desk.Guest != nil {
		f = v.frame(f.Title, "me")
	}
	return recoveryPage(recoveryView{f, codes, then})
}

// postFactor is what somebody who has signed in does about their own second factor.
func (s *site) postFactor(v *visit, g team.Guest) (component, error) {
	porter, code, own := v.desk.Porter, v.PostFormValue("code"), &v.desk.Desk
	err := error(nil)
	switch v.text("do") {
	case "factor":
		setup, bad := porter.PrepareOwn(v.Context(), own, g, v.PostFormValue("old"), v.whence())
		if err = bad; err == nil {
			return v.setupPage(setup, g.User, "/me", false, nil)
		}
	case "factor-set":
		codes, session, again, bad := porter.ConfirmOwn(v.Context(), own, g, v.PostFormValue("setup"), code, v.whence())
		if bad == nil {
			v.keepSession(session.Reveal())
			return v.recoveryPage(codes, "/me"), nil
		}
		if err = bad; throughline.KindOf(err) == throughline.Invalid && again.Sealed != "" {
			return v.setupPage(again, g.User, "/me", false, err)
		}
	case "factor-codes":
		codes, bad := porter.RecodeOwn(v.Context(), own, g, code, v.whence())
		if err = bad; err == nil {
			return v.recoveryPage(codes, "/me"), nil
		}
	case "factor-off":
		err = porter.DropOwn(v.Context(), own, g, code, v.whence())
	}
	s.noKey(v, err)
	switch throughline.KindOf(err) {
	case throughline.Invalid, throughline.Denied:
		return s.own(v, "", err)
	}
	if err == nil {
		v.tell(said{What: "own"})
		v.goTo = "/me"
	}
	return nil, err
}

// picture is a square that a telephone's camera reads.
type picture struct {
	Box  string // of the picture with the white around it that cameras need
	Path string
}

// quiet is how much white a camera needs around it, in modules.
const quiet = 4

func pictureOf(text string) (picture, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return picture{}, err
	}
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			n := 0
			for code.Black(x+n, y) {
				n++
			}
			if n > 0 {
				path.WriteString("M" + strconv.Itoa(x) + " " + strconv.Itoa(y) + "h" + strconv.Itoa(n) + "v1h-" + strconv.Itoa(n) + "z")
				x += n
			}
		}
	}
	side := strconv.Itoa(code.Size + 2*quiet)
	return picture{Box: "-" + strconv.Itoa(quiet) + " -" + strconv.Itoa(quiet) + " " + side + " " + side, Path: path.String()}, nil
}
