package span

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/throughline/throughline"
)

// collector takes spans, and answers as a test says.
type collector struct {
	*httptest.Server
	mu     sync.Mutex
	answer func(n int, w http.ResponseWriter) // nil: 200
	hold   <-chan struct{}                    // until which it answers nothing; nil: it answers at once
	asked  int
	head   http.Header
	spans  []*otlp.Span
}

func collecting(t *testing.T) *collector {
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if c.hold != nil {
			<-c.hold
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.asked++
		if c.head = r.Header.Clone(); c.answer != nil {
			if c.answer(c.asked, w); c.asked == 1 {
				return
			}
		}
		var data otlp.TracesData
		if err := proto.Unmarshal(body, &data); err != nil || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/x-protobuf" {
			t.Errorf("%s %v: %v", r.URL, r.Header, err)
		}
		for _, rs := range data.ResourceSpans {
			for _, ss := range rs.ScopeSpans {
				c.spans = append(c.spans, ss.Spans...)
			}
		}
	}))
	t.Cleanup(c.Close)
	return c
}

func telling(t *testing.T, s Settings) *Spans {
	t.Helper()
	spans, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	return spans
}

func said(s *otlp.Span) string {
	out := s.Name
	for _, a := range s.Attributes {
		out += fmt.Sprintf(" %s=%v", a.Key, strings.Trim(fmt.Sprint(a.Value.GetStringValue(), a.Value.GetIntValue()), " "))
	}
	return out
}

