package certificate_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"github.com/miekg/dns"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/surface/certificate"
)

// sign makes a certificate of its own for a name, as PEM.
func sign(t *testing.T, name string, number int64) (cert, key []byte) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	made := &x509.Certificate{SerialNumber: big.NewInt(number), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, made, made, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	own, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: own})
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// shown is the number of the certificate that a server at an address shows.
func shown(t *testing.T, at string) int64 {
	t.Helper()
	conn, err := tls.Dial("tcp", at, &tls.Config{InsecureSkipVerify: true}) // which one is what is asked
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
}

// TestARenewedCertificateIsShown: what is written in place of it is shown from the
// next connection on; a file that is half there, or whose key is another's, leaves
// the one before, and is told once.
func TestARenewedCertificateIsShown(t *testing.T) {
	dir := t.TempDir()
	certPath, keyPath := filepath.Join(dir, "c.pem"), filepath.Join(dir, "k.pem")
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var said bytes.Buffer
	lines := slog.New(slog.NewTextHandler(&said, &slog.HandlerOptions{Level: slog.LevelWarn}))
	open := func() (*certificate.Files, error) {
		return certificate.Open(certPath, keyPath, func() time.Time { return now }, lines)
	}
	if _, err := open(); throughline.KindOf(err) != throughline.NotFound {
		t.Errorf("no file: %v", err)
	}
	first, firstKey := sign(t, "sales.example.com", 1)
	second, secondKey := sign(t, "sales.example.com", 2)
	write(t, certPath, first)
	write(t, keyPath, secondKey)
	if _, err := open(); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("another's key: %v", err)
	}
	write(t, keyPath, firstKey)
	f, err := open()
	if err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", f.TLS())
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: http.NotFoundHandler(), ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	at := l.Addr().String()
	wants := func(what string, number int64) {
		t.Helper()
		now = now.Add(2 * time.Second)
		if got := shown(t, at); got != number {
			t.Errorf("%s: certificate %d is shown, want %d", what, got, number)
		}
	}
	wants("as it was", 1)
	write(t, certPath, second)
	wants("its key is not there yet", 1)
	wants("and again", 1)
	if n := strings.Count(said.String(), "cannot be read again"); n != 1 {
		t.Errorf("it is told %d times: %s", n, said.String())
	}
	write(t, keyPath, secondKey)
	wants("both are there", 2)
	if err := os.Remove(certPath); err != nil {
		t.Fatal(err)
	}
	wants("the file is gone", 2)
	write(t, certPath, first[:len(first)/2])
	wants("half of a file", 2)
	write(t, certPath, first)
	write(t, keyPath, firstKey)
	wants("whole again", 1)
}

// TestAnAuthorityGivesACertificate: a real authority (Pebble, of Let's Encrypt)
// asks the server over TLS-ALPN-01 and gives it one, which the authority's roots
// accept; a name that nobody named gets none, and the next start has it at hand.
func TestAnAuthorityGivesACertificate(t *testing.T) {
	const name = "sales.example.com"
	t.Setenv("PEBBLE_VA_NOSLEEP", "1")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	own, directory, roots := authority(t, l.Addr().(*net.TCPAddr).Port)
	told := certificate.Authority{Names: []string{name}, Directory: directory, Roots: own, Cache: t.TempDir()}
	if _, err := certificate.Automatic(told); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("terms that nobody accepted: %v", err)
	}
	told.Accept = true
	m, err := certificate.Automatic(told)
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{TLSConfig: m.TLSConfig(), ErrorLog: log.New(io.Discard, "", 0),
		Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("here")) })}
	go func() { _ = s.ServeTLS(l, "", "") }()
	t.Cleanup(func() { _ = s.Close() })
	ask := func(name string) error {
		conn, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{ServerName: name, RootCAs: roots})
		if err == nil {
			conn.Close()
		}
		return err
	}
	if err := ask(name); err != nil {
		t.Fatalf("no certificate that the authority's roots accept: %v", err)
	}
	if err := ask("other.example.com"); err == nil {
		t.Error("a name that nobody named has one")
	}
	kept, err := os.ReadFile(filepath.Join(told.Cache, name))
	if err != nil || !bytes.Contains(kept, []byte("BEGIN CERTIFICATE")) {
		t.Errorf("it is not kept for the next start: %v", err)
	}
}

// authority starts Pebble, which asks at a port of this machine whatever name it is
// about. It gives the file of who signed its own certificate, the address of its
// directory, and who signs what it gives.
func authority(t *testing.T, port int) (own, directory string, roots *x509.CertPool) {
	t.Helper()
	quiet := log.New(io.Discard, "", 0)
	kept := db.NewMemoryStore()
	signer := ca.New(quiet, kept, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {}})
	front := wfe.New(quiet, kept, va.New(quiet, port, port, false, names(t), kept), signer, []string{"pebble.example.org"}, false, false, 0, 0)
	s := httptest.NewTLSServer(front.Handler())
	t.Cleanup(s.Close)
	own = filepath.Join(t.TempDir(), "own.pem")
	write(t, own, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
	roots = x509.NewCertPool()
	if !roots.AppendCertsFromPEM(signer.GetRootCert(0).PEM()) {
		t.Fatal("the authority has no root")
	}
	return own, s.URL + wfe.DirectoryPath, roots
}

// names is a name server by which every name is this machine.
func names(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &dns.Server{Listener: l, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		answer := new(dns.Msg)
		answer.SetReply(q)
		if q.Question[0].Qtype == dns.TypeA {
			answer.Answer = []dns.RR{&dns.A{Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 1}, A: net.IPv4(127, 0, 0, 1)}}
		}
		_ = w.WriteMsg(answer)
	})}
	go func() { _ = s.ActivateAndServe() }()
	t.Cleanup(func() { _ = s.Shutdown() })
	return l.Addr().String()
}
