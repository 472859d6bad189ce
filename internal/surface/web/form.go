package web

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/surface/arrival"
)

// mostForm bounds what one form may bring.
const mostForm = 1 << 20

// post makes a handler of a function that writes. What went in is answered by
// going on to a page, so that looking again does not send again; what could
// not be written comes back with everything that was typed.
func (s *site) post(f func(*visit) (then string, err error)) http.Handler {
	return s.form(func(v *visit) (component, error) {
		then, err := f(v)
		if err == nil {
			v.goTo = then
			return nil, nil
		}
		return v.again(err)
	})
}

// again gives the page for what could not be written: with everything that
// was typed, where that can be put right.
func (v *visit) again(err error) (component, error) {
	switch kind := throughline.KindOf(err); kind {
	case throughline.Invalid, throughline.NotFound, throughline.Conflict:
		v.status = statuses[kind]
		return unsentPage(v.unsent(err)), nil
	}
	return nil, err
}

// form makes a handler of a function that reads a form.
func (s *site) form(f func(*visit) (component, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, mostForm)
		parsed := r.ParseForm()
		s.page(func(v *visit) (component, error) {
			if parsed != nil {
				why := errors.New("the form could not be read")
				if large := (*http.MaxBytesError)(nil); errors.As(parsed, &large) {
					why = fmt.Errorf("more than %d kB were sent at once", mostForm>>10)
				}
				return nil, throughline.Fail("read form", throughline.Invalid, "", why)
			}
			return f(v)
		}).ServeHTTP(w, r)
	})
}

// said is what a page tells of the last writing: it travels in a cookie from
// the writing to the next page, and is forgotten there.
type said struct {
	What      string   `json:"w"`           // key under said.*
	Deal      string   `json:"d,omitempty"` // whose facts can be taken back
	Facts     []string `json:"f,omitempty"`
	Meanwhile int      `json:"m,omitempty"` // facts that others added
	Mind      []string `json:"l,omitempty"` // sentences about the words
	Before    bool     `json:"b,omitempty"` // sent before
	N         int      `json:"n,omitempty"` // how many it was of
	Act       int64    `json:"a,omitempty"` // the act on many deals, which can be taken back
	Was       []string `json:"p,omitempty"` // what somebody was called before: id, name, title, address
	Seen      []string `json:"k,omitempty"` // who sees a customer's deals can be taken back: its id, the number of the change after it
	View      []string `json:"v,omitempty"` // a view of the list: its id, name and address
	Words     string   `json:"t,omitempty"` // in place of the sentence: what changed
	Touches   []string `json:"q,omitempty"` // what of the strategy it speaks to, in words; the question is asked
}

const saidCookie = "said"

// renewHeader comes with the request of a page that is open already and brings
// itself up to date; what was said is for the page that is gone to.
const renewHeader = "X-Renew"

// tell keeps what the next page has to say.
func (v *visit) tell(m said) {
	text, err := json.Marshal(m)
	if err != nil || len(text) > 2800 { // a cookie holds four kilobytes
		m.Facts, m.Mind, m.Touches, m.Seen = nil, nil, nil, nil
		text, _ = json.Marshal(m)
	}
	http.SetCookie(v.out, &http.Cookie{Name: saidCookie, Value: base64.RawURLEncoding.EncodeToString(text), Path: "/", MaxAge: 120,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: arrival.Secure(v.Request)})
}

// heard takes what the last writing said, once.
func (v *visit) heard() *saidView {
	c, err := v.Cookie(saidCookie)
	if err != nil || v.Method != http.MethodGet || v.Header.Get(renewHeader) != "" {
		return nil
	}
	http.SetCookie(v.out, &http.Cookie{Name: saidCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: arrival.Secure(v.Request)})
	text, err := base64.RawURLEncoding.DecodeString(c.Value)
	var m said
	if err != nil || json.Unmarshal(text, &m) != nil || !slices.Contains(saidKeys, m.What) {
		return nil
	}
	return v.saidView(m)
}

