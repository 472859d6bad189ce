package customer

import (
	"crypto/sha256"
	"net/netip"
	"sync"
	"time"

	"github.com/throughline/throughline"
)

// limits holds back whoever asks too often: an address, one that guesses at
// links, and one link that writes. Who has come by a link lately comes in even
// where somebody behind the same address guesses.
type limits struct {
	now throughline.Clock

	mu      sync.Mutex
	asks    map[netip.Prefix]*bucket // everything of an address
	guesses map[netip.Prefix]*bucket // what opened nothing
	all     bucket                   // what opened nothing, of all addresses
	writing map[[32]byte]*bucket     // by link
	lately  map[[32]byte]time.Time   // links that held
}

// rate is how many at once and how many a second after that.
type rate struct{ burst, second float64 }

var (
	askRate   = rate{120, 20}
	guessRate = rate{20, 0.2}
	allRate   = rate{200, 20}
	writeRate = rate{40, 1}
)

const (
	mostRemembered = 10_000
	latelyFor      = 24 * time.Hour
)

// bucket empties with each asking and fills with time.
type bucket struct {
	left float64
	at   time.Time
}

func (b *bucket) fill(r rate, now time.Time) {
	if b.at.IsZero() {
		b.left = r.burst
	} else {
		b.left = min(r.burst, b.left+r.second*max(0, now.Sub(b.at).Seconds()))
	}
	b.at = now
}

func (b *bucket) take(r rate, now time.Time) bool {
	if b.fill(r, now); b.left < 1 {
		return false
	}
	b.left--
	return true
}

func newLimits(now throughline.Clock) *limits {
	return &limits{
		now:     now,
		asks:    map[netip.Prefix]*bucket{},
		guesses: map[netip.Prefix]*bucket{},
		writing: map[[32]byte]*bucket{},
		lately:  map[[32]byte]time.Time{},
	}
}

// network is whose address it is: one of the older kind, or the network of one of the newer.
func network(remote string) netip.Prefix {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Prefix{}
	}
	a, bits := at.Addr().Unmap().WithZone(""), 32
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits)
	return p
}

// of gives the bucket of a key. Where there are too many they are all forgotten:
// that lets some through again, and holds back nobody.
func of[K comparable](m map[K]*bucket, k K) *bucket {
	if b, ok := m[k]; ok {
		return b
	}
	if len(m) >= mostRemembered {
		clear(m)
	}
	m[k] = &bucket{}
	return m[k]
}

// comes reports whether whoever asks may be looked at.
func (l *limits) comes(remote, token string) bool {
	now, from := l.now(), network(remote)
	l.mu.Lock()
	defer l.mu.Unlock()
	if held, ok := l.lately[sha256.Sum256([]byte(token))]; ok && now.Sub(held) < latelyFor {
		return of(l.asks, from).take(askRate, now)
	}
	g := of(l.guesses, from)
	g.fill(guessRate, now)
	l.all.fill(allRate, now)
	return g.left >= 1 && l.all.left >= 1 && of(l.asks, from).take(askRate, now)
}

// missed notes that nothing was opened.
func (l *limits) missed(remote string) {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	of(l.guesses, network(remote)).take(guessRate, now)
	l.all.take(allRate, now)
}

// holds notes that a link opened its plan.
func (l *limits) holds(token string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.lately) >= mostRemembered {
		clear(l.lately)
	}
	l.lately[sha256.Sum256([]byte(token))] = l.now()
}

// writes reports whether a link may write once more.
func (l *limits) writes(token string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return of(l.writing, sha256.Sum256([]byte(token))).take(writeRate, l.now())
}
