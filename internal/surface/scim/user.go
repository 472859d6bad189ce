package scim

import (
	"net/http"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/directory"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/team"
)

// spelled gives somebody as a directory spells them; whom none keeps yet by what is
// known of them here.
func spelled(u member.User) directory.User {
	e := member.Entry{UserName: u.Email, Display: u.Name, Formatted: u.Name, Email: u.Email}
	if u.Entry != nil {
		e = *u.Entry
	}
	return directory.User{UserName: e.UserName, External: e.External, Display: e.Display, Formatted: e.Formatted, Given: e.Given, Family: e.Family,
		Email: e.Email, Active: !u.Off() && !u.Dismissed()}
}

func entry(u directory.User) member.Entry {
	return member.Entry{UserName: u.UserName, External: u.External, Display: u.Display, Formatted: u.Formatted, Given: u.Given, Family: u.Family, Email: u.Email}
}

// roster is who and which groups there are, as they are spelled.
type roster struct {
	c      *call
	users  []member.User
	groups []member.Team
	names  map[throughline.PersonID]string
	of     map[throughline.PersonID][]directory.Reference // groups
}

func (c *call) roster() (*roster, error) {
	users, err := team.Listed(c.Context(), &c.desk.Desk)
	if err != nil {
		return nil, err
	}
	kept, err := team.DirectoryGroups(c.Context(), &c.desk.Desk)
	if err != nil {
		return nil, err
	}
	out := &roster{c: c, users: users, groups: kept.All, names: map[throughline.PersonID]string{}, of: map[throughline.PersonID][]directory.Reference{}}
	slices.SortStableFunc(out.users, func(a, b member.User) int { return a.Since.Compare(b.Since) }) // so that the parts of a list fit each other
	slices.SortStableFunc(out.groups, func(a, b member.Team) int { return a.Since.Compare(b.Since) })
	for _, u := range users {
		out.names[u.ID] = u.Name
	}
	for _, g := range out.groups {
		for _, who := range g.Members {
			out.of[who] = append(out.of[who], directory.Reference{ID: g.ID.String(), Name: g.Name})
		}
	}
	return out, nil
}

func (r *roster) user(u member.User) map[string]any {
	return spelled(u).Resource(directory.Known{ID: u.ID.String(), Base: r.c.base, Created: u.Since, Modified: u.Touched}, r.of[u.ID])
}

func (r *roster) userOf(id throughline.ID) (member.User, error) {
	for _, u := range r.users {
		if throughline.ID(u.ID) == id {
			return u, nil
		}
	}
	return member.User{}, throughline.Fail("find user", throughline.NotFound, id.String(), team.ErrNobody)
}

// found gives those of a list that were asked for.
func (c *call) found(all []map[string]any, f directory.Filter) (answer, error) {
	q := c.URL.Query()
	part, err := directory.ReadPart(q.Get("startIndex"), q.Get("count"))
	if err != nil {
		return answer{}, err
	}
	out := all[:0]
	for _, r := range all {
		if f.Holds(r) {
			out = append(out, c.only(r))
		}
	}
	return answer{body: directory.List(out, part)}, nil
}

func (c *call) only(r map[string]any) map[string]any {
	q := c.URL.Query()
	return directory.Only(r, q.Get("attributes"), q.Get("excludedAttributes"))
}

func (c *call) users() (answer, error) {
	f, err := directory.FilterUsers(c.URL.Query().Get("filter"))
	if err != nil {
		return answer{}, err
	}
	r, err := c.roster()
	if err != nil {
		return answer{}, err
	}
	all := make([]map[string]any, 0, len(r.users))
	for _, u := range r.users {
		all = append(all, r.user(u))
	}
	return c.found(all, f)
}

// told answers with somebody as they are now.
func (c *call) told(id throughline.ID, status int) (answer, error) {
	r, err := c.roster()
	if err != nil {
		return answer{}, err
	}
	u, err := r.userOf(id)
	if err != nil {
		return answer{}, err
	}
	return answer{status, c.only(r.user(u))}, nil
}

func (c *call) user() (answer, error) {
	id, err := c.id("find user")
	if err != nil {
		return answer{}, err
	}
	return c.told(id, 0)
}

func (c *call) addUser() (answer, error) {
	u, err := directory.ReadUser(c.body)
	if err != nil {
		return answer{}, err
	}
	id, err := c.desk.Porter.Enlist(c.Context(), &c.desk.Desk, entry(u), u.Active)
	if err != nil {
		return answer{}, err
	}
	return c.told(throughline.ID(id), http.StatusCreated)
}

func (c *call) putUser() (answer, error) {
	return c.changeUser(func(u directory.User) (directory.User, error) { return directory.PutUser(u, c.body) })
}

func (c *call) patchUser() (answer, error) {
	return c.changeUser(func(u directory.User) (directory.User, error) { return directory.PatchUser(u, c.body) })
}

func (c *call) changeUser(change func(directory.User) (directory.User, error)) (answer, error) {
	id, err := c.id("change user")
	if err != nil {
		return answer{}, err
	}
	err = c.desk.Porter.Relist(c.Context(), &c.desk.Desk, throughline.PersonID(id), func(u member.User) (member.Entry, bool, error) {
		if err := c.same(id); err != nil {
			return member.Entry{}, false, err
		}
		now, err := change(spelled(u))
		return entry(now), now.Active, err
	})
	if err != nil {
		return answer{}, err
	}
	return c.told(id, 0)
}

// same refuses a change of somebody who is no longer as whoever asks knew them.
func (c *call) same(id throughline.ID) error {
	if c.Header.Get("If-Match") == "" {
		return nil
	}
	r, err := c.roster()
	if err != nil {
		return err
	}
	u, err := r.userOf(id)
	if err != nil {
		return err
	}
	return c.unchanged(r.user(u))
}

func (c *call) dropUser() (answer, error) {
	id, err := c.id("remove user")
	if err == nil {
		err = c.same(id)
	}
	if err == nil {
		err = c.desk.Porter.Strike(c.Context(), &c.desk.Desk, throughline.PersonID(id))
	}
	return answer{status: http.StatusNoContent}, err
}
