package assembly_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/team"
)

// device is a passkey as a telephone holds one.
type device struct {
	t      *testing.T
	key    *ecdsa.PrivateKey
	id     []byte
	owner  []byte
	count  uint32
	origin string
	site   string
	flags  byte // what it says of the person before it: here, and asked who they are
}

func newDevice(t *testing.T) *device {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 16)
	_, _ = rand.Read(id)
	return &device{t: t, key: key, id: id, origin: "http://localhost", site: "localhost", flags: 0x05}
}

var url64 = base64.RawURLEncoding

func (d *device) client(kind, challenge string) []byte {
	text, _ := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": d.origin, "crossOrigin": false})
	return text
}

func (d *device) data(flags byte) []byte {
	hash := sha256.Sum256([]byte(d.site))
	return binary.BigEndian.AppendUint32(append(hash[:], flags), d.count)
}

// makes answers an offer.
func (d *device) makes(page string) string {
	d.t.Helper()
	var offer struct {
		Make struct {
			Challenge string
			User      struct{ ID string }
		}
		Wrong string
	}
	if err := json.Unmarshal([]byte(page), &offer); err != nil || offer.Make.Challenge == "" {
		d.t.Fatalf("no offer: %.300s", page)
	}
	d.owner, _ = url64.DecodeString(offer.Make.User.ID)
	public, err := d.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		d.t.Fatal(err)
	}
	cose := slices.Concat([]byte{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32}, public[1:33], []byte{0x22, 0x58, 32}, public[33:])
	data := slices.Concat(d.data(d.flags|0x40), make([]byte, 16), []byte{0, byte(len(d.id))}, d.id, cose)
	object := slices.Concat([]byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58"), []byte{byte(len(data))}, data)
	text, _ := json.Marshal(map[string]any{"id": url64.EncodeToString(d.id), "rawId": url64.EncodeToString(d.id), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{"clientDataJSON": url64.EncodeToString(d.client("webauthn.create", offer.Make.Challenge)), "attestationObject": url64.EncodeToString(object), "transports": []string{"internal"}}})
	return string(text)
}

// signs answers a question.
func (d *device) signs(page string) string {
	d.t.Helper()
	var asked struct {
		Sign struct{ Challenge, UserVerification string }
	}
	if err := json.Unmarshal([]byte(page), &asked); err != nil || asked.Sign.Challenge == "" || asked.Sign.UserVerification != "required" {
		d.t.Fatalf("no question: %.300s", page)
	}
	d.count++
	client, data := d.client("webauthn.get", asked.Sign.Challenge), d.data(d.flags)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(slices.Clone(data), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, d.key, sum[:])
	if err != nil {
		d.t.Fatal(err)
	}
	text, _ := json.Marshal(map[string]any{"id": url64.EncodeToString(d.id), "rawId": url64.EncodeToString(d.id), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{"clientDataJSON": url64.EncodeToString(client), "authenticatorData": url64.EncodeToString(data), "signature": url64.EncodeToString(signature), "userHandle": url64.EncodeToString(d.owner)}})
	return string(text)
}

const (
	askAt   = "/sign-in/passkey"
	keyedAt = "/sign-in/passkey/in"
	offerAt = "/me/passkey"
)

// adds adds a passkey on one's own page.
func (v *visitor) adds(name string) *device {
	v.t.Helper()
	d := newDevice(v.t)
	answer := d.makes(v.wants("POST", offerAt, url.Values{"proof": {words}}, 200, "challenge"))
	v.wants("POST", "/me/own", url.Values{"do": {"passkey"}, "name": {name}, "answer": {answer}}, 303, "/me")
	return d
}

// keyed tries to sign in by a passkey.
func (o *office) keyed(d *device, status int, says string) *visitor {
	o.t.Helper()
	v := o.visitor()
	answer := d.signs(v.wants("POST", askAt, nil, 200, "challenge"))
	v.wants("POST", keyedAt, url.Values{"answer": {answer}}, status, says)
	if (v.cookies["session"] != "") != (status == 303) {
		o.t.Errorf("with status %d the session is %q", status, v.cookies["session"])
	}
	return v
}

