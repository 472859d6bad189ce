package lint

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"
	"unicode"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
)

// Whether a process could be anyone's (DOMAIN 7.5). Nobody is called a plagiarist.
var copiedChecks = []Check{
	{"V01", "vendor-list", diag.Warning, "the stages are a vendor's defaults", (*pass).vendorLists},
	{"V02", "vendor-probabilities", diag.Warning, "probabilities left as shipped", (*pass).vendorOdds},
	{"V03", "method-as-stages", diag.Warning, "the stages spell a method", (*pass).acronyms},
	{"V04", "no-own-nouns", diag.Hint, "none of your own nouns appears", (*pass).ownNouns},
	{"V05", "no-history", diag.Hint, "no milestone rests on a deal of yours", (*pass).history},
	{"V06", "charter-empty", diag.Hint, "the charter says little", (*pass).charter},
}

// Vendor is the list of stages a product ships with.
type Vendor struct {
	Name   string
	Stages []string
	Odds   []int // probabilities that stand in its stage names, where they do
}

// Vendors are the known default lists.
func Vendors() []Vendor { return slices.Clone(vendors) }

var vendors = []Vendor{
	{
		"Salesforce",
		[]string{
			"Prospecting",
			"Qualification",
			"Needs Analysis",
			"Value Proposition",
			"Id. Decision Makers",
			"Perception Analysis",
			"Proposal/Price Quote",
			"Negotiation/Review",
			"Closed Won",
			"Closed Lost",
		},
		[]int{10, 10, 20, 50, 60, 70, 75, 90},
	},
	{
		"HubSpot",
		[]string{
			"Appointment Scheduled",
			"Qualified to Buy",
			"Presentation Scheduled",
			"Decision Maker Bought-In",
			"Contract Sent",
			"Closed Won",
			"Closed Lost",
		},
		[]int{20, 40, 60, 80, 90},
	},
	{"Dynamics", []string{"Qualify", "Develop", "Propose", "Close"}, nil},
	{"Pipedrive", []string{"Qualified", "Contact Made", "Demo Scheduled", "Proposal Made", "Negotiations Started"}, nil},
	{"EspoCRM", []string{"Prospecting", "Qualification", "Proposal", "Negotiation", "Closed Won", "Closed Lost"}, []int{10, 20, 50, 80}},
	{
		"Frappe CRM",
		[]string{"Qualification", "Demo/Making", "Proposal/Quotation", "Negotiation", "Ready to Close", "Won", "Lost"},
		[]int{10, 25, 50, 70, 90},
	},
	{"Atomic CRM", []string{"Opportunity", "Proposal Sent", "In Negotiation", "Won", "Lost", "Delayed"}, nil},
	{
		"Cordys CRM",
		[]string{"Create", "Clear requirements", "Scheme validation", "Project proposal report", "Business procurement", "Success", "Fail"},
		[]int{10, 30, 50, 70, 90},
	},
	{"Cordys CRM", []string{"新建", "需求明确", "方案验证", "立项汇报", "商务采购", "成功", "失败"}, nil},
	{"Odoo", []string{"New", "Qualified", "Proposition", "Won"}, nil},
	{"Twenty", []string{"New", "Screening", "Meeting", "Proposal", "Customer"}, nil},
}

var ends = []string{"closed won", "closed lost", "won", "lost", "success", "fail", "成功", "失败", "delayed"}

