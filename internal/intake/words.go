package intake

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
)

// meaning is what a foreign word for a stage, a status or a reason says.
type meaning struct {
	closes bool
	end    playbook.MappedEnd
	stage  throughline.Address
	known  bool
}

// words looks foreign words up in the mapping and remembers them.
type words struct {
	mapping playbook.Mapping
	cache   map[string]meaning
	open    map[string]bool
	stages  []string // known words, for the nearest one
	ends    []string
	roles   []string
}

func newWords(m playbook.Mapping) *words {
	return &words{mapping: m, cache: map[string]meaning{},
		stages: slices.Sorted(maps.Keys(m.Stages)), ends: slices.Sorted(maps.Keys(m.Outcomes)), roles: slices.Sorted(maps.Keys(m.Roles))}
}

// opens takes words of a status that say nothing of an end.
func (w *words) opens(list []string) {
	w.open = map[string]bool{}
	for _, word := range list {
		w.open[playbook.Fold(word)] = true
	}
}

func (w *words) isOpen(status string) bool {
	f := playbook.Fold(status)
	return openWords[f] || w.open[f]
}

// of gives the meaning of a word.
func (w *words) of(word string) meaning {
	if m, ok := w.cache[word]; ok {
		return m
	}
	var m meaning
	f := playbook.Fold(word)
	if end, ok := w.mapping.Outcomes[f]; ok {
		m = meaning{closes: true, end: end, known: true}
	} else if s, ok := w.mapping.Stages[f]; ok {
		m = meaning{stage: s.Stage, known: true}
	}
	if len(w.cache) < 10_000 {
		w.cache[word] = m
	}
	return m
}

// StageMeaning tells a door whether a word of a stage or status ends a deal,
// and whether it is won; ok is false for a word that the mapping does not know.
func StageMeaning(m playbook.Mapping, word string) (closes, won, ok bool) {
	f := playbook.Fold(word)
	if end, is := m.Outcomes[f]; is {
		return true, end.Outcome == throughline.Won, true
	}
	_, is := m.Stages[f]
	return false, false, is
}

// removedWords are statuses by which a system says that a record is there no more.
var removedWords = map[string]bool{
	"deleted":    true,
	"merged":     true,
	"removed":    true,
	"is deleted": true,
	"gelöscht":   true,
	"eliminado":  true,
	"excluído":   true,
	"supprimé":   true,
	"удалена":    true,
	"удалено":    true,
	"已删除":        true,
	"已合并":        true,
}

// removed reports whether a status says so, and the mapping does not say otherwise.
func (w *words) removed(status string) bool {
	return status != "" && removedWords[playbook.Fold(status)] && !w.of(status).known
}

var openWords = map[string]bool{
	"":             true,
	"open":         true,
	"active":       true,
	"in progress":  true,
	"new":          true,
	"进行中":          true,
	"跟进中":          true,
	"未结束":          true,
	"offen":        true,
	"aktiv":        true,
	"abierto":      true,
	"abierta":      true,
	"en curso":     true,
	"aberto":       true,
	"aberta":       true,
	"em andamento": true,
	"ouvert":       true,
	"ouverte":      true,
	"en cours":     true,
	"открыта":      true,
	"открыт":       true,
	"в работе":     true,
}

// judge says what the words and flags of a row mean together: whether the deal
// has ended, how, and in which stage of ours it is otherwise. The source's own
// flag outweighs a word; a reason makes an end that is not won more exact.
func (w *words) judge(row *Row, stage, status, reason string, flag Ending, n *Notes) (m meaning, foreign string) {
	m, foreign = w.of(stage), stage
	if status != "" {
		st := w.of(status)
		switch {
		case st.closes && !m.closes:
			m, foreign = st, status
		case st.closes:
		case !st.known && !w.isOpen(status):
			w.unknown(n, row, "unknown-status", "status", status, w.ends)
		case m.closes && w.isOpen(status) && playbook.Fold(status) != "true": // it is active: no more than that it is there
			m.closes = false
		}
	}
	m = m.flagged(flag)
	if m.closes && m.end.Outcome != throughline.Won && reason != "" {
		if r := w.of(reason); r.closes && r.end.Outcome != throughline.Won {
			m.end, foreign = r.end, foreign+": "+reason
		} else if !r.known {
			w.unknown(n, row, "unknown-reason", "reason", reason, w.ends)
			foreign += ": " + reason
		}
	}
	if !m.known && stage != "" {
		w.unknown(n, row, "unknown-stage", "stage", stage, slices.Concat(w.stages, w.ends))
	}
	return m, foreign
}

// flagged gives the meaning that the source's own flag leaves of a word's.
func (m meaning) flagged(flag Ending) meaning {
	switch flag {
	case EndOpen:
		m.closes, m.end = false, playbook.MappedEnd{}
	case EndWon:
		if !m.closes || m.end.Outcome != throughline.Won {
			m = meaning{closes: true, end: playbook.MappedEnd{Outcome: throughline.Won}, known: true}
		}
	case EndNotWon:
		if !m.closes || m.end.Outcome == throughline.Won {
			// Not won is all that was said: never a rival by assumption.
			m = meaning{closes: true, end: playbook.MappedEnd{Outcome: throughline.LostUnknown}, known: true}
		}
	}
	return m
}

func (w *words) unknown(n *Notes, row *Row, check, field, word string, known []string) {
	n.Say(check, row, field, word, func() diag.Finding {
		f := diag.Finding{Message: fmt.Sprintf("%s %q matches nothing in the mapping", field, shorten(word)),
			Nearest: diag.Nearest(playbook.Fold(word), known)}
		switch field {
		case "stage":
			f.Hint = "the row lands with the word as given and no stage of ours"
		case "reason":
			f.Hint = "the deal ends with its cause unknown and the word as given"
		case "role":
			f.Hint = "the person joins with the word as given and no role of ours"
		default:
			f.Hint = "the row lands as open"
		}
		if f.Nearest != "" {
			f.Hint = fmt.Sprintf("did you mean %q? ", f.Nearest) + f.Hint
		}
		f.Hint += fmt.Sprintf(
			"; say what %q means under %s in a file that --mapping names, or in the playbook's mapping.yaml",
			shorten(word),
			cmp.Or(map[string]string{"stage": "stages or outcomes", "role": "roles"}[field], "outcomes"),
		)
		return f
	})
}

// role gives our role for the source's word.
func (w *words) role(row *Row, word string, n *Notes) throughline.Role {
	if word == "" {
		return ""
	}
	r, ok := w.mapping.Roles[playbook.Fold(word)]
	if !ok {
		w.unknown(n, row, "unknown-role", "role", word, w.roles)
	}
	return r
}

// SaysOpen reports whether a word of a status is known to say that a deal goes on.
func SaysOpen(word string) bool { return openWords[playbook.Fold(word)] }
