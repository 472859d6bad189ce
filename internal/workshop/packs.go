package workshop

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/playbook/lint"
)

// ShowPacks gives the borrowed methods and how they blend.
func ShowPacks(ctx context.Context, d *Bench, in PacksInput) (Packs, error) {
	if d.Book == nil {
		return Packs{}, unusable(d)
	}
	book, err := d.Taught(ctx)
	if err != nil {
		return Packs{}, err
	}
	out := Packs{Packs: []PackView{}, Blends: []lint.Grid{}}
	var ids []string
	packs, _, _ := compile.Library()
	for _, own := range d.Book.Packs { // those that the company wrote itself
		if !slices.ContainsFunc(packs, func(p playbook.Pack) bool { return p.ID == own.ID }) {
			packs = append(packs, own)
		}
	}
	for _, p := range packs {
		if own, ok := d.Book.Pack(p.ID); ok {
			p = own // the company's adapted copy
		}
		if book.LeavesOut(p.ID) {
			continue
		}
		ids = append(ids, p.ID)
		if in.Pack == "" || in.Pack == p.ID {
			out.Packs = append(out.Packs, packView(p, d.Language, in.Pack != ""))
		}
	}
	if in.Pack != "" {
		if len(out.Packs) == 0 {
			return out, throughline.Fail("show pack", throughline.NotFound, in.Pack, diag.Unknown(in.Pack, ids))
		}
		return out, nil
	}
	for _, pr := range book.Processes {
		out.Blends = append(out.Blends, lint.Blend(d.Book, pr))
	}
	return out, nil
}

// PacksInput may name one pack.
type PacksInput struct {
	Pack string `arg:"" optional:"" name:"pack" query:"pack" json:"pack,omitempty" help:"One pack in full."`
}

// Packs is the answer of ShowPacks.
type Packs struct {
	Packs  []PackView  `json:"packs"`
	Blends []lint.Grid `json:"blends"`
}

// PackView is a pack in one language; tools and prompts only when it was asked for by name.
type PackView struct {
	ID       string         `json:"id"`
	Name     string         `json:"name"`
	Idea     string         `json:"idea"`
	Credit   string         `json:"credit,omitempty"`
	Origin   string         `json:"origin,omitempty"`
	Status   string         `json:"status"`
	Core     bool           `json:"core,omitempty"`
	Changed  []string       `json:"changed,omitempty"`
	Weights  map[string]int `json:"weights"`
	Tools    []PackTool     `json:"tools,omitempty"`
	Prompts  []string       `json:"prompts,omitempty"`
	Presumes []string       `json:"presumes,omitempty"`

	names, said string // the same texts in every language, to be found by
}

// Called reports whether words mean a pack: by its name here, by whose idea it
// draws on, or by what those call it.
func (v PackView) Called(words string) bool { return within(words, v.names, v.said) }

// Known is Called by names alone, not by words of its idea.
func (v PackView) Known(words string) bool { return within(words, v.names) }

func within(words string, texts ...string) bool {
	all := strings.ToLower(strings.Join(texts, " "))
	for _, w := range strings.Fields(strings.ToLower(words)) {
		if !strings.Contains(all, w) {
			return false
		}
	}
	return true
}

// PackTool is one tool of a pack: what goes in, what comes out.
type PackTool struct {
	Name string `json:"name"`
	In   string `json:"in"`
	Out  string `json:"out"`
}

// everyTongue joins texts in all their languages: who searches types in one,
// and need not read the pages in the same.
func everyTongue(vs ...playbook.Value) string {
	var out []string
	for _, v := range vs {
		for _, language := range slices.Sorted(maps.Keys(v.Text)) {
			out = append(out, v.Text[language])
		}
	}
	return strings.Join(out, " ")
}

func packView(p playbook.Pack, language string, whole bool) PackView {
	in := func(v playbook.Value) string { return v.Text.In(language) }
	each := func(vs []playbook.Value) []string {
		out := []string{}
		for _, v := range vs {
			out = append(out, in(v))
		}
		return out
	}
	v := PackView{
		ID:      p.ID,
		Name:    in(p.Name),
		Idea:    in(p.Idea),
		Credit:  in(p.Credit),
		Origin:  in(p.Origin),
		Status:  string(p.Status),
		Core:    p.Core,
		Changed: p.Changed,
		Weights: p.Weights,
		names:   everyTongue(p.Name, p.Credit) + " " + p.ID,
		said:    everyTongue(p.Origin, p.Idea),
	}
	if !whole {
		return v
	}
	for _, t := range p.Tools {
		v.Tools = append(v.Tools, PackTool{in(t.Name), in(t.In), in(t.Out)})
	}
	for _, q := range p.Prompts {
		v.Prompts = append(v.Prompts, in(q.Value))
	}
	v.Presumes = each(p.Presumes)
	return v
}
