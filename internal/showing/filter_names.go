package showing

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
)

// unknownNames says which names of a filter are nobody's and nothing's, with the
// nearest that there is. It walks every deal, so it is asked only where the
// filter left none.
func (d *Desk) unknownNames(ctx context.Context, asOf time.Time, owner, stage, process string) (diag.Findings, error) {
	owner, stage = strings.TrimSpace(owner), strings.TrimSpace(stage)
	if id, err := throughline.ParseID(owner); err == nil { // somebody whom a menu or a link names: who has no deal is no wrong name
		who := throughline.PersonID(id)
		if people, err := d.Read().People(ctx, []throughline.PersonID{who}); err != nil {
			return nil, err
		} else if people[who].Name != "" {
			owner = ""
		}
	}
	if process != "" {
		if found := d.unknownProcess(process); len(found) > 0 {
			return found, nil
		}
	}
	if owner == "" && stage == "" {
		return nil, nil
	}
	var owners []throughline.PersonID
	seen := map[throughline.PersonID]bool{}
	var stages []string
	known := map[string]bool{}
	add := func(name string) {
		if key := strings.ToLower(name); name != "" && !known[key] {
			known[key] = true
			stages = append(stages, name)
		}
	}
	for _, b := range d.Books() {
		for _, pr := range b.Processes {
			for _, s := range pr.Stages {
				add(string(s.Addr))
			}
		}
	}
	err := d.EachSummary(ctx, asOf, false, func(s *deal.Summary) {
		if id := s.Owner.Value; !id.IsZero() && !seen[id] {
			seen[id] = true
			owners = append(owners, id)
		}
		add(string(s.Stage.Value.Stage))
		add(s.Stage.Value.Foreign)
	})
	if err != nil {
		return nil, err
	}
	var found diag.Findings
	say := func(field, word, message string, names []string) {
		found = append(found, unknownName(field, word, message, names))
	}
	if owner != "" {
		people, err := d.Read().People(ctx, owners)
		if err != nil {
			return nil, err
		}
		var names []string
		theirs := false
		for _, id := range owners {
			name := people[id].Name
			theirs = theirs || id.String() == owner || strings.Contains(strings.ToLower(name), strings.ToLower(owner))
			if name != "" {
				names = append(names, name)
			}
		}
		if slices.Sort(names); !theirs {
			say("owner", owner, fmt.Sprintf("no deal is with anybody called %q", owner), names)
		}
	}
	if stage != "" && !known[strings.ToLower(stage)] {
		say("stage", stage, fmt.Sprintf("no stage is called %q, here or in the other system", stage), stages)
	}
	return found, nil
}

func unknownName(field, word, message string, names []string) diag.Finding {
	f := diag.Finding{Check: "filter-name", Severity: diag.Warning, Field: field, Value: word, Message: message}
	switch f.Nearest = nearestName(word, names); {
	case f.Nearest != "":
		f.Hint = fmt.Sprintf("did you mean %q?", f.Nearest)
	case len(names) > 0:
		f.Hint = "there are " + diag.List(names)
	}
	return f
}

// unknownProcess says that a word is no process of ours.
func (d *Desk) unknownProcess(word string) diag.Findings {
	var names []string
	for _, b := range d.Books() {
		if _, ok := b.ProcessCalled(word); ok {
			return nil
		}
		for _, pr := range b.Processes {
			if name := string(pr.Address()); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return diag.Findings{unknownName("process", word, fmt.Sprintf("no process of ours is called %q", word), names)}
}

// nearestName looks at whole names, at each word of them, and at the last part
// of an address.
func nearestName(word string, names []string) string {
	if near := diag.Nearest(word, names); near != "" {
		return near
	}
	var parts, of []string
	for _, name := range names {
		for _, p := range strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '/' }) {
			parts, of = append(parts, p), append(of, name)
		}
	}
	if near := diag.Nearest(word, parts); near != "" {
		return of[slices.Index(parts, near)]
	}
	return ""
}
