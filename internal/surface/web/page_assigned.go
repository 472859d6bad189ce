package web

import (
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/team"
)

// taught is the playbook with the processes that whoever looks chooses among and is
// taught: those they are assigned, or all.
func (v *visit) taught() *playbook.Playbook { return v.taughtOf(v.desk.Book) }

// taughtOf is taught of a version of the playbook. Where that cannot be read it is the
// whole: nothing of it is secret.
func (v *visit) taughtOf(book *playbook.Playbook) *playbook.Playbook {
	mine, err := v.desk.Mine(v.Context(), book)
	if err != nil || len(mine) == 0 {
		return book
	}
	return book.Only(mine)
}

// leftOut reports whether something of the playbook stands in a process that whoever
// looks is not assigned.
func (v *visit) leftOut(a throughline.Address) bool {
	id, is := strings.CutPrefix(string(a), "process/")
	if !is || v.desk.Book == nil {
		return false
	}
	id, _, _ = strings.Cut(id, "/")
	_, there := v.desk.Book.ProcessCalled(id)
	_, theirs := v.taught().ProcessCalled(id)
	return there && !theirs
}

// notMine says that the deal follows a process which whoever looks is not assigned,
// and whose it is; "" where it is theirs.
func (t teller) notMine() string {
	x := t.page.NotMine
	if x == nil {
		return ""
	}
	name := t.p.Process(t.book(), x.Process)
	if len(x.Whose) == 0 {
		return t.p.Say("assigned.not_mine", "process", name)
	}
	return t.p.Say("assigned.not_mine_whose", "process", name, "whose", t.p.List(x.Whose))
}

// assignedView is which processes are whose, on the page of the team.
type assignedView struct {
	May       bool
	Gone      []string // of which processes the playbook has none any more
	Rows      []assignedRow
	Others    []choice // people of whom nothing is said
	Processes []choice
}

// assignedRow is a team, or somebody, with the processes of the playbook, those that
// are theirs marked.
type assignedRow struct {
	ID, Name, Says, Since string
	Processes             []choice
}

func (v *visit) assignedView() (*assignedView, error) {
	all, err := ask[operation.Assigned](v, operation.ListAssignable, &desk.Nothing{})
	if err != nil {
		return nil, err
	}
	p, book := v.p, v.desk.Book
	some := slices.ContainsFunc(all.Assigned, func(x team.Assigned) bool { return len(x.Processes) > 0 })
	if book == nil || len(book.Processes) < 2 && !some {
		return nil, nil
	}
	out := &assignedView{May: v.desk.May(member.Playbook, true) && v.desk.Team}
	ticked := func(theirs []string) (list []choice) {
		for _, pr := range book.Processes {
			list = append(list, choice{Word: p.Process(book, pr.Address()), Href: pr.ID, Here: slices.Contains(theirs, pr.ID)})
		}
		return list
	}
	out.Processes = ticked(nil)
	for _, x := range all.Assigned {
		if !x.Team && len(x.Processes) == 0 {
			out.Others = append(out.Others, choice{Word: x.Name, Href: x.ID.String()})
			continue
		}
		row := assignedRow{ID: x.ID.String(), Name: x.Name, Says: p.Say("assigned.all"), Processes: ticked(x.Processes)}
		if len(x.Processes) > 0 {
			names := make([]string, len(x.Processes))
			for i, id := range x.Processes {
				names[i] = p.Process(book, throughline.Address("process/"+id))
			}
			row.Says = p.List(names)
			key := "assigned.since"
			if x.By != "" {
				key = "assigned.since_by"
			}
			row.Since = p.Say(key, "day", p.Day(throughline.DayOf(x.Since, v.zone())), "name", x.By)
		}
		for _, id := range x.Gone {
			out.Gone = append(out.Gone, p.Say("assigned.gone", "name", x.Name, "process", id))
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

// postAssigned says whose processes which are.
func (s *site) postAssigned(v *visit) (component, error) {
	in := operation.AssignInput{Whom: v.text("who")}
	for _, id := range v.PostForm["process"] {
		if id = strings.TrimSpace(id); id != "" {
			in.Processes = append(in.Processes, id)
		}
	}
	in.All = len(in.Processes) == 0
	_, err := ask[operation.Assigned](v, operation.AssignProcesses, &in)
	switch throughline.KindOf(err) {
	case throughline.Invalid, throughline.Conflict, throughline.NotFound:
		return s.teamWith(v, operation.UserInput{}, err)
	}
	if err != nil {
		return nil, err
	}
	v.goTo = "/team#assigned"
	return nil, nil
}
