package caretaking

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/store"
)

// AuditInput says which lines.
type AuditInput struct {
	Did    string `name:"did" placeholder:"NAME" query:"did" json:"did,omitempty" help:"Only those of what was done: an operation's name, such as record_note, or sign_in."`
	Of     string `name:"of" placeholder:"ID" query:"of" json:"of,omitempty" help:"Only those about a deal or a person."`
	Before int64  `name:"before" placeholder:"N" query:"before" json:"before,omitempty" help:"Only lines before this one."`
	desk.Onward
	Limit int  `name:"limit" placeholder:"N" default:"100" query:"limit" json:"limit,omitempty" help:"At most so many, the newest first."`
	All   bool `name:"all" query:"all" json:"all,omitempty" help:"All of them, the oldest first."`
	CSV   bool `name:"csv" query:"-" json:"csv,omitempty" help:"As a table that spreadsheets open."`
	Head  bool `name:"head" query:"head" json:"head,omitempty" help:"Print the last line's number and hash alone."`
}

// Audit is lines of the audit.
type Audit struct {
	Lines []AuditLine `json:"lines"`
	Head  string      `json:"head"`           // number and hash of the last line there is
	Next  string      `json:"next,omitempty"` // the cursor of those that follow

	Form string `json:"-"` // how it is to be printed: csv, head
}

// AuditLine is one line, with names as they are now.
type AuditLine struct {
	N       int64                `json:"n"`
	At      time.Time            `json:"at"`
	Person  throughline.PersonID `json:"person,omitzero"`
	Name    string               `json:"name,omitempty"`
	Via     string               `json:"via,omitempty"`
	Did     string               `json:"did"`
	About   string               `json:"about,omitempty"`
	Object  throughline.ID       `json:"object,omitzero"`
	Called  string               `json:"called,omitempty"` // how the object is called now; empty where it was erased
	Detail  string               `json:"detail,omitempty"`
	Outcome string               `json:"outcome"`
	Hash    string               `json:"hash"`
}

// Refused reports whether it was not allowed.
func (l AuditLine) Refused() bool { return l.Outcome == store.DeedRefused }

// mostLines bounds what is given at once, but for all.
const mostLines = 1000

// ListAudit does the work of operation.ListAudit.
func ListAudit(ctx context.Context, d *Desk, in AuditInput) (Audit, error) {
	const op = "read the audit"
	head, _, err := d.head(ctx, store.TrailHead{})
	if err != nil {
		return Audit{}, err
	}
	out := Audit{Lines: []AuditLine{}, Head: head.String()}
	if in.Head {
		out.Form = "head"
		return out, nil
	}
	if in.CSV {
		out.Form = "csv"
	}
	if in.Limit < 1 || in.Limit > mostLines {
		return Audit{}, throughline.Fail(op, throughline.Invalid, "", fmt.Errorf("the limit is from 1 to %d; --all gives all", mostLines))
	}
	walk, err := in.Walk(op, d.Now(), in.Did, in.Of, in.Before)
	if err != nil {
		return Audit{}, err
	}
	ask := store.DeedAsk{Did: in.Did, Before: in.Before, Limit: in.Limit}
	if !walk.Begins() {
		ask.Before = -walk.After()
	}
	if in.Of != "" {
		if ask.Object, err = throughline.ParseID(in.Of); err != nil {
			return Audit{}, throughline.Fail(op, throughline.Invalid, in.Of, err)
		}
	}
	if in.All {
		ask.Limit, ask.Oldest = 0, true
	}
	deeds, err := d.Ledger.Deeds(ctx, d.Workspace, ask)
	if err != nil {
		return Audit{}, err
	}
	if out.Lines, err = d.lines(ctx, deeds); err != nil {
		return Audit{}, err
	}
	if n := len(deeds); !in.All && n == in.Limit && deeds[n-1].N > 1 {
		out.Next = walk.Next(desk.Newest(deeds[n-1].N))
	}
	return out, nil
}

