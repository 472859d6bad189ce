package team

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/store"
)

// groups is the room of the register with a directory's groups.
const groups = store.GroupRoom

// The refusals of what a directory asks for.
var (
	ErrGroupKnown = throughline.Refuse("group_known", "there is a group of this name already")
	ErrNoGroup    = throughline.Refuse("group_unknown", "there is no such group")
	ErrGroupName  = throughline.Refuse("group_name", "a group needs a name of at most 256 bytes")
	ErrNoMember   = throughline.Refuse("group_member", "nobody here has the id that a group is to have as a member")
	ErrDismissed  = throughline.Refuse("user_dismissed", "one of ours took their access away here: an admin gives it back, on the team's page")
)

// DirectoryGroups gives the groups of a company's directory.
func DirectoryGroups(ctx context.Context, d *desk.Desk) (member.Groups, error) {
	all, err := lines(ctx, d, groups, throughline.ID{})
	return member.FoldGroups(all), err
}

// Listed gives those of ours whom a directory is shown: all who were added, but for
// whom it has taken out.
func Listed(ctx context.Context, d *desk.Desk) ([]member.User, error) {
	all, err := Users(ctx, d)
	return slices.DeleteFunc(all, func(u member.User) bool { return u.Struck() }), err
}

// unhurried is a desk whose lines of the audit nobody waits for: many are written for
// one request, which waits for its own.
func unhurried(d *desk.Desk) *desk.Desk {
	own := *d
	if note := d.Noting; note != nil {
		own.Noting = func(ctx context.Context, deed store.Deed, _ bool) error { return note(ctx, deed, false) }
	}
	return &own
}

// read gives by what somebody is called and reached here, of what a directory says.
func read(e member.Entry) (name, email string) {
	name = e.Display
	for _, other := range []string{e.Formatted, strings.TrimSpace(e.Given + " " + e.Family)} {
		if name == "" {
			name = other
		}
	}
	if email = e.Email; email == "" {
		email = e.UserName
	}
	if name = short(tidy(name)); name == "" || strings.Contains(name, "@") { // what one calls oneself is not to pass for another's address
		name, _, _ = strings.Cut(address(email), "@")
	}
	return name, address(email)
}

// userName is by what a directory finds somebody.
func userName(u *member.User) string {
	if u.Entry != nil {
		return u.Entry.UserName
	}
	return u.Email
}

// clashes reports whether somebody else has the name or the address that an entry gives.
func clashes(all []member.User, self throughline.PersonID, e member.Entry, email string) bool {
	return slices.ContainsFunc(all, func(u member.User) bool {
		return u.ID != self && (u.Email == email || strings.EqualFold(userName(&u), e.UserName))
	})
}

// Enlist adds somebody whom a directory keeps, and gives who it is: somebody new, or
// whom it had taken out before, with what they had. Of several who are added under one
// name at once, none is.
func (o *Porter) Enlist(ctx context.Context, d *desk.Desk, e member.Entry, active bool) (throughline.PersonID, error) {
	const op = "add"
	o.making.Lock()
	defer o.making.Unlock()
	d = unhurried(d)
	all, err := Users(ctx, d)
	if err != nil {
		return throughline.PersonID{}, err
	}
	n := Newcomer{Role: o.Rules.Role, entry: &e, out: len(o.Rules.Groups) > 0}
	n.Name, n.Email = read(e)
	if !n.Role.Known() {
		n.Role = member.Reader // the least, until somebody says otherwise
	}
	if err := n.check(nil); err != nil {
		return throughline.PersonID{}, throughline.Fail(op, throughline.Invalid, e.UserName, err)
	}
	at := slices.IndexFunc(all, func(u member.User) bool {
		return u.Struck() && (u.Email == n.Email || strings.EqualFold(u.Email, e.UserName))
	})
	if at >= 0 && !clashes(all, all[at].ID, e, n.Email) {
		return all[at].ID, o.relist(ctx, d, all, all[at], e, active)
	}
	if clashes(all, throughline.PersonID{}, e, n.Email) {
		return throughline.PersonID{}, throughline.Fail(op, throughline.Conflict, e.UserName, ErrKnown)
	}
	id, err := o.add(ctx, d, n, all)
	if err == nil {
		all, err = Users(ctx, d)
	}
	if err != nil {
		return id, err
	}
	if clashes(all, id, e, n.Email) { // another server added them at the same moment; whoever sees the other goes
		if err := admit(ctx, d, users, throughline.ID(id), member.Withdrawn, member.Body{}); err != nil {
			return id, err
		}
		return id, throughline.Fail(op, throughline.Conflict, e.UserName, ErrKnown)
	}
	if !active {
		if err := admit(ctx, d, users, throughline.ID(id), member.Left, member.Body{Directory: true}); err != nil {
			return id, err
		}
	}
	return id, o.settle(ctx, d, []throughline.PersonID{id})
}

