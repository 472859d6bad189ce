package namesake_test

import (
	"testing"

	"github.com/throughline/throughline/internal/namesake"
)

// TestSigns: what people write for one human looks like one, from both sides, and
// what may as well be two does not.
func TestSigns(t *testing.T) {
	type n = namesake.Name
	for _, c := range []struct {
		a, b n
		want namesake.Sign
	}{
		{n{"Petra Lang", ""}, n{"P. Lang", ""}, namesake.Initials},
		{n{"Petra Lang", ""}, n{"Petra M. Lang", ""}, namesake.Initials},
		{n{"Petra Lang", ""}, n{"Lang, Petra", ""}, namesake.Spelling},
		{n{"Petra Lang", ""}, n{"Dr. Petra Lang", ""}, namesake.Spelling},
		{n{"Petra Lang", ""}, n{"petra.lang@example.org", ""}, namesake.Spelling},
		{n{"Petra Lang", "p@example.org"}, n{"P@example.org", ""}, namesake.Address},
		{n{"Petra Lang", "p@example.org"}, n{"Petra Nowak", "P@Example.org "}, namesake.Address},
		{n{"Jürgen Groß", ""}, n{"Juergen Gross", ""}, namesake.Spelling},
		{n{"Jürgen Groß", ""}, n{"Jurgen Gross", ""}, namesake.Spelling},
		{n{"José Núñez", ""}, n{"Jose Nunez", ""}, namesake.Spelling},
		{n{"Zofia Łoś", ""}, n{"Zofia Los", ""}, namesake.Spelling},
		{n{"王 芳", ""}, n{"王芳", ""}, namesake.Spelling},
		{n{"王芳", ""}, n{"Wang Fang", ""}, namesake.None},
		{n{"王芳", ""}, n{"王方", ""}, namesake.None},
		{n{"Petra Lang", ""}, n{"Paul Lang", ""}, namesake.None},
		{n{"Petra Lang", ""}, n{"Petra Lange", ""}, namesake.None},
		{n{"Petra Lang", ""}, n{"Lang", ""}, namesake.None},
		{n{"P. Lang", ""}, n{"K. Lang", ""}, namesake.None},
		{n{"", ""}, n{"", ""}, namesake.None},
		{n{"...", ""}, n{"-", ""}, namesake.None},
	} {
		if got := namesake.Of(c.a, c.b); got != c.want {
			t.Errorf("%v and %v: %q, want %q", c.a, c.b, got, c.want)
		}
		if got := namesake.Of(c.b, c.a); got != c.want {
			t.Errorf("%v and %v: %q, want %q", c.b, c.a, got, c.want)
		}
	}
}
