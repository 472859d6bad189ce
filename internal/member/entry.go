package member

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
)

// Entry is what a company's directory keeps of somebody, as it spells that.
type Entry struct {
	UserName  string `json:"user_name"`
	External  string `json:"external,omitempty"` // what the directory itself calls them
	Display   string `json:"display,omitempty"`
	Formatted string `json:"formatted,omitempty"`
	Given     string `json:"given,omitempty"`
	Family    string `json:"family,omitempty"`
	Email     string `json:"email,omitempty"`
}

// away says who took somebody's access away; each gives back what it took.
type away uint8

const (
	byOurs      away = 1 << iota // one of ours, who alone gives it back
	byGroups                     // their groups, at a provider or in a directory
	byDirectory                  // a directory, where they are switched off
)

func (b Body) away() away {
	switch {
	case b.Provider:
		return byGroups
	case b.Directory:
		return byDirectory
	}
	return byOurs
}

// leave takes access away. A directory that switches somebody off leaves them the
// way by which they sign in: it opens nothing until they are switched on again.
func (u *User) leave(l Line, b Body) {
	u.Gone, u.invite = l.At, nil
	u.away |= b.away()
	if b.Directory {
		return
	}
	u.Sealed, u.Passkeys = "", nil
	u.unfactor()
}

// comeBack gives back what the one who says so took; one of ours gives all back.
func (u *User) comeBack(l Line, b Body) {
	if u.away &^= b.away(); b.away() == byOurs {
		u.away = 0
	}
	if u.away == 0 {
		u.Gone, u.back = time.Time{}, l.At
	}
	if b.away() == byOurs && u.Email != "" {
		u.struck = false // here again by word of one of ours: a directory finds them as it finds anybody
	}
}

// list takes what a directory keeps of somebody.
func (u *User) list(b Body) {
	u.Entry, u.struck, u.former = b.Entry, false, nil
	if b.Entry != nil {
		u.Name, u.Email = b.Name, b.Email
	}
}

// strike takes somebody out of what a directory keeps, in one line. Where what they were
// called goes to somebody else, nothing of theirs is to open for whoever has it now.
func (u *User) strike(l Line, b Body) {
	if u.Entry != nil {
		u.former = u.Entry
	}
	u.Entry, u.struck, u.invite = nil, true, nil
	if u.away |= byDirectory; u.Gone.IsZero() {
		u.Gone = l.At
	}
	if b.Given {
		u.Email, u.Sealed, u.Issuer, u.subject, u.Passkeys = "", "", "", "", nil
		u.unfactor()
	}
}

// Was reports whether somebody who was struck is whom an entry is about: by what the
// directory itself calls them, or, where it has no such word for either, by the name
// under which it finds them, unless that was given to somebody else since. An address
// alone makes nobody of them: it may have changed hands.
func (u *User) Was(e Entry) bool {
	if !u.struck {
		return false
	}
	if u.former != nil && u.former.External != "" || e.External != "" {
		return u.former != nil && u.former.External == e.External
	}
	return u.Email != "" && strings.EqualFold(u.formerName(), e.UserName)
}

// Called reports whether somebody who was struck still holds an address, or the name of an
// entry.
func (u *User) Called(e Entry, email string) bool {
	return u.struck && u.Email != "" && (u.Email == email || strings.EqualFold(u.formerName(), e.UserName))
}

func (u *User) formerName() string {
	if u.former != nil {
		return u.former.UserName
	}
	return u.Email
}

// Off reports whether a directory switched them off.
func (u *User) Off() bool { return u.away&byDirectory != 0 }

// Ungrouped reports whether their groups took their access away, whoever else did.
func (u *User) Ungrouped() bool { return u.away&byGroups != 0 }

// Dismissed reports whether one of ours took their access away: only one of ours
// gives it back.
func (u *User) Dismissed() bool { return u.away&byOurs != 0 }

// Struck reports whether a directory kept them and has taken them out.
func (u *User) Struck() bool { return u.struck }

// awaited reports whether a directory keeps them, and they have never come: whoever
// has their address at the provider is them.
func (u *User) awaited() bool { return u.Entry != nil && !u.Came() && (u.Here() || u.Told()) }

