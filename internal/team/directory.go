package team

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

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
	ErrGroupName  = throughline.Refuse("group_name", "a group needs a name of at most 256 characters")
	ErrNoMember   = throughline.Refuse("group_member", "nobody here has the id that a group is to have as a member")
	ErrDismissed  = throughline.Refuse("user_dismissed", "one of ours took their access away here: an admin gives it back, on the team's page")
)

// DirectoryGroups gives the groups of a company's directory.
func DirectoryGroups(ctx context.Context, d *desk.Desk) (member.Groups, error) {
	all, err := groupLines(ctx, d)
	return member.FoldGroups(all), err
}

func groupLines(ctx context.Context, d *desk.Desk) ([]member.Line, error) {
	return lines(ctx, d, groups, throughline.ID{})
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
// Whoever the directory has taken out keeps neither from anybody.
func clashes(all []member.User, self throughline.PersonID, e member.Entry, email string) bool {
	return slices.ContainsFunc(all, func(u member.User) bool {
		return u.ID != self && !u.Struck() && (u.Email == email || strings.EqualFold(userName(&u), e.UserName))
	})
}

// meanwhile writes a line that rests on there being so many in its room: else
// store.ErrMeanwhile, and whoever writes looks again.
func meanwhile(ctx context.Context, d *desk.Desk, room string, subject throughline.ID, kind string, b member.Body, lines int) error {
	line := admission(d, room, subject, kind, b)
	line.First, line.Lines = lines == 0, lines
	if err := d.Ledger.Admit(ctx, d.Workspace, line); err != nil {
		return err
	}
	return note(ctx, d, room, subject, kind, b)
}

// Enlist adds somebody whom a directory keeps, and gives who it is: somebody new, or
// whom it had taken out before, with what they had.
func (o *Porter) Enlist(ctx context.Context, d *desk.Desk, e member.Entry, active bool) (id throughline.PersonID, err error) {
	o.making.Lock()
	defer o.making.Unlock()
	d = unhurried(d)
	err = again(func() error {
		id, err = o.enlist(ctx, d, e, active)
		return err
	})
	if err != nil {
		return id, err
	}
	return id, o.settle(context.WithoutCancel(ctx), d, []throughline.PersonID{id})
}

func (o *Porter) enlist(ctx context.Context, d *desk.Desk, e member.Entry, active bool) (throughline.PersonID, error) {
	const op = "add"
	all, lines, err := usersOf(ctx, d)
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
	if at := slices.IndexFunc(all, func(u member.User) bool { return u.Was(e) }); at >= 0 {
		return all[at].ID, relist(ctx, d, all, lines, all[at], e, active)
	}
	if clashes(all, throughline.PersonID{}, e, n.Email) {
		return throughline.PersonID{}, throughline.Fail(op, throughline.Conflict, e.UserName, ErrKnown)
	}
	if lines, err = release(ctx, d, all, lines, throughline.PersonID{}, e, n.Email); err != nil {
		return throughline.PersonID{}, err
	}
	return listing(ctx, d, n, all, lines, active)
}

// listing writes who is new by a directory's word, as Porter.add does; and, in the same
// line, that it has them switched off.
func listing(ctx context.Context, d *desk.Desk, n Newcomer, all []member.User, lines int, active bool) (throughline.PersonID, error) {
	id, people, err := person(ctx, d, n, all)
	if err != nil {
		return id, err
	}
	line := admission(d, users, throughline.ID(id), member.Added,
		member.Body{Name: n.Name, Email: n.Email, Role: n.Role, Entry: n.entry, Out: n.out, Off: !active})
	line.First, line.Lines = lines == 0, lines
	if _, err := d.Ledger.Append(ctx, d.Workspace, store.Batch{People: people, Register: &line}); err != nil {
		return id, err
	}
	return id, note(ctx, d, users, throughline.ID(id), member.Added, member.Body{Role: n.Role})
}

// release takes the address and the name of an entry from whoever had them and was taken
// out, with all by which they signed in: whoever has the address now is somebody else. It
// gives how many lines there are then.
func release(ctx context.Context, d *desk.Desk, all []member.User, lines int, self throughline.PersonID, e member.Entry, email string) (int, error) {
	called := func(u *member.User) bool { return u.ID != self && u.Called(e, email) }
	if slices.ContainsFunc(all, func(u member.User) bool { return called(&u) && u.Dismissed() }) { // whether it is somebody else, one of ours says
		return lines, throughline.Fail("add", throughline.Conflict, e.UserName, ErrDismissed)
	}
	for i := range all {
		if u := &all[i]; called(u) {
			if err := meanwhile(ctx, d, users, throughline.ID(u.ID), member.Struck, member.Body{Given: true}, lines); err != nil {
				return lines, err
			}
			lines++
		}
	}
	return lines, nil
}

// Relist makes somebody be as a directory says: called as it does, switched on or off.
// change is given them as they are.
func (o *Porter) Relist(ctx context.Context, d *desk.Desk, id throughline.PersonID, change func(member.User) (member.Entry, bool, error)) error {
	o.making.Lock()
	defer o.making.Unlock()
	d = unhurried(d)
	err := again(func() error {
		all, lines, err := usersOf(ctx, d)
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
		return relist(ctx, d, all, lines, *u, e, active)
	})
	if err != nil {
		return err
	}
	return o.settle(context.WithoutCancel(ctx), d, []throughline.PersonID{id})
}

func listed(all []member.User, id throughline.PersonID) (*member.User, error) {
	at := slices.IndexFunc(all, func(u member.User) bool { return u.ID == id && !u.Struck() })
	if at < 0 {
		return nil, throughline.Fail("find user", throughline.NotFound, id.String(), ErrNobody)
	}
	return &all[at], nil
}

// relist writes what a directory says of somebody, as one of so many lines.
func relist(ctx context.Context, d *desk.Desk, all []member.User, lines int, u member.User, e member.Entry, active bool) error {
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
	if u.Struck() { // what was left of their groups, where taking them out broke off
		if err := leaveGroups(ctx, d, u.ID); err != nil {
			return err
		}
	}
	lines, err := release(ctx, d, all, lines, u.ID, e, email)
	if err != nil {
		return err
	}
	if !active && !u.Off() {
		if err := switchOff(ctx, d, all, lines, &u, member.Left, member.Body{Directory: true}); err != nil {
			return err
		}
		lines++
	}
	if u.Entry == nil || *u.Entry != e || u.Name != name || u.Email != email {
		if err := meanwhile(ctx, d, users, throughline.ID(u.ID), member.Entered, member.Body{Name: name, Email: email, Entry: &e}, lines); err != nil {
			return err
		}
	}
	if active && u.Off() {
		return admit(ctx, d, users, throughline.ID(u.ID), member.Returned, member.Body{Directory: true})
	}
	return nil
}

// switchOff takes somebody's access away as a directory says, but for the last admin:
// of two whom two servers switch off at once, one stays.
func switchOff(ctx context.Context, d *desk.Desk, all []member.User, lines int, u *member.User, kind string, b member.Body) error {
	if err := keepsAdmin(all, u); err != nil {
		return err
	}
	return meanwhile(ctx, d, users, throughline.ID(u.ID), kind, b, lines)
}

// Strike takes somebody out of what a directory keeps: their access ends, and they are
// in none of its groups. What they wrote, and which teams of ours they belong to, stays.
// That they are out is one line, and the first; where what follows broke off, asking again
// does the rest, and is told that there is nobody.
func (o *Porter) Strike(ctx context.Context, d *desk.Desk, id throughline.PersonID) error {
	o.making.Lock()
	defer o.making.Unlock()
	d = unhurried(d)
	var gone error
	err := again(func() error {
		all, lines, err := usersOf(ctx, d)
		if err != nil {
			return err
		}
		var u *member.User
		if u, gone = listed(all, id); gone != nil {
			return nil
		}
		return switchOff(ctx, d, all, lines, u, member.Struck, member.Body{})
	})
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	if err := leaveGroups(ctx, d, id); err != nil {
		return err
	}
	if err := o.belongs(ctx, d, []throughline.PersonID{id}); err != nil {
		return err
	}
	return gone
}

// leaveGroups takes somebody out of every group of the directory's.
func leaveGroups(ctx context.Context, d *desk.Desk, id throughline.PersonID) error {
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
	return nil
}

// mostSettling bounds how often it is looked again whether all is as the groups say:
// once more than servers that change groups of one person at the same moment.
const mostSettling = 8

// settle makes people come in as far as their groups in the directory say, and belong
// to the teams that these give. It looks again after it wrote, so that of two servers
// which change groups at once the last one sees what both did.
func (o *Porter) settle(ctx context.Context, d *desk.Desk, ids []throughline.PersonID) error {
	for range mostSettling {
		wrote := false
		err := again(func() (err error) {
			some, err := o.due(ctx, d, ids)
			wrote = wrote || some
			return err
		})
		if err != nil {
			return err
		}
		if !wrote {
			break
		}
	}
	return o.belongs(ctx, d, ids)
}

// due writes what is due about people, and reports whether anything was. What makes an
// admin less rests on who the others are.
func (o *Porter) due(ctx context.Context, d *desk.Desk, ids []throughline.PersonID) (wrote bool, err error) {
	all, lines, at, err := indexed(ctx, d)
	if err != nil {
		return false, err
	}
	kept, err := DirectoryGroups(ctx, d)
	if err != nil {
		return false, err
	}
	for _, id := range ids {
		i, is := at[id]
		if !is {
			continue
		}
		if all[i].Struck() && len(kept.Of(id)) > 0 { // put in by somebody who had not yet seen that they are out
			if err := leaveGroups(ctx, d, id); err != nil {
				return wrote, err
			}
			wrote = true
		}
		for _, s := range o.Rules.Due(&all[i], kept) {
			write := func() error { return admit(ctx, d, users, throughline.ID(id), s.Kind, s.Body) }
			if less := s.Kind == member.Left || s.Kind == member.Changed; less && all[i].Role == member.Admin && all[i].Here() {
				if !staffed(all, map[throughline.PersonID][]member.Step{id: {s}}) {
					break // somebody has to be able to add the others
				}
				write = func() error { return meanwhile(ctx, d, users, throughline.ID(id), s.Kind, s.Body, lines) }
			}
			if err := write(); err != nil {
				return wrote, err
			}
			wrote, lines = true, lines+1
			all[i].Role = cmp.Or(s.Body.Role, all[i].Role)
			if s.Kind == member.Left {
				all[i].Gone = d.Now()
			}
		}
	}
	return wrote, nil
}

func indexed(ctx context.Context, d *desk.Desk) (all []member.User, lines int, at map[throughline.PersonID]int, err error) {
	all, lines, err = usersOf(ctx, d)
	at = make(map[throughline.PersonID]int, len(all))
	for i, u := range all {
		at[u.ID] = i
	}
	return all, lines, at, err
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
	all, _, at, err := indexed(ctx, d)
	if err != nil {
		return err
	}
	teams, err := Teams(ctx, d)
	if err != nil {
		return err
	}
	belong := o.members(teams)
	for _, id := range ids {
		i, is := at[id]
		if !is {
			continue
		}
		names, own := o.Rules.TeamGroups(&all[i], kept, nil)
		if own && !o.follows(belong, id, names) {
			if err := o.follow(ctx, d, id, names); err != nil {
				return err
			}
		}
	}
	return nil
}

// members gives, of each team that groups give, who belongs to it.
func (o *Porter) members(teams []member.Team) map[string]map[throughline.PersonID]bool {
	out := map[string]map[throughline.PersonID]bool{}
	for _, name := range o.Rules.Teams {
		if t, err := FindTeam(teams, name); err == nil && out[name] == nil {
			out[name] = make(map[throughline.PersonID]bool, len(t.Members))
			for _, who := range t.Members {
				out[name][who] = true
			}
		}
	}
	return out
}

// follows reports whether somebody belongs to the teams that groups give, and to none
// of the others that groups give.
func (o *Porter) follows(belong map[string]map[throughline.PersonID]bool, id throughline.PersonID, groups []string) bool {
	in, out := o.Rules.Memberships(groups)
	for _, name := range slices.Concat(in, out) {
		if belong[name][id] != slices.Contains(in, name) {
			return false
		}
	}
	return true
}

// mostGroupName bounds the name of a group, in characters.
const mostGroupName = 256

// Group is what a directory says of a group of its own.
type Group struct {
	Name, External string
	Members        []throughline.PersonID
}

// MakeGroup keeps a group of the directory's.
func (o *Porter) MakeGroup(ctx context.Context, d *desk.Desk, g Group) (throughline.ID, error) {
	o.making.Lock()
	defer o.making.Unlock()
	d = unhurried(d)
	id := d.NewID()
	err := again(func() error {
		lines, err := o.mayBe(ctx, d, id, g)
		if err != nil {
			return err
		}
		return meanwhile(ctx, d, groups, id, member.Made, member.Body{Name: g.Name, External: g.External}, lines)
	})
	if err != nil {
		return id, err
	}
	return id, o.fill(ctx, d, id, nil, g.Members)
}

// taken reports whether another group has the name of one; or what the directory calls
// the other as its name, or the reverse: a rule that names one of the two would mean both.
func taken(kept member.Groups, self throughline.ID, g Group) bool {
	return slices.ContainsFunc(kept.All, func(t member.Team) bool {
		return t.ID != self && (strings.EqualFold(t.Name, g.Name) || strings.EqualFold(t.External, g.Name) || strings.EqualFold(t.Name, g.External))
	})
}

// mayBe refuses a group that cannot be as it is said: of another's name, with members
// that nobody is, or without the last admin.
func (o *Porter) mayBe(ctx context.Context, d *desk.Desk, id throughline.ID, g Group) (lines int, err error) {
	const op = "keep group"
	said, err := groupLines(ctx, d)
	if err != nil {
		return 0, err
	}
	kept := member.FoldGroups(said)
	all, err := Users(ctx, d)
	if err != nil {
		return 0, err
	}
	if g.Name == "" || utf8.RuneCountInString(g.Name) > mostGroupName {
		return 0, throughline.Fail(op, throughline.Invalid, "", ErrGroupName)
	}
	same := slices.ContainsFunc(kept.All, func(t member.Team) bool { return t.ID == id && t.Name == g.Name && t.External == g.External })
	if !same && taken(kept, id, g) {
		return 0, throughline.Fail(op, throughline.Conflict, desk.Short(g.Name), ErrGroupKnown)
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
			return 0, throughline.Fail(op, throughline.Invalid, who.String(), ErrNoMember)
		}
	}
	after := kept.With(member.Team{ID: id, Name: g.Name, External: g.External, Members: g.Members})
	return len(said), o.leavesAdmin(all, kept, after, append(touched, g.Members...))
}

