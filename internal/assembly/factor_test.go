package assembly_test

import (
	"encoding/base32"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/surface/cli"
	"github.com/throughline/throughline/internal/team"
)

// telephone is what somebody holds: the secret of their second factor, and a clock.
type telephone struct {
	member.Factor
	recovery []string
}

const second = "/sign-in/second"

// hold makes the office's clock stand still until it is moved.
func (o *office) hold() (move func(time.Duration)) {
	at := time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)
	var gone atomic.Int64
	o.desk.Now = func() time.Time { return at.Add(time.Duration(gone.Load())) }
	return func(d time.Duration) { gone.Add(int64(d)) }
}

var (
	secretOn = regexp.MustCompile(`<code id="secret">([^<]+)</code>`)
	setupOn  = regexp.MustCompile(`name="setup" value="([^"]+)"`)
	codeOn   = regexp.MustCompile(`<li><code>([^<]+)</code></li>`)
)

// read takes the secret off a page, as a telephone does.
func (v *visitor) read(page string) (phone telephone, setup string) {
	v.t.Helper()
	secret, sealed := secretOn.FindStringSubmatch(page), setupOn.FindStringSubmatch(page)
	if secret == nil || sealed == nil {
		v.t.Fatalf("no secret on the page: %.2000s", page)
	}
	raw, err := base32.StdEncoding.DecodeString(strings.ReplaceAll(secret[1], " ", ""))
	if err != nil || copy(phone.Factor[:], raw) != len(phone.Factor) {
		v.t.Fatal(secret[1], err)
	}
	if uri := "secret=" + strings.ReplaceAll(secret[1], " ", ""); !strings.Contains(html.UnescapeString(page), uri) {
		v.t.Errorf("the address for the telephone has another secret")
	}
	return phone, html.UnescapeString(sealed[1])
}

// keep takes the recovery codes off a page.
func (p *telephone) keep(page string) {
	for _, m := range codeOn.FindAllStringSubmatch(page, -1) {
		p.recovery = append(p.recovery, m[1])
	}
}

// sets sets up a second factor on one's own page.
func (v *visitor) sets() telephone {
	v.t.Helper()
	phone, setup := v.read(v.wants("POST", "/me/own", url.Values{"do": {"factor"}, "old": {words}}, 200, "Point your telephone"))
	page := v.wants("POST", "/me/own", url.Values{"do": {"factor-set"}, "setup": {setup}, "code": {phone.At(v.desk.Now())}}, 200, "Keep these recovery codes")
	phone.keep(page)
	if len(phone.recovery) != member.RecoveryCodes {
		v.t.Fatalf("recovery codes: %v", phone.recovery)
	}
	return phone
}

// password says somebody's password and is asked for more.
func (o *office) password(email string) *visitor { return o.passwordFrom(email, "") }

func (o *office) passwordFrom(email, from string) *visitor {
	o.t.Helper()
	v := o.visitor()
	v.from = from
	v.wants("POST", "/sign-in", url.Values{"email": {email}, "password": {words}}, 303, second)
	return v
}

