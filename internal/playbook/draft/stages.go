package draft

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
)

// stages gives the company's own stages with the question each serves, or the
// starter's. Ends such as "closed won" are no stages.
func (w *writer) stages() []stage {
	var out []stage
	for _, line := range w.a.Stages {
		name, at, says := strings.Cut(line, "=")
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		key := playbook.Fold(name)
		_, end := w.shipped.Outcomes[key]
		switch {
		case end || strings.Contains(strings.ToLower(name), "closed"):
			w.left = append(w.left, fmt.Sprintf("stage %q: it is an end, not a stage; mapping.yaml says what it means", name))
			continue
		case slices.ContainsFunc(out, func(s stage) bool { return playbook.Fold(s.name) == key }):
			w.left = append(w.left, fmt.Sprintf("stage %q: it stands there already", name))
			continue
		}
		s := stage{id: w.free(out, name), name: name, cites: map[string]string{}}
		if ph, ok := throughline.ParsePhase(strings.ToLower(strings.TrimSpace(at))); says && ok {
			s.serves = ph
		} else if ph, ok := PhaseOf(name); ok {
			s.serves = ph
		} else {
			s.guessed = true
		}
		out = append(out, s)
	}
	spread(out)
	if len(out) == 0 {
		for _, s := range w.starter.Stages {
			out = append(out, stage{id: s.ID, name: s.Name.Text.In("en"), zh: s.Name.Text["zh"], serves: s.Serves, cites: map[string]string{}})
		}
	}
	return out
}

// spread gives stages whose question is not known one between their
// neighbours', and sees that the road goes forward.
func spread(stages []stage) {
	for i := 0; i < len(stages); {
		if !stages[i].guessed {
			i++
			continue
		}
		from, j := throughline.Notice, i
		if i > 0 {
			from = stages[i-1].serves
		}
		for j < len(stages) && stages[j].guessed {
			j++
		}
		to := throughline.Commit
		if j < len(stages) {
			to = stages[j].serves
		}
		steps := j - i + 1
		if i == 0 { // the first of all may serve the first question
			steps = max(1, j-i)
			if j == len(stages) {
				steps = max(1, j-i-1)
			}
		}
		for k := i; k < j; k++ {
			step := k - i + 1
			if i == 0 {
				step = k - i
			}
			stages[k].serves = from + throughline.Phase(int(max(to, from)-from)*step/steps)
		}
		i = j
	}
	for i := 1; i < len(stages); i++ {
		stages[i].serves = max(stages[i].serves, stages[i-1].serves)
	}
}

// Unplaced gives the stages whose name does not say which question they serve.
func Unplaced(stages []string) []string {
	var out []string
	for _, line := range stages {
		if _, known := PhaseOf(line); !known && !strings.Contains(line, "=") && strings.TrimSpace(line) != "" {
			if _, end := endWords()[playbook.Fold(line)]; !end {
				out = append(out, line)
			}
		}
	}
	return out
}

// guesses finds, in the file that was written, which questions were guessed.
func (w *writer) guesses() diag.Findings {
	var out diag.Findings
	id := ""
	for i, line := range strings.Split(string(w.files[roadFile]), "\n") {
		if rest, ok := strings.CutPrefix(line, "  - id: "); ok {
			id = rest
		}
		at := strings.Index(line, "serves: ")
		if !strings.HasSuffix(line, guessMark) || at < 0 {
			continue
		}
		out = append(
			out,
			diag.Finding{
				Check:    checkGuess,
				Severity: diag.Hint,
				Address:  throughline.StageAddress("standard", id),
				Page:     "docs/operations/playbook_init.md",
				Range: diag.Range{
					File:  roadFile,
					Begin: diag.Pos{Line: i + 1, Column: at + 1},
					End:   diag.Pos{Line: i + 1, Column: len(line) - len(guessMark) + 1},
				},
				Message: fmt.Sprintf("nothing says which question of theirs the stage %q serves, so this is a guess", w.nameOf(id)),
				Hint:    "put the right one of p1 to p9 there, or say it at once: --stage \"NAME=p3\"",
			},
		)
	}
	return out
}