// leavesAdmin refuses groups after which nobody could add people, once those whom the
// change touches are as their groups say. What was due before is held back already, and
// no reason to refuse what has nothing to do with it.
func (o *Porter) leavesAdmin(all []member.User, kept, after member.Groups, touched []throughline.PersonID) error {
	due := make(map[throughline.PersonID][]member.Step, len(touched))
	touches := map[throughline.PersonID]bool{}
	for _, id := range touched {
		touches[id] = true
	}
	for i := range all {
		if u := &all[i]; touches[u.ID] {
			if steps := o.Rules.Due(u, after); !reflect.DeepEqual(steps, o.Rules.Due(u, kept)) {
				due[u.ID] = steps
			}
		}
	}
	if len(due) > 0 && !staffed(all, due) {
		return throughline.Fail("keep group", throughline.Conflict, "", ErrLastOne)
	}
	return nil
}

// staffed reports whether somebody can still add people after what is due, as
// keepsAdmin has it: where an admin has come before, one who never came is no
// stand-in.
func staffed(all []member.User, due map[throughline.PersonID][]member.Step) bool {
	var before, after, cameBefore, cameAfter bool
	for i := range all {
		u := &all[i]
		is, role := u.Here(), u.Role
		if is && role == member.Admin {
			before, cameBefore = true, cameBefore || u.Came()
		}
		for _, s := range due[u.ID] {
			switch s.Kind {
			case member.Left:
				is = false
			case member.Changed:
				role = s.Body.Role
			case member.Returned:
				is = is || u.Told()
			}
		}
		if is && role == member.Admin {
			after, cameAfter = true, cameAfter || u.Came()
		}
	}
	return !before || after && (cameAfter || !cameBefore)
}