// TestPasskeys: added with the password again, named, listed; signs in without a
// password or a code; what a device did not sign for, here and now, lets nobody in.
func TestPasskeys(t *testing.T) {
	o, ann := begun(t)
	move := o.hold()
	bo := o.joined("Bo", member.Seller)
	ann.wants("POST", offerAt, url.Values{"proof": {"not it at all"}}, 400, "do not belong")
	o.visitor().wants("POST", offerAt, url.Values{"proof": {words}}, 303, "/sign-in")
	offered := ann.wants("POST", offerAt, url.Values{"proof": {words}}, 200, "challenge")
	mine := newDevice(t)
	answer := mine.makes(offered)
	bo.cookies["asked"] = ann.cookies["asked"] // a passkey of another's making
	bo.wants("POST", "/me/own", url.Values{"do": {"passkey"}, "name": {"x"}, "answer": {answer}}, 403, "used already")
	unasked := *mine
	unasked.flags = 0x01
	kept := ann.cookies["asked"]
	ann.wants("POST", "/me/own", url.Values{"do": {"passkey"}, "name": {"x"}, "answer": {unasked.makes(offered)}}, 400, "could not be taken")
	ann.cookies["asked"] = kept
	ann.wants("POST", "/me/own", url.Values{"do": {"passkey"}, "name": {"work <laptop>"}, "answer": {answer}}, 303, "/me")
	ann.cookies["asked"] = kept
	ann.wants("POST", "/me/own", url.Values{"do": {"passkey"}, "name": {"again"}, "answer": {answer}}, 403, "used already")
	page := ann.wants("GET", "/me", nil, 200, "work &lt;laptop&gt;")
	id := regexp.MustCompile(`name="do" value="passkey-off"><input type="hidden" name="pass" value="([^"]+)"`).FindStringSubmatch(page)
	if id == nil {
		t.Fatal("it cannot be removed")
	}

	in := o.keyed(mine, 303, "/")
	in.wants("GET", "/deals", nil, 200, "")
	in.wants("GET", "/me", nil, 200, "Ann")
	v := o.visitor()
	answer = mine.signs(v.wants("POST", askAt, nil, 200, "challenge"))
	asked := v.cookies["asked"]
	elsewhere := o.visitor()
	elsewhere.wants("POST", keyedAt, url.Values{"answer": {answer}}, 403, "used already") // another browser was not asked
	elsewhere.wants("POST", askAt, nil, 200, "challenge")
	elsewhere.wants("POST", keyedAt, url.Values{"answer": {answer}}, 403, "lets nobody in") // or something else
	v.wants("POST", keyedAt, url.Values{"answer": {answer}, "then": {"/deals?outcome=won"}}, 303, "/deals?outcome=won")
	replay := o.visitor()
	replay.cookies["asked"] = asked
	replay.wants("POST", keyedAt, url.Values{"answer": {answer}}, 403, "used already")
	late := o.visitor()
	answer = mine.signs(late.wants("POST", askAt, nil, 200, "challenge"))
	move(6 * time.Minute)
	late.wants("POST", keyedAt, url.Values{"answer": {answer}}, 403, "used already")
	for what, change := range map[string]func(*device){
		"nobody asked who it is": func(d *device) { d.flags = 0x01 },
		"nobody was there":       func(d *device) { d.flags = 0x04 },
		"another page":           func(d *device) { d.origin = "http://evil.localhost" },
		"another port":           func(d *device) { d.origin = "http://localhost:99" },
		"another site":           func(d *device) { d.site = "evil.localhost" },
		"another's name":         func(d *device) { own := bo.self(); d.owner = own[:] },
		"nobody's name":          func(d *device) { d.owner = []byte("x") },
		"another key":            func(d *device) { d.key = newDevice(t).key },
	} {
		other := *mine
		change(&other)
		t.Log(what)
		o.keyed(&other, 403, "lets nobody in")
		mine.count = other.count
	}
	o.visitor().wants("POST", keyedAt, url.Values{"answer": {"{}"}}, 403, "used already")

	// It counts as both factors.
	ann.sets()
	ann = o.keyed(mine, 303, "/")
	ann.wants("POST", "/team", url.Values{"do": {"need"}, "who": {"everybody"}}, 303, "/team")
	ann.wants("GET", "/team", nil, 200, "One person has none yet")
	o.keyed(mine, 303, "/")
	ann.wants("POST", offerAt, url.Values{"proof": {words}}, 403, "not the code of now") // with a second factor it is that which is asked for

	bo.wants("POST", "/me/own", url.Values{"do": {"passkey-off"}, "pass": {id[1]}}, 303, "/sign-in") // he was signed out: he has none
	ann.wants("POST", "/me/own", url.Values{"do": {"passkey-off"}, "pass": {"x"}}, 404, "")
	ann.wants("POST", "/me/own", url.Values{"do": {"passkey-off"}, "pass": {id[1]}}, 303, "/me")
	o.keyed(mine, 403, "lets nobody in")
}

