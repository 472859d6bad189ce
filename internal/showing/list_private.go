package showing

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/phrase"
)

// PrivateListInput says which private notes.
type PrivateListInput struct {
	ID      string `arg:"" optional:"" name:"id" query:"id" json:"id,omitempty" help:"Only those about one deal: our id, the other system's, or the beginning of either."`
	Removed bool   `name:"removed" query:"removed" json:"removed,omitempty" help:"Those that were taken away too."`
	As      string `name:"as" placeholder:"NAME" query:"as" json:"as,omitempty" help:"Whose they are, where nobody signs in: an id, or the whole name."`
	desk.Paging
}

// Whose says as whom it is asked, where nobody signs in.
func (in PrivateListInput) Whose() string { return in.As }

// PrivateList is what somebody keeps to themselves, oldest first.
type PrivateList struct {
	Notes []PrivateRow `json:"notes"`
	Next  string       `json:"next,omitempty"` // the cursor of the page after it; none where it is the last
}

// PrivateRow is one note, with names as they are now.
type PrivateRow struct {
	desk.PrivateNote
	Title string `json:"title"` // of the deal
}

// mentioned finds whom words name by a mention.
var mentioned = regexp.MustCompile(`\{person:([^{}]+)\}`)

// ListPrivate does the work of operation.ListPrivate: what whoever asks keeps to themselves.
func ListPrivate(ctx context.Context, d *Desk, in PrivateListInput) (PrivateList, error) {
	out := PrivateList{Notes: []PrivateRow{}}
	if d.Author.IsZero() {
		return out, throughline.Fail("list private notes", throughline.Denied, "", nil)
	}
	walk, err := in.Walk("list private notes", d.Now(), d.Author, in.ID, in.Removed)
	if err != nil {
		return out, err
	}
	var notes []desk.PrivateNote
	if strings.TrimSpace(in.ID) == "" {
		notes, err = d.Read().Private(ctx, throughline.DealID{})
	} else {
		var id throughline.DealID
		if id, err = d.Find(ctx, in.ID); err == nil {
			notes, err = d.Read().PrivateOf(ctx, id)
		}
	}
	if err != nil {
		return out, err
	}
	var deals []throughline.DealID
	var people []throughline.PersonID
	if !in.Removed {
		notes = slices.DeleteFunc(notes, func(n desk.PrivateNote) bool { return !n.Removed.IsZero() })
	}
	notes, out.Next = desk.Cut(walk, in.Limit, notes, func(n desk.PrivateNote) []desk.Key {
		return []desk.Key{desk.Num(n.Written.UnixMicro()), desk.Word(n.ID.String())}
	})
	for _, n := range notes {
		out.Notes = append(out.Notes, PrivateRow{PrivateNote: n})
		deals = append(deals, n.Deal)
		for _, m := range mentioned.FindAllStringSubmatch(n.Text, -1) {
			if id, err := throughline.ParseID(m[1]); err == nil {
				people = append(people, throughline.PersonID(id))
			}
		}
	}
	return out, d.namePrivate(ctx, &out, deals, people)
}

// namePrivate puts titles to notes and names to those whom they mention.
func (d *Desk) namePrivate(ctx context.Context, out *PrivateList, deals []throughline.DealID, people []throughline.PersonID) error {
	if len(out.Notes) == 0 {
		return nil
	}
	summaries, err := d.Read().SummariesOf(ctx, unique(deals))
	if err != nil {
		return err
	}
	titles := map[throughline.DealID]string{}
	for _, s := range summaries {
		titles[s.Deal] = s.Title.Value
	}
	known, err := d.Read().People(ctx, people)
	if err != nil {
		return err
	}
	words, names := phrase.For(d.Language), phrase.Names{Person: func(id throughline.PersonID) string { return known[id].Name }}
	for i := range out.Notes {
		n := &out.Notes[i]
		n.Title, n.Text = titles[n.Deal], words.Text(names, n.Text)
		n.Written = n.Written.In(d.Days())
		if !n.Removed.IsZero() {
			n.Removed = n.Removed.In(d.Days())
		}
	}
	return nil
}

// unique gives each of a list once, in the order of its first.
func unique[T comparable](list []T) (out []T) {
	seen := map[T]bool{}
	for _, v := range list {
		if !seen[v] {
			seen[v], out = true, append(out, v)
		}
	}
	return out
}
