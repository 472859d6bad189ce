package customer_test

import (
	"crypto/rand"
	"encoding/base64"
	"net/http/httptest"
	"testing"

	"github.com/throughline/throughline/internal/sharing"
)

// BenchmarkGuess is what a guess at a link costs the server, from an address that
// has guessed too often: processor time and memory of each, on a ledger in a file.
func BenchmarkGuess(b *testing.B) {
	r := open(b)
	r.plan(b, "Montrevel")
	for b.Loop() {
		token := make([]byte, 40)
		_, _ = rand.Read(token)
		q := httptest.NewRequest("GET", "http://localhost"+sharing.PlanPath+base64.RawURLEncoding.EncodeToString(token), nil)
		q.Header.Set("User-Agent", phone)
		r.guest.ServeHTTP(httptest.NewRecorder(), q)
	}
}