// Relist makes somebody be as a directory says: called as it does, switched on or off.
// change is given them as they are.
func (o *Porter) Relist(ctx context.Context, d *desk.Desk, id throughline.PersonID, change func(member.User) (member.Entry, bool, error)) error {
	o.making.Lock()
	defer o.making.Unlock()
	d = unhurried(d)
	all, err := Users(ctx, d)
	if err != nil {
		return err
	}
	u, err := listed(all, id)
	if err != nil {
		return err
	}
	e, active, err := change(*u)
	if err != nil {
		return err
	}
	return o.relist(ctx, d, all, *u, e, active)
}

func listed(all []member.User, id throughline.PersonID) (*member.User, error) {
	at := slices.IndexFunc(all, func(u member.User) bool { return u.ID == id && !u.Struck() })
	if at < 0 {
		return nil, throughline.Fail("find user", throughline.NotFound, id.String(), ErrNobody)
	}
	return &all[at], nil
}

func (o *Porter) relist(ctx context.Context, d *desk.Desk, all []member.User, u member.User, e member.Entry, active bool) error {
	const op = "change user"
	name, email := read(e)
	n := Newcomer{Name: name, Email: email, Role: u.Role}
	if err := n.check(nil); err != nil {
		return throughline.Fail(op, throughline.Invalid, e.UserName, err)
	}
	if clashes(all, u.ID, e, email) {
		return throughline.Fail(op, throughline.Conflict, e.UserName, ErrKnown)
	}
	if active && u.Dismissed() {
		return throughline.Fail(op, throughline.Conflict, e.UserName, ErrDismissed)
	}
	if !active && !u.Off() {
		if err := o.switchOff(ctx, d, all, &u); err != nil {
			return err
		}
	}
	if u.Entry == nil || *u.Entry != e || u.Name != name || u.Email != email {
		if err := admit(ctx, d, users, throughline.ID(u.ID), member.Entered, member.Body{Name: name, Email: email, Entry: &e}); err != nil {
			return err
		}
	}
	if active && u.Off() {
		if err := admit(ctx, d, users, throughline.ID(u.ID), member.Returned, member.Body{Directory: true}); err != nil {
			return err
		}
	}
	return o.settle(ctx, d, []throughline.PersonID{u.ID})
}

// switchOff takes somebody's access away as a directory says, but for the last admin:
// who, of two that are switched off by two servers at once, is back before it is said.
func (o *Porter) switchOff(ctx context.Context, d *desk.Desk, all []member.User, u *member.User) error {
	if err := keepsAdmin(all, u); err != nil {
		return err
	}
	if err := admit(ctx, d, users, throughline.ID(u.ID), member.Left, member.Body{Directory: true}); err != nil || u.Role != member.Admin || !u.Here() {
		return err
	}
	now, err := Users(ctx, d)
	if err != nil || slices.ContainsFunc(now, func(other member.User) bool { return other.Here() && other.Role == member.Admin }) {
		return err
	}
	if err := admit(ctx, d, users, throughline.ID(u.ID), member.Returned, member.Body{Directory: true}); err != nil {
		return err
	}
	return throughline.Fail("change user", throughline.Conflict, u.Name, ErrLastOne)
}