// lines puts names to deeds.
func (d *Desk) lines(ctx context.Context, deeds []store.Deed) ([]AuditLine, error) {
	var people []throughline.PersonID
	var deals []throughline.DealID
	var accounts []throughline.AccountID
	for _, x := range deeds {
		if x.Person != (throughline.PersonID{}) {
			people = append(people, x.Person)
		}
		switch x.About {
		case "deal":
			deals = append(deals, throughline.DealID(x.Object))
		case "person", "user", "id":
			if !x.Object.IsZero() {
				people = append(people, throughline.PersonID(x.Object))
			}
			if x.About == "id" { // of a person or a customer
				accounts = append(accounts, throughline.AccountID(x.Object))
			}
		}
	}
	slices.SortFunc(people, func(a, b throughline.PersonID) int { return bytes.Compare(a[:], b[:]) })
	slices.SortFunc(deals, func(a, b throughline.DealID) int { return bytes.Compare(a[:], b[:]) })
	known, err := d.Read().People(ctx, slices.Compact(people))
	if err != nil {
		return nil, err
	}
	summaries, err := d.Ledger.SummariesOf(ctx, d.Workspace, slices.Compact(deals))
	if err != nil {
		return nil, err
	}
	customers, err := d.Read().Accounts(ctx, desk.Distinct(accounts))
	if err != nil {
		return nil, err
	}
	called := map[throughline.ID]string{}
	for id, p := range known {
		called[throughline.ID(id)] = p.Name
	}
	for _, s := range summaries {
		called[throughline.ID(s.Deal)] = s.Title.Value
	}
	out := make([]AuditLine, len(deeds))
	for i, x := range deeds {
		out[i] = AuditLine{N: x.N, At: x.At.In(d.Days()), Person: x.Person, Name: called[throughline.ID(x.Person)], Via: x.Via, Did: x.Did, About: x.About,
			Object: x.Object, Called: called[x.Object], Detail: x.Detail, Outcome: x.Outcome, Hash: fmt.Sprintf("%x", x.Hash)}
		if a, is := customers[throughline.AccountID(x.Object)]; is {
			out[i].About, out[i].Called = "account", a.Name
		}
	}
	return out, nil
}

// head gives the last line of the audit; lacks says why it does not go on from a
// known head, where it does not.
func (d *Desk) head(ctx context.Context, known store.TrailHead) (head store.TrailHead, lacks string, err error) {
	last, err := d.Ledger.Deeds(ctx, d.Workspace, store.DeedAsk{Limit: 1})
	if err != nil {
		return head, "", err
	}
	if len(last) == 1 {
		head = store.TrailHead{N: last[0].N, Hash: last[0].Hash}
	}
	switch {
	case known.N == 0:
		return head, "", nil
	case known.N > head.N:
		return head, fmt.Sprintf("the audit ends with line %d; line %d was there", head.N, known.N), nil
	}
	at, err := d.Ledger.Deeds(ctx, d.Workspace, store.DeedAsk{Before: known.N + 1, Limit: 1})
	if err == nil && (len(at) != 1 || at[0].N != known.N || at[0].Hash != known.Hash) {
		lacks = fmt.Sprintf("line %d of the audit is another than it was", known.N)
	}
	return head, lacks, err
}

// KeptInput names a person.
type KeptInput struct {
	ID string `arg:"" name:"id" path:"id" json:"id" help:"The person's id, as a deal shows it."`
}

// Kept is all that is kept about a person.
type Kept struct {
	Person   throughline.PersonID `json:"person"`
	Versions []KeptVersion        `json:"versions"` // of what they are called and how they are reached, oldest first
	Foreign  []store.Record       `json:"foreign"`  // ids in other systems
	Entries  []KeptEntry          `json:"entries"`  // of who may come in: users, sessions, tokens; without what opens anything; and remarks on the playbook
	Facts    []KeptFact           `json:"facts"`    // that they wrote, or that name them
	Plans    []KeptEntry          `json:"plans"`    // links made for them, and when those were opened; without what opens anything
	Settings []store.Setting      `json:"settings"` // that name them, every one there ever was
	Drafts   []store.Draft        `json:"drafts"`   // revisions of playbooks that they wrote, without what is in them
	Private  []desk.PrivateNote   `json:"private"`  // that they keep to themselves; only where they ask themselves
	Audit    []AuditLine          `json:"audit"`    // what they did, and what was done about them
}

// KeptVersion is a version of a person.
type KeptVersion struct {
	store.Person
	Recorded time.Time `json:"recorded"`
}

// KeptEntry is a line of who may come in.
type KeptEntry struct {
	What string         `json:"what"` // user_added, session_began …
	At   time.Time      `json:"at"`
	Says map[string]any `json:"says"`
}

// KeptFact is a fact of a deal.
type KeptFact struct {
	Deal throughline.DealID `json:"deal"`
	Fact deal.Fact          `json:"fact"`
}

// sealed are the parts of a line of the register or of a plan that open something,
// or are made of it.
var sealed = []string{"hash", "sealed", "wrapped", "factor", "codes", "passkey", "address", "Pass", "Address"}

