// Package endpoint asks a language model, at any address that speaks the
// OpenAI chat protocol, to propose facts that a note holds. It is off unless
// somebody configured it.
//
// Takes: an address, a model and a key; notes.
// Gives: proposals of the same closed shape as the reader's, each tied to words that stand in the note.
// Never: sends a name, an address or a number by which somebody can be reached, follows to another host, or lets a model grade above what the words bear.
//
// What is sent and how answers are checked: docs/methods/capture.md.
package endpoint

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/capture"
)

// Settings say where the model is. The zero value is off.
type Settings struct {
	URL     string        // up to and with /v1; /chat/completions is added
	Model   string        // its name there
	Key     string        `json:"-"` // sent as a bearer token; may be empty for a local one
	Timeout time.Duration // for one note; DefaultTimeout where zero
}

// Limits on one note.
const (
	DefaultTimeout = 20 * time.Second
	longestTimeout = 2 * time.Minute
	largestAnswer  = 1 << 20
)

// On reports whether a model is configured.
func (s Settings) On() bool { return s.URL != "" && s.Model != "" }

// String leaves the key out, as do the other ways to print settings.
func (s Settings) String() string {
	if !s.On() {
		return "off"
	}
	return s.Model + " at " + hostOf(s.URL)
}

// GoString leaves the key out.
func (s Settings) GoString() string { return "endpoint.Settings{" + s.String() + "}" }

// LogValue leaves the key out.
func (s Settings) LogValue() slog.Value { return slog.StringValue(s.String()) }

// Format leaves the key out, whatever the verb.
func (s Settings) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// Proposer asks one model. It is safe for concurrent use.
type Proposer struct {
	settings Settings
	reader   *capture.Reader
	address  string
	client   *http.Client
}

var _ capture.Proposer = (*Proposer)(nil)

const op = "ask the language model"

// New makes a proposer; reader knows the playbook's questions and what words
// bear. Settings that are off are an error: there is nothing to ask.
func New(s Settings, reader *capture.Reader) (*Proposer, error) {
	if !s.On() {
		return nil, throughline.Fail("configure the language model", throughline.Unsupported, "", errors.New("no address and model are set"))
	}
	u, err := url.Parse(s.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, throughline.Fail(
			"configure the language model",
			throughline.Invalid,
			"",
			errors.New("its address is no plain http or https address such as https://models.example/v1"),
		)
	}
	if u.Scheme == "http" && s.Key != "" && !nearby(u.Hostname()) {
		return nil, throughline.Fail(
			"configure the language model",
			throughline.Invalid,
			u.Host,
			errors.New("a key is sent over https only, or to a machine nearby"),
		)
	}
	if strings.ContainsAny(s.Key, "\r\n\x00") {
		return nil, throughline.Fail("configure the language model", throughline.Invalid, u.Host, errors.New("the key holds a line break"))
	}
	if s.Timeout <= 0 {
		s.Timeout = DefaultTimeout
	}
	s.Timeout = min(s.Timeout, longestTimeout)
	return &Proposer{settings: s, reader: reader, address: u.JoinPath("chat", "completions").String(), client: &http.Client{
		Transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			MaxIdleConnsPerHost:    2,
			IdleConnTimeout:        time.Minute,
			TLSHandshakeTimeout:    10 * time.Second,
			MaxResponseHeaderBytes: 1 << 16,
		},
		CheckRedirect: func(next *http.Request, before []*http.Request) error {
			if next.URL.Host != before[0].URL.Host || next.URL.Scheme != before[0].URL.Scheme || len(before) > 3 {
				return errElsewhere
			}
			return nil
		},
	}}, nil
}

var errElsewhere = errors.New("it sends us to another host, where we do not follow")

// nearby reports whether a host is this machine or one of a private network.
func nearby(host string) bool {
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback() || ip.IsPrivate()
	}
	return host == "localhost" || !strings.Contains(host, ".") || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".internal")
}

// Propose asks about one note. What the answer holds that cannot be is dropped
// without a word: a person who was not given, a place that is none, words that
// do not stand in the note.
func (p *Proposer) Propose(ctx context.Context, n capture.Note) ([]capture.Proposal, error) {
	shown := p.reader.Alias(n)
	if strings.TrimSpace(shown.Text) == "" {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, p.settings.Timeout)
	defer cancel()
	q := p.question(n, shown)
	content, err := p.ask(ctx, q)
	if throughline.KindOf(err) == throughline.Unsupported && q.ResponseFormat != nil { // it knows no schemas: ask in plain words
		q.ResponseFormat = nil
		content, err = p.ask(ctx, q)
	}
	if err != nil {
		return nil, err
	}
	a, err := decode(content)
	if err != nil {
		return nil, p.fail(throughline.Corrupt, errors.New("its answer is not the JSON that was asked for"))
	}
	return p.check(n, shown, a), nil
}