// stem folds a stage's name: lower case, letters and digits, each word without its ending.
func stem(name string) string {
	var out []string
	for _, w := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if strings.Trim(w, "0123456789") == "" {
			continue // "Appointment Scheduled 20%"
		}
		for _, end := range []string{"ations", "ation", "ings", "ing", "ied", "ies", "ed", "es", "y", "e", "s"} {
			if strings.HasSuffix(w, end) && len(w)-len(end) >= 4 {
				w = w[:len(w)-len(end)]
				break
			}
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

func stems(names []string, withEnds bool) []string {
	var out []string
	for _, n := range names {
		low := strings.Join(strings.FieldsFunc(strings.ToLower(n), func(r rune) bool { return !unicode.IsLetter(r) }), " ")
		if !withEnds && slices.Contains(ends, low) {
			continue
		}
		if st := stem(n); st != "" {
			out = append(out, st)
		}
	}
	return out
}

// Likeness is how much a process resembles a vendor's list.
type Likeness struct {
	Process throughline.Address `json:"process"`
	Vendor  string              `json:"vendor"`
	Jaccard float64             `json:"jaccard"` // shared stages over all stages
	InOrder int                 `json:"in_order"`
	Shared  []string            `json:"shared"`
}

// folded is a list of stages with its ends and without them.
type folded [2][]string

func fold(names []string) folded { return folded{stems(names, true), stems(names, false)} }

var foldedVendors = sync.OnceValue(func() []folded {
	var out []folded
	for _, v := range vendors {
		out = append(out, fold(v.Stages))
	}
	return out
})

// alike compares: a Jaccard index of 0.6, or four or more in the same order.
func alike(names, theirs folded) (l Likeness, ok bool) {
	for i := range names {
		a, b := names[i], theirs[i]
		both := 0
		var shared []string
		for i, x := range a {
			if slices.Contains(b, x) && !slices.Contains(a[:i], x) {
				both++
				shared = append(shared, x)
			}
		}
		all := map[string]bool{}
		for _, x := range append(slices.Clone(a), b...) {
			all[x] = true
		}
		got := Likeness{InOrder: longestCommon(a, b), Shared: shared}
		if len(all) > 0 {
			got.Jaccard = float64(both) / float64(len(all))
		}
		if got.Jaccard > l.Jaccard || got.InOrder > l.InOrder {
			l = got
		}
		if both >= 2 && (got.Jaccard >= 0.6 || got.InOrder >= 4) {
			return got, true
		}
	}
	return l, false
}

// longestCommon is the length of the longest list that stands in both in the same order.
func longestCommon(a, b []string) int {
	row := make([]int, len(b)+1)
	for i := range a {
		diagonal := 0
		for j := range b {
			up := row[j+1]
			if a[i] == b[j] {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(row[j+1], row[j])
			}
			diagonal = up
		}
	}
	return row[len(b)]
}

// languages lists the stage names of a process in each language it has.
func stageNames(pr playbook.Process) [][]string {
	by := map[string][]string{}
	var order []string
	for _, st := range pr.Stages {
		for lang, text := range st.Name.Text {
			if _, ok := by[lang]; !ok {
				order = append(order, lang)
			}
			by[lang] = append(by[lang], text)
		}
	}
	sort.Strings(order)
	var out [][]string
	for _, lang := range order {
		out = append(out, by[lang])
	}
	return out
}

// Alike lists the vendor lists that the processes resemble.
func Alike(p *playbook.Playbook) []Likeness {
	var out []Likeness
	for _, pr := range p.Processes {
		for _, names := range stageNames(pr) {
			var best Likeness
			own := fold(names)
			for i, v := range vendors {
				if l, ok := alike(own, foldedVendors()[i]); ok && l.Jaccard > best.Jaccard {
					best = l
					best.Vendor, best.Process = v.Name, processAddress(pr)
				}
			}
			if best.Vendor != "" {
				out = append(out, best)
			}
		}
	}
	return out
}

func (s *pass) vendorLists() {
	for _, l := range Alike(s.book) {
		pr := s.book.Process(l.Process + "/")
		s.say(
			pr.Stages[0].Name.At,
			l.Process,
			fmt.Sprintf("%d of %d stages are those %s ships with: your process could be anyone's", len(l.Shared), len(pr.Stages), l.Vendor),
			Differences(s.book, pr),
		)
	}
}

// Differences names three places where the company's own wins suggest a difference.
func Differences(p *playbook.Playbook, pr playbook.Process) string {
	var places []string
	for _, m := range pr.Milestones {
		if len(m.Cites) > 0 && len(places) < 3 {
			places = append(places, fmt.Sprintf("%q, which rests on %s", english(m.Short), english(m.Cites[0])))
		}
	}
	for _, key := range []string{"differentiation", "experience", "value_creation", "focus", "stance", "strategy", "culture"} {
		if v, ok := p.Charter.Inputs[key]; ok && len(places) < 3 {
			places = append(places, fmt.Sprintf("your %s: %q", strings.ReplaceAll(key, "_", " "), short(english(v))))
		}
	}
	if len(places) > 0 {
		return "places where your own wins suggest a difference: " + strings.Join(places, "; ")
	}
	return "take your last three wins and ask what the customer did in each that no rival would have seen: the first sign of the problem, the way they agreed on it, the result they reported"
}

var percent = regexp.MustCompile(`(\d{1,3})\s?%`)

func (s *pass) vendorOdds() {
	for _, pr := range s.book.Processes {
		var odds []int
		for _, st := range pr.Stages {
			if m := percent.FindStringSubmatch(st.Name.Text.In("en")); m != nil {
				n := 0
				fmt.Sscan(m[1], &n)
				odds = append(odds, n)
			}
		}
		if len(odds) < 3 {
			continue
		}
		for _, v := range vendors {
			if len(v.Odds) >= 3 && (slices.Equal(odds, v.Odds) || len(odds) <= len(v.Odds) && slices.Equal(odds, v.Odds[:len(odds)])) {
				s.say(
					pr.Stages[0].Name.At,
					processAddress(pr),
					fmt.Sprintf(
						"the probabilities %s are those %s ships with",
						strings.Trim(strings.ReplaceAll(fmt.Sprint(odds), " ", ", "), "[]"),
						v.Name,
					),
					"take them out of the names; a stage's constant forecasts no deal, and history gives better ones",
				)
				break
			}
		}
	}
}

// methods by the words or letters of their parts.
var methods = map[string][]string{
	"MEDDIC": {"metrics", "economic buyer", "decision criteria", "decision process", "identify pain", "champion"},
	"SPIN":   {"situation", "problem", "implication", "need-payoff"},
	"BANT":   {"budget", "authority", "need", "timeline"},
	"SNAP":   {"simple", "invaluable", "aligned", "priority"},
	"JOLT":   {"judge", "offer", "limit", "take"},
	"GPCT":   {"goals", "plans", "challenges", "timeline"},
	"CHAMP":  {"challenges", "authority", "money", "prioritization"},
	"SPICED": {"situation", "pain", "impact", "critical event", "decision"},
	"AIDA":   {"attention", "interest", "desire", "action"},
}

func (s *pass) acronyms() {
	for _, pr := range s.book.Processes {
		var names []string
		letters := ""
		for _, st := range pr.Stages {
			name := strings.ToLower(st.Name.Text.In("en"))
			names = append(names, name)
			if r := []rune(name); len(r) > 0 {
				letters += strings.ToUpper(string(r[0]))
			}
		}
		own := fold(names)
		for _, method := range []string{"MEDDPICC", "MEDDIC", "SPIN", "BANT", "SNAP", "JOLT", "GPCT", "CHAMP", "SPICED", "AIDA"} {
			l, _ := alike(own, fold(methods[method]))
			if letters == method && len(letters) >= 4 || l.Jaccard >= 0.6 && len(l.Shared) >= 3 {
				s.say(
					pr.Stages[0].Name.At,
					processAddress(pr),
					"the stages spell a method, which helps on the road and is none",
					"name the stages by what the customer is doing, and attach the method as a pack",
				)
				break
			}
		}
	}
}

func (s *pass) ownNouns() {
	if s.starting() {
		return
	}
	for _, pr := range s.book.Processes {
		text := ""
		for _, v := range prose(pr) {
			text += " " + strings.ToLower(english(v))
		}
		if slices.ContainsFunc(s.book.Own, func(o playbook.Value) bool { return strings.Contains(text, strings.ToLower(english(o))) }) {
			continue
		}
		message := "none of your own nouns appears in the process"
		if len(s.book.Own) == 0 {
			message = "the playbook names none of your products, customer types, channels, promises or reasons to win"
		}
		s.say(
			pr.Name.At,
			processAddress(pr),
			message,
			"list them under `own:` in playbook.yaml and let a milestone or two speak of them; then ask two colleagues whether the biggest rival could adopt the page unchanged",
		)
	}
}

func (s *pass) history() {
	if s.starting() {
		return
	}
	for _, pr := range s.book.Processes {
		if len(pr.Milestones) > 0 && !slices.ContainsFunc(pr.Milestones, func(m playbook.Milestone) bool { return len(m.Cites) > 0 }) {
			s.say(
				pr.Name.At,
				processAddress(pr),
				"no milestone cites a deal you won or lost",
				"write under `cites:` the deals a milestone rests on; once a quarter, hold them against new ones",
			)
		}
	}
}

func (s *pass) charter() {
	if s.starting() {
		return
	}
	if n := len(s.book.Charter.Inputs); n < 4 {
		var missing []string
		for _, k := range playbook.CharterKeys() {
			if _, ok := s.book.Charter.Inputs[k]; !ok {
				missing = append(missing, k)
			}
		}
		at := s.book.Charter.At
		at.End = at.Begin
		s.say(at, "", fmt.Sprintf("the charter has %d of its seven inputs", n), "answer four or more: missing are "+strings.Join(missing, ", "))
	}
}

// Report on copies, as `throughline playbook copied` prints it: everything,
// whether or not the playbook says it is a starting point.
type Copies struct {
	Alike         []Likeness `json:"alike"`
	OwnNouns      bool       `json:"own_nouns"`      // some own noun appears
	History       bool       `json:"history"`        // some milestone cites a deal
	CharterInputs int        `json:"charter_inputs"` // of seven
	SwapTest      string     `json:"swap_test"`
	Differences   []string   `json:"differences"` // one for each process
}

// Copied says how far the process could be anyone's.
func Copied(p *playbook.Playbook) Copies {
	out := Copies{Alike: Alike(p), CharterInputs: len(p.Charter.Inputs), Differences: []string{},
		SwapTest: "ask two colleagues, line by line, whether your biggest rival could adopt the page unchanged; a yes to four lines in five means it is generic"}
	if out.Alike == nil {
		out.Alike = []Likeness{}
	}
	for _, pr := range p.Processes {
		out.Differences = append(out.Differences, Differences(p, pr))
		for _, v := range prose(pr) {
			for _, o := range p.Own {
				out.OwnNouns = out.OwnNouns || strings.Contains(strings.ToLower(english(v)), strings.ToLower(english(o)))
			}
		}
		for _, m := range pr.Milestones {
			out.History = out.History || len(m.Cites) > 0
		}
	}
	return out
}
