// Package house reads the import rules of house.txt and holds the tree to them.
//
// Takes: the text of house.txt and the imports of each package.
// Gives: one sentence for each violation.
// Never: lets a rule be loosened silently; a room that has no line is a violation too.
package house

import (
	"fmt"
	"slices"
	"strings"
)

// Module is the module path all rooms live under.
const Module = "github.com/throughline/throughline"

// Rules is what house.txt says.
type Rules struct {
	rooms map[string][]string // room -> rooms it may import
	order []string
	doors []door
}

type door struct {
	path  string
	rooms []string
}

// Parse reads the rules. A line that names a room not yet written is an error.
func Parse(text string) (*Rules, error) {
	r := &Rules{rooms: map[string][]string{}}
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		name, rest, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("house.txt:%d: no colon in %q", i+1, line)
		}
		fields := strings.Fields(rest)
		for _, f := range fields {
			if _, ok := r.rooms[f]; !ok {
				return nil, fmt.Errorf("house.txt:%d: %s names %s, which is not written above it", i+1, name, f)
			}
		}
		if path, ok := strings.CutPrefix(name, "door "); ok {
			r.doors = append(r.doors, door{strings.TrimSpace(path), fields})
			continue
		}
		if _, ok := r.rooms[name]; ok {
			return nil, fmt.Errorf("house.txt:%d: %s is written twice", i+1, name)
		}
		r.rooms[name] = fields
		r.order = append(r.order, name)
	}
	return r, nil
}

// Rooms lists the rooms from the ground up.
func (r *Rules) Rooms() []string { return slices.Clone(r.order) }

// Check gives a sentence for every import of the package pkg that the rules
// do not allow. std tells whether a path is the standard library's.
func (r *Rules) Check(pkg string, imports []string, std func(string) bool) []string {
	room := roomOf(pkg)
	var out []string
	allowed, known := r.rooms[room]
	switch {
	case room == ".":
		for _, im := range imports {
			if !std(im) {
				out = append(out, fmt.Sprintf("the vocabulary imports %s, but it may import the standard library only", im))
			}
		}
		return out
	case !known:
		return []string{fmt.Sprintf("%s has no line in house.txt", room)}
	}
	for _, im := range imports {
		switch {
		case im == Module || im == pkg:
		case strings.HasPrefix(im, Module+"/"):
			if other := roomOf(im); other != room && !slices.Contains(allowed, other) {
				out = append(out, fmt.Sprintf("%s imports %s, but house.txt lets it import only [%s]", room, other, strings.Join(allowed, " ")))
			}
		default:
			out = append(out, r.throughDoor(room, im, std(im))...)
		}
	}
	return out
}

func (r *Rules) throughDoor(room, im string, std bool) []string {
	best := -1
	for i, d := range r.doors {
		if (im == d.path || strings.HasPrefix(im, d.path+"/")) && (best < 0 || len(d.path) > len(r.doors[best].path)) {
			best = i
		}
	}
	switch {
	case best < 0 && std:
		return nil
	case best < 0:
		return []string{fmt.Sprintf("%s imports %s, which has no door in house.txt", room, im)}
	case !slices.Contains(r.doors[best].rooms, room):
		return []string{fmt.Sprintf("%s imports %s, but its door is only for [%s]", room, im, strings.Join(r.doors[best].rooms, " "))}
	}
	return nil
}

func roomOf(pkg string) string {
	if pkg == Module {
		return "."
	}
	rest := strings.TrimPrefix(pkg, Module+"/")
	return strings.TrimPrefix(rest, "internal/")
}
