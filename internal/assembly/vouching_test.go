package assembly

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/surface/cli"
)

// TestHowPeopleSignInIsRead from settings: what contradicts itself is told before
// anything listens, and never with the secret in it.
func TestHowPeopleSignInIsRead(t *testing.T) {
	good := func() cli.SignFlags {
		return cli.SignFlags{OIDCIssuer: "https://login.example.com", OIDCClient: "throughline", OIDCSession: 12 * time.Hour, OIDCGroups: "groups", Passwords: "all"}
	}
	file := filepath.Join(t.TempDir(), "secret")
	for text, want := range map[string]string{"deep secret\n": "", "deep secret\nand more": "it is one line", "": "it is one line"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s := good()
		s.OIDCSecretFile = file
		_, err := vouching(s, time.Now)
		if said(err) != want && !strings.Contains(said(err), want) || strings.Contains(said(err), "deep") {
			t.Errorf("%q: %v", text, err)
		}
	}
	for want, change := range map[string]func(*cli.SignFlags){
		"":                               func(s *cli.SignFlags) { s.OIDCRole, s.OIDCNew = []string{"cn=a=seller"}, "groups" },
		"the issuer is an https address": func(s *cli.SignFlags) { s.OIDCIssuer = "http://login.example.com" },
		"https address, such":            func(s *cli.SignFlags) { s.OIDCIssuer = "https://login.example.com?x=y" },
		"name the client":                func(s *cli.SignFlags) { s.OIDCClient = "" },
		"--oidc-issuer names":            func(s *cli.SignFlags) { s.OIDCIssuer = "" },
		"a group and its role":           func(s *cli.SignFlags) { s.OIDCRole = []string{"sales=boss"} },
		"such as sales=seller":           func(s *cli.SignFlags) { s.OIDCRole = []string{"=seller"} },
		"behind the @":                   func(s *cli.SignFlags) { s.OIDCDomain = []string{"*"} },
		"needs groups":                   func(s *cli.SignFlags) { s.OIDCNew = "groups" },
		"or groups":                      func(s *cli.SignFlags) { s.OIDCNew = "boss" },
		"then it is --oidc-new groups":   func(s *cli.SignFlags) { s.OIDCNew, s.OIDCRole = "seller", []string{"a=seller"} },
		"from five minutes":              func(s *cli.SignFlags) { s.OIDCSession = time.Second },
		"not found":                      func(s *cli.SignFlags) { s.OIDCSecretFile = filepath.Join(t.TempDir(), "none") },
	} {
		s := good()
		change(&s)
		if _, err := vouching(s, time.Now); (err == nil) != (want == "") || !strings.Contains(said(err), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
	s := good()
	s.OIDCRole, s.OIDCDomain, s.Passwords, s.OIDCNew = []string{"cn=a=seller"}, []string{"@Example.com"}, "admins", "groups"
	v, err := vouching(s, time.Now)
	if err != nil || v.Rules.Groups["cn=a"] != member.Seller || v.Rules.Domains[0] != "example.com" || !v.AdminsOnly || !v.Rules.New || v.Provider.Name() != "login.example.com" {
		t.Errorf("%+v, %v", v, err)
	}
}

func said(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
