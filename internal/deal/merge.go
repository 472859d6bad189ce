package deal

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/throughline/throughline"
)

// Why a deal is on no list any more, where one of us said so: what Ended.Foreign
// holds beside the end state Removed.
const (
	ByMistake = "opened by mistake" // it never was a deal
	ByMerging = "merged"            // it is told by another deal now
)

// What two deals that are one are to each other: what Linked.As holds.
const (
	MergedInto = "merged"  // this one is told by the other
	TookIn     = "took_in" // this one tells the other too
)

// MergedID is the id that a fact has on the deal which took its deal in. It
// follows from the merging, which is the fact that says so on the deal that was
// taken in, and from the fact: taking apart finds again what was taken over.
func MergedID(merging, f throughline.FactID) throughline.FactID {
	at := throughline.TimeOf(throughline.ID(merging))
	return throughline.FactID(throughline.KeyedID(at, "merged", throughline.ID(merging).String(), throughline.ID(f).String()))
}

// OfMerging reports whether a fact is one of those that make two deals one: what
// they are to each other, and that the one is on no list any more.
func (f Fact) OfMerging() bool {
	switch b := f.Body.(type) {
	case Linked:
		return b.As == MergedInto || b.As == TookIn
	case Ended:
		return b.Outcome == throughline.Removed && b.Foreign == ByMerging
	}
	return false
}

// Merging gives the fact by which a deal is told by another now, among those
// that count; ok is false where it is told by itself.
func Merging(live []Fact) (f Fact, ok bool) {
	i := slices.IndexFunc(live, func(f Fact) bool { l, is := f.Body.(Linked); return is && l.As == MergedInto })
	if i < 0 {
		return Fact{}, false
	}
	return live[i], true
}

// TakenIn gives the deals that a deal took in, of the facts that count.
func TakenIn(live []Fact) (out []throughline.DealID) {
	for _, f := range live {
		if l, is := f.Body.(Linked); is && l.As == TookIn {
			out = append(out, l.To)
		}
	}
	return out
}

// Moves reports whether facts of the kind go along when their deal is taken into
// another: what the customer said and did, and what we noted of it. What the
// other deal is and how it stands, our judgement and strategy there, stay with it.
func (k Kind) Moves() bool {
	return slices.Contains(moving, k)
}

var moving = []Kind{KindMilestoneMet, KindActivity, KindEvidence, KindContradiction, KindPhaseNotNeeded, KindPersonJoined, KindStance, KindStepMoved,
	KindNoticed, KindWorkMoved, KindNoted, KindTargetSet, KindResultMeasured, KindPromiseMade, KindPromiseResolved, KindStepStated, KindDecisionStated,
	KindCommented, KindPersonMerged, KindReportsTo}

// Renumbered gives a body in which the facts that it points at have the ids
// given for them. It fails where the body cannot be written down and read again.
func Renumbered(b Body, ids map[throughline.FactID]throughline.FactID) (Body, error) {
	text, err := json.Marshal(b)
	if err != nil {
		return nil, fmt.Errorf("renumber %s: %w", b.Kind(), err)
	}
	var pairs []string
	for from, to := range ids {
		if was := `"` + from.String() + `"`; strings.Contains(string(text), was) {
			pairs = append(pairs, was, `"`+to.String()+`"`)
		}
	}
	if len(pairs) == 0 {
		return b, nil
	}
	return family[b.Kind()].decode([]byte(strings.NewReplacer(pairs...).Replace(string(text))))
}

// Names reports whether a body points at one of some facts.
func Names(b Body, facts map[throughline.FactID]bool) (bool, error) {
	text, err := json.Marshal(b)
	if err != nil {
		return false, fmt.Errorf("read %s: %w", b.Kind(), err)
	}
	for id, is := range facts {
		if is && strings.Contains(string(text), `"`+id.String()+`"`) {
			return true, nil
		}
	}
	return false, nil
}
