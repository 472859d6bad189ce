package csv

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline/internal/diag"
)

// dayWord is when words of headings say that a column holds the day of
// something that counts. Those of writing without blanks, the parts, are looked
// for inside the heading.
type dayWord struct {
	means string
	roles []role
	words []string
	parts []string
}

var dayWords = []dayWord{
	{
		"when a deal began",
		[]role{openedRole, createdRole},
		strings.Fields(
			`created create creation opened opening open add added began begin started start entered erstellt erstellungsdatum angelegt anlagedatum
			eroffnet beginn creado creada creacion apertura alta inicio criado criada criacao abertura cree creee ouverture создан создана создания
			открытия начала`,
		),
		strings.Fields("创建 录入 新建 开始 立项"),
	},
	{
		"when a deal ended",
		[]role{closedRole, wonRole, lostRole, expectedRole},
		strings.Fields(
			`closed close closing won lost end ended ending finished completed signed abgeschlossen abschluss abschlussdatum geschlossen gewonnen
			verloren beendet schlussdatum cierre cerrado cerrada ganado perdido finalizacion fechamento fechado ganho perdido encerramento cloture
			ferme gagne perdu signature fermeture закрытия закрыт закрыта завершения выигрыша проигрыша`,
		),
		strings.Fields("关闭 结单 成交 赢单 输单 丢单 结束 签约 完成"),
	},
}

// dayEnds are the words of which end a day is.
var dayEnds = map[role][]string{
	wonRole:  strings.Fields("won gewonnen ganado ganada ganho gagne выигрыша 赢单 成交"),
	lostRole: strings.Fields("lost verloren perdido perdida perdu проигрыша 输单 丢单"),
}

var dayNouns = strings.Fields(
	"date time day on at timestamp when datum tag am uhrzeit zeit fecha dia hora el data em date le jour heure дата время день",
)

// passedOver says which columns are called like the day on which a deal began
// or ended and were not taken, because their values cannot be read or because
// their name is not known.
func (g *guesser) passedOver() (out diag.Findings) {
	for i, h := range g.t.bare {
		c := &g.t.cols[i]
		if slices.Contains(g.col[:], i) || c.filled == c.nothings {
			continue
		}
		words := strings.Fields(h)
		noun := slices.ContainsFunc(words, func(w string) bool { return slices.Contains(dayNouns, w) }) || strings.ContainsAny(h, "日期时间")
		for _, k := range dayWords {
			named := slices.ContainsFunc(words, func(w string) bool { return slices.Contains(k.words, w) }) ||
				slices.ContainsFunc(k.parts, func(p string) bool { return strings.Contains(h, p) })
			r, known := g.dayRole(i, k.roles)
			if !named && !known {
				continue
			}
			days := c.half(c.dates + c.numbers)
			twice := days && known && r != k.roles[0] && g.col[r] >= 0
			served := g.col[r] >= 0 || g.col[k.roles[0]] >= 0
			if days && served && !twice || !days && !noun && !known || !days && !strings.ContainsFunc(c.odd, isDigit) && !noun {
				continue // another column says it; or it is no column of days at all
			}
			out = append(out, g.notTaken(i, r, k, twice, days))
			break
		}
	}
	if g.col[wonRole] >= 0 || g.col[lostRole] >= 0 {
		out = append(out, g.endDates())
	}
	return out
}

// notTaken says that column i, which is called like the days of k or like role
// r's, was not taken: twice where another was, days where it holds some.
func (g *guesser) notTaken(i int, r role, k dayWord, twice, days bool) diag.Finding {
	c := &g.t.cols[i]
	f := diag.Finding{
		Check:    "date-not-taken",
		Severity: diag.Warning,
		Field:    g.t.header[i],
		Value:    short(c.odd),
		Range:    diag.Range{File: g.t.file.Name, Begin: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 1}},
	}
	switch {
	case twice:
		f.Value, f.Severity = "", diag.Hint
		f.Message = fmt.Sprintf(
			"columns %q and %q both say %s; %q was taken",
			g.t.header[g.col[r]],
			g.t.header[i],
			strings.TrimSpace(strings.Split(roleTable[r].doc, ";")[0]),
			g.t.header[g.col[r]],
		)
		f.Hint = fmt.Sprintf("say `%s: %s` in the mapping if the other is meant", roleTable[r].key, g.t.header[i])
	case days:
		f.Value = ""
		f.Message = fmt.Sprintf("column %q holds days and may say %s; its name is not known, and it was not taken", g.t.header[i], k.means)
		f.Hint = fmt.Sprintf("say `%s: %s` in the mapping if it does", roleTable[r].key, g.t.header[i])
	case k.roles[0] == openedRole:
		f.Message = fmt.Sprintf(
			"column %q is called like the day when a deal began, and %q is no date that can be read; it was not taken",
			g.t.header[i],
			short(c.odd),
		)
		f.Hint = "write its dates as 2026-02-23; until then nothing says how old the deals are"
	default:
		f.Message = fmt.Sprintf(
			"column %q is called like the day when a deal ended, and %q is no date that can be read; it was not taken",
			g.t.header[i],
			short(c.odd),
		)
		f.Hint = "write its dates as 2026-02-23; until then the deals that ended have no day of their end"
	}
	return f
}

// endDates says that the day a deal ended is taken from columns for one way to
// end each.
func (g *guesser) endDates() diag.Finding {
	w, l := g.col[wonRole], g.col[lostRole]
	var by []string
	for _, i := range []int{w, l} {
		if i >= 0 {
			by = append(by, strconv.Quote(g.t.header[i]))
		}
	}
	f := diag.Finding{Check: "end-dates", Severity: diag.Hint, Field: g.t.header[max(w, l)], Range: diag.Range{File: g.t.file.Name},
		Message: "the day a deal ended is taken from " + strings.Join(by, " and ") + ", by how it ended",
		Hint:    "name other columns under won, lost and closed in the mapping if that is not so"}
	if c := g.col[closedRole]; c >= 0 {
		f.Message += fmt.Sprintf("; where that is empty, from %q", g.t.header[c])
	}
	return f
}

// dayRole says which of some roles a heading names: one of whose own headings
// it is, which is known; else by which end it names; else the first.
func (g *guesser) dayRole(i int, of []role) (r role, known bool) {
	h := g.t.bare[i]
	for _, r := range of {
		if slices.Contains(roleTable[r].heads, h) || slices.Contains(roleTable[r].heads, g.t.folded[i]) {
			return r, true
		}
	}
	for _, r := range of {
		for _, w := range dayEnds[r] {
			if slices.Contains(strings.Fields(h), w) || w[0] >= 0x80 && strings.Contains(h, w) {
				return r, false
			}
		}
	}
	return of[0], false
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' || r >= 0x660 }
