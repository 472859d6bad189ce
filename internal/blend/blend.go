// Package blend says what to do next about a deal: what to ask, what to work
// with and whom to ask, from the methods blended on the deal's process
// (docs/methods/blend.md).
//
// Takes: the playbook, the deal's process, the deal's summary, its reading, and the day.
// Gives: an Advice: at most six prompts, tools, at most four people, what was left out and why, as codes with arguments; words are the phrase room's.
// Never: adds a stage, a field or a gate; presses once they fear to choose; reads a price.
package blend

import (
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook"
)

// The ceilings (DOMAIN 6.5). A playbook's own limit may be lower, never higher.
const (
	MostPrompts = 6
	MostPeople  = 4
)

// Advice is what to do next about one deal.
type Advice struct {
	Phase   throughline.Phase `json:"phase,omitempty"` // the question it is about
	Places  []string          `json:"places"`          // where prompts and tools were taken from, "p3", "k"
	Mode    Mode              `json:"mode"`
	Signs   int               `json:"signs,omitempty"` // kinds of sign of indecision
	Prompts []Prompt          `json:"prompts"`
	Tools   []Tool            `json:"tools"`
	People  []Ask             `json:"people"`
	Hidden  []Hidden          `json:"hidden"` // what the blend would have said, and why it does not
}

// Mode is the manner in which a deal is to be helped.
type Mode string

// The modes. Settle: they fear to choose, or are choosing: less choice, less
// risk, no urgency. Respond: a solicitation is out, or rules of access forbid
// outreach: nothing that needs anybody but the contracting officer. Rest: the
// deal has ended, or every question is answered.
const (
	Help    Mode = "help"
	Settle  Mode = "settle"
	Respond Mode = "respond"
	Rest    Mode = "rest"
)

// Part is whose a prompt or tool is.
type Part string

// The parts, in the order in which they are shown.
const (
	Lead    Part = "lead"
	Support Part = "support"
	Core    Part = "core"    // the product's own material
	Journey Part = "journey" // the question's own sub-questions
	Rules   Part = "rules"   // what rules of access leave to be done
)

// Prompt is one question worth asking. Either Text is set, in the playbook's
// words, or Code, for which the phrase room has the words.
type Prompt struct {
	Text      playbook.Value `json:"-"`
	Code      PromptCode     `json:"code,omitempty"`
	Pack      string         `json:"pack,omitempty"`
	Part      Part           `json:"part"`
	Place     string         `json:"place"`
	Risk      bool           `json:"risk,omitempty"`      // takes risk off the choice
	Inward    bool           `json:"inward,omitempty"`    // asked of ourselves
	Unadapted bool           `json:"unadapted,omitempty"` // as it was shipped, not yet made the company's own
}

// PromptCode names a prompt of the product's own.
type PromptCode string

// What is left to do while outreach is locked (DOMAIN 4.7).
const (
	StatedFactors   PromptCode = "stated_factors"   // which page answers which stated factor?
	WrittenQuestion PromptCode = "written_question" // what do we ask the contracting officer, in writing and in time?
	Amendments      PromptCode = "amendments"       // has every amendment been read and answered?
	OwnReview       PromptCode = "own_review"       // who of ours reads it as an evaluator would?
	AskDebriefing   PromptCode = "ask_debriefing"   // do we ask for the debriefing, whichever way it goes?
)

// Tool is something to work with here.
type Tool struct {
	Address   throughline.Address `json:"address"` // pack/jolt/tool/risk-menu
	Name      playbook.Value      `json:"-"`
	In        playbook.Value      `json:"-"`
	Out       playbook.Value      `json:"-"`
	Pack      string              `json:"pack"`
	Part      Part                `json:"part"`
	Place     string              `json:"place"`
	Minutes   int                 `json:"minutes,omitempty"`
	Milestone throughline.Address `json:"milestone,omitempty"` // of ours, that it is tied to
	Unadapted bool                `json:"unadapted,omitempty"`
}

// Hidden is a prompt or a tool that is left out, and why.
type Hidden struct {
	Prompt playbook.Value      `json:"-"`              // the prompt, or
	Tool   throughline.Address `json:"tool,omitempty"` // the tool
	Pack   string              `json:"pack"`
	Place  string              `json:"place"`
	Why    Why                 `json:"why"`
	With   string              `json:"with,omitempty"` // the pack it clashes with
	Rule   playbook.Value      `json:"-"`              // what the packs say about the clash
}

