package sharing

import (
	"github.com/throughline/throughline"
)

// Plan is the plan that the guest reaches: what limits are counted by. No page
// shows it.
func (g *Guest) Plan() throughline.ID { return g.share.plan }
