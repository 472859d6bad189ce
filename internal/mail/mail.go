// Package mail hands letters to a mail server (SMTP, RFC 5321).
//
// Takes: where the server is and who we are there; a Letter.
// Gives: nothing, once the server has taken the letter; else an error that names no address of a person.
// Never: sends anything over the network in the clear, keeps a letter, or reads mail.
package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/smtp"
	"net/url"
	"strings"
	"time"

	"github.com/throughline/throughline"
)

// Server is a mail server that takes letters from us.
type Server struct {
	Host     string // host:port
	Name     string // who we are there; empty: it does not ask
	Password string
	From     string         // an address such as plans@example.com
	Wrapped  bool           // TLS from the first byte, as on port 465; else STARTTLS
	Roots    *x509.CertPool // whom to trust; nil: whom the system trusts
}

// Letter is what is sent: to one address, as plain text.
type Letter struct {
	To, Subject, Text string
	ID                string // of this letter, by which servers know it again
	At                time.Time
}

// patience is how long a server may take over one letter.
const patience = 30 * time.Second

// Parse reads an address such as smtp://name@mail.example.com:587 or
// smtps://mail.example.com, and who letters are from.
func Parse(address, from, password string) (Server, error) {
	bad := func(why string) (Server, error) {
		return Server{}, throughline.Fail("configure mail", throughline.Invalid, "", errors.New(why))
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Path != "" || u.RawQuery != "" {
		return bad("--smtp is an address such as smtp://name@mail.example.com:587 or smtps://mail.example.com")
	}
	if _, written := u.User.Password(); written {
		return bad("the password stands in THROUGHLINE_SMTP_PASSWORD, where no list of processes shows it")
	}
	sender, err := mail.ParseAddress(from)
	if err != nil || sender.Name != "" {
		return bad("--mail-from is an address such as plans@example.com")
	}
	s := Server{Host: u.Host, Name: u.User.Username(), Password: password, From: sender.Address, Wrapped: u.Scheme == "smtps"}
	if u.Port() == "" {
		port := "587"
		if s.Wrapped {
			port = "465"
		}
		s.Host = net.JoinHostPort(u.Hostname(), port)
	}
	return s, nil
}

// Send hands a letter over.
func (s Server) Send(ctx context.Context, l Letter) error {
	if err := s.send(ctx, l); err != nil {
		return throughline.Fail("send mail", throughline.Unavailable, s.Host, anonymous(err, l.To))
	}
	return nil
}

// anonymous takes an address out of what a server said of it.
func anonymous(err error, to string) error {
	text := err.Error()
	for _, part := range []string{to, strings.ToLower(to)} {
		text = strings.ReplaceAll(text, part, "the address")
	}
	return errors.New(text)
}

func (s Server) send(ctx context.Context, l Letter) error {
	text, err := s.written(l)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	line, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.Host)
	if err != nil {
		return err
	}
	defer func() { _ = line.Close() }()
	if until, ok := ctx.Deadline(); ok {
		if err := line.SetDeadline(until); err != nil {
			return err
		}
	}
	host, _, err := net.SplitHostPort(s.Host)
	if err != nil {
		return err
	}
	private := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12, RootCAs: s.Roots}
	if s.Wrapped {
		line = tls.Client(line, private)
	}
	c, err := smtp.NewClient(line, host)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	if !s.Wrapped {
		switch offered, _ := c.Extension("STARTTLS"); {
		case offered:
			if err := c.StartTLS(private); err != nil {
				return err
			}
		case !here(host):
			return errors.New("the server offers no TLS, and a letter is not sent in the clear")
		}
	}
	if s.Name != "" {
		if err := c.Auth(smtp.PlainAuth("", s.Name, s.Password, host)); err != nil {
			return err
		}
	}
	if err := c.Mail(s.From); err != nil {
		return err
	}
	if err := c.Rcpt(l.To); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.Quit()
}

// here reports whether a host is this machine.
func here(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// written gives a letter as it goes over the line (RFC 5322).
func (s Server) written(l Letter) ([]byte, error) {
	to, err := mail.ParseAddress(l.To)
	if err != nil || to.Name != "" || to.Address != l.To || strings.ContainsAny(l.To+l.ID, "\r\n<>") {
		return nil, errors.New("this is no address that a letter can go to")
	}
	_, domain, _ := strings.Cut(s.From, "@")
	var b bytes.Buffer
	for _, h := range [][2]string{{"From", "<" + s.From + ">"}, {"To", "<" + l.To + ">"}, {"Subject", mime.QEncoding.Encode("utf-8", l.Subject)},
		{"Date", l.At.Format(time.RFC1123Z)}, {"Message-ID", "<" + l.ID + "@" + domain + ">"}, {"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"}, {"Content-Transfer-Encoding", "quoted-printable"}, {"Auto-Submitted", "auto-generated"}} {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	b.WriteString("\r\n")
	w := quotedprintable.NewWriter(&b)
	if _, err := w.Write([]byte(strings.ReplaceAll(l.Text, "\n", "\r\n"))); err != nil {
		return nil, err
	}
	return b.Bytes(), w.Close()
}
