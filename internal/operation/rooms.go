package operation

import (
	"context"

	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/importing"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/reviewing"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/showing"
)

// What an operation does is done in a room; a room sees as much of the desk as
// it works with.

// work is what an operation runs.
type work[In, Out any] = func(context.Context, *Desk, In) (Out, error)

// within makes an operation's work of a room's, at as much of the desk as that
// room sees.
func within[Room, In, Out any](see func(*Desk) *Room, run func(context.Context, *Room, In) (Out, error)) work[In, Out] {
	return func(ctx context.Context, d *Desk, in In) (Out, error) { return run(ctx, see(d), in) }
}

// Recording is the desk as recording sees it.
func (d *Desk) Recording() *recording.Desk {
	return &recording.Desk{Desk: d.Desk, Lists: d.Lists, Readers: d.Readers, Model: d.Model,
		OfUs: !d.Team || d.May(member.People, true), ByLink: d.Sharing().ByLink}
}

// Showing is the desk as showing sees it.
func (d *Desk) Showing() *showing.Desk { return &showing.Desk{Desk: d.Desk, Lists: d.Lists} }

// Reviewing is the desk as reviewing sees it.
func (d *Desk) Reviewing() *reviewing.Desk {
	return &reviewing.Desk{Desk: d.Desk, Lists: d.Lists, Forecaster: d.Forecaster}
}

// Sharing is the desk as sharing sees it.
func (d *Desk) Sharing() *sharing.Desk {
	return &sharing.Desk{Desk: d.Desk, Lists: d.Lists, Secrets: d.Secrets, PublicURL: d.PublicURL, Mail: d.Mail, Standing: d.Standing}
}

// Importing is the desk as importing sees it.
func (d *Desk) Importing() *importing.Desk {
	return &importing.Desk{Desk: d.Desk, Cache: d.Cache, Confirm: d.Confirm, Show: d.Show, Looks: d.Looks, Closed: !d.May(member.Imports, true)}
}

// Caretaking is the desk as caretaking sees it.
func (d *Desk) Caretaking() *caretaking.Desk {
	return &caretaking.Desk{Desk: d.Desk, Lists: d.Lists, Confirm: d.Confirm, Restore: d.Restore, Copy: d.Copy, Oneself: d.isOneself,
		Queue: d.Jobs, Asker: d.self(), May: d.May}
}

func records[In, Out any](run func(context.Context, *recording.Desk, In) (Out, error)) work[In, Out] {
	return within((*Desk).Recording, run)
}

func shows[In, Out any](run func(context.Context, *showing.Desk, In) (Out, error)) work[In, Out] {
	return within((*Desk).Showing, run)
}

func reviews[In, Out any](run func(context.Context, *reviewing.Desk, In) (Out, error)) work[In, Out] {
	return within((*Desk).Reviewing, run)
}

func shares[In, Out any](run func(context.Context, *sharing.Desk, In) (Out, error)) work[In, Out] {
	return within((*Desk).Sharing, run)
}

func imports[In, Out any](run func(context.Context, *importing.Desk, In) (Out, error)) work[In, Out] {
	return within((*Desk).Importing, run)
}

func cares[In, Out any](run func(context.Context, *caretaking.Desk, In) (Out, error)) work[In, Out] {
	return within((*Desk).Caretaking, run)
}
