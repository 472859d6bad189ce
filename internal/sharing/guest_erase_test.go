package sharing_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/sharing"
)

// TestErasingTakesWhatTheyWroteOfThemselves: whoever is erased leaves no word
// about themselves that they wrote on the plan: no name, no function, no
// comment. A trace that somebody wrote stays, what was decided and done too, and
// a colleague's words.
func TestErasingTakesWhatTheyWroteOfThemselves(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	token := tokenOf(t, d, id)
	g := guest(t, d, token)
	fine(t, g.Introduce(t.Context(), "Lena Fischer", "zyxwvut", ""))
	other, err := g.Invite(t.Context(), "Omar Fairlie", "operations", "")
	fine(t, err)
	g = guest(t, d, token)
	fine(t, g.Comment(t.Context(), "", "I am away in March, my mother is qponm", ""))
	fine(t, g.Answer(t.Context(), sharing.GuestAnswer{Aspect: "decider", Text: "Lena Fischer, with the head of care"}))
	fine(t, guest(t, d, other).Comment(t.Context(), "", "Lena Fischer knows the wards", ""))
	who := pageOf(t, d, token).Person
	now = now.Add(time.Hour)
	seat.Run[caretaking.Erased](t, d, operation.ErasePerson, &caretaking.ErasePersonInput{ID: who.String(), Yes: true})

	page := seat.Shown(t, d, id)
	all, err := json.Marshal(page.Facts)
	fine(t, err)
	lines, err := d.Ledger.Shares(t.Context(), d.Workspace, page.Deal.Plan())
	fine(t, err)
	for _, l := range lines {
		all = append(all, l.Body...)
	}
	seen, err := json.Marshal(pageOf(t, d, other).Plan)
	fine(t, err)
	for _, word := range []string{"Lena", "Fischer", "zyxwvut", "qponm", "March"} {
		if bytes.Contains(all, []byte(word)) || bytes.Contains(seen, []byte(word)) {
			t.Errorf("%q is still there", word)
		}
	}
	if n := len(page.Deal.OfKind("commented")); n != 2 {
		t.Errorf("%d comments are told of, want both", n)
	}
	if !bytes.Contains(all, []byte("knows the wards")) || !bytes.Contains(all, []byte("with the head of care")) {
		t.Error("a colleague's words, or an answer, went too")
	}
	if p := page.Deal.Decision()[3]; p.Said.Grade != throughline.E3 {
		t.Errorf("the answer is %v", p.Said.Grade)
	}
	if p := pageOf(t, d, token); p.Me == "Lena Fischer" || p.Function != "" {
		t.Errorf("the link still says %q, %q", p.Me, p.Function)
	}
}
