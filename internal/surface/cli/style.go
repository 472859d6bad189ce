package cli

import (
	"fmt"
	"io"
	"strings"

	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"

	"github.com/throughline/throughline/internal/diag"
)

// The two colours of the product, readable on dark and light terminals, and
// two weights. Colour never carries meaning alone.
var (
	accent  = lipgloss.NewStyle().Foreground(lipgloss.Color("36"))
	warning = lipgloss.NewStyle().Foreground(lipgloss.Color("166"))
	dim     = lipgloss.NewStyle().Faint(true)
	bold    = lipgloss.NewStyle().Bold(true)
)

func (c *command) paint(s lipgloss.Style, text string) string {
	if !c.Colour || text == "" {
		return text
	}
	return s.Render(text)
}

func (c *command) style() diag.Style {
	if !c.Colour {
		return diag.Style{}
	}
	one := func(s lipgloss.Style) func(string) string {
		return func(t string) string {
			if t == "" {
				return ""
			}
			return s.Render(t)
		}
	}
	return diag.Style{Error: one(warning.Bold(true)), Warning: one(warning), Hint: one(accent), Dim: one(dim), Bold: one(bold)}
}

// sheet is a table without lines: a header, and rows whose last cells may be
// cut to the terminal's width. Right says which columns are numbers.
type sheet struct {
	head  []string
	right map[int]bool
	rows  [][]string
}

func (c *command) printSheet(w io.Writer, s sheet) error {
	if len(s.rows) == 0 {
		return nil
	}
	t := table.New().Headers(s.head...).Rows(s.rows...).
		BorderTop(false).BorderBottom(false).BorderLeft(false).BorderRight(false).BorderColumn(false).BorderRow(false).
		Border(lipgloss.Border{Top: "─", Bottom: "─", MiddleLeft: "─", MiddleRight: "─", Middle: "─"}).BorderHeader(true).Wrap(false).
		StyleFunc(func(row, col int) lipgloss.Style {
			st := lipgloss.NewStyle().PaddingRight(2)
			if s.right[col] {
				st = st.Align(lipgloss.Right)
			}
			if row == table.HeaderRow && c.Colour {
				st = st.Faint(true)
			}
			return st
		})
	if c.Colour {
		t = t.BorderStyle(dim)
	}
	text := t.Render()
	for _, line := range strings.Split(text, "\n") {
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " ")); err != nil {
			return err
		}
	}
	return nil
}

// short cuts a text to a number of terminal columns.
func short(s string, width int) string {
	s = clean(s)
	if lipgloss.Width(s) <= width {
		return s
	}
	var b strings.Builder
	n := 0
	for _, r := range s {
		w := lipgloss.Width(string(r))
		if n+w > width-1 {
			break
		}
		b.WriteRune(r)
		n += w
	}
	return b.String() + "…"
}

// clean keeps foreign text from steering the terminal.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