// Strike takes somebody out of what a directory keeps: their access ends, and they are
// in none of its groups. What they wrote, and which teams of ours they belong to, stays.
func (o *Porter) Strike(ctx context.Context, d *desk.Desk, id throughline.PersonID) error {
	o.making.Lock()
	defer o.making.Unlock()
	d = unhurried(d)
	all, err := Users(ctx, d)
	if err != nil {
		return err
	}
	u, err := listed(all, id)
	if err != nil {
		return err
	}
	if !u.Off() {
		if err := o.switchOff(ctx, d, all, u); err != nil {
			return err
		}
	}
	kept, err := DirectoryGroups(ctx, d)
	if err != nil {
		return err
	}
	for i := range kept.All {
		if kept.All[i].Has(id) {
			if err := admit(ctx, d, groups, kept.All[i].ID, member.Parted, member.Body{User: id}); err != nil {
				return err
			}
		}
	}
	if err := o.belongs(ctx, d, []throughline.PersonID{id}); err != nil {
		return err
	}
	return admit(ctx, d, users, throughline.ID(id), member.Struck, member.Body{})
}

// mostSettling bounds how often it is looked again whether all is as the groups say:
// once more than servers that change groups of one person at the same moment.
const mostSettling = 8

// settle makes people come in as far as their groups in the directory say, and belong
// to the teams that these give. It looks again after it wrote, so that of two servers
// which change groups at once the last one sees what both did.
func (o *Porter) settle(ctx context.Context, d *desk.Desk, ids []throughline.PersonID) error {
	for range mostSettling {
		all, at, err := indexed(ctx, d)
		if err != nil {
			return err
		}
		kept, err := DirectoryGroups(ctx, d)
		if err != nil {
			return err
		}
		wrote := false
		for _, id := range ids {
			i, is := at[id]
			if !is {
				continue
			}
			for _, s := range o.Rules.Due(&all[i], kept) {
				if less := s.Kind == member.Left || s.Kind == member.Changed && s.Body.Role != member.Admin; less && keepsAdmin(all, &all[i]) != nil {
					break // somebody has to be able to add the others
				}
				if err := admit(ctx, d, users, throughline.ID(id), s.Kind, s.Body); err != nil {
					return err
				}
				wrote = true
				all[i].Role = cmp.Or(s.Body.Role, all[i].Role)
				if s.Kind == member.Left {
					all[i].Gone = d.Now()
				}
			}
		}
		if !wrote {
			break
		}
	}
	return o.belongs(ctx, d, ids)
}

func indexed(ctx context.Context, d *desk.Desk) ([]member.User, map[throughline.PersonID]int, error) {
	all, err := Users(ctx, d)
	at := make(map[throughline.PersonID]int, len(all))
	for i, u := range all {
		at[u.ID] = i
	}
	return all, at, err
}

// belongs makes people belong to the teams that their groups in the directory give.
func (o *Porter) belongs(ctx context.Context, d *desk.Desk, ids []throughline.PersonID) error {
	if len(o.Rules.Teams) == 0 {
		return nil
	}
	kept, err := DirectoryGroups(ctx, d)
	if err != nil {
		return err
	}
	all, at, err := indexed(ctx, d)
	if err != nil {
		return err
	}
	teams, err := Teams(ctx, d)
	if err != nil {
		return err
	}
	for _, id := range ids {
		i, is := at[id]
		if !is {
			continue
		}
		names, own := o.Rules.TeamGroups(&all[i], kept, nil)
		if own && !o.follows(teams, id, names) {
			if err := o.follow(ctx, d, id, names); err != nil {
				return err
			}
		}
	}
	return nil
}

// follows reports whether somebody belongs to the teams that groups give, and to none
// of the others that groups give.
func (o *Porter) follows(teams []member.Team, id throughline.PersonID, groups []string) bool {
	in, out := o.Rules.Memberships(groups)
	for _, name := range slices.Concat(in, out) {
		t, err := FindTeam(teams, name)
		if is := err == nil && t.Has(id); is != slices.Contains(in, name) {
			return false
		}
	}
	return true
}

