package customer

import (
	"crypto/sha256"
	"net/netip"
	"sync"
	"time"

	"github.com/throughline/throughline"
)

// limits holds back whoever asks too often: one link, an address that guesses at
// links, all that guess together, and one plan that is written on. A link that
// holds opens whatever else came from the same address, since behind a proxy all
// come from one.
type limits struct {
	now throughline.Clock

	mu      sync.Mutex
	links   map[[32]byte]*bucket     // links that hold
	missed  map[netip.Prefix]*bucket // what opened nothing
	all     bucket                   // what opened nothing, of all addresses
	writing map[throughline.ID]*bucket
}

// rate is how many at once and how many a second after that.
type rate struct{ burst, second float64 }

var (
	linkRate  = rate{120, 20}
	guessRate = rate{20, 0.2}
	allRate   = rate{200, 20}
	writeRate = rate{40, 1}
)

const mostRemembered = 10_000

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
		links:   map[[32]byte]*bucket{},
		missed:  map[netip.Prefix]*bucket{},
		writing: map[throughline.ID]*bucket{},
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

// opens reports whether a link that holds may be used once more.
func (l *limits) opens(token string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return of(l.links, sha256.Sum256([]byte(token))).take(linkRate, l.now())
}

// spent reports whether as much was guessed already, from an address or altogether,
// as may be: before anything is read for one more.
func (l *limits) spent(remote string) bool {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	from := of(l.missed, network(remote))
	from.fill(guessRate, now)
	l.all.fill(allRate, now)
	return from.left < 1 || l.all.left < 1
}

// guesses reports whether whoever asked for what is not there may be told so;
// else they are to wait.
func (l *limits) guesses(remote string) bool {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	from := of(l.missed, network(remote))
	from.fill(guessRate, now)
	l.all.fill(allRate, now)
	if from.left < 1 || l.all.left < 1 {
		return false
	}
	from.left--
	l.all.left--
	return true
}

// writes reports whether a plan may be written on once more, by whichever link.
func (l *limits) writes(plan throughline.ID) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return of(l.writing, plan).take(writeRate, l.now())
}