// saidView puts what a writing said into words.
func (v *visit) saidView(m said) *saidView {
	key := "said." + m.What
	if m.Before {
		key = "said.before"
	}
	out := &saidView{Text: v.p.Say(key, "n", m.N), Mind: m.Mind, Back: v.URL.RequestURI(), Undo: v.p.Say("said.undo"), Undone: m.What == "undone"}
	if m.Words != "" && !m.Before {
		out.Text = m.Words
	}
	if out.Undone {
		out.Undo = v.p.Say("said.redo")
	}
	if m.What == "remark" && m.N > 0 {
		out.Remark = remarksPath + "/" + strconv.Itoa(m.N) + "/back"
	}
	if m.Act > 0 && !m.Before {
		out.Act = strconv.FormatInt(m.Act, 10)
		out.Undone = m.What == "many_undone"
		if out.Undone {
			out.Undo = v.p.Say("said.redo")
		}
	}
	if len(m.Was) == 6 {
		out.Was = m.Was
	}
	if len(m.Seen) == 2 && !m.Before {
		out.Seen = m.Seen
	}
	if len(m.View) == 3 {
		out.View, out.Gone = m.View, m.What == "view_away"
	}
	if id, err := throughline.ParseID(m.Deal); err == nil && !m.Before {
		out.Deal = id.String()
		if m.What == "merged" {
			out.Apart = "/deals/" + out.Deal + "/unmerge"
		}
		for _, f := range m.Facts {
			if id, err := throughline.ParseID(f); err == nil {
				out.Facts = append(out.Facts, id.String())
			}
		}
	}
	if len(m.Touches) > 0 && out.Deal != "" {
		out.Asks = &rethinkView{Text: v.p.Say("strategy.touched"), Why: m.Touches, Action: "/deals/" + out.Deal + "/rethink", Asks: true, Then: out.Back,
			Because: out.Facts}
	}
	if m.Meanwhile > 0 {
		out.Meanwhile = v.p.Say("said.meanwhile", "n", m.Meanwhile)
	}
	return out
}

// saidKeys are the sentences that a writing may ask the next page to say.
var saidKeys = []string{
	"own",
	"account_seen",
	"account_seen_same",
	"account_seen_meanwhile",
	"account_seen_left",
	"moved",
	"private",
	"private_removed",
	"private_back",
	"recorded",
	"captured",
	"aside_done",
	"aside_later",
	"aside_not_mine",
	"rethink_yes",
	"rethink_no",
	"rethink_later",
	"undone",
	"redone",
	"strategy",
	"bet",
	"ended",
	"resumed",
	"opened",
	"question",
	"promise",
	"promise_settled",
	"person",
	"left",
	"me",
	"expanded",
	"merged",
	"unmerged",
	"mistake",
	"plan_revoked",
	"draft",
	"draft_begun",
	"draft_beside",
	"draft_undone",
	"draft_away",
	"draft_published",
	"changed",
	"many_undone",
	"view_kept",
	"view_away",
	"person_described",
	"person_erased",
	"remark",
	"remark_answered",
	"remark_back",
	"person_one",
	"person_two",
}

// saidView is the line at the head of a page after something was written.
type saidView struct {
	Text, Meanwhile, Deal, Back string
	Undo                        string // the word on the button
	Apart                       string // where a merging is taken back
	Remark                      string // where a remark is
	Undone                      bool   // the button brings back what was taken back
	Facts                       []string
	Mind                        []string
	Act                         string   // the number of an act on many deals
	View                        []string // a view that was kept, or taken away: Gone
	Gone                        bool
	Was                         []string // what somebody was called before
	Seen                        []string // the customer of whose deals that can be put back, and the number
	Asks                        *rethinkView
}

// once is a token for a form: what it writes has ids that follow from it.
func (v *visit) once() string { return v.desk.NewID().String() }

// seen is when the page was made, for forms.
func (v *visit) seen() string { return v.desk.Now().UTC().Format(time.RFC3339Nano) }

// writing reads what every form about a deal carries.
func (v *visit) writing() (w recording.Writing, err error) {
	w = recording.Writing{ID: v.PathValue("id"), Once: v.PostFormValue("once")}
	if at, err := time.Parse(time.RFC3339Nano, v.PostFormValue("seen")); err == nil {
		w.Seen = at
	}
	if word := strings.TrimSpace(v.PostFormValue("on")); word != "" {
		if w.On, err = throughline.ParseDay(word); err != nil {
			err = throughline.Fail("record", throughline.Invalid, "", err)
		}
	}
	return w, err
}

// day reads a field that holds a day, or nothing.
func (v *visit) dayField(name string) (d throughline.Day, err error) {
	if word := strings.TrimSpace(v.PostFormValue(name)); word != "" {
		if d, err = throughline.ParseDay(word); err != nil {
			err = throughline.Fail("record", throughline.Invalid, "", err)
		}
	}
	return d, err
}

// record runs a writing operation and says what was done on the page to which
// the form wanted to go, else on the deal's.
func (v *visit) record(what string, o operation.Operation, in any) (string, error) {
	r, err := ask[recording.Recorded](v, o, in)
	if err != nil {
		return "", err
	}
	if seen, err := v.desk.Read().Seen(v.Context(), []throughline.DealID{r.Deal}); err != nil {
		return "", err
	} else if !seen[r.Deal] { // handed over: its page is not there for them any more
		gone := "handed"
		if o.Name() == operation.RecordCustomer.Name() { // to one that is held close, or of deals that they do not see
			gone = "moved"
		}
		v.tell(said{What: gone})
		return "/deals", nil
	}
	v.tell(v.saidOf(what, r))
	return v.then("/deals/" + r.Deal.String()), nil
}

