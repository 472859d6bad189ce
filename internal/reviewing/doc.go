// Package reviewing is what people talk over: before a call, in a session about
// some deals, and over all of them, with what they themselves take a deal for.
//
// Takes: deals as they are shown, what is forecast of them, and what was said of them before.
// Gives: what happened, what is due, what to ask, and where two readings of one deal disagree.
// Never: ranks people, or lets a judgement change what is computed.
package reviewing

import (
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/listing"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
)

// Desk is a desk at which deals are talked over.
type Desk struct {
	desk.Desk
	Lists      *listing.Keeper                // says what is usual and who sells; nil: read from the deals
	Forecaster func() *forecasting.Forecaster // who works out forecasts
}

// recording gives the desk at which a judgement is written.
func (d *Desk) recording() *recording.Desk {
	return &recording.Desk{Desk: d.Desk, Lists: d.Lists}
}

// showing gives the desk at which deals are asked for.
func (d *Desk) showing() *showing.Desk { return &showing.Desk{Desk: d.Desk, Lists: d.Lists} }
