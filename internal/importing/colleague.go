package importing

import (
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/store"
)

// colleagues gives those of ours who may sign in and whom a system has not named yet,
// by name and by address: an export that names somebody after they were added means
// them, and what is theirs there is theirs here. A name that two of them have tells
// neither, and a name alone tells nobody whom a provider or a directory added, where
// people may call themselves as they like: only an address does.
func colleagues(ctx context.Context, d *Desk, system string) (out intake.Colleagues, err error) {
	known, err := d.Assignments(ctx)
	if err != nil || len(known.Users) == 0 {
		return out, err
	}
	var ids []throughline.ID
	var who []throughline.PersonID
	for _, u := range known.Users {
		ids, who = append(ids, throughline.ID(u.ID)), append(who, u.ID)
	}
	named, err := d.Read().Foreign(ctx, ids)
	if err != nil {
		return out, err
	}
	people, err := d.Read().People(ctx, who)
	if err != nil {
		return out, err
	}
	several := map[string]bool{}
	out = intake.Colleagues{All: map[throughline.PersonID]bool{}, By: map[string]store.Person{}}
	for _, u := range known.Users {
		p := people[u.ID]
		out.All[u.ID] = true
		if p.Name == "" || !p.Erased.IsZero() {
			continue
		}
		free := !slices.ContainsFunc(named[throughline.ID(u.ID)], func(r store.Record) bool { return r.System == system })
		words := []string{u.Email, p.Name}
		if u.Foreign {
			words = words[:1]
		}
		for _, word := range words {
			word = store.Folded(word)
			if other, is := out.By[word]; word == "" || is && other.ID == p.ID {
				continue
			} else if is || several[word] {
				delete(out.By, word)
				several[word] = true
				continue
			}
			if free {
				out.By[word] = p
			} else {
				several[word] = true // somebody else of this name is somebody else
			}
		}
	}
	return out, nil
}
