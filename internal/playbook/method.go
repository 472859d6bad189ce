package playbook

import (
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/segment"
)

// Status says how far something shipped has been made the company's own.
type Status string

// The three states of adaptation. What ships is a starting point; a copy that
// nobody has changed stays one, however long it has been used.
const (
	StartingPoint Status = "starting-point"
	InProgress    Status = "in-progress"
	Adapted       Status = "adapted"
)

// Charter is the seven inputs that make a process a company's own (claim 46).
type Charter struct {
	Inputs map[string]Value // by CharterKeys; absent where nothing is said
	At     diag.Range
}

// CharterKeys are the seven inputs in the order in which they are asked.
func CharterKeys() []string {
	return []string{"strategy", "focus", "culture", "stance", "experience", "differentiation", "value_creation"}
}

// Words a company adds to the lists by which its statements are read.
type Words struct{ Actors, Things, Acts, Weak []string }

// Limits are the warn lines of the complexity budget (DOMAIN appendix B) and
// the ceilings of a blend (6.5).
type Limits struct {
	Processes, ProcessesBlock      int
	Stages, Milestones             int
	MilestonesPerStage             int
	PacksPerProcess, PacksPerPhase int
	Prompts, FieldsAtOnce, Fields  int
	People, PlanSteps, Minutes     int
	Words                          int
	WrongPicks                     int // per cent
	CustomerShare                  int // least share of milestones about the customer, per cent
}

// DefaultLimits are those of DOMAIN 7.4, 6.5 and appendix B, all [J].
func DefaultLimits() Limits {
	return Limits{Processes: 3, ProcessesBlock: 5, Stages: 8, Milestones: 16, MilestonesPerStage: 3, PacksPerProcess: 5, PacksPerPhase: 2,
		Prompts: 9, FieldsAtOnce: 4, Fields: 12, People: 15, PlanSteps: 30, Minutes: 10, Words: 500, WrongPicks: 15, CustomerShare: 80}
}

// Synonym is one of our words with what others call it.
type Synonym struct {
	Canonical string
	Also      []string
}

// Rule is a segment rule as its author wrote it.
type Rule struct {
	CEL  string
	Tree segment.Rule // what it means; the zero value where it was refused
	At   diag.Range
}

// Refused reports whether there is a rule that could not be read. Which deals
// its process is for is not known then, so it takes none.
func (r Rule) Refused() bool { return r.CEL != "" && r.Tree.Op == "" }

// Attribute is something a deal knows when it opens: a text, perhaps of a
// closed list, or a number.
type Attribute struct {
	Name   string
	Kind   AttributeKind
	Values []string // of a closed list
	At     diag.Range
}

// AttributeKind is what an attribute holds.
type AttributeKind string

// The kinds of attribute.
const (
	TextAttribute   AttributeKind = "text"
	NumberAttribute AttributeKind = "number"
)

// Choose gives the process of a deal by what it knows: the first whose rule
// holds, else the first without a rule, else the first. One whose rule was
// refused takes no deal. why says which of the three it was.
func (p *Playbook) Choose(attrs map[string]string) (pr Process, why string) {
	if pr, ok := p.ByRule(attrs); ok {
		return pr, pr.When.Tree.String()
	}
	for _, pr := range p.Processes {
		if pr.When.Tree.Every() && !pr.When.Refused() {
			return pr, "no other rule holds"
		}
	}
	if pr, ok := p.first(); ok {
		return pr, "no rule holds, so the first"
	}
	return Process{}, "there is no process"
}

// ByRule gives the first process that has a rule which holds.
func (p *Playbook) ByRule(attrs map[string]string) (Process, bool) {
	for _, pr := range p.Processes {
		if pr.When.CEL != "" && !pr.When.Tree.Every() && pr.When.Tree.Holds(attrs) {
			return pr, true
		}
	}
	return Process{}, false
}

// ProcessCalled finds a process by its id or its address.
func (p *Playbook) ProcessCalled(name string) (Process, bool) {
	id := strings.TrimPrefix(name, "process/")
	for _, pr := range p.Processes {
		if pr.ID == id && id != "" {
			return pr, true
		}
	}
	return Process{}, false
}

// Address names the process: process/ID.
func (pr Process) Address() throughline.Address { return throughline.Address("process/" + pr.ID) }

// StageFor gives the stage of the process that stands for a stage of another
// one: of the same id, else the last that serves the same question or one before it.
func (pr Process) StageFor(s Stage) (Stage, bool) {
	var best Stage
	for _, own := range pr.Stages {
		if own.ID == s.ID {
			return own, true
		}
		if own.Serves <= s.Serves && own.Serves >= best.Serves {
			best = own
		}
	}
	if best.Addr == "" && len(pr.Stages) > 0 {
		best = pr.Stages[0]
	}
	return best, best.Addr != ""
}

