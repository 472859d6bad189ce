// Package buyingissue says whether the steps a customer stated tell how they
// will decide, or only how the work or the paper will run (DOMAIN 5).
//
// Takes: the customer's steps, a line each, as they were pasted, in English or Chinese.
// Gives: each step's label, which of the twenty-two buying issues it answers, coverage, the label of the whole, the three questions worth asking.
// Never: calls a project plan wrong; it tells how the work will run, which is worth knowing too.
package buyingissue

import (
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
)

//go:embed issues.yaml
var issuesYAML []byte

// Issue is one buying issue, as data.
type Issue struct {
	ID      string            `yaml:"id" json:"id"`
	Name    string            `yaml:"name" json:"name"`
	Weight  int               `yaml:"weight" json:"weight"`
	Phase   throughline.Phase `yaml:"phase" json:"phase"`
	Ask     string            `yaml:"ask" json:"ask"`
	Instead string            `yaml:"instead" json:"instead"` // what a project plan shows in its place
	Cue     string            `yaml:"cue" json:"-"`
	Red     string            `yaml:"red" json:"-"` // words that sound like an answer and are none
	CueZH   string            `yaml:"cue_zh" json:"-"`
	RedZH   string            `yaml:"red_zh" json:"-"`

	cue, red *regexp.Regexp
}

// Lists are the issues and the words of the other kinds of step.
type Lists struct {
	Issues      []Issue `yaml:"issues"`
	Evidence    string  `yaml:"evidence"`
	Project     string  `yaml:"project"`
	Contracting string  `yaml:"contracting"`
	Sourcing    string  `yaml:"sourcing"`
	NotBuying   string  `yaml:"not_buying"`

	EvidenceZH    string `yaml:"evidence_zh"`
	ProjectZH     string `yaml:"project_zh"`
	ContractingZH string `yaml:"contracting_zh"`
	SourcingZH    string `yaml:"sourcing_zh"`
	NotBuyingZH   string `yaml:"not_buying_zh"`

	evidence, project, contracting, sourcing, notBuying *regexp.Regexp
}

// Read reads lists in the form of the shipped ones (Text gives those to edit).
func Read(text []byte) (*Lists, error) {
	var l Lists
	if err := yaml.Load(text, &l, yaml.WithKnownFields()); err != nil {
		return nil, fmt.Errorf("read buying issues: %w", err)
	}
	var errs []error
	compile := func(name, pattern, chinese string) *regexp.Regexp {
		switch {
		case pattern == "" && chinese == "":
			return nil
		case pattern == "":
			pattern = chinese
		case chinese != "":
			pattern = "(?:" + pattern + ")|(?:" + chinese + ")"
		}
		re, err := regexp.Compile("(?i)" + pattern)
		if err != nil {
			errs = append(errs, fmt.Errorf("read buying issues: %s: %w", name, err))
		}
		return re
	}
	if len(l.Issues) == 0 {
		errs = append(errs, errors.New("read buying issues: there is none"))
	}
	for i := range l.Issues {
		s := &l.Issues[i]
		if s.ID == "" || s.Weight < 1 || s.Ask == "" || s.Cue == "" {
			errs = append(errs, fmt.Errorf("read buying issues: number %d needs id, weight, ask and cue", i+1))
		}
		s.cue, s.red = compile(s.ID, s.Cue, s.CueZH), compile(s.ID+" red", s.Red, s.RedZH)
	}
	l.evidence, l.project = compile("evidence", l.Evidence, l.EvidenceZH), compile("project", l.Project, l.ProjectZH)
	l.contracting, l.sourcing = compile("contracting", l.Contracting, l.ContractingZH), compile("sourcing", l.Sourcing, l.SourcingZH)
	l.notBuying = compile("not_buying", l.NotBuying, l.NotBuyingZH)
	return &l, errors.Join(errs...)
}

// Text gives the shipped lists, to be edited.
func Text() string { return string(issuesYAML) }

// Default gives the shipped lists, read once.
var Default = sync.OnceValue(func() *Lists {
	l, err := Read(issuesYAML)
	if err != nil {
		panic(err) // the embedded lists are broken, which the tests would show
	}
	return l
})

// Kind is what a stated step is about.
type Kind string

// The kinds. Other is a step of which the words say nothing.
const (
	Buying      Kind = "buying"
	Project     Kind = "project"
	Contracting Kind = "contracting"
	Sourcing    Kind = "sourcing"
	Other       Kind = "other"
)