// mostGroupName bounds the name of a group, in bytes.
const mostGroupName = 256

// Group is what a directory says of a group of its own.
type Group struct {
	Name, External string
	Members        []throughline.PersonID
}

// MakeGroup keeps a group of the directory's. Of several of one name that are made at
// once none is.
func (o *Porter) MakeGroup(ctx context.Context, d *desk.Desk, g Group) (throughline.ID, error) {
	o.making.Lock()
	defer o.making.Unlock()
	d = unhurried(d)
	id := d.NewID()
	err := o.mayBe(ctx, d, id, g)
	if err != nil {
		return id, err
	}
	if err := admit(ctx, d, groups, id, member.Made, member.Body{Name: g.Name, External: g.External}); err != nil {
		return id, err
	}
	kept, err := DirectoryGroups(ctx, d)
	if err != nil {
		return id, err
	}
	if sameName(kept, id, g.Name) {
		if err := admit(ctx, d, groups, id, member.Dissolved, member.Body{}); err != nil {
			return id, err
		}
		return id, throughline.Fail("keep group", throughline.Conflict, desk.Short(g.Name), ErrGroupKnown)
	}
	return id, o.fill(ctx, d, id, nil, g.Members)
}

func sameName(kept member.Groups, self throughline.ID, name string) bool {
	return slices.ContainsFunc(kept.All, func(t member.Team) bool { return t.ID != self && strings.EqualFold(t.Name, name) })
}

// mayBe refuses a group that cannot be as it is said: of another's name, with members
// that nobody is, or without the last admin.
func (o *Porter) mayBe(ctx context.Context, d *desk.Desk, id throughline.ID, g Group) error {
	const op = "keep group"
	kept, err := DirectoryGroups(ctx, d)
	if err != nil {
		return err
	}
	all, err := Users(ctx, d)
	if err != nil {
		return err
	}
	if g.Name == "" || len(g.Name) > mostGroupName {
		return throughline.Fail(op, throughline.Invalid, "", ErrGroupName)
	}
	if sameName(kept, id, g.Name) {
		return throughline.Fail(op, throughline.Conflict, desk.Short(g.Name), ErrGroupKnown)
	}
	before := map[throughline.PersonID]bool{}
	var touched []throughline.PersonID
	for _, t := range kept.All {
		if t.ID == id {
			for _, who := range t.Members {
				before[who], touched = true, append(touched, who)
			}
		}
	}
	known := map[throughline.PersonID]bool{}
	for _, u := range all {
		known[u.ID] = !u.Struck()
	}
	for _, who := range g.Members {
		if !known[who] && !before[who] { // whoever was erased meanwhile is one whom nobody can take out by name
			return throughline.Fail(op, throughline.Invalid, who.String(), ErrNoMember)
		}
	}
	after := kept.With(member.Team{ID: id, Name: g.Name, External: g.External, Members: g.Members})
	return o.leavesAdmin(all, after, append(touched, g.Members...))
}

// leavesAdmin refuses groups after which nobody could add people, once those whom the
// change touches are as their groups say.
func (o *Porter) leavesAdmin(all []member.User, after member.Groups, touched []throughline.PersonID) error {
	before, then, touches := false, false, map[throughline.PersonID]bool{}
	for _, id := range touched {
		touches[id] = true
	}
	for i := range all {
		u := &all[i]
		if u.Here() && u.Role == member.Admin {
			before = true
		}
		is := u.Here()
		role := u.Role
		var due []member.Step
		if touches[u.ID] {
			due = o.Rules.Due(u, after)
		}
		for _, s := range due {
			switch s.Kind {
			case member.Left:
				is = false
			case member.Changed:
				role = s.Body.Role
			case member.Returned:
				is = is || u.Told()
			}
		}
		then = then || is && role == member.Admin
	}
	if before && !then {
		return throughline.Fail("keep group", throughline.Conflict, "", ErrLastOne)
	}
	return nil
}