// first gives the first process that may take deals.
func (p *Playbook) first() (Process, bool) {
	for _, pr := range p.Processes {
		if !pr.When.Refused() {
			return pr, true
		}
	}
	return Process{}, false
}

// Use is one pack in the blend of a process.
type Use struct {
	Pack string
	Lead []throughline.Address // phases and tracks where it leads
	At   diag.Range
}

// Keep is a finding that an author keeps anyway.
type Keep struct {
	Check  string
	Reason string
	At     diag.Range
}

// PackWeights is how much a pack has to say, 0 to 3, by place: journey/p1 to
// p9, "contracting" and "change".
type PackWeights map[string]int

// Places lists the eleven places of a pack's weights, as they are spelt.
func Places() []string {
	return []string{"p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "k", "c"}
}

// Place spells the place of an address as a pack's weights do: "p3", "k", "c".
func Place(a throughline.Address) string {
	switch {
	case a == throughline.Address(throughline.Contracting):
		return "k"
	case a == throughline.Address(throughline.Change):
		return "c"
	}
	return a.Last()
}

// Pack is a borrowed methodology, cut into tools and questions that help at
// particular places of the road. It cannot add stages, fields or gates.
type Pack struct {
	ID         string
	Name       Value
	Origin     Value
	Idea       Value
	Weights    PackWeights
	Tools      []Tool
	Prompts    []Prompt
	Vocabulary []Synonym
	Presumes   []Value
	Clashes    []Clash
	Dropped    []Dropped // tools of the shipped pack that the company does not use
	Marks      Value
	Credit     Value
	Status     Status
	Core       bool     // the product's own material, which no borrowed method covers
	Shipped    bool     // taken from the shipped library, not from the company's folder
	Changed    []string // keys in which the company's copy differs from the shipped pack
	At         diag.Range
}

// Tool is something to work with: what goes in, what comes out, where it helps.
type Tool struct {
	ID        string
	Name      Value
	In, Out   Value
	Place     string // one of Places
	Minutes   int
	Milestone throughline.Address // the milestone of ours it is tied to; "" is unadapted
	Inward    bool                // done without the customer; stays when a solicitation is out
	At        diag.Range
}

// Dropped is a tool that a company took out of its copy, and why.
type Dropped struct {
	ID  string
	Why Value
}

// Prompt is a question worth asking at a place.
type Prompt struct {
	Value
	Place   string
	Urgency bool // presses the cost of waiting; hidden once P7 is open
	Inward  bool // asked of ourselves; stays when a solicitation is out
}

// Clash is another pack it does not go with, at some places, and what to do.
type Clash struct {
	With   string
	Places []string
	Rule   Value
}

// Preset is a market as a starting point (DOMAIN 10).
type Preset struct {
	ID         string
	Name       Value
	Differs    Value // how buying differs here
	Class      throughline.Class
	Priors     map[string]int // classifier factors, a guess to start from and no answer
	Emphasis   []throughline.Phase
	Locked     []throughline.Phase // while these are open, rules of access forbid outreach
	Milestones []Milestone
	Days       map[string]Spread // by step, "k3"
	Blend      []Use
	Words      []Synonym // what they call our words: tender, listing, formulary
	Traps      []Value
	Dated      Value // for rules that change: the date of the rule set
	Status     Status
	At         diag.Range
}

// File is one file of the folder.
type File struct {
	Path  string
	Lines int
	Words int
}

// Pack finds a pack by its id.
func (p *Playbook) Pack(id string) (Pack, bool) {
	for _, k := range p.Packs {
		if k.ID == id {
			return k, true
		}
	}
	return Pack{}, false
}

// PackAddress names a pack.
func PackAddress(id string) throughline.Address { return throughline.Address("pack/" + id) }

// Test is a deal in a few lines and what the playbook should say of it.
type Test struct {
	Name     string
	AsOf     string // the day on which it is read, 2026-06-30
	Deal     map[string]string
	C, P     map[string]int // the classifier's factors
	Evidence []TestEvidence
	Expect   Expectation
	At       diag.Range
}

// TestEvidence is something the customer has shown.
type TestEvidence struct {
	About   throughline.Address
	Grade   throughline.Grade
	By      string
	DaysAgo int
	Against bool
}

// Expectation is what a test asks for; what is empty is not asked.
type Expectation struct {
	Process      Value
	Class        Value
	Frontier     Value // "p3", or "none" where every question is answered
	Findings     []Value
	AsksFindings bool // an empty list asks that there are none
}
