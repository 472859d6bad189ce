package intake

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake/spelling"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/store"
)

// Translator turns records into facts. It holds no state of its own but words
// it has looked up, and who reports to whom until it is said in a deal: what is
// known stands on the Ground that is handed in.
type Translator struct {
	System  string
	Horizon time.Time // when undated things were learned: the newest moment of the export
	Now     time.Time // when facts land; nothing has happened after it
	Zoned   bool      // the export says itself which zone its clocks show
	zone    *time.Location
	words   *words

	managers map[string]string // by foreign id, without a circle
	ours     Colleagues
}

// mostManagers bounds the people of an export of whom it is held whom they report to.
const mostManagers = 300_000

// NewTranslator makes a translator for one export. The Location of now is the
// company's zone.
func NewTranslator(system string, mapping playbook.Mapping, horizon, now time.Time) *Translator {
	return &Translator{System: system, Horizon: micro(horizon), Now: micro(now.UTC()), zone: now.Location(), words: newWords(mapping)}
}

// micro brings an instant to what stores keep.
func micro(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Truncate(time.Microsecond)
}

// day is the day of an instant that was read.
func (t *Translator) day(at time.Time) throughline.Day { return spelling.DayRead(at, t.zone) }

// key gives the instant by which an id is made. It hangs on what the export
// says and not on where it is read: a date is its midnight of UTC, a time on
// clocks of which the export does not say where they hang the same time of UTC.
func (t *Translator) key(at time.Time) time.Time {
	switch {
	case at.IsZero() || at.Location() == time.UTC:
		return at
	case throughline.IsDated(at):
		return throughline.DayOf(at, nil).Civil()
	case t.Zoned:
		return at.UTC()
	}
	_, east := at.Zone()
	return at.UTC().Add(time.Duration(east) * time.Second)
}

// keyed makes an id from an instant of the export and a key.
func (t *Translator) keyed(at time.Time, key ...string) throughline.ID {
	return throughline.KeyedID(t.key(at), append([]string{t.System}, key...)...)
}

// Translate adds to the ground's batch what a record says beyond what is known.
func (t *Translator) Translate(r Record, g *Ground, n *Notes) {
	switch r := r.(type) {
	case *Snapshot:
		t.snapshot(r, g, n)
	case *Change:
		t.change(r, g, n)
	case *Account:
		t.account(&r.Party, g)
	case *Person:
		t.person(r, g)
		t.manager(r, n)
	case *Member:
		t.member(r, g, n)
	case *Act:
		t.act(r, g, n)
	}
}

// grade is how far an import's word can be trusted: a seller typed it.
const grade = throughline.E1

// say appends a fact: the id comes from the source's own dates, the deal, the
// kind and the value, so the same export gives the same ids on every run.
func (t *Translator) say(
	g *Ground,
	st *standing,
	row *Row,
	foreign string,
	happened, learned time.Time,
	bump time.Duration,
	body deal.Body,
	value string,
) {
	id := t.factID(foreign, body.Kind(), happened, learned, value)
	t.put(g, st, row, id, happened, learned, bump, body)
}

func (t *Translator) factID(foreign string, kind deal.Kind, happened, learned time.Time, value string) throughline.FactID {
	at := ""
	if !happened.IsZero() {
		at = strconv.FormatInt(t.key(happened).UnixMicro(), 36)
	}
	return throughline.FactID(t.keyed(learned, foreign, string(kind), at, value))
}

func (t *Translator) put(g *Ground, st *standing, row *Row, id throughline.FactID, happened, learned time.Time, bump time.Duration, body deal.Body) {
	if !happened.IsZero() {
		happened = happened.Add(bump)
	}
	f := deal.Fact{ID: id, Deal: st.id, Happened: spelling.Kept(happened), Learned: spelling.Kept(learned.Add(bump)), Recorded: t.Now,
		By: deal.Actor{Via: deal.ViaImport}, Source: deal.Source{System: t.System, Record: row.Record}, Grade: grade, Turn: 1 + int32(st.summary.Facts), Body: body}
	if !f.Graded() {
		f.Grade = 0
	}
	if _, opens := body.(deal.Opened); opens {
		f.Turn = 0 // a history comes before the row that says when it began; nothing happens to a deal before it is opened
	}
	g.out.Facts = append(g.out.Facts, f)
	st.summary.Apply(f)
	if _, ok := body.(deal.Ended); ok {
		st.end = id
	}
	if st.timeline != nil {
		st.timeline.add(f)
	}
}

