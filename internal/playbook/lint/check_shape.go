package lint

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
)

// The shape of a good process (DOMAIN 7.4).
var shapeChecks = []Check{
	{"S01", "too-many-processes", diag.Warning, "more sales processes than people can tell apart", (*pass).processes},
	{"S02", "stages", diag.Warning, "too few or too many stages", (*pass).stages},
	{"S03", "milestones-per-stage", diag.Warning, "a stage with too many milestones, or none", (*pass).perStage},
	{"S04", "milestones", diag.Warning, "too many milestones in all", (*pass).milestones},
	{"S05", "required-fields", diag.Warning, "too many fields that must be filled in", (*pass).fields},
	{"S06", "words", diag.Warning, "a process page nobody reads to the end", (*pass).words},
	{"S07", "branches", diag.Error, "a fork in the road", (*pass).branches},
	{"S08", "about-the-seller", diag.Warning, "too few milestones about the customer", (*pass).aboutCustomer},
	{"S09", "ends-at-the-order", diag.Warning, "nothing after the signature", (*pass).beyondSignature},
	{"S10", "contracting-late", diag.Warning, "contracting begins in the second half", (*pass).contracting},
	{"S11", "prescribes", diag.Warning, "a sentence that prescribes wording or tools", (*pass).prescribes},
	{"S12", "over-specified", diag.Warning, "your nine-page flow chart", (*pass).overSpecified},
}

func processAddress(pr playbook.Process) throughline.Address {
	return throughline.Address("process/" + pr.ID)
}

func (s *pass) processes() {
	n, l := len(s.book.Processes), s.book.Limits
	if n <= l.Processes {
		return
	}
	last := s.book.Processes[n-1]
	f := s.say(last.Name.At, processAddress(last), fmt.Sprintf("there are %s; sellers can tell apart %d", plural(n, "process"), l.Processes),
		"ask what differs in how customers buy, not in what is sold; say what each further process buys, or merge two")
	if n > l.ProcessesBlock {
		f.Severity = diag.Error
	}
}

func (s *pass) stages() {
	for _, pr := range s.book.Processes {
		switch n := len(pr.Stages); {
		case n < 3:
			s.say(
				pr.Name.At,
				processAddress(pr),
				fmt.Sprintf("%s are too few to show where a deal is", plural(n, "stage")),
				"four to seven, each serving one question of the customer",
			)
		case n > s.book.Limits.Stages:
			s.say(
				pr.Stages[s.book.Limits.Stages].Name.At,
				pr.Stages[s.book.Limits.Stages].Addr,
				fmt.Sprintf("%s are too many to remember", plural(n, "stage")),
				"four to seven; join two that serve the same question",
			)
		}
	}
}

func (s *pass) perStage() {
	for _, pr := range s.book.Processes {
		for _, st := range pr.Stages {
			n := 0
			for _, m := range pr.Milestones {
				if m.Stage == st.Addr {
					n++
				}
			}
			switch {
			case n == 0:
				s.say(
					st.Name.At,
					st.Addr,
					"the stage has no milestone, so nobody can tell when it has done its work",
					"add one thing a customer person does there",
				)
			case n > s.book.Limits.MilestonesPerStage:
				s.say(
					st.Name.At,
					st.Addr,
					fmt.Sprintf("the stage has %s; one to %d are enough", plural(n, "milestone"), s.book.Limits.MilestonesPerStage),
					"keep those that tell won deals from others",
				)
			}
		}
	}
}

func (s *pass) milestones() {
	for _, pr := range s.book.Processes {
		if n := len(pr.Milestones); n > s.book.Limits.Milestones {
			at := pr.Milestones[s.book.Limits.Milestones]
			s.say(
				at.Name.At,
				at.Addr,
				fmt.Sprintf("the process has %s; beyond %d nobody looks at them", plural(n, "milestone"), s.book.Limits.Milestones),
				"drop those met in few won deals",
			)
		}
	}
}

func (s *pass) fields() {
	for _, pr := range s.book.Processes {
		if n := len(pr.Fields); n > s.book.Limits.Fields {
			s.say(
				pr.Fields[s.book.Limits.Fields].At,
				processAddress(pr),
				fmt.Sprintf("%s have to be filled in; more than %d cost more than they tell", plural(n, "field"), s.book.Limits.Fields),
				"ask of each who reads it",
			)
		}
	}
}

func (s *pass) words() {
	for _, pr := range s.book.Processes {
		if n := pageWords(pr); n > s.book.Limits.Words {
			s.say(
				pr.Name.At,
				processAddress(pr),
				fmt.Sprintf("the page of the process has %d words; past %d it is not read", n, s.book.Limits.Words),
				"one page: say what, leave the how to the seller",
			)
		}
	}
}

