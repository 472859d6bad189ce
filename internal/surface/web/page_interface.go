package web

import (
	"cmp"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/throughline/throughline/internal/operation"
)

// interfaceView is the page that says what programs may ask of the server.
type interfaceView struct {
	frame
	Asked  string // words that were looked for
	Found  string
	Groups []interfaceGroup
}

// interfaceGroup is what begins with one word in its path.
type interfaceGroup struct {
	ID         string
	Operations []interfaceOperation
}

type interfaceOperation struct {
	Name, Method, Path, Summary, About, Needs string
	Takes                                     []operation.Taken
	Gives                                     string
	Open                                      bool // the only one found
}

// help for programs: every operation that has a route, in words.
func (s *site) programs(v *visit) (templ.Component, error) {
	asked := strings.Join(strings.Fields(v.query.Get("q")), " ")
	out := interfaceView{frame: v.frame(v.p.Say("interface.title"), ""), Asked: asked}
	found := 0
	for _, op := range operation.All() {
		method, path, ok := strings.Cut(op.Route, " ")
		if !ok || !spoken(op, asked) {
			continue
		}
		found++
		word, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		i := slices.IndexFunc(out.Groups, func(g interfaceGroup) bool { return g.ID == word })
		if i < 0 {
			i = len(out.Groups)
			out.Groups = append(out.Groups, interfaceGroup{ID: word})
		}
		out.Groups[i].Operations = append(out.Groups[i].Operations, interfaceOperation{
			Name: op.Name(), Method: method, Path: "/api" + path, Summary: op.Summary, About: op.About, Needs: string(op.Permission),
			Takes: op.Takes(), Gives: op.Gives(),
		})
	}
	slices.SortFunc(out.Groups, func(a, b interfaceGroup) int { return cmp.Compare(a.ID, b.ID) })
	for _, g := range out.Groups {
		slices.SortStableFunc(g.Operations, func(a, b interfaceOperation) int { return cmp.Compare(a.Path, b.Path) })
	}
	if found == 1 {
		out.Groups[0].Operations[0].Open = true
	}
	if asked != "" {
		out.Found = v.p.Say("interface.found", "n", found)
	}
	return interfacePage(out), nil
}

// spoken reports whether every word is said of an operation.
func spoken(op operation.Operation, words string) bool {
	said := strings.ToLower(op.Name() + " " + op.Route + " " + op.Summary + " " + op.About)
	for _, w := range strings.Fields(strings.ToLower(words)) {
		if !strings.Contains(said, w) {
			return false
		}
	}
	return true
}
