package scim

import (
	"net/http"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/directory"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/team"
)

func (r *roster) group(g member.Team) map[string]any {
	var members []directory.Reference
	for _, who := range g.Members {
		if name, is := r.names[who]; is { // else they were erased, or taken out
			members = append(members, directory.Reference{ID: who.String(), Name: name})
		}
	}
	return directory.Group{Name: g.Name, External: g.External}.Resource(directory.Known{ID: g.ID.String(), Base: r.c.base, Created: g.Since, Modified: g.Touched}, members)
}

func (r *roster) groupOf(id throughline.ID) (member.Team, error) {
	for _, g := range r.groups {
		if g.ID == id {
			return g, nil
		}
	}
	return member.Team{}, throughline.Fail("find group", throughline.NotFound, id.String(), team.ErrNoGroup)
}

func (c *call) groups() (answer, error) {
	f, err := directory.FilterGroups(c.URL.Query().Get("filter"))
	if err != nil {
		return answer{}, err
	}
	r, err := c.roster()
	if err != nil {
		return answer{}, err
	}
	all := make([]map[string]any, 0, len(r.groups))
	for _, g := range r.groups {
		all = append(all, r.group(g))
	}
	return c.found(all, f)
}

func (c *call) group() (answer, error) {
	id, err := c.id("find group")
	if err != nil {
		return answer{}, err
	}
	return c.toldGroup(id, 0)
}

func (c *call) toldGroup(id throughline.ID, status int) (answer, error) {
	r, err := c.roster()
	if err != nil {
		return answer{}, err
	}
	g, err := r.groupOf(id)
	if err != nil {
		return answer{}, err
	}
	return answer{status, c.only(r.group(g))}, nil
}

// knows reports whether an id is that of somebody whom a directory is shown.
func (r *roster) knows(word string) bool {
	id, err := throughline.ParseID(word)
	_, is := r.names[throughline.PersonID(id)]
	return err == nil && is
}

// kept gives a group as our room takes it. An id of a member that is none is nobody's;
// a group within it is passed over.
func (r *roster) kept(g directory.Group) (team.Group, error) {
	nested := map[string]bool{}
	for _, t := range r.groups {
		nested[t.ID.String()] = true
	}
	out := team.Group{Name: g.Name, External: g.External}
	for _, word := range g.Members {
		if nested[word] {
			continue
		}
		id, err := throughline.ParseID(word)
		if err != nil {
			return out, throughline.Fail("keep group", throughline.Invalid, word, team.ErrNoMember)
		}
		out.Members = append(out.Members, throughline.PersonID(id))
	}
	return out, nil
}

func (c *call) addGroup() (answer, error) {
	g, err := directory.ReadGroup(c.body)
	if err != nil {
		return answer{}, err
	}
	r, err := c.roster()
	if err != nil {
		return answer{}, err
	}
	own, err := r.kept(g)
	if err != nil {
		return answer{}, err
	}
	id, err := c.desk.Porter.MakeGroup(c.Context(), &c.desk.Desk, own)
	if err != nil {
		return answer{}, err
	}
	return c.toldGroup(id, http.StatusCreated)
}

// putGroup passes over members whom nobody knows, as a PATCH that replaces does.
func (c *call) putGroup() (answer, error) {
	return c.changeGroup(func(_ directory.Group, known func(string) bool) (directory.Group, error) {
		g, err := directory.ReadGroup(c.body)
		g.Members = slices.DeleteFunc(g.Members, func(id string) bool { return !known(id) })
		return g, err
	})
}

// patchGroup answers without the group, which may have thousands of members.
func (c *call) patchGroup() (answer, error) {
	out, err := c.changeGroup(func(g directory.Group, known func(string) bool) (directory.Group, error) {
		return directory.PatchGroup(g, c.body, known)
	})
	if err == nil && c.URL.Query().Get("attributes") == "" {
		out = answer{status: http.StatusNoContent}
	}
	return out, err
}

func (c *call) changeGroup(change func(was directory.Group, known func(id string) bool) (directory.Group, error)) (answer, error) {
	id, err := c.id("change group")
	if err != nil {
		return answer{}, err
	}
	err = c.desk.Porter.ChangeGroup(c.Context(), &c.desk.Desk, id, func(t member.Team) (team.Group, error) {
		r, err := c.roster()
		if err != nil {
			return team.Group{}, err
		}
		if err := c.unchanged(r.group(t)); err != nil {
			return team.Group{}, err
		}
		now := directory.Group{Name: t.Name, External: t.External}
		for _, who := range t.Members {
			if _, is := r.names[who]; is {
				now.Members = append(now.Members, who.String())
			}
		}
		now, err = change(now, r.knows)
		if err != nil {
			return team.Group{}, err
		}
		return r.kept(now)
	})
	if err != nil {
		return answer{}, err
	}
	return c.toldGroup(id, 0)
}

func (c *call) dropGroup() (answer, error) {
	id, err := c.id("remove group")
	if err != nil {
		return answer{}, err
	}
	if c.Header.Get("If-Match") != "" {
		r, err := c.roster()
		if err != nil {
			return answer{}, err
		}
		g, err := r.groupOf(id)
		if err == nil {
			err = c.unchanged(r.group(g))
		}
		if err != nil {
			return answer{}, err
		}
	}
	return answer{status: http.StatusNoContent}, c.desk.Porter.DropGroup(c.Context(), &c.desk.Desk, id)
}
