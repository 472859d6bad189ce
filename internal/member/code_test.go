package member

import (
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
)

// TestCodesOfTheStandard: the vectors of RFC 6238, appendix B, to six figures.
func TestCodesOfTheStandard(t *testing.T) {
	f := Factor([]byte("12345678901234567890"))
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if got := f.At(time.Unix(at, 0)); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
	now := time.Unix(1111111109, 0)
	for off, want := range map[time.Duration]bool{-60 * time.Second: false, -30 * time.Second: true, 0: true, 30 * time.Second: true, 60 * time.Second: false} {
		step, ok := f.Takes(f.At(now.Add(off)), now)
		if ok != want || ok && step != now.Add(off).Unix()/30 {
			t.Errorf("the code of %v: %v, of step %d", off, ok, step)
		}
	}
	if _, ok := f.Takes("", now); ok {
		t.Error("no code is taken")
	}
}

func TestReadCode(t *testing.T) {
	shown, kept := NewRecovery([RecoveryCodes * recoveryBytes]byte{1, 2, 3})
	if len(shown) != RecoveryCodes || len(kept) != RecoveryCodes || shown[0] == shown[1] && shown[0] == shown[2] {
		t.Fatalf("%v", shown)
	}
	u := User{codes: kept}
	for typed, want := range map[string]string{" 081 804 ": "081804", "081-804": "081804", "０８１８０４": "081804"} {
		if got, recovery, ok := ReadCode(typed); got != want || recovery || !ok {
			t.Errorf("%q: %s, %v, %v", typed, got, recovery, ok)
		}
	}
	for _, typed := range []string{shown[0], strings.ToLower(shown[0]), strings.ReplaceAll(shown[0], " ", "-"), strings.ReplaceAll(shown[0], " ", "")} {
		got, recovery, ok := ReadCode(typed)
		if _, is := u.Recovers(got); !recovery || !ok || !is {
			t.Errorf("%q: %s, %v, %v, %v", typed, got, recovery, ok, is)
		}
	}
	for _, typed := range []string{"", "12345", "1234567", "ABCD", strings.Repeat("A", 15), strings.Repeat("A", 17), strings.Repeat("7", 1000)} {
		if got, _, ok := ReadCode(typed); ok {
			t.Errorf("%q is read as %s", typed, got)
		}
	}
}

// TestASealIsForOneAndOnePurpose: a secret that is moved to somebody else's lines,
// changed, or sealed by another key opens for nobody.
func TestASealIsForOneAndOnePurpose(t *testing.T) {
	k, f := Key{1}, Factor{7}
	ann := User{ID: throughline.PersonID{1}}
	ann.factor = ann.SealFactor(k, f, [12]byte{3})
	if got, err := ann.Factor(k); got != f || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := ann.Factor(Key{2}); err != ErrKey {
		t.Errorf("another key: %v", err)
	}
	bo := User{ID: throughline.PersonID{2}, factor: ann.factor}
	if _, err := bo.Factor(k); err == nil {
		t.Error("somebody else's secret opens")
	}
	for i := range ann.factor {
		changed := User{ID: ann.ID, factor: ann.factor[:i] + string('A'+(ann.factor[i]-'A'+1)%26) + ann.factor[i+1:]}
		if got, err := changed.Factor(k); err == nil && got == f && changed.factor != ann.factor && i < len(ann.factor)-1 {
			t.Errorf("changed at %d it opens", i)
		}
	}
	if strings.Contains(ann.factor, f.Reveal()) || k.String() == k.Reveal() || f.String() == f.Reveal() {
		t.Error("a secret shows itself")
	}
	if read, ok := ReadKey(" " + k.Reveal() + "\n"); read != k || !ok {
		t.Error("a key is not read as it was written")
	}
	if _, ok := ReadKey("c2hvcnQ="); ok {
		t.Error("a short key is read")
	}
}

