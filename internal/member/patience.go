package member

import "time"

// Patience bounds how often something may be tried: so many times at once, and
// one more each while. It holds a bounded number of names; when it is full the
// one tried longest ago is forgotten.
type Patience struct {
	Burst int
	Each  time.Duration
	Most  int // names

	tried map[string]tries
}

type tries struct {
	left float64
	at   time.Time
}

// Allow takes one try of a name, or says after how long there is one again.
func (p *Patience) Allow(name string, now time.Time) (wait time.Duration, ok bool) {
	if p.tried == nil {
		p.tried = map[string]tries{}
	}
	t, known := p.tried[name]
	if !known {
		p.forget(now)
		t = tries{left: float64(p.Burst), at: now}
	}
	if gone := now.Sub(t.at); gone > 0 {
		t.left = min(float64(p.Burst), t.left+float64(gone)/float64(p.Each))
	}
	t.at = now
	if t.left < 1 {
		p.tried[name] = t
		return time.Duration((1 - t.left) * float64(p.Each)), false
	}
	t.left--
	p.tried[name] = t
	return 0, true
}

// Forgive gives a name all its tries back: whoever knew the password.
func (p *Patience) Forgive(name string) { delete(p.tried, name) }

// forget makes room for one more name.
func (p *Patience) forget(now time.Time) {
	if len(p.tried) < p.Most {
		return
	}
	oldest, at := "", now
	for name, t := range p.tried {
		if now.Sub(t.at) > time.Duration(p.Burst)*p.Each {
			delete(p.tried, name) // full again: as good as new
		} else if !t.at.After(at) {
			oldest, at = name, t.at
		}
	}
	if len(p.tried) >= p.Most {
		delete(p.tried, oldest)
	}
}
