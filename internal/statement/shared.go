package statement

import (
	"regexp"
	"slices"
	"strings"

	forms "github.com/throughline/throughline/internal/language/english"
)

// mentioned is somebody named in words that are kept.
var mentioned = regexp.MustCompile(`\{person:[0-9A-Za-z]+\}`)

// filler are words that say little of what a sentence is about, and those that
// every sentence of a deal may hold.
var filler = forms.Set("that this these those then than them they their there here have has had will would shall should could can may might must " +
	"with from into over under about after before until when what which who whom whose where because and but for nor not yet only also just very " +
	"some any all each both more most less least other another such same our ours your you his her its the was were been being are does did done " +
	"say said says tell told know known think want wanted need needed make made get got give given take taken come came goes going gone " +
	"happen happened week month year day today tomorrow date time people person somebody nobody everybody thing things them us we she he it if " +
	"deal order buy bought customer purchase monday tuesday wednesday thursday friday january february march april june july august september " +
	"october november december")

// Shared gives what two texts have in common that says what they are about:
// people they name, the stems of English words of four letters and more, and
// pairs of Chinese signs, each once, in the order of the first text.
func Shared(a, b string) []string {
	in := map[string]bool{}
	for _, w := range matter(b) {
		in[w] = true
	}
	var out []string
	for _, w := range matter(a) {
		if in[w] && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// common are pairs of Chinese signs that say little.
var common = forms.Set("他们 我们 你们 这个 那个 如果 因为 所以 之前 以后 已经 没有 可以 需要 应该 什么 怎么 就会 会在 在这 的人 说了 表示 客户 项目 采购 今天 明天 下周 这周 月底 一个 的话 以及 并且 但是 " +
	"一下 之后 时候 问题 进行 对方 同意 认为")

// matter lists what a text is about.
func matter(s string) (out []string) {
	out = append(out, mentioned.FindAllString(s, -1)...)
	s = mentioned.ReplaceAllString(s, " ")
	for _, t := range forms.Tokens(s, 0, len(s)) {
		if !t.Mark && len(t.Text) >= 4 && !filler[t.Text] && !filler[t.Stem] {
			out = append(out, t.Stem)
		}
	}
	var run []rune
	for _, r := range s + " " {
		if forms.Han(r) && r < 0xff00 && !strings.ContainsRune("的了在是和与及或而于", r) {
			run = append(run, r)
			continue
		}
		for i := 0; i+1 < len(run); i++ {
			if pair := string(run[i : i+2]); !common[pair] {
				out = append(out, pair)
			}
		}
		run = run[:0]
	}
	return out
}
