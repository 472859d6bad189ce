package member

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
)

// The kinds of lines about a team.
const (
	Made      = "made"      // Team.Name
	Renamed   = "renamed"   // another name
	Dissolved = "dissolved" // it is none any more; nobody belongs to it
	Joined    = "joined"    // somebody belongs to it
	Parted    = "parted"    // they do no longer
)

// Assigned is the kind of a line, about a team or about somebody, that says which
// processes are theirs: those that it names and no others; none: nothing is said.
const Assigned = "assigned"

// Assignment is which processes somebody, or a team, was assigned last.
type Assignment struct {
	Processes []string // ids of the playbook's
	Since     time.Time
	By        throughline.PersonID // zero: the command line
}

func assigned(l Line, b Body) Assignment {
	if len(b.Processes) == 0 {
		return Assignment{}
	}
	return Assignment{Processes: b.Processes, Since: l.At, By: b.By}
}

// Team is some of ours who work together.
type Team struct {
	ID      throughline.ID         `json:"id"`
	Name    string                 `json:"name"`
	Since   time.Time              `json:"since"`
	Members []throughline.PersonID `json:"members"` // in the order in which they joined

	External string    `json:"-"` // of a directory's group: what that calls it
	Touched  time.Time `json:"-"` // of the last line about it

	Assigned Assignment `json:"-"`
}

// Has reports whether somebody belongs to it.
func (t *Team) Has(id throughline.PersonID) bool { return slices.Contains(t.Members, id) }

// FoldTeams gives the teams that lines make, by name. Lines that cannot be read,
// or were blanked, change nothing.
func FoldTeams(lines []Line) []Team {
	at := map[throughline.ID]int{}
	var out []Team
	gone := map[throughline.ID]bool{}
	var in []map[throughline.PersonID]bool // a group may have thousands
	for _, l := range lines {
		var b Body
		if json.Unmarshal(l.Body, &b) != nil {
			continue
		}
		i, known := at[l.Subject]
		if !known {
			if l.Kind == Made {
				at[l.Subject] = len(out)
				out = append(out, Team{ID: l.Subject, Name: b.Name, External: b.External, Since: l.At, Touched: l.At, Members: []throughline.PersonID{}})
				in = append(in, map[throughline.PersonID]bool{})
			}
			continue
		}
		t := &out[i]
		t.Touched = l.At
		switch {
		case l.Kind == Renamed:
			t.Name, t.External = b.Name, b.External
		case l.Kind == Assigned:
			t.Assigned = assigned(l, b)
		case l.Kind == Dissolved:
			gone[t.ID] = true
		case l.Kind == Joined && !b.User.IsZero() && !in[i][b.User]:
			in[i][b.User] = true
			t.Members = append(t.Members, b.User)
		case l.Kind == Parted && in[i][b.User]:
			delete(in[i], b.User)
			t.Members = slices.DeleteFunc(t.Members, func(id throughline.PersonID) bool { return id == b.User })
		}
	}
	out = slices.DeleteFunc(out, func(t Team) bool { return gone[t.ID] })
	slices.SortStableFunc(out, func(a, b Team) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return out
}

// EverJoined gives everybody whom lines ever made belong to a team, each once.
func EverJoined(lines []Line) (out []throughline.PersonID) {
	seen := map[throughline.PersonID]bool{}
	for _, l := range lines {
		var b Body
		if l.Kind == Joined && json.Unmarshal(l.Body, &b) == nil && !b.User.IsZero() && !seen[b.User] {
			seen[b.User] = true
			out = append(out, b.User)
		}
	}
	return out
}

// Memberships say, of the teams that groups at a provider give, which somebody
// belongs to from now on and which not any more. A team that no group gives is not
// among them: one of ours gave that.
func (r Rules) Memberships(groups []string) (in, out []string) {
	all := map[string]bool{}
	for group, name := range r.Teams {
		all[name] = all[name] || slices.Contains(groups, group)
	}
	for name, is := range all {
		if is {
			in = append(in, name)
		} else {
			out = append(out, name)
		}
	}
	slices.Sort(in)
	slices.Sort(out)
	return in, out
}
