package draft

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/playbooks"
)

// Question is one thing the interview asks.
type Question struct {
	ID   string `json:"id"`
	Ask  string `json:"ask"`
	Help string `json:"help"`
	Many bool   `json:"many,omitempty"` // takes several answers, a line each
}

// Interview lists the questions in the order in which they are asked.
func Interview() []Question {
	out := []Question{
		{"name", "What is the playbook called?", "such as: How we sell", false},
		{"preset", "Which market is nearest to yours?", "one of " + strings.Join(presetNames(), ", ") + "; leave it empty for none", false},
	}
	for _, q := range []Question{
		{"strategy", "Where does the company want to be in three years, and what does it give up for that?", "", false},
		{"focus", "Which customers and problems, and which not?", "", false},
		{"culture", "How do people here work with one another and with customers?", "", false},
		{"stance", "What are you to your customers: adviser, maker, partner?", "", false},
		{"experience", "What should it be like to buy from you?", "", false},
		{"differentiation", "Why do you win, in your customers' words?", "", false},
		{"value_creation", "What do customers gain, and how is it measured?", "", false},
	} {
		q.Help = "one sentence; leave it empty if you do not know yet"
		out = append(out, q)
	}
	return append(
		out,
		Question{"own", "Which words are yours alone: products, customer types, channels, promises?", "one a line, or with commas between", true},
		Question{
			"deals",
			"Think of your last ten wins and losses. For each: its name, won or lost, and what somebody at the customer did that showed where it was going.",
			"one a line: " + storyLike,
			true,
		},
		Question{"stages", "Which stages do you use today, in your words?", "one a line, from the first to the last; leave it empty for ours", true},
	)
}

const storyLike = "Hansen 2025, won, the plant manager moved two people onto the project"

// Serves is the question which of theirs a stage serves whose name does not say it.
func Serves(stage string) Question {
	var nine []string
	for _, q := range journey() {
		nine = append(nine, fmt.Sprintf("%s %s: %s", q.Phase, q.Name.Text.In("en"), q.Ask.Text.In("en")))
	}
	return Question{"serves", fmt.Sprintf("Which question of theirs is open while a deal stands at %q?", strings.TrimSpace(stage)),
		strings.Join(nine, "\n") + "\nleave it empty for a guess", false}
}

var journey = sync.OnceValue(func() []playbook.Question {
	book, _ := compile.Playbook(playbooks.Starter())
	if book == nil {
		return nil
	}
	return book.Journey.Phases
})

func presetNames() []string {
	var out []string
	for _, p := range compile.Presets() {
		out = append(out, p.ID)
	}
	return out
}

// Problem says what is wrong with one line of an answer to a question of the
// interview; ok is true where nothing is.
func Problem(question, line string) (problem diag.Finding, ok bool) {
	bad := func(message, hint string) (diag.Finding, bool) {
		return diag.Finding{Check: "playbook-answer", Severity: diag.Error, Field: question, Value: line, Message: message, Hint: hint}, false
	}
	line = strings.TrimSpace(line)
	switch question {
	case "preset":
		if names := presetNames(); line != "" && !slices.Contains(names, line) {
			hint := "it is one of " + strings.Join(names, ", ")
			near := diag.Nearest(line, names)
			if near != "" {
				hint = fmt.Sprintf("did you mean %q?", near)
			}
			f, _ := bad(fmt.Sprintf("there is no market %q to begin from", line), hint)
			f.Nearest = near
			return f, false
		}
	case "deals":
		if _, is := ParseStory(line); !is {
			return bad(
				fmt.Sprintf("%q is no story of a deal", line),
				"write its name, won or lost, and what they did, with commas between: "+storyLike,
			)
		}
	case "stages":
		if name, at, says := strings.Cut(line, "="); says {
			if _, is := throughline.ParsePhase(strings.ToLower(strings.TrimSpace(at))); !is {
				return bad(
					fmt.Sprintf("%q is none of the nine questions that the stage %q could serve", strings.TrimSpace(at), strings.TrimSpace(name)),
					"write p1 to p9, or leave it out",
				)
			}
			line = strings.TrimSpace(name)
		}
		if !strings.ContainsFunc(line, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			return bad(fmt.Sprintf("the stage %q has neither letters nor digits", line), "write it as your CRM does")
		}
	case "serves":
		if _, is := throughline.ParsePhase(strings.ToLower(line)); line != "" && !is {
			return bad(fmt.Sprintf("%q is none of the nine questions", line), "write p1 to p9, or leave it empty")
		}
	}
	return diag.Finding{}, true
}

// Words takes several words from lines: one a line, or with commas between.
func Words(lines []string) []string {
	var out []string
	for _, line := range lines {
		for _, w := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(",;，；、\n", r) }) {
			if w = strings.TrimSpace(w); w != "" && !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	return out
}

// Story is one deal that was won or lost, and what showed it.
type Story struct {
	Name string
	Won  bool
	Act  string // what somebody at the customer did
}

// Answers are what a company said.
type Answers struct {
	Name    string
	Preset  string
	Charter map[string]string // by playbook.CharterKeys
	Own     []string
	Deals   []Story
	Stages  []string // "NAME", or "NAME=p3" where it was said which question it serves
}

// ParseStory reads "Hansen 2025, won, the plant manager moved two people". The
// word for the end is any that the shipped mapping knows, in English or Chinese.
func ParseStory(line string) (Story, bool) {
	parts := strings.SplitN(strings.ReplaceAll(line, "，", ","), ",", 3)
	if len(parts) < 3 {
		return Story{}, false
	}
	s := Story{Name: strings.TrimSpace(parts[0]), Act: strings.TrimSpace(parts[2])}
	end, known := endWords()[playbook.Fold(parts[1])]
	s.Won = end.Outcome == throughline.Won
	return s, known && s.Name != "" && s.Act != ""
}

var endWords = sync.OnceValue(func() map[string]playbook.MappedEnd {
	book, _ := compile.Playbook(playbooks.Starter())
	if book == nil {
		return nil
	}
	return book.Mapping.Outcomes
})

// Sentence makes a statement of what somebody wrote after the last comma.
func Sentence(act string) string {
	r, size := utf8.DecodeRuneInString(act)
	act = string(unicode.ToUpper(r)) + act[size:]
	if strings.HasSuffix(act, ".") || strings.HasSuffix(act, "。") {
		return act
	}
	if isHan(act) {
		return act + "。"
	}
	return act + "."
}

// asAt is the few words for a milestone that comes from a deal.
func asAt(name string) string {
	if isHan(name) {
		return "如" + short(name)
	}
	return "As at " + short(name)
}

func short(s string) string {
	if r := []rune(s); len(r) > 30 {
		return string(r[:30]) + "…"
	}
	return s
}

func isHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// text spells a text in a file: with its language where it shows one that is
// not English.
func text(s string) string {
	if isHan(s) {
		return "{zh: " + quote(s) + "}"
	}
	return quote(s)
}

// texts spells a text in the languages it is in, English alone as it stands.
func texts(t playbook.Text) string {
	en, zh := t["en"], t["zh"]
	switch {
	case en == "" || zh == "":
		return text(t.In("en"))
	}
	return "{en: " + quote(en) + ", zh: " + quote(zh) + "}"
}
