package desk

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/store"
)

// Assignments say which processes of the playbook are whose.
type Assignments struct {
	Teams []member.Team // all of them, by name
	Users []member.User // all who may come in, by name
}

// Narrow is that whoever is at a desk chooses among the processes they are assigned,
// and is taught those. It is one request's, and remembers them for it.
type Narrow struct {
	mu    sync.Mutex
	known *Assignments
}

// Narrows reports whether a role is held to what it is assigned: those who lead, look
// after the process or keep the records see all of it, and so does a program.
func Narrows(r member.Role) bool { return r == member.Seller || r == member.Reader }

// Assignments reads which processes are whose, as it is now.
func (d *Desk) Assignments(ctx context.Context) (Assignments, error) {
	if d.Narrow != nil {
		d.Narrow.mu.Lock()
		defer d.Narrow.mu.Unlock()
		if d.Narrow.known != nil {
			return *d.Narrow.known, nil
		}
	}
	var out Assignments
	teams, err := d.register(ctx, store.TeamRoom)
	if err != nil {
		return out, err
	}
	users, err := d.register(ctx, store.UserRoom)
	if err != nil {
		return out, err
	}
	out.Teams = member.FoldTeams(teams)
	out.Users = slices.DeleteFunc(member.FoldUsers(users), func(u member.User) bool { return !u.Here() })
	slices.SortStableFunc(out.Users, func(a, b member.User) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	if d.Narrow != nil {
		d.Narrow.known = &out
	}
	return out, nil
}

func (d *Desk) register(ctx context.Context, room string) ([]member.Line, error) {
	if d.Ledger == nil {
		return nil, nil
	}
	all, err := d.Ledger.Admissions(ctx, d.Workspace, room, throughline.ID{})
	if err != nil {
		return nil, err
	}
	out := make([]member.Line, len(all))
	for i, a := range all {
		out[i] = member.Line{Subject: a.Subject, Kind: a.Kind, At: a.At, Body: a.Body}
	}
	return out, nil
}

// Of gives the processes that somebody was assigned, themselves and by the teams that
// they belong to, put together; none: nothing is said of them, and all are theirs.
// A team of which nothing is said adds none and takes none away.
func (a Assignments) Of(who throughline.PersonID) []string {
	var out []string
	add := func(processes []string) {
		for _, id := range processes {
			if !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	for _, u := range a.Users {
		if u.ID == who {
			add(u.Assigned.Processes)
		}
	}
	for _, t := range a.Teams {
		if t.Has(who) {
			add(t.Assigned.Processes)
		}
	}
	return out
}

// Whose names the teams that are assigned a process, and then the people who are.
func (a Assignments) Whose(process string) []string {
	var out []string
	for _, t := range a.Teams {
		if slices.Contains(t.Assigned.Processes, process) {
			out = append(out, t.Name)
		}
	}
	for _, u := range a.Users {
		if slices.Contains(u.Assigned.Processes, process) {
			out = append(out, u.Name)
		}
	}
	return out
}

// Held gives the processes that somebody is held to: those they are assigned, where
// their role is held to any and the playbook still has one; none: all are theirs.
func (a Assignments) Held(who throughline.PersonID, book *playbook.Playbook) []string {
	i := slices.IndexFunc(a.Users, func(u member.User) bool { return u.ID == who })
	if i < 0 || !Narrows(a.Users[i].Role) {
		return nil
	}
	return standing(a.Of(who), book)
}

// standing gives the processes where the playbook has at least one of them.
func standing(processes []string, book *playbook.Playbook) []string {
	if book == nil || !slices.ContainsFunc(book.Processes, func(pr playbook.Process) bool { return slices.Contains(processes, pr.ID) }) {
		return nil
	}
	return processes
}

// Mine gives the processes among which whoever is at the desk chooses, and which they
// are taught, of a version of the playbook; none: all of them.
func (d *Desk) Mine(ctx context.Context, book *playbook.Playbook) ([]string, error) {
	if d.Narrow == nil || book == nil || d.Author.IsZero() {
		return nil, nil
	}
	a, err := d.Assignments(ctx)
	return standing(a.Of(d.Author), book), err
}

// Taught gives the playbook in force with the processes that whoever is at the desk is
// assigned, and what belongs to them. It is for choosing and for teaching; a deal
// is read by its own version, whole.
func (d *Desk) Taught(ctx context.Context) (*playbook.Playbook, error) {
	mine, err := d.Mine(ctx, d.Book)
	if err != nil || len(mine) == 0 {
		return d.Book, err
	}
	return d.Book.Only(mine), nil
}

// NotMine says that a deal follows a process which whoever is at the desk is not
// assigned, and whose it is.
type NotMine struct {
	Process throughline.Address `json:"process"`
	Whose   []string            `json:"whose,omitempty"` // teams, then people; none: nobody's
}

// NotMine gives it of a process of a version of the playbook; nil where it is theirs.
func (d *Desk) NotMine(ctx context.Context, book *playbook.Playbook, process throughline.Address) (*NotMine, error) {
	mine, err := d.Mine(ctx, book)
	if err != nil || len(mine) == 0 || process == "" || slices.Contains(mine, process.Last()) {
		return nil, err
	}
	a, err := d.Assignments(ctx)
	return &NotMine{process, a.Whose(process.Last())}, err
}
