package web

import (
	"strings"

	"github.com/a-h/templ"

	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/workshop"
)

// checkView is the page of a check, with where it speaks up in this playbook.
type checkView struct {
	frame
	Heading []piece
	Blocks  []block
	Foreign bool // the page's language is another than the reader's
	Notes   []noteView
	Back    string
}

// block is a paragraph of a check's page.
type block struct {
	Kind   string // heading, text, list, code
	Label  string // of code: avoid, prefer, keep
	Pieces []piece
	Items  [][]piece
	Text   string // of code
}

func (s *site) check(v *visit) (templ.Component, error) {
	e, err := ask[workshop.Explanation](v, operation.ExplainCheck, &workshop.ExplainInput{Check: v.PathValue("check")})
	if err != nil {
		return nil, err
	}
	heading, blocks := readPage(e.Text)
	out := checkView{
		frame:   v.frame(e.Check, "playbook"),
		Heading: pieces(heading),
		Blocks:  blocks,
		Foreign: v.p.Code() != "en",
		Back:    v.link("/playbook"),
	}
	if c, err := ask[workshop.PlaybookCheck](v, operation.CheckPlaybook, &workshop.CheckPlaybookInput{}); err == nil {
		out.Notes = v.margin(c).of(e.Check)
	}
	return checkPage(out), nil
}

// readPage reads the little of Markdown in which the checks' pages are
// written: headings, paragraphs, lists, fenced code, back quotes. Anything
// else stays the text it is.
func readPage(text string) (heading string, out []block) {
	var para []string
	flush := func() {
		if len(para) > 0 {
			out = append(out, block{Kind: "text", Pieces: pieces(strings.Join(para, " "))})
			para = nil
		}
	}
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		if label, ok := strings.CutPrefix(line, "```"); ok {
			flush()
			b := block{Kind: "code", Label: strings.TrimSpace(label)}
			var code []string
			for i++; i < len(lines) && !strings.HasPrefix(lines[i], "```"); i++ {
				code = append(code, lines[i])
			}
			b.Text = strings.Join(code, "\n")
			out = append(out, b)
			continue
		}
		if h, ok := strings.CutPrefix(line, "# "); ok && heading == "" {
			heading = h
			continue
		}
		if h := strings.TrimLeft(line, "#"); h != line && strings.HasPrefix(h, " ") {
			flush()
			out = append(out, block{Kind: "heading", Pieces: pieces(strings.TrimSpace(h))})
			continue
		}
		if item, ok := strings.CutPrefix(line, "- "); ok {
			flush()
			if n := len(out); n == 0 || out[n-1].Kind != "list" {
				out = append(out, block{Kind: "list"})
			}
			last := &out[len(out)-1]
			last.Items = append(last.Items, pieces(item))
			continue
		}
		if strings.TrimSpace(line) == "" {
			flush()
			continue
		}
		para = append(para, strings.TrimSpace(line))
	}
	flush()
	return heading, out
}
