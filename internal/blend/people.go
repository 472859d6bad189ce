package blend

import (
	"cmp"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook"
)

// Ask is somebody to ask, or a role that nobody holds yet.
type Ask struct {
	Person  throughline.PersonID `json:"person,omitzero"` // zero: nobody holds the role yet
	Role    throughline.Role     `json:"role,omitempty"`
	Reasons []Reason             `json:"reasons"`
}

// Reason is why, as a code with its arguments.
type Reason struct {
	Code  ReasonCode        `json:"code"`
	Role  throughline.Role  `json:"role,omitempty"`
	Phase throughline.Phase `json:"phase,omitempty"`
	Count int               `json:"count,omitempty"` // days, functions
	Since throughline.Day   `json:"since,omitzero"`
	Event deal.Event        `json:"event,omitempty"`
}

// ReasonCode names a reason; the phrase room has its sentence.
type ReasonCode string

// Why somebody is to be asked, and why a land deal has become another purchase.
const (
	OwnsQuestion ReasonCode = "owns"       // Role, which owns the question of Phase
	RunsPaper    ReasonCode = "paper"      // Role, through whose hands the order goes
	SpokeOnIt    ReasonCode = "spoke"      // said something on Phase, last on Since, Count days ago
	QuietLongest ReasonCode = "quiet"      // has not been heard for Count days, since Since
	NeverHeard   ReasonCode = "never"      // nothing they said or did is known
	RoleMissing  ReasonCode = "missing"    // nobody holds Role, which matters at Phase
	OnlyOfficer  ReasonCode = "officer"    // the only one who may be approached
	ManyFunction ReasonCode = "functions"  // people of Count functions take part
	GateAppeared ReasonCode = "gate"       // somebody in Role has appeared
	PaperEntered ReasonCode = "purchasing" // purchasing or legal has entered, on Since
)

// people picks whom to ask: who owns the question, who spoke on it, who is
// missing, who has been quiet longest; never more than four.
func people(book *playbook.Playbook, d *deal.Summary, r alignment.Reading, a Advice, today throughline.Day) []Ask {
	if d == nil {
		return []Ask{}
	}
	heard := lastHeard(d)
	here := slices.DeleteFunc(d.PersonIDs(), func(id throughline.PersonID) bool { return d.People[id].Left.Value })
	// who was heard last of several holders of a role comes last: the others know something new
	slices.SortStableFunc(here, func(a, b throughline.PersonID) int {
		return cmp.Or(heard[a].Compare(heard[b]), slices.Compare(a[:], b[:]))
	})
	w := whom{d: d, here: here, asks: []Ask{}}
	if a.Mode == Respond {
		return w.officer(a.Phase)
	}

	missing := Missing(book, d, r)
	if r.Decided { // the paper comes first
		w.paper(missing)
	}
	owner := owns(book, r, a.Phase)
	w.owner(owner, a.Phase, missing)
	if id, at := lastOn(d, r, a.Phase); !id.IsZero() {
		day := throughline.DayOf(at, r.Zone)
		w.add(id, firstRole(d.People[id]), Reason{Code: SpokeOnIt, Phase: a.Phase, Since: day, Count: max(0, today.Sub(day))})
	}
	if i := slices.IndexFunc(missing, func(m Absent) bool { return m.Role != owner && !(r.Decided && m.Role == throughline.BuyerOfRecord) }); i >= 0 {
		w.add(throughline.PersonID{}, missing[i].Role, missing[i].Reason)
	}
	w.quiet(heard, today, r.Zone)
	return w.asks
}

// whom is who is to be asked, while they are picked.
type whom struct {
	d    *deal.Summary
	here []throughline.PersonID // who has not left, the longest unheard first
	asks []Ask
}

// add adds a person, or a role that nobody holds; whoever is asked already has
// one more reason.
func (w *whom) add(id throughline.PersonID, role throughline.Role, y Reason) {
	for i := range w.asks {
		if w.asks[i].Person == id && (!id.IsZero() || w.asks[i].Role == role) {
			w.asks[i].Reasons = append(w.asks[i].Reasons, y)
			return
		}
	}
	if len(w.asks) < MostPeople {
		w.asks = append(w.asks, Ask{id, role, []Reason{y}})
	}
}

func (w *whom) holds(id throughline.PersonID, role throughline.Role) bool {
	return slices.Contains(w.d.People[id].Roles, role)
}

// officer is the only one whom those who answer a tender may ask.
func (w *whom) officer(p throughline.Phase) []Ask {
	for _, id := range w.here {
		if w.holds(id, throughline.BuyerOfRecord) {
			w.add(id, throughline.BuyerOfRecord, Reason{Code: OnlyOfficer, Role: throughline.BuyerOfRecord, Phase: p})
		}
	}
	if len(w.asks) == 0 {
		w.add(throughline.PersonID{}, throughline.BuyerOfRecord, Reason{Code: RoleMissing, Role: throughline.BuyerOfRecord, Phase: p})
	}
	return w.asks[:1]
}

// paper adds who runs the paper once they have decided, or that nobody does.
func (w *whom) paper(missing []Absent) {
	for _, id := range w.here {
		if w.holds(id, throughline.BuyerOfRecord) {
			w.add(id, throughline.BuyerOfRecord, Reason{Code: RunsPaper, Role: throughline.BuyerOfRecord})
			break
		}
	}
	for _, m := range missing {
		if m.Role == throughline.BuyerOfRecord {
			w.add(throughline.PersonID{}, m.Role, m.Reason)
		}
	}
}