// TestASecondFactor: set up with a code, asked after the password, each code once;
// turned off with a code.
func TestASecondFactor(t *testing.T) {
	o, ann := begun(t)
	move := o.hold()
	elsewhere := o.visitor()
	elsewhere.wants("POST", "/sign-in", url.Values{"email": {"ann@example.com"}, "password": {words}}, 303, "/")
	ann.wants("POST", "/me/own", url.Values{"do": {"factor"}, "old": {"not it at all"}}, 400, "do not belong")
	shown, setup := ann.read(ann.wants("POST", "/me/own", url.Values{"do": {"factor"}, "old": {words}}, 200, "Point your telephone"))
	again := ann.wants("POST", "/me/own", url.Values{"do": {"factor-set"}, "setup": {setup}, "code": {"000000"}}, 400, "not the code of now")
	if kept, _ := ann.read(again); kept.Factor != shown.Factor {
		t.Error("after a wrong code another secret is shown")
	}
	for _, bad := range []string{"", "x", setup[:len(setup)-2], setup[1:]} {
		ann.wants("POST", "/me/own", url.Values{"do": {"factor-set"}, "setup": {bad}, "code": {shown.At(o.desk.Now())}}, 400, "set it up anew")
	}
	move(time.Second)
	before := ann.cookies["session"]
	phone := ann.sets()
	if r, body := ann.send("GET", "/me", nil); r.StatusCode != 200 || !strings.Contains(body, "10 recovery codes are left") || strings.Contains(body, phone.recovery[0]) || strings.Contains(body, phone.Reveal()) {
		t.Errorf("one's own page: %d", r.StatusCode)
	}
	elsewhere.wants("GET", "/deals", nil, 303, "/sign-in") // sessions from before are void, this browser has a new one
	thief := o.visitor()
	thief.cookies["session"] = before
	thief.wants("GET", "/deals", nil, 303, "/sign-in")

	used := phone.At(o.desk.Now())
	v := o.password("ann@example.com")
	v.wants("POST", second, url.Values{"code": {used}}, 403, "has been used") // the one by which it was set up
	move(30 * time.Second)
	code := phone.At(o.desk.Now())
	v.wants("GET", second, nil, 200, "One more step")
	v.wants("POST", second, url.Values{"code": {"12 34"}}, 403, "not the code of now")
	half := v.cookies["half"]
	v.wants("POST", second, url.Values{"code": {code}, "then": {"/deals?outcome=won"}}, 303, "/deals?outcome=won")
	v.wants("GET", "/deals", nil, 200, "")
	if v.cookies["session"] == half || v.cookies["half"] != "" {
		t.Error("half a signing in lives on in the session")
	}
	late := o.visitor() // whoever saw it typed
	late.cookies["half"] = half
	late.wants("POST", second, url.Values{"code": {phone.At(o.desk.Now().Add(30 * time.Second))}}, 403, "begin again")
	o.password("ann@example.com").wants("POST", second, url.Values{"code": {code}}, 403, "has been used")

	for i, recovery := range phone.recovery[:2] {
		o.password("ann@example.com").wants("POST", second, url.Values{"code": {strings.ToLower(strings.ReplaceAll(recovery, " ", "-"))}}, 303, "/")
		o.password("ann@example.com").wants("POST", second, url.Values{"code": {recovery}}, 403, "has been used")
		v.wants("GET", "/me", nil, 200, []string{"9 recovery codes", "8 recovery codes"}[i])
	}
	v.wants("POST", "/me/own", url.Values{"do": {"factor-codes"}, "code": {"000000"}}, 403, "not the code")
	move(30 * time.Second)
	other := telephone{}
	other.keep(v.wants("POST", "/me/own", url.Values{"do": {"factor-codes"}, "code": {phone.At(o.desk.Now())}}, 200, "Keep these"))
	o.password("ann@example.com").wants("POST", second, url.Values{"code": {phone.recovery[5]}}, 403, "not the code")
	v.wants("POST", "/me/own", url.Values{"do": {"factor-off"}, "code": {"000000"}}, 403, "not the code")
	v.wants("POST", "/me/own", url.Values{"do": {"factor-off"}, "code": {other.recovery[0]}}, 303, "/me")
	o.visitor().wants("POST", "/sign-in", url.Values{"email": {"ann@example.com"}, "password": {words}}, 303, "/")
}

// TestHalfSignedInReachesNothing: behind a password and before a code no page, no
// form and no program's route answers; nor does another's session.
func TestHalfSignedInReachesNothing(t *testing.T) {
	o, ann := begun(t)
	o.hold()
	ann.sets()
	bo := o.joined("Bo", member.Admin)
	v := o.password("ann@example.com")
	half := v.cookies["half"]
	if v.cookies["session"] != "" {
		t.Error("a session began before the code")
	}
	program := o.visitor()
	program.token = half
	v.cookies["session"] = half // as if it were one
	for _, path := range []string{"/", "/deals", "/me", "/team", "/settings", "/team/audit", "/deals.csv", "/find?q=a", "/deals/x/live"} {
		v.wants("GET", path, nil, 303, "/sign-in")
	}
	for _, path := range []string{"/team", "/me/own", "/settings", "/deals", "/deals/new"} {
		v.wants("POST", path, url.Values{"do": {"factor"}, "old": {words}}, 303, "/sign-in")
	}
	for _, op := range operation.All() {
		if method, path, ok := strings.Cut(op.Route, " "); ok {
			path = "/api" + strings.NewReplacer("{id}", throughline.ID{9}.String(), "{number}", "9", "{pack}", "x", "{fact}", throughline.ID{9}.String()).Replace(path)
			v.wants(method, path, nil, 401, "")
			program.wants(method, path, nil, 401, "")
		}
	}
	delete(v.cookies, "session")
	v.wants("POST", second, url.Values{"setup": {"x"}, "code": {"000000"}}, 403, "") // it is asked for, not replaced
	// A browser into which somebody put their own half signs nobody else in.
	planted := o.visitor()
	planted.cookies["half"], planted.cookies["session"] = half, bo.cookies["session"]
	planted.wants("GET", second, nil, 303, "/")
	planted.wants("POST", second, url.Values{"code": {"000000"}}, 303, "/")
	for _, text := range []string{"", "x", bo.cookies["session"]} {
		stranger := o.visitor()
		stranger.cookies["half"] = text
		stranger.wants("POST", second, url.Values{"code": {"000000"}}, 403, "begin again")
		stranger.wants("GET", second, nil, 403, "begin again")
	}
}