// TestAPasskeyThatCountsBack may have a copy: it opens nothing any more, and both
// its owner and the audit are told.
func TestAPasskeyThatCountsBack(t *testing.T) {
	o, ann := noted(t)
	mine := ann.adds("telephone")
	mine.count = 40
	o.keyed(mine, 303, "/")
	still := ann.adds("one that never counts")
	_, at := o.since(0)
	mine.count = 7
	o.keyed(mine, 403, "counts back")
	lines, _ := o.since(at)
	if !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, "user_passkey_doubted done") }) {
		t.Errorf("the audit says %q", lines)
	}
	mine.count = 100
	o.keyed(mine, 403, "counts back")
	ann.wants("GET", "/me", nil, 303, "/sign-in") // a copy of it may be signed in
	ann = o.visitor()
	ann.wants("POST", "/sign-in", url.Values{"email": {"ann@example.com"}, "password": {words}}, 303, "/")
	ann.wants("GET", "/me", nil, 200, "may be a copy of it")
	for range 2 {
		still.count = ^uint32(0) // and one more is zero, each time
		o.keyed(still, 303, "/")
	}
}

// TestPasskeysEndWithAccess: of who has left, or lost their devices, none opens.
func TestPasskeysEndWithAccess(t *testing.T) {
	o, ann := begun(t)
	move := o.hold()
	bo, cy := o.joined("Bo", member.Seller), o.joined("Cy", member.Seller)
	b, c := bo.adds("b"), cy.adds("c")
	o.keyed(b, 303, "/")
	ann.wants("POST", "/team", url.Values{"do": {"remove"}, "who": {"bo@example.com"}}, 200, "no access")
	o.keyed(b, 403, "lets nobody in")
	if _, err := o.desk.Porter.Invite(t.Context(), &o.desk.Desk, "bo@example.com"); err != nil {
		t.Fatal(err)
	}
	o.keyed(b, 403, "lets nobody in")
	move(time.Minute)
	ann.wants("POST", "/team", url.Values{"do": {"drop"}, "who": {"cy@example.com"}}, 200, "")
	o.keyed(c, 403, "lets nobody in")
	cy.wants("GET", "/deals", nil, 303, "/sign-in") // what was lost may be signed in
	if err := team.DropFactor(t.Context(), &o.desk.Desk, ann.self(), "cy@example.com"); err == nil {
		t.Error("nothing was taken off twice")
	}
}

