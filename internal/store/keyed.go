package store

import (
	"context"
	"time"

	"github.com/throughline/throughline"
)

// Keyed is what is kept of a request that came with a key of its caller's own, so
// that it is carried out once however often it is sent.
type Keyed struct {
	Key    throughline.ID // of the key, and of whose it is
	Digest [32]byte       // of the request, led by the key, so that nobody can try words out
	Once   throughline.ID // the token under which it is written
	At     time.Time      // since when somebody has been at it; afterwards, when it ended
	State  KeyedState
	Answer []byte // what was answered, sealed by the key, which is kept nowhere; empty once somebody was erased
}

// KeyedState says how far a request has come.
type KeyedState int64

// The states. What was refused and wrote nothing is not kept.
const (
	KeyedBegun    KeyedState = 1 // somebody is at it, or was until the process ended
	KeyedLeft     KeyedState = 2 // it failed, and whether it wrote is not known
	KeyedAnswered KeyedState = 3
)

// Keys keeps requests that came with a key. A Ledger is one. They are no facts: no
// write has a number for them, and old ones are dropped.
type Keys interface {
	// Claim begins a request: where nothing is kept of its key, or what is kept
	// was left, or was begun before stale, it is kept as begun and mine is true; a
	// token and a digest that are kept stay. Else kept says how far it has come. What
	// was last touched before oldest is dropped.
	Claim(ctx context.Context, ws throughline.Workspace, k Keyed, stale, oldest time.Time) (kept Keyed, mine bool, err error)

	// EndKeyed ends a request that is kept as begun at the same instant: answered, or
	// left; of any other state it is forgotten. It is a conflict where somebody else
	// has taken it over.
	EndKeyed(ctx context.Context, ws throughline.Workspace, k Keyed) error
}
