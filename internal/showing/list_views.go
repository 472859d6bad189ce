package showing

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/store"
)

// A view of the list is kept as a setting of the company: its name says that it
// is one, its value what it is. Taken back, the setting is empty.
const viewSetting = "view/"

func IsView(s store.Setting) bool { return strings.HasPrefix(s.Name, viewSetting) }

// View is a list of deals as somebody keeps it for everyone: which deals, in
// which order, with which columns.
type View struct {
	ID    throughline.ID       `json:"id"`
	Name  string               `json:"name"`
	Query string               `json:"query"`       // the part of the list's address behind the question mark
	By    throughline.PersonID `json:"by,omitzero"` // who of us made it
	Made  time.Time            `json:"made,omitzero"`
}

// Views is the answer of ListViews.
type Views struct {
	Views  []View                          `json:"views"`  // by name
	People map[throughline.PersonID]string `json:"people"` // the names of who made them
}

// ListViews does the work of operation.ListViews: the views of the list that are kept.
func ListViews(ctx context.Context, d *Desk, _ desk.Nothing) (Views, error) {
	out := Views{Views: []View{}, People: map[throughline.PersonID]string{}}
	kept, err := d.Read().Settings(ctx)
	if err != nil {
		return out, err
	}
	var ids []throughline.PersonID
	for _, s := range kept {
		var v View
		if IsView(s) && s.Value != "" && json.Unmarshal([]byte(s.Value), &v) == nil {
			out.Views = append(out.Views, v)
			ids = append(ids, v.By)
		}
	}
	slices.SortFunc(out.Views, func(a, b View) int {
		return cmp.Or(cmp.Compare(store.Folded(a.Name), store.Folded(b.Name)), a.Made.Compare(b.Made))
	})
	people, err := d.Read().People(ctx, ids)
	for id, p := range people {
		out.People[id] = p.Name
	}
	return out, err
}

// ViewInput names a view: one that is to be kept, or by its id one that is there.
type ViewInput struct {
	ID    string `json:"id,omitempty"`
	Name  string `json:"name,omitempty"`
	Query string `json:"query,omitempty"`
}

// The bounds of what is kept as a view.
const (
	longestView = 60 // characters of a name
	mostViews   = 200
	longQuery   = 2000
)

// SaveView does the work of operation.SaveView: keep a view of the list.
func SaveView(ctx context.Context, d *Desk, in ViewInput) (View, error) {
	const op = "keep view"
	bad := func(why error) (View, error) { return View{}, throughline.Fail(op, throughline.Invalid, "", why) }
	name := strings.Join(strings.Fields(strings.ToValidUTF8(in.Name, "\uFFFD")), " ")
	q, err := url.ParseQuery(in.Query)
	switch {
	case name == "":
		return bad(throughline.Refuse("view_name", "the view needs a name"))
	case utf8.RuneCountInString(name) > longestView:
		return bad(throughline.Refuse("long_characters", "%s is %d characters long; at most %d fit", "field", "the name", "n",
			utf8.RuneCountInString(name), "most", longestView))
	case err != nil || len(in.Query) > longQuery:
		return bad(throughline.Refuse("view_query", "this is no address of a list"))
	}
	for _, word := range []string{"offset", "as_of", "lang"} {
		q.Del(word)
	}
	have, err := ListViews(ctx, d, desk.Nothing{})
	if err != nil {
		return View{}, err
	}
	all := have.Views
	v := View{ID: d.NewID(), Name: name, Query: q.Encode(), By: d.Author, Made: d.Now().UTC()}
	if id, err := throughline.ParseID(in.ID); err == nil {
		v.ID = id
	}
	for _, old := range all {
		if old.ID != v.ID && store.Folded(old.Name) == store.Folded(name) {
			v.ID = old.ID // the same name again: it is that view from now on
		}
	}
	if len(all) >= mostViews && !slices.ContainsFunc(all, func(o View) bool { return o.ID == v.ID }) {
		return bad(throughline.Refuse("views_most", "%d views are kept; take one away first", "n", len(all)))
	}
	text, err := json.Marshal(v)
	if err != nil {
		return bad(err)
	}
	return v, d.Ledger.Settle(ctx, d.Workspace, store.Setting{Name: viewSetting + v.ID.String(), Value: string(text), Since: d.Now()})
}

// DropView does the work of operation.DropView: take a view of the list away.
func DropView(ctx context.Context, d *Desk, in ViewInput) (View, error) {
	have, err := ListViews(ctx, d, desk.Nothing{})
	if err != nil {
		return View{}, err
	}
	for _, v := range have.Views {
		if v.ID.String() == in.ID {
			return v, d.Ledger.Settle(ctx, d.Workspace, store.Setting{Name: viewSetting + in.ID, Since: d.Now()})
		}
	}
	return View{}, throughline.Fail("take view away", throughline.NotFound, desk.Short(in.ID), throughline.Refuse("no_view", "there is no such view"))
}