// Step is one stated step with what it is.
type Step struct {
	Line   int      `json:"line"`
	Column int      `json:"column"`
	Text   string   `json:"text"`
	Kind   Kind     `json:"kind"`
	Issues []string `json:"issues"` // B1 to B22 it speaks to
	Cue    string   `json:"cue,omitempty"`
}

// Score is one issue and how far the customer has answered it.
type Score struct {
	Issue
	Score int   `json:"score"` // 2 with evidence, 1 partly, 0 missing
	Lines []int `json:"lines"` // the steps it comes from
	Red   bool  `json:"red,omitempty"`
}

// Label is what the whole comes to.
type Label string

// The labels, spelt as package classifier takes them.
const (
	Process     Label = "buying-process"
	Partial     Label = "partial"
	ProjectPlan Label = "project-plan"
	Paper       Label = "contracting"
	None        Label = "none"
)

// Says gives the label in words.
func (l Label) Says() string {
	switch l {
	case Process:
		return "a buying process"
	case Partial:
		return "part of a buying process"
	case ProjectPlan:
		return "a project plan, taken for a buying process"
	case Paper:
		return "contracting, taken for a buying process"
	}
	return "no process"
}

// Reading is what the stated steps come to.
type Reading struct {
	Label    Label        `json:"label"`
	Says     string       `json:"says"`
	Coverage int          `json:"coverage"` // 0 to 100
	Steps    []Step       `json:"steps"`
	Scores   []Score      `json:"scores"`
	Ask      []Issue      `json:"ask"` // the three questions worth asking
	Message  string       `json:"message"`
	Counts   map[Kind]int `json:"counts"`
}

// Of reads steps with the shipped lists.
func Of(file string, text []byte, frontier throughline.Phase) (Reading, diag.Findings) {
	return Default().Of(file, text, frontier)
}

// bounds of one reading; a list of steps is never larger.
const (
	mostBytes = 1 << 20
	mostSteps = 2000
	longest   = 2000
)

var bullet = regexp.MustCompile(`^(?:[-*•–—>]\s+|\(?\d{1,3}(?:\.\d{1,3})*[.):]?\s+|\[[ xX]?\]\s+|[a-zA-Z][.)]\s+|step \d+\s*[:.)-]?\s+)+`)

// Of labels each line and sums up. frontier is the earliest phase the
// customer has not answered, or NoPhase: of equal gaps the nearer one is asked first.
func (l *Lists) Of(file string, text []byte, frontier throughline.Phase) (Reading, diag.Findings) {
	var found diag.Findings
	say := func(line int, message, hint string) {
		p := diag.Pos{Line: line, Column: 1}
		found = append(
			found,
			diag.Finding{Check: "steps-text", Severity: diag.Warning, Message: message, Hint: hint, Range: diag.Range{File: file, Begin: p, End: p}},
		)
	}
	if len(text) > mostBytes {
		say(1, fmt.Sprintf("only the first %d bytes are read", mostBytes), "a stated process is a page, not a book")
		text = text[:mostBytes]
	}
	if !utf8.Valid(text) {
		say(1, "the text is not UTF-8; odd bytes are shown as ?", "save it as UTF-8")
	}
	r := Reading{Steps: []Step{}, Counts: map[Kind]int{}}
	scores := make([]Score, len(l.Issues))
	for i, s := range l.Issues {
		scores[i] = Score{Issue: s, Lines: []int{}}
	}
	for n, line := range strings.Split(strings.TrimPrefix(strings.ToValidUTF8(string(text), "?"), "\ufeff"), "\n") {
		body := strings.TrimLeft(strings.TrimRight(line, " \t\r"), " \t")
		body = body[len(bullet.FindString(strings.ToLower(body))):]
		if body == "" || body[0] == '#' {
			continue
		}
		if len(r.Steps) == mostSteps {
			say(n+1, fmt.Sprintf("only the first %d steps are read", mostSteps), "paste one decision's steps at a time")
			break
		}
		if len(body) > longest {
			body = strings.ToValidUTF8(body[:longest], "")
		}
		s := l.label(body, scores, n+1)
		s.Line, s.Column = n+1, strings.Index(line, body[:min(len(body), 20)])+1
		r.Steps = append(r.Steps, s)
		r.Counts[s.Kind]++
	}
	r.Scores = scores
	r.sum(frontier)
	return r, found
}