// ChangeGroup makes a group be as the directory says: change is given it as it is. What
// follows for those who are put in and taken out does with their next request.
func (o *Porter) ChangeGroup(ctx context.Context, d *desk.Desk, id throughline.ID, change func(member.Team) (Group, error)) error {
	o.making.Lock()
	defer o.making.Unlock()
	d = unhurried(d)
	var before []throughline.PersonID
	var g Group
	err := again(func() error {
		t, err := FindGroup(ctx, d, id)
		if err != nil {
			return err
		}
		before = t.Members
		if g, err = change(t); err != nil {
			return err
		}
		lines, err := o.mayBe(ctx, d, id, g)
		if err != nil || g.Name == t.Name && g.External == t.External {
			return err
		}
		return meanwhile(ctx, d, groups, id, member.Renamed, member.Body{Name: g.Name, External: g.External}, lines)
	})
	if err != nil {
		return err
	}
	return o.fill(ctx, d, id, before, g.Members)
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

// fill puts in and takes out who is to belong to a group. All whom it ever had are looked
// at: what broke off the last time, after its lines and before what follows from them,
// is made good by whoever asks again.
func (o *Porter) fill(ctx context.Context, d *desk.Desk, id throughline.ID, before, after []throughline.PersonID) error {
	ctx = context.WithoutCancel(ctx) // who asks may give up; what is written is seen through
	had, has := map[throughline.PersonID]bool{}, map[throughline.PersonID]bool{}
	for _, who := range before {
		had[who] = true
	}
	for _, who := range after {
		if has[who] = true; !had[who] {
			if err := admit(ctx, d, groups, id, member.Joined, member.Body{User: who}); err != nil {
				return err
			}
		}
	}
	for _, who := range before {
		if !has[who] {
			if err := admit(ctx, d, groups, id, member.Parted, member.Body{User: who}); err != nil {
				return err
			}
		}
	}
	return o.settleEver(ctx, d, id)
}

// settleEver settles everybody whom a group ever had, also one that is no more.
func (o *Porter) settleEver(ctx context.Context, d *desk.Desk, id throughline.ID) error {
	said, err := lines(ctx, d, groups, id)
	if err != nil || len(said) == 0 {
		return err
	}
	return o.settle(ctx, d, member.EverJoined(said))
}

// DropGroup makes a group none: nobody is in it. One that is none already is refused,
// once all is as it should be without it.
func (o *Porter) DropGroup(ctx context.Context, d *desk.Desk, id throughline.ID) error {
	o.making.Lock()
	defer o.making.Unlock()
	d = unhurried(d)
	t, gone := FindGroup(ctx, d, id)
	if gone != nil {
		if throughline.KindOf(gone) == throughline.NotFound && !id.IsZero() {
			if err := o.settleEver(context.WithoutCancel(ctx), d, id); err != nil {
				return err
			}
		}
		return gone
	}
	kept, err := DirectoryGroups(ctx, d)
	if err != nil {
		return err
	}
	all, err := Users(ctx, d)
	if err != nil {
		return err
	}
	if err := o.leavesAdmin(all, kept, kept.Without(id), t.Members); err != nil {
		return err
	}
	if err := admit(ctx, d, groups, id, member.Dissolved, member.Body{}); err != nil {
		return err
	}
	return o.settleEver(context.WithoutCancel(ctx), d, id)
}