// TestAPasskeyIsOnePersons: one that somebody has is nobody else's to add, and where
// everybody needs a second factor a password beside it sets none up.
func TestAPasskeyIsOnePersons(t *testing.T) {
	o, _ := begun(t)
	move := o.hold()
	bo, cy := o.joined("Bo", member.Seller), o.joined("Cy", member.Seller)
	b := bo.adds("b")
	twin := newDevice(t)
	twin.id = b.id
	answer := twin.makes(cy.wants("POST", offerAt, url.Values{"proof": {words}}, 200, "challenge"))
	cy.wants("POST", "/me/own", url.Values{"do": {"passkey"}, "name": {"mine"}, "answer": {answer}}, 400, "could not be taken")
	o.keyed(b, 303, "/")
	if err := team.NeedFactor(t.Context(), &o.desk.Desk, nil, true); err != nil {
		t.Fatal(err)
	}
	move(time.Minute)
	o.visitor().wants("POST", "/sign-in", url.Values{"email": {"bo@example.com"}, "password": {words}}, 403, "yours is a passkey")
	o.keyed(b, 303, "/")
}

// TestPasskeysInABrowser: a real browser with a device of its own goes the whole
// road: add, sign out, sign in, and what it says when it does not work.
func TestPasskeysInABrowser(t *testing.T) {
	o, _ := begun(t)
	o.desk.Now = time.Now
	server := httptest.NewServer(assembly.Handler(o.desk, nil, true, nil, nil))
	t.Cleanup(server.Close)
	at := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	ctx := chromium(t)
	do := func(actions ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, actions...); err != nil {
			t.Fatal(err)
		}
	}
	text := func(js string) string {
		t.Helper()
		out, err := chromedp.Run(ctx, chromedp.Evaluate[string](js))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if _, err := chromedp.Call(ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	made, err := chromedp.Call(ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: "ctap2", Transport: "internal", HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	if err != nil {
		t.Fatal(err)
	}
	signOut := func() {
		t.Helper()
		do(chromedp.Navigate(at+"/me"), chromedp.Click(`form[action="/sign-out"] button`), chromedp.WaitVisible(".passkey-in button"))
	}
	do(chromedp.EmulateViewport(1280, 900), chromedp.Navigate(at+"/sign-in?then=/me"), chromedp.WaitVisible(".passkey-in button"),
		chromedp.SendKeys(`input[name=email]`, "ann@example.com"), chromedp.SendKeys(`input[name=password]`, words), chromedp.Click(`.sign-card button`),
		chromedp.WaitVisible(`#passkeys input[name=proof]`),
		chromedp.SendKeys(`#passkeys input[name=name]`, "work laptop"), chromedp.SendKeys(`#passkeys input[name=proof]`, words), chromedp.Click(`#passkeys form[data-passkey] button`),
		chromedp.WaitVisible(`#passkeys .own-list li`))
	if got := text(`document.querySelector("#passkeys .own-list li").textContent`); !strings.Contains(got, "work laptop") {
		t.Errorf("the list says %q", got)
	}
	signOut()
	do(chromedp.Click(".passkey-in button"), chromedp.WaitVisible(`.menu, nav`))
	if got := text("location.pathname"); got != "/" {
		t.Errorf("signed in, one is at %s", got)
	}
	signOut()
	if _, err := chromedp.Call(ctx, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: made.AuthenticatorID, IsUserVerified: false}); err != nil {
		t.Fatal(err)
	}
	do(chromedp.Click(".passkey-in button"), chromedp.WaitVisible(".passkey-in [role=alert]:not(:empty)"))
	if got := text(`document.querySelector(".passkey-in [role=alert]").textContent`); !strings.Contains(got, "did not answer") {
		t.Errorf("whom their device does not know is told %q", got)
	}
	if _, err := chromedp.Call(ctx, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: made.AuthenticatorID, IsUserVerified: true}); err != nil {
		t.Fatal(err)
	}
	do(chromedp.Click(".passkey-in button"), chromedp.WaitVisible(`.menu, nav`), chromedp.Navigate(at+"/me"), chromedp.Click(`#passkeys .own-list button`),
		chromedp.WaitNotPresent(`#passkeys .own-list li`))
	signOut()
	do(chromedp.Click(".passkey-in button"), chromedp.WaitVisible(`.trouble`))
	if got := text(`document.querySelector(".trouble").textContent`); !strings.Contains(got, "lets nobody in") {
		t.Errorf("a passkey that was removed: %q", got)
	}
}