func (w *writer) nameOf(id string) string {
	if i := slices.IndexFunc(w.road, func(s stage) bool { return s.id == id }); i >= 0 {
		return w.road[i].name
	}
	return id
}

// free gives an id for a stage that no other has: its name in plain letters,
// or, where a letter of it has none, its place on the road.
func (w *writer) free(taken []stage, name string) string {
	base := slug(name)
	if base == "" {
		base = fmt.Sprintf("stage-%d", len(taken)+1)
	}
	id := base
	for n := 2; slices.ContainsFunc(taken, func(s stage) bool { return s.id == id }); n++ {
		id = fmt.Sprintf("%s-%d", base, n)
	}
	return id
}

// latin are letters that have no plain one in their decomposition, and the
// Cyrillic and Greek ones in the letters that a keyboard without them has.
var latin = map[rune]string{'ß': "ss", 'æ': "ae", 'ø': "o", 'œ': "oe", 'ð': "d", 'þ': "th", 'ł': "l", 'đ': "d", 'ı': "i", 'ħ': "h", 'ŋ': "n",
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ж': "zh", 'з': "z", 'и': "i", 'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p",
	'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e",
	'ю': "yu", 'я': "ya",
	'і': "i", 'є': "ye", 'ґ': "g",
	'α': "a", 'β': "v", 'γ': "g", 'δ': "d", 'ε': "e", 'ζ': "z", 'η': "i", 'θ': "th", 'ι': "i", 'κ': "k", 'λ': "l", 'μ': "m", 'ν': "n", 'ξ': "x", 'ο': "o",
	'π': "p",
	'ρ': "r", 'σ': "s", 'ς': "s", 'τ': "t", 'υ': "y", 'φ': "f", 'χ': "ch", 'ψ': "ps", 'ω': "o"}

// slug gives an id in plain letters, "" for a name that has a letter without
// one: half a name would stand there for ever.
func slug(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		plain, known := latin[r]
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case known:
			b.WriteString(plain)
		case unicode.Is(unicode.Mn, r): // an accent, taken off
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return ""
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String()[:min(b.Len(), 60)], "-")
}

// phaseWords guess which question a text is about; the author corrects it.
var phaseWords = []struct {
	phase throughline.Phase
	words []string
}{
	{throughline.Prove, []string{"result", "renew", "expand", "benefit", "saving", "target", "gain"}},
	{
		throughline.Adopt,
		[]string{"adopt", "rollout", "roll-out", "go-live", "live", "onboard", "use", "stopped the old", "switched", "implement", "deliver"},
	},
	{
		throughline.Commit,
		[]string{"contract", "negotiat", "approv", "sign", "commit", "budget", "fund", "order", "legal", "close", "risk", "released", "moved"},
	},
	{
		throughline.Choose,
		[]string{"proposal", "offer", "quote", "evaluat", "scor", "rank", "test", "trial", "pilot", "poc", "demo", "compar", "shortlist"},
	},
	{throughline.Rules, []string{"requirement", "criteria", "rule", "solution", "specif", "scope", "tender"}},
	{throughline.Explore, []string{"explor", "option", "ways", "design", "alternative"}},
	{throughline.Align, []string{"align", "agree", "discover", "problem statement", "workshop", "definition"}},
	{throughline.Own, []string{"qualif", "owner", "priorit", "named", "sponsor"}},
	{throughline.Notice, []string{"lead", "prospect", "contact", "first", "new", "measured", "counted", "notice"}},
}

// PhaseOf guesses which question a text is about: by the words that the shipped
// mapping knows for stages, else by words within it; false where none speaks.
func PhaseOf(text string) (throughline.Phase, bool) {
	if ph, ok := stageWords()[playbook.Fold(text)]; ok {
		return ph, true
	}
	low := strings.ToLower(text)
	for _, p := range phaseWords {
		for _, word := range p.words {
			if strings.Contains(low, word) {
				return p.phase, true
			}
		}
	}
	return throughline.NoPhase, false
}
