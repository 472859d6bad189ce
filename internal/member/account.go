package member

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/throughline/throughline"
)

// The kinds of lines about who sees a customer's deals; each says the whole list.
const (
	SeenOpened = "opened" // those of the list see all of them, besides what they see anyway
	SeenClose  = "close"  // those of the list see all of them, who has one of them that one, and nobody else any
	SeenUsual  = "usual"  // as of every customer: there is no list
)

// Seen is who sees a customer's deals: one list, and one word for what it means.
type Seen struct {
	Word  string           // SeenOpened, SeenClose; "": as of every customer
	To    []throughline.ID // people of ours and teams, in the order in which they were named
	Since time.Time
	By    throughline.PersonID // zero: the command line
}

// AccountSeen is that of a customer, with what held before.
type AccountSeen struct {
	Account throughline.AccountID
	Seen
	Before Seen
	N      int // of its lines, also such as cannot be read
}

// Names reports whether somebody is on the list, or a team that they belong to.
func (s Seen) Names(who throughline.PersonID, teams []Team) bool {
	return slices.ContainsFunc(s.To, func(id throughline.ID) bool {
		return id == throughline.ID(who) || slices.ContainsFunc(teams, func(t Team) bool { return t.ID == id && t.Has(who) })
	})
}

// FoldSeen gives of each customer that lines are about what the last one says, in the
// order of the lines. Lines that cannot be read, or are of no known kind, change nothing.
func FoldSeen(lines []Line) (out []AccountSeen) {
	at := map[throughline.ID]int{}
	for _, l := range lines {
		i, known := at[l.Subject]
		if !known {
			i = len(out)
			at[l.Subject], out = i, append(out, AccountSeen{Account: throughline.AccountID(l.Subject)})
		}
		out[i].N++
		var b Body
		word := l.Kind
		if json.Unmarshal(l.Body, &b) != nil || word != SeenOpened && word != SeenClose && word != SeenUsual {
			continue
		}
		if word == SeenUsual {
			word, b.To = "", nil
		}
		out[i].Before, out[i].Seen = out[i].Seen, Seen{word, b.To, l.At, b.By}
	}
	return out
}
