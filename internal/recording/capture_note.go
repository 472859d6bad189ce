package recording

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/capture"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/store"
)

// CaptureInput is a note, and what of it is accepted.
type CaptureInput struct {
	Writing
	Text     string     `arg:"" name:"text" json:"text" help:"The sentences."`
	From     string     `name:"from" placeholder:"KIND" json:"from,omitempty" help:"conversation, message or document (default: conversation). In the last two, “we” is the customer."`
	Record   string     `name:"record" placeholder:"WORDS" json:"record,omitempty" help:"Which message or document it is from."`
	Model    bool       `name:"model" json:"model,omitempty" help:"Also send the words, with people under other names, to the language model that is configured."`
	Accept   []int      `name:"accept" placeholder:"N" json:"accept,omitempty" help:"Record these proposals, counted from 1; repeat."`
	All      bool       `name:"all" json:"all,omitempty" help:"Record all proposals as they are, but for those that are asked about."`
	Accepted []Accepted `kong:"-" json:"accepted,omitempty"` // proposals as a person put them right; nothing is read then
}

// Accepted is a proposal as a person accepted it. A person is a name of the
// deal, an id, or, under new, somebody who is not there yet.
type Accepted struct {
	Kind     string `json:"kind"`
	Text     string `json:"text,omitempty"`
	About    string `json:"about,omitempty"`
	Person   string `json:"person,omitempty"`
	New      string `json:"new,omitempty"`
	Title    string `json:"title,omitempty"`
	Function string `json:"function,omitempty"`
	Role     string `json:"role,omitempty"`
	Grade    string `json:"grade,omitempty"`
	On       string `json:"on,omitempty"`
	Due      string `json:"due,omitempty"`
	Event    string `json:"event,omitempty"`
	Stance   int    `json:"stance,omitempty"`
	Agrees   string `json:"agrees,omitempty"`
	State    string `json:"state,omitempty"`
	By       string `json:"by,omitempty"`
	Outcome  string `json:"outcome,omitempty"`  // how it ended: of won, loss and postponement
	Cause    string `json:"cause,omitempty"`    // of no_decision
	Trigger  string `json:"trigger,omitempty"`  // of postponement: what brings it back; due is the day
	Promiser string `json:"promiser,omitempty"` // of a promise: a role or body, where no person is named
	What     string `json:"what,omitempty"`     // of a promise: what they will do
	Model    bool   `json:"model,omitempty"`    // the language model proposed it
	From     string `json:"from,omitempty"`     // conversation, message, document or call, where it is another than the note's
}

// Captured is the answer of CaptureNote.
type Captured struct {
	Recorded
	Proposals []Proposed `json:"proposals"`
	Changed   Change     `json:"changed,omitzero"`  // by what was recorded
	Open      int        `json:"open,omitempty"`    // how many were left out by all, as the words leave open what they say
	Asked     string     `json:"asked,omitempty"`   // the language model's host, where it was asked
	Unasked   string     `json:"unasked,omitempty"` // why it gave nothing
	Pasted    *Pasted    `json:"pasted,omitempty"`  // what the note is, where it was recognised
	More      bool       `json:"more,omitempty"`    // there may be more in it: reading ended at so many proposals

	Names  phrase.Names        `json:"-"`
	People []store.Person      `json:"-"` // of the customer's, who have not left, by name
	Title  string              `json:"-"`
	Book   *playbook.Playbook  `json:"-"`
	Shown  []throughline.Phase `json:"-"`
}

// Proposed is a proposal, as it would be accepted, with its place in the note.
type Proposed struct {
	Accepted
	Others  []throughline.Address `json:"others,omitempty"` // the next best questions
	Who     string                `json:"who,omitempty"`    // the person's name
	Start   int                   `json:"start"`            // bytes of the note
	End     int                   `json:"end"`
	Because []Because             `json:"because,omitempty"`
	Speech  int                   `json:"speech,omitempty"` // whose words it is, of pasted, counted from 1
	Sign    int                   `json:"sign"`             // 1 speaks for, -1 against, 0 neither
	Ask     []string              `json:"ask,omitempty"`    // the words leave open which of these kinds it is, likeliest first; "" is that it says nothing
}

// Because says which words led to which part.
type Because struct {
	Part  string `json:"part"`
	Words string `json:"words"`
}

// Readers keeps the readers of playbooks; making one takes longer than reading.
type Readers struct {
	mu   sync.Mutex
	kept map[string]*capture.Reader
}

