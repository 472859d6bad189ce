package csv

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline/internal/diag"
)

// When words of headings say that a column holds the day of something that
// counts. Those of writing without blanks are looked for inside the heading.
var dayWords = []struct {
	means string
	roles []role
	words []string
	parts []string
}{
	{"when a deal began", []role{openedRole, createdRole}, strings.Fields("created create creation opened opening open add added began begin started start entered erstellt erstellungsdatum angelegt anlagedatum eroffnet beginn creado creada creacion apertura alta inicio criado criada criacao abertura cree creee ouverture создан создана создания открытия начала"), strings.Fields("创建 录入 新建 开始 立项")},
	{"when a deal ended", []role{closedRole, wonRole, lostRole, expectedRole}, strings.Fields("closed close closing won lost end ended ending finished completed signed abgeschlossen abschluss abschlussdatum geschlossen gewonnen verloren beendet schlussdatum cierre cerrado cerrada ganado perdido finalizacion fechamento fechado ganho perdido encerramento cloture ferme gagne perdu signature fermeture закрытия закрыт закрыта завершения выигрыша проигрыша"), strings.Fields("关闭 结单 成交 赢单 输单 丢单 结束 签约 完成")},
}

var dayNouns = strings.Fields("date time day on at timestamp when datum tag am uhrzeit zeit fecha dia hora el data em date le jour heure дата время день")

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
			named := slices.ContainsFunc(words, func(w string) bool { return slices.Contains(k.words, w) }) || slices.ContainsFunc(k.parts, func(p string) bool { return strings.Contains(h, p) })
			known := slices.ContainsFunc(k.roles, func(r role) bool {
				return slices.Contains(roleTable[r].heads, h) || slices.Contains(roleTable[r].heads, g.t.folded[i])
			})
			if !named && !known {
				continue
			}
			days := c.half(c.dates + c.numbers)
			served := slices.ContainsFunc(k.roles[:1], func(r role) bool { return g.col[r] >= 0 })
			if days && served || !days && !noun && !known || !days && !strings.ContainsFunc(c.odd, isDigit) && !noun {
				continue // another column says it; or it is no column of days at all
			}
			f := diag.Finding{Check: "date-not-taken", Severity: diag.Warning, Field: g.t.header[i], Value: short(c.odd), Range: diag.Range{File: g.t.file.Name, Begin: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 1}}}
			switch {
			case days:
				f.Value = ""
				f.Message = fmt.Sprintf("column %q holds days and may say %s; its name is not known, and it was not taken", g.t.header[i], k.means)
				f.Hint = fmt.Sprintf("say `%s: %s` in the mapping if it does", roleTable[k.roles[0]].key, g.t.header[i])
			case k.roles[0] == openedRole:
				f.Message = fmt.Sprintf("column %q is called like the day when a deal began, and %q is no date that can be read; it was not taken", g.t.header[i], short(c.odd))
				f.Hint = "write its dates as 2026-02-23; until then nothing says how old the deals are"
			default:
				f.Message = fmt.Sprintf("column %q is called like the day when a deal ended, and %q is no date that can be read; it was not taken", g.t.header[i], short(c.odd))
				f.Hint = "write its dates as 2026-02-23; until then the deals that ended have no day of their end"
			}
			out = append(out, f)
			break
		}
	}
	if w, l, c := g.col[wonRole], g.col[lostRole], g.col[closedRole]; w >= 0 || l >= 0 {
		var by []string
		for _, i := range []int{w, l} {
			if i >= 0 {
				by = append(by, strconv.Quote(g.t.header[i]))
			}
		}
		f := diag.Finding{Check: "end-dates", Severity: diag.Hint, Field: g.t.header[max(w, l)], Range: diag.Range{File: g.t.file.Name},
			Message: "the day a deal ended is taken from " + strings.Join(by, " and ") + ", by how it ended", Hint: "name other columns under won, lost and closed in the mapping if that is not so"}
		if c >= 0 {
			f.Message += fmt.Sprintf("; where that is empty, from %q", g.t.header[c])
		}
		out = append(out, f)
	}
	return out
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' || r >= 0x660 }
