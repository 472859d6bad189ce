package span

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/throughline/throughline"
)

// sender sends spans by OTLP over HTTP. The exporter that OpenTelemetry has for it
// brings the whole of gRPC with it, which nobody here speaks.
type sender struct {
	to     string
	header http.Header
	client *http.Client
	told   func(error)
	first  time.Duration // until a second try; each further one waits twice as long
	ending atomic.Bool   // nothing is tried again
}

func newSender(s Settings) (*sender, error) {
	bad := func(why string) (*sender, error) {
		return nil, throughline.Fail("send traces to", throughline.Invalid, s.URL, errors.New(why))
	}
	at, err := url.Parse(s.URL)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" || at.User != nil {
		return bad("--traces is the address of a collector, such as http://127.0.0.1:4318")
	}
	if !(s.Share >= 0 && s.Share <= 1) {
		return bad("--traces-share is a part of all traces, from 0 to 1")
	}
	if strings.Trim(at.Path, "/") == "" {
		at.Path = "/v1/traces"
	}
	told := s.Told
	if told == nil {
		told = func(error) {}
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &sender{to: at.String(), header: s.Header, client: client, told: told, first: time.Second}, nil
}

// Start has nothing to begin; see otlptrace.Client.
func (s *sender) Start(context.Context) error { return nil }

// Stop has nothing to end; see otlptrace.Client.
func (s *sender) Stop(context.Context) error { return nil }

// UploadTraces sends spans, again where the collector is away or busy, until ctx
// ends; then they are lost. It is called by one goroutine at a time, which nobody
// waits for.
func (s *sender) UploadTraces(ctx context.Context, spans []*otlp.ResourceSpans) error {
	body, err := proto.Marshal(&otlp.TracesData{ResourceSpans: spans})
	for wait := s.first; err == nil; wait *= 2 {
		var again time.Duration
		if again, err = s.send(ctx, body); err == nil || again < 0 || s.ending.Load() {
			break
		}
		pause := time.NewTimer(max(wait, again))
		select {
		case <-ctx.Done():
			pause.Stop()
			s.told(err)
			return nil
		case <-pause.C:
			err = nil
		}
	}
	s.told(err)
	return nil // what it says has been told
}

// send sends once; again says after how long it may be sent again, below 0 never.
func (s *sender) send(ctx context.Context, body []byte) (again time.Duration, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.to, bytes.NewReader(body))
	if err != nil {
		return -1, err
	}
	for name, values := range s.header {
		r.Header[name] = values
	}
	r.Header.Set("Content-Type", "application/x-protobuf")
	answer, err := s.client.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<16)) // what it says is not ours to show
	switch answer.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		if seconds, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil && seconds > 0 {
			again = time.Duration(min(seconds, 3600)) * time.Second
		}
	default:
		again = -1
	}
	if answer.StatusCode/100 != 2 {
		return again, fmt.Errorf("the collector answers %d", answer.StatusCode)
	}
	return 0, nil
}

// Header reads what OTEL_EXPORTER_OTLP_HEADERS says: name=value, with commas between
// them, values as in an address. Errors are *throughline.Error, Invalid, and do not
// say what it holds.
func Header(words string) (http.Header, error) {
	out := http.Header{}
	for pair := range strings.SplitSeq(words, ",") {
		if pair = strings.TrimSpace(pair); pair == "" {
			continue
		}
		name, value, is := strings.Cut(pair, "=")
		value, err := url.PathUnescape(strings.TrimSpace(value))
		if name = strings.TrimSpace(name); !is || name == "" || err != nil || strings.ContainsAny(name+value, "\r\n") {
			return nil, throughline.Fail("send traces with", throughline.Invalid, "OTEL_EXPORTER_OTLP_HEADERS",
				errors.New("it holds name=value, with commas between them"))
		}
		out.Set(name, value)
	}
	return out, nil
}