// TestSpansStandInsideEachOther, up to so many; nothing is told of what is inside of nothing.
func TestSpansStandInsideEachOther(t *testing.T) {
	c := collecting(t)
	s := telling(t, Settings{URL: c.URL, Share: 1, Version: "v", Header: http.Header{"X-Key": {"k"}}})
	_, end := s.Store(t.Context(), "read", "deal")
	end(nil)
	_, end = s.Operation(t.Context(), "deals")
	end(nil)
	ctx, done := s.Request(t.Context(), "")
	in, end := s.Operation(ctx, "deals")
	for range mostInside + 3 {
		_, read := s.Store(in, "read", "deal")
		read(errors.New("Ann said enough"))
	}
	end(throughline.Fail("look at", throughline.NotFound, "Ann's deal", errors.New("Ann")))
	done(Request{Method: "GET", Status: 503})
	if ID(ctx) == "" {
		t.Error("a trace has no number")
	}
	if err := s.End(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(c.spans) != mostInside+2 || c.head.Get("X-Key") != "k" {
		t.Fatalf("%d spans, %v", len(c.spans), c.head)
	}
	op, root := c.spans[mostInside], c.spans[mostInside+1]
	for _, read := range c.spans[:mostInside] {
		if said(read) != "read deal db.collection.name=deal" && !strings.HasPrefix(said(read), "read deal") || string(read.ParentSpanId) != string(op.SpanId) {
			t.Fatal(read)
		}
	}
	if op.Name != "operation deals" || !strings.Contains(said(op), "throughline.outcome=not_found") || op.Status.GetCode() != 0 || string(op.ParentSpanId) != string(root.SpanId) {
		t.Error(op)
	}
	if root.Name != "GET none" || !strings.Contains(root.String(), "throughline.left_out") || root.Status.GetCode() != otlp.Status_STATUS_CODE_ERROR || len(root.ParentSpanId) != 0 {
		t.Error(root)
	}
	if all := fmt.Sprint(c.spans); strings.Contains(all, "Ann") {
		t.Error("a span has words of an error")
	}
}

// TestWhichTracesAreTold: a part of those that begin here, and of those that a proxy
// began what it says.
func TestWhichTracesAreTold(t *testing.T) {
	c := collecting(t)
	const trace, parent = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
	for _, b := range []struct {
		share  float64
		parent string
		want   int
	}{
		{1, "", 100}, {0, "", 0}, {0.5, "", -1}, {0, "00-" + trace + "-" + parent + "-01", 100}, {1, "00-" + trace + "-" + parent + "-00", 0}, {1, "Ann", 100},
	} {
		c.spans = nil
		s := telling(t, Settings{URL: c.URL, Share: b.share})
		for range 100 {
			_, end := s.Request(t.Context(), b.parent)
			end(Request{Method: "GET", Route: "/", Status: 200})
		}
		if err := s.End(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := len(c.spans); b.want >= 0 && n != b.want || b.want < 0 && (n < 15 || n > 85) {
			t.Errorf("%v of %q: %d are told", b.share, b.parent, n)
		}
		if taken := len(c.spans) > 0 && fmt.Sprintf("%x %x", c.spans[0].TraceId, c.spans[0].ParentSpanId) == trace+" "+parent; taken != (b.share == 0 && b.want > 0) {
			t.Errorf("%q: its trace is taken over: %v", b.parent, taken)
		}
	}
	var none *Spans
	ctx, end := none.Request(t.Context(), "")
	end(Request{})
	_, over := none.Job(ctx, "check")
	over(nil)
	if ctx != t.Context() || none.End(ctx) != nil || ID(ctx) != "" {
		t.Error("without an address something is told")
	}
}

// TestACollectorThatIsAway: what a busy one does not take is sent again, what it refuses
// is not, and one that never answers holds up nobody.
func TestACollectorThatIsAway(t *testing.T) {
	for status, want := range map[int]int{503: 2, 429: 2, 400: 1, 302: 1, 500: 1} {
		c := collecting(t)
		c.answer = func(n int, w http.ResponseWriter) {
			if n == 1 {
				w.WriteHeader(status)
			}
		}
		told := make(chan error, 9)
		s := telling(t, Settings{URL: c.URL + "/", Share: 1, Told: func(err error) { told <- err }})
		s.sender.first = time.Millisecond
		_, end := s.Job(t.Context(), "check")
		end(nil)
		if err := s.provider.ForceFlush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := <-told; c.asked != want || len(c.spans) != want-1 || (err == nil) != (want == 2) {
			t.Errorf("%d: asked %d times, %d spans, %v", status, c.asked, len(c.spans), err)
		}
		_ = s.End(t.Context())
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	s := telling(t, Settings{URL: "http://" + silent.Addr().String(), Share: 1})
	for range 20_000 { // many times what is kept for it
		ctx, end := s.Request(t.Context(), "")
		_, in := s.Store(ctx, "write", "")
		in(nil)
		end(Request{Method: "GET", Status: 200})
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.End(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

// TestWhatDoesNotFitIsCounted: it is said once that spans are lost, and afterwards how
// many: those, and what was sent, are all there were.
func TestWhatDoesNotFitIsCounted(t *testing.T) {
	for _, end := range []bool{true, false} {
		c, busy := collecting(t), make(chan struct{})
		c.hold = busy
		var mu sync.Mutex
		var told []int64
		s := telling(t, Settings{URL: c.URL, Share: 1, Full: func(lost int64) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, lost)
		}})
		const all = 3 * mostWaiting
		for range all {
			_, end := s.Job(t.Context(), "check")
			end(nil)
		}
		mu.Lock()
		if len(told) != 1 || told[0] != 0 {
			t.Errorf("while they do not fit it is said %v", told)
		}
		mu.Unlock()
		close(busy)
		flush := s.provider.ForceFlush
		if end {
			flush = s.End
		}
		if err := flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		if len(told) != 2 || told[1] == 0 {
			t.Errorf("afterwards it is said %v", told)
		}
		mu.Unlock()
		if err := s.End(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := int64(len(c.spans)) + told[len(told)-1]; n != all {
			t.Errorf("%d were sent and %d lost, of %d", len(c.spans), told[len(told)-1], all)
		}
	}
}

// TestWhatIsWrongWithSettings is said before anything begins, and not what a key is.
func TestWhatIsWrongWithSettings(t *testing.T) {
	for _, s := range []Settings{{URL: "collector:4318"}, {URL: "http://"}, {URL: "grpc://x:4317"}, {URL: "http://a:secret@x"}, {URL: "http://x", Share: 1.5}, {URL: "http://x", Share: -1}} {
		if _, err := New(s); throughline.KindOf(err) != throughline.Invalid {
			t.Errorf("%+v: %v", s, err)
		}
	}
	h, err := Header(" x-key=a%20b , Authorization=Basic cXE9,")
	if err != nil || h.Get("X-Key") != "a b" || h.Get("Authorization") != "Basic cXE9" || len(h) != 2 {
		t.Errorf("%v %v", h, err)
	}
	for _, bad := range []string{"sesame", "=sesame", "a=%zz-sesame", "a=sesame%0d%0ab"} {
		if _, err := Header(bad); throughline.KindOf(err) != throughline.Invalid || strings.Contains(err.Error(), "sesame") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
