package draft

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/playbook/source"
	"github.com/throughline/throughline/playbooks"
)

// stageWords are the words that the shipped mapping knows for stages, with the
// question that the stage they mean serves.
var stageWords = sync.OnceValue(func() map[string]throughline.Phase {
	out := map[string]throughline.Phase{}
	book, _ := compile.Playbook(playbooks.Starter())
	if book == nil {
		return out
	}
	for word, to := range book.Mapping.Stages {
		if s, ok := book.Stage(to.Stage); ok {
			out[word] = s.Serves
		}
	}
	return out
})

// mapping writes what the words of other systems mean: each stage's own name,
// for stages that are ours the shipped words, and the shipped words for ends
// and roles as they ship, comments and all.
func (w *writer) mapping(stages []stage) {
	w.road = stages
	text, err := fs.ReadFile(playbooks.Starter(), "mapping.yaml")
	if err != nil {
		return // it is embedded
	}
	head, ends, ok := strings.Cut(string(text), "\noutcomes:\n")
	if !ok {
		return
	}
	kind, _ := source.Playbook().Of("mapping.yaml")
	shipped, _ := source.Parse("mapping.yaml", text, kind.Shape)
	taken := map[string]bool{}
	for word := range w.shipped.Outcomes {
		taken[word] = true
	}
	var b strings.Builder
	for _, line := range strings.SplitAfter(head, "\n") { // the comment at the top
		if !strings.HasPrefix(line, "#") {
			break
		}
		b.WriteString(line)
	}
	b.WriteString("\nstages:\n")
	for _, s := range stages {
		addr := throughline.StageAddress("standard", s.id)
		words := []string{s.name, s.zh}
		if len(w.a.Stages) == 0 {
			words = append(words, w.shippedFor(shipped, stages, s.id)...)
		}
		words = slices.DeleteFunc(words, func(word string) bool {
			key := playbook.Fold(word)
			gone := key == "" || taken[key]
			taken[key] = true
			return gone
		})
		if len(words) == 0 {
			continue
		}
		fmt.Fprintf(&b, "  %s:\n", addr)
		for _, word := range words {
			fmt.Fprintf(&b, "    - %s\n", quote(word))
		}
	}
	b.WriteString("\noutcomes:\n" + ends)
	w.files["mapping.yaml"] = []byte(b.String())
}

// shippedFor gives the shipped words for one of the starter's stages, and those
// for stages that were taken away and lie behind it on the road.
func (w *writer) shippedFor(shipped *source.Node, stages []stage, id string) []string {
	var out []string
	for _, e := range shipped.Get("stages").Pairs() {
		own := throughline.Address(e.Key).Last()
		heir := ""
		if slices.ContainsFunc(stages, func(s stage) bool { return s.id == own }) {
			heir = own
		} else if i := slices.IndexFunc(w.starter.Stages, func(s playbook.Stage) bool { return s.ID == own }); i >= 0 {
			heir = stages[0].id
			for _, s := range stages {
				if s.serves <= w.starter.Stages[i].Serves {
					heir = s.id
				}
			}
		}
		if heir != id {
			continue
		}
		for _, word := range e.Value.Items() {
			out = append(out, word.String())
		}
	}
	return out
}