// ShowKept does the work of operation.ShowKept.
func ShowKept(ctx context.Context, d *Desk, in KeptInput) (Kept, error) {
	const op = "show what is kept of"
	read, err := throughline.ParseID(in.ID)
	if err != nil {
		return Kept{}, throughline.Fail(op, throughline.Invalid, in.ID, err)
	}
	id := throughline.PersonID(read)
	all, err := d.names(ctx, id)
	if err != nil {
		return Kept{}, err
	}
	var versions []store.Person
	for _, id := range all {
		of, err := d.Ledger.PersonVersions(ctx, d.Workspace, id)
		if err != nil {
			return Kept{}, err
		}
		versions = append(versions, of...)
	}
	if len(versions) == 0 {
		return Kept{}, throughline.Fail(op, throughline.NotFound, in.ID, nil)
	}
	out := Kept{Person: id, Versions: []KeptVersion{}, Foreign: []store.Record{}, Entries: []KeptEntry{}, Facts: []KeptFact{},
		Plans: []KeptEntry{}, Settings: []store.Setting{}, Drafts: []store.Draft{}, Private: []desk.PrivateNote{}}
	var names []string
	for _, v := range versions {
		out.Versions = append(out.Versions, KeptVersion{v, v.Recorded})
		names = append(names, v.Naming()...)
	}
	for _, id := range all {
		foreign, err := d.Ledger.Foreign(ctx, d.Workspace, []throughline.ID{throughline.ID(id)})
		if err != nil {
			return Kept{}, err
		}
		out.Foreign = append(out.Foreign, foreign[throughline.ID(id)]...)
		if err := d.entries(ctx, throughline.ID(id), &out); err != nil {
			return Kept{}, err
		}
	}
	if err := d.private(ctx, all, &out); err != nil {
		return Kept{}, err
	}
	redactor := store.NewRedactor(id, names)
	who := about{all, redactor}
	if err := d.remarks(ctx, who, &out); err != nil {
		return Kept{}, err
	}
	for facts, err := range d.Ledger.AllFacts(ctx, d.Workspace) {
		if err != nil {
			return Kept{}, err
		}
		for _, id := range all {
			if err := d.plans(ctx, throughline.ID(id), facts, &out); err != nil {
				return Kept{}, err
			}
		}
		for _, f := range facts {
			text, err := json.Marshal(f)
			if err != nil {
				return Kept{}, throughline.Fail(op, throughline.Internal, in.ID, err)
			}
			if _, named := redactor.Fact(f); named || who.mentioned(text) {
				out.Facts = append(out.Facts, KeptFact{f.Deal, f})
			}
		}
	}
	if err := d.settled(ctx, who, &out); err != nil {
		return Kept{}, err
	}
	var deeds []store.Deed
	for _, id := range all {
		for _, ask := range []store.DeedAsk{{Person: id}, {Object: throughline.ID(id)}} {
			of, err := d.Ledger.Deeds(ctx, d.Workspace, ask)
			if err != nil {
				return Kept{}, err
			}
			deeds = append(deeds, of...)
		}
	}
	slices.SortFunc(deeds, func(a, b store.Deed) int { return int(a.N - b.N) })
	deeds = slices.CompactFunc(deeds, func(a, b store.Deed) bool { return a.N == b.N })
	out.Audit, err = d.lines(ctx, deeds)
	return out, err
}

// names gives a person under each of the names that are one with theirs, as which
// they were asked for first.
func (d *Desk) names(ctx context.Context, id throughline.PersonID) ([]throughline.PersonID, error) {
	same, err := d.Read().Merged(ctx)
	return store.NamesOf(id, same), err
}

// about is somebody of whom something is kept: under each of their names, and by
// the words that name them.
type about struct {
	all      []throughline.PersonID
	redactor store.Redactor
}

// mentioned reports whether a text has an id of theirs.
func (a about) mentioned(text []byte) bool {
	return slices.ContainsFunc(a.all, func(id throughline.PersonID) bool { return bytes.Contains(text, []byte(id.String())) })
}

// entries adds what the register has of somebody.
func (d *Desk) entries(ctx context.Context, id throughline.ID, out *Kept) error {
	for _, room := range []string{"user", "session", "token"} {
		all, err := d.Ledger.Admissions(ctx, d.Workspace, room, throughline.ID{})
		if err != nil {
			return err
		}
		theirs := map[throughline.ID]bool{id: true}
		for _, e := range all { // a session says whose it is when it begins
			var whose struct{ User throughline.ID }
			if json.Unmarshal(e.Body, &whose) == nil && whose.User == id {
				theirs[e.Subject] = true
			}
		}
		for _, e := range all {
			if !theirs[e.Subject] {
				continue
			}
			out.Entries = append(out.Entries, KeptEntry{room + "_" + e.Kind, e.At.In(d.Days()), says(e.Body)})
		}
	}
	return nil
}

