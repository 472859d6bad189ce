// Package sharing is the plan that is shared with a customer: what stands on it,
// the links by which it is opened, and what their people write on it.
//
// Takes: a deal that has a plan, the token of a link, and what a guest writes.
// Gives: the plan as the holder of that link may see it, and facts of theirs from the source "plan".
// Never: shows a reading of ours, or lets one of us read what they keep to themselves.
package sharing

import (
	"io"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/listing"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
)

// Desk is a desk at which a plan is shared.
type Desk struct {
	desk.Desk
	Lists     *listing.Keeper                // says what is usual; nil: read from the deals
	Secrets   io.Reader                      // where secrets are drawn from; nil: the system's
	Mail      func(to, subject, text string) // takes a letter, to be sent at once; nil: no mail is sent from here
	Standing  []Standing                     // links of a made-up company that anybody here may open; none anywhere else
	PublicURL string                         // under which customers reach the plans, without a slash at its end; empty: not known
}

// Standing is a link of a made-up company, for whoever looks at it to open its plan
// as its customer would.
type Standing struct {
	Deal throughline.DealID
	Path string
}

// showing gives the desk at which the plan's deal is asked for.
func (d *Desk) showing() *showing.Desk {
	return &showing.Desk{Desk: d.Desk, Lists: d.Lists}
}

// recording gives the desk at which what is written on the plan is recorded.
func (d *Desk) recording() *recording.Desk {
	return &recording.Desk{Desk: d.Desk, Lists: d.Lists}
}
