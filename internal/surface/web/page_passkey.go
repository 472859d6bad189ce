package web

import (
	"context"
	"encoding/json"
	"io"
	"net/http"

	"github.com/a-h/templ"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/passkey"
	"github.com/throughline/throughline/internal/surface/arrival"
	"github.com/throughline/throughline/internal/team"
)

// The addresses at which a browser is told what to ask a passkey for.
const (
	askPath   = "/sign-in/passkey"
	offerPath = "/me/passkey"
	keyedPath = "/sign-in/passkey/in"
)

// keptAsked is the cookie that holds, sealed, what a browser was asked: so the answer
// counts in this browser alone.
func keptAsked(r *http.Request) string {
	if arrival.Secure(r) {
		return "__Host-asked"
	}
	return "asked"
}

// keepAsked gives it to the browser; "" takes it away.
func (v *visit) keepAsked(sealed string) {
	c := &http.Cookie{Name: keptAsked(v.Request), Value: sealed, Path: "/", MaxAge: int(team.AskedLasts.Seconds()), HttpOnly: true,
		SameSite: http.SameSiteStrictMode, Secure: arrival.Secure(v.Request)}
	if sealed == "" {
		c.MaxAge = -1
	}
	http.SetCookie(v.out, c)
}

// asked takes what the browser was asked, once.
func (v *visit) asked() string {
	c, err := v.Cookie(keptAsked(v.Request))
	if err != nil {
		return ""
	}
	v.keepAsked("")
	return c.Value
}

// site is this server as passkeys know it, under the name it was asked by; the guard
// has let no other names in than those it is asked under.
func (v *visit) site() (passkey.Site, bool) { return passkey.SiteOf(v.origin()) }

// data answers a script of ours, as JSON.
func (v *visit) data(out map[string]any) component {
	v.json, v.fleeting = true, true
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error { return json.NewEncoder(w).Encode(out) })
}

// notAsked tells the script why nothing is asked.
func (s *site) notAsked(v *visit, err error) (component, error) {
	s.noKey(v, err)
	switch kind := throughline.KindOf(err); kind {
	case throughline.Invalid, throughline.Denied, throughline.Unsupported:
		v.status = statuses[kind]
		return v.data(map[string]any{"wrong": v.refusal(err)}), nil
	}
	return nil, err
}

var errNoTLS = throughline.Refuse("passkey_plain", "passkeys need TLS: open this server under https, or on the machine itself under localhost")

func noTLS() error { return throughline.Fail("use a passkey", throughline.Unsupported, "", errNoTLS) }

// postAsk tells a browser what to ask a passkey for that signs somebody in.
func (s *site) postAsk(v *visit) (component, error) {
	at, ok := v.site()
	if !ok || !v.desk.Team {
		return s.notAsked(v, noTLS())
	}
	options, sealed, err := v.desk.Porter.AskPasskey(&v.desk.Desk, at)
	if err != nil {
		return s.notAsked(v, err)
	}
	v.keepAsked(sealed)
	return v.data(map[string]any{"sign": json.RawMessage(options)}), nil
}

// postKeyed signs in whoever's passkey answered.
func (s *site) postKeyed(v *visit) (component, error) {
	then := v.then("/")
	if v.desk.Guest != nil || !v.desk.Team {
		v.goTo = then
		return nil, nil
	}
	at, ok := v.site()
	if !ok {
		return signPage(v.signView("", then, noTLS())), nil
	}
	secret, err := v.desk.Porter.EnterPasskey(v.Context(), &v.desk.Desk, at, v.asked(), []byte(v.PostFormValue("answer")), v.whence())
	if throughline.KindOf(err) == throughline.Denied {
		return signPage(v.signView("", then, err)), nil
	}
	if err != nil {
		return nil, err
	}
	v.keepSession(secret.Reveal())
	v.keepHalf("")
	v.goTo = then
	return nil, nil
}

// postOffer tells a browser what to make a passkey for.
func (s *site) postOffer(v *visit) (component, error) {
	g := v.desk.Guest
	if g == nil || g.Token {
		return s.notAsked(v, throughline.Fail("add a passkey", throughline.Denied, "", team.ErrNobody))
	}
	at, ok := v.site()
	if !ok {
		return s.notAsked(v, noTLS())
	}
	company, err := v.desk.Company(v.Context())
	if err != nil {
		return nil, err
	}
	options, sealed, err := v.desk.Porter.OfferPasskey(v.Context(), &v.desk.Desk, *g, at, company.Name, v.PostFormValue("proof"), v.whence())
	if err != nil {
		return s.notAsked(v, err)
	}
	v.keepAsked(sealed)
	return v.data(map[string]any{"make": json.RawMessage(options)}), nil
}

// addPasskey keeps the passkey that a browser made for whoever has signed in.
func (v *visit) addPasskey(g team.Guest) error {
	at, ok := v.site()
	if !ok {
		return throughline.Fail("add a passkey", throughline.Invalid, "", errNoTLS)
	}
	return v.desk.Porter.AddPasskey(v.Context(), &v.desk.Desk, g, at, v.asked(), []byte(v.PostFormValue("answer")), v.text("name"))
}

// ownPasskeys is what one's own page says of passkeys.
type ownPasskeys struct {
	Rows  []passkeyRow
	Plain bool // this address is none under which there can be any
	Code  bool // a code is asked for, not the password
}

type passkeyRow struct {
	ID, Name, Says string
	Doubted        bool
}

func (v *visit) ownPasskeys(g *team.Guest) *ownPasskeys {
	at, ok := v.site()
	out := &ownPasskeys{Plain: !ok, Code: g.User.HasFactor()}
	for _, p := range g.User.Passkeys {
		row := passkeyRow{ID: p.Subject().String(), Name: p.Name, Says: v.p.Say("passkey.since", "day", v.p.Day(throughline.DayOf(p.Since, v.zone()))), Doubted: p.Doubted}
		if p.Site != at.Host {
			row.Says = v.p.Say("passkey.elsewhere", "site", p.Site)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}