// TestASecondFactorFromFirstToLast: what each line does, and what it voids.
func TestASecondFactorFromFirstToLast(t *testing.T) {
	ann := throughline.ID{1}
	k := Key{1}
	_, kept := NewRecovery([RecoveryCodes * recoveryBytes]byte{1})
	sealed := (&User{ID: throughline.PersonID(ann)}).SealFactor(k, Factor{7}, [12]byte{})
	lines := []Line{line(ann, Added, 0, Body{Name: "Ann", Role: Seller}), line(ann, Chosen, 0, Body{Sealed: "x"})}
	user := func(more ...Line) *User { return &FoldUsers(append(lines, more...))[0] }
	before := Pass{User: throughline.PersonID(ann), Since: noon.Add(time.Hour), Until: noon.Add(99 * time.Hour)}
	if user().HasFactor() || !before.Lasts(user(), noon.Add(2*time.Hour), true) {
		t.Error("without one")
	}
	lines = append(lines, line(ann, Factored, 2, Body{Factor: sealed, Codes: kept}))
	if u := user(); !u.HasFactor() || u.RecoveryLeft() != RecoveryCodes || before.Lasts(u, noon.Add(3*time.Hour), true) || !before.Lasts(u, noon.Add(3*time.Hour), false) {
		t.Error("it ends sessions from before, and no token")
	}
	own, other := Body{By: throughline.PersonID(ann)}, Body{By: throughline.PersonID{9}}
	between := Pass{User: throughline.PersonID(ann), Since: noon.Add(150 * time.Minute), Until: noon.Add(99 * time.Hour)}
	for _, by := range []Body{own, other, {}} {
		u := user(line(ann, Unfactored, 3, by))
		if before.Lasts(u, noon.Add(4*time.Hour), true) {
			t.Errorf("a session that it ended opens again when it is taken off by %v", by.By)
		}
		if lasts := between.Lasts(u, noon.Add(4*time.Hour), true); lasts != (by.By == u.ID) {
			t.Errorf("taken off by %v a session goes on: %t", by.By, lasts)
		}
	}
	key := Body{By: throughline.PersonID(ann), Passkey: &Passkey{Key: []byte("k")}}
	added := line(ann, PasskeyAdded, 2, key)
	if between.Lasts(user(added, line(ann, PasskeyDoubted, 3, key)), noon.Add(4*time.Hour), true) {
		t.Error("whoever came in by a copy of a passkey stays in")
	}
	if !between.Lasts(user(added, line(ann, PasskeyEnded, 3, key)), noon.Add(4*time.Hour), true) {
		t.Error("who removes a passkey of their own is signed out")
	}
	used := line(ann, Recovered, 3, Body{Hash: kept[0]})
	if u := user(used); u.RecoveryLeft() != RecoveryCodes-1 || user().RecoveryLeft() != RecoveryCodes {
		t.Error("a recovery code is used once")
	}
	if u := user(line(ann, Chosen, 3, Body{Sealed: "y"})); !u.HasFactor() {
		t.Error("a new password takes it off")
	}
	for _, kind := range []string{Unfactored, Left, Bound} {
		if u := user(line(ann, kind, 3, Body{})); u.HasFactor() || u.RecoveryLeft() != 0 || !u.Factored.IsZero() {
			t.Errorf("after %s it is still there", kind)
		}
	}
}

// FuzzReadCode: whatever is typed is six figures, sixteen letters, or none.
func FuzzReadCode(f *testing.F) {
	f.Add("081 804")
	f.Add("ABCD-EFGH-IJKL-MNOP")
	f.Fuzz(func(t *testing.T, text string) {
		code, recovery, ok := ReadCode(text)
		if ok && len(code) != map[bool]int{true: 16, false: codeFigures}[recovery] {
			t.Errorf("%q is read as %q", text, code)
		}
		_, _ = Key{}.Open("p", text)
	})
}
