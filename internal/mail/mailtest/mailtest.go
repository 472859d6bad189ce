// Package mailtest is a mail server for tests: it speaks SMTP (RFC 5321) over a
// real connection and gives what it was handed.
//
// Takes: connections on this machine.
// Gives: the letters, and who sent them to whom.
// Never: passes anything on.
package mailtest

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"testing"
	"time"
)

// Letter is what came.
type Letter struct {
	From, To, Subject, Text string
	Login                   string // as name and password, apart by a zero byte; empty: none
	Private                 bool   // it came over TLS
}

// Server takes letters.
type Server struct {
	Addr    string
	Letters chan Letter
	Roots   *x509.CertPool // by which it is trusted; nil: it offers no TLS
	refuse  string
	config  *tls.Config
}

// New begins to listen until the test ends. With TLS it offers STARTTLS. A
// letter to the address refuse is not taken.
func New(t testing.TB, private bool, refuse string) *Server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	s := &Server{Addr: listener.Addr().String(), Letters: make(chan Letter, 100), refuse: refuse}
	if private {
		s.certify(t)
	}
	go func() {
		for {
			line, err := listener.Accept()
			if err != nil {
				return
			}
			go s.serve(line)
		}
	}()
	return s
}

func (s *Server) certify(t testing.TB) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	of := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true}
	raw, err := x509.CreateCertificate(rand.Reader, of, of, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	s.Roots = x509.NewCertPool()
	s.Roots.AddCert(made)
	s.config = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
}

func (s *Server) serve(line net.Conn) {
	defer func() { _ = line.Close() }()
	in := textproto.NewReader(bufio.NewReader(line))
	say := func(words string) { _, _ = io.WriteString(line, words+"\r\n") }
	var l Letter
	say("220 test")
	for {
		asked, err := in.ReadLine()
		if err != nil {
			return
		}
		word, rest, _ := strings.Cut(asked, " ")
		switch strings.ToUpper(word) {
		case "EHLO":
			if s.config != nil && !l.Private {
				say("250-test\r\n250 STARTTLS")
			} else {
				say("250-test\r\n250 AUTH PLAIN")
			}
		case "STARTTLS":
			say("220 go on")
			private := tls.Server(line, s.config)
			line, in, l.Private = private, textproto.NewReader(bufio.NewReader(private)), true
		case "AUTH":
			text, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, "PLAIN "))
			l.Login = strings.TrimPrefix(string(text), "\x00")
			say("235 come in")
		case "MAIL":
			l.From = rest
			say("250 fine")
		case "RCPT":
			if l.To = strings.Trim(strings.TrimPrefix(rest, "TO:"), "<>"); s.refuse != "" && l.To == s.refuse {
				say("550 <" + l.To + "> is nobody here")
				continue
			}
			say("250 fine")
		case "DATA":
			say("354 go on")
			if err := l.read(in.DotReader()); err != nil {
				say("554 " + err.Error())
				return
			}
			say("250 taken")
			s.Letters <- l
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 fine")
		}
	}
}

func (l *Letter) read(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	if l.Subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return err
	}
	text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	l.Text = string(text)
	return err
}
