// Package postgres keeps the ledger in a PostgreSQL database, for several
// processes at once.
//
// Takes: the address of a database; batches of facts; questions by workspace.
// Gives: a store.Ledger; when Append returns, the batch is on the server's disk.
// Never: says something is written before it is, tells a password, or changes a fact, except to take an erased person's name out of it.
package postgres

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/ledger"
)

// Options says how to open.
type Options struct {
	MustExist bool // a database without a ledger is an error, not a new ledger
	ReadOnly  bool // nothing is written, not even a migration; tables of another version are unsupported

	// Clock tells when something is written; nil: the machine's.
	Clock throughline.Clock

	// Progress is told how many of what an older program wrote have been brought
	// to this version's form: "rows" that got a checksum, "deals" that were folded
	// anew. May be nil.
	Progress func(unit string, done, total int)
}

// Ledger is one PostgreSQL database.
type Ledger struct {
	*ledger.Ledger
	base *base
}

// base is the database, by a pool of connections.
type base struct {
	name     string // of the database, without a password, for messages
	pool     *pgxpool.Pool
	readOnly bool
	clock    throughline.Clock
	types    map[string]map[string]string // of each table's columns, as the catalogue names them

	views chan struct{} // a token for each connection that a view holds

	writing sync.Mutex
	turns   map[throughline.Workspace]chan struct{} // this process's writers of a workspace take turns before they ask the server

	listening sync.Once
	ending    context.Context // ends with Close
	end       context.CancelFunc
	ears      ears
}

// Instant is now; see ledger.Base.
func (b *base) Instant() time.Time { return b.clock() }

var (
	_ store.Ledger  = (*Ledger)(nil)
	_ store.Telling = (*Ledger)(nil)
	_ ledger.Base   = (*base)(nil)
)

// connections is how many a process holds at most, unless the address says
// pool_max_conns; spare is how many of them views leave to others.
const (
	connections = 12
	spare       = 4
)

// Speaks reports whether an address is one of a PostgreSQL database.
func Speaks(address string) bool {
	return strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://")
}

// Open opens the ledger at an address such as postgres://user@host:5432/name,
// makes its tables where there are none, and brings them to this version. What
// the address leaves out is taken from libpq's variables and files (PGPASSWORD,
// ~/.pgpass, PGSERVICE). Kinds of error: not_found, denied, invalid (no address,
// or another program's database), unsupported (written by a newer program),
// unavailable.
func Open(ctx context.Context, address string, o Options) (*Ledger, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, throughline.Fail("open database", throughline.Invalid, store.ShownAddress(address),
			errors.New("the address cannot be read; it looks like postgres://user@host:5432/name, "+
				"with a password that holds signs such as @ or / percent-encoded, or in PGPASSWORD"))
	}
	b := &base{name: named(&config.ConnConfig.Config), readOnly: o.ReadOnly, turns: map[throughline.Workspace]chan struct{}{}}
	if b.clock = o.Clock; b.clock == nil {
		b.clock = time.Now
	}
	b.ending, b.end = context.WithCancel(context.Background())
	l, err := b.open(ctx, config, o)
	if err != nil {
		b.Close()
		return nil, b.Fail("open database", "", err)
	}
	return l, nil
}

func (b *base) open(ctx context.Context, config *pgxpool.Config, o Options) (_ *Ledger, err error) {
	b.configure(config)
	if b.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, err
	}
	conn, err := b.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	b.views = make(chan struct{}, max(1, int(config.MaxConns)-spare))
	have, err := b.versionOf(ctx, conn.Conn())
	switch {
	case err != nil:
		return nil, err
	case have.there == nothing && (o.MustExist || o.ReadOnly):
		return nil, fs.ErrNotExist
	case o.ReadOnly && have.current < have.target:
		return nil, ledger.Refuse(throughline.Unsupported,
			"its tables are of version %d and have to be brought to %d before they can be read; anything that writes to it does", have.current, have.target)
	}
	l := &Ledger{ledger.New(b), b}
	if !o.ReadOnly {
		unit := func(name string) func(done, total int) {
			return func(done, total int) {
				if o.Progress != nil {
					o.Progress(name, done, total)
				}
			}
		}
		err := b.alone(ctx, conn.Conn(), func() error {
			if err := b.migrate(ctx, conn.Conn()); err != nil {
				return err
			}
			if b.types, err = columnTypes(ctx, conn.Conn()); err != nil {
				return err
			}
			if err := b.sealOld(ctx, conn.Conn(), unit("rows")); err != nil {
				return err
			}
			return l.Refold(ctx, unit("deals"))
		})
		return l, err
	}
	b.types, err = columnTypes(ctx, conn.Conn())
	return l, err
}

// configure says how connections are made and kept.
func (b *base) configure(config *pgxpool.Config) {
	if !strings.Contains(config.ConnString(), "pool_max_conns") {
		config.MaxConns = connections
	}
	config.MaxConns = max(config.MaxConns, 2*spare)
	config.MaxConnIdleTime = 5 * time.Minute
	config.ConnConfig.ConnectTimeout = max(config.ConnConfig.ConnectTimeout, 0)
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = 10 * time.Second
	}
	set := config.ConnConfig.RuntimeParams
	for name, value := range map[string]string{
		"application_name": "throughline",
		"timezone":         "UTC",
		// A server notices within a minute that a machine which held a lock is gone.
		"tcp_keepalives_idle":     "20",
		"tcp_keepalives_interval": "10",
		"tcp_keepalives_count":    "4",
	} {
		if _, said := set[name]; !said {
			set[name] = value
		}
	}
	if b.readOnly {
		set["default_transaction_read_only"] = "on"
	}
	config.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		// What is told as written is on the disk, whatever the server's default.
		_, err := c.Exec(ctx, "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'")
		return err
	}
}

// Close ends all connections. A stream that is still being read fails.
func (l *Ledger) Close() error {
	l.base.Close()
	return nil
}

// Close ends all connections.
func (b *base) Close() {
	b.end()
	if b.pool != nil {
		b.pool.Reset() // those in use end when they are given back
		closed := make(chan struct{})
		go func() { b.pool.Close(); close(closed) }()
		select {
		case <-closed:
		case <-time.After(5 * time.Second): // somebody still reads; the process is about to end
		}
	}
}

func portOf(n uint16) string { return strconv.Itoa(int(n)) }

func addressOf(host string, port uint16) string {
	if strings.HasPrefix(host, "/") {
		return host + ":" + portOf(port)
	}
	return net.JoinHostPort(host, portOf(port))
}