// after gives how far to move an instant to where a fact stands that it ties
// with: before turns were kept, facts of one instant were put a microsecond
// apart each. Its turn then puts it behind.
func after(at, taken time.Time) time.Duration {
	if d := taken.Sub(at); d > 0 && d < time.Millisecond {
		return d
	}
	return 0
}

// deal gives the standing of a deal, making its id where it is new.
func (t *Translator) deal(g *Ground, foreign string, learned time.Time) *standing {
	if st, ok := g.deals.get(foreign); ok {
		return st
	}
	st := &standing{id: throughline.DealID(t.keyed(learned, string(store.DealRecord), foreign))}
	st.summary.Deal = st.id
	g.deals.put(foreign, st)
	g.out.Records = append(g.out.Records, store.Record{System: t.System, Kind: store.DealRecord, Foreign: foreign, ID: throughline.ID(st.id)})
	return st
}

// account gives our id of an account and keeps what is new about it.
func (t *Translator) account(p *Party, g *Ground) throughline.AccountID {
	if p.Foreign == "" {
		return throughline.AccountID{}
	}
	k, ok := g.accounts.get(p.Foreign)
	if !ok {
		k = &known[store.Account]{id: t.keyed(t.Horizon, string(store.AccountRecord), p.Foreign)}
		k.v = store.Account{ID: throughline.AccountID(k.id), Recorded: t.Now, Name: p.Name, Attributes: p.Attributes}
		if k.v.Name == "" {
			k.v.Name = p.Foreign
		}
		g.accounts.put(p.Foreign, k)
		g.out.Records = append(g.out.Records, store.Record{System: t.System, Kind: store.AccountRecord, Foreign: p.Foreign, ID: k.id})
		g.out.Accounts = append(g.out.Accounts, k.v)
		return k.v.ID
	}
	next, changed := k.v, false
	if p.Name != "" && p.Name != next.Name {
		next.Name, changed = p.Name, true
	}
	for name, v := range p.Attributes {
		if v != "" && next.Attributes[name] != v {
			if !changed || len(next.Attributes) == len(k.v.Attributes) {
				next.Attributes = maps.Clone(next.Attributes)
			}
			if next.Attributes == nil {
				next.Attributes = map[string]string{}
			}
			next.Attributes[name], changed = v, true
		}
	}
	if changed {
		next.ID, next.Recorded = throughline.AccountID(k.id), t.Now
		k.v = next
		g.out.Accounts = append(g.out.Accounts, next)
	}
	return throughline.AccountID(k.id)
}

// person keeps what is new about a person. Who was erased stays erased.
func (t *Translator) person(r *Person, g *Ground) throughline.PersonID {
	if r.Foreign == "" {
		return throughline.PersonID{}
	}
	next := store.Person{Recorded: t.Now, Ours: r.Ours, Name: r.Name, Title: r.Title, Email: r.Email}
	if r.Account != "" {
		next.Account = t.account(&Party{Foreign: r.Account}, g)
	}
	k, ok := g.people.get(r.Foreign)
	if !ok {
		if who, is := t.colleague(r); is {
			g.people.put(r.Foreign, &known[store.Person]{id: throughline.ID(who.ID), v: who})
			g.out.Records = append(g.out.Records, store.Record{System: t.System, Kind: store.PersonRecord, Foreign: r.Foreign, ID: throughline.ID(who.ID)})
			return who.ID
		}
		k = &known[store.Person]{id: t.keyed(t.Horizon, string(store.PersonRecord), r.Foreign)}
		next.ID = throughline.PersonID(k.id)
		if next.Name == "" {
			next.Name = r.Foreign
		}
		k.v = next
		g.people.put(r.Foreign, k)
		g.out.Records = append(g.out.Records, store.Record{System: t.System, Kind: store.PersonRecord, Foreign: r.Foreign, ID: k.id})
		g.out.People = append(g.out.People, next)
		return next.ID
	}
	id := throughline.PersonID(k.id)
	if !k.v.Erased.IsZero() || t.ours.All[id] {
		return id
	}
	was := k.v
	merged := was
	merged.ID = id
	for _, f := range []struct {
		to   *string
		from string
	}{{&merged.Name, next.Name}, {&merged.Title, next.Title}, {&merged.Email, next.Email}} {
		if f.from != "" {
			*f.to = f.from
		}
	}
	if !next.Account.IsZero() {
		merged.Account = next.Account
	}
	merged.Ours = merged.Ours || next.Ours
	if merged != was {
		merged.Recorded = t.Now
		k.v = merged
		g.out.People = append(g.out.People, merged)
	}
	return id
}

