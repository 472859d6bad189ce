package team

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/member"
)

// The refusals of assigning processes.
var (
	ErrWhom   = throughline.Refuse("assign_whom", "a team and somebody are both called that; say the id or the address")
	ErrNobook = throughline.Refuse("assign_no_book", "the playbook cannot be used, so no process of it can be assigned")
)

// Assign says which processes of the playbook a team is assigned, or somebody: those
// and no others from now on; none: nothing is said of them any more.
func Assign(ctx context.Context, d *desk.Desk, words string, processes []string) error {
	const op = "assign processes"
	a, err := d.Assignments(ctx)
	if err != nil {
		return err
	}
	room, subject, was := teams, throughline.ID{}, []string(nil)
	t, noTeam := FindTeam(a.Teams, words)
	u, nobody := Find(a.Users, words)
	switch {
	case noTeam == nil && nobody == nil:
		return throughline.Fail(op, throughline.Conflict, desk.Short(words), ErrWhom)
	case noTeam == nil:
		subject, was = t.ID, t.Assigned.Processes
	case nobody == nil:
		room, subject, was = users, throughline.ID(u.ID), u.Assigned.Processes
	default:
		return nobody
	}
	out, err := called(d, processes, was)
	if err != nil {
		return throughline.Fail(op, throughline.Invalid, desk.Short(words), err)
	}
	if slices.Equal(out, was) {
		return nil
	}
	return admit(ctx, d, room, subject, member.Assigned, member.Body{Processes: out})
}

// called gives the ids of processes in the playbook's order. One that the playbook has
// no more stays where it stood already, so that the others can be changed.
func called(d *desk.Desk, names, was []string) (out []string, err error) {
	if len(names) == 0 {
		return nil, nil
	}
	if d.Book == nil {
		return nil, ErrNobook
	}
	known := make([]string, len(d.Book.Processes))
	for i, pr := range d.Book.Processes {
		known[i] = pr.ID
	}
	asked := map[string]bool{}
	for _, name := range names {
		name = strings.TrimPrefix(strings.TrimSpace(name), "process/")
		if !slices.Contains(known, name) && !slices.Contains(was, name) {
			return nil, diag.Unknown(name, known)
		}
		asked[name] = true
	}
	for _, id := range append(known, was...) {
		if asked[id] && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out, nil
}

// Assigned is a team, or one of ours, with the processes they are assigned.
type Assigned struct {
	ID        throughline.ID `json:"id"`
	Name      string         `json:"name"`
	Team      bool           `json:"team,omitempty"` // else somebody
	Processes []string       `json:"processes"`      // ids of the playbook's; none: nothing is said
	Gone      []string       `json:"gone,omitempty"` // of them, those that the playbook has no more
	Since     time.Time      `json:"since,omitzero"`
	By        string         `json:"by,omitempty"` // who assigned them; "": the command line
}

// AllAssigned lists every team, and those of ours of whom something is said; with
// everybody, all of ours who are held to what they are assigned.
func AllAssigned(ctx context.Context, d *desk.Desk, everybody bool) ([]Assigned, error) {
	a, err := d.Assignments(ctx)
	if err != nil {
		return nil, err
	}
	names := map[throughline.PersonID]string{}
	for _, u := range a.Users {
		names[u.ID] = u.Name
	}
	out := []Assigned{}
	add := func(id throughline.ID, name string, isTeam bool, x member.Assignment) {
		row := Assigned{ID: id, Name: name, Team: isTeam, Processes: append([]string{}, x.Processes...), Since: x.Since, By: names[x.By]}
		for _, id := range x.Processes {
			if d.Book == nil {
				continue
			}
			if _, there := d.Book.ProcessCalled(id); !there {
				row.Gone = append(row.Gone, id)
			}
		}
		out = append(out, row)
	}
	for _, t := range a.Teams {
		add(t.ID, t.Name, true, t.Assigned)
	}
	for _, u := range a.Users {
		if len(u.Assigned.Processes) > 0 || everybody && desk.Narrows(u.Role) {
			add(throughline.ID(u.ID), u.Name, false, u.Assigned)
		}
	}
	return out, nil
}

// GoneFindings says of which processes that are assigned the playbook has none any more.
func GoneFindings(all []Assigned) (out diag.Findings) {
	for _, x := range all {
		for _, id := range x.Gone {
			out = append(out, diag.Finding{Check: "assigned-gone", Severity: diag.Warning, Value: id,
				Message: x.Name + " is assigned the process " + id + ", which the playbook has no more; it counts for nothing",
				Hint:    "throughline playbook assign says which processes are theirs"})
		}
	}
	return out
}