// TestWrongCodesTireThePorter: ten of one person's, from wherever they come, and
// however often the password is said between.
func TestWrongCodesTireThePorter(t *testing.T) {
	o, ann := begun(t)
	move := o.hold()
	phone := ann.sets()
	move(30 * time.Second)
	tries := 0
	for ; tries < 40; tries++ {
		v := o.passwordFrom("ann@example.com", fmt.Sprintf("192.0.2.%d:4000", tries))
		if _, body := v.send("POST", second, url.Values{"code": {"000000"}}); strings.Contains(body, "Too many tries") {
			break
		}
	}
	if tries > 10 {
		t.Errorf("%d wrong codes were looked at", tries)
	}
	v := o.passwordFrom("ann@example.com", "198.51.100.7:4000")
	v.wants("POST", second, url.Values{"code": {phone.At(o.desk.Now())}}, 403, "Too many tries")
	v.wants("POST", second, url.Values{"code": {phone.recovery[0]}}, 403, "Too many tries")
	ann.wants("GET", "/deals", nil, 200, "") // whoever is in stays in
	move(15 * time.Minute)
	v = o.password("ann@example.com")
	v.wants("POST", second, url.Values{"code": {phone.At(o.desk.Now())}}, 303, "/")
	move(time.Minute)
	v = o.password("ann@example.com")
	v.wants("POST", second, url.Values{"code": {phone.At(o.desk.Now())}}, 303, "/")
	v = o.password("ann@example.com")
	move(11 * time.Minute)
	v.wants("POST", second, url.Values{"code": {phone.At(o.desk.Now())}}, 403, "begin again")
}

// TestOfOneCodeAtOnceOneIsTaken, by two servers on one database.
func TestOfOneCodeAtOnceOneIsTaken(t *testing.T) {
	o, ann := begun(t)
	move := o.hold()
	phone := ann.sets()
	move(30 * time.Second)
	var halves []string
	for range 6 {
		halves = append(halves, o.password("ann@example.com").cookies["half"])
	}
	var all sync.WaitGroup
	var in atomic.Int32
	try := func(half string) {
		all.Go(func() {
			porter := team.NewPorter()
			porter.Keeping = o.desk.Porter.Keeping
			if _, err := porter.EnterCode(t.Context(), &o.desk.Desk, half, phone.At(o.desk.Now()), "here"); err == nil {
				in.Add(1)
			} else if throughline.KindOf(err) != throughline.Denied {
				t.Error(err)
			}
		})
	}
	for _, half := range append(halves, halves...) {
		try(half)
	}
	all.Wait()
	if in.Load() != 1 {
		t.Errorf("one code let %d in", in.Load())
	}
}