// colleague gives who of ours somebody is whom the system names for the first time:
// the one of their address, or of their name where the system knows them by nothing
// else. Of two ids with one name nobody could tell which is meant.
func (t *Translator) colleague(r *Person) (store.Person, bool) {
	word := r.Email
	if word == "" && (r.Name == "" || store.Folded(r.Name) == store.Folded(r.Foreign)) {
		word = r.Foreign
	}
	who, is := t.ours.By[store.Folded(word)]
	if !r.Ours || word == "" || !is {
		return store.Person{}, false
	}
	maps.DeleteFunc(t.ours.By, func(_ string, p store.Person) bool { return p.ID == who.ID })
	return who, true
}

func (t *Translator) owner(p *Party, g *Ground) throughline.PersonID {
	return t.person(&Person{Foreign: p.Foreign, Ours: true, Name: p.Name}, g)
}

// past gives the instant unless it lies ahead: what an export says has
// happened cannot have, if it lies after the import.
func (t *Translator) past(at time.Time, row *Row, field string, n *Notes) time.Time {
	if !at.After(t.Now) {
		return micro(at)
	}
	n.Say("date-in-future", row, field, "", func() diag.Finding {
		return diag.Finding{Message: field + " lies in the future: " + t.day(at).String(),
			Hint: "the row lands without this date, as known on the day of the export; correct it and import again"}
	})
	return time.Time{}
}

func (t *Translator) member(r *Member, g *Ground, n *Notes) {
	st, ok := g.deals.get(r.Deal)
	if !ok {
		t.orphan(&r.Row, "contact role", n)
		return
	}
	who := t.person(&Person{Foreign: r.Person}, g)
	if who.IsZero() {
		return
	}
	t.joins(r, st, who, g, n)
	t.reports(r, st, who, g, n)
}

func (t *Translator) joins(r *Member, st *standing, who throughline.PersonID, g *Ground, n *Notes) {
	role := t.words.role(&r.Row, r.Role, n)
	// The summary tells of them as it is told, the export by the name that it knows.
	s, ok := st.summary.People[who]
	if !ok {
		s, ok = st.summary.People[store.ToldAs(who, g.same)]
	}
	if ok && (role == "" || slices.Contains(s.Roles, role)) {
		return
	}
	learned := t.orHorizon(t.past(r.At, &r.Row, "created", n))
	t.say(g, st, &r.Row, r.Deal, learned, learned, 0, deal.PersonJoined{Person: who, Role: role, Foreign: r.Role}, r.Person+"\x00"+r.Role)
}

func (t *Translator) act(r *Act, g *Ground, n *Notes) {
	st, ok := g.deals.get(r.Deal)
	if !ok {
		t.orphan(&r.Row, "activity", n)
		return
	}
	var who throughline.PersonID
	if r.Person != "" {
		who = t.person(&Person{Foreign: r.Person}, g)
	}
	happened := micro(r.Happened)
	learned := t.orHorizon(micro(r.Learned))
	if happened.After(t.Now) {
		happened = time.Time{}
	}
	if learned.After(t.Now) {
		learned = t.Horizon
	}
	value := r.Foreign
	if r.Open {
		value += "\x00open"
	}
	// The date of an activity may be edited later; its id hangs on the record alone.
	at := learned
	if r.Learned.IsZero() {
		at = time.Unix(0, 0).UTC() // the export's own day would make it another one with each export
	}
	id := throughline.FactID(t.keyed(at, r.Deal, "activity", value))
	t.put(g, st, &r.Row, id, happened, learned, 0, deal.Activity{What: r.What, By: r.By, Person: who, Open: r.Open})
}

func (t *Translator) orphan(row *Row, what string, n *Notes) {
	n.Say("unknown-deal", row, "", what, func() diag.Finding {
		return diag.Finding{Severity: diag.Hint, Message: what + " belongs to a deal that is not among those imported",
			Hint: "import the deals it belongs to and import this file again"}
	})
}

func (t *Translator) orHorizon(at time.Time) time.Time {
	if at.IsZero() {
		return t.Horizon
	}
	return at
}
