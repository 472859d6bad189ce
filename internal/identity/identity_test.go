package identity

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline/internal/member"
)

// TestWhatAProviderSays, as different ones write it.
func TestWhatAProviderSays(t *testing.T) {
	type mm = map[string]any
	for _, c := range []struct {
		name       string
		settings   Settings
		said, more claims
		want       member.Vouched
		lacks      bool
	}{
		{"all in the token", Settings{Groups: "groups"}, claims{"name": "Ann  B", "email": "Ann@X.com", "email_verified": true, "groups": []any{"a", 7.0, "b"}}, nil,
			member.Vouched{Name: "Ann B", Email: "ann@x.com", Verified: true, Groups: []string{"a", "b"}}, false},
		{"a path", Settings{Groups: "realm_access.roles"}, claims{"given_name": "Ann", "email": "a@x.com", "email_verified": "true",
			"realm_access": mm{"roles": []any{"a"}}}, nil,
			member.Vouched{Name: "Ann", Email: "a@x.com", Verified: true, Groups: []string{"a"}}, true},
		{"a name with dots", Settings{Groups: "https://x.com/groups"}, claims{"name": "A", "email": "a@x.com", "email_verified": false,
			"https://x.com/groups": "a"}, nil,
			member.Vouched{Name: "A", Email: "a@x.com", Groups: []string{"a"}}, false},
		{"nothing of verified", Settings{}, claims{"name": "A", "email": "a@x.com"}, nil, member.Vouched{Name: "A", Email: "a@x.com"}, true},
		{"trusted", Settings{Trust: true}, claims{"name": "A", "email": "a@x.com"}, nil, member.Vouched{Name: "A", Email: "a@x.com", Verified: true}, false},
		{"trusted, and told otherwise", Settings{Trust: true}, claims{"name": "A", "email": "a@x.com", "email_verified": false}, nil,
			member.Vouched{Name: "A", Email: "a@x.com"}, false},
		{"verified is another address", Settings{}, claims{"name": "A", "email": "ceo@x.com"}, claims{"email": "a@x.com", "email_verified": true},
			member.Vouched{Name: "A", Email: "a@x.com", Verified: true}, true},
		{"verified without an address", Settings{}, claims{"name": "A", "email": "ceo@x.com"}, claims{"email_verified": true},
			member.Vouched{Name: "A", Email: "ceo@x.com"}, true},
	} {
		p, got := &Provider{settings: c.settings}, member.Vouched{}
		if err := p.take(&got, c.said, c.more); err != nil || got.Name != c.want.Name || got.Email != c.want.Email || got.Verified != c.want.Verified ||
			!slices.Equal(got.Groups, c.want.Groups) {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
		if p.lacks(c.said) != c.lacks {
			t.Errorf("%s: lacks %v", c.name, !c.lacks)
		}
	}
	over := &Provider{settings: Settings{Groups: "groups"}}
	if err := over.take(&member.Vouched{}, claims{"_claim_names": mm{"groups": "src1"}}, nil); err == nil {
		t.Error("groups that are elsewhere are none")
	}
}

// FuzzTrip: nothing that somebody writes opens as a trip of ours.
func FuzzTrip(f *testing.F) {
	now := func() time.Time { return time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC) }
	p, err := New(Settings{Issuer: "https://login.example.com", Client: "x", Secret: "s", Now: now})
	if err != nil {
		f.Fatal(err)
	}
	trip, err := p.Trip("/deals", "https://sales.example.com/sign-in/back")
	if err != nil {
		f.Fatal(err)
	}
	sealed, err := p.Seal(trip)
	if err != nil {
		f.Fatal(err)
	}
	if got, err := p.Open(sealed, trip.State); err != nil || got != trip {
		f.Fatal(got, err)
	}
	other, _ := New(Settings{Issuer: "https://login.example.com", Client: "x", Secret: "another", Now: now})
	if _, err := other.Open(sealed, trip.State); err == nil || strings.Contains(sealed, "deals") {
		f.Fatal("another's trip opens, or it can be read")
	}
	f.Add("", "")
	f.Add(sealed[:20], trip.State)
	f.Add(sealed, "")
	f.Fuzz(func(t *testing.T, text, state string) {
		if got, err := p.Open(text, state); err == nil && (got != trip || state != trip.State) {
			t.Errorf("%q opens as %+v", text, got)
		}
	})
}