// TestEverybodyNeedsASecondFactor: an admin says so, having one; who has none is out
// at once, sets one up to come in, and does not turn it off.
func TestEverybodyNeedsASecondFactor(t *testing.T) {
	o, ann := begun(t)
	move := o.hold()
	bo := o.joined("Bo", member.Seller)
	mo := o.joined("Mo", member.Manager)
	need := url.Values{"do": {"need"}, "who": {"everybody"}}
	for _, v := range []*visitor{bo, mo, o.joined("Oz", member.Operations)} {
		v.wants("POST", "/team", need, 403, "")
	}
	ann.wants("POST", "/team", need, 409, "of your own first")
	bo.wants("GET", "/deals", nil, 200, "")
	ann.sets()
	ann.wants("POST", "/team", need, 303, "/team")
	ann.wants("GET", "/team", nil, 200, "Everybody who signs in with a password needs one. 3 people have none yet.")
	bo.wants("GET", "/deals", nil, 303, "/sign-in")
	bo.wants("POST", "/sign-in", url.Values{"email": {"bo@example.com"}, "password": {words}, "then": {"/deals?outcome=won"}}, 303, second)
	if bo.cookies["session"] != "" {
		bo.wants("GET", "/deals", nil, 303, "/sign-in")
	}
	phone, setup := bo.read(bo.wants("GET", second+"?then=%2Fdeals%3Foutcome%3Dwon", nil, 200, "Everybody has one here"))
	bo.wants("POST", second, url.Values{"setup": {setup}, "code": {"000000"}}, 400, "not the code of now")
	bo.wants("GET", "/deals", nil, 303, "/sign-in")
	mo.wants("POST", "/sign-in", url.Values{"email": {"mo@example.com"}, "password": {words}}, 303, second)
	mo.wants("POST", second, url.Values{"setup": {setup}, "code": {phone.At(o.desk.Now())}}, 400, "set it up anew") // another's is none of theirs
	half := bo.cookies["half"]
	page := bo.wants("POST", second, url.Values{"setup": {setup}, "code": {phone.At(o.desk.Now())}, "then": {"/deals?outcome=won"}}, 200, "Keep these")
	phone.keep(page)
	if !strings.Contains(page, `href="/deals?outcome=won"`) {
		t.Error("the way on is lost")
	}
	bo.wants("GET", "/deals", nil, 200, "")
	twice := o.visitor()
	twice.cookies["half"] = half
	twice.wants("POST", second, url.Values{"setup": {setup}, "code": {phone.At(o.desk.Now())}}, 403, "begin again")
	bo.wants("POST", "/me/own", url.Values{"do": {"factor-off"}, "code": {phone.recovery[0]}}, 400, "It is not turned off")
	// an admin takes it off whom they lost it, and nobody else does
	mo = o.joinedHalf("Mi", member.Manager)
	_, setup = mo.read(mo.wants("GET", second, nil, 200, "Everybody has one here"))
	if setup == "" {
		t.Error("whoever is invited comes in without one")
	}
	bo.wants("POST", "/team", url.Values{"do": {"drop"}, "who": {"ann@example.com"}}, 403, "")
	ann.wants("POST", "/team", url.Values{"do": {"drop"}, "who": {"ann@example.com"}}, 409, "on your own page")
	ann.wants("POST", "/team", url.Values{"do": {"drop"}, "who": {"bo@example.com"}}, 200, "Bo")
	ann.wants("POST", "/team", url.Values{"do": {"drop"}, "who": {"bo@example.com"}}, 409, "no second factor to take off")
	move(time.Minute)
	o.password("bo@example.com").wants("GET", second, nil, 200, "Everybody has one here")
	ann.wants("POST", "/team", url.Values{"do": {"need"}, "who": {"anybody"}}, 303, "/team")
	o.visitor().wants("POST", "/sign-in", url.Values{"email": {"bo@example.com"}, "password": {words}}, 303, "/")
	ann.wants("POST", "/team", url.Values{"do": {"need"}, "who": {"whoever"}}, 400, "")
}

// joinedHalf is somebody who was invited and has chosen a password where that is not enough.
func (o *office) joinedHalf(name string, role member.Role) *visitor {
	o.t.Helper()
	_, secret, err := o.desk.Porter.Add(o.t.Context(), &o.desk.Desk, team.Newcomer{Name: name, Email: strings.ToLower(name) + "@example.com", Role: role})
	if err != nil {
		o.t.Fatal(err)
	}
	v := o.visitor()
	v.wants("POST", operation.WelcomePath+secret.Reveal(), url.Values{"password": {words}}, 303, second)
	return v
}

