package learning

import (
	"slices"
	"strings"

	"github.com/throughline/throughline/internal/mining"
	"github.com/throughline/throughline/internal/phrase"
)

// Patch gives the beginning of a process file for each group but the greatest,
// which keeps the process there is: a rule says which deals it is for. Remarks
// are in the reader's language; "" where one process is enough.
func Patch(p *phrase.Phrase, m *mining.Partition) string {
	if m.Processes < 2 {
		return ""
	}
	var b strings.Builder
	var attrs []string
	remark := func(key string, pairs ...any) { b.WriteString("# " + p.Say(key, pairs...) + "\n") }
	for i, g := range m.Groups {
		for _, a := range g.Rule.Attrs() {
			if !slices.Contains(attrs, a) {
				attrs = append(attrs, a)
			}
		}
		if i == 0 {
			remark("mine.patch_keeps", "n", g.Cases, "all", m.Cases)
			continue
		}
		remark("mine.patch_copy", "file", "process/"+slug(g.Rule)+".yaml")
		b.WriteString("when: " + quoteYAML(g.Rule.String()) + "\n")
	}
	remark("mine.patch_knows", "attrs", strings.Join(attrs, ", "))
	return b.String()
}

func quoteYAML(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// slug names a file after the first value or attribute of a rule.
func slug(r mining.Rule) string {
	name := "other"
	if len(r) > 0 && len(r[0]) > 0 {
		name = r[0][0].Attr
		if len(r[0][0].In) == 1 && !r[0][0].Not {
			name = r[0][0].In[0].Text()
		}
	}
	name = strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, name), "-")
	if name == "" {
		return "other"
	}
	return name
}
