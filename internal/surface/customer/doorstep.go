package customer

import (
	"net/http"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/surface/arrival"
)

// doorView is the page before a plan whose link is bound to the domain of an
// e-mail address. It says nothing of the plan, nor which domain it is.
type doorView struct {
	frame
	Base    string
	Query   string
	Others  []link
	Address string // of which a code is awaited; empty: none yet
	Sent    string
	Alert   string
}

// passLasts is how long a browser keeps its pass; the plan may want it anew before.
const passLasts = 30 * 24 * time.Hour

// doorstep answers whoever has a link that is bound to a domain and has shown no
// address there: an address may be given, and a code. Everything else is this
// page, whatever was asked for.
func (s *site) doorstep(w http.ResponseWriter, r *http.Request, d *operation.Desk, token, lang string, step *sharing.Doorstep) {
	p, base := phrase.For(lang), sharing.PlanPath+token
	v := doorView{
		frame: frame{P: p, Lang: lang, Style: stylePath, Title: p.Say("plan.title")},
		Base:  base,
		Query: "?lang=" + lang,
	}
	for _, l := range languages {
		if l.code != lang {
			v.Others = append(v.Others, link{l.name, base + "?lang=" + l.code, l.code})
		}
	}
	_, what, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, sharing.PlanPath), "/")
	switch {
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		if err := step.Came(r.Context(), machine(r)); err != nil {
			s.failed("access was not noted", r, err)
		}
		s.render(w, r, http.StatusOK, doorPage(v))
	case what != "address" && what != "code":
		s.render(w, r, http.StatusForbidden, doorPage(v))
	case r.ParseForm() != nil:
		v.Alert = p.Say("plan.refused_form")
		s.render(w, r, http.StatusBadRequest, doorPage(v))
	case what == "address":
		s.askCode(w, r, v, step)
	default:
		s.prove(w, r, v, d, token, step)
	}
}

func (s *site) askCode(w http.ResponseWriter, r *http.Request, v doorView, step *sharing.Doorstep) {
	v.Address = strings.TrimSpace(r.PostFormValue("address"))
	v.Sent = v.P.Say("plan.door_ask")
	if step.Mails() {
		v.Sent = v.P.Say("plan.door_sent")
	}
	if err := step.Ask(r.Context(), v.Address); err != nil {
		s.failed("no code was made", r, err)
		s.render(w, r, http.StatusInternalServerError, refusedPage(refused(v.Lang, "broken")))
		return
	}
	s.render(w, r, http.StatusOK, doorPage(v))
}

func (s *site) prove(w http.ResponseWriter, r *http.Request, v doorView, d *operation.Desk, token string, step *sharing.Doorstep) {
	v.Address = strings.TrimSpace(r.PostFormValue("address"))
	pass, err := step.Prove(r.Context(), v.Address, r.PostFormValue("code"))
	switch {
	case throughline.KindOf(err) == throughline.Denied:
		v.Alert = v.P.Say("plan.refused_code")
		s.render(w, r, http.StatusForbidden, doorPage(v))
	case err != nil:
		s.failed("no code was read", r, err)
		s.render(w, r, http.StatusInternalServerError, refusedPage(refused(v.Lang, "broken")))
	default:
		http.SetCookie(w, &http.Cookie{
			Name:     sharing.PassName(token),
			Value:    pass,
			Path:     sharing.PlanPath,
			MaxAge:   int(passLasts.Seconds()),
			HttpOnly: true,
			Secure:   arrival.Secure(r) || strings.HasPrefix(d.PublicURL, "https:"),
			SameSite: http.SameSiteLaxMode,
		})
		http.Redirect(w, r, v.Base+v.Query, http.StatusSeeOther)
	}
}

// passOf is what the browser kept.
func passOf(r *http.Request, token string) string {
	if c, err := r.Cookie(sharing.PassName(token)); err == nil {
		return c.Value
	}
	return ""
}