func (p *Proposer) fail(kind throughline.Kind, cause error) error {
	return throughline.Fail(op, kind, hostOf(p.address), cause)
}

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

type request struct {
	Model          string          `json:"model"`
	Messages       []message       `json:"messages"`
	Temperature    float64         `json:"temperature"`
	ResponseFormat *responseFormat `json:"response_format,omitempty"`
}

type responseFormat struct {
	Type       string     `json:"type"`
	JSONSchema jsonSchema `json:"json_schema"`
}

type jsonSchema struct {
	Name   string          `json:"name"`
	Strict bool            `json:"strict"`
	Schema json.RawMessage `json:"schema"`
}

// ask sends one question. Unsupported means that the request itself was
// refused. Neither the key nor anything the other side wrote goes into an error.
func (p *Proposer) ask(ctx context.Context, q *request) (string, error) {
	body, err := json.Marshal(q)
	if err != nil {
		return "", p.fail(throughline.Internal, err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.address, bytes.NewReader(body))
	if err != nil {
		return "", p.fail(throughline.Invalid, errors.New("its address cannot be called"))
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	if p.settings.Key != "" {
		r.Header.Set("Authorization", "Bearer "+p.settings.Key)
	}
	got, err := p.client.Do(r)
	if err != nil {
		switch {
		case errors.Is(err, errElsewhere):
			return "", p.fail(throughline.Denied, errElsewhere)
		case errors.Is(ctx.Err(), context.DeadlineExceeded):
			return "", p.fail(throughline.Unavailable, fmt.Errorf("it did not answer within %s", p.settings.Timeout))
		case ctx.Err() != nil:
			return "", p.fail(throughline.Unavailable, context.Cause(ctx))
		}
		return "", p.fail(throughline.Unavailable, errors.New("it cannot be reached"))
	}
	defer got.Body.Close()
	if got.StatusCode != http.StatusOK {
		_, _ = io.Copy(io.Discard, io.LimitReader(got.Body, 1<<14))
		kind, why := refusal(got.StatusCode)
		return "", p.fail(kind, fmt.Errorf("%s (status %d)", why, got.StatusCode))
	}
	text, err := io.ReadAll(io.LimitReader(got.Body, largestAnswer+1))
	switch {
	case err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "", p.fail(throughline.Unavailable, fmt.Errorf("it did not answer within %s", p.settings.Timeout))
	case err != nil:
		return "", p.fail(throughline.Unavailable, errors.New("its answer broke off"))
	case len(text) > largestAnswer:
		return "", p.fail(throughline.Corrupt, errors.New("its answer is longer than a million bytes"))
	}
	var a struct {
		Choices []struct {
			Message struct {
				Content *string `json:"content"`
				Refusal *string `json:"refusal"`
			} `json:"message"`
		} `json:"choices"`
	}
	if err := json.Unmarshal(text, &a); err != nil || len(a.Choices) == 0 {
		return "", p.fail(throughline.Corrupt, errors.New("its answer is not that of a chat completion"))
	}
	m := a.Choices[0].Message
	if m.Content == nil || *m.Content == "" {
		if m.Refusal != nil {
			return "", p.fail(throughline.Denied, errors.New("the model refused to answer"))
		}
		return "", p.fail(throughline.Corrupt, errors.New("its answer is empty"))
	}
	return *m.Content, nil
}

func refusal(status int) (throughline.Kind, string) {
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return throughline.Denied, "it does not accept the key"
	case status == http.StatusNotFound:
		return throughline.NotFound, "there is no such model or address"
	case status == http.StatusTooManyRequests:
		return throughline.Unavailable, "it has had too many requests"
	case status == http.StatusBadRequest, status == http.StatusUnprocessableEntity, status == http.StatusUnsupportedMediaType:
		return throughline.Unsupported, "it does not accept the request"
	case status >= 500:
		return throughline.Unavailable, "it has trouble of its own"
	}
	return throughline.Invalid, "it refused the request"
}

// decode reads the model's JSON, also where it stands in a fence or between words.
func decode(content string) (answer, error) {
	var a answer
	from, to := strings.IndexByte(content, '{'), strings.LastIndexByte(content, '}')
	if from < 0 || to < from {
		return a, errors.New("no JSON")
	}
	err := json.Unmarshal([]byte(content[from:to+1]), &a)
	if err == nil && a.Proposals == nil {
		err = errors.New("no proposals")
	}
	return a, err
}