// owner adds those who hold the role that owns the question, or that nobody does.
func (w *whom) owner(role throughline.Role, p throughline.Phase, missing []Absent) {
	if role == "" {
		return
	}
	n := 0
	for _, id := range w.here {
		if w.holds(id, role) && n < 2 { // two holders at most, so that others are asked as well
			w.add(id, role, Reason{Code: OwnsQuestion, Role: role, Phase: p})
			n++
		}
	}
	if n > 0 {
		return
	}
	if i := slices.IndexFunc(missing, func(m Absent) bool { return m.Role == role }); i >= 0 {
		w.add(throughline.PersonID{}, role, missing[i].Reason)
	}
}

// quiet adds one: who has been quiet longest. One who only advises them from
// outside is no voice of theirs whose silence would say anything.
func (w *whom) quiet(heard map[throughline.PersonID]time.Time, today throughline.Day, zone *time.Location) {
	for _, id := range w.here {
		who := w.d.People[id]
		if len(who.Roles) == 1 && who.Roles[0] == throughline.OutsideAdviser {
			continue
		}
		if at := heard[id]; at.IsZero() {
			w.add(id, firstRole(who), Reason{Code: NeverHeard})
		} else if day := throughline.DayOf(at, zone); today.Sub(day) > 0 {
			w.add(id, firstRole(who), Reason{Code: QuietLongest, Since: day, Count: today.Sub(day)})
		}
		return
	}
}

func firstRole(s deal.Standing) throughline.Role {
	for _, r := range throughline.Roles() {
		if slices.Contains(s.Roles, r) {
			return r
		}
	}
	return ""
}

// owns is the role that owns the question: the playbook's word, but where one
// person decides, that person's.
func owns(book *playbook.Playbook, r alignment.Reading, p throughline.Phase) throughline.Role {
	if r.Class == throughline.TransactionalInformal && p <= throughline.Commit {
		return throughline.BudgetDecider
	}
	q, _ := book.Question(p)
	return q.Owner
}

// lastHeard is when each person last said or did something of note here.
func lastHeard(d *deal.Summary) map[throughline.PersonID]time.Time {
	out := map[throughline.PersonID]time.Time{}
	hear := func(id throughline.PersonID, at time.Time) {
		if at.After(out[id]) {
			out[id] = at
		}
	}
	for _, m := range d.Marks {
		if m.Grade.FromCustomer() {
			hear(m.Person, m.At)
		}
	}
	for id, st := range d.People {
		if st.Stance.Set() && st.Stance.Value.Grade.FromCustomer() {
			hear(id, st.Stance.At)
		}
	}
	return out
}

// lastOn is who of the customer spoke last on a question, and is still there.
func lastOn(d *deal.Summary, r alignment.Reading, p throughline.Phase) (throughline.PersonID, time.Time) {
	var id throughline.PersonID
	var at time.Time
	for _, e := range r.Phase(p).Evidence {
		st, known := d.People[e.Person]
		if known && !st.Left.Value && e.Grade.FromCustomer() && !e.At.Before(at) {
			id, at = e.Person, e.At
		}
	}
	return id, at
}

// Absent is a role that nobody holds though the deal's class and question ask for it.
type Absent struct {
	Role   throughline.Role `json:"role"`
	Reason Reason           `json:"reason"`
}

// beside are roles that a question needs beside its owner, in purchases that a
// group decides: those who will live with it, those who can say no, those who
// run the paper (it may begin as early as P5), and the sponsor who lends a name.
var beside = map[throughline.Phase][]throughline.Role{
	throughline.Align:  {throughline.UserRole},
	throughline.Rules:  {throughline.Checker, throughline.BuyerOfRecord},
	throughline.Commit: {throughline.SponsorRole},
	throughline.Adopt:  {throughline.UserRole},
}

// Missing lists the roles that nobody holds, though the class and the question
// the customer is at ask for them: the question's own first, then those of
// earlier questions, unanswered ones first, nearest first. Once they have
// decided, only who adopts and who runs the paper is still looked for.
func Missing(book *playbook.Playbook, d *deal.Summary, r alignment.Reading) []Absent {
	out := []Absent{}
	at := question(book, r)
	if !at.Known() || d == nil || d.Partial {
		return out
	}
	held := rolesHeld(d)
	practised := r.Class == throughline.Transactional || r.Class == throughline.TransactionalInformal
	want := func(p throughline.Phase, roles ...throughline.Role) {
		for _, role := range roles {
			if r.Locked && role != throughline.BuyerOfRecord {
				continue // looking for anybody else would mean approaching them
			}
			if role != "" && !held[role] {
				held[role] = true // once
				out = append(out, Absent{role, Reason{Code: RoleMissing, Role: role, Phase: p}})
			}
		}
	}
	look := func(p throughline.Phase) {
		want(p, owns(book, r, p))
		if !practised || p == throughline.Adopt && r.Class == throughline.TransactionalInformal {
			want(p, beside[p]...)
		}
	}
	look(at)
	shown := book.Consequence(r.Class).Shown
	for _, answered := range []bool{false, true} {
		for p := at - 1; p >= throughline.Notice; p-- {
			s := r.Phase(p).State
			switch {
			case !slices.Contains(shown, p) || s == throughline.NotNeeded || answered != (s == throughline.Answered):
			case p <= throughline.Commit && (r.Decided || r.Outcome == throughline.Won):
			default:
				look(p)
			}
		}
	}
	if r.Decided && r.Class != throughline.TransactionalInformal {
		want(at, throughline.BuyerOfRecord)
	}
	return out
}

// rolesHeld are the roles of those who have not left.
func rolesHeld(d *deal.Summary) map[throughline.Role]bool {
	held := map[throughline.Role]bool{}
	for _, st := range d.People {
		if st.Left.Value {
			continue
		}
		for _, role := range st.Roles {
			held[role] = true
		}
	}
	return held
}
