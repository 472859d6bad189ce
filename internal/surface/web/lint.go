package web

import (
	"encoding/json"
	"net/http"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/phrase"
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
}

// lint reads words while they are typed: what labels a person (L13), and, with
// place=act, what keeps them from being an act that one can see. Nothing is
// kept, and nothing is refused for it.
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
	acts := r.URL.Query().Get("place") == "act"
	for _, f := range l.Lint(statement.Statement{Text: text, Place: statement.Elsewhere, At: diag.Pos{Line: 1, Column: 1}}) {
		if f.Check == "L13" || acts && f.Check <= "L08" {
			key := reviewKey(f.Check)
			out.Findings = append(out.Findings, linted{Check: f.Check, Message: p.Say("review."+key, "words", f.Value), Hint: p.Say("lint." + key), Value: f.Value})
		}
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Language", lang)
	h.Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(out)
}