// label says what a step is. A line with a buying issue in it is a buying
// line, whatever else it mentions, unless the words only sound like one.
func (l *Lists) label(text string, scores []Score, line int) Step {
	s := Step{Text: text, Kind: Other, Issues: []string{}}
	buying := text
	if l.notBuying != nil {
		buying = l.notBuying.ReplaceAllString(text, " ")
	}
	proof := l.evidence != nil && l.evidence.MatchString(buying)
	for i := range scores {
		sc := &scores[i]
		if sc.red != nil && sc.red.MatchString(buying) {
			sc.Red = true
			rest := sc.red.ReplaceAllString(buying, " ")
			if !sc.cue.MatchString(rest) || !proof { // "top priority" is no answer, nor is "budget exists"
				continue
			}
		}
		m := sc.cue.FindString(buying)
		if m == "" {
			continue
		}
		if s.Cue == "" {
			s.Cue = m
		}
		s.Issues = append(s.Issues, sc.ID)
		sc.Lines = append(sc.Lines, line)
		sc.Score = max(sc.Score, map[bool]int{true: 2, false: 1}[proof])
	}
	if len(s.Issues) > 0 {
		s.Kind = Buying
		return s
	}
	for _, k := range []struct {
		kind Kind
		re   *regexp.Regexp
	}{{Contracting, l.contracting}, {Sourcing, l.sourcing}, {Project, l.project}} {
		if k.re == nil {
			continue
		}
		if m := k.re.FindString(text); m != "" {
			s.Kind, s.Cue = k.kind, m
			break
		}
	}
	return s
}

// essential are the issues without which no coverage makes a buying process.
var essential = []string{"B8", "B9", "B13", "B15"}

// sum fills in coverage, label and questions (DOMAIN 5.2 and 5.3).
func (r *Reading) sum(frontier throughline.Phase) {
	got, all, have := 0, 0, map[string]int{}
	for _, s := range r.Scores {
		got, all = got+s.Weight*s.Score, all+2*s.Weight
		have[s.ID] = s.Score
	}
	exact := 0.0
	if all > 0 {
		exact = 100 * float64(got) / float64(all)
	}
	r.Coverage = int(math.RoundToEven(exact))
	whole := !slices.ContainsFunc(essential, func(id string) bool { return have[id] == 0 })
	n := len(r.Steps)
	project, paper, buying := r.Counts[Project], r.Counts[Contracting], r.Counts[Buying]
	mostlyPlan := buying == 0 && 10*(project+paper) > 7*n
	switch {
	case n == 0:
		r.Label = None
	case exact >= 60 && whole:
		r.Label = Process
	case exact >= 30:
		r.Label = Partial
	case mostlyPlan && paper > project, !mostlyPlan && paper > project && paper > buying:
		r.Label = Paper
	case mostlyPlan, project > 0 && project >= buying:
		r.Label = ProjectPlan
	case buying > 0 || r.Counts[Sourcing] > 0:
		r.Label = Partial // too little, but of the right kind
	default:
		r.Label = None
	}
	r.Says = r.Label.Says()
	r.Ask = gaps(r.Scores, frontier)
	switch r.Label {
	case ProjectPlan:
		r.Message = "This tells us how the work will run. It does not yet tell us how the decision will be made. Three questions worth asking:"
	case Paper:
		r.Message = "This tells us how the paper will run once the choice is made. It does not yet tell us how the decision will be made. Three questions worth asking:"
	case Partial:
		r.Message = "This tells us part of how the decision will be made. Three questions worth asking:"
	case Process:
		r.Message = "This tells us how the decision will be made. Questions still worth asking:"
	default:
		r.Message = "No steps are stated. Three questions worth asking:"
	}
}

// gaps gives the three issues with the highest weight x (2 - score), ties
// broken by nearness to the frontier, then by their order.
func gaps(scores []Score, frontier throughline.Phase) []Issue {
	list := slices.Clone(scores)
	far := func(s Score) int {
		if !frontier.Known() {
			return 0
		}
		d := int(s.Phase) - int(frontier)
		return max(d, -d)
	}
	slices.SortStableFunc(list, func(a, b Score) int {
		return cmp.Or(cmp.Compare(b.Weight*(2-b.Score), a.Weight*(2-a.Score)), cmp.Compare(far(a), far(b)))
	})
	out := []Issue{}
	for _, s := range list {
		if s.Score < 2 && len(out) < 3 {
			out = append(out, s.Issue)
		}
	}
	return out
}