// saidOf is what there is to say of a writing.
func (v *visit) saidOf(what string, r recording.Recorded) said {
	m := said{What: what, Deal: r.Deal.String(), Meanwhile: len(r.Meanwhile), Before: r.Known}
	for _, f := range r.Facts {
		m.Facts = append(m.Facts, f.String())
	}
	for _, t := range r.Touches {
		m.Touches = append(m.Touches, v.p.Say("strategy.touched_"+t.Part, "text", cutTo(t.Text, 140)))
	}
	for _, f := range r.Found {
		switch day, err := throughline.ParseDay(f.Value); {
		case f.Check == "date-past" && err == nil:
			m.Mind = append(m.Mind, v.p.Say("said.date_past", "day", v.p.Day(day)))
		case f.Check == "outdone" && err == nil:
			m.Mind = append(m.Mind, v.p.Say("said.outdone", "day", v.p.Day(day)))
		case f.Check == "due-before" && err == nil:
			m.Mind = append(m.Mind, v.p.Say("said.due_before", "day", v.p.Day(day)))
		case f.Check == "L13":
			m.Mind = append(m.Mind, v.p.Say("said.label", "words", f.Value))
		}
	}
	return m
}

// then is where to go after a writing: where the form says, on this server.
func (v *visit) then(fallback string) string {
	return ownPath(v.PostFormValue("then"), fallback)
}

// ownPath gives an address where it is a page of ours, else another.
func ownPath(to, fallback string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n") {
		return fallback
	}
	return to
}

// unsentView is a form that could not be recorded, with all that was typed.
type unsentView struct {
	frame
	Heading, Why string
	Action       string
	Hidden       []field
	Texts        []field
	Picks        []choice // places to stand, where none was chosen
	Back         string
}

// typed are the fields of forms that a person writes words or days into; the
// others are choices and travel along.
var typed = []string{
	"text",
	"name",
	"title",
	"function",
	"email",
	"wants",
	"fears",
	"on",
	"due",
	"until",
	"owner",
	"what",
	"who",
	"words",
	"reason",
	"trigger",
	"compared",
	"decided_by",
	"measure",
	"baseline",
	"target",
	"actual",
	"aim",
	"bet",
	"by",
	"against",
	"stop_if",
	"because",
	"amount",
	"account",
	"other",
	"record",
	"note",
	"rule",
}

// needed are those of them that are asked for again where they were left empty.
var needed = []string{"name", "text", "what", "amount", "account", "other"}

// isDay tells a day, as a form sends it, from words.
func isDay(value string) bool {
	_, err := throughline.ParseDay(value)
	return err == nil
}

func (v *visit) unsent(err error) unsentView {
	if throughline.KindOf(err) == throughline.Conflict && v.PostForm.Has("once") { // the token has been used, or what it was for has changed
		v.PostForm.Set("once", v.once())
	}
	out := unsentView{frame: v.frame("", "deals"), Heading: v.p.Say("unsent.heading"), Why: v.refusal(err), Action: v.URL.RequestURI(),
		Back: v.then(v.URL.Path)}
	out.Title = out.Heading
	for name, values := range v.PostForm {
		for _, value := range values {
			stem, _, _ := strings.Cut(name, ".")
			if i := strings.LastIndexByte(name, '.'); i >= 0 && !slices.Contains(typed, stem) {
				stem = name[i+1:]
			}
			if slices.Contains(typed, stem) {
				if value != "" || slices.Contains(needed, stem) {
					out.Texts = append(out.Texts, field{name, value})
				}
			} else {
				out.Hidden = append(out.Hidden, field{name, value})
			}
		}
	}
	if strings.HasSuffix(v.URL.Path, "/stance") && v.PostFormValue("value") == "" {
		out.Picks = stanceChoices(v.p)
	}
	byName := func(a, b field) int { return strings.Compare(a.Name, b.Name) }
	slices.SortStableFunc(out.Texts, byName)
	slices.SortStableFunc(out.Hidden, byName)
	return out
}

// fieldWord names a field of a form in words.
func fieldWord(p *phrase.Phrase, name string) string {
	stem, _, _ := strings.Cut(name, ".")
	if i := strings.LastIndexByte(name, '.'); i >= 0 && !slices.Contains(typed, stem) {
		stem = name[i+1:]
	}
	return p.Say("field." + stem)
}
