package mail_test

import (
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline/internal/mail"
	"github.com/throughline/throughline/internal/mail/mailtest"
)

var at = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func letter(to string) mail.Letter {
	return mail.Letter{To: to, Subject: "您的验证码", Text: "1234 5678\n.\n您好\n", ID: "one", At: at}
}

// TestALetterArrives: over a real connection, with TLS where the server offers
// it, with our name and password, whole in every language.
func TestALetterArrives(t *testing.T) {
	for _, private := range []bool{false, true} {
		peer := mailtest.New(t, private, "gone@example.com")
		s, err := mail.Parse("smtp://us@"+peer.Addr, "plans@ours.example", "secret")
		if err != nil {
			t.Fatal(err)
		}
		s.Roots = peer.Roots
		if err := s.Send(t.Context(), letter("m.chen@example.com")); err != nil {
			t.Fatal(err)
		}
		got := <-peer.Letters
		if got.To != "m.chen@example.com" || got.Subject != "您的验证码" || strings.ReplaceAll(got.Text, "\r\n", "\n") != "1234 5678\n.\n您好\n" || got.Login != "us\x00secret" || got.Private != private || !strings.Contains(got.From, "plans@ours.example") {
			t.Errorf("got %+v", got)
		}
		err = s.Send(t.Context(), letter("gone@example.com"))
		if err == nil || strings.Contains(err.Error(), "gone@example.com") {
			t.Errorf("a letter that was not taken: %v", err)
		}
	}
}

// TestAServerThatIsNotTrustedGetsNothing: neither the letter nor the password.
func TestAServerThatIsNotTrustedGetsNothing(t *testing.T) {
	peer := mailtest.New(t, true, "")
	s, err := mail.Parse("smtp://us@"+peer.Addr, "plans@ours.example", "secret")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), letter("m.chen@example.com")); err == nil || len(peer.Letters) > 0 {
		t.Errorf("sent to a server with an unknown certificate: %v", err)
	}
}

// TestNoLineIsSlippedIn: an address that carries more than an address is refused.
func TestNoLineIsSlippedIn(t *testing.T) {
	peer := mailtest.New(t, false, "")
	s, err := mail.Parse("smtp://"+peer.Addr, "plans@ours.example", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{"a@b.example\r\nBcc: c@d.example", "<a@b.example>", "A <a@b.example>", "", "a", "a@b.example,c@d.example"} {
		if err := s.Send(t.Context(), letter(to)); err == nil {
			t.Errorf("%q was sent to", to)
		}
	}
	if len(peer.Letters) > 0 {
		t.Error("a letter arrived")
	}
}

// TestParse: what is no mail server is said.
func TestParse(t *testing.T) {
	for _, c := range [][2]string{{"http://a.example", "a@b.example"}, {"smtp://", "a@b.example"}, {"smtp://me:secret@a.example", "a@b.example"}, {"smtp://a.example", "nobody"}, {"smtp://a.example/x", "a@b.example"}} {
		if _, err := mail.Parse(c[0], c[1], ""); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q, %q: %v", c[0], c[1], err)
		}
	}
	for address, host := range map[string]string{"smtp://a.example": "a.example:587", "smtps://a.example": "a.example:465", "smtp://a.example:25": "a.example:25"} {
		if s, err := mail.Parse(address, "a@b.example", ""); err != nil || s.Host != host {
			t.Errorf("%s: %s, %v", address, s.Host, err)
		}
	}
}
