package web

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/statement"
)

// mostLinted bounds, in bytes, what is read while it is typed.
const mostLinted = 4000

// linted is one thing to say of words while they are typed.
type linted struct {
	Check   string `json:"check"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
	Value   string `json:"value"`
	Instead string `json:"instead,omitempty"` // a statement that could stand in its place
}

// lint reads words while they are typed: what labels a person (L13), with
// place=act what keeps them from being an act that one can see, with place=bet
// (and by=DAY) what keeps them from being one that can turn out wrong, and with
// place=milestone all that keeps them from being a milestone. Nothing is kept,
// and nothing is refused for it.
func (s *site) lint(w http.ResponseWriter, r *http.Request) {
	lang := s.language(w, r)
	p, desk := phrase.For(lang), s.options.Desk(r, lang)
	text := r.URL.Query().Get("text")
	if len(text) > mostLinted {
		text = text[:mostLinted]
	}
	out := struct {
		Findings []linted `json:"findings"`
	}{[]linted{}}
	l, err := statement.New(statement.Words(desk.Book.Words))
	if err != nil { // the playbook's own checks say what is wrong with its words
		l, _ = statement.New(statement.Words{})
	}
	if r.URL.Query().Get("place") == "milestone" {
		v := &visit{Request: r, p: p, desk: desk, query: r.URL.Query(), out: w}
		for _, f := range l.Lint(statement.Statement{Text: text, Place: statement.Milestone, At: diag.Pos{Line: 1, Column: 1}}) {
			n := v.lintNoteOf(f, text)
			out.Findings = append(
				out.Findings,
				linted{Check: n.Check, Message: spelt(n.Says), Hint: spelt(n.Hint), Value: f.Value, Instead: n.Instead},
			)
		}
		text = ""
	}
	if r.URL.Query().Get("place") == "bet" && strings.TrimSpace(text) != "" {
		bet := deal.Strategy{Bet: text, By: r.URL.Query().Get("by")}
		for _, f := range recording.ReviewStrategy(bet, false, statement.Words(desk.Book.Words)) {
			key := reviewKey(f.Check)
			out.Findings = append(
				out.Findings,
				linted{Check: f.Check, Message: p.Say("review."+key, "words", f.Value), Hint: p.Say("lint." + key), Value: f.Value},
			)
		}
		text = ""
	}
	acts := r.URL.Query().Get("place") == "act"
	for _, f := range l.Lint(statement.Statement{Text: text, Place: statement.Elsewhere, At: diag.Pos{Line: 1, Column: 1}}) {
		if f.Check == "L13" || acts && f.Check <= "L08" {
			key := reviewKey(f.Check)
			out.Findings = append(
				out.Findings,
				linted{Check: f.Check, Message: p.Say("review."+key, "words", f.Value), Hint: p.Say("lint." + key), Value: f.Value},
			)
		}
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Language", lang)
	h.Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(out)
}

// spelt puts pieces of a text together.
func spelt(list []piece) string {
	var b strings.Builder
	for _, p := range list {
		b.WriteString(p.Text)
	}
	return b.String()
}
