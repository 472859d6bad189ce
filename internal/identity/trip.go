package identity

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"time"
)

// TripLasts is how long somebody may be at the provider.
const TripLasts = 10 * time.Minute

// Trip is one way to the provider and back. The browser that sets out keeps it,
// sealed; whoever comes back without it has set out elsewhere.
type Trip struct {
	State    string    `json:"s"`
	Nonce    string    `json:"n"`
	Verifier string    `json:"v"` // of PKCE
	Then     string    `json:"t,omitempty"`
	Back     string    `json:"b"` // where the provider sends the browser
	Until    time.Time `json:"u"`
}

// ErrTrip is a trip that is none of ours, or over.
var ErrTrip = errors.New("the trip is not of this browser, or over")

// Trip gives a new one.
func (p *Provider) Trip(then, back string) (Trip, error) {
	t := Trip{Then: then, Back: back, Until: p.settings.Now().Add(TripLasts)}
	for _, word := range []*string{&t.State, &t.Nonce, &t.Verifier} {
		var drawn [32]byte
		if _, err := io.ReadFull(p.settings.Random, drawn[:]); err != nil {
			return t, err
		}
		*word = base64.RawURLEncoding.EncodeToString(drawn[:])
	}
	return t, nil
}

// sealingKey is what trips are sealed with: of the client's secret, so that of
// several servers each opens what another sealed; without one it is drawn.
func sealingKey(s Settings) (key [32]byte, err error) {
	if s.Secret == "" {
		_, err = io.ReadFull(s.Random, key[:])
		return key, err
	}
	sum := hmac.New(sha256.New, []byte(s.Secret))
	sum.Write([]byte("throughline trip\x00" + s.Issuer + "\x00" + s.Client))
	return [32]byte(sum.Sum(nil)), nil
}

func (p *Provider) box() (cipher.AEAD, error) {
	block, err := aes.NewCipher(p.key[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// Seal gives a trip as a browser keeps it.
func (p *Provider) Seal(t Trip) (string, error) {
	box, err := p.box()
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(t)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, box.NonceSize())
	if _, err := io.ReadFull(p.settings.Random, nonce); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(box.Seal(nonce, nonce, text, nil)), nil
}

// Open gives the trip that a browser kept, where it is one of ours, of this state
// and not over; else ErrTrip.
func (p *Provider) Open(sealed, state string) (t Trip, err error) {
	box, err := p.box()
	if err != nil {
		return t, err
	}
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(raw) < box.NonceSize() {
		return t, ErrTrip
	}
	text, err := box.Open(nil, raw[:box.NonceSize()], raw[box.NonceSize():], nil)
	if err != nil || json.Unmarshal(text, &t) != nil {
		return Trip{}, ErrTrip
	}
	if state == "" || t.State != state || !p.settings.Now().Before(t.Until) {
		return Trip{}, ErrTrip
	}
	return t, nil
}