// TestWhoIsAtTheMachineCanAlwaysHelp: with the telephone lost, or the key, a recovery
// code lets in, and the command on the machine takes the second factor off; a new
// password alone does not. Each leaves a line.
func TestWhoIsAtTheMachineCanAlwaysHelp(t *testing.T) {
	dir := t.TempDir()
	house := assembly.House{Now: time.Now, Random: newOffice(t).desk.Random}
	desk, done, err := house.Open(cli.Where{DB: filepath.Join(dir, "x.db"), Lang: "en"}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = done() })
	o := &office{t: t, desk: desk, handler: assembly.Handler(desk, nil, true, nil, nil)}
	move := o.hold()
	ann := o.visitor()
	ann.wants("POST", "/team/begin", url.Values{"name": {"Ann"}, "email": {"ann@example.com"}, "password": {words}}, 303, "/team")
	key := filepath.Join(dir, "x.db.key")
	if _, err := os.Stat(key); !os.IsNotExist(err) {
		t.Error("a key lies there before anybody has a second factor")
	}
	phone := ann.sets()
	info, err := os.Stat(key)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key is not its owner's alone: %v, %v", info.Mode(), err)
	}
	move(30 * time.Second)
	for _, file := range []string{"x.db", "x.db-wal"} { // what lies in the database does not make a code
		held, _ := os.ReadFile(filepath.Join(dir, file))
		for _, secret := range []string{string(phone.Factor[:]), strings.ReplaceAll(phone.Reveal(), " ", ""), strings.ReplaceAll(phone.recovery[0], " ", "")} {
			if strings.Contains(string(held), secret) {
				t.Errorf("%s shows a secret", file)
			}
		}
	}
	text, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range [][]byte{nil, []byte(member.Key{9}.Reveal())} {
		if err := os.Remove(key); err != nil {
			t.Fatal(err)
		}
		if other != nil {
			if err := os.WriteFile(key, other, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		v := o.password("ann@example.com")
		v.wants("POST", second, url.Values{"code": {phone.At(o.desk.Now())}}, 403, "key for them is not there")
		v.wants("POST", second, url.Values{"code": {phone.recovery[len(other)%5]}}, 303, "/")
		if other == nil {
			if _, err := os.Stat(key); !os.IsNotExist(err) {
				t.Error("looking at a code made another key")
			}
			if err := os.WriteFile(key, text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	secret, err := o.desk.Porter.Invite(t.Context(), &o.desk.Desk, "ann@example.com")
	if err != nil {
		t.Fatal(err)
	}
	o.visitor().wants("POST", operation.WelcomePath+secret.Reveal(), url.Values{"password": {words}}, 303, second)
	at := *o.desk // whoever is at the machine has not signed in
	if _, err := operation.ManageUsers.Run(t.Context(), &at, &operation.UserInput{Name: "ann@example.com", Drop: true}); err != nil {
		t.Fatal(err)
	}
	o.visitor().wants("POST", "/sign-in", url.Values{"email": {"ann@example.com"}, "password": {words}}, 303, "/")
	var said []string
	lines, _ := o.since(0)
	for _, l := range lines {
		if word := strings.Fields(l)[1]; strings.HasPrefix(word, "user_") && word != "user_chosen" {
			said = append(said, word)
		}
	}
	if want := []string{"user_added", "user_factored", "user_recovered", "user_recovered", "user_invited", "user_unfactored"}; !slices.Equal(said, want) {
		t.Errorf("the audit says %v", said)
	}
}

// TestWithoutAKeyNoneIsSetUp: where nothing keeps a key apart from the database, the
// page says so, and nobody is asked for what they cannot have.
func TestWithoutAKeyNoneIsSetUp(t *testing.T) {
	o, ann := begun(t)
	o.desk.Porter.Keeping = nil
	ann.wants("GET", "/me", nil, 200, "has no key for it yet")
	ann.wants("POST", "/me/own", url.Values{"do": {"factor"}, "old": {words}}, 400, "no key for second factors yet")
	for _, who := range []string{operation.FactorEverybody, operation.FactorAnybody} { // whoever is at the machine may be wrong, and can help
		if _, err := operation.ManageFactors.Run(t.Context(), o.desk, &operation.FactorInput{Who: who}); err != nil {
			t.Fatal(err)
		}
		if who == operation.FactorEverybody {
			o.password("ann@example.com").wants("GET", second, nil, 400, "no key for second factors yet")
		}
	}
	o.visitor().wants("POST", "/sign-in", url.Values{"email": {"ann@example.com"}, "password": {words}}, 303, "/")
}

// TestWhatIsShownOnceIsKeptNowhere: pages with a secret tell browsers to keep no copy.
func TestWhatIsShownOnceIsKeptNowhere(t *testing.T) {
	o, ann := begun(t)
	o.hold()
	r, page := ann.send("POST", "/me/own", url.Values{"do": {"factor"}, "old": {words}})
	phone, setup := ann.read(page)
	s, _ := ann.send("POST", "/me/own", url.Values{"do": {"factor-set"}, "setup": {setup}, "code": {phone.At(o.desk.Now())}})
	k, _ := ann.send("POST", "/me/own", url.Values{"do": {"token"}, "name": {"x"}, "days": {"9"}, "old": {words}})
	for _, a := range []*http.Response{r, s, k} {
		if a.StatusCode != 200 || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%d, %s", a.StatusCode, a.Header.Get("Cache-Control"))
		}
	}
	if _, body := ann.send("GET", "/me", nil); !strings.Contains(body, "10 recovery codes") {
		t.Error("none was set up")
	}
}
