// Package certificate is by what a server proves over TLS to be the one that was
// asked for.
//
// Takes: the files of a certificate and its key, or the names for which an authority is to give one (ACME).
// Gives: the settings of TLS, by which a certificate that was renewed is shown without a restart.
// Never: shows a certificate whose key does not belong to it, or asks an authority for a name that nobody named.
package certificate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"github.com/throughline/throughline"
)

// lookEach is how often the files are looked at, at most.
const lookEach = time.Second

// Files is a certificate and its key in two PEM files. When they change what
// they hold is shown from the next connection on.
type Files struct {
	cert, key string
	log       *slog.Logger
	now       throughline.Clock

	mu     sync.Mutex
	looked time.Time
	state  [2]fileState
	shown  *tls.Certificate
}

type fileState struct {
	at   time.Time
	size int64
}

// Open reads the two files. Errors are *throughline.Error.
func Open(cert, key string, now throughline.Clock, log *slog.Logger) (*Files, error) {
	f := &Files{cert: cert, key: key, now: now, log: log}
	state, err := f.stat()
	if err == nil {
		err = f.load(state)
	}
	if err != nil {
		kind := throughline.Invalid
		var path *os.PathError
		if errors.As(err, &path) {
			if kind = throughline.Unavailable; errors.Is(err, os.ErrNotExist) {
				kind = throughline.NotFound
			}
		}
		return nil, throughline.Fail("read certificate", kind, cert, err)
	}
	f.looked = now()
	return f, nil
}

func (f *Files) stat() (out [2]fileState, err error) {
	for i, path := range []string{f.cert, f.key} {
		info, err := os.Stat(path)
		if err != nil {
			return [2]fileState{}, err
		}
		out[i] = fileState{info.ModTime(), info.Size()}
	}
	return out, nil
}

// load reads both, and notes as what they were seen before that, so that a
// change meanwhile is seen at the next look.
func (f *Files) load(state [2]fileState) error {
	pair, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		return err
	}
	f.shown, f.state = &pair, state
	return nil
}

// current is what is to be shown now. Files that cannot be read, or do not
// belong together (one of two was replaced), leave what was shown before.
func (f *Files) current() *tls.Certificate {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	if since := now.Sub(f.looked); since >= 0 && since < lookEach {
		return f.shown
	}
	f.looked = now
	state, err := f.stat()
	if state == f.state {
		return f.shown
	}
	if err == nil {
		err = f.load(state)
	}
	if err != nil {
		f.state = state // what is wrong is said once
		f.log.Error("the certificate cannot be read again; the one before is shown", "error", err)
		return f.shown
	}
	f.log.Info("the certificate was read again", "until", f.shown.Leaf.NotAfter.UTC())
	return f.shown
}

// TLS gives settings that show it.
func (f *Files) TLS() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		NextProtos:     []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return f.current(), nil },
	}
}

// Until is the instant from which nobody accepts it any more.
func (f *Files) Until() time.Time { return f.current().Leaf.NotAfter }

// Authority is who is asked for certificates by ACME.
type Authority struct {
	Names     []string // for which
	Directory string   // its address; "": Let's Encrypt
	Email     string   // whom it writes to
	Cache     string   // a folder for keys and certificates; "": one beside the user's other caches
	Roots     string   // a PEM file of who may have signed its own certificate; "": whom the machine trusts
	Accept    bool     // its terms of service are accepted
}

// Automatic asks an authority for certificates, and again before they end.
// Errors are *throughline.Error.
func Automatic(a Authority) (*autocert.Manager, error) {
	const op = "ask for certificates by ACME"
	for i, name := range a.Names {
		a.Names[i] = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(name), "."))
		if !strings.Contains(a.Names[i], ".") || strings.ContainsAny(a.Names[i], "*:/ ") {
			return nil, throughline.Fail(op, throughline.Invalid, name, errors.New("a certificate is for a full name, such as sales.example.com"))
		}
	}
	if !a.Accept {
		return nil, throughline.Fail(op, throughline.Invalid, "", errors.New("the authority gives them to who accepts its terms of service: say so with --acme-accept"))
	}
	if a.Cache == "" {
		own, err := os.UserCacheDir()
		if err != nil {
			return nil, throughline.Fail(op, throughline.Unavailable, "", errors.New("name a folder for keys and certificates with --acme-cache"))
		}
		a.Cache = filepath.Join(own, "throughline", "acme")
	}
	if err := os.MkdirAll(a.Cache, 0o700); err != nil {
		return nil, throughline.Fail(op, throughline.Unavailable, a.Cache, err)
	}
	client := &acme.Client{DirectoryURL: a.Directory, UserAgent: "throughline"}
	if a.Roots != "" {
		pem, err := os.ReadFile(a.Roots)
		pool := x509.NewCertPool()
		if err == nil && !pool.AppendCertsFromPEM(pem) {
			err = errors.New("it holds no certificate in PEM")
		}
		if err != nil {
			return nil, throughline.Fail(op, throughline.Invalid, a.Roots, err)
		}
		client.HTTPClient = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
	}
	names := slices.Clone(a.Names)
	return &autocert.Manager{
		Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(a.Cache), Email: a.Email, Client: client,
		HostPolicy: func(_ context.Context, host string) error {
			if !slices.Contains(names, strings.ToLower(host)) {
				return errors.New("nobody named this name")
			}
			return nil
		},
	}, nil
}