func (s *pass) branches() {
	for _, pr := range s.book.Processes {
		for _, b := range pr.Branches {
			s.say(
				b.At,
				processAddress(pr),
				"a fork in the road: a process shows the road, the seller drives",
				"leave it to the strategy of the deal, or to a rule that chooses the process",
			)
		}
	}
}

func (s *pass) aboutCustomer() {
	for _, pr := range s.book.Processes {
		bad := map[throughline.Address]bool{}
		for _, f := range s.report.Findings {
			if f.Severity == diag.Error && strings.HasPrefix(f.Check, "L") {
				bad[f.Address] = true
			}
		}
		seller := 0
		for _, m := range pr.Milestones {
			if bad[m.Addr] {
				seller++
			}
		}
		n := len(pr.Milestones)
		if n > 0 && 100*(n-seller) < s.book.Limits.CustomerShare*n {
			s.say(
				pr.Name.At,
				processAddress(pr),
				fmt.Sprintf("only %d of %d milestones are about the customer", n-seller, n),
				fmt.Sprintf("at least %d%% should say what the customer did", s.book.Limits.CustomerShare),
			)
		}
	}
}

func (s *pass) beyondSignature() {
	for _, pr := range s.book.Processes {
		n := 0
		for _, m := range pr.Milestones {
			if m.Serves == throughline.Adopt || m.Serves == throughline.Prove {
				n++
			}
		}
		if n < 2 && len(pr.Milestones) > 0 {
			s.say(
				pr.Name.At,
				processAddress(pr),
				fmt.Sprintf("%s beyond the signature; two or more show that the customer got the result", plural(n, "milestone")),
				"add one for people working the new way, and one for the measured result",
			)
		}
	}
}

// contracting has to begin by the middle of the road: some milestone of the
// first half of the stages starts or proves a step of track K.
func (s *pass) contracting() {
	for _, pr := range s.book.Processes {
		first := -1
		for _, m := range pr.Milestones {
			if m.Step.Track != throughline.Contracting {
				continue
			}
			i := slices.IndexFunc(pr.Stages, func(st playbook.Stage) bool { return st.Addr == m.Stage })
			if i >= 0 && (first < 0 || i < first) {
				first = i
			}
		}
		switch {
		case len(pr.Milestones) == 0:
		case first < 0:
			s.say(
				pr.Name.At,
				processAddress(pr),
				"no milestone begins contracting",
				"ask for the route from yes to order while the rules are made: a milestone with `track: k1`",
			)
		case 2*first > len(pr.Stages):
			s.say(
				pr.Stages[first].Name.At,
				pr.Stages[first].Addr,
				"contracting begins in the second half of the road",
				"move it to the middle or before: the paper has its own clock",
			)
		}
	}
}

var scripted = regexp.MustCompile(
	`(?i)\b(?:say (?:exactly|the following|: ?")|use the (?:script|template|deck|slide|email|talk track)|script|talk track|word for word|send (?:the )?(?:email|template) \d*|slide \d+|in (?:the )?(?:crm|salesforce|hubspot|excel|powerpoint)|fill in (?:the )?(?:form|sheet|template)|log (?:it|the call) in|must use|always use)\b`,
)

// scriptWords are what a prescription cannot do without; looking for them
// first spares most sentences the pattern.
var scriptWords = []string{"script", "talk track", "word for word", "template", "deck", "slide", "email", "crm", "salesforce", "hubspot", "excel",
	"powerpoint", "form", "sheet", "log ", "must use", "always use", "say "}

func prescription(text string) string {
	low := strings.ToLower(text)
	for _, w := range scriptWords {
		if strings.Contains(low, w) {
			return scripted.FindString(text)
		}
	}
	return ""
}

func (s *pass) prescribes() {
	for _, pr := range s.book.Processes {
		for _, v := range prose(pr) {
			if m := prescription(english(v)); m != "" {
				s.say(
					v.At,
					processAddress(pr),
					fmt.Sprintf("%q prescribes wording or tools", m),
					"say what is to be true; leave the how to the seller, or to a pack",
				)
			}
		}
	}
}

// prose lists what people read on the page of a process.
func prose(pr playbook.Process) []playbook.Value {
	out := []playbook.Value{pr.Page}
	for _, st := range pr.Stages {
		out = append(out, st.Name)
	}
	for _, m := range pr.Milestones {
		out = append(out, m.Name)
	}
	return append(out, pr.Branches...)
}

func pageWords(pr playbook.Process) int {
	n := 0
	for _, v := range prose(pr) {
		n += len(strings.Fields(english(v)))
	}
	return n
}

// Cut is a way to make a process lighter.
type Cut struct {
	What   string              `json:"what"`
	Saves  int                 `json:"saves"`  // points of the score
	Effort int                 `json:"effort"` // 1 a sentence, 2 a milestone, 3 a stage, 5 a process
	At     throughline.Address `json:"at,omitempty"`
}