// Groups are those of a directory.
type Groups struct {
	All      []Team
	ever     []string                          // what any group was called, also one that is no more
	external map[string][]throughline.ID       // of these, what the directory itself called which
	of       map[throughline.PersonID][]string // what the groups of somebody are called
}

// indexed gives groups by who is in them.
func indexed(all []Team, ever []string, external map[string][]throughline.ID) Groups {
	out := Groups{all, ever, external, map[throughline.PersonID][]string{}}
	for _, g := range all {
		for _, who := range g.Members {
			others := slices.ContainsFunc(external[g.Name], func(id throughline.ID) bool { return id != g.ID })
			if g.Name != "" && !others {
				out.of[who] = append(out.of[who], g.Name)
			}
			if g.External != "" {
				out.of[who] = append(out.of[who], g.External)
			}
		}
	}
	return out
}

// FoldGroups gives the groups that lines make, by name.
func FoldGroups(lines []Line) Groups {
	var ever []string
	external := map[string][]throughline.ID{}
	for _, l := range lines {
		var b Body
		if (l.Kind == Made || l.Kind == Renamed) && json.Unmarshal(l.Body, &b) == nil {
			ever = append(ever, b.Name, b.External)
			external[b.External] = append(external[b.External], l.Subject)
		}
	}
	return indexed(FoldTeams(lines), ever, external)
}

// Of gives the groups of somebody, as rules may name them: by what people call a
// group, and by what the directory does. What it ever called one is no other's name:
// whoever may rename a group would else choose what its people may do.
func (gs Groups) Of(id throughline.PersonID) []string { return slices.Clone(gs.of[id]) }

// RoleGroups gives the groups by which somebody has their role: those in a directory
// that keeps them, once it has kept one that gives a role to anybody; else those that
// a provider told. own is true for the directory's.
func (r Rules) RoleGroups(u *User, kept Groups, told []string) (groups []string, own bool) {
	return pick(r.Groups, u, kept, told)
}

// TeamGroups gives the groups by which somebody belongs to teams, as RoleGroups does.
// Whoever was struck is in none of the directory's.
func (r Rules) TeamGroups(u *User, kept Groups, told []string) (groups []string, own bool) {
	if u != nil && u.struck {
		_, own = pick(r.Teams, &User{Entry: &Entry{}}, kept, nil)
		return nil, own
	}
	return pick(r.Teams, u, kept, told)
}

func pick[V any](rules map[string]V, u *User, kept Groups, told []string) ([]string, bool) {
	named := func(name string) bool { _, is := rules[name]; return is && name != "" }
	if u == nil || u.Entry == nil || !slices.ContainsFunc(kept.ever, named) {
		return told, false
	}
	return kept.Of(u.ID), true
}

// Step is a line that is due about somebody.
type Step struct {
	Kind string
	Body Body
}

// Due gives what follows from somebody's groups in a directory for how far they
// come in: lines that are to be written, none where all is as it should be.
func (r Rules) Due(u *User, kept Groups) []Step {
	groups, own := r.RoleGroups(u, kept, nil)
	if !own {
		return nil
	}
	role, in := r.role(groups)
	switch {
	case !in && !u.Ungrouped():
		return []Step{{Left, Body{Provider: true, Directory: true}}}
	case !in:
		return nil
	}
	var out []Step
	if role != u.Role {
		out = append(out, Step{Changed, Body{Role: role}}) // first: nobody comes back as more than they are
	}
	if u.Ungrouped() {
		out = append(out, Step{Returned, Body{Provider: true, Directory: true}})
	}
	return out
}

// With gives groups with one as it is to be: another for the one of its id, or one more.
func (gs Groups) With(t Team) Groups {
	out := gs.Without(t.ID)
	external := maps.Clone(out.external)
	external[t.External] = append(slices.Clip(external[t.External]), t.ID)
	return indexed(append(out.All, t), append(slices.Clip(out.ever), t.Name, t.External), external)
}

// Without gives groups without one, which still is one of those that ever were.
func (gs Groups) Without(id throughline.ID) Groups {
	return indexed(slices.DeleteFunc(slices.Clone(gs.All), func(t Team) bool { return t.ID == id }), gs.ever, gs.external)
}