func (r *Readers) of(book *playbook.Playbook) (*capture.Reader, error) {
	if r == nil {
		return capture.New(book)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if got := r.kept[book.Hash]; got != nil {
		return got, nil
	}
	made, err := capture.New(book)
	if err != nil {
		return nil, err
	}
	if r.kept == nil || len(r.kept) > 8 {
		r.kept = map[string]*capture.Reader{}
	}
	r.kept[book.Hash] = made
	return made, nil
}

// mostNote is how long a note may be; a book is not read.
const mostNote = 200_000

// CaptureNote does the work of operation.CaptureNote: type a few sentences after a call; get the facts they hold, to accept or not.
func CaptureNote(ctx context.Context, d *Desk, in CaptureInput) (Captured, error) {
	const op = "capture"
	o, err := begin(ctx, d, op, in.Writing)
	if err != nil {
		return Captured{}, err
	}
	out := Captured{Recorded: Recorded{Deal: o.ID, Facts: []throughline.FactID{}}, Proposals: []Proposed{}, Title: o.Title.Value, Book: o.book}
	if len(in.Text) > mostNote {
		return out, o.Bad(
			"",
			throughline.Refuse("note", "the note is %d bytes long; at most %d are read at once", "n", len(in.Text), "most", mostNote),
		)
	}
	from := capture.Conversation
	if in.From != "" {
		if from, err = Known(o, in.From, []capture.From{capture.Conversation, capture.Message, capture.Document}); err != nil {
			return out, err
		}
	}
	if len(in.Accepted) == 0 {
		if err := o.propose(ctx, in, from, &out); err != nil {
			return out, err
		}
		for i, p := range out.Proposals {
			switch {
			case in.All && len(p.Ask) == 0, slices.Contains(in.Accept, i+1):
				in.Accepted = append(in.Accepted, p.Accepted)
			case in.All:
				out.Open++
			}
		}
		for _, n := range in.Accept {
			if n < 1 || n > len(out.Proposals) {
				return out, o.Bad(fmt.Sprint(n), throughline.Refuse("proposals", "there are %d proposals", "n", len(out.Proposals)))
			}
		}
	}
	out.describe(o)
	if len(in.Accepted) == 0 {
		return out, nil
	}
	if sent, err := o.sent(ctx); err != nil {
		return out, err
	} else if sent {
		out.Recorded = o.again()
		return out, nil
	}
	for _, a := range in.Accepted {
		where := from
		if a.From != "" {
			if where, err = Known(o, a.From, []capture.From{capture.Conversation, capture.Message, capture.Document, capture.Call}); err != nil {
				return out, err
			}
		}
		if err := o.accept(a, where, in.Record); err != nil {
			return out, err
		}
	}
	if out.Recorded, err = o.end(ctx); err == nil && !out.Known {
		out.Changed, err = o.changed(ctx)
	}
	return out, err
}

// describe gives the page what it needs for words.
func (c *Captured) describe(o *Writer) {
	c.Names = phrase.Names{Book: o.book, Today: o.today(), Person: func(id throughline.PersonID) string { return o.people[id].Name }}
	c.Shown = o.book.Consequence(o.Class.Value).Shown
	for id, st := range o.People {
		if p := o.people[id]; p.Name != "" && !st.Left.Value {
			c.People = append(c.People, p)
		}
	}
	slices.SortFunc(c.People, func(a, b store.Person) int { return strings.Compare(a.Name, b.Name) })
}

// propose reads the note, and asks the language model where a person said so.
func (o *Writer) propose(ctx context.Context, in CaptureInput, from capture.From, out *Captured) error {
	reader, err := o.Desk.Readers.of(o.book)
	if err != nil {
		return throughline.Fail(o.Op, throughline.Internal, "", err)
	}
	norms, err := o.Desk.Lists.Norms(ctx, &o.Desk.Desk, o.now)
	if err != nil {
		return err
	}
	reading := alignment.Of(&o.Summary, o.book, norms, o.now)
	note := capture.Note{Text: in.Text, Today: o.today(), Frontier: reading.Firm, From: from}
	for id, p := range o.people {
		st, theirs := o.People[o.Same.Of(id)]
		note.People = append(
			note.People,
			capture.Person{ID: o.Same.Of(id), Name: p.Name, Title: p.Title, Function: st.Function.Value, Roles: st.Roles, Ours: !theirs},
		)
	}
	slices.SortFunc(note.People, func(a, b capture.Person) int { return slices.Compare(a.ID[:], b.ID[:]) })
	asked := note // the language model is told of those whom we know, and cuts the words itself
	if out.Pasted, err = o.pasted(ctx, &note); err != nil {
		return err
	}
	add := func(list []capture.Proposal, model bool) {
		for _, p := range list {
			where, speech := from, 0
			if out.Pasted != nil && !model {
				if speech = out.Pasted.of(p.Start); speech > 0 {
					where = note.Speeches[speech-1].From
				}
			}
			one := o.proposed(p, where, model)
			if one.Speech = speech; speech > 0 && where != from {
				one.From = string(where)
			}
			out.Proposals = append(out.Proposals, one)
		}
	}
	read := notTheCustomer(reader.Read(note), o.customerNames(ctx))
	add(read, false)
	out.More = len(read) == capture.Most
	if !in.Model {
		return nil
	}
	m := o.Desk.Model
	if m.With == nil {
		return throughline.Fail(
			o.Op,
			throughline.Unsupported,
			"",
			throughline.Refuse("no_model", "no language model is configured; it is off unless somebody names one"),
		)
	}
	out.Asked = m.Name
	proposer, err := m.With(reader)
	if err != nil {
		return err
	}
	more, err := proposer.Propose(ctx, asked)
	if err != nil {
		out.Unasked = err.Error()
		return nil // the reader's own proposals stand
	}
	for _, p := range more {
		if !slices.ContainsFunc(read, func(q capture.Proposal) bool {
			return q.Kind == p.Kind && q.About == p.About && q.Person == p.Person && q.Start < p.End && p.Start < q.End
		}) {
			add([]capture.Proposal{p}, true)
		}
	}
	return nil
}

// proposed is a proposal as it would be recorded: what is shown is what is kept.
func (o *Writer) proposed(p capture.Proposal, from capture.From, model bool) Proposed {
	p.Grade = borne(p.Grade, !p.Person.IsZero() || p.New != "", from == capture.Message || from == capture.Document)
	out := Proposed{Accepted: Accepted{Kind: string(p.Kind), Text: p.Text, About: string(p.About), New: p.New, Title: p.Title, Function: p.Function,
		Role: string(p.Role), Grade: p.Grade.String(), On: p.Happened.String(), Due: p.Due.String(), Event: string(p.Event), Stance: p.Stance,
		State: string(
			p.State,
		), By: string(p.By), Outcome: string(p.Outcome), Cause: string(p.Cause), Trigger: p.Trigger, Promiser: p.Who, What: p.What, Model: model},
		Others: p.Others, Start: p.Start, End: p.End, Who: p.New, Sign: p.Sign()}
	if p.Ask {
		out.Ask = append(out.Ask, string(p.Kind))
		for _, k := range p.Or {
			out.Ask = append(out.Ask, string(k))
		}
	}
	if !p.Person.IsZero() {
		out.Person, out.Who = p.Person.String(), o.people[p.Person].Name
	}
	if p.Agrees != nil {
		out.Agrees = "no"
		if *p.Agrees {
			out.Agrees = "yes"
		}
	}
	for _, b := range p.Because {
		out.Because = append(out.Because, Because{string(b.Part), b.Words})
	}
	return out
}

// customerNames are the names of the deal and of whose it is, folded: nobody is
// called that.
func (o *Writer) customerNames(ctx context.Context) []string {
	out := []string{store.Folded(o.Title.Value)}
	if accounts, err := o.Desk.Read().Accounts(ctx, []throughline.AccountID{o.Account.Value}); err == nil {
		out = append(out, store.Folded(accounts[o.Account.Value].Name))
	}
	return out
}

// notTheCustomer takes back that somebody new is called as the customer is.
func notTheCustomer(from []capture.Proposal, names []string) []capture.Proposal {
	named := func(who string) bool {
		who = store.Folded(who)
		return who != "" && slices.ContainsFunc(names, func(n string) bool { return desk.StandsIn(n, who) })
	}
	for i := range from {
		if p := &from[i]; p.Kind != capture.Joined && named(p.New) {
			p.New, p.Title, p.Function, p.Role = "", "", "", ""
		}
	}
	return slices.DeleteFunc(from, func(p capture.Proposal) bool { return p.Kind == capture.Joined && named(p.New) })
}

// Model is a language model that may be asked to propose facts, and what it is
// called on the page that asks whether to.
type Model struct {
	Name string                                          // the host the words would go to
	With func(*capture.Reader) (capture.Proposer, error) // what asks it, holding its answers to what a reader knows; nil: off
}