// Score is how over-specified a process is, 0 to 100 (DOMAIN 7.4, [J]).
type Score struct {
	Process throughline.Address `json:"process"`
	Points  int                 `json:"points"`
	Parts   map[string]int      `json:"parts"`
	Cuts    []Cut               `json:"cuts"` // the three cheapest
}

// OverSpecified scores every process: +10 a stage over 7, +5 a milestone over
// 15, +10 a branch, +3 a required field over 12, +1 per 20 words over 400, +10
// for a sentence that prescribes, +15 a process over 3, +10 for a milestone
// met in fewer than 20 % of won deals.
func OverSpecified(p *playbook.Playbook, m Measured) []Score {
	var out []Score
	for _, pr := range p.Processes {
		sc := Score{Process: processAddress(pr), Parts: map[string]int{}}
		cut := func(part string, points int, c Cut) {
			sc.Parts[part] += points
			if c.What != "" {
				sc.Cuts = append(sc.Cuts, c)
			}
		}
		per := map[throughline.Address]int{}
		for _, ms := range pr.Milestones {
			per[ms.Stage]++
		}
		if over := len(pr.Stages) - 7; over > 0 {
			byLoad := slices.Clone(pr.Stages)
			slices.SortStableFunc(byLoad, func(a, b playbook.Stage) int { return cmp.Compare(per[a.Addr], per[b.Addr]) })
			for i := range over {
				cut("stages", 10, Cut{fmt.Sprintf("drop stage %q or join it with its neighbour", english(byLoad[i].Name)), 10, 3, byLoad[i].Addr})
			}
		}
		if over := len(pr.Milestones) - 15; over > 0 {
			byUse := slices.Clone(pr.Milestones)
			slices.SortStableFunc(byUse, func(a, b playbook.Milestone) int { return cmp.Compare(needed(a, m), needed(b, m)) })
			for i := range over {
				cut("milestones", 5, Cut{fmt.Sprintf("drop milestone %q", english(byUse[i].Short)), 5, 2, byUse[i].Addr})
			}
		}
		for _, b := range pr.Branches {
			cut("branches", 10, Cut{fmt.Sprintf("take the fork %q away", short(english(b))), 10, 1, sc.Process})
		}
		for i := 12; i < len(pr.Fields); i++ {
			cut("fields", 3, Cut{fmt.Sprintf("stop asking for %q", english(pr.Fields[i])), 3, 1, sc.Process})
		}
		if over := (pageWords(pr) - 400) / 20; over > 0 {
			cut("words", over, Cut{fmt.Sprintf("cut %d words", pageWords(pr)-400), over, 1 + over/5, sc.Process})
		}
		for _, v := range prose(pr) {
			if hit := prescription(english(v)); hit != "" {
				cut("prescribes", 10, Cut{fmt.Sprintf("take %q out", hit), 10, 1, sc.Process})
				break
			}
		}
		if over := len(p.Processes) - 3; over > 0 {
			cut("processes", 15*over, Cut{"merge two processes that customers buy alike in", 15, 5, ""})
		}
		for _, ms := range pr.Milestones {
			if share, ok := m.MetInWon[ms.Addr]; ok && share < 0.2 {
				points := 10
				if sc.Parts["unneeded"] > 0 {
					points = 0
				}
				cut(
					"unneeded",
					points,
					Cut{fmt.Sprintf("drop milestone %q: met in %.0f%% of won deals", english(ms.Short), 100*share), 10, 2, ms.Addr},
				)
			}
		}
		for _, n := range sc.Parts {
			sc.Points += n
		}
		sc.Points = min(sc.Points, 100)
		slices.SortStableFunc(sc.Cuts, func(a, b Cut) int {
			return cmp.Or(cmp.Compare(b.Saves*a.Effort, a.Saves*b.Effort), cmp.Compare(a.Effort, b.Effort))
		})
		sc.Cuts = sc.Cuts[:min(3, len(sc.Cuts))]
		out = append(out, sc)
	}
	return out
}

func needed(m playbook.Milestone, use Measured) float64 {
	if share, ok := use.MetInWon[m.Addr]; ok {
		return share
	}
	if m.Optional {
		return 0.5
	}
	return 1
}

func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

func (s *pass) overSpecified() {
	for i, sc := range OverSpecified(s.book, s.measured) {
		if sc.Points <= 40 {
			continue
		}
		var cuts []string
		for _, c := range sc.Cuts {
			cuts = append(cuts, fmt.Sprintf("%s (-%d)", c.What, c.Saves))
		}
		s.say(
			s.book.Processes[i].Name.At,
			sc.Process,
			fmt.Sprintf("over-specified: %d of 100, your nine-page flow chart", sc.Points),
			"the cheapest cuts: "+strings.Join(cuts, "; "),
		)
	}
}