// ChangeGroup makes a group be as the directory says: change is given it as it is. What
// follows for those who are put in and taken out does with their next request.
func (o *Porter) ChangeGroup(ctx context.Context, d *desk.Desk, id throughline.ID, change func(member.Team) (Group, error)) error {
	o.making.Lock()
	defer o.making.Unlock()
	d = unhurried(d)
	t, err := FindGroup(ctx, d, id)
	if err != nil {
		return err
	}
	g, err := change(t)
	if err != nil {
		return err
	}
	err = o.mayBe(ctx, d, id, g)
	if err != nil {
		return err
	}
	if g.Name != t.Name || g.External != t.External {
		if err := admit(ctx, d, groups, id, member.Renamed, member.Body{Name: g.Name, External: g.External}); err != nil {
			return err
		}
	}
	return o.fill(ctx, d, id, t.Members, g.Members)
}

// FindGroup gives a group of the directory's.
func FindGroup(ctx context.Context, d *desk.Desk, id throughline.ID) (member.Team, error) {
	all, err := lines(ctx, d, groups, id)
	if err != nil {
		return member.Team{}, err
	}
	if found := member.FoldTeams(all); !id.IsZero() && len(found) == 1 {
		return found[0], nil
	}
	return member.Team{}, throughline.Fail("find group", throughline.NotFound, id.String(), ErrNoGroup)
}

// fill puts in and takes out who is to belong to a group.
func (o *Porter) fill(ctx context.Context, d *desk.Desk, id throughline.ID, before, after []throughline.PersonID) error {
	had, has := map[throughline.PersonID]bool{}, map[throughline.PersonID]bool{}
	for _, who := range before {
		had[who] = true
	}
	var touched []throughline.PersonID
	for _, who := range after {
		if has[who] = true; !had[who] {
			if err := admit(ctx, d, groups, id, member.Joined, member.Body{User: who}); err != nil {
				return err
			}
		}
		touched = append(touched, who) // whoever stays too: the name of the group may be another
	}
	for _, who := range before {
		if has[who] {
			continue
		}
		if err := admit(ctx, d, groups, id, member.Parted, member.Body{User: who}); err != nil {
			return err
		}
		touched = append(touched, who)
	}
	return o.settle(ctx, d, touched)
}

// DropGroup makes a group none: nobody is in it.
func (o *Porter) DropGroup(ctx context.Context, d *desk.Desk, id throughline.ID) error {
	o.making.Lock()
	defer o.making.Unlock()
	d = unhurried(d)
	t, err := FindGroup(ctx, d, id)
	if err != nil {
		return err
	}
	kept, err := DirectoryGroups(ctx, d)
	if err != nil {
		return err
	}
	all, err := Users(ctx, d)
	if err != nil {
		return err
	}
	if err := o.leavesAdmin(all, kept.Without(id), t.Members); err != nil {
		return err
	}
	if err := admit(ctx, d, groups, id, member.Dissolved, member.Body{}); err != nil {
		return err
	}
	return o.settle(ctx, d, t.Members)
}

// present is who may come in, as it was a moment ago, for streams that ask often.
type present struct {
	sync.Mutex
	at   time.Time
	by   map[throughline.PersonID]member.User
	last error
}

// presentHolds is how long what was looked up holds.
const presentHolds = time.Second

// Still reports whether whoever was let in still would be, with the same role: for
// what goes on for longer than a request. All that ask share one look a second.
func (o *Porter) Still(ctx context.Context, d *desk.Desk, g Guest) bool {
	o.here.Lock()
	defer o.here.Unlock()
	if now := d.Now(); o.here.by == nil || now.Sub(o.here.at) >= presentHolds || now.Before(o.here.at) {
		all, err := Users(context.WithoutCancel(ctx), d)
		o.here.at, o.here.by, o.here.last = now, make(map[throughline.PersonID]member.User, len(all)), err
		for _, u := range all {
			o.here.by[u.ID] = u
		}
	}
	u, is := o.here.by[g.User.ID]
	return o.here.last == nil && is && u.Role == g.User.Role && u.Holds(g.Since, !g.Token)
}
