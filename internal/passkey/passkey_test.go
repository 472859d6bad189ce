package passkey_test

import (
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/passkey"
)

// TestWherePasskeysAre: under TLS and a name, or on localhost.
func TestWherePasskeysAre(t *testing.T) {
	for origin, want := range map[string]string{
		"https://sales.example.com": "sales.example.com", "https://Sales.Example.com:8443": "sales.example.com", "http://localhost:8321": "localhost", "http://x.localhost": "x.localhost",
		"http://sales.example.com": "", "https://192.0.2.7": "", "http://127.0.0.1:8321": "", "https://[::1]": "", "": "", "https://": "", "x": "",
	} {
		if s, ok := passkey.SiteOf(origin); ok != (want != "") || ok && s.Host != want {
			t.Errorf("%q: %q, %v", origin, s.Host, ok)
		}
	}
}

// FuzzAnswers: whatever a browser sends, it is a refusal or a passkey, and nobody
// is found by it whom no device signed for.
func FuzzAnswers(f *testing.F) {
	s, _ := passkey.SiteOf("https://sales.example.com")
	f.Add([]byte(`{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":"AA","attestationObject":"oA"}}`))
	f.Fuzz(func(t *testing.T, answer []byte) {
		u := &member.User{ID: throughline.PersonID{1}, Name: "Ann", Email: "ann@example.com"}
		_, asked, err := s.Ask()
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Check(asked, answer, func(throughline.PersonID) (*member.User, error) { return u, nil }); throughline.KindOf(err) != throughline.Denied {
			t.Errorf("%q lets somebody in: %v", answer, err)
		}
		_, asked, err = s.Offer(u, "Ours")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Take(u, asked, answer); throughline.KindOf(err) != throughline.Denied {
			t.Errorf("%q is a passkey: %v", answer, err)
		}
	})
}