// Why says why something is left out.
type Why string

// The reasons to leave something out.
const (
	Clashes    Why = "clash"    // it pulls against With, which goes first here
	Presses    Why = "urgency"  // it presses, and they are choosing
	NeedsThem  Why = "locked"   // it needs people who may not be approached
	TooMany    Why = "ceiling"  // one leads and one supports; this would be a third
	NoRoom     Why = "room"     // six are enough
	OnlyOne    Why = "one_pack" // a practised purchase is helped by one pack
	Repeats    Why = "repeats"  // another pack asks the same
	OneTooling Why = "one_tool" // one inspection tool is enough; With's is it
)

// At gives what to do next.
func At(book *playbook.Playbook, process playbook.Process, d *deal.Summary, r alignment.Reading, today throughline.Day) Advice {
	a := Advice{Mode: Help, Places: []string{}, Prompts: []Prompt{}, Tools: []Tool{}, People: []Ask{}, Hidden: []Hidden{}}
	a.Phase = question(book, r)
	if !a.Phase.Known() {
		a.Mode = Rest
		return a
	}
	a.Signs = signs(r)
	switch {
	case locked(book, process, r, a.Phase):
		a.Mode = Respond
	case choosing(r, a.Phase) && a.Phase <= throughline.Commit && !r.Decided: // whoever has decided is choosing no more
		a.Mode = Settle
	}
	a.Places = places(r, a)
	m := mixOf(book, process, r, &a)
	m.prompts()
	m.tools()
	a.People = people(book, d, r, a, today)
	return a
}

// question is the one the advice is about: the firm frontier's, else the
// strict one's, else the first worth asking. A won deal goes on to adoption.
func question(book *playbook.Playbook, r alignment.Reading) throughline.Phase {
	at := r.Firm
	if !at.Known() {
		at = r.Frontier
	}
	if !at.Known() && !r.AllAnswered && len(r.Ask) > 0 {
		at = r.Ask[0]
	}
	switch r.Outcome {
	case throughline.StillOpen:
		return at
	case throughline.Won:
		shown := book.Consequence(r.Class).Shown
		for _, p := range []throughline.Phase{throughline.Adopt, throughline.Prove} {
			if s := r.Phase(p).State; p >= at && slices.Contains(shown, p) && s != throughline.Answered && s != throughline.NotNeeded {
				return p
			}
		}
	}
	return throughline.NoPhase
}

// choosing reports whether urgency would do harm: P7 is, or has been, open, or
// there are signs of indecision. A prompt too few costs little; pressing
// somebody who fears to choose made things worse in most cases studied.
func choosing(r alignment.Reading, at throughline.Phase) bool {
	if r.Outcome != throughline.StillOpen {
		return false
	}
	s := r.Phase(throughline.Commit).State
	return at == throughline.Commit || signs(r) > 0 || s == throughline.Open || s == throughline.Reopened || s == throughline.Answered
}

func signs(r alignment.Reading) int {
	kinds := map[deal.Event]bool{}
	for _, e := range r.Confidence.Signs {
		kinds[e.Event] = true
	}
	return len(kinds)
}

// locked reports whether nobody but the contracting officer may be approached:
// a solicitation is out, or the process's preset says so for this question.
func locked(book *playbook.Playbook, process playbook.Process, r alignment.Reading, at throughline.Phase) bool {
	if r.Locked {
		return true
	}
	i := slices.IndexFunc(book.Presets, func(p playbook.Preset) bool { return p.ID == process.Preset })
	return process.Preset != "" && i >= 0 && r.Outcome == throughline.StillOpen && slices.Contains(book.Presets[i].Locked, at)
}

// places are where prompts and tools are taken from, in the order of their
// weight: P7 first where they fear to choose, the paper first where they have
// decided, then the question itself.
func places(r alignment.Reading, a Advice) []string {
	var out []string
	add := func(p string) {
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	if a.Mode == Settle && a.Signs > 0 && a.Phase <= throughline.Commit {
		add(throughline.Commit.String())
	}
	if r.Decided {
		add("k")
	}
	add(a.Phase.String())
	return out
}
