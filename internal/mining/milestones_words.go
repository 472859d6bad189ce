package mining

import "fmt"

var endWords = map[string]string{"won": "won", "lost": "lost to another", "no_decision": "left without a decision"}

func endWord(e string) string {
	if w := endWords[e]; w != "" {
		return w
	}
	return e
}

// tell says what was found in sentences: an association, never a cause.
func (m *Milestone) tell() {
	for _, e := range m.Effects {
		if s := e.Sentence(); s != "" {
			m.Words = append(m.Words, s)
		}
	}
	if m.Rare {
		m.Words = append(m.Words, fmt.Sprintf("met by %.0f %% of the won cases only: a candidate for removal", 100*m.Met["won"]))
	}
}

// Sentence says one effect, "" where too few ended so to say anything.
func (e Effect) Sentence() string {
	switch e.Code {
	case MoreOften, LessOften:
		return fmt.Sprintf(
			"cases where this had happened went on to be %s %.1f times as often in any week (%.1f to %.1f, %d cases)",
			endWord(e.End),
			e.Ratio,
			e.Low,
			e.High,
			e.N,
		)
	case NoSign:
		return fmt.Sprintf(
			"no sign that cases where this had happened were %s more or less often (%.1f to %.1f times, %d cases)",
			endWord(e.End),
			e.Low,
			e.High,
			e.N,
		)
	case NoOverlap:
		return fmt.Sprintf("whether this matters for being %s cannot be told: no cases with and without it were open at the same age", endWord(e.End))
	}
	return ""
}