// private adds what somebody keeps to themselves, where they ask themselves: it is
// nobody else's, whoever asks.
func (d *Desk) private(ctx context.Context, all []throughline.PersonID, out *Kept) error {
	if d.Oneself == nil {
		return nil
	}
	for _, id := range all {
		own, err := d.Oneself(ctx, id)
		if err != nil {
			return err
		}
		if !own {
			continue
		}
		notes, err := d.PrivateOf(ctx, id)
		if err != nil {
			return err
		}
		out.Private = append(out.Private, notes...)
	}
	return nil
}

// remarks adds what somebody said of the playbook, or answered, to which teams they
// belonged, on which customers' lists they stand, and what names them there.
func (d *Desk) remarks(ctx context.Context, who about, out *Kept) error {
	for _, room := range []string{store.RemarkRoom, store.TeamRoom, store.GroupRoom, store.AccountRoom} {
		all, err := d.Ledger.Admissions(ctx, d.Workspace, room, throughline.ID{})
		if err != nil {
			return err
		}
		for _, e := range all {
			_, named := who.redactor.Remark(e.Body)
			if room != store.RemarkRoom {
				_, named = who.redactor.JSON(e.Body, "name")
			}
			if named || who.mentioned(e.Body) {
				said := says(e.Body)
				if room == store.AccountRoom {
					said["account"] = e.Subject.String()
				}
				out.Entries = append(out.Entries, KeptEntry{room + "_" + e.Kind, e.At.In(d.Days()), said})
			}
		}
	}
	return nil
}

// says is what a line says, without what opens anything.
func says(body []byte) map[string]any {
	out := map[string]any{}
	if json.Unmarshal(body, &out) != nil || out == nil {
		out = map[string]any{}
	}
	for _, key := range sealed {
		delete(out, key)
	}
	return out
}

// plans adds what is kept of somebody beside the plans of a deal: lines that name
// them, and those about a link or an address that one of these calls theirs.
func (d *Desk) plans(ctx context.Context, id throughline.ID, facts []deal.Fact, out *Kept) error {
	for _, f := range facts {
		if made, ok := f.Body.(deal.PlanMade); ok {
			if err := d.plan(ctx, id, made.Plan, out); err != nil {
				return err
			}
		}
	}
	return nil
}

// plan does so for one.
func (d *Desk) plan(ctx context.Context, id, plan throughline.ID, out *Kept) error {
	lines, err := d.Ledger.Shares(ctx, d.Workspace, plan)
	if err != nil {
		return err
	}
	type said struct {
		Person        throughline.PersonID
		Hash, Address json.RawMessage
	}
	of, theirs := make([]said, len(lines)), map[string]bool{}
	for i, l := range lines {
		if json.Unmarshal(l.Body, &of[i]) == nil && throughline.ID(of[i].Person) == id && len(of[i].Hash) > 0 {
			theirs[string(of[i].Hash)] = true
		}
	}
	for i, l := range lines {
		if throughline.ID(of[i].Person) == id || theirs[string(of[i].Hash)] || theirs[string(of[i].Address)] {
			out.Plans = append(out.Plans, KeptEntry{"plan_" + l.Kind, l.At.In(d.Days()), says(l.Body)})
		}
	}
	return nil
}

// settled adds the settings that name somebody and the drafts that they wrote.
func (d *Desk) settled(ctx context.Context, who about, out *Kept) error {
	past, err := d.Ledger.SettingsPast(ctx, d.Workspace)
	if err != nil {
		return err
	}
	for _, s := range past {
		text := s.Name + " " + s.Value
		if _, named := who.redactor.Words(text); named || who.mentioned([]byte(text)) {
			out.Settings = append(out.Settings, s)
		}
	}
	drafts, err := d.Ledger.Drafts(ctx, d.Workspace)
	if err != nil {
		return err
	}
	for _, last := range drafts {
		revisions, err := d.Ledger.DraftHistory(ctx, d.Workspace, last.ID)
		if err != nil {
			return err
		}
		for _, r := range revisions {
			if r.Author == out.Person {
				out.Drafts = append(out.Drafts, r)
			}
		}
	}
	return nil
}
